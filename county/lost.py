"""The lost-laptop page (电脑丢失): what was on a vault, until when, what was unsent, who is owed a letter (PIPL 57)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, or_, select

from county import tables
from county.clock import now_text, today
from county.contacts import read_contact, read_order
from county.journal import Draft, serialise, write_own
from county.officers import read_officer, require_disclosure
from county.opening import County
from county.records import WorkingSet, value_of
from county.store import chunks
from desktop.domain.breach import AUTHORITY_WORDS, Affected, categories, is_minor
from desktop.domain.consent import DataClass
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import Header, decode_body
from desktop.sync.envelope import Signed
from desktop.sync.protocol import GOOD, STORED, Enrolment

LOST: Final = "vault.lost"
"""The entry that says that the page of a lost laptop was asked for."""
_SHOWN: Final = (DataClass.A1, DataClass.A3)


@dataclass(frozen=True, slots=True)
class LostVault:
    """What the county knows of a vault. Times as the county wrote them, "" where there was no contact.

    ``fed`` is the position its copy of the feed reaches and ``behind`` how many positions it lacks; ``unsent`` are
    entries it had told of and the county does not have, ``waiting_review`` batches stored and not applied. ``keyring``
    and ``escrow`` are as last reported.
    """

    vault: str
    worker: str
    worker_name: str
    office: str
    townships: tuple[str, ...]
    enrolled: str
    last_contact: str
    fed: int
    fed_until: str
    behind: int
    told_seq: int
    had_seq: int
    unsent: int
    unsent_attachments: int
    waiting_review: int
    standing: str
    keyring: bool | None
    escrow: int
    households: int
    people: tuple[Affected, ...]
    authority: str


@dataclass(frozen=True, slots=True)
class ListedVault:
    """A laptop by its vault and worker. ``since``: out of use; ``asked``: when its page was last asked for, or ""."""

    vault: str
    worker: str
    worker_name: str
    office: str
    last_contact: str
    standing: str
    since: str
    asked: str

    @property
    def is_lost(self) -> bool:
        """Whether it was taken out of use, or somebody asked what was on it."""
        return self.standing != GOOD or bool(self.asked)


def lost(county: County, vault: str, reason: str, officer: str = "") -> LostVault:
    """Compile the page, and note in the county's journal that it was asked for, by ``officer`` where one is named.

    Raises:
        UserFacingError: ``vault.unknown``, ``answer.reason-missing``, and with an officer those of ``officers.py``.
    """
    if not reason.strip():
        raise UserFacingError("answer.reason-missing")
    with county.store.write() as connection:
        serialise(connection, county.code)
        by: dict[str, Any] = {}
        if officer:
            acting = read_officer(connection, county, officer)
            by = {"worker": acting.id, "role": acting.role}
        found = _compile(connection, county, vault)
        if officer:
            for person in found.people:
                require_disclosure(county, person.resident, _SHOWN)
        body = {"vault": vault, "reason": reason.strip(), "residents": len(found.people), "time": now_text()}
        working = WorkingSet(connection, county.code)
        write_own(connection, county, working, [Draft(LOST, vault, body, "")], **by)
    return found


def listed_vaults(county: County) -> tuple[ListedVault, ...]:
    """Every laptop that was enrolled: those out of use first, then by worker. Nobody's data is in it."""
    vault, worker, contact, order = tables.vault, tables.worker, tables.contact, tables.revocation
    with county.store.read() as connection:
        asked = _asked_for(connection, county)
        rows = connection.execute(
            select(vault.c.id, worker.c.id.label("worker"), worker.c.name, worker.c.office)
            .add_columns(contact.c.time, order.c.standing, order.c.since)
            .join(worker, (worker.c.county == vault.c.county) & (worker.c.id == vault.c.worker))
            .outerjoin(contact, (contact.c.county == vault.c.county) & (contact.c.vault == vault.c.id))
            .outerjoin(order, (order.c.county == vault.c.county) & (order.c.vault == vault.c.id))
            .where(vault.c.county == county.code)
        ).all()
    found = [
        ListedVault(
            vault=row.id,
            worker=row.worker,
            worker_name=row.name,
            office=row.office,
            last_contact=row.time or "",
            standing=row.standing or GOOD,
            since=row.since or "",
            asked=asked.get(row.id, ""),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.standing == GOOD, not one.asked, one.worker, one.vault)))


def _asked_for(connection: Connection, county: County) -> dict[str, str]:
    """When the page of a vault was asked for last."""
    entry = tables.entry
    rows = connection.execute(
        select(entry.c.record, entry.c.header)
        .where(entry.c.county == county.code, entry.c.vault == county.vault, entry.c.kind == LOST)
        .order_by(entry.c.seq)
    )
    return {row.record: Header.decode(bytes(row.header)).time for row in rows}


def _compile(connection: Connection, county: County, vault: str) -> LostVault:
    row = connection.execute(
        select(tables.vault, tables.worker.c.name, tables.worker.c.office, tables.worker.c.townships)
        .join(
            tables.worker,
            and_(tables.worker.c.county == tables.vault.c.county, tables.worker.c.id == tables.vault.c.worker),
        )
        .where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
    ).first()
    if row is None:
        raise UserFacingError("vault.unknown", vault=vault)
    townships: list[str] = json.loads(row.townships)
    contact, order = read_contact(connection, county, vault), read_order(connection, county, vault)
    fed = 0 if contact is None else int(contact.fed)
    told = 0 if contact is None else int(contact.seq)
    had = _stored_seq(connection, county, vault, "" if contact is None else contact.epoch)
    held = _records_on(connection, county, vault, _townships_ever(connection, county, row), fed)
    return LostVault(
        vault=vault,
        worker=row.worker,
        worker_name=row.name,
        office=row.office,
        townships=tuple(townships),
        enrolled=row.enrolled,
        last_contact="" if contact is None else contact.time,
        fed=fed,
        fed_until="" if contact is None else contact.time,
        behind=_position(connection, county) - fed,
        told_seq=told,
        had_seq=had,
        unsent=max(0, told - had),
        unsent_attachments=0 if contact is None else int(contact.attachments),
        waiting_review=_waiting(connection, county, vault),
        standing=GOOD if order is None else order.standing,
        keyring=None if contact is None else bool(contact.keyring),
        escrow=0 if contact is None else int(contact.escrow),
        households=sum(1 for one in held.values() if one.kind == "household"),
        people=_people(held),
        authority=AUTHORITY_WORDS,
    )


def _stored_seq(connection: Connection, county: County, vault: str, epoch: str) -> int:
    seq = connection.scalar(
        select(func.max(tables.entry.c.seq)).where(
            tables.entry.c.county == county.code, tables.entry.c.vault == vault, tables.entry.c.epoch == epoch
        )
    )
    return int(seq or 0)


def _position(connection: Connection, county: County) -> int:
    return int(
        connection.scalar(
            select(tables.counter.c.value).where(
                tables.counter.c.county == county.code, tables.counter.c.name == "position"
            )
        )
        or 0
    )


def _waiting(connection: Connection, county: County, vault: str) -> int:
    batch = tables.batch
    query = select(func.count()).select_from(batch).where(batch.c.county == county.code)
    return int(connection.scalar(query.where(batch.c.vault == vault, batch.c.stage == STORED)) or 0)


def _townships_ever(connection: Connection, county: County, row: Row[Any]) -> list[str]:
    """The worker's townships since this vault was enrolled: people of those left stay on it until a wipe."""
    entry = tables.entry
    found = set(Enrolment.decode(Signed.decode(bytes(row.answer)).document).townships)
    for payload in connection.scalars(
        select(entry.c.payload).where(
            entry.c.county == county.code,
            entry.c.vault == county.vault,
            entry.c.record == f"worker-{row.worker}",
            entry.c.payload.is_not(None),
        )
    ):
        found.update(decode_body(bytes(payload))["townships"])
    return sorted(found)


def _records_on(connection: Connection, county: County, vault: str, townships: list[str], fed: int) -> dict[str, Any]:
    """Every record of which the vault had an entry: its own, and what the feed had brought it until then."""
    entry, record = tables.entry, tables.record
    brought = and_(entry.c.shared, entry.c.township.in_(townships), entry.c.position <= fed)
    ids = connection.scalars(
        select(entry.c.record)
        .where(entry.c.county == county.code, entry.c.record.is_not(None), entry.c.payload.is_not(None))
        .where(or_(entry.c.vault == vault, brought))
        .distinct()
    ).all()
    held: dict[str, Any] = {}
    for some in chunks(sorted(ids)):
        for row in connection.execute(select(record).where(record.c.county == county.code, record.c.id.in_(some))):
            held[row.canonical] = row
    wanted = [one for one, row in held.items() if row.id != one]
    for some in chunks(sorted(wanted)):
        for row in connection.execute(select(record).where(record.c.county == county.code, record.c.id.in_(some))):
            held[row.id] = row
    return {one: row for one, row in held.items() if row.state is not None}


def _people(held: dict[str, Any]) -> tuple[Affected, ...]:
    states = {one: json.loads(row.state) for one, row in held.items()}
    by_resident: dict[str, set[str]] = {}
    by_household: dict[str, set[str]] = {}
    for row in held.values():
        if row.kind in ("resident", "household"):
            continue
        if row.resident:
            by_resident.setdefault(row.resident, set()).add(row.kind)
        elif row.household:
            by_household.setdefault(row.household, set()).add(row.kind)
    people = []
    for one, row in held.items():
        if row.kind != "resident":
            continue
        state = states[one]
        name = value_of(state, "name") or {}
        membership = value_of(state, "membership") or {}
        home = membership.get("household") if isinstance(membership, dict) else None
        address = value_of(states.get(str(home)), "address") or {}
        kinds = by_resident.get(one, set()) | by_household.get(str(home), set())
        people.append(
            Affected(
                resident=one,
                name=_text(name, "name"),
                address=" ".join(part for part in (_text(address, "division"), _text(address, "text")) if part),
                minor=is_minor(_born(state), today()),
                categories=categories(state.get("groups", {}), kinds),
            )
        )
    return tuple(sorted(people, key=lambda person: (person.address, person.name, person.resident)))


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _born(state: Any) -> date | None:
    value = value_of(state, "birth")
    try:
        return date.fromisoformat(value["day"]) if isinstance(value, dict) else None
    except (KeyError, TypeError, ValueError):
        return None
