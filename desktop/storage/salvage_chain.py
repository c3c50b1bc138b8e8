"""What of a vault's own chain is there, what is missing, and how it is to go on. Plain computation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.domain.journal import Entry
from desktop.storage import damaged_store
from desktop.storage.damaged_store import DamagedStore


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An own entry that was taken over; ``id`` is its row in the new store."""

    id: int
    epoch: str
    seq: int
    hash: str
    action: str
    part: int
    parts: int
    kind: str
    record: str | None
    time: str
    result: str | None

    @classmethod
    def of(cls, number: int, written: Entry, result: str | None) -> OwnEntry:
        """From its bytes."""
        header = written.header
        return cls(
            number,
            header.epoch,
            header.seq,
            written.hash,
            header.action,
            header.part,
            header.parts,
            header.kind,
            header.record,
            header.time,
            result,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch's row; ``confirmed``: the county has its bytes."""

    epoch: str
    number: int
    first_seq: int
    last_seq: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries ``first`` to ``last`` of an epoch that are in no store and no backup any more.

    ``confirmed`` are those of them that the county has. ``after`` and ``before`` are the times of the neighbours.
    """

    epoch: str
    first: int
    last: int
    confirmed: int
    after: str
    before: str

    def plain(self) -> dict[str, Any]:
        """For the journal."""
        return {"epoch": self.epoch, "first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class Chain:
    """The own entries in order; the gaps; entries whose action is not whole (``apart``: kept and shown, never sent);
    batches that were sealed and whose row is lost; the last known head."""

    own: tuple[OwnEntry, ...]
    gaps: tuple[Gap, ...]
    apart: tuple[OwnEntry, ...]
    lost_batches: tuple[Batch, ...]
    last_epoch: str
    last_seq: int
    head: str
    lost_rows: Mapping[tuple[str, int], int]
    """Row numbers, in the damaged store, of own entries that are missing: ``(epoch, seq)`` → row."""


def analyse(
    damaged: DamagedStore | None,
    vault: str,
    own: Sequence[OwnEntry],
    head: Mapping[str, str] | None,
    batches: Sequence[Batch],
    elsewhere: Sequence[OwnEntry] = (),
) -> Chain:
    """Put one's own entries in order and find what is missing between them, and behind them.

    ``elsewhere`` are entries of this vault that are there without being among its own: copies that came back from the
    county, and own ones that were set aside. Nothing is missing where they stand.

    How many there were is told by the index of entries, by the batches, and by the head that is kept beside the
    journal.
    """
    standing = {(one.epoch, one.seq) for one in elsewhere}
    known = {name: row for name, row in _known_rows(damaged, vault).items() if name not in standing}
    epochs = _epochs(own, known)
    rank = {epoch: number for number, epoch in enumerate(epochs)}
    ordered = sorted(own, key=lambda one: (rank[one.epoch], one.seq))
    lost_batches = tuple(_lost_batches(damaged, ordered, batches))
    there = {(one.epoch, one.seq) for one in ordered}
    gaps: list[Gap] = []
    ends: dict[str, int] = {}
    for epoch in epochs:
        mine = [one for one in ordered if one.epoch == epoch]
        last = max(
            [one.seq for one in mine]
            + [seq for name, seq in known if name == epoch]
            + [one.seq for one in elsewhere if one.epoch == epoch]
            + [one.last_seq for one in batches if one.epoch == epoch],
            default=0,
        )
        head_is_missing = (
            head is not None and head.get("epoch") == epoch and (not mine or mine[-1].hash != head.get("hash"))
        )
        if head_is_missing and mine and last == mine[-1].seq:
            last += 1  # at least one more was written; how many, nothing tells
        ends[epoch] = last
        there_too = [one for one in elsewhere if one.epoch == epoch]
        present = {one.seq: one for one in (*there_too, *mine)}
        gaps.extend(_gaps(epoch, last, [present[seq] for seq in sorted(present)], batches, lost_batches))
    apart = tuple(_apart(ordered, [*batches, *lost_batches]))
    last_epoch = epochs[-1] if epochs else ""
    kept = ordered[-1].hash if ordered else ""
    old_head = str(head["hash"]) if head is not None else kept
    lost_rows = {name: row for name, row in known.items() if name not in there}
    if damaged is not None and not known:
        lost_rows = _rows_by_order(damaged, ordered, gaps)
    last_seq = ends.get(last_epoch, 0)
    return Chain(tuple(ordered), tuple(gaps), apart, lost_batches, last_epoch, last_seq, old_head, lost_rows)


def _known_rows(damaged: DamagedStore | None, vault: str) -> dict[tuple[str, int], int]:
    """Own entries by their index: which there were, whether or not they can still be read."""
    if damaged is None:
        return {}
    named = damaged_store.from_index(damaged, "entry", "sqlite_autoindex_entry_1", ("vault", "epoch", "seq"))
    return {(epoch, seq): number for number, (of, epoch, seq) in (named or {}).items() if of == vault}


def _rows_by_order(
    damaged: DamagedStore, ordered: Sequence[OwnEntry], gaps: Iterable[Gap]
) -> dict[tuple[str, int], int]:
    """Where that index is lost too: own rows lie in the order of the chain, so as many as are missing are the ones."""
    owned = damaged_store.from_index(damaged, "entry", "ix_entry_own_id", ("own",))
    if owned is None:
        return {}
    kept = {one.id for one in ordered}
    lost = sorted(number for number, (own,) in owned.items() if own and number not in kept)
    places = {(one.epoch, one.seq): one.id for one in ordered}
    found: dict[tuple[str, int], int] = {}
    for gap in gaps:
        after = places.get((gap.epoch, gap.first - 1), 0)
        before = places.get((gap.epoch, gap.last + 1))
        some = [number for number in lost if after < number and (before is None or number < before)]
        if len(some) == gap.last - gap.first + 1:
            found.update({(gap.epoch, gap.first + step): number for step, number in enumerate(some)})
    return found


def _epochs(own: Sequence[OwnEntry], known: Mapping[tuple[str, int], int]) -> list[str]:
    first: dict[str, int] = {}
    for (epoch, _), row in known.items():
        first[epoch] = min(row, first.get(epoch, row))
    for one in own:
        first[one.epoch] = min(one.id, first.get(one.epoch, one.id))
    return sorted(first, key=lambda epoch: first[epoch])


def _gaps(
    epoch: str, last: int, mine: Sequence[OwnEntry], batches: Iterable[Batch], lost_batches: Iterable[Batch]
) -> Iterator[Gap]:
    confirmed = [one for one in batches if one.epoch == epoch and one.confirmed]
    confirmed_lost = [one for one in lost_batches if one.epoch == epoch and one.confirmed]
    previous, after = 0, ""
    for one in [*mine, None]:
        seq = last + 1 if one is None else one.seq
        if seq > previous + 1:
            missing = range(previous + 1, seq)
            count = sum(any(b.first_seq <= n <= b.last_seq for b in (*confirmed, *confirmed_lost)) for n in missing)
            yield Gap(epoch, missing[0], missing[-1], count, after, "" if one is None else one.time)
        if one is not None:
            previous, after = one.seq, one.time


def _apart(ordered: Sequence[OwnEntry], batches: Sequence[Batch]) -> Iterator[OwnEntry]:
    """Parts of actions that are not whole and were never sealed: the county takes an action whole or not at all."""
    sealed: dict[str, int] = {}
    for one in batches:
        sealed[one.epoch] = max(one.last_seq, sealed.get(one.epoch, 0))
    parts: dict[tuple[str, str], list[OwnEntry]] = {}
    for entry in ordered:
        if entry.seq > sealed.get(entry.epoch, 0):
            parts.setdefault((entry.epoch, entry.action), []).append(entry)
    for some in parts.values():
        if len(some) != some[0].parts:
            yield from some


def _lost_batches(
    damaged: DamagedStore | None, ordered: Sequence[OwnEntry], batches: Sequence[Batch]
) -> Iterator[Batch]:
    """Batches that an index names, or a hole in their numbers, or the county's words on entries no batch covers."""
    numbers: dict[str, set[int]] = {}
    if damaged is not None:
        named = damaged_store.from_index(damaged, "batch", "sqlite_autoindex_batch_1", ("epoch", "number"))
        for epoch, number in (named or {}).values():
            numbers.setdefault(epoch, set()).add(number)
    for one in batches:
        numbers.setdefault(one.epoch, set()).update(range(1, one.number + 1))
    for epoch in dict.fromkeys(one.epoch for one in ordered):
        mine = [one for one in ordered if one.epoch == epoch]
        rows = {one.number: one for one in batches if one.epoch == epoch}
        covered = max((one.last_seq for one in rows.values()), default=0)
        judged = max((one.seq for one in mine if one.result is not None), default=0)
        there = numbers.get(epoch, set())
        if judged > covered and not any(number not in rows for number in there):
            there = {*there, max(there, default=0) + 1}
        last = 0
        for number in range(1, max(there, default=0) + 1):
            row = rows.get(number)
            if row is not None:
                last = row.last_seq
                continue
            following = [one.first_seq for name, one in rows.items() if name > number]
            end = min(following) - 1 if following else max(judged, mine[-1].seq)
            if end <= last:
                continue
            yield Batch(epoch, number, last + 1, end, judged >= last + 1)
            last = end
