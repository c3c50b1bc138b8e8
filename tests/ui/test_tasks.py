"""Work off the screen's thread comes back to it, or not at all."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Generator
from time import sleep

import pytest
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.bug_reference import reference
from desktop.domain.errors import UserFacingError
from desktop.ui.bugs import BugReporter
from desktop.ui.tasks import Lane, Progress, Tasks


class Emitter(QObject):
    """Sends anything."""

    sent = Signal(object)


def test_the_work_runs_elsewhere_and_its_result_arrives_on_the_screens_thread(qtbot: QtBot, tasks: Tasks) -> None:
    """``op`` runs on a lane's thread, ``success`` on the thread of the window."""
    seen: list[tuple[int, int]] = []
    owner = QObject()
    tasks.run(owner, threading.get_ident, lambda there: seen.append((there, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    there, here = seen[0]
    assert here == threading.get_ident()
    assert there != here


def test_a_result_whose_page_is_gone_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    """A callback is never called for a page that has been deleted meanwhile."""
    page, late, marks = QWidget(), threading.Event(), list[str]()
    tasks.run(page, late.wait, lambda _: marks.append("page"))
    delete(page)
    late.set()
    other = QObject()
    tasks.run(other, lambda: None, lambda _: marks.append("after"))
    qtbot.waitUntil(lambda: "after" in marks)
    assert marks == ["after"]


def test_results_that_arrive_together_leave_room_between_them(qtbot: QtBot, tasks: Tasks) -> None:
    """What fills several pages does not do it in one turn of the event loop; their order stays."""
    owner, said = QObject(), list[str]()
    key = QTimer(owner)
    key.setInterval(1)
    key.timeout.connect(lambda: said.append("key"))

    def show(number: int) -> None:
        said.append(f"shown {number}")
        sleep(0.03)

    for number in range(3):
        tasks.run(owner, lambda number=number: number, show)  # type: ignore[misc]
    asked = threading.Event()
    tasks.run(owner, asked.set, lambda _: None)
    assert asked.wait(20)
    key.start()
    qtbot.waitUntil(lambda: "shown 2" in said)
    assert [one for one in said if one != "key"] == ["shown 0", "shown 1", "shown 2"]
    assert "key" in said[said.index("shown 0") : said.index("shown 1")]
    assert "key" in said[said.index("shown 1") : said.index("shown 2")]


def test_results_arrive_in_the_loop_of_a_dialog_that_a_result_opened(qtbot: QtBot, tasks: Tasks) -> None:
    """As while the print dialog is open: it may be what has arrived already that closes it."""
    owner, loop, said, asked = QObject(), QEventLoop(), list[str](), threading.Event()

    def open_dialog(_: object) -> None:
        QTimer.singleShot(5000, loop, lambda: loop.exit(1))
        said.append("closed" if loop.exec() == 0 else "waited in vain")

    tasks.run(owner, lambda: None, open_dialog)
    tasks.run(owner, lambda: None, lambda _: loop.quit())
    tasks.run(owner, asked.set, lambda _: None)
    assert asked.wait(20)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert said == ["closed"]


def test_an_error_a_person_can_act_on_goes_to_the_page_or_else_to_the_banner(qtbot: QtBot, tasks: Tasks) -> None:
    """``failure`` gets a UserFacingError; without one the window's banner does."""
    owner, told, banner = QObject(), list[str](), list[str]()
    tasks.user_error.connect(lambda error: banner.append(error.code))

    def refuse() -> None:
        raise UserFacingError("disk.full")

    tasks.run(owner, refuse, lambda _: None, lambda error: told.append(error.code))
    qtbot.waitUntil(lambda: told == ["disk.full"])
    assert banner == []
    tasks.run(owner, refuse, lambda _: None)
    qtbot.waitUntil(lambda: banner == ["disk.full"])


def test_a_failed_saving_is_told_even_when_its_page_is_gone(qtbot: QtBot, tasks: Tasks) -> None:
    """Nobody must believe that something was saved which was not."""
    page, late, banner = QWidget(), threading.Event(), list[str]()
    tasks.user_error.connect(lambda error: banner.append(error.code))

    def refuse() -> None:
        late.wait()
        raise UserFacingError("disk.full")

    tasks.run(page, refuse, lambda _: None, lambda _: None)
    delete(page)
    late.set()
    qtbot.waitUntil(lambda: banner == ["disk.full"])


def test_a_bug_is_reported_and_the_lane_goes_on(qtbot: QtBot, tasks: Tasks) -> None:
    """Any other exception is a bug; it is told, and the next work runs."""
    owner, bugs, done = QObject(), list[BaseException](), list[int]()
    tasks.bug.connect(bugs.append)
    tasks.run(owner, lambda: 1 // 0, lambda _: None)
    tasks.run(owner, lambda: 7, done.append)
    qtbot.waitUntil(lambda: done == [7])
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]


def test_long_work_lets_others_pass_between_its_slices(qtbot: QtBot, tasks: Tasks) -> None:
    """An import does not keep a saving of the same lane waiting until it ends."""
    owner, order = QObject(), list[str]()
    begun, go_on = threading.Event(), threading.Event()

    def slices() -> Generator[Progress, None, str]:
        begun.set()
        go_on.wait()
        for number in range(3):
            yield Progress(number, 3)
        return "import"

    tasks.run_slices(owner, slices, order.append)
    begun.wait()
    tasks.run(owner, lambda: "save", order.append, lane=Lane.WRITE)
    go_on.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["save", "import"]


def test_progress_arrives_and_the_result_of_the_generator_is_the_success(qtbot: QtBot, tasks: Tasks) -> None:
    """What is yielded is progress, what is returned is the result."""
    owner, seen, results = QObject(), list[int](), list[str]()

    def slices() -> Generator[Progress, None, str]:
        for number in range(1, 4):
            yield Progress(number, 3)
        return "done"

    tasks.run_slices(owner, slices, results.append, progress=lambda step: seen.append(step.done))
    qtbot.waitUntil(lambda: results == ["done"])
    assert seen == [1, 2, 3]


def test_cancelled_work_stops_before_its_next_slice_and_cleans_up(qtbot: QtBot, tasks: Tasks) -> None:
    """Cancelling closes the generator on its own thread, so that its ``finally`` runs there."""
    owner, marks = QObject(), list[str]()
    arrived, go_on = threading.Event(), threading.Event()

    def slices() -> Generator[Progress, None, None]:
        try:
            yield Progress(0, 2)
            arrived.set()
            go_on.wait()
            yield Progress(1, 2)
            marks.append("second slice ran on")
        finally:
            marks.append("cleaned up")

    task = tasks.run_slices(owner, slices, lambda _: marks.append("success"), cancelled=lambda: marks.append("told"))
    arrived.wait()
    task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: "told" in marks)
    assert marks == ["cleaned up", "told"]


def test_no_thread_outlives_the_window(qapp: QApplication) -> None:
    """Closing ends every lane, cancels long work and delivers nothing more."""
    before = {thread.ident for thread in threading.enumerate()}
    tasks, owner, delivered = Tasks(), QObject(), list[object]()

    def endless() -> Generator[Progress, None, None]:
        while True:
            yield Progress(0, 0)

    tasks.run_slices(owner, endless, delivered.append)
    tasks.run(owner, lambda: 1, delivered.append)
    assert tasks.close()
    tasks.run(owner, lambda: 2, delivered.append)
    qapp.processEvents()
    assert delivered == []
    assert {thread.ident for thread in threading.enumerate()} <= before


def test_signals_do_not_wear_out_none_true_and_false(qtbot: QtBot, tasks: Tasks) -> None:
    """Thousands of emissions leave the reference counts of the singletons alone (PySide6 6.12.0 on 3.11 did not)."""
    emitter, owner, seen = Emitter(), QObject(), list[int]()
    emitter.sent.connect(lambda value: None)
    gc.collect()
    before = [sys.getrefcount(each) for each in (None, True, False)]
    for _ in range(3000):
        for each in (None, True, False):
            emitter.sent.emit(each)
    for _ in range(300):
        tasks.run(owner, lambda: None, lambda _: seen.append(1))
    qtbot.waitUntil(lambda: len(seen) == 300)
    gc.collect()
    after = [sys.getrefcount(each) for each in (None, True, False)]
    assert all(abs(new - old) < 300 for old, new in zip(before, after, strict=True))


def test_the_same_cause_has_the_same_number_and_the_text_is_not_in_it() -> None:
    """A bug's number depends on type and place only, never on an exception's text, which may name a person."""

    def fail(text: str) -> BaseException:
        try:
            raise ValueError(text)
        except ValueError as error:
            return error

    first, second = fail("林秀英"), fail("吉建国")
    assert reference(first) == reference(second)


def test_a_bug_is_shown_once_per_cause_and_its_text_never_logged(
    qtbot: QtBot, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    """One dialog per cause, with the reference number; the log has the number and no personal data."""
    reporter = BugReporter()
    error = ValueError("林秀英 350703195503121832")
    for _ in range(3):
        reporter.report(error)
    shown = [each for each in qapp.topLevelWidgets() if each.inherits("QMessageBox") and each.isVisible()]
    assert len(shown) == 1
    assert reference(error) in shown[0].property("informativeText")
    assert reference(error) in caplog.text
    assert "林秀英" not in caplog.text
    shown[0].close()
    delete(shown[0])
