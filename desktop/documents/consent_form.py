"""The consent form on paper: 慈善帮扶转介个人信息处理告知书暨单独同意书（本人版）, TY-01.

Its parts are those of 个人信息保护法 第十四、十七、二十三、二十九、三十条: who handles the data, why and how, each
recipient by name, the classes of data with ordinary and sensitive apart, their necessity and effect, retention,
rights, withdrawal, complaints, and a separate consent per recipient and class. There is no place to agree to
everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.fonts import require_printable
from desktop.documents.form_content import (
    CLASSES,
    ORDINARY_CLASSES,
    SAMPLE_WATERMARK,
    SENSITIVE_CLASSES,
    FormResident,
    Handler,
    chinese_date,
    circled,
)
from desktop.documents.layout import (
    LARGE,
    ORDINARY,
    SigningPlace,
    StruckRow,
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
from desktop.documents.pdf import CONTENT_WIDTH, PageSetup, make_pdf
from desktop.documents.print_mark import content_hash, content_texts
from desktop.documents.typesetting import Span, marked_up
from desktop.documents.wording import Wording, load_wording
from desktop.domain.consent import DataClass

_RECIPIENT_ROWS = 3
"""A form shows at least this many numbered rows for recipients; those not used are struck."""


class ReadingMode(StrEnum):
    """How the person came to know what the form says."""

    SELF = "self"
    READ_ALOUD = "read-aloud"


class SignerKind(StrEnum):
    """How the person signs; whoever cannot sign puts a fingerprint beside a witness (民法典 第四百九十条)."""

    SIGNATURE = "signature"
    MARK_WITH_WITNESS = "mark-with-witness"


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient (接收方) and what it would be told."""

    name: str
    credit_code: str
    contact: str
    phone: str
    address: str
    purpose: str
    method: str
    security: str
    agreement_number: str
    asks: tuple[DataClass, ...]
    onward: str = ""
    """An organisation named here is asked about by name; empty strikes the row."""


@dataclass(frozen=True, slots=True)
class ConsentFormContent:
    """Everything a consent form says beyond its wording."""

    print_id: str
    sheet_number: str
    handler: Handler
    resident: FormResident
    recipients: tuple[RecipientRow, ...]
    workers: tuple[str, str]
    reading_mode: ReadingMode | None = None
    """None leaves the boxes to be ticked by hand, as do the three after it."""
    dialect: str = ""
    signer: SignerKind | None = None
    near_relative: bool | None = None
    near_relative_detail: str = ""
    signing_date: date | None = None
    wording_version: str = "2026.1"
    retention_years: int = 5
    recipient_retention_years: int = 3
    reply_working_days: int = 15
    validity_months: int = 12
    large_type: bool = False
    sample: bool = False


def consent_form(content: ConsentFormContent, wording: Wording | None = None) -> bytes:
    """The form as PDF, in ordinary (小四) or large (三号) type.

    ``wording`` is one issued by the county; without it the bundled one of that version is used. A sheet
    without a number is always a 样张. Raises UserFacingError ``print.missing-characters``, and ValueError
    for a form that names no recipient.
    """
    words = wording or load_wording("consent-self", content.wording_version)
    if not content.recipients:
        raise ValueError("a consent form names at least one recipient")
    require_printable(content_texts(content))
    scale = LARGE if content.large_type else ORDINARY
    setup = PageSetup(
        title=words.title,
        form_number=words.number,
        wording_version=words.version,
        content_hash=content_hash(content, words.sha256),
        print_id=content.print_id,
        sheet_number=content.sheet_number,
        watermark=SAMPLE_WATERMARK if content.sample or not content.sheet_number else "",
        footer=words.terms["footer"],
    )
    return make_pdf(_story(content, words, scale), setup)


def _story(content: ConsentFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    values = placeholder_values(content)
    filling: dict[str, list[Flowable]] = {
        "opening": [_resident_facts(content.resident, words, scale)],
        "recipients": _recipient_facts(content.recipients, words, scale),
        "classes": [_class_table(content.recipients, words, scale)],
        "sensitive": [_sensitive_table(content.recipients, words, scale)],
        "consent": [
            _recipient_box(number, recipient, content, words, scale)
            for number, recipient in enumerate(content.recipients)
        ],
        "declaration": _declaration(content, words, scale),
        "signing": _signing(content, words, scale),
    }
    story = title(words.title, scale, below=words.terms["audience"])
    for section in words.sections:
        lead = [heading(section.heading, scale)] if section.heading else []
        lead += [paragraph(marked_up(text, values), scale) for text in section.paragraphs]
        parts = filling.get(section.id, [])
        # A heading stays with the first table under it, and each table is kept whole where a page can hold it.
        story += [together(*lead, *parts[:1]), *(together(part) for part in parts[1:])] if parts else lead
    return story


def placeholder_values(content: ConsentFormContent) -> dict[str, str]:
    """The values of the wording's placeholders; those of the read-aloud script are among them."""
    handler = content.handler
    return {
        "resident_name": content.resident.name,
        "handler_name": handler.name,
        "handler_address": handler.address,
        "handler_phone": handler.phone,
        "contact_person": handler.contact_person,
        "county_name": handler.county_name,
        "county_phone": handler.county_phone,
        "complaint_phone": handler.complaint_phone,
        "retention_years": str(content.retention_years),
        "recipient_retention_years": str(content.recipient_retention_years),
        "reply_working_days": str(content.reply_working_days),
        "validity_months": str(content.validity_months),
    }


def _resident_facts(resident: FormResident, words: Wording, scale: TypeScale) -> Flowable:
    pairs = [
        ("name", resident.name),
        ("original_name", resident.original_name),
        ("birth", chinese_date(resident.birth) if resident.birth else ""),
        ("household", resident.household_number),
        ("document", resident.document),
        ("village", resident.village_path),
    ]
    return facts_for(scale, *((words.terms[f"resident.{key}"], value) for key, value in pairs if value))


def _recipient_facts(recipients: tuple[RecipientRow, ...], words: Wording, scale: TypeScale) -> list[Flowable]:
    parts: list[Flowable] = []
    for number, recipient in enumerate(recipients):
        pairs = [
            ("name", recipient.name),
            ("credit_code", recipient.credit_code),
            ("agreement", recipient.agreement_number),
            ("contact", recipient.contact),
            ("phone", recipient.phone),
            ("address", recipient.address),
            ("purpose", recipient.purpose),
            ("method", recipient.method),
            ("asks", "、".join(sorted(recipient.asks))),
            ("security", recipient.security),
        ]
        labelled = [(words.terms[f"recipient.{key}"], value) for key, value in pairs]
        labelled[0] = (f"{circled(number)}{labelled[0][0]}", labelled[0][1])
        parts.append(facts_for(scale, *labelled))
    unused = range(len(recipients), _RECIPIENT_ROWS)
    return parts + [StruckRow(f"{circled(number)}{words.terms['recipient.unused']}", scale) for number in unused]


def _askers(code: DataClass, recipients: tuple[RecipientRow, ...]) -> str:
    return "".join(circled(number) for number, recipient in enumerate(recipients) if code in recipient.asks)


def _class_table(recipients: tuple[RecipientRow, ...], words: Wording, scale: TypeScale) -> Flowable:
    """Ordinary classes left, sensitive ones right; a class that nobody asks for is struck."""

    def entry(code: DataClass) -> list[Flowable]:
        askers = _askers(code, recipients)
        name = Span(f"{code} {words.terms[f'class.{code}']}", struck=not askers)
        return [cell((name,), scale), cell(askers or "—", scale, "center")]

    asked_by = words.terms["classes.asked_by"]
    rows: list[list[object]] = [
        [
            cell((Span(words.terms["classes.ordinary"], bold=True),), scale),
            cell(asked_by, scale, "center"),
            cell((Span(words.terms["classes.sensitive"], bold=True),), scale),
            cell(asked_by, scale, "center"),
        ]
    ]
    for number in range(len(SENSITIVE_CLASSES)):
        left: list[object] = [*entry(ORDINARY_CLASSES[number])] if number < len(ORDINARY_CLASSES) else ["", ""]
        rows.append([*left, *entry(SENSITIVE_CLASSES[number])])
    asker_width = 3 * scale.body + 4 * mm
    name_width = CONTENT_WIDTH / 2 - asker_width
    return grid(rows, (name_width, asker_width) * 2, shaded(((0, 0), (-1, 0))), padding=0.8 * mm)


def _sensitive_table(recipients: tuple[RecipientRow, ...], words: Wording, scale: TypeScale) -> Flowable:
    asked = [code for code in SENSITIVE_CLASSES if _askers(code, recipients)]
    if not asked:
        return paragraph((Span(words.terms["sensitive.none"], bold=True),), scale)
    keys = ("sensitive.class", "sensitive.necessity", "sensitive.effect")
    rows = [[cell((Span(words.terms[key], bold=True),), scale) for key in keys]]
    for code in asked:
        texts = (
            f"{code} {words.terms[f'class.{code}']}",
            words.terms[f"necessity.{code}"],
            words.terms[f"effect.{code}"],
        )
        rows.append([cell(text, scale) for text in texts])
    widths = (CONTENT_WIDTH * 0.27, CONTENT_WIDTH * 0.37, CONTENT_WIDTH * 0.36)
    return grid(rows, widths, shaded(((0, 0), (-1, 0))), repeat_rows=1)


def _recipient_box(
    number: int, recipient: RecipientRow, content: ConsentFormContent, words: Wording, scale: TypeScale
) -> Flowable:
    """One recipient's consent: a pair of boxes per class asked, and one place to sign for this recipient alone."""
    terms = words.terms
    choice_width = 9.8 * scale.body
    widths = (CONTENT_WIDTH - choice_width, choice_width)
    head = (
        Span(f"{terms['box.recipient']}{circled(number)}　{recipient.name}", bold=True),
        Span(f"　{recipient.purpose}"),
    )

    def choice(text: str) -> list[object]:
        return [cell(text, scale), cell((*box(terms["box.agree"]), Span("　"), *box(terms["box.refuse"])), scale)]

    rows: list[list[object]] = [[cell(head, scale), ""]]
    rows += [choice(f"{code} {terms[f'class.{code}']}") for code in CLASSES if code in recipient.asks]
    rows += [choice(terms["box.phone"]), choice(terms["box.visit"])]
    if recipient.onward:
        rows.append(choice(f"{terms['box.onward']}{recipient.onward}"))
    commands = [("SPAN", (0, 0), (-1, 0)), *shaded(((0, 0), (-1, 0)))]
    not_asked = [
        Span(f"{code} {terms[f'class.{code}']}", struck=True) for code in CLASSES if code not in recipient.asks
    ]
    if not recipient.onward:
        not_asked.append(Span(terms["box.onward"].rstrip("："), struck=True))
    if not_asked:
        spaced = [part for span in not_asked for part in (span, Span("　"))][:-1]
        rows.append([cell((Span(terms["box.not_asked"]), *spaced), scale), ""])
        commands.append(("SPAN", (0, len(rows) - 1), (-1, len(rows) - 1)))
    caption = terms["box.sign"].replace("{recipient}", f"{circled(number)} {recipient.name}")
    place = SigningPlace(caption, signing_labels(words, content.signing_date), scale, CONTENT_WIDTH - 4 * mm)
    rows.append([place, ""])
    commands += [("SPAN", (0, len(rows) - 1), (-1, len(rows) - 1)), ("BOX", (0, 0), (-1, -1), 1.4, (0, 0, 0))]
    return grid(rows, widths, commands, padding=0.9 * mm)


def _declaration(content: ConsentFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    dialects = terms["declaration.dialects"].split("、")
    is_other = bool(content.dialect) and content.dialect not in dialects
    other = f"{terms['declaration.other_dialect']}（{content.dialect if is_other else '________'}）"
    aloud = content.reading_mode is ReadingMode.READ_ALOUD
    ticked = (other if is_other else content.dialect,) if aloud else ()
    lines = [
        box(terms["declaration.self_read"], content.reading_mode is ReadingMode.SELF),
        (*box(terms["declaration.read_aloud"], aloud), *boxes((*dialects, other), ticked)),
        (Span(f"{terms['declaration.explained_by']}{content.workers[0]}、{content.workers[1]}"),),
        box(terms["declaration.voluntary"]),
        box(terms["declaration.copy"]),
    ]
    return [paragraph(line, scale, indent=False) for line in lines]


def _signing(content: ConsentFormContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    labels = signing_labels(words, content.signing_date)
    place = SigningPlace(terms["sign.resident"], labels, scale, CONTENT_WIDTH - 4 * mm)
    parts: list[Flowable] = [grid([[place]], (CONTENT_WIDTH,), padding=1 * mm)]
    label_width = 8 * scale.body
    rest = (label_width, CONTENT_WIDTH - label_width)
    if content.signer is SignerKind.SIGNATURE:
        parts.append(StruckRow(terms["sign.witness_unused"], scale))
    else:
        rows: list[list[object]] = [
            [cell(terms["sign.unable_reason"], scale), ""],
            [cell(terms["sign.witness_is"], scale), ""],
            [cell(terms["sign.witness"], scale), cell((Span(terms["sign.witness_rule"], scale=0.8),), scale, "right")],
        ]
        parts.append(grid(rows, rest, shaded(((0, 0), (0, -1))), padding=2.2 * mm))
    is_related, detail = content.near_relative, content.near_relative_detail or "______________"
    related = (*box(terms["sign.none"], is_related is False), Span("　"), *box(terms["sign.has"], is_related is True))
    signed: list[list[object]] = [
        [cell(f"{terms['sign.worker']}{circled(number)}", scale), cell(worker, scale), ""]
        for number, worker in enumerate(content.workers)
    ]
    signed.append([cell(terms["sign.near_relative"], scale), cell((*related, Span(f"　{detail}")), scale), ""])
    widths = (label_width, 6 * scale.body, CONTENT_WIDTH - label_width - 6 * scale.body)
    commands = [*shaded(((0, 0), (0, -1))), ("SPAN", (1, len(signed) - 1), (2, len(signed) - 1))]
    parts.append(grid(signed, widths, commands, padding=2.2 * mm))
    return parts
