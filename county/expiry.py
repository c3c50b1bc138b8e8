"""Consent that has run out is said to have (同意到期): the county's own word, in the journal and in every feed.

A consent to a referral ends on its last day, or with the referral it was given for (办结, ``domain.closing``).
``may_disclose`` and ``may_be_posted`` go by both and need none of this; but that a permission ended is a step of its
life like any other (``design.md`` §6), and it must not depend on a laptop's clock, which may stand in 1980 or 2099.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, select

from county import tables
from county.clock import today
from county.gate import referrals_of
from county.journal import Draft, serialise, write_own
from county.opening import County
from county.records import WorkingSet
from county.store import chunks
from county.wrong_clocks import said_by_arrival
from desktop.domain.closing import ended_by_closing
from desktop.domain.consent import GrantState, grant_of
from desktop.domain.publicity import GIVEN, PublicityState
from desktop.domain.records import Result
from desktop.domain.referrals import ReferralState

_LIVE: Final = {
    "grant": (GrantState.AGREED.value, GrantState.IN_FORCE.value),
    "publicity": tuple(sorted(state.value for state in GIVEN)),
}
"""What was agreed to and ends by itself, by kind."""
_EXPIRED: Final = {"grant": GrantState.EXPIRED.value, "publicity": PublicityState.EXPIRED.value}


def expire_grants(county: County, on: date | None = None) -> int:
    """Move every grant whose last day is over to ``expired``, a sheet at a time; answers how many.

    What stands in the way of one sheet's grants (a record that was erased or moved on meanwhile) leaves the others be;
    they are tried again the next day.
    """
    return _expire_kind(county, "grant", on or today())


def expire_publicities(county: County, on: date | None = None) -> int:
    """Move every consent to publicity (宣传同意) whose last day is over to ``expired``, each by itself."""
    return _expire_kind(county, "publicity", on or today())


def _expire_kind(county: County, kind: str, day: date) -> int:
    with county.store.read() as connection:
        run_out = sorted(_run_out(connection, county, kind, day))
    done = 0
    for _, pairs in groupby(run_out, key=lambda pair: pair[0]):
        done += _expire(county, kind, [record for _, record in pairs], day)
    return done


def _run_out(
    connection: Connection, county: County, kind: str, day: date, ids: list[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Paper and id of each live record that ended before ``day``, or whose referral is closed.

    An end that cannot be read is left alone.
    """
    columns = tables.record.c
    query = select(columns.id, columns.resident, columns.state).where(
        columns.county == county.code,
        columns.kind == kind,
        columns.status.in_(_LIVE[kind]),
        columns.canonical == columns.id,
    )
    if ids is not None:
        query = query.where(columns.id.in_(ids))
    rows = connection.execute(query).all()
    people = None if ids is None else {row.resident for row in rows}
    closed = _closed(connection, county, people) if kind == "grant" else {}
    for row in rows:
        state = json.loads(row.state)
        if _is_closed(connection, county, state, row.resident, closed) or _is_past(state["fields"].get("until"), day):
            yield str(state["fields"].get("sheet", "")) if kind == "grant" else row.id, row.id


def _is_past(until: object, day: date) -> bool:
    try:
        return isinstance(until, str) and date.fromisoformat(until) < day
    except ValueError:
        return False


def _closed(
    connection: Connection, county: County, people: set[str | None] | None
) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """All referrals of those of whom one is closed, by person; of ``people``, or of everybody."""
    columns = tables.record.c
    with_closed = select(columns.resident).where(
        columns.county == county.code, columns.kind == "referral", columns.status == ReferralState.CLOSED.value
    )
    if people is not None:
        with_closed = with_closed.where(columns.resident.in_(people))
    return {
        person: referrals_of(connection, county, person)
        for (person,) in connection.execute(with_closed.distinct())
        if person is not None
    }


def _is_closed(
    connection: Connection,
    county: County,
    state: Mapping[str, Any],
    person: str | None,
    closed: Mapping[str, list[tuple[str, dict[str, Any]]]],
) -> bool:
    if person is None or person not in closed:
        return False
    given = said_by_arrival(connection, county, grant_of(state, person, None), state)
    (grant,) = ended_by_closing([given], closed[person])
    return grant.state == GrantState.EXPIRED


def _expire(county: County, kind: str, records: list[str], day: date) -> int:
    done = 0
    for some in chunks(records):
        with county.store.write() as connection:
            serialise(connection, county.code)
            still = [record for _, record in _run_out(connection, county, kind, day, list(some))]
            if not still:
                continue
            working = WorkingSet(connection, county.code)
            working.load_ids(still)
            drafts = [_step(working, kind, record) for record in still]
            if write_own(connection, county, working, drafts).result is Result.OK:
                done += len(still)
    return done


def _step(working: WorkingSet, kind: str, record_id: str) -> Draft:
    record = working.record(record_id)
    assert record is not None and record.state is not None  # noqa: S101, PT018 - just read in this transaction
    return Draft(f"{kind}.moved", record_id, {"from": record.state["state"], "to": _EXPIRED[kind], "fields": {}})
