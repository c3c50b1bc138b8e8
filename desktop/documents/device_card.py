"""The device card (设备卡) on paper: the secret that opens a vault together with its password.

Made once, when the vault is made; it goes into the township's safe (``design.md`` §5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from desktop.documents.archive import Description
from desktop.documents.fonts import load_text_face, require_printable, split_by_font, text_width
from desktop.documents.form_content import chinese_date
from desktop.documents.page_canvas import PageCanvas, one_at_a_time
from desktop.documents.pdf import draw_around, draw_page_number, page_setup
from desktop.documents.qr_drawing import draw_qr
from desktop.documents.text_drawing import draw_text
from desktop.documents.wording import load_wording

GROUPS_IN_A_ROW = 4
_LEFT = 30 * mm
_STEP = 38 * mm
_TOP = A4[1] - 34 * mm
_QR_SIZE = 36 * mm
"""33 modules of 1.1 mm, coarse enough for a hand scanner on a worn card."""
_QR_LEFT = A4[0] - _LEFT - _QR_SIZE
_QR_QUIET = 6 * mm
"""Four modules of white belong to a code (ISO/IEC 18004, 6.3.8)."""
_LINE_SIZE = 13


def card_rows(card: str) -> tuple[tuple[str, ...], ...]:
    """The card's groups of letters as they are shown and printed, row by row."""
    groups = card.split("-")
    return tuple(tuple(groups[start : start + GROUPS_IN_A_ROW]) for start in range(0, len(groups), GROUPS_IN_A_ROW))


@dataclass(frozen=True, slots=True)
class DeviceCardContent:
    """Everything the card says beyond its wording. ``print_id`` is none: nothing may know this paper again."""

    card: str
    worker_name: str
    office: str
    made: date
    print_id: str = ""
    wording_version: str = "2026.1"


def device_card(card: str, worker_name: str, office: str, made: date) -> bytes:
    """One A4 page, from memory. Raises UserFacingError ``print.missing-characters`` for a name no font can print.

    It has the words of every form around it and no code of a print: a scanner is to find the card's own code alone, and
    nobody is to take in a picture of it. Always in the bundled wording: no vault is open that could know another.
    """
    require_printable((worker_name, office))
    content = DeviceCardContent(card, worker_name, office, made)
    words = load_wording("device-card", content.wording_version)
    setup = page_setup(content, words, "")
    output = BytesIO()
    with one_at_a_time:
        load_text_face()
        canvas = PageCanvas(output, Description(words.title, f"{words.number} {words.version}"))
        draw_around(canvas, setup)
        draw_page_number(canvas, 1, 1, words.language)
        y = A4[1] - 46 * mm
        draw_text(canvas, _LEFT, y, words.title, 24, bold=True)
        terms = words.terms
        for line in (
            f"{terms['worker']} {worker_name}",
            f"{terms['office']} {office}",
            f"{terms['made']} {chinese_date(made)}",
        ):
            y -= 9 * mm
            draw_text(canvas, _LEFT, y, line, _size_beside_code(line))
        draw_qr(canvas, card, _QR_LEFT, _TOP - _QR_QUIET - _QR_SIZE, _QR_SIZE)
        y -= 8 * mm
        for row in card_rows(card):
            y -= 14 * mm
            for column, group in enumerate(row):
                draw_text(canvas, _LEFT + column * _STEP, y, group, 22, bold=True)
        y -= 12 * mm
        for line in words.section("use").paragraphs:
            y -= 8 * mm
            draw_text(canvas, _LEFT, y, line, 12)
        canvas.rect(_LEFT - 8 * mm, y - 8 * mm, A4[0] - 2 * _LEFT + 16 * mm, _TOP - y + 8 * mm)
        canvas.showPage()
        canvas.save()
    return output.getvalue()


def _size_beside_code(line: str) -> float:
    """The size in points at which a line ends before the code's quiet zone."""
    width = sum(text_width(part, font, _LINE_SIZE) for font, part in split_by_font(line))
    return min(_LINE_SIZE, _LINE_SIZE * (_QR_LEFT - _QR_QUIET - _LEFT) / width)
