"""今日, through its widgets, on real vaults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, Purpose
from desktop.domain.households import Address, Birth, CategoryHeld, Name, NewHousehold, NewResident
from desktop.domain.needs import NeedCode
from desktop.domain.prints import Came
from desktop.domain.records import Change
from desktop.domain.referrals import Trigger
from desktop.domain.visits import Assessment, Conclusion, Visit, VisitKind, VisitResult
from desktop.services import consent, drafts, households, lease, people, referrals, revocation, visits
from desktop.services.application import Application
from desktop.services.referrals import NewReferral
from desktop.services.today import TodayItem, TodayKind
from desktop.storage import records
from desktop.storage.standing import KeptStanding
from desktop.ui.models.rows import ROW, Heading
from desktop.ui.pages.page import Target, built
from desktop.ui.pages.today_page import TodayPage
from desktop.ui.tasks import Tasks
from desktop.ui.today_words import due_chip
from desktop.ui.workspace_window import workspace_window
from tests.county_issued import CHARITY, SHANGBU, ZHONGBU, issue_everything
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import made_vault

SLOW = 15_000


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """An enrolled vault without anything in it."""
    with made_vault(tmp_path) as made:
        yield made


def household(application: Application, name: str, village: str = SHANGBU, visited_days_ago: int | None = None) -> str:
    """A destitute person's household, visited some days ago."""
    held = (CategoryHeld(Category.DESTITUTE, "hand"),)
    new = NewHousehold(
        Address(village, "1组"), (NewResident(Name(name), birth=Birth(date(1950, 3, 1))),), categories=held
    )
    made = households.add_household(application, new).value.household
    if visited_days_ago is not None:
        day = application.today() - timedelta(days=visited_days_ago)
        visits.record_visit(
            application,
            Visit(
                made,
                VisitKind.SURVEY,
                day,
                VisitResult.MET,
                second_worker="何金水",
                notice_given=True,
                own_words="想有人帮忙买米",
                assessment=Assessment(Conclusion.NOTHING),
            ),
        )
    return made


def head(application: Application, household_id: str) -> str:
    """The head's id."""
    return people.household_page(application, household_id, opened=False).members[0].resident


def drafted_sheet(application: Application, resident: str) -> str:
    """A consent sheet that is drafted and not printed yet."""
    ask = consent.Ask(CHARITY, Purpose.DISABILITY, (DataClass.A1,))
    return consent.draft_sheet(application, consent.NewSheet(resident, (ask,), "何金水")).value


def submitted_referral(application: Application, resident: str) -> str:
    """A referral on its way to the county, resting on a consent that awaits its check."""
    sheet = drafted_sheet(application, resident)
    consent.record_printed(
        application, sheet, print_id="p1", form="TY-01", version="2026.1", digest="0" * 64, came=Came(copies=2)
    )
    answers = (consent.Answer(CHARITY, Purpose.DISABILITY, DataClass.A1, True),)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)
    new = NewReferral(
        resident,
        CHARITY,
        Purpose.DISABILITY,
        Trigger.T1,
        (DataClass.A1,),
        (NeedCode.N2,),
        "需要一台轮椅",
        application.today() + timedelta(days=15),
        "何金水",
    )
    return referrals.draft_referral(application, new, submit=True).value


def shown(qtbot: QtBot, tasks: Tasks, application: Application) -> TodayPage:
    """The page on the screen, with everything it asked for."""
    page = built(TodayPage(tasks, application))
    qtbot.addWidget(page)
    page.resize(1160, 640)
    page.show()
    qtbot.waitExposed(page)
    page.focus_first()
    qtbot.waitUntil(lambda: page._state is not None, timeout=SLOW)
    return page


def lines(qtbot: QtBot, page: TodayPage) -> list[str]:
    """What the list says: headings, and rows as a screen reader reads them."""
    model = page.pane.model
    rows = [model.index(number) for number in range(model.rowCount())]
    qtbot.waitUntil(lambda: all(index.data(ROW) is not None for index in rows), timeout=SLOW)
    found = [index.data(ROW) for index in rows]
    return [one.text if isinstance(one, Heading) else one.spoken() for one in found]


def targets(page: TodayPage) -> list[Target]:
    """Where the page wants to go, from now on."""
    asked: list[Target] = []
    page.target_asked.connect(asked.append)
    return asked


def test_what_waits_stands_under_its_village_with_its_urgency_in_words(
    qtbot: QtBot, tasks: Tasks, application: Application
) -> None:
    """The most urgent village first; what was said last time; never visited households at the end, counted apart."""
    issue_everything(application)
    household(application, "林秀英", ZHONGBU, visited_days_ago=92)
    household(application, "吉建国", SHANGBU, visited_days_ago=95)
    household(application, "单月娥", SHANGBU)
    page = shown(qtbot, tasks, application)
    assert lines(qtbot, page) == [
        "上㘵村　1 项",
        "吉建国 户，特困，定期走访 · 想有人帮忙买米，逾期 3 天",
        "中㘵村　1 项",
        "林秀英 户，特困，定期走访 · 想有人帮忙买米，今天",
        "还没有走访过　1 户",
        "单月娥 户，上㘵村 · 特困，1组，还没走访",
    ]
    assert page.todo.heading._title.text() == "待办 2 项"
    assert page.todo.heading._note.text() == "逾期 1 · 今天 1"


def test_enter_opens_the_page_where_it_is_done(qtbot: QtBot, tasks: Tasks, application: Application) -> None:
    """A visit leads to the visit, a sheet to the person's consent; by keyboard alone, from the first row on."""
    issue_everything(application)
    first = household(application, "林秀英", visited_days_ago=95)
    sheet = drafted_sheet(application, head(application, first))
    page = shown(qtbot, tasks, application)
    lines(qtbot, page)
    asked = targets(page)
    assert page.focusWidget() is page.pane.view
    QTest.keyClick(page.pane.view, Qt.Key.Key_Return)
    QTest.keyClick(page.pane.view, Qt.Key.Key_Down)
    QTest.keyClick(page.pane.view, Qt.Key.Key_Return)
    assert asked == [Target("visit", first), Target("consent", f"sheet:{sheet}")]


@pytest.mark.parametrize(
    ("is_issued", "has_household", "words", "target"),
    [
        (False, False, "先同步一次", "sync"),
        (True, False, "再导入镇里的台账", "import"),
        (True, True, "今天没有待办", "households"),
    ],
)
def test_an_empty_page_says_what_to_do_first(
    qtbot: QtBot,
    tasks: Tasks,
    application: Application,
    *,
    is_issued: bool,
    has_household: bool,
    words: str,
    target: str,
) -> None:
    """Sync for the directory, import the ledger, then visit; each with its button."""
    if is_issued:
        issue_everything(application)
    if has_household:
        household(application, "林秀英", visited_days_ago=1)
    page = shown(qtbot, tasks, application)
    asked = targets(page)
    empty = page._nothing._stack.currentWidget()
    assert words in [label.text() for label in empty.findChildren(type(page.todo.heading._title))]
    (go,) = empty.findChildren(QPushButton)
    go.click()
    assert asked == [Target(target)]


def test_the_primary_action_is_to_sync_while_something_is_unsent(
    qtbot: QtBot, tasks: Tasks, application: Application
) -> None:
    """A new vault has never synced: the first press goes to 同步 and begins."""
    page = shown(qtbot, tasks, application)
    asked = targets(page)
    assert page.primary is not None
    assert page.primary.text() == "同步"
    page.primary.trigger()
    assert asked == [Target("sync", "now")]


def test_in_practice_the_primary_action_is_to_visit(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """Practice is never reported, so there is nothing to sync."""
    with made_vault(tmp_path, practice=True) as application:
        page = shown(qtbot, tasks, application)
        asked = targets(page)
        assert page.primary is not None
        assert page.primary.text() == "开始走访"
        page.primary.trigger()
        assert asked == [Target("visit")]
        tasks.close()


def test_what_the_county_answered_is_told_and_leads_to_the_referral(
    qtbot: QtBot, tasks: Tasks, application: Application
) -> None:
    """A referral the county did not release: the number, the recipient and the reason; Enter opens it."""
    issue_everything(application)
    made = household(application, "林秀英", visited_days_ago=1)
    person = head(application, made)
    referral = submitted_referral(application, person)
    move = {"from": "submitted", "to": "refused", "reason": "缺一张影像"}
    time = application.clock().isoformat()
    change = Change("county/e/9", "referral.moved", referral, time, "officer", "duty-officer", move)
    application.store.write(lambda connection: records.apply(connection, change))
    page = shown(qtbot, tasks, application)
    asked = targets(page)
    model = page.echoes.model
    qtbot.waitUntil(lambda: model.rowCount() == 1 and model.index(0).data(ROW) is not None, timeout=SLOW)
    row = model.index(0).data(ROW)
    assert row.chips[0].text == "县级未放行"
    assert "福建省慈善总会 · 缺一张影像" in row.spoken()
    page.echoes.choose(referral)
    QTest.keyClick(page.echoes.view, Qt.Key.Key_Return)
    assert asked == [Target("referral", f"referral:{referral}")]
    assert "林秀英 户，特困，县里没有放行：缺一张影像，退回" in lines(qtbot, page)


def test_unfinished_work_can_be_gone_on_with(qtbot: QtBot, tasks: Tasks, application: Application) -> None:
    """A draft of a visit stands here under the household's name and leads back to it."""
    issue_everything(application)
    made = household(application, "林秀英")
    drafts.keep_draft(application, "d1", "visit", made, {"note": "…"})
    page = shown(qtbot, tasks, application)
    asked = targets(page)
    qtbot.waitUntil(lambda: bool(page._drafts.findChildren(QPushButton)))  # a turn after the list that waits
    (go_on,) = page._drafts.findChildren(QPushButton)
    assert go_on.text().startswith("走访 林秀英 · ")
    go_on.click()
    assert asked == [Target("visit", made)]


def test_dates_are_said_as_people_say_them() -> None:
    """Overdue by days, today, tomorrow, this week's day, then the date; never by colour alone."""
    today = date(2026, 11, 23)  # a Monday

    def words(days: int) -> str:
        item = TodayItem(TodayKind.VISIT_DUE, "h", "h", "", "", "", today + timedelta(days=days))
        return due_chip(item, today).text

    assert [words(days) for days in (-3, 0, 1, 3, 6, 7)] == [
        "逾期 3 天",
        "今天",
        "明天",
        "本周四",
        "本周日",
        "11月30日",
    ]


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_the_page_can_be_read_and_named(
    qtbot: QtBot, tasks: Tasks, application: Application, size: tuple[int, int]
) -> None:
    """In the window, at 100 % and at 150 %: nothing is cut off, everything has a name."""
    issue_everything(application)
    made = household(application, "林秀英", visited_days_ago=95)
    drafts.keep_draft(application, "d1", "visit", made, {})
    window = workspace_window(tasks, application)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    page = window.page()
    assert isinstance(page, TodayPage)
    qtbot.waitUntil(lambda: page._state is not None, timeout=SLOW)
    for _ in range(3):
        QApplication.processEvents()
    assert_legible(window)
    assert unnamed(window) == []
    window.close()
    tasks.close()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
@pytest.mark.parametrize(
    ("days", "chip", "words"),
    [
        (29, "", ""),
        (35, "35 天没联系", "再过 55 天，2026年5月31日起要主管码"),
        (95, "要主管码", "已经 95 天没有和县里联系，现在只能看和同步"),
    ],
    ids=["good", "reminder", "over"],
)
def test_days_without_the_county_are_a_line_with_the_day_of_the_code_and_a_way_to_sync(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int], days: int, chip: str, words: str
) -> None:
    """Nothing below the reminder; above it the days, the day on which a code is asked for, and the button."""
    met = datetime(2026, 3, 2, 9, tzinfo=UTC)
    now = [met]
    tasks = Tasks()
    with made_vault(tmp_path, clock=lambda: now[0]) as vault:
        issue_everything(vault)
        household(vault, "林秀英", visited_days_ago=0)
        good = KeptStanding(met.isoformat(), revoked=False, wipe=False, order=0, since="", reason="", ask="", signed="")
        revocation.keep_standing(vault, good, bytes(32).hex())
        for day in range(0, days + 1, 30):
            now[0] = met + timedelta(days=day)
            lease.look(vault)
        now[0] = met + timedelta(days=days)
        lease.look(vault)
        window = workspace_window(tasks, vault)
        window.idle.stop()
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        page = window.page()
        assert isinstance(page, TodayPage)
        qtbot.waitUntil(lambda: page._state is not None, timeout=SLOW)
        assert page.lease.isVisible() is bool(words)
        if words:
            assert words in page.lease.words.text()
            assert page.lease._chip.accessibleName() == chip
            assert_legible(window)
            assert unnamed(window) == []
            asked: list[Target] = []
            page.target_asked.connect(asked.append)
            page.lease.sync.setFocus()
            QTest.keyClick(page.lease.sync, Qt.Key.Key_Space)
            assert asked == [Target("sync", "now")]
        window.close()
        assert tasks.close()
