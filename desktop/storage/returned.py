"""Own entries that come back from the county: what a backup lacked, and what another laptop wrote with this vault.

They are copies, kept verbatim and folded in the county's order, outside the chain that this laptop itself goes on
writing. Where this laptop wrote something else in their places, its own entries are set aside (``diverged``): whole,
out of every fold, and for a person to see to. Two histories are never merged by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.journal import Entry, EntryReference, Header
from desktop.storage import judgements
from desktop.storage.journal import entry_row
from desktop.storage.judgements import JudgementError
from desktop.storage.tables import batch, diverged, entry


@dataclass(frozen=True, slots=True)
class Given:
    """A batch that the county gave back, verified and opened. ``digest`` of the bytes that the vault once sent.

    ``container`` is those very bytes with the vault's own signature. Where the county had to drop them it is None, and
    ``county_word`` is its signed document instead; ``missing`` is how many entries before the first
    never came, by that word.
    """

    epoch: str
    number: int
    first_seq: int
    last_seq: int
    digest: str
    container: bytes | None
    time: str
    entries: tuple[Entry, ...]
    county_word: bytes | None = None
    missing: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch of the county's brought: entries new here, and own ones that had to be set aside."""

    returned: int
    diverged: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """An own entry whose place another laptop has taken."""

    header: Header
    entry: Entry


def digests(connection: Connection, epoch: str, cut: int | None = None) -> dict[int, str]:
    """The sealed bytes' digests of an epoch's batches, by number; with ``cut`` of those that end before this entry."""
    whole = () if cut is None else (batch.c.last_seq < cut,)
    rows = connection.execute(select(batch.c.number, batch.c.digest).where(batch.c.epoch == epoch, *whole))
    return {row.number: row.digest for row in rows}


def take_batch(connection: Connection, vault: str, given: Given) -> Taken:
    """Write a batch that came back with whatever of it this laptop lacks.

    Raises:
        JudgementError: ``returned-chain``: an entry does not follow the one before it. Nothing is then written.
    """
    entries = given.entries
    _check_chain(connection, vault, given)
    known = judgements.known_entries(connection, [one.header.reference for one in entries])
    differing = [one.header.seq for one in entries if _differs(known.get(one.header.reference), one)]
    touched = {one.header.record for one in entries if one.header.record is not None}
    aside = _own_from(connection, vault, given.epoch, min(differing)) if differing else []
    touched |= {row.record for row in aside if row.record is not None}
    before = judgements.fold_orders(connection, touched)
    if aside:
        connection.execute(insert(diverged), [_aside_row(row) for row in aside])
        for some in judgements.chunks([row.id for row in aside]):
            connection.execute(delete(entry).where(entry.c.id.in_(some)))
    gone = {EntryReference(vault, row.epoch, row.seq) for row in aside}
    fresh = [one for one in entries if one.header.reference not in known or one.header.reference in gone]
    if fresh:
        connection.execute(insert(entry), [entry_row(one.header, one, own=False) for one in fresh])
    _keep_batch(connection, given)
    after = judgements.fold_orders(connection, touched)
    judgements.note_pending(connection, judgements.changed_orders(before, after))
    return Taken(len(fresh), len(aside))


def _check_chain(connection: Connection, vault: str, given: Given) -> None:
    previous = _hash_at(connection, vault, given.epoch, given.first_seq - 1)
    if previous is None and given.missing is not None and given.first_seq > 1:
        # The county's word alone: it must name a gap here, and that gap must begin where this vault's chain ends.
        end = given.first_seq - 1 - given.missing
        if given.missing == 0 or (end > 0 and _hash_at(connection, vault, given.epoch, end) is None):
            raise JudgementError("returned-chain")
    for one in given.entries:
        if previous is not None and one.header.previous != previous:
            raise JudgementError("returned-chain")
        previous = one.hash


def _hash_at(connection: Connection, vault: str, epoch: str, seq: int) -> str | None:
    here = (entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq == seq)
    return connection.scalar(select(entry.c.hash).where(*here))


def _differs(known: judgements.Known | None, one: Entry) -> bool:
    if known is None or known.hash == one.hash:
        return False
    if not known.own:
        raise JudgementError("returned-chain")
    return True


def _own_from(connection: Connection, vault: str, epoch: str, seq: int) -> list[Any]:
    rows = connection.execute(
        select(entry)
        .where(entry.c.vault == vault, entry.c.epoch == epoch, entry.c.own, entry.c.seq >= seq)
        .order_by(entry.c.seq)
    )
    return list(rows)


def _aside_row(row: Any) -> dict[str, Any]:
    names = ("id", "vault", "epoch", "seq", "action", "kind", "record", "header", "hash", "payload")
    return {**{name: getattr(row, name) for name in names}, "sent": False, "settled": False}


def _keep_batch(connection: Connection, given: Given) -> None:
    """As the county has it; bytes of ours under the same name are the county's to keep (in quarantine)."""
    values = {
        "first_seq": given.first_seq,
        "last_seq": given.last_seq,
        "digest": given.digest,
        "container": given.container,
        "sealed": given.time,
        "stored_receipt": None,
        "applied_receipt": None,
        "county_word": given.county_word,
    }
    statement = upsert(batch).values(epoch=given.epoch, number=given.number, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["epoch", "number"], set_=values))


# --- what was set aside -------------------------------------------------------------------------


def unsent_aside(connection: Connection) -> dict[str, tuple[Entry, ...]]:
    """Entries set aside of which the county has no copy yet, by epoch."""
    found: dict[str, list[Entry]] = {}
    rows = connection.execute(
        select(diverged.c.epoch, diverged.c.header, diverged.c.payload)
        .where(~diverged.c.sent)
        .order_by(diverged.c.epoch, diverged.c.seq)
    )
    for row in rows:
        found.setdefault(row.epoch, []).append(Entry(row.header, row.payload))
    return {epoch: tuple(entries) for epoch, entries in found.items()}


def mark_aside_sent(connection: Connection, epoch: str) -> None:
    """The county keeps a copy apart."""
    connection.execute(update(diverged).where(diverged.c.epoch == epoch).values(sent=True))


def batch_covering(connection: Connection, epoch: str, seq: int) -> int:
    """The number of the county's batch that has taken this place; 1 where none is known."""
    found = connection.scalar(
        select(batch.c.number).where(batch.c.epoch == epoch, batch.c.first_seq <= seq, batch.c.last_seq >= seq)
    )
    return found or 1


def set_aside(connection: Connection) -> list[SetAside]:
    """What nobody has seen to yet, oldest first."""
    rows = connection.execute(
        select(diverged.c.header, diverged.c.payload).where(~diverged.c.settled).order_by(diverged.c.id)
    )
    entries = [Entry(row.header, row.payload) for row in rows]
    return [SetAside(one.header, one) for one in entries]


def settle(connection: Connection, reference: EntryReference) -> Header | None:
    """A person has dealt with the action of this entry; answers its header, None if it is not among those set aside."""
    here = (diverged.c.epoch == reference.epoch, diverged.c.seq == reference.seq, ~diverged.c.settled)
    row = connection.execute(select(diverged.c.action, diverged.c.header).where(*here)).first()
    if row is None:
        return None
    connection.execute(update(diverged).where(diverged.c.action == row.action).values(settled=True))
    return Header.decode(row.header)
