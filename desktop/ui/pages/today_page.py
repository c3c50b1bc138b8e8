"""今日: what now. Everything that waits for this worker, by village; what came back; what this month came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.domain.typed import format_money
from desktop.domain.visits import Standard
from desktop.services import directory, sync, today
from desktop.services.application import Application
from desktop.services.permission import Capability, may
from desktop.services.sync import SyncState
from desktop.services.today import Echo, Today, TodayItem, TodayKind, Unfinished
from desktop.ui.icons import Icon
from desktop.ui.lease_line import LeaseLine
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.pages.page import Changes, Page
from desktop.ui.role_words import offer
from desktop.ui.slices import in_slices
from desktop.ui.tasks import Tasks
from desktop.ui.today_words import (
    ICONS,
    blanks_words,
    draft_target,
    draft_words,
    due_chip,
    echo_row,
    echo_target,
    summary_words,
    target_of,
    waiting_counts,
    weekday_words,
)
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card, EmptyState, Facts, Figure
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.list_pane import ListPane

SHOWN_DRAFTS = 5
SHOWN_ECHOES = 4


@dataclass(frozen=True)
class _Shown:
    day: date
    today: Today
    state: SyncState
    standard: Standard | None
    organisations: int


class _Nothing(QWidget):
    """What the list says when it is empty: the next step of a beginner, or that all is done."""

    def __init__(self, page: Page, *, imports: bool) -> None:
        super().__init__(page)
        self._stack = QStackedLayout(self)
        # Until the store has answered nothing is said: neither that all is done nor that all is missing.
        self._stack.addWidget(QWidget(self))
        self._stack.addWidget(
            EmptyState(
                Icon.SYNC,
                page.tr("先同步一次"),
                page.tr("三步就能开始：同步，取得村名、标准和合作单位；导入台账；下村走访。"),
                page.tr("去同步"),
                lambda: page.go("sync"),
            )
        )
        self._stack.addWidget(
            EmptyState(
                Icon.FROM_FILE,
                page.tr("再导入镇里的台账") if imports else page.tr("等经办人导入台账"),
                page.tr("目录已经有了。导入 Excel 台账，写入前会先给您看；不在名单上的人，可以手工登记。")
                if imports
                else page.tr("目录已经有了。台账由经办人导入，他同步、您再同步以后，这里就有家庭。"),
                page.tr("导入台账") if imports else page.tr("去同步"),
                lambda: page.go("import" if imports else "sync"),
            )
        )
        self._stack.addWidget(
            EmptyState(
                Icon.DONE,
                page.tr("今天没有待办"),
                page.tr("没有逾期，没有要回访的，也没有缺的手续。"),
                page.tr("看全部家庭"),
                lambda: page.go("households"),
            )
        )

    def show_for(self, shown: Today) -> None:
        """Choose what fits."""
        self._stack.setCurrentIndex(3 if shown.households else 2 if shown.villages else 1)


class TodayPage(Page):
    """The first page of every day."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._shown: _Shown | None = None
        self._items: dict[str, TodayItem] = {}
        self._echoes: dict[str, Echo] = {}
        self._known_drafts: list[Unfinished] = []
        self._day = application.today()
        self._state: SyncState | None = None
        self._wants_focus = False
        self.set_title(self.tr("今日"), weekday_words(self._day))
        self.set_help(
            self.tr(
                "这里列出等您做的事，按村排列，最急的村在前。用 ↑ ↓ 选，按 Enter 打开要做这件事的那一页。\n\n"
                "“县里的回音”是最近一个月县里和慈善组织的答复；“接着做”是没填完、已存成草稿的。\n\n"
                "还有没上报的内容时，右上角是“同步”；都报完了，右上角是“开始走访”。"
            )
        )
        self.action = self.set_primary(self.tr("开始走访"), self._press_primary)

    def build(self) -> Iterator[None]:
        application = self._application
        self._nothing = _Nothing(self, imports=may(application, Capability.IMPORT_LEDGER))
        self.pane = ListPane(self.tr("待办"), self.fetch_with(self._rows), self._nothing)
        self.pane.opened.connect(self._open)
        self.todo = Card(self.tr("待办"))
        self.blanks = link_button("", lambda: self.go("blanks"), Icon.SHEET, parent=self.todo)
        self.blanks.hide()
        self.todo.add(self.blanks)
        self.todo.add(self.pane, 1)
        yield
        self.echoes = ListPane(self.tr("县里的回音"), self.fetch_with(self._echo_rows), QWidget(self))
        self.echoes.opened.connect(self._open_echo)
        self._no_echo = label(self.tr("还没有。转介报到县里并放行以后，对方的答复会随同步到这里。"), "soft", wrap=True)
        self._echo_card = Card(self.tr("县里的回音"), self.tr("最近一个月"))
        self._no_echo.hide()
        self.echoes.hide()
        self._echo_card.add(self._no_echo)
        self._echo_card.add(self.echoes, 1)
        self._draft_card = Card(self.tr("接着做"), self.tr("没填完的，都在本机"))
        self._drafts = Flow(gap=2)
        self._draft_card.add(self._drafts)
        self._draft_card.hide()
        yield
        self.figures = [Figure("–", words) for words in self._figure_names()]
        month = Card(self.tr("本月"))
        month.add(Flow(self.figures, gap=24))
        self.holdings = Facts()
        at_hand = Card(self.tr("手边的目录"), self.tr("下村前看一眼"))
        at_hand.add(self.holdings)
        self.round = link_button(self.tr("打印下村走访单"), lambda: self.go("round"), Icon.PRINT, parent=at_hand)
        offer(self.round, self._application, Capability.PRINT)
        at_hand.add(self.round)
        yield
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.body.spacing())
        column.addWidget(self._draft_card)
        column.addWidget(self._echo_card)
        column.addWidget(month)
        column.addWidget(at_hand)
        column.addStretch(1)
        self.lease = LeaseLine(lambda: self.go("sync", "now"), self)
        self.body.addWidget(self.lease)
        self.body.addWidget(Columns([self.todo, side], [5, 3], enough=860), 1)
        self.refresh(frozenset())

    def refresh(self, changes: Changes) -> None:
        application = self._application

        def read() -> _Shown:
            day = application.today()
            bodies = sum(one.active for one in directory.organisations(application))
            standard = directory.standard(application, day)
            return _Shown(day, today.today(application), sync.sync_state(application), standard, bodies)

        self.run(read, self._show)

    def show_record(self, record: str) -> None:
        self.pane.choose(record)

    def focus_first(self) -> None:
        # Drafts are kept without telling anybody, so the page asks again whenever it is come back to.
        self.refresh(frozenset())
        self._wants_focus = not self._items
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is shown

    def _show(self, shown: _Shown) -> None:
        self._shown = shown
        self._show_waiting(shown)
        in_slices(self, self._show_side(shown))

    def _show_waiting(self, shown: _Shown) -> None:
        self._day, self._state = shown.day, shown.state
        self.set_title(self.tr("今日"), weekday_words(shown.day))
        self.lease.show_lease(shown.state.lease, shown.day)
        is_sync = not shown.state.practice and (shown.state.waiting > 0 or shown.state.last_sync is None)
        self.action.setText(self.tr("同步") if is_sync else self.tr("开始走访"))
        self._items = {f"{item.kind}:{item.record}": item for item in shown.today.items}
        self._nothing.show_for(shown.today)
        self.blanks.setText(blanks_words(shown.today.blanks) if shown.today.blanks is not None else "")
        self.blanks.setVisible(shown.today.blanks is not None)
        self.pane.show_entries(self._entries(shown.today))
        count = waiting_counts(shown.today)["today"]
        title = self.tr("待办 {count} 项").format(count=count) if count else self.tr("待办")
        self.todo.set_title(title, summary_words(shown.today, shown.day))
        if self._wants_focus:
            self._wants_focus = False
            self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_side(self, shown: _Shown) -> Iterator[None]:
        """What came back, what is unfinished, and the figures; a part per step."""
        if self._shown is not shown:
            return
        self._echoes = {echo.record: echo for echo in shown.today.echoes}
        self.echoes.show_entries(list(self._echoes))
        self.echoes.setFixedHeight(min(len(self._echoes), SHOWN_ECHOES) * self.echoes.view.row_height + 4)
        self.echoes.setVisible(bool(self._echoes))
        self._no_echo.setVisible(not self._echoes)
        yield
        if self._shown is not shown:
            return
        self._show_drafts(shown.today.unfinished)
        month = shown.today.month
        for figure, number in zip(
            self.figures, (month.visits, month.nobody_home, month.referred, month.answered), strict=True
        ):
            figure.set_number(str(number))
        yield
        if self._shown is shown:
            self.holdings.show_facts(self._holdings(shown))

    def _holdings(self, shown: _Shown) -> list[tuple[str, str, str]]:
        standard = shown.standard
        words = self.tr("县里还没有下发")
        since = ""
        if standard is not None:
            words = self.tr("每人每月{amount}").format(amount=format_money(standard.subsistence_monthly))
            since = self.tr("{year}年{month}月起").format(year=standard.start.year, month=standard.start.month)
        return [
            (self.tr("登记家庭"), self.tr("{count} 户").format(count=f"{shown.today.households:,}"), ""),
            (self.tr("村（居）"), self.tr("{count} 个").format(count=shown.today.villages), ""),
            (self.tr("低保标准"), words, since),
            (self.tr("合作单位"), self.tr("{count} 家").format(count=shown.organisations), self.tr("接收转介的")),
        ]

    def _figure_names(self) -> tuple[str, str, str, str]:
        return self.tr("走访"), self.tr("其中没见到人"), self.tr("转出"), self.tr("对方答复")

    def _entries(self, shown: Today) -> list[str | Heading]:
        villages: dict[str, list[str]] = {}
        never: list[str] = []
        for key, item in self._items.items():
            if item.kind is TodayKind.NEVER_VISITED:
                never.append(key)
            else:
                villages.setdefault(item.place, []).append(key)
        entries: list[str | Heading] = []
        for place, keys in villages.items():
            name = place or self.tr("没有填村")
            entries.append(Heading(self.tr("{name}　{count} 项").format(name=name, count=len(keys))))
            entries.extend(keys)
        if never:
            words = self.tr("还没有走访过　{count} 户").format(count=f"{shown.never_visited:,}")
            if shown.never_visited > len(never):
                words += self.tr("，先列 {shown} 户").format(shown=len(never))
            entries.append(Heading(words))
            entries.extend(never)
        return entries

    def _rows(self, keys: tuple[str, ...]) -> Sequence[ListRow]:
        # A copy of the reference: the page may get new items on the screen's thread meanwhile.
        items, day = self._items, self._day
        return [_row(key, items[key], day) for key in keys if key in items]

    def _echo_rows(self, records: tuple[str, ...]) -> Sequence[ListRow]:
        echoes = self._echoes
        return [echo_row(echoes[record]) for record in records if record in echoes]

    def _show_drafts(self, unfinished: Sequence[Unfinished]) -> None:
        known = [draft for draft in unfinished if draft_target(draft) is not None]
        if known == self._known_drafts:
            return
        self._known_drafts = known
        self._drafts.replace(
            [
                link_button(draft_words(draft), partial(self._go_on, draft), Icon.EDIT, parent=self._drafts)
                for draft in known[:SHOWN_DRAFTS]
            ]
        )
        self._draft_card.setVisible(bool(known))

    # --- going on

    def _press_primary(self) -> None:
        state = self._state
        if state is not None and not state.practice and (state.waiting > 0 or state.last_sync is None):
            self.go("sync", "now")
        else:
            self.go("visit")

    def _open(self, key: str) -> None:
        if key in self._items:
            self.target_asked.emit(target_of(self._items[key]))

    def _go_on(self, draft: Unfinished) -> None:
        target = draft_target(draft)
        if target is not None:
            self.target_asked.emit(target)

    def _open_echo(self, record: str) -> None:
        echo = self._echoes.get(record)
        if echo is not None:
            self.target_asked.emit(echo_target(echo))


def _row(key: str, item: TodayItem, day: date) -> ListRow:
    note = " · ".join(item.categories)
    if item.kind is TodayKind.NEVER_VISITED:
        note = " · ".join(part for part in (item.place, note) if part)
    name = f"{item.head_name} 户" if item.head_name else "没有填户主"
    return ListRow(key, name, note, item.words, (due_chip(item, day),), ICONS[item.kind])
