"""Locking by itself: after minutes without a key or a touch, and after the laptop slept."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

_TICK = 1.0
"""Seconds between two looks at the clock."""
_SLEPT = 30.0
"""A gap this long between two looks means that the computer slept: whoever woke it has to show who he is.

So does a step back: where the only clock is the wall's it was set back, and the quiet minutes cannot be told."""
WARNING_SECONDS = 60
"""How long before locking it is announced."""

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)


def elapsed_seconds() -> float:
    """Seconds of a clock that also runs while the computer sleeps, where the system has one."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if clock is None else time.clock_gettime(clock)


class IdleLock(QObject):
    """Watches the input of every window. ``minutes`` may be changed while it runs.

    Keys and touches arrive at a window first, what an input method composes at whatever has the focus: only these are
    watched. A filter on the application would be asked about every event of every widget, in Python: a fifth of
    the time it takes to make a page (measured).
    """

    warned = Signal(int)
    """About to lock, in this many seconds."""
    stirred = Signal()
    """Somebody is there again after the warning."""
    expired = Signal()
    """Time to lock; said once."""

    def __init__(
        self, minutes: int, clock: Callable[[], float] = elapsed_seconds, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.minutes = minutes
        self._clock = clock
        self._last_input = self._last_look = clock()
        self._is_warned = self._is_expired = self._is_watching = False
        self._focused: QObject | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(round(_TICK * 1000))
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to watch, anew after it expired."""
        self._is_expired = self._is_warned = False
        self._last_input = self._last_look = self._clock()
        self._is_watching = True
        self._watch_windows()
        self._watch_focus(QGuiApplication.focusObject())
        _application().focusObjectChanged.connect(self._watch_focus)
        self._timer.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        if not self._is_watching:
            return
        self._is_watching = False
        _application().focusObjectChanged.disconnect(self._watch_focus)
        self._watch_focus(None)
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self._last_input = self._clock()
            if self._is_warned:
                self._is_warned = False
                self.stirred.emit()
        return False

    def look(self) -> None:
        """Compare the clock with the last input; the timer does this every second."""
        if self._is_watching:
            self._watch_windows()
        now = self._clock()
        slept, self._last_look = abs(now - self._last_look) > _SLEPT, now
        left = self.minutes * 60 - (now - self._last_input)
        if self._is_expired:
            return
        if slept or left <= 0:
            self._is_expired = True
            self.stop()
            self.expired.emit()
        elif left <= WARNING_SECONDS and not self._is_warned:
            self._is_warned = True
            self.warned.emit(round(left))

    def _watch_windows(self) -> None:
        # Dialogs and lists that opened since the last look too; watching one twice is watching it once.
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)

    def _watch_focus(self, focused: QObject | None) -> None:
        if self._focused is not None and isValid(self._focused):
            self._focused.removeEventFilter(self)
        self._focused = focused
        if focused is not None:
            focused.installEventFilter(self)


def _application() -> QGuiApplication:
    """The one application, which must be there before anything can be watched."""
    found = QGuiApplication.instance()
    if not isinstance(found, QGuiApplication):
        raise TypeError("there is no application with windows")
    return found
