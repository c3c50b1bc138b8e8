"""How long the window ever kept a person waiting: a timer of 5 ms, and the longest time between two of its ticks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL: Final = 5
"""Milliseconds."""


class GapMeter(QObject):
    """Runs in the window's own event loop. What the tour itself does there (taking pictures) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self.longest_at = ""
        """The step during which the longest gap was seen."""
        self.gaps: dict[str, float] = {}
        """The longest gap of each step, in milliseconds."""
        self.step = ""
        self._last = time.perf_counter()
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
            self._last = time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        gap, self._last = (now - self._last) * 1000 - _INTERVAL, now
        if self._is_paused:
            return
        self.gaps[self.step] = max(gap, self.gaps.get(self.step, 0.0))
        if gap > self.longest_ms:
            self.longest_ms, self.longest_at = gap, self.step
