"""The county's signed receipts as anchors of the journal: a history rewritten as a whole no longer fits them.

The chain alone proves that a journal is consistent with itself; whoever can write the store can also
compute every hash anew. What they cannot make anew is the county's signature over what it received.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from desktop.domain.journal import EntryReference, Fault, hash_bytes
from desktop.storage.tables import batch, entry
from desktop.sync.envelope import SealingKey, digest, unpack_container, unseal
from desktop.sync.protocol import Manifest, ProtocolError, decode_entries
from desktop.sync.sealing import is_applied, open_receipt

Hashes = Mapping[int, str]
"""Header hash by ``seq``."""
_NOT_KEPT: Final = ("chain-broken", "fork")


@dataclass(frozen=True, slots=True)
class Anchored:
    """How many entries a signed receipt speaks of, and the first that is not what it speaks of."""

    entries: int
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Named:
    """What a batch's receipts name: header hash by ``seq``, and the numbers that the county by its own word keeps no
    entry of: it could not read the batch, or they did not link to what it has."""

    hashes: dict[int, str] = field(default_factory=dict)
    not_kept: set[int] = field(default_factory=set)


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
            confirmed = named_by(row, vault, county_key, own_key).hashes
        except ProtocolError:
            return Anchored(count, Fault(first, "receipt-forged"))
        kept = _kept(connection, vault, row)
        for seq, known in confirmed.items():
            if kept.get(seq) != known:
                return Anchored(count, Fault(str(EntryReference(vault, row.epoch, seq)), "receipt-contradicted"))
        count += len(confirmed)
    return Anchored(count, None)


def named_by(row: Row[Any], vault: str, county_key: str, own_key: SealingKey, *, unsealing: bool = True) -> Named:
    """What the receipts of a row of ``batch`` speak of; raises ProtocolError for one that is forged or foreign.

    Without ``unsealing`` the sealed bytes are opened only where no *applied* receipt names the entries.
    """
    found = Named()
    for kept in (row.stored_receipt, row.applied_receipt):
        if kept is None:
            continue
        receipt = open_receipt(kept, county_key, vault, row.epoch, row.number)
        if receipt.digest != row.digest:
            raise ProtocolError("receipt-foreign")
        if is_applied(receipt):
            # A batch that the county could not read is rejected without hashes.
            found.hashes.update({one.seq: one.hash for one in receipt.verdicts if one.hash})
            found.not_kept.update(one.seq for one in receipt.verdicts if not one.hash or one.reason in _NOT_KEPT)
        elif row.container is not None and (unsealing or row.applied_receipt is None):
            signed, sealed = unpack_container(row.container)
            if digest(sealed) != receipt.digest:
                raise ProtocolError("digest-wrong")
            entries = decode_entries(unseal(sealed, own_key), Manifest.decode(signed.document))
            found.hashes.update({one.header.seq: one.hash for one in entries})
    return found


def _kept(connection: Connection, vault: str, row: Row[Any]) -> Hashes:
    found = connection.execute(
        select(entry.c.seq, entry.c.header).where(
            entry.c.vault == vault, entry.c.epoch == row.epoch, entry.c.seq.between(row.first_seq, row.last_seq)
        )
    )
    return {one.seq: hash_bytes(one.header) for one in found}
