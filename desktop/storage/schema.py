"""Bringing a store to the schema this version knows; a newer store is refused, never touched.

Each migration is a transaction of its own, so a store stands before it or behind it and never between. Before the
first one the store is copied, as it lies there encrypted, to ``store-before-<revision>.db``; the copy is opened and
checked, and stays until a daily check finds the new store sound (``drop_copies``).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.storage import durable, integrity
from desktop.storage.attachments import BEFORE_UPGRADE

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_UNFINISHED: Final = ".unfinished-before-"


def configuration(connection: Connection | None = None, migrations: Path = MIGRATIONS) -> Config:
    """Alembic's configuration, from memory: there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def missing(connection: Connection, *, create: bool = False, migrations: Path = MIGRATIONS) -> tuple[str, ...]:
    """The migrations the store has not seen, oldest first; in the caller's transaction.

    Raises:
        UserFacingError: ``vault.newer-schema`` if the store was written by a newer version;
            ``vault.store-damaged`` if one that should hold a vault holds none.
    """
    script = ScriptDirectory.from_config(configuration(migrations=migrations))
    found = MigrationContext.configure(connection).get_current_revision()
    chain = [one.revision for one in script.walk_revisions()][::-1]
    if found is None:
        if not create:
            raise UserFacingError("vault.store-damaged")
        return tuple(chain)
    if found not in chain:
        raise UserFacingError("vault.newer-schema", found=found, known=str(script.get_current_head()))
    return tuple(chain[chain.index(found) + 1 :])


def revision(connection: Connection) -> str | None:
    """The schema the store has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def bring_up_to_date(
    connection: Connection, path: Path, key: bytes, *, create: bool = False, migrations: Path = MIGRATIONS
) -> None:
    """Run the missing migrations, each in a transaction of its own; all of them only if the store is to be created.

    ``connection`` is the only one to the store ``path`` and has no transaction open.

    Raises:
        UserFacingError: as ``missing``; ``disk.full`` and its like. The store then is as the last migration that
            was finished left it, and opens with this version or the one before.
    """
    with connection.begin():
        steps = missing(connection, create=create, migrations=migrations)
        found = revision(connection)
    if steps and found is not None:
        copy_before(connection, path, key, found)
    for step in steps:
        with connection.begin():
            command.upgrade(configuration(connection, migrations), step)


def copy_before(connection: Connection, path: Path, key: bytes, found: str) -> Path:
    """Copy the closed-up store to ``store-before-<revision>.db`` and check the copy.

    Raises:
        UserFacingError: ``disk.full`` and its like; ``vault.store-damaged`` where the copy is not sound, which the
            store itself then is not either. Nothing was changed.
    """
    driver = connection.connection.driver_connection
    busy, log, moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
    if busy or log != moved:
        raise UserFacingError("vault.busy")
    unfinished, copy = path.with_name(f"{_UNFINISHED}{found}"), path.with_name(f"{BEFORE_UPGRADE}{found}.db")
    with durable.disk_trouble():
        try:
            shutil.copyfile(path, unfinished)
            unfinished.chmod(0o600)
            durable.sync_file(unfinished)
            if integrity.store_damage(unfinished, key):
                raise UserFacingError("vault.store-damaged")
            unfinished.replace(copy)
            durable.sync_folder(path.parent)
        finally:
            for left in (unfinished, *(unfinished.with_name(unfinished.name + end) for end in ("-wal", "-shm"))):
                left.unlink(missing_ok=True)
    return copy


def copies(folder: Path) -> tuple[Path, ...]:
    """The copies from before upgrades that lie in a vault's folder."""
    return tuple(sorted(folder.glob(f"{BEFORE_UPGRADE}*.db")))


def drop_copies(folder: Path) -> int:
    """Remove the copies; only after a check has found the store sound. Answers how many there were."""
    found = copies(folder)
    with durable.disk_trouble():
        for path in found:
            path.unlink(missing_ok=True)
    return len(found)
