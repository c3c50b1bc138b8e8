"""A window on the visit page, over a vault that knows what the county issued and one household."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import Tasks
from tests.county_issued import issue_everything
from tests.ui.readability import FULL
from tests.ui.visit.visit_round import Household, clock, ji_household, record_last_visit, visit_window
from tests.vaults import made_vault


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """An enrolled vault with what the county issues."""
    with made_vault(tmp_path, clock=clock) as made:
        issue_everything(made)
        yield made


@pytest.fixture
def ji(application: Application) -> Household:
    """A household visited in September."""
    made = ji_household(application)
    record_last_visit(application, made)
    return made


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, application: Application) -> Iterator[MainWindow]:
    """The window on a small laptop."""
    made = visit_window(application, tasks)
    qtbot.addWidget(made)
    made.resize(*FULL)
    made.open_section("visit")
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close()
