"""The letters owed after a laptop was lost (PIPL art. 57): one A4 page for each person, from memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from desktop.documents.archive import Description
from desktop.documents.fonts import load_text_face, require_printable
from desktop.documents.page_canvas import PageCanvas, one_at_a_time
from desktop.documents.text_drawing import draw_text
from desktop.documents.typesetting import Span, TextStyle, break_lines

_LEFT: Final = 28 * mm
_SIZE: Final = 14
_LINE: Final = 9 * mm
_WIDTH: Final = A4[0] - 2 * _LEFT


def loss_letters(letters: Sequence[Sequence[str]], office: str, day: date) -> bytes:
    """The pages, one letter each: its paragraphs, the first of which is the salutation.

    Raises:
        UserFacingError: ``print.missing-characters`` for a name no font can print.
    """
    require_printable([office, *(part for letter in letters for part in letter)])
    output = BytesIO()
    with one_at_a_time:
        load_text_face()
        canvas = PageCanvas(output, Description("个人信息安全事件告知书", "告知书"))
        for letter in letters:
            _draw(canvas, letter, office, day)
            canvas.showPage()
        canvas.save()
    return output.getvalue()


def _lines(paragraph: str) -> list[str]:
    """A paragraph in lines as forms break them: numbers stay whole, punctuation never begins a line."""
    style = TextStyle(size=_SIZE, leading=_LINE, align="left")
    return ["".join(piece.text for piece in line) for line in break_lines([Span(paragraph)], style, _WIDTH)]


def _draw(canvas: PageCanvas, letter: Sequence[str], office: str, day: date) -> None:
    y = A4[1] - 38 * mm
    draw_text(canvas, _LEFT, y, "个人信息安全事件告知书", 20, bold=True)
    y -= 8 * mm
    for number, paragraph in enumerate(letter):
        y -= 3 * mm
        for line in _lines(paragraph if number == 0 else "\u3000\u3000" + paragraph):
            y -= _LINE
            draw_text(canvas, _LEFT, y, line, _SIZE)
    y -= 10 * mm
    for line in (office, f"{day.year}年{day.month}月{day.day}日"):
        y -= _LINE
        draw_text(canvas, 110 * mm, y, line, _SIZE)
    draw_text(canvas, _LEFT, 20 * mm, "依据《中华人民共和国个人信息保护法》第五十七条告知。", 10)
