"""What opening costs a worker at the door, and how soon the next login stands there after a lock."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.services import households
from desktop.services.application import system_clock
from desktop.services.vaults import create_vault
from desktop.storage import passwords, vault
from tests.benchmarks.figures import middle_and_slow
from tests.households import made_up_household
from tests.vaults import PASSWORD, ClosedVault, enrolment, opened

_ROOT = Path(__file__).parents[2]
_SUPERVISE = """
import sys
from desktop.supervisor import supervise
command = [sys.executable, "-m", "tests.reliability.locking_workspace", sys.argv[1]]
sys.exit(supervise(command, spare_after=float(sys.argv[2])))
"""


def ordinary_vault(home: Path) -> ClosedVault:
    """A vault as the product makes it: the password's cost calibrated to this computer."""
    new = create_vault(home, PASSWORD, worker_name="林晓梅", office="莒口镇民政办")
    return ClosedVault(home, new.vault, PASSWORD, new.card)


def unlocking(closed: ClosedVault, rounds: int) -> list[tuple[str, str]]:
    """The whole way from password to open store, as the door takes it; the store alone, its key known; and the KDF."""
    whole, store, stretched = [], [], []
    stretch = passwords._stretch

    def timed_stretch(*arguments: object) -> bytes:
        began = time.perf_counter()
        key = stretch(*arguments)  # type: ignore[arg-type]
        stretched.append(time.perf_counter() - began)
        return key

    passwords._stretch = timed_stretch  # type: ignore[assignment]
    try:
        for _ in range(rounds + 1):
            began = time.perf_counter()
            with opened(closed):
                whole.append(time.perf_counter() - began)
    finally:
        passwords._stretch = stretch
    # After the first opening the files are in memory, as at most openings of a day.
    del whole[0], stretched[0]
    key = vault.unlock(closed.home, closed.vault, closed.password, closed.card, system_clock()).data_key
    for _ in range(rounds):
        began = time.perf_counter()
        one = vault.open_store(closed.home, closed.vault, key)
        store.append(time.perf_counter() - began)
        one.close()
    return [
        ("unlock by password and card, p50 / p95 (goal p95 ≤ 1000 ms)", middle_and_slow(whole)),
        ("  of which the password's key derivation, p50 / p95", middle_and_slow(stretched)),
        ("opening the store itself, p50 / p95 (goal ≤ 20 ms)", middle_and_slow(store)),
    ]


def locking(closed: ClosedVault, rounds: int) -> list[tuple[str, str]]:
    """From Ctrl+L in the open window to the next process with its login window shown."""
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        household = households.add_household(application, made_up_household("吴家旺")).value.household
    after = []
    with _supervised(closed.home, spare_after=0.5) as supervisor:
        for _ in range(rounds):
            _tell(supervisor, f"unlock {closed.password} {closed.card} {household}")
            began = time.perf_counter()
            _tell(supervisor, "lock")
            after.append(time.perf_counter() - began)
            time.sleep(3)  # the new process loads what is slow to load, and the next spare is made
    started = []
    for _ in range(rounds):
        began = time.perf_counter()
        with _supervised(closed.home):
            started.append(time.perf_counter() - began)
    return [
        ("from the lock to the next login window, p50 / p95 (goal ≤ 1000 ms)", middle_and_slow(after)),
        ("  a login window from nothing, supervisor included, p50 / p95", middle_and_slow(started)),
    ]


@contextmanager
def _supervised(home: Path, spare_after: float = 3600) -> Iterator[subprocess.Popen[str]]:
    """The real supervisor and process; the login window is shown."""
    with subprocess.Popen(
        [sys.executable, "-c", _SUPERVISE, str(home), str(spare_after)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)},
    ) as supervisor:
        _hear(supervisor)
        yield supervisor
        assert supervisor.stdin is not None
        supervisor.stdin.write("end\n")
        supervisor.stdin.flush()
        supervisor.wait(30)


def _tell(supervisor: subprocess.Popen[str], words: str) -> None:
    assert supervisor.stdin is not None
    supervisor.stdin.write(words + "\n")
    supervisor.stdin.flush()
    _hear(supervisor)


def _hear(supervisor: subprocess.Popen[str]) -> None:
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline(), "the process is there"
