"""What the retention schedule says of the records of this store; ``desktop.domain.retention`` decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.plain import Misfit
from desktop.domain.retention import SCHEDULE, Held, Retained, Rule, review, schedule_from, was_released
from desktop.domain.sheet_signing import born_of
from desktop.services.application import Application, local_day
from desktop.storage import queries, records, standing
from desktop.storage.queries import RecordRow

_RECORD: Final = "retention"
_PROMISED: Final = ("sheet", "grant", "scan", "signature", "check", "withdrawal", "print", "referral", "publicity")
"""What the forms mean by the years that the office keeps the papers of a consent and a referral."""
_ENDS: Final = {"publicity": "until", "wish": "by"}
"""Where a kind says until when it holds."""


def judged(
    connection: Connection, today: date, *, household: str | None = None, resident: str | None = None
) -> tuple[Retained, ...]:
    """The schedule's verdict on every record it knows, or on those of one household and one resident alone."""
    found: list[RecordRow] = []
    for kind in SCHEDULE:
        if household or not resident:
            found += queries.of_kind(connection, kind, household=household or None)
        if resident:
            found += queries.of_kind(connection, kind, resident=resident)
    rows = list({row.id: row for row in found}.values())
    return review(_held(rows, today), today, read_schedule(connection))


def read_schedule(connection: Connection) -> Mapping[str, Rule]:
    """The schedule in force: the program's, with the years that the county issued.

    Of what proves consent the office's own ``retention_years`` count where the county issued no others: that is what
    its forms promise. Several offices on one laptop: the longest, and the forms say so too (``evidence_years``).
    """
    issued = records.state(connection, _RECORD)
    years = None if issued is None else issued.get("issued", {}).get("years")
    offices = (row.state["issued"].get("retention_years", 5) for row in queries.of_kind(connection, "office"))
    promised = max((one for one in offices if isinstance(one, int)), default=None)
    own = dict.fromkeys(_PROMISED, promised) if promised is not None else {}
    return schedule_from({**own, **(years if isinstance(years, Mapping) else {})})


def evidence_years(application: Application) -> int:
    """How long the record of a consent is kept after it ended, as the forms say it: never other than it is done."""
    return application.read(read_schedule)["sheet"].years


def proven_day(connection: Connection, today: date) -> date:
    """The day by which content may be erased: today, but no later than the county's last signed time.

    Before the first contact nothing is proven, and so nothing is due.
    """
    kept = standing.read(connection)
    try:
        return date.min if kept is None else min(today, local_day(kept.time))
    except ValueError:
        return date.min


def _held(rows: list[RecordRow], today: date) -> list[Held]:
    born = {row.id: _born(row, today) for row in rows if row.kind == "resident"}
    visits = {row.id for row in rows if row.kind == "visit"}
    cared_for = {row.id for row in rows if row.kind == "household" and _is_open(row)}
    referrals = [row for row in rows if row.kind == "referral"]
    released = {row.resident for row in referrals if was_released(row.status, row.state.get("fields", {}))}
    return [
        Held(
            id=row.id,
            kind=row.kind,
            last=_last(row),
            status=row.status or "",
            household=row.household or "",
            resident=row.resident or "",
            sheet=_sheet(row),
            open=_is_open(row) or (row.household in cared_for and _lives_there(row)),
            released=row.resident is not None and row.resident in released,
            born=born.get(row.resident or ""),
            end=_day(row.state["fields"].get(_ENDS[row.kind])) if row.kind in _ENDS else None,
            like="visit" if row.kind == "scan" and row.state["fact"].get("of") in visits else "",
        )
        for row in rows
        if row.moment
    ]


def _last(row: RecordRow) -> date:
    days = [local_day(row.moment)]
    fact = row.state.get("fact")
    if isinstance(fact, dict):
        days += [one for one in map(_day, (fact.get("day"), fact.get("until"))) if one is not None]
    return max(days)


def _is_open(row: RecordRow) -> bool:
    if row.kind == "aid":
        fact = row.state.get("fact", {})
        return isinstance(fact, dict) and not fact.get("until") and not fact.get("ended")
    if row.kind != "household":
        return False
    groups = row.state.get("groups", {})
    return any(
        name.startswith("category:") and not (group.get("value") or {}).get("ended") for name, group in groups.items()
    )


def _lives_there(row: RecordRow) -> bool:
    """Whether it is a resident who has not left the household."""
    membership: Any = row.state.get("groups", {}).get("membership", {}).get("value")
    return row.kind == "resident" and not (isinstance(membership, dict) and membership.get("left"))


def _sheet(row: RecordRow) -> str:
    if row.kind == "sheet":
        return row.id
    holder = row.state.get("fields") or row.state.get("fact") or {}
    sheet = holder.get("sheet") if isinstance(holder, dict) else None
    return sheet if isinstance(sheet, str) else ""


def _born(row: RecordRow, today: date) -> date | None:
    """As recorded, else as a citizen's number says it; None where the record cannot be read."""
    groups: Any = row.state.get("groups", {})
    try:
        return born_of({name: group.get("value") or {} for name, group in groups.items()}, today)
    except Misfit:  # of a newer version
        return None


def _day(value: object) -> date | None:
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None
