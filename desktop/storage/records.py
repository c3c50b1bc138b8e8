"""Records as projections: applying changes, folding anew, following aliases.

The rules are in ``desktop.domain.records``; here is only where states are kept and which columns
lists and searches need.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.content import MALFORMED, UNKNOWN_WORD, readable_part, reason_code
from desktop.domain.journal import EntryReference, Header, decode_body
from desktop.domain.records import (
    Change,
    Nature,
    Outcome,
    RecordKind,
    Result,
    State,
    apply_change,
    record_kind,
    resolve_references,
)
from desktop.storage import search, unreadable
from desktop.storage.tables import alias, entry, record


def state(connection: Connection, record_id: str) -> State | None:
    """The current state of a record, an alias followed to what it stands for."""
    found = connection.scalar(select(record.c.state).where(record.c.record == canonical(connection, record_id)))
    return None if found is None else json.loads(found)


def canonical(connection: Connection, record_id: str) -> str:
    """The record an id stands for, after the county's aliases."""
    target = connection.scalar(select(alias.c.target).where(alias.c.record == record_id))
    return record_id if target is None else target


def erased(connection: Connection, record_ids: Collection[str]) -> frozenset[str]:
    """Those of these ids whose record was here and has been erased: nothing is left of it but headers."""
    ids = {one: canonical(connection, one) for one in record_ids}
    wanted = {*ids, *ids.values()}
    emptied = set(
        connection.scalars(select(entry.c.record).where(entry.c.record.in_(wanted), entry.c.payload.is_(None)))
    )
    standing = set(connection.scalars(select(record.c.record).where(record.c.record.in_(wanted))))
    return frozenset(one for one, target in ids.items() if emptied & {one, target} and target not in standing)


def apply(connection: Connection, change: Change) -> tuple[State | None, Outcome]:
    """Apply one change at the end of its record's order and store the new state."""
    resolved = resolve_references(change, lambda one: canonical(connection, one))
    known = connection.scalar(select(record.c.state).where(record.c.record == resolved.record))
    new, outcome = apply_change(None if known is None else json.loads(known), resolved)
    if new is not None and outcome.result not in (Result.REJECTED, Result.HELD):
        save(connection, resolved.record, change.kind, new, change.time)
    return new, outcome


def aliases(connection: Connection) -> dict[str, str]:
    """Every alias with what it stands for; few, so that folding many records asks once."""
    return {row.record: row.target for row in connection.execute(select(alias.c.record, alias.c.target))}


def refold(connection: Connection, record_id: str, known: Mapping[str, str] | None = None) -> State | None:
    """Fold a record anew from all its entries: in county order, then the unconfirmed ones.

    Entries the county rejected or holds are left out, so the screen shows what is really in force.
    ``known`` are the ``aliases`` as they stand, for whoever folds many records in one go.
    """
    standing = aliases(connection) if known is None else known
    target = standing.get(record_id, record_id)
    ids = [target, *(old for old, final in standing.items() if final == target)]
    rows = connection.execute(
        select(entry.c.id, entry.c.header, entry.c.payload)
        .where(entry.c.record.in_(ids))
        .where(entry.c.result.is_(None) | entry.c.result.not_in([Result.REJECTED, Result.HELD]))
        .order_by(entry.c.position.is_(None), entry.c.position, entry.c.id)
    ).all()
    current: State | None = None
    kind, moment = "", ""
    strange: list[tuple[int, Change]] = []
    for row in rows:
        header = Header.decode(row.header)
        change = resolve_references(change_of(header, row.payload), lambda one: standing.get(one, one))
        new, outcome = apply_change(current, change)
        if reason_code(outcome.reason) in (MALFORMED, UNKNOWN_WORD):
            strange.append((row.id, change))
            new, outcome = _apply_what_can_be_read(current, change, outcome)
        if outcome.result not in (Result.REJECTED, Result.HELD):
            current = new
            if change.body is not None and new is not None and not _is_audit(header.kind):
                kind, moment = header.kind, max(moment, header.time)
    if current is None:
        _forget(connection, target)
    else:
        save(connection, target, kind, current, moment)
    unreadable.keep(connection, ids, target, strange)
    for gone in ids[1:]:
        _forget(connection, gone)
    return current


def _apply_what_can_be_read(current: State | None, change: Change, outcome: Outcome) -> tuple[State | None, Outcome]:
    """An older county let content pass that cannot be read here: what can be is shown, the rest is said to be there."""
    kind = record_kind(change.kind)
    if kind is None or change.body is None:
        return current, outcome
    part = readable_part(change.kind, change.body, kind.references)
    return (current, outcome) if part is None else apply_change(current, replace(change, body=part))


def _is_audit(entry_kind: str) -> bool:
    """Entries about a record (it was viewed, a content was erased) say nothing of what it is."""
    kind = record_kind(entry_kind)
    return kind is not None and kind.nature is Nature.AUDIT


def change_of(header: Header, payload: bytes | None) -> Change:
    """The fold's view of a stored entry."""
    return Change(
        by=str(header.reference),
        kind=header.kind,
        record=header.record or "",
        time=header.time,
        worker=header.worker,
        role=header.role,
        body=None if payload is None else decode_body(payload),
        imported=header.import_id is not None,
    )


def add_alias(connection: Connection, old: str, target: str) -> None:
    """Note that ``old`` stands for ``target`` and fold anew whatever that touches."""
    final = canonical(connection, target)
    ends = select(record.c.household).where(record.c.record.in_([old, final]), record.c.household.is_not(None))
    homes = connection.scalars(ends.distinct()).all()
    statement = insert(alias).values(record=old, target=final)
    connection.execute(statement.on_conflict_do_update(index_elements=["record"], set_={"target": final}))
    connection.execute(alias.update().where(alias.c.target == old).values(target=final))
    refold(connection, final)
    # Who heads a household, answered at the door or was found ill is named inside the states of their own household.
    inside = record.c.household.in_(homes) & record.c.state.contains(old, autoescape=True)
    touched = connection.scalars(
        select(record.c.record).where((record.c.household == old) | (record.c.resident == old) | inside)
    ).all()
    for one in touched:
        refold(connection, one)


_COLUMN_NAMES = ("record", "kind", "household", "resident", "division", "status", "moment", "attention", "state")
_FRESH = insert(record)
# Built once: a save is the most frequent statement, and building it takes longer than running it.
_UPSERT = _FRESH.on_conflict_do_update(
    index_elements=["record"], set_={name: _FRESH.excluded[name] for name in _COLUMN_NAMES}
).returning(record.c.id)


def save(connection: Connection, record_id: str, entry_kind: str, new: State, moment: str) -> None:
    """Store a state with the columns that lists, the timeline and search need."""
    kind = record_kind(entry_kind)
    if kind is None:
        raise ValueError(f"unknown kind of entry: {entry_kind}")
    columns = _columns(connection, kind, record_id, new)
    values: dict[str, Any] = {
        "record": record_id,
        "kind": kind.name,
        "moment": moment,
        "attention": bool(new.get("conflicts")),
        "state": json.dumps(new, ensure_ascii=False, separators=(",", ":")),
        **columns,
    }
    row_id = connection.scalar(_UPSERT, values)
    if kind.name == "resident":
        search.index_resident(connection, int(row_id or 0), new, columns["division"])
    elif kind.name == "household":
        _move_members(connection, record_id, columns["division"])


def _columns(connection: Connection, kind: RecordKind, record_id: str, new: State) -> dict[str, Any]:
    columns: dict[str, Any] = {"household": None, "resident": None, "division": None, "status": None}
    if kind.name == "household":
        columns["household"] = record_id
        columns["division"] = _group(new, "address").get("division")
    elif kind.name == "resident":
        columns["resident"] = record_id
        columns["household"] = _group(new, "membership").get("household")
        columns["division"] = _household_division(connection, columns["household"])
    elif kind.nature is Nature.LIFECYCLE:
        columns["status"] = new["state"]
        columns["household"], columns["resident"] = new["fields"].get("household"), new["fields"].get("resident")
    elif kind.nature is Nature.FACT:
        columns["household"], columns["resident"] = new["fact"].get("household"), new["fact"].get("resident")
    elif kind.nature is Nature.ISSUED:
        columns["division"] = new["issued"].get("code")
    return columns


def _group(new: State, name: str) -> dict[str, Any]:
    group = new["groups"].get(name)
    return group["value"] if group else {}


def _household_division(connection: Connection, household: object) -> str | None:
    if not isinstance(household, str):
        return None
    return connection.scalar(select(record.c.division).where(record.c.record == household))


def _move_members(connection: Connection, household: str, division: str | None) -> None:
    """Members are found by their household's village: keep their index beside it."""
    rows = connection.execute(
        select(record.c.id, record.c.division, record.c.state).where(
            record.c.household == household, record.c.kind == "resident"
        )
    ).all()
    for row in rows:
        if row.division != division:
            connection.execute(record.update().where(record.c.id == row.id).values(division=division))
            search.index_resident(connection, row.id, json.loads(row.state), division)


def _forget(connection: Connection, record_id: str) -> None:
    row_id = connection.scalar(select(record.c.id).where(record.c.record == record_id))
    if row_id is not None:
        search.forget_resident(connection, row_id)
        connection.execute(delete(record).where(record.c.id == row_id))


def reference_of(row: Any) -> EntryReference:
    """The identity of an entry row."""
    return EntryReference(row.vault, row.epoch, row.seq)


def refold_all(connection: Connection, record_ids: Iterable[str]) -> None:
    """Fold several records anew, households first, so that members find their village."""
    ids = list(dict.fromkeys(canonical(connection, one) for one in record_ids))
    query = select(entry.c.record, entry.c.kind).where(entry.c.record.in_(ids)).distinct()
    kinds: dict[str, str] = {row.record: row.kind for row in connection.execute(query)}
    for record_id in sorted(ids, key=lambda one: not kinds.get(one, "").startswith("household.")):
        refold(connection, record_id)
