"""One withdrawal (撤回): in force, what it stopped, what had been handed over; its paper out and back in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.withdrawals import Evidence, HandedOver
from desktop.services import referrals, withdrawal_paper, withdrawals
from desktop.services.application import Application
from desktop.services.paper import Paper
from desktop.services.record_paper import RecordPaper
from desktop.services.withdrawals import WithdrawalView
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.opening import Person, load_person
from desktop.ui.pages.consent.withdrawal_words import (
    EVIDENCE_CHIPS,
    explanation,
    facts_rows,
    handed_rows,
)
from desktop.ui.pages.consent.words import moment_words
from desktop.ui.pages.page import Page
from desktop.ui.pages.returned_paper import ReturnedPaper
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, scrolled
from desktop.ui.widgets.sheet_preview import SheetPreview


@dataclass(frozen=True, slots=True)
class WithdrawalOpening:
    """One withdrawal with its person, and what of it is said in names."""

    person: Person
    view: WithdrawalView
    recalled: tuple[str, ...]
    """Numbers of the referrals it stopped."""
    handed: tuple[HandedOver, ...]


def load_withdrawal(application: Application, withdrawal_id: str) -> WithdrawalOpening:
    """A withdrawal as it is opened; the opening of the person's page is noted."""
    view = withdrawals.withdrawal(application, withdrawal_id)
    return WithdrawalOpening(
        load_person(application, view.resident),
        view,
        tuple(referrals.referral(application, one).number for one in view.made.recalled),
        withdrawals.handed_over(application, view),
    )


class WithdrawalStanding(Filling):
    """The record at the left, the page that came back (or the paper to be printed) at the right."""

    person_asked = Signal(str)
    reopened = Signal(str)
    """Something was filed or erased: show it anew."""
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(page.ground)
        self._page, self._application, self._print_pdf = page, application, print_pdf
        self._opening: WithdrawalOpening | None = None
        self._paper: Paper | None = None

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        page, application = self._page, self._application
        self._chip = StateChip(Chip(""))
        self._explained = label(wrap=True)
        self._facts = Facts()
        self._handed_title = label(self.tr("撤回以前已经提供出去的"), "field", wrap=True)
        self._handed_note = label(kind="soft", wrap=True)
        self._handed = Facts()
        yield
        self.print = button(self.tr("打印撤回书和回执"), self.print_paper, Icon.PRINT)
        self.person = button(self.tr("他的全部同意"), self._ask_person)
        self.returned = ReturnedPaper(page, application, self.tr("这次撤回"), self)
        self.returned.reopened.connect(self.reopened)
        yield
        self.preview = SheetPreview()
        self._printing = PaperPrinting(page, application, self._print_pdf, self.preview)
        self.preview.view.setMinimumHeight(200)
        yield
        yield from self._lay_out()

    def _lay_out(self) -> Iterator[None]:
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        record = scrolled(content, left)
        left.add(record, 1)
        self.returned.erasing_beside(left, record)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._explained)
        column.addWidget(Flow([self.print, self.returned.take, self.returned.paste, self.person]))
        self.returned.words_in(column)
        for widget in (self._facts, self._handed_title, self._handed_note, self._handed):
            column.addWidget(widget)
        column.addStretch(1)
        yield
        self.returned.pictures_in(right)
        right.add(self.preview, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        both.addWidget(left, 1)
        both.addWidget(right, 1)

    def begin(self, opening: WithdrawalOpening) -> Iterator[None]:
        """Show one withdrawal, a part per step."""
        self._opening, self._paper = opening, None
        view = opening.view
        self._chip.show_chip(EVIDENCE_CHIPS[view.evidence])
        self._explained.setText(explanation(view))
        moment = moment_words(view.moment, self._application.today())
        self._facts.show_facts(facts_rows(view, opening.person.bodies, opening.recalled, moment))
        yield
        self._handed_note.setText(self._handed_words(opening.handed))
        self._handed.show_facts(handed_rows(opening.handed))
        self.print.setEnabled(False)
        yield
        self.preview.setVisible(not view.pages)
        self.primary_changed.emit("")
        self._load_paper(view.id)
        # A letter may stand in the place of its paper: no page is called missing.
        self.returned.begin(view.id, view.pages, None, takes=view.evidence is not Evidence.ON_PAPER)

    def focus_first(self) -> None:
        """To printing, which comes next."""
        (self.print if self.print.isEnabled() else self.person).setFocus()

    def print_paper(self) -> None:
        """The primary action: 撤回书, receipt and list, one to sign and one to take home."""
        made = self._paper
        if made is None:
            return
        opening = self._opening
        if opening is None:
            return
        title = self.tr("撤回同意书 {form}").format(form=made.form)
        nothing = Notice(self.tr("没有打印。撤回已经生效，回执随时可以再打。"), Tone.INFO)
        self._printing.print_paper(
            self,
            RecordPaper(made, opening.view.id, opening.view.household),
            title,
            note=partial(withdrawal_paper.record_withdrawal_print, self._application, made),
            if_cancelled=nothing,
        )

    def _handed_words(self, handed: tuple[HandedOver, ...]) -> str:
        if not handed:
            return self.tr("到现在为止，本机没有查到按这次撤回的同意放行过。")
        return self.tr(
            "这些以前依法提供，仍然有效。县级值班员照这张单子逐家通知对方停止使用、按要求删除；回执上也有，交本人。"
        )

    def _load_paper(self, withdrawal_id: str) -> None:
        self.preview.clear()

        def show(made: Paper) -> None:
            if self._opening is None or self._opening.view.id != withdrawal_id:
                return
            self._paper = made
            self.print.setEnabled(True)
            self.primary_changed.emit(self.tr("打印撤回书和回执"))
            if not self.preview.isHidden():
                self.preview.show_bytes(made.pdf)
                self._printing.show_prints(made.print_id, self._opening.view.household)

        self._page.run(
            lambda: withdrawal_paper.withdrawal_paper_for(self._application, withdrawal_id), show, lane=Lane.OUTSIDE
        )

    def _ask_person(self) -> None:
        if self._opening is not None:
            self.person_asked.emit(self._opening.person.id)
