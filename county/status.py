"""Figures straight from the database, for the operator and for proofs."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from county import tables
from county.aliases import ALIKE, SAME_DOCUMENT
from county.escrow import holders
from county.fingerprints import fingerprint_status
from county.journal_faults import journal_faults
from county.opening import County
from county.recoveries import unnoted_in
from county.withdrawn_ahead import long_waiting
from desktop.domain.consent import BEIJING
from desktop.domain.escrow import Holders
from desktop.domain.journal import encode_json, hash_bytes
from desktop.domain.minors import ApprovalState
from desktop.domain.records import Result
from desktop.sync.protocol import APPLIED, GOOD, STORED


def status(county: County) -> dict[str, Any]:
    """Counts by SQL: people, batches, entries, records, what waits, receipts, releases."""
    held = holders(county)
    with county.store.read() as connection:
        return {
            "county": county.code,
            "name": county.name,
            "dataset": county.dataset,
            "workers": _count(connection, county, tables.worker),
            "vaults": _count(connection, county, tables.vault),
            "batches": {STORED: 0, APPLIED: 0, **_by(connection, county, tables.batch.c.stage)},
            "quarantined": _count(connection, county, tables.quarantine),
            "entries": {
                "total": _count(connection, county, tables.entry),
                "from_vaults": _scalar(
                    connection,
                    select(func.count())
                    .select_from(tables.entry)
                    .where(tables.entry.c.county == county.code, tables.entry.c.vault != county.vault),
                ),
                **{result.value: 0 for result in (Result.OK, Result.CONFLICT, Result.HELD, Result.REJECTED)},
                **_by(connection, county, tables.entry.c.result),
            },
            "position": _scalar(
                connection,
                select(tables.counter.c.value).where(
                    tables.counter.c.county == county.code, tables.counter.c.name == "position"
                ),
            ),
            "records": _records(connection, county),
            "aliases": _count(connection, county, tables.alias),
            "holds": _by(connection, county, tables.hold.c.sort),
            "withdrawn_ahead": long_waiting(connection, county, datetime.now(BEIJING).date()),
            "same_document": _pairs(connection, county, SAME_DOCUMENT),
            "alike": _pairs(connection, county, ALIKE),
            "forks": _forks(connection, county),
            "journals": _journals(connection, county),
            "receipts": {STORED: 0, APPLIED: 0, **_by(connection, county, tables.receipt.c.stage)},
            "releases": _releases(connection, county),
            "minors_waiting": _minors_waiting(connection, county),
            "attachments": _count(connection, county, tables.attachment),
            "fingerprints": fingerprint_status(connection, county),
            "escrow": _escrow(connection, county, held),
            "recoveries_unnoted": [asdict(one) for one in unnoted_in(connection, county)],
            "recoveries": _scalar(
                connection,
                select(func.count())
                .select_from(tables.entry)
                .where(tables.entry.c.county == county.code, tables.entry.c.kind == "recovery.opened"),
            ),
        }


def _scalar(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(query) or 0)


def _count(connection: Connection, county: County, table: Any) -> int:
    return _scalar(connection, select(func.count()).select_from(table).where(table.c.county == county.code))


def _by(connection: Connection, county: County, column: Any) -> dict[str, int]:
    query = select(column, func.count()).where(column.table.c.county == county.code).group_by(column).order_by(column)
    return {str(value): int(count) for value, count in connection.execute(query)}


def _records(connection: Connection, county: County) -> dict[str, int]:
    record = tables.record
    query = (
        select(record.c.kind, func.count())
        .where(record.c.county == county.code, record.c.canonical == record.c.id)
        .group_by(record.c.kind)
        .order_by(record.c.kind)
    )
    return {str(kind): int(count) for kind, count in connection.execute(query)}


def _pairs(connection: Connection, county: County, sort: str) -> list[dict[str, str]]:
    """Pairs that a person has to look at: they may be one, and nothing that is written down tells."""
    hold = tables.hold
    rows = connection.execute(
        select(hold.c.record, hold.c.other, hold.c.reason)
        .where(hold.c.county == county.code, hold.c.sort == sort)
        .order_by(hold.c.id)
    )
    return [{"record": row.record, "other": row.other, "reason": row.reason} for row in rows]


def _forks(connection: Connection, county: County) -> list[dict[str, Any]]:
    """Vaults with which two laptops wrote: both histories are kept, and a person has to find the other laptop."""
    hold, vault, worker = tables.hold, tables.vault, tables.worker
    rows = connection.execute(
        select(hold.c.vault, hold.c.epoch, hold.c.number, hold.c.reason, hold.c.since, worker.c.name)
        .join(vault, (vault.c.county == hold.c.county) & (vault.c.id == hold.c.vault))
        .join(worker, (worker.c.county == vault.c.county) & (worker.c.id == vault.c.worker))
        .where(hold.c.county == county.code, hold.c.sort == "fork")
        .order_by(hold.c.id)
    )
    return [
        {
            "vault": row.vault,
            "worker": row.name,
            "epoch": row.epoch,
            "batch": row.number,
            "reason": row.reason,
            "since": row.since,
        }
        for row in rows
    ]


def _journals(connection: Connection, county: County) -> list[dict[str, Any]]:
    """Vaults whose journal is not what the county has of it; what waits for that, and whether it fits again."""
    found = [asdict(one) for one in journal_faults(connection, county)]
    return [{name: value for name, value in one.items() if name != "settled"} for one in found]


def _escrow(connection: Connection, county: County, held: Holders) -> dict[str, Any]:
    """Which vaults could not be opened for a forgotten password, or only by holders of an earlier list.

    As each told at its last contact; one that was never met is ``unknown``. Revoked vaults are left out.
    """
    vault, worker, contact, order = tables.vault, tables.worker, tables.contact, tables.revocation
    rows = connection.execute(
        select(vault.c.id, worker.c.name, contact.c.time, contact.c.escrow)
        .join(worker, (worker.c.county == vault.c.county) & (worker.c.id == vault.c.worker))
        .outerjoin(contact, (contact.c.county == vault.c.county) & (contact.c.vault == vault.c.id))
        .outerjoin(order, (order.c.county == vault.c.county) & (order.c.vault == vault.c.id))
        .where(vault.c.county == county.code, order.c.standing.is_(None) | (order.c.standing == GOOD))
        .order_by(contact.c.time, vault.c.id)
    )
    found: dict[str, list[dict[str, Any]]] = {"none": [], "outdated": [], "unknown": []}
    current = 0
    for row in rows:
        told = {"vault": row.id, "worker": row.name, "time": row.time or ""}
        if row.time is None:
            found["unknown"].append(told)
        elif not row.escrow:
            found["none"].append(told)
        elif row.escrow < held.version:
            found["outdated"].append({**told, "version": row.escrow})
        else:
            current += 1
    return {"on": held.is_complete, "version": held.version, "current": current, **found}


def _minors_waiting(connection: Connection, county: County) -> dict[str, int]:
    """Approvals that wait for a responsible person; an emergency is to be looked at the same day."""
    columns = tables.record.c
    query = (
        select(columns.status, func.count())
        .where(columns.county == county.code, columns.kind == "approval")
        .where(columns.status.in_([ApprovalState.ASKED.value, ApprovalState.EMERGENCY.value]))
        .group_by(columns.status)
    )
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {state.value: found.get(state.value, 0) for state in (ApprovalState.ASKED, ApprovalState.EMERGENCY)}


def _releases(connection: Connection, county: County) -> int:
    counter = tables.counter
    return _scalar(
        connection,
        select(func.sum(counter.c.value)).where(counter.c.county == county.code, counter.c.name.like("release-%")),
    )


def entry_hashes(county: County) -> list[str]:
    """The hashes of all entries that came from vaults, for comparing with what was sent."""
    with county.store.read() as connection:
        query = (
            select(tables.entry.c.hash)
            .where(tables.entry.c.county == county.code, tables.entry.c.vault != county.vault)
            .order_by(tables.entry.c.hash)
        )
        return [str(one) for one in connection.scalars(query)]


def record_digests(county: County) -> list[tuple[str, str]]:
    """Id and SHA-256 of the state of every record that is not an alias, for comparing with a vault's."""
    with county.store.read() as connection:
        query = (
            select(tables.record.c.id, tables.record.c.state)
            .where(
                tables.record.c.county == county.code,
                tables.record.c.canonical == tables.record.c.id,
                tables.record.c.state.is_not(None),
            )
            .order_by(tables.record.c.id)
        )
        return [(row.id, hash_bytes(encode_json(json.loads(row.state)))) for row in connection.execute(query)]
