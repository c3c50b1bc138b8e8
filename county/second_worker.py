"""Who may stand as second worker on a sheet, or a consent to publicity: a worker of the county's roster, by id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select

from county import tables
from county.records import is_id
from desktop.domain.records import Change

_ON: Final = frozenset({"sheet.moved", "publicity.moved"})


def second_worker_problem(connection: Connection, county: str, changes: Iterable[Change]) -> str:
    """``second-not-on-roster`` where a sheet names a second worker whom the county does not know, or "".

    The second check compares ids (``consent_lifecycles.SHEET``): a name in the place of an id, or an id put there
    after the drafting, would let the very person who was there check the sheet.
    """
    for change in changes:
        fields = (change.body or {}).get("fields") if change.kind in _ON else None
        second = fields.get("second_worker", "") if isinstance(fields, dict) else ""
        if second == "":
            continue
        drafted = change.body is not None and change.body.get("from") is None
        if not (drafted and is_id(second) and _is_known(connection, county, str(second))):
            return "second-not-on-roster"
    return ""


def _is_known(connection: Connection, county: str, worker: str) -> bool:
    row = select(tables.worker.c.id).where(tables.worker.c.county == county, tables.worker.c.id == worker)
    return connection.execute(row).first() is not None
