"""A minor's data in the window: what is closed and why, asking, the emergency, approving, and the yearly list."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.households import Address, Birth, Document, Guardian, Health, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType
from desktop.domain.minors import ApprovalState
from desktop.domain.roles import Role
from desktop.domain.signing import AgeBand
from desktop.services import households, minors, minors_gate, today
from desktop.services.application import Application
from desktop.services.today import TodayKind
from desktop.storage.journal import Action
from desktop.ui.main_window import MainWindow
from desktop.ui.minors_words import CLOSED_FOR_AGE
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.minors_page import MinorsPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.tasks import Tasks
from desktop.ui.today_words import target_of
from desktop.ui.widgets.age_form import AgeForm
from desktop.ui.widgets.labels import ShortenedLabel
from tests.county_issued import SHANGBU, issue_everything
from tests.documents.pdf_reading import whole_text
from tests.entry_bodies import described
from tests.ui.household_window import clock
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible
from tests.ui.stand_in_pages import window_of
from tests.ui.test_paper_pages import Printer
from tests.vaults import made_vault


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def family(vault: Application) -> tuple[str, str]:
    """A grandmother with a boy of eleven, recorded the day before; answers household and child."""
    return recorded(vault)


def recorded(vault: Application) -> tuple[str, str]:
    boy = NewResident(
        Name("王小㵐"),
        Document(DocumentType.RESIDENT_ID, "350703201503070018"),
        Birth(date(2015, 3, 7)),
        relation="40",
        health=Health("chronic", "哮喘"),
        guardian=Guardian(name="王大山", relation="父"),
    )
    members = (NewResident(Name("王阿婆"), birth=Birth(date(1950, 1, 1))), boy)
    made = households.add_household(vault, NewHousehold(Address(SHANGBU, "2组7号"), members)).value
    vault.clock = lambda: clock() + timedelta(days=1)
    return made.household, made.residents[1]


def window_over(qtbot: QtBot, tasks: Tasks, vault: Application, printer: Printer) -> MainWindow:
    tasks.bug.connect(_fail)
    pages: dict[str, tuple[str, Callable[[], Page]]] = {
        "household": ("households", lambda: HouseholdPage(tasks, vault)),
        "minors": ("households", lambda: MinorsPage(tasks, vault, printer)),
    }
    made = window_of(qtbot, tasks, pages, vault.worker.name)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, vault: Application, printer: Printer) -> MainWindow:
    return window_over(qtbot, tasks, vault, printer)


@pytest.fixture
def reviewer(tmp_path: Path) -> Iterator[Application]:
    """何金水, who approves."""
    with made_vault(tmp_path / "he", worker="he", worker_name="何金水", role=Role.REVIEWER, clock=clock) as application:
        issue_everything(application)
        yield application


def _fail(error: BaseException) -> None:
    raise error


def words(widget: QWidget) -> str:
    """Everything that can be read on it."""
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))


def press(widget: QWidget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text and one.isVisibleTo(widget)).click()


def opened(qtbot: QtBot, window: MainWindow, target: Target, kind: type[Page], text: str) -> Page:
    window.open(target)

    def shown() -> Page | None:
        page = window.page()
        return page if isinstance(page, kind) and text in words(page) else None

    qtbot.waitUntil(lambda: shown() is not None)
    page = shown()
    assert page is not None
    return page


def kept(window: MainWindow, name: str) -> None:
    """The window as somebody sees it, where pictures are asked for."""
    if folder := os.environ.get("ZOUCUN_PICTURES_OF_PAGES"):
        QTest.qWait(300)
        window.grab().save(f"{folder}/{name}.png")


def test_the_page_says_that_a_child_lives_there_what_is_closed_and_the_next_step(
    qtbot: QtBot, window: MainWindow, family: tuple[str, str]
) -> None:
    """Name, age and relation; nothing of the rest, and no form that would wipe it."""
    page = opened(qtbot, window, Target("household", family[0]), HouseholdPage, "王小㵐")
    text = words(page)
    assert "11岁" in text
    assert "未开放" in text
    for hidden in ("哮喘", "王大山", "3507"):
        assert hidden not in text
    row = next(one for one in page.members.rows if "王小㵐" in words(one))  # type: ignore[attr-defined]
    shown = [one.text() for one in row.findChildren(QPushButton) if one.isVisibleTo(row)]
    assert "申请查阅" in shown
    assert not {"改信息", "转介"} & set(shown)
    qtbot.waitUntil(row.isVisible)
    kept(window, "household-closed")
    press(row, "申请查阅")
    qtbot.waitUntil(lambda: isinstance(window.page(), MinorsPage) and "您现在看不到" in words(window))


def test_asking_waits_and_the_emergency_opens_at_once(
    qtbot: QtBot, window: MainWindow, vault: Application, family: tuple[str, str]
) -> None:
    """Both through the widgets; an emergency without a reason does nothing."""
    page = opened(qtbot, window, Target("minors", family[1]), MinorsPage, "您现在看不到")
    assert isinstance(page, MinorsPage)
    assert "没有能批准的复核人" in words(page)
    kept(window, "minors-ask")
    for size in (FULL, AT_150_PERCENT):
        window.resize(*size)
        assert_legible(page)
    kept(window, "minors-ask-150")
    window.resize(*FULL)
    page.action.trigger()
    qtbot.waitUntil(lambda: "已经申请，等负责人批准" in words(page))
    assert not minors_gate.access_to(vault, family[1]).is_open
    page.open.click()
    qtbot.waitUntil(lambda: "没有写原因" in words(window))
    assert not minors_gate.access_to(vault, family[1]).is_open
    page.danger.set_value("高烧抽搐，要知道用什么药")
    page.open.click()
    qtbot.waitUntil(lambda: "您现在可以看这个孩子的信息" in words(page))
    assert minors_gate.access_to(vault, family[1]).is_open
    assert "请今天同步，报县里" in words(window)
    kept(window, "minors-emergency")
    page = opened(qtbot, window, Target("household", family[0]), HouseholdPage, "哮喘")
    assert "王大山" in words(page)


def test_a_reviewer_approves_and_prints_the_years_list(
    qtbot: QtBot, tasks: Tasks, reviewer: Application, printer: Printer
) -> None:
    """What a caseworker asked for is granted; the list names the child, the approval, and own looks."""
    household, child = "home", "child"
    begin = reviewer.today()
    until = begin + timedelta(days=30)
    said = {"workers": ["lin"], "ground": "case", "from": begin.isoformat(), "until": until.isoformat()}

    def asked(action: Action) -> None:
        action.author = replace(action.author, worker="lin", role=Role.CASEWORKER)
        at_home = {"division": SHANGBU}
        action.add("household.described", household, described("household", address=at_home, head={"resident": child}))
        about = {
            "name": {"name": "王小㵐"},
            "birth": {"day": "2015-03-07"},
            "health": {"state": "chronic", "illness": "哮喘"},
        }
        lives = {"household": household, "relation": "40"}
        action.add("resident.described", child, described("resident", **about, membership=lives))
        fields = {**said, "resident": child, "household": household, "words": "助学申请"}
        action.add("approval.moved", "asked", {"from": None, "to": "asked", "fields": fields})
        action.author = replace(action.author, worker="county", role=Role.COUNTY_APPROVER)
        own = {**said, "workers": ["he"], "ground": "check", "divisions": [SHANGBU], "approver": "county"}
        action.add("approval.moved", "own", {"from": None, "to": "given", "fields": own})

    reviewer.act(asked)
    (waiting,) = (one for one in today.today(reviewer).items if one.kind is TodayKind.MINORS)
    assert (waiting.head_name, target_of(waiting)) == ("王小㵐", Target("minors", child))
    window = window_over(qtbot, tasks, reviewer, printer)
    opened(qtbot, window, Target("household", household), HouseholdPage, "哮喘")
    page = opened(qtbot, window, Target("minors"), MinorsPage, "助学申请")
    kept(window, "minors-reviewer")
    press(page, "批准")
    qtbot.waitUntil(lambda: {one.state for one in minors.approvals(reviewer)} == {ApprovalState.GIVEN})
    press(page, "打印今年的清单")
    qtbot.waitUntil(lambda: bool(printer.taken))
    text = whole_text(printer.taken[0][0])
    for one in ("王小㵐", "助学申请", "家庭页面", "查阅1次", "OWN", "何金水", "ASKED"):
        assert one in text
    assert "哮喘" not in text


def test_the_age_of_whoever_may_be_a_child_is_stated_while_the_rest_is_closed(
    qtbot: QtBot, window: MainWindow, vault: Application
) -> None:
    """The line says what is taken for granted and how to open it; one form, one field, and it is open."""
    girl = NewResident(Name("王春"), relation="42", health=Health("chronic", "哮喘"))
    members = (NewResident(Name("王阿婆"), birth=Birth(date(1950, 1, 1))), girl)
    made = households.add_household(vault, NewHousehold(Address(SHANGBU, "2组7号"), members)).value
    vault.clock = lambda: clock() + timedelta(days=1)
    window.open(Target("household", made.household))
    page = window.findChild(HouseholdPage)
    assert page is not None
    qtbot.waitUntil(lambda: len(page.members.rows) == 2)
    qtbot.waitUntil(page._overview.updatesEnabled)
    row = page.members.rows[1]
    assert any(one.text() == CLOSED_FOR_AGE for one in row.findChildren(ShortenedLabel))
    if folder := os.environ.get("ZOUCUN_PICTURES_OF_PAGES"):
        window.grab().save(str(Path(folder) / "age-unknown.png"))
    (state,) = [one for one in row.findChildren(QPushButton) if one.accessibleName() == "写明年龄：王春"]
    state.click()
    form = page.editor.form
    assert isinstance(form, AgeForm)
    page.save()
    assert page.editor.editing is not None, "nothing was answered"
    form.band.set_value(AgeBand.ADULT)
    if folder := os.environ.get("ZOUCUN_PICTURES_OF_PAGES"):
        qtbot.wait(100)
        window.grab().save(str(Path(folder) / "age-form.png"))
    page.save()
    qtbot.waitUntil(lambda: page.editor.editing is None)
    qtbot.waitUntil(lambda: not minors_gate.access_to(vault, made.residents[1]).is_minor)
    qtbot.waitUntil(lambda: any("哮喘" in one.text() for one in page.members.findChildren(ShortenedLabel)))

    def named() -> set[str]:
        return {one.accessibleName() for one in page.members.findChildren(QPushButton) if one.isVisible()}

    qtbot.waitUntil(lambda: "写明年龄：王春" not in named())  # the row before goes in a later turn
