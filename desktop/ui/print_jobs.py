"""What becomes of paper that the print system took.

CUPS keeps a copy in its spool until the paper has come out, and a day longer unless its administrator set
``PreserveJobFiles No`` (a finished job cannot be purged by its owner: CUPS 2.4 answers "already completed"). One that
does not come out stays there, readable to this computer's administrators: that is said, stays on the screen, and can
be ended there.
"""

from __future__ import annotations

import os
import subprocess
from enum import Enum, auto
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.cups_library import End, how_it_ended
from desktop.ui.tasks import Lane, Tasks

_LOOK_EVERY: Final = 5.0
"""Seconds between two looks."""
PATIENCE: Final = 60.0
"""Seconds a paper may take to come out before it is called stuck; 20 pages on a small laser printer take 60."""
_ANSWERED_WITHIN: Final = 10.0
"""Seconds the print system gets to answer one question."""


class JobState(Enum):
    """Where a job is; ``UNKNOWN`` while the print system does not say."""

    WAITING = auto()
    OUT = auto()
    FAILED = auto()
    UNKNOWN = auto()


class PrintJob(QObject):
    """Stays with one job of CUPS, by its name (``Office-12``). ``patience`` and ``every`` in seconds."""

    stuck = Signal()
    """It does not come out, or was given up by the print system; said once."""
    lost = Signal(bool)
    """It will not come out any more: given up by the print system, or ended here (True)."""
    gone = Signal()
    """It came out or was ended, and waits in no queue any more."""

    def __init__(
        self,
        tasks: Tasks,
        name: str,
        *,
        patience: float = PATIENCE,
        every: float = _LOOK_EVERY,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self._tasks = tasks
        self._patience = patience
        self._began = monotonic()
        self._is_stuck = self._is_lost = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(every * 1000))
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def end(self) -> None:
        """Take it out of the queue, with its copy."""
        self._timer.stop()
        self._tasks.run(self, lambda: end_job(self.name), lambda _: self._on_ended(), lane=Lane.OUTSIDE)

    def _on_ended(self) -> None:
        if not self._is_lost:  # given up before: that is said, and this only takes its copy away
            self.lost.emit(True)
        self.gone.emit()

    def _look(self) -> None:
        self._tasks.run(self, lambda: job_state(self.name), self._on_state, lane=Lane.OUTSIDE)

    def _on_state(self, state: JobState) -> None:
        is_late = monotonic() - self._began > self._patience
        if state is JobState.OUT:
            self.gone.emit()
            return
        if (is_late or state is JobState.FAILED) and not self._is_stuck:
            self._is_stuck = True
            self.stuck.emit()
        if state is not JobState.FAILED:
            self._timer.start()
        elif not self._is_lost:
            self._is_lost = True
            self.lost.emit(False)


def job_state(name: str) -> JobState:
    """Ask CUPS where a job is; takes a moment."""
    printer = name.rpartition("-")[0]
    if _alerts(_run("lpstat", "-l", "-W", "not-completed", "-o", printer), name) is not None:
        return JobState.WAITING
    alerts = _alerts(_run("lpstat", "-l", "-W", "completed", "-o", printer), name)
    if alerts is None:  # between the two lists, or the scheduler is away
        return JobState.UNKNOWN
    # RFC 8011, job-state-reasons
    if "aborted" in alerts or "error" in alerts:
        return JobState.FAILED
    return JobState.OUT if how_it_ended(name) in {End.PRINTED, None} else JobState.FAILED


def end_job(name: str) -> None:
    """Cancel a job and have its copy deleted."""
    _run("cancel", "-x", name)


def _run(*command: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}  # the states are read from words that would be translated
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_ANSWERED_WITHIN, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _alerts(text: str, job: str) -> str | None:
    """What ``lpstat -l -o`` says of a job's state; None where the job is not listed."""
    is_ours = False
    found: str | None = None
    for line in text.splitlines():
        if not line.startswith((" ", "\t")):
            is_ours = line.split(maxsplit=1)[:1] == [job]
            found = "" if is_ours else found
        elif is_ours and line.strip().startswith("Alerts:"):
            found = line.strip().removeprefix("Alerts:").strip()
    return found
