"""Figures straight from the store: for whoever has to show that nothing was lost, doubled or altered.

Numbers, hashes and digests only; none of it says anything about a person.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import encode_json, hash_bytes
from desktop.services.application import Application
from desktop.storage import queries
from desktop.storage.tables import batch, entry, record
from desktop.sync.envelope import Signed
from desktop.sync.protocol import APPLIED, Receipt


@dataclass(frozen=True, slots=True)
class Figures:
    """``records`` and ``statuses`` count by kind, the latter by kind and status (``referral: released``).

    ``entries`` are the vault's own; ``judged`` counts those by the county's word on them (``ok``, ``merged`` …).
    ``releases`` counts referrals that carry the county's release.
    """

    records: Mapping[str, int]
    statuses: Mapping[str, int]
    entries: int
    judged: Mapping[str, int]
    releases: int


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """The newest receipt of one batch, as the county signed it; ``data`` are its verbatim bytes."""

    epoch: str
    number: int
    data: bytes
    receipt: Receipt

    @property
    def is_applied(self) -> bool:
        """Whether each entry has its verdict."""
        return self.receipt.stage == APPLIED


def figures(application: Application) -> Figures:
    """Count."""

    def read(connection: Connection) -> Figures:
        records = queries.counts(connection)
        own = records.pop("entry")
        words = connection.scalars(select(entry.c.result).where(entry.c.own, entry.c.result.is_not(None)))
        statuses = connection.execute(select(record.c.kind, record.c.status).where(record.c.status.is_not(None)))
        referrals = queries.of_kind(connection, "referral")
        return Figures(
            records=records,
            statuses=dict(sorted(Counter(f"{kind}: {status}" for kind, status in statuses).items())),
            entries=own,
            judged=dict(sorted(Counter(words).items())),
            releases=sum("release" in row.state["fields"] for row in referrals),
        )

    return application.read(read)


def own_hashes(application: Application, *, judged: bool = True) -> tuple[str, ...]:
    """The hashes of the vault's own entries, sorted; with ``judged`` those the county has answered for."""
    query = select(entry.c.hash).where(entry.c.own).order_by(entry.c.hash)
    if judged:
        query = query.where(entry.c.result.is_not(None))
    return application.read(lambda connection: tuple(connection.scalars(query)))


def record_digests(application: Application) -> dict[str, str]:
    """The SHA-256 of every record's state, by id; equal states have equal digests, here and at the county."""

    def read(connection: Connection) -> dict[str, str]:
        rows = connection.execute(select(record.c.record, record.c.state))
        return {record_id: hash_bytes(encode_json(json.loads(state))) for record_id, state in rows}

    return application.read(read)


def receipts(application: Application) -> tuple[KeptReceipt, ...]:
    """The kept receipts in order, each verified anew with the county's key.

    Raises:
        UserFacingError: ``vault.not-enrolled``.
        ProtocolError: a signature does not hold.
    """
    enrolment = application.enrolment
    if enrolment is None:
        raise UserFacingError("vault.not-enrolled")
    query = select(batch).order_by(batch.c.epoch, batch.c.number)
    rows = application.read(lambda connection: connection.execute(query).all())
    kept = []
    for row in rows:
        data = row.applied_receipt or row.stored_receipt
        if data is not None:
            document = Signed.decode(data).verified(enrolment.signing_key)
            kept.append(KeptReceipt(row.epoch, row.number, data, Receipt.decode(document)))
    return tuple(kept)
