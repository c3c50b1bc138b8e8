"""How long the window ever kept a person waiting: a timer of 5 ms, and the longest time between two of its ticks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL: Final = 5
"""Milliseconds."""
GOAL: Final = 50.0
"""Milliseconds; longer gaps are listed one by one."""
_SCHEDULER: Final = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True)
class Gap:
    """A time without an answer, in milliseconds, and what the screen's thread did in it."""

    step: str
    ms: float
    worked_ms: float
    """It had a processor. The rest it waited: for a lock, the disk, or a processor."""
    without_processor_ms: float
    """It could have worked, but other threads and programs had all processors; 0 where the system does not say."""

    def plain(self) -> dict[str, Any]:
        """As the summary shows it."""
        return {
            "step": self.step,
            "ms": round(self.ms, 1),
            "worked_ms": round(self.worked_ms, 1),
            "without_processor_ms": round(self.without_processor_ms, 1),
        }


class GapMeter(QObject):
    """Runs in the window's own event loop. What the tour itself does there (taking pictures) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.longest: dict[str, Gap] = {}
        """The longest gap of each step."""
        self.above_goal: list[Gap] = []
        self.step = ""
        self._last = _now()
        self._is_paused = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        """Measure no longer."""
        self._timer.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Not the program's doing: what happens meanwhile is not measured."""
        self._tick()
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False
            self._last = _now()

    def summary(self) -> dict[str, Any]:
        """What was measured, for ``summary.json``; all times in milliseconds."""
        worst = max(self.longest.values(), key=lambda gap: gap.ms)
        return {
            "longest_gap_ms": round(worst.ms, 1),
            "during": worst.step,
            "longest_worked_ms": round(max(gap.worked_ms for gap in [worst, *self.above_goal]), 1),
            "by_step_ms": {step: round(gap.ms, 1) for step, gap in self.longest.items()},
            "above_goal": [gap.plain() for gap in self.above_goal],
        }

    def _tick(self) -> None:
        before, self._last = self._last, _now()
        if self._is_paused:
            return
        wall, worked, without = (after - earlier for earlier, after in zip(before, self._last, strict=True))
        gap = Gap(self.step, wall - _INTERVAL, worked, without)
        if self.step not in self.longest or gap.ms > self.longest[self.step].ms:
            self.longest[self.step] = gap
        if gap.ms > GOAL:
            self.above_goal.append(gap)


def _now() -> tuple[float, float, float]:
    """Milliseconds of the clock, of this thread's work, and of this thread's waiting for a processor."""
    without = 0.0
    with suppress(OSError, IndexError, ValueError):  # not every system counts it
        without = int(_SCHEDULER.read_text(encoding="ascii").split()[1]) / 1e6
    return time.perf_counter() * 1000, time.thread_time() * 1000, without
