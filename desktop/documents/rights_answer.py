"""The answer to a rights request on paper: 个人信息权利请求答复书, GR-01.

What was done, what was not and why, and the remedies (个人信息保护法 第五十条). One copy for whoever asked, one for
the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import FormResident, Handler, chinese_date, chinese_numeral
from desktop.documents.layout import (
    SigningPlace,
    TypeScale,
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
from desktop.domain.rights import RightKind, RightsState


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of data in the answer to a deletion: its name, how many, gone or kept until when and why."""

    name: str
    count: str
    gone: bool
    until: date | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class RightsAnswerContent:
    """Everything the letter says beyond its wording. ``resident`` is None once the person's record was erased."""

    print_id: str
    number: str
    handler: Handler
    resident: FormResident | None
    kind: RightKind
    kind_name: str
    article: str
    words: str
    received: date
    due: date
    way: str
    asker: str
    is_person: bool
    identity: str
    outcome: RightsState
    answered_on: date
    worker: str
    proof: str = ""
    answer: str = ""
    reasons: tuple[str, ...] = ()
    classes: tuple[ClassRow, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawal: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    """Of an explanation: each paper that was signed, and how the person came to know what it says."""
    visit_years: int = 5
    aid_years: int = 3
    retention_years: int = 5
    """How long visits, aid files and what proves consent are kept, as the retention schedule in force has it."""
    wording_version: str = "2026.1"
    large_type: bool = False


def rights_answer(content: RightsAnswerContent, wording: Wording | None = None) -> bytes:
    """The letter as PDF. Errors as for ``consent_form``; ValueError where nothing is answered yet."""
    if content.outcome in (RightsState.RECEIVED, RightsState.WITHDRAWN):
        raise ValueError("there is no answer to print")
    return form_pdf("rights-answer", content, content.number, _story, wording)


def _story(content: RightsAnswerContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms, handler = words.terms, content.handler
    values = {
        "received": chinese_date(content.received),
        "subject": terms["subject.person" if content.is_person else "subject.other"],
        "kind": content.kind_name,
        "article": content.article,
        "handler_name": handler.name,
        "handler_address": handler.address,
        "handler_phone": handler.phone,
        "county_name": handler.county_name,
        "complaint_phone": handler.complaint_phone,
        "visit_years": str(content.visit_years),
        "aid_years": str(content.aid_years),
        "retention_years": str(content.retention_years),
    }

    def paragraphs(section: str) -> list[Flowable]:
        return [paragraph(marked_up(text, values), scale) for text in words.section(section).paragraphs]

    story = [*title(words.title, scale), _addressee(content, scale), *paragraphs("opening")]
    story.append(_request(content, words, scale))
    result = [paragraph((Span(terms[f"outcome.{content.outcome}"], bold=True),), scale)]
    if content.outcome is not RightsState.REFUSED or content.kind in (RightKind.DELETE, RightKind.EXPLAIN):
        told = paragraphs(content.kind)
        # Where nothing was erased there is nothing to say of where it still lies.
        result += told[:1] if content.kind is RightKind.DELETE and content.outcome is RightsState.REFUSED else told
    story += [together(heading(words.section("result").heading, scale), result[0]), *result[1:]]
    story += _done(content, words, scale)
    story += [heading(words.section("reasons").heading, scale), *_reasons(content, words, scale)]
    remedies = paragraphs("remedies")
    story += [together(heading(words.section("remedies").heading, scale), *remedies)]
    story.append(together(heading(words.section("signing").heading, scale), *_signing(content, words, scale)))
    return story


def _addressee(content: RightsAnswerContent, scale: TypeScale) -> Flowable:
    return paragraph((Span(f"{content.asker}：", bold=True),), scale, indent=False)


def _request(content: RightsAnswerContent, words: Wording, scale: TypeScale) -> Flowable:
    terms, resident = words.terms, content.resident
    name = resident.name if resident is not None else terms["resident.blank"]
    pairs = [
        (terms["resident.name"], name),
        (terms["request.number"], content.number),
        (terms["request.kind"], content.kind_name),
        (terms["request.asker"], content.asker),
        (terms["request.way"], content.way),
        (terms["request.identity"], content.identity),
        (terms["request.proof"], content.proof),
        (terms["request.received"], chinese_date(content.received)),
        (terms["request.due"], chinese_date(content.due)),
        (terms["request.words"], content.words),
    ]
    return facts_for(scale, *((label, value) for label, value in pairs if value))


def _done(content: RightsAnswerContent, words: Wording, scale: TypeScale) -> Iterator[Flowable]:
    terms = words.terms
    if content.corrected:
        yield facts_for(scale, (terms["corrected"], "、".join(content.corrected)))
    if content.withdrawal:
        yield facts_for(scale, (terms["withdrawal"], content.withdrawal))
    if content.classes:
        yield _classes(content, words, scale)
    if content.answer:
        if content.kind is RightKind.EXPLAIN:
            yield paragraph(content.answer, scale)
        else:
            yield facts_for(scale, (terms["words"], content.answer))
    if content.readings:
        yield facts_for(scale, *content.readings)


def _classes(content: RightsAnswerContent, words: Wording, scale: TypeScale) -> Flowable:
    terms = words.terms
    keys = ("class", "count", "done", "until", "ground")
    rows = [[cell((Span(terms[f"column.{key}"], bold=True),), scale) for key in keys]]
    for row in content.classes:
        until = chinese_date(row.until) if row.until else terms["until.use"]
        rows.append(
            [
                cell(row.name, scale),
                cell(row.count, scale),
                cell(terms["class.gone" if row.gone else "class.kept"], scale),
                cell("" if row.gone else until, scale),
                cell(row.ground, scale),
            ]
        )
    widths = [CONTENT_WIDTH * part for part in (0.18, 0.10, 0.13, 0.19, 0.40)]
    return grid(rows, widths, shaded(((0, 0), (-1, 0))), repeat_rows=1)


def _reasons(content: RightsAnswerContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    if not content.reasons:
        return [paragraph(words.terms["no_reasons"], scale)]
    return [
        paragraph(f"（{chinese_numeral(number)}）{reason}。", scale) for number, reason in enumerate(content.reasons, 1)
    ]


def _signing(content: RightsAnswerContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    terms = words.terms
    label_width = 7 * scale.body
    half = CONTENT_WIDTH / 2 - label_width
    deliveries = [terms[f"delivery.{key}"] for key in ("hand", "post", "village", "read")]
    rows: list[list[object]] = [
        [
            cell(terms["sign.worker"], scale),
            cell(content.worker, scale),
            cell(terms["sign.day"], scale),
            cell(chinese_date(content.answered_on), scale),
        ],
        [cell(terms["sign.office"], scale), cell(content.handler.name, scale), "", ""],
        [cell(terms["sign.delivery"], scale), cell(boxes(deliveries), scale), "", ""],
    ]
    commands = [
        *shaded(((0, 0), (0, -1)), ((2, 0), (2, 0))),
        ("SPAN", (1, 1), (-1, 1)),
        ("SPAN", (1, 2), (-1, 2)),
        ("BOTTOMPADDING", (0, 1), (-1, 1), 12 * mm),
        ("VALIGN", (0, 1), (-1, 1), "TOP"),
    ]
    place = SigningPlace(terms["sign.receiver"], signing_labels(words), scale, CONTENT_WIDTH - 4 * mm)
    return [
        grid(rows, (label_width, half) * 2, commands, padding=1.6 * mm),
        grid([[place]], (CONTENT_WIDTH,), padding=1 * mm),
    ]
