"""Entries of others whose content this version cannot read: their bytes are kept, and the household's page says so.

A county checks content before it takes it (``desktop.domain.content``). What an older or a newer one handed on may
still be strange here; it is left out of the records, and never in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from desktop.domain.content import MAX_ID
from desktop.domain.records import Change, Nature, record_kind
from desktop.storage.tables import alias, entry, record, unreadable


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One entry that is here but cannot be shown: its row, of which kind of record, and when it was written."""

    entry: int
    kind: str
    time: str


def keep(connection: Connection, ids: Sequence[str], target: str, strange: Sequence[tuple[int, Change]]) -> None:
    """Note which entries of a record, just folded, could not be read; what was noted of it before goes."""
    connection.execute(delete(unreadable).where(unreadable.c.record.in_(ids)))
    if not strange:
        return
    known = connection.scalar(select(record.c.household).where(record.c.record == target))
    connection.execute(
        unreadable.insert(),
        [
            {
                "entry": row,
                "record": target,
                "kind": change.kind.partition(".")[0],
                "household": known or _household_of(target, change),
                "time": change.time,
            }
            for row, change in strange
        ],
    )


def of_household(connection: Connection, household: str) -> list[Unreadable]:
    """What cannot be read of a household and its members, newest first."""
    ids = select(alias.c.record).where(alias.c.target == household)
    rows = connection.execute(
        select(unreadable.c.entry, unreadable.c.kind, unreadable.c.time)
        .join(entry, entry.c.id == unreadable.c.entry)
        .where(or_(unreadable.c.household == household, unreadable.c.household.in_(ids)))
        .where(entry.c.payload.is_not(None))
        .order_by(unreadable.c.entry.desc())
    )
    return [Unreadable(row.entry, row.kind, row.time) for row in rows]


def _household_of(target: str, change: Change) -> str | None:
    """Whose page an entry belongs to, as far as its content still tells."""
    kind = record_kind(change.kind)
    if kind is None or change.body is None:
        return None
    if kind.name == "household":
        return target
    held: Any = change.body
    if kind.nature is Nature.LIFECYCLE:
        held = _within(held, "fields")
    elif kind.nature is Nature.DESCRIPTION:
        held = _within(_within(_within(held, "groups"), "membership"), "value")
    found = _within(held, "household")
    return found if isinstance(found, str) and 0 < len(found) <= MAX_ID and found.isprintable() else None


def _within(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, Mapping) else None
