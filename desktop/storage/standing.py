"""Where the county says this vault stands, as its last verified word; the signed document is kept as it came."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from desktop.storage import settings

_STANDING: Final = "standing"
_APART: Final = timedelta(days=1)
"""How far the clocks of a laptop and its county may be apart without a word."""


@dataclass(frozen=True, slots=True)
class KeptStanding:
    """The county's last word. ``time`` is the county's own, the best evidence of a date the laptop has.

    ``signed`` is the signed document as text; ``order`` 0 where the county never gave one.
    """

    time: str
    revoked: bool
    wipe: bool
    order: int
    since: str
    reason: str
    ask: str
    signed: str
    journal_fault: str = ""
    """How the journal that the contact told of does not fit what the county has; empty where it does."""
    journal_seq: int = 0
    """The last entry of it that the county has."""
    journal_held: bool = False
    """What is sent now is stored at the county and waits there."""


def read(connection: Connection) -> KeptStanding | None:
    """The last word, or None before the first contact."""
    kept = settings.get(connection, _STANDING)
    return None if kept is None else KeptStanding(**kept)


def is_before_it(connection: Connection, moment: datetime) -> bool:
    """Whether a moment cannot be now, since the county's last word was given more than a day later."""
    kept = read(connection)
    try:
        return kept is not None and moment + _APART < datetime.fromisoformat(kept.time)
    except (ValueError, TypeError):
        return False


def keep(connection: Connection, standing: KeptStanding) -> None:
    """Keep a word whose signature, vault and nonce were checked."""
    settings.put(connection, _STANDING, asdict(standing))
