"""Opening SQLCipher so that nothing plain can ever be written by mistake.

Start-up asserts that a cipher is really there: a build linked to plain SQLite once wrote
unencrypted databases for months in another program (Signal-Desktop #5097).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from desktop.domain.errors import UserFacingError

PLAIN_HEADER: Final = b"SQLite format 3\x00"
PAGE_BYTES: Final = 4096
CACHE_SIZE: Final = -16_000
READING_CACHE_SIZE: Final = -4_000
"""Page caches as SQLite takes them: negative for KiB.

Every save makes the reading connection forget its pages, and with memory security each one is wiped and unlocked: a
full cache of 16 MB cost the next read 46 ms, while a search that has to read everything anew costs 3 ms.
"""
_NEARLY_FULL_BYTES: Final = 256 * 1024
_PROBE: Final = ".write-probe"
"""An empty file, made for a moment where something could not be written, to learn why."""
_EXPECTED: Final = {
    "journal_mode": "wal",
    "synchronous": "2",
    "foreign_keys": "1",
    "temp_store": "2",
    "secure_delete": "1",
    "cipher_status": "1",
    "cipher_page_size": str(PAGE_BYTES),
    "cipher_use_hmac": "1",
    "cipher_hmac_algorithm": "HMAC_SHA512",
    "cipher_plaintext_header_size": "0",
    "cipher_memory_security": "1",
}
"""What is read back at each start: a build or a setting that differs would lose work, or protect it less."""


def connect(path: Path, key: bytes, *, create: bool = False) -> Any:
    """A SQLCipher connection with our settings, each read back.

    Raises:
        UserFacingError: ``vault.store-missing``, ``vault.store-unreadable`` (wrong key, damaged or
            truncated file), ``vault.no-cipher``, and what ``trouble`` finds. A file that cannot be
            opened is left as it is.
    """
    if not create:
        if not path.exists():
            raise UserFacingError("vault.store-missing")
        if path.stat().st_size < PAGE_BYTES:  # SQLite would take it for a new database and begin to fill it
            raise UserFacingError("vault.store-unreadable")
    refuse_plain(path)
    try:
        connection = sqlcipher.connect(
            f"{address(path)}?mode={'rwc' if create else 'rw'}", uri=True, isolation_level=None, timeout=10
        )
    except sqlcipher.OperationalError:
        raise UserFacingError("vault.store-unreadable") from None
    try:
        _unlock(connection, key)
    except sqlcipher.DatabaseError as error:
        connection.close()
        known = trouble(error, path)
        if known is None or known.code == "vault.store-damaged":
            known = UserFacingError("vault.store-unreadable")
        raise known from None
    except UserFacingError:
        connection.close()
        raise
    return connection


def address(path: Path) -> str:
    """A file as SQLite's URI: in a folder called ``#1`` or ``100%`` another file would be opened, or made, without."""
    return f"file:{quote(path.as_posix(), safe='/:')}"


def _unlock(connection: Any, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log = off")
    connection.execute("PRAGMA cipher_memory_security = ON")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    version = connection.execute("PRAGMA cipher_version").fetchone()
    if version is None or not str(version[0]).startswith("4"):
        raise UserFacingError("vault.no-cipher")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for name, value in (
        ("journal_mode", "WAL"),
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        ("temp_store", "MEMORY"),
        ("secure_delete", "ON"),
        ("cache_size", str(CACHE_SIZE)),
    ):
        connection.execute(f"PRAGMA {name} = {value}")
    for name, expected in _EXPECTED.items():
        found = str(connection.execute(f"PRAGMA {name}").fetchone()[0])
        if found != expected:
            raise UserFacingError("vault.store-settings", setting=name)


def trouble(error: BaseException | None, path: Path) -> UserFacingError | None:
    """Trouble of the disk, the file or another process that a person can act on; None means it is our bug.

    On a full disk SQLite also says "I/O error", where its shared memory could not grow; and on one that the system has
    made read-only while the store was open (it found the file system damaged, or a card's switch was moved).
    """
    if not isinstance(error, sqlcipher.DatabaseError):
        return None
    words = str(error).lower()
    if "malformed" in words or "not a database" in words:
        return UserFacingError("vault.store-damaged")
    if not isinstance(error, sqlcipher.OperationalError):
        return None
    for sign, code in (
        ("disk is full", "disk.full"),
        ("readonly", "disk.read-only"),
        ("locked", "vault.busy"),
        ("disk i/o", "disk.failing"),
        ("unable to open", "disk.failing"),
    ):
        if sign in words:
            return UserFacingError(_disk_trouble(path.parent) if code == "disk.failing" else code)
    return None


def _disk_trouble(folder: Path) -> str:
    """What is behind an I/O error."""
    if shutil.disk_usage(folder).free < _NEARLY_FULL_BYTES:
        return "disk.full"
    probe = folder / _PROBE
    try:
        # The table of mounts and the folder's rights still say that it can be written.
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT, 0o600))
        probe.unlink()
    except OSError as error:
        return "disk.turned-read-only" if error.errno == errno.EROFS else "disk.failing"
    return "disk.failing"


def refuse_plain(path: Path) -> None:
    """Stop if the file is a plain SQLite database; it is not touched."""
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
                raise UserFacingError("vault.not-encrypted")


def engine(connect_once: Callable[[], Any], *, read_only: bool = False) -> Engine:
    """A SQLAlchemy engine over one connection that stays open for the life of its thread.

    SQLAlchemy must not open, pool or close SQLCipher connections by itself, nor put bound values
    (people's data) into its exceptions.
    """
    made = create_engine(
        "sqlite://", creator=connect_once, poolclass=StaticPool, module=sqlcipher, hide_parameters=True
    )

    @event.listens_for(made, "connect")
    def _no_implicit_transactions(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        if read_only:
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = {READING_CACHE_SIZE}")

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return made
