"""The fonts of paper and screen: which file has which character, and how a text is divided among them.

Every font here is a TrueType font under an open licence, bundled in ``resources/fonts`` and embedded in
each PDF as a subset (``font_embedding``). reportlab picks no fallback font by itself: a text is divided here.
Coverage figures are in ``resources/fonts/README.md``.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics

from desktop.documents.font_embedding import EmbeddedFont
from desktop.domain.errors import UserFacingError
from desktop.resources import FONT_NAMES, resource_path

TEXT_FAMILY = "Noto Sans SC"
"""Family name of the text face, regular and bold, as Qt knows it once the files are loaded."""

FALLBACK_FAMILY = "HanaMinB"
"""Family name of the fallback face, which has the rare characters of CJK Extensions B to F."""

REGULAR, _, FALLBACK = FONT_NAMES  # the bold face is for the screen: paper draws bold itself (``text_drawing``)

_WRITING_GAP = "（　　）"

_registration = threading.Lock()


@cache
def _registered(name: str) -> Any:
    """Load a face (70 to 140 ms) on its first use and make it known to reportlab."""
    font = EmbeddedFont(name, str(resource_path("fonts", f"{name}.ttf")))
    pdfmetrics.registerFont(font)
    return font


def _face(name: str) -> Any:
    with _registration:  # two prints on two threads must not load a face twice
        return _registered(name)


def load_text_face() -> None:
    """Load the regular face, which every page begins with; without effect from the second time on."""
    _face(REGULAR)


def load_faces() -> None:
    """Load every face, so that nobody waits for it at the first paper."""
    for name in (REGULAR, FALLBACK):
        _face(name)


def text_width(text: str, font: str, size: float) -> float:
    """Width in points of a text that lies wholly in one font."""
    return float(_face(font).stringWidth(text, size))


def printable(text: str) -> str:
    """The text as paper shows it: no control or formatting characters, tabs and line ends as spaces."""
    return "".join(map(_shown, text))


@lru_cache(maxsize=8192)
def _shown(character: str) -> str:
    if character.isspace() and character != "\u3000":
        return " "
    is_variation_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    is_invisible = is_variation_selector or unicodedata.category(character) in ("Cc", "Cf")
    return "" if is_invisible else character


@lru_cache(maxsize=8192)
def _font_of(character: str) -> str | None:
    """The first font that has the character; the fallback face is loaded only when it is asked for."""
    for name in (REGULAR, FALLBACK):
        if ord(character) in _face(name).face.charToGlyph:
            return name
    return None


def missing_characters(*texts: str) -> tuple[str, ...]:
    """The characters that no bundled font has, each once, in the order of their first appearance.

    To be asked when a name is taken down, so that the worker hears of it before the paper is needed.
    """
    visible = dict.fromkeys(character for text in texts for character in printable(text))
    return tuple(character for character in visible if _font_of(character) is None)


def with_writing_gaps(text: str) -> str:
    """The text with a gap to write in by hand for each character that no bundled font has.

    The way on after ``print.missing-characters``: nobody goes without a form because of a font. The
    caller asks the worker first, since the paper then says less than the record.
    """
    missing = set(missing_characters(text))
    return "".join(_WRITING_GAP if character in missing else character for character in text)


def require_printable(texts: Iterable[str]) -> None:
    """Raise UserFacingError ``print.missing-characters`` (value ``characters``) where a font lacks a character."""
    missing = missing_characters(*texts)
    if missing:
        raise UserFacingError("print.missing-characters", characters=missing)


def split_by_font(text: str) -> tuple[tuple[str, str], ...]:
    """Divide a text into runs ``(font name, run)``, each wholly in one font.

    Raises UserFacingError ``print.missing-characters`` rather than print a blank box in a person's name.
    """
    shown = printable(text)
    fonts = [_font_of(character) for character in shown]
    if None in fonts:
        raise UserFacingError("print.missing-characters", characters=missing_characters(text))
    paired = groupby(zip(fonts, shown, strict=True), key=lambda pair: pair[0])
    return tuple((str(font), "".join(character for _, character in run)) for font, run in paired)
