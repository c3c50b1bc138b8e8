"""Former stores (停用的旧库): what a restore or a salvage put out of use, and leaves in the vault's folder.

They hold whatever was in use then, also what has been erased since, and open with the same key. Which there are is told
by the folder itself; a setting of the store in use adds since when, why, and what was found. Nothing here opens one for
writing. One goes only by ``remove``, which refuses whatever any slots file leads to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EPOCH_BEGAN, VIEW_OPENED
from desktop.storage import attachments, damaged_store, durable, rekey, settings, slots, write_ahead_log
from desktop.storage.attachments import BEFORE_UPGRADE
from desktop.storage.damaged_store import DamagedStore, Lost, Row
from desktop.storage.tables import attachment, diverged, draft, entry

SALVAGED: Final = "salvaged"
RESTORED: Final = "restored"
UNKNOWN: Final = ""
"""Nothing tells why it was put out of use: one left by a restore that was cut short."""
WORK_FOLDER: Final = ".former"
_FORMER: Final = "former_stores"
_ENDS: Final = ("-wal", "-shm", "-journal", "-wal.cut", "")
"""What belongs to a store; the store itself goes last, so that what a kill leaves is found again."""
DROPPED: Final = "vault.former-store-dropped"
_NOTES: Final = frozenset(
    {VIEW_OPENED, EPOCH_BEGAN, DROPPED, "sync.began", "vault.backed-up", "vault.checked", "vault.escrowed"}
)
"""What the program writes by itself: nobody's work. What is told of keys and passwords is not among it."""
Place = tuple[str, int]
"""Epoch and sequence number of an own entry."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a former store and, as far as can be told, nowhere else.

    ``unsent`` entries of somebody's work that the store in use does not have and no receipt of the county covers;
    ``notes`` the same of what the program noted by itself; ``unread`` rows that cannot be read and may be either;
    ``opens`` False where the store does not open at all with today's key; the counts are then of the last look at it,
    ``was_seen``, while it did.
    """

    opens: bool
    unsent: int = 0
    drafts: int = 0
    pictures: int = 0
    unread: int = 0
    notes: int = 0
    entries: int = 0
    was_seen: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether it may go without anybody being asked."""
        return (self.opens or self.was_seen) and not (self.unsent or self.drafts or self.pictures or self.unread)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store in use knows of a former one. Days in ISO; ``checked`` and ``synced`` None until it was so.

    ``drafts``: those that were there alone when it was first looked at; ``seen``: size and time of the file in which
    ``held`` was found; ``leaving``: of the one whose dropping is in the journal already.
    """

    store: str
    day: str
    why: str
    checked: str | None = None
    synced: str | None = None
    drafts: tuple[str, ...] | None = None
    held: Held | None = None
    seen: tuple[int, int] | None = None
    leaving: tuple[int, int] | None = None


# --- what is known ------------------------------------------------------------------------------


def known(connection: Connection) -> dict[str, Known]:
    """By the name of the file, as the store in use has it; some may be gone."""
    return {one["store"]: _read(one) for one in settings.get(connection, _FORMER) or ()}


def keep(connection: Connection, found: Iterable[Known]) -> None:
    """Keep what is known of them all."""
    settings.put(connection, _FORMER, [asdict(one) for one in found])


def note_made(connection: Connection, store: str, day: str, why: str) -> None:
    """In a store about to come into use: ``store`` is the one it takes the place of.

    Nothing that was true of the store in use until now is true of this one: the waiting begins anew for all.
    """
    before = known(connection).values()
    others = [
        replace(one, checked=None, synced=None, held=None, seen=None, leaving=None)
        for one in before
        if one.store != store
    ]
    keep(connection, [*others, Known(store, day, why)])


def _read(kept: Mapping[str, Any]) -> Known:
    held, seen, leaving, drafts = kept["held"], kept.get("seen"), kept["leaving"], kept["drafts"]
    return Known(
        **{
            **kept,
            "held": None if held is None else Held(**held),
            "seen": None if seen is None else (seen[0], seen[1]),
            "leaving": None if leaving is None else (leaving[0], leaving[1]),
            "drafts": None if drafts is None else tuple(drafts),
        }
    )


def files(folder: Path, in_use: Path) -> tuple[Path, ...]:
    """The former stores that lie in a vault's folder; the copies from before upgrades are none."""
    return tuple(
        path
        for path in sorted(folder.glob("*.db"))
        if path.name != in_use.name and not path.name.startswith((BEFORE_UPGRADE, ".")) and _is_plain(path)
    )


def is_rekeying(connection: Connection) -> bool:
    """Whether another of the stores belongs to a new data key that is not yet settled."""
    return settings.get(connection, rekey.REKEYING) is not None


def mark_of(path: Path) -> tuple[int, int]:
    """By which a file is known again."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


# --- what is in one -----------------------------------------------------------------------------


@dataclass(frozen=True)
class InUse:
    """What the store in use has, to compare with: hashes by place, drafts with their times, files by name."""

    vault: str
    entries: Mapping[Place, frozenset[str]]
    drafts: Mapping[str, str]
    pictures: frozenset[str]


def in_use(connection: Connection, vault: str) -> InUse:
    """Read it once, for all former stores."""
    entries: dict[Place, set[str]] = {}
    for table in (entry, diverged):
        rows = connection.execute(select(table.c.epoch, table.c.seq, table.c.hash).where(table.c.vault == vault))
        for epoch, seq, name in rows:
            entries.setdefault((epoch, seq), set()).add(name)
    return InUse(
        vault,
        {place: frozenset(names) for place, names in entries.items()},
        {row.id: row.updated for row in connection.execute(select(draft.c.id, draft.c.updated))},
        frozenset(connection.scalars(select(attachment.c.digest))),
    )


def inspect(folder: Path, path: Path, key: bytes, now: InUse, drafts: tuple[str, ...] | None) -> tuple[Held, list[str]]:
    """What only this store has, and its drafts that are there alone; ``drafts`` as an earlier look found them.

    Drafts are compared once: later, one that is gone from the store in use was finished there, or given up.

    Raises:
        UserFacingError: trouble of the disk. The store is as it was.
    """
    work = folder / WORK_FOLDER
    try:
        former = _open(path, work, key)
        if former is None:
            return Held(opens=False), []
        try:
            return _compared(folder, former, now, drafts)
        finally:
            former.close()
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _open(path: Path, work: Path, key: bytes) -> DamagedStore | None:
    """As it lies there; by a copy where a log lies beside it, which must be read too and never be changed."""
    log = write_ahead_log.log_of(path)
    if not log.exists() or not log.stat().st_size:
        return damaged_store.open_copy(path, key, frozen=True)
    with durable.disk_trouble():
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
    return damaged_store.open_copy(damaged_store.copy_aside(path, work), key)


def _compared(folder: Path, former: DamagedStore, now: InUse, drafts: tuple[str, ...] | None) -> tuple[Held, list[str]]:
    counts = {"unsent": 0, "notes": 0, "unread": 0, "entries": 0}
    _count_entries(former, now, _received(former), counts)
    _count_set_aside(former, now, counts)
    if drafts is None:
        alone, lost = _drafts_alone(former, now)
        counts["unread"] += lost
    else:
        alone = list(drafts)
    pictures = 0
    for row in damaged_store.rows(former, "attachment", ("digest", "sent")):
        if isinstance(row, Lost):
            continue  # what it names is named by an entry too
        digest = str(row.values["digest"])
        is_alone = row.values["sent"] is None and digest not in now.pictures
        pictures += is_alone and (folder / attachments.FOLDER / digest).exists()
    counted = Held(
        opens=True,
        unsent=counts["unsent"],
        drafts=len(alone),
        pictures=pictures,
        unread=counts["unread"],
        notes=counts["notes"],
        entries=counts["entries"],
    )
    return counted, alone


def _received(former: DamagedStore) -> list[tuple[str, int, int]]:
    """The runs of entries that the county has applied by its receipts; one that cannot be read confirms nothing."""
    rows = damaged_store.rows(former, "batch", ("epoch", "first_seq", "last_seq", "applied_receipt"))
    return [
        (row.values["epoch"], row.values["first_seq"], row.values["last_seq"])
        for row in rows
        if isinstance(row, Row) and row.values["applied_receipt"] is not None
    ]


def _count_entries(
    former: DamagedStore, now: InUse, received: list[tuple[str, int, int]], counts: dict[str, int]
) -> None:
    places = damaged_store.from_index(former, "entry", "sqlite_autoindex_entry_1", ("vault", "epoch", "seq"))
    if places is None and damaged_store.row_numbers(former, "entry") is None:
        counts["unread"] += 1  # how many there were, nothing tells
        return
    owned = damaged_store.from_index(former, "entry", "ix_entry_own_id", ("own",)) or {}
    for row in damaged_store.rows(former, "entry", ("epoch", "seq", "own", "kind", "hash")):
        if isinstance(row, Lost):
            counts["unread"] += not _stands_elsewhere(row.number, places, owned, now)
            continue
        counts["entries"] += 1
        values = row.values
        if not values["own"] or _is_known(values, now, received):
            continue
        counts["notes" if values["kind"] in _NOTES else "unsent"] += 1


def _stands_elsewhere(
    number: int,
    places: Mapping[int, tuple[Any, ...]] | None,
    owned: Mapping[int, tuple[Any, ...]],
    now: InUse,
) -> bool:
    """Whether a row that cannot be read is another's, which the county has, or stands in the store in use."""
    if places is not None and number in places:
        of, epoch, seq = places[number]
        return of != now.vault or (epoch, seq) in now.entries
    return number in owned and not owned[number][0]


def _is_known(values: Mapping[str, Any], now: InUse, received: list[tuple[str, int, int]]) -> bool:
    epoch, seq = values["epoch"], values["seq"]
    if values["hash"] in now.entries.get((epoch, seq), ()):
        return True
    return any(epoch == of and first <= seq <= last for of, first, last in received)


def _count_set_aside(former: DamagedStore, now: InUse, counts: dict[str, int]) -> None:
    """Own entries whose places another laptop had taken, of which the county has no copy apart."""
    for row in damaged_store.rows(former, "diverged", ("epoch", "seq", "hash", "sent")):
        if isinstance(row, Lost):
            counts["unread"] += 1
        elif not row.values["sent"] and not _is_known(row.values, now, []):
            counts["unsent"] += 1


def _drafts_alone(former: DamagedStore, now: InUse) -> tuple[list[str], int]:
    found, lost = [], 0
    for row in damaged_store.rows(former, "draft", ("id", "updated")):
        if isinstance(row, Lost):
            lost += 1
        elif now.drafts.get(row.values["id"], "") < row.values["updated"]:
            found.append(str(row.values["id"]))
    return found, lost


# --- going --------------------------------------------------------------------------------------


def remove(folder: Path, name: str, in_use: Path) -> None:
    """Take a former store away, with what belongs to it.

    The caller holds ``changing_slots``, has compared it, and has written into the journal that it goes.

    Raises:
        UserFacingError: ``former-store.in-use`` for one that any slots file leads to; trouble of the disk.
    """
    path = folder / name
    found = slots.read(folder)
    if path not in files(folder, in_use) or name == found.header.store or in_use.name != found.header.store:
        raise UserFacingError("former-store.in-use")
    with durable.disk_trouble():
        if _leads_elsewhere(folder, found.header.store):
            slots.save(folder, found)  # by the generation before nobody may come to a store that is gone
        for end in _ENDS:
            (folder / f"{name}{end}").unlink(missing_ok=True)
        durable.sync_folder(folder)
        (folder / ways_of(name)).unlink(missing_ok=True)
        durable.sync_folder(folder)


def ways_of(name: str) -> str:
    """Where a restore from before a new data key keeps the ways in to the store it put out of use."""
    return f"slots-of-{name}.json"


def _leads_elsewhere(folder: Path, store: str) -> bool:
    try:
        return slots.read(folder, previous=True).header.store != store
    except UserFacingError as error:
        return error.code != "vault.slots-missing"
