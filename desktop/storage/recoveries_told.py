"""The holders' signed answers of a recovery, kept until the county has heard of them (``sync/README.md`` §12)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from desktop.storage import settings

_TO_TELL: Final = "recoveries_to_tell"


def keep(connection: Connection, answers: Iterable[bytes]) -> None:
    """Keep them, in the transaction that notes the recovery; nothing twice."""
    kept = settings.get(connection, _TO_TELL) or []
    fresh = [base64.b64encode(one).decode() for one in answers]
    settings.put(connection, _TO_TELL, [*kept, *(one for one in fresh if one not in kept)])


def to_tell(connection: Connection, most: int) -> tuple[bytes, ...]:
    """What the county has not heard of, the oldest first."""
    return tuple(base64.b64decode(one) for one in (settings.get(connection, _TO_TELL) or [])[:most])


def told(connection: Connection, answers: Iterable[bytes]) -> None:
    """The county has answered a contact that carried these."""
    gone = {base64.b64encode(one).decode() for one in answers}
    settings.put(connection, _TO_TELL, [one for one in settings.get(connection, _TO_TELL) or [] if one not in gone])
