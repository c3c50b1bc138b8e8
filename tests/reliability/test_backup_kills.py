"""kill -9 amid a backup and a restore: older backups stay whole, and a vault is there whole or not at all.

5 kills each by default, a quarter of ``ZOUCUN_KILLS``; ``ZOUCUN_KILL_SEED`` repeats a run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.services import backups, restoring
from desktop.services.vaults import verify_journal, verify_store
from desktop.storage import backup, generations, queries
from tests.sync.journals import address, describe
from tests.vaults import ClosedVault, closed_vault, data_key, enrolment, opened

KILLS = max(1, int(os.environ.get("ZOUCUN_KILLS", "20")) // 4)
SEED = int(os.environ.get("ZOUCUN_KILL_SEED", random.SystemRandom().randrange(10**9)))
ROOT = Path(__file__).parents[2]
HOUSEHOLDS = 400


@pytest.fixture
def closed(tmp_path: Path, stick: Path) -> ClosedVault:
    made = closed_vault(tmp_path / "home")
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
        for number in range(HOUSEHOLDS):
            describe(application, f"household-{number}", address=address("路" * 200))
        backups.back_up(application, stick)
    return made


def everything_in(folder: Path) -> set[Path]:
    """Files and folders below one in which somebody else is at work: what is gone before it is listed is left out."""
    return {Path(at) / name for at, folders, files in os.walk(folder) for name in (*folders, *files)}


class Killer:
    """Kills commands while they write."""

    def __init__(self) -> None:
        sys.stdout.write(f"ZOUCUN_KILL_SEED={SEED}\n")
        self._chance = random.Random(SEED)
        self._seconds = 0.25
        """Within which the next kill falls; halved where the work was over by then, as on a fast disk."""
        self.killed = 0

    def run_and_kill(self, closed: ClosedVault, home: Path, watched: Path, *command: str) -> None:
        """Start a command, and kill it a random moment after it wrote its first file."""
        whole = [sys.executable, "-m", "desktop", *command, "--home", str(home)]
        before = everything_in(watched)
        with subprocess.Popen(
            whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        ) as work:
            assert work.stdin is not None
            work.stdin.write(json.dumps({"password": closed.password, "card": closed.card}).encode() + b"\n")
            work.stdin.close()
            while work.poll() is None and not everything_in(watched) - before:
                time.sleep(0.001)
            time.sleep(self._chance.random() * self._seconds)
            if work.poll() is None:
                self.killed += 1
            else:
                self._seconds /= 2
            work.kill()


def test_a_backup_that_is_killed_costs_no_older_one(
    closed: ClosedVault, stick: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every generation that has its name is whole, and the next backup works and sweeps."""
    killer = Killer()
    place = stick / "zoucun-backup" / closed.vault
    key = data_key(closed.home, closed.vault, closed.password, closed.card)
    for _ in range(KILLS):
        killer.run_and_kill(closed, closed.home, place, "vault", "backup", "--to", str(stick))
        listed = generations.listed(place)
        assert listed, SEED
        for one in listed:
            backup.check(one.folder, generations.read_manifest(one.folder, key), key)
    record_property("kills", killer.killed)
    assert killer.killed, SEED
    with opened(closed) as application:
        backups.back_up(application, stick)
        assert verify_journal(application).fault is None
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []


def test_a_restore_that_is_killed_leaves_a_whole_vault_or_none(
    closed: ClosedVault, stick: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """And what is left of it never shows as a vault, and is swept by the next restore."""
    killer = Killer()
    for number in range(KILLS):
        home = tmp_path / f"new-{number}"
        killer.run_and_kill(closed, home, home / "vaults", "vault", "restore", "--from", str(stick))
        new = ClosedVault(home, closed.vault, closed.password, closed.card)
        if not new.folder.exists():
            (found,) = restoring.find_backups(stick)
            content = restoring.open_backup(home, found, closed.password, closed.card)
            for _ in restoring.restoring(home, content, content.contents[0]):
                pass
        with opened(new) as application:
            assert application.read(queries.counts)["household"] == HOUSEHOLDS
            assert verify_store(application) == ()
            assert verify_journal(application).fault is None
        assert [path.name for path in (home / "vaults").iterdir()] == [closed.vault], SEED
    record_property("kills", killer.killed)
    assert killer.killed, SEED


def test_setting_a_vault_back_that_is_killed_leaves_the_old_or_the_new(
    closed: ClosedVault, stick: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The store in use is a whole one at every moment, and the old one is never touched."""
    killer = Killer()
    old = closed.store.read_bytes()
    before = tmp_path / "before"
    shutil.copytree(closed.home, before)
    in_use = Counter[str]()
    for _ in range(KILLS):
        shutil.rmtree(closed.home)
        shutil.copytree(before, closed.home)
        command = ("vault", "restore", "--replace", "--from", str(stick))
        killer.run_and_kill(closed, closed.home, closed.folder, *command)
        assert closed.store.read_bytes() == old, SEED
        with opened(closed) as application:
            in_use["old" if application.store.path == closed.store else "new"] += 1
            assert application.read(queries.counts)["household"] == HOUSEHOLDS
            assert verify_store(application) == ()
            assert verify_journal(application).fault is None
    sys.stdout.write(f"the store in use after the kill: {dict(in_use)}\n")
    record_property("kills", killer.killed)
    assert killer.killed, SEED
