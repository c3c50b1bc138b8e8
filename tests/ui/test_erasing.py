"""删除个人信息: nothing goes before it was understood and said twice; after it the person is nowhere any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.households import Address, Birth, Name, NewHousehold, NewResident, Phones
from desktop.domain.journal import ERASED
from desktop.domain.roles import Role
from desktop.services import (
    backups,
    consent,
    erasing_plan,
    households,
    paper,
    referrals,
    scans,
    visits,
)
from desktop.services.application import Application
from desktop.services.erasing_plan import Ground
from desktop.services.people import find_people
from desktop.services.vaults import verify_journal
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import WorkspaceWindow, workspace_window
from tests.casework import BORN, end_aid, recorded_household, signed_sheet, visit
from tests.county_issued import SHANGBU, issue_everything
from tests.storage.test_erasing import CANARY, CANARY_PHONE, WORDS, pages_with
from tests.ui.consent_people import (
    county_checks,
    county_releases,
    photo,
    prepare,
    settle,
    take_every_page,
    wheelchair_referral,
)
from tests.ui.consent_people import signed_sheet as paper_signed
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.test_roles import give_role
from tests.vaults import ClosedVault, closed_vault, data_key, enrolment, made_vault, opened

SLOW = 60_000


@contextmanager
def family(home: Path) -> Iterator[tuple[Application, ClosedVault, str, str]]:
    """A household of three with a visit, and one of them, with a signed sheet and the canary's name."""
    closed = closed_vault(home)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        issue_everything(application)
        made = recorded_household(application)
        end_aid(application, made.household)
        member = NewResident(Name(CANARY), birth=Birth(BORN), relation="2", phones=Phones((CANARY_PHONE,)))
        person = households.add_member(application, made.household, member).value
        signed_sheet(application, person)
        visits.record_visit(application, visit(made.household, application.today()))
        yield application, closed, made.household, person


def open_window(qtbot: QtBot, tasks: Tasks, application: Application) -> WorkspaceWindow:
    """The real window; a bug in a lane fails the test."""

    def fail(error: BaseException) -> None:
        raise error

    tasks.bug.connect(fail)
    window = workspace_window(tasks, application)
    window.idle.stop()
    qtbot.addWidget(window)
    window.resize(*FULL)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW)
    return window


def leave(window: WorkspaceWindow, tasks: Tasks) -> None:
    """Close the window and end its threads before the vault is closed."""
    window.close()
    assert tasks.close()


def shown(qtbot: QtBot, window: WorkspaceWindow, household: str) -> HouseholdPage:
    """The page of a household, once it is read."""
    window.open(Target("household", household))
    page = window.page()
    assert isinstance(page, HouseholdPage)
    qtbot.waitUntil(page.members.isVisible, timeout=SLOW)
    return page


def words_anywhere(window: QWidget) -> str:
    """Every word any widget or list of the window holds, shown or not."""
    found: list[str] = [window.windowTitle()]
    for one in window.findChildren(QWidget):
        found += [one.toolTip(), one.accessibleName(), one.accessibleDescription(), one.windowTitle()]
        if isinstance(one, QLabel | QAbstractButton | QLineEdit):
            found.append(one.text())
        if isinstance(one, QListView) and isinstance(one.model(), QAbstractItemModel):
            model = one.model()
            rows = range(model.rowCount())
            found += [str(model.index(row, 0).data(role)) for row in rows for role in (0, 3, 11, *range(256, 262))]
    found += [one.text() for one in window.findChildren(QAction)]
    return "\n".join(found)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key, to whatever has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


def compose(field: QLineEdit, text: str) -> None:
    """Type Chinese as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def tab_to(widget: QWidget) -> None:
    """Tab until it has the focus."""
    for _ in range(80):
        if QApplication.focusWidget() is widget:
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {widget}")


def test_a_person_is_erased_by_keyboard_alone_and_is_nowhere_any_more(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """Who, what goes, why, the name typed, the press; then not in the window, not in the search, not in the file."""
    with family(tmp_path) as (application, closed, household, person):
        window = open_window(qtbot, tasks, application)
        window.open(Target("consent", f"list:{person}"))
        qtbot.waitUntil(lambda: CANARY in words_anywhere(window), timeout=SLOW)
        page = shown(qtbot, window, household)
        assert CANARY in words_anywhere(window), "the search must be able to find it"
        tab_to(page.members.erase)
        press(Qt.Key.Key_Space)
        who = page.erasing.who
        assert who is not None
        assert window.header.primary.isHidden(), "nothing that cannot be undone stands where the next step stands"
        for _ in range(2):
            press(Qt.Key.Key_Right)
        press(Qt.Key.Key_Space)
        panel = page.erasing.panel
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        qtbot.waitUntil(lambda: CANARY in words_anywhere(panel), timeout=SLOW)
        said = words_anywhere(panel)
        for words in ("成员 1 份", "同意书 1 份", "走访 1 份", "下次同步时删", "电脑以外", "不能恢复", "日志"):
            assert words in said, words
        assert not panel.erase.isEnabled()
        tab_to(panel.reason.inputs()[0])
        press(Qt.Key.Key_Space)
        assert panel.reason.value() is not None
        tab_to(panel.name)
        compose(panel.name, "林晓梅")
        assert not panel.erase.isEnabled(), "another name does not do"
        panel.name.selectAll()
        compose(panel.name, CANARY)
        press(Qt.Key.Key_Return)
        assert QApplication.focusWidget() is panel.erase
        assert find_people(application, CANARY), "nothing was erased yet"
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not find_people(application, CANARY), timeout=SLOW)
        qtbot.waitUntil(lambda: "已删除" in words_anywhere(panel), timeout=SLOW)
        qtbot.waitUntil(lambda: page.content is not None, timeout=SLOW)
        qtbot.waitUntil(lambda: CANARY not in words_anywhere(window), timeout=SLOW)
        assert CANARY_PHONE not in words_anywhere(window)
        assert QApplication.focusWidget() is panel.back
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(page.members.isVisible, timeout=SLOW)
        left = ["𠮷建国", "林㛃"]
        qtbot.waitUntil(lambda: [row._view.name.name for row in page.members.rows] == left, timeout=SLOW)
        window.back()
        qtbot.waitUntil(lambda: window.banner.notice is not None, timeout=SLOW)
        assert CANARY not in words_anywhere(window), "the way back leads to nobody"
        assert verify_journal(application).fault is None
        leave(window, tasks)
    key = data_key(tmp_path, closed.vault, closed.password, closed.card)
    for words in WORDS:
        assert not pages_with(closed.store, key, words), words


def test_the_last_member_takes_the_household_along_and_the_window_goes_on(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """Registered by mistake: the household goes too, and the way on is the list of all."""
    with family(tmp_path) as (application, _, _, _):
        one = NewResident(Name(CANARY))
        home = households.add_household(application, NewHousehold(Address(SHANGBU, "9号"), (one,))).value.household
        window = open_window(qtbot, tasks, application)
        page = shown(qtbot, window, home)
        page.members.erase.click()
        panel = page.erasing.panel
        assert page.erasing.who is None, "with one member there is nobody to choose"
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        panel.reason.set_value(next(one for one in panel.reason.options() if one.ground is Ground.MISTAKE))
        panel.reason.changed.emit()
        assert "家庭 1 份" in words_anywhere(panel)
        compose(panel.name, CANARY)
        panel.erase.click()
        qtbot.waitUntil(lambda: panel.back.text() == "看全部家庭", timeout=SLOW)
        panel.back.click()
        qtbot.waitUntil(lambda: isinstance(window.page(), HouseholdsPage), timeout=SLOW)
        leave(window, tasks)


def test_what_older_backups_hold_is_said_with_how_many_more_it_takes(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """One backup on this laptop: counted, and three more until it is gone."""
    with family(tmp_path) as (application, _, household, _):
        backups.back_up(application)
        window = open_window(qtbot, tasks, application)
        page = shown(qtbot, window, household)
        page.members.erase.click()
        assert page.erasing.who is not None
        page.erasing.who.inputs()[2].click()  # type: ignore[attr-defined]
        panel = page.erasing.panel
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        assert "本机还有 1 份" in words_anywhere(panel)
        assert "再备份 3 次" in words_anywhere(panel)
        leave(window, tasks)


def test_a_role_that_may_not_is_told_so_and_escape_gives_up(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """A station social worker erases nothing; who may, leaves with Esc and nothing has happened."""
    with family(tmp_path) as (application, _, household, _):
        window = open_window(qtbot, tasks, application)
        page = shown(qtbot, window, household)
        page.members.erase.click()
        assert page.erasing.who is not None
        page.erasing.who.inputs()[2].click()  # type: ignore[attr-defined]
        panel = page.erasing.panel
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        QTest.keyClick(panel.name, Qt.Key.Key_Escape)
        assert page.members.isVisible()
        assert find_people(application, CANARY)
        window.close()
        settle(qtbot, tasks)
        give_role(application, Role.SOCIAL_WORKER)
        window = open_window(qtbot, tasks, application)
        page = shown(qtbot, window, household)
        assert not page.members.erase.isEnabled()
        assert "经办人" in page.members.erase.toolTip()
        leave(window, tasks)


def test_what_was_released_has_to_be_withdrawn_first_and_the_way_there_is_offered(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """Recipients must be told to stop first; afterwards the proof of the release stays, and is named."""
    with made_vault(tmp_path) as application:
        household, resident = prepare(application)
        sheet = paper_signed(application, resident)
        county_checks(application, sheet, resident)
        referral = referrals.draft_referral(application, wheelchair_referral(resident)).value
        referrals.submit_referral(application, referral)
        county_releases(application, referral)
        window = open_window(qtbot, tasks, application)
        page = shown(qtbot, window, household)
        page.members.erase.click()
        assert page.erasing.who is not None
        page.erasing.who.inputs()[0].click()  # type: ignore[attr-defined]
        qtbot.waitUntil(page.erasing.withdraw.isVisible, timeout=SLOW)
        assert "请先办撤回" in words_anywhere(page.erasing)
        assert not page.erasing.panel.erase.isVisible()
        assert_legible(window)
        page.erasing.withdraw.click()
        there = window.page()
        assert isinstance(there, ConsentPage)
        qtbot.waitUntil(lambda: there.title() == "吉建国", timeout=SLOW)
        live = tuple(one.id for one in consent.grants(application, resident) if one.live)
        consent.withdraw(application, resident, live, mode=consent.WithdrawalMode.IN_PERSON, identity_checked="")
        found = erasing_plan.outlook(application, resident).grounds[Ground.RIGHT]
        assert "referral" in {one.kind for one in found.remains}
        leave(window, tasks)


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_a_scan_filed_by_mistake_goes_and_the_right_one_can_be_taken_in(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, size: tuple[int, int]
) -> None:
    """The picture is gone from the disk, the sheet says so, and the next step is there."""
    with made_vault(tmp_path) as application:
        resident = prepare(application)[1]
        sheet = paper_signed(application, resident)
        pages = take_every_page(application, sheet)
        pictures = application.folder / "attachments"
        before = set(pictures.iterdir())
        assert len(before) == pages
        window = open_window(qtbot, tasks, application)
        window.resize(*size)
        window.open(Target("consent", f"sheet:{sheet}"))
        page = window.page()
        assert isinstance(page, ConsentPage)
        qtbot.waitUntil(page.sheet.returned.erase.isVisible, timeout=SLOW)
        assert_legible(window)
        page.sheet.returned.erase.click()
        panel = page.sheet.returned.erasing.panel
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        assert "扫描件 1 份；图片 1 张" in words_anywhere(panel)
        assert_legible(window)
        assert unnamed(window) == []
        press(Qt.Key.Key_Escape)
        assert not panel.isVisible()
        page.sheet.returned.erase.click()
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        press(Qt.Key.Key_Space)
        compose(panel.name, "吉建国")
        panel.erase.click()
        qtbot.waitUntil(lambda: panel.back.text() == "回到这份同意书", timeout=SLOW)
        assert len(before - set(pictures.iterdir())) == 1
        assert [scan.page for scan in scans.scans_of(application, sheet)] == list(range(2, pages + 1))
        assert_legible(window)
        panel.back.click()
        qtbot.waitUntil(page.sheet.rescan.isVisible, timeout=SLOW)
        assert "还差第 1 页" in words_anywhere(page.sheet)
        assert_legible(window)
        assert window.header.primary.text() == "补收缺的页"
        window.header.primary.click()
        qtbot.waitUntil(page.taking.scanning.isVisible, timeout=SLOW)
        scans.take_scan(application, sheet, photo(paper.consent_paper_for(application, sheet).pdf))
        assert len(scans.scans_of(application, sheet)) == pages
        leave(window, tasks)


def test_under_a_sync_the_other_pages_are_made_anew_when_it_has_ended(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """The page that syncs must hear of its end; after that it is made anew like the others."""
    with family(tmp_path) as (application, _, household, _):
        window = open_window(qtbot, tasks, application)
        window.open_section("sync")
        page = shown(qtbot, window, household)
        before = window.pages()["sync"]
        window.show_sync_busy("正在上报")
        window.show_changes(frozenset({ERASED}))
        assert window.pages()["sync"] is before
        window.show_sync_busy("")
        qtbot.waitUntil(lambda: window.pages().get("sync") is not before, timeout=SLOW)
        assert window.page() is page
        leave(window, tasks)


def test_who_may_not_erase_sees_the_scan_and_the_command_disabled(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """The picture is theirs to look at; that it was filed by mistake is for others to decide."""
    with made_vault(tmp_path) as application:
        resident = prepare(application)[1]
        sheet = paper_signed(application, resident)
        take_every_page(application, sheet)
        give_role(application, Role.SOCIAL_WORKER)
        window = open_window(qtbot, tasks, application)
        window.open(Target("consent", f"sheet:{sheet}"))
        page = window.page()
        assert isinstance(page, ConsentPage)
        qtbot.waitUntil(page.sheet.returned.erase.isVisible, timeout=SLOW)
        assert not page.sheet.returned.erase.isEnabled()
        assert "经办人" in page.sheet.returned.erase.toolTip()
        leave(window, tasks)


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_every_step_is_legible_and_named(qtbot: QtBot, tasks: Tasks, tmp_path: Path, size: tuple[int, int]) -> None:
    """The choice of the person, the panel, and what was done."""
    with family(tmp_path) as (application, _, household, _):
        window = open_window(qtbot, tasks, application)
        window.resize(*size)
        page = shown(qtbot, window, household)
        assert_legible(window)
        page.members.erase.click()
        assert page.erasing.who is not None
        assert_legible(window)
        assert unnamed(window) == []
        page.erasing.who.inputs()[2].click()  # type: ignore[attr-defined]
        panel = page.erasing.panel
        qtbot.waitUntil(panel.reason.isVisible, timeout=SLOW)
        assert_legible(window)
        assert unnamed(window) == []
        panel.reason.set_value(panel.reason.options()[0])
        panel.reason.changed.emit()
        compose(panel.name, CANARY)
        panel.erase.click()
        qtbot.waitUntil(lambda: panel.back.text() == "回到这一户", timeout=SLOW)
        assert_legible(window)
        assert unnamed(window) == []
        leave(window, tasks)
