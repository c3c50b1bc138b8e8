"""The confirmation of somebody's standing in social assistance (救助身份确认单), QR-01.

It saves a charity the second inquiry (``reference.md`` C15: 简化程序). Category and validity only; no income, no
illness. It is given to the person, who decides whom to show it: a copy of their own data (个人信息保护法 第四十五条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import FormResident, Handler, chinese_date
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


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category in force, by its exact name, and from when to when."""

    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class IdentityConfirmationContent:
    """Everything the confirmation says beyond its wording."""

    print_id: str
    sheet_number: str
    handler: Handler
    resident: FormResident
    categories: tuple[CategoryRow, ...]
    worker: str
    day: date
    valid_until: date
    wording_version: str = "2026.1"
    large_type: bool = False


def identity_confirmation(content: IdentityConfirmationContent, wording: Wording | None = None) -> bytes:
    """The confirmation as PDF. Errors as for ``consent_form``; ValueError where there is nothing to confirm."""
    if not content.categories:
        raise ValueError("a confirmation names at least one category")
    return form_pdf("identity-confirmation", content, content.sheet_number, _story, wording)


def _story(content: IdentityConfirmationContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        "day": chinese_date(content.day),
        "valid_until": chinese_date(content.valid_until),
        "handler_name": content.handler.name,
        "handler_phone": content.handler.phone,
        "number": content.sheet_number,
    }
    filling = {"opening": [_person(content.resident, words, scale), _categories(content.categories, words, scale)]}
    story = title(words.title, scale)
    for section in words.sections:
        lead = [heading(section.heading, scale)] if section.heading else []
        lead += [paragraph(marked_up(text, values), scale) for text in section.paragraphs]
        story += [*lead, *filling.get(section.id, [])]
    story.append(together(_signing(content, words, scale)))
    return story


def _person(resident: FormResident, words: Wording, scale: TypeScale) -> Flowable:
    pairs = [
        ("name", resident.name),
        ("original_name", resident.original_name),
        ("birth", chinese_date(resident.birth) if resident.birth else ""),
        ("document", resident.document),
    ]
    return facts_for(scale, *((words.terms[f"resident.{key}"], value) for key, value in pairs if value))


def _categories(categories: tuple[CategoryRow, ...], words: Wording, scale: TypeScale) -> Flowable:
    terms = words.terms
    rows = [[cell((Span(terms[f"column.{key}"], bold=True),), scale) for key in ("category", "since", "until")]]
    rows += [
        [
            cell(row.name, scale),
            cell(chinese_date(row.since) if row.since else terms["since_unknown"], scale),
            cell(chinese_date(row.until) if row.until else terms["until_open"], scale),
        ]
        for row in categories
    ]
    widths = (CONTENT_WIDTH * 0.46, CONTENT_WIDTH * 0.26, CONTENT_WIDTH * 0.28)
    return grid(rows, widths, shaded(((0, 0), (-1, 0))))


def _signing(content: IdentityConfirmationContent, words: Wording, scale: TypeScale) -> Flowable:
    terms = words.terms
    label_width = 7 * scale.body
    half = CONTENT_WIDTH / 2 - label_width
    rows: list[list[object]] = [
        [
            cell(terms["sign.worker"], scale),
            cell(content.worker, scale),
            cell(terms["sign.day"], scale),
            cell(chinese_date(content.day), scale),
        ],
        [cell(terms["sign.office"], scale), cell(content.handler.name, scale), "", ""],
    ]
    commands = [
        *shaded(((0, 0), (0, -1)), ((2, 0), (2, 0))),
        ("SPAN", (1, 1), (-1, 1)),
        ("BOTTOMPADDING", (0, 1), (-1, 1), 14 * mm),
        ("VALIGN", (0, 1), (-1, 1), "TOP"),
    ]
    return grid(rows, (label_width, half) * 2, commands, padding=2 * mm)
