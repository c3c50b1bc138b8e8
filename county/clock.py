"""The county's clock, in the two forms that are written down."""

from __future__ import annotations

from datetime import date, datetime


def now_text() -> str:
    """Now, to the second, with the zone: as entries and receipts show it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def today() -> date:
    """Today where the county is."""
    return datetime.now().astimezone().date()
