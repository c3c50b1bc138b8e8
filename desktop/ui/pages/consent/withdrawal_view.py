"""One withdrawal (撤回): in force, what it stopped, what had been handed over; its paper out and back in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.withdrawals import Evidence, HandedOver
from desktop.services import referrals, scan_intake, scan_tray, scans, withdrawal_paper, withdrawals
from desktop.services.application import Application, Done
from desktop.services.erasing import Erasure
from desktop.services.paper import Paper
from desktop.services.permission import Capability
from desktop.services.scan_intake import Intake
from desktop.services.scan_prints import Why
from desktop.services.scan_tray import Waiting
from desktop.services.scans import ScanView
from desktop.services.withdrawals import WithdrawalView
from desktop.ui.file_choice import choose_files
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.consent.opening import Person, load_person
from desktop.ui.pages.consent.scan_erasing import ScanErasing
from desktop.ui.pages.consent.withdrawal_words import (
    EVIDENCE_CHIPS,
    explanation,
    facts_rows,
    handed_rows,
    intake_words,
)
from desktop.ui.pages.consent.words import moment_words
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice, say_noted
from desktop.ui.printing import PrintPdf, PrintResult
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area, scrolled
from desktop.ui.widgets.picture_view import PictureView, image_of
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
        self._page, self._application, self._print = page, application, print_pdf
        self.choose: Callable[[], tuple[str, ...]] = self._ask_for_files
        self._opening: WithdrawalOpening | None = None
        self._paper: Paper | None = None
        self._scan: ScanView | None = None
        self._unrecognised: tuple[Waiting, ...] = ()
        self._turn = 0

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        self._chip = StateChip(Chip(""))
        self._explained = label(wrap=True)
        self._facts = Facts()
        self._handed_title = label(self.tr("撤回以前已经提供出去的"), "field", wrap=True)
        self._handed_note = label(kind="soft", wrap=True)
        self._handed = Facts()
        self._said = label(kind="problem", wrap=True)
        yield
        self.print = button(self.tr("打印撤回书和回执"), self.print_paper, Icon.PRINT)
        self.take = button(self.tr("收签好的纸（选照片或扫描件）……"), self._on_take, Icon.SCAN)
        self.here = button(self.tr("这就是这次撤回的纸，收到这里"), self._on_here, Icon.CHECKED)
        self.person = button(self.tr("他的全部同意"), self._ask_person)
        self.erase = link_button(self.tr("误存，删除这张扫描件……"), self._begin_erasing, Icon.DELETE)
        yield
        self._pages = Flow()
        self.picture = PictureView()
        self.preview = SheetPreview()
        self.preview.view.setMinimumHeight(200)
        yield
        yield from self._lay_out()

    def _lay_out(self) -> Iterator[None]:
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        self._record, self._erasing_area = scrolled(content, left), scroll_area(left)
        for area in (self._record, self._erasing_area):
            left.add(area, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._explained)
        column.addWidget(Flow([self.print, self.take, self.person]))
        for widget in (self._said, self.here, self._facts, self._handed_title, self._handed_note, self._handed):
            column.addWidget(widget)
        column.addStretch(1)
        yield
        right.add(self._pages)
        right.add(self.picture, 1)
        right.add(self.preview, 1)
        right.body.addWidget(self.erase, 0, Qt.AlignmentFlag.AlignRight)
        offer(self.erase, self._application, Capability.ERASE)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        both.addWidget(left, 1)
        both.addWidget(right, 1)

    def begin(self, opening: WithdrawalOpening) -> Iterator[None]:
        """Show one withdrawal, a part per step."""
        is_same = self._opening is not None and self._opening.view.id == opening.view.id
        self._opening, self._paper, self._scan = opening, None, None
        self._turn += 1
        view = opening.view
        self._show_in_place(self._record)
        self._chip.show_chip(EVIDENCE_CHIPS[view.evidence])
        self._explained.setText(explanation(view))
        moment = moment_words(view.moment, self._application.today())
        self._facts.show_facts(facts_rows(view, opening.person.bodies, opening.recalled, moment))
        yield
        self._handed_note.setText(self._handed_words(opening.handed))
        self._handed.show_facts(handed_rows(opening.handed))
        if not is_same:
            self._say("", ())
        self.take.setVisible(view.evidence is not Evidence.ON_PAPER)
        self.print.setEnabled(False)
        self.erase.hide()
        yield
        has_pages = bool(view.pages)
        self._pages.setVisible(has_pages)
        self.picture.setVisible(has_pages)
        self.preview.setVisible(not has_pages)
        self.primary_changed.emit("")
        self._load_paper(view.id)
        if has_pages:
            self._pages.replace(
                [
                    button(self._page_words(one), lambda one=one: self._show_page(one), Icon.SCAN)  # type: ignore[misc]
                    for one in view.pages
                ]
            )
            self._show_page(view.pages[0])

    def focus_first(self) -> None:
        """To printing, which comes next."""
        (self.print if self.print.isEnabled() else self.person).setFocus()

    def print_paper(self) -> None:
        """The primary action: 撤回书, receipt and list, one to sign and one to take home."""
        made = self._paper
        if made is None:
            return
        printing = self._print(self, made.pdf, self.tr("撤回同意书 {form}").format(form=made.form))
        if printing.result is not PrintResult.PRINTED:
            nothing = Notice(self.tr("没有打印。撤回已经生效，回执随时可以再打。"), Tone.INFO)
            self._page.tell(not_printed_notice(printing) or nothing)
            return
        copies = printing.copies
        self._page.run(
            lambda: withdrawal_paper.record_withdrawal_print(self._application, made, copies),
            say_noted(self._page, copies),
            lane=Lane.WRITE,
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

        self._page.run(
            lambda: withdrawal_paper.withdrawal_paper_for(self._application, withdrawal_id), show, lane=Lane.OUTSIDE
        )

    # --- the page comes back

    def _ask_for_files(self) -> tuple[str, ...]:
        kinds = self.tr("照片、扫描件 (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.pdf)")
        return choose_files(self, self.tr("选签好的撤回书"), kinds)

    def _on_take(self) -> None:
        chosen = self.choose()
        if chosen:
            self._page.run(lambda: scans.read_picture(chosen[0]), self.take_in, self._refused, lane=Lane.OUTSIDE)

    def take_in(self, file: bytes) -> None:
        """A picture or PDF of signed paper: each page goes to where its code says, what has none is asked about."""
        opening = self._opening
        if opening is None:
            return
        application, withdrawal = self._application, opening.view.id
        self.take.setEnabled(False)

        def received(done: Done[Intake]) -> None:
            self.take.setEnabled(True)
            self._page.changed.emit(done.changed)
            if self._opening is None or self._opening.view.id != withdrawal:
                return
            words = intake_words(done.value, withdrawal)
            is_filed = not (done.value.waiting or done.value.let_go)
            self._say("" if is_filed else words, done.value.waiting)
            if is_filed:
                self._page.tell(Notice(words, Tone.GOOD))
            if done.value.filed:
                self.reopened.emit(withdrawal)

        self._page.run(
            lambda: scan_intake.take_in(application, file, sheet_id=withdrawal),
            received,
            self._refused,
            lane=Lane.OUTSIDE,
        )

    def _say(self, words: str, waiting: tuple[Waiting, ...]) -> None:
        self._unrecognised = tuple(one for one in waiting if one.why is Why.NO_CODE)
        self._said.setText(words)
        self._said.setVisible(bool(words))
        self.here.setVisible(bool(self._unrecognised))

    def _refused(self, error: UserFacingError) -> None:
        self.take.setEnabled(True)
        self._page.tell(notice_of(word(error)))

    def _on_here(self) -> None:
        opening = self._opening
        if opening is None or not self._unrecognised:
            return
        application, withdrawal = self._application, opening.view.id
        waiting, left = self._unrecognised[0], self._unrecognised[1:]
        number = max((one.page for one in opening.view.pages), default=0) + 1

        def filed(done: Done[str]) -> None:
            self._page.changed.emit(done.changed)
            self._say(self._said.text() if left else "", left)
            self._page.tell(Notice(self.tr("收好了，记着是人工确认的。"), Tone.GOOD))
            self.reopened.emit(withdrawal)

        self._page.run(
            lambda: scan_tray.file_from_tray(application, waiting.id, withdrawal, number),
            filed,
            self._refused,
            lane=Lane.WRITE,
        )

    def _page_words(self, scan: ScanView) -> str:
        words = self.tr("第 {page} 页").format(page=scan.page)
        return words if scan.recognised else words + self.tr("（人工确认）")

    def _show_page(self, scan: ScanView) -> None:
        self._turn += 1
        turn, application = self._turn, self._application
        self._scan = scan
        self.erase.setVisible(not self._record.isHidden())
        if not scans.is_here(application, scan):
            self.picture.say(self.tr("这张扫描件在同事的电脑上，还没有传过来。"))
            return
        self.picture.say(self.tr("正在打开扫描件……"))

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.picture.show_image(image, self._page_words(scan))

        self._page.run(lambda: image_of(scans.scan_picture(application, scan)), show, lane=Lane.OUTSIDE)

    # --- a page that was filed by mistake

    @cached_property
    def erasing(self) -> ScanErasing:
        """Erasing the page that is shown; made when it is first asked for."""
        made = ScanErasing(self._page, self._application)
        made.erased.connect(self._on_erased)
        made.closed.connect(self._end_erasing)
        put_in(self._erasing_area, made)
        return made

    def _begin_erasing(self) -> None:
        if self._scan is not None:
            self.erase.hide()
            self._show_in_place(self._erasing_area)
            self.erasing.begin(self._scan)

    def _on_erased(self, done: Done[Erasure]) -> None:
        self.picture.say(self.tr("这张扫描件已删除。"))
        self._scan = None
        self._pages.hide()
        self._page.changed.emit(done.changed)

    def _end_erasing(self) -> None:
        if self._opening is None:
            return
        if self._scan is None:  # it went: the record is read anew
            self.reopened.emit(self._opening.view.id)
            return
        self._show_in_place(self._record)
        self.erase.show()

    def _show_in_place(self, shown: QWidget) -> None:
        for area in (self._record, self._erasing_area):
            area.setVisible(area is shown)

    def _ask_person(self) -> None:
        if self._opening is not None:
            self.person_asked.emit(self._opening.person.id)
