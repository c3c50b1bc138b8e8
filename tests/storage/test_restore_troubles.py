"""Restoring where something else went wrong too: another key, a wipe, a note left over, a stick that gives not all."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services import backups, restoring
from desktop.services.rekey import rekey
from desktop.services.vaults import change_password, verify_journal
from desktop.storage import generations, integrity, tries, wiping
from desktop.storage.passwords import Argon2
from desktop.storage.wiping import Wiped
from tests.storage.restores import elsewhere, found_on, restored
from tests.vaults import PASSWORD, ClosedVault, opened


def test_a_changed_newest_backup_bars_no_older_one_and_makes_no_password_wrong(lin: ClosedVault) -> None:
    """Its own slots have the password of then: today's, which is right, is not counted against its worker."""
    new_password = "想起来就好记-9"
    with opened(lin) as application:
        backups.back_up(application)
        change_password(application, PASSWORD, new_password, cost=Argon2())
    older, newer = generations.listed(lin.folder / "backups")
    path = newer.folder / generations.MANIFEST
    written = json.loads(path.read_text())
    written["sealed"] = written["sealed"][:-2] + ("00" if written["sealed"][-2:] != "00" else "01")
    path.write_text(json.dumps(written, indent=1))
    (found,) = restoring.find_backups(lin.folder)
    seen = restoring.open_backup(lin.home, found, new_password, lin.card)
    assert [one.generation for one in seen.contents] == [older]
    assert seen.unreadable == 1
    assert tries.read(lin.home, lin.vault).wrong == 0


def test_a_backup_from_before_a_new_data_key_is_restored_and_a_new_one_is_due(lin: ClosedVault, stick: Path) -> None:
    """It opens by the slots it carries; those of the store that was in use are kept, since nothing else has its key."""
    with opened(lin) as application:
        assert backups.due(application) == []
        rekey(application, PASSWORD)
        assert backups.due(application) == [None, stick]
        entries = verify_journal(application).entries
    kept = (lin.folder / "slots.json").read_bytes()
    store = lin.folder / "store-2.db"
    data = store.read_bytes()
    store.write_bytes(b"damaged" * 9000)
    restored(lin.home, found_on(lin.home, stick, lin))
    for _ in range(2):
        with opened(lin) as application:
            assert verify_journal(application).fault is None
            assert integrity.slot_damage(lin.folder) == ()
    store.write_bytes(data)
    (lin.folder / "slots.json").write_bytes((lin.folder / "slots-of-store-2.db.json").read_bytes())
    assert (lin.folder / "slots.json").read_bytes() == kept
    with opened(lin) as application:
        assert verify_journal(application).entries >= entries


def test_a_sound_one_restored_beside_it_opens_all_the_same(lin: ClosedVault, stick: Path, tmp_path: Path) -> None:
    """The note to check the first one does not lock the second one out."""
    new = tmp_path / "new laptop"
    with opened(lin) as application:
        backups.back_up(application, stick)
    (found,) = restoring.find_backups(stick)
    store = found.generations[0].store
    data = bytearray(store.read_bytes())
    data[len(data) // 2] ^= 1
    store.write_bytes(data)
    restoring.restore_unopened(new, found)
    here = elsewhere(lin, new)
    restored(new, found_on(new, stick, here), 1, chosen=True)
    for _ in range(2):
        with opened(here) as application:
            assert verify_journal(application).fault is None
    assert (here.folder / "store.db").read_bytes() == bytes(data)


def test_folders_of_the_system_on_a_stick_hide_no_backup(
    lin: ClosedVault, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``lost+found`` and ``System Volume Information`` may not be looked into."""
    system = stick / "System Volume Information"
    system.mkdir()
    iterdir = Path.iterdir

    def forbidden(path: Path) -> Iterator[Path]:
        if path == system:
            raise PermissionError(errno.EACCES, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", forbidden)
    (found,) = restoring.find_backups(stick)
    assert found.header.vault == lin.vault


def test_a_picture_that_the_stick_does_not_give_bars_no_restore(
    lin: ClosedVault, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as missing; the vault is whole without it."""
    shared = stick / "zoucun-backup" / lin.vault / "attachments"
    read_bytes = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.parent == shared:
            raise OSError(errno.EIO, "Input/output error")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    new = tmp_path / "new laptop"
    assert restored(new, found_on(new, stick, lin)).missing == 1
    with opened(elsewhere(lin, new)) as application:
        assert verify_journal(application).fault is None


def test_a_wiped_vault_that_is_restored_keeps_its_new_keys(lin: ClosedVault, stick: Path) -> None:
    """The notice of the wipe speaks of keys that are gone; it must not erase those of the restored vault, at the next
    start, with the work of a day behind them."""
    wiping.begin(lin.folder, Wiped(lin.vault, "林晓梅", "莒口镇民政办", "2026-11-20", "电脑丢失", "县民政局", 1))
    assert wiping.finish_all(lin.home)
    restored(lin.home, found_on(lin.home, stick, lin))
    assert wiping.finish_all(lin.home) == ()
    with opened(lin) as application:
        assert verify_journal(application).fault is None
