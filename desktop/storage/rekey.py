"""A new data key for a whole store (换钥): the store is written anew beside the old one, under another key.

For when the key itself may be known to somebody: after a recovery by escrow, or on suspicion. The new store is compared
with the old one row by row before it comes into use, by one write of the slots file; the old one goes only when the
new one has opened once. ``settle`` finishes what was cut short, from whichever of the two is in use.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, delete

from desktop.domain.errors import UserFacingError
from desktop.storage import cipher, durable, integrity, journal, settings, slots
from desktop.storage.slots import Slots
from desktop.storage.store import Store
from desktop.storage.tables import setting

WORK_FOLDER: Final = ".rekey"
REKEYING: Final = "rekeying"
"""Setting, in both stores: ``{"from": name, "to": name}``, in the old one with the ``digest`` of the new one."""
_BESIDE: Final = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """A new store under ``key``, made and checked but not yet in use."""

    made: Path
    name: str
    key: bytes

    def __repr__(self) -> str:
        return f"Rekeyed({self.name})"


def check_room(store: Store) -> None:
    """Raises UserFacingError ``disk.full`` where there is not room for twice the store."""
    with durable.disk_trouble():
        if shutil.disk_usage(store.path.parent).free < 2 * store.path.stat().st_size:
            raise UserFacingError("disk.full")


def make(
    store: Store, folder: Path, key: bytes, fresh_key: bytes, note: Callable[[Connection], None]
) -> Generator[str, None, Rekeyed]:
    """Write the open ``store`` anew under ``fresh_key`` and check it; ``note`` writes into the new one alone.

    Nobody else may write meanwhile. Says before each step what it is: ``rewrite``, ``rows``, ``pages``.

    Raises:
        UserFacingError: ``disk.full`` where there is not room for twice the store, ``vault.store-damaged``,
            ``vault.busy``, other trouble of the disk. Nothing is in use then, and nothing was changed.
    """
    work = folder / WORK_FOLDER
    yield "rewrite"
    if not store.checkpoint():
        raise UserFacingError("vault.busy")
    with durable.disk_trouble():
        shutil.rmtree(work, ignore_errors=True)  # of an earlier one that was cut short, never in use
        check_room(store)
        work.mkdir(mode=0o700)
    made, name = work / slots.STORE_FILE, slots.free_store_name(folder)
    try:
        with closing(cipher.connect(store.path, key)) as connection:
            _export(connection, made, fresh_key)
            yield "rows"
            _compare(connection)
        with durable.disk_trouble():
            durable.sync_file(made)
        yield "pages"
        _finish(made, fresh_key, {"from": store.path.name, "to": name}, note)
    except sqlcipher.DatabaseError as error:
        raise cipher.trouble(error, store.path) or error from None
    return Rekeyed(made, name, fresh_key)


def _export(connection: Any, made: Path, fresh_key: bytes) -> None:
    connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(made), f"x'{fresh_key.hex()}'"))
    # Nothing is gained by a journal of a file that nobody may see before it is complete and compared.
    connection.execute("PRAGMA fresh.journal_mode = OFF")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("SELECT sqlcipher_export('fresh')").fetchone()
    connection.execute("COMMIT")


def _compare(connection: Any) -> None:
    tables = "SELECT name, sql FROM {}.sqlite_master WHERE type IN ('table', 'index', 'trigger', 'view') ORDER BY name"
    described = connection.execute(tables.format("main")).fetchall()
    if connection.execute(tables.format("fresh")).fetchall() != described:
        raise UserFacingError("vault.store-damaged")
    names = [row[0] for row in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    for name in names:
        # Two cursors, row by row: the store may be larger than the memory.
        old, new = (connection.cursor().execute(f'SELECT * FROM {one}."{name}"') for one in ("main", "fresh"))  # noqa: S608 our own names
        if any(before != after for before, after in zip_longest(old, new)):
            raise UserFacingError("vault.store-damaged")
    connection.execute("DETACH DATABASE fresh")


def _finish(made: Path, key: bytes, names: dict[str, str], note: Callable[[Connection], None]) -> None:
    def write(connection: Connection) -> None:
        settings.put(connection, REKEYING, names)
        note(connection)

    with closing(Store(made, key)) as fresh:
        fresh.write(write)
        is_whole = fresh.read(journal.verify).fault is None
        if not is_whole or not fresh.checkpoint() or integrity.store_damage(made, key):
            raise UserFacingError("vault.store-damaged")


def use(store: Store, folder: Path, rekeyed: Rekeyed, fresh: Slots) -> None:
    """Bring the new store into use, by one write of the slots file; ``fresh`` wraps its key and nothing else.

    Raises:
        UserFacingError: trouble of the disk; the vault is then as it was, or ``settle`` finishes it.
    """
    names = {"from": store.path.name, "to": rekeyed.name, "digest": _digest(rekeyed.made)}
    store.write(lambda connection: settings.put(connection, REKEYING, names))
    with durable.disk_trouble():
        rekeyed.made.rename(folder / rekeyed.name)
        durable.sync_folder(folder)
    slots.save(folder, fresh)


def settle(store: Store, folder: Path) -> None:
    """Take away the store that is not in use, once the one that is has opened; nothing where there was no rekey.

    From the new store: the old one, when no slots file leads to it any more. From the old one: a new one that never
    came into use and was never opened.

    Raises:
        UserFacingError: trouble of the disk; done at the next opening.
    """
    discard(folder)
    names = store.read(lambda connection: settings.get(connection, REKEYING))
    found = slots.read(folder)
    if names is None or found.header.store != store.path.name:
        return
    with durable.disk_trouble():
        if names["to"] == store.path.name:
            if _leads_elsewhere(folder, found):
                slots.save(folder, found)
            durable.sync_folder(folder)
            _remove(folder / names["from"])
        elif (folder / names["to"]).exists() and _digest(folder / names["to"]) == names.get("digest"):
            _remove(folder / names["to"])
    store.write(lambda connection: connection.execute(delete(setting).where(setting.c.name == REKEYING)))


def discard(folder: Path) -> None:
    """Take away what was made and is not in use."""
    shutil.rmtree(folder / WORK_FOLDER, ignore_errors=True)


def _leads_elsewhere(folder: Path, found: Slots) -> bool:
    try:
        return slots.read(folder, previous=True).header.store != found.header.store
    except UserFacingError:
        return True


def _remove(store: Path) -> None:
    for end in reversed(_BESIDE):
        store.with_name(store.name + end).unlink(missing_ok=True)
    durable.sync_folder(store.parent)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
