"""Drafts: what is being typed, autosaved inside the vault; never synced, back after a kill."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from desktop.services.application import Application
from desktop.services.permission import Capability, require
from desktop.storage import drafts as storage


@dataclass(frozen=True, slots=True)
class Draft:
    """Unfinished work: ``kind`` is the page, ``subject`` the household or resident it is about."""

    id: str
    kind: str
    subject: str | None
    body: dict[str, Any]
    updated: str


def keep_draft(application: Application, draft_id: str, kind: str, subject: str | None, body: dict[str, Any]) -> None:
    """Save what is on the page; on the disk when this returns. No journal entry: nothing is said yet."""
    require(application, Capability.KEEP_DRAFT)
    time = application.clock().isoformat(timespec="seconds")
    application.store.write(lambda connection: storage.keep(connection, draft_id, kind, subject, body, time))


def open_drafts(application: Application, kind: str | None = None, subject: str | None = None) -> tuple[Draft, ...]:
    """Open drafts, newest first."""
    rows = application.read(lambda connection: storage.listed(connection, kind, subject))
    return tuple(Draft(row.id, row.kind, row.subject, json.loads(row.body), row.updated) for row in rows)


def drop_draft(application: Application, draft_id: str) -> None:
    """Forget a draft that was given up (one that was saved goes with the action that saved it)."""
    require(application, Capability.KEEP_DRAFT)
    application.store.write(lambda connection: storage.drop(connection, draft_id))
