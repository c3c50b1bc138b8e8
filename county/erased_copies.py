"""Erased content in sealed bytes (密封副本): an entry also lies in batches that brought it again, and in what was set
aside.

Where all that a batch holds is in the county's tables too, its bytes go. Elsewhere they hold what is nowhere else:
they are opened, and sealed again without the content that was erased. The signed manifest beside them stays, and so
does the digest in the row: they say what was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Row, func, select, true, update

from county import tables
from county.journal import serialise
from county.opening import County
from desktop.domain.journal import Entry
from desktop.sync.envelope import Signed, pack_container, seal, unpack_container, unseal
from desktop.sync.protocol import APPLIED, Manifest, ProtocolError, decode_entries, encode_entries

_HEAD_BYTES: Final = 4096
"""Enough of a container for the manifest that a laptop writes, without the sealed bytes behind it."""


def open_batch(county: County, sealed: bytes, manifest: Manifest) -> tuple[Entry, ...]:
    """The entries of a batch, opened with whichever of the county's keys it was sealed to; raises ProtocolError."""
    problem = ProtocolError("sealed-unreadable")
    for key in county.sealing:
        try:
            content = unseal(sealed, key)
        except ProtocolError as error:
            problem = error
            if error.code != "sealed-unreadable":
                raise
        else:
            return decode_entries(content, manifest)
    raise problem


def clear_copies(connection: Connection, county: County, vault: str, epoch: str, seqs: Collection[int]) -> None:
    """Take the content of these entries of one epoch, which were erased, out of batches and what was set aside.

    What waits to be applied keeps all else. What cannot be opened stays: nobody reads it.
    """
    batch, known = tables.batch, _known(connection, county, vault, epoch)
    for table in (batch, tables.quarantine):
        keep = batch.c.stage != APPLIED if table is batch else true()
        mine = (table.c.county == county.code, table.c.vault == vault, table.c.epoch == epoch)
        head = func.substr(table.c.container, 1, _HEAD_BYTES, type_=LargeBinary).label("head")
        wanted = select(table.c.number, table.c.digest, head, keep.label("keep"))
        rows = connection.execute(wanted.where(*mine, table.c.container.is_not(None))).all()
        for row in rows:
            if not _may_hold(bytes(row.head), seqs):
                continue
            here = (*mine, table.c.number == row.number, table.c.digest == row.digest)
            container = connection.scalar(select(table.c.container).where(*here))
            cleared = _cleared(county, bytes(container or b""), known, keep=bool(row.keep))
            if cleared != container:
                connection.execute(update(table).where(*here).values(container=cleared))


def clear_waiting(county: County) -> None:
    """Take erased content out of batches that wait and brought it after its erasure: of a vault that is revoked, or
    whose journal has a fault, they may wait for good."""
    batch = tables.batch
    waiting = (batch.c.county == county.code, batch.c.stage != APPLIED)
    with county.store.read() as connection:
        arrivals = connection.scalars(select(batch.c.arrival).where(*waiting)).all()
    for arrival in arrivals:
        here = (*waiting, batch.c.arrival == arrival)
        with county.store.write() as connection:
            serialise(connection, county.code)
            container = connection.scalar(select(batch.c.container).where(*here))
            cleared = None if container is None else without_erased(connection, county, bytes(container))
            if cleared != container:
                connection.execute(update(batch).where(*here).values(container=cleared))


def without_erased(connection: Connection, county: County, container: bytes) -> bytes:
    """What is about to be set aside, without the content of entries that were erased before it came."""
    manifest = _manifest(unpack_container(container)[0])
    return _cleared(county, container, _known(connection, county, manifest.vault, manifest.epoch), keep=True) or b""


def _known(connection: Connection, county: County, vault: str, epoch: str) -> dict[int, Row[Any]]:
    entry = tables.entry
    rows = connection.execute(
        select(entry.c.seq, entry.c.hash, entry.c.payload.is_(None).label("erased")).where(
            entry.c.county == county.code, entry.c.vault == vault, entry.c.epoch == epoch
        )
    )
    return {row.seq: row for row in rows}


def _may_hold(head: bytes, seqs: Iterable[int]) -> bool:
    try:
        manifest = _manifest(unpack_container(head)[0])
    except ProtocolError:
        return True
    return any(manifest.first_seq <= seq <= manifest.last_seq for seq in seqs)


def _manifest(signed: Signed) -> Manifest:
    return Manifest.decode(signed.document)


def _cleared(county: County, container: bytes, known: Mapping[int, Row[Any]], *, keep: bool) -> bytes | None:
    """The container without what was erased; None where nothing of it is only there, unless it is to be kept."""
    try:
        signed, sealed = unpack_container(container)
        manifest = _manifest(signed)
        entries = open_batch(county, sealed, manifest)
    except ProtocolError:
        return container
    same = [known[one.header.seq] if _is_known(one, known) else None for one in entries]
    left: Sequence[Entry] = [
        Entry(one.header_bytes, None) if row is not None and row.erased else one
        for one, row in zip(entries, same, strict=True)
    ]
    if all(one.payload_bytes == old.payload_bytes for one, old in zip(left, entries, strict=True)):
        return container
    if not keep and None not in same:
        return None
    content = encode_entries(manifest.vault, manifest.epoch, manifest.number, left)
    return pack_container(signed, seal(content, [county.sealing[0].recipient]))


def _is_known(entry: Entry, known: Mapping[int, Row[Any]]) -> bool:
    row = known.get(entry.header.seq)
    return row is not None and row.hash == entry.hash
