"""The supervisor: a next login after every lock, an end when the window is closed, nothing left behind."""

from __future__ import annotations

import errno
import itertools
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from desktop import supervisor
from desktop.exit_codes import ExitCode
from desktop.supervisor import GIVING_UP, supervise

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals between processes are POSIX")
ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).with_name("stand_in_workspace.py")
LOCKED = f"exit {ExitCode.LOCKED}"
CLOSED = f"exit {ExitCode.OK}"


def command(folder: Path, *plan: str) -> list[str]:
    """The stand-in's command, to do these steps one start after the other."""
    (folder / "plan").write_text("\n".join(plan))
    return [sys.executable, str(STAND_IN), str(folder)]


def arguments_of_starts(folder: Path) -> list[str]:
    """What each start was given, beside its process id."""
    return [line.partition(" ")[2] for line in (folder / "starts").read_text().splitlines()]


def test_a_closed_window_ends_the_supervisor(tmp_path: Path) -> None:
    """Exit code 0 of the workspace means that the person is done."""
    assert supervise(command(tmp_path, CLOSED)) == ExitCode.OK
    assert arguments_of_starts(tmp_path) == [""]


def test_every_lock_is_followed_by_a_login_in_a_new_process(tmp_path: Path) -> None:
    """Locking ends the process that held the keys; the next login is another process."""
    assert supervise(command(tmp_path, LOCKED, LOCKED, LOCKED, LOCKED, CLOSED)) == ExitCode.OK
    ids = {line.split()[0] for line in (tmp_path / "starts").read_text().splitlines()}
    assert len(ids) == 5
    assert arguments_of_starts(tmp_path) == [""] * 5


def test_the_login_after_a_crash_is_told_so_and_the_one_after_that_is_not(tmp_path: Path) -> None:
    """``--after-crash`` is said once per crash."""
    assert supervise(command(tmp_path, LOCKED, "crash", LOCKED, CLOSED)) == ExitCode.OK
    assert arguments_of_starts(tmp_path) == ["", "", "--after-crash", ""]


@pytest.mark.parametrize("end", ["crash", "exit 1", "exit 139"])
def test_the_third_crash_within_a_minute_is_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    """An uncaught exception, a signal and an unknown code are crashes; giving up is said in one sentence."""
    assert supervise(command(tmp_path, *[end] * 5), now=lambda: 0.0) == ExitCode.PROBLEM
    assert len(arguments_of_starts(tmp_path)) == 3
    assert capsys.readouterr().err == GIVING_UP + "\n"


def test_crashes_far_apart_do_not_add_up(tmp_path: Path) -> None:
    """Only three crashes within sixty seconds end it."""
    minutes = itertools.count(step=61)
    assert supervise(command(tmp_path, *["crash"] * 6, CLOSED), now=lambda: float(next(minutes))) == ExitCode.OK
    assert len(arguments_of_starts(tmp_path)) == 7


def test_a_workspace_that_cannot_start_is_not_started_again(tmp_path: Path) -> None:
    """It has said why; a loop of the same sentence helps nobody."""
    assert supervise(command(tmp_path, f"exit {ExitCode.CANNOT_START}")) == ExitCode.CANNOT_START
    assert len(arguments_of_starts(tmp_path)) == 1


# --- the spare ----------------------------------------------------------------------------------


def ids(path: Path) -> list[int]:
    """Process ids, one a line."""
    return [int(line.split()[0]) for line in path.read_text().splitlines()] if path.exists() else []


def is_running(process_id: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_spare_is_the_next_login_and_none_is_left_at_the_end(tmp_path: Path) -> None:
    """It was there before the lock, has been told nothing until then, and shows itself after it."""
    plan = [f"spared {LOCKED}", f"spared {LOCKED}", f"spared {CLOSED}"]
    assert supervise(command(tmp_path, *plan), spare_after=0.05) == ExitCode.OK
    starts, spares = ids(tmp_path / "starts"), ids(tmp_path / "spares")
    assert starts[1:] == spares[:2]
    assert len(spares) == 3
    assert not any(is_running(one) for one in (*starts, *spares))
    assert arguments_of_starts(tmp_path) == [""] * 3


def test_a_spare_after_a_crash_is_told_so(tmp_path: Path) -> None:
    """The same words as of a login that starts from nothing."""
    assert supervise(command(tmp_path, "spared crash", f"spared {LOCKED}", CLOSED), spare_after=0.05) == ExitCode.OK
    assert arguments_of_starts(tmp_path) == ["", "--after-crash", ""]
    assert ids(tmp_path / "starts")[1] == ids(tmp_path / "spares")[0]


def test_a_spare_that_died_costs_nothing_but_its_time(tmp_path: Path) -> None:
    """The next login is started from nothing, and it is no crash of anybody's."""
    assert supervise(command(tmp_path, f"spared kill-spare {LOCKED}", CLOSED), spare_after=0.05) == ExitCode.OK
    assert len(ids(tmp_path / "starts")) == 2
    assert ids(tmp_path / "starts")[1] not in ids(tmp_path / "spares")[:1]


def test_where_there_is_no_room_for_a_spare_the_open_workspace_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system refuses another process: the lock brings a login from nothing, as ever."""
    start, refused = supervisor._start, []

    def refusing(command: Sequence[str], *, hand_on: int | None = None) -> subprocess.Popen[bytes]:
        if hand_on is not None:
            refused.append(hand_on)
            raise OSError(errno.EAGAIN, "no process left")
        return start(command)

    monkeypatch.setattr(supervisor, "_start", refusing)
    assert supervise(command(tmp_path, f"sleep {LOCKED}", CLOSED), spare_after=0.05) == ExitCode.OK
    assert len(ids(tmp_path / "starts")) == 2
    assert refused != []


def test_a_spare_of_another_version_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program was upgraded while it waited: it would load the rest of itself from the new one."""
    versions = itertools.count()
    monkeypatch.setattr(supervisor, "installed", lambda: (next(versions), 0))
    assert supervise(command(tmp_path, f"spared {LOCKED}", f"spared {CLOSED}"), spare_after=0.05) == ExitCode.OK
    starts, spares = ids(tmp_path / "starts"), ids(tmp_path / "spares")
    assert len(starts) == len(spares) == 2
    assert not set(starts) & set(spares)
    assert not any(is_running(one) for one in spares)


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_neither_a_killed_supervisor_nor_an_ending_signal_leaves_a_spare_behind(tmp_path: Path) -> None:
    """Nobody would ever show it."""
    for number in (signal.SIGKILL, signal.SIGTERM):
        folder = tmp_path / number.name
        folder.mkdir()
        child = command(folder, "spared wait")
        program = (
            f"import sys; from desktop.supervisor import supervise; sys.exit(supervise({child!r}, spare_after=0.05))"
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            process.send_signal(number)
            process.wait(30)
        for one in (*ids(folder / "starts"), *ids(folder / "spares")):
            wait_for_end(one)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in a process of its own whose child is up and waiting."""
    child = command(tmp_path, "wait")
    program = f"import sys; from desktop.supervisor import supervise; sys.exit(supervise({child!r}))"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def child_of(folder: Path) -> int:
    """The process id of the only child."""
    return int((folder / "starts").read_text().split()[0])


def wait_for_end(process_id: int) -> None:
    """Return when that process (of which we need not be the parent) has ended."""
    try:
        descriptor = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], 30)[0], "the child is still there"
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_ending_signals_reach_the_workspace_which_may_still_save(
    tmp_path: Path, running: subprocess.Popen[str], number: signal.Signals
) -> None:
    """A logout or a shutdown asks the workspace to end, and nothing is started after it."""
    child = child_of(tmp_path)
    running.send_signal(number)
    assert running.wait(30) == ExitCode.OK
    assert (tmp_path / "ended-by").read_text() == number.name
    assert len(arguments_of_starts(tmp_path)) == 1
    wait_for_end(child)


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_killed_supervisor_leaves_no_workspace_behind(tmp_path: Path, running: subprocess.Popen[str]) -> None:
    """Even kill -9 of the supervisor asks the workspace to end."""
    child = child_of(tmp_path)
    running.kill()
    wait_for_end(child)
    assert (tmp_path / "ended-by").read_text() == "SIGTERM"


def test_the_supervisor_knows_neither_qt_nor_keys() -> None:
    """Nothing that could hold a secret or slow down a start is loaded into it."""
    program = (
        "import sys, desktop.supervisor; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('PySide6', 'sqlalchemy', 'sqlcipher3', 'cryptography', 'keyring', 'pyrage') "
        "or name.startswith(('desktop.storage', 'desktop.services', 'desktop.ui'))])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout == "[]\n"
