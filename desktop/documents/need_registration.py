"""The registration of needs (慈善帮扶需求登记表), XQ-01, ``reference.md`` §5(e): what a household wants help with.

Kept by the office. What a recorded visit does not say (number and price, until when, whom else they asked) is written
by hand with the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import Handler, chinese_date, chinese_numeral
from desktop.documents.layout import (
    SigningPlace,
    StruckRow,
    TypeScale,
    boxes,
    grid,
    heading,
    paragraph,
    signing_labels,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.sections import Part, asked, choices, listed, sections_of, signatures
from desktop.documents.typesetting import Span
from desktop.documents.wording import Wording
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES, NeedCode, Urgency

_LEAST_ROWS = 2
"""A sheet has room for so many needs; what is not used is struck."""


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """One need as recorded."""

    code: NeedCode
    urgency: Urgency
    words: str
    projects: tuple[str, ...] = ()
    """Projects of the directory that may fit, each with the reason (可对接项目)."""


@dataclass(frozen=True, slots=True)
class NeedRegistrationContent:
    """Everything the registration says beyond its wording."""

    print_id: str
    sheet_number: str
    handler: Handler
    household_number: str
    applicant: str
    address: str
    visit_number: str
    visit_day: date
    needs: tuple[NeedAsked, ...]
    asked_elsewhere: str
    """Help from charities that the visit wrote down (已求助渠道)."""
    worker: str
    day: date
    wording_version: str = "2026.1"
    large_type: bool = False


def need_registration(content: NeedRegistrationContent, wording: Wording | None = None) -> bytes:
    """The registration as PDF. Errors as for ``consent_form``; ValueError where no need is registered."""
    if not content.needs:
        raise ValueError("a registration names at least one need")
    return form_pdf("need-registration", content, content.sheet_number, _story, wording)


def _story(content: NeedRegistrationContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {"handler_name": content.handler.name, "handler_phone": content.handler.phone}
    filling: dict[str, list[Part]] = {
        "household": [_household(content, words, scale)],
        "needs": _needs(content, words, scale),
        "signing": _signing(content, words, scale),
    }
    return sections_of(words, scale, values, filling)


def _household(content: NeedRegistrationContent, words: Wording, scale: TypeScale) -> Flowable:
    return asked(
        words,
        scale,
        [
            [("household", content.household_number), ("applicant", content.applicant)],
            [("address", content.address)],
            [("visit", f"{content.visit_number}　{chinese_date(content.visit_day)}")],
            [("elsewhere", content.asked_elsewhere)],
        ],
    )


def _needs(content: NeedRegistrationContent, words: Wording, scale: TypeScale) -> list[Part]:
    parts: list[Part] = []
    for number, one in enumerate(content.needs, start=1):
        table = asked(
            words,
            scale,
            [
                [("code", f"{one.code} {NEED_NAMES[one.code]}")],
                [("words", one.words)],
                [("amount", ""), ("price", "")],
                [("by", words.terms["by_blank"])],
                [("urgency", choices(words, "urgency", URGENCY_NAMES, (one.urgency,)))],
                [("projects", "；".join(one.projects) or words.terms["projects_none"])],
                [("way", listed(words, "ways"))],
                [("consent", "")],
                [("state", listed(words, "states", words.terms["states"].split("|")[:1]))],
            ],
        )
        parts.append((heading(f"{words.terms['need']}{chinese_numeral(number)}", scale), table))
    unused = range(len(content.needs) + 1, _LEAST_ROWS + 1)
    return [*parts, *(StruckRow(f"{words.terms['need']}{chinese_numeral(one)}", scale) for one in unused)]


def _signing(content: NeedRegistrationContent, words: Wording, scale: TypeScale) -> list[Part]:
    place = SigningPlace(words.terms["sign.applicant"], signing_labels(words), scale, CONTENT_WIDTH - 4 * mm)
    read = paragraph(boxes([words.terms["read_back"]]), scale, indent=False)
    note = paragraph((Span(words.terms["worker_note"], scale=0.85),), scale, indent=False)
    worker = signatures(words, scale, ["sign.worker"], {"sign.worker": content.worker})
    return [(read, grid([[place]], (CONTENT_WIDTH,), padding=1 * mm), worker, note)]
