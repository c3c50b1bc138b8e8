"""Who signed a sheet, looked at with what the county knows of the person (民法典 17–35, PIPL 31).

The fold has judged the sheet's own words (``consent.SHEET``). Here the person's record is asked too: a laptop that has
not heard of a birthday or of a court's finding may have let the wrong one sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from county.clock import today
from county.records import BROKEN, WorkingSet, is_id
from desktop.domain.consent import SheetState
from desktop.domain.records import Change
from desktop.domain.sheet_signing import known_signing, sheet_problem


def signing_problem(working: WorkingSet, changes: Iterable[Change]) -> str:
    """Why a sheet that is signed in these changes of one action was not rightly signed, as a reason code, or ""."""
    said: dict[str, dict[str, Any]] = {}
    for change in changes:
        if change.kind != "sheet.moved" or change.body is None:
            continue
        given = change.body.get("fields")
        fields = said.setdefault(change.record, _fields(working, change.record))
        fields |= given if isinstance(given, dict) else {}
        if change.body.get("to") == SheetState.SIGNED:
            try:
                problem = problem_by_record(working, fields)
            except BROKEN:
                continue  # not as declared: the fold says where
            if problem:
                return problem
    return ""


def problem_by_record(working: WorkingSet, fields: Mapping[str, Any]) -> str:
    """Why a sheet with these fields is not rightly signed, by its own words and the person's record; "" where it is.

    Ages are those of the day of signing, capacity is what the record says now.
    """
    resident = fields.get("resident")
    groups: Mapping[str, Any] = {}
    if is_id(resident):
        working.load_ids([str(resident)])
        record = working.record(str(resident))
        if record is not None and record.kind == "resident" and record.state is not None:
            groups = record.state["groups"]
    return sheet_problem(fields, known_signing(groups, _day(fields.get("signed_on"))))


def _fields(working: WorkingSet, sheet: str) -> dict[str, Any]:
    record = working.record(sheet)
    return dict(record.state["fields"]) if record is not None and record.kind == "sheet" and record.state else {}


def _day(value: object) -> date:
    """The day of signing; one in the future would make a child older than it is."""
    try:
        return min(date.fromisoformat(value), today()) if isinstance(value, str) else today()
    except ValueError:
        return today()
