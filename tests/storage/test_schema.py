"""Migrations build exactly the schema the program works with, and stand on their own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from desktop.storage import schema
from desktop.storage.store import Store
from desktop.storage.tables import metadata

MIGRATIONS = Path(schema.__file__).parent / "migrations"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A new store as the migrations make it."""
    return Store(tmp_path / "store.db", bytes(32), create=True)


def differences(connection: Connection) -> list[object]:
    """What Alembic would have to change to come from the store to our tables."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def test_the_newest_migration_gives_the_tables_of_the_program(store: Store) -> None:
    """No table, column, index or key is in one and not in the other."""
    assert store.write(differences) == []
    store.close()


def test_migrations_can_be_taken_back_and_run_again(store: Store) -> None:
    """Downgrade to nothing leaves nothing; upgrade again gives the same schema."""

    def there_and_back(connection: Connection) -> list[object]:
        command.downgrade(schema.configuration(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(schema.configuration(connection), "head")
        return differences(connection)

    assert store.write(there_and_back) == []
    store.close()


@pytest.mark.parametrize("path", sorted(MIGRATIONS.rglob("*.py")), ids=lambda path: path.name)
def test_migrations_import_nothing_of_the_project(path: Path) -> None:
    """They must run the same in ten years, whatever became of the program around them."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        assert not [name for name in names if name.startswith((".", "desktop", "county"))]
