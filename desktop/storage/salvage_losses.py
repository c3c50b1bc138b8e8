"""Naming what a salvage could not read, record by record, as a worker would know them.

Lost rows leave traces: the index of entries says which there were, another index to which record each belonged, and
the records as they were last folded lie on pages of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from desktop.storage import damaged_store, generations
from desktop.storage.damaged_store import DamagedStore, Row
from desktop.storage.salvage_chain import Chain, OwnEntry
from desktop.storage.store import Store
from desktop.storage.tables import entry, record

_COLUMNS: Final = ("record", "kind", "household", "resident", "moment", "state")
_TABLES_WITHOUT_RECORD: Final = ("draft", "diverged", "attachment", "batch", "alias", "setting")

LAPTOP: Final = "laptop"
STICK: Final = "stick"
FOLDER: Final = "folder"
"""A backup that somebody put elsewhere, and named."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A backup's place, and when it was made (ISO, UTC; "" where its name does not tell). No path: it is journalled."""

    place: str
    made: str

    @classmethod
    def of(cls, backup: Path, vault_folder: Path) -> Source:
        """By where it lies, and its name."""
        generation = generations.read_name(backup)
        made = "" if generation is None else generation.made.isoformat(timespec="seconds")
        if backup.parent.absolute() == (vault_folder / generations.BACKUPS).absolute():
            return cls(LAPTOP, made)
        return cls(STICK if backup.parent.parent.name == generations.STICK_FOLDER else FOLDER, made)


NO_BACKUP: Final = Source("", "")


class Fate(StrEnum):
    """What became of something that could not be read in the damaged store."""

    LOST = "lost"
    AT_COUNTY = "county"
    FROM_BACKUP = "backup"
    APART = "apart"
    """Part of an action is there; it is shown, but cannot be sent."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: ``count`` entries of one record. ``kind`` is the record's kind, or a table's name where
    it is no record; ``name`` what it can be known by, empty where nothing tells; ``after`` and ``before`` the times
    of the neighbours in the journal; ``place`` the entries; ``source_place`` and ``source_made`` the backup it came
    from (``salvage_origins.Source``)."""

    fate: Fate
    kind: str
    name: str
    count: int
    when: str = ""
    after: str = ""
    before: str = ""
    place: str = ""
    source_place: str = ""
    source_made: str = ""

    def plain(self) -> dict[str, Any]:
        """For the digest of the list, and for JSON."""
        return {**asdict(self), "fate": self.fate.value}


@dataclass(frozen=True, slots=True)
class Known:
    """A record by what its row says."""

    kind: str
    household: str | None
    resident: str | None
    when: str
    own_name: str


class Names:
    """What records are called, by the damaged store's own rows where they can be read."""

    def __init__(self, damaged: DamagedStore | None) -> None:
        self._known: dict[str, Known] = {}
        self.record_of_row: Mapping[int, tuple[Any, ...]] = {}
        self.author_of_row: Mapping[int, tuple[Any, ...]] = {}
        self.own_of_row: Mapping[int, tuple[Any, ...]] = {}
        if damaged is None:
            return
        for row in damaged_store.rows(damaged, "record", _COLUMNS):
            if isinstance(row, Row):
                self.add(row.values)
        self.record_of_row = damaged_store.from_index(damaged, "entry", "ix_entry_record", ("record",)) or {}
        self.author_of_row = damaged_store.from_index(damaged, "entry", "sqlite_autoindex_entry_1", ("vault",)) or {}
        self.own_of_row = damaged_store.from_index(damaged, "entry", "ix_entry_own_id", ("own",)) or {}

    def add(self, values: Mapping[str, Any]) -> None:
        """Note a record's row; the first one counts."""
        if values["record"] not in self._known:
            name = _own_name(str(values["kind"]), str(values["state"]))
            self._known[values["record"]] = Known(
                values["kind"], values["household"], values["resident"], values["moment"] or "", name
            )

    def kind(self, record_id: str | None) -> str:
        """The kind of a record; empty where nothing tells."""
        known = self._known.get(record_id or "")
        return known.kind if known else ""

    def when(self, record_id: str | None) -> str:
        """The time of its newest entry."""
        known = self._known.get(record_id or "")
        return known.when if known else ""

    def name(self, record_id: str | None) -> str:
        """Whom it is about: the person, or the household by its people and its address."""
        known = self._known.get(record_id or "")
        if known is None:
            return ""
        if known.kind == "household":
            return self._household(record_id or "")
        parts = [known.own_name]
        if known.kind == "resident":
            address = self._known.get(known.household or "")
            parts.append(address.own_name if address else "")
        elif known.resident:
            parts.append(self.name(known.resident))
        elif known.household:
            parts.append(self._household(known.household))
        return " · ".join(part for part in parts if part)

    def _household(self, household: str) -> str:
        people = [one.own_name for one in self._known.values() if one.kind == "resident" and one.household == household]
        known = self._known.get(household)
        address = known.own_name if known else ""
        return " ".join(part for part in ("、".join(people[:3]), address) if part)


def _own_name(kind: str, state: str) -> str:
    try:
        document = json.loads(state)
        if kind == "resident":
            return str(document["groups"]["name"]["value"]["name"])
        if kind == "household":
            return str(document["groups"]["address"]["value"].get("text", ""))
        if kind == "visit":
            return str(document["fact"].get("day", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return ""


def lines_of(
    names: Names,
    vault: str,
    fresh: Store,
    chain: Chain,
    from_backup: Mapping[Source, Sequence[OwnEntry]],
    drafts: Mapping[Source, int],
    lost: Mapping[str, Sequence[int]],
) -> tuple[Line, ...]:
    """The whole list: what is lost first, then what is kept apart, what the county has, what came from a backup."""
    for values in fresh.read(lambda c: [dict(row._mapping) for row in c.execute(select(*_columns()))]):
        names.add(values)
    found = [
        *_gap_lines(names, chain),
        *_own_lines(names, Fate.APART, chain.apart),
        *_others_lines(names, vault, chain, lost.get("entry", ()), fresh),
        *(line for source, some in from_backup.items() for line in _own_lines(names, Fate.FROM_BACKUP, some, source)),
    ]
    for source, count in drafts.items():
        found.append(Line(Fate.FROM_BACKUP, "draft", "", count, source_place=source.place, source_made=source.made))
    for table in _TABLES_WITHOUT_RECORD:
        count = len(lost.get(table, ()))
        if count and table in ("draft", "diverged"):
            found.append(Line(Fate.LOST, table, "", count))
    order = list(Fate)
    return tuple(sorted(found, key=lambda line: (order.index(line.fate), line.after or line.when, line.place)))


def _columns() -> tuple[Any, ...]:
    return tuple(record.c[name] for name in _COLUMNS)


def _gap_lines(names: Names, chain: Chain) -> Iterator[Line]:
    """A line per record of which entries are missing, and one for those of which nothing tells the record."""
    for gap in chain.gaps:
        apart = {(one.epoch, one.seq) for one in chain.apart}
        numbers = [n for n in range(gap.first, gap.last + 1) if (gap.epoch, n) not in apart]
        # The county has whole batches, and batches are sealed in order: what it has comes first.
        for fate, some in ((Fate.AT_COUNTY, numbers[: gap.confirmed]), (Fate.LOST, numbers[gap.confirmed :])):
            records: Counter[str | None] = Counter()
            places: dict[str | None, list[int]] = {}
            for number in some:
                row = chain.lost_rows.get((gap.epoch, number))
                of = names.record_of_row.get(row) if row is not None else None
                name = None if of is None else of[0]
                records[name] += 1
                places.setdefault(name, []).append(number)
            for name, count in records.items():
                yield Line(
                    fate,
                    names.kind(name) or "entry",
                    names.name(name),
                    count,
                    names.when(name),
                    gap.after,
                    gap.before,
                    f"{gap.epoch[:8]}/{_ranges(places[name])}",
                )


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in ascending order, as runs: ``3-5,9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _own_lines(names: Names, fate: Fate, entries: Iterable[OwnEntry], source: Source = NO_BACKUP) -> Iterator[Line]:
    grouped: dict[tuple[str, str], list[OwnEntry]] = {}
    for one in entries:
        grouped.setdefault((one.epoch, one.record or ""), []).append(one)
    for (epoch, record_id), some in grouped.items():
        kind = names.kind(record_id) or some[0].kind.partition(".")[0]
        place = f"{epoch[:8]}/{_ranges(sorted(one.seq for one in some))}"
        when = max(one.time for one in some)
        name = names.name(record_id)
        yield Line(fate, kind, name, len(some), when, place=place, source_place=source.place, source_made=source.made)


def _others_lines(names: Names, vault: str, chain: Chain, lost_rows: Sequence[int], fresh: Store) -> Iterator[Line]:
    """Others' entries: the county has them all, and gives them again by the feed at the next sync.

    Only what an index says was another's: one's own are among the gaps.
    """
    own = set(chain.lost_rows.values())
    kept = fresh.read(lambda c: set(c.scalars(select(entry.c.id))))

    def is_others(row: int) -> bool:
        author, is_own = names.author_of_row.get(row), names.own_of_row.get(row)
        return author[0] != vault if author is not None else (is_own is not None and not is_own[0])

    missing = [row for row in lost_rows if row not in own and row not in kept and is_others(row)]
    records: Counter[str | None] = Counter()
    for row in missing:
        of = names.record_of_row.get(row)
        records[None if of is None else of[0]] += 1
    for name, count in records.items():
        yield Line(Fate.AT_COUNTY, names.kind(name) or "entry", names.name(name), count, names.when(name))
