"""The copy for whoever signed on the screen (屏幕签名): shown beside the record, and printed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.documents.portable_pages import pages_to_sign
from desktop.domain.consent import SheetState
from desktop.services import screen_signing
from desktop.services.application import Application
from desktop.services.consent import SheetView
from desktop.services.paper import Paper
from desktop.services.record_paper import RecordPaper
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.opening import SheetOpening
from desktop.ui.pages.page import Page
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.sheet_preview import SheetPreview

Loaded = tuple[Paper, tuple[int, ...]]


class SignedCopy(QObject):
    """``button`` prints it; ``printed`` carries the sheet, whose state is another by then."""

    printed = Signal(str)

    def __init__(self, page: Page, application: Application, print_pdf: PrintPdf, preview: SheetPreview) -> None:
        super().__init__(page)
        self._page, self._application, self._preview = page, application, preview
        self._printing = PaperPrinting(page, application, print_pdf, preview)
        self._sheet: SheetView | None = None
        self._copy: Paper | None = None
        self._is_as_signed = False
        self.button = button(self.tr("打印给签名人的一份"), self._on_print, Icon.PRINT)

    def begin(self, opening: SheetOpening) -> None:
        """Another sheet is shown: no copy of the one before is printed any more."""
        self._sheet, self._copy = opening.sheet, None
        self._is_as_signed = not opening.is_text_changed
        self.button.setVisible(opening.is_on_screen and opening.sheet.state is not SheetState.VOID)
        self.button.setEnabled(False)

    def load(self) -> None:
        """Show it in the preview, at its first place to sign; what is not as it was signed is not to be printed."""
        sheet = self._sheet
        if sheet is None:
            return
        sheet_id = sheet.id
        self._preview.clear()

        def load() -> Loaded:
            copy = screen_signing.signed_copy(self._application, sheet_id, to_look_at=True)
            return copy, pages_to_sign(copy.pdf)[1]

        def show(loaded: Loaded) -> None:
            if self._sheet is not None and self._sheet.id == sheet_id:
                self._copy, signed = loaded
                self.button.setEnabled(self._is_as_signed)
                self._preview.show_bytes(self._copy.pdf, self.tr("屏幕签名"))
                self._printing.show_prints(self._copy.print_id, self._sheet.household)
                self._preview.turn_to(next(iter(signed), 1))

        self._page.run(load, show)

    def show_prints(self, sheet_id: str) -> None:
        """Say what came of printing the sheet's own paper, which is in the preview instead of a copy."""
        self._printing.show_prints(sheet_id, "")

    def _on_print(self) -> None:
        sheet, copy = self._sheet, self._copy
        if sheet is None or copy is None:
            return
        nothing = Notice(self.tr("没有打印。签名都存着，随时可以再打。"), Tone.INFO)
        self._printing.print_paper(
            self.button,
            RecordPaper(copy, sheet.id, sheet.household),
            self.tr("同意书 {form}").format(form=copy.form),
            done=lambda: self.printed.emit(sheet.id),
            if_cancelled=nothing,
        )
