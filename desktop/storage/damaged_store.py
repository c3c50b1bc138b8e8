"""Reading what can still be read of a store with damaged pages.

The original is never opened: a copy of its ciphertext is, in a folder of its own inside the vault's. Each table is
walked in the order of its row numbers; where a page cannot be read, its rows are tried one by one until the next that
can be. Which rows there should be is known from the table's indexes, which lie on other pages.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from desktop.storage import cipher, durable, write_ahead_log
from desktop.storage.write_ahead_log import LogState

_BEYOND: Final = 5_000
"""How many row numbers are tried where no index says which there are and the table's end cannot be read."""

_LENGTHENED: Final = (2, 8, 64)
"""How many times as long a copy is made whose end is gone; where nothing is written it takes no room on the disk."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, and its values by column."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that is known to have been there and cannot be read."""

    number: int


def copy_aside(store: Path, folder: Path) -> Path:
    """Copy a store with its log into ``folder`` and answer the copy; the original is only read.

    A damaged log gets checksums that fit, so that what was saved behind the damaged place can be read too. Where the
    disk itself gives a page no more, the copy has zeros: a page that cannot be read, like any other that is damaged.
    """
    with durable.disk_trouble():
        copy = folder / "damaged.db"
        with copy.open("wb") as writing:
            writing.writelines(_readable(store))
        log = write_ahead_log.log_of(store)
        if log.exists():
            data = b"".join(_readable(log))
            if write_ahead_log.state_of(data) is not LogState.SOUND:
                data = write_ahead_log.with_sums_made_anew(data)
            write_ahead_log.log_of(copy).write_bytes(data)
    return copy


def _readable(path: Path) -> Iterator[bytes]:
    """A file's pages in order, with zeros for those that the disk does not give."""
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        for at in range(0, size, cipher.PAGE_BYTES):
            wanted = min(cipher.PAGE_BYTES, size - at)
            file.seek(at)
            try:
                data = file.read(wanted)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b""
            yield data.ljust(wanted, b"\0")


class DamagedStore:
    """A copy, open for reading. After a page that cannot be read SQLCipher reads nothing more on that connection, so
    it is opened anew each time."""

    def __init__(self, path: Path, key: bytes, *, frozen: bool = False) -> None:
        self._address = f"{cipher.address(path)}?{'mode=ro&immutable=1' if frozen else 'mode=rw'}"
        self._key = key
        self._connection = self._open()

    def stream(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows as they come; raises sqlcipher's DatabaseError where a page cannot be read, and can then be used on."""
        try:
            yield from self._connection.execute(query, parameters)
        except sqlcipher.DatabaseError:
            self._connection.close()
            self._connection = self._open()
            raise

    def all(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]] | None:
        """All rows, or None where a page they need cannot be read."""
        try:
            return list(self.stream(query, parameters))
        except sqlcipher.DatabaseError:
            return None

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def _open(self) -> Any:
        connection = sqlcipher.connect(self._address, uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA cipher_log = off")
            connection.execute("PRAGMA cipher_memory_security = ON")
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.DatabaseError:
            connection.close()
            raise
        return connection


def open_copy(copy: Path, key: bytes, *, frozen: bool = False) -> DamagedStore | None:
    """A copy, open for reading; None where not even its first page can be read, or nothing of a vault is in it.

    A copy whose end is gone is made longer: SQLite opens none that is shorter than its first page says, and pages of
    zeros are found out like any other that is damaged. ``frozen`` opens a file that must stay as it is (a backup):
    nothing is written beside it.
    """
    store = _opened(copy, key, frozen=frozen)
    size = copy.stat().st_size
    for times in () if frozen else _LENGTHENED:
        if store is None:
            with durable.disk_trouble():
                os.truncate(copy, size * times)
            store = _opened(copy, key, frozen=False)
    if store is None:
        return None
    if ("entry",) in (store.all("SELECT name FROM sqlite_master WHERE type = 'table'") or []):
        return store
    store.close()
    return None


def _opened(copy: Path, key: bytes, *, frozen: bool) -> DamagedStore | None:
    try:
        return DamagedStore(copy, key, frozen=frozen)
    except sqlcipher.DatabaseError:
        return None


def schema_revision(store: DamagedStore) -> str | None:
    """The schema it was written with; None where that cannot be read."""
    found = store.all("SELECT version_num FROM alembic_version")
    return str(found[0][0]) if found else None


def rows(store: DamagedStore, table: str, columns: Sequence[str]) -> Iterator[Row | Lost]:
    """Every row of ``table`` that can be read, in the order of row numbers, and every one that is known to be lost."""
    there = columns_of(store, table)
    wanted = [name for name in columns if name in there]
    if not wanted:
        return
    query = f"SELECT rowid, {', '.join(wanted)} FROM {table}"  # noqa: S608 - names of our own schema
    known = row_numbers(store, table)
    after = -1
    while True:
        try:
            for row in store.stream(f"{query} WHERE rowid > ? ORDER BY rowid", (after,)):
                yield Row(row[0], dict(zip(wanted, row[1:], strict=True)))
                after = row[0]
        except sqlcipher.DatabaseError:
            reached = None
            for number in _numbers_after(store, table, known, after):
                found = store.all(f"{query} WHERE rowid = ?", (number,))
                if found is None and known is not None:
                    yield Lost(number)
                elif found:
                    yield Row(number, dict(zip(wanted, found[0][1:], strict=True)))
                    reached = number
                    break
            if reached is None:
                return
            after = reached
        else:
            return


def columns_of(store: DamagedStore, table: str) -> frozenset[str]:
    """The columns a table has there; empty where there is no such table."""
    return frozenset(str(row[1]) for row in store.all(f"PRAGMA table_info({table})") or ())


def row_numbers(store: DamagedStore, table: str) -> list[int] | None:
    """The row numbers that an index of the table has; None where no index of it can be read to its end."""
    for row in store.all(f"PRAGMA index_list({table})") or ():
        found = from_index(store, table, str(row[1]), ())
        if found is not None:
            return sorted(found)
    return None


def from_index(
    store: DamagedStore, table: str, index: str, columns: Sequence[str]
) -> dict[int, tuple[Any, ...]] | None:
    """Row numbers with the columns an index carries, from the index's own pages; None where one cannot be read."""
    wanted = ", ".join(("rowid", *columns))
    found = store.all(f'SELECT {wanted} FROM {table} INDEXED BY "{index}"')  # noqa: S608 - names of our own schema
    return None if found is None else {row[0]: tuple(row[1:]) for row in found}


def _numbers_after(store: DamagedStore, table: str, known: list[int] | None, after: int) -> Iterator[int]:
    if known is not None:
        yield from (number for number in known if number > after)
        return
    last = store.all(f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT 1")  # noqa: S608 - names of our own schema
    start = max(after, 0)
    end = start + _BEYOND if last is None else (int(last[0][0]) if last else start)
    yield from range(start + 1, end + 1)
