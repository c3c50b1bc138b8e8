"""Sheets signed on the screen (屏幕签名), as the county looks at them: whether it accepts them, and what was ticked.

The fold has recomputed every digest of such a sheet (``desktop.domain.screen_signing``). Here the township's office is
asked, when the signing arrives, whether it takes such signatures at all, and at the check and the release the grants
are held against the ticks that the digests bind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from county import tables
from county.records import WorkingSet
from desktop.domain.plain import Misfit
from desktop.domain.screen_signing import SCREEN_OTHER_TEXT, grants_problem, screen_of
from desktop.domain.sheet_signing import is_on_screen

NOT_ALLOWED: Final = "screen-not-allowed"
"""Reason: the county has not said that this township's sheets may be signed on the screen."""


def not_allowed(working: WorkingSet, sheet: str, fields: Mapping[str, Any]) -> str:
    """``screen-not-allowed`` where the office of the sheet's township takes no signatures on the screen; else ""."""
    if not is_on_screen(fields):
        return ""
    working.load_ids([sheet])
    record = working.record(sheet)
    if record is None:
        return ""  # nothing was drafted: the fold refuses the step
    office = f"office-{record.township}"
    working.load_ids([office])
    issued = working.record(office)
    state = issued.state if issued is not None and issued.kind == "office" else None
    return "" if state is not None and state["issued"].get("screen_signatures") is True else NOT_ALLOWED


def ticks_problem(working: WorkingSet, sheet: str, fields: Mapping[str, Any]) -> str:
    """Why the grants of a sheet signed on the screen are not what was ticked there, as a reason code; else ""."""
    if not is_on_screen(fields):
        return ""
    try:
        signing = screen_of(fields)
    except Misfit:
        signing = None
    if signing is None:
        return SCREEN_OTHER_TEXT
    working.flush()
    rows = working.connection.scalars(
        select(tables.record.c.state).where(
            tables.record.c.county == working.county,
            tables.record.c.kind == "grant",
            tables.record.c.resident == working.canonical(str(fields.get("resident"))),
            tables.record.c.state.is_not(None),
        )
    )
    states = [json.loads(state) for state in rows]
    return grants_problem(signing, sheet, [one for one in states if one["fields"].get("sheet") == sheet])
