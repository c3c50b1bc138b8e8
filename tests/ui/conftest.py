"""What every test of the window starts with: fonts, theme, tasks that end, and a fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.tasks import Tasks
from desktop.ui.theme import apply_theme

TODAY = date(2026, 11, 23)


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
