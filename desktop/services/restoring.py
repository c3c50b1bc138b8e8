"""Restoring (恢复) a vault from a backup, before any is open: find it, open it, put it in place."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.services.application import Clock, system_clock
from desktop.storage import generations, practice_card, restore, slots
from desktop.storage.generations import Generation
from desktop.storage.restore import Backup
from desktop.storage.slots import Slots, SlotsHeader
from desktop.storage.vault import Keys

__all__ = [
    "Backup",
    "Generation",
    "GenerationContent",
    "OpenedBackup",
    "RestoreDone",
    "find_backups",
    "open_backup",
    "restore_unopened",
    "restoring",
]


@dataclass(frozen=True, slots=True)
class GenerationContent:
    """What a generation holds, proven by its sealed manifest. ``entries`` of the journal."""

    generation: Generation
    made: datetime
    households: int
    visits: int
    entries: int


@dataclass(frozen=True)
class OpenedBackup:
    """Backups whose password and card were right. ``here`` says that this vault is on this laptop already.

    ``before_rekey``: whole, but under another key than the newest that opens; they open chosen alone.
    ``own_slots`` are the backup's, where the vault here has another data key since.
    """

    found: Backup
    contents: tuple[GenerationContent, ...]
    before_rekey: tuple[Generation, ...]
    unreadable: int
    here: bool
    keys: Keys
    own_slots: Slots | None = None


@dataclass(frozen=True, slots=True)
class RestoreDone:
    """A restore that was done. ``missing`` attachments were not in the backup; ``beside`` that the store used before
    stays in the vault's folder, untouched."""

    vault: str
    worker_name: str
    households: int
    visits: int
    entries: int
    missing: int
    beside: bool
    seconds: float


def find_backups(chosen: Path) -> tuple[Backup, ...]:
    """The backups in a folder, by vault; raises UserFacingError ``backup.none``, ``backup.gone``."""
    return restore.find(chosen)


def open_backup(
    home: Path, found: Backup, password: str, card: str | None, clock: Clock = system_clock
) -> OpenedBackup:
    """Open a vault's backups: proves whose they are and tells what is in each.

    Raises:
        UserFacingError: as unlocking a vault; ``backup.foreign``, ``backup.damaged`` where none of them opens.
    """
    keys, own_slots = _keys(home, found, password, card, clock)
    contents = []
    before: list[Generation] = []
    unreadable = 0
    for generation in found.generations:
        try:
            manifest = generations.read_manifest(generation.folder, keys.data_key)
        except UserFacingError as error:
            of = found.header.vault
            if error.code == "backup.foreign" and restore.keys_before_rekey(generation, of, password, keys) is not None:
                before.append(generation)
            else:
                unreadable += 1
            continue
        counts = manifest.counts
        made = datetime.fromisoformat(manifest.made)
        contents.append(
            GenerationContent(generation, made, counts.get("household", 0), counts.get("visit", 0), manifest.entries)
        )
    here = (home / slots.VAULTS / found.header.vault).exists()
    return OpenedBackup(found, tuple(contents), tuple(before), unreadable, here, keys, own_slots)


def _keys(home: Path, found: Backup, password: str, card: str | None, clock: Clock) -> tuple[Keys, Slots | None]:
    """By the newest generation that can be opened at all: one damaged generation must not bar the others."""
    problem: UserFacingError | None = None
    for generation in found.generations:
        try:
            return restore.unlock(home, generation, password, card or _practice_card(home, found), clock())
        except UserFacingError as error:
            if error.code not in ("backup.foreign", "backup.damaged", "vault.slots-damaged", "vault.slots-missing"):
                raise
            problem = problem or error
    raise problem or UserFacingError("backup.none")


def _practice_card(home: Path, found: Backup) -> str | None:
    try:
        return practice_card.kept(home / slots.VAULTS / found.header.vault)
    except (UserFacingError, OSError):
        return None


def restoring(
    home: Path, opened: OpenedBackup, content: GenerationContent, *, chosen: bool = False, clock: Clock = system_clock
) -> Generator[str, None, RestoreDone]:
    """Put one generation in place; yields the step (``copy``, ``check``, ``attachments``).

    ``chosen``: the worker wants this state although the vault on this laptop still opens.

    Raises:
        UserFacingError: see ``desktop.storage.restore.restore``. Nothing was changed then.
    """
    began = time.monotonic()
    done = yield from restore.restore(
        home,
        opened.found,
        content.generation,
        opened.keys,
        clock().astimezone(UTC),
        chosen=chosen,
        own_slots=opened.own_slots,
    )
    return RestoreDone(
        vault=done.vault,
        worker_name=opened.found.header.worker_name,
        households=content.households,
        visits=content.visits,
        entries=content.entries,
        missing=done.missing,
        beside=done.beside,
        seconds=time.monotonic() - began,
    )


def restore_unopened(home: Path, found: Backup) -> SlotsHeader:
    """Put the newest generation in place although its password is forgotten; the county's escrow can open it then.

    Raises:
        UserFacingError: ``restore.vault-here``, trouble of the disk.
    """
    restore.place_unopened(home, found, found.generations[0])
    return found.header
