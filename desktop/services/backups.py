"""Backups (备份) of the open vault: once a day by itself, by button, to a USB stick; and the restore drill of practice.

When: after unlocking, in the background, once a day if anything was written since; not at lock, which has to be
immediate. A stick that was chosen once is used again the same way whenever it is plugged in.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from desktop.about import VERSION
from desktop.domain.errors import UserFacingError
from desktop.services.application import Application, Done
from desktop.storage import backup, durable, epochs, generations, restore, settings, slots
from desktop.storage.backup import Place, Source
from desktop.storage.restore import Restored

DUE_AFTER: Final = timedelta(hours=20)
"""Once a working day, also for whoever starts a little earlier than yesterday."""
WARN_AFTER: Final = timedelta(days=3)
_NOTED: Final = "vault.backed-up"
_KEPT: Final = "backups"
_LAPTOP: Final = "laptop"
_STICK: Final = "stick"
_OLD_KEY: Final = "old_key"
_DRILL: Final = ".unfinished-drill-"


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """How far a backup is: ``step`` is ``store``, ``attachments`` or ``check``; ``total`` 0 means unknown."""

    step: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was made, read back and compared. ``missing`` attachments could not be read on this laptop;
    ``same_disk`` says that the chosen folder lies on the laptop's own disk."""

    where: str
    made: datetime
    entries: int
    households: int
    visits: int
    size: int
    attachments: int
    missing: int
    same_disk: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup of one place."""

    made: datetime
    entries: int
    generations: int


@dataclass(frozen=True, slots=True)
class BackupState:
    """What the settings and the foot say. ``stick`` is the folder that was chosen, ``stick_here`` whether it is there;
    ``is_late`` if neither place has a backup of the last three days although something was written."""

    laptop: LastBackup | None
    stick: LastBackup | None
    stick_folder: Path | None
    stick_here: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Drill:
    """What the restore drill came to."""

    households: int
    visits: int
    entries: int
    seconds: float


# --- making ---------------------------------------------------------------------------------------


def backing_up(
    application: Application, stick: Path | None = None, stopped: Callable[[], bool] = lambda: False
) -> Generator[BackupProgress, None, Done[BackupMade]]:
    """Make a backup in the vault's own folder, or on a stick; long work in steps, off the screen's thread.

    ``stopped`` is asked inside a step too; then it ends with ``backup.stopped``.

    Raises:
        UserFacingError: see ``desktop.storage.backup.make``. The older backups stay as they are.
    """
    began = time.monotonic()
    now = application.clock()
    application.flush_views()
    place = _place(application, stick)
    making = backup.make(_source(application), place, now, stopped)
    while True:
        try:
            step, done, total = next(making)
        except StopIteration as end:
            made: backup.Made = end.value
            break
        yield BackupProgress(step, done, total)
    counts = made.manifest.counts
    result = BackupMade(
        where=_LAPTOP if stick is None else _STICK,
        made=made.generation.made,
        entries=made.manifest.entries,
        households=counts.get("household", 0),
        visits=counts.get("visit", 0),
        size=made.manifest.size,
        attachments=made.manifest.attachments,
        missing=made.missing,
        same_disk=stick is not None and _same_disk(application.folder, stick),
        seconds=time.monotonic() - began,
    )
    return Done(result, _note(application, result, made, stick))


def back_up(application: Application, stick: Path | None = None) -> Done[BackupMade]:
    """The same in one go."""
    done: Done[BackupMade] = drained(backing_up(application, stick))
    return done


def due(application: Application) -> list[Path | None]:
    """Where a backup is due now: None for the laptop's own, and the stick's folder if it is plugged in."""
    now = application.clock()
    kept = _read(application)
    places: list[Path | None] = []
    if _is_due(application, kept.get(_LAPTOP), now):
        places.append(None)
    folder = _stick_folder(kept)
    if folder is not None and _is_here(application, folder) and _is_due(application, kept.get(_STICK), now):
        places.append(folder)
    return places


def note_new_key(connection: Connection) -> None:
    """The vault has a new data key, which opens no backup made before: new ones are due at once."""
    _change(connection, lambda kept: [one.update({_OLD_KEY: True}) for one in kept.values()])


def forget_stick(application: Application) -> None:
    """Make no more backups to a stick by itself; what is on it stays."""
    application.store.write(lambda connection: _change(connection, lambda kept: kept.pop(_STICK, None)))


def backup_state(application: Application) -> BackupState:
    """How the backups stand; cheap: it looks at folders' names, not into them."""
    kept = _read(application)
    folder = _stick_folder(kept)
    here = folder is not None and _is_here(application, folder)
    laptop = _last(kept.get(_LAPTOP), _count(backup.laptop_place(application.folder)))
    on_stick = 0
    if folder is not None and here:
        on_stick = _count(backup.stick_place(folder, application.identity.vault))
    stick = _last(kept.get(_STICK), on_stick)
    return BackupState(laptop, stick, folder, here, _is_late(application, laptop, stick))


def _count(place: Place) -> int:
    try:
        return len(generations.listed(place.folder))
    except OSError:
        return 0


def _is_late(application: Application, laptop: LastBackup | None, stick: LastBackup | None) -> bool:
    now = application.clock()
    made = [one.made for one in (laptop, stick) if one is not None]
    if made:
        # One made while the clock said 2099 says nothing for as long as the clock is right.
        return not any(-WARN_AFTER <= now - one <= WARN_AFTER for one in made)
    # A vault that is younger than that has had no chance yet.
    first = application.read(_first_written)
    return first is not None and now - first > WARN_AFTER


def _note(application: Application, made: BackupMade, done: backup.Made, stick: Path | None) -> frozenset[str]:
    kept = {
        "made": made.made.isoformat(),
        "entries": made.entries,
        "seq": done.manifest.seq,
        "epoch": done.manifest.epoch,
    }
    if stick is not None:
        kept["folder"] = str(stick)

    def keep(connection: Connection) -> None:
        _change(connection, lambda all_kept: all_kept.update({made.where: kept}))

    application.store.write(keep)
    if application.enrolment is None:
        return frozenset()
    body: dict[str, Any] = {
        "where": made.where,
        "entries": made.entries,
        "households": made.households,
        "visits": made.visits,
        "attachments": made.attachments,
        "missing": made.missing,
    }
    if stick is not None:
        body["stick"] = _stick_mark(application, stick)
    return application.act(lambda action: action.add(_NOTED, None, body)).changed


def _place(application: Application, stick: Path | None) -> Place:
    if stick is None:
        return backup.laptop_place(application.folder)
    if not _is_folder(stick):
        raise UserFacingError("backup.gone")
    return backup.stick_place(stick, application.identity.vault)


def _source(application: Application) -> Source:
    return Source(
        application.folder, application.store.path, application.keys.data_key, application.identity.vault, VERSION
    )


def _stick_mark(application: Application, stick: Path) -> str:
    """Names a stick in the journal without its path: the hash of an id that lies on it, different for every vault."""
    path = backup.stick_place(stick, application.identity.vault).folder.parent / generations.STICK_FILE
    try:
        if not path.exists():
            durable.write_file(path, secrets.token_hex(8).encode())
        name = path.read_bytes()[:64]
    except OSError:
        name = b""
    return hashlib.sha256(application.identity.vault.encode() + name).hexdigest()[:16]


def _same_disk(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:  # pulled the moment the backup was done
        return False


def _is_here(application: Application, folder: Path) -> bool:
    return _is_folder(backup.stick_place(folder, application.identity.vault).folder)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a stick that is failing, or just being pulled
        return False


def _is_due(application: Application, last: Any, now: datetime) -> bool:
    if last is None:
        return True
    made = datetime.fromisoformat(last["made"])
    if last.get(_OLD_KEY):
        return True
    # A clock that was set back must not stop backups until it has caught up.
    if timedelta(0) <= now - made < DUE_AFTER:
        return False
    return application.read(lambda connection: epochs.has_written(connection, last["epoch"], last["seq"], _NOTED))


def _first_written(connection: Connection) -> datetime | None:
    found = epochs.first_time(connection)
    return None if found is None else datetime.fromisoformat(found)


def _last(kept: Any, count: int) -> LastBackup | None:
    return None if kept is None else LastBackup(datetime.fromisoformat(kept["made"]), kept["entries"], count)


def _stick_folder(kept: dict[str, Any]) -> Path | None:
    folder = (kept.get(_STICK) or {}).get("folder")
    return None if folder is None else Path(folder)


def _read(application: Application) -> dict[str, Any]:
    return application.read(lambda connection: settings.get(connection, _KEPT)) or {}


def _change(connection: Connection, change: Callable[[dict[str, Any]], object]) -> None:
    kept = settings.get(connection, _KEPT) or {}
    change(kept)
    settings.put(connection, _KEPT, kept)


def drained(steps: Generator[Any, None, Any]) -> Any:
    """What long work in steps answers, in one go."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


# --- the drill --------------------------------------------------------------------------------------


def drilling(
    application: Application, stopped: Callable[[], bool] = lambda: False
) -> Generator[BackupProgress, None, Drill]:
    """The restore drill: make a backup, restore it into a throw-away place, compare, and remove it. Practice only.

    Raises:
        UserFacingError: as making and restoring; ``backup.not-whole`` where the restored vault differs.
    """
    if not application.practice:
        raise ValueError("only a practice vault is restored for the exercise")
    began = time.monotonic()
    made = yield from backing_up(application, stopped=stopped)
    # Beside the vaults, under a name that no list shows; never the system's folder for temporary files.
    home = application.folder.parent / (_DRILL + secrets.token_hex(8))
    try:
        home.mkdir(mode=0o700)
        yield BackupProgress("restore", 0, 1)
        restored = _restore_for_drill(application, home)
        yield BackupProgress("compare", 0, 1)
        counts = _counts_of(home, restored, application)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    expected = (made.value.households, made.value.visits)
    if counts != expected:
        raise UserFacingError("backup.not-whole")
    return Drill(*expected, made.value.entries, time.monotonic() - began)


def _restore_for_drill(application: Application, home: Path) -> Restored:
    (found,) = restore.find(backup.laptop_place(application.folder).folder)
    steps = restore.restore(home, found, found.generations[0], application.keys, application.clock())
    result: Restored = drained(steps)
    return result


def _counts_of(home: Path, restored: Restored, application: Application) -> tuple[int, int]:
    from desktop.storage import queries, vault

    store = vault.open_store(home, restored.vault, application.keys.data_key)
    try:
        counts = store.read(queries.counts)
    finally:
        store.close()
    return counts.get("household", 0), counts.get("visit", 0)


def sweep_drills(application: Application) -> None:
    """Remove what a drill left that was cut off; only the practice vault makes them."""
    if application.practice and application.folder.parent.name == slots.VAULTS:
        for left in application.folder.parent.glob(f"{_DRILL}*"):
            shutil.rmtree(left, ignore_errors=True)
