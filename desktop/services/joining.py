"""Recorded twice: which households look like this one, and a worker's word that two records are one.

The worker's word is journalled; the county makes them one, since every laptop has to hear of it alike, and nothing that
was written under either id is lost. What the rule of ``domain.same_household`` sees clearly the county joins by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.households import TOWNSHIP_DIGITS, age
from desktop.domain.same_household import (
    DIFFERENT_DOCUMENTS,
    Home,
    Person,
    household_hint,
    household_key,
    pair_members,
    person_doubt,
    person_of,
)
from desktop.domain.signing import AgeBand, band_of
from desktop.services.application import Application, Done
from desktop.services.permission import Capability, require
from desktop.storage import judgements, queries, search
from desktop.storage.journal import Action

_HOUSEHOLD_JOINED = "household.joined"
_RESIDENT_JOINED = "resident.joined"


@dataclass(frozen=True, slots=True)
class AlikeHousehold:
    """A household that may be this one; ``reason`` is a code of ``domain.same_household``, "" where the ledger says so.

    ``same`` are the names of those who would become one person. ``is_said``: a worker said it, the county has not
    answered yet.
    """

    household: str
    head_name: str
    number: str
    address: str
    members: int
    reason: str
    same: tuple[str, ...]
    is_said: bool


@dataclass(frozen=True, slots=True)
class AlikeMembers:
    """Two members of one household who have one name; ``births`` are theirs as far as known, in that order: the day,
    of whoever may be a minor the year alone."""

    resident: str
    other: str
    name: str
    births: tuple[str, str]
    is_said: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """What may have been recorded twice, seen from one household."""

    households: tuple[AlikeHousehold, ...] = ()
    members: tuple[AlikeMembers, ...] = ()


def alike(application: Application, household_id: str) -> Alike:
    """Households of the village that look like this one, and members who may be one person.

    Raises:
        UserFacingError: ``record.unknown``.
    """

    def read(connection: Connection) -> Alike:
        row = _row(connection, household_id, "household")
        home = _home(connection, row)
        others = [(one, _home(connection, one)) for one in _candidates(connection, row, home)]
        ids = [row.id, *(one.id for one, _ in others), *(one.id for one in home.members)]
        said = judgements.unjudged_pairs(connection, (_HOUSEHOLD_JOINED, _RESIDENT_JOINED), ids)
        households = tuple(
            _alike_household(home, one, other, hint, is_said=frozenset({row.id, one.id}) in said)
            for one, other in others
            if (hint := household_hint(home, other)) not in (None, DIFFERENT_DOCUMENTS)
        )
        return Alike(households, tuple(_alike_members(home.members, said, application.today())))

    return application.read(read)


def join_households(application: Application, household_id: str, other_id: str) -> Done[int]:
    """A person says that the two households are one, and with them their heads and the members of one name.

    Answers how many people of the one are people of the other. They are one after the next sync.

    Raises:
        UserFacingError: ``join.same``, ``join.other-township``, ``join.different-documents``,
            ``join.nothing-in-common``, ``join.practice``; ``record.unknown``.
    """
    require(application, Capability.DECIDE)
    _refuse_practice(application)

    def write(action: Action) -> int:
        rows = [_row(action.connection, one, "household") for one in (household_id, other_id)]
        home, other = (_home(action.connection, one) for one in rows)
        _refuse_same(*rows)
        hint = household_hint(home, other)
        if hint is None and _are_different(home.head, other.head):
            hint = DIFFERENT_DOCUMENTS
        if hint is None or hint == DIFFERENT_DOCUMENTS:
            raise UserFacingError("join.nothing-in-common" if hint is None else "join.different-documents")
        pairs = pair_members(other, home, is_said=True).pairs
        for resident, to in pairs:
            action.add(_RESIDENT_JOINED, resident, {"to": to})
        action.add(_HOUSEHOLD_JOINED, other.id, {"to": home.id})
        return len(pairs)

    return application.act(write)


def join_residents(application: Application, resident_id: str, other_id: str) -> Done[None]:
    """A person says that the two are one; where they are of two households, which is right is decided afterwards.

    Raises:
        UserFacingError: ``join.same``, ``join.other-township``, ``join.different-documents``, ``join.practice``;
            ``record.unknown``.
    """
    require(application, Capability.DECIDE)
    _refuse_practice(application)

    def write(action: Action) -> None:
        rows = [_row(action.connection, one, "resident") for one in (resident_id, other_id)]
        _refuse_same(*rows)
        if _are_different(*(person_of(one.id, one.state) for one in rows)):
            raise UserFacingError("join.different-documents")
        action.add(_RESIDENT_JOINED, rows[1].id, {"to": rows[0].id})

    return application.act(write)


def _refuse_practice(application: Application) -> None:
    if application.practice:
        raise UserFacingError("join.practice")


def _row(connection: Connection, record_id: str, kind: str) -> queries.RecordRow:
    row = queries.one(connection, record_id)
    if row is None or row.kind != kind:
        raise UserFacingError("record.unknown")
    return row


def _refuse_same(one: queries.RecordRow, other: queries.RecordRow) -> None:
    if one.id == other.id:
        raise UserFacingError("join.same")
    if (one.division or "")[:TOWNSHIP_DIGITS] != (other.division or "")[:TOWNSHIP_DIGITS]:
        raise UserFacingError("join.other-township")


def _are_different(one: Person | None, other: Person | None) -> bool:
    """One name and two documents. Under two names they may be husband and wife, who headed it in turn."""
    if one is None or other is None or one.name != other.name:
        return False
    return person_doubt(one, other) == DIFFERENT_DOCUMENTS


def _candidates(connection: Connection, row: queries.RecordRow, home: Home) -> list[queries.RecordRow]:
    """Households of the village with a member of one name, and with this one's number or a head of its head's name."""
    found: set[str] = set()
    for name in {one.name for one in home.members if one.name}:
        found.update(search.households_with_name(connection, name, row.division or ""))
    rows = [one for one in queries.many(connection, sorted(found - {row.id})).values() if one.kind == "household"]
    heads = queries.many(connection, [one.group("head").get("resident", "") for one in rows])
    names = {one.id: person_of(one.id, one.state).name for one in heads.values()}
    own = "" if home.head is None else home.head.name
    return [
        one
        for one in rows
        if names.get(one.group("head").get("resident", "")) == own
        or (home.key is not None and household_key(one.state["groups"]) == home.key)
    ]


def _home(connection: Connection, row: queries.RecordRow) -> Home:
    members = queries.of_kind(connection, "resident", household=row.id)
    head_id = row.group("head").get("resident", "")
    found = queries.one(connection, head_id) if head_id else None
    head = None if found is None else person_of(found.id, found.state)
    people = tuple(person_of(one.id, one.state) for one in members)
    return Home(row.id, household_key(row.state["groups"]), head, people)


def _alike_household(home: Home, row: queries.RecordRow, other: Home, hint: str, *, is_said: bool) -> AlikeHousehold:
    names = {one.id: one.name for one in other.members}
    same = (names.get(later, "") for later, _ in pair_members(other, home, is_said=True).pairs)
    return AlikeHousehold(
        other.id,
        "" if other.head is None else other.head.name,
        row.group("number").get("number", ""),
        row.group("address").get("text", ""),
        len(other.members),
        hint,
        tuple(one for one in same if one),
        is_said,
    )


def _alike_members(members: tuple[Person, ...], said: frozenset[frozenset[str]], today: date) -> Iterable[AlikeMembers]:
    for number, one in enumerate(members):
        for other in members[number + 1 :]:
            if one.name and one.name == other.name and person_doubt(one, other) != DIFFERENT_DOCUMENTS:
                births = (_birth_words(one, today), _birth_words(other, today))
                is_said = frozenset({one.id, other.id}) in said
                yield AlikeMembers(one.id, other.id, one.name, births, is_said)


def _birth_words(person: Person, today: date) -> str:
    if not person.births:
        return ""
    day = min(person.births)
    return day.isoformat() if band_of(age(max(person.births), today) or 0) is AgeBand.ADULT else str(day.year)
