"""Drafts: what is being typed, autosaved inside the vault; never synced, back after a kill."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.services.permission import Capability, require
from desktop.storage import drafts as storage
from desktop.storage import records

VISIT: Final = "visit"
"""The kind of a visit's draft."""
_LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """Unfinished work: ``kind`` is the page, ``subject`` the household or resident it is about."""

    id: str
    kind: str
    subject: str | None
    body: dict[str, Any]
    updated: str


def keep_draft(application: Application, draft_id: str, kind: str, subject: str | None, body: dict[str, Any]) -> None:
    """Save what is on the page; on the disk when this returns. No journal entry: nothing is said yet.

    Raises:
        UserFacingError: ``record.erased`` where the person or household it is about was erased meanwhile, on
            this laptop or, by a sync, on another. Nothing of the draft is left then.
    """
    require(application, Capability.KEEP_DRAFT)
    time = application.clock().isoformat(timespec="seconds")
    about = {subject} if subject else set()
    if kind != VISIT:  # a visit's draft is the whole household's, as it is where somebody is erased
        about |= set(_words(body))

    def keep(connection: Connection) -> bool:
        if records.erased(connection, about):
            storage.drop(connection, draft_id)
            return False
        storage.keep(connection, draft_id, kind, subject, body, time)
        return True

    if not application.store.write(keep):
        raise UserFacingError("record.erased")


def _words(value: Any) -> Iterator[str]:
    """Whatever in a draft may be a record's id."""
    if isinstance(value, str):
        if 0 < len(value) <= _LONGEST_ID:
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _words(one)


def open_drafts(application: Application, kind: str | None = None, subject: str | None = None) -> tuple[Draft, ...]:
    """Open drafts, newest first."""
    rows = application.read(lambda connection: storage.listed(connection, kind, subject))
    return tuple(Draft(row.id, row.kind, row.subject, json.loads(row.body), row.updated) for row in rows)


def drop_draft(application: Application, draft_id: str) -> None:
    """Forget a draft that was given up (one that was saved goes with the action that saved it)."""
    require(application, Capability.KEEP_DRAFT)
    application.store.write(lambda connection: storage.drop(connection, draft_id))
