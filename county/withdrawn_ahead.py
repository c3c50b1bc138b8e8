"""Withdrawals sent ahead (撤回先报): what a laptop names in its contact, before any of its batches has arrived.

A withdrawal outranks everything (``design.md`` §4), and batches are applied in their order: an earlier one may be long,
or faulty, or the line may break in it. So the contact, which is signed and the first thing of a sync, names the grants
that are withdrawn in entries the county has not judged yet; from that moment nothing is released on them. It can only
stop, never permit: the entries themselves still come in their place, and are what is kept.

What was named once stays named: a laptop may be revoked, lost, restored from before or unable to say it again. A hold
is over when its grant permits nothing any more, when the vault's own withdrawal of it was rejected, or when a person
lifts it (``lift``). It stands here like the withdrawal that it announces: what the person agreed to afterwards is a new
consent (``consent.Word.is_after``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select

from county import tables
from county.feed import Reader
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet, is_id
from county.roster import standing
from desktop.domain.consent import BEIJING, YES, GrantState, Word
from desktop.domain.errors import UserFacingError
from desktop.domain.records import Change, Result
from desktop.domain.stops import Stop, StopSaid
from desktop.sync.protocol import Contact

SORT: Final = "withdrawn-ahead"
"""How these stand among the holds: shown to the operator until the entries are here."""


WAITS_DAYS: Final = 3
"""Days after which a person has to ask: the entries come in the sync that named them, or in the next day's."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A grant named as withdrawn: by which vault and whose, since when; ``state`` is what the county has, "" for none.

    Or, under ``grant`` too, a withdrawal that concerns a person whether or not a grant was known where it was taken in.

    ``lifted``: taken away by this very command.
    """

    grant: str
    vault: str
    worker: str
    since: str
    state: str
    lifted: bool = False


def note_withdrawn(connection: Connection, county: County, reader: Reader, contact: Contact, time: str) -> None:
    """Keep what a vault names beside what it named before, known here or not, of a revoked vault too."""
    hold, record = tables.hold, tables.record
    # The person whom a withdrawal concerns; "" for a grant, which is its own.
    persons = {one: "" for one in contact.withdrawn if is_id(one)}
    persons |= {one: person for one, person in contact.stopped if is_id(one) and is_id(person)}
    named = list(persons)
    if named:
        # Behind a release under way: what is answered after this holds.
        serialise(connection, county.code)
        noted = connection.scalars(
            select(hold.c.record).where(*_ahead(county), hold.c.vault == reader.vault, hold.c.record.in_(named))
        ).all()
        at_home = sorted({person or one for one, person in persons.items()})
        homes = connection.execute(
            select(record.c.id, record.c.township).where(record.c.county == county.code, record.c.id.in_(at_home))
        )
        own = {row.id: row.township for row in homes if row.township in reader.townships}
        rows = [
            {
                "county": county.code,
                "sort": SORT,
                "vault": reader.vault,
                # Where its journal ended then: the withdrawal is in it, and what it writes later is not.
                "epoch": contact.epoch[:64],
                "number": contact.seq,
                "action": persons[grant] or None,
                "record": grant,
                # The township, where it was seen to be the worker's; they may have another next month.
                "other": own.get(persons[grant] or grant),
                "reason": GrantState.WITHDRAWN.value,
                "since": time,
            }
            for grant in named
            if grant not in noted
        ]
        if rows:
            connection.execute(hold.insert(), rows)
    drop_settled(connection, county)


def drop_settled(connection: Connection, county: County, vault: str = "", rejected: Collection[str] = ()) -> None:
    """Take away the holds that are over: of grants that permit nothing any more, of withdrawals that have arrived, and
    of ``vault`` on ``rejected``."""
    hold, record = tables.hold, tables.record
    over = exists().where(
        record.c.county == hold.c.county,
        record.c.id == hold.c.record,
        or_(record.c.status.is_(None), record.c.status.not_in(YES)),
    )
    refused = and_(hold.c.vault == vault, hold.c.record.in_(sorted(rejected)))
    connection.execute(delete(hold).where(*_ahead(county), or_(over, refused)))


def rejected_withdrawals(judged: Iterable[tuple[Change, Result]]) -> frozenset[str]:
    """The grants whose withdrawal, and the withdrawals that, were judged and rejected among these changes."""
    return frozenset(
        change.record
        for change, result in judged
        if result is Result.REJECTED
        and is_id(change.record)
        and (change.kind == "withdrawal.recorded" or _withdraws(change))
    )


def _withdraws(change: Change) -> bool:
    return change.kind == "grant.moved" and change.body is not None and change.body.get("to") == GrantState.WITHDRAWN


def withdrawn_ahead(connection: Connection, county: County, person: str) -> dict[str, Word]:
    """Which of a person's grants were named so and still permit something here, each with the word that ended it."""
    record = tables.record
    rows = _held(
        connection,
        county,
        record.c.id == tables.hold.c.record,
        record.c.kind == "grant",
        record.c.resident == person,
        record.c.status.in_(YES),
    )
    # Where two vaults named it, the later word: it stops more.
    return dict(rows)


def stopped_ahead(connection: Connection, county: County, person: str) -> tuple[StopSaid, ...]:
    """What a person withdrew without a grant being known there, of which only that much was named.

    Until the withdrawal itself is here and says of which recipients and purposes, it is of everything.
    """
    record = tables.record
    rows = _held(connection, county, record.c.id == tables.hold.c.action, record.c.canonical == person)
    return tuple(StopSaid(person, Stop(), word) for _, word in rows)


def _held(
    connection: Connection, county: County, about: ColumnElement[bool], *which: ColumnElement[bool]
) -> list[tuple[str, Word]]:
    """What is named by those whose word counts there, the oldest first, each with the word that it stands for."""
    hold, record, vault, worker = tables.hold, tables.record, tables.vault, tables.worker
    rows = connection.execute(
        select(hold, record.c.township, worker.c.id.label("worker"), worker.c.role, worker.c.townships)
        .join(record, (record.c.county == hold.c.county) & about)
        .join(vault, (vault.c.county == hold.c.county) & (vault.c.id == hold.c.vault))
        .join(worker, (worker.c.county == vault.c.county) & (worker.c.id == vault.c.worker))
        .where(*_ahead(county), *which)
        .order_by(hold.c.id)
    ).all()
    found = []
    for row in rows:
        places = standing(connection, county, row.worker, row.role, json.loads(row.townships)).townships
        if row.other is not None or row.township in places:
            day = datetime.fromisoformat(row.since).astimezone(BEIJING).date()
            found.append((row.record, Word(day, f"{row.vault}/{row.epoch}", row.number or 0)))
    return found


def named_ahead(county: County) -> list[Ahead]:
    """Every hold of this sort, the oldest first."""
    with county.store.read() as connection:
        return _named(connection, county)


def long_waiting(connection: Connection, county: County, on: date) -> list[dict[str, Any]]:
    """The holds whose withdrawal has not arrived within ``WAITS_DAYS``, the oldest first, for the county's status.

    Somebody has to ask at the township: the laptop lies broken in a drawer, or is lost, or its batches do not come in.
    Nothing is released meanwhile, and nothing is ever lifted by time: the person may well have withdrawn.
    """
    waiting = []
    for one in _named(connection, county):
        days = (on - datetime.fromisoformat(one.since).astimezone(BEIJING).date()).days
        if days >= WAITS_DAYS:
            said = {"grant": one.grant, "vault": one.vault, "worker": one.worker, "state": one.state}
            waiting.append({**said, "since": one.since, "days": days})
    return waiting


def lift(county: County, grant: str, reason: str) -> list[Ahead]:
    """Take away the holds on a grant: for a laptop that will never call again. Journalled, once for each vault.

    A laptop that names it again holds it again: it has the withdrawal, and its batches will bring it.

    Raises:
        UserFacingError: ``withdrawn-ahead.none``, ``answer.reason-missing``.
    """
    if not reason.strip():
        raise UserFacingError("answer.reason-missing")
    with county.store.write() as connection:
        serialise(connection, county.code)
        gone = [one for one in _named(connection, county) if one.grant == grant]
        if not gone:
            raise UserFacingError("withdrawn-ahead.none", grant=grant)
        connection.execute(delete(tables.hold).where(*_ahead(county), tables.hold.c.record == grant))
        drafts = [
            Draft(
                "vault.withdrawn-ahead-lifted",
                one.vault,
                {"vault": one.vault, "grant": grant, "since": one.since, "reason": reason.strip()},
                "",
            )
            for one in gone
        ]
        write_own(connection, county, WorkingSet(connection, county.code), drafts)
    return [Ahead(one.grant, one.vault, one.worker, one.since, one.state, lifted=True) for one in gone]


def _named(connection: Connection, county: County) -> list[Ahead]:
    hold, record, vault, worker = tables.hold, tables.record, tables.vault, tables.worker
    rows = connection.execute(
        select(hold.c.record, hold.c.vault, hold.c.since, worker.c.name, record.c.status)
        .outerjoin(vault, (vault.c.county == hold.c.county) & (vault.c.id == hold.c.vault))
        .outerjoin(worker, (worker.c.county == vault.c.county) & (worker.c.id == vault.c.worker))
        .outerjoin(record, (record.c.county == hold.c.county) & (record.c.id == hold.c.record))
        .where(*_ahead(county))
        .order_by(hold.c.id)
    )
    return [Ahead(row.record, row.vault, row.name or "", row.since, row.status or "") for row in rows]


def _ahead(county: County) -> tuple[ColumnElement[bool], ...]:
    return tables.hold.c.county == county.code, tables.hold.c.sort == SORT
