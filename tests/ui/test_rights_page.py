"""The rights desk through its widgets: taken in, acted on, answered, printed, and the clocks of a person's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.households import Name, NewResident
from desktop.domain.rights import Asker, IdentityCheck, NewRequest, RefusalReason, RequestWay, RightKind, RightsState
from desktop.domain.roles import Role
from desktop.services import drafts, households, people, rights
from desktop.services.application import Application
from desktop.storage import queries
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.pages.rights_page import RightsPage
from desktop.ui.pages.today_page import TodayPage
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import Tasks
from tests.casework import end_aid, recorded_household, submitted_referral
from tests.county_issued import issue_everything
from tests.documents.pdf_reading import type_size, whole_text
from tests.ui.consent_people import settle
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.stand_in_pages import window_of
from tests.vaults import made_vault


@dataclass
class Printer:
    """Stands where the print system is."""

    taken: list[tuple[bytes, str, int]] = field(default_factory=list)

    def __call__(self, _parent: QWidget, pdf: bytes, title: str, *, copies: int = 1) -> Printing:
        self.taken.append((pdf, title, copies))
        return Printing(PrintResult.PRINTED, copies)


def _fail(error: BaseException) -> None:
    raise error


@dataclass
class RightsDesk:
    """A worker at the window with the pages that lead to the desk and from it."""

    qtbot: QtBot
    tasks: Tasks
    application: Application
    printer: Printer
    window: MainWindow

    def open(self, record: str) -> RightsPage:
        """The desk at a record, once all has arrived."""
        self.window.open(Target("rights", record))
        self.wait()
        page = self.window.page()
        assert isinstance(page, RightsPage)
        return page

    def wait(self) -> None:
        settle(self.qtbot, self.tasks)

    def words(self) -> str:
        """Every visible word of the page in front."""
        page = self.window.page()
        assert page is not None
        return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def rights_desk(qtbot: QtBot, tasks: Tasks, application: Application) -> RightsDesk:
    """The window, on Today."""
    tasks.bug.connect(_fail)
    printer = Printer()
    made: dict[str, tuple[str, Callable[[], Page]]] = {
        "today": ("today", lambda: TodayPage(tasks, application)),
        "household": ("households", lambda: HouseholdPage(tasks, application)),
        "rights": ("households", lambda: RightsPage(tasks, application, printer)),
    }
    window = window_of(qtbot, tasks, made)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return RightsDesk(qtbot, tasks, application, printer, window)


@pytest.fixture
def desk(qtbot: QtBot, tasks: Tasks, vault: Application) -> RightsDesk:
    return rights_desk(qtbot, tasks, vault)


def taken(application: Application, resident: str, kind: RightKind) -> str:
    """A request of the person at the window."""
    return rights.take_request(
        application,
        NewRequest(
            resident=resident,
            kind=kind,
            asker=Asker.PERSON,
            way=RequestWay.WINDOW,
            identity=IdentityCheck.DOCUMENT,
            words="想看看你们记了我什么",
            received=application.today(),
        ),
    ).value


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_a_request_is_taken_in_from_the_household_and_waits_on_today(
    desk: RightsDesk, vault: Application, size: tuple[int, int]
) -> None:
    """Household → 权利请求 → who → form → taken; Today has it with its day, and Enter leads back to it."""
    desk.window.resize(*size)
    made = recorded_household(vault)
    desk.window.open(Target("household", made.household))
    desk.wait()
    household = desk.window.page()
    assert isinstance(household, HouseholdPage)
    household.members.rights.click()
    desk.wait()
    page = desk.window.page()
    assert isinstance(page, RightsPage)
    assert "不能删" in desk.words()
    assert "正在享受救助" in desk.words()
    assert_legible(desk.window)
    page.action.trigger()
    page.action.trigger()
    assert desk.window.banner.notice is not None
    assert "还没有选请求什么" in desk.window.banner.notice.text
    page.taking.kind.inputs()[0].click()  # type: ignore[attr-defined]
    page.taking.identity.inputs()[0].click()  # type: ignore[attr-defined]
    page.taking.words.setPlainText("想看看")
    assert not page.taking.proof.isVisible()
    page.taking.asker.inputs()[3].click()  # type: ignore[attr-defined]
    assert page.taking.proof.isVisible()
    assert_legible(desk.window)
    page.taking.asker.inputs()[0].click()  # type: ignore[attr-defined]
    page.action.trigger()
    desk.wait()
    (found,) = rights.requests(vault)
    assert (found.fields.kind, found.fields.words, found.state) == (RightKind.ACCESS, "想看看", RightsState.RECEIVED)
    assert "还剩 15 个工作日" in desk.words()
    assert_legible(desk.window)
    assert unnamed(page) == []
    desk.window.open(Target("today"))
    desk.wait()
    today = desk.window.page()
    assert isinstance(today, TodayPage)
    today.pane.opened.emit(f"rights:{found.id}")
    desk.wait()
    assert isinstance(desk.window.page(), RightsPage)
    assert page.panel.shown is not None
    assert page.panel.shown.id == found.id


def test_the_copy_is_seen_printed_answered_and_the_letter_printed_twice(desk: RightsDesk, vault: Application) -> None:
    """What is shown is what is printed; both prints are noted; the letter comes in two copies."""
    person, _ = submitted_referral(vault)
    one = taken(vault, person, RightKind.COPY)
    page = desk.open(f"request:{one}")
    assert page.panel.preview.pages > 0
    page.panel.acts.copy.click()
    desk.wait()
    page.panel.answer.outcome.inputs()[0].click()  # type: ignore[attr-defined]
    page.action.trigger()
    desk.wait()
    assert rights.request(vault, one).state is RightsState.ANSWERED
    assert "已全部照办" in desk.words()
    page.action.trigger()
    desk.wait()
    assert [(title, copies) for _, title, copies in desk.printer.taken] == [
        ("个人信息副本 GR-02", 1),
        ("答复书 GR-01", 2),
    ]
    assert "个人信息副本" in whole_text(desk.printer.taken[0][0])
    assert "人民法院" in whole_text(desk.printer.taken[1][0])
    prints = vault.read(lambda connection: queries.of_kind(connection, "print"))
    assert {row.state["fact"]["form"] for row in prints if row.state["fact"]["of"] == one} == {"GR-01", "GR-02"}
    assert_legible(desk.window)


def test_the_size_is_kept_from_copy_to_letter_and_when_printed_again(desk: RightsDesk, vault: Application) -> None:
    """Large for this request alone: another begins in ordinary type, and this one is as large as its paper."""
    person, _ = submitted_referral(vault)
    one, other = taken(vault, person, RightKind.COPY), taken(vault, person, RightKind.ACCESS)
    page = desk.open(f"request:{one}")
    page.panel.large.inputs()[1].click()  # type: ignore[attr-defined]
    desk.wait()
    page.panel.acts.copy.click()
    desk.wait()
    page.panel.answer.outcome.inputs()[0].click()  # type: ignore[attr-defined]
    page.action.trigger()
    desk.wait()
    page.action.trigger()
    desk.wait()
    assert [type_size(pdf) for pdf, *_ in desk.printer.taken] == [16, 16]
    assert desk.open(f"request:{other}").panel.large.value() is False
    assert desk.open(f"request:{one}").panel.large.value() is True


def test_a_refusal_without_a_reason_is_not_recorded(desk: RightsDesk, vault: Application) -> None:
    """It says what is missing, and nothing that was typed is lost."""
    person = recorded_household(vault).residents[0]
    one = taken(vault, person, RightKind.EXPLAIN)
    page = desk.open(f"request:{one}")
    page.panel.answer.words.setPlainText("按规定要核对收入")
    page.panel.answer.outcome.inputs()[2].click()  # type: ignore[attr-defined]
    page.action.trigger()
    desk.wait()
    assert desk.window.banner.notice is not None
    assert "理由" in desk.window.banner.notice.text
    assert page.panel.answer.words.value() == "按规定要核对收入"
    page.panel.answer.reasons.set_value((RefusalReason.CONFIDENTIAL,))
    page.action.trigger()
    desk.wait()
    assert rights.request(vault, one).state is RightsState.REFUSED


def test_an_answer_that_was_being_written_is_there_after_a_lock(
    qtbot: QtBot, tasks: Tasks, desk: RightsDesk, vault: Application
) -> None:
    """Half a letter in plain words takes longer than the lock waits. It goes with the answer, and is no other's."""
    person = recorded_household(vault).residents[0]
    one, other = taken(vault, person, RightKind.EXPLAIN), taken(vault, person, RightKind.EXPLAIN)
    page = desk.open(f"request:{one}")
    page.panel.answer.words.setPlainText("您家的收入是按县里的标准")
    page.panel.answer.outcome.inputs()[1].click()  # type: ignore[attr-defined]
    page.panel.answer.reasons.set_value((RefusalReason.CONFIDENTIAL,))
    page.panel.answer.reasons.changed.emit()
    page.leave()
    desk.wait()
    after = rights_desk(qtbot, tasks, vault)
    assert after.open(f"request:{other}").panel.answer.words.value() == ""
    page = after.open(f"request:{one}")
    answer = page.panel.answer
    assert answer.words.value() == "您家的收入是按县里的标准"
    assert (answer.outcome.value(), answer.reasons.value()) == (RightsState.IN_PART, (RefusalReason.CONFIDENTIAL,))
    assert answer.reasons.isVisible()
    page.action.trigger()
    after.wait()
    assert rights.request(vault, one).state is RightsState.IN_PART
    page.leave()
    after.wait()
    assert drafts.open_drafts(vault) == ()


def test_a_correction_opens_the_form_on_that_member(desk: RightsDesk, vault: Application) -> None:
    """去改: the household's own editor, on the person who asked."""
    person = recorded_household(vault).residents[1]
    page = desk.open(f"request:{taken(vault, person, RightKind.CORRECT)}")
    assert "还没有改过" in desk.words()
    page.panel.acts.edit.click()
    desk.wait()
    household = desk.window.page()
    assert isinstance(household, HouseholdPage)
    assert household.editor.resident == person


def test_stopping_recalls_what_is_under_way_and_goes_into_the_answer(desk: RightsDesk, vault: Application) -> None:
    """One press; then it is said that it is stopped, and what a duty still needs."""
    person, _ = submitted_referral(vault)
    before = vault.clock
    one = taken(vault, person, RightKind.RESTRICT)
    vault.clock = lambda: before().replace(minute=before().minute ^ 1, hour=before().hour + 1)
    page = desk.open(f"request:{one}")
    page.panel.acts.stop.click()
    desk.wait()
    assert "已经停止提供" in desk.words()
    page.panel.answer.outcome.inputs()[1].click()  # type: ignore[attr-defined]
    page.panel.answer.reasons.set_value((RefusalReason.DUTY,))
    page.action.trigger()
    desk.wait()
    assert rights.request(vault, one).fields.withdrawal.startswith("CH-")


def test_a_deletion_shows_what_is_locked_erases_and_keeps_the_name_for_the_letter_alone(
    desk: RightsDesk, vault: Application
) -> None:
    """Looked at, typed, erased, answered, printed with the name; after leaving the page the name is nowhere."""
    made = recorded_household(vault)
    person = households.add_member(vault, made.household, NewResident(Name("王𨭎"), relation="2")).value
    end_aid(vault, made.household)
    one = taken(vault, person, RightKind.DELETE)
    page = desk.open(f"request:{one}")
    panel = page.panel.acts.panel
    assert panel.isVisible()
    assert not panel.erase.isEnabled()
    assert_legible(desk.window)
    panel.reason.inputs()[0].click()  # type: ignore[attr-defined]
    panel.name.setFocus()
    panel.name.setText("王𨭎")
    panel.name.changed.emit()
    assert panel.erase.isEnabled()
    panel.erase.click()
    desk.wait()
    assert people.is_erased(vault, person)
    assert rights.request(vault, one).state is RightsState.ANSWERED
    page.action.trigger()
    desk.wait()
    assert "王𨭎" in whole_text(desk.printer.taken[0][0])
    desk.window.open(Target("today"))
    desk.open(f"request:{one}")
    assert "王𨭎" not in desk.words()
    page.action.trigger()
    desk.wait()
    assert "王𨭎" not in whole_text(desk.printer.taken[1][0])


def test_a_social_worker_takes_in_and_is_told_who_answers(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """No act and no answer is offered; the reason is where it is pointed at."""
    with made_vault(tmp_path, role=Role.SOCIAL_WORKER) as application:
        issue_everything(application)
        desk = rights_desk(qtbot, tasks, application)
        page = desk.open(f"request:{taken(application, recorded_household(application).residents[0], RightKind.COPY)}")
        assert not page.action.isEnabled()
        assert "经办人" in page.action.toolTip()
        assert not page.panel.acts.isVisible()
        assert page.panel.take_back.isVisible()
        assert tasks.close()
