"""Migrations on stores with data: one transaction each, behind a checked copy, old or new and never between.

The migrations here are made up, behind our newest one. They run by the program's own machinery.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.storage import cipher, schema
from desktop.storage.store import Store

KEY = bytes(range(32))
ROOT = Path(__file__).parents[2]
TODAY = max(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"))
NEXT, LAST = (f"{int(TODAY) + more:04}" for more in (1, 2))
"""Our newest migration, and the made-up ones behind it."""
SECOND = '''
"""A column, filled from the data."""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None
POINT = "{point}"


def reach(point: str) -> None:
    if POINT == point:
        os.kill(os.getpid(), signal.SIGKILL)
    if POINT == "fail-" + point:
        raise ValueError(point)


def upgrade() -> None:
    """Each draft gets its length."""
    reach("begin")
    op.add_column("draft", sa.Column("length_{revision}", sa.Integer))
    reach("column")
    op.execute("UPDATE draft SET length_{revision} = length(body)")
    reach("data")
    op.create_table("extra_{revision}", sa.Column("id", sa.Integer, primary_key=True))
    reach("end")
'''


def migrations(folder: Path, *points: str) -> Path:
    """Our own migrations and one made-up one for each of ``points``; it is killed or fails there, "" runs through."""
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for number, point in enumerate(points, start=int(TODAY) + 1):
        text = SECOND.format(revision=f"{number:04}", before=f"{number - 1:04}", point=point)
        (folder / "versions" / f"{number:04}_made_up.py").write_text(text)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of today's schema with data in it, closed."""
    path = tmp_path / "vault" / "store.db"
    path.parent.mkdir()
    opened = Store(path, KEY, create=True)

    def fill(connection: Connection) -> None:
        for number in range(300):
            connection.exec_driver_sql(
                "INSERT INTO draft VALUES (?, 'visit', NULL, ?, '2026')", (f"d{number}", "字" * (number + 1))
            )

    opened.write(fill)
    opened.close()
    return path


def upgrade(path: Path, folder: Path) -> None:
    """What opening the store does, with these migrations."""
    engine = cipher.engine(lambda: cipher.connect(path, KEY))
    try:
        with engine.connect() as connection:
            schema.bring_up_to_date(connection, path, KEY, migrations=folder)
    finally:
        engine.dispose()


def look(path: Path) -> tuple[str, tuple[str, ...], int]:
    """Revision, columns of drafts, and how many drafts there are."""
    connection = cipher.connect(path, KEY)
    try:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        columns = tuple(row[1] for row in connection.execute("PRAGMA table_info(draft)"))
        (count,) = connection.execute("SELECT count(*) FROM draft").fetchone()
        assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        return str(revision), columns, int(count)
    finally:
        connection.close()


OLD_COLUMNS = ("id", "kind", "subject", "body", "updated")


def test_an_upgrade_keeps_the_data_and_a_copy_from_before(store: Path, tmp_path: Path) -> None:
    """Two migrations in a row; the copy still is what it was, and goes after a check has found the new one sound."""
    upgrade(store, migrations(tmp_path / "new", "", ""))
    assert look(store) == (LAST, (*OLD_COLUMNS, f"length_{NEXT}", f"length_{LAST}"), 300)
    connection = cipher.connect(store, KEY)
    filled = connection.execute(f"SELECT count(*) FROM draft WHERE length_{LAST} = length(body)")  # noqa: S608 our own name
    assert filled.fetchone() == (300,)
    connection.close()
    (copy,) = schema.copies(store.parent)
    assert copy.name == f"store-before-{TODAY}.db"
    assert look(copy) == (TODAY, OLD_COLUMNS, 300)
    assert schema.drop_copies(store.parent) == 1
    assert schema.copies(store.parent) == ()


def test_nothing_is_copied_where_nothing_is_to_be_done(store: Path) -> None:
    """The ordinary opening."""
    upgrade(store, schema.MIGRATIONS)
    assert schema.copies(store.parent) == ()


def test_a_newer_store_is_refused_with_both_versions_and_not_touched(store: Path, tmp_path: Path) -> None:
    """An old program must not write into what it does not know."""
    upgrade(store, migrations(tmp_path / "new", ""))
    before = store.read_bytes()
    with pytest.raises(UserFacingError, match=r"vault\.newer-schema") as caught:
        Store(store, KEY)
    assert caught.value.values == {"found": NEXT, "known": TODAY}
    assert store.read_bytes() == before


@pytest.mark.parametrize("point", ["begin", "column", "data", "end"])
def test_a_migration_that_fails_leaves_the_store_before_it(store: Path, tmp_path: Path, point: str) -> None:
    """The first one stays done, the second is not there at all, and a mended version goes on from there."""
    with pytest.raises(ValueError, match=point):
        upgrade(store, migrations(tmp_path / "new", "", f"fail-{point}"))
    assert look(store) == (NEXT, (*OLD_COLUMNS, f"length_{NEXT}"), 300)
    upgrade(store, migrations(tmp_path / "mended", "", ""))
    assert look(store)[0] == LAST
    assert look(store.parent / f"store-before-{TODAY}.db") == (TODAY, OLD_COLUMNS, 300)


@pytest.mark.parametrize("point", ["begin", "column", "data", "end"])
def test_a_kill_inside_a_migration_leaves_old_or_new(store: Path, tmp_path: Path, point: str) -> None:
    """kill -9 in the middle of its statements: the next opening finds the store before it and runs it whole."""
    folder = migrations(tmp_path / "new", "", point)
    program = (
        "import sys; from pathlib import Path; from tests.storage.test_upgrades import upgrade; "
        "upgrade(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    child = subprocess.run([sys.executable, "-c", program, str(store), str(folder)], cwd=ROOT, check=False)
    assert child.returncode == -signal.SIGKILL
    assert look(store) == (NEXT, (*OLD_COLUMNS, f"length_{NEXT}"), 300)
    upgrade(store, migrations(tmp_path / "mended", "", ""))
    assert look(store) == (LAST, (*OLD_COLUMNS, f"length_{NEXT}", f"length_{LAST}"), 300)
    assert not list(store.parent.glob(".unfinished*"))


def test_a_full_disk_refuses_the_upgrade_and_keeps_the_old_store(store: Path, tmp_path: Path) -> None:
    """No room for the copy: said, and the store is as it was; it opens with the version before."""
    small = tmp_path / "small"
    small.mkdir()
    size = store.stat().st_size + 64 * 1024
    mounted = os.name == "posix" and os.geteuid() == 0
    if mounted:
        mounted = not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)], check=False, capture_output=True
        ).returncode
    if not mounted:
        pytest.skip("a full disk NOT TESTED: mounting a small tmpfs needs root")
    try:
        shutil.copy(store, small)
        with pytest.raises(UserFacingError, match=r"disk\.full"):
            upgrade(small / "store.db", migrations(tmp_path / "new", ""))
        assert look(small / "store.db") == (TODAY, OLD_COLUMNS, 300)
        assert schema.copies(small) == ()
        assert not list(small.glob(".unfinished*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_damaged_store_is_not_migrated(store: Path, tmp_path: Path) -> None:
    """The copy is checked before anything is changed, so damage shows before it is carried on."""
    data = bytearray(store.read_bytes())
    data[-2000] ^= 1
    store.write_bytes(bytes(data))
    with pytest.raises(UserFacingError, match=r"vault\.store-damaged"):
        upgrade(store, migrations(tmp_path / "new", ""))
    assert store.read_bytes() == bytes(data)
    assert schema.copies(store.parent) == ()
