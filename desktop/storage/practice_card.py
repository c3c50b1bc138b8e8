"""The device card of a practice vault, kept in the vault's own folder. Light to import: the login window asks here.

A practice vault (练习) holds made-up people only, so nothing is lost if whoever holds the laptop can open it, and a
newcomer should not have to keep a card in a safe to try the program. For any other vault this is refused, in writing
and in reading: there the card lies in the township's safe (``design.md`` §5).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from desktop.storage import durable, slots

CARD_FILE: Final = "practice-card.txt"


def keep(folder: Path, card: str) -> None:
    """Keep the card of the practice vault in ``folder``; raises ValueError for any other vault."""
    if not slots.read(folder).header.practice:
        raise ValueError("only a practice vault's card may lie beside it")
    durable.write_file(folder / CARD_FILE, card.encode())


def kept(folder: Path) -> str | None:
    """The card, if ``folder`` holds a practice vault and one was kept there."""
    if not slots.read(folder).header.practice:
        return None
    try:
        return (folder / CARD_FILE).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None
