"""The visit page: a whole visit at the door, over a real vault."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.households import Name, NewResident
from desktop.domain.needs import NeedCode
from desktop.domain.visits import Conclusion, HealthState, Visit, VisitKind, VisitResult
from desktop.services import drafts, households, people, visits
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.page import Target
from desktop.ui.pages.visit.form import VisitForm
from desktop.ui.tasks import Lane, Tasks
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, place, reading_order, unnamed
from tests.ui.visit.visit_round import (
    LAST,
    MARK,
    NOW,
    Household,
    choose,
    new_household,
    open_form,
    shown_page,
    write,
)

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(window: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the focus is."""
    QTest.keyClick(window.focusWidget(), key, modifiers)


def enter_until(window: QWidget, field: QWidget) -> None:
    """Go from field to field with Enter until ``field`` has the focus."""
    for _ in range(30):
        focused = window.focusWidget()
        if focused is field or field.isAncestorOf(focused):
            return
        press(window, Qt.Key.Key_Return)
    raise AssertionError("Enter never came to the field")


def confirm_all(form: VisitForm) -> None:
    """没有变化, group by group."""
    for section in form.sections.all:
        if section.is_unconfirmed():
            form.show_section(section.key)
            section.last_time.same.click()


def wait_saved(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the saved visit is shown."""
    qtbot.waitUntil(lambda: shown_page(window).saved is not None)


def test_a_whole_visit_by_keyboard_alone(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """Found by name, filled in, corrected where things changed, judged and saved, and no hand on the mouse."""
    page = shown_page(window)
    assert page.start is not None
    start = page.start
    assert window.focusWidget() is start.search
    write(start.search, "吉建国")
    qtbot.waitUntil(lambda: start.row_ids() == [ji.id])
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.form is not None)
    form = page.form
    assert form is not None
    first = form.sections.visit
    enter_until(window, first.second_worker)
    write(first.second_worker, "陈晓燕")
    enter_until(window, first.respondent)
    press(window, Qt.Key.Key_Space)
    enter_until(window, first.notice)
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_PageDown, CONTROL)
    press(window, Qt.Key.Key_PageDown, CONTROL)
    press(window, Qt.Key.Key_Return)  # 没有变化: the members
    assert form.current.key == "income"
    for _ in range(3):
        press(window, Qt.Key.Key_Tab)
    assert window.focusWidget() is form.sections.income.business
    QTest.keyClicks(window.focusWidget(), "7200")
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)  # 其余没有变化
    qtbot.waitUntil(lambda: form.current.key == "spending")
    for section in ("spending", "assets", "housing", "aid", "needs"):
        assert form.current.key == section
        press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Return)
    assert window.focusWidget() is form.sections.assessment.remaining_gap
    write(form.sections.assessment.remaining_gap, "药费自付一年一万四")
    press(window, Qt.Key.Key_S, CONTROL)
    wait_saved(qtbot, window)
    assert_saved_as_filled_in(application, ji)


def assert_saved_as_filled_in(application: Application, ji: Household) -> None:
    """What the hand did in the test above stands in the record, with September's confirmed facts."""
    newest = visits.visits_of(application, ji.id)[0].visit
    assert newest.day == NOW.date()
    assert (newest.kind, newest.started, newest.second_worker) == (VisitKind.REVIEW, "09:40", "陈晓燕")
    assert newest.respondent.resident == ji.members["吉建国"]
    assert newest.notice_given
    assert newest.members[0].health is HealthState.SERIOUS
    assert (newest.income.business, newest.income.transfers) == (720000, 920000)
    assert newest.spending.medical == 1400000
    assert newest.assessment.conclusion is Conclusion.T2
    assert newest.assessment.aid_received[0].monthly == 167400
    assert newest.assessment.remaining_gap == "药费自付一年一万四"
    assert [need.code for need in newest.needs] == [NeedCode.N2]
    assert drafts.open_drafts(application) == ()


def test_nobody_at_home_is_two_clicks(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """家中无人, 保存走访: the colleague is known from the house before, and no finding is asked or saved."""
    other = new_household(application)
    nobody = VisitResult.NOBODY_HOME
    visits.record_visit(application, Visit(other.id, VisitKind.SURVEY, NOW.date(), nobody, second_worker="陈晓燕"))
    form = open_form(qtbot, window, ji)
    choose(form.sections.visit.result, "家中无人")
    assert list(form.list.words()) == ["visit"]
    window.header.primary.click()
    wait_saved(qtbot, window)
    newest = visits.visits_of(application, ji.id)[0].visit
    assert newest.result is VisitResult.NOBODY_HOME
    assert newest.second_worker == "陈晓燕"
    assert newest.members == ()
    assert newest.income.total is None
    assert newest.needs == ()
    last = visits.last_visit(application, ji.id)
    assert last is not None
    assert last.visit.day == LAST


def test_a_visit_that_is_saved_late_leaves_the_next_household_alone(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household, tasks: Tasks
) -> None:
    """On a slow disk the next one was asked for already: it is shown, and its draft is kept under its own name."""
    other, gate = new_household(application), threading.Event()
    nobody = VisitResult.NOBODY_HOME
    visits.record_visit(application, Visit(other.id, VisitKind.SURVEY, NOW.date(), nobody, second_worker="陈晓燕"))
    form = open_form(qtbot, window, ji)
    choose(form.sections.visit.result, "家中无人")
    tasks.run(tasks, lambda: gate.wait(60), lambda _: None, lane=Lane.WRITE)
    window.header.primary.click()
    window.open(Target("visit", other.id))
    gate.set()
    following = open_form(qtbot, window, other)
    write(following.sections.visit.note, "门口有狗")
    qtbot.waitUntil(lambda: visits.visits_of(application, ji.id)[0].visit.result is nobody)
    qtbot.waitUntil(lambda: [one.subject for one in drafts.open_drafts(application)] == [other.id])
    assert shown_page(window).form is following
    assert following.sections.visit.note.value() == "门口有狗"


def test_last_times_facts_are_marked_and_never_saved_unseen(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """Every prefilled field says from when it is; while a group is not confirmed the visit is not saved."""
    form = open_form(qtbot, window, ji)
    income = form.sections.income
    form.show_section("income")
    assert income.business.text() == "6,000元"
    assert income.business.property("last_time") is True
    assert MARK in income.last_time.words.text()
    assert form.list.words()["income"] == "收入，待核对"
    window.header.primary.click()
    told = {problem.section for problem in form.problem_list.shown if MARK in problem.words}
    assert told == {"members", "income", "spending", "assets", "housing", "aid", "needs"}
    assert len(visits.visits_of(application, ji.id)) == 1
    form.show_section("income")
    income.business.setFocus()
    QTest.keyClicks(income.business, "1")
    assert income.business.property("last_time") is False
    assert income.is_unconfirmed()
    income.last_time.same.click()
    assert not income.is_unconfirmed()
    assert income.transfers.text() == "9,200元"


def test_what_was_not_asked_this_time_is_not_recorded(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """这次没问 empties the group: September's income must not become November's."""
    form = open_form(qtbot, window, ji)
    form.show_section("income")
    form.sections.income.last_time.not_asked.click()
    form.show_section("aid")
    form.sections.aid.last_time.not_asked.click()
    assert form.sections.income.income().total is None
    assert form.sections.aid.aid() == ()
    assert form.sections.aid.rows == {}


def test_what_the_person_said_last_time_is_shown_but_not_said_again(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """本人意愿 is asked anew; the old words stand beneath, with their date."""
    form = open_form(qtbot, window, ji)
    needs = form.sections.needs
    form.show_section("needs")
    assert needs.own_words.value() == ""
    hints = [each.text() for each in needs.findChildren(QWidget) if hasattr(each, "text") and "晒晒太阳" in each.text()]
    assert hints == [f"{MARK}说：腿不好，想出门晒晒太阳"]


def test_the_ledgers_facts_begin_the_first_visit_and_are_marked_too(
    qtbot: QtBot, window: MainWindow, application: Application
) -> None:
    """Nobody has visited yet: illness from the ledger is a proposal to be confirmed, and the visit is a survey."""
    household = new_household(application)
    form = open_form(qtbot, window, household)
    form.show_section("members")
    fields = form.sections.members.members[household.members["何金水"]]
    assert fields.illness.text() == "高血压"
    assert form.sections.members.is_unconfirmed()
    assert form.sections.visit.kind.value() == VisitKind.SURVEY


def test_hints_come_with_their_reason_and_figures_and_choose_nothing(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """15 200 of income, 27 200 spent, subsistence aid: T2 may apply, says the program; the conclusion stays open."""
    form = open_form(qtbot, window, ji)
    qtbot.waitUntil(lambda: len(form.sections.assessment.hint_words) == 1)
    assert "15,200元" in form.sections.assessment.hint_words[0]
    assert "27,200元" in form.sections.assessment.hint_words[0]
    assert form.sections.assessment.conclusion.value() is None


def test_hints_follow_what_is_typed(qtbot: QtBot, window: MainWindow, application: Application) -> None:
    """Below the county's line of 930 a month: 低保 may fit, with both figures; well above it, nothing."""
    form = open_form(qtbot, window, new_household(application))
    wages = form.sections.income.wages
    form.show_section("income")
    wages.setFocus()
    QTest.keyClicks(wages, "6000")
    qtbot.waitUntil(lambda: len(form.sections.assessment.hint_words) == 1)
    assert "500元" in form.sections.assessment.hint_words[0]
    assert "930元" in form.sections.assessment.hint_words[0]
    QTest.keyClicks(wages, "0")
    qtbot.waitUntil(lambda: form.sections.assessment.hint_words == ())


@pytest.mark.parametrize(
    ("conclusion", "missing"),
    [
        ("T2 政府救助后生活仍有困难", {("aid", "T2 要写明已享受的救助。"), ("assessment", "T2 要写明还差什么。")}),
        ("T1 暂不符合政府救助但生活有困难", {("assessment", "T1 要定一个复查日期。")}),
        ("可能符合政府救助，启动申请", {("assessment", "没有选可能符合的救助。")}),
    ],
)
def test_each_conclusion_asks_for_what_it_needs(
    qtbot: QtBot, window: MainWindow, application: Application, conclusion: str, missing: set[tuple[str, str]]
) -> None:
    """T2 names aid and gap, T1 a day of review, an application its scheme (policy 一(二))."""
    form = open_form(qtbot, window, new_household(application))
    confirm_all(form)
    write(form.sections.visit.second_worker, "陈晓燕")
    choose(form.sections.visit.notice, "念给对方听，听明白了")
    form.show_section("assessment")
    choose(form.sections.assessment.conclusion, conclusion)
    window.header.primary.click()
    assert {(problem.section, problem.words) for problem in form.problem_list.shown} == missing


def test_every_problem_leads_to_its_field(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """What is missing is said in words; a click goes to the field; putting it right takes it off the list."""
    form = open_form(qtbot, window, ji)
    confirm_all(form)
    form.show_section("income")
    form.sections.income.wages.setFocus()
    write(form.sections.income.wages, "千把块")
    window.header.primary.click()
    assert window.focusWidget() is form.sections.visit.second_worker
    words = [link.text() for link in form.problem_list.links()]
    assert any(text.startswith("收入：看不懂这个金额") for text in words)
    assert any(text.startswith("研判：没有选研判结论") for text in words)
    next(link for link in form.problem_list.links() if link.text().startswith("收入")).click()
    assert form.current is form.sections.income
    assert window.focusWidget() is form.sections.income.wages
    form.sections.income.wages.selectAll()
    QTest.keyClicks(form.sections.income.wages, "1000")
    qtbot.waitUntil(lambda: all(problem.section != "income" for problem in form.problem_list.shown))
    assert len(visits.visits_of(application, ji.id)) == 1


def test_a_relative_among_the_workers_is_recorded_with_the_visit(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """优亲厚友 belongs to the household's description, in the same action; it needs to be said who it is."""
    form = open_form(qtbot, window, ji)
    confirm_all(form)
    write(form.sections.visit.second_worker, "陈晓燕")
    choose(form.sections.visit.notice, "念给对方听，听明白了")
    choose(form.sections.assessment.conclusion, "暂无需要")
    choose(form.sections.household.near_relative, "有")
    window.header.primary.click()
    assert [problem.field for problem in form.problem_list.shown] == ["who"]
    write(form.sections.household.who, "村主任的堂弟")
    window.header.primary.click()
    wait_saved(qtbot, window)
    stated = people.household_page(application, ji.id).near_relative_stated
    assert stated is not None
    assert (stated.declared, stated.who) == (True, "村主任的堂弟")


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT, (820, 480)])
def test_every_group_can_be_read_and_is_named(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household, size: tuple[int, int]
) -> None:
    """Nothing is cut off, nothing scrolls sideways, everything has a name, with last time's marks and with problems."""
    window.resize(*size)
    form = open_form(qtbot, window, ji)
    for with_problems in (False, True):
        if with_problems:
            window.header.primary.click()
        for section in form.sections.all:
            form.show_section(section.key)
            QApplication.processEvents()
            assert_legible(window, section.key)
            assert unnamed(window) == [], section.key


def test_tab_follows_the_reading_order_in_every_group(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """From above to below, and in a line from left to right; rows added later are no exception."""
    form = open_form(qtbot, window, ji)
    choose(form.sections.needs.codes, "教育助学")
    choose(form.sections.needs.codes, "基本生活物资")
    form.sections.aid.add_button.click()
    for section in form.sections.all:
        form.show_section(section.key)
        QApplication.processEvents()
        places = [place(each, section) for each in reading_order(window) if section.isAncestorOf(each)]
        assert places == sorted(places, key=lambda point: (point.y() // 30, point.x())), section.key
        assert len(places) >= 2


def test_the_start_lists_unfinished_visits_and_finds_households(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """Without a household the page offers what was left, those seen last, a search, and a new household."""
    other = new_household(application)
    form = open_form(qtbot, window, other)
    write(form.sections.visit.note, "门口有狗")
    form.aside.click()
    page = shown_page(window)
    assert page.start is not None
    start = page.start
    qtbot.waitUntil(lambda: len(start.row_ids()) == 3)
    assert set(start.row_ids()[1:]) == {other.id, ji.id}
    write(start.search, "hjs")
    qtbot.waitUntil(lambda: start.row_ids() == [other.id])
    write(start.search, "查无此人")
    qtbot.waitUntil(lambda: start.row_ids() == [])


def test_a_member_recorded_meanwhile_is_offered_and_nothing_typed_is_lost(
    qtbot: QtBot, window: MainWindow, application: Application, ji: Household
) -> None:
    """Somebody is added on another page or by sync: the form says so, and opened again it asks about them."""
    form = open_form(qtbot, window, ji)
    write(form.sections.visit.note, "儿媳回来了")
    added = households.add_member(application, ji.id, NewResident(Name("王小梅"), relation="38"))
    window.show_changes(added.changed)
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    next(each for each in window.banner.findChildren(QPushButton) if each.text() == "重新打开").click()
    page = shown_page(window)
    qtbot.waitUntil(lambda: page.form is not None and page.form is not form)
    assert page.form is not None
    assert added.value in page.form.sections.members.members
    assert page.form.sections.visit.note.value() == "儿媳回来了"


def test_enter_right_after_the_last_letter_opens_the_only_household_found(
    qtbot: QtBot, window: MainWindow, ji: Household
) -> None:
    """Whoever types a name and presses Enter at once does not wait for the list first."""
    page = shown_page(window)
    assert page.start is not None
    start = page.start
    write(start.search, "吉建国")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.form is not None)
    assert page.form is not None
    assert page.form.opening.household.household == ji.id
