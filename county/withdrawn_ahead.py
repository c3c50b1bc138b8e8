"""Withdrawals sent ahead (撤回先报): what a laptop names in its contact, before any of its batches has arrived.

A withdrawal outranks everything (``design.md`` §4), and batches are applied in their order: an earlier one may be long,
or faulty, or the line may break in it. So the contact, which is signed and the first thing of a sync, names the grants
that are withdrawn in entries the county has not judged yet; from that moment nothing is released on them. It can only
stop, never permit: the entries themselves still come in their place, and are what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, delete, select

from county import tables
from county.feed import Reader
from county.opening import County
from desktop.domain.consent import YES

SORT: Final = "withdrawn-ahead"
"""How these stand among the holds: shown to the operator until the entries are here."""


def note_withdrawn(connection: Connection, county: County, reader: Reader, grants: Collection[str], time: str) -> None:
    """Keep what a vault names now in place of what it named before; grants of other townships are not its to stop."""
    hold = tables.hold
    connection.execute(
        delete(hold).where(hold.c.county == county.code, hold.c.sort == SORT, hold.c.vault == reader.vault)
    )
    if reader.revoked or not grants:
        return
    record = tables.record
    known = connection.scalars(
        select(record.c.id).where(
            record.c.county == county.code,
            record.c.kind == "grant",
            record.c.id.in_(grants),
            record.c.status.in_(YES),
            record.c.township.in_(reader.townships),
        )
    ).all()
    if known:
        rows = [
            {
                "county": county.code,
                "sort": SORT,
                "vault": reader.vault,
                "epoch": "",
                "record": grant,
                "reason": "withdrawn",
                "since": time,
            }
            for grant in sorted(known)
        ]
        connection.execute(hold.insert(), rows)


def withdrawn_ahead(connection: Connection, county: County, person: str) -> frozenset[tuple[str, str, str]]:
    """What of a person's grants was named so and still stands here: recipient, purpose, data class."""
    hold, record = tables.hold, tables.record
    rows = connection.execute(
        select(record.c.state)
        .join(hold, (hold.c.county == record.c.county) & (hold.c.record == record.c.id))
        .where(
            record.c.county == county.code,
            hold.c.sort == SORT,
            record.c.resident == person,
            record.c.status.in_(YES),
            record.c.state.is_not(None),
        )
    )
    fields = [json.loads(row.state)["fields"] for row in rows]
    return frozenset((str(one["recipient"]), str(one["purpose"]), str(one["data_class"])) for one in fields)
