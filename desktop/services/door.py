"""The locked door: whose vaults lie on this laptop. Light to import: no store, no SQLAlchemy."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.storage import keyrings, keys, practice_card
from desktop.storage.keys import SlotsHeader

__all__ = ["SlotsHeader", "card_needed", "list_vaults", "practice_card_of"]


def list_vaults(home: Path) -> list[SlotsHeader]:
    """The workers of this laptop, for the login window. One that cannot be read is listed as ``?``."""
    return keys.listed(home)


def card_needed(home: Path, header: SlotsHeader) -> bool:
    """Whether the device card has to be typed: neither the keyring nor (for practice) the vault's folder has it."""
    if practice_card_of(home, header.vault) is not None:
        return False
    return header.keyring is None or keyrings.usable_backend() != header.keyring


def practice_card_of(home: Path, vault: str) -> str | None:
    """The card of a practice vault that was made in the window; None for every other vault."""
    try:
        return practice_card.kept(home / keys.VAULTS / vault)
    except UserFacingError:  # a vault whose slots cannot be read has no card either; opening it says what is wrong
        return None
