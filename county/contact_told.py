"""What a release tells of calls and visits (电话联系、上门探访): the person's last word as the county knows it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from county import tables
from county.opening import County
from desktop.domain.consent import SheetState
from desktop.domain.contact import ContactAnswer, standing_contact
from desktop.domain.withdrawals import unwanted_said

_SIGNED = frozenset({SheetState.SIGNED, SheetState.SCANNED, SheetState.CHECKED})


def contact_told(
    connection: Connection, county: County, person: str, recipient: str, purpose: str, told_by: Collection[str]
) -> ContactAnswer:
    """Whether this recipient may call and visit; ``told_by`` are the sheets that the release rests on."""
    sheets = dict(_of_person(connection, county, person, "sheet"))
    papers = [
        (state["state"] == SheetState.CHECKED and sheet in told_by, state["fields"])
        for sheet, state in sheets.items()
        if state["state"] in _SIGNED
    ]
    said = [state for _, state in _of_person(connection, county, person, "withdrawal")]
    return standing_contact(papers, recipient, purpose, unwanted_said(said))


def _of_person(
    connection: Connection, county: County, person: str, kind: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = connection.execute(
        select(tables.record.c.id, tables.record.c.state).where(
            tables.record.c.county == county.code,
            tables.record.c.kind == kind,
            tables.record.c.resident == person,
            tables.record.c.canonical == tables.record.c.id,
            tables.record.c.state.is_not(None),
        )
    )
    return ((row.id, json.loads(row.state)) for row in rows)
