"""Half an action (半截的一步) in the own journal: found before it is sealed, and set aside by a journalled act.

An action is written in one transaction, so half of one is damage, or somebody's doing. It is never sent, for the county
takes an action whole or not at all; and nothing behind it in its epoch can be sealed while it stands there. Set aside,
its entries stay where they are, shown and kept verbatim, as a salvage keeps such parts (``salvage_chain``): no longer
own ones, and a new epoch names them as missing, so that the chain may go on over them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, Text, case, cast, func, select, update

from desktop.domain.journal import EntryFormatError, EntryReference, Header
from desktop.storage import epochs
from desktop.storage.journal import HALF_ACTION
from desktop.storage.tables import batch, entry

_Where = tuple[ColumnElement[bool], ...]
_AHEAD: Final = 400
"""Entries; an action (at most 64 KiB) has far fewer."""


@dataclass(frozen=True, slots=True)
class HalfAction:
    """``found`` of an action's ``parts`` entries, from ``first`` to ``last`` in their epoch; ``header`` is the first
    that is there, ``behind`` how many own entries wait behind it for it alone."""

    header: Header
    first: int
    last: int
    found: int
    parts: int
    behind: int

    @property
    def reference(self) -> EntryReference:
        """By which a person names it: its first entry that is there."""
        return self.header.reference


def find(connection: Connection) -> tuple[HalfAction, ...]:
    """The halves among what is not yet sealed, the oldest first; reads all of that."""
    vault = epochs.vault_of(connection)
    found: list[HalfAction] = []
    for epoch in epochs.names(connection, vault):
        waiting = _waiting(connection, vault, epoch)
        found.extend(_among(connection, waiting, waiting))
    return tuple(found)


def glance(connection: Connection) -> tuple[HalfAction, ...]:
    """Those that anything waits for now, and one at the journal's end. For the foot of every page: after an import
    there are tens of thousands of entries, of which this reads a few hundred."""
    vault = epochs.vault_of(connection)
    found: dict[EntryReference, HalfAction] = {}
    for epoch in epochs.names(connection, vault):
        waiting = _waiting(connection, vault, epoch)
        first = connection.scalar(select(entry.c.seq).where(*waiting).order_by(entry.c.seq).limit(1))
        last = connection.execute(
            select(entry.c.seq, entry.c.action).where(*waiting).order_by(entry.c.seq.desc()).limit(1)
        ).first()
        if first is None or last is None:
            continue
        ahead = (*waiting, entry.c.seq < first + _AHEAD)
        end = (*waiting, entry.c.seq > last.seq - _AHEAD, entry.c.action == last.action)
        # One that the look ahead cuts in two is none; at the journal's end it is found by the other look.
        for one in (*_among(connection, waiting, ahead, cut=first + _AHEAD - 1), *_among(connection, waiting, end)):
            found[one.reference] = one
    return tuple(found.values())


def _waiting(connection: Connection, vault: str, epoch: str) -> _Where:
    covered = connection.scalar(select(func.max(batch.c.last_seq)).where(batch.c.epoch == epoch)) or 0
    return (entry.c.vault == vault, entry.c.epoch == epoch, entry.c.own, entry.c.seq > covered)


def _among(connection: Connection, waiting: _Where, looked_at: _Where, *, cut: int | None = None) -> list[HalfAction]:
    """The halves among what is looked at, but for one that ends at ``cut``."""
    text = cast(entry.c.header, Text)
    parts = func.max(case((func.json_valid(text) == 1, func.json_extract(text, "$.parts"))))
    first, last, found = func.min(entry.c.seq), func.max(entry.c.seq), func.count()
    rows = connection.execute(
        select(first.label("first"), last.label("last"), found.label("found"), parts.label("parts"))
        .where(*looked_at)
        .group_by(entry.c.action)
        .having(found != parts)
        .order_by(first)
    ).all()
    halves = []
    for row in rows:
        if row.last == cut:
            continue
        behind = connection.scalar(select(func.count()).select_from(entry).where(*waiting, entry.c.seq > row.last)) or 0
        data = connection.scalars(select(entry.c.header).where(*waiting, entry.c.seq == row.first)).one()
        with suppress(EntryFormatError):  # a broken header is a fault of the journal, and said as that
            halves.append(HalfAction(Header.decode(data), row.first, row.last, row.found, row.parts, behind))
    return halves


def set_aside(connection: Connection, reference: EntryReference, time: str) -> Header | None:
    """Set the half that begins with this entry aside and begin a new epoch; None where it begins none.

    The caller says who did it and why, in the new epoch and the same transaction.
    """
    half = next((one for one in find(connection) if one.reference == reference), None)
    if half is None:
        return None
    there = (entry.c.vault == reference.vault, entry.c.epoch == reference.epoch)
    mine = (*there, entry.c.own, entry.c.seq.between(half.first, half.last))
    numbers = list(connection.scalars(select(entry.c.seq).where(*mine).order_by(entry.c.seq)))
    connection.execute(update(entry).where(*mine).values(own=False))
    epochs.begin(
        connection,
        time,
        HALF_ACTION,
        missing=[{"epoch": reference.epoch, "first": half.first, "last": half.last}],
        apart=[str(EntryReference(reference.vault, reference.epoch, seq)) for seq in numbers],
    )
    return half.header
