"""A day's work with people who are looked for afterwards: in every file it left, and in a core file, if any.

The process gets a home, temporary, cache, settings and working folder of its own, and a print system with its own
spool where CUPS is installed.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.domain.households import Address, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType
from desktop.services import drafts, events, households, people
from desktop.tour import canaries
from tests.households import SHANGHU
from tests.ui.print_scheduler import Scheduler, scheduler
from tests.vaults import ClosedVault, closed_vault, enrolment, opened

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="core files, XDG folders and CUPS: NOT TESTED here")
ROOT = Path(__file__).parents[2]
PASSWORD = "金丝雀-翠湖的密码-61"
NAME, NUMBER, PHONE = "吉䶮穗", "350703195203120011", "13859900712"
KNOWN, KNOWN_NUMBER = "吴䶮禾", "350703194801010010"
SECRETS = (PASSWORD, NAME, NUMBER, PHONE, KNOWN, KNOWN_NUMBER, "138 5990 0712")
FOLDERS = ("home", "temporary", "cache", "settings", "data", "runtime", "work", "log")


@dataclass(frozen=True)
class Day:
    """What a day left behind."""

    folder: Path
    closed: ClosedVault
    ended_by: int
    """The process's status as the system gives it (``os.waitstatus_to_exitcode``)."""
    has_dumped: bool


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """A whole day, ended by a crash of the process with core files allowed."""
    folder = Path(tempfile.mkdtemp(prefix="day-"))  # short: the scheduler's socket lies in it
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _print_system(folder, stack)
        for name in FOLDERS:
            (folder / name).mkdir(mode=0o700)
        closed = closed_vault(folder / "home", password=PASSWORD)
        with opened(closed) as application:
            application.enrol(enrolment(closed.vault))
            head = NewResident(Name(KNOWN), Document(DocumentType.RESIDENT_ID, KNOWN_NUMBER))
            known = households.add_household(application, NewHousehold(Address(SHANGHU), (head,))).value.household
        words = "".join(f"{word}\n" for word in (closed.password, closed.card, known, NAME, NUMBER, PHONE))
        status = _work(folder, closed.home, words)
        yield Day(folder, closed, os.waitstatus_to_exitcode(status), os.WCOREDUMP(status))


def _print_system(folder: Path, stack: contextlib.ExitStack) -> Scheduler | None:
    try:
        return stack.enter_context(scheduler(folder / "c"))
    except pytest.skip.Exception:
        return None  # the programs are missing: lp fails to start, and that is noted as a print that failed


def _work(folder: Path, home: Path, words: str) -> int:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "settings"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    with (folder / "log" / "standard-error").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.day_of_work", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder / "work",
            env=environment,
            preexec_fn=allow_core_files,  # noqa: PLW1509 - sets a limit, nothing else
        )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(words.encode())
    process.stdin.close()
    said = process.stdout.readline()
    assert said == b"done\n", (folder / "log" / "standard-error").read_text(errors="replace")
    process.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    return status


def allow_core_files() -> None:
    """As ``ulimit -c unlimited``: what the program must forbid by itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)


def test_the_day_was_really_worked(day: Day) -> None:
    """Saved, kept as a draft, opened and noted: otherwise nothing could have leaked."""
    with opened(day.closed) as application:
        assert [line.name for line in people.find_people(application, NAME, 5)] == [NAME]
        assert NUMBER in str([draft.body for draft in drafts.open_drafts(application)])
        assert {one.event for one in events.noted(application)} >= {"vault.opened", "bug"}


def test_nobody_is_found_in_what_the_day_left_on_the_disk(day: Day) -> None:
    """No name, number, phone or password in any encoding; a plain file put beside it is found by the same search."""
    places = [day.folder / name for name in FOLDERS]
    places += [day.folder / "c"] if (day.folder / "c").exists() else []
    found = canaries.search(places, SECRETS)
    assert found.files > 5
    assert found.hits == ()
    planted = day.folder / "temporary" / "planted"
    planted.write_bytes(b"x" * 5000 + NAME.encode("utf-16-le"))
    try:
        assert canaries.search(places, SECRETS).hits == ("planted: utf-16-le",)
    finally:
        planted.unlink()


def test_a_crash_leaves_no_core_file(day: Day) -> None:
    """Core files were allowed; a process that does not forbid them is dumped, ours is not."""
    control = subprocess.Popen(
        [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"],
        cwd=day.folder / "runtime",
        preexec_fn=allow_core_files,  # noqa: PLW1509 - sets a limit, nothing else
    )
    _, status = os.waitpid(control.pid, 0)
    control.returncode = os.waitstatus_to_exitcode(status)
    for core in (day.folder / "runtime").iterdir():
        core.unlink()
    assert day.ended_by == -signal.SIGSEGV
    assert not day.has_dumped
    assert list((day.folder / "work").iterdir()) == []
    if not os.WCOREDUMP(status):
        pytest.skip("this system dumps no process at all, so ours proves nothing: core files NOT TESTED")


def test_the_programs_own_folders_are_all_it_wrote_to(day: Day) -> None:
    """Nothing in temporary, cache, settings, data: no list of recent files, no thumbnail, no font cache with text."""
    left = [
        path.relative_to(day.folder)
        for name in ("temporary", "cache", "settings", "data", "work")
        for path in (day.folder / name).rglob("*")
        if path.is_file() and "fontconfig" not in path.parts
    ]
    assert left == []
