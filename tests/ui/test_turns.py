"""Of the long work of all pages one piece is done in a turn of the event loop, and what is waited for comes first."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep

from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QObject, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.ui.slices import in_slices, in_the_background
from desktop.ui.tasks import Tasks
from desktop.ui.turns import Turns

_STEP = 0.012
"""Seconds; longer than a slice, so that each step is one."""


class _Watch:
    """What was done in each turn of the event loop."""

    def __init__(self) -> None:
        self.turns: list[list[str]] = [[]]
        self._timer = QTimer()
        self._timer.timeout.connect(lambda: self.turns.append([]))
        self._timer.start(0)

    def steps(self, name: str, count: int = 4) -> Iterator[None]:
        """Long steps that write down in which turn they were taken."""
        for _ in range(count):
            self.work(name)
            yield

    def work(self, name: str) -> None:
        """One of them."""
        self.turns[-1].append(name)
        sleep(_STEP)

    @property
    def order(self) -> list[str]:
        """All of it, in its order."""
        return [one for turn in self.turns for one in turn]


def test_two_pages_that_are_filled_do_not_share_a_turn(qtbot: QtBot) -> None:
    """They take turns; neither waits for the other's end."""
    watch, owner, done = _Watch(), QObject(), list[str]()
    in_slices(owner, watch.steps("one"), lambda: done.append("one"))
    in_slices(owner, watch.steps("other"), lambda: done.append("other"))
    qtbot.waitUntil(lambda: len(done) == 2)
    assert max(len(turn) for turn in watch.turns) == 1
    assert watch.order == ["one", "other"] * 4


def test_results_that_arrive_meanwhile_have_a_turn_of_their_own(qtbot: QtBot, tasks: Tasks) -> None:
    """What an answer fills comes neither on top of a page's slice nor after all of them."""
    watch, owner, done = _Watch(), QObject(), list[str]()
    in_slices(owner, watch.steps("page", 12), lambda: done.append("page"))
    tasks.run(owner, lambda: "answer", watch.work)
    qtbot.waitUntil(lambda: bool(done) and "answer" in watch.order)
    assert max(len(turn) for turn in watch.turns) == 1
    assert watch.order[-1] != "answer"


def test_what_nobody_waits_for_stands_back(qtbot: QtBot) -> None:
    """Pages are made ahead when the page somebody wants is there."""
    watch, owner, done = _Watch(), QObject(), list[str]()
    in_the_background(owner, watch.steps("ahead"))
    qtbot.waitUntil(lambda: bool(watch.order))
    in_slices(owner, watch.steps("wanted"), lambda: done.append("wanted"))
    qtbot.waitUntil(lambda: bool(done) and len(watch.order) == 8)
    first = watch.order.index("wanted")
    assert watch.order[first : first + 4] == ["wanted"] * 4


def test_who_is_gone_has_no_turn_and_keeps_nobody_from_theirs(qtbot: QtBot) -> None:
    """A page closed while it waits is passed over."""
    turns, gone, there, said = Turns(), QObject(), QObject(), list[str]()
    turns.ask(gone, lambda: said.append("gone"))
    turns.ask(there, lambda: said.append("there"))
    delete(gone)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["there"]


def test_a_bug_in_one_piece_keeps_nobody_from_their_turn(qtbot: QtBot) -> None:
    """It is reported like every other; the next in line comes all the same."""
    turns, owner, other, said = Turns(), QObject(), QObject(), list[str]()

    def fail() -> None:
        raise ValueError("a made-up bug")

    with qtbot.captureExceptions() as found:
        turns.ask(owner, fail)
        turns.ask(other, lambda: said.append("other"))
        qtbot.waitUntil(lambda: bool(said))
    assert [kind for kind, _, _ in found] == [ValueError]


def test_the_others_have_their_turn_while_a_piece_waits_for_a_dialog(qtbot: QtBot) -> None:
    """A piece of work may open one and wait for what the next piece does."""
    turns, owner, other, loop = Turns(), QObject(), QObject(), QEventLoop()
    said: list[int] = []

    def open_dialog() -> None:
        QTimer.singleShot(5000, loop, lambda: loop.exit(1))
        turns.ask(other, loop.quit)
        said.append(loop.exec())

    turns.ask(owner, open_dialog)
    qtbot.waitUntil(lambda: bool(said))
    assert said == [0]


class _Picture(QWidget):
    """Takes long to paint; ``passes`` is what was done in each pass of the event loop."""

    def __init__(self, passes: list[list[str]]) -> None:
        super().__init__()
        self._passes = passes

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        self._passes[-1].append("picture")
        sleep(_STEP)
        super().paintEvent(event)


def _worked_beside(qtbot: QtBot, every: int) -> list[list[str]]:
    """Pieces of work beside a picture that is painted five times, every so many milliseconds."""
    turns, passes = Turns(), [list[str]()]
    picture = _Picture(passes)
    qtbot.addWidget(picture)
    picture.show()
    again = QTimer(picture)
    again.timeout.connect(picture.update)
    again.start(every)
    dispatcher = QAbstractEventDispatcher.instance()
    assert dispatcher is not None
    dispatcher.awake.connect(begin := lambda: passes.append([]))
    qtbot.waitUntil(lambda: ["picture"] in passes)

    def work() -> None:
        passes[-1].append("work")
        turns.ask(picture, work)

    turns.ask(picture, work)
    qtbot.waitUntil(lambda: sum("picture" in one for one in passes) == 6)
    dispatcher.awake.disconnect(begin)
    return passes


def test_what_took_long_to_paint_fills_a_turn(qtbot: QtBot) -> None:
    """A piece of work waits for the turn after it."""
    passes = _worked_beside(qtbot, every=30)
    assert ["work"] in passes
    assert passes.count(["picture"]) > passes.count(["picture", "work"])


def test_what_is_painted_all_the_time_does_not_keep_work_from_being_done(qtbot: QtBot) -> None:
    """It waits for one such turn and no longer."""
    assert _worked_beside(qtbot, every=0).count(["picture", "work"]) >= 2
