"""The pages for one paper each: the round's sheet and the identity confirmation, through their widgets."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.aid import Category
from desktop.domain.consent import SheetState
from desktop.domain.households import Address, CategoryHeld, Name, NearRelative, NewHousehold, NewResident
from desktop.domain.prints import Came
from desktop.domain.signing import AgeBand
from desktop.services import consent, directory, households, paper, people
from desktop.services.application import Application
from desktop.storage import queries
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.blanks.ask_rows import possible_asks
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.identity_page import IdentityPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.pages.round_page import RoundPage
from desktop.ui.pages.today_page import TodayPage
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import Tasks
from tests.casework import new_sheet
from tests.county_issued import SHANGBU, ZHONGBU
from tests.documents.pdf_reading import whole_text
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible
from tests.ui.stand_in_pages import window_of

P = TypeVar("P", bound=Page)


@dataclass
class Printer:
    """Stands where the print system is: takes papers, or says why not."""

    result: PrintResult = PrintResult.PRINTED
    taken: list[tuple[bytes, str]] = field(default_factory=list)

    def __call__(self, _parent: QWidget, pdf: bytes, title: str, *, copies: int = 1) -> Printing:
        if self.result is PrintResult.PRINTED:
            self.taken.append((pdf, title))
        return Printing(self.result, copies)


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def ids(vault: Application) -> list[str]:
    """Three households in two villages, nobody visited yet."""
    made = []
    for name, village in (("𠮷建国", SHANGBU), ("王𨭎", SHANGBU), ("林㛃", ZHONGBU)):
        held = (CategoryHeld(Category.SUBSISTENCE, "hand"),)
        members = (NewResident(Name(name)), NewResident(Name(f"{name[0]}小燕"), relation="20"))
        new = NewHousehold(Address(village, "2组7号"), members, categories=held)
        made.append(households.add_household(vault, new).value.household)
    return made


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, vault: Application, ids: list[str], printer: Printer) -> MainWindow:
    """The window with the pages that lead to papers."""
    assert ids
    tasks.bug.connect(_fail)
    pages: dict[str, tuple[str, Callable[[], Page]]] = {
        "today": ("today", lambda: TodayPage(tasks, vault)),
        "household": ("households", lambda: HouseholdPage(tasks, vault)),
        "round": ("today", lambda: RoundPage(tasks, vault, printer)),
        "identity": ("households", lambda: IdentityPage(tasks, vault, printer)),
    }
    made = window_of(qtbot, tasks, pages)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def _fail(error: BaseException) -> None:
    raise error


def prints(vault: Application, outcome: str = "printed") -> list[str]:
    """The households of whose papers this outcome is noted."""
    rows = vault.read(lambda connection: queries.of_kind(connection, "print"))
    return [row.household or "" for row in rows if row.state["fact"]["outcome"] == outcome]


def shown(qtbot: QtBot, window: MainWindow, kind: type[P]) -> P:
    """The page in front, once it is of this kind."""
    qtbot.waitUntil(lambda: isinstance(window.page(), kind))
    page = window.page()
    assert isinstance(page, kind)
    return page


def round_page(qtbot: QtBot, window: MainWindow) -> RoundPage:
    window.open(Target("round"))
    page = shown(qtbot, window, RoundPage)
    qtbot.waitUntil(lambda: len(page.villages.inputs()) == 2)
    return page


def identity_page(qtbot: QtBot, window: MainWindow, household: str) -> IdentityPage:
    window.open(Target("identity", household))
    page = shown(qtbot, window, IdentityPage)
    qtbot.waitUntil(page.action.isEnabled)
    return page


def test_a_round_is_chosen_seen_printed_and_noted_with_the_keyboard(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """Space ticks a village, the sheet appears, the primary action prints exactly what is shown."""
    page = round_page(qtbot, window)
    assert not page.action.isEnabled()
    page.focus_first()
    QTest.keyClick(page.villages.inputs()[0], Qt.Key.Key_Space)
    qtbot.waitUntil(page.action.isEnabled)
    page.action.trigger()
    (pdf, title) = printer.taken[0]
    assert title == "下村走访单 XC-01"
    assert "王𨭎" in whole_text(pdf)
    assert "林㛃" not in whole_text(pdf)
    qtbot.waitUntil(lambda: sorted(prints(vault)) == sorted(ids[:2]))


def test_a_round_without_a_village_shows_no_sheet(qtbot: QtBot, window: MainWindow) -> None:
    """Taken back, the sheet goes and nothing can be printed."""
    page = round_page(qtbot, window)
    box = page.villages.inputs()[0]
    QTest.keyClick(box, Qt.Key.Key_Space)
    qtbot.waitUntil(page.action.isEnabled)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert not page.action.isEnabled()
    assert page.preview.pages == 0


def test_what_was_not_printed_is_noted_as_that(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """No printer, no paper, and it is said."""
    printer.result = PrintResult.NO_PRINTER
    page = identity_page(qtbot, window, ids[0])
    with qtbot.waitSignal(page.noticed) as said:
        page.action.trigger()
    assert "没有可用的打印机" in said.args[0].text
    qtbot.waitUntil(lambda: prints(vault, "failed") == [ids[0]])
    assert prints(vault) == []


def test_a_confirmation_is_for_the_member_who_is_chosen(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """The head at first; whoever else is chosen then stands on it, and the print is noted."""
    page = identity_page(qtbot, window, ids[0])
    page.action.trigger()
    qtbot.waitUntil(lambda: prints(vault) == [ids[0]])
    qtbot.waitUntil(page.action.isEnabled)
    chosen = page.member.focusProxy()
    assert chosen is not None
    QTest.keyClick(chosen, Qt.Key.Key_Right)
    qtbot.waitUntil(page.action.isEnabled)
    page.action.trigger()
    first, second = (whole_text(pdf) for pdf, _ in printer.taken)
    assert "姓名𠮷建国" in first
    assert "姓名𠮷小燕" in second
    assert {title for _, title in printer.taken} == {"救助身份确认单 QR-01"}


def test_today_leads_to_the_round_and_the_household_to_the_confirmation(
    qtbot: QtBot, window: MainWindow, ids: list[str]
) -> None:
    """Where somebody thinks of it: before going out, and with the household open."""
    window.open(Target("today"))
    today = shown(qtbot, window, TodayPage)
    qtbot.waitUntil(today.round.isVisible)
    today.round.click()
    shown(qtbot, window, RoundPage)
    window.open(Target("household", ids[0]))
    household = shown(qtbot, window, HouseholdPage)
    qtbot.waitUntil(household.members.identity.isVisible)
    household.members.identity.click()
    page = shown(qtbot, window, IdentityPage)
    qtbot.waitUntil(page.action.isEnabled)


def draft_for(vault: Application, ids: list[str]) -> list[str]:
    """A consent sheet for the head of each household."""
    return [
        consent.draft_sheet(vault, new_sheet(people.household_page(vault, one).members[0].resident)).value
        for one in ids
    ]


def choose_village(qtbot: QtBot, page: RoundPage, forms: int) -> None:
    """Tick the first village and wait for what waits there."""
    QTest.keyClick(page.villages.inputs()[0], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.forms.press.isEnabled() and len(page.forms.forms.inputs()) == forms)


def test_the_forms_of_a_round_are_printed_in_one_go_and_noted_one_by_one(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """All that waits in the village is ticked; what is unticked stays for another day."""
    first, second, elsewhere = draft_for(vault, ids)
    page = round_page(qtbot, window)
    assert not page.forms.press.isVisible()
    choose_village(qtbot, page, 2)
    QTest.keyClick(page.forms.forms.inputs()[1], Qt.Key.Key_Space)
    assert page.forms.press.text() == "打印 1 份同意书"
    left = next(one for one in page.forms.forms.options() if one not in page.forms.forms.value())
    with qtbot.waitSignal(page.noticed) as said:
        page.forms.press.click()
    assert "1 份同意书已送打印机，每份 2 张" in said.args[0].text
    (pdf, title) = printer.taken[0]
    assert title == "同意书 1 份"
    assert pdf.startswith(b"%PDF")
    states = {one: consent.sheet(vault, one).state for one in (first, second, elsewhere)}
    assert states.pop(left) == states.pop(elsewhere) == "drafted"
    assert list(states.values()) == ["printed"]
    qtbot.waitUntil(lambda: page.forms.forms.options() == (left,))


def test_what_nobody_signed_of_a_round_is_void_by_one_choice(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str]
) -> None:
    """What can be void and what is left alone stand there by name; a reason is asked for; then the forms are gone."""
    ahead = [
        consent.draft_sheet(vault, new_sheet(people.household_page(vault, one).members[0].resident, ahead=True)).value
        for one in ids[:2]
    ]
    page = round_page(qtbot, window)
    assert not page.unsigned.isVisible()
    choose_village(qtbot, page, 2)
    card = page.unsigned
    qtbot.waitUntil(lambda: card.press.isVisible() and card.press.text() == "作废这 2 份")
    assert "王𨭎" in card.standing.text()
    card.press.click()
    qtbot.waitUntil(lambda: window.banner.notice is not None and "为什么作废" in window.banner.notice.text)
    assert {consent.sheet(vault, one).state for one in ahead} == {"drafted"}
    made = paper.consent_paper_for(vault, ahead[0])
    about = {"print_id": ahead[0], "form": made.form, "version": made.version, "digest": made.digest}
    consent.record_printed(vault, ahead[0], came=Came(copies=2), **about)  # type: ignore[arg-type]
    page.refresh(frozenset({"sheet"}))
    qtbot.waitUntil(lambda: card.press.text() == "作废这 1 份")
    assert "不动的：𠮷建国（打印过，纸可能已经签了）" in card.standing.text()
    card.reason.set_value("人不在家")
    window.resize(*FULL)
    for area in page.findChildren(QScrollArea):
        if area.isAncestorOf(card):
            area.ensureWidgetVisible(card.press)
    assert_legible(window, "round")
    if folder := os.environ.get("ZOUCUN_LOOK"):
        window.grab().save(f"{folder}/round-unsigned.png")
    card.printed.set_value(True)
    card.printed.changed.emit()
    assert not card.press.isEnabled(), "nothing is void that does not stand there by name yet"
    qtbot.waitUntil(lambda: card.press.text() == "作废这 2 份" and card.press.isEnabled())
    card.printed.set_value(False)
    card.printed.changed.emit()
    qtbot.waitUntil(lambda: card.press.text() == "作废这 1 份" and card.press.isEnabled())
    card.press.click()
    qtbot.waitUntil(lambda: consent.sheet(vault, ahead[1]).state == "void")
    assert consent.sheet(vault, ahead[1]).reason == "人不在家"
    assert consent.sheet(vault, ahead[0]).state == "printed"
    qtbot.waitUntil(lambda: window.banner.notice is not None and "作废了 1 份" in window.banner.notice.text)
    window.resize(*AT_150_PERCENT)
    assert_legible(window, "round at 150 %")


def test_forms_that_did_not_come_out_are_noted_as_that(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """They wait as before, and it is said."""
    sheets = draft_for(vault, ids[:2])
    printer.result = PrintResult.FAILED
    page = round_page(qtbot, window)
    choose_village(qtbot, page, 2)
    with qtbot.waitSignal(page.noticed) as said:
        page.forms.press.click()
    assert "没有打印出来" in said.args[0].text
    qtbot.waitUntil(page.forms.press.isEnabled)
    assert {consent.sheet(vault, one).state for one in sheets} == {"drafted"}
    assert sorted(prints(vault, "failed")) == sorted(ids[:2])
    assert prints(vault) == []


def test_making_many_forms_can_be_stopped(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """How far it is stands there, with a way to stop; then nothing is printed and nothing noted."""
    for _ in range(12):
        draft_for(vault, ids[:1])
    page = round_page(qtbot, window)
    choose_village(qtbot, page, 12)
    page.forms.press.click()
    assert page.forms.progress.isVisible()
    assert not page.forms.press.isEnabled()
    (stop,) = page.forms.progress.findChildren(QPushButton)
    with qtbot.waitSignal(page.noticed) as said:
        stop.click()
    assert "没有打印" in said.args[0].text
    assert printer.taken == []
    assert prints(vault) == []
    qtbot.waitUntil(page.forms.press.isEnabled)


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_both_pages_are_legible(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], size: tuple[int, int]
) -> None:
    """On a small laptop, and at 150 %."""
    window.resize(*size)
    draft_for(vault, ids)
    page = round_page(qtbot, window)
    choose_village(qtbot, page, 2)
    qtbot.waitUntil(page.action.isEnabled)
    assert_legible(window)
    identity_page(qtbot, window, ids[0])
    assert_legible(window)


def test_the_forms_of_a_round_are_drafted_by_one_choice_and_who_is_left_out_is_named(
    qtbot: QtBot, window: MainWindow, vault: Application, ids: list[str], printer: Printer
) -> None:
    """Chosen once; a household that declared a near relative is named; then all are printed in one go."""
    heads = {}
    for home in ids[:2]:
        head = people.household_page(vault, home).members[0]
        households.state_age(vault, head.resident, None, AgeBand.ADULT)
        heads[home] = head.name.name
    households.change_household(vault, ids[1], {"near_relative": NearRelative(declared=True, who="村主任")})
    page = round_page(qtbot, window)
    QTest.keyClick(page.villages.inputs()[0], Qt.Key.Key_Space)
    drafts = page.drafts
    qtbot.waitUntil(lambda: drafts.row is not None)
    assert drafts.row is not None
    assert drafts.row.recipient is not None
    assert not drafts.press.isEnabled()
    asks = possible_asks(directory.organisations(vault), vault.today())
    drafts.row.recipient.set_value(asks[0])
    drafts.row.recipient.changed.emit()
    qtbot.waitUntil(lambda: "能拟 1 份" in drafts.standing.text())
    assert f"{heads[ids[1]]}：申报过近亲属关系，要换人办" in drafts.standing.text()
    for size in (AT_150_PERCENT, FULL):
        window.resize(*size)
        assert_legible(window, "drafting a round")
    if folder := os.environ.get("ZOUCUN_LOOK"):
        QTest.qWait(600)
        window.grab().save(f"{folder}/round-drafts.png")
    with qtbot.waitSignal(page.noticed) as said:
        drafts.press.click()
    assert "拟好 1 份" in said.args[0].text
    qtbot.waitUntil(lambda: len(page.forms.forms.options()) == 1)
    (sheet,) = page.forms.forms.options()
    assert consent.sheet(vault, sheet).state is SheetState.DRAFTED
    assert "已经有一份没办完的" in drafts.standing.text() or "能拟" in drafts.standing.text()
