"""The sheet for a round of villages (下村走访单), XC-01: where to go and why, in as few words as can be.

A sheet like this is lost some day. It says of a household no more than number, name, address and a neutral reason, and
on its face what a finder would learn and what to do when it is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import chinese_date
from desktop.documents.layout import (
    TypeScale,
    cell,
    facts_for,
    grid,
    paragraph,
    shaded,
    title,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.typesetting import TICK_BOX, Span, marked_up
from desktop.documents.wording import Wording

_DONE_WIDTH = 17 * mm


@dataclass(frozen=True, slots=True)
class RoundStop:
    """One household to go to; ``reason`` in neutral words."""

    number: str
    name: str
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoundVillage:
    """The households of one village, in the order in which they are listed."""

    name: str
    stops: tuple[RoundStop, ...]


@dataclass(frozen=True, slots=True)
class RoundSheetContent:
    """Everything the sheet says beyond its wording."""

    print_id: str
    sheet_number: str
    office: str
    office_phone: str
    worker: str
    day: date
    villages: tuple[RoundVillage, ...]
    wording_version: str = "2026.1"
    large_type: bool = False


def round_sheet(content: RoundSheetContent, wording: Wording | None = None) -> bytes:
    """The sheet as PDF. Errors as for ``consent_form``."""
    return form_pdf("round-sheet", content, content.sheet_number, _story, wording)


def _story(content: RoundSheetContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    values = {"office_phone": content.office_phone}
    total = sum(len(village.stops) for village in content.villages)
    story = title(words.title, scale)
    story.append(
        facts_for(
            scale,
            (terms["office"], content.office),
            (terms["worker"], content.worker),
            (terms["day"], chinese_date(content.day)),
            (terms["count"], f"{total} {terms['households']}"),
        )
    )
    for section in words.sections:
        story += [paragraph(marked_up(text, values), scale) for text in section.paragraphs]
    story.append(_stops(content.villages, words, scale))
    story.append(paragraph(terms["returned"], scale, indent=False))
    return story


def _stops(villages: tuple[RoundVillage, ...], words: Wording, scale: TypeScale) -> Flowable:
    """A row per household under its village; the head of the table is repeated on every page."""
    keys = ("number", "name", "address", "reason", "done")
    rows: list[list[object]] = [[cell((Span(words.terms[f"column.{key}"], bold=True),), scale) for key in keys]]
    commands = shaded(((0, 0), (-1, 0)))
    for village in villages:
        name = f"{village.name}　{len(village.stops)} {words.terms['households']}"
        place = len(rows)
        commands += [("SPAN", (0, place), (-1, place)), ("NOSPLIT", (0, place), (0, place + 1))]
        rows.append([cell((Span(name, bold=True),), scale), "", "", "", ""])
        rows += [_stop(stop, scale) for stop in village.stops]
    room = CONTENT_WIDTH - _DONE_WIDTH
    widths = (room * 0.2, room * 0.18, room * 0.4, room * 0.22, _DONE_WIDTH)
    return grid(rows, widths, commands, padding=1.1 * mm, repeat_rows=1)


def _stop(stop: RoundStop, scale: TypeScale) -> list[object]:
    texts = (stop.number, stop.name, stop.address, stop.reason)
    return [*(cell(text, scale) for text in texts), cell((Span(TICK_BOX, scale=1.3),), scale, "center")]
