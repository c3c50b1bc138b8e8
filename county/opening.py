"""Making a county and opening it: the only place where its parts are wired together."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from county import keys, tables
from county.key_file import KEY_FILE, OpenedKey, create_key_file, open_key_file
from county.store import STORE_FILE, Store, open_postgresql, open_sqlcipher
from desktop.domain.errors import UserFacingError
from desktop.sync.envelope import SealingKey, SigningKey


@dataclass(frozen=True, repr=False)
class County:
    """An open county; every function of the server takes it as its first argument.

    ``vault`` and ``epoch`` name the county's own journal; ``dataset`` names this database.
    """

    store: Store
    folder: Path
    code: str
    name: str
    dataset: str
    vault: str
    epoch: str
    signing: SigningKey
    sealing: tuple[SealingKey, ...]

    @property
    def recipient(self) -> str:
        """Where batches are sealed to."""
        return self.sealing[0].recipient

    def close(self) -> None:
        """Close the database."""
        self.store.close()


def create_county(folder: Path, code: str, name: str, passphrase: str, database: str | None = None) -> County:
    """Make a county in an empty folder (key file, database, keys, its own journal's identity) and open it.

    Interrupted, it picks up where it stopped when called again with the same passphrase.

    Raises:
        UserFacingError: ``county.code-malformed`` (six digits, GB/T 2260), ``county.exists``,
            ``county.passphrase-empty``, and those of ``key_file.py`` and ``store.py``.
    """
    if not re.fullmatch(r"\d{6}", code, re.ASCII):
        raise UserFacingError("county.code-malformed")
    if not passphrase:
        raise UserFacingError("county.passphrase-empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / KEY_FILE).exists():
        opened = open_key_file(folder, passphrase)
        if (opened.county, opened.database) != (code, database):
            raise UserFacingError("county.exists")
    else:
        # The key comes first: a database whose key is nowhere can never be opened again.
        opened = create_key_file(folder, code, database, passphrase)
    store = _open_store(folder, opened, create=not (folder / STORE_FILE).exists())
    try:
        _found(store, opened, name)
        return _loaded(folder, store, opened)
    except BaseException:
        store.close()
        raise


def open_county(folder: Path, passphrase: str) -> County:
    """Open an existing county; raises the UserFacingErrors of ``key_file.py``, ``store.py``, ``keys.py``."""
    opened = open_key_file(folder, passphrase)
    store = _open_store(folder, opened, create=False)
    try:
        return _loaded(folder, store, opened)
    except BaseException:
        store.close()
        raise


def _loaded(folder: Path, store: Store, opened: OpenedKey) -> County:
    with store.read() as connection:
        row = connection.execute(select(tables.county).where(tables.county.c.code == opened.county)).first()
        if row is None:
            raise UserFacingError("county.unfinished")
        signing, sealing = keys.load_keys(connection, opened)
    return County(store, folder, row.code, row.name, row.dataset, row.vault, row.epoch, signing, sealing)


def _open_store(folder: Path, opened: OpenedKey, *, create: bool) -> Store:
    if opened.database is not None:
        return open_postgresql(opened.database)
    return open_sqlcipher(folder / STORE_FILE, opened.derived("store"), create=create)


def _found(store: Store, opened: OpenedKey, name: str) -> None:
    with store.write() as connection:
        code = opened.county
        if connection.execute(select(tables.county.c.code).where(tables.county.c.code == code)).first():
            raise UserFacingError("county.exists")
        connection.execute(
            tables.county.insert().values(
                code=code,
                name=name,
                dataset=str(uuid.uuid4()),
                vault=str(uuid.uuid4()),
                epoch=str(uuid.uuid4()),
            )
        )
        connection.execute(tables.counter.insert().values(county=code, name="position", value=0))
        keys.add_keys(connection, opened)
