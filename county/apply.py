"""Applying batches: each one in a single transaction, each action whole or not at all.

Per vault and epoch batches are taken in by their numbers; one that comes early waits. A rejected action never blocks
the next, and nothing that arrived is ever dropped: the sealed bytes are kept, and each entry has its verdict in the
signed *applied* receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Delete, Row, and_, delete, or_, select, update
from sqlalchemy.exc import OperationalError

from county import tables
from county.action_rules import Writer, read_writer, rule_problem
from county.clock import now_text
from county.erased_copies import clear_copies, open_batch
from county.erasing import remove
from county.following import follow
from county.history import note_epoch_that_went_on
from county.journal import POSITION, Chain, entry_row, next_count, read_chain, serialise, write_chain
from county.journal_faults import is_waiting
from county.opening import County
from county.receipts import write_receipt
from county.records import Judged, Step, WorkingSet, change_of, is_id
from county.withdrawn_ahead import drop_settled, rejected_withdrawals
from desktop.domain.journal import MAX_ACTION_BYTES, Entry, EntryFormatError, Header, hash_bytes
from desktop.domain.records import Change, Outcome, Result
from desktop.sync.envelope import unpack_container
from desktop.sync.protocol import APPLIED, GOOD, STORED, Manifest, ProtocolError, Verdict

_KNOWN: Final = "known"
APPLIED_RESULTS: Final = (Result.OK, Result.MERGED, Result.CONFLICT)


@dataclass(frozen=True, slots=True)
class BatchName:
    """Which batch; unique for ever."""

    vault: str
    epoch: str
    number: int


class BatchFault(Exception):
    """A fault of ours while applying a batch; the transaction was rolled back, the bytes are safe."""

    def __init__(self, name: BatchName, cause: str) -> None:
        super().__init__(cause)
        self.name = name
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Arrived:
    """An entry of a batch with how it links to what the county has: "", ``known``, or what is wrong."""

    entry: Entry
    header: Header
    link: str


@dataclass
class Progress:
    """What applying a batch has come to so far; written at its end in few statements."""

    verdicts: list[Verdict] = field(default_factory=list)
    placed: list[tuple[Arrived, Judged]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    pictures: tuple[str, ...] = ()
    erased: list[int] = field(default_factory=list)
    """Came again with content that was erased here."""


def apply_next(county: County, skip: frozenset[tuple[str, str]] = frozenset()) -> BatchName | None:
    """Apply the oldest batch whose turn it is; answers which one, or None if none is due.

    ``skip`` names journals (vault, epoch) that are left alone for now.

    Raises:
        BatchFault: anything but trouble with the disk or the database's server.
    """
    pictures: list[str] = []
    name = _apply_due(county, skip, pictures)
    # Only now is the erasure on the disk; what a kill leaves here, the next start takes.
    remove(county, pictures)
    return name


def _apply_due(county: County, skip: frozenset[tuple[str, str]], pictures: list[str]) -> BatchName | None:
    with county.store.write() as connection:
        serialise(connection, county.code)
        due = (
            select(tables.batch)
            .join(
                tables.chain,
                and_(
                    tables.chain.c.county == tables.batch.c.county,
                    tables.chain.c.vault == tables.batch.c.vault,
                    tables.chain.c.epoch == tables.batch.c.epoch,
                    tables.chain.c.number == tables.batch.c.number - 1,
                ),
            )
            .outerjoin(
                tables.revocation,
                and_(
                    tables.revocation.c.county == tables.batch.c.county,
                    tables.revocation.c.vault == tables.batch.c.vault,
                ),
            )
            .where(tables.batch.c.county == county.code, tables.batch.c.stage == STORED)
            # So does what arrives on a journal that is not what the county has of it.
            .where(~is_waiting())
            # What a revoked vault sends waits for review.
            .where(
                or_(
                    tables.revocation.c.vault.is_(None),
                    tables.revocation.c.standing == GOOD,
                    tables.revocation.c.accepted,
                )
            )
            .order_by(tables.batch.c.arrival)
        )
        for row in connection.execute(due.limit(len(skip) + 1)):
            name = BatchName(row.vault, row.epoch, row.number)
            if (row.vault, row.epoch) not in skip:
                try:
                    pictures += _apply(connection, county, row)
                except OperationalError:
                    raise
                except Exception as error:
                    raise BatchFault(name, type(error).__name__) from error
                return name
    return None


def apply_all(county: County) -> int:
    """Apply everything that is due; answers how many batches that was."""
    count = 0
    while apply_next(county) is not None:
        count += 1
    return count


def _apply(connection: Connection, county: County, row: Row[Any]) -> tuple[str, ...]:
    """Apply one batch; answers the pictures that erasures in it took from their rows."""
    name = BatchName(row.vault, row.epoch, row.number)
    chain = read_chain(connection, county.code, name.vault, name.epoch)
    signed, sealed = unpack_container(row.container)
    manifest = Manifest.decode(signed.document)
    progress = Progress()
    # Before its erasures are done: they clear its own bytes with those of all that is applied.
    connection.execute(update(tables.batch).where(tables.batch.c.arrival == row.arrival).values(stage=APPLIED))
    try:
        entries = open_batch(county, sealed, manifest)
    except ProtocolError as error:
        chain = _refuse(manifest, chain, error.code, progress)
        _note(county, progress, "batch-refused", name, error.code)
    else:
        known = _known_hashes(connection, county, manifest)
        arrived = _linked(entries, chain, known, manifest.missing)
        if arrived[0].link == "" and arrived[0].header.seq > chain.seq + 1:
            _note(county, progress, "gap", name, f"lost-{chain.seq + 1}-{arrived[0].header.seq - 1}")
        _apply_actions(connection, county, name, arrived, progress)
        fresh = [one for one in arrived if not one.link]
        if fresh:
            chain = Chain(chain.number, fresh[-1].header.seq, fresh[-1].entry.hash)
            note_epoch_that_went_on(connection, county, name.vault, name.epoch, chain.seq)
    write_chain(connection, county.code, name.vault, name.epoch, Chain(name.number, chain.seq, chain.head))
    connection.execute(_fault_holds(county, name))
    judged = ((change, one.outcome.result) for came, one in progress.placed if (change := _change(came)) is not None)
    drop_settled(connection, county, name.vault, rejected_withdrawals(judged))
    if progress.holds:
        connection.execute(tables.hold.insert(), progress.holds)
    write_receipt(connection, county, APPLIED, name.vault, name.epoch, name.number, row.digest, progress.verdicts)
    if progress.erased:
        clear_copies(connection, county, name.vault, name.epoch, progress.erased)
    return progress.pictures


def _fault_holds(county: County, name: BatchName) -> Delete:
    """Earlier faults with this batch are over once it has been applied."""
    hold = tables.hold
    return delete(hold).where(
        hold.c.county == county.code,
        hold.c.sort == "fault",
        hold.c.vault == name.vault,
        hold.c.epoch == name.epoch,
        hold.c.number == name.number,
    )


def _refuse(manifest: Manifest, chain: Chain, code: str, progress: Progress) -> Chain:
    """Reject every entry of a batch that cannot be read.

    The vault's signed manifest still says where its journal stands, so the batches that follow are
    not blocked by this one.
    """
    for seq in range(manifest.first_seq, manifest.last_seq + 1):
        progress.verdicts.append(Verdict(manifest.vault, manifest.epoch, seq, "", Result.REJECTED, code))
    if manifest.first_seq == chain.seq + 1:
        return Chain(chain.number, manifest.last_seq, manifest.head)
    return chain


def _known_hashes(connection: Connection, county: County, manifest: Manifest) -> Mapping[int, str]:
    rows = connection.execute(
        select(tables.entry.c.seq, tables.entry.c.hash).where(
            tables.entry.c.county == county.code,
            tables.entry.c.vault == manifest.vault,
            tables.entry.c.epoch == manifest.epoch,
            tables.entry.c.seq.between(manifest.first_seq, manifest.last_seq),
        )
    )
    return {row.seq: row.hash for row in rows}


def _linked(entries: Sequence[Entry], chain: Chain, known: Mapping[int, str], missing: int = 0) -> list[Arrived]:
    """How each entry links to the journal as the county has it. Nothing links after a broken link.

    ``missing`` entries before the first were lost by damage, as the vault signed: what follows them is taken in, and
    the gap is noted for a person. A vault cannot hide entries that way, only say before everybody that it has none.
    """
    arrived: list[Arrived] = []
    seq, head, broken = chain.seq, chain.head, False
    for entry in entries:
        header = entry.header
        if header.seq in known:
            link = _KNOWN if known[header.seq] == entry.hash else "fork"
        elif not broken and header.seq == seq + 1 and (header.seq == 1 or header.previous == head):
            # The first entry of an epoch names the head of the one before, which may be lost for good.
            link, seq, head = "", header.seq, entry.hash
        elif not broken and entry is entries[0] and 0 < header.seq - seq - 1 <= missing:
            link, seq, head = "", header.seq, entry.hash
        else:
            link, broken = "chain-broken", True
        arrived.append(Arrived(entry, header, link))
    return arrived


def _apply_actions(
    connection: Connection, county: County, name: BatchName, arrived: Sequence[Arrived], progress: Progress
) -> None:
    writer = read_writer(connection, county, name.vault)
    working = WorkingSet(connection, county.code)
    working.load(change for one in arrived if not one.link and (change := _change(one)) is not None)
    for _, group in groupby(arrived, key=lambda one: one.header.action):
        _judge_action(county, name, writer, working, list(group), progress)
    for sort in ("fork", "chain-broken"):
        if any(one.link == sort for one in arrived):
            _note(county, progress, sort, name, sort)
    _place(connection, county, name, progress)
    _add_known_verdicts(connection, county, arrived, progress)
    working.flush()
    applied = (one for one, judged in progress.placed if judged.outcome.result in APPLIED_RESULTS)
    changes = [change for one in applied if (change := _change(one)) is not None]
    progress.pictures = follow(working, county, changes)


def _change(one: Arrived) -> Change | None:
    try:
        return change_of(one.header, one.entry.payload_bytes)
    except EntryFormatError:
        return None


def _judge_action(
    county: County, name: BatchName, writer: Writer, working: WorkingSet, action: list[Arrived], progress: Progress
) -> None:
    if all(one.link == _KNOWN for one in action):
        return
    changes = [change for one in action if (change := _change(one)) is not None]
    problem = _action_problem(writer, action) or rule_problem(working, county, name.vault, writer, changes)
    if problem:
        reasons = [one.link if one.link not in ("", _KNOWN) else problem for one in action]
        judged = [Judged(Outcome(Result.REJECTED, reason), writer.home, False) for reason in reasons]
    else:
        judged = working.apply_action([Step(change, writer.townships) for change in changes])
        if judged[0].outcome.result is Result.HELD:
            _note(county, progress, "unknown-kind", name, judged[0].outcome.reason, action[0].header.action)
    for one, judgement in zip(action, judged, strict=True):
        if one.link == "":
            progress.placed.append((one, judgement))
        elif one.link != _KNOWN:
            progress.verdicts.append(verdict_on(one.header, one.entry.hash, judgement.outcome, None))


def _action_problem(writer: Writer, action: Sequence[Arrived]) -> str:
    """Why an action is rejected before its content is looked at, or ""."""
    headers = [one.header for one in action]
    checks = (
        ("chain-broken", any(one.link == "chain-broken" for one in action)),
        ("fork", any(one.link == "fork" for one in action)),
        ("split-action", any(one.link for one in action)),
        ("split-action", [header.part for header in headers] != list(range(1, len(headers) + 1))),
        ("split-action", any(header.parts != len(headers) for header in headers)),
        ("not-allowed", any(header.worker != writer.worker or header.role not in writer.roles for header in headers)),
        ("malformed", not all(_plain(header) for header in headers)),
        ("action-too-large", sum(_size(one.entry) for one in action) > MAX_ACTION_BYTES),
        ("payload-changed", any(_payload_changed(one) for one in action)),
        ("malformed", any(_change(one) is None for one in action)),
    )
    return next((code for code, wrong in checks if wrong), "")


def _plain(header: Header) -> bool:
    record_fits = header.record is None or is_id(header.record)
    return record_fits and is_id(header.action) and is_id(header.kind) and len(header.kind) <= 64


def _size(entry: Entry) -> int:
    return len(entry.header_bytes) + len(entry.payload_bytes or b"")


def _payload_changed(one: Arrived) -> bool:
    payload = one.entry.payload_bytes
    return payload is not None and hash_bytes(payload) != one.header.payload_hash


def _place(connection: Connection, county: County, name: BatchName, progress: Progress) -> None:
    """Give positions to what was applied and write all entries of the batch, rejected ones too."""
    applied = sum(judged.outcome.result in APPLIED_RESULTS for _, judged in progress.placed)
    position = next_count(connection, county.code, POSITION, applied) - applied
    rows: list[dict[str, Any]] = []
    for one, judged in progress.placed:
        place: int | None = None
        if judged.outcome.result in APPLIED_RESULTS:
            position += 1
            place = position
        rows.append(_stored_row(county, one, judged, name.number, place))
        progress.verdicts.append(verdict_on(one.header, one.entry.hash, judged.outcome, place))
    if rows:
        connection.execute(tables.entry.insert(), rows)


def _stored_row(county: County, one: Arrived, judged: Judged, batch: int, place: int | None) -> dict[str, Any]:
    row = entry_row(county.code, one.entry, one.header, judged, batch=batch, position=place)
    # What is too long or unprintable was rejected for it; it stays whole in the header's own bytes.
    row["kind"] = row["kind"] if is_id(row["kind"]) and len(row["kind"]) <= 64 else "?"
    row["record"] = row["record"] if is_id(row["record"]) else None
    row["action"] = row["action"] if is_id(row["action"]) else "?"
    row["reason"] = row["reason"] if is_id(row["reason"]) else ""
    return row


def verdict_on(header: Header, entry_hash: str, outcome: Outcome, position: int | None) -> Verdict:
    """The county's word on one entry, for a receipt or a page of the feed."""
    return Verdict(header.vault, header.epoch, header.seq, entry_hash, outcome.result.value, outcome.reason, position)


def _add_known_verdicts(connection: Connection, county: County, arrived: Sequence[Arrived], progress: Progress) -> None:
    """Entries that came again: ``duplicate`` with the old position, or the old rejection or hold."""
    known = [one for one in arrived if one.link == _KNOWN]
    if known:
        first, last = known[0].header, known[-1].header
        rows = connection.execute(
            select(tables.entry).where(
                tables.entry.c.county == county.code,
                tables.entry.c.vault == first.vault,
                tables.entry.c.epoch == first.epoch,
                tables.entry.c.seq.between(first.seq, last.seq),
            )
        )
        old = {row.seq: row for row in rows}
        for one in known:
            row = old[one.header.seq]
            if row.payload is None and one.entry.payload_bytes is not None:
                progress.erased.append(row.seq)
            again = row.result in (Result.REJECTED, Result.HELD)
            outcome = Outcome(Result(row.result), row.reason) if again else Outcome(Result.DUPLICATE)
            progress.verdicts.append(verdict_on(one.header, row.hash, outcome, row.position))
    progress.verdicts.sort(key=lambda verdict: verdict.seq)


def _note(
    county: County, progress: Progress, sort: str, name: BatchName, reason: str, action: str | None = None
) -> None:
    progress.holds.append(
        {
            "county": county.code,
            "sort": sort,
            "vault": name.vault,
            "epoch": name.epoch,
            "number": name.number,
            "action": action,
            "reason": reason,
            "since": now_text(),
        }
    )
