"""The front door for batches: what can be checked without opening them is checked here.

Sealed bytes are stored as they came and answered with a signed *stored* receipt. Opening them is
the work of ``apply.py``; only bytes under a name that is taken, which nobody will apply, are opened here, since
content that was erased meanwhile must not come back with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from county import tables
from county.clock import now_text
from county.erased_copies import without_erased
from county.journal import begin_chain, serialise
from county.opening import County
from county.receipts import read_receipts, write_receipt
from county.store import insert_missing
from desktop.sync.envelope import MAX_DOCUMENT_BYTES, digest, unpack_container
from desktop.sync.protocol import APPLIED, MAX_BATCH_ENTRIES, MAX_SEALED_BYTES, STORED, Manifest, ProtocolError

MAX_CONTAINER_BYTES: Final = MAX_SEALED_BYTES + MAX_DOCUMENT_BYTES
IDENTITY_PATTERN: Final = r"^[A-Za-z0-9_.-]{1,64}$"
"""Vaults and epochs in paths and manifests."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to a batch: the receipt's bytes, and whether it came for the first time."""

    receipt: bytes
    fresh: bool


class Fork(ProtocolError):
    """The same name with other bytes: a cloned or restored vault. Both are kept."""

    def __init__(self) -> None:
        super().__init__("fork")


class Unknown(ProtocolError):
    """A vault or batch that the county has never heard of."""


def store_batch(county: County, vault: str, epoch: str, number: int, container: bytes) -> Stored:
    """Check a batch's name, signature, size and digest, and store its bytes.

    Raises:
        Unknown: ``vault-unknown``.
        Fork: this name is taken by other bytes; the new ones are kept in quarantine.
        ProtocolError: ``signature-wrong``, ``batch-renamed``, ``digest-wrong``, ``batch-too-large``,
            ``manifest-malformed`` and the codes of ``unpack_container``.
    """
    signed, sealed = unpack_container(container)
    with county.store.read() as connection:
        public_key = connection.scalar(
            select(tables.vault.c.signing_key).where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
        )
    if public_key is None:
        raise Unknown("vault-unknown")
    manifest = Manifest.decode(signed.verified(public_key))
    _check(manifest, vault, epoch, number, sealed)
    row = {
        "county": county.code,
        "vault": vault,
        "epoch": epoch,
        "number": number,
        "digest": manifest.digest,
        "container": container,
        "stage": STORED,
        "received": now_text(),
    }
    with county.store.write() as connection:
        if insert_missing(connection, tables.batch, row):
            begin_chain(connection, county.code, vault, epoch)
            receipt = write_receipt(connection, county, STORED, vault, epoch, number, manifest.digest)
            return Stored(receipt, fresh=True)
        known = connection.scalar(
            select(tables.batch.c.digest)
            .where(tables.batch.c.county == county.code, tables.batch.c.vault == vault)
            .where(tables.batch.c.epoch == epoch, tables.batch.c.number == number)
        )
        if known == manifest.digest:
            return Stored(read_receipts(connection, county, vault, epoch, number)[STORED], fresh=False)
        # No erasure may come between looking for what was erased and keeping the bytes.
        serialise(connection, county.code)
        kept = {name: row[name] for name in row if name != "stage"}
        kept["container"] = without_erased(connection, county, container)
        if insert_missing(connection, tables.quarantine, kept):
            note_fork(connection, county, vault, epoch, number, "name-taken")
    raise Fork


def note_fork(connection: Connection, county: County, vault: str, epoch: str, number: int | None, reason: str) -> None:
    """Two laptops wrote with one vault: said once per epoch and batch, until a person has seen to it."""
    hold = tables.hold
    same = (hold.c.county == county.code, hold.c.sort == "fork", hold.c.vault == vault, hold.c.epoch == epoch)
    if connection.scalar(select(hold.c.id).where(*same, hold.c.number == number, hold.c.reason == reason)) is None:
        values = {"sort": "fork", "vault": vault, "epoch": epoch, "number": number, "reason": reason}
        connection.execute(hold.insert().values(county=county.code, since=now_text(), **values))


def newest_receipt(county: County, vault: str, epoch: str, number: int) -> tuple[str, bytes]:
    """Stage and bytes of a batch's newest receipt; raises Unknown("batch-unknown")."""
    with county.store.read() as connection:
        found = read_receipts(connection, county, vault, epoch, number)
    if not found:
        raise Unknown("batch-unknown")
    stage = APPLIED if APPLIED in found else STORED
    return stage, found[stage]


def _check(manifest: Manifest, vault: str, epoch: str, number: int, sealed: bytes) -> None:
    if (manifest.vault, manifest.epoch, manifest.number) != (vault, epoch, number):
        raise ProtocolError("batch-renamed")
    if not 1 <= manifest.first_seq <= manifest.last_seq or not _DIGEST.fullmatch(manifest.head):
        raise ProtocolError("manifest-malformed")
    if manifest.last_seq - manifest.first_seq >= MAX_BATCH_ENTRIES or len(sealed) > MAX_SEALED_BYTES:
        raise ProtocolError("batch-too-large")
    if manifest.size != len(sealed) or manifest.digest != digest(sealed):
        raise ProtocolError("digest-wrong")
