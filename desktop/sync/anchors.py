"""The county's signed receipts as anchors of the journal: a history rewritten as a whole no longer fits them.

The chain alone proves that a journal is consistent with itself; whoever can write the store can also
compute every hash anew. What they cannot make anew is the county's signature over what it received.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from desktop.domain.journal import EntryReference, Fault, hash_bytes
from desktop.storage.tables import batch, entry
from desktop.sync.envelope import SealingKey, digest, unpack_container, unseal
from desktop.sync.protocol import Manifest, ProtocolError, decode_entries
from desktop.sync.sealing import is_applied, open_receipt

Hashes = Mapping[int, str]
"""Header hash by ``seq``."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """How many entries a signed receipt speaks of, and the first that is not what it speaks of."""

    entries: int
    fault: Fault | None


def check_receipts(connection: Connection, vault: str, county_key: str, own_key: SealingKey) -> Anchored:
    """Compare the journal with every receipt kept.

    An *applied* receipt names each entry by ``seq`` and hash. A *stored* one names the digest of the
    sealed bytes, and those, opened with the vault's own key, hold the entries; they say nothing more
    once the bytes were dropped after an erasure.

    The fault's code is ``receipt-forged`` (a receipt that the county did not sign, or for something
    else) or ``receipt-contradicted`` (the entry is another one, or is gone).
    """
    count = 0
    rows = connection.execute(select(batch).order_by(batch.c.epoch, batch.c.number)).all()
    for row in rows:
        first = str(EntryReference(vault, row.epoch, row.first_seq))
        try:
            confirmed = dict(_confirmed(row, vault, county_key, own_key))
        except ProtocolError:
            return Anchored(count, Fault(first, "receipt-forged"))
        kept = _kept(connection, vault, row)
        for seq, known in confirmed.items():
            if kept.get(seq) != known:
                return Anchored(count, Fault(str(EntryReference(vault, row.epoch, seq)), "receipt-contradicted"))
        count += len(confirmed)
    return Anchored(count, None)


def _confirmed(row: Row[Any], vault: str, county_key: str, own_key: SealingKey) -> Iterator[tuple[int, str]]:
    """``seq`` and hash of every entry that this batch's receipts speak of."""
    for kept in (row.stored_receipt, row.applied_receipt):
        if kept is None:
            continue
        receipt = open_receipt(kept, county_key, vault, row.epoch, row.number)
        if receipt.digest != row.digest:
            raise ProtocolError("receipt-foreign")
        if is_applied(receipt):
            # A batch that the county could not read is rejected without hashes.
            yield from ((one.seq, one.hash) for one in receipt.verdicts if one.hash)
        elif row.container is not None:
            signed, sealed = unpack_container(row.container)
            if digest(sealed) != receipt.digest:
                raise ProtocolError("digest-wrong")
            entries = decode_entries(unseal(sealed, own_key), Manifest.decode(signed.document))
            yield from ((one.header.seq, one.hash) for one in entries)


def _kept(connection: Connection, vault: str, row: Row[Any]) -> Hashes:
    found = connection.execute(
        select(entry.c.seq, entry.c.header).where(
            entry.c.vault == vault, entry.c.epoch == row.epoch, entry.c.seq.between(row.first_seq, row.last_seq)
        )
    )
    return {one.seq: hash_bytes(one.header) for one in found}
