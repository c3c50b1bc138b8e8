"""Who is who: the households and people of a ledger found again among those already recorded.

A document decides; a name only within one household, or for a head within one village. Villages are found as
people write them, within the worker's own townships.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.documents.ledger import LedgerHousehold, LedgerResident
from desktop.domain.households import Document
from desktop.domain.identity import DocumentType, match_key
from desktop.domain.plain import from_stored
from desktop.services import directory
from desktop.services.application import Application
from desktop.storage import queries

_ROWS_IN_A_SLICE = 250


class Places:
    """Village names as people write them → codes, within the worker's townships first."""

    def __init__(
        self, villages: Iterable[directory.Village], townships: tuple[str, ...], chosen: Mapping[str, str]
    ) -> None:
        self._chosen = chosen
        self._codes: dict[str, set[str]] = {}
        for village in villages:
            if village.township in townships or village.code[:9] in townships:
                for name in (village.name, directory.short_village(village.name), _bare(village.name)):
                    self._codes.setdefault(name, set()).add(village.code)

    def code(self, written: str) -> tuple[str | None, str]:
        """The code, or None with the reason."""
        if written in self._chosen:
            return self._chosen[written], ""
        codes = self._codes.get(written) or self._codes.get(_bare(written)) or set()
        if len(codes) == 1:
            return next(iter(codes)), ""
        if not written:
            return None, "import.village-missing"
        return None, "import.village-ambiguous" if codes else "import.village-unknown"


def _bare(name: str) -> str:
    for ending in ("村民委员会", "社区居委会", "村委会", "居委会", "社区", "村"):
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


@dataclass
class Known:
    """What the store knows, indexed for matching; filled by ``iter_known``."""

    households: dict[str, queries.RecordRow] = field(default_factory=dict)
    residents: dict[str, queries.RecordRow] = field(default_factory=dict)
    by_document: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    by_head: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    members: dict[str, list[queries.RecordRow]] = field(default_factory=dict)

    def add_resident(self, row: queries.RecordRow) -> None:
        """Note a resident by document and household."""
        self.residents[row.id] = row
        document = from_stored(Document, group_value(row, "document"))
        key = match_key(document.type, document.number)
        if key:
            self.by_document[key] = row.id
        self.members.setdefault(row.household or "", []).append(row)

    def add_household(self, row: queries.RecordRow) -> None:
        """Note a household by number and head; its residents come before it."""
        self.households[row.id] = row
        number = group_value(row, "number").get("number")
        if number:
            self.by_number[number] = row.id
        head = self.residents.get(group_value(row, "head").get("resident", ""))
        if head is not None:
            place = (group_value(head, "name").get("name", ""), row.division or "")
            self.by_head.setdefault(place, []).append(row.id)

    def household_of(self, household: LedgerHousehold, division: str | None) -> str | None:
        """The same household: by the head's document, a member's, its number, or head's name and village."""
        for resident in household.residents:
            key = document_key(resident)
            known = self.residents.get(self.by_document.get(key or "", ""))
            if known is not None and known.household:
                return known.household
        if household.number and household.number in self.by_number:
            return self.by_number[household.number]
        same = self.by_head.get((household.head.name, division or ""), [])
        if len(same) == 1 and not self._contradicts(same[0], household.head):
            return same[0]
        return None

    def _contradicts(self, household: str, head: LedgerResident) -> bool:
        """Both have a document and it is not the same one: another person of that name."""
        known = self.residents.get(group_value(self.households[household], "head").get("resident", ""))
        return bool(head.document_number and known is not None and group_value(known, "document").get("number"))

    def member(self, household: str, resident: LedgerResident) -> queries.RecordRow | None:
        """The member the ledger means: by document, else by name within the household."""
        key = document_key(resident)
        if key and key in self.by_document:
            return self.residents[self.by_document[key]]
        named = [
            row for row in self.members.get(household, ()) if group_value(row, "name").get("name") == resident.name
        ]
        return named[0] if len(named) == 1 else None


def document_key(resident: LedgerResident) -> str | None:
    """The match key of a person of the ledger, or None without a number that can be right."""
    if not resident.document_number:
        return None
    return match_key(resident.document_type or DocumentType.RESIDENT_ID, resident.document_number)


def group_value(row: queries.RecordRow, group: str) -> dict[str, Any]:
    """A group of a description as stored; empty if it was never set."""
    found: dict[str, Any] = row.state["groups"].get(group, {}).get("value", {})
    return found


def iter_known(application: Application) -> Generator[tuple[int, int], None, Known]:
    """Read everybody a slice at a time; yields how many of how many, returns the index."""
    known = Known()
    residents = application.read(lambda connection: queries.ids_of_kind(connection, "resident"))
    households = application.read(lambda connection: queries.ids_of_kind(connection, "household"))
    total, done = len(residents) + len(households), 0
    for ids, add in ((residents, known.add_resident), (households, known.add_household)):
        for start in range(0, len(ids), _ROWS_IN_A_SLICE):
            some = ids[start : start + _ROWS_IN_A_SLICE]
            rows = application.read(lambda connection, some=some: queries.many(connection, some))  # type: ignore[misc]
            for one in some:
                if one in rows:
                    add(rows[one])
            done += len(some)
            yield done, total
    return known
