"""Backups: made under the same key, read back as a whole, and never at the price of an older one."""

from __future__ import annotations

import errno
import json
import os
import random
import secrets
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.domain.errors import UserFacingError
from desktop.services import backups
from desktop.services.application import Application
from desktop.storage import attachments, backup, generations
from desktop.storage.tables import entry
from desktop.sync.envelope import seal
from tests.casework import PHONE, recorded_household
from tests.county_issued import issue_everything
from tests.sticks import fill, small_stick
from tests.sync.journals import address, describe
from tests.vaults import made_vault

NAMES = ("𠮷建国", "林㛃", "林晓梅", PHONE)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Application]:
    with made_vault(tmp_path / "home") as application:
        issue_everything(application)
        recorded_household(application)
        yield application


def attach(application: Application, text: bytes = b"a picture of a made-up sheet") -> str:
    """A sealed file that the store knows."""
    sealed = seal(text, [application.sealing_key.recipient])
    digest = attachments.keep(application.folder, sealed)
    application.store.write(lambda c: attachments.add_row(c, digest, len(sealed), "image/jpeg", "scan-1"))
    return digest


def one_more(application: Application) -> None:
    """Another household is written down."""
    describe(application, secrets.token_hex(16), address=address("13号"))


def kept(application: Application, stick: Path | None = None) -> list[generations.Generation]:
    place = backup.laptop_place(application.folder)
    if stick is not None:
        place = backup.stick_place(stick, application.identity.vault)
    return generations.listed(place.folder)


CAUGHT = ("backup.not-whole", "backup.damaged", "backup.foreign")


def trouble_of(generation: generations.Generation, key: bytes) -> str:
    """What reading a generation back finds, as a code; empty where all is well."""
    try:
        backup.check(generation.folder, generations.read_manifest(generation.folder, key), key)
    except UserFacingError as error:
        return error.code
    return ""


def everything(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_all(application: Application, stick: Path | None = None) -> None:
    for generation in kept(application, stick):
        manifest = generations.read_manifest(generation.folder, application.keys.data_key)
        backup.check(generation.folder, manifest, application.keys.data_key)


def test_a_generation_holds_the_whole_vault_and_three_are_kept(laptop: Application) -> None:
    """Each is checked as a whole; the fourth takes the place of the first."""
    made = [backups.back_up(laptop).value for _ in range(4)]
    assert [one.number for one in kept(laptop)] == [2, 3, 4]
    check_all(laptop)
    assert (made[0].households, made[0].visits) == (1, 0)
    newest = kept(laptop)[-1]
    manifest = generations.read_manifest(newest.folder, laptop.keys.data_key)
    # What the fourth lacks is its own note, which was written after it.
    assert manifest.entries == laptop.read(lambda c: len(c.scalars(select(entry.c.id)).all())) - 1
    assert {path.name for path in newest.folder.iterdir()} == {
        "store.db",
        "slots.json",
        "signing.json",
        "manifest.json",
        "attachments.txt",
    }
    assert (newest.folder / "slots.json").read_bytes() == (laptop.folder / "slots.json").read_bytes()


def test_a_backup_is_in_the_journal_without_a_path(laptop: Application, stick: Path) -> None:
    """Counts, and the stick by a mark that says the same thing for the same stick."""
    backups.back_up(laptop)
    backups.back_up(laptop, stick)
    backups.back_up(laptop, stick)
    rows = laptop.read(
        lambda c: c.scalars(select(entry.c.payload).where(entry.c.kind == "vault.backed-up").order_by(entry.c.id)).all()
    )
    bodies = [json.loads(row)["body"] for row in rows]
    assert [body["where"] for body in bodies] == ["laptop", "stick", "stick"]
    assert bodies[1]["stick"] == bodies[2]["stick"]
    assert bodies[0]["households"] == 1
    assert str(stick) not in str(bodies)


def test_nobody_s_name_and_no_count_can_be_read_on_a_stick(laptop: Application, stick: Path) -> None:
    """But for what slots.json says of the worker; positive control: the search finds that very name there."""
    attach(laptop)
    backups.back_up(laptop, stick)
    files = everything(stick)
    assert len(files) == 7
    found = {
        (name, word)
        for name, data in files.items()
        for word in NAMES
        if any(word.encode(code) in data for code in ("utf-8", "utf-16-le", "gb18030"))
        or json.dumps(word)[1:-1].encode() in data
    }
    assert {word for _, word in found} == {"林晓梅"}
    assert {Path(name).name for name, _ in found} == {"slots.json"}
    assert not any(b"household" in data for data in files.values())


def test_attachments_are_copied_once_and_go_with_the_last_generation_that_needs_them(
    laptop: Application, stick: Path
) -> None:
    """A content-addressed file never changes: only what is missing is written."""
    digest = attach(laptop)
    assert backups.back_up(laptop, stick).value.attachments == 1
    shared = backup.stick_place(stick, laptop.identity.vault).attachments
    assert shared is not None
    before = (shared / digest).stat()
    backups.back_up(laptop, stick)
    assert (shared / digest).stat().st_mtime_ns == before.st_mtime_ns
    laptop.store.write(lambda c: c.exec_driver_sql("DELETE FROM attachment"))
    backups.back_up(laptop, stick)
    assert (shared / digest).exists(), "two older generations still need it"
    for _ in range(2):
        backups.back_up(laptop, stick)
    assert not (shared / digest).exists()
    assert not (laptop.folder / "backups" / "attachments").exists()


def test_a_missing_or_damaged_attachment_is_counted_and_stops_nothing(laptop: Application, stick: Path) -> None:
    """The records are safe all the same, and somebody is told; also of one on a bad place of the disk."""
    gone, broken, unreadable = attach(laptop), attach(laptop, b"another"), attach(laptop, b"a third")
    (laptop.folder / "attachments" / unreadable).unlink()
    (laptop.folder / "attachments" / unreadable).mkdir()  # reading it is an error of the system, as a bad sector is
    (laptop.folder / "attachments" / gone).unlink()
    (laptop.folder / "attachments" / broken).write_bytes(b"?")
    assert backups.back_up(laptop, stick).value.missing == 3
    check_all(laptop, stick)


def test_saving_goes_on_while_a_backup_is_made(laptop: Application) -> None:
    """The copy is one moment of the vault, whatever is written meanwhile."""
    stop = threading.Event()
    written: list[str] = []

    def work() -> None:
        while not stop.is_set():
            one_more(laptop)
            written.append("one")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        made = [backups.back_up(laptop).value for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    assert len(written) > 1
    assert made[-1].households > made[0].households
    check_all(laptop)


def test_a_full_stick_leaves_the_older_backups_whole(laptop: Application, tmp_path: Path) -> None:
    """Before it begins if that can be seen, and in the middle if not."""
    with small_stick(tmp_path / "usb", 16 * 1024) as stick:
        for _ in range(3):
            backups.back_up(laptop, stick)
        before = everything(stick)
        fill(stick, 200)
        with pytest.raises(UserFacingError, match=r"backup\.full"):
            backups.back_up(laptop, stick)
        (stick / "holiday-pictures").unlink()
        assert everything(stick) == before
        check_all(laptop, stick)


@pytest.mark.parametrize("leave_kib", [40, 400, 700])
def test_a_stick_that_fills_in_the_middle_leaves_them_whole_too(
    laptop: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leave_kib: int
) -> None:
    """Somebody else writes meanwhile: the disk itself refuses, at one of several places."""
    attach(laptop, random.Random(4).randbytes(600 * 1024))
    with small_stick(tmp_path / "usb", 16 * 1024) as stick:
        backups.back_up(laptop, stick)
        backups.back_up(laptop, stick)
        attach(laptop, random.Random(5).randbytes(600 * 1024))
        before = everything(stick)
        fill(stick, leave_kib)
        monkeypatch.setattr(generations, "room", lambda _folder: 2**40)
        with pytest.raises(UserFacingError, match=r"backup\.(full|failing)"):
            backups.back_up(laptop, stick)
        monkeypatch.undo()
        (stick / "holiday-pictures").unlink()
        assert everything(stick) == before
        check_all(laptop, stick)
        backups.back_up(laptop, stick)
        assert [one.number for one in kept(laptop, stick)] == [1, 2, 3]


@pytest.mark.parametrize("step", ["store", "attachments", "check"])
def test_a_stick_that_is_pulled_is_named_and_costs_nothing(laptop: Application, stick: Path, step: str) -> None:
    """At each step; when it is plugged in again, the next run sweeps what was left and goes on."""
    attach(laptop)
    backups.back_up(laptop, stick)
    attach(laptop, b"another picture")
    pulled = stick.with_name("pulled")

    def pull_at_the_step() -> None:
        for progress in backups.backing_up(laptop, stick):
            if progress.step == step and not pulled.exists():
                stick.rename(pulled)

    with pytest.raises(UserFacingError, match=r"backup\.gone"):
        pull_at_the_step()
    pulled.rename(stick)
    assert [one.number for one in kept(laptop, stick)] == [1]
    backups.back_up(laptop, stick)
    assert [one.number for one in kept(laptop, stick)] == [1, 2]
    check_all(laptop, stick)
    place = backup.stick_place(stick, laptop.identity.vault).folder
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []


def test_only_what_is_ours_by_its_name_is_swept(laptop: Application, stick: Path) -> None:
    """Somebody's own files beside or inside our folders stay."""
    place = backup.stick_place(stick, laptop.identity.vault).folder
    ours = place / ".unfinished-backup-0123456789abcdef"
    theirs = [place / ".unfinished-report", place / "20260101", place / ".unfinished-backup-xyz"]
    for folder in (ours, *theirs):
        folder.mkdir(parents=True)
        (folder / "store.db").write_bytes(b"x")
    mixed = place / ".unfinished-backup-fedcba9876543210"
    mixed.mkdir()
    (mixed / "wedding.jpg").write_bytes(b"x")
    backups.back_up(laptop, stick)
    assert not ours.exists()
    assert all((folder / "store.db").exists() for folder in theirs)
    assert (mixed / "wedding.jpg").exists()


def test_a_clock_that_is_set_back_never_makes_the_newest_backup_go(laptop: Application) -> None:
    """Generations are ordered by their number."""
    backups.back_up(laptop)
    for year in (1980, 2099, 1980, 1980):
        laptop.clock = lambda year=year: datetime(year, 1, 1, tzinfo=UTC)  # type: ignore[misc]
        backups.back_up(laptop)
    assert [(one.number, one.made.year) for one in kept(laptop)] == [(3, 2099), (4, 1980), (5, 1980)]
    check_all(laptop)


@pytest.mark.parametrize("name", ["store.db", "attachments.txt", "manifest.json"])
def test_one_flipped_bit_in_a_generation_is_found(laptop: Application, name: str) -> None:
    """Everywhere in each file; seeds are in the message."""
    attach(laptop)
    backups.back_up(laptop)
    (generation,) = kept(laptop)
    path, key = generation.folder / name, laptop.keys.data_key
    good = path.read_bytes()
    for seed in range(12):
        data = bytearray(good)
        place = random.Random(seed).randrange(len(data) * 8)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        assert trouble_of(generation, key) in CAUGHT, f"bit {place} of {name} (seed {seed}) was not found"
    path.write_bytes(good)
    check_all(laptop)


def test_a_copy_that_went_wrong_never_replaces_an_older_one(
    laptop: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick that says it wrote, and did not: found by reading back."""
    for _ in range(3):
        backups.back_up(laptop)
    before = everything(laptop.folder / "backups")
    finish = backup._finish

    def wrong(source: Any, unfinished: Path, described: Any, listed: Any) -> Any:
        manifest = finish(source, unfinished, described, listed)
        with (unfinished / "store.db").open("r+b") as file:
            file.seek(5000)
            file.write(b"\0" * 512)
        return manifest

    monkeypatch.setattr(backup, "_finish", wrong)
    with pytest.raises(UserFacingError, match=r"backup\.not-whole"):
        backups.back_up(laptop)
    assert everything(laptop.folder / "backups") == before


def test_a_damaged_vault_is_not_backed_up_over_a_good_backup(laptop: Application) -> None:
    """The page cannot be read, so it cannot be copied; the good generations stay."""
    for _ in range(3):
        backups.back_up(laptop)
    laptop.store.checkpoint()
    before = everything(laptop.folder / "backups")
    size = laptop.store.path.stat().st_size
    with laptop.store.path.open("r+b") as file:
        for page in range(8, size // 4096 - 1, 3):
            file.seek(page * 4096 + 100)
            file.write(os.urandom(64))
    with pytest.raises(UserFacingError, match=r"vault\.store-(damaged|unreadable)"):
        backups.back_up(laptop)
    assert everything(laptop.folder / "backups") == before


def test_a_backup_is_due_once_a_day_and_only_if_something_was_written(laptop: Application, stick: Path) -> None:
    """Also after the clock was set back; and to the stick once it is plugged in."""
    start = datetime(2026, 3, 5, 8, tzinfo=UTC)

    def at(**later: float) -> list[Path | None]:
        laptop.clock = lambda: start + timedelta(**later)
        return backups.due(laptop)

    assert at() == [None]
    backups.back_up(laptop)
    assert at(days=2) == [], "nothing was written since"
    one_more(laptop)
    assert at(hours=2) == []
    assert at(days=1) == [None]
    assert at(days=-900) == [None], "a clock that was set back must not end all backups"
    laptop.clock = lambda: start
    backups.back_up(laptop, stick)
    assert at(days=1) == [None]
    one_more(laptop)
    assert at(days=1) == [None, stick]
    shutil.rmtree(stick)
    assert at(days=1) == [None]


def test_three_days_without_a_backup_are_said(laptop: Application) -> None:
    """Not on the first day of a vault."""
    assert not backups.backup_state(laptop).is_late
    now = laptop.clock()
    laptop.clock = lambda: now + timedelta(days=4)
    assert backups.backup_state(laptop).is_late
    backups.back_up(laptop)
    state = backups.backup_state(laptop)
    assert not state.is_late
    assert state.laptop is not None
    assert state.laptop.generations == 1


def test_a_stick_that_fails_is_a_stick_that_is_not_there(
    laptop: Application, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state of the backups is shown and what is due is asked all day: neither may end in an error of the disk."""
    backups.back_up(laptop, stick)
    one_more(laptop)
    later = laptop.clock() + timedelta(days=1)
    laptop.clock = lambda: later
    stat = Path.stat

    def failing(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.is_relative_to(stick):
            raise OSError(errno.EIO, "Input/output error")
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", failing)
    assert backups.due(laptop) == [None]
    assert not backups.backup_state(laptop).stick_here
    with pytest.raises(UserFacingError, match=r"backup\.gone"):
        backups.back_up(laptop, stick)


def test_a_backup_from_the_future_does_not_silence_the_reminder(laptop: Application, stick: Path) -> None:
    """Made on a stick while the clock said 2099: it tells nothing of the last three days."""
    now = laptop.clock()
    laptop.clock = lambda: now.replace(year=2099)
    backups.back_up(laptop, stick)
    laptop.clock = lambda: now
    assert backups.backup_state(laptop).is_late
    backups.back_up(laptop)
    assert not backups.backup_state(laptop).is_late
    laptop.clock = lambda: now + timedelta(days=4)
    assert backups.backup_state(laptop).is_late


def test_what_is_no_folder_any_more_is_said_at_once(laptop: Application, tmp_path: Path) -> None:
    """The stick is not there at all."""
    with pytest.raises(UserFacingError, match=r"backup\.gone"):
        backups.back_up(laptop, tmp_path / "nothing")


def test_a_backup_stops_inside_a_step_when_it_is_asked_to(laptop: Application) -> None:
    """Locking must not wait for it; the unfinished one is gone and nothing older is lost."""
    backups.back_up(laptop)
    before = everything(laptop.folder / "backups")
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return True

    with pytest.raises(UserFacingError, match=r"backup\.stopped"):
        for _ in backups.backing_up(laptop, None, stopped):
            pass
    assert len(asked) == 1, "at the first slice of the copy"
    assert everything(laptop.folder / "backups") == before
