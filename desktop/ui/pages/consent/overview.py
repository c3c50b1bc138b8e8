"""All sheets by their state in words, what still has to be done first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.domain.consent import SheetState
from desktop.services import beside_checks, consent, directory, drafts, people, publicity, scan_tray, sheet_checks
from desktop.services.application import Application
from desktop.services.consent import SheetView
from desktop.ui.found_rows import find_residents
from desktop.ui.icons import Icon
from desktop.ui.models.rows import Heading, ListRow
from desktop.ui.pages.consent.opening import DRAFT_KIND
from desktop.ui.pages.consent.words import (
    BESIDE_CHIP,
    ENDED_CHIP,
    REFUSED_CHIP,
    SHEET_CHIPS,
    moment_words,
    sheet_chip,
    sheet_line,
)
from desktop.ui.pages.page import Page
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.chips import Chip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.widgets.suggestions import SuggestingEdit

DRAFT_CHIP = Chip("没填完", Tone.WARN, Icon.EDIT)
_TO_DO = (
    DRAFT_CHIP,
    SHEET_CHIPS[SheetState.SCANNED],
    BESIDE_CHIP,
    SHEET_CHIPS[SheetState.SIGNED],
    SHEET_CHIPS[SheetState.PRINTED],
    SHEET_CHIPS[SheetState.DRAFTED],
)
_DONE = (SHEET_CHIPS[SheetState.CHECKED],)
_OTHER = (REFUSED_CHIP, ENDED_CHIP, SHEET_CHIPS[SheetState.VOID])
_ORDER = (*_TO_DO, *_DONE, *_OTHER)


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of the overview under their states."""

    rows: Mapping[str, ListRow]
    groups: Mapping[str, tuple[str, ...]]
    in_tray: int = 0
    """Pictures that wait for a person to say what they are."""


def load_list(application: Application) -> Listed:
    """Every sheet and draft, and each consent to publicity that waits for its check, under the word for its state."""
    bodies = {one.id: one for one in directory.organisations(application)}
    live, checked_beside = sheet_checks.live_sheets(application), beside_checks.waiting_papers(application)
    today = application.today()
    rows: dict[str, ListRow] = {}
    groups: dict[str, list[str]] = {chip.text: [] for chip in _ORDER}
    for sheet in consent.sheets(application):
        chip = sheet_chip(sheet, live, checked_beside)
        record = f"sheet:{sheet.id}"
        rows[record] = ListRow(record, sheet.name, _note(sheet, today), sheet_line(sheet, bodies), (chip,))
        groups[chip.text].append(record)
    for draft in drafts.open_drafts(application, DRAFT_KIND):
        if draft.subject and not draft.body.get("sheet"):
            record = f"resident:{draft.subject}"
            name = people.resident_view(application, draft.subject).name.name
            rows[record] = ListRow(record, name, "", "征求到一半，打开接着做", (DRAFT_CHIP,))
            groups[DRAFT_CHIP.text].append(record)
    waits = SHEET_CHIPS[SheetState.SCANNED]
    for asked in publicity.awaiting_check(application):
        record, chip = f"publicity:{asked.id}", BESIDE_CHIP if asked.id in checked_beside else waits
        rows[record] = ListRow(record, asked.name, asked.number[-4:], f"宣传同意 · {asked.ask.publisher}", (chip,))
        groups[chip.text].append(record)
    return Listed(rows, {word: tuple(ids) for word, ids in groups.items()}, len(scan_tray.tray(application)))


def _note(sheet: SheetView, today: date) -> str:
    return f"{moment_words(sheet.moment, today)} · {sheet.number[-4:]}"


class Overview(Filling):
    """The list, a filter, and a box that finds whom to ask."""

    opened = Signal(str)
    """``sheet:<id>``, ``publicity:<id>`` or ``resident:<id>``."""
    tray_asked = Signal()
    """The pictures that wait are to be looked at."""

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._listed = Listed({}, {})
        self.person = SuggestingEdit(page.ask_with(self._find), self.tr("没有找到这个人。"))
        self.person.setPlaceholderText(self.tr("给谁征求同意：姓名、拼音、证件尾号"))
        self.person.setAccessibleName(self.tr("给谁征求同意"))
        self.person.picked.connect(self._on_picked)
        self.filter: ChoiceField[str] = ChoiceField(
            [("todo", self.tr("还要做的")), ("done", self.tr("已生效")), ("other", self.tr("不同意、撤回、作废"))],
            is_filter=True,
        )
        self.filter.set_value("todo")
        self.filter.changed.connect(self._show)
        empty = EmptyState(
            Icon.CONSENT, self.tr("这里没有同意书"), self.tr("在上面找一位居民开始征求，或者从家庭的页面打开。")
        )
        self.pane = ListPane(
            self.tr("同意书"), lambda ids, receive: receive([self._listed.rows[i] for i in ids]), empty
        )
        self.pane.opened.connect(self.opened)
        card = Card()
        head = QHBoxLayout()
        head.addWidget(self.filter, 3)
        head.addWidget(self.person, 2)
        card.body.addLayout(head)
        self.tray = link_button("", self.tray_asked.emit, Icon.SCAN, parent=self)
        self.tray.hide()
        card.body.addWidget(self.tray, 0, Qt.AlignmentFlag.AlignLeft)
        self.blanks = link_button(
            self.tr("空白表：打一叠带去没有打印机的村、绑定带回来的、记编号的下落"),
            lambda: page.go("blanks"),
            Icon.SHEET,
            parent=self,
        )
        card.body.addWidget(self.blanks, 0, Qt.AlignmentFlag.AlignLeft)
        card.add(self.pane, 1)
        self._hint = label(
            self.tr("打印、签字、收回影像、核对各记各的；核对以前可以先拟转介，县里不会放行。"), "soft", wrap=True
        )
        card.add(self._hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def refresh(self) -> None:
        """Ask for the list again."""
        self._page.run(lambda: load_list(self._application), self._receive)

    def focus_first(self) -> None:
        """To the list, or to the box where there is none."""
        (self.pane if any(self._listed.groups.values()) else self.person).setFocus()

    def show_tray(self, count: int) -> None:
        """Say how many pictures wait in the tray; nothing where none does."""
        words = self.tr("待认盘：有 {count} 张图还不知道是哪一份的，点这里看").format(count=count)
        self.tray.setText(words if count else "")
        self.tray.setVisible(count > 0)

    def _receive(self, listed: Listed) -> None:
        self._listed = listed
        self.show_tray(listed.in_tray)
        self._show()

    def _show(self) -> None:
        shown = self.filter.value()
        chips = {"todo": _TO_DO, "done": _DONE}.get(shown or "", _OTHER)
        entries: list[str | Heading] = []
        for chip in chips:
            ids = self._listed.groups.get(chip.text, ())
            if ids:
                entries += [Heading(self.tr("{state} {count}").format(state=chip.text, count=len(ids))), *ids]
        self.pane.show_entries(entries)

    def _find(self, text: str) -> tuple[ListRow, ...]:
        return find_residents(self._application, text)

    def _on_picked(self, row: ListRow) -> None:
        self.person.clear()
        self.opened.emit(f"resident:{row.id}")
