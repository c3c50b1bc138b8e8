"""Whoever has no usable document does not become two either: households of one ledger number and village are joined.

The rule is ``desktop.domain.same_household``; here is only what is looked at and what is written. Where the rule has a
reason instead of an answer, nothing is joined and a person is asked (``hold`` of the sort ``alike``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, delete, or_, select

from county import tables
from county.aliases import ALIKE, Pair, ask_a_person, by_age, join_same_documents, reference_of, write_aliases
from county.opening import County
from county.records import Record, WorkingSet, document_key, is_id
from county.store import chunks
from desktop.domain.records import Change, record_kind
from desktop.domain.same_household import (
    DIFFERENT_DOCUMENTS,
    Home,
    Person,
    pair_members,
    person_doubt,
    person_of,
    same_or_doubtful,
)

_MOST: Final = 40
"""A number that more households of one village have tells nobody apart: a column was mistaken for it."""


def join_what_is_one(connection: Connection, county: County, working: WorkingSet, changes: Iterable[Change]) -> None:
    """Alias what these changes show to be one: by document first, then by the ledger. All of them are written."""
    seen = list(changes)
    _join_by_hand(connection, county, working, seen)
    keys = {key for change in seen if (key := document_key(change)) is not None}
    join_same_documents(connection, county, working, keys)
    _join_same_households(connection, county, working, seen)


def join_problem(working: WorkingSet, changes: Iterable[Change]) -> str:
    """Why what a person says to be one cannot be made one, or ""."""
    for change in changes:
        if (named := _joined(change)) is not None:
            problem = _problem(working, *named)
            if problem:
                return problem
    return ""


def _problem(working: WorkingSet, one: str, other: str) -> str:
    first, second = working.record(one), working.record(other)
    if first is None or second is None or first.state is None or second.state is None:
        return "missing"
    if first.kind != second.kind:
        return "other-kind"
    if first.township != second.township:
        return "other-township"
    if first.kind == "household":
        return ""
    doubt = person_doubt(person_of(first.id, first.state), person_of(second.id, second.state))
    return doubt if doubt == DIFFERENT_DOCUMENTS else ""


def _joined(change: Change) -> tuple[str, str] | None:
    """The two records that a person says are one; None also where the content is broken, which the fold rejects."""
    if change.kind not in ("household.joined", "resident.joined") or change.body is None:
        return None
    to = change.body.get("to")
    return (change.record, str(to)) if is_id(change.record) and is_id(to) else None


def _join_by_hand(connection: Connection, county: County, working: WorkingSet, changes: Sequence[Change]) -> None:
    pairs: dict[str, list[Pair]] = {"resident": [], "household": []}
    joined: dict[str, str] = {}
    for change in changes:
        named = _joined(change)
        if named is None:
            continue
        found = [working.record(_follow(joined, working.canonical(one))) for one in named]
        ends = [one for one in found if one is not None]
        if len(ends) < 2 or ends[0].id == ends[1].id:
            continue
        earlier, later = by_age(connection, county, ends)
        if problem := _problem(working, later.id, earlier.id):
            # The same batch said more about them, and they differ now.
            ask_a_person(connection, county, ALIKE, later.id, earlier.id, problem)
            continue
        joined[later.id] = earlier.id
        pairs[later.kind].append(Pair(later.id, earlier.id))
    if joined:
        working.flush()
        write_aliases(connection, county, working, pairs["resident"], pairs["household"])


def _follow(joined: dict[str, str], record: str) -> str:
    while record in joined:
        record = joined[record]
    return record


def _join_same_households(
    connection: Connection, county: County, working: WorkingSet, changes: Sequence[Change]
) -> None:
    households = _described_households(working, changes)
    asked: set[tuple[str, str]] = set()
    for key in sorted(_ledger_keys(working, households)):
        found = working.same_key(key)
        # By whose they are, and not by what their address says: a laptop may claim another township's village.
        for township in sorted({one.township for one in found}):
            ours = [one for one in found if one.township == township]
            if 1 < len(ours) <= _MOST:
                asked |= _join_alike(connection, county, working, by_age(connection, county, ours))
    _drop_answered(connection, county, households, asked)


def _join_alike(
    connection: Connection, county: County, working: WorkingSet, records: Sequence[Record]
) -> set[tuple[str, str]]:
    """Join what of these households of one ledger key, oldest first, is one; answers what a person was asked."""
    working.flush()
    asked: set[tuple[str, str]] = set()
    kept: list[Home] = []
    for record in records:
        later = _home(connection, county, working, record)
        same, alike = same_or_doubtful(later, kept)
        for one in alike:
            asked.add((one.later, one.earlier))
            ask_a_person(connection, county, ALIKE, one.later, one.earlier, one.reason)
        if same is None:
            kept.append(later)
            continue
        _join(connection, county, working, later, same)
        joined = working.record(same.id)
        if joined is not None:
            kept[kept.index(same)] = _home(connection, county, working, joined)
    return asked


def _drop_answered(connection: Connection, county: County, households: set[str], asked: set[tuple[str, str]]) -> None:
    """What was asked about these households before, and is not asked any more: a number or a name was corrected."""
    hold = tables.hold
    where = (hold.c.county == county.code, hold.c.sort == ALIKE)
    for some in chunks(sorted(households)):
        about = or_(hold.c.record.in_(some), hold.c.other.in_(some))
        rows = connection.execute(select(hold.c.id, hold.c.record, hold.c.other).where(*where, about)).all()
        over = [row.id for row in rows if (row.record, row.other) not in asked]
        if over:
            connection.execute(delete(hold).where(hold.c.id.in_(over)))


def _described_households(working: WorkingSet, changes: Sequence[Change]) -> set[str]:
    """The households that these changes describe, or whose members they do; loaded."""
    described = [(kind.name, one.record) for one in changes if (kind := record_kind(one.kind)) is not None]
    households = {record for kind, record in described if kind == "household"}
    members = [working.record(record) for kind, record in described if kind == "resident"]
    households |= {home for one in members if (home := reference_of(one, "membership", "household")) is not None}
    working.load_ids(households)
    return {working.canonical(one) for one in households}


def _ledger_keys(working: WorkingSet, households: set[str]) -> set[str]:
    """Their ledger keys, with everybody who has one of them loaded."""
    records = [working.record(one) for one in households]
    keys = {one.match_key for one in records if one is not None and one.match_key is not None}
    working.load_keys(keys)
    return keys


def _home(connection: Connection, county: County, working: WorkingSet, record: Record) -> Home:
    """A household with its members, as they stand in the database; nobody of another township is among them."""
    ids = connection.scalars(
        select(tables.record.c.id)
        .where(tables.record.c.county == county.code, tables.record.c.household == record.id)
        .where(tables.record.c.kind == "resident", tables.record.c.canonical == tables.record.c.id)
        .where(tables.record.c.township == record.township)
        .order_by(tables.record.c.id)
    ).all()
    head_id = reference_of(record, "head", "resident")
    working.load_ids([*ids, *([head_id] if head_id else [])])
    heading = None if head_id is None else working.record(head_id)
    head = None if heading is None or heading.township != record.township else _person(heading)
    people = (_person(working.record(one)) for one in ids)
    return Home(record.id, record.match_key, head, tuple(one for one in people if one is not None))


def _person(record: Record | None) -> Person | None:
    return None if record is None or record.state is None else person_of(record.id, record.state)


def _join(connection: Connection, county: County, working: WorkingSet, later: Home, earlier: Home) -> None:
    paired = pair_members(later, earlier)
    for one in paired.alike:
        ask_a_person(connection, county, ALIKE, one.later, one.earlier, one.reason)
    pairs = [Pair(one, other) for one, other in paired.pairs]
    write_aliases(connection, county, working, pairs, [Pair(later.id, earlier.id)])
