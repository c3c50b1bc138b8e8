"""One person's consents: what is in force, every sheet, and 撤回."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.consent import WITHDRAWAL_MODE_NAMES
from desktop.domain.errors import UserFacingError
from desktop.domain.stops import Stop
from desktop.services import consent
from desktop.services.application import Application, Done
from desktop.services.consent import Said, Withdrawal
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.consent.grants_view import GrantsView
from desktop.ui.pages.consent.opening import Person
from desktop.ui.pages.consent.withdrawal_panel import WithdrawalPanel
from desktop.ui.pages.consent.withdrawal_words import EVIDENCE_CHIPS
from desktop.ui.pages.consent.words import moment_words, sheet_chip, sheet_line
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.widgets.banner import notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area
from desktop.ui.widgets.list_pane import ListPane


class PersonView(Filling):
    """Grants at the left; sheets and withdrawals, or a withdrawal in the making, at the right."""

    sheet_asked = Signal(str)
    withdrawal_asked = Signal(str)
    """One that was made just now, or that was chosen."""

    def __init__(self, page: Page, application: Application) -> None:
        super().__init__(page.ground)
        self._page, self._application = page, application
        self._person: Person | None = None
        self._rows: dict[str, ListRow] = {}

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        left, self._right = Card(self.tr("同意了什么"), parent=self), Card(self.tr("同意书"), parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Columns([left, self._right], [1, 1], enough=760, parent=self), 1)
        yield
        self.publicity = button(self.tr("宣传同意"), self._go_to_publicity, Icon.SHEET, parent=left)
        self.withdraw = button(self.tr("撤回……"), self.begin_withdrawal, Icon.UNDO, parent=left)
        left.heading.add(self.publicity)
        left.heading.add(self.withdraw)
        self._nothing = label(self.tr("还没有同意过什么。"), "soft", wrap=True, parent=left)
        left.add(self._nothing)
        area = scroll_area(left)
        left.add(area, 1)
        self._grants = GrantsView(area.viewport())
        put_in(area, self._grants)
        yield
        empty = EmptyState(Icon.CONSENT, self.tr("还没有同意书"), self.tr("按右上角征求同意。"))
        self.pane = ListPane(self.tr("他的同意书"), lambda ids, receive: receive([self._rows[i] for i in ids]), empty)
        self.pane.opened.connect(self._on_opened)
        self._right.add(self.pane, 1)
        yield
        self._panel_area = scroll_area(self._right)
        self._right.add(self._panel_area, 1)
        self.panel = WithdrawalPanel(self._panel_area.viewport())
        put_in(self._panel_area, self.panel)
        self.panel.withdrawn.connect(self._record)
        self.panel.given_up.connect(self._show_sheets)
        yield from self.panel.build()

    def begin(self, person: Person) -> Iterator[None]:
        """Show one person, a part per step."""
        self._person = person
        void = {sheet.id for sheet in person.sheets if sheet.state == "void" and sheet.reason != "refused"}
        shown = [one for one in person.grants if one.sheet not in void]
        self._grants.show_grants(shown)
        yield
        self._nothing.setVisible(not shown)
        live = {one.sheet for one in person.grants if one.live and one.state == "in-force"}
        today = self._application.today()
        self._rows = {
            sheet.id: ListRow(
                sheet.id,
                sheet.number,
                moment_words(sheet.moment, today),
                sheet_line(sheet, person.bodies),
                (sheet_chip(sheet, live),),
            )
            for sheet in person.sheets
        } | {
            one.id: ListRow(
                one.id,
                one.made.number,
                moment_words(one.moment, today),
                self.tr("撤回（{mode}）").format(mode=WITHDRAWAL_MODE_NAMES[one.made.mode]),
                (EVIDENCE_CHIPS[one.evidence],),
            )
            for one in person.withdrawals
        }
        moments = {one.id: one.moment for one in person.sheets} | {one.id: one.moment for one in person.withdrawals}
        newest_first = sorted(self._rows, key=moments.__getitem__, reverse=True)
        self.pane.show_entries(newest_first)
        self._show_sheets()

    def _go_to_publicity(self) -> None:
        if self._person is not None:
            self._page.go("publicity", self._person.id)

    def begin_withdrawal(self) -> None:
        """Offer what can be withdrawn."""
        if self._person is None:
            return
        self._show(self._panel_area, title=self.tr("撤回同意"))
        person = self._person
        self.panel.begin(person.grants, person.signing, person.colleagues, person.bodies)

    def focus_first(self) -> None:
        """To the sheets."""
        self.pane.setFocus()

    def _show_sheets(self) -> None:
        self._show(self.pane, title=self.tr("同意书和撤回"))

    def _show(self, *shown: QWidget, title: str) -> None:
        self._right.set_title(title)
        for widget in (self.pane, self._panel_area):
            widget.setVisible(widget in shown)

    def _on_opened(self, record: str) -> None:
        is_withdrawal = self._person is not None and any(one.id == record for one in self._person.withdrawals)
        (self.withdrawal_asked if is_withdrawal else self.sheet_asked).emit(record)

    def _record(self, grants: Sequence[str], stops: Sequence[Stop], said: Said) -> None:
        person = self._person
        if person is None:
            return
        application, ids, noes = self._application, tuple(grants), tuple(stops)
        self.panel.record.setEnabled(False)

        def receive(done: Done[Withdrawal]) -> None:
            self._page.changed.emit(done.changed)
            self.withdrawal_asked.emit(done.value.id)

        def withdraw() -> Done[Withdrawal]:
            return consent.withdraw(
                application,
                person.id,
                ids,
                stops=noes,
                mode=said.mode,
                identity_checked=said.identity_checked,
                withdrawn_by=said.withdrawn_by,
                guardian=said.guardian,
                brought_by=said.brought_by,
                second_worker=said.second_worker,
                unwanted=said.unwanted,
                requests=said.requests,
                delivery=said.delivery,
            )

        self._page.run(withdraw, receive, self._failed, lane=Lane.WRITE)

    def _failed(self, error: UserFacingError) -> None:
        self.panel.record.setEnabled(True)
        self._page.tell(notice_of(word(error)))
