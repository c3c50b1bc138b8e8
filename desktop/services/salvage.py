"""Salvaging a damaged vault (抢救): first the list of what is lost, then, if the worker says yes, the new store.

The damaged store is never touched and stays beside the new one. What the county already has comes back by itself at
the next sync; what was lost for good is named, so that it can be visited and written down again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.services.application import Clock, system_clock
from desktop.storage import backup, generations, restore, salvage, slots, vault
from desktop.storage.salvage import Salvaged
from desktop.storage.salvage_losses import Fate, Line
from desktop.storage.salvage_origins import Origin

__all__ = ["Fate", "Line", "Origin", "Salvage", "backups_in", "backups_of", "salvaging"]


@dataclass(frozen=True, slots=True)
class Salvage:
    """What can be had. ``digest`` names exactly this list; ``accept`` with it brings the new store into use."""

    lines: tuple[Line, ...]
    origins: tuple[Origin, ...]
    """For each group of records where it was read: damaged store, which backup, after a sync the county, nowhere."""
    digest: str
    entries: int
    accept: Callable[[str], str]

    def count(self, fate: Fate) -> int:
        """How many entries met this fate."""
        return sum(line.count for line in self.lines if line.fate is fate)


@contextmanager
def salvaging(
    home: Path,
    vault_id: str,
    password: str,
    card: str | None = None,
    *,
    sources: Sequence[Path] | None = None,
    clock: Clock = system_clock,
    step: Callable[[str], None] = lambda _: None,
) -> Iterator[Salvage]:
    """Make a new store from what can be read, for as long as the caller shows its list; away again if not accepted.

    ``sources`` are folders that each hold a ``store.db`` of this vault, newest first; None takes the backups in the
    vault's own folder. ``step`` is told ``copying``, ``reading``, ``backups``, ``folding``, ``checking``.

    Raises:
        UserFacingError: what unlocking raises; ``vault.salvage-nothing`` where nothing can be read and there is no
            backup; ``vault.newer-schema``; ``disk.full``. Nothing is changed then.
    """
    with vault.only_process(home, vault_id):
        keys = vault.unlock(home, vault_id, password, card, clock())
        folder = vault.folder_of(home, vault_id)
        store = folder / slots.read(folder).header.store
        time = clock().astimezone(UTC).isoformat(timespec="milliseconds")
        found = backups_of(folder) if sources is None else sources
        try:
            made = salvage.make(folder, vault_id, store, keys.data_key, found, time, step)
            yield Salvage(made.lines, made.origins, made.digest, made.entries, lambda digest: _accept(made, digest))
        finally:
            salvage.discard(folder)


def _accept(made: Salvaged, digest: str) -> str:
    if digest != made.digest:
        raise UserFacingError("vault.salvage-changed")
    return salvage.use(made)


def backups_of(folder: Path) -> tuple[Path, ...]:
    """The generations in the vault's own folder, newest first."""
    listed = generations.listed(backup.laptop_place(folder).folder)
    return tuple(one.folder for one in reversed(listed))


def backups_in(home: Path, vault_id: str, chosen: Path) -> tuple[Path, ...]:
    """The generations of this vault in a folder that a person chose, a stick most likely, with those in its own.

    The newest first, wherever they lie.

    Raises:
        UserFacingError: ``backup.none`` where the chosen folder has none of this vault's; ``backup.gone``.
    """
    here = [each for each in restore.find(chosen) if each.header.vault == vault_id]
    found = {one.folder: one for each in here for one in each.generations}
    if not found:
        raise UserFacingError("backup.none")
    own = generations.listed(backup.laptop_place(vault.folder_of(home, vault_id)).folder)
    every = {**found, **{one.folder: one for one in own}}
    return tuple(one.folder for one in sorted(every.values(), key=lambda one: (one.made, one.number), reverse=True))
