"""The tour counts each time in which the window does not answer, and not what the tour itself does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.tour.meter import GapMeter


def _measured(qtbot: QtBot, work: Callable[[GapMeter], None]) -> GapMeter:
    meter, done = GapMeter(), list[bool]()
    meter.step = "visit"

    def do() -> None:
        work(meter)
        QTimer.singleShot(30, lambda: done.append(True))

    QTimer.singleShot(30, do)
    qtbot.waitUntil(lambda: bool(done))
    meter.stop()
    return meter


def test_a_time_without_an_answer_is_a_gap(qtbot: QtBot) -> None:
    """With the step it was in; what was waited and not worked is told apart."""
    meter = _measured(qtbot, lambda _: sleep(0.2))
    assert meter.longest["visit"].ms >= 190
    assert {gap.step for gap in meter.above_goal if gap.ms >= 190} == {"visit"}  # a busy machine may add one
    assert meter.longest["visit"].worked_ms < 150


def test_looking_is_left_out_of_the_gap_and_the_rest_of_it_is_not(qtbot: QtBot) -> None:
    """What the window did before and after the look is one gap still."""

    def look_in_between(meter: GapMeter) -> None:
        sleep(0.1)
        with meter.left_out():
            sleep(1.0)
        sleep(0.1)

    gap = _measured(qtbot, look_in_between).longest["visit"]
    assert 190 <= gap.ms < 900


def test_the_most_work_of_a_step_is_told_wherever_it_was(qtbot: QtBot) -> None:
    """Also where another gap of the step was longer, for want of a processor."""

    def wait_then_work(_: GapMeter) -> None:
        QTimer.singleShot(20, lambda: sum(range(3_000_000)))
        sleep(0.5)

    meter = _measured(qtbot, wait_then_work)
    assert meter.longest["visit"].worked_ms < meter.most_worked["visit"]
    assert meter.summary()["longest_worked_ms"] == round(meter.most_worked["visit"], 1)
