"""The papers of needs and referrals, through the window: seen, printed, noted, and refused where they may not be."""

from __future__ import annotations

import os
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.wishes import WishAge, WishGroup, WishKind
from desktop.services import referrals, visits
from desktop.services.application import Application
from desktop.storage import queries
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.further_papers import InwardPage, NeedPaperPage, ReferralAnswersPage
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.pages.record_paper_page import RecordPaperPage
from desktop.ui.pages.referral.overview import Overview
from desktop.ui.pages.referral_page import ReferralPage
from desktop.ui.pages.wish_page import WishCardPage, WishPage
from desktop.ui.printing import PrintResult
from desktop.ui.tasks import Tasks
from tests import casework
from tests.documents.pdf_reading import type_size, whole_text
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible
from tests.ui.stand_in_pages import window_of
from tests.ui.test_paper_pages import Printer, shown
from tests.vaults import COUNTY_SIGNING_KEY


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, vault: Application, printer: Printer) -> MainWindow:
    pages = {
        "household": ("households", lambda: HouseholdPage(tasks, vault)),
        "referral": ("referral", lambda: ReferralPage(tasks, vault, printer)),
        "need-paper": ("households", lambda: NeedPaperPage(tasks, vault, printer)),
        "wish": ("households", lambda: WishPage(tasks, vault)),
        "wish-card": ("households", lambda: WishCardPage(tasks, vault, printer)),
        "referral-answers": ("referral", lambda: ReferralAnswersPage(tasks, vault, printer)),
        "inward": ("referral", lambda: InwardPage(tasks, vault, printer)),
    }
    made = window_of(qtbot, tasks, pages)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def look(window: MainWindow, name: str) -> None:
    """Leave a picture where one is asked for."""
    folder = os.environ.get("ZOUCUN_LOOK")
    if folder:
        QTest.qWait(500)  # what is laid out and drawn in slices
        window.grab().save(f"{folder}/{name}.png")


def printed(vault: Application) -> list[dict[str, object]]:
    return [row.state["fact"] for row in vault.read(lambda connection: queries.of_kind(connection, "print"))]


def press(qtbot: QtBot, page: RecordPaperPage, vault: Application) -> dict[str, object]:
    """Print what is shown; answers the note of it."""
    before = len(printed(vault))
    qtbot.waitUntil(page.action.isEnabled)
    page.action.trigger()
    qtbot.waitUntil(lambda: len(printed(vault)) == before + 1)
    return printed(vault)[0]


def visited(vault: Application) -> str:
    household = casework.recorded_household(vault).household
    visits.record_visit(vault, casework.visit(household, date(2026, 11, 20)))
    return household


def test_the_household_leads_to_the_registration_of_its_needs(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """By its link; the paper says what the visit found, and its printing is noted with the household."""
    household = visited(vault)
    window.open(Target("household", household))
    home = shown(qtbot, window, HouseholdPage)
    qtbot.waitUntil(lambda: home.content is not None and home.members.need_paper.isVisible())
    home.members.need_paper.click()
    page = shown(qtbot, window, NeedPaperPage)
    note = press(qtbot, page, vault)
    text = whole_text(printer.taken[0][0])
    assert "𠮷建国" in text
    assert "N2医疗、康复、辅具" in text
    assert "福建省慈善总会" in text or "名录里暂时没有合适的项目" in text
    assert note["household"] == household
    assert note["form"] == "XQ-01"
    look(window, "needs")


def test_a_household_without_needs_gets_no_paper(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """It is said why, in words."""
    household = casework.recorded_household(vault).household
    window.open(Target("need-paper", household))
    page = shown(qtbot, window, NeedPaperPage)
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    assert "没有还没解决的需求" in window.banner.notice.text  # type: ignore[union-attr]
    assert not page.action.isEnabled()
    assert printer.taken == []


def test_what_was_not_printed_is_noted_as_that(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """It is said under the paper, and the next try prints the same number."""
    household = visited(vault)
    printer.result = PrintResult.FAILED
    window.open(Target("need-paper", household))
    page = shown(qtbot, window, NeedPaperPage)
    qtbot.waitUntil(page.action.isEnabled)
    page.action.trigger()
    assert "没有打印出来" in window.banner.notice.text  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "没有打印出来" in page.preview.prints.text())
    (first,) = printed(vault)
    assert first["outcome"] == "failed"
    printer.result = PrintResult.PRINTED
    window.open(Target("household", household))
    window.open(Target("need-paper", household))
    press(qtbot, shown(qtbot, window, NeedPaperPage), vault)
    assert {(one["outcome"], one["print"]) for one in printed(vault)} == {
        ("failed", first["print"]),
        ("printed", first["print"]),
    }


def test_receipt_and_feedback_go_with_the_slip(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """From the referral's own page, once the county has released it; in large type too."""
    resident, referral = casework.submitted_referral(vault)
    casework.release_by_county(vault, COUNTY_SIGNING_KEY, resident, referral)
    window.open(Target("referral", f"referral:{referral}"))
    standing = shown(qtbot, window, ReferralPage).referral
    qtbot.waitUntil(lambda: standing.isVisible() and standing.answers.isEnabled())
    look(window, "referral")
    standing.answers.click()
    page = shown(qtbot, window, ReferralAnswersPage)
    assert press(qtbot, page, vault)["form"] == "ZJ-03"
    look(window, "answers")
    page.which.inputs()[1].click()  # type: ignore[attr-defined]
    page.large.inputs()[1].click()  # type: ignore[attr-defined]
    assert press(qtbot, page, vault)["form"] == "ZJ-04"
    assert type_size(printer.taken[-1][0]) == 16
    window.open(Target("referral", f"referral:{referral}"))
    window.open(Target("referral-answers", referral))
    qtbot.waitUntil(page.action.isEnabled)
    assert page.large.value() is True, "the feedback is as large as it was printed"
    page.which.inputs()[0].click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: page.action.isEnabled() and page.large.value() is False)
    number = referrals.referral(vault, referral).number
    for pdf, _ in printer.taken:
        text = whole_text(pdf)
        assert number in text
        assert "𠮷建国" not in text


def test_before_the_release_there_is_neither(qtbot: QtBot, window: MainWindow, vault: Application) -> None:
    _, referral = casework.submitted_referral(vault)
    window.open(Target("referral", f"referral:{referral}"))
    standing = shown(qtbot, window, ReferralPage).referral
    qtbot.waitUntil(lambda: standing.print_copy.isEnabled() and not standing.answers.isEnabled())
    window.open(Target("referral-answers", referral))
    page = shown(qtbot, window, ReferralAnswersPage)
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    assert "县里还没有放行" in window.banner.notice.text  # type: ignore[union-attr]
    assert not page.action.isEnabled()


def test_inward_slips_are_numbered_and_each_printing_is_noted(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """A blank, then one for the telephone with the body that calls, then the receipt; each has its own number."""
    window.open(Target("referral"))
    overview = shown(qtbot, window, ReferralPage).overview
    assert isinstance(overview, Overview)
    qtbot.waitUntil(overview.inward.isVisible)
    QTest.mouseClick(overview.inward, Qt.MouseButton.LeftButton)
    page = shown(qtbot, window, InwardPage)
    qtbot.waitUntil(lambda: page.informant.count() > 1)
    blank = press(qtbot, page, vault)
    page.which.inputs()[1].click()  # type: ignore[attr-defined]
    page.informant.setCurrentIndex(1)
    page.informant.activated.emit(1)
    body = page.informant.currentText()
    heard = press(qtbot, page, vault)
    look(window, "inward")
    page.which.inputs()[2].click()  # type: ignore[attr-defined]
    receipt = press(qtbot, page, vault)
    assert [one["form"] for one in (blank, heard, receipt)] == ["ZJ-02", "ZJ-02", "ZJ-05"]
    assert len({one["print"] for one in (blank, heard, receipt)}) == 3
    first, second, third = (whole_text(pdf) for pdf, _ in printer.taken)
    assert body not in first
    assert body in second
    assert vault.worker.name in second
    assert "只写状态" in third


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_the_pages_are_legible(qtbot: QtBot, window: MainWindow, vault: Application, size: tuple[int, int]) -> None:
    household = visited(vault)
    window.resize(*size)
    for target in (Target("need-paper", household), Target("inward")):
        window.open(target)
        page = window.page()
        assert isinstance(page, RecordPaperPage)
        qtbot.waitUntil(page.action.isEnabled)
        assert_legible(window)
        look(window, f"{target.page}-{size[0]}")


def test_a_wish_is_registered_refused_where_it_tells_too_much_and_printed(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """What was typed stays where it is refused; put right, it leads to its card."""
    household = visited(vault)
    window.open(Target("household", household))
    home = shown(qtbot, window, HouseholdPage)
    qtbot.waitUntil(lambda: home.content is not None and home.members.wish.isVisible())
    qtbot.waitUntil(home.members.updatesEnabled)
    look(window, "household")
    home.members.wish.click()
    page = shown(qtbot, window, WishPage)
    qtbot.waitUntil(lambda: page.member.value() is not None)
    page.public_name.set_value("吉爷爷")
    page.words.set_value("𠮷建国想要一台能听戏的收音机")
    page.kind.set_value(WishKind.GOODS)
    page.group.set_value(WishGroup.OLD)
    page.age.set_value(WishAge.TO_SEVENTY_NINE)
    page.budget.set_value(20000)
    page.by.set_value(date(2027, 2, 5))
    page.agreed.set_value((True,))
    page.action.trigger()
    qtbot.waitUntil(lambda: window.banner.notice is not None)
    assert "真名" in window.banner.notice.text  # type: ignore[union-attr]
    assert page.words.value() == "𠮷建国想要一台能听戏的收音机"
    look(window, "wish-refused")
    page.words.set_value("想要一台能听戏的收音机")
    page.action.trigger()
    card = shown(qtbot, window, WishCardPage)
    note = press(qtbot, card, vault)
    assert note["form"] == "XY-01"
    assert "𠮷建国" not in whole_text(printer.taken[0][0])
    look(window, "wish-card")
    window.open(Target("wish", household))
    page = shown(qtbot, window, WishPage)
    qtbot.waitUntil(lambda: page.wishes.count() == 1)
    look(window, "wishes")
    assert_legible(window)
    window.resize(*AT_150_PERCENT)
    assert_legible(window)
    look(window, "wishes-911")
