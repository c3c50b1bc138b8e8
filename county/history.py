"""What the county has of a vault's own journal, for a vault that was restored, cloned or salvaged.

Nothing is merged here: where the vault's word and the county's contradict each other, both histories stay, the county
notes a *fork* for a person, and the vault goes on in an epoch of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, func, select

from county import tables
from county.clock import now_text
from county.erased_copies import open_batch
from county.intake import Unknown, note_fork
from county.opening import County
from county.receipts import read_receipts
from desktop.domain.journal import EPOCH_BEGAN, Entry, decode_body
from desktop.sync.envelope import Signed, digest, pack_container, seal, sign_document, unpack_container
from desktop.sync.protocol import (
    APPLIED,
    BatchHeld,
    BatchReturned,
    EpochHeld,
    EpochsTold,
    EpochTold,
    History,
    Manifest,
    Receipt,
    encode_entries,
)


def compare(county: County, vault: str, body: bytes) -> bytes:
    """The signed answer to what a vault tells of its epochs; raises ProtocolError for a malformed question."""
    told = {one.epoch: one for one in EpochsTold.decode(body).epochs}
    with county.store.write() as connection:
        chain = tables.chain
        rows = connection.execute(
            select(chain.c.epoch, chain.c.seq, chain.c.head)
            .where(chain.c.county == county.code, chain.c.vault == vault)
            .order_by(chain.c.epoch)
        ).all()
        held = tuple(
            _held(connection, county, vault, row.epoch, row.seq, row.head, told.get(row.epoch)) for row in rows
        )
        for one in held:
            if not one.agrees:
                note_fork(connection, county, vault, one.epoch, None, "heads-differ")
    answer = History(vault, county.dataset, now_text(), held)
    return sign_document(answer.encode(), county.signing).encode()


def note_epoch_that_went_on(connection: Connection, county: County, vault: str, epoch: str, seq: int) -> None:
    """Fresh entries of an epoch that the vault's own later epoch says ended before ``seq``: two laptops are at work,
    the one that was restored or found to be a clone, and another that knows nothing of it. Said once per epoch."""
    entry = tables.entry
    beginnings = connection.scalars(
        select(entry.c.payload).where(
            entry.c.county == county.code,
            entry.c.vault == vault,
            entry.c.epoch.in_(
                select(tables.chain.c.epoch).where(_chains_of(county, vault), tables.chain.c.epoch != epoch)
            ),
            entry.c.seq == 1,
            entry.c.kind == EPOCH_BEGAN,
            entry.c.payload.is_not(None),
        )
    )
    for payload in beginnings:
        old = decode_body(bytes(payload)).get("from")
        if isinstance(old, dict) and old.get("epoch") == epoch and isinstance(old.get("seq"), int) and old["seq"] < seq:
            note_fork(connection, county, vault, epoch, None, "epoch-went-on")
            return


def _chains_of(county: County, vault: str) -> ColumnElement[bool]:
    return and_(tables.chain.c.county == county.code, tables.chain.c.vault == vault)


def read_batch(county: County, vault: str, epoch: str, number: int) -> bytes:
    """The container of a batch as it was sent; where an erasure took that or something of it, the county's own word
    with the entries as they are now, sealed to the vault. Raises Unknown("batch-unknown").
    """
    batch = tables.batch
    with county.store.read() as connection:
        found = connection.execute(
            select(batch.c.container, batch.c.digest).where(
                batch.c.county == county.code,
                batch.c.vault == vault,
                batch.c.epoch == epoch,
                batch.c.number == number,
            )
        ).first()
        if found is None:
            raise Unknown("batch-unknown")
        if found.container is not None and digest(unpack_container(bytes(found.container))[1]) == found.digest:
            return bytes(found.container)
        if found.container is not None:
            # Sealed anew without what was erased: it waits to be applied, or holds what fitted no chain.
            signed, sealed = unpack_container(bytes(found.container))
            manifest = Manifest.decode(signed.document)
            entries: Sequence[Entry] = open_batch(county, sealed, manifest)
            missing = manifest.missing
        else:
            entries, missing = _applied(connection, county, vault, epoch, number)
        return _returned(connection, county, number, found.digest, entries, missing)


def _applied(
    connection: Connection, county: County, vault: str, epoch: str, number: int
) -> tuple[Sequence[Entry], int]:
    """The entries of a batch whose bytes are gone, as they are now, and how many before them never came."""
    first, last = _range(connection, county, vault, epoch, number)
    entry = tables.entry
    mine = (entry.c.county == county.code, entry.c.vault == vault, entry.c.epoch == epoch)
    rows = connection.execute(
        select(entry.c.header, entry.c.payload).where(*mine, entry.c.seq.between(first, last)).order_by(entry.c.seq)
    ).all()
    if len(rows) != last - first + 1:
        # What did not fit the chain was kept in the container alone.
        raise Unknown("batch-unknown")
    entries = [Entry(bytes(row.header), None if row.payload is None else bytes(row.payload)) for row in rows]
    before = connection.scalar(select(func.max(entry.c.seq)).where(*mine, entry.c.seq < first)) or 0
    return entries, first - before - 1


def _returned(
    connection: Connection, county: County, number: int, sent: str, entries: Sequence[Entry], missing: int
) -> bytes:
    first, last = entries[0].header, entries[-1].header
    vault, epoch = first.vault, first.epoch
    recipient = connection.scalar(
        select(tables.vault.c.recipient).where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
    )
    if recipient is None:
        raise Unknown("vault-unknown")
    sealed = seal(encode_entries(vault, epoch, number, entries), [recipient])
    word = BatchReturned(
        vault=vault,
        dataset=county.dataset,
        epoch=epoch,
        number=number,
        batch=sent,
        first_seq=first.seq,
        last_seq=last.seq,
        head=entries[-1].hash,
        missing=missing,
        digest=digest(sealed),
        size=len(sealed),
        time=now_text(),
    )
    return pack_container(sign_document(word.encode(), county.signing), sealed)


def _range(connection: Connection, county: County, vault: str, epoch: str, number: int) -> tuple[int, int]:
    """The first and last entry of a batch, by the county's receipt: the entries themselves may have come before."""
    receipt = read_receipts(connection, county, vault, epoch, number).get(APPLIED)
    if receipt is None:
        raise Unknown("batch-unknown")
    verdicts = Receipt.decode(Signed.decode(receipt).document).verdicts
    if not verdicts:
        raise Unknown("batch-unknown")
    return verdicts[0].seq, verdicts[-1].seq


def _held(
    connection: Connection, county: County, vault: str, epoch: str, seq: int, head: str, told: EpochTold | None
) -> EpochHeld:
    batch, entry = tables.batch, tables.entry
    after = told.confirmed if told is not None else 0
    batches = connection.execute(
        select(batch.c.number, batch.c.digest)
        .where(batch.c.county == county.code, batch.c.vault == vault, batch.c.epoch == epoch, batch.c.number > after)
        .order_by(batch.c.number)
    )
    ours = None
    if told is not None:
        ours = connection.scalar(
            select(entry.c.hash).where(
                entry.c.county == county.code,
                entry.c.vault == vault,
                entry.c.epoch == epoch,
                entry.c.seq == told.seq,
            )
        )
    agrees = told is None or ours is None or ours == told.head
    return EpochHeld(epoch, seq, head, agrees, tuple(BatchHeld(row.number, row.digest) for row in batches))
