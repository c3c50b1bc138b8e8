"""笔记本丢了 in the settings: the letters for a real township, village by village, and what came of their printing."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.services import households, lost
from desktop.services.application import Application
from desktop.ui.pages.page import built
from desktop.ui.pages.settings.lost_card import LostCard
from desktop.ui.pages.settings_page import SettingsPage
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import Tasks
from tests.casework import recorded_household
from tests.county_issued import issue_everything
from tests.households import made_up_household
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import made_vault

SLOW = 30_000


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """An enrolled vault with a household of two."""
    with made_vault(tmp_path) as made:
        issue_everything(made)
        recorded_household(made)
        yield made


class Printer:
    """Takes what the card prints, and answers what the test says came of it."""

    def __init__(self) -> None:
        self.letters: list[int] = []
        self.result = PrintResult.PRINTED

    def __call__(self, parent: QWidget, pdf: bytes, title: str) -> Printing:
        # The back of each letter stays white: two people are never on one sheet.
        self.letters.append(len(PdfReader(BytesIO(pdf)).pages) // 2)
        return Printing(self.result, 1)


def unfolded(qtbot: QtBot, tasks: Tasks, application: Application, printer: Printer) -> tuple[SettingsPage, LostCard]:
    """The settings with the card's steps shown and its letters ready to be made."""
    page = built(SettingsPage(tasks, application, printer))
    qtbot.addWidget(page)
    page.resize(1160, 700)
    page.show()
    qtbot.waitExposed(page)
    page.lost.look.click()
    qtbot.waitUntil(page.lost.letters.isEnabled, timeout=SLOW)
    return page, page.lost


def test_few_are_printed_in_one_go(qtbot: QtBot, tasks: Tasks, application: Application) -> None:
    """No choice where there is nothing to choose; what came of it is said."""
    printer = Printer()
    _, card = unfolded(qtbot, tasks, application, printer)
    assert card.choice is None
    assert "有 2 人" in card.state.text()
    card.letters.click()
    qtbot.waitUntil(lambda: "已把 2 份" in card.state.text(), timeout=SLOW)
    assert printer.letters == [2]


def test_a_township_is_printed_in_batches(
    qtbot: QtBot, tasks: Tasks, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More people than are made at once: each batch is offered in its turn until all have gone to the printer."""
    for name in ("林秀英", "陈阿土", "黄水生"):
        households.add_household(application, made_up_household(name))
    monkeypatch.setattr(lost, "MOST", 2)
    printer = Printer()
    page, card = unfolded(qtbot, tasks, application, printer)
    assert card.choice is not None
    assert len(card.choice.options()) == 3
    assert "有 5 人" in card.state.text()
    for done in (1, 2, 3):
        card.letters.click()
        qtbot.waitUntil(lambda: f"已送打印机 {done} 批" in card.state.text(), timeout=SLOW)  # noqa: B023
        assert_legible(page)
        assert unnamed(page) == []
    assert sorted(printer.letters) == [1, 2, 2]
    assert card.choice.value() is None
    assert not card.letters.isEnabled()
    card.look.click()
    card.look.click()
    qtbot.waitUntil(lambda: card.choice is not None, timeout=SLOW)
    assert "已送打印机 3 批" in card.state.text()


def test_what_was_not_printed_is_not_called_printed(
    qtbot: QtBot, tasks: Tasks, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer without paper, or a change of mind: the same batch stays to be printed."""
    households.add_household(application, made_up_household("林秀英"))
    monkeypatch.setattr(lost, "MOST", 2)
    printer = Printer()
    page, card = unfolded(qtbot, tasks, application, printer)
    for result in (PrintResult.FAILED, PrintResult.NO_PRINTER):
        printer.result = result
        with qtbot.waitSignal(page.noticed, timeout=SLOW):
            card.letters.click()
        qtbot.waitUntil(card.letters.isEnabled, timeout=SLOW)
    printer.result = PrintResult.CANCELLED
    card.letters.click()
    qtbot.waitUntil(lambda: len(printer.letters) == 3, timeout=SLOW)
    assert card.choice is not None
    assert card.choice.value() == 0
    assert "已送打印机 0 批" in card.state.text()
