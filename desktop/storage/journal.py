"""Writing and reading the journal: an action's entries and the records they change, together."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select, true, union_all

from desktop.domain.content import MALFORMED, UNKNOWN_WORD, reason_code
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import (
    ASIDE_ERASED,
    EPOCH_BEGAN,
    ERASED,
    MAX_ACTION_BYTES,
    NO_PREVIOUS,
    SALT_BYTES,
    Entry,
    EntryFormatError,
    EntryReference,
    Fault,
    Header,
    Missing,
    decode_body,
    encode_payload,
    first_fault,
    hash_bytes,
    missing_of,
)
from desktop.domain.records import Change, Nature, Result, State, record_kind
from desktop.storage import erasing, journal_end, records, settings
from desktop.storage.tables import diverged, entry

HALF_ACTION: Final = "half-action"
"""Why an epoch began: half an action was set aside before it (``half_actions``)."""
_MOST_HEADER: Final = 900
"""No header is longer; nearly all have about 450 bytes."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whose journal is written: the vault, its epoch, the worker and the worker's role."""

    vault: str
    epoch: str
    worker: str
    role: str


@dataclass(frozen=True, slots=True)
class _Pending:
    kind: str
    record: str | None
    payload: bytes


class ContentError(ValueError):
    """Content that no shape allows was about to be written; names the kind and the place, never the value."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")


class Action:
    """One worker's action in the making; entries are chained and written when it ends.

    ``add`` changes the record at once, so that the same action can read what it wrote. The action
    is written whole by ``finish``, in the transaction it was begun in, or not at all.
    """

    def __init__(
        self,
        connection: Connection,
        author: Author,
        time: str,
        *,
        clock_doubtful: bool = False,
        import_id: str | None = None,
    ) -> None:
        self.connection = connection
        self.author = author
        self.id = uuid.uuid4().hex
        self.time = time
        self.changed: set[str] = set()
        self._import_id = import_id
        self._pending: list[_Pending] = []
        self._tail_seq, self._tail_hash, latest = tail(connection, author)
        self._clock_doubtful = clock_doubtful or time < latest

    def add(self, kind: str, record_id: str | None, body: Mapping[str, Any]) -> State | None:
        """Add one entry; answers the record's new state (None for entries that change no record).

        Raises:
            UserFacingError: ``action.refused`` with the rule's reason, where the record's table of
                transitions does not allow the step. The whole action is then rolled back.
            ContentError: the content is not as ``desktop.domain.shapes`` declares it: a bug of ours, found
                here instead of on every laptop of the township.
        """
        payload = encode_payload(body, secrets.token_bytes(SALT_BYTES))
        self._pending.append(_Pending(kind, record_id, payload))
        known = record_kind(kind)
        if known is None:
            raise ValueError(f"unknown kind of entry: {kind}")
        if record_id is None or known.nature is Nature.AUDIT:
            return None
        by = str(EntryReference(self.author.vault, self.author.epoch, self._tail_seq + len(self._pending)))
        # The content as it will be read everywhere, not as it lies in memory here.
        change = Change(
            by,
            kind,
            record_id,
            self.time,
            self.author.worker,
            self.author.role,
            decode_body(payload),
            self._import_id is not None,
        )
        state, outcome = records.apply(self.connection, change)
        if reason_code(outcome.reason) in (MALFORMED, UNKNOWN_WORD):
            raise ContentError(kind, outcome.reason)
        if outcome.result in (Result.REJECTED, Result.HELD, Result.CONFLICT):
            raise UserFacingError("action.refused", reason=outcome.reason)
        self.changed.add(known.name)
        return state

    def state(self, record_id: str) -> State | None:
        """The record's state as of now, inside this action."""
        return records.state(self.connection, record_id)

    def make_room(self) -> None:
        """Where the action is half full, end it here and go on with another in the same transaction.

        For what must be done whole whatever its size. Each of the actions stands by itself: at the county one may be
        taken without the next.
        """
        if sum(len(one.payload) + _MOST_HEADER for one in self._pending) > MAX_ACTION_BYTES // 2:
            self.finish()
            self.id, self._pending = uuid.uuid4().hex, []
            self._tail_seq, self._tail_hash, _ = tail(self.connection, self.author)

    def finish(self) -> tuple[EntryReference, ...]:
        """Chain and write the entries; raises UserFacingError("action.too-large") above 64 KiB."""
        previous = self._tail_hash
        rows: list[dict[str, Any]] = []
        for number, pending in enumerate(self._pending, start=1):
            header = Header(
                vault=self.author.vault,
                epoch=self.author.epoch,
                seq=self._tail_seq + number,
                previous=previous,
                action=self.id,
                part=number,
                parts=len(self._pending),
                kind=pending.kind,
                record=pending.record,
                time=self.time,
                worker=self.author.worker,
                role=self.author.role,
                payload_hash=hash_bytes(pending.payload),
                import_id=self._import_id,
                clock_doubtful=self._clock_doubtful,
            )
            encoded = header.encode()
            previous = hash_bytes(encoded)
            rows.append(entry_row(header, Entry(encoded, pending.payload), own=True))
        if sum(len(row["header"]) + len(row["payload"]) for row in rows) > MAX_ACTION_BYTES:
            raise UserFacingError("action.too-large", limit=MAX_ACTION_BYTES // 1024)
        if rows:
            self.connection.execute(entry.insert(), rows)
            journal_end.go_on(self.connection, self.author.epoch, self._tail_hash, previous)
        return tuple(EntryReference(row["vault"], row["epoch"], row["seq"]) for row in rows)


def entry_row(header: Header, written: Entry, *, own: bool) -> dict[str, Any]:
    """The table row of an entry, its bytes verbatim."""
    return {
        "vault": header.vault,
        "epoch": header.epoch,
        "seq": header.seq,
        "own": own,
        "action": header.action,
        "kind": header.kind,
        "record": header.record,
        "header": written.header_bytes,
        "hash": written.hash,
        "payload": written.payload_bytes,
    }


def tail(connection: Connection, author: Author) -> tuple[int, str, str]:
    """Sequence number, hash and time of the vault's last entry; (0, old head, …) at the start of an epoch."""
    row = connection.execute(
        select(entry.c.epoch, entry.c.seq, entry.c.hash, entry.c.header)
        .where(entry.c.own)
        .order_by(entry.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return 0, NO_PREVIOUS, ""
    return (row.seq if row.epoch == author.epoch else 0), row.hash, Header.decode(row.header).time


def own_entries(connection: Connection, after: tuple[str, int] | None = None) -> Iterator[Entry]:
    """The vault's own entries in order, all or those after ``(epoch, seq)``; those set aside in their old places."""
    parts = []
    for table, own in ((entry, entry.c.own), (diverged, true())):
        part = select(table.c.id, table.c.header, table.c.payload).where(own)
        parts.append(part if after is None else part.where(table.c.epoch == after[0], table.c.seq > after[1]))
    for row in connection.execute(union_all(*parts).order_by("id")):
        yield Entry(row.header, row.payload)


def own_of_kind(connection: Connection, *kinds: str) -> Iterator[Entry]:
    """The vault's own entries of these kinds, in order."""
    query = select(entry.c.header, entry.c.payload).where(entry.c.own, entry.c.kind.in_(kinds)).order_by(entry.c.id)
    for row in connection.execute(query):
        yield Entry(row.header, row.payload)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many own entries there are, the first broken one (None if the journal holds), and what a salvage named as
    missing and is still not here; what has come back from the county meanwhile closes its gap."""

    entries: int
    fault: Fault | None
    gaps: tuple[Missing, ...] = ()


def verify(connection: Connection) -> Verified:
    """Walk the vault's whole journal.

    The head kept beside the journal makes a cut at its end visible too.
    """
    count = connection.scalar(select(func.count()).select_from(entry).where(entry.c.own)) or 0
    count += connection.scalar(select(func.count()).select_from(diverged)) or 0
    missing, gone = _named_losses(connection)
    entries = own_entries(connection) if not missing else _entries_with_copies(connection)
    fault = first_fault(
        entries,
        head=journal_end.kept_head(connection),
        erased_elsewhere=_erased_by_others(connection),
        missing=missing,
        gone_before=[*gone, *_erased_aside(connection)],
    )
    return Verified(count, fault, tuple(_still_missing(connection, missing)))


def _erased_by_others(connection: Connection) -> frozenset[str]:
    """Entries whose content a colleague erased: their vault's journal says so, and it came by the feed."""
    payloads = connection.scalars(
        select(entry.c.payload).where(~entry.c.own, entry.c.kind == ERASED, entry.c.payload.is_not(None))
    )
    return frozenset(str(decode_body(payload).get("entry")) for payload in payloads)


def _erased_aside(connection: Connection) -> Iterator[str]:
    """Own entries that were set aside and then erased; in the walk it is they that bear these names."""
    payloads = connection.scalars(
        select(entry.c.payload).where(entry.c.kind == ASIDE_ERASED, entry.c.payload.is_not(None))
    )
    for payload in payloads:
        yield str(decode_body(payload).get("entry"))


def erased_names(connection: Connection) -> frozenset[str]:
    """References of every entry whose content is gone as some entry here says, or as a salvage found it."""
    payloads = connection.scalars(select(entry.c.payload).where(entry.c.kind == ERASED, entry.c.payload.is_not(None)))
    said = (str(decode_body(payload).get("entry")) for payload in payloads)
    return frozenset((*said, *_named_losses(connection)[1], *_erased_aside(connection)))


def named_missing(connection: Connection) -> tuple[Missing, ...]:
    """What the beginnings of this vault's epochs name as lost by damage or set aside, come back since or not."""
    return tuple(_named_losses(connection)[0])


def _named_losses(connection: Connection) -> tuple[list[Missing], list[str]]:
    """What the beginnings of this vault's epochs name as lost."""
    missing: list[Missing] = []
    gone: list[str] = []
    for body in _epochs_began(connection):
        with contextlib.suppress(EntryFormatError):
            missing.extend(missing_of(body))
            gone.extend(str(one) for one in body.get("contents_gone", ()))
    return missing, gone


def _epochs_began(connection: Connection) -> Iterator[Mapping[str, Any]]:
    """What the first entries of this vault's epochs say."""
    for one in own_of_kind(connection, EPOCH_BEGAN):
        with contextlib.suppress(EntryFormatError):  # a broken one is found by the walk
            yield one.body() or {}


def _halves_set_aside(connection: Connection) -> frozenset[str]:
    """References of the parts of actions that were set aside (``half_actions``): here, and no part of the chain."""
    halves = (body["apart"] for body in _epochs_began(connection) if body.get("reason") == HALF_ACTION)
    return frozenset(str(one) for apart in halves for one in apart)


def _entries_with_copies(connection: Connection) -> Iterator[Entry]:
    """The vault's entries by epoch and number: its own rows, those set aside in their old places, and copies of lost
    ones that came back from the county.

    Copies behind an epoch's last own entry are left out: the next epoch goes on from that one. So are halves of actions
    that were set aside; they count as missing.
    """
    halves = _halves_set_aside(connection)
    own = union_all(
        select(entry.c.id, entry.c.vault, entry.c.epoch, entry.c.seq).where(entry.c.own),
        select(diverged.c.id, diverged.c.vault, diverged.c.epoch, diverged.c.seq),
    ).subquery()
    epochs = connection.execute(
        select(own.c.vault, own.c.epoch, func.max(own.c.seq).label("last"))
        .group_by(own.c.vault, own.c.epoch)
        .order_by(func.min(own.c.id))
    ).all()
    for one in epochs:
        aside = select(diverged.c.seq, diverged.c.header, diverged.c.payload).where(diverged.c.epoch == one.epoch)
        there = select(entry.c.seq, entry.c.header, entry.c.payload).where(
            entry.c.vault == one.vault,
            entry.c.epoch == one.epoch,
            or_(entry.c.own, entry.c.seq <= one.last),
            entry.c.seq.not_in(select(diverged.c.seq).where(diverged.c.epoch == one.epoch)),
        )
        for row in connection.execute(union_all(there, aside).order_by("seq")):
            if not halves or str(EntryReference(one.vault, one.epoch, row.seq)) not in halves:
                yield Entry(row.header, row.payload)


def _still_missing(connection: Connection, missing: list[Missing]) -> Iterator[Missing]:
    vault = (settings.get(connection, "identity") or {}).get("vault", "")
    halves = _halves_set_aside(connection)
    for one in missing:
        numbers = connection.scalars(
            select(entry.c.seq).where(
                entry.c.vault == vault, entry.c.epoch == one.epoch, entry.c.seq.between(one.first, one.last)
            )
        )
        there = sum(str(EntryReference(vault, one.epoch, seq)) not in halves for seq in numbers)
        if there <= one.last - one.first:
            yield one


def erase_payload(action: Action, reference: EntryReference, reason: str) -> tuple[str, ...]:
    """Erase one entry's content for good (PIPL art. 47) and say so in the journal.

    The header stays, so the journal still verifies. What goes is in ``erasing.erase_content``, and so
    are the digests answered: files that the caller removes once this is on the disk.

    Raises:
        UserFacingError: ``journal.no-such-entry``; ``journal.not-erasable`` for an ``entry.erased``.
    """
    connection = action.connection
    row = connection.execute(
        select(entry.c.kind, entry.c.record, entry.c.payload).where(
            entry.c.vault == reference.vault, entry.c.epoch == reference.epoch, entry.c.seq == reference.seq
        )
    ).first()
    if row is None or row.payload is None:
        return erase_aside(action, reference, reason)
    if row.kind == ERASED:
        raise UserFacingError("journal.not-erasable")
    action.add(ERASED, row.record, {"entry": str(reference), "reason": reason})
    return erasing.erase_content(connection, reference)


def erase_aside(action: Action, reference: EntryReference, reason: str) -> tuple[str, ...]:
    """The same for an own entry that was set aside after a fork. The county, whose entry may bear the same name, is
    told by hash which one it was.

    Raises:
        UserFacingError: ``journal.no-such-entry``; ``journal.not-erasable``.
    """
    connection = action.connection
    row = connection.execute(
        select(diverged.c.kind, diverged.c.record, diverged.c.hash).where(
            diverged.c.vault == reference.vault,
            diverged.c.epoch == reference.epoch,
            diverged.c.seq == reference.seq,
            diverged.c.payload.is_not(None),
        )
    ).first()
    if row is None:
        raise UserFacingError("journal.no-such-entry")
    if row.kind in (ERASED, ASIDE_ERASED):
        raise UserFacingError("journal.not-erasable")
    action.add(ASIDE_ERASED, row.record, {"entry": str(reference), "hash": row.hash, "reason": reason})
    return erasing.erase_aside(connection, reference, row.hash)
