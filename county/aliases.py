"""Two laptops met the same person: the later record becomes an alias of the earlier one.

Both laptops imported the same ledger, or both added the same old man by hand. The document decides
(``identity.match_key``); where the names share no character, or the two belong to different
townships, nothing is joined and a person is asked instead (``hold`` of the sort ``same-document``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, or_, select

from county import tables
from county.clock import now_text
from county.journal import Draft, write_own
from county.opening import County
from county.records import Record, WorkingSet, change_of, value_of
from county.store import chunks
from desktop.domain.journal import Header
from desktop.domain.records import Change, Result, State, fold, resolve_references

SAME_DOCUMENT: Final = "same-document"
ALIKE: Final = "alike"
"""Sorts of holds: two residents with one document; two households of one ledger number, or two of their members."""


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
            pairs.extend(_residents_to_join(connection, county, by_age(connection, county, found)))
    if pairs:
        working.flush()
        write_aliases(connection, county, working, pairs, _households_to_join(working, pairs))


def write_aliases(
    connection: Connection, county: County, working: WorkingSet, residents: Sequence[Pair], households: Sequence[Pair]
) -> None:
    """Let these stand for those from now on, as one action of the county's own, and fold anew what that touches."""
    pairs = (*residents, *households)
    ids = [one for pair in pairs for one in (pair.later, pair.earlier)]
    working.load_ids(ids)
    # Whoever was found ill in a visit is named inside it, in no column: all of the household is folded anew.
    homes = [home for one in ids if (home := reference_of(working.record(one), "membership", "household"))]
    for pair in pairs:
        working.add_alias(pair.later, pair.earlier)
    drafts = [_draft("resident.aliased", pair, working) for pair in residents]
    drafts += [_draft("household.aliased", pair, working) for pair in households]
    outcome = write_own(connection, county, working, drafts)
    if outcome.result is not Result.OK:
        raise RuntimeError(f"an alias was not written: {outcome.reason}")
    refold(connection, county, working, [*ids, *homes])
    _drop_settled(connection, county, working, ids)


def _drop_settled(connection: Connection, county: County, working: WorkingSet, ids: Sequence[str]) -> None:
    """What a person was asked about these is answered where both are one now."""
    hold = tables.hold
    asked = connection.execute(
        select(hold.c.id, hold.c.record, hold.c.other)
        .where(hold.c.county == county.code, hold.c.sort.in_([SAME_DOCUMENT, ALIKE]))
        .where(or_(hold.c.record.in_(ids), hold.c.other.in_(ids)))
    ).all()
    working.load_ids(one for row in asked for one in (row.record, row.other))
    over = [row.id for row in asked if working.canonical(row.record) == working.canonical(row.other)]
    if over:
        connection.execute(delete(hold).where(hold.c.id.in_(over)))


def by_age(connection: Connection, county: County, found: Sequence[Record]) -> list[Record]:
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
        ask_a_person(connection, county, SAME_DOCUMENT, later.id, kept[0].id, _doubt(kept[0], later))
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


def ask_a_person(connection: Connection, county: County, sort: str, later: str, earlier: str, reason: str) -> None:
    """Note two records that only a person can tell to be one or two; once."""
    where = (
        tables.hold.c.county == county.code,
        tables.hold.c.sort == sort,
        tables.hold.c.record == later,
        tables.hold.c.other == earlier,
    )
    if connection.execute(select(tables.hold.c.id).where(*where)).first() is None:
        connection.execute(
            tables.hold.insert().values(
                county=county.code,
                sort=sort,
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
        homes = [reference_of(working.record(one), "membership", "household") for one in (pair.later, pair.earlier)]
        if None in homes:
            continue
        working.load_ids(one for one in homes if one)
        later, earlier = (working.canonical(one) for one in homes if one)
        heads = (
            reference_of(working.record(later), "head", "resident"),
            reference_of(working.record(earlier), "head", "resident"),
        )
        if later != earlier and heads == (pair.later, pair.earlier):
            households.append(Pair(later, earlier))
    return households


def reference_of(record: Record | None, group: str, name: str) -> str | None:
    """The id of another record in a group of a description, or None."""
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
