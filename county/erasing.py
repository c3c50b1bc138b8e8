"""Erasing content (个人信息删除权, PIPL art. 47): what a vault erased goes from the county's copy too.

Headers stay, so every chain and every receipt still holds; the payload, what was made of it, the
sealed batches that carried it and a scan's picture go in the transaction that applies the erasure. Other
vaults hear of the erasure itself by the feed; the content is not fed on any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, or_, select, true, update

from county import tables
from county.aliases import refold
from county.attachments import attachment_file
from county.erased_copies import clear_copies
from county.opening import County
from county.records import BROKEN, WorkingSet
from county.store import insert_missing
from desktop.domain.journal import ERASED, EntryFormatError, EntryReference, decode_body
from desktop.domain.records import Change
from desktop.domain.sealed_files import SEALED_FILES, sealed_files

_FEW: Final = 8
_WITH_PICTURES: Final = tuple(kind.partition(".")[0] for kind in SEALED_FILES)


def erasure_problem(
    connection: Connection, county: County, vault: str, townships: Sequence[str], changes: Iterable[Change]
) -> str:
    """Why these erasures may not be, or "".

    A worker erases what happened in the own townships, whichever vault wrote it; never what the county
    wrote, and never an erasure.
    """
    for change in changes:
        if change.kind != ERASED or change.body is None:
            continue
        reference = _named(change)
        if reference is None:
            return "malformed"
        row = _row(connection, county, reference)
        if row is None:
            # An own one may be in this very batch, not written yet.
            if reference.vault != vault:
                return "no-such-entry"
        elif row.kind == ERASED or row.vault == county.vault or (townships and row.township not in townships):
            return "not-allowed"
    return ""


def erase(connection: Connection, county: County, working: WorkingSet, changes: Iterable[Change]) -> tuple[str, ...]:
    """Do what these erasures say; answers the pictures to ``remove`` once the transaction is on the disk.

    A picture that another record names too is content of that one, and goes with the last of them.
    """
    touched: set[str] = set()
    gone: dict[tuple[str, str], set[int]] = {}
    pictures: set[str] = set()
    for change in changes:
        reference = _named(change) if change.kind == ERASED and change.body is not None else None
        row = _row(connection, county, reference) if reference is not None else None
        if reference is None or row is None or row.payload is None or row.kind == ERASED:
            continue
        connection.execute(update(tables.entry).where(_is(county, tables.entry, reference)).values(payload=None))
        gone.setdefault((reference.vault, reference.epoch), set()).add(reference.seq)
        if row.record is not None:
            touched.add(row.record)
        pictures.update(_pictures(row.kind, bytes(row.payload)))
    for (vault, epoch), seqs in gone.items():
        clear_copies(connection, county, vault, epoch, seqs)
    if touched:
        refold(connection, county, working, sorted(touched))
    return _let_go(connection, county, pictures)


def _let_go(connection: Connection, county: County, pictures: Collection[str]) -> tuple[str, ...]:
    """Take those of these pictures from their rows that no record names any more; answers which."""
    kept = tables.attachment
    digests = sorted(set(pictures) - _shown(connection, county, pictures))
    for digest in digests:
        connection.execute(delete(kept).where(kept.c.county == county.code, kept.c.digest == digest))
        # It may still lie on the laptop that took it, which sends it after its records.
        insert_missing(connection, tables.erased_attachment, {"county": county.code, "digest": digest})
    return tuple(digests)


def _shown(connection: Connection, county: County, pictures: Collection[str]) -> set[str]:
    """Which of these a record still shows; those that were erased have been folded anew without them."""
    record = tables.record.c
    if not pictures:
        return set()
    # For a few the database looks, for many it is quicker to go through all once.
    few = or_(*(record.state.contains(one, autoescape=True) for one in pictures)) if len(pictures) <= _FEW else true()
    rows = connection.scalars(
        select(record.state).where(record.county == county.code, record.kind.in_(_WITH_PICTURES), few)
    )
    facts = [json.loads(state)["fact"] for state in rows if state is not None]
    return {one for fact in facts for kind in SEALED_FILES for one, _ in sealed_files(kind, fact)} & set(pictures)


def remove(county: County, pictures: Iterable[str]) -> None:
    """Remove the files of erased scans, whose rows are gone already; what cannot be removed now, ``sweep`` takes."""
    for digest in pictures:
        with suppress(OSError):
            attachment_file(county, digest).unlink(missing_ok=True)


def sweep(county: County) -> int:
    """Remove pictures that belong to nothing: what a kill left after an erasure; answers how many.

    Only to be called before the county takes anything in: a picture is written before its row.
    """
    with county.store.read() as connection:
        wanted = set(
            connection.scalars(select(tables.attachment.c.digest).where(tables.attachment.c.county == county.code))
        )
    root = attachment_file(county, "00").parent.parent
    orphans = [path for path in root.glob("??/*") if path.name not in wanted]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _named(change: Change) -> EntryReference | None:
    try:
        return EntryReference.parse((change.body or {})["entry"])
    except (EntryFormatError, *BROKEN):
        return None


def _is(county: County, table: Any, reference: EntryReference) -> Any:
    return and_(
        table.c.county == county.code,
        table.c.vault == reference.vault,
        table.c.epoch == reference.epoch,
        table.c.seq == reference.seq,
    )


def _row(connection: Connection, county: County, reference: EntryReference) -> Row[Any] | None:
    return connection.execute(select(tables.entry).where(_is(county, tables.entry, reference))).first()


def _pictures(kind: str, payload: bytes) -> tuple[str, ...]:
    """The sealed files that an entry names: a scan's, or a signature's picture and strokes."""
    try:
        return tuple(digest for digest, _ in sealed_files(kind, decode_body(payload)))
    except EntryFormatError:
        return ()
