"""How long the window ever kept a person waiting: a timer of 5 ms, and the longest time between two of its ticks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL: Final = 5
"""Milliseconds."""
GOAL: Final = 50.0
"""Milliseconds; longer gaps are listed one by one."""
_SCHEDULER: Final = "/proc/thread-self/schedstat"


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
    """Runs in the window's own event loop. What the tour itself does there (taking pictures, looking) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.longest: dict[str, Gap] = {}
        """The longest gap of each step."""
        self.most_worked: dict[str, float] = {}
        """The most work between two ticks, by step: what a machine with nothing else to do would show at the least."""
        self.above_goal: list[Gap] = []
        self.step = ""
        self._scheduler = -1
        with suppress(OSError):  # not every system counts it
            self._scheduler = os.open(_SCHEDULER, os.O_RDONLY)
        self._last = self._now()
        self._own = (0.0, 0.0, 0.0)
        """What the tour itself took since the last tick."""
        self._is_paused = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        """Measure no longer."""
        self._timer.stop()
        if self._scheduler >= 0:
            os.close(self._scheduler)
            self._scheduler = -1

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Not the program's doing: what happens meanwhile is not measured."""
        self._tick()
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False
            self._last = self._now()

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """The tour looks at the window: of the gap in which it does, the time this takes is left out, and no other.

        One look asks hundreds of widgets for their words, and beside a busy thread waits for the interpreter as often.
        """
        began = self._now()
        try:
            yield
        finally:
            took = zip(self._own, began, self._now(), strict=True)
            wall, worked, without = (own + after - before for own, before, after in took)
            self._own = wall, worked, without

    def summary(self) -> dict[str, Any]:
        """What was measured, for ``summary.json``; all times in milliseconds."""
        worst = max(self.longest.values(), key=lambda gap: gap.ms)
        return {
            "longest_gap_ms": round(worst.ms, 1),
            "during": worst.step,
            "longest_worked_ms": round(max(self.most_worked.values()), 1),
            "by_step_ms": {step: round(gap.ms, 1) for step, gap in self.longest.items()},
            "worked_by_step_ms": {step: round(worked, 1) for step, worked in self.most_worked.items()},
            "above_goal": [gap.plain() for gap in self.above_goal],
        }

    def _tick(self) -> None:
        before, self._last = self._last, self._now()
        own, self._own = self._own, (0.0, 0.0, 0.0)
        if self._is_paused:
            return
        times = zip(before, self._last, own, strict=True)
        wall, worked, without = (after - earlier - out for earlier, after, out in times)
        gap = Gap(self.step, wall - _INTERVAL, worked, without)
        if self.step not in self.longest or gap.ms > self.longest[self.step].ms:
            self.longest[self.step] = gap
        self.most_worked[self.step] = max(worked, self.most_worked.get(self.step, 0.0))
        if gap.ms > GOAL:
            self.above_goal.append(gap)

    def _now(self) -> tuple[float, float, float]:
        """Milliseconds of the clock, of this thread's work, and of this thread's waiting for a processor.

        The file stays open: opening and closing it at each tick gave the interpreter away four times, and beside a busy
        thread the meter waited for it longer than the window did.
        """
        without = 0.0
        if self._scheduler >= 0:
            without = int(os.pread(self._scheduler, 64, 0).split()[1]) / 1e6
        return time.perf_counter() * 1000, time.thread_time() * 1000, without
