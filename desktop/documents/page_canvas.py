"""Drawing pages and writing them as a PDF: fonts with their codes, words as few as can be, an archive's format."""

from __future__ import annotations

import threading
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from desktop.documents.archive import Description, archived
from desktop.documents.font_embedding import with_codes
from desktop.documents.fonts import REGULAR
from desktop.documents.page_words import in_fewer_words
from desktop.documents.streams import deflated

one_at_a_time = threading.Lock()
"""A reportlab font must not serve two documents at once."""


class PageCanvas(Canvas):
    """A canvas of A4 pages in the bundled fonts, written as PDF/A into ``output`` by ``save``."""

    _doc: Any  # missing from the stubs
    _code: list[str]

    def __init__(self, output: BinaryIO, description: Description) -> None:
        # An unused Helvetica would be named and not embedded; the stubs take the font's name for a size.
        super().__init__(output, pagesize=A4, initialFontName=REGULAR, invariant=1)  # type: ignore[arg-type]
        self._output, self._description = output, description
        self._on_every_page = ""

    def translate(self, dx: float, dy: float) -> None:
        """Move to a hundredth of a point: more digits are as long as the text they move."""
        super().translate(round(dx, 2), round(dy, 2))

    def put_on_every_page(self) -> None:
        """Take what was drawn since the page began and draw it under every page: it stands in the file once."""
        self._on_every_page = "\n".join(self._code) + "\n"
        self._code.clear()

    def save(self) -> None:
        """Write the document; every page was shown."""
        document = self._doc
        pages = document.Pages.pages
        drawn = [in_fewer_words(words) for words in (self._on_every_page, *(page.stream for page in pages))]
        shared, *own = (deflated(words.encode("ascii")) for words in with_codes(drawn, document))
        for page, stream in zip(pages, own, strict=True):
            page.Contents = stream
            if self._on_every_page:
                page.Contents = pdfdoc.PDFArray([document.Reference(shared, "page:shared"), document.Reference(stream)])
        self._output.write(archived(document, self._description))
