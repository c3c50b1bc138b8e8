"""kill -9 at random moments of the main job: nothing reported as saved is lost, and the county has it exactly once.

``test_kills.py`` kills the store alone; here a laptop visits, takes consent, refers and syncs with a real county while
it is killed. 20 kills by default; ``ZOUCUN_KILLS=200`` for the full set; ``ZOUCUN_KILL_SEED`` repeats a run.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import select

from county import tables
from county.opening import open_county
from desktop.services.application import Application
from desktop.services.sync import finish_interrupted, sync_state
from desktop.services.vaults import verify_journal, verify_store
from tests import county_issued
from tests.county_process import PASSPHRASE, CountyProcess, serving
from tests.sync.journals import enrolled, own_hashes, states, synced
from tests.vaults import ClosedVault, data_key, opened

KILLS = int(os.environ.get("ZOUCUN_KILLS", "20"))
SEED = int(os.environ.get("ZOUCUN_KILL_SEED", random.SystemRandom().randrange(10**9)))
LONGEST = 1.6
"""Seconds of work before the kill, at most."""
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork")


@dataclass
class Said:
    """What the laptop reported before it died, over all rounds."""

    saved: dict[str, str] = field(default_factory=dict)
    """Record id → kind."""
    killed_while_syncing: int = 0
    synced: int = 0


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county that has issued a directory."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        items = (
            ("division", f"division-{county_issued.JUKOU}", county_issued.DIVISION),
            ("standard", "standard", county_issued.STANDARD),
            ("office", f"office-{county_issued.JUKOU}", county_issued.OFFICE),
            ("organisation", county_issued.CHARITY, county_issued.organisation("福建省慈善总会")),
        )
        lines = [json.dumps({"kind": kind, "id": record, "body": body}) for kind, record, body in items]
        running.run("issue", lines="\n".join(lines) + "\n")
        yield running


@contextlib.contextmanager
def laptop(closed: ClosedVault, county: CountyProcess) -> Iterator[subprocess.Popen[str]]:
    """The process in which the rounds are worked."""
    key = data_key(closed.home, closed.vault, closed.password, closed.card)
    given = {
        "home": str(closed.home),
        "folder": str(closed.folder),
        "vault": closed.vault,
        "key": key.hex(),
        "url": county.url,
    }
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.reliability.main_job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    ) as process:
        pipe(process.stdin).write(json.dumps(given) + "\n")
        try:
            yield process
        finally:
            pipe(process.stdin).close()


def pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def work_until_killed(process: subprocess.Popen[str], seed: int, moment: float, said: Said) -> None:
    """One round; what it still managed to say before it died counts as said."""
    pipe(process.stdin).write(json.dumps({"seed": seed}) + "\n")
    pipe(process.stdin).flush()
    killer: threading.Timer | None = None
    is_syncing = False
    for line in pipe(process.stdout):
        word, *rest = line.split()
        match word:
            case "pid":
                killer = threading.Timer(moment, os.kill, (int(rest[0]), signal.SIGKILL))
                killer.start()
            case "saved":
                said.saved[rest[1]] = rest[0]
            case "syncing" | "synced":
                is_syncing = word == "syncing"
                said.synced += word == "synced"
            case "ended":
                assert killer is not None
                killer.cancel()
                killer.join()
                assert rest == ["killed"], "the round ended by itself"
                said.killed_while_syncing += is_syncing
                return
    raise AssertionError("the laptop's process is gone")


def check(county: CountyProcess, application: Application, said: Said) -> None:
    """What was reported is there; the journal holds; after a sync the county has each entry once, and no other."""
    finish_interrupted(application)
    assert verify_journal(application).fault is None
    assert verify_store(application) == ()
    known = states(application)
    assert said.saved.keys() <= known.keys()
    report = synced(application)
    assert (report.stopped, report.not_done) == (None, ())
    assert sync_state(application).waiting == 0
    opened_county = open_county(county.folder, PASSPHRASE)
    try:
        with opened_county.store.read() as connection:
            query = select(tables.entry.c.hash).where(tables.entry.c.vault == application.identity.vault)
            at_county = Counter(connection.scalars(query))
    finally:
        opened_county.close()
    assert at_county == Counter(own_hashes(application))
    assert verify_journal(application).fault is None


def test_a_laptop_killed_during_its_work_loses_nothing_and_reports_everything_once(
    tmp_path: Path, county: CountyProcess, record_property: Callable[[str, object], None]
) -> None:
    """Killed while opening, saving, sealing, sending, folding; checked and synced after every kill."""
    sys.stdout.write(f"{KILLS} kills, ZOUCUN_KILL_SEED={SEED}\n")
    chance = random.Random(SEED)
    closed = enrolled(tmp_path, county, "林晓梅")
    with opened(closed) as application:
        synced(application)
    said = Said()
    with laptop(closed, county) as process:
        for number in range(KILLS):
            seed, moment = chance.randrange(10**9), chance.uniform(0.0, LONGEST)
            work_until_killed(process, seed, moment, said)
            try:
                with opened(closed) as application:
                    check(county, application, said)
            except AssertionError as error:
                raise AssertionError(f"after kill {number + 1}, ZOUCUN_KILL_SEED={SEED}") from error
            record_property("kills", 1)
    with opened(closed) as application:
        assert states(application) == county.states()
    kinds = Counter(said.saved.values())
    sys.stdout.write(
        f"reported as saved: {dict(kinds)}; syncs finished: {said.synced}, cut: {said.killed_while_syncing}\n"
    )
    assert kinds["visit"], "no visit was ever reported as saved"
    assert KILLS < 20 or (kinds["sheet"] and kinds["referral"] and said.synced), "too little of the job was done"
