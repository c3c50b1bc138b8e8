"""Reading records back for pages and lists: plain values out, no connection, no table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from desktop.domain.records import State
from desktop.storage.records import canonical
from desktop.storage.tables import entry, record

_IDS_IN_A_STATEMENT: Final = 500


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record with the columns lists need."""

    id: str
    kind: str
    household: str | None
    resident: str | None
    division: str | None
    status: str | None
    moment: str
    attention: bool
    state: State

    def group(self, name: str) -> dict[str, Any]:
        """A group of a description as stored; empty where it was never set."""
        found: dict[str, Any] | None = self.state["groups"].get(name, {}).get("value")
        return found or {}


_COLUMNS = (
    record.c.record,
    record.c.kind,
    record.c.household,
    record.c.resident,
    record.c.division,
    record.c.status,
    record.c.moment,
    record.c.attention,
    record.c.state,
)


def one(connection: Connection, record_id: str) -> RecordRow | None:
    """A record by its id or an alias of it."""
    row = connection.execute(select(*_COLUMNS).where(record.c.record == canonical(connection, record_id))).first()
    return None if row is None else _row(row)


def many(connection: Connection, record_ids: Sequence[str]) -> dict[str, RecordRow]:
    """Records by id, in no order; ids not found are left out."""
    found: dict[str, RecordRow] = {}
    for some in _chunks(record_ids):
        rows = connection.execute(select(*_COLUMNS).where(record.c.record.in_(some)))
        found.update({row.record: _row(row) for row in rows})
    return found


def of_kind(
    connection: Connection,
    kind: str,
    *,
    statuses: Iterable[str] | None = None,
    household: str | None = None,
    resident: str | None = None,
    attention: bool | None = None,
    limit: int | None = None,
) -> list[RecordRow]:
    """Records of one kind, newest first."""
    moment: ColumnElement[Any] = record.c.moment
    if household is not None or resident is not None:
        # Sorted by the plain column, SQLite walks all records of the kind in that order instead of looking up the few.
        moment = func.coalesce(moment, "")
    query = select(*_COLUMNS).where(record.c.kind == kind).order_by(moment.desc(), record.c.id.desc())
    if statuses is not None:
        query = query.where(record.c.status.in_(list(statuses)))
    if household is not None:
        query = query.where(record.c.household == household)
    if resident is not None:
        query = query.where(record.c.resident == resident)
    if attention is not None:
        query = query.where(record.c.attention == attention)
    if limit is not None:
        query = query.limit(limit)
    return [_row(row) for row in connection.execute(query)]


def of_household(connection: Connection, household: str) -> list[RecordRow]:
    """Everything that belongs to a household, newest first."""
    query = (
        select(*_COLUMNS).where(record.c.household == household).order_by(record.c.moment.desc(), record.c.id.desc())
    )
    return [_row(row) for row in connection.execute(query)]


def needing_a_person(connection: Connection) -> list[RecordRow]:
    """Records with a conflict that somebody has to decide."""
    query = select(*_COLUMNS).where(record.c.attention).order_by(record.c.moment.desc())
    return [_row(row) for row in connection.execute(query)]


def ids_of_kind(connection: Connection, kind: str, division: str | None = None) -> list[str]:
    """Ids only, for long lists: by place, then the order in which they came."""
    query = select(record.c.record).where(record.c.kind == kind).order_by(record.c.division, record.c.id)
    if division is not None:
        query = query.where(record.c.division.between(division, division + "\U0010ffff"))
    return list(connection.scalars(query))


def ids_by_division(connection: Connection, kind: str) -> dict[str, list[str]]:
    """The ids of a kind under their places, places and ids in the order of ``ids_of_kind``."""
    query = (
        select(record.c.division, record.c.record).where(record.c.kind == kind).order_by(record.c.division, record.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.division or "", []).append(row.record)
    return found


@dataclass(frozen=True, slots=True)
class Members:
    """How many residents a household has, and whether somebody has to decide something about one of them."""

    count: int
    attention: bool


def members_of(connection: Connection, households: Sequence[str]) -> dict[str, Members]:
    """The residents of many households, counted; those without any are left out."""
    found: dict[str, Members] = {}
    for some in _chunks(households):
        query = (
            select(record.c.household, func.count(), func.max(record.c.attention))
            .where(record.c.household.in_(some), record.c.kind == "resident")
            .group_by(record.c.household)
        )
        found.update({row[0]: Members(row[1], bool(row[2])) for row in connection.execute(query)})
    return found


def fact_values(
    connection: Connection, kind: str, paths: Sequence[str], households: Sequence[str] | None = None
) -> list[tuple[str, str, tuple[Any, ...]]]:
    """Single values of many facts: ``(id, household, values)``, of all households or of these, as they came here.

    ``paths`` lead into the fact (``assessment.review_date``). The database picks them out, because a township has ten
    thousand visits and decoding each whole one takes seconds.
    """
    picked = [func.json_extract(record.c.state, f"$.fact.{path}") for path in paths]
    query = select(record.c.record, record.c.household, *picked).where(record.c.kind == kind).order_by(record.c.id)
    parts = [query] if households is None else [query.where(record.c.household.in_(one)) for one in _chunks(households)]
    return [(row[0], row[1] or "", tuple(row[2:])) for part in parts for row in connection.execute(part)]


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IDS_IN_A_STATEMENT):
        yield ids[start : start + _IDS_IN_A_STATEMENT]


def counts(connection: Connection) -> dict[str, int]:
    """How many records of each kind, and how many journal entries (``entry``)."""
    query = select(record.c.kind, func.count()).group_by(record.c.kind)
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    found["entry"] = connection.scalar(select(func.count()).select_from(entry).where(entry.c.own)) or 0
    return found


def _row(row: Any) -> RecordRow:
    return RecordRow(
        row.record,
        row.kind,
        row.household,
        row.resident,
        row.division,
        row.status,
        row.moment or "",
        bool(row.attention),
        json.loads(row.state),
    )
