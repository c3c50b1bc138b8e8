"""The id of a pre-numbered blank form (空白同意书), which its pages bear and the sheet that it becomes has too."""

from __future__ import annotations

import re
from typing import Final

_FIGURES: Final = 3
_BLANK_ID: Final = re.compile(r"([0-9a-f]{32})-([0-9]{3})")


def blank_id(stock: str, number: int) -> str:
    """The id that a blank's pages bear; the sheet that it becomes has the same, so a number becomes one sheet only."""
    return f"{stock}-{number:0{_FIGURES}}"


def stock_and_number(blank: str) -> tuple[str, int] | None:
    """The stock and number of a blank's id; None for an id of anything else."""
    match = _BLANK_ID.fullmatch(blank)
    return (match[1], int(match[2])) if match else None
