"""What an office ledger (台账) would change: compared household by household, nothing written.

A ledger is the office's knowledge, not a command: whoever is missing from it is listed as gone and
never deleted, and a cell that is empty takes nothing away.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.documents.ledger import Ledger, LedgerHousehold, LedgerProgress, LedgerResident, iter_ledger
from desktop.documents.ledger import RowProblem as LedgerProblem
from desktop.documents.ledger import SkippedRow as LedgerSkipped
from desktop.documents.ledger_file import MAX_FILE_BYTES
from desktop.domain.aid import SHORT_CATEGORY_NAMES, excludes
from desktop.domain.errors import UserFacingError
from desktop.domain.households import (
    Address,
    Birth,
    CategoryHeld,
    Document,
    Health,
    Name,
    NewHousehold,
    NewResident,
    Number,
    Phones,
    category_group,
    parse_disability,
)
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.plain import from_stored, to_plain
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.import_matching import Ambiguous, Known, Places, iter_known
from desktop.services.minors_gate import Access, Gate, gate_for, note_opened
from desktop.services.people import categories_held
from desktop.services.permission import Capability, require
from desktop.storage import queries

LEDGER_SOURCE = "ledger"

_HOUSEHOLDS_IN_A_SLICE = 50
_READING_PARTS = 100


class ItemKind(StrEnum):
    """What the import would do with a household of the ledger."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BLOCKED = "blocked"


class ImportStep(StrEnum):
    """What is being done before the preview, in this order."""

    READING = "reading"
    LOOKING_UP = "looking-up"
    COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far one step has come; ``total`` is never 0."""

    step: ImportStep
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One group that would change, with both values as stored.

    ``access`` says what of the record this worker may see: of a minor's closed group neither value is shown, for the
    new one may hold what was known before.
    """

    record: str
    person: str
    group: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    access: Access

    @property
    def is_closed(self) -> bool:
        """Whether its values stay shut; of a date of birth only the age could be shown."""
        return self.group in self.access.closed or (self.group == "birth" and not self.access.is_open)


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One household of the ledger and what would become of it. ``problem`` says why it is blocked; ``household`` is
    then the one it may be."""

    kind: ItemKind
    ledger: LedgerHousehold
    household: str | None
    division: str | None
    new: NewHousehold | None
    changes: tuple[GroupChange, ...] = ()
    new_members: tuple[NewResident, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GoneHousehold:
    """Known from an earlier ledger, missing from this one: a person should look why."""

    household: str
    head_name: str
    division: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The preview: nothing is written until it is confirmed. ``ignored_headings``: columns that are not taken in."""

    import_id: str
    digest: str
    items: tuple[ImportItem, ...]
    gone: tuple[GoneHousehold, ...]
    problems: tuple[LedgerProblem, ...]
    skipped: tuple[LedgerSkipped, ...]
    ignored_headings: tuple[str, ...]

    def count(self, kind: ItemKind) -> int:
        """How many households of one kind."""
        return sum(item.kind is kind for item in self.items)


def read_file(path: Path) -> bytes:
    """The bytes of a ledger file, read in one go and kept in memory only.

    Raises:
        UserFacingError: ``ledger.unreadable``, ``ledger.too-large``.
    """
    try:
        if not path.is_file():
            raise UserFacingError("ledger.unreadable")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UserFacingError("ledger.unreadable") from error
    if len(data) > MAX_FILE_BYTES:
        raise UserFacingError("ledger.too-large")
    return data


def plan_import(
    application: Application,
    data: bytes,
    *,
    villages: Mapping[str, str] | None = None,
    progress: Callable[[float], None] = lambda _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportPlan:
    """``iter_plan`` in one call; ``progress`` gets the share done, 0 to 1.

    Raises:
        UserFacingError: what ``iter_plan`` raises; ``import.cancelled``.
    """
    require(application, Capability.IMPORT_LEDGER)
    steps = iter_plan(application, data, villages=villages)
    while True:
        try:
            step = next(steps)
        except StopIteration as finished:
            progress(1.0)
            plan: ImportPlan = finished.value
            return plan
        if cancelled():
            raise UserFacingError("import.cancelled")
        progress((list(ImportStep).index(step.step) + step.done / step.total) / 3)


def iter_plan(
    application: Application, data: bytes, *, villages: Mapping[str, str] | None = None
) -> Generator[ImportProgress, None, ImportPlan]:
    """Read a ledger file and compare it with what is known, in slices of a few milliseconds.

    ``villages`` maps names as the ledger writes them to chosen codes (``""``: where none is written).

    Raises:
        UserFacingError: what ``iter_ledger`` raises for damaged or foreign files.
    """
    require(application, Capability.IMPORT_LEDGER)
    ledger = yield from _read(application, data)
    places = Places(directory.villages(application), application.worker.townships, villages or {})
    known = yield from _know(application)
    gate = gate_for(application)
    items = []
    total = len(ledger.households)
    for index, household in enumerate(ledger.households):
        items.append(_plan_household(household, places, known, gate))
        if index % _HOUSEHOLDS_IN_A_SLICE == 0:
            yield ImportProgress(ImportStep.COMPARING, index, total)
    gone = yield from _gone(items, known)
    return ImportPlan(
        uuid.uuid4().hex,
        hashlib.sha256(data).hexdigest(),
        tuple(items),
        gone,
        ledger.problems,
        ledger.skipped,
        ledger.ignored_headings,
    )


def _read(application: Application, data: bytes) -> Generator[ImportProgress, None, Ledger]:
    steps = iter_ledger(data, today=application.today())
    while True:
        try:
            step: LedgerProgress = next(steps)
        except StopIteration as finished:
            ledger: Ledger = finished.value
            return ledger
        yield ImportProgress(ImportStep.READING, round(_READING_PARTS * step.done), _READING_PARTS)


def _know(application: Application) -> Generator[ImportProgress, None, Known]:
    steps = iter_known(application)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as finished:
            known: Known = finished.value
            return known
        yield ImportProgress(ImportStep.LOOKING_UP, done, total)


def _plan_household(household: LedgerHousehold, places: Places, known: Known, gate: Gate) -> ImportItem:
    division, problem = places.code(household.division_name)
    found = known.household_of(household, division)
    match = found.household
    # A person written twice is taken in once, at the first place; the other row stands among the problems.
    residents = tuple(one for one in household.residents if one.duplicate_of is None)
    if match is None:
        if len(residents) < len(household.residents) and household.head not in residents:
            problem = problem or "import.head-twice"
        if division is None or problem:
            return ImportItem(ItemKind.BLOCKED, household, None, division, None, problem=problem)
        return ImportItem(ItemKind.NEW, household, None, division, _new_household(household, residents, division))
    if found.problem:
        return ImportItem(ItemKind.BLOCKED, household, match, division, None, problem=found.problem)
    row = known.households[match]
    changes = list(_changes(row, "", _household_groups(household, division, row), Access()))
    new_members = []
    for resident in residents:
        try:
            member = known.member(match, resident)
        except Ambiguous:
            return ImportItem(ItemKind.BLOCKED, household, match, division, None, problem="import.member-ambiguous")
        if member is None:
            new_members.append(_new_resident(resident))
        else:
            changes.extend(_changes(member, resident.name, _resident_groups(resident, member), gate.access(member)))
    kind = ItemKind.CHANGED if changes or new_members else ItemKind.SAME
    return ImportItem(kind, household, match, division, None, tuple(changes), tuple(new_members))


def note_shown(application: Application, item: ImportItem) -> None:
    """Note that a minor's values were shown in the preview of a household, where an approval opens them."""
    note_opened(application, {change.record: change.access for change in item.changes}.items(), "import")


def _changes(row: queries.RecordRow, person: str, groups: Mapping[str, Any], access: Access) -> Iterable[GroupChange]:
    for name, value in groups.items():
        before, after = row.state["groups"].get(name, {}).get("value"), to_plain(value)
        if before != after:
            yield GroupChange(row.id, person, name, before, after, access)


def _household_groups(household: LedgerHousehold, division: str | None, row: queries.RecordRow) -> dict[str, Any]:
    groups: dict[str, Any] = {}
    current = from_stored(Address, row.group("address") or {"division": row.division or ""})
    if division is not None:
        groups["address"] = Address(division, household.address or current.text)
    if household.number:
        groups["number"] = Number(household.number)
    held = _category(household)
    if held is not None:
        before = row.state["groups"].get(category_group(held.category), {}).get("value")
        groups[category_group(held.category)] = _merged(held, before)
        for other in categories_held(row.state):
            if other.source == LEDGER_SOURCE and excludes(held.category, other.category):
                groups[category_group(other.category)] = replace(other, ended=True)
    return groups


def _merged(held: CategoryHeld, before: Mapping[str, Any] | None) -> CategoryHeld:
    if before is None:
        return held
    known = from_stored(CategoryHeld, before)
    return replace(
        known,
        source=held.source,
        since=held.since or known.since,
        monthly=held.monthly if held.monthly is not None else known.monthly,
        ended=False,
    )


def _resident_groups(resident: LedgerResident, row: queries.RecordRow) -> dict[str, Any]:
    """Only what the ledger says; an empty cell takes nothing away, a legal name known is kept with its parts."""
    groups: dict[str, Any] = {}
    name = from_stored(Name, row.group("name") or {"name": ""})
    if resident.name and resident.name != name.name:
        groups["name"] = replace(name, name=resident.name)
    if resident.document_number:
        groups["document"] = _document(resident)
    birth = from_stored(Birth, row.group("birth"))
    sex = resident.sex if resident.sex not in (None, Sex.UNKNOWN) else birth.sex
    if resident.birth or resident.sex:
        groups["birth"] = Birth(resident.birth or birth.day, sex or Sex.UNKNOWN)
    phones = from_stored(Phones, row.group("phones"))
    if resident.phone and resident.phone not in phones.numbers:
        groups["phones"] = Phones((resident.phone, *phones.numbers))
    disability = parse_disability(resident.disability)
    if disability is not None:
        kept = row.group("disability").get("certificate", "")
        groups["disability"] = replace(disability, certificate=kept)
    if resident.health and not row.group("health"):
        groups["health"] = Health(illness=resident.health)
    return groups


def _new_household(household: LedgerHousehold, residents: tuple[LedgerResident, ...], division: str) -> NewHousehold:
    held = _category(household)
    return NewHousehold(
        Address(division, household.address),
        tuple(_new_resident(resident) for resident in residents),
        number=household.number,
        categories=() if held is None else (held,),
    )


def _new_resident(resident: LedgerResident) -> NewResident:
    return NewResident(
        name=Name(resident.name),
        document=_document(resident),
        birth=Birth(resident.birth, resident.sex or Sex.UNKNOWN),
        relation=resident.relation_code or "99",
        phones=Phones((resident.phone,) if resident.phone else ()),
        health=Health(illness=resident.health) if resident.health else None,
        disability=parse_disability(resident.disability),
    )


def _document(resident: LedgerResident) -> Document:
    if not resident.document_number:
        return Document()
    return Document(resident.document_type or DocumentType.RESIDENT_ID, resident.document_number)


def _category(household: LedgerHousehold) -> CategoryHeld | None:
    if household.category is None:
        return None
    return CategoryHeld(
        household.category, LEDGER_SOURCE, since=household.category_from, monthly=household.monthly_amount
    )


def _gone(items: list[ImportItem], known: Known) -> Generator[ImportProgress, None, tuple[GoneHousehold, ...]]:
    """Households of an earlier ledger in the villages and categories that this ledger covers."""
    seen = {item.household for item in items}
    villages = {item.division for item in items}
    covered = {item.ledger.category for item in items}
    gone = []
    for index, row in enumerate(known.households.values()):
        if index % _HOUSEHOLDS_IN_A_SLICE == 0:
            yield ImportProgress(ImportStep.COMPARING, index, len(known.households))
        if row.id in seen or row.division not in villages:
            continue
        held = [one for one in categories_held(row.state) if one.source == LEDGER_SOURCE and one.category in covered]
        if held:
            head = known.residents.get(row.group("head").get("resident", ""))
            name = head.group("name").get("name", "") if head else ""
            labels = tuple(SHORT_CATEGORY_NAMES[one.category] for one in held)
            gone.append(GoneHousehold(row.id, name, row.division or "", labels))
    return tuple(gone)
