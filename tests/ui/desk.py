"""A worker at the real window: presses, types, waits. For the tests of consent and referrals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.application import Application
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.page import Target
from desktop.ui.pages.referral_page import ReferralPage
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.comparison_boxes import ComparisonBoxes
from tests.ui.consent_people import Printer, make_window, settle
from tests.ui.readability import FULL


def words_on(root: QWidget) -> str:
    """Every visible word below ``root``."""
    return "\n".join(one.text() for one in root.findChildren(QLabel) if one.isVisibleTo(root))


class Desk:
    """A worker at the window: presses, types and waits."""

    def __init__(self, qtbot: QtBot, tasks: Tasks, application: Application, resident: str) -> None:
        self.qtbot, self.tasks, self.application, self.resident = qtbot, tasks, application, resident
        self.printer = Printer()
        self.window = make_window(tasks, application, self.printer)
        qtbot.addWidget(self.window)
        self.window.resize(*FULL)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow, timeout=30_000)

    @property
    def page(self) -> ConsentPage:
        """The page of consent, which is in front."""
        page = self.window.page()
        assert isinstance(page, ConsentPage)
        return page

    @property
    def referral_page(self) -> ReferralPage:
        """The page of referrals, which is in front."""
        page = self.window.page()
        assert isinstance(page, ReferralPage)
        return page

    def open(self, record: str) -> ConsentPage:
        """Open the page of consent at a record."""
        self.window.open(Target("consent", record))
        self.wait()
        return self.page

    def open_referral(self, record: str) -> ReferralPage:
        """Open the page of referrals at a record."""
        self.window.open(Target("referral", record))
        self.wait()
        return self.referral_page

    def wait(self) -> None:
        settle(self.qtbot, self.tasks)

    def click(self, widget: QWidget) -> None:
        """Scroll to a widget and press it with the mouse, where it is not covered."""
        assert widget.isVisible(), widget
        assert widget.isEnabled(), widget
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()
        QApplication.processEvents()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(12, widget.height() // 2))

    def go_on(self) -> None:
        """The primary action, with the mouse."""
        self.click(self.window.header.primary)
        self.wait()

    def mark_boxes(self, boxes: ComparisonBoxes) -> None:
        """Mark every box of a second check as seen to agree, one by one."""
        assert boxes.marks
        for mark in boxes.marks:
            if not mark.isChecked():
                self.click(mark)

    def notice(self) -> str:
        notice = self.window.banner.notice
        return notice.text if notice is not None else ""

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        QTest.keyClick(focused if focused is not None else self.window, key, modifier)

    def tab_to(self, is_it: Callable[[QWidget], bool]) -> QWidget:
        """Press Tab until a widget is reached; fails if Tab never gets there."""
        for _ in range(150):
            focused = QApplication.focusWidget()
            if focused is not None and is_it(focused):
                return focused
            self.key(Qt.Key.Key_Tab)
        raise AssertionError("Tab does not reach it")
