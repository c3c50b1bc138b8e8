"""How lines of characters get onto a page, in as few words of PDF as can be.

Bold is the text face drawn with its outline: a second face would add a third to every form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase import pdfmetrics

from desktop.documents.fonts import FALLBACK, split_by_font, text_width
from desktop.documents.page_words import number

_BOLD = 0.036
_FALLBACK = 0.025
"""The fallback face is lighter than the text face it stands beside."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in one font and size; ``outline`` is the width in points of the line drawn around them."""

    text: str
    font: str
    size: float
    outline: float = 0
    spread: float = 0
    """Points added after each character."""


@dataclass(frozen=True, slots=True)
class Line:
    """Runs one after the other from a point on the baseline."""

    x: float
    y: float
    runs: Sequence[Run]


def outline_of(font: str, size: float, bold: bool) -> float:
    """How wide the line around characters is, in points."""
    return size * ((_BOLD if bold else 0) + (_FALLBACK if font == FALLBACK else 0))


def draw_lines(canvas: Any, lines: Iterable[Line]) -> None:
    """Draw lines as one text object; what is set for it does not stay set after it."""
    words = ["BT"]
    font, size, outline, spread = "", 0.0, 0.0, 0.0
    last_x = last_y = 0.0
    for line in lines:
        words.append(f"{number(line.x - last_x)} {number(line.y - last_y)} Td")
        last_x, last_y = round(line.x, 2), round(line.y, 2)
        for run in line.runs:
            if (run.font, run.size) != (font, size):
                font, size = run.font, run.size
                face: Any = pdfmetrics.getFont(font)
                name = face.getSubsetInternalName(0, canvas._doc)
                words.append(f"{name} {number(size)} Tf")
            if run.outline != outline:
                outline = run.outline
                # Round joins: a mitre at a sharp corner would reach far out of the character.
                words.append(f"{number(outline)} w 1 j 2 Tr" if outline else "0 Tr")
            if run.spread != spread:
                spread = run.spread
                words.append(f"{number(spread)} Tc")
            words.append(face.shown(run.text, canvas._doc))
    if outline:
        words.append("0 Tr")
    if spread:
        words.append("0 Tc")
    canvas._code.append(" ".join([*words, "ET"]))


def draw_text(canvas: Any, x: float, y: float, text: str, size: float, bold: bool = False) -> float:
    """Draw one line of text with its baseline at y; returns the x where it ends."""
    runs = [Run(part, font, size, outline_of(font, size, bold)) for font, part in split_by_font(text)]
    draw_lines(canvas, [Line(x, y, runs)])
    return x + sum(text_width(run.text, run.font, run.size) for run in runs)
