"""Whether pictures of fingerprints are kept (指印影像): the county may say no, for a fingerprint is biometric.

The sheet then stays on paper, and the second person who checks it against that paper stands for the picture (PIPL
art. 28; ``design.md`` §6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from desktop.domain.sheet_signing import is_fingerprinted
from desktop.storage import queries


def stays_on_paper(connection: Connection, sheet_fields: Mapping[str, Any]) -> bool:
    """Whether no picture of this sheet may be taken in; the strictest of the offices issued to this laptop counts."""
    if not is_fingerprinted(sheet_fields):
        return False
    return not keeps_fingerprints(connection)


def keeps_fingerprints(connection: Connection) -> bool:
    """Whether pictures that show a fingerprint may be kept, by every office issued to this laptop."""
    offices = queries.of_kind(connection, "office")
    return all(row.state["issued"].get("keep_fingerprints", True) is not False for row in offices)
