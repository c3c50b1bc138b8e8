"""The copy for whoever signed on the screen (屏幕签名): shown beside the record, and printed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.documents.portable_pages import pages_to_sign
from desktop.domain.consent import SheetState
from desktop.services import paper, screen_signing
from desktop.services.application import Application, Done
from desktop.services.consent import SheetView
from desktop.services.paper import Paper
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.opening import SheetOpening
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice, say_noted
from desktop.ui.printing import PrintPdf, PrintResult
from desktop.ui.tasks import Lane
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
        self._page, self._application, self._print, self._preview = page, application, print_pdf, preview
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
                self._preview.turn_to(next(iter(signed), 1))

        self._page.run(load, show)

    def _on_print(self) -> None:
        sheet, copy = self._sheet, self._copy
        if sheet is None or copy is None:
            return
        printing = self._print(self.button, copy.to_print, self.tr("同意书 {form}").format(form=copy.form))
        if printing.result is not PrintResult.PRINTED:
            nothing = Notice(self.tr("没有打印。签名都存着，随时可以再打。"), Tone.INFO)
            self._page.tell(not_printed_notice(printing) or nothing)
            return

        def done(result: Done[int]) -> None:
            say_noted(self._page, printing.copies)(result)
            self.printed.emit(sheet.id)

        self._page.run(
            lambda: paper.record_print(
                self._application, copy, of=sheet.id, household=sheet.household, copies=printing.copies
            ),
            done,
            lane=Lane.WRITE,
        )
