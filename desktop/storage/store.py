"""The open store: one writer thread, one read-only connection on a second thread.

Only plain values and frozen dataclasses leave the functions that run here; no connection does.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from desktop.domain.errors import UserFacingError
from desktop.storage import cipher, durable, schema, write_ahead_log
from desktop.storage.write_ahead_log import LogState

T = TypeVar("T")
CUT_LOG: Final = ".cut"
"""What a log whose end is not whole is kept under, added to its name."""


class Store:
    """One vault's database. ``write`` and ``read`` may be called from any thread and wait.

    A ``write`` is one transaction: it is on the disk when it returns, or nothing of it is.
    """

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        self.path = path
        self.log_cut = False if create else _examine(path)
        """The last save before the power went never became whole; what there is of it lies beside the store."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-reader")
        try:
            self._write_engine, self._write_connection = self._writer.submit(
                _open, path, key, create=create, read_only=False
            ).result()
            self._read_engine, self._read_connection = self._reader.submit(
                _open, path, key, create=False, read_only=True
            ).result()
        except BaseException:
            self._writer.shutdown()
            self._reader.shutdown()
            raise

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction on the writer thread; commits if it returns."""
        return self._writer.submit(_within, self.path, self._write_connection, work).result()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one consistent snapshot on the reading thread."""
        return self._reader.submit(_within, self.path, self._read_connection, work).result()

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the store; True if all of it went and reached the disk."""
        return self._writer.submit(_checkpoint, self.path, self._write_connection).result()

    def close(self) -> None:
        """Finish waiting work, checkpoint and close both connections.

        Raises:
            UserFacingError: the checkpoint met trouble of the disk. What was saved is safe in the
                write-ahead log, and everything is closed all the same.
        """
        try:
            self._reader.submit(_close, self._read_engine, self._read_connection).result()
            self.checkpoint()
        finally:
            self._writer.submit(_close, self._write_engine, self._write_connection).result()
            self._reader.shutdown()
            self._writer.shutdown()


def _examine(path: Path) -> bool:
    """Stop before SQLite works on a store whose end is gone, or forgets what stands behind a damaged place in the log;
    True where only the log's end is not whole.

    A log without a whole end is kept aside before SQLite writes over it.
    """
    log = write_ahead_log.log_of(path)
    with durable.disk_trouble():
        state = write_ahead_log.examine(path)
        if state is LogState.DAMAGED or not write_ahead_log.has_every_page(path):
            raise UserFacingError("vault.store-damaged")
        if state is LogState.CUT:
            durable.replace_file(log.with_name(log.name + CUT_LOG), log.read_bytes())
    return state is LogState.CUT


def _open(path: Path, key: bytes, *, create: bool, read_only: bool) -> tuple[Engine, Connection]:
    engine = cipher.engine(lambda: cipher.connect(path, key, create=create), read_only=read_only)
    try:
        connection = engine.connect()
        if not read_only:
            schema.bring_up_to_date(connection, path, key, create=create)
    except (DatabaseError, sqlcipher.DatabaseError) as error:  # the copy before an upgrade is made by the driver itself
        engine.dispose()
        met = error.orig if isinstance(error, DatabaseError) else error
        raise cipher.trouble(met, path) or error from None
    except BaseException:
        engine.dispose()
        raise
    return engine, connection


def _within(path: Path, connection: Connection, work: Callable[[Connection], T]) -> T:
    try:
        with connection.begin():
            return work(connection)
    except DatabaseError as error:
        known = cipher.trouble(error.orig, path)
        if known is None:
            raise
        raise known from None


def _checkpoint(path: Path, connection: Connection) -> bool:
    # On the driver's own connection: SQLAlchemy would begin a transaction, in which nothing moves.
    driver: Any = connection.connection.driver_connection
    try:
        busy, log, moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlcipher.DatabaseError as error:
        raise cipher.trouble(error, path) or error from None
    return bool(busy == 0 and log == moved)


def _close(engine: Engine, connection: Connection) -> None:
    connection.close()
    engine.dispose()
