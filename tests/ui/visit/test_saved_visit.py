"""A recorded visit: shown as paper, printed, corrected, and where one goes on from it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.services import timeline, visits
from desktop.services.application import Application
from desktop.storage import queries
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.page import Target
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import Tasks
from tests.documents.pdf_reading import type_size
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible
from tests.ui.test_further_papers import look
from tests.ui.visit.visit_round import (
    LAST,
    Household,
    choose,
    shown_page,
    visit_window,
)

CONTROL = Qt.KeyboardModifier.ControlModifier


def wait_saved(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the saved visit is shown."""
    qtbot.waitUntil(lambda: shown_page(window).saved is not None)


def test_a_recorded_visit_is_corrected_by_a_new_one(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """Opened from the timeline, 更正 begins with that visit's own facts; the old one is kept and said to be amended."""
    before = visits.visits_of(application, ji.id)[0]
    window.open(Target("visit", before.id))
    wait_saved(qtbot, window)
    saved = shown_page(window).saved
    assert saved is not None
    qtbot.waitUntil(lambda: saved.paper is not None and saved.preview.pages > 0)
    saved.correction_asked.emit()
    qtbot.waitUntil(lambda: shown_page(window).form is not None)
    form = shown_page(window).form
    assert form is not None
    assert not any(section.is_unconfirmed() for section in form.sections.all)
    assert form.sections.visit.day.value() == LAST
    form.show_section("spending")
    form.sections.spending.medical.selectAll()
    QTest.keyClicks(form.sections.spending.medical, "14800")
    window.header.primary.click()
    qtbot.waitUntil(lambda: len(visits.visits_of(application, ji.id)) == 2)
    wait_saved(qtbot, window)
    facts = {fact.visit.amends: fact for fact in visits.visits_of(application, ji.id)}
    assert facts[before.id].visit.spending.medical == 1480000
    assert facts[before.id].visit.income == before.visit.income
    assert facts[""].amended
    days = [event.record for event in timeline.timeline(application, ji.id) if event.kind == "visit"]
    assert days == [facts[before.id].id]


def test_after_saving_the_next_steps_are_offered(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """征求同意 and 转介 lead to the chosen member's pages."""
    window.open(Target("visit", visits.visits_of(application, ji.id)[0].id))
    wait_saved(qtbot, window)
    saved = shown_page(window).saved
    assert saved is not None
    assert saved.member is not None
    choose(saved.member, "林㛃")
    for word_of, page in (("征求同意", "consent"), ("转介", "referral")):
        window.open_section("visit")
        with qtbot.waitSignal(shown_page(window).target_asked) as asked:
            next(each for each in saved.findChildren(type(saved.print_button)) if word_of in each.text()).click()
        assert asked.args == [Target(page, ji.members["林㛃"])]


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_the_record_is_printed_in_large_type_and_stays_so(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household, size: tuple[int, int]
) -> None:
    """Chosen beside the print button; what is shown is what is printed; opened again it is as large."""
    given: list[bytes] = []

    def print_paper(parent: QWidget, pdf: bytes, title: str) -> Printing:
        given.append(pdf)
        return Printing(PrintResult.PRINTED, 1, printer="Office")

    window = visit_window(application, tasks, print_paper)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    visit = visits.visits_of(application, ji.id)[0].id
    window.open(Target("visit", visit))
    wait_saved(qtbot, window)
    saved = shown_page(window).saved
    assert saved is not None
    qtbot.waitUntil(saved.print_button.isEnabled)
    assert saved.large.value() is False
    choose(saved.large, "大字（老人看得清）")
    assert not saved.print_button.isEnabled(), "the ordinary one that is still shown is printed no more"
    qtbot.waitUntil(saved.print_button.isEnabled)
    look(window, f"saved-visit-large-{size[0]}")
    assert_legible(window, "saved visit in large type")
    saved.print_button.click()
    assert [type_size(pdf) for pdf in given] == [16]
    qtbot.waitUntil(lambda: "已打印" in saved.preview.prints.text())
    window.open(Target("visit", visit))
    qtbot.waitUntil(lambda: shown_page(window).saved not in (None, saved))
    again = shown_page(window).saved
    assert again is not None
    qtbot.waitUntil(again.print_button.isEnabled)
    assert again.large.value() is True
    assert again.paper is not None
    assert again.paper.pdf == given[0]


@pytest.mark.parametrize(
    ("result", "noted", "said"),
    [
        (PrintResult.PRINTED, "printed", "已打印 2 份（打印机 Office）"),
        (PrintResult.CANCELLED, "cancelled", "取消了，没有打印"),
        (PrintResult.FAILED, "failed", "没有打印出来（打印机 Office）"),
        (PrintResult.PARTLY, "partly", "只打了第 2 页到第 2 页（打印机 Office）"),
    ],
)
def test_whatever_came_of_printing_is_recorded_and_said_under_the_paper(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household, result: PrintResult, noted: str, said: str
) -> None:
    """The bytes that were previewed are printed; what came of it is a fact of the visit, and none that is not so."""
    given: list[tuple[bytes, str]] = []

    def print_paper(parent: QWidget, pdf: bytes, title: str) -> Printing:
        given.append((pdf, title))
        printer = "" if result is PrintResult.CANCELLED else "Office"
        return Printing(result, 2, printer=printer, pages=(2, 2) if result is PrintResult.PARTLY else None)

    window = visit_window(application, tasks, print_paper)
    qtbot.addWidget(window)
    window.open(Target("visit", visits.visits_of(application, ji.id)[0].id))
    wait_saved(qtbot, window)
    saved = shown_page(window).saved
    assert saved is not None
    qtbot.waitUntil(saved.print_button.isEnabled)
    saved.print_button.click()
    assert saved.paper is not None
    assert given == [(saved.paper.pdf, "入户走访记录表 ZF-01")]
    qtbot.waitUntil(lambda: said in saved.preview.prints.text())
    assert tasks.close()
    prints = application.read(lambda connection: queries.of_kind(connection, "print", household=ji.id))
    assert [row.state["fact"]["outcome"] for row in prints] == [noted]
