"""The referral slip inward (双向转介单·转入联), ZJ-02, ``reference.md`` §5(c): a charity tells of somebody.

Printed as a numbered blank, to be given to a charity or written in while somebody tells it by telephone. Of a person
it says nothing before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import Handler, chinese_date, chinese_time
from desktop.documents.layout import TypeScale, cell, grid
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.sections import Part, asked, choices, listed, sections_of, signatures, yes_or_no
from desktop.documents.wording import Wording
from desktop.domain.needs import URGENCY_NAMES

_ROOM = 24 * mm
"""For three hundred characters in somebody's own hand."""


@dataclass(frozen=True, slots=True)
class Informant:
    """The body that tells (告知单位), as the directory knows it."""

    name: str
    credit_code: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class InwardSlipContent:
    """Everything an inward slip says beyond its wording; what is None is written by hand."""

    print_id: str
    sheet_number: str
    handler: Handler
    informant: Informant | None = None
    received_by: str = ""
    received_at: datetime | None = None
    """Given where it is heard by telephone at this moment."""
    verify_by: date | None = None
    wording_version: str = "2026.1"
    large_type: bool = False


def inward_slip(content: InwardSlipContent, wording: Wording | None = None) -> bytes:
    """The slip as PDF. Errors as for ``consent_form``."""
    return form_pdf("referral-in", content, content.sheet_number, _story, wording)


def _story(content: InwardSlipContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        "handler_name": content.handler.name,
        "handler_phone": content.handler.phone,
        "handler_address": content.handler.address,
        "county_name": content.handler.county_name,
        "county_phone": content.handler.county_phone,
    }
    filling: dict[str, list[Part]] = {
        "opening": [asked(words, scale, [[("number", content.sheet_number)]])],
        "informant": [_informant(content.informant or Informant(""), words, scale)],
        "person": [_person(words, scale)],
        "situation": _situation(words, scale),
        "receiving": _receiving(content, words, scale),
    }
    return sections_of(words, scale, values, filling)


def _informant(informant: Informant, words: Wording, scale: TypeScale) -> Flowable:
    return asked(
        words,
        scale,
        [
            [("informant", informant.name)],
            [("credit_code", informant.credit_code)],
            [("contact", informant.contact), ("phone", informant.phone)],
            [("found_at", words.terms["time_blank"])],
            [("found_how", listed(words, "found_ways"))],
        ],
    )


def _person(words: Wording, scale: TypeScale) -> Flowable:
    return asked(
        words,
        scale,
        [
            [("person", ""), ("person_phone", "")],
            [("person_place", "")],
            [("agreed", listed(words, "agreed_choices"))],
            [("agreed_paper", "")],
        ],
    )


def _situation(words: Wording, scale: TypeScale) -> list[Part]:
    to_be_told = [[cell(words.terms["situation"], scale)]]
    return [
        asked(words, scale, [[("schemes", listed(words, "scheme_choices"))]]),
        grid(to_be_told, (CONTENT_WIDTH,), [("BOTTOMPADDING", (0, 0), (0, 0), _ROOM)]),
        asked(
            words,
            scale,
            [
                [("help_given", "")],
                [("urgency", choices(words, "urgency", URGENCY_NAMES))],
                [("assist", yes_or_no(words)), ("assistant", "")],
            ],
        ),
    ]


def _receiving(content: InwardSlipContent, words: Wording, scale: TypeScale) -> list[Part]:
    terms = words.terms
    received = chinese_time(content.received_at) if content.received_at else terms["time_blank"]
    verify = chinese_date(content.verify_by) if content.verify_by else terms["day_blank"]
    return [
        asked(
            words,
            scale,
            [
                [("received_office", content.handler.name)],
                [("received_at", received)],
                [("received_by", content.received_by), ("verify_by", verify)],
            ],
        ),
        signatures(words, scale, ["sign.informant", "sign.receiver"], {"sign.receiver": content.received_by}),
    ]
