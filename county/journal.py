"""The county's order of entries, and the journal in which the county itself speaks.

What the county says (directories, aliases, answers, releases) are entries like anybody's: chained,
verifiable with ``desktop.domain.journal.first_fault``, and part of the one order that all fold.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, select, update

from county import tables
from county.clock import now_text
from county.opening import County
from county.records import Judged, Step, WorkingSet, change_of
from county.store import insert_missing
from desktop.domain.journal import NO_PREVIOUS, SALT_BYTES, Entry, Header, encode_payload, hash_bytes
from desktop.domain.records import OK, Outcome, Result
from desktop.domain.roles import Role

POSITION: Final = "position"
COUNTY_WORKER: Final = "county"
"""Who signs what the server does by itself."""
_WRITTEN: Final = (Result.OK, Result.MERGED)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that the county is about to write. ``township`` None: that of the record it changes."""

    kind: str
    record: str
    body: Mapping[str, Any]
    township: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """How far a journal has been taken in: its last batch, entry and header hash."""

    number: int
    seq: int
    head: str


def came_in() -> ColumnElement[bool]:
    """Joins an entry to the batch that brought it first."""
    entry, batch = tables.entry, tables.batch
    return and_(
        batch.c.county == entry.c.county,
        batch.c.vault == entry.c.vault,
        batch.c.epoch == entry.c.epoch,
        batch.c.number == entry.c.batch,
    )


def serialise(connection: Connection, county: str) -> None:
    """Let nobody else apply or write for this county until the transaction ends."""
    next_count(connection, county, POSITION, 0)


def next_count(connection: Connection, county: str, name: str, amount: int = 1) -> int:
    """Count on by ``amount`` and answer the new value; others wait until this transaction ends.

    So positions have no gaps, and whoever sees one sees all before it.
    """
    insert_missing(connection, tables.counter, {"county": county, "name": name, "value": 0})
    where = (tables.counter.c.county == county, tables.counter.c.name == name)
    value = connection.execute(select(tables.counter.c.value).where(*where).with_for_update()).scalar_one()
    if amount:
        connection.execute(update(tables.counter).where(*where).values(value=value + amount))
    return int(value) + amount


def read_chain(connection: Connection, county: str, vault: str, epoch: str) -> Chain:
    """Where a journal that was begun stands, locked for this transaction."""
    row = connection.execute(
        select(tables.chain)
        .where(tables.chain.c.county == county, tables.chain.c.vault == vault, tables.chain.c.epoch == epoch)
        .with_for_update()
    ).one()
    return Chain(row.number, row.seq, row.head)


def write_chain(connection: Connection, county: str, vault: str, epoch: str, chain: Chain) -> None:
    """Note how far a journal has been taken in."""
    connection.execute(
        update(tables.chain)
        .where(tables.chain.c.county == county, tables.chain.c.vault == vault, tables.chain.c.epoch == epoch)
        .values(number=chain.number, seq=chain.seq, head=chain.head)
    )


def begin_chain(connection: Connection, county: str, vault: str, epoch: str) -> None:
    """Make room for a journal's first batch, unless there is some."""
    row = {"county": county, "vault": vault, "epoch": epoch, "number": 0, "seq": 0, "head": NO_PREVIOUS}
    insert_missing(connection, tables.chain, row)


def entry_row(
    county: str, entry: Entry, header: Header, judged: Judged, *, batch: int | None, position: int | None
) -> dict[str, Any]:
    """The table row of an entry, its bytes verbatim."""
    return {
        "county": county,
        "vault": header.vault,
        "epoch": header.epoch,
        "seq": header.seq,
        "header": entry.header_bytes,
        "payload": entry.payload_bytes,
        "hash": entry.hash,
        "kind": header.kind,
        "record": header.record,
        "action": header.action,
        "batch": batch,
        "position": position,
        "result": judged.outcome.result.value,
        "reason": judged.outcome.reason,
        "township": judged.township,
        "shared": judged.shared,
    }


def write_own(
    connection: Connection,
    county: County,
    working: WorkingSet,
    drafts: Sequence[Draft],
    *,
    worker: str = COUNTY_WORKER,
    role: Role = Role.SYSTEM,
) -> Outcome:
    """Write one action of the county's own, whole or not at all; the working set is flushed.

    Answers OK, or the outcome of the first entry that the rules of ``desktop.domain`` forbid, in
    which case nothing was written.
    """
    begin_chain(connection, county.code, county.vault, county.epoch)
    chain = read_chain(connection, county.code, county.vault, county.epoch)
    entries = _own_entries(county, chain, drafts, worker, role)
    changes = [change_of(entry.header, entry.payload_bytes) for entry in entries]
    working.load(changes)
    judged = working.apply_action(
        [Step(change, (), draft.township) for change, draft in zip(changes, drafts, strict=True)]
    )
    for one in judged:
        if one.outcome.result not in _WRITTEN:
            return one.outcome
    first = next_count(connection, county.code, POSITION, len(entries)) - len(entries) + 1
    connection.execute(
        tables.entry.insert(),
        [
            entry_row(county.code, entry, entry.header, one, batch=None, position=first + index)
            for index, (entry, one) in enumerate(zip(entries, judged, strict=True))
        ],
    )
    last = Chain(0, chain.seq + len(entries), entries[-1].hash)
    write_chain(connection, county.code, county.vault, county.epoch, last)
    working.flush()
    return OK


def _own_entries(county: County, chain: Chain, drafts: Sequence[Draft], worker: str, role: Role) -> list[Entry]:
    action, time, previous = uuid.uuid4().hex, now_text(), chain.head
    entries: list[Entry] = []
    for part, draft in enumerate(drafts, start=1):
        payload = encode_payload(draft.body, secrets.token_bytes(SALT_BYTES))
        header = Header(
            vault=county.vault,
            epoch=county.epoch,
            seq=chain.seq + part,
            previous=previous,
            action=action,
            part=part,
            parts=len(drafts),
            kind=draft.kind,
            record=draft.record,
            time=time,
            worker=worker,
            role=role.value,
            payload_hash=hash_bytes(payload),
        )
        entry = Entry(header.encode(), payload)
        previous = entry.hash
        entries.append(entry)
    return entries
