"""What the county issued: villages, organisations, standards, offices. Read-only on the laptop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.consent import Recipient
from desktop.domain.households import TOWNSHIP_DIGITS
from desktop.domain.visits import Standard
from desktop.services.application import Application
from desktop.storage import queries
from desktop.storage.readings import readings


@dataclass(frozen=True, slots=True)
class Village:
    """A village with its full path; names repeat, codes do not."""

    code: str
    name: str
    township: str
    path: str


@dataclass(frozen=True, slots=True)
class Project:
    """What an organisation offers."""

    id: str
    name: str
    purpose: str
    needs: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body of the directory (合作单位名录)."""

    id: str
    name: str
    kind: str
    credit_code: str
    contact: str
    phone: str
    address: str
    mainland: bool
    active: bool
    agreement_number: str
    agreement_until: date | None
    security: str
    purposes: tuple[str, ...]
    method: str
    projects: tuple[Project, ...]

    @property
    def recipient(self) -> Recipient:
        """As ``may_disclose`` asks for it."""
        return Recipient(self.id, active=self.active, mainland=self.mainland, agreement_until=self.agreement_until)


@dataclass(frozen=True, slots=True)
class Office:
    """The township's office as forms name it (PIPL art. 17)."""

    name: str
    address: str
    phone: str
    contact: str
    county_name: str
    county_phone: str
    complaint_phone: str
    retention_years: int
    reply_days: int


def villages(application: Application) -> tuple[Village, ...]:
    """All villages the county issued, by township and code."""
    return application.read(read_villages)


def read_villages(connection: Connection) -> tuple[Village, ...]:
    """As ``villages``, inside a transaction."""
    found = [village for row in queries.of_kind(connection, "division") for village in _villages_of(row)]
    return tuple(sorted(found, key=lambda village: village.code))


def places(connection: Connection, codes: Iterable[str]) -> dict[str, Village]:
    """The villages with these codes, read from their townships alone."""
    wanted = set(codes)
    rows = queries.many(connection, sorted({f"division-{code[:TOWNSHIP_DIGITS]}" for code in wanted})).values()
    return {village.code: village for row in rows for village in _villages_of(row) if village.code in wanted}


def _villages_of(row: queries.RecordRow) -> list[Village]:
    issued = row.state["issued"]
    before = f"{issued.get('path', '')}{issued['name']}"
    return [
        Village(one["code"], one["name"], issued["name"], f"{before}{short_village(one['name'])}")
        for one in issued["villages"]
    ]


def find_villages(application: Application, term: str, limit: int = 20) -> tuple[Village, ...]:
    """Villages by part of the name, by pinyin or by initials; the worker's own townships first."""
    wanted = term.strip().lower()
    found = [village for village in villages(application) if wanted and _is_called(village, wanted)]
    own = application.worker.townships
    found.sort(
        key=lambda village: (
            village.code[:TOWNSHIP_DIGITS] not in own,
            not village.name.startswith(wanted),
            village.code,
        )
    )
    return tuple(found[:limit])


def _is_called(village: Village, wanted: str) -> bool:
    short = short_village(village.name)
    if wanted in village.name or wanted in short:
        return True
    spelled = readings(short)
    return any(spelling.startswith(wanted) for spelling in (*spelled.full, *spelled.initials))


def short_village(name: str) -> str:
    """上㘵村委会 → 上㘵村; 中山社区居委会 → 中山社区: as people say it."""
    for ending, short in (("村委会", "村"), ("村民委员会", "村"), ("社区居委会", "社区"), ("居委会", "社区")):
        if name.endswith(ending):
            return name[: -len(ending)] + short
    return name


def organisations(application: Application) -> tuple[Organisation, ...]:
    """The directory, by name; inactive ones too, marked as such."""
    rows = application.read(lambda connection: queries.of_kind(connection, "organisation"))
    return tuple(sorted((read_organisation(row) for row in rows), key=lambda one: one.name))


def organisation(connection: Connection, organisation_id: str) -> Organisation | None:
    """One organisation, inside a transaction."""
    row = queries.one(connection, organisation_id)
    return None if row is None or row.kind != "organisation" else read_organisation(row)


def read_organisation(row: queries.RecordRow) -> Organisation:
    """From the issued record."""
    issued: dict[str, Any] = row.state["issued"]
    until = issued.get("agreement_until")
    return Organisation(
        id=row.id,
        name=issued["name"],
        kind=issued.get("kind", ""),
        credit_code=issued.get("credit_code", ""),
        contact=issued.get("contact", ""),
        phone=issued.get("phone", ""),
        address=issued.get("address", ""),
        mainland=issued.get("mainland", True),
        active=issued.get("active", True),
        agreement_number=issued.get("agreement_number", ""),
        agreement_until=_date(until),
        security=issued.get("security", ""),
        purposes=tuple(issued.get("purposes", ())),
        method=issued.get("method", ""),
        projects=tuple(
            Project(
                one["id"],
                one["name"],
                one.get("purpose", ""),
                tuple(one.get("needs", ())),
                one.get("description", ""),
            )
            for one in issued.get("projects", ())
        ),
    )


def _date(value: object) -> date | None:
    """A date that cannot be read is none: then there is no agreement, as at the county's gate."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def standard(application: Application, on: date) -> Standard | None:
    """The subsistence standard in force on a day, or None where the county has issued none."""
    rows = application.read(lambda connection: queries.of_kind(connection, "standard"))
    known = [
        Standard(
            row.state["issued"]["version"],
            date.fromisoformat(row.state["issued"]["from"]),
            row.state["issued"]["subsistence_monthly"],
            round(100 * row.state["issued"].get("margin_factor", 1.5)),
        )
        for row in rows
    ]
    return max((one for one in known if one.start <= on), key=lambda one: one.start, default=None)


def office(application: Application) -> Office | None:
    """The worker's own office, or None before the county has issued it."""
    townships = application.worker.townships
    rows = application.read(lambda connection: queries.of_kind(connection, "office"))
    for row in rows:
        issued = row.state["issued"]
        if issued["code"] in townships:
            names = ("name", "address", "phone", "contact", "county_name", "county_phone", "complaint_phone")
            words = {name: str(issued.get(name, "")) for name in names}
            years, days = int(issued.get("retention_years", 5)), int(issued.get("reply_days", 15))
            return Office(**words, retention_years=years, reply_days=days)
    return None


def worker_names(application: Application) -> dict[str, str]:
    """Names of the county's and townships' workers by id, from the rosters, with this worker's own."""
    rows = application.read(lambda connection: queries.of_kind(connection, "roster"))
    names = {one["worker"]: one["name"] for row in rows for one in row.state["issued"].get("workers", ())}
    if application.enrolment is not None:
        names[application.worker.id] = application.worker.name
    return names


def worker_called(names: Mapping[str, str], given: str) -> str:
    """The id of the worker meant by an id or by a name that one of them alone has; "" for anybody else."""
    if given in names:
        return given
    found = [worker for worker, name in names.items() if name == given]
    return found[0] if len(found) == 1 else ""


def within_place(place: str, text: str) -> str:
    """An address without the village it repeats: 上㘵村3组12号 in …莒口镇上㘵村 is 3组12号."""
    longest = next((size for size in range(min(len(place), len(text)), 1, -1) if place.endswith(text[:size])), 0)
    return text[longest:].strip()
