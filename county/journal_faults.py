"""A laptop's journal against what the county has of it (日志核对): compared at every contact, kept for a person.

Rows that were edited, deleted, put in another order or cut off on a laptop show in no batch: what was confirmed is
never sent again. So each contact tells digests over the journal as it lies there (``JournalTold``), and the county
makes the same ones from the hashes of the entries it took in. Where they are not the same, that is noted as a hold
``journal`` of the vault and epoch and in the county's own journal, and the answer says so. What arrives on a chain that
does not fit is stored and waits (``apply.py``), until the journals agree again or a person has seen to it (``settle``).
Nothing that arrives is refused or dropped for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, update

from county import tables
from county.clock import now_text
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EPOCH_BEGAN, EntryFormatError, decode_body, missing_of
from desktop.domain.journal_digest import JournalDigest, Ranges, covers, is_within
from desktop.sync.protocol import (
    DIFFERS,
    HOLDING,
    NOT_SOUND,
    SET_BACK,
    SHORTER,
    Contact,
    EpochStands,
    JournalTold,
    JournalWord,
)

SORT: Final = "journal"
"""How these stand among the holds. ``number`` is the last entry that the county knows of."""
_OPEN: Final = "open"
_AGREES: Final = "agrees"
"""It fits again, since the vault was restored or compared; listed until a person has seen to it."""
_ACCEPTED: Final = "accepted"
"""A person has seen to it although it does not fit; nothing waits for it, and it is not noted again (``_hides``)."""


@dataclass(frozen=True, slots=True)
class JournalFault:
    """A fault of a vault's journal: whose, in which epoch, up to which entry the county knows it.

    ``fault`` is one of ``JOURNAL_FAULTS``; ``now`` is ``open``, ``agrees`` or ``accepted``; ``waiting`` how many
    batches are stored and wait for it. ``settled``: taken away or accepted by this very command.
    """

    vault: str
    worker: str
    epoch: str
    seq: int
    fault: str
    now: str
    since: str
    waiting: int
    settled: bool = False


# --- comparing --------------------------------------------------------------------------------------


def compare(county: County, vault: str, contact: Contact) -> dict[str, tuple[str, int]] | None:
    """By epoch, how the journal that is told does not fit and the last entry the county has there; empty if all fits.

    None where there is nothing to compare: nothing is told, or the vault's epochs have still to be compared.
    """
    told = contact.journal
    if told is None or told.comparing:
        return None
    with county.store.read() as connection:
        found = dict(_differing(connection, county, vault, contact.epoch[:64], told))
    if not found and told.fault:
        found[contact.epoch[:64]] = (NOT_SOUND, contact.seq)
    return found


def _differing(
    connection: Connection, county: County, vault: str, current: str, told: JournalTold
) -> Iterator[tuple[str, tuple[str, int]]]:
    named = {one.epoch: one for one in told.epochs}
    lost = _named_as_lost(connection, county, vault)
    chain = tables.chain
    rows = connection.execute(
        select(chain.c.epoch, chain.c.seq)
        .where(chain.c.county == county.code, chain.c.vault == vault, chain.c.seq > 0)
        .order_by(chain.c.epoch)
    ).all()
    for row in rows:
        one = named.get(row.epoch)
        if row.epoch == current and _is_shorter(one, row.seq):
            yield row.epoch, (SHORTER, row.seq)
        elif one is not None and _is_other(connection, county, vault, row.seq, one, lost.get(row.epoch, ())):
            yield row.epoch, (DIFFERS, row.seq)


def _is_shorter(told: EpochStands | None, seq: int) -> bool:
    """Of the epoch that the vault writes now: another one may well have been gone on with by another laptop."""
    return told is None or not covers(told.left_out, told.seq + 1, seq)


def _is_other(connection: Connection, county: County, vault: str, upto: int, told: EpochStands, lost: Ranges) -> bool:
    entry = tables.entry
    rows = connection.execute(
        select(entry.c.seq, entry.c.hash)
        .where(entry.c.county == county.code, entry.c.vault == vault, entry.c.epoch == told.epoch)
        .order_by(entry.c.seq)
    )
    # Of entries the county has it leaves out only such as the vault's own journal names as lost.
    marks = {mark.seq: mark.digest for mark in told.marks if mark.seq <= upto}
    return _differs(rows, marks, told, lost)


def _differs(rows: Iterable[Any], marks: Mapping[int, str], told: EpochStands, lost: Ranges) -> bool:
    digest, expected = JournalDigest(), 1
    open_marks = sorted(marks)
    for row in rows:
        if not covers(told.left_out, expected, row.seq - 1):
            # Of a batch that the county could not read, and whose receipt the laptop has not yet: no digest fits here.
            open_marks = [seq for seq in open_marks if seq < expected]
        expected = row.seq + 1
        while open_marks and open_marks[0] < row.seq:
            if digest.value() != marks[open_marks.pop(0)]:
                return True
        if is_within(row.seq, told.left_out):
            if not is_within(row.seq, lost):
                return True
            continue
        digest.add(row.seq, row.hash)
        if row.seq == told.seq and row.hash != told.head:
            return True
    return any(digest.value() != marks[seq] for seq in open_marks)


def _named_as_lost(connection: Connection, county: County, vault: str) -> dict[str, list[tuple[int, int]]]:
    """What the beginnings of this vault's epochs, as the county has them, name as lost by damage."""
    entry = tables.entry
    payloads = connection.scalars(
        select(entry.c.payload).where(
            entry.c.county == county.code,
            entry.c.vault == vault,
            entry.c.kind == EPOCH_BEGAN,
            entry.c.payload.is_not(None),
        )
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for payload in payloads:
        with contextlib.suppress(EntryFormatError):
            for one in missing_of(decode_body(bytes(payload))):
                found.setdefault(one.epoch, []).append((one.first, one.last))
    return found


# --- noting -----------------------------------------------------------------------------------------


def note(
    connection: Connection,
    county: County,
    contact: Contact,
    before: Row[Any] | None,
    found: dict[str, tuple[str, int]] | None,
) -> JournalWord:
    """Keep what ``compare`` found beside what was noted before, and answer the word for the standing.

    ``before`` is what the vault told the last time (``contact``'s row), or None.
    """
    vault, epoch = contact.vault, contact.epoch[:64]
    if found is not None:
        went_back = before is not None and before.epoch == epoch and before.seq > contact.seq
        if before is not None and went_back and found.get(epoch, (NOT_SOUND, 0))[0] == NOT_SOUND:
            found[epoch] = (SET_BACK, int(before.seq))
        _keep(connection, county, vault, epoch, found, "" if contact.journal is None else contact.journal.fault)
    rows = [row for row in _rows(connection, county, vault) if row.other == _OPEN]
    if not rows:
        return JournalWord()
    # The chain that is written now first: whether it is held is what the worker asks.
    row = min(rows, key=lambda one: (one.epoch != epoch, one.reason not in HOLDING))
    held = any(one.epoch == epoch and one.reason in HOLDING for one in rows)
    return JournalWord(row.reason, row.epoch, row.number or 0, held)


def _keep(
    connection: Connection, county: County, vault: str, current: str, found: Mapping[str, tuple[str, int]], check: str
) -> None:
    known = {row.epoch: row for row in _rows(connection, county, vault)}
    hold = tables.hold
    drafts: list[Draft] = []
    for epoch, (fault, seq) in found.items():
        row = known.get(epoch)
        if row is not None and (_hides(row, fault) or (row.other == _OPEN and row.reason == fault)):
            continue
        values = {"reason": fault, "number": seq, "other": _OPEN}
        if row is None:
            where = {"county": county.code, "sort": SORT, "vault": vault, "epoch": epoch, "since": now_text()}
            connection.execute(hold.insert().values(**where, **values))
        else:
            connection.execute(update(hold).where(hold.c.id == row.id).values(**values))
        body = {"vault": vault, "epoch": epoch, "seq": seq, "fault": fault, "check": check}
        drafts.append(Draft("vault.journal-fault", vault, body, ""))
    for epoch, row in known.items():
        if epoch in found or row.other == _AGREES or (row.reason == SET_BACK and epoch == current):
            # Nothing shows whether what was there before has come back: a person has to see to it.
            continue
        if row.other == _ACCEPTED:
            connection.execute(delete(hold).where(hold.c.id == row.id))
        else:
            connection.execute(update(hold).where(hold.c.id == row.id).values(other=_AGREES))
        drafts.append(Draft("vault.journal-agrees", vault, {"vault": vault, "epoch": epoch, "fault": row.reason}, ""))
    _write(connection, county, drafts)


def _hides(row: Row[Any], fault: str) -> bool:
    """Whether a person has accepted this with what is noted: what held nothing may be told for good, and hides no
    entries that are gone or changed since."""
    return row.other == _ACCEPTED and (row.reason in HOLDING or fault not in HOLDING)


def _write(connection: Connection, county: County, drafts: Sequence[Draft]) -> None:
    if drafts:
        serialise(connection, county.code)
        write_own(connection, county, WorkingSet(connection, county.code), drafts)


def is_waiting() -> ColumnElement[bool]:
    """Of a row of ``batch``: whether it waits because the journal it belongs to does not fit."""
    batch, hold = tables.batch, tables.hold
    return (
        select(hold.c.id)
        .where(
            hold.c.county == batch.c.county,
            hold.c.sort == SORT,
            hold.c.vault == batch.c.vault,
            hold.c.epoch == batch.c.epoch,
            hold.c.reason.in_(HOLDING),
            hold.c.other == _OPEN,
        )
        .correlate(batch)
        .exists()
    )


# --- for a person -----------------------------------------------------------------------------------


def journal_faults(connection: Connection, county: County) -> list[JournalFault]:
    """Every fault that a person has not seen to or that still stands, the oldest first."""
    return [_fault(connection, county, row) for row in _rows(connection, county)]


def settle(county: County, vault: str, reason: str) -> list[JournalFault]:
    """A person has seen to the faults of a vault's journal. Journalled, once for each epoch.

    Where it fits again the note goes. Where it does not, it stays as ``accepted``: what waits is applied, each entry by
    its own rules and chain, and the same fault is not noted anew.

    Raises:
        UserFacingError: ``journal-faults.none``, ``answer.reason-missing``.
    """
    if not reason.strip():
        raise UserFacingError("answer.reason-missing")
    hold = tables.hold
    with county.store.write() as connection:
        serialise(connection, county.code)
        rows = [row for row in _rows(connection, county, vault) if row.other != _ACCEPTED]
        if not rows:
            raise UserFacingError("journal-faults.none", vault=vault)
        done = [_fault(connection, county, row, settled=True) for row in rows]
        for row in rows:
            if row.other == _AGREES:
                connection.execute(delete(hold).where(hold.c.id == row.id))
            else:
                connection.execute(update(hold).where(hold.c.id == row.id).values(other=_ACCEPTED))
        bodies = [
            {"vault": vault, "epoch": one.epoch, "fault": one.fault, "now": one.now, "reason": reason.strip()}
            for one in done
        ]
        _write(connection, county, [Draft("vault.journal-settled", vault, body, "") for body in bodies])
    return done


def _rows(connection: Connection, county: County, vault: str | None = None) -> Sequence[Row[Any]]:
    hold, worker = tables.hold, tables.worker
    whose = () if vault is None else (hold.c.vault == vault,)
    return connection.execute(
        select(hold, worker.c.name)
        .join(tables.vault, (tables.vault.c.county == hold.c.county) & (tables.vault.c.id == hold.c.vault))
        .join(worker, (worker.c.county == tables.vault.c.county) & (worker.c.id == tables.vault.c.worker))
        .where(hold.c.county == county.code, hold.c.sort == SORT, *whose)
        .order_by(hold.c.id)
    ).all()


def _fault(connection: Connection, county: County, row: Row[Any], *, settled: bool = False) -> JournalFault:
    batch = tables.batch
    waiting = connection.scalars(
        select(batch.c.number)
        .where(
            and_(batch.c.county == county.code, batch.c.vault == row.vault, batch.c.epoch == row.epoch), is_waiting()
        )
        .where(batch.c.stage == "stored")
    ).all()
    return JournalFault(
        row.vault, row.name, row.epoch, row.number or 0, row.reason, row.other, row.since, len(waiting), settled
    )
