"""A damaged store: what can be read is taken over, the rest is named, and nothing of the old one is touched."""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import people
from desktop.services.salvage import Fate, salvaging
from desktop.services.vaults import verify_journal, verify_store
from desktop.storage import cipher, queries, rekey, salvage, settings, slots
from desktop.storage.salvage import MADE_ANEW, TAKEN_OVER
from desktop.storage.tables import metadata
from tests.vaults import ClosedVault, change_slots, closed_vault, enrolment, opened
from tests.worked_vault import work

PAGE = 4096
NOW = "2026-11-25T02:00:00.000+00:00"


@dataclass(frozen=True)
class Worked:
    """A closed vault with work in it, its key, and a copy of the store from the middle of the work."""

    closed: ClosedVault
    key: bytes
    backup: Path
    data: bytes
    roots: dict[str, int]
    households: frozenset[str]
    entries: int


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """Forty households; twenty of them are in the backup."""
    closed = closed_vault(tmp_path_factory.mktemp("home"))
    backup = tmp_path_factory.mktemp("backup")
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        work(application, 20)
        application.store.checkpoint()
        shutil.copy(application.store.path, backup / "store.db")
        work(application, 20, first=21)
        key = application.keys.data_key
        entries = verify_journal(application).entries
        households = frozenset(row.id for row in application.read(lambda c: queries.of_kind(c, "household")))
    connection = cipher.connect(closed.store, key)
    roots = {row[0]: int(row[1]) for row in connection.execute("SELECT name, rootpage FROM sqlite_master")}
    connection.close()
    return Worked(closed, key, backup, closed.store.read_bytes(), roots, households, entries)


@pytest.fixture
def worked(pristine: Worked, tmp_path: Path) -> Worked:
    """A copy to damage."""
    home = tmp_path / "home"
    shutil.copytree(pristine.closed.home, home)
    closed = ClosedVault(home, pristine.closed.vault, pristine.closed.password, pristine.closed.card)
    return replace(pristine, closed=closed)


def damage(worked: Worked, pages: list[int]) -> None:
    """Flip a bit on each of these pages (from 1)."""
    data = bytearray(worked.data)
    for page in pages:
        data[(page - 1) * PAGE + 777] ^= 8
    worked.closed.store.write_bytes(bytes(data))


def beside(worked: Worked) -> dict[str, bytes]:
    """The store and whatever lies beside it."""
    return {path.name: path.read_bytes() for path in worked.closed.folder.glob("store.db*")}


def made(worked: Worked, sources: tuple[Path, ...] = ()) -> salvage.Salvaged:
    """The new store, without the password's cost."""
    closed = worked.closed
    return salvage.make(closed.folder, closed.vault, closed.store, worked.key, sources, NOW)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_missing_is_named_and_nothing_else_is_missing(worked: Worked, seed: int) -> None:
    """Six damaged pages anywhere: the gaps and the entries taken over are all there were, and the journal says so."""
    chance = random.Random(seed)
    pages = len(worked.data) // PAGE
    damage(worked, [page for page in chance.sample(range(2, pages + 1), 6) if page != worked.roots["setting"]])
    before = beside(worked)
    result = made(worked)
    assert beside(worked) == before
    missing = sum(gap.last - gap.first + 1 for gap in result.gaps)
    assert result.entries + missing == worked.entries, f"seed {seed}"
    named = [line for line in result.lines if line.fate in (Fate.LOST, Fate.AT_COUNTY) and line.kind != "draft"]
    assert sum(line.count for line in named) == missing
    assert all(line.name or line.after or line.before for line in named)
    salvage.use(result)
    with opened(worked.closed) as application:
        check = verify_journal(application)
        assert check.fault is None
        assert sum(gap.last - gap.first + 1 for gap in check.gaps) == missing
        assert verify_store(application) == ()
        work(application, 1, first=90)
        assert verify_journal(application).fault is None
    assert beside(worked) == before


@pytest.mark.parametrize(("pages", "more"), [(0, 100), (1, 0), (3, 5)])
def test_what_stands_before_the_place_where_a_store_was_cut_is_salvaged(worked: Worked, pages: int, more: int) -> None:
    """Without a backup: a file system that lost the end of the file takes no more with it than stood there."""
    os.truncate(worked.closed.store, len(worked.data) - pages * PAGE - more)
    before = beside(worked)
    result = made(worked)
    assert beside(worked) == before
    assert result.entries + sum(gap.last - gap.first + 1 for gap in result.gaps) == worked.entries
    assert result.entries > worked.entries / 2
    salvage.use(result)
    with opened(worked.closed) as application:
        assert verify_journal(application).fault is None
        assert verify_store(application) == ()


def test_what_is_left_of_half_a_store_is_salvaged(worked: Worked) -> None:
    """How much is missing behind the end nobody can know; what there is comes, and the gap is in the journal."""
    os.truncate(worked.closed.store, len(worked.data) // 2)
    result = made(worked, (worked.backup,))
    assert result.gaps
    salvage.use(result)
    with opened(worked.closed) as application:
        assert len(people.household_ids(application)) >= 20
        assert verify_journal(application).fault is None


@pytest.mark.parametrize("table", ["entry", "record", "sqlite_autoindex_entry_1", "batch", "attachment", "draft"])
def test_a_table_without_its_root_comes_from_the_backup(worked: Worked, table: str) -> None:
    """Even a whole table may be gone: what the backup has is taken, newest entries that nothing has are named."""
    damage(worked, [worked.roots[table]])
    result = made(worked, (worked.backup,))
    salvage.use(result)
    with opened(worked.closed) as application:
        assert verify_journal(application).fault is None
        found = {row.id for row in application.read(lambda c: queries.of_kind(c, "household"))}
        if table == "entry":
            assert len(found) == 20
            assert any(line.fate is Fate.FROM_BACKUP for line in result.lines)
            lost = sum(line.count for line in result.lines if line.fate is Fate.LOST)
            assert lost == sum(gap.last - gap.first + 1 for gap in result.gaps)
        else:
            assert found == worked.households
            assert not [line for line in result.lines if line.fate is Fate.LOST and line.kind != "draft"]


@pytest.mark.parametrize("head", [b"", bytes(PAGE), b"garbage" * 5000])
def test_a_store_that_cannot_be_opened_at_all_is_made_from_the_backup(worked: Worked, head: bytes) -> None:
    """Emptied, zeroed or overwritten: without a backup it is said, with one the backup is what there is."""
    worked.closed.store.write_bytes(head + worked.data[len(head) :] if head.strip(b"\0") == b"" and head else head)
    before = beside(worked)
    with pytest.raises(UserFacingError, match=r"vault\.salvage-nothing"):
        made(worked)
    assert slots.read(worked.closed.folder).header.store == "store.db"
    result = made(worked, (worked.backup,))
    salvage.use(result)
    assert beside(worked) == before
    with opened(worked.closed) as application:
        assert len(application.read(lambda c: queries.of_kind(c, "household"))) == 20
        assert verify_journal(application).fault is None


def test_pages_that_the_disk_gives_no_more_are_salvaged_like_damaged_ones(
    worked: Worked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector under the table of entries: the error of the disk ends nothing, the backup fills in."""
    bad = (worked.roots["entry"] - 1) * PAGE
    open_file = Path.open

    class Failing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == bad:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(-1 if size is None else size)

    def opening(path: Path, mode: str = "r", *given: Any, **named: Any) -> Any:
        is_store = path == worked.closed.store and mode == "rb"
        return Failing(path) if is_store else open_file(path, mode, *given, **named)

    monkeypatch.setattr(Path, "open", opening)
    result = made(worked, (worked.backup,))
    assert result.entries > 0
    assert result.lines
    salvage.use(result)
    with opened(worked.closed) as application:
        assert len(application.read(lambda c: queries.of_kind(c, "household"))) >= 20
        assert verify_journal(application).fault is None


def test_a_backup_of_another_vault_gives_nothing(worked: Worked, tmp_path: Path) -> None:
    """It does not open by this key, or says whose it is."""
    other = closed_vault(tmp_path / "other")
    worked.closed.store.write_bytes(b"")
    with pytest.raises(UserFacingError, match=r"vault\.salvage-nothing"):
        made(worked, (other.folder,))


def test_the_old_store_stays_in_use_until_somebody_says_yes(worked: Worked) -> None:
    """The list can be looked at as often as one likes; it is the same each time, and another's digest is refused."""
    damage(worked, [worked.roots["entry"]])
    closed, before = worked.closed, beside(worked)
    with salvaging(closed.home, closed.vault, closed.password, closed.card, sources=[worked.backup]) as one:
        first = one.digest
    with salvaging(closed.home, closed.vault, closed.password, closed.card, sources=[worked.backup]) as two:
        assert two.digest == first
        with pytest.raises(UserFacingError, match=r"vault\.salvage-changed"):
            two.accept("0" * 64)
        assert slots.read(closed.folder).header.store == "store.db"
        assert two.accept(first) == "store-2.db"
    assert slots.read(closed.folder).header.store == "store-2.db"
    assert not (closed.folder / salvage.WORK_FOLDER).exists()
    assert beside(worked) == before


def test_contents_that_were_erased_do_not_come_back_from_a_backup(worked: Worked) -> None:
    """The backup still has them; the entry that erased them is what counts."""
    from desktop.services.vaults import erase_entry

    with opened(worked.closed) as application:
        epoch = application.identity.epoch
        reference = f"{worked.closed.vault}/{epoch}/4"
        erase_entry(application, reference, "误录")
        row = application.read(
            lambda c: c.exec_driver_sql("SELECT payload IS NULL FROM entry WHERE seq = 4").scalar_one()
        )
        assert row == 1
    data = bytearray(worked.closed.store.read_bytes())
    leaf = next(
        page
        for page in range(2, len(data) // PAGE + 1)
        if _breaks(worked, bytes(data), page, "SELECT header FROM entry WHERE id = 4")
    )
    data[(leaf - 1) * PAGE + 777] ^= 8
    worked.closed.store.write_bytes(bytes(data))
    salvage.use(made(worked, (worked.backup,)))
    with opened(worked.closed) as application:
        kept = application.read(
            lambda c: c.exec_driver_sql("SELECT payload FROM entry WHERE seq = 4 AND own ORDER BY id").first()
        )
        assert kept is not None
        assert kept[0] is None
        assert verify_journal(application).fault is None


def _breaks(worked: Worked, data: bytes, page: int, query: str) -> bool:
    """Whether this page's damage alone makes the query fail."""
    path = worked.closed.folder / "trial.db"
    changed = bytearray(data)
    changed[(page - 1) * PAGE + 777] ^= 8
    path.write_bytes(bytes(changed))
    try:
        connection = cipher.connect(path, worked.key)
    except UserFacingError:
        return False
    try:
        connection.execute("SELECT header FROM entry WHERE id = 150").fetchall()  # not the table's root
    except Exception:  # noqa: BLE001 - whatever the driver calls it
        return False
    else:
        try:
            connection.execute(query).fetchall()
        except Exception:  # noqa: BLE001 - whatever the driver calls it
            return True
    finally:
        connection.close()
        for left in worked.closed.folder.glob("trial.db*"):
            left.unlink()
    return False


def test_pictures_whose_row_is_lost_are_not_swept(worked: Worked) -> None:
    """The file may be all there is of a scan."""
    from desktop.services.sync import finish_interrupted

    damage(worked, [worked.roots["attachment"], worked.roots["entry"]])
    files = sorted((worked.closed.folder / "attachments").iterdir())
    salvage.use(made(worked, (worked.backup,)))
    with opened(worked.closed) as application:
        finish_interrupted(application)
        assert application.read(lambda c: settings.get(c, "salvaged")) is not None
    assert sorted((worked.closed.folder / "attachments").iterdir()) == files


def test_every_table_is_either_taken_over_or_made_anew() -> None:
    """A new table has to be thought of here."""
    assert set(metadata.tables) == {*TAKEN_OVER, *MADE_ANEW}


def test_a_rekey_that_was_cut_does_not_take_the_damaged_store_away(worked: Worked) -> None:
    """What it noted speaks of other files: the store from the salvage may bear the name its new one would have had."""
    with opened(worked.closed) as application:
        names = {"from": "store.db", "to": "store-2.db", "digest": "0" * 64}
        application.store.write(lambda connection: settings.put(connection, rekey.REKEYING, names))
    with salvaging(worked.closed.home, worked.closed.vault, worked.closed.password, worked.closed.card) as found:
        assert found.accept(found.digest) == "store-2.db"
    before = beside(worked)
    with opened(worked.closed) as application:
        assert verify_journal(application).fault is None
    assert beside(worked) == before
    assert "store.db" in before


def test_a_damaged_slots_file_is_not_written_over(worked: Worked) -> None:
    """Without the slots nothing can be salvaged; nothing is made."""
    damage(worked, [worked.roots["entry"]])
    change_slots(worked.closed, lambda document: document.update(format=9))
    closed = worked.closed
    with (
        pytest.raises(UserFacingError, match=r"vault\.slots-damaged"),
        salvaging(closed.home, closed.vault, closed.password, closed.card),
    ):
        pass


@pytest.fixture(autouse=True)
def _no_traces(worked: Worked) -> Iterator[None]:
    """Whatever happened, no plain word of the work lies in the vault's folder."""
    yield
    for path in worked.closed.folder.rglob("*"):
        if path.is_file():
            assert "说明".encode() not in path.read_bytes(), path
