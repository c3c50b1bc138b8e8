"""The list of households: by village, with what there is to do, and found by what one remembers."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QStyle, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.aid import Category
from desktop.domain.households import Address, CategoryHeld, Name, NewHousehold, NewResident
from desktop.domain.visits import Assessment, Conclusion, Visit, VisitKind, VisitResult
from desktop.services import households, visits
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.models.rows import ROW, Heading, ListRow
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.page import Target
from tests.county_issued import SHANGBU, ZHONGBU
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed


def add(vault: Application, name: str, village: str, *categories: Category) -> str:
    """A household of one; its id."""
    held = tuple(CategoryHeld(one) for one in categories)
    new = NewHousehold(Address(village, "3组12号"), (NewResident(Name(name)),), categories=held)
    return households.add_household(vault, new).value.household


def visit(vault: Application, household: str, day: date, result: VisitResult = VisitResult.MET) -> None:
    """A visit with nothing found."""
    assessment = Assessment(Conclusion.NOTHING)
    made = Visit(
        household, VisitKind.REVIEW, day, result, second_worker="何金水", notice_given=True, assessment=assessment
    )
    visits.record_visit(vault, made)


def page_of(window: MainWindow) -> HouseholdsPage:
    """The list that is shown."""
    page = window.page()
    assert isinstance(page, HouseholdsPage)
    return page


def lines(page: HouseholdsPage) -> list[str]:
    """Headings and rows as a screen reader says them; empty while a row is on its way."""
    model = page.pane.model
    shown = [model.index(row).data(ROW) for row in range(model.rowCount())]
    return [one.text if isinstance(one, Heading) else one.spoken() if isinstance(one, ListRow) else "" for one in shown]


def wait_for(qtbot: QtBot, page: HouseholdsPage, count: int) -> list[str]:
    """Wait until so many lines are there, and answer them."""
    qtbot.waitUntil(lambda: len(lines(page)) == count and all(lines(page)))
    return lines(page)


def test_an_empty_list_says_how_to_begin(qtbot: QtBot, window: MainWindow) -> None:
    """With nobody recorded the page names both ways in, and the ledger is one press away."""
    page = page_of(window)
    texts = " ".join(widget.text() for widget in page.pane.findChildren(QPushButton))
    assert "导入台账" in texts
    QTest.mouseClick(page.import_button, Qt.MouseButton.LeftButton)
    assert window.page() is not page
    assert window.header.primary.isVisible()


def test_households_stand_under_their_village_with_what_there_is_to_do(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """Category, place, last visit and state in words: never visited, overdue, nobody met, all well."""
    add(vault, "黄䶮", ZHONGBU)
    overdue = add(vault, "陈𠮷水", SHANGBU, Category.DESTITUTE)
    visit(vault, overdue, date(2026, 3, 18))
    visit(vault, overdue, date(2026, 11, 2), VisitResult.NOBODY_HOME)
    well = add(vault, "林秀英", SHANGBU, Category.SUBSISTENCE)
    visit(vault, well, date(2026, 11, 1))
    page = page_of(window)
    page.refresh(frozenset())
    shown = wait_for(qtbot, page, 5)
    assert shown[0].startswith("上㘵村")
    assert shown[1].startswith("陈𠮷水 户，特困 · 1人，3组12号 · 上次走访 2026年3月18日，11月2日没有见到人")
    assert "该走访了" in shown[1]
    assert shown[2].endswith("下次走访 2027.5.3前")
    assert shown[3].startswith("中㘵村")
    assert shown[4] == "黄䶮 户，没有救助类别 · 1人，3组12号，还没有走访"


def test_what_is_typed_narrows_the_list(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Pinyin initials leave those they mean; a village leaves its own; nothing found is said with what to do."""
    for name, village in (("陈𠮷水", SHANGBU), ("林秀英", SHANGBU), ("黄䶮", ZHONGBU)):
        add(vault, name, village)
    page = page_of(window)
    page.refresh(frozenset())
    wait_for(qtbot, page, 5)
    page.term.setFocus()
    QTest.keyClicks(page.term, "lxy")
    assert wait_for(qtbot, page, 2)[1].startswith("林秀英 户")
    page.term.clear()
    QTest.keyClicks(page.term, "zz")
    qtbot.waitUntil(lambda: not page.pane.isVisible())
    page.term.clear()
    page.term.textEdited.emit("")
    wait_for(qtbot, page, 5)
    page.village.setCurrentIndex(page.village.findData(ZHONGBU))
    page.village.activated.emit(page.village.currentIndex())
    assert wait_for(qtbot, page, 2)[0].startswith("中㘵村")


def test_a_household_is_opened_with_the_keyboard(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """Arrow and Enter lead to the household's page."""
    add(vault, "陈𠮷水", SHANGBU)
    page = page_of(window)
    page.refresh(frozenset())
    wait_for(qtbot, page, 2)
    page.pane.setFocus()
    QTest.keyClick(page.pane.view, Qt.Key.Key_Down)
    QTest.keyClick(page.pane.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (window.page() or page).title() == "陈𠮷水 户")


class Shown(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def test_no_page_opens_a_window_of_its_own(
    qtbot: QtBot, vault: Application, window: MainWindow, qapp: QApplication
) -> None:
    """A part shown before it has its place would flash up as a window and take the keyboard away."""
    household = add(vault, "陈𠮷水", SHANGBU)
    shown = Shown()
    qapp.installEventFilter(shown)
    for target in (Target("household", household), Target("new-household"), Target("import"), Target("households")):
        window.open(target)
        QApplication.processEvents()
    qapp.removeEventFilter(shown)
    assert shown.windows == []
    assert window.isActiveWindow()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_the_list_is_legible_and_named(
    qtbot: QtBot, vault: Application, window: MainWindow, size: tuple[int, int]
) -> None:
    """Nothing is cut off or too small at 1366×768, at 100 % and at 150 %, with an unfinished household too."""
    add(vault, "陈𠮷水", SHANGBU, Category.SUBSISTENCE)
    page = page_of(window)
    page._show_unfinished(1)
    page.refresh(frozenset())
    wait_for(qtbot, page, 2)
    page._show_unfinished(1)
    window.resize(*size)
    assert_legible(window)
    assert _room(page.village) >= page.village.fontMetrics().horizontalAdvance(page.village.currentText())
    assert unnamed(window) == []


def _room(combo: QComboBox) -> int:
    """The width a closed drop-down list leaves to its words."""
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    control = QStyle.ComplexControl.CC_ComboBox
    return combo.style().subControlRect(control, option, QStyle.SubControl.SC_ComboBoxEditField, combo).width()
