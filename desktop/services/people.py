"""Finding people and opening a household's page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.aid import SHORT_CATEGORY_NAMES, Category
from desktop.domain.errors import UserFacingError
from desktop.domain.households import (
    HEAD,
    RELATION_NAMES,
    Birth,
    Carer,
    CategoryHeld,
    Disability,
    Document,
    Guardian,
    Health,
    Membership,
    Name,
    NearRelative,
    Phones,
    StatedCapacity,
    age,
)
from desktop.domain.identity import masked
from desktop.domain.journal import VIEW_OPENED
from desktop.domain.minors import SHOWN
from desktop.domain.plain import from_stored
from desktop.domain.sheet_signing import SheetSigning, age_band_of, known_signing
from desktop.domain.visits import VisitResult, visit_due
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.minors_gate import Access, Gate, gate_for, note_opened, read_gate, require_open
from desktop.services.permission import Capability, may, require
from desktop.services.visits import VisitSummary, visit_summaries
from desktop.storage import queries, records, search


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One search result: enough to know who it is, no more."""

    resident: str
    household: str | None
    name: str
    masked_number: str
    birth_year: int | None
    place: str
    relation: str


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One row of the list of households."""

    household: str
    head_name: str
    people: int
    categories: tuple[str, ...]
    place: str
    address: str
    """The words within the village."""
    last_visit: date | None
    """The last visit that met somebody."""
    last_attempt: date | None
    """The last visit of any result; later than ``last_visit`` if nobody was at home since."""
    due: date | None
    """The day of the next visit; None before the first one and where no category asks for one."""
    attention: bool


@dataclass(frozen=True, slots=True)
class VillageHouseholds:
    """The households of one village, in the order in which they came. ``code`` is empty where none is known."""

    code: str
    name: str
    township: str
    households: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResidentView:
    """A member as the household's page shows them."""

    resident: str
    name: Name
    document: Document
    birth: Birth
    age: int | None
    phones: Phones
    membership: Membership
    relation_name: str
    health: Health | None
    disability: Disability | None
    conflicts: tuple[str, ...]
    guardian: Guardian | None = None
    carer: Carer | None = None
    capacity: StatedCapacity | None = None
    signing: SheetSigning = field(default_factory=SheetSigning)
    """What is known of who has to sign for them."""
    access: Access = field(default_factory=Access)
    """What of a minor's data is closed to this worker: those groups are empty here, and are not."""
    is_number_hidden: bool = False
    """Whether ``document`` itself holds but the masked number: this worker's role does not see the whole."""

    @property
    def masked_number(self) -> str:
        """The document number with its middle hidden."""
        number = self.document.number
        if "document" in self.access.closed:
            return "证件号未开放"
        return (number if self.is_number_hidden else masked(number)) if number else "无证件号"


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """Everything the top of a household's page needs; the timeline comes apart."""

    household: str
    head_name: str
    number: str
    division: str
    place: str
    address: str
    categories: tuple[CategoryHeld, ...]
    members: tuple[ResidentView, ...]
    near_relative: bool
    conflicts: tuple[str, ...]
    near_relative_stated: NearRelative | None = None
    """What was declared about near relatives; None if nobody was asked."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two vaults changed the same group: the values to choose between, the current one first."""

    record: str
    kind: str
    name: str
    group: str
    values: tuple[dict[str, Any], ...]
    workers: tuple[str, ...]
    times: tuple[str, ...]
    """When each value was set, UTC, as in the journal."""


def find_people(application: Application, term: str, limit: int = 50) -> tuple[PersonLine, ...]:
    """Search by name, pinyin, initials, ID tail, phone or village, several words at once.

    The search itself is not audited (never per keystroke, never the term); opening a result is.
    """

    words = [word for word in re.split(r"\s+", term.strip().lower()) if word]

    def read(connection: Connection) -> tuple[PersonLine, ...]:
        # Only a word with Chinese characters can be part of a village's name.
        villages = directory.read_villages(connection) if any(not word.isascii() for word in words) else ()
        matching = [
            f"{word}={village.code}"
            for word in words
            for village in villages
            if not word.isascii() and word in village.name
        ]
        found = search.find(connection, term, matching, limit)
        places = directory.places(connection, {one.division for one in found if one.division})
        gate = read_gate(application, connection) if found else None
        return tuple(_person_line(one, places, gate) for one in found)

    return application.read(read)


def _person_line(found: search.Found, places: Mapping[str, directory.Village], gate: Gate | None) -> PersonLine:
    import json

    kept = json.loads(found.state)["groups"]
    if gate is not None:
        kept = gate.access_by(kept, found.resident, found.division).without_closed(kept)
    groups = {name: group["value"] for name, group in kept.items()}
    number = groups.get("document", {}).get("number", "")
    born = groups.get("birth", {}).get("day")
    return PersonLine(
        resident=found.resident,
        household=found.household,
        name=groups.get("name", {}).get("name", ""),
        masked_number=masked(number) if number else "",
        birth_year=int(born[:4]) if born else None,
        place=_place(found.division, places),
        relation=RELATION_NAMES.get(groups.get("membership", {}).get("relation", HEAD), ""),
    )


def household_ids(application: Application, division: str | None = None) -> tuple[str, ...]:
    """Ids of all households (of a village or township), for lists that fetch their rows by block."""
    return tuple(application.read(lambda connection: queries.ids_of_kind(connection, "household", division)))


def households_by_village(application: Application) -> tuple[VillageHouseholds, ...]:
    """All households under their villages, villages in the order of their codes; ids only."""

    def read(connection: Connection) -> tuple[VillageHouseholds, ...]:
        places = {village.code: village for village in directory.read_villages(connection)}
        found = []
        for code, ids in queries.ids_by_division(connection, "household").items():
            village = places.get(code)
            name = directory.short_village(village.name) if village else code
            found.append(VillageHouseholds(code, name, village.township if village else "", tuple(ids)))
        return tuple(found)

    return application.read(read)


def household_lines(application: Application, ids: tuple[str, ...]) -> tuple[HouseholdLine, ...]:
    """Rows for some households, in the order of ``ids``."""

    def read(connection: Connection) -> tuple[HouseholdLine, ...]:
        places = {village.code: village for village in directory.read_villages(connection)}
        rows = queries.many(connection, ids)
        heads = queries.many(connection, [one for row in rows.values() if (one := _head(row))])
        members = queries.members_of(connection, ids)
        visited: dict[str, list[VisitSummary]] = {}
        for visit in visit_summaries(connection, ids):
            visited.setdefault(visit.household, []).append(visit)
        return tuple(
            _household_line(
                rows[one],
                heads.get(_head(rows[one])),
                members.get(one, queries.Members(0, False)),
                visited.get(one, ()),
                places,
            )
            for one in ids
            if one in rows
        )

    return application.read(read)


def _head(household: queries.RecordRow) -> str:
    return str(household.group("head").get("resident", ""))


def _household_line(
    row: queries.RecordRow,
    head: queries.RecordRow | None,
    members: queries.Members,
    visits: Sequence[VisitSummary],
    places: dict[str, directory.Village],
) -> HouseholdLine:
    met = max((visit.day for visit in visits if visit.result == VisitResult.MET), default=None)
    held = categories_held(row.state)
    return HouseholdLine(
        household=row.id,
        head_name=_name(head).name if head is not None and head.household == row.id else "(未填户主)",
        people=members.count,
        categories=tuple(SHORT_CATEGORY_NAMES[one.category] for one in held),
        place=_place(row.division, places),
        address=row.group("address").get("text", ""),
        last_visit=met,
        last_attempt=max((visit.day for visit in visits), default=None),
        due=visit_due([one.category for one in held], met) if met is not None and held else None,
        attention=row.attention or members.attention,
    )


def household_page(application: Application, household_id: str, *, opened: bool = True) -> HouseholdPage:
    """Open a household's page; noted in the journal as viewed (PIPL art. 51, ``design.md`` §2).

    A page that is open already and only asks again what changed is not ``opened`` a second time.

    Raises:
        UserFacingError: ``record.unknown``.
    """

    def read(connection: Connection) -> HouseholdPage:
        row = queries.one(connection, household_id)
        if row is None or row.kind != "household":
            raise UserFacingError("record.unknown")
        places = {village.code: village for village in directory.read_villages(connection)}
        gate = read_gate(application, connection)
        members = tuple(
            sorted(
                (
                    _resident(application, member, gate.access(member))
                    for member in queries.of_kind(connection, "resident", household=row.id)
                ),
                key=lambda member: (member.membership.relation != HEAD, member.membership.relation, member.resident),
            )
        )
        groups = {name: group["value"] for name, group in row.state["groups"].items()}
        head = groups.get("head", {}).get("resident")
        return HouseholdPage(
            household=row.id,
            head_name=next((member.name.name for member in members if member.resident == head), ""),
            number=groups.get("number", {}).get("number", ""),
            division=row.division or "",
            place=_place(row.division, places),
            address=groups.get("address", {}).get("text", ""),
            categories=categories_held(row.state),
            members=members,
            near_relative=groups.get("near_relative", {}).get("declared", False),
            near_relative_stated=(
                from_stored(NearRelative, groups["near_relative"]) if "near_relative" in groups else None
            ),
            conflicts=tuple(row.state["conflicts"]),
        )

    page = application.read(read)
    if opened:
        application.note_view(VIEW_OPENED, page.household, ("household", "members"))
        note_opened(application, ((one.resident, one.access) for one in page.members))
    return page


def conflicts(application: Application, records: Collection[str] | None = None) -> tuple[Conflict, ...]:
    """Where a person has to choose between two values: everywhere, or in ``records`` alone."""
    rows, gate = application.read(queries.needing_a_person), gate_for(application)
    found = []
    for row in rows:
        if row.kind not in ("household", "resident") or (records is not None and row.id not in records):
            continue
        is_closed = row.kind == "resident" and not gate.access(row).is_open
        for group, items in row.state["conflicts"].items():
            if is_closed and group not in SHOWN:
                continue  # the person's line says that it is closed; both values stay until somebody may see them
            current = row.state["groups"][group]
            found.append(
                Conflict(
                    row.id,
                    row.kind,
                    row.group("name").get("name", ""),
                    group,
                    tuple(_seen(application, group, one["value"]) for one in (current, *items)),
                    tuple(one["worker"] for one in (current, *items)),
                    tuple(one["time"] for one in (current, *items)),
                )
            )
    return tuple(found)


def _seen(application: Application, group: str, value: dict[str, Any]) -> dict[str, Any]:
    """A group's value as far as this worker's role sees it."""
    if group != "document" or may(application, Capability.SEE_DOCUMENT_NUMBER):
        return value
    return {**value, "number": masked(value.get("number", ""))}


def resident_view(application: Application, resident_id: str) -> ResidentView:
    """One person, as far as this worker may see them; raises UserFacingError("record.unknown")."""
    return _read_resident(application, resident_id, as_recorded=False)


def resident_as_recorded(application: Application, resident_id: str) -> ResidentView:
    """One person with what may be closed to this worker: to compare and to count, never to be shown or printed."""
    return _read_resident(application, resident_id, as_recorded=True)


def _read_resident(application: Application, resident_id: str, *, as_recorded: bool) -> ResidentView:
    def read(connection: Connection) -> ResidentView:
        row = queries.one(connection, resident_id)
        if row is None or row.kind != "resident":
            raise UserFacingError("record.unknown")
        access = Access() if as_recorded else read_gate(application, connection).access(row)
        return _resident(application, row, access)

    return application.read(read)


def is_erased(application: Application, record_id: str) -> bool:
    """Whether a record was here and has been erased, on this laptop or, by a sync, on another."""
    return bool(application.read(lambda connection: records.erased(connection, {record_id})))


def note_number_shown(application: Application, resident_id: str) -> None:
    """Somebody had a document number shown in full: opening sensitive data is noted too (PIPL art. 28, 51)."""
    require(application, Capability.SEE_DOCUMENT_NUMBER)
    require_open(application, resident_id, "document")
    application.note_view(VIEW_OPENED, resident_id, ("document",))


def categories_held(state: dict[str, Any]) -> tuple[CategoryHeld, ...]:
    """The categories a household holds now, from its state."""
    held = [
        from_stored(CategoryHeld, group["value"])
        for name, group in state["groups"].items()
        if name.startswith("category:")
    ]
    order = list(Category)
    return tuple(sorted((one for one in held if not one.ended), key=lambda one: order.index(one.category)))


def _resident(application: Application, row: queries.RecordRow, access: Access) -> ResidentView:
    """A closed group is left out, as if nothing were recorded; ``access`` says that it is closed."""
    birth = from_stored(Birth, row.group("birth"))
    day = application.today()
    years = age(birth.day, day)
    shown = access.shown(row.state["groups"])
    groups = {name: group["value"] for name, group in shown.items()}
    membership = from_stored(Membership, groups.get("membership") or {"household": ""})
    document = from_stored(Document, groups.get("document", {}))
    is_number_hidden = bool(document.number) and not may(application, Capability.SEE_DOCUMENT_NUMBER)
    guardian = from_stored(Guardian, groups["guardian"]) if groups.get("guardian") else None
    signing = replace(known_signing(shown, day), band=age_band_of(row.state["groups"], day))
    if guardian is not None and not may(application, Capability.SEE_DOCUMENT_NUMBER):
        guardian = replace(guardian, document=Document())
        signing = replace(signing, guardian=guardian)
    return ResidentView(
        resident=row.id,
        name=_name(row),
        document=replace(document, number=masked(document.number)) if is_number_hidden else document,
        birth=birth if access.is_open else replace(birth, day=None),
        age=years,
        phones=from_stored(Phones, groups.get("phones", {})),
        membership=membership,
        relation_name=RELATION_NAMES.get(membership.relation, ""),
        health=from_stored(Health, groups["health"]) if "health" in groups else None,
        disability=from_stored(Disability, groups["disability"]) if groups.get("disability") else None,
        guardian=guardian,
        carer=from_stored(Carer, groups["carer"]) if groups.get("carer") else None,
        capacity=from_stored(StatedCapacity, groups["capacity"]) if groups.get("capacity") else None,
        signing=signing,
        conflicts=tuple(row.state["conflicts"]),
        is_number_hidden=is_number_hidden,
        access=access,
    )


def _name(row: queries.RecordRow) -> Name:
    return from_stored(Name, row.state["groups"].get("name", {}).get("value") or {"name": ""})


def _place(division: str | None, places: Mapping[str, directory.Village]) -> str:
    if division is None:
        return ""
    village = places.get(division)
    return village.path if village else division


def place_with_address(page: HouseholdPage) -> str:
    """Where a household lives, the village said once."""
    return " ".join(one for one in (page.place, directory.within_place(page.place, page.address)) if one)
