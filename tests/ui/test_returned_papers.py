"""Signed papers beside consent come back where they belong: at the visit, the referral, the household's needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.domain.households import Address, Name, NewHousehold, NewResident, Phones
from desktop.services import households, need_paper, people, referral_answer_papers, scan_filing, scan_tray, visits
from desktop.services.application import Application, Done
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.further_papers import InwardPage, NeedPaperPage, NoticePaperPage, ReferralAnswersPage
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.pages.referral_page import ReferralPage
from desktop.ui.pages.returned_card import ReturnedCard
from desktop.ui.pages.visit_page import VisitPage
from desktop.ui.pages.wish_page import WishCardPage
from desktop.ui.printing import PrintResult
from desktop.ui.tasks import Lane, Tasks
from tests import casework
from tests.county_issued import SHANGBU
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible
from tests.ui.stand_in_pages import window_of
from tests.ui.test_further_papers import look, press, printed, visited
from tests.ui.test_paper_pages import Printer, shown
from tests.unit.test_scan_services import drawn, picture
from tests.unit.test_signed_papers import note, registered
from tests.vaults import COUNTY_SIGNING_KEY


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, vault: Application, printer: Printer) -> MainWindow:
    pages: dict[str, tuple[str, Callable[[], Page]]] = {
        "household": ("households", lambda: HouseholdPage(tasks, vault)),
        "visit": ("visit", lambda: VisitPage(tasks, vault, printer)),
        "referral": ("referral", lambda: ReferralPage(tasks, vault, printer)),
        "need-paper": ("households", lambda: NeedPaperPage(tasks, vault, printer)),
        "wish-card": ("households", lambda: WishCardPage(tasks, vault, printer)),
        "referral-answers": ("referral", lambda: ReferralAnswersPage(tasks, vault, printer)),
        "notice-paper": ("visit", lambda: NoticePaperPage(tasks, vault, printer)),
        "inward": ("referral", lambda: InwardPage(tasks, vault, printer)),
    }
    return window_of(qtbot, tasks, pages)


def comes_back(qtbot: QtBot, card: ReturnedCard, pdf: bytes, tmp_path: Path) -> None:
    """Give the first page as a file, by the button."""
    qtbot.waitUntil(card.isVisible)
    file = tmp_path / "page.jpg"
    file.write_bytes(picture(drawn(pdf)[0]))
    card.returned.choose = lambda: (str(file),)
    card.returned.take.click()
    qtbot.waitUntil(lambda: card.returned.picture.has_picture)


def test_a_signed_visit_record_is_shown_at_its_visit(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer, tmp_path: Path
) -> None:
    """Only once it was printed; what is missing is named; a page filed by mistake goes."""
    visit = visits.visits_of(vault, visited(vault))[0].id
    window.open(Target("visit", visit))
    page = shown(qtbot, window, VisitPage)
    qtbot.waitUntil(lambda: page.saved is not None and page.saved.print_button.isEnabled())
    saved = page.saved
    assert saved is not None
    assert saved.returned is not None
    assert not saved.returned.isVisible()
    printer.result = PrintResult.CANCELLED
    saved.print_button.click()
    qtbot.waitUntil(lambda: "取消了，没有打印" in saved.preview.prints.text())
    assert not saved.returned.isVisible()
    printer.result = PrintResult.PRINTED
    saved.print_button.click()
    assert saved.paper is not None
    card = saved.returned
    comes_back(qtbot, card, saved.paper.pdf, tmp_path)
    count = saved.preview.pages
    assert ("收齐了" if count == 1 else "还差") in card.returned.standing.text()
    assert_legible(window, "visit with its page")
    look(window, "returned-visit")
    card.returned.erase.click()
    qtbot.waitUntil(lambda: card.returned.is_erasing)
    look(window, "returned-visit-erasing")
    assert len(scan_filing.pages_filed(vault, visit)) == 1


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_a_registration_of_needs_comes_back_to_its_number(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Two were printed: each number takes its own page, and the words say of which one."""
    household = visited(vault)
    window.resize(*size)
    window.open(Target("need-paper", household))
    page = shown(qtbot, window, NeedPaperPage)
    assert page.returned is not None
    card = page.returned
    for number in (1, 2):
        press(qtbot, page, vault)
        qtbot.waitUntil(lambda: card.which.count() == number)  # noqa: B023 - and the next number is drawn
    made = [str(one["print"]) for one in printed(vault)]
    assert len(set(made)) == 2
    texts = [card.which.itemText(number) for number in range(2)]
    assert all(one.startswith("XQ-") and "慈善帮扶需求登记表" in one for one in texts)
    comes_back(qtbot, card, printer.taken[0][0], tmp_path)
    assert sorted(len(scan_filing.pages_filed(vault, one)) for one in made) == [0, 1]
    assert_legible(window, "needs")
    look(window, f"returned-needs-{size[0]}")


def test_a_feedback_comes_back_to_its_referral(
    qtbot: QtBot, window: MainWindow, vault: Application, tmp_path: Path
) -> None:
    """At the referral itself, whatever has become of it; a wish card and an inward slip have theirs."""
    resident, referral = casework.submitted_referral(vault)
    casework.release_by_county(vault, COUNTY_SIGNING_KEY, resident, referral)
    made = referral_answer_papers.feedback_paper(vault, referral)
    note(vault, made)
    window.open(Target("referral", f"referral:{referral}"))
    card = shown(qtbot, window, ReferralPage).referral.returned
    comes_back(qtbot, card, made.paper.pdf, tmp_path)
    assert_legible(window, "referral")
    look(window, "returned-referral")
    home = people.resident_view(vault, resident).membership.household
    visit = visits.record_visit(vault, casework.visit(home, vault.today())).value.visit
    wish = registered(vault, resident, visit)
    window.open(Target("wish-card", wish))
    wish_page = shown(qtbot, window, WishCardPage)
    press(qtbot, wish_page, vault)
    assert wish_page.returned is not None
    qtbot.waitUntil(wish_page.returned.isVisible)
    window.open(Target("inward"))
    inward = shown(qtbot, window, InwardPage)
    press(qtbot, inward, vault)
    assert inward.returned is not None
    qtbot.waitUntil(inward.returned.isVisible)


def test_what_does_not_fit_a_page_that_came_back_is_said_in_words(
    qtbot: QtBot, window: MainWindow, vault: Application, tmp_path: Path
) -> None:
    """Described otherwise after printing; and the page of another household goes there, and it is said whose it is."""
    household = visited(vault)
    made = need_paper.need_paper_for(vault, household)
    note(vault, made)
    other = households.add_household(vault, NewHousehold(Address(SHANGBU, "6号"), (NewResident(Name("吴㛃华")),))).value
    visits.record_visit(vault, casework.visit(other.household, vault.today()))
    theirs = need_paper.need_paper_for(vault, other.household)
    note(vault, theirs)
    window.open(Target("need-paper", household))
    page = shown(qtbot, window, NeedPaperPage)
    assert page.returned is not None
    card = page.returned
    comes_back(qtbot, card, made.paper.pdf, tmp_path)
    assert not card.returned.notes.isVisible()
    member = people.household_page(vault, household).members[0]
    households.change_resident(vault, member.resident, {"phones": Phones(("13905990000",))})
    window.open(Target("household", household))
    window.open(Target("need-paper", household))
    qtbot.waitUntil(lambda: "打印以后，这一户的登记" in card.returned.notes.text() and card.returned.notes.isVisible())
    assert_legible(window, "needs that changed")
    look(window, "returned-changed")
    file = tmp_path / "theirs.jpg"
    file.write_bytes(picture(drawn(theirs.paper.pdf)[0]))
    card.returned.choose = lambda: (str(file),)
    card.returned.take.click()
    qtbot.waitUntil(lambda: window.banner.notice is not None and "不在这一份里" in window.banner.notice.text)
    notice = window.banner.notice
    assert notice is not None
    assert f"另一户（吴㛃华家）的慈善帮扶需求登记表（编号 {theirs.paper.number}）" in notice.text
    assert len(scan_filing.pages_filed(vault, theirs.paper.print_id)) == 1
    look(window, "returned-another-household")


def test_several_photographs_and_the_clipboard_are_taken_in_at_once(
    qtbot: QtBot, window: MainWindow, vault: Application, tmp_path: Path
) -> None:
    """A photograph is a page: all that were chosen are taken, one that is none stops no other; and what was copied."""
    household = visited(vault)
    made = need_paper.need_paper_for(vault, household)
    note(vault, made)
    pages = drawn(made.paper.pdf)
    window.open(Target("need-paper", household))
    page = shown(qtbot, window, NeedPaperPage)
    assert page.returned is not None
    card = page.returned
    qtbot.waitUntil(card.isVisible)
    files = [tmp_path / name for name in ("one.jpg", "letter.jpg", "two.jpg")]
    for file, content in zip(files, (picture(pages[0]), b"no picture", picture(pages[1])), strict=True):
        file.write_bytes(content)
    card.returned.choose = lambda: tuple(map(str, files))
    card.returned.take.click()
    qtbot.waitUntil(lambda: "都收齐了" in card.returned.standing.text())
    assert len(scan_filing.pages_filed(vault, made.paper.print_id)) == 2
    again = need_paper.need_paper_for(vault, household)
    note(vault, again)
    image = QImage.fromData(picture(drawn(again.paper.pdf)[0]))
    QGuiApplication.clipboard().setImage(image)
    card.returned.paste.click()
    qtbot.waitUntil(lambda: len(scan_filing.pages_filed(vault, again.paper.print_id)) == 1)
    assert scan_tray.tray(vault) == ()
    assert_legible(window, "clipboard")
    look(window, "returned-several")


def test_the_notice_is_printed_where_a_visit_begins_and_is_not_waited_for(
    qtbot: QtBot, window: MainWindow, vault: Application, printer: Printer
) -> None:
    """By the link under the words that are read aloud; the way back leads to the visit with what was typed."""
    household = casework.recorded_household(vault).household
    window.open(Target("visit", household))
    page = shown(qtbot, window, VisitPage)
    qtbot.waitUntil(lambda: page.form is not None and page.form.sections.visit.notice_paper.isVisible())
    form = page.form
    assert form is not None
    form.sections.visit.note.set_value("门口有狗")
    look(window, "notice-visit")
    form.sections.visit.notice_paper.click()
    notice = shown(qtbot, window, NoticePaperPage)
    fact = press(qtbot, notice, vault)
    assert (fact["form"], fact["of"], fact["outcome"]) == ("GZ-01", household, "printed")
    assert notice.returned is None, "the household keeps it"
    look(window, "notice-paper")
    notice.back.click()
    assert shown(qtbot, window, VisitPage) is page
    qtbot.waitUntil(lambda: page.form is not None and page.form.sections.visit.note.value() == "门口有狗")


def test_what_was_read_for_a_card_that_is_gone_is_shown_nowhere(qtbot: QtBot, tasks: Tasks, vault: Application) -> None:
    """Another visit was opened on the page while the papers of this one were read."""
    page, read = Page(tasks), list[bool]()
    qtbot.addWidget(page)
    card = ReturnedCard(page, vault)
    card.show_papers("visit-1")
    tasks.run(page, lambda: True, read.append, lane=Lane.OUTSIDE)
    delete(card)
    qtbot.waitUntil(lambda: bool(read))


def test_what_was_filed_is_told_although_its_card_is_gone(qtbot: QtBot, tasks: Tasks, vault: Application) -> None:
    """The other pages have to hear of it; the card that is no more shows nothing."""
    page, told, shown_here = Page(tasks), list[object](), list[object]()
    qtbot.addWidget(page)
    page.changed.connect(told.append)
    card = ReturnedCard(page, vault)
    card.returned._write(lambda: Done("scan-1", frozenset({"scan"})), shown_here.append)
    delete(card)
    qtbot.waitUntil(lambda: told == [frozenset({"scan"})])
    assert shown_here == []
