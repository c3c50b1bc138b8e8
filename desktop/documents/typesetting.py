"""Chinese text set in lines: where a line may break, and a paragraph that flows in a page or a table cell.

The rules for line ends are those of CLREQ (W3C, Requirements for Chinese Text Layout, 3.1.3 prohibition
rules): no closing mark begins a line, no opening mark ends one, numbers and Latin words stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from reportlab.platypus import Flowable

from desktop.documents.fonts import REGULAR, printable, split_by_font, text_width
from desktop.documents.text_drawing import Line, Run, draw_lines, outline_of

_NEVER_FIRST = frozenset("，。、；：？！）〕】》」』”’…—·％%,.;:?!)]}～℃年月日")
_NEVER_LAST = frozenset("（〔【《「『“‘([{□")
TICK_BOX = "□"
_WORD = re.compile(r"[0-9A-Za-z_@#&+./:*’'\-]+|\s+|.", re.DOTALL)
_ROUNDING = 0.01
_WIDEST_STRETCH = 1.5
"""A line is spread to the margin by at most this many ems; more would tear words apart."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    struck: bool = False
    scale: float = 1.0
    ticked: bool = False
    """A tick is drawn over the text, which is a box."""
    unbroken: bool = False
    """No line ends inside the text, or between it and what stands before."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph is set; lengths in points."""

    size: float
    leading: float
    align: str = "justify"
    """One of ``left``, ``center``, ``right``, ``justify``."""
    first_indent: float = 0
    space_before: float = 0
    space_after: float = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters in one font that no line break divides."""

    text: str
    font: str
    span: Span
    size: float
    width: float


def marked_up(template: str, values: Mapping[str, str] | None = None) -> tuple[Span, ...]:
    """Spans of a wording: ``**…**`` is bold, ``{name}`` is filled from ``values``.

    The mark-up is read before the values are filled in, so nothing a person is called can change the
    style. Raises KeyError for a placeholder without a value: half a sentence must not reach paper.
    """
    spans = []
    for number, part in enumerate(template.split("**")):
        filled = re.sub(r"\{(\w+)\}", lambda match: (values or {})[match.group(1)], part)
        if filled:
            spans.append(Span(filled, bold=number % 2 == 1))
    return tuple(spans)


def _pieces(spans: Iterable[Span], size: float) -> Iterator[list[_Piece]]:
    """Divide spans into clusters: runs of pieces between which a line may break."""
    cluster: list[_Piece] = []
    for span in spans:
        for match in _WORD.finditer(printable(span.text)):
            token = match.group()
            previous = cluster[-1].text[-1] if cluster else ""
            if cluster and not span.unbroken and _may_break(previous, token):
                yield cluster
                cluster = []
            run_size = size * span.scale
            cluster += (_Piece(run, font, span, run_size, width * run_size) for font, run, width in _measured(token))
    if cluster:
        yield cluster


@lru_cache(maxsize=8192)
def _measured(token: str) -> tuple[tuple[str, str, float], ...]:
    """A token's runs with their fonts and their widths at size 1."""
    return tuple((font, run, text_width(run, font, 1)) for font, run in split_by_font(token))


def _may_break(previous: str, token: str) -> bool:
    """Whether a line may end between a character and the token after it; 第 stays with its number."""
    is_ordinal = previous == "第" and token[0].isdigit()
    return token[0] not in _NEVER_FIRST and previous not in _NEVER_LAST and not is_ordinal


def break_lines(spans: Sequence[Span], style: TextStyle, width: float) -> list[list[_Piece]]:
    """Fill lines of ``width`` points one after the other; a cluster wider than a line is cut where it must be."""
    lines: list[list[_Piece]] = []
    line: list[_Piece] = []
    room = width - style.first_indent
    for cluster in _pieces(spans, style.size):
        for part in _fitting(cluster, width):
            needed = _width(part)
            is_full = bool(line) and needed > room + _ROUNDING
            if part[0].text.isspace() and (is_full or (lines and not line)):
                continue  # spaces at a line's end or at a later line's start are not set
            if is_full:
                lines.append(line)
                line, room = [], width
            line += part
            room -= needed
    if line or not lines:
        lines.append(line)
    return lines


def _width(pieces: Iterable[_Piece]) -> float:
    return sum(piece.width for piece in pieces)


def _fitting(cluster: list[_Piece], width: float) -> list[list[_Piece]]:
    """The cluster, or where it is too wide for any line the smallest clusters that keep the rules.

    A very long number is divided between its figures, and still no closing mark begins a line.
    """
    if _width(cluster) <= width + _ROUNDING:
        return [cluster]
    characters = [
        replace(piece, text=character, width=text_width(character, piece.font, piece.size))
        for piece in cluster
        for character in piece.text
    ]
    parts: list[list[_Piece]] = []
    for piece in characters:
        is_bound = bool(parts) and not _may_break(parts[-1][-1].text, piece.text)
        if is_bound and _width(parts[-1]) + piece.width <= width + _ROUNDING:
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return parts


class TextBlock(Flowable):
    """A paragraph for reportlab's page layout; splits between lines when a page ends."""

    def __init__(self, spans: Sequence[Span], style: TextStyle, keep_with_next: bool = False) -> None:
        super().__init__()
        self._spans = tuple(spans)
        self._style = style
        self._lines: list[list[_Piece]] | None = None
        self._lines_width = -1.0
        self._is_tail = False
        self.keepWithNext = keep_with_next
        self.spaceBefore = style.space_before
        self.spaceAfter = style.space_after

    def minWidth(self) -> float:  # noqa: N802 (reportlab asks for it by this name)
        """The least width a table must leave: one character."""
        return self._style.size

    def getSpaceBefore(self) -> float:  # noqa: N802
        return self._style.space_before

    def getSpaceAfter(self) -> float:  # noqa: N802
        return self._style.space_after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        if self._lines is None or (width != self._lines_width and not self._is_tail):
            self._lines = break_lines(self._spans, self._style, width)
        self._lines_width = width
        self.width = width
        self.height = len(self._lines) * self._style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        lines = self._lines or []
        fitting = int((height + _ROUNDING) // self._style.leading)
        if len(lines) - fitting == 1:
            fitting -= 1  # no single line alone at the top of the next page
        if fitting < 2 or fitting >= len(lines):
            return []
        return [self._part(lines[:fitting], is_tail=False), self._part(lines[fitting:], is_tail=True)]

    def _part(self, lines: list[list[_Piece]], is_tail: bool) -> TextBlock:
        style = replace(self._style, first_indent=0, space_before=0) if is_tail else self._style
        part = TextBlock(self._spans, style)
        part._lines, part._lines_width, part._is_tail = lines, self._lines_width, True
        part._ends_paragraph = is_tail
        return part

    _ends_paragraph = True

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setFillGray(0)
        canvas.setStrokeGray(0)
        baseline = self.height - (self._style.leading - self._style.size) / 2 - self._style.size * 0.86
        lines = self._lines or []
        drawn: list[Line] = []
        for number, line in enumerate(lines):
            is_last = number == len(lines) - 1 and self._ends_paragraph
            x, pieces = self._aligned(line, self._style.first_indent if number == 0 else 0, is_last=is_last)
            begin, runs = x, list[Run]()
            for piece, run in pieces:
                runs.append(run)
                advance = piece.width + run.spread * len(run.text)
                if piece.span.struck:
                    canvas.setLineWidth(0.9)
                    canvas.line(x, baseline + piece.size * 0.33, x + advance, baseline + piece.size * 0.33)
                if piece.span.ticked:  # next to its box in the file too, for programs that read the page
                    drawn += [Line(begin, baseline, runs), _tick(x, baseline, piece.size)]
                    begin, runs = x + advance, []
                x += advance
            if runs:
                drawn.append(Line(begin, baseline, runs))
            baseline -= self._style.leading
        draw_lines(canvas, drawn)
        canvas.restoreState()

    def _aligned(self, line: list[_Piece], indent: float, is_last: bool) -> tuple[float, list[tuple[_Piece, Run]]]:
        """Where the line begins, and its pieces as they are drawn."""
        while line and line[-1].text.isspace():
            line = line[:-1]
        slack = self.width - indent - _width(line)
        gaps = sum(len(piece.text) for piece in line) - 1
        x, spread = indent, 0.0
        if self._style.align == "right":
            x += slack
        elif self._style.align == "center":
            x += slack / 2
        elif self._style.align == "justify" and not is_last and 0 < slack <= _WIDEST_STRETCH * self._style.size:
            spread = slack / max(gaps, 1)
        return x, [(piece, _run(piece, spread)) for piece in _joined(line)]


def _run(piece: _Piece, spread: float) -> Run:
    """A piece as it is drawn; a box has an outline, since it would be too thin for a photocopier."""
    outline = outline_of(piece.font, piece.size, piece.span.bold)
    if piece.text == TICK_BOX:
        outline += piece.size * 0.025
    return Run(piece.text, piece.font, piece.size, outline, spread)


def _tick(x: float, baseline: float, size: float) -> Line:
    """A tick as a character over the box, so that a program reading the page finds it too."""
    tick = Run("✓", REGULAR, size, outline_of(REGULAR, size, bold=True))
    return Line(x + size * 0.08, baseline + size * 0.06, [tick])


def _joined(line: Sequence[_Piece]) -> list[_Piece]:
    """Neighbours in the same style as one piece, so that a program reading the page finds whole words."""
    joined = []
    for (font, span, size), pieces in groupby(line, key=lambda piece: (piece.font, piece.span, piece.size)):
        same = list(pieces)
        joined.append(_Piece("".join(piece.text for piece in same), font, span, size, _width(same)))
    return joined
