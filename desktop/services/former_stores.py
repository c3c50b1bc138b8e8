"""Former stores (停用的旧库): listed with day and why, and dropped once nothing in them is needed any more.

A restore and a salvage leave the store that was in use where it is, whole and openable: it is all there is until the
new one has proved itself. Proved it has when a check found it sound **and** a sync ran through after which nothing was
unsent. ``KEEP_DAYS`` later the old one goes by itself, provided that it holds nothing that is nowhere else; if it does,
or cannot be read, a person decides (``drop``). What is erased meanwhile still stands in it, and erasing says so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application
from desktop.services.permission import Capability, require
from desktop.services.retention_review import proven_day
from desktop.storage import epochs, former_stores, outbox, returned, standing
from desktop.storage.former_stores import DROPPED, RESTORED, SALVAGED, Held, Known
from desktop.storage.journal import Action

__all__ = [
    "DROPPED",
    "KEEP_DAYS",
    "RESTORED",
    "SALVAGED",
    "DropReason",
    "FormerState",
    "FormerStore",
    "Held",
    "drop",
    "keep_up",
    "listed",
    "look_before_rekey",
    "note_checked",
    "note_synced",
    "standing_in",
    "to_decide",
]

KEEP_DAYS: Final = 30
"""So long a former store is kept after the store in use was found sound and everything had reached the county."""


class FormerState(StrEnum):
    """What has still to happen before it goes."""

    CHECK_AND_SYNC = "check-and-sync"
    CHECK = "check"
    SYNC = "sync"
    GOES = "goes"
    """By itself, on ``goes``."""
    PERSON = "person"
    """It holds something that is nowhere else, or cannot be read: a person decides."""


class DropReason(StrEnum):
    """Why a person lets one go that does not go by itself; stays in the journal for ever and names nobody."""

    LOOKED_THROUGH = "looked-through"
    """What was only in it has been recorded again, or is not needed."""
    UNREADABLE = "unreadable"
    """Nobody can read it, and the county has been told."""


@dataclass(frozen=True, slots=True)
class FormerStore:
    """One former store. ``day`` since when it is out of use; ``why`` ``salvaged``, ``restored`` or "" (unknown).

    ``goes`` is the first day on which it is dropped, None until that is known or where a person has to decide;
    ``may_drop`` whether a person may do so now; ``held`` what it was found to hold, None before it was looked at.
    """

    store: str
    day: date
    why: str
    state: FormerState
    goes: date | None
    may_drop: bool
    held: Held | None


# --- what there is --------------------------------------------------------------------------------


def listed(application: Application) -> tuple[FormerStore, ...]:
    """The former stores of this vault, the oldest first; cheap: their files are not opened."""
    return application.read(lambda connection: standing_in(connection, application))


def to_decide(connection: Connection, application: Application) -> tuple[FormerStore, ...]:
    """Those about which nothing goes on until a person has decided."""
    return tuple(one for one in standing_in(connection, application) if one.may_drop)


def standing_in(connection: Connection, application: Application) -> tuple[FormerStore, ...]:
    """The same inside a transaction."""
    found = [_shown(one) for one in _known(connection, application)]
    return tuple(sorted(found, key=lambda one: (one.day, one.store)))


def _known(connection: Connection, application: Application) -> list[Known]:
    """Whatever lies in the folder, with what is known of it. One whose dropping is in the journal is none any more.

    A practice vault meets no county and holds nobody: its former stores stay and are nobody's affair.
    """
    if application.practice or former_stores.is_rekeying(connection):
        return []
    noted = former_stores.known(connection)
    found = []
    for path in former_stores.files(application.folder, application.store.path):
        known = noted.get(path.name)
        if known is None:
            day = datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
            known = Known(path.name, day.isoformat(), former_stores.UNKNOWN)
        if known.leaving is None or known.leaving != former_stores.mark_of(path):
            found.append(known)
    return found


def _shown(known: Known) -> FormerStore:
    proved = known.checked is not None and known.synced is not None
    goes = None
    if not proved:
        state = FormerState.CHECK_AND_SYNC
        if known.checked is not None:
            state = FormerState.SYNC
        elif known.synced is not None:
            state = FormerState.CHECK
    elif known.held is not None and not known.held.is_nothing:
        state = FormerState.PERSON
    else:
        state, goes = FormerState.GOES, _goes(known)
    may_drop = state is FormerState.PERSON
    return FormerStore(known.store, date.fromisoformat(known.day), known.why, state, goes, may_drop, known.held)


def _goes(known: Known) -> date:
    return date.fromisoformat(max(known.checked or "", known.synced or "")) + timedelta(days=KEEP_DAYS)


# --- the two proofs -------------------------------------------------------------------------------


def note_checked(application: Application, *, is_sound: bool) -> None:
    """The store in use was checked. Damage takes back what an earlier check said: then the old one may be needed."""
    _note(application, lambda known, day: replace(known, checked=(known.checked or day) if is_sound else None))


def note_synced(application: Application) -> None:
    """A sync ran through; it counts where nothing is unsent after it."""
    if application.read(_is_all_sent):
        _note(application, lambda known, day: replace(known, synced=known.synced or day))


def _is_all_sent(connection: Connection) -> bool:
    waiting = outbox.waiting(connection)
    is_unsent = waiting.work or waiting.attachments or returned.unsent_aside(connection)
    return not is_unsent and not epochs.must_compare(connection)


def _note(application: Application, change: Callable[[Known, str], Known]) -> None:
    """Note one of the two for every former store; nothing by a clock whose date cannot be right."""
    if application.is_clock_doubtful():
        return

    def write(connection: Connection) -> None:
        found = _known(connection, application)
        if found or former_stores.known(connection):
            day = _latest_day(connection, application).isoformat()
            former_stores.keep(connection, [change(one, day) for one in found])

    application.store.write(write)


def _latest_day(connection: Connection, application: Application) -> date:
    """The later of the laptop's day and the county's: the days of keeping must not begin in the past."""
    kept = standing.read(connection)
    today = application.today()
    try:
        return today if kept is None else max(today, datetime.fromisoformat(kept.time).astimezone().date())
    except ValueError:
        return today


# --- upkeep ---------------------------------------------------------------------------------------


def keep_up(application: Application) -> int:
    """Look at the former stores and drop those that are due; answers how many. Once a day, off the screen's thread.

    One whose file cannot be compared today (no room for a copy of it, trouble of the disk) stays for another day.
    """
    require(application, Capability.KEEP_VAULT)
    _finish_leaving(application)
    dropped = 0
    for known in application.read(lambda connection: _known(connection, application)):
        try:
            found = _inspected(application, known)
        except (UserFacingError, OSError):
            continue
        if _is_due(application, found):
            _go(application, found, "kept-long-enough")
            dropped += 1
    return dropped


def look_before_rekey(application: Application) -> None:
    """Keep what each holds while the key is there that opens it; one that cannot be compared now waits for a person."""
    for known in application.read(lambda connection: _known(connection, application)):
        with suppress(UserFacingError, OSError):
            _inspected(application, known)


def _inspected(application: Application, known: Known) -> Known:
    """Look into one and keep what was found."""
    path = application.folder / known.store
    vault = application.identity.vault
    now = application.read(lambda connection: former_stores.in_use(connection, vault))
    held, drafts = former_stores.inspect(application.folder, path, application.keys.data_key, now, known.drafts)
    mark = former_stores.mark_of(path)
    if held.opens:
        fresh = replace(known, held=held, drafts=tuple(drafts), seen=mark)
    elif known.held is not None and known.seen == mark:
        # The same file, which a new data key put out of reach: what it held then it holds now.
        fresh = replace(known, held=replace(known.held, opens=False, was_seen=True))
    else:
        fresh = replace(known, held=held)

    def write(connection: Connection) -> Known:
        latest = _latest_day(connection, application).isoformat()
        kept = {one.store: one for one in _known(connection, application)}
        was = kept.get(known.store, fresh)
        # A day that lies ahead was noted by a clock that ran ahead: from today, then.
        checked, synced = (None if one is None else min(one, latest) for one in (was.checked, was.synced))
        kept[known.store] = replace(fresh, checked=checked, synced=synced)
        former_stores.keep(connection, kept.values())
        return kept[known.store]

    return application.store.write(write)


def _is_due(application: Application, known: Known) -> bool:
    """Both proofs, the days since, and nothing in it: by the day that the county's own time proves."""
    if known.checked is None or known.synced is None or known.held is None or not known.held.is_nothing:
        return False
    today = application.read(lambda connection: proven_day(connection, application.today()))
    return today >= _goes(known)


def drop(application: Application, store: str, reason: DropReason) -> int:
    """A person lets one go that holds something of its own or cannot be read; answers how many entries went with it.

    Raises:
        UserFacingError: ``former-store.unknown``; ``former-store.not-yet`` before the store in use was found sound and
            everything had reached the county; ``former-store.in-use``; trouble of the disk.
    """
    require(application, Capability.KEEP_VAULT)
    found = {one.store: one for one in application.read(lambda connection: _known(connection, application))}
    known = found.get(store)
    if known is None:
        raise UserFacingError("former-store.unknown")
    if known.checked is None or known.synced is None:
        raise UserFacingError("former-store.not-yet")
    fresh = _inspected(application, known)
    _go(application, fresh, reason.value)
    held = fresh.held or Held(opens=False)
    return held.unsent + held.notes


def _go(application: Application, known: Known, reason: str) -> None:
    """The journal first, then the file: what a kill leaves between goes at the next upkeep, and is told once."""
    path = application.folder / known.store
    held = known.held or Held(opens=False)
    mark = former_stores.mark_of(path)

    def work(action: Action) -> None:
        body = {
            "since": known.day,
            "why": known.why,
            "reason": reason,
            "opened": held.opens,
            "entries": held.entries,
            "unsent": held.unsent,
            "drafts": held.drafts,
            "pictures": held.pictures,
            "unread": held.unread,
            "notes": held.notes,
        }
        action.add(DROPPED, None, body)
        kept = former_stores.known(action.connection)
        kept[known.store] = replace(known, leaving=mark)
        former_stores.keep(action.connection, kept.values())

    with application.changing_slots:
        _refuse_in_use(application, path)
        application.act(work)
        former_stores.remove(application.folder, known.store, application.store.path)
    _forget(application)


def _refuse_in_use(application: Application, path: Path) -> None:
    if path not in former_stores.files(application.folder, application.store.path):
        raise UserFacingError("former-store.in-use")


def _finish_leaving(application: Application) -> None:
    """Take away what the journal says has gone, where a kill came between; by size and time it must be that file."""
    folder = application.folder
    for known in application.read(former_stores.known).values():
        path = folder / known.store
        if known.leaving is not None and path.exists() and known.leaving == former_stores.mark_of(path):
            with application.changing_slots:
                former_stores.remove(folder, known.store, application.store.path)
    _forget(application)


def _forget(application: Application) -> None:
    """Keep nothing of files that are gone: another store may get the name."""
    there = {path.name for path in former_stores.files(application.folder, application.store.path)}
    noted = application.read(former_stores.known)
    if noted.keys() - there:
        kept = [one for one in noted.values() if one.store in there]
        application.store.write(lambda connection: former_stores.keep(connection, kept))
