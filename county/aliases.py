"""Two laptops met the same person: the later record becomes an alias of the earlier one.

Both laptops imported the same ledger, or both added the same old man by hand. The document decides
(``identity.match_key``); where the names share no character, or the two belong to different
townships, nothing is joined and a person is asked instead (``hold`` of the sort ``same-document``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from county import tables
from county.clock import now_text
from county.journal import Draft, write_own
from county.opening import County
from county.records import Record, WorkingSet, change_of, value_of
from county.store import chunks
from desktop.domain.journal import Header
from desktop.domain.records import Change, Result, State, fold, resolve_references


@dataclass(frozen=True, slots=True)
class Pair:
    """``later`` is to stand for ``earlier`` from now on."""

    later: str
    earlier: str


def join_same_documents(connection: Connection, county: County, working: WorkingSet, keys: Iterable[str]) -> None:
    """Alias what has the same document, and fold anew whatever that touches.

    The caller has written all entries so far; ``keys`` are the documents it brought.
    """
    pairs: list[Pair] = []
    for key in sorted(set(keys)):
        found = working.same_key(key)
        if len(found) > 1:
            pairs.extend(_residents_to_join(connection, county, _by_age(connection, county, found)))
    if not pairs:
        return
    working.flush()
    households = _households_to_join(working, pairs)
    for pair in (*pairs, *households):
        working.add_alias(pair.later, pair.earlier)
    drafts = [_draft("resident.aliased", pair, working) for pair in pairs]
    drafts += [_draft("household.aliased", pair, working) for pair in households]
    outcome = write_own(connection, county, working, drafts)
    if outcome.result is not Result.OK:
        raise RuntimeError(f"an alias was not written: {outcome.reason}")
    refold(connection, county, working, [one for pair in (*pairs, *households) for one in (pair.later, pair.earlier)])


def _by_age(connection: Connection, county: County, found: Sequence[Record]) -> list[Record]:
    """In the county's order: the one that was heard of first comes first."""
    ids = [one.id for one in found]
    order: dict[str, int] = {}
    for one, position in connection.execute(
        select(tables.entry.c.record, tables.entry.c.position)
        .where(tables.entry.c.county == county.code, tables.entry.c.record.in_(ids))
        .where(tables.entry.c.position.is_not(None))
        .order_by(tables.entry.c.position)
    ):
        order.setdefault(one, position)
    return sorted(found, key=lambda one: order[one.id])


def _residents_to_join(connection: Connection, county: County, found: Sequence[Record]) -> list[Pair]:
    pairs: list[Pair] = []
    kept = [found[0]]
    for later in found[1:]:
        same = next((one for one in kept if _doubt(one, later) == ""), None)
        if same is not None:
            pairs.append(Pair(later.id, same.id))
            continue
        _ask_a_person(connection, county, later.id, kept[0].id, _doubt(kept[0], later))
        kept.append(later)
    return pairs


def _doubt(one: Record, other: Record) -> str:
    if one.township != other.township:
        return "different-townships"
    first, second = _name(one.state), _name(other.state)
    return "different-names" if first and second and not set(first) & set(second) else ""


def _name(state: State | None) -> str:
    value = value_of(state, "name")
    name = value.get("name") if isinstance(value, dict) else value
    return "".join(name.split()) if isinstance(name, str) else ""


def _ask_a_person(connection: Connection, county: County, later: str, earlier: str, reason: str) -> None:
    where = (
        tables.hold.c.county == county.code,
        tables.hold.c.sort == "same-document",
        tables.hold.c.record == later,
        tables.hold.c.other == earlier,
    )
    if connection.execute(select(tables.hold.c.id).where(*where)).first() is None:
        connection.execute(
            tables.hold.insert().values(
                county=county.code,
                sort="same-document",
                vault="",
                epoch="",
                record=later,
                other=earlier,
                reason=reason,
                since=now_text(),
            )
        )


def _households_to_join(working: WorkingSet, pairs: Sequence[Pair]) -> list[Pair]:
    """Households whose heads turned out to be one person are one household.

    Where the two residents live in different households that they do not head, only the resident is
    joined; the membership then conflicts, and a person decides.
    """
    households: list[Pair] = []
    for pair in pairs:
        homes = [_reference(working.record(one), "membership", "household") for one in (pair.later, pair.earlier)]
        if None in homes:
            continue
        working.load_ids(one for one in homes if one)
        later, earlier = (working.canonical(one) for one in homes if one)
        heads = (
            _reference(working.record(later), "head", "resident"),
            _reference(working.record(earlier), "head", "resident"),
        )
        if later != earlier and heads == (pair.later, pair.earlier):
            households.append(Pair(later, earlier))
    return households


def _reference(record: Record | None, group: str, name: str) -> str | None:
    value: Any = value_of(record.state, group) if record else None
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _draft(kind: str, pair: Pair, working: WorkingSet) -> Draft:
    earlier = working.record(pair.earlier)
    return Draft(kind, pair.later, {"to": pair.earlier}, earlier.township if earlier else None)


def refold(connection: Connection, county: County, working: WorkingSet, ids: Sequence[str]) -> None:
    """Fold these records anew, and those that name them, from all their entries in the county's order."""
    working.load_ids(ids)
    touched = set(ids)
    for some in chunks(sorted(touched)):
        touched.update(
            connection.scalars(
                select(tables.record.c.id).where(
                    tables.record.c.county == county.code,
                    or_(tables.record.c.household.in_(some), tables.record.c.resident.in_(some)),
                )
            )
        )
    working.load_ids(touched)
    targets = {working.canonical(one) for one in touched}
    for some in chunks(sorted(targets)):
        touched.update(
            connection.scalars(
                select(tables.alias.c.id).where(tables.alias.c.county == county.code, tables.alias.c.target.in_(some))
            )
        )
    working.load_ids(touched | targets)
    changes = _changes_of(connection, county, working, touched | targets)
    for one in sorted(touched | targets):
        target = working.canonical(one)
        if working.has(one):
            working.put_state(one, fold(changes.get(target, ())) if one == target else None)
    working.flush()


def _changes_of(
    connection: Connection, county: County, working: WorkingSet, ids: Iterable[str]
) -> dict[str, list[Change]]:
    rows: list[tuple[int, Change]] = []
    for some in chunks(sorted(ids)):
        found = connection.execute(
            select(tables.entry.c.header, tables.entry.c.payload, tables.entry.c.position)
            .where(tables.entry.c.county == county.code, tables.entry.c.record.in_(some))
            .where(tables.entry.c.position.is_not(None))
        )
        rows.extend((row.position, change_of(Header.decode(row.header), row.payload)) for row in found)
    rows.sort(key=lambda pair: pair[0])
    working.load(change for _, change in rows)
    changes: dict[str, list[Change]] = {}
    for _, change in rows:
        resolved = resolve_references(change, working.canonical)
        changes.setdefault(resolved.record, []).append(resolved)
    return changes
