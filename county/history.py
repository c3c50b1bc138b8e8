"""What the county has of a vault's own journal, for a vault that was restored, cloned or salvaged.

Nothing is merged here: where the vault's word and the county's contradict each other, both histories stay, the county
notes a *fork* for a person, and the vault goes on in an epoch of its own.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select

from county import tables
from county.clock import now_text
from county.intake import Unknown, note_fork
from county.opening import County
from desktop.domain.journal import EPOCH_BEGAN, decode_body
from desktop.sync.envelope import sign_document
from desktop.sync.protocol import BatchHeld, EpochHeld, EpochsTold, EpochTold, History


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
    """The container of a batch as it was sent; raises Unknown("batch-unknown")."""
    batch = tables.batch
    with county.store.read() as connection:
        found = connection.scalar(
            select(batch.c.container).where(
                batch.c.county == county.code,
                batch.c.vault == vault,
                batch.c.epoch == epoch,
                batch.c.number == number,
            )
        )
    if found is None:
        raise Unknown("batch-unknown")
    return bytes(found)


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
