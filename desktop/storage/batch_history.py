"""The batches this vault sealed, newest first: what left the laptop, and what the county has confirmed of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, literal_column, select

from desktop.storage.tables import batch


@dataclass(frozen=True, slots=True)
class PastBatch:
    """One batch. ``size`` in bytes, 0 once its bytes were dropped; ``sealed`` is an ISO time in UTC."""

    epoch: str
    number: int
    entries: int
    size: int
    sealed: str
    stored: bool
    applied: bool


def recent(connection: Connection, limit: int) -> list[PastBatch]:
    """The newest batches with the state of their receipts; the receipts were verified when they were kept."""
    rows = connection.execute(
        select(
            batch.c.epoch,
            batch.c.number,
            (batch.c.last_seq - batch.c.first_seq + 1).label("entries"),
            func.coalesce(func.length(batch.c.container), 0).label("size"),
            batch.c.sealed,
            batch.c.stored_receipt.is_not(None).label("stored"),
            batch.c.applied_receipt.is_not(None).label("applied"),
        )
        .order_by(literal_column("rowid").desc())
        .limit(limit)
    )
    return [
        PastBatch(row.epoch, row.number, row.entries, row.size, row.sealed, bool(row.stored), bool(row.applied))
        for row in rows
    ]
