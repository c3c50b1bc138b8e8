"""Who does a piece of the screen's long work in which turn of the event loop: one piece in a turn, whoever asks.

Pages are filled while others are made ahead and answers of the store are handed out. Each of them gives way after a
few milliseconds; all in one turn, with what is then laid out and painted, kept a person waiting three times as long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from shiboken6 import isValid

_MUCH: Final = 0.003
"""Seconds of laying out and painting after which a turn is full."""
_BEGINS: Final = QEvent.Type(QEvent.registerEventType())


class Turns(QObject):
    """Those who wait for a turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._in_front: deque[tuple[QObject, Callable[[], None]]] = deque()
        self._behind: deque[tuple[QObject, Callable[[], None]]] = deque()
        self._began = 0.0
        self._was_full = False
        # Single: it goes on in the event loop of a dialog that a piece of work opens.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)

    def ask(self, owner: QObject, work: Callable[[], None], *, nobody_waits: bool = False) -> None:
        """Call ``work`` once in a later turn, in the order of asking, unless ``owner`` is gone by then.

        An owner that waits already is not put down again. What ``nobody_waits`` for has its turn when all else is done.
        """
        waiting = self._behind if nobody_waits else self._in_front
        if all(one is not owner for one, _ in waiting):
            waiting.append((owner, work))
            if not self._timer.isActive():
                self._wait()

    @property
    def is_waited_for(self) -> bool:
        """Whether something that somebody waits for has not had its last turn yet."""
        return any(isValid(owner) for owner, _ in self._in_front)

    def customEvent(self, event: QEvent) -> None:
        """A turn begins; what is laid out and painted in it comes after this and before the timers."""
        self._began = perf_counter()
        super().customEvent(event)

    def _wait(self) -> None:
        QCoreApplication.postEvent(self, QEvent(_BEGINS))
        self._timer.start()

    def _turn(self) -> None:
        if not self._was_full and perf_counter() - self._began > _MUCH:
            self._was_full = True  # once: what is painted all the time must not keep anybody from being served
            self._wait()
            return
        self._was_full = False
        waiting = self._in_front or self._behind
        owner, work = waiting.popleft()
        if self._in_front or self._behind:
            self._wait()
        if isValid(owner):
            work()
        if self._timer.isActive():
            self._timer.start()  # anew: a timer that fell due meanwhile comes first


def turns() -> Turns:
    """The application's one list; made when it is first asked for."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("there is no application")
    found = application.findChild(Turns, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else Turns(application)
