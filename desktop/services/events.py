"""What the program did, in codes, for whoever helps on the telephone: kept inside the vault, never sent.

Only the events below are noted, each with at most one detail of a form that cannot hold a name or a number of a
person. Before the vault is open nothing is noted anywhere (the count of wrong passwords is ``storage/tries.py``'s).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.storage import settings

MOST: Final = 300
"""As many are kept; the oldest go."""
_EVENTS: Final = "events"


class Event(StrEnum):
    """What is noted at all."""

    OPENED = "vault.opened"
    LOCKED = "vault.locked"
    """Detail: what locked it (``LOCKED_BY``)."""
    KEYRING_CHANGED = "vault.keyring-changed"
    """Opened by the card on a computer whose keyring is another than the pinned one. Detail: ``before>now``, the
    names of their modules; ``none`` for no keyring at all."""
    PASSWORD_CHANGED = "vault.password-changed"  # noqa: S105 an event, not a password
    """Before enrolment, as the next two: afterwards the journal has it."""
    KEYRING_PINNED = "vault.keyring-pinned"
    TRIED = "vault.tried"
    SYNC_STOPPED = "sync.stopped"
    """Detail: the code of what stopped it."""
    PRINT_FAILED = "print.failed"
    """Detail: the code of what came of it."""
    COPY_REFUSED = "clipboard.refused"
    PAPER_PROCESS = "paper-process.lost"
    """Something was done in the window's own process instead. Detail: why (``PAPER_PROCESS_TROUBLES``)."""
    BUG = "bug"
    """Detail: the bug's reference."""


LOCKED_BY: Final = ("hand", "idle", "sleep", "session", "lid")
PAPER_PROCESS_TROUBLES: Final = ("not-started", "ended", "hung", "bug")
_CODE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*){0,2}")
_REFERENCE: Final = re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}")
_LONGEST: Final = 48
_KEYRINGS: Final = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]{0,31}\.?){1,5}>(?:[A-Za-z_][A-Za-z0-9_]{0,31}\.?){1,5}")


@dataclass(frozen=True, slots=True)
class Noted:
    """One event: when (UTC, ISO to the second), what, and its detail."""

    time: str
    event: str
    detail: str


def keyrings_named(changed: UserFacingError) -> str:
    """The detail of ``KEYRING_CHANGED``, from what the door was told (``vault.keyring-changed``)."""
    before, now = (str(changed.values[name]) or "none" for name in ("keyring_before", "keyring_now"))
    return f"{before}>{now}"


def note(application: Application, event: Event, detail: str = "") -> None:
    """Note an event. A detail that is not of its event's form is a bug of the caller and is left out."""
    kept = detail if _may_stand(event, detail) else ""
    time = application.clock().astimezone(UTC).isoformat(timespec="seconds")

    def write(connection: Connection) -> None:
        before = settings.get(connection, _EVENTS) or []
        settings.put(connection, _EVENTS, [*before, [time, event.value, kept]][-MOST:])

    application.store.write(write)


def noted(application: Application) -> tuple[Noted, ...]:
    """What is kept, the newest first."""
    kept = application.read(lambda connection: settings.get(connection, _EVENTS)) or []
    return tuple(Noted(*one) for one in reversed(kept))


def _may_stand(event: Event, detail: str) -> bool:
    match event:
        case Event.LOCKED:
            return detail in LOCKED_BY
        case Event.PAPER_PROCESS:
            return detail in PAPER_PROCESS_TROUBLES
        case Event.KEYRING_CHANGED:
            return _KEYRINGS.fullmatch(detail) is not None
        case Event.BUG:
            return _REFERENCE.fullmatch(detail) is not None
        case Event.SYNC_STOPPED | Event.PRINT_FAILED:
            return len(detail) <= _LONGEST and _CODE.fullmatch(detail) is not None
        case Event.OPENED | Event.COPY_REFUSED | Event.PASSWORD_CHANGED | Event.KEYRING_PINNED | Event.TRIED:
            return False
