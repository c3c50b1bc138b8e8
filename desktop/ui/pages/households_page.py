"""家庭: all households by village, and the way to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.typed import format_date
from desktop.services import drafts, people
from desktop.services.application import Application
from desktop.services.people import HouseholdLine, VillageHouseholds
from desktop.services.permission import Capability, may
from desktop.ui.description_words import day_words, within_village
from desktop.ui.icons import Icon
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.pages.page import Changes, Page
from desktop.ui.role_words import offer
from desktop.ui.tasks import Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.chips import Chip
from desktop.ui.widgets.choices import ChoiceCombo
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.list_pane import ListPane

_PAUSE = 150
_MOST_FOUND = 300
_SHOWN = frozenset({"household", "resident", "visit", "import", "division"})
"""Record kinds that change what the list shows."""


@dataclass(frozen=True)
class _Overview:
    villages: tuple[VillageHouseholds, ...]
    unfinished: int


class HouseholdsPage(Page):
    """The list. A village may be chosen; what is typed narrows the list to the households of people it finds."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._villages: tuple[VillageHouseholds, ...] = ()
        self._found: frozenset[str] | None = None
        self._asked = 0
        self.set_title(self.tr("家庭"))
        self.set_help(
            self.tr(
                "这里是本机登记的全部家庭，按村排列。\n\n"
                "选一个村，或在“找一户”里打姓名、拼音首字母、证件号后四位、电话，名单会跟着变短。"
                "用 ↑ ↓ 选，按 Enter 打开。\n\n"
                "不在任何名单上的人，用“新增家庭”手工登记；镇里的 Excel 台账，用“导入台账”，写入前会先给您看变化。"
            )
        )
        offer(self.set_primary(self.tr("新增家庭"), lambda: self.go("new-household")), application, Capability.DESCRIBE)
        self.village = ChoiceCombo()
        self.village.setAccessibleName(self.tr("村（居）"))
        self.village.setMinimumWidth(178)
        # The villages come after the first showing, and with them how many households there are.
        self.village.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.term = TextField(self.tr("找一户：姓名、拼音、证件号后四位、电话"))
        self.term.setAccessibleName(self.tr("找一户"))
        self.import_button = button(self.tr("导入台账(&I)"), lambda: self.go("import"), Icon.FROM_FILE)
        offer(self.import_button, application, Capability.IMPORT_LEDGER)
        self._unfinished = button("", lambda: self.go("new-household"), Icon.EDIT)
        self._unfinished.hide()
        self._nothing = label("", "soft", wrap=True)
        self._nothing.hide()
        self.pane = ListPane(self.tr("家庭名单"), self.fetch_with(self._rows), self._empty())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._lay_out()
        self.pane.opened.connect(lambda record: self.go("household", record))
        self.village.activated.connect(lambda _: self._show())
        self.term.changed.connect(self._timer.start)
        self._timer.timeout.connect(self._ask)
        self.term.returnPressed.connect(self.pane.setFocus)
        self._read()

    def refresh(self, changes: Changes) -> None:
        if not changes or changes & _SHOWN:
            self._read()

    def focus_first(self) -> None:
        self._begin()
        self._read_unfinished()

    def _begin(self) -> None:
        (self.pane if self._villages else self.import_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        self.term.setMinimumWidth(180)
        self.term.setMaximumWidth(420)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.village)
        bar.addWidget(self.term, 1)
        bar.addStretch(1)
        bar.addWidget(Flow([self._unfinished]))
        bar.addWidget(self.import_button)
        self._card = Card(self.tr("名单"))
        self._card.add(self._nothing)
        self._card.add(self.pane, 1)
        self.body.addLayout(bar)
        self.body.addWidget(self._card, 1)

    def _empty(self) -> QWidget:
        what = self.tr("本机还没有登记家庭")
        imports = may(self._application, Capability.IMPORT_LEDGER)
        how = self.tr("有镇里的 Excel 台账，就导入台账；不在名单上的人，用右上角的“新增家庭”手工登记。")
        if self._application.enrolment is None:
            how = self.tr("这个加密库还没有在县里开通，开通以后才能登记和查看。")
        elif not imports:
            how = self.tr("台账由经办人导入，同步以后这里就有。")
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            EmptyState(
                Icon.HOUSEHOLD,
                what,
                how,
                self.tr("导入台账") if imports else self.tr("去同步"),
                lambda: self.go("import" if imports else "sync"),
                parent=empty,
            )
        )
        return empty

    # --- reading

    def _read(self) -> None:
        def read() -> _Overview:
            villages = people.households_by_village(self._application)
            return _Overview(villages, len(drafts.open_drafts(self._application, "new-household")))

        self.run(read, self._on_read)

    def _on_read(self, overview: _Overview) -> None:
        chosen = self.village.currentData()
        was_empty = not self._villages
        self._villages = overview.villages
        self._show_unfinished(overview.unfinished)
        several = len({village.township for village in overview.villages}) > 1
        self.village.clear()
        total = sum(len(village.households) for village in overview.villages)
        self.village.addItem(self.tr("全部村（居） {count}").format(count=total), "")
        for village in overview.villages:
            name = f"{village.township} {village.name}" if several else village.name
            self.village.addItem(f"{name} {len(village.households)}", village.code)
        self.village.setCurrentIndex(max(0, self.village.findData(chosen)))
        self._show()
        if was_empty and self.import_button.hasFocus():
            self._begin()

    def _read_unfinished(self) -> None:
        self.run(
            lambda: len(drafts.open_drafts(self._application, "new-household")),
            self._show_unfinished,
        )

    def _show_unfinished(self, count: int) -> None:
        self._unfinished.setText(self.tr("接着填没填完的一户"))
        self._unfinished.setVisible(count > 0)

    def _ask(self) -> None:
        self._asked += 1
        number, text = self._asked, self.term.value()
        if not text:
            self._found = None
            self._show()
            return

        def receive(found: Sequence[people.PersonLine]) -> None:
            if number == self._asked:
                self._found = frozenset(line.household for line in found if line.household)
                self._show()

        self.run(lambda: people.find_people(self._application, text, _MOST_FOUND), receive)

    def _show(self) -> None:
        code = self.village.currentData() or ""
        entries: list[str | Heading] = []
        count = 0
        for village in self._villages:
            if code and village.code != code:
                continue
            shown = [one for one in village.households if self._found is None or one in self._found]
            if shown:
                entries.append(Heading(self.tr("{name}　{count} 户").format(name=village.name, count=len(shown))))
                entries.extend(shown)
                count += len(shown)
        is_narrowed = self._found is not None or bool(code)
        nothing = is_narrowed and not count and bool(self._villages)
        self._nothing.setText(
            self.tr("没有找到。可以试试拼音首字母、证件号后四位或电话；不在名单上的人请用“新增家庭”。")
        )
        self._nothing.setVisible(nothing)
        self.pane.setVisible(not nothing)
        self.pane.show_entries(entries)
        self._card.set_title(self.tr("{count} 户").format(count=f"{count:,}") if count else self.tr("名单"))

    def _rows(self, ids: tuple[str, ...]) -> Sequence[ListRow]:
        today = self._application.today()
        visiting = {draft.subject for draft in drafts.open_drafts(self._application, "visit")}
        homes = {one: village.name for village in self._villages for one in village.households}
        return [
            household_row(line, today, village=homes.get(line.household, ""), is_visiting=line.household in visiting)
            for line in people.household_lines(self._application, ids)
        ]


def household_row(line: HouseholdLine, today: date, *, village: str = "", is_visiting: bool = False) -> ListRow:
    """A household as a row: name, categories, where in its village, last visit, and in words what there is to do."""
    categories = " · ".join(line.categories) or "没有救助类别"
    subject = " · ".join(part for part in (within_village(village, line.address), _visit_words(line)) if part)
    return ListRow(
        line.household,
        f"{line.head_name} 户",
        f"{categories} · {line.people}人",
        subject,
        (_state(line, today, is_visiting),),
    )


def _visit_words(line: HouseholdLine) -> str:
    if line.last_visit is None:
        return f"{format_date(line.last_attempt)}去过，没有见到人" if line.last_attempt else ""
    words = f"上次走访 {format_date(line.last_visit)}"
    if line.last_attempt is not None and line.last_attempt > line.last_visit:
        words += f"，{line.last_attempt.month}月{line.last_attempt.day}日没有见到人"
    return words


def _state(line: HouseholdLine, today: date, is_visiting: bool) -> Chip:
    if line.attention:
        return Chip("两边记的不一样，请选定", Tone.INFO, Icon.CONFLICT)
    if is_visiting:
        return Chip("走访没填完", Tone.INFO, Icon.EDIT)
    if line.last_visit is None:
        return Chip("还没有走访", Tone.WARN, Icon.NOT_ASKED)
    if line.due is not None and line.due < today:
        return Chip(f"该走访了，过了 {(today - line.due).days} 天", Tone.WARN, Icon.WAITING)
    if line.due is not None:
        return Chip(f"下次走访 {day_words(line.due, today)}前", Tone.GOOD, Icon.DONE)
    return Chip("走访过", Tone.GOOD, Icon.DONE)
