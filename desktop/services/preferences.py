"""What a worker may set for this vault; kept inside it, never synced."""

from __future__ import annotations

from typing import Final

from desktop.services.application import Application
from desktop.storage import settings

IDLE_MINUTES: Final = (3, 5, 10, 15)
"""The choices; longer than a quarter of an hour an unlocked laptop is nobody's business to offer."""
DEFAULT_IDLE_MINUTES: Final = 5
_IDLE: Final = "idle_minutes"


def idle_minutes(application: Application) -> int:
    """After how many minutes without a key or a touch the workspace locks itself."""
    kept = application.read(lambda connection: settings.get(connection, _IDLE))
    return kept if kept in IDLE_MINUTES else DEFAULT_IDLE_MINUTES


def set_idle_minutes(application: Application, minutes: int) -> None:
    """Keep another choice; raises ValueError for one that is not offered."""
    if minutes not in IDLE_MINUTES:
        raise ValueError("not one of the choices")
    application.store.write(lambda connection: settings.put(connection, _IDLE, minutes))
