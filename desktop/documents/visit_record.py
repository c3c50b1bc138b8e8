"""The visit record on paper: 入户走访记录表（简版）, ZF-01, policy/reference 5(b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.form import form_pdf
from desktop.documents.form_content import chinese_date, chinese_time, circled
from desktop.documents.layout import (
    LARGE,
    SigningPlace,
    TypeScale,
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


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member of the household as found at the visit."""

    name: str
    relation: str
    birth: date | None = None
    health: str = ""
    work: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AmountRow:
    """An income, an expense or a property with its amount and what it rests on."""

    item: str
    amount: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class AidRow:
    """Aid from the government or help from a charity that the household has."""

    source: str
    name: str
    amount: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need found at the visit."""

    need: str
    urgency: str
    text: str


@dataclass(frozen=True, slots=True)
class VisitRecordContent:
    """Everything a visit record says beyond its wording; texts are already in the words of the trade."""

    print_id: str
    visit_number: str
    visit_type: str
    started_at: datetime
    village_path: str
    workers: tuple[str, ...]
    """Two, or one with ``single_worker_reason``."""
    respondent: str
    respondent_relation: str
    notice_given: bool
    household_number: str
    head: str
    notice_ways: tuple[str, ...] = ()
    """How notice was given; empty where nobody noted it."""
    ended_at: datetime | None = None
    contact: str = ""
    single_worker_reason: str = ""
    village_helper: str = ""
    registered_place: str = ""
    residence: str = ""
    categories: tuple[str, ...] = ()
    near_relative: bool | None = None
    near_relative_detail: str = ""
    members: tuple[MemberRow, ...] = ()
    economy: tuple[AmountRow, ...] = ()
    housing: tuple[tuple[str, str], ...] = ()
    """Label and value, for example 房屋安全 and C级危房."""
    aid: tuple[AidRow, ...] = ()
    needs: tuple[NeedRow, ...] = ()
    wish: str = ""
    focus: str = ""
    conclusion: str = ""
    channel: str = ""
    review_date: date | None = None
    refused_to_sign: str = ""
    wording_version: str = "2026.1"
    sample: bool = False
    large_type: bool = False


def visit_record(content: VisitRecordContent, wording: Wording | None = None) -> bytes:
    """The record as PDF, in ordinary (小四) or large (三号) type, to be signed by the workers and the person visited.

    Raises ValueError for a visit by one worker without a reason (民政 visits are made by two), and
    UserFacingError ``print.missing-characters``.
    """
    if len(content.workers) < 2 and not content.single_worker_reason:
        raise ValueError("a visit by one worker needs its reason")
    return form_pdf("visit-record", content, content.visit_number, _story, wording, is_sample=content.sample)


def _story(content: VisitRecordContent, words: Wording, scale: TypeScale) -> list[Flowable]:
    notice = [paragraph(marked_up(text), scale) for text in words.section("notice").paragraphs]
    parts: list[tuple[str, Flowable]] = [
        ("visit", _visit(content, words, scale)),
        ("household", _household(content, words, scale)),
        ("members", _members(content, words, scale)),
        ("economy", _economy(content, words, scale)),
        ("housing", facts_for(scale, *content.housing) if content.housing else _empty(words, scale)),
        ("aid", _aid(content, words, scale)),
        ("needs", _needs(content, words, scale)),
        ("assessment", _assessment(content, words, scale)),
        ("signing", _signing(content, words, scale)),
    ]
    story = [*title(words.title, scale), *notice]
    for name, part in parts:
        story.append(together(heading(words.terms[f"heading.{name}"], scale), part))
    return story


def _labelled(words: Wording, scale: TypeScale, pairs: Sequence[tuple[str, str]]) -> Flowable:
    shown = [(words.terms[key], value) for key, value in pairs if value]
    return facts_for(scale, *shown) if shown else _empty(words, scale)


def _empty(words: Wording, scale: TypeScale) -> Flowable:
    return paragraph(words.terms["empty"], scale)


def _visit(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    return _labelled(
        words,
        scale,
        [
            ("number", content.visit_number),
            ("type", content.visit_type),
            ("started", chinese_time(content.started_at)),
            ("ended", chinese_time(content.ended_at) if content.ended_at else ""),
            ("village", content.village_path),
            ("workers", "、".join(content.workers)),
            ("village_helper", content.village_helper),
            ("single_worker", content.single_worker_reason),
            ("respondent", content.respondent),
            ("relation", content.respondent_relation),
            ("contact", content.contact),
            ("notice_given", words.terms["yes" if content.notice_given else "no"] + _in_brackets(content.notice_ways)),
        ],
    )


def _household(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    related = {True: words.terms["has"], False: words.terms["none"], None: ""}[content.near_relative]
    return _labelled(
        words,
        scale,
        [
            ("household", content.household_number),
            ("head", content.head),
            ("registered", content.registered_place),
            ("residence", content.residence),
            ("categories", "、".join(content.categories)),
            ("near_relative", f"{related} {content.near_relative_detail}".strip()),
        ],
    )


def _listed(
    words: Wording, scale: TypeScale, keys: Sequence[str], shares: Sequence[float], rows: Sequence[Sequence[str]]
) -> Flowable:
    """A table with a heading row; ``shares`` divide the width."""
    if not rows:
        return _empty(words, scale)
    head = [cell((Span(words.terms[key], bold=True),), scale) for key in keys]
    body = [[cell(text, scale) for text in row] for row in rows]
    widths = [CONTENT_WIDTH * share / sum(shares) for share in shares]
    return grid([head, *body], widths, shaded(((0, 0), (-1, 0))), repeat_rows=1)


def _members(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    keys = [f"member.{name}" for name in ("name", "relation", "birth", "health", "work", "phone")]
    rows = [
        (
            member.name,
            member.relation,
            f"{member.birth:%Y-%m-%d}" if member.birth else "",
            member.health,
            member.work,
            member.phone,
        )
        for member in content.members
    ]
    # A day of birth and a telephone number stay in one line, in large type too.
    shares = (12, 9, 19.5, 19.5, 16, 24) if scale == LARGE else (12, 9, 15, 20, 16, 18)
    return _listed(words, scale, keys, shares, rows)


def _economy(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    rows = [(row.item, row.amount, row.basis) for row in content.economy]
    return _listed(words, scale, ("economy.item", "economy.amount", "economy.basis"), (40, 25, 35), rows)


def _aid(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    rows = [(row.source, row.name, row.amount, row.since) for row in content.aid]
    return _listed(words, scale, ("aid.source", "aid.name", "aid.amount", "aid.since"), (25, 30, 25, 20), rows)


def _needs(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    rows = [(row.need, row.urgency, row.text) for row in content.needs]
    return _listed(words, scale, ("need.code", "need.urgency", "need.text"), (28, 17, 55), rows)


def _assessment(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    return _labelled(
        words,
        scale,
        [
            ("wish", content.wish),
            ("focus", content.focus),
            ("conclusion", content.conclusion),
            ("channel", content.channel),
            ("review_date", chinese_date(content.review_date) if content.review_date else ""),
        ],
    )


def _signing(content: VisitRecordContent, words: Wording, scale: TypeScale) -> Flowable:
    terms = words.terms
    declaration = "".join(words.section("declaration").paragraphs)
    place = SigningPlace(
        f"{declaration}{terms['sign.respondent']}：", signing_labels(words), scale, CONTENT_WIDTH - 4 * mm
    )
    label_width, name_width = 8 * scale.body, 6 * scale.body
    rows: list[list[object]] = [[place, "", ""]]
    rows += [
        [cell(f"{terms['sign.worker']}{circled(number)}", scale), cell(worker, scale), ""]
        for number, worker in enumerate(content.workers)
    ]
    # A witness where somebody refuses to sign or puts a fingerprint; filled in by hand.
    rows.append([cell(terms["sign.refused"], scale), cell(content.refused_to_sign, scale), ""])
    rows.append([cell(terms["sign.witness"], scale), "", ""])
    last = len(rows) - 1
    whole = [("SPAN", (1, row), (2, row)) for row in (last - 1, last)]
    commands = [("SPAN", (0, 0), (2, 0)), *whole, *shaded(((0, 1), (0, last)))]
    widths = (label_width, name_width, CONTENT_WIDTH - label_width - name_width)
    return grid(rows, widths, commands, padding=2 * mm)


def _in_brackets(words: Sequence[str]) -> str:
    return f"（{'；'.join(words)}）" if words else ""
