"""What every test of the window starts with: fonts, theme, tasks that end, and a fixed day."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import Tasks
from desktop.ui.theme import apply_theme
from tests.county_issued import issue_everything
from tests.ui.consent_people import prepare
from tests.ui.desk import Desk
from tests.ui.household_window import clock, household_window
from tests.vaults import made_vault

with contextlib.suppress(ImportError):
    # pytest-qt hears Qt's messages in Python: loaded later by a thread, it could complain while another imports.
    import PySide6.QtMultimedia  # noqa: F401

TODAY = date(2026, 11, 23)
_PATIENCE: Final = 30_000
"""Milliseconds waited for what a window does in the end. How long it takes is measured elsewhere: here a busy machine
must only not make a good test fail."""


class PatientBot(QtBot):
    """Waits as long as a busy machine may need."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _PATIENCE) -> None:  # noqa: N802 (the name of pytest-qt)
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE, **how: Any) -> SignalBlocker:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **how)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """What drives the windows, with patience."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application as the product makes it look, with the bundled fonts."""
    apply_theme(qapp)
    return qapp


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    """Tasks whose threads have ended when the test has."""
    made = Tasks()
    yield made
    assert made.close(), "a thread outlived its test"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """An open vault of 林晓梅 in 莒口镇 with what the county issued, and no households."""
    with made_vault(tmp_path, clock=clock) as application:
        issue_everything(application)
        yield application


@pytest.fixture
def window(qtbot: QtBot, vault: Application, tasks: Tasks) -> MainWindow:
    """The window with the pages of households, shown on the list; a bug in a lane fails the test."""
    tasks.bug.connect(_fail)
    made = household_window(tasks, vault)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)  # without it no shortcut is heard
    made.open_section("households")
    return made


@pytest.fixture
def desk(qtbot: QtBot, tasks: Tasks, vault: Application) -> Desk:
    """林晓梅 at the window, in the household of 吉建国 who needs a wheelchair; a bug in a lane fails the test."""
    tasks.bug.connect(_fail)
    return Desk(qtbot, tasks, vault, prepare(vault)[1])


def _fail(error: BaseException) -> None:
    raise error
