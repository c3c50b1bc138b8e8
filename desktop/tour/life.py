"""One life of the login-and-workspace process, from the locked door to the next lock, inside the tour's own process."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from shiboken6 import delete, isValid

from desktop.exit_codes import ExitCode
from desktop.tour.failure import TourFailure
from desktop.tour.hands import Hands
from desktop.tour.meter import GapMeter
from desktop.ui.bugs import BugReporter
from desktop.ui.login_window import LoginWindow
from desktop.ui.pages.page import Page
from desktop.ui.workspace_window import WorkspaceWindow
from desktop.workspace import Workspace

P = TypeVar("P", bound=Page)
W = TypeVar("W", bound=QWidget)


class Life:
    """Shows the door; ``unlock`` leads to the window; ``lock`` ends it and closes the vault."""

    def __init__(self, home: Path, hands: Hands, meter: GapMeter, bugs: BugReporter) -> None:
        self._hands = hands
        self._meter = meter
        self._codes: list[int] = []
        self.workspace = Workspace(home, bugs, self._codes.append, after_crash=False)
        self.workspace.tasks.bug.connect(hands.bugs.append)
        self.workspace.show_login()
        hands.show(self.login, self.workspace.tasks)

    @property
    def login(self) -> LoginWindow:
        """The locked door."""
        if self.workspace.login is None:
            raise TourFailure("登录窗口已经关了")
        return self.workspace.login

    @property
    def window(self) -> WorkspaceWindow:
        """The window of the unlocked vault."""
        if self.workspace.window is None:
            raise TourFailure("工作台还没有打开")
        return self.workspace.window

    def unlock(self, name: str, password: str, card: str) -> None:
        """Type what opens the vault of a worker."""
        form = self.login.form
        names = [form.worker.itemText(number) for number in range(form.worker.count())]
        form.worker.setCurrentIndex(next(number for number, text in enumerate(names) if text.startswith(name)))
        self._hands.type_in(form.password, password)
        self._hands.type_in(form.card, card)
        self._hands.press(form.go)
        self.await_window()

    def await_window(self) -> None:
        """Wait until the vault is open and its window in front."""
        self._hands.until(lambda: self.workspace.window is not None, "工作台打开")
        self._hands.show(self.window, self.workspace.tasks)

    def form(self, kind: type[W]) -> W:
        """The form of a first step that is shown at the door."""
        return self._hands.find(
            lambda: next((one for one in self.login.findChildren(kind) if one.isVisible()), None), kind.__name__
        )

    def page(self, kind: type[P]) -> P:
        """Wait for a page of this kind to be in front."""

        def look() -> P | None:
            shown = self.window.page()
            return shown if isinstance(shown, kind) else None

        return self._hands.find(look, kind.__name__)

    def section(self, key: str, kind: type[P]) -> P:
        """Go to a section of the rail."""
        self.window.open_section(key)
        self._hands.settle()
        return self.page(kind)

    def press_primary(self) -> None:
        """Press the one primary action, up on the right."""
        self._hands.press(self.window.header.primary)

    def end(self) -> None:
        """Whatever state it is in: close vaults and windows."""
        self.workspace.end(ExitCode.OK)
        for window in (self.workspace.window, self.workspace.login):
            if window is not None and isValid(window):
                window.hide()
                window.deleteLater()

    def lock(self) -> None:
        """Ctrl+L: drafts are kept, the vault is closed, the process would end here."""
        window = self.window
        with self._meter.paused():
            window.lock()
            self._hands.settle()
            if self._codes != [ExitCode.LOCKED]:
                raise TourFailure("锁定没有成功")
            window.hide()
            delete(window)  # with the process, in which no window is left to keep anybody waiting
            self._hands.settle()
