"""The copy of what is held of a person: 个人信息副本, GR-02, for the person's own hand (个人信息保护法 第四十五条).

Plain and in sections, own data only. What is there of others is left out by whoever fills it (``services.data_copy``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import Handler, chinese_date, chinese_numeral
from desktop.documents.layout import (
    TypeScale,
    cell,
    facts_for,
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

_MOST_IN_A_CELL = 160


@dataclass(frozen=True, slots=True)
class CopyTable:
    """Rows under columns; ``widths`` are parts of the page's width."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CopySection:
    """One section: its heading, where its content comes from, and pairs of label and value or a table."""

    heading: str
    source: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    table: CopyTable | None = None


@dataclass(frozen=True, slots=True)
class DataCopyContent:
    """Everything the copy says beyond its wording. ``given_to`` is whoever takes it, as the request has it."""

    print_id: str
    number: str
    handler: Handler
    given_to: str
    day: date
    worker: str
    sections: tuple[CopySection, ...]
    wording_version: str = "2026.1"
    large_type: bool = False


def data_copy(content: DataCopyContent, wording: Wording | None = None) -> bytes:
    """The copy as PDF. Errors as for ``consent_form``."""
    return form_pdf("data-copy", content, content.number, _story, wording)


def _story(content: DataCopyContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    values = {
        "handler_name": content.handler.name,
        "handler_phone": content.handler.phone,
        "day": chinese_date(content.day),
    }
    story = title(words.title, scale)
    for section in words.sections:
        lead = [heading(section.heading, scale)] if section.heading else []
        story += [*lead, *(paragraph(marked_up(text, values), scale) for text in section.paragraphs)]
        if section.id == "opening":
            facts = ((terms["for"], content.given_to), (terms["number"], content.number))
            story.append(facts_for(scale, *facts))
    for number, part in enumerate(content.sections, 1):
        story += _section(f"{chinese_numeral(number)}、{part.heading}", part, words, scale)
    story.append(together(_signing(content, words, scale)))
    return story


def _section(caption: str, part: CopySection, words: Wording, scale: TypeScale) -> list[Flowable]:
    head = heading(caption, scale)
    source = [paragraph((Span(part.source, scale=0.85),), scale, indent=False)] if part.source else []
    pairs = [(label, value) for label, value in part.pairs if value]
    if pairs:
        return [head, *source, facts_for(scale, *pairs)]
    if part.table is None or not part.table.rows:
        return [together(head, paragraph(words.terms["nothing"], scale))]
    table = part.table
    rows = [[cell((Span(one, bold=True),), scale) for one in table.columns]]
    rows += [[cell(one, scale) for one in row] for whole in table.rows for row in _divided(whole)]
    widths = [CONTENT_WIDTH * one for one in table.widths]
    return [head, *source, grid(rows, widths, shaded(((0, 0), (-1, 0))), repeat_rows=1)]


def _divided(row: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A row with long texts as several, because a row is never divided by a page's end."""
    parts = max(1, *(-(-len(one) // _MOST_IN_A_CELL) for one in row))
    cut = [slice(part * _MOST_IN_A_CELL, (part + 1) * _MOST_IN_A_CELL) for part in range(parts)]
    return [tuple(one[some] for one in row) for some in cut]


def _signing(content: DataCopyContent, words: Wording, scale: TypeScale) -> Flowable:
    terms = words.terms
    pairs = (
        (terms["sign.worker"], content.worker),
        (terms["sign.day"], chinese_date(content.day)),
        (terms["sign.office"], content.handler.name),
    )
    return facts_for(scale, *pairs)
