"""One sheet after it was signed: waiting for its check, checked, refused or void; and the second check itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.consent import SheetState
from desktop.services import consent, paper, scans, sheet_checks
from desktop.services.application import Application, Done
from desktop.services.permission import Capability, may
from desktop.services.scans import SheetPages
from desktop.ui.icons import Icon
from desktop.ui.pages.beside_panel import BesideAsked, BesidePanel
from desktop.ui.pages.consent.grants_view import GrantsView
from desktop.ui.pages.consent.opening import SheetOpening
from desktop.ui.pages.consent.scan_words import LACKS
from desktop.ui.pages.consent.sheet_words import (
    caution_words,
    changed_words,
    contact_said,
    explanation,
    facts_rows,
    signature_problem,
    signatures_words,
    standing_chip,
)
from desktop.ui.pages.consent.signed_copy import SignedCopy
from desktop.ui.pages.page import Page
from desktop.ui.pages.returned_paper import ReturnedPaper
from desktop.ui.printing import PrintPdf
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.comparison_boxes import ComparisonBoxes
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area, scrolled
from desktop.ui.widgets.sheet_preview import SheetPreview

_WAITING = (SheetState.SIGNED, SheetState.SCANNED)


class SheetStanding(Filling):
    """The record at the left, the picture (or the paper) at the right."""

    person_asked = Signal(str)
    """The person's consents, with the withdrawal."""
    checked = Signal(str)
    rescan_asked = Signal(str)
    """The picture of this sheet went; another is to be taken in."""
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(page.ground)
        self._page, self._application, self._print = page, application, print_pdf
        self._opening: SheetOpening | None = None
        self._is_page_missing = False

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        page, application = self._page, self._application
        self._chip = StateChip(Chip(""))
        self._explained = label(wrap=True)
        self._signed = label(wrap=True)
        self._wrong = label(kind="problem", wrap=True)
        self._facts = Facts()
        self._grants, self._beside_grants = GrantsView(), GrantsView()
        yield
        self.basis: ChoiceField[str] = ChoiceField([("scan", self.tr("扫描件")), ("paper", self.tr("纸质原件"))])
        self.boxes = ComparisonBoxes()
        self.boxes.not_alike.connect(self._begin_void)
        self.reason = TextField(self.tr("如 签名不是本人、漏签一页、看不清"))
        self.confirm_void = button(self.tr("作废这份同意书"), self._on_void, Icon.REFUSED)
        self.wrong = button(self.tr("有问题……"), lambda: self._begin_void(""))
        self.beside = button(self.tr("请同事在这台电脑上核对……"), self.ask_colleague, Icon.CHECKED)
        self.person = button(self.tr("他的全部同意，撤回"), self._ask_person)
        self.rescan = button(self.tr("收正确的扫描件……"), self._ask_rescan, Icon.SCAN)
        yield
        self.returned = ReturnedPaper(page, application, self.tr("这份同意书"), self)
        self.returned.reopened.connect(self.checked)
        self.returned.erasing_began.connect(lambda: self.primary_changed.emit(""))
        self.returned.erasing_ended.connect(self._end_erasing)
        yield
        self.preview = SheetPreview()
        self.preview.view.setMinimumHeight(200)
        self._signed_copy = SignedCopy(page, application, self._print, self.preview)
        self._signed_copy.printed.connect(self.checked)
        self.copy = self._signed_copy.button
        yield
        yield from self._lay_out()

    def _lay_out(self) -> Iterator[None]:
        self._check = Form(1)
        self._check.add(self.tr("对照着什么核对的"), self.basis)
        self._void = QWidget()
        inside = QVBoxLayout(self._void)
        inside.setContentsMargins(0, 0, 0, 0)
        form = Form(1)
        form.add(self.tr("有什么问题"), self.reason)
        inside.addWidget(form)
        inside.addWidget(self.confirm_void, 0, Qt.AlignmentFlag.AlignLeft)
        row = Flow([self.copy, self.beside, self.rescan, self.wrong, self.person])
        yield
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        self._record, self._beside_area = scrolled(content, left), scroll_area(left)
        for area in (self._record, self._beside_area):
            left.add(area, 1)
        self.returned.erasing_beside(left, self._record)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._explained)
        self.returned.words_in(column)
        for widget in (
            self._signed,
            self._wrong,
            self._facts,
            self._grants,
            self._check,
            self.boxes,
            self._void,
        ):
            column.addWidget(widget)
        column.addWidget(row)
        column.addStretch(1)
        yield
        self.returned.pictures_in(right)
        right.add(self.preview, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        both.addWidget(left, 1)
        both.addWidget(right, 1)

    @property
    def can_check(self) -> bool:
        """Whether this worker may do the second check now."""
        opening = self._opening
        return opening is not None and opening.sheet.state in _WAITING and not opening.problem

    def begin(self, opening: SheetOpening) -> Iterator[None]:
        """Show one sheet, a part per step."""
        self._opening = opening
        self._is_page_missing = False
        sheet = opening.sheet
        self._chip.show_chip(standing_chip(opening))
        self._explained.setText(explanation(opening, lacks_scan=self._lacks_scan(opening)))
        self._facts.show_facts(facts_rows(opening))
        yield
        own = [one for one in opening.person.grants if one.sheet == sheet.id]
        self._grants.show_grants(own, contact_said(sheet))
        yield
        self.basis.set_value(None)
        self.basis.offer(("scan", "paper") if opening.scan_lack is None else ("paper",))
        self._check.show_hint(self.basis, LACKS[opening.scan_lack] if opening.scan_lack is not None else "")
        self.reason.set_value("")
        self._check.setVisible(self.can_check and not opening.is_on_screen)
        self.boxes.show_boxes(opening.comparison.boxes if self.can_check else ())
        self._signed.setText(signatures_words(opening))
        self._wrong.setText(
            "\n".join(filter(None, (signature_problem(opening), changed_words(opening), caution_words(opening))))
        )
        for words in (self._signed, self._wrong):
            words.setVisible(bool(words.text()))
        self._signed_copy.begin(opening)
        self._void.hide()
        self.wrong.setVisible(sheet.state in _WAITING)
        self.beside.setVisible(opening.is_for_colleague)
        self.primary_changed.emit(self._primary_words(opening))
        self._show_in_place(self._record)
        has_scans = bool(opening.scans)
        self.rescan.setText(self.tr("收正确的扫描件……"))
        self.rescan.setVisible(self._lacks_scan(opening))
        self.preview.setVisible(not has_scans)
        self.returned.begin(sheet.id, opening.scans, None, takes=False)
        if has_scans:
            sheet_id = sheet.id
            self._page.run(
                lambda: scans.sheet_pages(self._application, sheet_id),
                lambda pages: self._say_pages(sheet_id, pages),
                lane=Lane.OUTSIDE,
            )
        elif opening.is_on_screen and not signature_problem(opening):
            self._signed_copy.load()
        else:
            self._load_paper(sheet.id)

    def focus_first(self) -> None:
        """To what the checker decides first."""
        if self.returned.is_erasing:
            return
        if not self._beside_area.isHidden():
            self.colleagues.focus_first()
            return
        if self.can_check and self._opening is not None and self._opening.is_on_screen:
            self.boxes.focus_first()
            return
        next_step = self.basis if self.can_check else self.person if self.beside.isHidden() else self.beside
        next_step.setFocus()

    def confirm(self) -> None:
        """The primary action: 核对无误, or taking the right picture in."""
        if not self._beside_area.isHidden():
            self.colleagues.confirm()
            return
        opening, basis = self._opening, self.basis.value()
        if opening is not None and opening.is_on_screen:
            basis = "screen"
        if opening is None or not self.can_check:
            self._ask_rescan()
            return
        if basis is None:
            self._page.tell(Notice(self.tr("请选对照着什么核对的。"), Tone.WARN))
            self.basis.setFocus()
            return
        if left := self.boxes.problem():
            self._page.tell(Notice(left, Tone.WARN, self.tr("有对不上的，请按那一格的“不对……”。")))
            self.boxes.focus_first()
            return

        def done(result: Done[tuple[str, ...]]) -> None:
            self._page.changed.emit(result.changed)
            text = self.tr("核对无误：{count} 项同意已生效。").format(count=len(result.value))
            self._page.tell(Notice(text, Tone.GOOD, self.tr("已保存在本机，同步后县里就能放行。")))
            self.checked.emit(opening.sheet.id)

        sheet_id = opening.sheet.id
        self.primary_changed.emit("")
        self._page.run(lambda: sheet_checks.check_sheet(self._application, sheet_id, basis), done, lane=Lane.WRITE)

    def _begin_void(self, reason: str) -> None:
        self._void.show()
        self.wrong.hide()
        if reason:
            self.reason.set_value(reason)
        self.reason.setFocus()
        QTimer.singleShot(0, self, lambda: self._record.ensureWidgetVisible(self.confirm_void))

    def _on_void(self) -> None:
        opening, reason = self._opening, self.reason.value()
        if opening is None:
            return
        if not reason:
            self._page.tell(Notice(self.tr("请写几个字，说明有什么问题。"), Tone.WARN))
            self.reason.setFocus()
            return

        def done(result: Done[None]) -> None:
            self._page.changed.emit(result.changed)
            self._page.tell(Notice(self.tr("已作废，原因也记下了。"), Tone.GOOD, self.tr("需要时请重新征求一份。")))
            self.checked.emit(opening.sheet.id)

        sheet_id = opening.sheet.id
        self._page.run(lambda: consent.void_sheet(self._application, sheet_id, reason), done, lane=Lane.WRITE)

    # --- a picture that was filed by mistake

    def _lacks_scan(self, opening: SheetOpening) -> bool:
        """Whether its picture was there and went, so that the right one has to be taken in."""
        return not opening.scans and not opening.is_on_screen and self._takes_pages(opening)

    def _takes_pages(self, opening: SheetOpening) -> bool:
        """Whether what is missing of a sheet that was taken in can be added here."""
        is_taken = opening.sheet.state in (SheetState.SCANNED, SheetState.CHECKED)
        return is_taken and may(self._application, Capability.TAKE_SCAN)

    def _primary_words(self, opening: SheetOpening) -> str:
        if self.can_check:
            return "" if opening.is_on_screen and signature_problem(opening) else self.tr("核对无误")
        if self._lacks_scan(opening):
            return self.tr("收正确的扫描件")
        return self.tr("补收缺的页") if self._is_page_missing else ""

    def _ask_rescan(self) -> None:
        if self._opening is not None and (self._lacks_scan(self._opening) or self._is_page_missing):
            self.rescan_asked.emit(self._opening.sheet.id)

    def _end_erasing(self) -> None:
        if self._opening is not None:
            self.primary_changed.emit(self._primary_words(self._opening))
            self.focus_first()

    def _show_in_place(self, shown: QWidget) -> None:
        """The record of the sheet, or what stands in its place for a while."""
        for area in (self._record, self._beside_area):
            area.setVisible(area is shown)

    # --- a colleague checks it here

    @cached_property
    def colleagues(self) -> BesidePanel:
        """A colleague's check at this laptop; made when it is first asked for."""
        made = BesidePanel(self._page, self._application, self._beside_grants, self.tr("这份同意书"))
        made.primary_changed.connect(self.primary_changed)
        made.signed.connect(self.checked)
        made.closed.connect(self._end_beside)
        put_in(self._beside_area, made)
        return made

    def ask_colleague(self) -> None:
        """Ask a colleague to check it here, where somebody else can."""
        opening = self._opening
        if opening is not None and opening.is_for_colleague:
            self.returned.erase.hide()
            self._show_in_place(self._beside_area)
            own = [one for one in opening.person.grants if one.sheet == opening.sheet.id]
            self._beside_grants.show_grants(own, contact_said(opening.sheet))
            boxes, caution = opening.comparison.boxes, caution_words(opening)
            self.colleagues.begin(
                BesideAsked(opening.sheet.id, opening.scan_lack, opening.is_on_screen, boxes, caution)
            )

    def _end_beside(self) -> None:
        if self._opening is not None:
            self._show_in_place(self._record)
            self.returned.erase.setVisible(bool(self._opening.scans))
            self.primary_changed.emit(self._primary_words(self._opening))
            self.focus_first()

    def _ask_person(self) -> None:
        if self._opening is not None:
            self.person_asked.emit(self._opening.person.id)

    def _say_pages(self, sheet_id: str, pages: SheetPages) -> None:
        """Which pages are here and which are missing, and whether the paper still says what the record says."""
        if self._opening is None or self._opening.sheet.id != sheet_id:
            return
        self.returned.say_pages(pages)
        self._is_page_missing = bool(pages.missing) and self._takes_pages(self._opening)
        if self._is_page_missing and self._opening.scans:
            self.rescan.setText(self.tr("补收缺的页……"))
            self.rescan.show()
            if not self._record.isHidden():
                self.primary_changed.emit(self._primary_words(self._opening))

    def _load_paper(self, sheet_id: str) -> None:
        self.preview.clear()

        def show(pdf: bytes) -> None:
            if self._opening is not None and self._opening.sheet.id == sheet_id:
                self.preview.show_bytes(pdf)
                self._signed_copy.show_prints(sheet_id)

        self._page.run(lambda: paper.consent_paper_for(self._application, sheet_id).pdf, show)
