"""Since when somebody belongs to a household no more (已离开这一户): what happens there since is not theirs to be told.

Whoever left after a separation or violence must not learn from this desk where the others live now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from desktop.domain.content import is_time
from desktop.domain.journal import ERASED, Header, decode_body
from desktop.services.application import local_day
from desktop.services.erasing_plan import ids_of
from desktop.storage import queries
from desktop.storage.tables import entry


def left_on(connection: Connection, resident: str) -> date | None:
    """The day the membership says they left, None where they did not.

    Where two laptops differ on it and nobody has decided yet, they count as gone. What was changed of the membership
    after they had left (a relation corrected) moves the day no later.
    """
    person = queries.one(connection, resident)
    if person is None:
        return None
    state = person.state
    said = [state["groups"].get("membership"), *state.get("conflicts", {}).get("membership", ())]
    gone = [str(one["time"]) for one in said if one and _is_left(one.get("value"))]
    if not gone:
        return None
    since = ""
    for moment, value in _history(connection, person.id):
        since = (since or moment) if _is_left(value) else ""
    return min((local_day(one) for one in (*gone, since) if is_time(one)), default=date.min)


def _history(connection: Connection, record_id: str) -> Iterator[tuple[str, Any]]:
    """What the membership was, as the entries came: the time of each and the value it set."""
    rows = connection.execute(
        select(entry.c.header, entry.c.payload)
        .where(entry.c.record.in_(ids_of(connection, record_id)), entry.c.payload.is_not(None), entry.c.kind != ERASED)
        .order_by(entry.c.position.is_(None), entry.c.position, entry.c.id)
    )
    for row in rows:
        body: Any = decode_body(row.payload)
        groups = body.get("groups") or {}
        told = groups.get("membership") or (body if body.get("group") == "membership" else {})
        if "value" in told:
            yield Header.decode(row.header).time, told["value"]


def _is_left(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("left"))
