"""Checking the vault (检查加密库): once a day by itself, and whenever somebody asks.

Everything is looked at, nothing is changed: every page of the store, the files of wrapped keys, every picture against
its name, and the whole journal. The result goes into the journal as counts (``vault.checked``).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.services import former_stores, vaults
from desktop.services.application import Application
from desktop.services.vaults import JournalCheck
from desktop.storage import disks, integrity, schema, settings, slots
from desktop.storage.integrity import Damage, Place
from desktop.storage.store import CUT_LOG
from desktop.storage.tables import attachment

__all__ = ["CheckStage", "CheckStep", "Damage", "LastCheck", "Place", "VaultCheck", "check", "check_in_slices"]

_LAST: Final = "last_check"


class CheckStage(StrEnum):
    """What is being looked at."""

    STORE = "store"
    FILES = "files"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """How far it is."""

    stage: CheckStage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class VaultCheck:
    """What was found. ``network`` is the kind of network disk the vault lies on, empty where it lies on this laptop."""

    damages: tuple[Damage, ...]
    journal: JournalCheck
    files: int
    network: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was written; gaps that a salvage named count as known."""
        return not self.damages and self.journal.fault is None and not self.journal.unreadable

    @property
    def needs_salvage(self) -> bool:
        """Whether the store itself is damaged."""
        return any(one.place is Place.STORE for one in self.damages)

    @property
    def may_be_relied_on(self) -> bool:
        """Whether store, ways in and journal are sound; a picture that is damaged is damaged in every store's eyes."""
        return self.journal.fault is None and all(one.place is Place.ATTACHMENT for one in self.damages)


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The check before: when (ISO, UTC), and how many places were damaged then."""

    time: str
    day: str
    damages: int


def check(application: Application) -> VaultCheck:
    """The whole check in one go; see ``check_in_slices``."""
    slices = check_in_slices(application)
    while True:
        try:
            next(slices)
        except StopIteration as end:
            result: VaultCheck = end.value
            return result


def check_in_slices(application: Application) -> Generator[CheckStep, None, VaultCheck]:
    """Look at everything; the store on a connection of its own, so that nobody waits for it.

    Raises:
        UserFacingError: ``disk.failing`` where what was saved cannot be brought into the store, ``vault.busy``.
    """
    digests = application.read(lambda connection: list(connection.scalars(select(attachment.c.digest))))
    total = len(digests) + 2
    yield CheckStep(CheckStage.STORE, 0, total)
    damages = [*vaults.verify_store(application), *integrity.slot_damage(application.folder)]
    for number, found in enumerate(integrity.attachment_damage(application.folder, digests), start=1):
        if found is not None:
            damages.append(found)
        yield CheckStep(CheckStage.FILES, number, total)
    yield CheckStep(CheckStage.JOURNAL, total - 1, total)
    try:
        journal = vaults.verify_journal(application)
    except UserFacingError as error:
        if error.code != "vault.store-damaged":
            raise
        journal = JournalCheck(0, None, unreadable=True)  # the damaged page is among the damages
    result = VaultCheck(tuple(damages), journal, len(digests), disks.network_kind(application.folder))
    _note(application, result)
    return result


def last_check(application: Application) -> LastCheck | None:
    """What the last check found; None before the first."""
    kept = application.read(lambda connection: settings.get(connection, _LAST))
    return None if kept is None else LastCheck(kept["time"], kept["day"], kept["damages"])


def last_journal_fault(application: Application) -> str:
    """The code of what the last check found in the journal; "" where it was sound, or before the first."""
    kept = application.read(lambda connection: settings.get(connection, _LAST))
    return "" if kept is None else str(kept.get("journal", ""))


def check_journal_again(application: Application) -> str:
    """Walk the whole journal once more, after a check that found it broken; the code of what is found now is kept."""
    fault = vaults.verify_journal(application).fault
    code = "" if fault is None else fault.code

    def put(connection: Connection) -> None:
        settings.put(connection, _LAST, {**settings.get(connection, _LAST), "journal": code})

    application.store.write(put)
    return code


def is_due(application: Application) -> bool:
    """Whether the vault has not been checked today."""
    last = last_check(application)
    return last is None or last.day != application.today().isoformat()


def _note(application: Application, result: VaultCheck) -> None:
    now = application.clock()
    count = len(result.damages) + (result.journal.fault is not None)
    kept = {"time": now.isoformat(timespec="seconds"), "day": now.date().isoformat(), "damages": count}
    kept["journal"] = "" if result.journal.fault is None else result.journal.fault.code
    body = {
        "damages": len(result.damages),
        "journal": result.journal.fault is None and not result.journal.unreadable,
        "entries": result.journal.entries,
        "files": result.files,
    }

    def put(connection: Connection) -> None:
        settings.put(connection, _LAST, kept)

    def act(action: Any) -> None:
        put(action.connection)
        action.add("vault.checked", None, body)

    with suppress(UserFacingError):  # a damaged store may not take it; the worker is told all the same
        if application.enrolment is None:
            application.store.write(put)
        else:
            application.act(act)
        former_stores.note_checked(application, is_sound=result.may_be_relied_on)
    with suppress(OSError):
        mark = application.folder / slots.DAMAGE_FOUND_FILE
        mark.touch(mode=0o600) if result.needs_salvage else mark.unlink(missing_ok=True)
    if result.is_sound:
        with suppress(UserFacingError, OSError):
            schema.drop_copies(application.folder)
            for left in application.folder.glob(f"*{CUT_LOG}"):
                left.unlink(missing_ok=True)
