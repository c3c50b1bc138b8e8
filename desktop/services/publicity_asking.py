"""Whether somebody may be asked for a consent to publicity again (不得频繁征求同意, 网络数据条例 22(5))."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from desktop.domain.asking import is_lately
from desktop.domain.publicity import PublicityState
from desktop.services.application import local_day
from desktop.storage import queries


def said_no_lately(connection: Connection, resident_id: str, publisher: str, on: date) -> bool:
    """Whether this person refused or withdrew publicity by that publisher in the six months before that day."""
    noes = [PublicityState.REFUSED, PublicityState.WITHDRAWN]
    rows = queries.of_kind(connection, "publicity", resident=resident_id, statuses=noes)
    same = [row for row in rows if str(row.state["fields"].get("publisher", "")).strip() == publisher.strip()]
    return any(is_lately(local_day(row.moment), on) for row in same)
