"""Who is who: the households and people of a ledger found again among those already recorded.

A document decides; without one the rule of ``domain.same_household``: the ledger's number and the head's name in one
village, a member's name within one household. What contradicts that, or could be two, is not guessed: the household is
not written, and a person looks. Villages are found as people write them, within the worker's own townships.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.documents.ledger import LedgerHousehold, LedgerResident
from desktop.domain.households import TOWNSHIP_DIGITS, Document
from desktop.domain.identity import DocumentType, match_key
from desktop.domain.plain import from_stored
from desktop.domain.same_household import SAME, Person, person_doubt, person_of, plain_name, plain_number
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
            if village.township in townships or village.code[:TOWNSHIP_DIGITS] in townships:
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


@dataclass(frozen=True, slots=True)
class Found:
    """Which household a ledger means, None for a new one; with a problem's code where only a person can tell."""

    household: str | None = None
    problem: str = ""


class Ambiguous(Exception):
    """More than one member of the household could be meant."""


@dataclass
class Known:
    """What the store knows, indexed for matching; filled by ``iter_known``."""

    households: dict[str, queries.RecordRow] = field(default_factory=dict)
    residents: dict[str, queries.RecordRow] = field(default_factory=dict)
    by_document: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, list[str]] = field(default_factory=dict)
    by_head: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    members: dict[str, list[queries.RecordRow]] = field(default_factory=dict)

    def add_resident(self, row: queries.RecordRow) -> None:
        """Note a resident by document and household."""
        self.residents[row.id] = row
        document = from_stored(Document, row.group("document"))
        key = match_key(document.type, document.number)
        if key:
            self.by_document[key] = row.id
        self.members.setdefault(row.household or "", []).append(row)

    def add_household(self, row: queries.RecordRow) -> None:
        """Note a household by number and head; its residents come before it."""
        self.households[row.id] = row
        number = plain_number(row.group("number").get("number", ""))
        if number:
            self.by_number.setdefault(number, []).append(row.id)
        head = self._head(row.id)
        if head is not None:
            self.by_head.setdefault((head.name, row.division or ""), []).append(row.id)

    def household_of(self, household: LedgerHousehold, division: str | None) -> Found:
        """The same household: by the head's document, a member's, its number, or head's name and village."""
        for resident in household.residents:
            key = document_key(resident)
            known = self.residents.get(self.by_document.get(key or "", ""))
            if known is not None and known.household:
                return Found(known.household)
        number = plain_number(household.number)
        head = _person(household.head)
        numbered = self.by_number.get(number, ()) if number else ()
        here = [one for one in numbered if division is None or self.households[one].division == division]
        found = self._named(head, [one for one in here or numbered if self._knows(one, household)])
        if found != Found():
            return found
        same = self.by_head.get((head.name, division or ""), [])
        unnumbered = [one for one in same if not number or not self.households[one].group("number")]
        if len(unnumbered) == 1 and self._doubt(head, unnumbered[0]) == SAME:
            return Found(unnumbered[0])
        return Found()

    def _named(self, head: Person, candidates: Sequence[str]) -> Found:
        """Of the households with the ledger's number that have to do with the same people."""
        if len(candidates) > 1:
            return Found(candidates[0], "import.household-ambiguous")
        for one in candidates:
            known = self._head(one)
            contradicts = known is not None and known.name == head.name and self._doubt(head, one) != SAME
            return Found(one, "import.head-contradicts" if contradicts else "")
        return Found()

    def _knows(self, household: str, ledger: LedgerHousehold) -> bool:
        """The head is the same by name, or a member of the one heads the other: the head may have changed."""
        head = self._head(household)
        if head is None or head.name == plain_name(ledger.head.name):
            return True
        names = {plain_name(row.group("name").get("name", "")) for row in self.members.get(household, ())}
        return plain_name(ledger.head.name) in names or head.name in {plain_name(one.name) for one in ledger.residents}

    def _doubt(self, head: Person, household: str) -> str:
        known = self._head(household)
        return SAME if known is None else person_doubt(head, known)

    def _head(self, household: str) -> Person | None:
        row = self.residents.get(self.households[household].group("head").get("resident", ""))
        return None if row is None else person_of(row.id, row.state)

    def member(self, household: str, resident: LedgerResident) -> queries.RecordRow | None:
        """The member the ledger means: by document, else by name within the household; None for a new one.

        Raises:
            Ambiguous: several of that name, and nothing tells them apart.
        """
        key = document_key(resident)
        if key and key in self.by_document:
            return self.residents[self.by_document[key]]
        meant = _person(resident)
        named = {
            row.id: row for row in self.members.get(household, ()) if person_of(row.id, row.state).name == meant.name
        }
        if len(named) == 1:
            return next(iter(named.values()))
        fitting = [row for row in named.values() if person_doubt(meant, person_of(row.id, row.state)) == SAME]
        if len(fitting) > 1:
            raise Ambiguous
        return fitting[0] if fitting else None


def _person(resident: LedgerResident) -> Person:
    key = document_key(resident)
    return Person(
        "",
        plain_name(resident.name),
        frozenset() if key is None else frozenset({key}),
        frozenset() if resident.birth is None else frozenset({resident.birth}),
    )


def document_key(resident: LedgerResident) -> str | None:
    """The match key of a person of the ledger, or None without a number that can be right."""
    if not resident.document_number:
        return None
    return match_key(resident.document_type or DocumentType.RESIDENT_ID, resident.document_number)


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
