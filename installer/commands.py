"""The two commands. `run` sets up and starts the program; `test` sets up likewise and checks everything.

Exit codes are those of `messages`; once `run` has started the program, the program's own.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from installer import environment, messages, system_packages
from installer.environment import PROJECT, Environment
from installer.messages import InstallationError, say

TYPED = ("desktop", "county", "installer", "tests")
TOUR = "tour"
_ALL_TESTS = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--max-worker-restart", "0"]
"""On all processors: in one process the tests take over an hour. A file stays together, as its servers are shared. A
process that dies ends the run and is named: pytest-xdist would start another, and at the end wait for ever."""

_ROOM_BYTES = 4 * 1024**3
"""What the tests' files may take at most in memory; what passed is removed again."""


def main(arguments: list[str]) -> int:
    """Runs a command; every foreseen trouble is one explanation and an exit code."""
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if others and options.command != "test":
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    here = Environment(PROJECT)
    try:
        return test(here, others) if options.command == "test" else run(here)
    except InstallationError as problem:
        messages.complain(messages.explain(problem.code, **problem.values))
        return messages.exit_code(problem.code)
    except KeyboardInterrupt:
        return messages.INTERRUPTED
    except Exception:  # noqa: BLE001 - the details go to the log; the user gets one sentence
        return _unexpected(here)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 installer",
        description="走村 Zoucun: 安装并打开 / set up and start.",
        epilog="0 ok · 1 a check failed · 2 usage · 3 system · 4 Python · 5 system packages · 6 download · 7 disk full"
        " · 8 not writable · 9 already running · 10 wrong download · 11 unexpected · 130 interrupted",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|test")
    commands.add_parser("run", help="打开走村;没有屏幕时运行演示 / open the window; without a screen, run the tour")
    commands.add_parser(
        "test",
        help="全部检查和测试 / all checks and tests",
        usage="%(prog)s [-h] [pytest 的参数 / arguments for pytest …]",
    )
    return parser


def run(here: Environment) -> int:
    """Opens the window where there is a screen; else runs the tour and says where its pictures are."""
    screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    _set_up(here, "run", window=screen)
    if screen:
        os.chdir(here.project)
        _flush()
        os.execve(here.python, [str(here.python), "-m", "desktop"], program_environment())  # noqa: S606 - our own program
    pictures = here.project / TOUR
    say("没有屏幕,改为运行演示。", "there is no screen, running the tour instead")
    _flush()
    result = subprocess.run(
        [here.python, "-m", "desktop", "tour", "--out", pictures],
        cwd=here.project,
        env=program_environment({"QT_QPA_PLATFORM": "offscreen"}),
        check=False,
    )
    if result.returncode == 0:
        say(f"演示完成,画面和表单在 {pictures}", "the pictures and forms of the tour are there")
    else:
        messages.complain(f"演示没有完成(代码 {result.returncode})。\nThe tour did not end well ({result.returncode}).")
    return result.returncode


def test(here: Environment, pytest_arguments: list[str]) -> int:
    """Runs every check to its end, then says which failed."""
    _set_up(here, "test", window=False)
    python = str(here.python)
    steps = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy", "--strict", *TYPED],
        "pytest": [python, "-m", "pytest", *(pytest_arguments or _ALL_TESTS)],
    }
    _compile(here)
    failed = []
    with _postgres() as server, _folder_in_memory() as folder:
        if folder:
            # By name: in pytest's own choice of folder below it, the paths of sockets would be too long.
            steps["pytest"].append(f"--basetemp={folder}/pytest")
        files = {"TMPDIR": folder} if folder else {}
        for name, command in steps.items():
            say(f"\n== {name}")
            _flush()
            added = {**(server or {}), **files} if name == "pytest" else {}
            if subprocess.run(command, cwd=here.project, env=program_environment(added), check=False).returncode:
                failed.append(name)
    if not server:
        say("\n!! 没有安装 PostgreSQL,相关测试已跳过。", "PostgreSQL is not installed; its tests were SKIPPED")
    if failed:
        say(f"\n没有通过:{'、'.join(failed)}", f"failed: {', '.join(failed)}")
        return messages.FAILED_STEP
    say("\n全部通过。", "everything passed")
    return messages.OK


def _set_up(here: Environment, purpose: str, *, window: bool) -> None:
    # A second start asks the system for the libraries only: nothing is installed, nothing is downloaded.
    try:
        system_packages.ensure(window=window, tests=purpose == "test")
        environment.ensure(here, purpose)
    except KeyboardInterrupt:
        raise InstallationError("interrupted") from None


def _compile(here: Environment) -> None:
    """Compiles our own modules: the tests start some hundred programs, which otherwise may each have to."""
    command = [str(here.python), "-m", "compileall", "-q", "-j", "0", *TYPED]
    subprocess.run(command, cwd=here.project, env=program_environment(), check=False)


@contextlib.contextmanager
def _folder_in_memory() -> Iterator[str | None]:
    """Where the tests' files lie, if there is room in memory: the waits for a disk at each fsync prove nothing.

    What ends a program is a kill here, never a power cut.
    """
    shared = Path("/dev/shm")  # noqa: S108 - a folder with a drawn name is made in it
    if not (shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= _ROOM_BYTES):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="zoucun-", dir=shared, ignore_cleanup_errors=True) as name:
        yield name


@contextlib.contextmanager
def _postgres() -> Iterator[dict[str, str] | None]:
    from installer import postgres

    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.throw_away_server())
        except subprocess.CalledProcessError as error:
            say(f"!! PostgreSQL 没有启动:\n{error.output}", "PostgreSQL did not start")
            server = None
        yield server


def program_environment(added: dict[str, str] | None = None) -> dict[str, str]:
    """The user's environment, without what would make our Python look for its modules elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    return {**kept, **(added or {})}


def _unexpected(here: Environment) -> int:
    details = traceback.format_exc()
    log: Path | str = here.log
    try:
        with here.log.open("a", encoding="utf-8") as file:
            file.write(details)
    except OSError:
        log = "stderr"
        messages.complain(details)
    messages.complain(messages.explain("unexpected", log=log))
    return messages.UNEXPECTED


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
