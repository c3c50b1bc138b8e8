"""The county's database: one code for a SQLCipher file (the default) and PostgreSQL by URL.

On PostgreSQL the volume below has to be encrypted; the county's own private keys are wrapped in
either case (``keys.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import QueuePool

from county import tables
from desktop.domain.errors import UserFacingError

STORE_FILE: Final = "county.db"
PLAIN_HEADER: Final = b"SQLite format 3\x00"
BUSY_SECONDS: Final = 60
CHUNK: Final = 500
_Value = TypeVar("_Value")
"""How many values one IN list holds."""
_EXPECTED: Final = {
    "journal_mode": "wal",
    "synchronous": "2",
    "secure_delete": "1",
    "temp_store": "2",
    "cipher_memory_security": "1",
}


class Store:
    """An open database. Connections are pooled; each ``write`` or ``read`` is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; on SQLite it holds the write lock from its start."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite one consistent snapshot that blocks nobody."""
        with self._engine.connect().execution_options(begin="DEFERRED") as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every connection; the last one moves the write-ahead log into the file."""
        self._engine.dispose()


def open_sqlcipher(path: Path, key: bytes, *, create: bool = False) -> Store:
    """Open an encrypted database file with a raw 32-byte key.

    Raises:
        UserFacingError: ``county.store-missing``, ``county.store-unencrypted``,
            ``county.store-unreadable``, ``county.no-cipher``. The file is left as it is.
    """
    if create and path.exists():
        raise UserFacingError("county.exists")
    if not create and not path.exists():
        raise UserFacingError("county.store-missing")
    _refuse_plain(path)
    mode = "rwc" if create else "rw"
    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=lambda: _connect(path, key, mode),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=64,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'IMMEDIATE')}")

    return _prepared(engine)


def open_postgresql(url: str) -> Store:
    """Open a PostgreSQL database.

    A password in the URL is refused, since it would be seen in process lists: it belongs in a
    ``.pgpass`` file or a service file.

    Raises:
        UserFacingError: ``county.url-malformed``, ``county.url-with-password``, ``county.store-away``.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise UserFacingError("county.url-malformed") from None
    if address.get_backend_name() != "postgresql":
        raise UserFacingError("county.url-malformed")
    if address.password is not None:
        raise UserFacingError("county.url-with-password")
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True, max_overflow=64
    )
    try:
        return _prepared(engine)
    except OperationalError:
        engine.dispose()
        raise UserFacingError("county.store-away") from None


def _connect(path: Path, key: bytes, mode: str) -> Any:
    try:
        connection = sqlcipher.connect(
            f"file:{quote(path.as_posix(), safe='/:')}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
        )
    except sqlcipher.OperationalError:
        raise UserFacingError("county.store-unreadable") from None
    try:
        _unlock(connection, key)
    except sqlcipher.DatabaseError:
        connection.close()
        raise UserFacingError("county.store-unreadable") from None
    except UserFacingError:
        connection.close()
        raise
    return connection


def _unlock(connection: Any, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log = off")
    connection.execute("PRAGMA cipher_memory_security = ON")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    version = connection.execute("PRAGMA cipher_version").fetchone()
    if version is None or not str(version[0]).startswith("4"):
        raise UserFacingError("county.no-cipher")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    for name, expected in _EXPECTED.items():
        if str(connection.execute(f"PRAGMA {name}").fetchone()[0]) != expected:
            raise UserFacingError("county.store-settings", setting=name)


def _refuse_plain(path: Path) -> None:
    if path.exists():
        with path.open("rb") as file:
            if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
                raise UserFacingError("county.store-unencrypted")


def _prepared(engine: Engine) -> Store:
    """The store, its schema brought to this version; a newer schema is refused and left alone."""
    try:
        with engine.begin() as connection:
            _bring_up_to_date(connection)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def _bring_up_to_date(connection: Connection) -> None:
    found = None
    if inspect(connection).has_table("alembic_version"):
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found == tables.REVISION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise UserFacingError("county.store-newer") from None


def insert_missing(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless one with the same identity is there; True if it was inserted."""
    statement = _insert(connection, table).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or replace those with the same primary key."""
    if not rows:
        return
    identity = [column.name for column in table.primary_key.columns]
    # One statement for any number of rows: its compiled form is cached, a VALUES list would not be.
    statement = _insert(connection, table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in identity}
    connection.execute(statement.on_conflict_do_update(index_elements=identity, set_=changed), list(rows))


def _insert(connection: Connection, table: Table) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def chunks(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Slices short enough for one IN list."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
