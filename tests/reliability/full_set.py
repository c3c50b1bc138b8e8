"""The full set of the reliability suite, cut into jobs that run beside each other.

A job is a run of pytest in a process of its own, with its own temporary folder and its own log. What cannot be cut is
one job; the points of an act are dealt to several (``injection.Share``). What a job found is read from pytest's own
report: its tests, and the figures that they noted by ``record_property``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.reliability.injected_scenarios import SCENARIOS
from tests.reliability.injection import LEAST_POINTS, Share

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path("tests/reliability")
FAULTS: Final = f"{FOLDER}/test_injected_faults.py"
ALL_POINTS: Final = f"{FAULTS}::test_nothing_is_lost_at_any_point"
ONE_SHARE_SECONDS: Final = 240
REST_SECONDS: Final = 150
FULL: Final = {"ZOUCUN_FAULTS": "all", "ZOUCUN_FLIPS": "200", "ZOUCUN_KILLS": "200"}
SCENARIO_SECONDS: Final = {
    "accept a salvage": 1_100,
    "change the data key": 600,
    "back up": 240,
    "finish a recovery": 120,
    "make a vault": 120,
    "restore to a new laptop": 120,
    "set a vault back": 120,
}
"""About how long all faults of an act take; 60 where nothing is said. It orders the jobs and says how many shares."""
LIMIT_SECONDS: Final = 7_200
"""What the whole set may take, here for one test: at 200 kills a test works for longer than anywhere else."""
FILE_SECONDS: Final = {
    "test_main_job_kills.py": 600,
    "test_kills.py": 400,
    "test_backup_kills.py": 300,
    "test_recovery_kills.py": 200,
    "test_bit_flips.py": 60,
    "test_tour.py": 200,
}
"""The files that are a job each. All others of the folder are one job: they wait for processes more than they work."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of pytest; ``seconds`` is about how long it takes."""

    name: str
    arguments: tuple[str, ...]
    seconds: int
    environment: Mapping[str, str] = field(default_factory=dict)
    in_memory: bool = False
    """Whether its files may lie in memory; what kills by strace or by signal finds the same there."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a job found; ``figures`` are sums over its tests, ``shares`` what it tried of which act."""

    job: Job
    status: int
    tests: int
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    figures: Counter[str]
    shares: frozenset[tuple[str, str]]
    seconds: float

    def __str__(self) -> str:
        how = "passed" if self.status == 0 and not self.skipped else "failed" if self.status else "SKIPPED"
        passed = self.tests - len(self.failed) - len(self.skipped)
        counts = f"{passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"
        return f"{how}  {self.job.name}: {'; '.join((counts, *_words(self.figures)))}; {self.seconds:.0f} s"


def _words(figures: Counter[str]) -> list[str]:
    return [f"{value} {name}" for name, value in figures.items()]


# --- the jobs -----------------------------------------------------------------------------------------


def all_jobs(seed: int) -> list[Job]:
    """The whole folder, longest first; every test of it is in one job, every act in all its shares."""
    jobs = [one for name in SCENARIOS for one in _shares(name)]
    named = [f"{FOLDER}/{name}" for name in FILE_SECONDS]
    jobs += [
        Job(Path(path).stem.removeprefix("test_").replace("_", " "), (path,), seconds)
        for path, seconds in zip(named, FILE_SECONDS.values(), strict=True)
    ]
    others = sorted(str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).glob("test_*.py"))
    rest = [path for path in others if path not in named]
    # Whether enough points were tried is counted over all jobs, at the end.
    not_here = [f"--deselect={ALL_POINTS}", f"--deselect={FAULTS}::test_enough_points_were_tried"]
    jobs.append(Job("the rest", (*rest, *not_here), REST_SECONDS))
    seeds = {f"ZOUCUN_{kind}_SEED": str(seed) for kind in ("FAULT", "FLIP", "KILL")}
    with_seeds = [
        Job(one.name, one.arguments, one.seconds, {**FULL, **seeds, **one.environment}, one.in_memory) for one in jobs
    ]
    return sorted(with_seeds, key=lambda one: -one.seconds)


def _shares(scenario: str) -> Iterator[Job]:
    seconds = SCENARIO_SECONDS.get(scenario, 60)
    of = -(-seconds // ONE_SHARE_SECONDS)
    for part in range(1, of + 1):
        share = str(Share(part, of))
        environment = {"ZOUCUN_FAULT_SHARE": share}
        yield Job(f"{scenario} {share}", (f"{ALL_POINTS}[{scenario}]",), seconds // of, environment, in_memory=True)


# --- running them -------------------------------------------------------------------------------------


def run_all(jobs: Sequence[Job], out: Path, processes: int) -> Iterator[Result]:
    """Run them, ``processes`` at a time; answers each result as it comes. Logs and reports lie in ``out``.

    Where that is cut short, what runs is ended with all that it started, and its temporary folder goes.
    """
    running = _Running()
    with ThreadPoolExecutor(processes) as pool:
        try:
            waiting = [pool.submit(_run, job, out, running) for job in jobs]
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            running.end()
            raise


class _Running:
    """The processes of the jobs, each with a group of its own so that its children end with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._is_over = False

    @contextlib.contextmanager
    def process(
        self, command: list[str], log: Path, environment: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[bytes]]:
        with log.open("wb") as written, self._lock:
            if self._is_over:
                raise InterruptedError
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
            )
            self._processes.add(process)
        with process:
            yield process
        with self._lock:
            self._processes.discard(process)

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            for process in self._processes:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _run(job: Job, out: Path, running: _Running) -> Result:
    file = out / job.name.replace("/", " of ").replace(" ", "-")
    report, log = file.with_name(file.name + ".xml"), file.with_name(file.name + ".log")
    # Short: sockets lie below it, and their paths may have about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="zoucun-", dir=_memory() if job.in_memory else None))
    (folder / "t").mkdir()
    own = [f"--basetemp={folder / 'b'}", f"--junitxml={report}", "-o", "junit_family=xunit1"]
    own += ["-p", "no:cacheprovider", "-s", f"--timeout={LIMIT_SECONDS}"]
    environment = {**os.environ, **job.environment, "TMPDIR": str(folder / "t")}
    start = time.monotonic()
    try:
        with running.process([sys.executable, "-m", "pytest", *job.arguments, *own], log, environment) as process:
            status = process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _read(job, status, report, time.monotonic() - start)


def _memory() -> str | None:
    """A folder in memory, where the system has one: a wait for the disk at each fsync says nothing of a kill."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder with a drawn name is made in it
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None


def _read(job: Job, status: int, report: Path, seconds: float) -> Result:
    failed, skipped, figures, shares = [], [], Counter[str](), set()
    try:
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - written by our own pytest
    except (OSError, ET.ParseError):
        cases = []
    for case in cases:
        name = f"{case.get('classname')}::{case.get('name')}"
        failed += [f"{name}: {_line(one)}" for one in (*case.iter("failure"), *case.iter("error"))][:1]
        skipped += [f"{name}: {_line(one)}" for one in case.iter("skipped")]
        noted = [(one.get("name", ""), one.get("value", "")) for one in case.iter("property")]
        figures.update({name: 0 for name, value in noted if value.isdecimal()})
        for figure, value in noted:
            if value.isdecimal():
                figures[figure] += int(value)
        of_case = dict(noted)
        if "share" in of_case:
            shares.add((of_case["scenario"], of_case["share"]))
    return Result(job, status, len(cases), tuple(failed), tuple(skipped), figures, frozenset(shares), seconds)


def _line(element: ET.Element) -> str:
    return (element.get("message") or "").partition("\n")[0][:300]


# --- what it means ------------------------------------------------------------------------------------


def sums(results: Sequence[Result]) -> Counter[str]:
    """The figures of all jobs together."""
    together: Counter[str] = Counter()
    for result in results:
        for name, value in result.figures.items():
            together[name] += value
    return together


def objections(results: Sequence[Result]) -> list[str]:
    """Why the jobs that ran do not pass: what failed, what was skipped, what ran no test."""
    found = []
    for result in results:
        name = result.job.name
        found += [f"{name}: FAILED {one}" for one in result.failed]
        found += [f"{name}: NOT TESTED {one}" for one in result.skipped]
        if result.status and not result.failed:
            found.append(f"{name}: pytest ended with {result.status}")
        if not result.tests:
            found.append(f"{name}: no test ran")
    return found


def gaps(jobs: Sequence[Job], results: Sequence[Result]) -> list[str]:
    """Why what ran is not the full set: a job that is missing, a share that was not tried, too few points."""
    found = [f"{one.name}: did not run" for one in jobs if one not in [result.job for result in results]]
    tried = [share for result in results for share in result.shares]
    wanted = [(name, one.environment["ZOUCUN_FAULT_SHARE"]) for name in SCENARIOS for one in _shares(name)]
    found += [
        f"{name}: share {share} was tried {tried.count((name, share))} times"
        for name, share in wanted
        if tried.count((name, share)) != 1
    ]
    points = sums(results)["points"]
    if points < LEAST_POINTS:
        found.append(f"{points} points were tried, and {LEAST_POINTS} is the least")
    return found
