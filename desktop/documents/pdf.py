"""Pages as PDF bytes, made in memory: header with form number, hash and QR code, page x of y, watermark.

Nothing is written to disk, and the metadata name the form and nobody. The same input gives the same
bytes, so that the hash of a print can be checked again later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, dataclass
from io import BytesIO
from typing import Any, BinaryIO, ClassVar, Protocol

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate
from reportlab.platypus.doctemplate import LayoutError

from desktop.documents.archive import Description
from desktop.documents.fonts import REGULAR, load_text_face, text_width
from desktop.documents.page_canvas import PageCanvas, one_at_a_time
from desktop.documents.print_mark import SHORT_HASH_LENGTH, PrintMark, content_hash
from desktop.documents.qr_drawing import draw_qr
from desktop.documents.text_drawing import draw_text
from desktop.documents.wording import Wording
from desktop.domain.errors import UserFacingError

LEFT_MARGIN = 22 * mm
"""Wider than the right one: sheets are bound on the left."""
RIGHT_MARGIN = 18 * mm
CONTENT_WIDTH = A4[0] - LEFT_MARGIN - RIGHT_MARGIN
"""Width in points of what stands between the margins."""

_TOP_MARGIN = 31 * mm
_BOTTOM_MARGIN = 17 * mm
_QR_SIZE = 22 * mm
"""29 modules of 0.76 mm: three pixels each in a picture of 100 dpi."""
_QR_TOP = 6 * mm
"""Printers leave four to five millimetres white."""
CODE_ON_PAPER = ((A4[0] - RIGHT_MARGIN - _QR_SIZE) / mm, _QR_TOP / mm, _QR_SIZE / mm)
"""Where the code stands on every page: from the left, from the top, and its side, in millimetres."""
_FOOTER = _BOTTOM_MARGIN - 7 * mm
_HEADER_SIZE = 9
_HEADER_WORDS = {
    "zh-Hans": ("{version}版", "编号 {number}", "第{page}页/共{pages}页"),
    "zh-Hant": ("{version}版", "編號 {number}", "第{page}頁/共{pages}頁"),
}
"""By the language of the wording: its version, the sheet's number, and which page it is."""
_NOTICE_SIZE = 18


@dataclass(frozen=True, slots=True)
class PageSetup:
    """What stands on every page around the text."""

    title: str
    """Title of the form, for the metadata; never a person's name."""
    form_number: str
    """For example ``TY-01``."""
    wording_version: str
    content_hash: str
    """SHA-256 of the content, 64 hexadecimal digits; the first eight are printed."""
    print_id: str
    """Id of this printing, letters, digits and hyphens; says nothing of the person."""
    sheet_number: str = ""
    """Number of the sheet, empty until there is one."""
    watermark: str = ""
    heavy_watermark: bool = False
    footer: str = ""
    language: str = "zh-Hans"

    @property
    def short_hash(self) -> str:
        return self.content_hash[:SHORT_HASH_LENGTH]


class FormContent(Protocol):
    """What a form says beyond its wording: a dataclass that knows which printing it is."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def print_id(self) -> str:
        """Id of the printing."""


def page_setup(content: FormContent, words: Wording, sheet_number: str, watermark: str = "") -> PageSetup:
    """What stands on the pages of a form in this wording: number, version and the hash that binds both."""
    return PageSetup(
        title=words.title,
        form_number=words.number,
        wording_version=words.version,
        content_hash=content_hash(content, words.sha256),
        print_id=content.print_id,
        sheet_number=sheet_number,
        watermark=watermark,
        footer=words.terms["footer"],
        language=words.language,
    )


def make_pdf(story: Sequence[Flowable], setup: PageSetup) -> bytes:
    """Lay the story out on A4 pages and return the PDF. A story can be used once only.

    Raises UserFacingError ``print.missing-characters`` where no bundled font has a character, and
    ``print.text-too-long`` where one cell of a table would not fit on a page.
    """
    output = BytesIO()
    document = BaseDocTemplate(output, pagesize=A4, initialFontName=REGULAR, invariant=1)
    frame = Frame(
        LEFT_MARGIN,
        _BOTTOM_MARGIN,
        CONTENT_WIDTH,
        A4[1] - _TOP_MARGIN - _BOTTOM_MARGIN,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame]))
    with one_at_a_time:
        load_text_face()
        try:
            document.build(list(story), canvasmaker=lambda *_, **__: _NumberedCanvas(output, setup))
        except LayoutError as error:
            raise UserFacingError("print.text-too-long") from error
    return output.getvalue()


class _NumberedCanvas(PageCanvas):
    """Holds the pages back until their number is known, then draws what stands around the text of each."""

    def __init__(self, output: BinaryIO, setup: PageSetup) -> None:
        super().__init__(
            output, Description(setup.title, f"{setup.form_number} {setup.wording_version}", setup.language)
        )
        self._setup = setup
        self._held_pages: list[dict[str, Any]] = []
        draw_around(self, setup)
        self.put_on_every_page()

    def showPage(self) -> None:  # noqa: N802 (reportlab calls it by this name)
        self._held_pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        pages = len(self._held_pages)
        qr_mask: int | None = None
        for number, state in enumerate(self._held_pages, start=1):
            self.__dict__.update(state)
            mark = PrintMark(self._setup.print_id, number, pages, self._setup.short_hash)
            qr_mask = _draw_mark(self, mark, self._setup.language, qr_mask)
            super().showPage()
        super().save()


def draw_around(canvas: Canvas, setup: PageSetup) -> None:
    """Draw what is the same on every page: watermark, form number, version, short hash, the sheet's number, footer."""
    canvas.saveState()
    _draw_watermark(canvas, setup)
    top = A4[1] - 9 * mm
    version, number, _ = _HEADER_WORDS[setup.language]
    line = f"{setup.form_number} · {version.format(version=setup.wording_version)} · {setup.short_hash}"
    draw_text(canvas, LEFT_MARGIN, top - 7 * mm, line, _HEADER_SIZE)
    if setup.sheet_number:
        draw_text(canvas, LEFT_MARGIN, top - 12.5 * mm, number.format(number=setup.sheet_number), _HEADER_SIZE)
    if setup.heavy_watermark and setup.watermark:
        # Shaded cells hide parts of the watermark, so it is said here in full too.
        width = text_width(setup.watermark, REGULAR, _NOTICE_SIZE)
        draw_text(
            canvas,
            A4[0] - RIGHT_MARGIN - _QR_SIZE - 6 * mm - width,
            top - 11 * mm,
            setup.watermark,
            _NOTICE_SIZE,
            bold=True,
        )
    canvas.setLineWidth(0.5)
    canvas.line(LEFT_MARGIN, top - 16 * mm, A4[0] - RIGHT_MARGIN - _QR_SIZE - 4 * mm, top - 16 * mm)
    canvas.line(LEFT_MARGIN, _BOTTOM_MARGIN - 2 * mm, A4[0] - RIGHT_MARGIN, _BOTTOM_MARGIN - 2 * mm)
    draw_text(canvas, LEFT_MARGIN, _FOOTER, setup.footer, _HEADER_SIZE)
    canvas.restoreState()


def _draw_mark(canvas: Canvas, mark: PrintMark, language: str, qr_mask: int | None) -> int:
    """Draw which page it is, for eyes and machines; returns the mask of the QR code."""
    draw_page_number(canvas, mark.page, mark.pages, language)
    # The codes of the other pages differ in the page's number only, so the first page's mask serves them too.
    x, y = A4[0] - RIGHT_MARGIN - _QR_SIZE, A4[1] - _QR_TOP - _QR_SIZE
    return draw_qr(canvas, mark.payload(), x, y, _QR_SIZE, qr_mask)


def draw_page_number(canvas: Canvas, page: int, pages: int, language: str) -> None:
    """Draw which page of how many it is, for eyes."""
    words = _HEADER_WORDS[language][2].format(page=page, pages=pages)
    draw_text(canvas, A4[0] - RIGHT_MARGIN - text_width(words, REGULAR, _HEADER_SIZE), _FOOTER, words, _HEADER_SIZE)


def _draw_watermark(canvas: Canvas, setup: PageSetup) -> None:
    """Drawn under the text, in a grey that a laser printer shows and that leaves black text legible."""
    if not setup.watermark:
        return
    size = 54 if setup.heavy_watermark else 90
    heights = (0.74, 0.47, 0.2) if setup.heavy_watermark else (0.5,)
    grey = 0.82 if setup.heavy_watermark else 0.86
    canvas.saveState()
    canvas.setFillGray(grey)
    canvas.setStrokeGray(grey)  # bold is drawn with an outline, which would be black
    for height in heights:
        canvas.saveState()
        canvas.translate(A4[0] / 2, A4[1] * height)
        canvas.rotate(24 if setup.heavy_watermark else 45)
        draw_text(canvas, -text_width(setup.watermark, REGULAR, size) / 2, -size / 3, setup.watermark, size, bold=True)
        canvas.restoreState()
    canvas.restoreState()
