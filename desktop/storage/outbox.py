"""What has still to reach the county: the journal's own entries past the last receipt.

A batch is sealed once, stored here, and only then sent; a retry sends identical bytes. Entries
count as done when the county's verified *applied* receipt for the very bytes stored here is kept.
Sealing and signing are done elsewhere (``desktop.sync.sealing``), outside the transactions here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, not_, or_, select, update

from desktop.domain.consent import GrantState
from desktop.domain.journal import VIEW_OPENED, Entry, decode_body
from desktop.domain.records import Result
from desktop.storage import epochs, journal_state, judgements, settings
from desktop.storage.attachments import SALVAGED
from desktop.storage.erasing import withdrawn_erased
from desktop.storage.judgements import Judgement, JudgementError, Known
from desktop.storage.tables import attachment, batch, entry

NO_PREVIOUS_BATCH: Final = "0" * 64
_RUN_ENTRIES: Final = 400
"""More than a batch holds; an action (≤ 64 KiB) is far shorter, so at least one is whole."""


@dataclass(frozen=True, slots=True)
class Run:
    """Own entries not yet in a batch, whole actions only; the next batch is a prefix of them.

    ``missing`` entries directly before them were lost by damage (``salvage``).
    """

    epoch: str
    number: int
    previous: str
    entries: tuple[Entry, ...]
    missing: int = 0


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """A batch ready to be sent; ``digest`` names the sealed bytes inside ``container``."""

    epoch: str
    number: int
    first_seq: int
    last_seq: int
    digest: str
    container: bytes
    sealed: str


@dataclass(frozen=True, slots=True, order=True)
class WaitingBatch:
    """A sealed batch the county has not yet applied whole; ``stored`` once it has confirmed the bytes."""

    epoch: str
    number: int
    stored: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has not reached the county: entries without an applied receipt, attachments not sent.

    ``work`` are the entries among them that are somebody's work: without the notes of what was looked at, which
    are written whenever a page is opened and leave with the next sync.
    """

    entries: int
    work: int
    attachments: int


# --- sealing ------------------------------------------------------------------------------------


def next_run(connection: Connection, vault: str) -> Run | None:
    """The own entries that come next, at most about twice a batch's worth; None if all are sealed.

    Epochs are never mixed; one that ended before its entries were sealed comes first.
    """
    for epoch in epochs.names(connection, vault):
        last = connection.execute(
            select(batch.c.number, batch.c.digest, batch.c.last_seq)
            .where(batch.c.epoch == epoch)
            .order_by(batch.c.number.desc())
            .limit(1)
        ).first()
        number, previous, covered = (last.number + 1, last.digest, last.last_seq) if last else (1, NO_PREVIOUS_BATCH, 0)
        rows = connection.execute(
            select(entry.c.seq, entry.c.header, entry.c.payload)
            .where(entry.c.vault == vault, entry.c.epoch == epoch, entry.c.own, entry.c.seq > covered)
            .order_by(entry.c.seq)
            .limit(_RUN_ENTRIES)
        ).all()
        if rows:
            first = rows[0].seq
            # A run ends at a gap that a salvage left: a batch never has a hole.
            unbroken = [Entry(row.header, row.payload) for place, row in enumerate(rows) if row.seq == first + place]
            if whole := _whole(unbroken):
                return Run(epoch, number, previous, tuple(whole), missing=first - covered - 1)
    return None


def newest_own(connection: Connection) -> tuple[str, int]:
    """Epoch and sequence number of the journal's last entry; ("", 0) for a journal not begun."""
    row = connection.execute(
        select(entry.c.epoch, entry.c.seq).where(entry.c.own).order_by(entry.c.id.desc()).limit(1)
    ).first()
    return ("", 0) if row is None else (row.epoch, row.seq)


def _whole(entries: list[Entry]) -> list[Entry]:
    """Whole actions, up to the first that is not: the limit of the query cut it off, or somebody the journal."""
    whole: list[Entry] = []
    action: list[Entry] = []
    for one in entries:
        header = one.header
        if header.part != len(action) + 1 or (action and action[0].header.action != header.action):
            break
        action.append(one)
        if header.part == header.parts:
            whole.extend(action)
            action = []
    return whole


def store_batch(connection: Connection, vault: str, sealed: SealedBatch, entries: Sequence[Entry]) -> bool:
    """Keep a sealed batch; False if the journal moved on meanwhile and it must be sealed again.

    That is so when the content of one of ``entries`` was erased after it was read: what is erased
    must not leave the laptop any more.
    """
    current = next_run(connection, vault)
    if current is None or current.entries[: len(entries)] != tuple(entries):
        return False
    connection.execute(
        batch.insert().values(
            epoch=sealed.epoch,
            number=sealed.number,
            first_seq=sealed.first_seq,
            last_seq=sealed.last_seq,
            digest=sealed.digest,
            container=sealed.container,
            sealed=sealed.sealed,
        )
    )
    return True


def batch_run(connection: Connection, vault: str, epoch: str, number: int) -> Run:
    """The entries of a batch that was sealed before, as they are now: what was erased stays erased.

    For a batch whose sealed bytes were dropped after an erasure, and which the county has lost.
    """
    row = connection.execute(select(batch).where(batch.c.epoch == epoch, batch.c.number == number)).one()
    previous = connection.scalar(select(batch.c.digest).where(batch.c.epoch == epoch, batch.c.number == number - 1))
    rows = connection.execute(
        select(entry.c.header, entry.c.payload)
        .where(entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq.between(row.first_seq, row.last_seq))
        .order_by(entry.c.seq)
    )
    entries = tuple(Entry(one.header, one.payload) for one in rows)
    return Run(epoch, number, previous or NO_PREVIOUS_BATCH, entries)


def replace_batch(connection: Connection, sealed: SealedBatch) -> None:
    """Put new bytes in the place of dropped ones."""
    connection.execute(
        update(batch)
        .where(batch.c.epoch == sealed.epoch, batch.c.number == sealed.number, batch.c.container.is_(None))
        .values(
            digest=sealed.digest,
            container=sealed.container,
            sealed=sealed.sealed,
            # Receipts speak of the bytes that are gone.
            stored_receipt=None,
            applied_receipt=None,
            county_word=None,
        )
    )


# --- sending ------------------------------------------------------------------------------------


def waiting_batches(connection: Connection) -> tuple[WaitingBatch, ...]:
    """Batches without an applied receipt, or whose receipt the county signs again once it has judged what it holds, in
    the order in which they were sealed."""
    order: ColumnElement[int] = literal_column("batch.rowid")
    columns = select(order, batch.c.epoch, batch.c.number, batch.c.stored_receipt.is_not(None).label("stored"))
    found = {row[0]: row for row in connection.execute(columns.where(batch.c.applied_receipt.is_(None)))}
    waiting = {place: WaitingBatch(row.epoch, row.number, bool(row.stored)) for place, row in found.items()}
    covers = and_(entry.c.epoch == batch.c.epoch, entry.c.seq.between(batch.c.first_seq, batch.c.last_seq))
    for some in judgements.chunks(judgements.held(connection)):
        again = columns.join(entry, covers).where(entry.c.id.in_(some), batch.c.applied_receipt.is_not(None))
        waiting |= {row[0]: WaitingBatch(row.epoch, row.number, stored=True) for row in connection.execute(again)}
    return tuple(waiting[place] for place in sorted(waiting))


def sealed_batch(connection: Connection, epoch: str, number: int) -> SealedBatch | None:
    """The stored bytes of a batch; None if it is unknown or its bytes were dropped after erasure."""
    row = connection.execute(select(batch).where(batch.c.epoch == epoch, batch.c.number == number)).first()
    if row is None or row.container is None:
        return None
    return SealedBatch(row.epoch, row.number, row.first_seq, row.last_seq, row.digest, row.container, row.sealed)


def drop_old_containers(connection: Connection, before: str) -> int:
    """Drop the sealed bytes of applied batches sealed before ``before`` (ISO); answers how many.

    Whatever the county loses later is sealed anew from the entries (``batch_run``).
    """
    old = (batch.c.applied_receipt.is_not(None), batch.c.container.is_not(None))
    moment = func.julianday(batch.c.sealed) < func.julianday(before)
    return connection.execute(update(batch).where(*old, moment).values(container=None)).rowcount


def keep_stored_receipt(connection: Connection, epoch: str, number: int, digest: str, receipt: bytes) -> None:
    """Keep a verified *stored* receipt; raises JudgementError if it speaks of other bytes."""
    row = _check_digest(connection, epoch, number, digest)
    if row.digest:  # of a batch whose row was lost only the applied receipt tells which entries it has
        connection.execute(
            update(batch).where(batch.c.epoch == epoch, batch.c.number == number).values(stored_receipt=receipt)
        )


def keep_applied_receipt(
    connection: Connection,
    vault: str,
    epoch: str,
    number: int,
    digest: str,
    receipt: bytes,
    judged: Sequence[Judgement],
) -> dict[str, int]:
    """Keep a verified *applied* receipt with its judgement on every entry; answers counts by result.

    Where it was signed again, what the one before said is not counted once more.

    Only now are the batch's entries done. Where the content of one was erased meanwhile, the sealed
    bytes go too. Records to fold are noted for ``judgements.fold_slice``.

    Raises:
        JudgementError: other bytes, other entries, or not all of them. Nothing is then written.
    """
    row = _check_digest(connection, epoch, number, digest)
    known = judgements.known_entries(connection, [one.reference for one in judged])
    if not row.digest:
        row = _adopted(row, digest, judged)
    expected = [(vault, epoch, seq) for seq in range(row.first_seq, row.last_seq + 1)]
    if [(one.reference.vault, one.reference.epoch, one.reference.seq) for one in judged] != expected:
        raise JudgementError("receipt-entries")
    lost = _lost_entries(connection, epoch, [one.reference.seq for one in judged if one.reference not in known])
    if any(not _speaks_of(one, known[one.reference]) for one in judged if one.reference in known):
        raise JudgementError("receipt-entries")
    if any(one.reference not in known and one.reference.seq not in lost for one in judged):
        raise JudgementError("receipt-entries")
    judged = [one for one in judged if one.reference in known]
    in_batch = (entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq.between(row.first_seq, row.last_seq))
    touched = set(connection.scalars(select(entry.c.record).where(*in_batch, entry.c.record.is_not(None)).distinct()))
    before = judgements.fold_orders(connection, touched)
    judgements.store(connection, judged, known, returned=True)
    after = judgements.fold_orders(connection, touched)
    judgements.note_pending(connection, judgements.changed_orders(before, after))
    signed_before = connection.scalar(
        select(batch.c.applied_receipt.is_not(None)).where(batch.c.epoch == epoch, batch.c.number == number)
    )
    values: dict[str, Any] = {
        "applied_receipt": receipt,
        "digest": row.digest,
        "first_seq": row.first_seq,
        "last_seq": row.last_seq,
    }
    if connection.scalar(select(func.count()).where(*in_batch, entry.c.payload.is_(None))):
        values["container"] = None
    connection.execute(update(batch).where(batch.c.epoch == epoch, batch.c.number == number).values(values))
    return judgements.count_results(judged, {one: known[one].result for one in known} if signed_before else {})


def _check_digest(connection: Connection, epoch: str, number: int, digest: str) -> SealedBatch:
    row = connection.execute(select(batch).where(batch.c.epoch == epoch, batch.c.number == number)).first()
    if row is None or row.digest not in (digest, ""):
        raise JudgementError("receipt-digest")
    return SealedBatch(row.epoch, row.number, row.first_seq, row.last_seq, row.digest, b"", row.sealed)


def _adopted(row: SealedBatch, digest: str, judged: Sequence[Judgement]) -> SealedBatch:
    """A batch whose row was lost by damage, as the county's signed receipt has it."""
    if not judged:
        raise JudgementError("receipt-entries")
    numbers = [one.reference.seq for one in judged]
    if numbers[0] != row.first_seq:
        raise JudgementError("receipt-entries")
    return replace(row, digest=digest, last_seq=numbers[-1])


def _lost_entries(connection: Connection, epoch: str, numbers: Sequence[int]) -> set[int]:
    """Those of ``numbers`` that a salvage named as lost."""
    gaps = (settings.get(connection, SALVAGED) or {}).get("gaps", ()) if numbers else ()
    mine = [one for one in gaps if one["epoch"] == epoch]
    return {seq for seq in numbers if any(one["first"] <= seq <= one["last"] for one in mine)}


def _speaks_of(judged: Judgement, known: Known) -> bool:
    """Whether it is the same entry. A batch the county could not read is rejected without hashes."""
    unread = judged.hash == "" and judged.outcome.result is Result.REJECTED
    return unread or judged.hash == known.hash


def offer_again(connection: Connection) -> None:
    """The county lost something: whatever it had confirmed counts as not confirmed, and is sent again.

    Its earlier words on entries stay until it speaks anew; what it still has, it answers from there.
    """
    connection.execute(update(batch).values(stored_receipt=None, applied_receipt=None))
    connection.execute(update(attachment).values(sent=None, receipt=None))
    connection.execute(update(entry).where(entry.c.position.is_not(None)).values(position=None))


def withdrawn_unjudged(connection: Connection, most: int) -> tuple[str, ...]:
    """The grants withdrawn in own entries that have no place in the county's order, the oldest first.

    So also where the county holds one, or has lost it (``offer_again``), and where its content was erased meanwhile;
    not where it rejected one. Where there are more than ``most``, the newest: they are what a county restored from
    a backup has never seen.
    """
    rows = connection.execute(
        select(entry.c.record, entry.c.payload)
        .where(entry.c.own, entry.c.kind == "grant.moved", entry.c.position.is_(None))
        .where(or_(entry.c.result.is_(None), entry.c.result != Result.REJECTED.value))
        .order_by(entry.c.id)
    )
    erased = withdrawn_erased(connection)
    gone = (
        row.record
        for row in rows
        if (row.record in erased if row.payload is None else decode_body(row.payload).get("to") == GrantState.WITHDRAWN)
    )
    return tuple(dict.fromkeys(gone))[-most:]


def stopped_unjudged(connection: Connection, most: int) -> tuple[tuple[str, str], ...]:
    """Own withdrawals that stop more than the grants known here, and whose they are, as ``withdrawn_unjudged``.

    Not where the content was erased meanwhile: then nobody knows any more that it stopped anything.
    """
    rows = connection.execute(
        select(entry.c.record, entry.c.payload)
        .where(entry.c.own, entry.c.kind == "withdrawal.recorded", entry.c.position.is_(None))
        .where(or_(entry.c.result.is_(None), entry.c.result != Result.REJECTED.value), entry.c.payload.is_not(None))
        .order_by(entry.c.id)
    )
    bodies = ((row.record, decode_body(row.payload)) for row in rows)
    return tuple((record, str(body["resident"])) for record, body in bodies if body.get("stops"))[-most:]


# --- the foot of every page -----------------------------------------------------------------------


def waiting(connection: Connection) -> Waiting:
    """How much has not reached the county: what is in no applied batch, or stands in one that does not name it."""
    entries, work = _own_outside(connection, batch.c.applied_receipt.is_not(None))
    unnamed, unnamed_work = journal_state.unnamed(connection)
    entries, work = entries + unnamed, work + unnamed_work
    return Waiting(entries, work, _unsent_attachments(connection))


def waiting_to_store(connection: Connection) -> int:
    """How many entries and pictures the county has not yet confirmed to be safely stored there."""
    safe = or_(batch.c.stored_receipt.is_not(None), batch.c.applied_receipt.is_not(None))
    unnamed, _ = journal_state.unnamed(connection)
    return _own_outside(connection, safe)[0] + unnamed + _unsent_attachments(connection)


def _own_outside(connection: Connection, done: ColumnElement[bool]) -> tuple[int, int]:
    """Own entries that are in no such batch: all of them, and those that are work.

    They are counted where they are: a salvage may have left gaps among them, and batches that came back from the
    county reach beyond what this laptop wrote itself.
    """
    vault = epochs.vault_of(connection)
    mine = (entry.c.vault == vault, entry.c.own)
    in_batch = (entry.c.epoch == batch.c.epoch, entry.c.seq.between(batch.c.first_seq, batch.c.last_seq))
    both = (func.count(), func.count().filter(entry.c.kind != VIEW_OPENED))
    sealed = select(*both).select_from(batch.join(entry, and_(*in_batch)))
    every, work = connection.execute(sealed.where(*mine, not_(done))).one()
    for epoch in epochs.names(connection, vault):
        covered = connection.scalar(select(func.max(batch.c.last_seq)).where(batch.c.epoch == epoch)) or 0
        unsealed = select(*both).where(*mine, entry.c.epoch == epoch, entry.c.seq > covered)
        more, more_work = connection.execute(unsealed).one()
        every, work = every + more, work + more_work
    return every, work


def _unsent_attachments(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(attachment).where(attachment.c.sent.is_(None))) or 0


def roster_record(township: str) -> str:
    """The id of a township's roster."""
    return f"roster-{township}"
