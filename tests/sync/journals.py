"""Writing, reading and comparing journals and records in tests of sync."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from desktop.services.application import Application
from desktop.services.sync import SyncReport, enrol, sync
from desktop.storage import records
from desktop.storage.tables import entry, record
from desktop.sync.driving import Surroundings
from desktop.sync.steps import Patience
from tests.county_process import JUKOU, CountyProcess
from tests.vaults import ClosedVault, closed_vault, opened

VILLAGE = "350703104209"
HURRIED = Surroundings(
    sleep=lambda _seconds: None, chance=lambda: 0.5, patience=Patience(attempts=2, first_pause=0.01, rounds=3)
)
"""Nobody waits in a test."""


def enrolled(home: Path, county: CountyProcess, name: str, townships: tuple[str, ...] = (JUKOU,)) -> ClosedVault:
    """A closed vault, enrolled at the county."""
    closed = closed_vault(home, worker_name=name)
    with opened(closed) as application:
        enrol(application, county.url, county.code_for(name, townships=townships))
    return closed


def synced(application: Application, **given: Any) -> SyncReport:
    """One sync without pauses."""
    return sync(application, surroundings=HURRIED, **given)


def describe(
    application: Application, record_id: str, kind: str = "household", /, *, fresh: bool = False, **groups: Any
) -> None:
    """One action that sets groups of a description, each from the value this laptop shows now."""
    state = None if fresh else application.read(lambda connection: records.state(connection, record_id))
    known = state["groups"] if state else {}
    body = {
        name: {"value": value, "base": known[name]["by"] if name in known else None} for name, value in groups.items()
    }
    application.act(lambda action: action.add(f"{kind}.described", record_id, {"groups": body}))


def address(detail: str) -> dict[str, str]:
    """An address in 上㘵村."""
    return {"division": VILLAGE, "detail": detail}


def states(application: Application, kinds: Callable[[str], bool] = lambda _kind: True) -> dict[str, Any]:
    """The state of every record, by id."""
    rows = application.read(
        lambda connection: connection.execute(select(record.c.record, record.c.kind, record.c.state)).all()
    )
    return {row.record: json.loads(row.state) for row in rows if kinds(row.kind)}


def own_hashes(application: Application) -> list[str]:
    """The hashes of the vault's own entries, in order."""
    query = select(entry.c.hash).where(entry.c.own).order_by(entry.c.id)
    return list(application.read(lambda connection: connection.scalars(query).all()))


def all_hashes(application: Application) -> list[str]:
    """The hashes of every entry the vault has."""
    return list(application.read(lambda connection: connection.scalars(select(entry.c.hash)).all()))
