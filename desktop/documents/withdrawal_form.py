"""Withdrawal of consent on paper with a receipt slip to take home: 撤回同意书, TY-04.

To withdraw must be as easy as to consent (个人信息保护法 第十五条); it never touches government aid (第十六条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import (
    CLASSES,
    FormResident,
    Handler,
    chinese_date,
    chinese_time,
    circled,
)
from desktop.documents.layout import (
    CutLine,
    SigningPlace,
    TypeScale,
    box,
    boxes,
    cell,
    facts_for,
    grid,
    heading,
    paragraph,
    shaded,
    signing_labels,
    title,
    together,
)
from desktop.documents.pdf import CONTENT_WIDTH
from desktop.documents.typesetting import Span, marked_up
from desktop.documents.wording import Wording
from desktop.domain.consent import DataClass, WithdrawalMode
from desktop.domain.withdrawals import Delivery, Unwanted, WithdrawalRequest

_BLANK_DATE = "　　　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """What was agreed for one recipient, and what of it is withdrawn."""

    recipient: str
    agreed: tuple[DataClass, ...]
    """Data classes the person had agreed to."""
    withdrawn: tuple[DataClass, ...] = ()
    """Those already known to be withdrawn are ticked; the others are left to be ticked by hand."""
    words: tuple[str, ...] = ()
    """What else is withdrawn, where it is no class given to a recipient."""
    is_contact: bool = False
    """A recipient that may call or visit, although no class that was agreed to is known."""


@dataclass(frozen=True, slots=True)
class HandedOverRow:
    """What a recipient had before the withdrawal, for the person to take home."""

    recipient: str
    referral_number: str
    classes: tuple[DataClass, ...]
    released: date | None = None
    answer: str = ""
    """What the recipient said last of it, in words."""


@dataclass(frozen=True, slots=True)
class WithdrawalFormContent:
    """Everything a withdrawal says beyond its wording. What is None or empty is filled in by hand."""

    print_id: str
    sheet_number: str
    consent_number: str
    handler: Handler
    resident: FormResident
    rows: tuple[WithdrawalRow, ...]
    workers: tuple[str, str]
    whole: bool = False
    unwanted: tuple[Unwanted, ...] = ()
    requests: tuple[WithdrawalRequest, ...] = ()
    mode: WithdrawalMode | None = None
    said_by: str = ""
    """Who said or brought it where it was not the person themselves, in words."""
    by_guardian: bool = False
    identity_check: str = ""
    received_at: datetime | None = None
    receipt_number: str = ""
    reply_by: date | None = None
    delivery: Delivery | None = None
    reply_working_days: int = 15
    wording_version: str = "2026.1"
    handed_over: tuple[HandedOverRow, ...] = ()
    as_of: date | None = None
    """The day up to which ``handed_over`` is known here; None where nothing is said of it."""
    large_type: bool = False
    sample: bool = False


def withdrawal_form(content: WithdrawalFormContent, wording: Wording | None = None) -> bytes:
    """The withdrawal as PDF, its receipt (回执联) below a cut line. Errors as for ``consent_form``."""
    return form_pdf("withdrawal", content, content.sheet_number, _story, wording, is_sample=content.sample)


def _story(content: WithdrawalFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = {
        "resident_name": content.resident.name,
        "consent_number": content.consent_number,
        "handler_name": content.handler.name,
        "county_name": content.handler.county_name,
        "complaint_phone": content.handler.complaint_phone,
        "reply_working_days": str(content.reply_working_days),
        "reply_by": chinese_date(content.reply_by) if content.reply_by else _BLANK_DATE,
    }
    filling: dict[str, list[Flowable]] = {
        "opening": [_resident_facts(content.resident, words, scale)],
        "scope": _scope(content, words, scale),
        "requests": [_requests(content, words, scale)],
        "manner": [_manner(content, words, scale)],
        "signing": _signing(content, words, scale),
    }
    story = title(words.title, scale)
    for section in words.sections:
        paragraphs = [paragraph(marked_up(text, values), scale) for text in section.paragraphs]
        if section.id == "receipt":
            story.append(_receipt(content, words, scale, section.heading, paragraphs))
            continue
        lead = [heading(section.heading, scale), *paragraphs] if section.heading else paragraphs
        first, *rest = filling[section.id]
        story += [together(*lead, first), *(together(part) for part in rest)]
    if content.as_of is not None:
        story += _handed_over(content, words, scale)
    return story


def _resident_facts(resident: FormResident, words: Wording, scale: TypeScale) -> Flowable:
    pairs = [
        ("name", resident.name),
        ("birth", chinese_date(resident.birth) if resident.birth else ""),
        ("document", resident.document),
        ("village", resident.village_path),
    ]
    return facts_for(scale, *((words.terms[f"resident.{key}"], value) for key, value in pairs if value))


def _scope(content: WithdrawalFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    has_part = any(row.withdrawn or row.words for row in content.rows) or bool(content.unwanted)
    is_of_all = not any(row.withdrawn or row.words for row in content.rows)
    rows: list[list[object]] = [
        [cell((Span(terms[key], bold=True),), scale) for key in ("scope.recipient", "scope.items")]
    ]
    for number, row in enumerate(content.rows):
        spans: list[Span] = []
        for code in CLASSES:
            if code in row.agreed:
                spans += [*box(f"{code} {terms[f'class.{code}']}", code in row.withdrawn), Span("　")]
        for one in row.words:
            spans += [*box(one, True), Span("　")]
        if row.agreed or row.is_contact:
            labels = {one: terms[f"scope.{one}"] for one in Unwanted}
            # For those from whom something is taken back; the others may go on as agreed.
            takes_back = row.withdrawn or (row.is_contact and row.words)
            ticked = [labels[one] for one in content.unwanted] if takes_back or is_of_all else []
            spans += boxes(list(labels.values()), ticked)
        rows.append([cell(f"{circled(number)}{row.recipient}", scale), cell(spans, scale)])
    name_width = 9 * scale.body
    return [
        paragraph(box(terms["scope.whole"], content.whole), scale, indent=False),
        paragraph(box(terms["scope.part"], has_part and not content.whole), scale, indent=False),
        grid(rows, (name_width, CONTENT_WIDTH - name_width), shaded(((0, 0), (-1, 0)))),
    ]


def _requests(content: WithdrawalFormContent, words: Wording, scale: TypeScale) -> Flowable:
    labels = {request: words.terms[f"request.{request}"] for request in WithdrawalRequest}
    ticked = [labels[request] for request in content.requests]
    return paragraph(boxes(list(labels.values()), ticked), scale, indent=False)


def _manner(content: WithdrawalFormContent, words: Wording, scale: TypeScale) -> Flowable:
    terms = words.terms
    labels = {mode: terms[f"mode.{mode}"] for mode in WithdrawalMode}
    ticked = [labels[content.mode]] if content.mode else []
    label_width = 7 * scale.body
    rows = [
        [cell(terms["mode"], scale), cell(boxes(list(labels.values()), ticked), scale)],
        [cell(terms["said_by"], scale), cell(content.said_by or terms["said_by.person"], scale)],
        [cell(terms["identity"], scale), cell(content.identity_check, scale)],
    ]
    return grid(rows, (label_width, CONTENT_WIDTH - label_width), shaded(((0, 0), (0, -1))))


def _signing(content: WithdrawalFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    signs = terms["sign.guardian" if content.by_guardian else "sign.resident"]
    place = SigningPlace(signs, signing_labels(words), scale, CONTENT_WIDTH - 4 * mm)
    received = chinese_time(content.received_at) if content.received_at else terms["sign.date_blank"]
    label_width, name_width = 7.2 * scale.body, 6 * scale.body
    rows: list[list[object]] = [
        [cell(f"{terms['sign.worker']}{circled(number)}", scale), cell(worker, scale), ""]
        for number, worker in enumerate(content.workers)
    ]
    rows.append([cell(terms["received_at"], scale), cell(received, scale), ""])
    commands = [*shaded(((0, 0), (0, -1))), ("SPAN", (1, 2), (2, 2))]
    widths = (label_width, name_width, CONTENT_WIDTH - label_width - name_width)
    signatures = grid([[place]], (CONTENT_WIDTH,), padding=1 * mm)
    note = paragraph((Span(terms["telephone_record"], scale=0.85),), scale, indent=False)
    return [signatures, note, grid(rows, widths, commands, padding=1.8 * mm)]


def _receipt(
    content: WithdrawalFormContent, words: Wording, scale: TypeScale, caption: str, paragraphs: list[Flowable]
) -> Flowable:
    """The slip that the person takes home."""
    terms = words.terms
    labels = {delivery: terms[f"delivery.{delivery}"] for delivery in Delivery}
    ticked = [labels[content.delivery]] if content.delivery else []
    received = chinese_time(content.received_at) if content.received_at else terms["sign.date_blank"]
    label_width = 7 * scale.body
    rows = [
        [cell(terms["receipt.number"], scale), cell(content.receipt_number, scale)],
        [cell(terms["received_at"], scale), cell(received, scale)],
        [cell(terms["receipt.delivery"], scale), cell(boxes(list(labels.values()), ticked), scale)],
        [cell(f"{terms['receiver']}、{terms['receipt.seal']}", scale), cell("\u3000", scale)],
    ]
    table = grid(rows, (label_width, CONTENT_WIDTH - label_width), shaded(((0, 0), (0, -1))), padding=1.6 * mm)
    return together(CutLine(terms["receipt.cut"]), *title(caption, scale), *paragraphs, table)


def _handed_over(content: WithdrawalFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    """What had been handed over before, below the receipt: the person takes it home too. Classes only, no values."""
    terms = words.terms
    lead = [heading(terms["handed.heading"], scale)]
    day = chinese_date(content.as_of) if content.as_of else ""
    if not content.handed_over:
        return [together(*lead, paragraph(terms["handed.none"].format(day=day), scale))]
    columns = ("handed.recipient", "handed.referral", "handed.classes", "handed.when")
    rows: list[list[object]] = [[cell((Span(terms[one], bold=True),), scale) for one in columns]]
    for one in content.handed_over:
        classes = "、".join(f"{code} {terms[f'class.{code}']}" for code in one.classes)
        when = "；".join(
            part
            for part in (
                f"{chinese_date(one.released)}{terms['handed.released']}" if one.released else "",
                one.answer,
            )
            if part
        )
        rows.append([cell(text, scale) for text in (one.recipient, one.referral_number, classes, when)])
    name, number = 7 * scale.body, 9 * scale.body
    rest = CONTENT_WIDTH - name - number
    table = grid(rows, (name, number, rest * 0.58, rest * 0.42), shaded(((0, 0), (-1, 0))))
    note = paragraph(terms["handed.note"].format(day=day), scale)
    return [together(*lead, note, table)]
