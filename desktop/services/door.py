"""The locked door: whose vaults lie on this laptop. Light to import: no store, no SQLAlchemy."""

from __future__ import annotations

from pathlib import Path

from desktop.storage import keyrings, keys
from desktop.storage.keys import SlotsHeader


def list_vaults(home: Path) -> list[SlotsHeader]:
    """The workers of this laptop, for the login window. One that cannot be read is listed as ``?``."""
    return keys.listed(home)


def card_needed(header: SlotsHeader) -> bool:
    """Whether the keyring cannot open this vault now, so that the device card has to be typed."""
    return header.keyring is None or keyrings.usable_backend() != header.keyring
