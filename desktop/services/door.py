"""The locked door: whose vaults lie on this laptop. Light to import: no store, no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.storage import keyrings, practice_card, slots, tries, wiping
from desktop.storage.slots import SlotsHeader
from desktop.storage.wiping import Wiped

__all__ = [
    "SlotsHeader",
    "Wiped",
    "card_always_needed",
    "card_needed",
    "finish_wipes",
    "keyring_changed",
    "list_vaults",
    "note_wipes_read",
    "practice_card_of",
    "salvage_offered",
    "seconds_to_wait",
]


def list_vaults(home: Path) -> list[SlotsHeader]:
    """The workers of this laptop, for the login window. One that cannot be read is listed as ``?``."""
    return slots.listed(home)


def card_needed(home: Path, header: SlotsHeader) -> bool:
    """Whether the device card has to be typed: neither the keyring nor (for practice) the vault's folder has it."""
    return card_always_needed(home, header) or keyring_changed(home, header) is not None


def card_always_needed(home: Path, header: SlotsHeader) -> bool:
    """The same as far as the files say it, without asking the system for its keyring, which takes a while."""
    return header.keyring is None and practice_card_of(home, header.vault) is None


def keyring_changed(home: Path, header: SlotsHeader) -> UserFacingError | None:
    """``vault.keyring-changed`` with both names, where this computer's keyring is not the one that the vault knows."""
    if header.keyring is None or practice_card_of(home, header.vault) is not None:
        return None
    return keyrings.changed(header.keyring)


def practice_card_of(home: Path, vault: str) -> str | None:
    """The card of a practice vault that was made in the window; None for every other vault."""
    try:
        return practice_card.kept(home / slots.VAULTS / vault)
    except UserFacingError:  # a vault whose slots cannot be read has no card either; opening it says what is wrong
        return None


def salvage_offered(home: Path, vault: str) -> bool:
    """Whether the last check found this vault's store damaged, so that its worker may salvage it at the door."""
    try:
        return (home / slots.VAULTS / vault / slots.DAMAGE_FOUND_FILE).exists()
    except OSError:  # a folder of another user of this computer
        return False


def finish_wipes(home: Path) -> tuple[Wiped, ...]:
    """Finish wipes that were cut short; answers what nobody has read yet of wiped vaults."""
    return wiping.finish_all(home)


def note_wipes_read(home: Path, wiped: Iterable[Wiped]) -> None:
    """Somebody has read what happened."""
    wiping.note_read(home, [one.vault for one in wiped])


def seconds_to_wait(home: Path, vault: str) -> int:
    """Seconds until this vault's next password may be tried; 0 before ten wrong ones."""
    return tries.seconds_to_wait(home, vault, datetime.now(UTC))
