"""The county's database: encrypted, opened only with its key, never repaired by making a new one."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from county import attachments, tables
from county.apply import apply_all
from county.opening import County, create_county, open_county
from county.store import open_postgresql
from desktop.domain.errors import UserFacingError
from desktop.sync.envelope import digest, seal
from desktop.sync.protocol import ProtocolError
from tests.county.conftest import PASSPHRASE
from tests.county.laptop import described, enrolled, household, send


def test_the_migrations_end_at_the_tables_the_code_uses(county: County) -> None:
    """Head of the migrations, tables of the code and what is really there are one."""
    with county.store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == tables.REVISION
        assert "county" in {column["name"] for column in inspect(connection).get_columns("entry")}


def test_every_row_carries_its_county() -> None:
    """So that a province can shard by county without a change of schema."""
    for table in tables.metadata.tables.values():
        assert ("code" if table.name == "county" else "county") in table.columns


def test_a_transaction_that_fails_leaves_nothing(county: County) -> None:
    """Whole or not at all."""

    def fail_midway() -> None:
        with county.store.write() as connection:
            connection.execute(tables.counter.insert().values(county=county.code, name="x", value=1))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_midway()
    with county.store.read() as connection:
        assert connection.execute(tables.counter.select().where(tables.counter.c.name == "x")).all() == []


def test_no_name_number_or_phone_lies_readable_in_the_folder(tmp_path: Path) -> None:
    """After a batch, an attachment and an alias: no canary in any encoding, no plain SQLite file."""
    folder = tmp_path / "county"
    county = create_county(folder, "350703", "建阳区", PASSPHRASE)
    one, two = enrolled(county, ["350703104"]), enrolled(county, ["350703104"])
    for laptop in (one, two):
        drafts = household("350703104209", "林𠮷娘", "11010519491231002X")[2]
        phone = described("resident", str(uuid.uuid4()), phones={"numbers": ["13805990000"]})
        send(county, laptop, laptop.action(*drafts, phone))
    apply_all(county)
    body = seal("林𠮷娘".encode(), [one.county.recipient])
    attachments.store_attachment(county, one.vault, digest(body), body)
    canaries = [
        text.encode(encoding)
        for text in ("林𠮷娘", "11010519491231002X", "13805990000", "莒口镇民政办", PASSPHRASE)
        for encoding in ("utf-8", "utf-16-le", "gb18030")
    ]
    county.store.write().__enter__()  # a connection in use: the write-ahead log is still there
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"county.db", "county.db-wal", "county.key"}
    for path in files:
        data = path.read_bytes()
        assert not data.startswith(b"SQLite format 3")
        assert not [canary for canary in canaries if canary in data], path.name


def test_a_plain_database_in_its_place_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Signal-Desktop #5097: never go on with an unencrypted file."""
    folder = tmp_path / "county"
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    for path in folder.glob("county.db*"):
        path.unlink()
    plain = sqlite3.connect(folder / "county.db")
    plain.execute("CREATE TABLE t (x)")
    plain.commit()
    plain.close()
    before = (folder / "county.db").read_bytes()
    assert refusal(folder) == "county.store-unencrypted"
    assert (folder / "county.db").read_bytes() == before


def test_missing_and_damaged_files_are_never_replaced(tmp_path: Path) -> None:
    """A missing key or database stops with a code; nothing is made anew."""
    folder = tmp_path / "county"
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    key = (folder / "county.key").read_bytes()
    database = (folder / "county.db").read_bytes()
    (folder / "county.db").write_bytes(database[:100] + bytes(50) + database[150:])
    assert refusal(folder) == "county.store-unreadable"
    (folder / "county.db").unlink()
    assert refusal(folder) == "county.store-missing"
    assert not (folder / "county.db").exists()
    (folder / "county.key").write_bytes(key.replace(b"350703", b"350702"))
    assert refusal(folder) == "county.wrong-passphrase"
    (folder / "county.key").write_bytes(key[:-20])
    assert refusal(folder) == "county.key-damaged"
    (folder / "county.key").unlink()
    assert refusal(folder) == "county.key-missing"
    assert list(folder.iterdir()) == []


def test_making_a_county_twice_changes_nothing(tmp_path: Path) -> None:
    """A county is made once; interrupted between key and database it is finished by the same command."""
    folder = tmp_path / "county"
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    with pytest.raises(UserFacingError) as refused:
        create_county(folder, "350703", "建阳区", PASSPHRASE)
    assert refused.value.code == "county.exists"
    for path in folder.glob("county.db*"):
        path.unlink()
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    open_county(folder, PASSPHRASE).close()


def test_a_password_in_a_database_address_is_refused() -> None:
    """It would be seen in process lists."""
    with pytest.raises(UserFacingError) as refused:
        open_postgresql("postgresql://county:secret@127.0.0.1/county")
    assert refused.value.code == "county.url-with-password"


def test_an_attachment_that_is_not_sealed_is_refused(county: County, township: str) -> None:
    """Nothing plain can end up beside the database."""
    laptop = enrolled(county, [township])
    with pytest.raises(ProtocolError):
        attachments.store_attachment(county, laptop.vault, digest(b"plain"), b"plain")
    assert not (county.folder / attachments.FOLDER).exists()


def refusal(folder: Path) -> str:
    """The code with which opening is refused."""
    with pytest.raises(UserFacingError) as refused:
        open_county(folder, PASSPHRASE)
    return refused.value.code
