"""Starting the login-and-workspace process, and the next one whenever it has locked itself.

Lock ends the process that held the keys (``design.md`` §5), because text and keys stay in a process's memory after
everything was closed. So somebody without keys, without Qt and without a person's data has to start the next login:
this module, in a process of its own.

While a workspace is open a spare waits beside it: the next login, loaded and not shown. It has been told nothing and
has read nothing of any vault, so that it may be there; at the lock it shows itself at once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from desktop.exit_codes import ExitCode
from desktop.hardening import end_with_parent

AFTER_CRASH: Final = "--after-crash"
"""Tells the login that the process before it ended unexpectedly."""
SPARE: Final = "--spare"
"""Tells the login to show itself only when the descriptor that follows says so (``SHOW``, or ``SHOW_AFTER_CRASH``)."""
SHOW: Final = b"show\n"
SHOW_AFTER_CRASH: Final = b"show-after-crash\n"
SPARE_AFTER_SECONDS: Final = 20.0
"""After the start of a login the spare is made: by then the first pages of the window are there."""
MAX_CRASHES: Final = 3
CRASH_WINDOW_SECONDS: Final = 60.0
SECONDS_TO_SAVE: Final = 20.0
"""What a child gets between being asked to end and being killed."""
GIVING_UP: Final = (
    "走村在一分钟内连续意外结束了三次,已停止重新打开。此前提示“已保存”的内容都还在本机加密库里。"
    "请重新启动电脑后再打开走村;还不行,请联系县里。"
)
_FORWARDED: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
)


def workspace_command(arguments: Sequence[str]) -> list[str]:
    """The command of the login-and-workspace process."""
    return [sys.executable, "-m", "desktop.workspace", *arguments]


def supervise(
    command: Sequence[str],
    *,
    now: Callable[[], float] = time.monotonic,
    spare_after: float | None = SPARE_AFTER_SECONDS,
) -> int:
    """Run ``command`` again and again until its window is closed, it cannot start, or it keeps crashing.

    Signals that end a program are passed on to the child, which may still save; then nothing is started any more. No
    child outlives this call, nor (on Linux) this process.

    Args:
        command: the child's program and arguments; ``--after-crash`` is added after a crash.
        now: seconds of a clock that never goes back.
        spare_after: seconds after which the next login is made ready beside the open one; None for never. Where the
            system cannot hand a descriptor on (Windows), there is none, and each login starts from nothing.

    Returns:
        The exit code for this process: that of the last child, 128 + signal where a signal ended it, or
        ``ExitCode.PROBLEM`` after too many crashes.
    """
    crashes: list[float] = []
    crashed = False
    with _Child.forwarding_signals(command, spare_after if os.name == "posix" else None) as child:
        while True:
            code = child.run(after_crash=crashed)
            if child.ending is not None:
                return 128 + child.ending if code < 0 else ExitCode.OK
            if code in (ExitCode.OK, ExitCode.CANNOT_START):
                return code
            crashed = code != ExitCode.LOCKED
            if crashed:
                crashes = [moment for moment in crashes if now() - moment < CRASH_WINDOW_SECONDS] + [now()]
                if len(crashes) >= MAX_CRASHES:
                    sys.stderr.write(GIVING_UP + "\n")
                    return ExitCode.PROBLEM


class _Child:
    """The one child there is at a time, the spare beside it, and the ending signal that was passed on, if any."""

    def __init__(self, command: Sequence[str], spare_after: float | None) -> None:
        self.ending: int | None = None
        self._command = list(command)
        self._spare_after = spare_after
        self._process: subprocess.Popen[bytes] | None = None
        self._spare: _Spare | None = None

    @classmethod
    @contextmanager
    def forwarding_signals(cls, command: Sequence[str], spare_after: float | None) -> Iterator[_Child]:
        """Signals go to the child while this lasts; what is still running at the end is ended and awaited."""
        child = cls(command, spare_after)
        before = {number: signal.signal(number, child._forward) for number in _FORWARDED}
        try:
            yield child
        finally:
            child._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def run(self, *, after_crash: bool) -> int:
        """Let the spare show itself, or start a child; wait for its end. Negative numbers are signals, as of
        ``subprocess``."""
        self._process = self._shown_spare(after_crash=after_crash) or _start(
            [*self._command, AFTER_CRASH] if after_crash else self._command
        )
        if self.ending is not None:  # arrived while the child was being started
            self._process.send_signal(self.ending)
        if self._spare_after is not None:
            try:
                return self._process.wait(self._spare_after)
            except subprocess.TimeoutExpired:
                with suppress(OSError):  # no memory or no process left for it: nobody's work may end for that
                    self._spare = _Spare(self._command)
        return self._process.wait()

    def _shown_spare(self, *, after_crash: bool) -> subprocess.Popen[bytes] | None:
        """The spare, which is the child from now on; None where there is none, or it has died meanwhile."""
        spare, self._spare = self._spare, None
        return spare.show(after_crash=after_crash) if spare is not None else None

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        self.ending = number
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self) -> None:
        if self._spare is not None:
            self._spare.end()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_SAVE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class _Spare:
    """A login that is ready and not shown. It reads one word from a pipe of its own, and ends where that ends."""

    def __init__(self, command: Sequence[str]) -> None:
        self._program = installed()
        wanted, self._wants = os.pipe()
        try:
            self._process = _start([*command, SPARE, str(wanted)], hand_on=wanted)
        except OSError:
            os.close(self._wants)
            raise
        finally:
            os.close(wanted)

    def show(self, *, after_crash: bool) -> subprocess.Popen[bytes] | None:
        """Let it show itself; None where it is not there any more, or another version was installed meanwhile, of
        which it would load the rest."""
        if self._process.poll() is None and self._program == installed():
            try:
                os.write(self._wants, SHOW_AFTER_CRASH if after_crash else SHOW)
            except BrokenPipeError:
                self.end()
                return None
            os.close(self._wants)
            return self._process
        self.end()
        return None

    def end(self) -> None:
        """It has nothing to save."""
        os.close(self._wants)
        self._process.kill()
        self._process.wait()


def installed() -> tuple[int, int] | None:
    """By which it is known that the program on the disk is still the one that was loaded."""
    try:
        found = Path(__file__).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _start(command: Sequence[str], *, hand_on: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        preexec_fn=end_with_parent(),  # noqa: PLW1509 - this process has no threads
        pass_fds=() if hand_on is None else (hand_on,),
    )
