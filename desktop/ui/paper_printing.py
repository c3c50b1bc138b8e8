"""Printing a paper from a page: whatever came of it is noted, said, and shown under the paper from then on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.domain.prints import Came
from desktop.services import paper, prints
from desktop.services.application import Application, Done
from desktop.services.prints import PrintNoted
from desktop.services.record_paper import RecordPaper
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice, printed_notice, prints_words
from desktop.ui.printing import Printing, PrintPdf, PrintResult
from desktop.ui.slices import is_there
from desktop.ui.tasks import Lane
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.sheet_preview import SheetPreview

Note = Callable[[Came], Done[Any]]
"""Notes what came of one printing of one paper; answers how often it came out whole, where that is known."""


class PaperPrinting:
    """Between a page that shows a paper in ``preview`` (or none), the printer and the journal."""

    def __init__(
        self, page: Page, application: Application, print_pdf: PrintPdf, preview: SheetPreview | None = None
    ) -> None:
        self._page, self._application, self._print_pdf = page, application, print_pdf
        self._preview = preview
        self._shown = ""

    def show_prints(self, print_id: str, household: str) -> None:
        """Say under the preview what came of printing the paper that is shown in it now; "" where it has no number."""
        preview, self._shown = self._preview, print_id
        if preview is None or not is_there(preview):  # the view it stood in may be another by now
            return
        if not print_id:
            preview.say_prints("")
            return

        def show(found: tuple[PrintNoted, ...]) -> None:
            if print_id == self._shown and preview.pages:
                preview.say_prints(prints_words(found, self._application.today()))

        self._page.run(partial(prints.prints_of, self._application, print_id, household), show, part=preview)

    def print_paper(
        self,
        parent: QWidget,
        made: RecordPaper,
        title: str,
        *,
        note: Note | None = None,
        done: Callable[[], None] | None = None,
        if_cancelled: Notice | None = None,
        copies: int = 1,
    ) -> Printing:
        """Ask for the printer, print, and note what came of it by ``note`` (else as any form is).

        ``done`` is called once it is noted that it came out whole; ``title`` goes to the print queue and names nobody.
        """
        several = {"copies": copies} if copies > 1 else {}
        printing = self._print_pdf(parent, made.paper.to_print, title, **several)
        self.note_printing(printing, note or self._note_of(made), made, done=done, if_cancelled=if_cancelled)
        return printing

    def note_printing(
        self,
        printing: Printing,
        note: Note,
        made: RecordPaper,
        *,
        done: Callable[[], None] | None = None,
        if_cancelled: Notice | None = None,
    ) -> None:
        """Note what came of a printing, and say it."""
        is_whole = printing.result is PrintResult.PRINTED

        def write() -> tuple[frozenset[str], Any]:
            results = [note(came) for came in printing.all_came]
            return frozenset().union(*(one.changed for one in results)), results[-1].value

        def noted(result: tuple[frozenset[str], Any]) -> None:
            changed, times = result
            self._page.changed.emit(changed)
            if is_whole:
                self._page.tell(printed_notice(printing.copies, times if isinstance(times, int) else 1))
            if is_whole and done is not None:
                done()
            if self._shown == made.paper.print_id:
                self.show_prints(made.paper.print_id, made.household)

        if not is_whole:
            notice = not_printed_notice(printing) or if_cancelled
            if notice is not None:
                self._page.tell(notice)
        self._page.run(write, noted, lane=Lane.WRITE)

    def _note_of(self, made: RecordPaper) -> Note:
        application = self._application
        return lambda came: paper.record_print(application, made.paper, of=made.of, household=made.household, came=came)
