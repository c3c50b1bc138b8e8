"""The yearly audit list (年度合规审计清单) of this vault: every look at a minor's data, and the approvals behind it.

未成年人网络保护条例 37. Names stand on it, so it is made from memory for the reviewer's hand; the county's list of all
vaults goes by numbers (``zoucun-county minors-audit``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from desktop.documents.minors_audit import ApprovalRow, LookRow, MinorsAuditContent, minors_audit
from desktop.domain.journal import VIEW_OPENED, decode_body
from desktop.domain.minors import APPROVAL_STATE_NAMES, GROUND_NAMES
from desktop.services import minors
from desktop.services.application import Application, local_day
from desktop.services.finished_paper import Paper, finished
from desktop.services.permission import Capability, require
from desktop.services.record_paper import drawn_number
from desktop.services.wordings import wording_for
from desktop.storage import journal, queries

_PLACES: Final = {
    "print": "打印表单",
    "scan": "看扫描件",
    "signature": "看屏幕签名",
    "document": "显示证件号",
    "consent": "征求同意",
    "referral": "写转介单",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One opening of a minor's data in this vault; ``child`` is the name, or the record's number once it is gone."""

    time: str
    resident: str
    child: str
    groups: tuple[str, ...]
    approval: str
    emergency: bool


@dataclass(frozen=True, slots=True)
class AuditList:
    """One year of this vault. ``gone`` counts openings whose content was erased with the person."""

    year: int
    looks: tuple[Look, ...]
    approvals: tuple[minors.ApprovalView, ...]
    gone: int


def audit_list(application: Application, year: int) -> AuditList:
    """Who was looked at in a year by which approval, and the approvals that were asked for or held in it."""
    require(application, Capability.APPROVE_MINORS_DATA)
    approvals = minors.approvals(application)
    in_danger = {one.id for one in approvals if one.is_emergency}

    def read(connection: Connection) -> tuple[list[Look], int]:
        found = list(_found(connection, year, in_danger))
        people = queries.many(connection, sorted({one.resident for one in found if one is not None}))
        named = []
        for one in found:
            if one is not None:
                row = people.get(one.resident)
                naming = row.group("name") if row is not None else {}
                child = str(naming.get("name", "")) or f"已删除（{one.resident[:8]}）"
                named.append(Look(one.time, one.resident, child, one.groups, one.approval, one.emergency))
        return named, sum(one is None for one in found)

    application.flush_views()
    looks, gone = application.read(read)
    used = {one.approval for one in looks}
    of_year = tuple(
        one
        for one in approvals
        if one.id in used or one.said.start.year <= year <= one.said.until.year or local_day(one.time).year == year
    )
    return AuditList(year, tuple(looks), of_year, gone)


def _found(connection: Connection, year: int, in_danger: set[str]) -> Iterator[Look | None]:
    """The openings of minors' data; None for one whose content was erased."""
    for entry in journal.own_of_kind(connection, VIEW_OPENED):
        header = entry.header
        if local_day(header.time).year != year:
            continue
        if entry.payload_bytes is None:
            yield None
            continue
        body = decode_body(entry.payload_bytes)
        approval = str(body.get("approval", ""))
        if approval:
            groups = tuple(str(one) for one in body.get("groups", ()))
            yield Look(header.time, header.record or "", "", groups, approval, approval in in_danger)


def audit_paper(application: Application, year: int) -> Paper:
    """The list on paper, for the auditor; each printing is a new one with its own number."""
    found = audit_list(application, year)
    print_id, number = drawn_number(application, "minors-audit", "SJ", "")
    content = MinorsAuditContent(
        print_id=print_id,
        sheet_number=number,
        year=year,
        office=application.worker.office,
        worker=application.worker.name,
        day=application.today(),
        approvals=tuple(_approval_row(one) for one in found.approvals),
        looks=tuple(
            LookRow(_moment(one.time), one.child, _places(one.groups), short_number(one.approval), one.emergency)
            for one in found.looks
        ),
        gone=found.gone,
    )
    return finished(application, minors_audit, content, wording_for(application, "minors-audit"))


def short_number(approval: str) -> str:
    """An approval's number as a person says it."""
    return approval[:6].upper()


def _approval_row(one: minors.ApprovalView) -> ApprovalRow:
    return ApprovalRow(
        short_number(one.id),
        "、".join(one.workers),
        one.scope,
        " ".join(part for part in (GROUND_NAMES[one.said.ground], one.said.words) if part),
        f"{one.said.start}至{one.said.until}",
        one.approver,
        " ".join(part for part in (APPROVAL_STATE_NAMES[one.state], one.reason) if part),
    )


def _places(groups: tuple[str, ...]) -> str:
    return "、".join(_PLACES[one] for one in groups if one in _PLACES) or "家庭页面"


def _moment(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"
