"""Forms that are a row of sections: the wording of each, and under it what the form fills in or leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from desktop.documents.layout import (
    TypeScale,
    box,
    boxes,
    cell,
    facts,
    grid,
    heading,
    paragraph,
    shaded,
    title,
    together,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.typesetting import Span, marked_up
from desktop.documents.wording import Wording

Code = TypeVar("Code", bound=StrEnum)
Part = Flowable | tuple[Flowable, ...]
"""What stands under a heading; a tuple is kept on one page."""

BY_HAND = 2.1 * mm
"""Above and below a line in a row that is written in by hand."""


def sections_of(
    words: Wording,
    scale: TypeScale,
    values: Mapping[str, str],
    filling: Mapping[str, Sequence[Part]],
) -> list[Flowable]:
    """The form's title and its sections; a heading stays with the first part under it.

    Raises KeyError where a paragraph has a placeholder that ``values`` does not fill.
    """
    story = title(words.title, scale)
    for section in words.sections:
        lead = [heading(section.heading, scale)] if section.heading else []
        lead += [paragraph(marked_up(text, values), scale) for text in section.paragraphs]
        # One keeping-together inside another would always begin a new page.
        parts = [part if isinstance(part, tuple) else (part,) for part in filling.get(section.id, ())] or [()]
        story.append(together(*lead, *parts[0]))
        story += [together(*part) for part in parts[1:]]
    return story


def choices(words: Wording, key: str, names: Mapping[Code, str], ticked: Sequence[Code] = ()) -> tuple[Span, ...]:
    """A box for each; the words are the form's own (``key.<code>``), where it has them."""
    labels = {one: words.terms.get(f"{key}.{one.value}", name) for one, name in names.items()}
    return boxes(list(labels.values()), [label for one, label in labels.items() if one in ticked])


def listed(words: Wording, key: str, ticked: Sequence[str] = ()) -> tuple[Span, ...]:
    """A box for each of the words that the wording lists under this key, parted by ``|``."""
    return boxes(words.terms[key].split("|"), ticked)


def yes_or_no(words: Wording, answer: bool | None = None) -> tuple[Span, ...]:
    """Two boxes, neither ticked where nothing is known."""
    yes, no = box(words.terms["yes"], answer is True), box(words.terms["no"], answer is False)
    return (*yes, Span("　"), *no)


def asked(words: Wording, scale: TypeScale, rows: Sequence[Sequence[tuple[str, Sequence[Span] | str]]]) -> Table:
    """A table of what the form asks for, one or two fields in a row; the keys are those of the wording's terms."""
    named = [[(words.terms[key], value) for key, value in row] for row in rows]
    return facts(named, scale, padding=BY_HAND)


def signatures(
    words: Wording, scale: TypeScale, keys: Sequence[str], names: Mapping[str, str] | None = None
) -> Flowable:
    """Rows to be signed: who, their name where it is known, and room for the signature and the date."""
    label_width, date_width = 8.4 * scale.body, 11.5 * scale.body
    rows = [
        [
            cell(words.terms[key], scale),
            cell((names or {}).get(key, ""), scale),
            cell(words.terms["sign.day_blank"], scale, "right"),
        ]
        for key in keys
    ]
    widths = (label_width, CONTENT_WIDTH - label_width - date_width, date_width)
    commands = [*shaded(((0, 0), (0, -1))), ("NOSPLIT", (0, 0), (-1, -1))]
    return grid(rows, widths, commands, padding=2.6 * mm)
