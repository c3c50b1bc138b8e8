"""Checks that were done beside the worker (在旁核对): verified when they arrive, and what follows from them.

The statement came in the journal of the one who is checked; what makes it a colleague's is the signature, under the
key with which the colleague's own vault was enrolled. Reasons of a refusal: ``check-unreadable``,
``check-key-unknown``, ``check-signature-wrong``, ``check-key-revoked``, ``check-other-township``, those of
``desktop.domain.beside_check`` and of who has to sign. Only what holds brings grants into force, in the county's own
journal and in the checker's name: the same rules apply to it as to a check in the checker's own workspace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, and_, select

from county import tables
from county.clock import today
from county.journal import Draft, write_own
from county.opening import County
from county.publicity import publicity_check_problem
from county.records import BROKEN, Record, WorkingSet, is_id
from county.roster import Standing, standing
from county.screen_signing import ticks_problem
from county.signing import problem_by_record
from desktop.domain.beside_check import (
    CHECK_RECORDED,
    CHECKABLE,
    EVIDENCE,
    OTHER_SHEET,
    BesideCheck,
    CheckedPaper,
    Finding,
    answers_of,
    answers_on,
    beside_problem,
    scans_of,
)
from desktop.domain.consent import GrantState
from desktop.domain.content import content_fault
from desktop.domain.records import Change, Result
from desktop.domain.roles import Role
from desktop.sync.envelope import verify
from desktop.sync.protocol import GOOD, ProtocolError, decode_sheet_check

_UNREADABLE: Final = "check-unreadable"


@dataclass(frozen=True, slots=True)
class Checker:
    """The enrolled vault whose key a statement names, and whose it is."""

    worker: str
    name: str
    signing_key: str
    revoked: bool
    standing: Standing


def check_problem(working: WorkingSet, county: County, vault: str, worker: str, changes: Iterable[Change]) -> str:
    """Why a check among these changes of one action does not hold, as a reason code, or "".

    ``vault`` is the one whose journal it is and ``worker`` whose vault that is.
    """
    for change in changes:
        if change.kind != CHECK_RECORDED or change.body is None:
            continue
        if content_fault(change.kind, change.body) is not None:
            continue  # the fold refuses it, and says where
        try:
            problem = _problem(working, county, vault, worker, change.body)
        except BROKEN:
            return _UNREADABLE
        if problem:
            return problem
    return ""


def follow_checks(working: WorkingSet, county: County, changes: Iterable[Change]) -> None:
    """Bring into force what was found right in these changes, which have been applied; the working set is flushed.

    What became void in the same batch stays void, and what was withdrawn in it stays withdrawn.
    """
    for change in changes:
        if change.kind != CHECK_RECORDED or change.body is None:
            continue
        check = _statement(change.body)
        paper, rules = _paper(working, check), CHECKABLE[check.kind]
        if check.finding is not Finding.RIGHT or paper is None or _state(paper)["state"] not in rules.waiting:
            continue
        checker = read_checker(working, county, check.vault)
        fields = {
            "checked_by": checker.name if checker else "",
            "checked_against": check.against.value,
            "check": change.record,
        }
        step = {"from": _state(paper)["state"], "to": str(rules.checked), "fields": fields}
        drafts = [Draft(f"{paper.kind}.moved", paper.id, step)]
        for grant in _of_paper(working, county, paper, "grant"):
            if _state(grant)["state"] == GrantState.AGREED:
                in_force = {"from": GrantState.AGREED.value, "to": GrantState.IN_FORCE.value, "fields": {}}
                drafts.append(Draft("grant.moved", grant.id, in_force))
        outcome = write_own(working.connection, county, working, drafts, worker=check.checker, role=Role.SYSTEM)
        if outcome.result is not Result.OK:
            raise RuntimeError(f"a verified check was not followed: {outcome.reason}")


def _problem(working: WorkingSet, county: County, vault: str, worker: str, body: Mapping[str, Any]) -> str:
    signed, signature = body["statement"]["signed"], body["statement"]["signature"]
    try:
        check = _statement(body)
    except ProtocolError:
        return _UNREADABLE
    checker = read_checker(working, county, check.vault)
    if checker is None or checker.worker != check.checker:
        return "check-key-unknown"
    try:
        verify(signed.encode(), bytes.fromhex(signature), checker.signing_key)
    except ValueError:
        return "check-signature-wrong"
    if checker.revoked:
        return "check-key-revoked"
    paper = _paper(working, check)
    if paper is None or body.get(check.kind) != check.paper:
        return OTHER_SHEET
    about = (str(body.get("resident")), str(_state(paper)["fields"].get("resident")))
    if len({working.canonical(one) for one in about}) != 1:
        return OTHER_SHEET
    if paper.township not in checker.standing.townships:
        return "check-other-township"
    recorded = _recorded(working, county, paper)
    problem = beside_problem(check, recorded, recorded_in=vault, recorder=worker, roles=checker.standing.roles)
    if problem or check.finding is Finding.WRONG:  # what keeps a yes back is no reason to refuse a no
        return problem
    if paper.kind == "publicity":
        return publicity_check_problem(working, recorded.state, today())
    fields = recorded.state["fields"]
    return problem_by_record(working, fields) or ticks_problem(working, paper.id, fields)


def _statement(body: Mapping[str, Any]) -> BesideCheck:
    return decode_sheet_check(body["statement"]["signed"].encode())


def read_checker(working: WorkingSet, county: County, vault: str) -> Checker | None:
    """Whose vault this is, with the key it was enrolled with; None where the county enrolled no such vault."""
    row: Row[Any] | None = working.connection.execute(
        select(tables.worker, tables.vault.c.signing_key, tables.revocation.c.standing)
        .join(
            tables.vault,
            and_(tables.vault.c.county == tables.worker.c.county, tables.vault.c.worker == tables.worker.c.id),
        )
        .outerjoin(
            tables.revocation,
            and_(tables.revocation.c.county == tables.vault.c.county, tables.revocation.c.vault == tables.vault.c.id),
        )
        .where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
    ).first()
    if row is None:
        return None
    now = standing(working.connection, county, row.id, row.role, json.loads(row.townships))
    return Checker(row.id, row.name, row.signing_key, row.standing not in (None, GOOD), now)


def _paper(working: WorkingSet, check: BesideCheck) -> Record | None:
    """What a check speaks of, if it is here and of that kind."""
    working.load_ids([check.paper] if is_id(check.paper) else [])
    record = working.record(check.paper)
    return record if record is not None and record.kind == check.kind and record.state is not None else None


def _recorded(working: WorkingSet, county: County, paper: Record) -> CheckedPaper:
    """The paper as the county has it, with what came earlier in the same batch."""
    scans = [_state(one)["fact"] for kind in EVIDENCE for one in _of_paper(working, county, paper, kind)]
    grants = [(one.id, _state(one)) for one in _of_paper(working, county, paper, "grant")]
    answers = answers_of(grants, paper.id) if paper.kind == "sheet" else answers_on(_state(paper))
    return CheckedPaper(paper.kind, paper.id, _state(paper), scans_of(scans, paper.kind, paper.id), answers)


def _of_paper(working: WorkingSet, county: County, paper: Record, kind: str) -> list[Record]:
    """The records of a kind that name a paper."""
    working.flush()
    ids = working.connection.scalars(
        select(tables.record.c.id).where(
            tables.record.c.county == county.code,
            tables.record.c.kind == kind,
            tables.record.c.resident == working.canonical(str(_state(paper)["fields"].get("resident"))),
        )
    ).all()
    working.load_ids(ids)
    found = [one for record in sorted(ids) if (one := working.record(record)) is not None and one.state is not None]
    held = "fact" if kind in EVIDENCE else "fields"
    return [one for one in found if _state(one)[held].get(paper.kind) == paper.id]


def _state(record: Record) -> Mapping[str, Any]:
    assert record.state is not None  # noqa: S101 - only such records are looked at here
    return record.state
