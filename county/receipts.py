"""Receipts (回执): the county's signed word that a batch is safe, and what became of each entry."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from county import tables
from county.clock import now_text
from county.opening import County
from county.store import upsert
from desktop.sync.envelope import sign_document
from desktop.sync.protocol import Receipt, Verdict


def write_receipt(
    connection: Connection,
    county: County,
    stage: str,
    vault: str,
    epoch: str,
    number: int,
    digest: str,
    verdicts: Sequence[Verdict] = (),
) -> bytes:
    """Sign a receipt and keep its bytes, so that whoever asks again gets the very same."""
    receipt = Receipt(stage, vault, epoch, number, digest, now_text(), county.dataset, tuple(verdicts))
    signed = sign_document(receipt.encode(), county.signing).encode()
    row = {"county": county.code, "vault": vault, "epoch": epoch, "number": number, "stage": stage, "signed": signed}
    upsert(connection, tables.receipt, [row])
    return signed


def read_receipts(connection: Connection, county: County, vault: str, epoch: str, number: int) -> dict[str, bytes]:
    """The receipts of a batch by their stage; empty for an unknown batch."""
    rows = connection.execute(
        select(tables.receipt.c.stage, tables.receipt.c.signed).where(
            tables.receipt.c.county == county.code,
            tables.receipt.c.vault == vault,
            tables.receipt.c.epoch == epoch,
            tables.receipt.c.number == number,
        )
    )
    return {row.stage: bytes(row.signed) for row in rows}
