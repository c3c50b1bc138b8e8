"""Half an action (半截的一步) in the own journal: found before it is sealed, and set aside by a journalled act.

An action is written in one transaction, so half of one is damage, or somebody's doing. It is never sent, for the county
takes an action whole or not at all; and nothing behind it in its epoch can be sealed while it stands there. Set aside,
its entries stay where they are, shown and kept verbatim, as a salvage keeps such parts (``salvage_chain``): no longer
own ones, and a new epoch names them as missing, so that the chain may go on over them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, func, select, update

from desktop.domain.journal import EntryReference, Header
from desktop.storage import epochs
from desktop.storage.journal import HALF_ACTION
from desktop.storage.tables import batch, entry


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
    """The halves among what is not yet sealed, the oldest first."""
    vault = epochs.vault_of(connection)
    return tuple(half for epoch in epochs.names(connection, vault) for half in _of_epoch(connection, vault, epoch))


def _of_epoch(connection: Connection, vault: str, epoch: str) -> list[HalfAction]:
    covered = connection.scalar(select(func.max(batch.c.last_seq)).where(batch.c.epoch == epoch)) or 0
    waiting = (entry.c.vault == vault, entry.c.epoch == epoch, entry.c.own, entry.c.seq > covered)
    # Read in SQL: after an import there are tens of thousands, and the foot of every page asks.
    parts = func.max(func.json_extract(cast(entry.c.header, Text), "$.parts"))
    first, last, found = func.min(entry.c.seq), func.max(entry.c.seq), func.count()
    rows = connection.execute(
        select(first.label("first"), last.label("last"), found.label("found"), parts.label("parts"))
        .where(*waiting)
        .group_by(entry.c.action)
        .having(found != parts)
        .order_by(first)
    ).all()
    halves = []
    for row in rows:
        header = connection.scalars(select(entry.c.header).where(*waiting, entry.c.seq == row.first)).one()
        behind = connection.scalar(select(func.count()).select_from(entry).where(*waiting, entry.c.seq > row.last)) or 0
        halves.append(HalfAction(Header.decode(header), row.first, row.last, row.found, row.parts, behind))
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
