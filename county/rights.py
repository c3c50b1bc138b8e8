"""Rights requests of the county in figures (个人权利请求数、办结时长, ``reference.md`` §1.9), and those that wait.

Numbers, days and states alone: who asks and what was said stays with the townships.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import mean, median
from typing import Any

from sqlalchemy import select

from county import tables
from county.clock import today
from county.opening import County
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored
from desktop.domain.rights import ANSWERS, RIGHTS_REQUEST, RightsRequestFields, RightsState
from desktop.domain.working_days import working_days_left


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request. ``days``: working days it took, or has waited; ``late``: answered or waiting past its day."""

    request: str
    number: str
    township: str
    kind: str
    state: str
    received: str
    due: str
    answered: str
    days: int
    late: bool


@dataclass(frozen=True, slots=True)
class RightsFigures:
    """How many, of what kind, how they ended; working days until the answer (None where none is answered yet)."""

    requests: int
    open: int
    overdue: int
    answered: int
    answered_late: int
    by_kind: dict[str, int]
    by_state: dict[str, int]
    days_mean: float | None
    days_median: float | None
    days_most: int | None


def request_lines(county: County, on: date | None = None) -> tuple[RequestLine, ...]:
    """Every request the county has, the open ones first and the soonest due at the top."""
    record, day = tables.record, on or today()
    query = select(record.c.id, record.c.township, record.c.status, record.c.state).where(
        record.c.county == county.code,
        record.c.kind == RIGHTS_REQUEST,
        record.c.canonical == record.c.id,
        record.c.state.is_not(None),
    )
    with county.store.read() as connection:
        found = [_line(row, day) for row in connection.execute(query)]
    lines = [one for one in found if one is not None]
    return tuple(sorted(lines, key=lambda one: (one.state != RightsState.RECEIVED, one.due, one.number)))


def figures(lines: tuple[RequestLine, ...]) -> RightsFigures:
    """The county's figures of these requests."""
    took = [one.days for one in lines if one.state in ANSWERS]
    waiting = [one for one in lines if one.state == RightsState.RECEIVED]
    return RightsFigures(
        requests=len(lines),
        open=len(waiting),
        overdue=sum(one.late for one in waiting),
        answered=len(took),
        answered_late=sum(one.late for one in lines if one.state in ANSWERS),
        by_kind=dict(sorted(Counter(one.kind for one in lines).items())),
        by_state=dict(sorted(Counter(one.state for one in lines).items())),
        days_mean=round(mean(took), 1) if took else None,
        days_median=median(took) if took else None,
        days_most=max(took, default=None),
    )


def _line(row: Any, day: date) -> RequestLine | None:
    try:
        fields = from_stored(RightsRequestFields, json.loads(row.state)["fields"])
    except UserFacingError:
        return None  # of a version this one cannot read: it stands in the figures of the one that can
    end = fields.answered_on or day
    return RequestLine(
        request=row.id,
        number=fields.number,
        township=row.township,
        kind=str(fields.kind),
        state=str(row.status),
        received=fields.received.isoformat(),
        due=fields.due.isoformat(),
        answered=fields.answered_on.isoformat() if fields.answered_on else "",
        days=max(0, working_days_left(fields.received, end)),
        late=row.status != RightsState.WITHDRAWN and end > fields.due,
    )
