"""The real login-and-workspace process with somebody at the keyboard, for tests of its life and end.

``driven_workspace.py FOLDER PASSWORD STEP … [--after-crash]``: FOLDER is the home of the vaults. Every start notes its
process id in FOLDER/starts and does the STEP of its number: ``lock`` (unlock, begin to type a household, Ctrl+L),
``wait`` (unlock, begin to type, say "ready" and go on waiting), ``close`` (close the login window).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import workspace
from desktop.ui.login_window import LoginWindow
from desktop.ui.pages.page import Target

TYPED = "Wang"


class Hands:
    """Does one step as soon as what it needs is on the screen; a look every few milliseconds."""

    def __init__(self, step: str, password: str) -> None:
        self._step = step
        self._password = password
        self._is_typed = False
        self._timer = QTimer()
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        from desktop.ui.main_window import MainWindow

        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, LoginWindow) and widget.isVisible() and not self._is_typed:
                self._is_typed = True
                self._at_the_door(widget)
            if isinstance(widget, MainWindow) and widget.isVisible():
                self._in_the_window(widget)

    def _at_the_door(self, login: LoginWindow) -> None:
        if self._step == "close":
            login.close()
            return
        login.form.password.setText(self._password)
        login.form.submit()

    def _in_the_window(self, window: object) -> None:
        from desktop.ui.main_window import MainWindow
        from desktop.ui.pages.new_household_page import NewHouseholdPage

        assert isinstance(window, MainWindow)
        page = window.page()
        if not isinstance(page, NewHouseholdPage):
            window.open(Target("new-household"))
            return  # the next look finds it
        self._timer.stop()
        QTest.keyClicks(page.head.name, TYPED)
        if self._step == "lock":
            QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        else:
            sys.stdout.write("ready\n")
            sys.stdout.flush()


def main() -> int:
    """Note the start and do its step."""
    home, password, *steps = (argument for argument in sys.argv[1:] if argument != "--after-crash")
    starts = Path(home) / "starts"
    number = len(starts.read_text().splitlines()) if starts.exists() else 0
    with starts.open("a") as file:
        file.write(f"{os.getpid()}\n")
    show_login = workspace.Workspace.show_login

    def show_login_with_hands(self: workspace.Workspace) -> None:
        show_login(self)
        self.hands = Hands(steps[number], password)  # type: ignore[attr-defined]  # kept alive with it

    workspace.Workspace.show_login = show_login_with_hands  # type: ignore[method-assign]
    return workspace.main(["--home", home])


if __name__ == "__main__":
    sys.exit(main())
