"""The referral slip outward: 双向转介单（转出联）, ZJ-01, as file copy and as the recipient's slip.

A slip in a recipient's hand is a release of personal data. Without the county's release only the file copy
can be made: it says 未放行·不得交付 on each page and has no tear-off reply.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.fonts import require_printable
from desktop.documents.form_content import CLASSES, chinese_date
from desktop.documents.layout import (
    ORDINARY,
    CutLine,
    box,
    boxes,
    cell,
    facts_for,
    grid,
    heading,
    paragraph,
    shaded,
    title,
    together,
)
from desktop.documents.pdf import CONTENT_WIDTH, PageSetup, make_pdf
from desktop.documents.print_mark import content_hash, content_texts
from desktop.documents.typesetting import Span, marked_up
from desktop.documents.wording import Wording, load_wording
from desktop.domain.consent import DataClass
from desktop.domain.needs import NeedCode
from desktop.domain.referrals import Trigger

_SCALE = ORDINARY
_AID_CLASS = DataClass.B5
"""The category and the aid received tell the person's aid status (救助身份)."""
_CONTACT: Final = {True: "contact.yes", False: "contact.no", None: "contact.open"}


@dataclass(frozen=True, slots=True)
class DisclosedField:
    """One thing told to the recipient."""

    data_class: DataClass
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need by its code and in words."""

    code: NeedCode
    text: str


@dataclass(frozen=True, slots=True)
class Release:
    """The county's release of this referral (县级放行)."""

    number: str
    date: dt.date
    consent_version: str
    classes: tuple[DataClass, ...]
    expiry: dt.date


@dataclass(frozen=True, slots=True)
class ReferralSlipContent:
    """Everything a referral slip says beyond its wording.

    The caller gives in ``disclosed``, ``category``, ``aid_received``, ``summary`` and ``needs`` only what may
    be told to this recipient; what is empty is left out of the slip.
    """

    print_id: str
    referral_number: str
    referral_date: dt.date
    office: str
    office_phone: str
    worker: str
    reviewer: str
    trigger: Trigger
    recipient: str
    recipient_credit_code: str
    purpose: str
    sheet_number: str
    """Number of the consent sheet (同意书编号)."""
    sheet_check: str
    """Result of its check in words, for example 二人核对通过."""
    disclosed: tuple[DisclosedField, ...]
    needs: tuple[NeedLine, ...]
    urgency: str
    reply_by: dt.date
    category: str = ""
    focus: str = ""
    aid_received: tuple[str, ...] = ()
    """For T2: each aid with its kind, amount and since when."""
    remaining_gap: str = ""
    summary: str = ""
    project: str = ""
    near_relative: bool | None = None
    near_relative_who: str = ""
    """Who it is, where that may be told; else it is left to be written by hand."""
    may_call: bool | None = None
    """Whether the recipient may telephone the person (``contact.standing_contact``); None: not answered."""
    may_visit: bool | None = None
    release: Release | None = None
    wording_version: str = "2026.1"


def referral_slip(content: ReferralSlipContent, wording: Wording | None = None) -> bytes:
    """The slip as PDF: the file copy, or with a release the recipient's slip with its tear-off reply.

    Raises ValueError where the slip would tell a recipient more than was released, or where a T2 referral
    does not say what aid was received and what is still lacking; UserFacingError ``print.missing-characters``.
    """
    words = wording or load_wording("referral-out", content.wording_version)
    _require_released(content)
    require_printable(content_texts(content))
    copy = "file" if content.release is None else "recipient"
    setup = PageSetup(
        title=f"{words.title}{words.terms[f'copy.{copy}']}",
        form_number=words.number,
        wording_version=words.version,
        content_hash=content_hash(content, words.sha256),
        print_id=content.print_id,
        sheet_number=content.referral_number,
        watermark=words.terms["watermark"] if content.release is None else "",
        heavy_watermark=True,
        footer=words.terms[f"footer.{copy}"],
    )
    return make_pdf(_story(content, words), setup)


def _require_released(content: ReferralSlipContent) -> None:
    """A second lock behind the caller's own check: nothing beyond the released classes is printed for a recipient."""
    shown = {field.data_class for field in content.disclosed}
    if content.category or content.aid_received:
        shown.add(_AID_CLASS)
    if content.near_relative_who:
        shown.add(DataClass.A4)
    if content.release and (beyond := shown - set(content.release.classes)):
        raise ValueError(f"not released: {sorted(beyond)}")
    tells_aid = content.aid_received and content.remaining_gap
    if content.trigger is Trigger.T2 and not tells_aid and content.release is None:
        raise ValueError("a T2 referral lists the aid received and the remaining gap")


def _story(content: ReferralSlipContent, words: Wording) -> list[Flowable]:
    copy = "file" if content.release is None else "recipient"
    section = words.section("file-copy" if content.release is None else "recipient-slip")
    values = {
        "recipient_name": content.recipient,
        "reply_by": chinese_date(content.reply_by),
        "purpose": content.purpose,
        "expiry": chinese_date(content.release.expiry) if content.release else "",
    }
    story = title(words.title, _SCALE, below=f"（{words.terms[f'copy.{copy}']}）")
    story += [paragraph(marked_up(text, values), _SCALE, indent=False) for text in section.paragraphs]
    story += [
        together(heading(words.terms["heading.referral"], _SCALE), _referral_facts(content, words)),
        together(*_permission(content, words)),
        together(heading(words.terms["heading.disclosed"], _SCALE), _disclosed(content.disclosed, words)),
        together(heading(words.terms["heading.situation"], _SCALE), _situation(content, words)),
        together(heading(words.terms["heading.signing"], _SCALE), _signing(content, words)),
    ]
    if content.release:
        duties = words.section("duties")
        texts = [paragraph(marked_up(text, values), _SCALE) for text in duties.paragraphs]
        story += [together(heading(duties.heading, _SCALE), *texts), _reply(content, words)]
    return story


def _labelled(words: Wording, pairs: Sequence[tuple[str, str]]) -> Flowable:
    return facts_for(_SCALE, *((words.terms[key], value) for key, value in pairs if value))


def _referral_facts(content: ReferralSlipContent, words: Wording) -> Flowable:
    return _labelled(
        words,
        [
            ("number", content.referral_number),
            ("date", chinese_date(content.referral_date)),
            ("office", content.office),
            ("phone", content.office_phone),
            ("worker", content.worker),
            ("reviewer", content.reviewer),
            ("trigger", words.terms[f"trigger.{content.trigger}"]),
            ("category", content.category),
            ("focus", content.focus),
            ("recipient", content.recipient),
            ("credit_code", content.recipient_credit_code),
            ("purpose", content.purpose),
            ("project", content.project),
        ],
    )


def _permission(content: ReferralSlipContent, words: Wording) -> list[Flowable]:
    """The consent and, on the recipient's slip, the county's release that rests on it."""
    pairs = [("consent_number", content.sheet_number), ("consent_check", content.sheet_check)]
    contact = [("contact.call", content.may_call), ("contact.visit", content.may_visit)]
    said = [(key, words.terms[_CONTACT[answer]]) for key, answer in contact]
    release = content.release
    if release is None:
        return [heading(words.terms["heading.consent"], _SCALE), _labelled(words, [*pairs, *said])]
    pairs += [
        ("release.number", release.number),
        ("release.date", chinese_date(release.date)),
        ("release.consent_version", release.consent_version),
        ("release.expiry", chinese_date(release.expiry)),
        ("release.classes", "、".join(sorted(release.classes))),
        *said,
    ]
    return [heading(words.terms["heading.release"], _SCALE), _labelled(words, pairs)]


def _disclosed(fields: Sequence[DisclosedField], words: Wording) -> Flowable:
    """What is told, grouped by data class."""
    ordered = sorted(fields, key=lambda field: CLASSES.index(field.data_class))
    rows: list[list[object]] = []
    commands = shaded(((0, 0), (0, -1)))
    for data_class, group in groupby(ordered, key=lambda field: field.data_class):
        start = len(rows)
        name = f"{data_class} {words.terms[f'class.{data_class}']}"
        for number, field in enumerate(group):
            first = cell(name, _SCALE) if number == 0 else ""
            rows.append([first, cell(field.label, _SCALE), cell(field.value, _SCALE)])
        commands.append(("SPAN", (0, start), (0, len(rows) - 1)))
    widths = (9 * _SCALE.body, 7 * _SCALE.body, CONTENT_WIDTH - 16 * _SCALE.body)
    return grid(rows or [["", "", ""]], widths, commands)


def _situation(content: ReferralSlipContent, words: Wording) -> Flowable:
    pairs = [
        ("aid", "；".join(content.aid_received)),
        ("gap", content.remaining_gap),
        ("summary", content.summary),
        ("needs", "；".join(f"{need.code} {need.text}" for need in content.needs)),
        ("urgency", content.urgency),
        ("reply_by", chinese_date(content.reply_by)),
    ]
    return _labelled(words, pairs)


def _signing(content: ReferralSlipContent, words: Wording) -> Flowable:
    terms = words.terms
    related = (
        *box(terms["none"], content.near_relative is False),
        Span("　"),
        *box(f"{terms['has']}{content.near_relative_who or '________'}", content.near_relative is True),
    )
    label_width = 7.8 * _SCALE.body
    rows = [
        [cell(terms["near_relative"], _SCALE), cell(related, _SCALE), "", ""],
        [cell(terms["sign.worker"], _SCALE), "", cell(terms["sign.reviewer"], _SCALE), ""],
        [cell(terms["sign.office"], _SCALE), cell(terms["sign.date_blank"], _SCALE, "right"), "", ""],
    ]
    commands = [
        *shaded(((0, 0), (0, -1)), ((2, 1), (2, 1))),
        ("SPAN", (1, 0), (3, 0)),
        ("SPAN", (1, 2), (3, 2)),
    ]
    widths = (label_width, CONTENT_WIDTH / 2 - label_width) * 2
    return grid(rows, widths, commands, padding=2.5 * mm)


def _reply(content: ReferralSlipContent, words: Wording) -> Flowable:
    """The tear-off reply (转介回执) that the charity fills in."""
    terms = words.terms
    decision = boxes([terms["reply.accept"], terms["reply.decline"], terms["reply.elsewhere"]])
    interest = (*box(terms["none"]), Span("　"), *box(f"{terms['has']}________"))
    label_width = 7.8 * _SCALE.body
    answers: list[tuple[str, Sequence[Span] | str]] = [
        ("reply.return_to", f"{content.office}　{content.office_phone}"),
        ("reply.received", terms["reply.time_blank"]),
        ("reply.decision", decision),
        ("reply.reason", boxes(terms["reply.reasons"].split("|"))),
        ("reply.project", ""),
        ("reply.plan", ""),
        ("reply.interest", interest),
    ]
    rows: list[list[object]] = [[cell(terms[key], _SCALE), cell(answer, _SCALE), "", ""] for key, answer in answers]
    number = Span(content.referral_number, bold=True)
    recipient = [cell(terms["recipient"], _SCALE), cell(content.recipient, _SCALE)]
    rows.insert(0, [cell(terms["number"], _SCALE), cell((number,), _SCALE), *recipient])
    seal = cell(terms["sign.date_blank"].lstrip(), _SCALE, "right")
    rows.append([cell(terms["reply.handler"], _SCALE), "", cell(terms["reply.seal"], _SCALE), seal])
    last = len(rows) - 1
    commands = [("SPAN", (1, row), (3, row)) for row in range(1, last)]
    commands += shaded(((0, 0), (0, last)), ((2, 0), (2, 0)), ((2, last), (2, last)))
    widths = (label_width, CONTENT_WIDTH / 2 - label_width) * 2
    table = grid(rows, widths, commands, padding=1.3 * mm)
    return together(CutLine(terms["reply.cut"]), *title(terms["reply.title"], _SCALE), table)
