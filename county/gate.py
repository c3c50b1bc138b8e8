"""The release gate (放行): nobody outside civil affairs sees a person's data before this says yes.

Judged at the very moment of release, over the county's own records and never over what the referral
claims: every class asked for × recipient × purpose must be covered by a grant in force whose sheet a
second person has checked (PIPL art. 23, 29; ``consent.may_disclose``, of a child B7 beside each), no later refusal or
withdrawal of the same may stand beside it, and those must have signed the sheet who had to (``county.signing``), as the
person's record says now. And no free text of the referral may tell what is of another
class than those (``desktop.domain.free_text``).

A referral's fields, as laptop and county share them: ``household``, ``resident``, ``recipient``
(id of the organisation), ``purpose``, ``trigger``, ``classes`` [DataClass], ``sheets`` [ids],
``needs`` [NeedCode], ``urgency``, ``summary``, ``aid_received`` […], ``gap``, ``reply_by``; after the
release also ``release`` {"signed", "signature"}: a ``protocol.Release`` as ``envelope.Signed`` writes
it. A grant's fields: ``household``, ``resident``, ``sheet``, ``recipient``, ``purpose``,
``data_class``, ``from``, ``until``. A sheet's: ``household``, ``resident``, ``worker``,
``second_worker``, ``form_number``, ``print``, ``recipients`` ….
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select

from county import tables
from county.clock import now_text
from county.contact_told import contact_told
from county.journal import next_count
from county.opening import County
from county.records import WorkingSet
from county.screen_signing import ticks_problem
from county.signing import problem_by_record
from county.withdrawn_ahead import stopped_ahead, withdrawn_ahead
from county.wrong_clocks import begun_by_arrival, said_by_arrival, said_late
from desktop.domain.closing import ended_by_closing
from desktop.domain.consent import (
    NO,
    YES,
    DataClass,
    Disclosure,
    Grant,
    GrantState,
    Recipient,
    SheetState,
    Word,
    classes_needed,
    grant_of,
    may_disclose,
    standing,
)
from desktop.domain.free_text import known_of, told_too_much
from desktop.domain.journal import decode_json
from desktop.domain.minors import is_under_fourteen
from desktop.domain.stops import StopSaid, ended_by_stops, stops_said
from desktop.sync.envelope import sign_document
from desktop.sync.protocol import Release

_TEXT_TELLS: Final = "text-tells-"
RELEASE_DAYS: Final = 30
"""How long a release may be used; never beyond a grant or the recipient's agreement."""


class Ruling(StrEnum):
    """What the gate says."""

    RELEASE = "release"
    AWAIT = "awaiting-check"
    STOPPED = "withdrawn-ahead"
    """A laptop has said that it was withdrawn; the withdrawal itself has still to arrive."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer: the reason in a code, the classes it turns on, the sheets it rests on."""

    ruling: Ruling
    reason: str
    classes: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    expires: date | None = None


def decide(
    connection: Connection, county: County, working: WorkingSet, fields: Mapping[str, Any], on: date
) -> Decision:
    """Whether a referral with these fields may be released today."""
    classes = _classes(fields.get("classes"))
    if not classes:
        return Decision(Ruling.REFUSE, "classes-malformed", ())
    recipient = _recipient(working, fields.get("recipient"))
    if recipient is None:
        return Decision(Ruling.REFUSE, "recipient-unknown", classes)
    person = working.canonical(str(fields.get("resident")))
    purpose = str(fields.get("purpose"))
    is_child = is_under_fourteen(_groups_of(working, person), on)
    grants = _grants(connection, county, working, person)
    answers = {one: may_disclose(person, one, recipient, purpose, grants, on, is_child=is_child) for one in classes}
    wrongly = _wrongly_signed(working, grants)
    if wrongly:
        # A no counts whoever wrote it down; a yes only where those have signed who had to.
        rightly = [one for one in grants if _counts(one, wrongly)]
        said = {one: may_disclose(person, one, recipient, purpose, rightly, on, is_child=is_child) for one in classes}
        lost = tuple(one for one in classes if _may(answers[one]) and not _may(said[one]))
        if lost:
            asked = {(person, recipient.id, purpose, one) for one in classes_needed(lost, is_child=is_child)}
            sheet = next(one.sheet for one in grants if one.sheet in wrongly and one.subject in asked)
            return Decision(Ruling.REFUSE, wrongly[sheet], lost)
        grants, answers = rightly, said
    refused = [one for one, answer in answers.items() if not answer.allowed and not answer.after_check]
    if refused:
        return Decision(Ruling.REFUSE, answers[refused[0]].reason, tuple(refused))
    told = () if recipient.civil_affairs else _told_too_much(connection, county, working, person, fields, classes, on)
    if told:
        return Decision(Ruling.REFUSE, f"{_TEXT_TELLS}{told[0]}", told)
    waiting = [one for one, answer in answers.items() if answer.after_check]
    if waiting:
        return Decision(Ruling.AWAIT, answers[waiting[0]].reason, tuple(waiting))
    ahead, stops = withdrawn_ahead(connection, county, person), stopped_ahead(connection, county, person)
    if ahead or stops:
        # As it will be once the entries are here: a consent given since stands, and is what the release rests on.
        grants = [one for one in _grants(connection, county, working, person, ahead, stops) if _counts(one, wrongly)]
        said = {one: may_disclose(person, one, recipient, purpose, grants, on, is_child=is_child) for one in classes}
        stopped = tuple(one for one, answer in said.items() if not answer.allowed)
        if stopped:
            return Decision(Ruling.STOPPED, GrantState.WITHDRAWN.value, stopped)
    needed = classes_needed(classes, is_child=is_child)
    return _release(classes, answers, recipient, _used(grants, person, recipient, purpose, needed, on), on)


def lacks_consent(
    connection: Connection, county: County, working: WorkingSet, fields: Mapping[str, Any], on: date
) -> bool:
    """Whether a referral with these fields has not, or no more, the consent that it needs, whatever its texts tell."""
    decision = decide(connection, county, working, fields, on)
    return decision.ruling is Ruling.REFUSE and not decision.reason.startswith(_TEXT_TELLS)


def _told_too_much(
    connection: Connection,
    county: County,
    working: WorkingSet,
    person: str,
    fields: Mapping[str, Any],
    classes: Sequence[str],
    on: date,
) -> tuple[str, ...]:
    """What the referral's texts tell that is not among its classes, by what the county's records know of the person.

    A laptop has refused to draft such a text; one with an older program, or none at all, has not.
    """
    groups = _groups_of(working, person)
    home = (groups.get("membership", {}).get("value") or {}).get("household")
    rows = connection.execute(
        select(tables.record.c.state).where(
            tables.record.c.county == county.code,
            tables.record.c.kind == "resident",
            tables.record.c.household == (working.canonical(str(home)) if home else ""),
            tables.record.c.canonical == tables.record.c.id,
            tables.record.c.id != person,
            tables.record.c.state.is_not(None),
        )
    )
    others = [json.loads(row.state)["groups"] for row in rows]
    return tuple(one.value for one in told_too_much(fields, classes, known_of(groups, others, (), on)))


def _groups_of(working: WorkingSet, person: str) -> Mapping[str, Any]:
    """What the person's record says; nothing where the county has none."""
    working.load_ids([person])
    record = working.record(person)
    if record is None or record.kind != "resident" or record.state is None:
        return {}
    groups: Mapping[str, Any] = record.state["groups"]
    return groups


def _counts(grant: Grant, wrongly: Mapping[str, str]) -> bool:
    return grant.sheet not in wrongly or grant.state in NO


def _may(answer: Disclosure) -> bool:
    return answer.allowed or answer.after_check


def _classes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return ()
    known = {one.value for one in DataClass}
    return tuple(dict.fromkeys(value)) if set(value) <= known else ()


def _recipient(working: WorkingSet, organisation: object) -> Recipient | None:
    if not isinstance(organisation, str):
        return None
    working.load_ids([organisation])
    record = working.record(organisation)
    if record is None or record.kind != "organisation" or record.state is None:
        return None
    issued = record.state["issued"]
    return Recipient(
        id=organisation,
        civil_affairs=issued.get("civil_affairs") is True,
        active=issued.get("active") is True,
        mainland=issued.get("mainland") is True,
        agreement_until=_date(issued.get("agreement_until")),
    )


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _grants(
    connection: Connection,
    county: County,
    working: WorkingSet,
    person: str,
    ahead: Mapping[str, Word] | None = None,
    stops_ahead: Sequence[StopSaid] = (),
) -> list[Grant]:
    """The person's grants; those whose withdrawal was sent ahead as withdrawn already, by the word given."""
    rows = connection.execute(
        select(tables.record.c.id, tables.record.c.state).where(
            tables.record.c.county == county.code,
            tables.record.c.kind == "grant",
            tables.record.c.resident == person,
            tables.record.c.state.is_not(None),
        )
    ).all()
    states = {row.id: json.loads(row.state) for row in rows}
    working.load_ids(str(state["fields"].get("sheet")) for state in states.values())
    grants = {one: said_by_arrival(connection, county, _grant(working, state), state) for one, state in states.items()}
    stops = stops_said(_withdrawals_of(connection, county, person))
    said = (*(said_late(connection, county, one) for one in stops), *stops_ahead)
    papers = _papers(working, grants.values()) if said else {}
    drafted = {name: begun_by_arrival(connection, county, paper) for name, paper in papers.items()}
    stopped = ended_by_stops(grants.values(), said, drafted)
    closed = ended_by_closing(stopped, referrals_of(connection, county, person))
    grants = dict(zip(grants, closed, strict=True))
    gone = {one: replace(grants[one], state=GrantState.WITHDRAWN, word=word) for one, word in (ahead or {}).items()}
    return list({**grants, **gone}.values())


def _papers(working: WorkingSet, grants: Iterable[Grant]) -> dict[str, Mapping[str, Any]]:
    """The states of the sheets that grants rest on, which are loaded."""
    found = {one.sheet: working.record(one.sheet) for one in grants}
    return {
        name: record.state
        for name, record in found.items()
        if record is not None and record.kind == "sheet" and record.state is not None
    }


def referrals_of(connection: Connection, county: County, person: str) -> list[tuple[str, dict[str, Any]]]:
    """The person's referrals, as ``ended_by_closing`` needs them."""
    return _of_person(connection, county, person, "referral")


def _withdrawals_of(connection: Connection, county: County, person: str) -> list[tuple[str, dict[str, Any]]]:
    return _of_person(connection, county, person, "withdrawal")


def _of_person(connection: Connection, county: County, person: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
    rows = connection.execute(
        select(tables.record.c.state).where(
            tables.record.c.county == county.code,
            tables.record.c.kind == kind,
            tables.record.c.resident == person,
            tables.record.c.state.is_not(None),
        )
    )
    return [(person, json.loads(row.state)) for row in rows]


def _wrongly_signed(working: WorkingSet, grants: Sequence[Grant]) -> dict[str, str]:
    """The sheets on which somebody signed who may not, as the person's record stands now, each with its reason."""
    found = {}
    for sheet in {grant.sheet for grant in grants if grant.state not in NO}:
        record = working.record(sheet)
        if record is not None and record.kind == "sheet" and record.state is not None:
            fields = record.state["fields"]
            problem = problem_by_record(working, fields) or ticks_problem(working, record.id, fields)
            if problem:
                found[sheet] = problem
    return found


def _grant(working: WorkingSet, state: Mapping[str, Any]) -> Grant:
    sheet = working.record(str(state["fields"].get("sheet")))
    paper = sheet.state["state"] if sheet is not None and sheet.kind == "sheet" and sheet.state is not None else None
    grant = grant_of(state, working.canonical(str(state["fields"].get("resident"))), paper)
    # As on the laptop: what was agreed to on a sheet that is void since is no permission, and no check makes it one.
    return replace(grant, state=GrantState.EXPIRED) if grant.state in YES and paper == SheetState.VOID else grant


def _used(
    grants: Sequence[Grant], person: str, recipient: Recipient, purpose: str, classes: Sequence[str], on: date
) -> list[Grant]:
    return [
        grant
        for grant in standing(grants)
        if (grant.resident, grant.recipient, grant.purpose) == (person, recipient.id, purpose)
        and grant.data_class in classes
        and grant.state == GrantState.IN_FORCE
        and (grant.until is None or grant.until >= on)
    ]


def _release(
    classes: tuple[str, ...],
    answers: Mapping[str, Disclosure],
    recipient: Recipient,
    used: Sequence[Grant],
    on: date,
) -> Decision:
    ends = [on + timedelta(days=RELEASE_DAYS), *(grant.until for grant in used if grant.until is not None)]
    if recipient.agreement_until is not None and not recipient.civil_affairs:
        ends.append(recipient.agreement_until)
    sheets = tuple(sorted({grant.sheet for grant in used}))
    return Decision(Ruling.RELEASE, answers[classes[0]].reason, classes, sheets, min(ends))


def signed_release(
    connection: Connection, county: County, referral: str, fields: Mapping[str, Any], decision: Decision, on: date
) -> tuple[str, dict[str, Any]]:
    """The number of a new release, and the release signed, as a referral's field holds it."""
    if decision.ruling is not Ruling.RELEASE or decision.expires is None:
        raise ValueError("the gate did not say yes")
    count = next_count(connection, county.code, f"release-{on.year}")
    person, recipient, purpose = (str(fields.get(one)) for one in ("resident", "recipient", "purpose"))
    working = WorkingSet(connection, county.code)
    working.load_ids([person])
    contact = contact_told(connection, county, working.canonical(person), recipient, purpose, decision.sheets)
    release = Release(
        number=f"ZJ-{county.code}-{on.year}-{count:06}",
        referral=referral,
        resident=person,
        recipient=recipient,
        purpose=purpose,
        sheets=decision.sheets,
        classes=decision.classes,
        time=now_text(),
        expires=decision.expires.isoformat(),
        may_call=contact.may_call,
        may_visit=contact.may_visit,
    )
    return release.number, decode_json(sign_document(release.encode(), county.signing).encode())
