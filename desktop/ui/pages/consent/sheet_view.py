"""One sheet after it was signed: waiting for its check, checked, refused or void; and the second check itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.consent import SheetState
from desktop.services import consent, paper, scans, sheet_checks
from desktop.services.application import Application, Done
from desktop.services.erasing import Erasure
from desktop.services.permission import Capability, may
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.beside_panel import BesidePanel
from desktop.ui.pages.consent.grants_view import GrantsView
from desktop.ui.pages.consent.opening import SheetOpening
from desktop.ui.pages.consent.scan_erasing import ScanErasing
from desktop.ui.pages.consent.scan_words import note_words, standing_words
from desktop.ui.pages.consent.scanning import load_pictures
from desktop.ui.pages.consent.sheet_words import (
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
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area, scrolled
from desktop.ui.widgets.picture_view import PictureView, image_of
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
        self._pictures: Mapping[str, bytes] = {}
        self._is_page_missing = False
        self._turn = 0

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        page, application = self._page, self._application
        self._chip = StateChip(Chip(""))
        self._explained = label(wrap=True)
        self._standing = label(wrap=True)
        self._notes = label(kind="problem", wrap=True)
        self._signed = label(wrap=True)
        self._wrong = label(kind="problem", wrap=True)
        self._facts = Facts()
        self._grants = GrantsView()
        yield
        self.basis: ChoiceField[str] = ChoiceField([("scan", self.tr("扫描件")), ("paper", self.tr("纸质原件"))])
        self.reason = TextField(self.tr("如 签名不是本人、漏签一页、看不清"))
        self.confirm_void = button(self.tr("作废这份同意书"), self._on_void, Icon.REFUSED)
        self.wrong = button(self.tr("有问题……"), self._begin_void)
        self.beside = button(self.tr("请同事在这台电脑上核对……"), self.ask_colleague, Icon.CHECKED)
        self.person = button(self.tr("他的全部同意，撤回"), self._ask_person)
        self.rescan = button(self.tr("收正确的扫描件……"), self._ask_rescan, Icon.SCAN)
        self.erase = link_button(self.tr("误存，删除这张扫描件……"), self._begin_erasing, Icon.DELETE)
        self.original = link_button(self.tr("看拍来时的原样"), self._show_original, Icon.SCAN)
        yield
        self._scan: ScanView | None = None
        self._pages = Flow()
        self.picture = PictureView()
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
        self._record, self._erasing_area, self._beside_area = (
            scrolled(content, left),
            scroll_area(left),
            scroll_area(left),
        )
        for area in (self._record, self._erasing_area, self._beside_area):
            left.add(area, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (
            self._explained,
            self._standing,
            self._notes,
            self._signed,
            self._wrong,
            self._facts,
            self._grants,
            self._check,
            self._void,
        ):
            column.addWidget(widget)
        column.addWidget(row)
        column.addStretch(1)
        yield
        right.add(self._pages)
        right.add(self.picture, 1)
        right.add(self.preview, 1)
        right.body.addWidget(self.original, 0, Qt.AlignmentFlag.AlignRight)
        right.body.addWidget(self.erase, 0, Qt.AlignmentFlag.AlignRight)
        offer(self.erase, self._application, Capability.ERASE)
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
        self._opening, self._pictures = opening, {}
        self._is_page_missing = False
        self._turn += 1
        sheet = opening.sheet
        self._chip.show_chip(standing_chip(opening))
        self._explained.setText(explanation(opening, lacks_scan=self._lacks_scan(opening)))
        self._facts.show_facts(facts_rows(opening))
        yield
        own = [one for one in opening.person.grants if one.sheet == sheet.id]
        self._grants.show_grants(own, contact_said(sheet))
        yield
        self.basis.set_value(None)
        self.reason.set_value("")
        self._check.setVisible(self.can_check and not opening.is_on_screen)
        self._signed.setText(signatures_words(opening))
        self._wrong.setText("\n".join(filter(None, (signature_problem(opening), changed_words(opening)))))
        for words in (self._signed, self._wrong):
            words.setVisible(bool(words.text()))
        self._signed_copy.begin(opening)
        self._void.hide()
        self.wrong.setVisible(sheet.state in _WAITING)
        self.beside.setVisible(opening.is_for_colleague)
        self.primary_changed.emit(self._primary_words(opening))
        self._show_in_place(self._record)
        self._scan = None
        self.erase.hide()
        self.original.hide()
        has_scans = bool(opening.scans)
        self._say_pages(sheet.id, None)
        self.rescan.setText(self.tr("收正确的扫描件……"))
        self.rescan.setVisible(self._lacks_scan(opening))
        self._pages.setVisible(has_scans)
        self.picture.setVisible(has_scans)
        self.preview.setVisible(not has_scans)
        if has_scans:
            self.picture.say(self.tr("正在打开扫描件……"))
            sheet_id = sheet.id
            self._page.run(lambda: load_pictures(self._application, sheet_id), self._show_pictures, lane=Lane.OUTSIDE)
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
        if not self._erasing_area.isHidden():
            return
        if not self._beside_area.isHidden():
            self.colleagues.focus_first()
            return
        if self.can_check and self._opening is not None and self._opening.is_on_screen:
            self.wrong.setFocus()
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

        def done(result: Done[tuple[str, ...]]) -> None:
            self._page.changed.emit(result.changed)
            text = self.tr("核对无误：{count} 项同意已生效。").format(count=len(result.value))
            self._page.tell(Notice(text, Tone.GOOD, self.tr("已保存在本机，同步后县里就能放行。")))
            self.checked.emit(opening.sheet.id)

        sheet_id = opening.sheet.id
        self.primary_changed.emit("")
        self._page.run(lambda: sheet_checks.check_sheet(self._application, sheet_id, basis), done, lane=Lane.WRITE)

    def _begin_void(self) -> None:
        self._void.show()
        self.wrong.hide()
        self.reason.setFocus()

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

    @cached_property
    def erasing(self) -> ScanErasing:
        """Erasing the scan that is shown; made when it is first asked for."""
        made = ScanErasing(self._page, self._application)
        made.erased.connect(self._on_erased)
        made.closed.connect(self._end_erasing)
        put_in(self._erasing_area, made)
        return made

    def _begin_erasing(self) -> None:
        if self._scan is not None:
            self.primary_changed.emit("")
            self.erase.hide()
            self.original.hide()
            self._show_in_place(self._erasing_area)
            self.erasing.begin(self._scan)

    def _on_erased(self, done: Done[Erasure]) -> None:
        self.picture.say(self.tr("这张扫描件已删除。"))
        self._pictures, self._scan = {}, None
        self.erase.hide()
        self.original.hide()
        self._pages.hide()
        self._page.changed.emit(done.changed)

    def _end_erasing(self) -> None:
        opening = self._opening
        if opening is None:
            return
        if self._scan is None:  # it went: the sheet is read anew
            self.checked.emit(opening.sheet.id)
            return
        self._show_in_place(self._record)
        self.erase.show()
        self.primary_changed.emit(self._primary_words(opening))
        self.focus_first()

    def _show_in_place(self, shown: QWidget) -> None:
        """The record of the sheet, or what stands in its place for a while."""
        for area in (self._record, self._erasing_area, self._beside_area):
            area.setVisible(area is shown)

    # --- a colleague checks it here

    @cached_property
    def colleagues(self) -> BesidePanel:
        """A colleague's check at this laptop; made when it is first asked for."""
        made = BesidePanel(self._page, self._application)
        made.primary_changed.connect(self.primary_changed)
        made.recorded.connect(self.checked)
        made.closed.connect(self._end_beside)
        put_in(self._beside_area, made)
        return made

    def ask_colleague(self) -> None:
        """Ask a colleague to check it here, where somebody else can."""
        if self._opening is not None and self._opening.is_for_colleague:
            self.erase.hide()
            self._show_in_place(self._beside_area)
            self.colleagues.begin(self._opening)

    def _end_beside(self) -> None:
        if self._opening is not None:
            self._show_in_place(self._record)
            self.erase.setVisible(self._scan is not None)
            self.primary_changed.emit(self._primary_words(self._opening))
            self.focus_first()

    def _ask_person(self) -> None:
        if self._opening is not None:
            self.person_asked.emit(self._opening.person.id)

    def _show_pictures(self, loaded: tuple[tuple[ScanView, ...], Mapping[str, bytes]]) -> None:
        scans, self._pictures = loaded
        if self._opening is None or {one.sheet for one in scans} != {self._opening.sheet.id}:
            return
        self._pages.replace(
            [
                button(self._page_words(scan), lambda scan=scan: self._show_scan(scan), Icon.SCAN)  # type: ignore[misc]
                for scan in scans
            ]
        )
        self._show_scan(next((one for one in scans if one.id in self._pictures), scans[0]))

    def _say_pages(self, sheet_id: str, pages: SheetPages | None) -> None:
        """Which pages are here and which are missing, and whether the paper still says what the record says."""
        if self._opening is None or self._opening.sheet.id != sheet_id:
            return
        self._standing.setText(standing_words(pages) if pages else "")
        self._notes.setText("\n".join(note_words(pages)) if pages else "")
        for words in (self._standing, self._notes):
            words.setVisible(bool(words.text()))
        self._is_page_missing = bool(pages and pages.missing) and self._takes_pages(self._opening)
        if self._is_page_missing and self._opening.scans:
            self.rescan.setText(self.tr("补收缺的页……"))
            self.rescan.show()
            if not self._record.isHidden():
                self.primary_changed.emit(self._primary_words(self._opening))

    def _page_words(self, scan: ScanView) -> str:
        words = self.tr("第 {page} 页").format(page=scan.page)
        return words if scan.recognised else words + self.tr("（人工确认）")

    def _show_scan(self, scan: ScanView) -> None:
        picture = self._pictures.get(scan.id)
        self._turn += 1
        if self._erasing_area.isHidden():
            self._scan = scan
            self.erase.setVisible(not self._record.isHidden())
        self.original.setVisible(picture is not None and bool(scan.original))
        if picture is None:
            self.picture.say(self.tr("这张扫描件在同事的电脑上，还没有传过来。可以请他拿纸质原件来，对着纸核对。"))
            return
        turn = self._turn

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.picture.show_image(image, self._page_words(scan))

        self._page.run(lambda: image_of(picture), show, lane=Lane.OUTSIDE)

    def _show_original(self) -> None:
        """The picture as it came: what was cut off when the sheet was laid flat is seen there."""
        scan = self._scan
        if scan is None:
            return
        self._turn += 1
        turn = self._turn

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.original.hide()
                self.picture.show_image(image, self._page_words(scan) + self.tr("，拍来时的原样"))

        application = self._application
        self._page.run(lambda: image_of(scans.original_picture(application, scan)), show, lane=Lane.OUTSIDE)

    def _load_paper(self, sheet_id: str) -> None:
        self.preview.clear()

        def show(pdf: bytes) -> None:
            if self._opening is not None and self._opening.sheet.id == sheet_id:
                self.preview.show_bytes(pdf)

        self._page.run(lambda: paper.consent_paper_for(self._application, sheet_id).pdf, show)
