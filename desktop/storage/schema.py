"""Bringing a store to the schema this version knows; a newer store is refused, never touched."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, from memory: there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def bring_up_to_date(connection: Connection, *, create: bool = False) -> None:
    """Run the missing migrations in the caller's transaction; all of them only if the store is to be created.

    Raises:
        UserFacingError: ``vault.newer-schema`` if the store was written by a newer version;
            ``vault.store-damaged`` if one that should hold a vault holds none.
    """
    script = ScriptDirectory.from_config(configuration())
    found = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if found is None and not create:
        raise UserFacingError("vault.store-damaged")
    if found is not None and found not in known:
        raise UserFacingError("vault.newer-schema", found=found, known=str(script.get_current_head()))
    if found != script.get_current_head():
        command.upgrade(configuration(connection), "head")
