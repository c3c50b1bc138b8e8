"""Looking at the own journal before a sync, and what the contact tells the county of it (日志核对).

Every row is read as it lies there: against the county's signed receipts, against its own payload, against the row
before it. It goes in slices, so that no page waits for it, and reads no header's fields: a header's bytes are what is
hashed, and it is asked only whether they hold the hashes that they have to. The whole walk, action by action, is
``journal.verify``, once a day and whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from desktop.domain.journal import NO_PREVIOUS, VIEW_OPENED, EntryReference, Fault, Missing, hash_bytes
from desktop.domain.journal_digest import JournalDigest, Ranges, as_ranges, is_within
from desktop.storage import epochs, journal, journal_end
from desktop.storage.journal_state import KeptState
from desktop.storage.store import Store
from desktop.storage.tables import batch, entry
from desktop.sync.anchors import Named, named_by
from desktop.sync.envelope import SealingKey
from desktop.sync.protocol import EpochStands, JournalTold, Mark, ProtocolError

_SLICE: Final = 300
"""Rows in one reading: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found: for the contact, and for this laptop.

    ``cut`` are the epochs whose confirmed end is gone or another, with the first such number; what lies before it is
    as the receipts name it. The county can be asked for that end.
    """

    told: JournalTold
    fault: Fault | None
    lost: int
    unnamed: int
    unnamed_work: int
    upto: int
    cut: Mapping[str, int]

    def kept(self, time: str) -> KeptState:
        """As it is kept."""
        code, where = ("", "") if self.fault is None else (self.fault.code, self.fault.reference)
        return KeptState(time, code, where, self.lost, self.unnamed, self.unnamed_work, bool(self.cut), self.upto)


@dataclass
class _Receipted:
    """What the receipts of an epoch's batches name, and the places at which digests are made."""

    hashes: dict[int, str] = field(default_factory=dict)
    not_kept: set[int] = field(default_factory=set)
    marks: dict[str, int] = field(default_factory=dict)
    forged: int | None = None


@dataclass
class _Walked:
    """One epoch, walked."""

    seq: int = 0
    head: str = NO_PREVIOUS
    marks: dict[int, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    other: set[int] = field(default_factory=set)
    """Numbers at which is not what a receipt names."""
    unnamed: list[str] = field(default_factory=list)
    """Kinds of the own entries at such numbers."""
    gone: list[int] = field(default_factory=list)
    """Numbers whose payload is not there."""
    absent: list[int] = field(default_factory=list)
    """Numbers that are not there, as the journal itself says."""
    tangled: bool = False
    """Entries at such numbers do not follow one another: nobody wrote them there with this program."""
    follows: bool = False
    """What comes behind the last confirmed entry names that entry as its previous."""

    def lacking(self, before: int, missing: Ranges) -> list[int]:
        """The numbers from here to ``before`` that are not there, without those named as ``missing``."""
        numbers = range(self.seq + 1, before)
        self.absent += [seq for seq in numbers if is_within(seq, missing)]
        return [seq for seq in numbers if not is_within(seq, missing)]


@dataclass(frozen=True, slots=True)
class _Start:
    epochs: tuple[str, ...]
    batches: tuple[tuple[str, int], ...]
    upto: int
    missing: tuple[Missing, ...]
    comparing: bool
    cut_off: Fault | None


def examine(store: Store, vault: str, county_key: str, own_key: SealingKey, *, deep_fault: str = "") -> Examined:
    """Look at the whole journal as it lies there; nothing is changed.

    ``deep_fault`` is the code of what the last whole walk found, told where nothing is found here.
    """
    start = store.read(lambda connection: _start(connection, vault))
    receipted: dict[str, _Receipted] = {}
    for name in start.batches:
        row = store.read(lambda connection, name=name: _batch(connection, *name))  # type: ignore[misc]
        _take_batch(receipted.setdefault(name[0], _Receipted()), row, vault, county_key, own_key)
    found: dict[str, _Walked] = {}
    for epoch in start.epochs:
        found[epoch] = _walk(store, vault, epoch, receipted.get(epoch, _Receipted()), start)
    # Read last: an erasure and the word of it come in one transaction.
    erased = store.read(journal.erased_names)
    for epoch, walked in found.items():
        for seq in walked.gone:
            reference = EntryReference(vault, epoch, seq)
            if str(reference) not in erased:
                _note(walked, reference, "payload-missing")
    return _examined(start, receipted, found, deep_fault)


def _start(connection: Connection, vault: str) -> _Start:
    rows = connection.execute(select(batch.c.epoch, batch.c.number).order_by(batch.c.epoch, batch.c.number))
    return _Start(
        epochs=epochs.names(connection, vault, own=False),
        batches=tuple((row.epoch, row.number) for row in rows),
        upto=connection.scalar(select(func.max(entry.c.id))) or 0,
        missing=journal.named_missing(connection),
        comparing=epochs.must_compare(connection),
        cut_off=journal_end.cut_off(connection),
    )


def _batch(connection: Connection, epoch: str, number: int) -> Row[Any]:
    return connection.execute(select(batch).where(batch.c.epoch == epoch, batch.c.number == number)).one()


def _take_batch(found: _Receipted, row: Row[Any], vault: str, county_key: str, own_key: SealingKey) -> None:
    if not row.digest:  # of a batch whose row was lost nothing is known but its place
        return
    found.marks["sealed"] = max(row.last_seq, found.marks.get("sealed", 0))
    try:
        named = named_by(row, vault, county_key, own_key, unsealing=False)
    except ProtocolError:
        found.forged = row.first_seq if found.forged is None else found.forged
        named = Named()
    found.hashes.update(named.hashes)
    found.not_kept.update(named.not_kept)
    for stage, receipt in (("stored", row.stored_receipt), ("applied", row.applied_receipt)):
        if receipt is not None:
            found.marks[stage] = max(row.last_seq, found.marks.get(stage, 0))


def _rows(store: Store, vault: str, epoch: str, upto: int) -> Iterator[Row[Any]]:
    after = 0
    while True:
        some: Sequence[Row[Any]] = store.read(
            lambda connection, after=after: connection.execute(  # type: ignore[misc]
                select(entry.c.id, entry.c.seq, entry.c.own, entry.c.kind, entry.c.header, entry.c.payload)
                .where(entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq > after, entry.c.id <= upto)
                .order_by(entry.c.seq)
                .limit(_SLICE)
            ).all()
        )
        yield from some
        if len(some) < _SLICE:
            return
        after = some[-1].seq


def _walk(store: Store, vault: str, epoch: str, receipted: _Receipted, start: _Start) -> _Walked:
    walked, digest = _Walked(), JournalDigest()
    missing = [(one.first, one.last) for one in start.missing if one.epoch == epoch]
    places = sorted(set(receipted.marks.values()))
    last_named = max(receipted.hashes, default=0)
    row_before = 0
    for row in _rows(store, vault, epoch, start.upto):
        while places and places[0] < row.seq:
            walked.marks[places.pop(0)] = digest.value()
        reference = EntryReference(vault, epoch, row.seq)
        lacking = walked.lacking(row.seq, missing)
        _look_at_lacking(walked, receipted, vault, epoch, lacking)
        if lacking or (row.own and not missing and row.id < row_before):
            _note(walked, reference, "out-of-order")
        header = bytes(row.header)
        own_hash = hash_bytes(header)
        links = row.seq == 1 or row.seq != walked.seq + 1 or _holds(header, "previous", walked.head)
        if receipted.hashes.get(row.seq, own_hash) != own_hash:
            walked.other.add(row.seq)
            walked.faults.append(Fault(str(reference), "receipt-contradicted"))
            walked.tangled = walked.tangled or not links
            if row.own:
                walked.unnamed.append(row.kind)
        elif not links:
            _note(walked, reference, "chain-broken")
        if row.payload is None:
            walked.gone.append(row.seq)
        elif not _holds(header, "payload", hash_bytes(bytes(row.payload))):
            _note(walked, reference, "payload-changed")
        if row.seq == last_named + 1:
            walked.follows = _holds(header, "previous", receipted.hashes.get(last_named, ""))
        if row.seq not in receipted.not_kept:
            digest.add(row.seq, own_hash)
        walked.seq, walked.head = row.seq, own_hash
        row_before = row.id if row.own else row_before
    end = max(last_named, *(last for _, last in missing), 0)
    _look_at_lacking(walked, receipted, vault, epoch, walked.lacking(end + 1, missing))
    walked.marks.update(dict.fromkeys(places, digest.value()))
    if receipted.forged is not None:
        _note(walked, EntryReference(vault, epoch, receipted.forged), "receipt-forged")
    return walked


def _look_at_lacking(walked: _Walked, receipted: _Receipted, vault: str, epoch: str, lacking: list[int]) -> None:
    for seq in lacking:
        if seq in receipted.hashes:
            walked.other.add(seq)
            walked.faults.append(Fault(str(EntryReference(vault, epoch, seq)), "receipt-contradicted"))


def _note(walked: _Walked, reference: EntryReference, code: str) -> None:
    walked.faults.append(Fault(str(reference), code))


def _holds(header: bytes, name: str, value: str) -> bool:
    """Whether header bytes, written once as compact JSON, have this field with this hash."""
    return f'"{name}":"{value}"'.encode() in header


def _examined(
    start: _Start, receipted: Mapping[str, _Receipted], found: Mapping[str, _Walked], deep_fault: str
) -> Examined:
    stands = []
    for epoch, walked in found.items():
        given = receipted.get(epoch, _Receipted())
        out = as_ranges((*given.not_kept, *walked.absent))
        marks = tuple(Mark(seq, walked.marks[seq]) for seq in sorted(walked.marks))
        stands.append(EpochStands(epoch, walked.seq, walked.head, marks, out))
    faults = [one for walked in found.values() for one in walked.faults]
    if start.cut_off is not None:  # what was never sent is in nobody's receipt
        faults.append(start.cut_off)
    fault = faults[0] if faults else None
    unnamed = [kind for walked in found.values() for kind in walked.unnamed]
    told = JournalTold(tuple(stands), fault.code if fault is not None else deep_fault, start.comparing)
    if fault is None and deep_fault:
        fault = Fault("-", deep_fault)
    return Examined(
        told=told,
        fault=fault,
        lost=sum(len(walked.other) for walked in found.values()),
        unnamed=len(unnamed),
        unnamed_work=sum(kind != VIEW_OPENED for kind in unnamed),
        upto=start.upto,
        cut={epoch: first for epoch, walked in found.items() if (first := _cut(walked, receipted.get(epoch)))},
    )


def _cut(walked: _Walked, receipted: _Receipted | None) -> int:
    """The first number of a confirmed end that is gone or another; 0 where there is none, or not that alone.

    Where what follows was written behind the true end, or what stands there is no chain, that end was changed
    afterwards, and it is no cut.
    """
    if receipted is None or not walked.other or walked.follows or walked.tangled:
        return 0
    first = min(walked.other)
    is_end = all(seq in walked.other for seq in receipted.hashes if seq >= first)
    before = any(_number(one) < first for one in walked.faults)
    return first if is_end and not before else 0


def _number(fault: Fault) -> int:
    return EntryReference.parse(fault.reference).seq
