"""The device card on its way to paper: what came of it is said, and a card stuck in the spool is not forgotten."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.documents.device_card import device_card
from desktop.domain.errors import UserFacingError
from desktop.storage.device_card import card_text
from desktop.ui import print_jobs
from desktop.ui.bugs import BugReporter
from desktop.ui.card_printing import CardPrinting
from desktop.ui.device_card_form import DeviceCardForm
from desktop.ui.messages import MESSAGES
from desktop.ui.print_systems import Pages, Printers, PrintSystem, replaced
from desktop.ui.printing import PrintDialog
from desktop.ui.tasks import Tasks
from desktop.workspace import Workspace
from tests.ui.print_scheduler import NoPrinters, Scheduler, scheduler
from tests.ui.readability import assert_legible, unnamed
from tests.ui.test_workspace import enrolled
from tests.vaults import PASSWORD

CARD = card_text(bytes(range(32)))


class Shown:
    """A card's form as the door shows it, and what the door says above it."""

    def __init__(self, qtbot: QtBot, tasks: Tasks) -> None:
        self.told: list[str] = []
        self.form = DeviceCardForm(CARD, in_keyring=False)
        self.printing = CardPrinting(tasks, self.told.append, self.form)
        self.form.print_asked.connect(lambda: self.printing.print(self.form, paper))
        qtbot.addWidget(self.form)
        self.form.resize(520, 480)
        self.form.show()
        qtbot.waitExposed(self.form)

    def says(self, words: str) -> bool:
        """Whether the form says it."""
        return self.form.printed.isVisible() and words in self.form.printed.text()


def paper() -> bytes:
    """The card's page."""
    return device_card(CARD, "林晓梅", "莒口镇民政办", date(2026, 11, 23))


@pytest.fixture
def shown(qtbot: QtBot, tasks: Tasks) -> Shown:
    """The form on the screen."""
    return Shown(qtbot, tasks)


@pytest.fixture
def press() -> Iterator[Callable[[str], None]]:
    """Have the named button of the dialog pressed as soon as it can be."""
    timer = QTimer()
    timer.setInterval(20)

    def start(name: str) -> None:
        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, PrintDialog) and getattr(dialog, name).isEnabled() and dialog.state_words():
                if name == "no" and "正在找" in dialog.state_words():
                    return
                getattr(dialog, name).click()

        timer.timeout.connect(look)
        timer.start()

    yield start
    timer.stop()


class OnePrinter(NoPrinters):
    """Paper goes to it and is gone."""

    takes = True

    def find(self) -> None:
        QTimer.singleShot(0, self, lambda: self.found.emit(Printers(("Office",), "Office")))

    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:
        QTimer.singleShot(0, self, lambda: self.ended.emit(self.takes))


class BrokenPrinter(OnePrinter):
    """The print system does not take the paper."""

    takes = False


@pytest.mark.parametrize(
    ("system", "button", "words"),
    [
        (OnePrinter, "go", "已送打印机“Office”"),
        (OnePrinter, "no", "没有打印。"),
        (NoPrinters, "no", "没有可用的打印机"),
    ],
)
def test_what_came_of_it_is_said_on_the_form(
    qtbot: QtBot,
    shown: Shown,
    press: Callable[[str], None],
    system: Callable[[QObject | None], PrintSystem],
    button: str,
    words: str,
) -> None:
    """Printed, not printed after all, no printer: each in words, with what to do instead."""
    press(button)
    with replaced(system):
        shown.form.print.click()
        qtbot.waitUntil(lambda: shown.says(words))
    assert shown.form.end.isHidden()
    assert shown.printing.hand_over() == ()
    assert_legible(shown.form)


def test_paper_that_the_print_system_does_not_take_is_said(qtbot: QtBot, shown: Shown) -> None:
    """The dialog says it and is closed; the form says it too, and offers the other way."""
    timer = QTimer()

    def close_after_failure() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, PrintDialog):
            (dialog.no if "没有打印出来" in dialog.state_words() else dialog.go).click()

    timer.timeout.connect(close_after_failure)
    timer.start(20)
    with replaced(BrokenPrinter):
        shown.form.print.click()
        qtbot.waitUntil(lambda: shown.says("没有打印出来"))
    timer.stop()
    assert "抄下来" in shown.form.printed.text()


def test_a_card_that_cannot_be_made_is_said(qtbot: QtBot, shown: Shown, tasks: Tasks) -> None:
    """A name no font can print comes up here for the first time."""

    def fail() -> bytes:
        raise UserFacingError("print.missing-characters", characters="\U000f0000")

    shown.printing.print(shown.form, fail)
    qtbot.waitUntil(shown.form.problem.isVisible)
    assert MESSAGES["print.missing-characters"].what[:4] in shown.form.problem.text()


# --- a card that does not come out -------------------------------------------------------------------


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    """A real CUPS whose printer is stopped; who waits for paper soon calls it stuck."""
    if sys.platform != "linux":
        pytest.skip("CUPS")
    monkeypatch.setattr(print_jobs, "PrintJob", partial(print_jobs.PrintJob, patience=0.5, every=0.2))
    folder = Path(tempfile.mkdtemp(prefix="cups-"))
    try:
        with scheduler(folder / "c") as made:
            subprocess.run(["cupsdisable", "Office"], check=True)
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_stuck_card_is_said_and_can_be_taken_off_the_queue(
    qtbot: QtBot, shown: Shown, stopped: Scheduler, press: Callable[[str], None]
) -> None:
    """The whole secret lies in the spool: that is said on the form, and one button takes it away."""
    press("go")
    shown.form.print.click()
    qtbot.waitUntil(lambda: shown.says("还留在这台电脑的打印队列里"))
    assert len(stopped.spooled()) == 1
    assert_legible(shown.form)
    assert unnamed(shown.form) == []
    shown.form.end.click()
    qtbot.waitUntil(lambda: shown.says("打印队列里已经没有"))
    assert stopped.spooled() == []
    assert shown.form.end.isHidden()


def test_a_stuck_card_is_said_also_after_going_on(
    qtbot: QtBot, shown: Shown, stopped: Scheduler, press: Callable[[str], None]
) -> None:
    """The next form is shown: the door says it above that, and the window is told what to stay with."""
    press("go")
    shown.form.print.click()
    qtbot.waitUntil(lambda: shown.says("已送打印机"))
    shown.form.hide()
    qtbot.waitUntil(lambda: bool(shown.told))
    (words,) = shown.told
    (name,) = shown.printing.hand_over()
    assert name in words
    print_jobs.end_job(name)
    assert stopped.spooled() == []


def test_a_card_still_in_the_queue_is_stayed_with_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    """Printed at the door and not known to be out: the window says it where the paper never comes."""
    closed = enrolled(tmp_path)
    codes: list[int] = []
    life = Workspace(tmp_path, BugReporter(), codes.append, after_crash=False)
    life.show_login()
    form = DeviceCardForm(closed.card, in_keyring=False)
    qtbot.addWidget(form)
    life._steps.cards._watch(form, "Office-7")
    login = life.login
    assert login is not None
    login.form.password.setText(PASSWORD)
    login.form.card.setText(closed.card)
    login.form.submit()
    qtbot.waitUntil(lambda: life.window is not None)
    assert life.window is not None
    assert [job.name for job in life.window.findChildren(print_jobs.PrintJob)] == ["Office-7"]
    life.window.close()
    assert codes
