"""The full set in jobs: nothing of it is left out by the dividing, and what fails in one job fails the whole."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from desktop.storage import passwords
from tests.reliability.full_set import (
    ALL_POINTS,
    FOLDER,
    ROOT,
    Job,
    Result,
    all_jobs,
    gaps,
    objections,
    run_all,
    sums,
)
from tests.reliability.injected_scenarios import SCENARIOS, plain
from tests.reliability.injection import LEAST_POINTS, Actor, Point, Share, why_not_here
from tests.reliability.shortcuts import stretch_quickly

PASSING = """
def test_points(record_property):
    record_property("points", 40)
    record_property("points", 2)
"""
FAILING = "def test_loss():\n    assert [] == ['the visit']\n"
SKIPPED = "import pytest\ndef test_strace():\n    pytest.skip('no strace here')\n"


def points_of(home: str) -> list[Point]:
    """Of a made-up vault: many on one file, few on others."""
    vault = f"{home}/vaults/{'0a' * 16 if 'one' in home else '7f' * 16}"
    many = [Point(f"{vault}/store.db-wal", "pwrite64", number) for number in range(1, 400)]
    few = [Point(f"{vault}/{name}", call, 1) for name in ("slots.json", "new") for call in ("rename", "fsync", "write")]
    return [*many, *few]


@pytest.mark.parametrize("of", [1, 2, 3, 4, 7])
def test_each_point_is_in_exactly_one_share(of: int) -> None:
    """None is left out, none is tried twice, and no share is much larger than another."""
    points = points_of("/one/home")
    shares = [Share(part, of).of_points(points, "/one/home") for part in range(1, of + 1)]
    assert Counter(one for share in shares for one in share) == Counter(points)
    assert max(map(len, shares)) < 1.5 * len(points) / of


def test_the_shares_are_the_same_in_another_process_with_another_vault() -> None:
    """Folder and vault have other names there, and there may be fewer points: the others stay where they are."""
    for part in range(1, 5):
        one = Share(part, 4).of_points(points_of("/one/home"), "/one/home")
        other = Share(part, 4).of_points(points_of("/other/home")[30:], "/other/home")
        assert {point.place("/other/home") for point in other} <= {point.place("/one/home") for point in one}
    assert str(Share.read("2/4")) == "2/4"
    for wrong in ("0/4", "5/4", "x", ""):
        with pytest.raises(ValueError, match=r".*"):
            Share.read(wrong)


@pytest.mark.skipif(bool(why_not_here()), reason=f"faults at system calls NOT TESTED: {why_not_here()}")
def test_two_vaults_have_the_same_points_in_the_same_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real ones, under strace: as two jobs see them."""
    monkeypatch.setattr(passwords, "_stretch", stretch_quickly)
    seen = []
    for name in ("one", "other"):
        folder = tmp_path / name
        ground = plain(folder)
        with Actor(folder) as actor:
            ground.lay_out()
            points, _ = actor.points(ground.job("save", 1))
        shares = [Share(part, 3).of_points(points, ground.closed.home) for part in (1, 2, 3)]
        assert Counter(one for share in shares for one in share) == Counter(points)
        seen.append([{point.place(ground.closed.home) for point in share} for share in shares])
    assert all(seen[0])
    assert seen[0] == seen[1]


def test_every_test_of_the_folder_is_in_one_job() -> None:
    """Every file once, every act in all its shares, and the long ones first."""
    jobs = all_jobs(7)
    assert [one.seconds for one in jobs] == sorted((one.seconds for one in jobs), reverse=True)
    named = Counter(argument for one in jobs for argument in one.arguments if argument.endswith(".py"))
    assert named == Counter(str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).glob("test_*.py"))
    for name in SCENARIOS:
        shares = [one.environment["ZOUCUN_FAULT_SHARE"] for one in jobs if one.arguments == (f"{ALL_POINTS}[{name}]",)]
        assert sorted(shares) == [f"{part}/{len(shares)}" for part in range(1, len(shares) + 1)]
        assert shares
    assert {one.environment["ZOUCUN_FAULTS"] for one in jobs} == {"all"}


def made_jobs(folder: Path, **tests: str) -> list[Job]:
    """Jobs of small files made for the purpose."""
    jobs = []
    for name, text in tests.items():
        (folder / f"test_{name}.py").write_text(text, encoding="utf-8")
        jobs.append(Job(name, (str(folder / f"test_{name}.py"), "-W", "error"), 1))
    return jobs


def test_a_job_that_fails_or_skips_or_finds_no_test_is_held_against_the_whole(tmp_path: Path) -> None:
    """Real runs of pytest beside each other: their figures are added, each has its log, and each objection its job."""
    jobs = made_jobs(tmp_path, passing=PASSING, again=PASSING, failing=FAILING, skipped=SKIPPED, empty="")
    results = list(run_all(jobs, tmp_path, 2))
    assert sums(results) == {"points": 84}
    assert objections([one for one in results if one.job.name in ("passing", "again")]) == []
    said = "\n".join(sorted(objections(results)))
    assert "failing: FAILED" in said
    assert "the visit" in said
    assert "skipped: NOT TESTED" in said
    assert "no strace here" in said
    assert "empty: no test ran" in said
    assert "the visit" in (tmp_path / "failing.log").read_text(encoding="utf-8")


def test_a_share_that_did_not_run_and_too_few_points_are_held_against_the_whole() -> None:
    """All jobs passed, and it is not the full set all the same."""
    jobs = all_jobs(7)

    def passed(job: Job, points: int) -> Result:
        name = job.arguments[0].partition("[")[2].removesuffix("]")
        share = {(name, job.environment["ZOUCUN_FAULT_SHARE"])} if name else set()
        return Result(job, 0, 1, (), (), Counter(points=points if name else 0), frozenset(share), 1.0)

    results = [passed(job, LEAST_POINTS) for job in jobs]
    assert gaps(jobs, results) == []
    missing = next(one for one in results if one.job.name.startswith("accept a salvage 2/"))
    ((scenario, share),) = missing.shares
    assert gaps(jobs, [one for one in results if one is not missing]) == [
        f"{missing.job.name}: did not run",
        f"{scenario}: share {share} was tried 0 times",
    ]
    assert gaps(jobs, [passed(job, 1) for job in jobs])[0].endswith(f"{LEAST_POINTS} is the least")


def test_the_command_ends_with_1_where_nothing_ran(tmp_path: Path) -> None:
    """It is a program: its end says whether the full set passed."""
    command = [sys.executable, "-m", "tests.reliability", "--only", "no such job", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert "0 jobs" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="/proc and process groups are Linux's")
@pytest.mark.parametrize("number", [signal.SIGTERM])  # SIGINT is ignored by whatever was started in the background
def test_the_command_cut_short_says_so_and_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    """Its jobs have process groups of their own: they are ended all the same, and their temporary folders go."""
    command = [sys.executable, "-m", "tests.reliability", "--only", "main job kills", "--out", str(tmp_path / "out")]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        while not list(tmp_path.glob("zoucun-*/b/county*")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        said, _ = process.communicate()
    assert process.returncode == 1
    assert "cut short" in said
    assert list(tmp_path.glob("zoucun-*")) == []
    assert still_running(str(tmp_path)) == []


def still_running(words: str) -> list[str]:
    """The command lines of all processes that have these words in theirs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [one for one in found if words in one]
