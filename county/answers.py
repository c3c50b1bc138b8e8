"""What duty officers and charity contacts do; one function per action, each one transaction.

Console, command line and tests call these same functions. Who may do what is the tables of
``desktop.domain``: the drafter of a sheet cannot check it, nor the drafter of a referral release it.
Errors, all UserFacingError and nothing written: ``officer.unknown``, ``record.unknown``,
``answer.refused`` (with the rule's ``reason``), ``answer.reason-missing``, ``answer.malformed``, ``sheet.changed``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from county import gate, tables
from county.clock import today
from county.enrolment import Worker, read_worker
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.publicity import publicity_check_problem
from county.records import Record, WorkingSet, is_id
from county.screen_signing import ticks_problem
from county.sheets import seen_of
from county.signing import problem_by_record
from desktop.domain.consent import GrantState, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.publicity import PublicityState
from desktop.domain.records import Result
from desktop.domain.referrals import REFERRAL, ReferralState

OPEN_FOR_COUNTY = {
    "sheet": (SheetState.SIGNED, SheetState.SCANNED),
    "publicity": (PublicityState.SIGNED,),
    "referral": (
        ReferralState.SUBMITTED,
        ReferralState.RELEASED,
        ReferralState.RECEIVED,
        ReferralState.WAITLISTED,
        ReferralState.ACCEPTED,
        ReferralState.IN_PROGRESS,
    ),
}
"""What waits for the county or a charity."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action came to: the record's new state and, where there are any, further values."""

    record: str
    state: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something that waits for the county or a charity."""

    kind: str
    record: str
    state: str
    township: str
    resident: str | None


@dataclass(frozen=True, slots=True)
class _Act:
    """One action under way."""

    connection: Connection
    county: County
    working: WorkingSet
    officer: Worker
    record: Record
    state: Mapping[str, Any]

    def must_be_free_to(self, target: ReferralState) -> None:
        """Ask the rules before anything is decided, so that a refusal cannot be had by the wrong person."""
        current = self.state["state"]
        problem = REFERRAL.problem(
            current, current, target, self.officer.role, self.officer.id, self.state, self.state["fields"]
        )
        if problem:
            raise UserFacingError("answer.refused", reason=problem)

    def write(self, drafts: Sequence[Draft]) -> None:
        outcome = write_own(
            self.connection, self.county, self.working, drafts, worker=self.officer.id, role=self.officer.role
        )
        if outcome.result is not Result.OK:
            raise UserFacingError("answer.refused", reason=outcome.reason)

    def move(self, target: str, *, fields: Mapping[str, Any] | None = None, reason: str = "") -> Draft:
        body: dict[str, Any] = {"from": self.state["state"], "to": target, "fields": dict(fields or {})}
        if reason:
            body["reason"] = reason
        return Draft(f"{self.record.kind}.moved", self.record.id, body)


def check_sheet(county: County, sheet: str, officer: str, *, against: str = "", seen: str = "") -> Answer:
    """The second check (核对): the sheet is checked and its agreed grants come into force.

    ``against`` says what it was compared with (``beside_check.Against``), where that is known; ``seen`` is what was
    looked at (``sheets.seen_of``): another record than that is not checked (``sheet.changed``).
    """
    with _acting(county, officer, "sheet", sheet) as act:
        if seen and seen != seen_of(act.connection, act.working, act.record):
            raise UserFacingError("sheet.changed")
        fields = act.state["fields"]
        problem = problem_by_record(act.working, fields) or ticks_problem(act.working, sheet, fields)
        if problem:
            raise UserFacingError("answer.refused", reason=problem)
        grants = _agreed_grants(act)
        by = {"checked_by": act.officer.name, "checked_against": against} if against else {}
        drafts = [act.move(SheetState.CHECKED, fields=by)]
        drafts += [
            Draft("grant.moved", grant, {"from": GrantState.AGREED, "to": GrantState.IN_FORCE, "fields": {}})
            for grant in grants
        ]
        act.write(drafts)
        return Answer(act.record.id, SheetState.CHECKED, {"grants": len(grants)})


def reject_sheet(county: County, sheet: str, officer: str, reason: str) -> Answer:
    """The paper does not hold (not signed, another person, unreadable): it is void, with the reason."""
    _need(reason)
    with _acting(county, officer, "sheet", sheet) as act:
        act.write([act.move(SheetState.VOID, reason=reason)])
        return Answer(act.record.id, SheetState.VOID, {})


def check_publicity(county: County, publicity: str, officer: str) -> Answer:
    """The second check of a consent to publicity (宣传同意): what was agreed to comes into force.

    The county's alone where a body is the guardian (民法典 31, 32). Refused besides where it has ended, and where a
    child whom nobody looks after lives in the household (``posting``).
    """
    with _acting(county, officer, "publicity", publicity) as act:
        problem = publicity_check_problem(act.working, act.state, today())
        if problem:
            raise UserFacingError("answer.refused", reason=problem)
        act.write([act.move(PublicityState.IN_FORCE, fields={"checked_by": act.officer.name})])
        return Answer(act.record.id, PublicityState.IN_FORCE, {"agreed": len(act.state["fields"].get("agreed", ()))})


def reject_publicity(county: County, publicity: str, officer: str, reason: str) -> Answer:
    """The paper of a consent to publicity does not hold: it is void, with the reason."""
    _need(reason)
    with _acting(county, officer, "publicity", publicity) as act:
        act.write([act.move(PublicityState.VOID, reason=reason)])
        return Answer(act.record.id, PublicityState.VOID, {})


def release(county: County, referral: str, officer: str) -> Answer:
    """Put a submitted referral through the gate: released, refused with the reason, or still waiting.

    While a sheet awaits its second check nothing is written and the answer says so.
    """
    with _acting(county, officer, "referral", referral) as act:
        act.must_be_free_to(ReferralState.RELEASED)
        fields, on = act.state["fields"], today()
        decision = gate.decide(act.connection, county, act.working, fields, on)
        values: dict[str, Any] = {"reason": decision.reason, "classes": list(decision.classes)}
        match decision.ruling:
            case gate.Ruling.AWAIT | gate.Ruling.STOPPED:
                return Answer(act.record.id, ReferralState.SUBMITTED, {**values, "waiting": decision.ruling.value})
            case gate.Ruling.REFUSE:
                act.write([act.move(ReferralState.REFUSED, reason=decision.reason)])
                return Answer(act.record.id, ReferralState.REFUSED, values)
        number, signed = gate.signed_release(act.connection, county, act.record.id, fields, decision, on)
        act.write([act.move(ReferralState.RELEASED, fields={"release": signed})])
        return Answer(act.record.id, ReferralState.RELEASED, {**values, "release": number})


def refuse(county: County, referral: str, officer: str, reason: str) -> Answer:
    """A person decides against the release, with the reason."""
    _need(reason)
    with _acting(county, officer, "referral", referral) as act:
        act.write([act.move(ReferralState.REFUSED, reason=reason)])
        return Answer(act.record.id, ReferralState.REFUSED, {})


def receive(county: County, referral: str, officer: str) -> Answer:
    """The charity has it."""
    return _charity(county, referral, officer, ReferralState.RECEIVED)


def accept(county: County, referral: str, officer: str) -> Answer:
    """The charity will help."""
    return _charity(county, referral, officer, ReferralState.ACCEPTED)


def waitlist(county: County, referral: str, officer: str) -> Answer:
    """The charity will help when its turn comes."""
    return _charity(county, referral, officer, ReferralState.WAITLISTED)


def decline(county: County, referral: str, officer: str, reason: str) -> Answer:
    """The charity cannot help; the reason goes back to the township."""
    _need(reason)
    return _charity(county, referral, officer, ReferralState.DECLINED, reason=reason)


def deliver(county: County, referral: str, officer: str, what: str, amount: int, on: date | None = None) -> Answer:
    """Help has arrived: the referral moves on and the help becomes a fact. ``amount`` in fen."""
    if not what.strip() or amount < 0:
        raise UserFacingError("answer.malformed")
    with _acting(county, officer, "referral", referral) as act:
        _at_own_organisation(act)
        fields = act.state["fields"]
        help_given = {
            "household": fields.get("household"),
            "resident": fields.get("resident"),
            "referral": act.record.id,
            "organisation": fields.get("recipient"),
            "what": what.strip(),
            "amount": amount,
            "date": (on or today()).isoformat(),
        }
        fact = str(uuid.uuid4())
        act.write(
            [
                act.move(ReferralState.DELIVERED),
                Draft("help.recorded", fact, help_given, act.record.township),
            ]
        )
        return Answer(act.record.id, ReferralState.DELIVERED, {"help": fact})


def open_items(county: County) -> list[OpenItem]:
    """Papers that await a check, and referrals that await the county or a charity, by township."""
    with county.store.read() as connection:
        rows = [
            row
            for kind, states in OPEN_FOR_COUNTY.items()
            for row in connection.execute(
                select(tables.record)
                .where(tables.record.c.county == county.code, tables.record.c.kind == kind)
                .where(tables.record.c.status.in_([state.value for state in states]))
                .order_by(tables.record.c.township, tables.record.c.id)
            )
        ]
    return [OpenItem(row.kind, row.id, row.status, row.township, row.resident) for row in rows]


def _charity(county: County, referral: str, officer: str, target: ReferralState, *, reason: str = "") -> Answer:
    with _acting(county, officer, "referral", referral) as act:
        _at_own_organisation(act)
        act.write([act.move(target, reason=reason)])
        return Answer(act.record.id, target, {})


def _at_own_organisation(act: _Act) -> None:
    """A contact answers for the own organisation alone."""
    if act.officer.office != act.state["fields"].get("recipient"):
        raise UserFacingError("answer.refused", reason="not-allowed")


@contextmanager
def _acting(county: County, officer: str, kind: str, record_id: str) -> Iterator[_Act]:
    with county.store.write() as connection:
        serialise(connection, county.code)
        worker = read_worker(connection, county, officer) if is_id(officer) else None
        if worker is None:
            raise UserFacingError("officer.unknown")
        working = WorkingSet(connection, county.code)
        working.load_ids([record_id] if is_id(record_id) else [])
        record = working.record(record_id)
        if record is None or record.kind != kind or record.state is None:
            raise UserFacingError("record.unknown")
        yield _Act(connection, county, working, worker, record, record.state)


def _agreed_grants(act: _Act) -> list[str]:
    rows = act.connection.execute(
        select(tables.record.c.id).where(
            tables.record.c.county == act.county.code,
            tables.record.c.kind == "grant",
            tables.record.c.status == GrantState.AGREED.value,
            tables.record.c.resident == act.working.canonical(str(act.state["fields"].get("resident"))),
        )
    ).all()
    ids = [row.id for row in rows]
    act.working.load_ids(ids)
    found = [act.working.record(one) for one in ids]
    return [
        one.id
        for one in found
        if one is not None and one.state is not None and one.state["fields"].get("sheet") == act.record.id
    ]


def _need(reason: str) -> None:
    if not reason.strip():
        raise UserFacingError("answer.reason-missing")
