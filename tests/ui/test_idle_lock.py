"""The lock by itself: quiet minutes, sleep, a clock that jumps, and every sign of life."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.idle_lock import IdleLock


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, lock: IdleLock, seconds: float) -> None:
        """Let time pass, with a look every second as the timer does."""
        for _ in range(round(seconds)):
            self.now += 1
            lock.look()


@pytest.fixture
def watched(qapp: QApplication) -> Iterator[tuple[IdleLock, Clock, list[str]]]:
    """An idle lock of five minutes on a clock of the test, and what it said."""
    clock = Clock()
    lock = IdleLock(5, clock)
    said: list[str] = []
    lock.warned.connect(lambda seconds: said.append(f"warned {seconds}"))
    lock.stirred.connect(lambda: said.append("stirred"))
    lock.expired.connect(lambda: said.append("expired"))
    lock.start()
    yield lock, clock, said
    lock.stop()


def test_five_quiet_minutes_lock_with_a_warning_before(watched: tuple[IdleLock, Clock, list[str]]) -> None:
    """The warning comes a minute before; the lock comes once."""
    lock, clock, said = watched
    clock.passes(lock, 239)
    assert said == []
    clock.passes(lock, 1)
    assert said == ["warned 60"]
    clock.passes(lock, 59)
    assert said == ["warned 60"]
    clock.passes(lock, 100)
    assert said == ["warned 60", "expired"]


def press_a_key(field: QLineEdit) -> None:
    """As the system brings it: to the window."""
    QTest.keyClick(field.window().windowHandle(), Qt.Key.Key_A)


def move_the_mouse(field: QLineEdit) -> None:
    """As the system brings it: to the window."""
    QTest.mouseMove(field.window().windowHandle(), QPoint(20, 20))


def compose_a_character(field: QLineEdit) -> None:
    """As an input method brings it: to what has the focus, past the window."""
    QApplication.sendEvent(field, QInputMethodEvent("lin", []))


@pytest.mark.parametrize("sign", [press_a_key, move_the_mouse, compose_a_character])
def test_any_sign_of_life_begins_the_five_minutes_anew(
    qtbot: QtBot, watched: tuple[IdleLock, Clock, list[str]], sign: Callable[[QLineEdit], None]
) -> None:
    """A key, a hand on the mouse, a character from an input method, in a window that opened after the watch began."""
    lock, clock, said = watched
    window = QWidget()
    field = QLineEdit(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    clock.passes(lock, 250)
    assert said == ["warned 60"]
    sign(field)
    QApplication.processEvents()
    assert said == ["warned 60", "stirred"]
    clock.passes(lock, 239)
    assert said == ["warned 60", "stirred"]
    clock.passes(lock, 61)
    assert said[-1] == "expired"


def test_a_laptop_that_slept_wakes_up_locked(watched: tuple[IdleLock, Clock, list[str]]) -> None:
    """A gap in the looks means that the lid was closed; however short it was, whoever opens it must log in."""
    lock, clock, said = watched
    clock.now += 45
    lock.look()
    assert said == ["expired"]


def test_a_clock_set_back_locks(watched: tuple[IdleLock, Clock, list[str]]) -> None:
    """Where the wall's clock is the only one, an hour set back would be an hour more of an open workspace."""
    lock, clock, said = watched
    clock.passes(lock, 100)
    clock.now -= 3600
    lock.look()
    assert said == ["expired"]
