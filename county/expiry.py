"""Consent that has run out is said to have (同意到期): the county's own word, in the journal and in every feed.

It ends on its last day, or with the referral it was given for (办结, ``domain.closing``). ``may_disclose`` goes by both
and needs none of this; but that a permission ended is a step of its life like any other (``design.md`` §6), and it must
not depend on a laptop's clock, which may stand in 1980 or 2099.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from county import tables
from county.clock import today
from county.gate import referrals_of
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from county.store import chunks
from desktop.domain.closing import ended_by_closing
from desktop.domain.consent import GrantState, grant_of
from desktop.domain.records import Result
from desktop.domain.referrals import ReferralState

_LIVE = (GrantState.AGREED.value, GrantState.IN_FORCE.value)


def expire_grants(county: County, on: date | None = None) -> int:
    """Move every grant whose last day is over to ``expired``, a sheet at a time; answers how many.

    What stands in the way of one sheet's grants (a record that was erased or moved on meanwhile) leaves the others be;
    they are tried again the next day.
    """
    day = on or today()
    with county.store.read() as connection:
        run_out = sorted(_run_out(connection, county, day))
    done = 0
    for _, pairs in groupby(run_out, key=lambda pair: pair[0]):
        done += _expire(county, [grant for _, grant in pairs], day)
    return done


def _run_out(
    connection: Connection, county: County, day: date, ids: list[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Sheet and id of each live grant that ended before ``day``, or whose referral is closed.

    An end that cannot be read is left alone.
    """
    columns = tables.record.c
    closed = _closed(connection, county)
    query = select(columns.id, columns.resident, columns.state).where(
        columns.county == county.code,
        columns.kind == "grant",
        columns.status.in_(_LIVE),
        columns.canonical == columns.id,
    )
    if ids is not None:
        query = query.where(columns.id.in_(ids))
    for row in connection.execute(query):
        state = json.loads(row.state)
        if _is_past(state["fields"].get("until"), day) or _is_closed(state, row.resident, closed):
            yield str(state["fields"].get("sheet", "")), row.id


def _is_past(until: object, day: date) -> bool:
    try:
        return isinstance(until, str) and date.fromisoformat(until) < day
    except ValueError:
        return False


def _closed(connection: Connection, county: County) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """All referrals of those of whom one is closed, by person."""
    columns = tables.record.c
    with_closed = select(columns.resident).where(
        columns.county == county.code, columns.kind == "referral", columns.status == ReferralState.CLOSED.value
    )
    return {
        person: referrals_of(connection, county, person)
        for (person,) in connection.execute(with_closed.distinct())
        if person is not None
    }


def _is_closed(
    state: Mapping[str, Any], person: str | None, closed: Mapping[str, list[tuple[str, dict[str, Any]]]]
) -> bool:
    if person is None or person not in closed:
        return False
    (grant,) = ended_by_closing([grant_of(state, person, None)], closed[person])
    return grant.state == GrantState.EXPIRED


def _expire(county: County, grants: list[str], day: date) -> int:
    done = 0
    for some in chunks(grants):
        with county.store.write() as connection:
            serialise(connection, county.code)
            still = [grant for _, grant in _run_out(connection, county, day, list(some))]
            if not still:
                continue
            working = WorkingSet(connection, county.code)
            working.load_ids(still)
            drafts = [_step(working, grant) for grant in still]
            if write_own(connection, county, working, drafts).result is Result.OK:
                done += len(still)
    return done


def _step(working: WorkingSet, grant: str) -> Draft:
    record = working.record(grant)
    assert record is not None and record.state is not None  # noqa: S101, PT018 - just read in this transaction
    return Draft("grant.moved", grant, {"from": record.state["state"], "to": GrantState.EXPIRED.value, "fields": {}})
