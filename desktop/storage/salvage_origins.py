"""Where each group of records of a salvaged store was read: in the damaged store, in which backup, or nowhere yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from desktop.storage.salvage_losses import LAPTOP, Fate, Line, Names

READ: Final = "read"
"""In the damaged store itself."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How much of one kind came from one place.

    ``fate`` is ``read``, or as a ``Line``'s: ``backup`` (with ``place`` and ``made``), ``county`` (comes with the next
    sync), ``lost``.
    """

    fate: str
    kind: str
    records: int
    entries: int
    place: str = ""
    made: str = ""

    def plain(self) -> dict[str, Any]:
        """For the journal, the digest of the list, and JSON."""
        return {name: value for name, value in asdict(self).items() if value != ""}


def origins_of(names: Names, read: Mapping[tuple[str | None, str], int], lines: Iterable[Line]) -> tuple[Origin, ...]:
    """The whole account. ``read``: entries of the damaged store by record and by the first part of their kind.

    What is kept apart was read somewhere, and is counted there.
    """
    records: Counter[tuple[str, str, str, str]] = Counter()
    entries: Counter[tuple[str, str, str, str]] = Counter()
    for (record, kind), count in read.items():
        key = (READ, "", "", names.kind(record) or kind)
        records[key] += record is not None
        entries[key] += count
    for line in lines:
        if line.fate is Fate.APART:
            continue
        key = (line.fate.value, line.source_place, line.source_made, line.kind)
        records[key] += bool(line.name)
        entries[key] += line.count
    order = (READ, "backup", "county", "lost")
    found = sorted(entries, key=lambda key: (order.index(key[0]), key[1] != LAPTOP, _newest_first(key[2]), key[3]))
    return tuple(Origin(key[0], key[3], records[key], entries[key], key[1], key[2]) for key in found)


def _newest_first(made: str) -> tuple[int, ...]:
    return tuple(-ord(sign) for sign in made)
