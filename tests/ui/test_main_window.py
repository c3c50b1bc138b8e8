"""The window: every page is reached, read and left by keyboard, at every size in the field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserFacingError
from desktop.ui.foot import SyncState
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.page import Page, Target
from desktop.ui.tasks import Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed, unreadable
from tests.ui.stand_in_pages import SECTIONS, FormPage, ListPage, RecordPage, make_window

OFFLINE = SyncState(37, datetime(2026, 11, 20, 17, 42), is_online=False, is_practice=True)  # noqa: DTZ001 - local time


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks) -> Iterator[MainWindow]:
    """The window as at the start of a day, offline."""
    made = make_window(tasks)
    qtbot.addWidget(made)
    made.resize(*FULL)
    made.show_sync_state(OFFLINE)
    made.show_counts({"today": 7, "consent": 2, "referral": 128})
    made.open_section("today")
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close()


class SmallButton(QAbstractButton):
    """Too small for a finger."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing to see."""


def shown(window: MainWindow) -> Page:
    """The page in front."""
    page = window.page()
    assert page is not None
    return page


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT, (820, 480), (1920, 1080)])
def test_nothing_is_cut_off_and_nothing_scrolls_sideways(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    """At 1366×768, at 150 % of it, at the least size and on a large screen every word can be read."""
    window.resize(*size)
    for section in SECTIONS:
        window.open_section(section.key)
        QApplication.processEvents()
        assert_legible(window)
    window.open(Target("household", "p1"))
    window.show_notice(Notice("已保存在本机。", Tone.GOOD, "走访记录和两张照片。", "撤销", lambda: None))
    QApplication.processEvents()
    assert_legible(window)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert_legible(window)


def test_the_reader_sees_what_is_cut_off(qtbot: QtBot, window: MainWindow) -> None:
    """The check above can fail: a button made too narrow for its word is reported."""
    narrow = QPushButton("他不同意，也不愿意签字", window)
    narrow.setGeometry(300, 300, 60, 20)
    narrow.show()
    found = "\n".join(unreadable(window))
    assert "60 of" in found
    small = SmallButton(window)
    small.setGeometry(400, 300, 20, 20)
    small.show()
    assert "a target of 20x20" in "\n".join(unreadable(window))


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    """A screen reader can name every field, button and list."""
    for target in [Target(section.key) for section in SECTIONS] + [Target("household", "p1")]:
        window.open(target)
        assert unnamed(window) == []


@pytest.mark.parametrize("number", range(7))
def test_each_section_has_its_key(window: MainWindow, number: int) -> None:
    """Ctrl+1 to Ctrl+7 open the sections in the order of the rail."""
    window.open_section("settings" if number != 6 else "today")
    QTest.keyClick(window, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
    keys = [section.key for section in SECTIONS]
    assert [key for key, page in window.pages().items() if page is window.page()] == [keys[number]]


def test_the_sync_state_stands_in_words_at_the_foot(window: MainWindow) -> None:
    """Unsent and safe, last sync, offline and practice are said in one line (design §10)."""
    assert window.foot.sentence() == "37 项未上报，已安全保存在本机 · 上次同步 11月20日 17:42 · 离线 · 练习数据"
    window.show_sync_state(SyncState(0, OFFLINE.last, is_online=True, needs_person=2))
    assert window.foot.sentence() == "全部已上报县里 · 上次同步 11月20日 17:42 · 2 项需要您看一下 · 已联网"


def test_counts_are_spoken(window: MainWindow) -> None:
    """What waits in a section is part of its name for screen readers."""
    names = [button.accessibleName() for button in window.rail.buttons()]
    assert "今日，7 项待办" in names
    assert "家庭" in names


def test_the_primary_action_is_the_pages_own(qtbot: QtBot, window: MainWindow) -> None:
    """The button at the top right does what the page offers, follows its state, and Ctrl+Enter presses it."""
    page = shown(window)
    assert isinstance(page, ListPage)
    assert window.header.primary.text() == "准备下村"
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    notice = window.banner.notice
    assert notice is not None
    assert notice.text == "已保存在本机。"
    page.round.setEnabled(False)
    assert not window.header.primary.isEnabled()
    page.round.setVisible(False)
    assert window.header.primary.isHidden()


def test_search_leads_to_the_record_and_back_again(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+K, type, Enter opens the household; Alt+← comes back."""
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = window.header.search
    assert window.focusWidget() is box
    box.setText("吉")
    box.textEdited.emit("吉")
    qtbot.waitUntil(lambda: box.is_open)
    QTest.keyClick(box, Qt.Key.Key_Return)
    page = shown(window)
    assert isinstance(page, RecordPage)
    assert page.shown == "p2"
    assert box.text() == ""
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert isinstance(shown(window), ListPage)


def test_a_list_is_opened_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    """Arrow keys choose, Enter opens; headings are passed over."""
    page = shown(window)
    assert isinstance(page, ListPage)
    view = page.pane.view
    view.setFocus()
    assert page.pane.choose("p1")
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert page.pane.current() == "p3"
    QTest.keyClick(view, Qt.Key.Key_Return)
    opened = shown(window)
    assert isinstance(opened, RecordPage)
    assert opened.shown == "p3"


def test_a_list_keeps_its_choice_when_it_is_refreshed(qtbot: QtBot, window: MainWindow) -> None:
    """What came by sync must not take the row away from under the hand."""
    page = shown(window)
    assert isinstance(page, ListPage)
    page.pane.choose("p2")
    page.pane.show_entries(["p3", "p2"])
    assert page.pane.current() == "p2"
    page.pane.show_entries([])
    assert page.pane.current() == ""


def test_f1_shows_the_help_of_this_page(window: MainWindow) -> None:
    """F1 opens the page's own help, Esc closes it, and the work behind stays as it is."""
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert window.help.isVisible()
    assert shown(window).help_text() in window.help.words()
    QTest.keyClick(window.help, Qt.Key.Key_Escape)
    assert not window.help.isVisible()


def test_drafts_are_kept_before_the_lock_and_before_another_page(qtbot: QtBot, window: MainWindow) -> None:
    """A page is told to keep its draft when it is left, and all are when the window locks."""
    page = shown(window)
    assert isinstance(page, ListPage)
    window.open_section("visit")
    assert page.left == 1
    with qtbot.waitSignal(window.lock_asked):
        QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert page.left == 2


def test_only_pages_concerned_are_refreshed_and_hidden_ones_when_they_come_to_the_front(window: MainWindow) -> None:
    """The page in front hears of a change at once, a hidden one once, with all changes together."""
    today = shown(window)
    assert isinstance(today, ListPage)
    window.show_changes(frozenset({"visit"}))
    assert today.refreshed == [frozenset({"visit"})]
    window.open_section("visit")
    window.show_changes(frozenset({"sheet"}))
    window.show_changes(frozenset({"grant"}))
    assert len(today.refreshed) == 1
    window.open_section("today")
    assert today.refreshed[1:] == [frozenset({"sheet", "grant"})]


def test_a_page_made_ahead_hears_of_what_changed_before_it_was_opened(window: MainWindow) -> None:
    """It asked for what it shows when it was begun: without this a colleague's households would stay away."""
    making = window.make_page("consent")
    next(making)
    window.show_changes(frozenset({"visit"}))
    window.open_section("consent")
    page = shown(window)
    assert isinstance(page, ListPage)
    assert page.refreshed == [frozenset({"visit"})]


def test_an_error_is_told_beside_the_work(qtbot: QtBot, window: MainWindow, tasks: Tasks) -> None:
    """An error that no page handles is worded in the banner and stays until it is read; nothing modal opens."""

    def refuse() -> None:
        raise UserFacingError("disk.full")

    tasks.run(window, refuse, lambda _: None)
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    notice = window.banner.notice
    assert notice is not None
    assert notice.stays
    assert notice.text == "硬盘满了。"
    assert QApplication.activeModalWidget() is None


def test_undo_is_one_press_away(qtbot: QtBot, window: MainWindow) -> None:
    """A notice's action is called once, and the notice is gone."""
    undone: list[str] = []
    window.show_notice(Notice("已删除草稿。", action="撤销", pressed=lambda: undone.append("yes")))
    button = next(each for each in window.banner.findChildren(QPushButton) if each.text() == "撤销")
    button.click()
    assert undone == ["yes"]
    assert window.banner.notice is None


def test_a_form_page_begins_at_its_first_field(window: MainWindow) -> None:
    """Opening a page puts the focus where work begins."""
    window.open_section("visit")
    page = shown(window)
    assert isinstance(page, FormPage)
    assert window.focusWidget() is page.name


def told(window: MainWindow) -> Notice | None:
    """What stands in the banner."""
    return window.banner.notice


def test_what_was_said_of_one_record_does_not_stand_above_the_next(window: MainWindow) -> None:
    """A notice goes with its page; one said on the way to the next page is read there; 撤销 and errors stay."""
    window.show_notice(Notice("走访已保存在本机。"))
    QApplication.processEvents()
    window.open_section("households")
    assert told(window) is None
    window.show_notice(Notice("已登记，保存在本机。"))
    window.open_section("today")
    assert told(window) is not None
    QApplication.processEvents()
    for kept in (
        Notice("已删除草稿。", action="撤销", pressed=lambda: None),
        Notice("没有保存。", Tone.BAD, stays=True),
    ):
        window.show_notice(kept)
        QApplication.processEvents()
        window.open_section("households")
        window.open_section("today")
        assert told(window) is kept
