"""Vaults in bad places and at impossible times: refused or handled in words, with nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import vault_check, vaults
from desktop.services.application import Application
from desktop.storage import disks, integrity, standing
from desktop.storage.integrity import Damage, Place
from desktop.storage.standing import KeptStanding
from desktop.storage.store import Store
from desktop.storage.tables import entry
from tests.storage.folders import contents
from tests.vaults import ClosedVault, closed_vault, enrolment, opened
from tests.worked_vault import work

PAGE = 4096
FRAME = 24 + PAGE


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> ClosedVault:
    """A closed vault with some work; tests take copies."""
    closed = closed_vault(tmp_path_factory.mktemp("home"))
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        work(application, 2)
    return closed


@pytest.fixture
def copy(worked: ClosedVault, tmp_path: Path) -> ClosedVault:
    """One's own copy."""
    shutil.copytree(worked.home, tmp_path / "home")
    return ClosedVault(tmp_path / "home", worked.vault, worked.password, worked.card)


@pytest.fixture(scope="module")
def left(worked: ClosedVault, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, int]:
    """A store as a kill left it, with saved work in the log alone; its key, and how many entries it has."""
    home, folder = tmp_path_factory.mktemp("open"), tmp_path_factory.mktemp("left")
    shutil.copytree(worked.home, home, dirs_exist_ok=True)
    closed = ClosedVault(home, worked.vault, worked.password, worked.card)
    with opened(closed) as application:
        application.store.checkpoint()
        work(application, 3, first=10)
        for name in ("store.db", "store.db-wal"):
            shutil.copy(closed.folder / name, folder)
        count = application.read(lambda c: len(c.execute(entry.select()).all()))
        return folder, application.keys.data_key, count


# --- disks --------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A tmpfs at ``folder``; skips loudly where that needs rights we have not."""
    command = ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a read-only disk NOT TESTED: mounting one needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_vault_on_a_read_only_disk_is_refused_in_words(copy: ClosedVault, tmp_path: Path) -> None:
    """Nothing is changed, and back on an ordinary disk it opens."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk):
        shutil.copytree(copy.home, disk / "home")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        before = contents(disk / "home")
        with (
            pytest.raises(UserFacingError, match=r"disk\.read-only"),
            opened(ClosedVault(disk / "home", copy.vault, copy.password, copy.card)),
        ):
            pass
        assert contents(disk / "home") == before
    with opened(copy):
        pass


def test_a_disk_that_becomes_read_only_while_working_is_said(copy: ClosedVault, tmp_path: Path) -> None:
    """What was saved before stays saved; the step that failed is named as not saved."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk):
        shutil.copytree(copy.home, disk / "home")
        there = ClosedVault(disk / "home", copy.vault, copy.password, copy.card)
        with opened(there) as application:
            work(application, 1, first=30)
            application.store.checkpoint()
            shutil.copytree(there.folder, tmp_path / "as-saved")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(UserFacingError, match=r"disk\.read-only"), opened(there):
            pass
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        with opened(there) as application:
            assert vault_check.check(application).is_sound


@pytest.mark.parametrize(
    ("kind", "found"),
    [("nfs4", "nfs4"), ("cifs", "cifs"), ("fuse.sshfs", "fuse.sshfs"), ("ext4", ""), ("tmpfs", ""), ("btrfs", "")],
)
def test_network_disks_are_told_apart_by_the_table_of_mounts(tmp_path: Path, kind: str, found: str) -> None:
    """The deepest mount counts; blanks in its name are written as the kernel writes them."""
    folder = tmp_path / "two words" / "vaults"
    folder.mkdir(parents=True)
    point = str(tmp_path / "two words").replace(" ", "\\040")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/home {point} {kind} rw 0 0\nproc /proc proc rw 0 0\n")
    assert disks.network_kind(folder, mounts) == found
    assert disks.network_kind(tmp_path, mounts) == ""
    assert disks.network_kind(folder, tmp_path / "none") == ""


def test_a_vault_on_a_network_disk_opens_and_says_so(copy: ClosedVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the opening and in the check, with the kind of disk."""
    monkeypatch.setattr(disks, "network_kind", lambda _folder: "cifs")
    with opened(copy) as application:
        assert [(note.code, note.values) for note in application.notes] == [("vault.network-disk", {"kind": "cifs"})]
        assert vault_check.check(application).network == "cifs"


# --- clocks -------------------------------------------------------------------------------------


def doubtful(application: Application) -> list[bool]:
    """Whether each of the newest entries says that its time is doubtful."""
    rows = application.read(lambda c: c.execute(entry.select().order_by(entry.c.id)).all())
    return [b'"clock_doubtful":true' in row.header for row in rows]


@pytest.mark.parametrize("year", [1980, 2099])
def test_an_impossible_date_stops_nobody_and_is_marked(copy: ClosedVault, year: int) -> None:
    """An empty battery gives 1980: the vault opens, work is saved, each entry and the window say it is doubtful."""
    clock = datetime(year, 1, 1, 8, 0, tzinfo=UTC)
    with opened(copy, clock=lambda: clock) as application:
        assert [note.code for note in application.notes] == ["vault.clock-doubtful"]
        before = len(doubtful(application))
        application.act(lambda action: action.add("vault.checked", None, {}))
        assert doubtful(application)[before:] == [True]
        assert vault_check.check(application).is_sound
    with opened(copy) as application:
        assert application.notes == ()
        assert vaults.verify_journal(application).fault is None


def test_a_date_before_the_countys_last_word_is_marked_as_long_as_it_lasts(copy: ClosedVault) -> None:
    """An empty battery may give the first of this January: every entry says so, not the first alone, and the window."""
    told = KeptStanding("2026-11-20T08:00:00+00:00", False, False, 0, "", "", "", "{}")
    with opened(copy) as application:
        application.store.write(lambda connection: standing.keep(connection, told))
    with opened(copy, clock=lambda: datetime(2026, 1, 1, 8, 0, tzinfo=UTC)) as application:
        assert [note.code for note in application.notes] == ["vault.clock-doubtful"]
        before = len(doubtful(application))
        for _ in range(2):
            application.act(lambda action: action.add("vault.checked", None, {}))
        assert doubtful(application)[before:] == [True, True]
    with opened(copy, clock=lambda: datetime(2026, 11, 20, 7, 0, tzinfo=UTC)) as application:
        assert application.notes == (), "the county's clock and this one need not agree to the minute"


# --- the log --------------------------------------------------------------------------------------


def trial(left: tuple[Path, bytes, int], folder: Path, log: bytes) -> tuple[str, int]:
    """How a store with this log opens: a code, ``cut`` or ``opened``; and how many entries there then are."""
    source, key, _ = left
    shutil.copy(source / "store.db", folder)
    (folder / "store.db-wal").write_bytes(log)
    try:
        store = Store(folder / "store.db", key)
    except UserFacingError as error:
        assert (folder / "store.db-wal").read_bytes() == log
        return error.code, 0
    try:
        assert store.checkpoint()
        assert integrity.store_damage(store.path, key) == ()
        return "cut" if store.log_cut else "opened", store.read(lambda c: len(c.execute(entry.select()).all()))
    finally:
        store.close()


def test_a_log_of_saved_work_is_taken_in_whole(left: tuple[Path, bytes, int], tmp_path: Path) -> None:
    """After kill -9."""
    assert trial(left, tmp_path, (left[0] / "store.db-wal").read_bytes()) == ("opened", left[2])


@pytest.mark.parametrize("damage", ["header zeroed", "garbage", "zeroes in the middle", "frames zeroed"])
def test_a_damaged_log_stops_the_opening(left: tuple[Path, bytes, int], tmp_path: Path, damage: str) -> None:
    """SQLite alone would open and silently drop what was saved; the files stay as they are."""
    log = (left[0] / "store.db-wal").read_bytes()
    middle = 32 + (len(log) - 32) // FRAME // 3 * FRAME
    changed = {
        "header zeroed": bytes(32) + log[32:],
        "garbage": b"\x37" * len(log),
        "zeroes in the middle": log[: middle + 500] + bytes(200) + log[middle + 700 :],
        "frames zeroed": log[:middle] + bytes(2 * FRAME) + log[middle + 2 * FRAME :],
    }[damage]
    assert trial(left, tmp_path, changed) == ("vault.store-damaged", 0)


@pytest.mark.parametrize("damage", ["all zeroes", "end zeroed"])
def test_a_log_that_a_power_cut_left_unfinished_opens_and_is_told(
    left: tuple[Path, bytes, int], tmp_path: Path, damage: str
) -> None:
    """The disk had made room and not written yet: what was saved before is there, and the log is kept aside."""
    log = (left[0] / "store.db-wal").read_bytes()
    changed = {"all zeroes": bytes(len(log)), "end zeroed": log + bytes(3 * FRAME)}[damage]
    opened_as, entries = trial(left, tmp_path, changed)
    assert opened_as == "cut"
    assert (tmp_path / "store.db-wal.cut").read_bytes() == changed
    if damage == "end zeroed":
        assert entries == left[2]


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 33, 32 + 24, 32 + FRAME - 1])
def test_a_log_cut_short_opens_with_what_is_whole(left: tuple[Path, bytes, int], tmp_path: Path, cut: int) -> None:
    """As after a kill while it was being written; what is in the store is there."""
    opened_as, entries = trial(left, tmp_path, (left[0] / "store.db-wal").read_bytes()[:cut])
    assert opened_as == "opened"
    assert entries > 0


# --- the check ------------------------------------------------------------------------------------


def test_a_check_is_due_once_a_day_and_is_in_the_journal_as_counts(copy: ClosedVault) -> None:
    """No names: how many places, entries and files."""
    with opened(copy) as application:
        assert vault_check.is_due(application)
        assert vault_check.check(application).is_sound
        assert not vault_check.is_due(application)
        last = vault_check.last_check(application)
        assert last is not None
        assert last.damages == 0
        newest = application.read(lambda c: c.execute(entry.select().order_by(entry.c.id.desc())).first())
        assert newest is not None
        assert newest.kind == "vault.checked"
        assert b'"damages":0' in newest.payload


def test_a_missing_and_a_changed_picture_are_named(copy: ClosedVault) -> None:
    """Each by its digest; the rest of the check goes on."""
    with opened(copy) as application:
        work(application, 1, first=40)
        one, other = sorted(path for path in (application.folder / "attachments").iterdir())
        one.unlink()
        other.write_bytes(other.read_bytes()[:-1] + b"?")
        found = vault_check.check(application)
        assert set(found.damages) == {
            Damage(Place.ATTACHMENT, f"attachment.missing {one.name}"),
            Damage(Place.ATTACHMENT, f"attachment.damaged {other.name}"),
        }
        assert not found.needs_salvage
        assert found.journal.fault is None


def test_a_journal_that_cannot_be_read_is_not_said_to_be_sound(copy: ClosedVault) -> None:
    """A damaged page of the journal's own: the check says that nothing was compared, not that nothing is wrong."""
    from desktop.cli.journal import words_of_check

    data = copy.store.read_bytes()
    for page in range(2, len(data) // PAGE + 1):
        changed = bytearray(data)
        changed[(page - 1) * PAGE + 99] ^= 1
        copy.store.write_bytes(bytes(changed))
        try:
            with opened(copy) as application:
                found = vault_check.check(application)
        except UserFacingError:
            continue
        if found.journal.unreadable:
            break
    assert found.journal.unreadable
    assert not found.is_sound
    assert "没有核对" in words_of_check(found.journal)


def test_damage_found_by_the_check_is_remembered_for_the_door(copy: ClosedVault) -> None:
    """The door offers the salvage though the vault still opens; a sound check takes the mark away."""
    from desktop.services.door import salvage_offered

    data = copy.store.read_bytes()
    for page in range(len(data) // PAGE, 2, -1):
        changed = bytearray(data)
        changed[(page - 1) * PAGE + 99] ^= 1
        copy.store.write_bytes(bytes(changed))
        try:
            with opened(copy) as application:
                found = vault_check.check(application)
        except UserFacingError:
            continue
        break
    assert found.needs_salvage
    assert salvage_offered(copy.home, copy.vault)


def test_trouble_of_the_disk_while_the_log_is_brought_in_is_said(
    copy: ClosedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An EIO there stays unseen unless somebody asks: the check asks first."""
    with opened(copy) as application:
        monkeypatch.setattr(application.store, "checkpoint", lambda: False)
        with pytest.raises(UserFacingError, match=r"vault\.busy"):
            vault_check.check(application)
        monkeypatch.undo()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("synchronous", "3"), ("journal_mode", "delete"), ("cipher_use_hmac", "0"), ("cipher_page_size", "8192")],
)
def test_the_settings_of_the_store_are_read_back_at_each_start(
    copy: ClosedVault, monkeypatch: pytest.MonkeyPatch, name: str, wanted: str
) -> None:
    """A connection that is set otherwise than it has to be is refused."""
    from desktop.storage import cipher

    monkeypatch.setitem(cipher._EXPECTED, name, wanted)
    with pytest.raises(UserFacingError, match=r"vault\.store-settings"), opened(copy):
        pass
