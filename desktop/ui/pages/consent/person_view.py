"""One person's consents: what is in force, every sheet, and 撤回."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import consent, paper, referrals
from desktop.services.application import Application, Done
from desktop.services.consent import SignedBy, Withdrawal, WithdrawalMode
from desktop.services.paper import Paper
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.consent.grants_view import GrantsView
from desktop.ui.pages.consent.opening import Person
from desktop.ui.pages.consent.withdrawal_panel import WithdrawalPanel
from desktop.ui.pages.consent.words import moment_words, sheet_chip, sheet_line
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice, say_noted
from desktop.ui.printing import PrintPdf, PrintResult
from desktop.ui.slices import at_once
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, scrolled
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.wording_words import say_unfit


@dataclass(frozen=True, slots=True)
class _Receipt:
    """What a withdrawal did, in names, with the papers for it."""

    withdrawal: Withdrawal
    recalled: tuple[str, ...]
    recipients: tuple[str, ...]
    papers: tuple[tuple[str, str, Paper], ...]
    """Sheet id, sheet number and paper."""


class PersonView(Filling):
    """Grants at the left; sheets, the withdrawal or its receipt at the right."""

    sheet_asked = Signal(str)
    withdrawn = Signal()

    def __init__(self, page: Page, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(page.ground)
        self._page, self._application, self._print = page, application, print_pdf
        self._person: Person | None = None
        self._rows: dict[str, ListRow] = {}
        self._grants = GrantsView()
        self._nothing = label(self.tr("还没有同意过什么。"), "soft", wrap=True)
        self.withdraw = button(self.tr("撤回……"), self.begin_withdrawal, Icon.UNDO)
        left = Card(self.tr("同意了什么"), parent=self)
        left.heading.add(self.withdraw)
        left.add(self._nothing)
        left.add(scrolled(self._grants, left), 1)
        empty = EmptyState(Icon.CONSENT, self.tr("还没有同意书"), self.tr("按右上角征求同意。"))
        self.pane = ListPane(self.tr("他的同意书"), lambda ids, receive: receive([self._rows[i] for i in ids]), empty)
        self.pane.opened.connect(self.sheet_asked)
        self.panel = WithdrawalPanel()
        self.panel.withdrawn.connect(self._record)
        self._right = Card(self.tr("同意书"), parent=self)
        self._panel_area = scrolled(self.panel, self._right)
        self.panel.given_up.connect(self._show_sheets)
        self._receipt = label(wrap=True)
        self._prints = Flow()
        for widget, share in ((self.pane, 1), (self._panel_area, 1), (self._receipt, 0), (self._prints, 0)):
            self._right.add(widget, share)
        self._rest = QWidget()
        self._right.add(self._rest, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Columns([left, self._right], [1, 1], enough=760), 1)

    def begin(self, person: Person) -> Iterator[None]:
        """Show one person, a part per step."""
        self._person = person
        void = {sheet.id for sheet in person.sheets if sheet.state == "void" and sheet.reason != "refused"}
        shown = [one for one in person.grants if one.sheet not in void]
        self._grants.show_grants(shown)
        yield
        self._nothing.setVisible(not shown)
        self.withdraw.setEnabled(any(one.live for one in shown))
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
        }
        self.pane.show_entries(list(self._rows))
        self._show_sheets()

    def begin_withdrawal(self) -> None:
        """Offer what can be withdrawn."""
        if self._person is None:
            return
        self._show(self._panel_area, title=self.tr("撤回同意"))
        self.panel.begin(self._person.grants, self._person.signing)

    def focus_first(self) -> None:
        """To the sheets."""
        self.pane.setFocus()

    def _show_sheets(self) -> None:
        self._show(self.pane, title=self.tr("同意书"))

    def _show(self, *shown: QWidget, title: str) -> None:
        self._right.set_title(title)
        for widget in (self.pane, self._panel_area, self._receipt, self._prints, self._rest):
            widget.setVisible(widget in shown)

    def _record(self, grants: Sequence[str], mode: WithdrawalMode, identity: str, guardian: str) -> None:
        person = self._person
        if person is None:
            return
        application, ids = self._application, tuple(grants)
        self.panel.record.setEnabled(False)

        def receive(done: tuple[Done[Withdrawal], _Receipt]) -> None:
            self._page.changed.emit(done[0].changed)
            self._show_receipt(done[1])
            self.withdrawn.emit()

        def withdraw() -> tuple[Done[Withdrawal], _Receipt]:
            done = consent.withdraw(
                application,
                person.id,
                ids,
                mode=mode,
                identity_checked=identity,
                withdrawn_by=SignedBy.GUARDIAN if guardian else SignedBy.PERSON,
                guardian=guardian,
            )
            return done, _receipt(application, person, done.value)

        self._page.run(withdraw, receive, self._failed, lane=Lane.WRITE)

    def _failed(self, error: UserFacingError) -> None:
        self.panel.record.setEnabled(True)
        self._page.tell(notice_of(word(error)))

    def show_person_after(self, person: Person) -> None:
        """The grants as they are after the withdrawal; the receipt stays in sight."""
        receipt, title = self._receipt.isVisible(), self.tr("已撤回")
        at_once(self.begin(person))
        if receipt:
            self._show(self._receipt, self._prints, self._rest, title=title)

    def _show_receipt(self, receipt: _Receipt) -> None:
        withdrawal = receipt.withdrawal
        lines = [
            self.tr("撤回 {count} 项，编号 {number}，已保存在本机。").format(
                count=len(withdrawal.grants), number=withdrawal.number
            ),
            self.tr("政府救助不受影响。"),
            self.tr("下次同步时报县里。已经交给 {names} 的，请县级值班员联系对方停止使用并删除。").format(
                names="、".join(receipt.recipients)
            ),
        ]
        if receipt.recalled:
            lines.append(self.tr("转介单 {numbers} 已召回，不会再放行。").format(numbers="、".join(receipt.recalled)))
        else:
            lines.append(self.tr("没有正在办的转介要召回。"))
        self._receipt.setText("\n".join(lines))
        self._prints.replace(
            [
                button(
                    self.tr("打印撤回书和回执（{number}）").format(number=number),
                    partial(self._print_paper, sheet, one),
                    Icon.PRINT,
                )
                for sheet, number, one in receipt.papers
            ]
        )
        self._show(self._receipt, self._prints, self._rest, title=self.tr("已撤回"))
        prints = self._prints.findChildren(QPushButton)
        if prints:
            prints[0].setFocus()

    def _print_paper(self, sheet_id: str, printed: Paper) -> None:
        say_unfit(self._page, printed)
        title = self.tr("撤回同意书 {form}").format(form=printed.form)
        printing = self._print(self, printed.pdf, title)
        if printing.result is not PrintResult.PRINTED:
            nothing = Notice(self.tr("没有打印。撤回已经生效，回执随时可以再打。"), Tone.INFO)
            self._page.tell(not_printed_notice(printing) or nothing)
            return
        sheet = next(one for one in self._person.sheets if one.id == sheet_id) if self._person else None
        household = sheet.household if sheet else ""

        self._page.run(
            lambda: paper.record_print(
                self._application, printed, of=sheet_id, household=household, copies=printing.copies
            ),
            say_noted(self._page, printing.copies),
            lane=Lane.WRITE,
        )


def _receipt(application: Application, person: Person, withdrawal: Withdrawal) -> _Receipt:
    gone = set(withdrawal.grants)
    sheets = dict.fromkeys(one.sheet for one in person.grants if one.id in gone)
    numbers = {one.id: one.number for one in person.sheets}
    papers = tuple(
        (one, numbers.get(one, ""), paper.withdrawal_paper_for(application, person.id, one)) for one in sheets
    )
    recalled = tuple(referrals.referral(application, one).number for one in withdrawal.recalled)
    names = tuple(person.bodies[one].name if one in person.bodies else one for one in withdrawal.recipients)
    return _Receipt(withdrawal, recalled, names, papers)
