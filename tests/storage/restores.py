"""Restoring as the form does it, in a few words."""

from __future__ import annotations

from pathlib import Path

from desktop.services import restoring
from desktop.services.restoring import OpenedBackup, RestoreDone
from tests.vaults import ClosedVault


def found_on(home: Path, place: Path, closed: ClosedVault) -> OpenedBackup:
    (found,) = restoring.find_backups(place)
    return restoring.open_backup(home, found, closed.password, closed.card)


def restored(home: Path, opened_backup: OpenedBackup, nth: int = 0, *, chosen: bool = False) -> RestoreDone:
    steps = restoring.restoring(home, opened_backup, opened_backup.contents[nth], chosen=chosen)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            done: RestoreDone = end.value
            return done


def elsewhere(closed: ClosedVault, home: Path) -> ClosedVault:
    return ClosedVault(home, closed.vault, closed.password, closed.card)
