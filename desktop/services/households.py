"""Recording and changing households and their members."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.households import (
    HEAD,
    Birth,
    Guardian,
    Head,
    Membership,
    Name,
    NewHousehold,
    NewResident,
    Number,
    StatedCapacity,
    category_group,
)
from desktop.domain.identity import DocumentType, check_document, match_key
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.records import State
from desktop.domain.signing import AgeBand
from desktop.services.application import Application, Done
from desktop.services.permission import Capability, may, require
from desktop.storage import drafts, queries, search
from desktop.storage.journal import Action

HAND_SOURCE = "hand"
"""Where a category is known from that a worker wrote down; ``ledger`` is the other source."""


@dataclass(frozen=True, slots=True)
class NewIds:
    """The ids of a household just recorded; residents in the order they were given."""

    household: str
    residents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SamePerson:
    """Somebody already recorded with the same document."""

    resident: str
    household: str | None
    name: str


def new_id() -> str:
    """A record's id, made on the laptop (random: an id must not tell time or order)."""
    return uuid.uuid4().hex


def add_household(application: Application, household: NewHousehold, *, draft_id: str | None = None) -> Done[NewIds]:
    """Record a household that is on no list, or one from a ledger; the first member is its head.

    The draft it came from goes with it: a household saved never comes back as one still to be saved.

    Raises:
        UserFacingError: ``household.no-members``, ``household.no-name``, ``document.wrong`` (a number
            that cannot be right; "no document" always passes), ``resident.already-known``.
    """
    require(application, Capability.DESCRIBE)
    check_household(application, household)

    def write(action: Action) -> NewIds:
        made = write_household(action, household)
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return made

    return application.act(write)


def check_household(application: Application, household: NewHousehold) -> None:
    """Raise what would keep the household from being recorded."""
    if not household.members:
        raise UserFacingError("household.no-members")
    for member in household.members:
        check_resident(application, member)
    known = same_people(application, household.members)
    if known:
        raise UserFacingError("resident.already-known", resident=known[0].resident, name=known[0].name)


def check_resident(application: Application, resident: NewResident) -> None:
    """Name and document rules for one person."""
    if not resident.name.name.strip():
        raise UserFacingError("household.no-name")
    document = resident.document
    if document.type is not DocumentType.NONE and document.number:
        check = check_document(document.type, document.number, today=application.today())
        if check.errors:
            raise UserFacingError("document.wrong", reason=check.errors[0], name=resident.name.name)


def same_people(application: Application, residents: tuple[NewResident, ...]) -> tuple[SamePerson, ...]:
    """Who of these is already recorded, by document. Names alone never make two people one."""
    return application.read(lambda connection: _same_people(connection, residents))


def _same_people(connection: Connection, residents: tuple[NewResident, ...]) -> tuple[SamePerson, ...]:
    found = []
    for resident in residents:
        key = match_key(resident.document.type, resident.document.number)
        row = find_by_document(connection, key) if key else None
        if row is not None:
            found.append(SamePerson(row.id, row.household, row.state["groups"]["name"]["value"]["name"]))
    return tuple(found)


def find_by_document(connection: Connection, key: str) -> queries.RecordRow | None:
    """The resident whose document has this match key."""
    number = key.partition(":")[2]
    for record_id in search.residents_with_number(connection, number):
        row = queries.one(connection, record_id)
        if row is None:
            continue
        document = row.group("document")
        if match_key(DocumentType(document.get("type", "none")), document.get("number", "")) == key:
            return row
    return None


def write_household(action: Action, household: NewHousehold) -> NewIds:
    """The entries of a new household, inside an action."""
    household_id = new_id()
    residents = tuple(new_id() for _ in household.members)
    groups: dict[str, Any] = {"address": household.address, "head": Head(residents[0])}
    if household.number:
        groups["number"] = Number(household.number)
    if household.near_relative is not None:
        groups["near_relative"] = household.near_relative
    for held in household.categories:
        groups[category_group(held.category)] = held
    describe(action, "household", household_id, groups)
    for resident_id, member, first in zip(
        residents, household.members, [True] + [False] * len(household.members), strict=False
    ):
        relation = HEAD if first else member.relation
        describe(action, "resident", resident_id, resident_groups(member, household_id, relation))
    return NewIds(household_id, residents)


def resident_groups(resident: NewResident, household_id: str, relation: str) -> dict[str, Any]:
    """A person's merge groups as first described."""
    groups: dict[str, Any] = {
        "name": resident.name,
        "document": resident.document,
        "birth": resident.birth,
        "membership": Membership(household_id, relation),
    }
    if resident.phones.numbers:
        groups["phones"] = resident.phones
    for name in ("health", "disability", "guardian", "carer", "capacity"):
        value = getattr(resident, name)
        if value is not None:
            groups[name] = value
    return groups


def describe(action: Action, kind: str, record_id: str, groups: Mapping[str, Any]) -> State | None:
    """One ``described`` entry with the groups that really change; none if nothing does."""
    state = action.state(record_id)
    current = state["groups"] if state else {}
    body: dict[str, Any] = {}
    for name, value in groups.items():
        plain = to_plain(value)
        before = current.get(name)
        if before is None or before["value"] != plain:
            body[name] = {"base": before["by"] if before else None, "value": plain}
    if not body:
        return state
    return action.add(f"{kind}.described", record_id, {"groups": body})


def change_household(application: Application, household_id: str, groups: Mapping[str, Any]) -> Done[State | None]:
    """Change groups of a household's description (``address``, ``number``, ``category:…``)."""
    require(application, Capability.DESCRIBE)
    return application.act(lambda action: describe(action, "household", _known(action, household_id), groups))


def change_resident(application: Application, resident_id: str, groups: Mapping[str, Any]) -> Done[State | None]:
    """Change groups of a person's description (``name``, ``document``, ``phones`` …).

    Raises:
        UserFacingError: ``household.no-name``, ``document.wrong``, and ``resident.already-known`` where the
            document is another person's; ``action.not-your-role`` for a recorded document number that this worker
            sees in part only.
    """
    require(application, Capability.DESCRIBE)
    name, document = groups.get("name"), groups.get("document")
    if name is not None and not name.name.strip():
        raise UserFacingError("household.no-name")
    if document is not None:
        stated = NewResident(name or Name("-"), document)
        check_resident(application, stated)
        others = [one for one in same_people(application, (stated,)) if one.resident != resident_id]
        if others:
            raise UserFacingError("resident.already-known", resident=others[0].resident, name=others[0].name)

    def write(action: Action) -> State | None:
        known = _known(action, resident_id)
        state = action.state(known)
        if document is not None and state is not None and _number(state):
            # Who sees but its tail cannot tell whether another number would be better.
            require(application, Capability.SEE_DOCUMENT_NUMBER)
        guardian = groups.get("guardian")
        if guardian is None or state is None or may(application, Capability.SEE_DOCUMENT_NUMBER):
            return describe(action, "resident", known, groups)
        recorded = from_stored(Guardian, state["groups"].get("guardian", {}).get("value", {}))
        return describe(action, "resident", known, {**groups, "guardian": guardian.with_document_of(recorded)})

    return application.act(write)


def state_age(
    application: Application, resident_id: str, born: date | None, band: AgeBand | None
) -> Done[State | None]:
    """State how old somebody is: the date of birth, else the age band as of today. Nothing else of them is changed.

    To be done without seeing what is recorded: whoever may be a minor is closed until it is stated (``minors_gate``).

    Raises:
        UserFacingError: ``resident.no-age`` where neither is given; ``record.unknown``.
    """
    require(application, Capability.DESCRIBE)
    if born is None and band is None:
        raise UserFacingError("resident.no-age")

    def write(action: Action) -> State | None:
        known = _known(action, resident_id)
        groups = (action.state(known) or {"groups": {}})["groups"]
        if born is not None:
            birth = from_stored(Birth, groups.get("birth", {}).get("value") or {})
            return describe(action, "resident", known, {"birth": replace(birth, day=born)})
        stated = from_stored(StatedCapacity, groups.get("capacity", {}).get("value") or {})
        day = None if band is AgeBand.ADULT else application.today()
        return describe(action, "resident", known, {"capacity": replace(stated, band=band, band_stated=day)})

    return application.act(write)


def _number(state: State) -> str:
    return str(state["groups"].get("document", {}).get("value", {}).get("number", ""))


def add_member(
    application: Application, household_id: str, resident: NewResident, *, draft_id: str | None = None
) -> Done[str]:
    """Record one more member of a household; answers the new resident's id. The draft it came from goes with it."""
    require(application, Capability.DESCRIBE)
    check_resident(application, resident)
    known = same_people(application, (resident,))
    if known:
        raise UserFacingError("resident.already-known", resident=known[0].resident, name=known[0].name)

    def write(action: Action) -> str:
        resident_id = new_id()
        groups = resident_groups(resident, _known(action, household_id), resident.relation)
        describe(action, "resident", resident_id, groups)
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return resident_id

    return application.act(write)


def decide_conflict(application: Application, record_id: str, group: str, value: Mapping[str, Any]) -> Done[None]:
    """A person chose one value where two vaults had changed the same group.

    Only the values that are open now are settled; one that arrives later opens the question again.
    """
    require(application, Capability.DECIDE)

    def write(action: Action) -> None:
        state = action.state(record_id)
        if state is None or group not in state["conflicts"]:
            raise UserFacingError("conflict.already-decided")
        over = [state["groups"][group]["by"], *(item["by"] for item in state["conflicts"][group])]
        kind = "resident" if "membership" in state["groups"] or "name" in state["groups"] else "household"
        action.add(f"{kind}.decided", record_id, {"group": group, "value": dict(value), "over": over})

    return application.act(write)


def _known(action: Action, record_id: str) -> str:
    if action.state(record_id) is None:
        raise UserFacingError("record.unknown")
    return record_id
