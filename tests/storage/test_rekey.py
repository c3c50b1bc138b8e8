"""A new data key: everything is there under it, the old key opens nothing that is in use, every way in still opens."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from desktop.bootstrap import finish_recovery
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.services import backups, escrow, restoring, vaults
from desktop.services.rekey import data_key, rekey, rekeying
from desktop.services.vaults import verify_journal
from desktop.storage import backup, cipher, generations, integrity, settings, slots
from desktop.storage import rekey as storage_rekey
from desktop.storage.journal import own_entries
from desktop.storage.passwords import Argon2
from desktop.storage.store import Store
from tests.command_line import with_vault, zoucun
from tests.escrow import NEW_PASSWORD, answers, ask, escrow_county, escrowed_vault
from tests.vaults import PASSWORD, ClosedVault, closed_vault, enrolment, opened
from tests.worked_vault import work

Room = namedtuple("Room", "total used free")


@pytest.fixture
def closed(tmp_path: Path) -> ClosedVault:
    """A closed vault with some work in it."""
    made = closed_vault(tmp_path / "home")
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
        work(application, 3)
    return made


def test_all_of_it_is_there_under_another_key(closed: ClosedVault) -> None:
    """Entries byte for byte, the journal goes on in the same epoch, and the old key and store are gone."""
    with opened(closed) as application:
        before = application.read(lambda connection: [one.hash for one in own_entries(connection)])
        old_key = application.keys.data_key
        assert rekey(application, PASSWORD).value is False
        work(application, 1, first=10)
    assert [path.name for path in closed.folder.glob("*.db*")] == ["store-2.db"]
    assert not (closed.folder / storage_rekey.WORK_FOLDER).exists()
    with pytest.raises(UserFacingError, match=r"vault\.store-unreadable"):
        cipher.connect(closed.folder / "store-2.db", old_key)
    with opened(closed) as application:
        entries = application.read(lambda connection: list(own_entries(connection)))
        assert [one.hash for one in entries][: len(before)] == before
        assert [one.header.kind for one in entries].count("vault.rekeyed") == 1
        assert verify_journal(application).fault is None
        assert vaults.verify_store(application) == ()
        assert integrity.slot_damage(closed.folder) == ()
        assert rekey(application, PASSWORD).value is False
    assert [path.name for path in closed.folder.glob("*.db*")] == ["store-3.db"]


def test_a_backup_precedes_it_always(closed: ClosedVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read back whole before a page is written anew; where none can be made, there is no new key."""

    def full(*_: object) -> NoReturn:
        raise UserFacingError("disk.full")

    with opened(closed) as application:
        with monkeypatch.context() as patched:
            patched.setattr(backup, "make", full)
            with pytest.raises(UserFacingError, match=r"disk\.full"):
                rekey(application, PASSWORD)
        assert slots.read(closed.folder).header.store == "store.db"
        steps = [step.step for step in rekeying(application, PASSWORD)]
    assert list(dict.fromkeys(steps)) == ["store", "attachments", "check", "rewrite", "rows", "pages"]
    (made,) = generations.listed(closed.folder / "backups")
    (alone,) = restoring.find_backups(made.folder)
    (content,) = restoring.open_backup(closed.home, alone, PASSWORD, closed.card).contents
    assert content.visits == 3


@pytest.mark.parametrize("until", ["store", "rewrite", "rows", "pages"])
def test_one_that_is_stopped_leaves_the_vault_as_it_was(closed: ClosedVault, until: str) -> None:
    """Whatever step it was at; and it can be begun again."""
    with opened(closed) as application:
        steps = rekeying(application, PASSWORD)
        for step in steps:
            if step.step == until:
                break
        steps.close()
        assert slots.read(closed.folder).header.store == "store.db"
        assert not (closed.folder / storage_rekey.WORK_FOLDER).exists()
        work(application, 1, first=10)
        rekey(application, PASSWORD)
    with opened(closed) as application:
        assert verify_journal(application).fault is None


def test_after_a_recovery_by_the_county_a_new_key_is_advised(tmp_path: Path) -> None:
    """Both halves were in somebody's hands; until there is a new one."""
    county = escrow_county()
    closed = escrowed_vault(tmp_path / "home", county)
    with opened(closed) as application:
        assert not data_key(application).advised
    files = list(answers(county, ask(closed), tmp_path))
    finish_recovery(closed.home, closed.vault, NEW_PASSWORD, files, closed.card, cost=Argon2())
    with opened(replace(closed, password=NEW_PASSWORD)) as application:
        assert data_key(application).advised
        rekey(application, NEW_PASSWORD)
        assert not data_key(application).advised
        assert data_key(application).since != ""


def test_no_slots_file_leads_back(closed: ClosedVault) -> None:
    """The generation before is written anew too: it opens the new store."""
    with opened(closed) as application:
        rekey(application, PASSWORD)
    (closed.folder / "slots.json").write_bytes(b"broken")
    assert slots.read(closed.folder, previous=True).header.store == "store-2.db"


def test_the_county_can_still_recover_it(tmp_path: Path) -> None:
    """Its slot is wrapped anew in the same write, and noted: the next opening finds nothing to do."""
    county = escrow_county()
    closed = escrowed_vault(tmp_path / "home", county)
    with opened(closed) as application:
        assert rekey(application, PASSWORD).value is True
    with opened(closed) as application:
        assert escrow.keep_escrowed(application).value is False
    files = list(answers(county, ask(closed), tmp_path))
    finish_recovery(closed.home, closed.vault, NEW_PASSWORD, files, closed.card, cost=Argon2())
    with opened(ClosedVault(closed.home, closed.vault, NEW_PASSWORD, closed.card)) as application:
        assert verify_journal(application).fault is None


def test_a_wrong_password_and_too_little_room_change_nothing(
    closed: ClosedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in words before anything is written."""
    with opened(closed) as application:
        before = sorted(path.name for path in closed.folder.iterdir())
        with pytest.raises(UserFacingError, match=r"vault\.wrong-password"):
            rekey(application, "不是这个密码-2026")
        size = closed.store.stat().st_size
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Room(9 * size, 8 * size, size))
        with pytest.raises(UserFacingError, match=r"disk\.full"):
            rekey(application, PASSWORD)
        assert sorted(path.name for path in closed.folder.iterdir()) == before
    with opened(closed) as application:
        assert verify_journal(application).fault is None


def test_a_copy_that_differs_in_one_row_never_comes_into_use(
    closed: ClosedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compared row by row before the slots are written."""

    class Bent:
        """A connection that loses a row on the way."""

        def __init__(self, connection: object) -> None:
            self._connection = connection

        def execute(self, statement: str, *values: object) -> object:
            done = self._connection.execute(statement, *values)  # type: ignore[attr-defined]
            if "sqlcipher_export" in statement:
                done.fetchone()
                self._connection.execute("DELETE FROM fresh.draft")  # type: ignore[attr-defined]
                return self._connection.execute("SELECT 1")  # type: ignore[attr-defined]
            return done

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

    connect = cipher.connect
    with opened(closed) as application:
        monkeypatch.setattr(cipher, "connect", lambda path, key, **more: Bent(connect(path, key, **more)))
        with pytest.raises(UserFacingError, match=r"vault\.store-damaged"):
            rekey(application, PASSWORD)
        monkeypatch.undo()
    assert slots.read(closed.folder).header.store == "store.db"
    assert [path.name for path in closed.folder.glob("*.db")] == ["store.db"]


def test_only_a_new_store_that_was_never_opened_is_taken_away(closed: ClosedVault) -> None:
    """Cut short before the slots were written, the new store goes; one that was worked in would stay."""
    key = slots.new_key()

    def make_and_cut() -> None:
        with opened(closed) as application, pytest.MonkeyPatch.context() as cut:
            making = storage_rekey.make(
                application.store, closed.folder, application.keys.data_key, key, lambda _: None
            )
            made = backups.drained(making)
            cut.setattr(slots, "save", lambda *_: None)
            storage_rekey.use(application.store, closed.folder, made, slots.read(closed.folder))
        assert (closed.folder / "store-2.db").exists()

    make_and_cut()
    with opened(closed):
        assert not (closed.folder / "store-2.db").exists()

    make_and_cut()
    with contextlib.closing(Store(closed.folder / "store-2.db", key)) as fresh:
        fresh.write(lambda connection: settings.put(connection, "work", 1))
    with opened(closed):
        assert (closed.folder / "store-2.db").exists()


def test_on_the_command_line(closed: ClosedVault) -> None:
    """One command; then the same password and card open it."""
    done = with_vault(closed, "vault", "rekey")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "数据钥匙已经换了" in done.stdout
    with opened(closed) as application:
        assert application.store.path.name == "store-2.db"


def test_a_backup_from_before_is_named_as_that_and_opens_chosen_alone(closed: ClosedVault, tmp_path: Path) -> None:
    """In the list it is refused in true words; chosen alone, here and elsewhere, its own slots open it."""
    with opened(closed) as application:
        backups.back_up(application)
        rekey(application, PASSWORD)
        backups.back_up(application)
    (found,) = restoring.find_backups(closed.folder)
    seen = restoring.open_backup(closed.home, found, PASSWORD, closed.card)
    assert [one.generation.number for one in seen.contents] == [3]
    assert sorted(one.number for one in seen.before_rekey) == [1, 2]  # asked for, and the new key's own
    assert seen.unreadable == 0
    older = seen.before_rekey[-1]
    (alone,) = restoring.find_backups(older.folder)
    assert restoring.open_backup(closed.home, alone, PASSWORD, closed.card).own_slots is not None
    typed = {"password": PASSWORD, "card": closed.card}
    chosen = ("--from", closed.folder, "--generation", "1", "--home", closed.home)
    refused = zoucun("vault", "restore", *chosen, lines=(typed,))
    assert refused.returncode == ExitCode.PROBLEM
    assert "换钥以前做的" in refused.stderr
    home = tmp_path / "elsewhere"
    elsewhere = restoring.open_backup(home, alone, PASSWORD, closed.card)
    assert [one.generation.number for one in elsewhere.contents] == [1]
    for _ in restoring.restoring(home, elsewhere, elsewhere.contents[0]):
        pass
    with opened(ClosedVault(home, closed.vault, PASSWORD, closed.card)) as application:
        assert verify_journal(application).fault is None


def test_one_that_was_changed_is_not_taken_for_one_from_before(closed: ClosedVault) -> None:
    """A forged seal opens under no key that the vault ever had."""
    with opened(closed) as application:
        rekey(application, PASSWORD)
    (older,) = generations.listed(closed.folder / "backups")
    path = older.folder / generations.MANIFEST
    written = json.loads(path.read_text())
    written["sealed"] = written["sealed"][:-2] + ("00" if written["sealed"][-2:] != "00" else "01")
    path.write_bytes(json.dumps(written, indent=1).encode())
    (alone,) = restoring.find_backups(older.folder)
    with pytest.raises(UserFacingError, match=r"backup\.foreign"):
        restoring.open_backup(closed.home, alone, PASSWORD, closed.card)
