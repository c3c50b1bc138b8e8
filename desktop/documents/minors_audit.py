"""The yearly audit list of looks at minors' data (年度合规审计清单), SJ-01: for the auditor, inside civil affairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from desktop.documents.fonts import require_printable
from desktop.documents.form_content import chinese_date
from desktop.documents.layout import ORDINARY, cell, facts_for, grid, heading, paragraph, shaded, title
from desktop.documents.pdf import CONTENT_WIDTH, make_pdf, page_setup
from desktop.documents.print_mark import content_texts
from desktop.documents.typesetting import Span, marked_up
from desktop.documents.wording import Wording, load_wording

_SCALE = ORDINARY


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One approval, in words."""

    number: str
    workers: str
    scope: str
    ground: str
    period: str
    approver: str
    state: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """One opening of a minor's data, in words; ``approval`` is the number of the approval."""

    time: str
    child: str
    groups: str
    approval: str
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class MinorsAuditContent:
    """Everything the list says beyond its wording; ``gone`` counts looks whose content was erased."""

    print_id: str
    sheet_number: str
    year: int
    office: str
    worker: str
    day: date
    approvals: tuple[ApprovalRow, ...]
    looks: tuple[LookRow, ...]
    gone: int = 0
    wording_version: str = "2026.1"


def minors_audit(content: MinorsAuditContent, wording: Wording | None = None) -> bytes:
    """The list as PDF. Errors as for ``consent_form``."""
    words = wording or load_wording("minors-audit", content.wording_version)
    require_printable(content_texts(content))
    return make_pdf(_story(content, words), page_setup(content, words, content.sheet_number))


def _story(content: MinorsAuditContent, words: Wording) -> list[Flowable]:
    terms = words.terms
    counts = terms["count.words"].format(
        looks=len(content.looks),
        approvals=len(content.approvals),
        emergencies=sum(one.emergency for one in content.looks),
    )
    story = title(f"{content.year}年{words.title}", _SCALE)
    story.append(
        facts_for(
            _SCALE,
            (terms["office"], content.office),
            (terms["worker"], content.worker),
            (terms["day"], chinese_date(content.day)),
            (terms["count"], counts),
        )
    )
    tables = {"approvals": _approvals(content, words), "looks": _looks(content, words)}
    for section in words.sections:
        story += [heading(section.heading, _SCALE)] if section.heading else []
        story += [paragraph(marked_up(text, {"year": str(content.year)}), _SCALE) for text in section.paragraphs]
        story += tables.get(section.id, [])
    story.append(paragraph(terms["signed"], _SCALE, indent=False))
    return story


def _approvals(content: MinorsAuditContent, words: Wording) -> list[Flowable]:
    keys = ("number", "workers", "scope", "ground", "period", "approver", "state")
    rows = [
        (one.number, one.workers, one.scope, one.ground, one.period, one.approver, one.state)
        for one in content.approvals
    ]
    return _table(keys, rows, (0.12, 0.14, 0.16, 0.16, 0.18, 0.12, 0.12), words)


def _looks(content: MinorsAuditContent, words: Wording) -> list[Flowable]:
    keys = ("time", "child", "groups", "approval")
    rows = [
        (one.time, one.child, one.groups, f"{one.approval} {words.terms['emergency'] if one.emergency else ''}".strip())
        for one in content.looks
    ]
    made = _table(keys, rows, (0.27, 0.25, 0.28, 0.2), words)
    if content.gone:
        made.append(paragraph(words.terms["gone"].format(count=content.gone), _SCALE))
    return made


def _table(
    keys: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], words: Wording
) -> list[Flowable]:
    """A row each under a head that is repeated on every page; in words where there is none."""
    if not rows:
        return [paragraph(words.terms["none"], _SCALE)]
    head: list[object] = [cell((Span(words.terms[f"column.{key}"], bold=True),), _SCALE) for key in keys]
    body: list[list[object]] = [[cell(text, _SCALE) for text in row] for row in rows]
    widths = tuple(CONTENT_WIDTH * share for share in shares)
    return [grid([head, *body], widths, shaded(((0, 0), (-1, 0))), padding=1.1 * mm, repeat_rows=1)]
