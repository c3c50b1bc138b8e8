"""Approvals to see minors' data at the county (未成年人信息查阅批准), and the list for the yearly audit (合规审计).

The county's duty officer or approver gives an approval to a township's workers without being asked (for the places they
look after), answers what a worker asked for, looks at what somebody opened in an emergency, and takes back. It goes
to the township's laptops by the feed like everything else. Errors, all UserFacingError and nothing written:
``officer.unknown``, ``record.unknown``, ``answer.malformed``, ``answer.reason-missing``, ``answer.refused`` with the
rule's ``reason``, ``worker.unknown``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from county import tables
from county.clock import today
from county.enrolment import Worker, read_worker
from county.journal import Draft, serialise, write_own
from county.officers import MINOR
from county.opening import County
from county.records import BROKEN, WorkingSet, is_id
from desktop.domain.errors import UserFacingError
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.journal import VIEW_OPENED, EntryFormatError, Header, decode_body
from desktop.domain.minors import Approval, ApprovalFields, ApprovalState, approval_problem
from desktop.domain.plain import Misfit, decode
from desktop.domain.records import Result
from desktop.domain.roles import LAPTOP_ROLES

_WAITING = (ApprovalState.ASKED.value, ApprovalState.EMERGENCY.value)


@dataclass(frozen=True, slots=True)
class Listed:
    """An approval by its number; ``workers`` and ``approver`` by the roster's numbers, the child by its record's."""

    approval: str
    state: str
    emergency: bool
    township: str
    workers: tuple[str, ...]
    resident: str
    divisions: tuple[str, ...]
    ground: str
    words: str
    start: str
    until: str
    approver: str
    begun: str
    ended: str


@dataclass(frozen=True, slots=True)
class Look:
    """One opening of a minor's data: who, whose, when (UTC), which groups, by which approval.

    ``approval`` is "" for the county's own officers, who are the responsible persons (相关负责人) themselves.
    """

    time: str
    worker: str
    vault: str
    resident: str
    groups: tuple[str, ...]
    approval: str
    emergency: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """A year for the audit; ``unreadable`` counts looks whose content has been erased since (it says by whom, not by
    which approval)."""

    year: int
    looks: tuple[Look, ...]
    approvals: tuple[Listed, ...]
    unreadable: int


def give(county: County, officer: str, fields: Mapping[str, Any]) -> str:
    """Approve for workers of one township: ``workers`` (empty for all of it with a laptop), ``divisions`` (villages of
    one township, or the township), ``ground``, ``from``, ``until`` and ``words``; answers the approval's number."""
    try:
        divisions = tuple(str(one) for one in fields["divisions"])
        township = divisions[0][:TOWNSHIP_DIGITS]
        if len(township) < TOWNSHIP_DIGITS or any(one[:TOWNSHIP_DIGITS] != township for one in divisions):
            raise UserFacingError("answer.malformed")
        body = {
            "divisions": list(divisions),
            "ground": str(fields.get("ground", "duty")),
            "from": str(fields.get("from", today().isoformat())),
            "until": str(fields["until"]),
            "words": str(fields.get("words", "")),
        }
        wanted = [str(one) for one in fields.get("workers", ())]
    except (KeyError, IndexError, TypeError):
        raise UserFacingError("answer.malformed") from None
    with county.store.write() as connection:
        acting = _officer(connection, county, officer)
        there = _workers_of(connection, county, township)
        unknown = next((one for one in wanted if one not in there), None)
        if unknown is not None:
            raise UserFacingError("worker.unknown", worker=unknown)
        whole = {**body, "workers": wanted or list(there)}
        whole |= {"approver": acting.id, "approver_name": acting.name}
        _check(whole)
        record = str(uuid.uuid4())
        step = {"from": None, "to": ApprovalState.GIVEN.value, "fields": whole}
        _write(connection, county, acting, WorkingSet(connection, county.code), record, step, township)
        return record


def answer(county: County, officer: str, approval: str, target: ApprovalState, reason: str = "") -> str:
    """Give or refuse what was asked for, note an emergency as looked at, or take back; answers the new state."""
    if target is not ApprovalState.GIVEN and not reason.strip():
        raise UserFacingError("answer.reason-missing")
    with county.store.write() as connection:
        acting = _officer(connection, county, officer)
        working = WorkingSet(connection, county.code)
        working.load_ids([approval] if is_id(approval) else [])
        record = working.record(approval)
        if record is None or record.kind != "approval" or record.state is None:
            raise UserFacingError("record.unknown")
        by = {"approver": acting.id, "approver_name": acting.name}
        own = by if target in (ApprovalState.GIVEN, ApprovalState.SEEN) else {}
        step: dict[str, Any] = {"from": record.state["state"], "to": target.value, "fields": own}
        if reason.strip():
            step["reason"] = reason.strip()
        _write(connection, county, acting, working, record.id, step, record.township)
        return target.value


def listed(county: County, *, waiting: bool = False) -> tuple[Listed, ...]:
    """All approvals, or those that wait for somebody: asked for, or opened in an emergency and not looked at yet."""
    with county.store.read() as connection:
        return tuple(_listed(connection, county, _WAITING if waiting else ()))


def audit(county: County, year: int) -> Audit:
    """Every look at a minor's data in a year, and every approval that held or was asked for in it."""
    with county.store.read() as connection:
        approvals = list(_listed(connection, county, ()))
        in_danger = {one.approval for one in approvals if one.emergency}
        looks, unreadable = [], 0
        rows = connection.execute(
            select(tables.entry.c.header, tables.entry.c.payload)
            .where(tables.entry.c.county == county.code, tables.entry.c.kind == VIEW_OPENED)
            .where(tables.entry.c.position.is_not(None))
        )
        for row in rows:
            header = Header.decode(row.header)
            if not header.time.startswith(f"{year}-"):
                continue
            if row.payload is None:
                unreadable += 1
                continue
            look = _look(header, row.payload, in_danger)
            if look is not None:
                looks.append(look)
    named = {one.approval for one in looks}
    of_the_year = tuple(one for one in approvals if one.approval in named or _is_of_year(one, year))
    return Audit(year, tuple(sorted(looks, key=lambda one: (one.time, one.resident))), of_the_year, unreadable)


def _look(header: Header, payload: bytes, in_danger: set[str]) -> Look | None:
    try:
        body = decode_body(payload)
        approval, groups = body.get("approval", ""), body.get("groups", ())
        told = tuple(str(one) for one in groups)
        if not isinstance(approval, str) or not (approval or MINOR in told):
            return None
    except (*BROKEN, EntryFormatError):
        return None
    emergency = approval in in_danger
    return Look(header.time, header.worker, header.vault, header.record or "", told, approval, emergency)


def _is_of_year(one: Listed, year: int) -> bool:
    return one.start[:4] <= str(year) <= one.until[:4] or one.begun[:4] == str(year)


def _listed(connection: Connection, county: County, states: tuple[str, ...]) -> Iterator[Listed]:
    columns = tables.record.c
    query = select(tables.record).where(columns.county == county.code, columns.kind == "approval")
    if states:
        query = query.where(columns.status.in_(states))
    for row in connection.execute(query.order_by(columns.township, columns.id)):
        state = json.loads(row.state)
        try:
            said = decode(ApprovalFields, state["fields"])
        except Misfit:
            continue
        history = state["history"]
        ended = history[-1]["time"] if history[-1]["to"] in (ApprovalState.ENDED, ApprovalState.REFUSED) else ""
        yield Listed(
            approval=row.id,
            state=row.status,
            emergency=history[0]["to"] == ApprovalState.EMERGENCY,
            township=row.township,
            workers=said.workers,
            resident=said.resident,
            divisions=said.divisions,
            ground=said.ground.value,
            words=said.words,
            start=said.start.isoformat(),
            until=said.until.isoformat(),
            approver=said.approver,
            begun=history[0]["time"],
            ended=ended,
        )


def _check(fields: Mapping[str, Any]) -> None:
    try:
        problem = approval_problem(decode(Approval, fields))
    except Misfit:
        raise UserFacingError("answer.malformed") from None
    if problem:
        raise UserFacingError("answer.refused", reason=problem)


def _officer(connection: Connection, county: County, officer: str) -> Worker:
    serialise(connection, county.code)
    worker = read_worker(connection, county, officer) if is_id(officer) else None
    if worker is None:
        raise UserFacingError("officer.unknown")
    return worker


def _workers_of(connection: Connection, county: County, township: str) -> tuple[str, ...]:
    """Those of a township who have a laptop, or are to have one, in the order of the roster."""
    rows = connection.execute(
        select(tables.worker).where(tables.worker.c.county == county.code).order_by(tables.worker.c.id)
    )
    return tuple(row.id for row in rows if row.role in LAPTOP_ROLES and township in json.loads(row.townships))


def _write(
    connection: Connection,
    county: County,
    officer: Worker,
    working: WorkingSet,
    record: str,
    step: Mapping[str, Any],
    township: str,
) -> None:
    draft = Draft("approval.moved", record, step, township)
    outcome = write_own(connection, county, working, [draft], worker=officer.id, role=officer.role)
    if outcome.result is not Result.OK:
        raise UserFacingError("answer.refused", reason=outcome.reason)


def year_of(words: str) -> int:
    """The year an audit is asked for, "" for this one; raises UserFacingError ``answer.malformed``."""
    try:
        return date(int(words), 1, 1).year if words else today().year
    except ValueError:
        raise UserFacingError("answer.malformed") from None
