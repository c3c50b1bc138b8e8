"""Long work of the screen's own thread leaves room for what a person does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, getAllValidWrappers, isValid

from desktop.services.application import Application
from desktop.ui.main_window import MainWindow, PageEntry, Worker
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.slices import delete_in_slices, in_slices, paint_in_a_later_turn
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.workspace_window import workspace_window
from tests.ui.stand_in_pages import SECTIONS


def test_what_waits_comes_between_two_steps(qtbot: QtBot) -> None:
    """A timer of the window fires before the steps are over; then ``done`` is said once."""
    said: list[str] = []
    owner = QObject()

    def steps() -> Iterator[None]:
        for number in range(3):
            said.append(f"step {number}")
            yield

    QTimer.singleShot(0, lambda: said.append("key"))
    in_slices(owner, steps(), lambda: said.append("done"), slice_seconds=0)
    qtbot.waitUntil(lambda: "done" in said)
    assert said.index("key") < said.index("step 2")
    assert said.count("done") == 1


def test_what_is_shown_is_painted_in_a_later_turn(qtbot: QtBot) -> None:
    """Asked twice it is still painted once its turn has come."""
    widget = QWidget()
    qtbot.addWidget(widget)
    paint_in_a_later_turn(widget)
    paint_in_a_later_turn(widget)
    assert not widget.updatesEnabled()
    widget.show()
    qtbot.waitUntil(widget.updatesEnabled)


def test_steps_end_with_their_owner(qtbot: QtBot) -> None:
    """Nothing is made for a page that is gone."""
    taken: list[int] = []
    owner = QObject()

    def steps() -> Iterator[None]:
        for number in range(1000):
            taken.append(number)
            yield

    in_slices(owner, steps(), slice_seconds=0)
    qtbot.waitUntil(lambda: bool(taken))
    delete(owner)
    before = len(taken)
    qtbot.wait(20)
    assert len(taken) == before


def test_a_last_step_that_closes_the_page_ends_quietly(qtbot: QtBot) -> None:
    """Nothing is said of a page that is gone, and it is no bug."""
    said: list[str] = []
    owner = QObject()

    def steps() -> Iterator[None]:
        yield
        delete(owner)
        said.append("closed")

    in_slices(owner, steps(), lambda: said.append("done"))
    qtbot.waitUntil(lambda: bool(said))
    qtbot.wait(20)
    assert said == ["closed"]


def test_a_large_widget_is_deleted_bit_by_bit(qtbot: QtBot) -> None:
    """All of it is gone in the end, chips that flow included; its timers say nothing any more."""
    owner, large = QObject(), QWidget()
    fired: list[bool] = []
    timer = QTimer(large)
    timer.timeout.connect(lambda: fired.append(True))
    column = QVBoxLayout(large)
    parts: list[QWidget] = []
    turns: list[None] = []
    gone: list[int] = []
    """In which turn of the event loop each part went."""
    for _ in range(8):
        part = QWidget()
        inside = QVBoxLayout(part)
        for _ in range(10):
            inside.addWidget(QLabel("林"))
        inside.addWidget(Flow([StateChip(Chip("走访")) for _ in range(4)]))
        column.addWidget(part)
        part.destroyed.connect(lambda: gone.append(len(turns)))
        parts.append(part)
    timer.start(0)
    turning = QTimer(owner)
    turning.timeout.connect(lambda: turns.append(None))
    turning.start(0)
    delete_in_slices(large, owner)
    qtbot.waitUntil(lambda: not isValid(large))
    assert len(set(gone)) > 4, "it went at once"
    assert not any(isValid(part) for part in parts)
    assert not fired


def test_nothing_arrives_for_what_is_being_deleted_bit_by_bit(qtbot: QtBot, tasks: Tasks) -> None:
    """A card of which a field is gone already would speak to it; the page around it gets what it asked for."""
    owner, large = QWidget(), QWidget()
    qtbot.addWidget(owner)
    column = QVBoxLayout(large)
    for _ in range(400):
        column.addWidget(QLabel("林"))
    card = QObject(large)
    arrived: list[str] = []
    delete_in_slices(large, owner)
    tasks.run(card, lambda: "card", arrived.append)
    tasks.run(owner, lambda: "page", arrived.append)
    qtbot.waitUntil(lambda: bool(arrived))
    assert isValid(card), "it is not gone yet"
    assert arrived == ["page"]


def test_what_is_deleted_bit_by_bit_leaves_nothing_that_is_taken_for_something_else(qtbot: QtBot) -> None:
    """A place in a layout that Python knew is gone from Python with its widget: its address is used again at once."""
    before = _known_places()
    owner, large = QObject(), QWidget()
    column = QVBoxLayout(large)
    parts = [QWidget() for _ in range(40)]
    for part in parts:
        row = QHBoxLayout()
        row.addWidget(part)
        column.addLayout(row)  # PySide makes itself known with what stands in the row
    wrong: list[tuple[int, int]] = []

    def compare() -> None:
        known = len([one for one in _known_places() if one not in before])
        if isValid(large) and known > sum(isValid(part) for part in parts):
            wrong.append((known, sum(isValid(part) for part in parts)))

    for part in parts:
        part.destroyed.connect(compare)
    assert len(_known_places()) >= len(before) + 40
    delete_in_slices(large, owner)
    qtbot.waitUntil(lambda: not isValid(large))
    assert not wrong


def _known_places() -> list[object]:
    places = [one for one in getAllValidWrappers() if isinstance(one, QLayoutItem)]
    return [one for one in places if not isinstance(one, QLayout)]


def test_pages_are_made_ahead_and_opened_before_their_turn(qtbot: QtBot, tasks: Tasks, vault: Application) -> None:
    """Whoever is faster than the window gets the page at once; in the end all pages and their views are there."""
    window = workspace_window(tasks, vault)
    qtbot.addWidget(window)
    window.show()
    window.prepare_pages()
    assert "consent" not in window.pages()
    window.open_section("consent")
    page = window.page()
    assert isinstance(page, ConsentPage)
    qtbot.waitUntil(lambda: "settings" in window.pages() and "_taking" in vars(page), timeout=20_000)
    assert page.taking.isHidden()
    assert window.page() is page
    assert page.overview.isVisible()
    window.lock()


class _Much(Page):
    """Two steps."""

    def build(self) -> Iterator[None]:
        self.body.addWidget(QLabel("一", self.ground))
        yield
        self.body.addWidget(QLabel("二", self.ground))
        yield


def test_the_page_in_front_stays_until_one_that_is_much_is_made(qtbot: QtBot, tasks: Tasks) -> None:
    """Asked for twice it is made once; whoever went elsewhere meanwhile is not pulled away."""
    made: list[Page] = []

    def much() -> Page:
        made.append(_Much(tasks))
        return made[-1]

    entries = [
        PageEntry("today", "today", lambda: Page(tasks)),
        PageEntry("sync", "sync", lambda: Page(tasks)),
        PageEntry("much", "today", much, is_much=True),
    ]
    window = MainWindow(tasks, Worker("陈晓燕", "莒口镇"), SECTIONS, entries, lambda _: [], lambda row: Target(row.id))
    qtbot.addWidget(window)
    window.open_section("today")
    today = window.page()
    assert today is not None
    today.go("much")
    today.go("much")
    assert window.page() is today
    window.open_section("sync")
    qtbot.waitUntil(lambda: "much" in window.pages())
    qtbot.wait(20)
    assert window.page() is window.pages()["sync"]
    window.back()
    window.open_section("today")
    today.go("much")
    assert window.page() is made[0]
    assert len(made) == 1
    assert [words.text() for words in made[0].findChildren(QLabel)] == ["一", "二"]
