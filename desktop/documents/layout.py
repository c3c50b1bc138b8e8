"""Parts that every form is made of: headings, fact tables, tick boxes, places to sign, struck rows, a cut line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Table, TableStyle

from desktop.documents.fonts import REGULAR
from desktop.documents.form_content import chinese_date
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.text_drawing import draw_text
from desktop.documents.typesetting import TICK_BOX, Span, TextBlock, TextStyle, marked_up
from desktop.documents.wording import Wording

_RULE = 0.6
_LABEL_GREY = 0.94
_CONTINUED = "（续）"
_SHORT_LABEL = 16
"""A tick box with a label up to this many characters is not divided by a line end."""


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Sizes in points of one layout."""

    body: float
    heading: float
    title: float
    leading: float
    """Line spacing as a multiple of the size."""
    fingerprint: float
    """Side of the square for a fingerprint, in points."""


ORDINARY = TypeScale(body=12, heading=13, title=18, leading=1.42, fingerprint=24 * mm)
"""小四 body."""
LARGE = TypeScale(body=16, heading=17, title=22, leading=1.45, fingerprint=26 * mm)
"""三号 body, for people who see badly."""


def text_style(scale: TypeScale, align: str = "justify", tight: bool = False, **changes: float) -> TextStyle:
    """The body style; ``tight`` is for table cells."""
    leading = scale.body * (1.3 if tight else scale.leading)
    return TextStyle(size=scale.body, leading=leading, align=align, **changes)


def title(text: str, scale: TypeScale, below: str = "") -> list[Flowable]:
    """The form's title, centred, with a smaller line under it."""
    style = TextStyle(size=scale.title, leading=scale.title * 1.4, align="center", space_after=2 * mm)
    parts: list[Flowable] = [TextBlock((Span(text, bold=True),), style)]
    if below:
        parts.append(TextBlock((Span(below),), text_style(scale, "center", space_after=2 * mm)))
    return parts


def heading(text: str, scale: TypeScale) -> Flowable:
    """A section heading, never alone at the foot of a page."""
    size = scale.heading
    style = TextStyle(size=size, leading=size * 1.5, align="left", space_before=2.5 * mm, space_after=0.5 * mm)
    return TextBlock((Span(text, bold=True),), style, keep_with_next=True)


def paragraph(spans: Sequence[Span] | str, scale: TypeScale, indent: bool = True) -> Flowable:
    """A paragraph of the body, its first line indented by two characters."""
    style = text_style(scale, first_indent=2 * scale.body if indent else 0)
    return TextBlock(spans_of(spans), style)


def spans_of(content: Sequence[Span] | str) -> tuple[Span, ...]:
    """Plain text as one span; a value typed by a person is never read as mark-up."""
    return (Span(content),) if isinstance(content, str) else tuple(content)


def box(label: str, ticked: bool = False) -> tuple[Span, ...]:
    """A tick box with its label, to be ticked by hand unless the record says it already."""
    return (Span(TICK_BOX, scale=1.3, ticked=ticked), Span(label, unbroken=len(label) <= _SHORT_LABEL))


def boxes(labels: Sequence[str], ticked: Sequence[str] = ()) -> tuple[Span, ...]:
    """Tick boxes in a row."""
    spans: list[Span] = []
    for label in labels:
        spans += [*box(label, label in ticked), Span("\u3000")]
    return tuple(spans[:-1])


def cell(content: Sequence[Span] | str, scale: TypeScale, align: str = "left") -> TextBlock:
    """Text in a table cell."""
    return TextBlock(spans_of(content), text_style(scale, align, tight=True))


PADDING = 1.3 * mm
"""Above and below what stands in a table's cell."""
BY_HAND_PADDING = 2.4 * mm
"""The same where something is to be written by hand."""


def grid(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    commands: Sequence[tuple[Any, ...]] = (),
    padding: float = PADDING,
    repeat_rows: int = 0,
) -> Table:
    """A ruled table; widths in points."""
    style = [
        ("GRID", (0, 0), (-1, -1), _RULE, (0, 0, 0)),
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 1.6 * mm),
        ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        *commands,
    ]
    return Table(
        [list(row) for row in rows],
        colWidths=list(widths),
        style=TableStyle(style),
        repeatRows=repeat_rows,
        spaceBefore=1.5 * mm,
        spaceAfter=1.5 * mm,
    )


def shaded(*areas: tuple[tuple[int, int], tuple[int, int]]) -> list[tuple[Any, ...]]:
    """Table commands that lay a faint grey under label cells."""
    return [("BACKGROUND", first, last, (_LABEL_GREY, _LABEL_GREY, _LABEL_GREY)) for first, last in areas]


def facts(
    rows: Sequence[Sequence[tuple[str, Sequence[Span] | str]]], scale: TypeScale, *, padding: float = PADDING
) -> Table:
    """A table of labels and values: one or two pairs in a row; a single pair takes the whole width."""
    label_width = _label_width(scale, [label for row in rows for label, _ in row])
    value_width = CONTENT_WIDTH / 2 - label_width
    cells: list[list[Any]] = []
    commands = shaded(((0, 0), (0, -1)))
    for number, row in enumerate(rows):
        flat: list[Any] = [part for label, value in row for part in (cell(label, scale), cell(value, scale))]
        if len(row) == 1:
            flat += ["", ""]
            commands.append(("SPAN", (1, number), (3, number)))
        else:
            commands += shaded(((2, number), (2, number)))
        cells.append(flat)
    return grid(cells, (label_width, value_width, label_width, value_width), commands, padding)


def _label_width(scale: TypeScale, labels: Sequence[str]) -> float:
    """Room for every label of five characters or less, and for longer ones in two lines."""
    widest = max(len(label) if len(label) <= 5 else (len(label) + 1) // 2 for label in labels)
    return widest * scale.body + 4 * mm


def facts_for(scale: TypeScale, *pairs: tuple[str, str]) -> Table:
    """A fact table that puts two pairs in a row where both are short, for either layout."""
    room = CONTENT_WIDTH / 2 - _label_width(scale, [label for label, _ in pairs]) - 4 * mm
    rows: list[list[tuple[str, str]]] = []
    was_short = False
    for label, value in _rows_of_a_page(pairs, scale):
        is_short = _estimated_width(value, scale) <= room
        if is_short and was_short and len(rows[-1]) == 1:
            rows[-1].append((label, value))
        else:
            rows.append([(label, value)])
        was_short = is_short
    return facts(rows, scale)


def _rows_of_a_page(pairs: Sequence[tuple[str, str]], scale: TypeScale) -> list[tuple[str, str]]:
    """Long values in several rows, because a table row is never divided by a page's end."""
    most = int(20 * CONTENT_WIDTH * 0.7 / scale.body)
    rows = []
    for label, value in pairs:
        rows.append((label, value[:most]))
        rows += [(_CONTINUED, value[start : start + most]) for start in range(most, len(value), most)]
    return rows


def _estimated_width(text: str, scale: TypeScale) -> float:
    """Width in points, taking a Latin character as a little over half a Chinese one."""
    return sum(0.58 if character.isascii() else 1 for character in text) * scale.body


class SigningPlace(Flowable):
    """A place to sign: what is signed, a line, a square for a fingerprint with the finger's name, the date.

    ``signed`` is drawn on the line instead, where it was signed on the screen.
    """

    def __init__(
        self, caption: str, labels: SigningLabels, scale: TypeScale, width: float, signed: Flowable | None = None
    ) -> None:
        super().__init__()
        self._signed = signed
        self._caption = TextBlock(marked_up(caption), text_style(scale, "left", tight=True))
        self._labels = labels
        self._scale = scale
        self.width = width

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        self._text_width = self.width - self._scale.fingerprint - 4 * mm
        _, self._caption_height = self._caption.wrap(self._text_width, 0)
        self.height = max(self._scale.fingerprint + 2 * mm, self._caption_height + self._scale.body * 3.4 + 2 * mm)
        return self.width, self.height

    def draw(self) -> None:
        canvas, scale = self.canv, self._scale
        self._caption.drawOn(canvas, 0, self.height - self._caption_height)
        if self._signed is not None:
            # Signed on the screen: its words say when, and there is no fingerprint.
            self._signed.wrap(self.width, self.height - self._caption_height)
            self._signed.drawOn(canvas, 0, 0)
            return
        line_y, date_y = scale.body * 1.9, scale.body * 0.45
        canvas.setLineWidth(0.8)
        canvas.line(0, line_y, self._text_width, line_y)
        draw_text(canvas, 0, date_y, f"{self._labels.date}：{self._labels.date_text}", scale.body)
        square = scale.fingerprint
        left = self.width - square
        canvas.rect(left, self.height - square, square, square)
        canvas.saveState()
        canvas.setFillGray(0.35)
        draw_text(canvas, left + 1.5 * mm, self.height - 4.2 * mm, self._labels.fingerprint, 9)
        draw_text(canvas, left + 1.5 * mm, self.height - square + 1.8 * mm, f"{self._labels.finger}：", 9)
        canvas.restoreState()


@dataclass(frozen=True, slots=True)
class SigningLabels:
    """The words in a place to sign; ``date_text`` is the date, or blanks to be filled by hand."""

    date: str
    date_text: str
    fingerprint: str
    finger: str


def signing_labels(words: Wording, signing_date: date | None = None) -> SigningLabels:
    """The labels of a form's own wording; without a date there are blanks to be filled by hand."""
    written = chinese_date(signing_date) if signing_date else words.terms["sign.date_blank"]
    return SigningLabels(words.terms["sign.date"], written, words.terms["sign.fingerprint"], words.terms["sign.finger"])


class StruckRow(Flowable):
    """An empty row with a line through it, so that nothing can be written in afterwards."""

    def __init__(self, caption: str, scale: TypeScale, height: float = 9 * mm) -> None:
        super().__init__()
        self._caption = caption
        self._scale = scale
        self.width, self.height = CONTENT_WIDTH, height
        self.spaceBefore = self.spaceAfter = 1.5 * mm

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.setLineWidth(_RULE)
        canvas.rect(0, 0, self.width, self.height)
        baseline = self.height / 2 - self._scale.body * 0.36
        end = draw_text(canvas, 1.6 * mm, baseline, self._caption, self._scale.body)
        canvas.setLineWidth(0.9)
        canvas.line(end + 3 * mm, 2 * mm, self.width - 3 * mm, self.height - 2 * mm)


class CutLine(Flowable):
    """Where a slip is torn off."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = caption
        self.width, self.height = CONTENT_WIDTH, 9 * mm

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        middle = self.height / 2
        canvas.setLineWidth(0.6)
        canvas.setDash(4, 3)
        text_length = len(self._caption) * 9 + 6 * mm
        left = (self.width - text_length) / 2
        canvas.line(0, middle, left, middle)
        canvas.line(left + text_length, middle, self.width, middle)
        canvas.setDash()
        draw_text(canvas, left + 3 * mm, middle - 3.2, self._caption, 9)


def together(*parts: Flowable) -> Flowable:
    """Keep parts on one page where one page can hold them."""
    return KeepTogether(list(parts))
