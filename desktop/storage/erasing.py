"""Taking one entry's content out of the store: its payload, what was made of it, and what carries it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, delete, or_, select, update

from desktop.domain.consent import GrantState
from desktop.domain.journal import ASIDE_ERASED, ERASED, EntryFormatError, EntryReference, decode_body
from desktop.domain.sealed_files import SEALED_FILES
from desktop.storage import records, settings, tray
from desktop.storage.tables import attachment, batch, diverged, draft, entry

_WITHDRAWN: Final = "withdrawn_erased"


def erase_content(connection: Connection, reference: EntryReference) -> tuple[str, ...]:
    """Erase an entry's payload, own or a copy of another's; the header stays. Nothing happens twice.

    The record is folded anew without the content and the search index follows. Of a record of which
    nothing is left the drafts go too, and the pictures in the tray whose code names it. Sealed batches
    that carried it are dropped once the county has confirmed them. Sealed files that it names are content too:
    answers the digests of the files that belong to nobody any more, for the caller to remove once this
    is on the disk.
    """
    row = connection.execute(
        select(entry.c.id, entry.c.kind, entry.c.record, entry.c.payload, entry.c.own).where(
            entry.c.vault == reference.vault, entry.c.epoch == reference.epoch, entry.c.seq == reference.seq
        )
    ).first()
    if row is None or row.payload is None or row.kind == ERASED:
        return ()
    if row.own and row.kind == "grant.moved":
        _keep_withdrawn(connection, row.record, row.payload)
    connection.execute(update(entry).where(entry.c.id == row.id).values(payload=None))
    connection.execute(
        update(batch)
        .where(
            batch.c.epoch == reference.epoch,
            batch.c.first_seq <= reference.seq,
            batch.c.last_seq >= reference.seq,
            batch.c.applied_receipt.is_not(None),
        )
        .values(container=None)
    )
    if row.record is None:
        return ()
    if records.refold(connection, row.record) is None:
        waiting = tray.rows_about(connection, (row.record,))
        connection.execute(delete(draft).where(or_(draft.c.subject == row.record, draft.c.id.in_(waiting))))
    return _drop_pictures(connection, row.record) if row.kind in SEALED_FILES else ()


def erase_aside(connection: Connection, reference: EntryReference, header_hash: str) -> tuple[str, ...]:
    """Erase the content of an own entry that was set aside (``diverged``), as ``erase_content``.

    It is known by its hash too: at the county another entry may bear its name, which must not go with it.
    """
    named = (diverged.c.vault == reference.vault, diverged.c.epoch == reference.epoch, diverged.c.seq == reference.seq)
    here = (*named, diverged.c.hash == header_hash, diverged.c.payload.is_not(None))
    row = connection.execute(select(diverged.c.kind, diverged.c.record).where(*here)).first()
    if row is None:
        return ()
    connection.execute(update(diverged).where(*here).values(payload=None))
    return _drop_pictures(connection, row.record) if row.kind in SEALED_FILES else ()


def withdrawn_erased(connection: Connection) -> frozenset[str]:
    """The grants (ids alone) whose own withdrawal was erased: the county is told of them like of the others."""
    return frozenset(settings.get(connection, _WITHDRAWN) or ())


def _keep_withdrawn(connection: Connection, grant: str, payload: bytes) -> None:
    """Keep that a grant was withdrawn, where the entry that says so loses its content."""
    with suppress(EntryFormatError):
        kept = withdrawn_erased(connection)
        if decode_body(payload).get("to") == GrantState.WITHDRAWN and grant not in kept:
            settings.put(connection, _WITHDRAWN, sorted((*kept, grant)))


def _drop_pictures(connection: Connection, record: str) -> tuple[str, ...]:
    pictures = attachment.c.record == record
    digests = tuple(connection.scalars(select(attachment.c.digest).where(pictures)))
    connection.execute(delete(attachment).where(pictures))
    return digests


def apply_known(connection: Connection) -> tuple[str, ...]:
    """Erase again whatever this store knows to be erased: own and colleagues' ``entry.erased``, after a restore.

    A store from an older backup, or one folded anew from several sources, may hold content whose erasure it
    knows of. Answers digests of files to remove, as ``erase_content``.
    """
    kinds = (ERASED, ASIDE_ERASED)
    rows = connection.execute(
        select(entry.c.kind, entry.c.payload).where(entry.c.kind.in_(kinds), entry.c.payload.is_not(None))
    )
    digests: list[str] = []
    for row in rows.all():
        with suppress(EntryFormatError, KeyError, TypeError, AttributeError):
            body = decode_body(row.payload)
            reference = EntryReference.parse(body["entry"])
            if row.kind == ERASED:
                digests += erase_content(connection, reference)
            else:
                digests += erase_aside(connection, reference, str(body["hash"]))
    return tuple(digests)
