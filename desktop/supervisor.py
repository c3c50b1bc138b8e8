"""Starting the login-and-workspace process, and the next one whenever it has locked itself.

Lock ends the process that held the keys (``design.md`` §5), because text and keys stay in a process's memory after
everything was closed. So somebody without keys, without Qt and without a person's data has to start the next login:
this module, in a process of its own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from desktop.exit_codes import ExitCode
from desktop.hardening import end_with_parent

AFTER_CRASH: Final = "--after-crash"
"""Tells the login that the process before it ended unexpectedly."""
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


def supervise(command: Sequence[str], *, now: Callable[[], float] = time.monotonic) -> int:
    """Run ``command`` again and again until its window is closed, it cannot start, or it keeps crashing.

    Signals that end a program are passed on to the child, which may still save; then nothing is started any more. No
    child outlives this call, nor (on Linux) this process.

    Args:
        command: the child's program and arguments; ``--after-crash`` is added after a crash.
        now: seconds of a clock that never goes back.

    Returns:
        The exit code for this process: that of the last child, 128 + signal where a signal ended it, or
        ``ExitCode.PROBLEM`` after too many crashes.
    """
    crashes: list[float] = []
    crashed = False
    with _Child.forwarding_signals() as child:
        while True:
            code = child.run([*command, AFTER_CRASH] if crashed else list(command))
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
    """The one child there is at a time, and the ending signal that was passed on to it, if any."""

    def __init__(self) -> None:
        self.ending: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def forwarding_signals(cls) -> Iterator[_Child]:
        """Signals go to the child while this lasts; what is still running at the end is ended and awaited."""
        child = cls()
        before = {number: signal.signal(number, child._forward) for number in _FORWARDED}
        try:
            yield child
        finally:
            child._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def run(self, command: list[str]) -> int:
        """Start a child and wait for its end; negative numbers are signals, as of ``subprocess``."""
        self._process = subprocess.Popen(
            command,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - this process has no threads
        )
        if self.ending is not None:  # arrived while the child was being started
            self._process.send_signal(self.ending)
        return self._process.wait()

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        self.ending = number
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_SAVE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
