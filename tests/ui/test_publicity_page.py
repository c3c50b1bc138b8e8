"""宣传同意 through the window: asked, printed, read aloud, signed, taken in, checked; and what is typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.publicity import Channel, Material, Naming, PublicityState
from desktop.domain.rights import IdentityCheck, RightKind
from desktop.domain.roles import Role
from desktop.domain.wishes import WishKind
from desktop.services import drafts, publicity, publicity_paper, rights, visits
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.consent.overview import load_list
from desktop.ui.pages.page import Page, Target
from desktop.ui.pages.publicity_page import PublicityPage, PublicityPaperPage
from desktop.ui.pages.rights_page import RightsPage
from desktop.ui.pages.wish_page import WishPage
from desktop.ui.tasks import Tasks
from tests import casework
from tests.county_issued import issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.publicity import printed_publicity, script_read, signed_publicity
from tests.ui.desk import words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible
from tests.ui.stand_in_pages import window_of
from tests.ui.test_consent_beside import THEIRS, chips_on, colleague_here, roster
from tests.ui.test_further_papers import look, press
from tests.ui.test_paper_pages import Printer, shown
from tests.unit.test_scan_services import drawn, scanned
from tests.vaults import made_vault

Opened = Callable[[Application], MainWindow]


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def opened(qtbot: QtBot, tasks: Tasks, printer: Printer) -> Opened:
    """A window on a vault; made again it knows nothing but what the vault kept."""

    def make(vault: Application) -> MainWindow:
        pages: dict[str, tuple[str, Callable[[], Page]]] = {
            "wish": ("households", lambda: WishPage(tasks, vault)),
            "rights": ("households", lambda: RightsPage(tasks, vault, printer)),
            "publicity": ("consent", lambda: PublicityPage(tasks, vault)),
            "publicity-paper": ("consent", lambda: PublicityPaperPage(tasks, vault, printer)),
        }
        return window_of(qtbot, tasks, pages)

    return make


def type_in(field: QWidget, words: str) -> None:
    """As an input method hands them over."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(field, event)


def links(page: Page) -> dict[str, QPushButton]:
    """What can be pressed on a page, by its words."""
    return {one.text().strip(): one for one in page.findChildren(QPushButton) if one.isVisible()}


def kept(vault: Application, kind: str) -> list[dict[str, object]]:
    """The drafts of a kind, as they lie in the vault."""
    return [one.body for one in drafts.open_drafts(vault, kind)]


def test_what_is_asked_is_kept_as_typed_and_becomes_a_paper(
    qtbot: QtBot, opened: Opened, vault: Application, printer: Printer
) -> None:
    """Each thing by itself; what was half typed is there after a kill, and gone once the form is made."""
    issue_roster(vault)
    resident = casework.recorded_household(vault).residents[0]
    window = opened(vault)
    window.open(Target("publicity", resident))
    page = shown(qtbot, window, PublicityPage)
    qtbot.waitUntil(lambda: page._begun == resident)
    page.materials.set_value((Material.STORY, Material.ALIAS))
    page.channels.set_value((Channel.WEBSITE,))
    page.naming.set_value(Naming.ALIAS)
    page.publisher.set_value("建阳区民政局")
    page.second.line.set_value("陈晓燕")
    type_in(page.use, "典型案例")
    qtbot.waitUntil(lambda: kept(vault, "publicity") != [])
    window = opened(vault)  # as after a kill
    window.open(Target("publicity", resident))
    page = shown(qtbot, window, PublicityPage)
    qtbot.waitUntil(lambda: page.use.value() == "典型案例")
    assert page.materials.value() == (Material.STORY, Material.ALIAS)
    assert (page.naming.value(), page.second.name()) == (Naming.ALIAS, "陈晓燕")
    look(window, "publicity")
    page.action.trigger()
    note = press(qtbot, shown(qtbot, window, PublicityPaperPage), vault)
    assert note["form"] == "TY-05"
    assert "𠮷建国" in whole_text(printer.taken[0][0])
    assert kept(vault, "publicity") == []


def test_it_is_read_aloud_and_signed(qtbot: QtBot, opened: Opened, vault: Application) -> None:
    """Item by item; nothing is left unanswered or unread, and what was half done is there after a kill."""
    issue_roster(vault)
    resident = casework.recorded_household(vault).residents[0]
    made = printed_publicity(vault, resident)
    window = opened(vault)
    window.open(Target("publicity", resident))
    page = shown(qtbot, window, PublicityPage)
    qtbot.waitUntil(lambda: "念给他听、记签字" in links(page))
    links(page)["念给他听、记签字"].click()
    qtbot.waitUntil(lambda: page.signed is not None)
    form = page.signed
    assert form is not None
    for item in form.items[:3]:
        item.box.click()
    form.dialect.set_value("闽南话")
    form.answers["story"].set_value(True)
    look(window, "publicity-reading")
    qtbot.waitUntil(lambda: kept(vault, "publicity-signing") != [])
    window = opened(vault)
    window.open(Target("publicity", resident))
    page = shown(qtbot, window, PublicityPage)
    qtbot.waitUntil(lambda: page.signed is not None)
    form = page.signed
    assert form is not None
    assert [one.box.isChecked() for one in form.items] == [True] * 3 + [False] * (len(form.items) - 3)
    assert form.dialect.value() == "闽南话"
    for one in ("alias", "website", "board"):
        form.answers[one].set_value(one != "board")
    form.copy_given.set_value((True,))
    page.action.trigger()
    qtbot.waitUntil(lambda: window.banner.notice is not None and "没念" in window.banner.notice.text)
    for item in form.items[3:]:
        item.box.click()
    look(window, "publicity-signing")
    assert_legible(window)
    page.action.trigger()
    qtbot.waitUntil(lambda: publicity.publicity(vault, made).state is PublicityState.SIGNED)
    qtbot.waitUntil(lambda: not page.standing.isHidden())
    view = publicity.publicity(vault, made)
    assert (view.fields["dialect"], view.fields["script"]["wording"]) == ("闽南话", script_read().wording)
    assert kept(vault, "publicity-signing") == []


def test_it_is_checked_beside_its_picture(
    qtbot: QtBot, opened: Opened, vault: Application, printer: Printer, tmp_path: Path
) -> None:
    """The pages lie at the right; whoever took it cannot check it, a colleague can, and says against what."""
    issue_roster(vault)
    resident = casework.recorded_household(vault).residents[0]
    made = signed_publicity(vault, resident)
    pages = drawn(publicity_paper.publicity_paper_for(vault, made).paper.pdf)
    window = opened(vault)
    window.open(Target("publicity", f"one:{made}"))
    page = shown(qtbot, window, PublicityPage)
    qtbot.waitUntil(lambda: page.standing.isVisible() and page.standing.returned.take.isVisible())
    assert not page.standing.can_check
    page.standing.returned.take_in(scanned(pages[0]))
    qtbot.waitUntil(lambda: "还差" in page.standing.returned.standing.text())
    qtbot.waitUntil(lambda: page.standing.returned.picture.has_picture)
    look(window, "publicity-page-missing")
    page.standing.returned.take_in(scanned(*pages[1:]))
    qtbot.waitUntil(lambda: "都收齐了" in page.standing.returned.standing.text())
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        casework.carry(vault, other)
        window = opened(other)
        window.open(Target("publicity", f"one:{made}"))
        page = shown(qtbot, window, PublicityPage)
        qtbot.waitUntil(lambda: page.standing.isVisible() and page.standing.can_check)
        qtbot.waitUntil(lambda: "核对无误" in page.action.text() and page.action.isEnabled())
        look(window, "publicity-check")
        assert_legible(window)
        page.action.trigger()
        qtbot.waitUntil(lambda: window.banner.notice is not None and "对照着什么" in window.banner.notice.text)
        assert [one.isVisible() for one in page.standing.basis.inputs()] == [False, True], (
            "no picture came with the feed"
        )
        page.standing.basis.set_value("paper")
        page.action.trigger()
        qtbot.waitUntil(lambda: publicity.publicity(other, made).state is PublicityState.IN_FORCE)
        qtbot.waitUntil(lambda: "何金水" in page.standing._explained.text())
        look(window, "publicity-checked")
        window.resize(*AT_150_PERCENT)
        assert_legible(window)
        look(window, "publicity-checked-911")
        window.open(Target("publicity", resident))
        qtbot.waitUntil(lambda: "撤回" in links(page))
        look(window, "publicity-list")
        links(page)["撤回"].click()
        qtbot.waitUntil(lambda: publicity.publicity(other, made).state is PublicityState.WITHDRAWN)


def test_a_colleague_checks_it_at_this_laptop(qtbot: QtBot, opened: Opened, vault: Application) -> None:
    """Who it is, the own password, the answers beside the paper; then it waits for the county, in words."""
    he = colleague_here(vault)
    chen = colleague_here(vault, "worker-chen", "陈晓燕")
    roster(vault, (he, "worker-he", "何金水", "reviewer"), (chen, "worker-chen", "陈晓燕", "reviewer"))
    made = signed_publicity(vault, casework.recorded_household(vault).residents[0])
    window = opened(vault)
    window.resize(*FULL)
    window.open(Target("publicity", f"one:{made}"))
    page = shown(qtbot, window, PublicityPage)
    qtbot.waitUntil(lambda: page.standing.isVisible() and "现在就在这台电脑上核对" in words_on(page.standing))
    qtbot.waitUntil(page.standing.beside.isVisible)
    look(window, "publicity-ask-colleague")
    links(page)["请同事在这台电脑上核对……"].click()
    panel = page.standing.colleagues
    qtbot.waitUntil(lambda: panel.colleague.value() == he.vault)
    assert "网站" in words_on(panel)
    assert "不同意" in words_on(panel)
    assert "签名，作废这份宣传同意" in [one.text().strip() for one in panel.findChildren(QPushButton)]
    assert "陈晓燕：参与了征求" in words_on(panel)
    panel.password.setText(THEIRS)
    page.action.trigger()
    qtbot.waitUntil(panel.card.isVisible)
    panel.password.setText(THEIRS)
    panel.card.setText(he.card)
    look(window, "publicity-beside")
    assert_legible(window)
    page.action.trigger()
    qtbot.waitUntil(lambda: "同事已核对，等上报县里" in chips_on(page.standing))
    assert "生效以前不能用" in words_on(page.standing)
    assert "请同事在这台电脑上核对……" not in links(page)
    assert load_list(vault).groups["同事已核对，等县里"] == (f"publicity:{made}",)
    window.resize(*AT_150_PERCENT)
    assert_legible(window)
    look(window, "publicity-beside-done-911")


def test_a_wish_and_a_request_half_typed_are_there_again(qtbot: QtBot, opened: Opened, vault: Application) -> None:
    """After a kill too; and gone once they are registered, or taken in."""
    household = casework.recorded_household(vault)
    visits.record_visit(vault, casework.visit(household.household, date(2026, 11, 20)))
    window = opened(vault)
    window.open(Target("wish", household.household))
    page = shown(qtbot, window, WishPage)
    qtbot.waitUntil(lambda: page._begun == household.household)
    page.kind.set_value(WishKind.GOODS)
    page.budget.setText("两百来块")
    type_in(page.words, "想要一台收音机")
    window.open(Target("rights", f"person:{household.residents[0]}"))
    desk = shown(qtbot, window, RightsPage)
    qtbot.waitUntil(lambda: desk.action.isVisible() and desk.action.isEnabled())
    desk.action.trigger()
    qtbot.waitUntil(desk.taking.isVisible)
    desk.taking.kind.set_value(RightKind.COPY)
    type_in(desk.taking.words, "想要一份我的信息")
    qtbot.waitUntil(lambda: kept(vault, "wish") != [] and kept(vault, "rights-request") != [])
    window = opened(vault)  # as after a kill
    window.open(Target("wish", household.household))
    page = shown(qtbot, window, WishPage)
    qtbot.waitUntil(lambda: page.words.value() == "想要一台收音机")
    assert (page.kind.value(), page.budget.text()) == (WishKind.GOODS, "两百来块")
    look(window, "wish-draft")
    window.open(Target("rights", f"person:{household.residents[0]}"))
    desk = shown(qtbot, window, RightsPage)
    qtbot.waitUntil(lambda: desk.action.isVisible() and desk.action.isEnabled())
    desk.action.trigger()
    qtbot.waitUntil(desk.taking.isVisible)
    qtbot.waitUntil(lambda: desk.taking.words.value() == "想要一份我的信息")
    assert desk.taking.kind.value() is RightKind.COPY
    assert desk.taking.isVisible()
    look(window, "rights-draft")
    desk.taking.identity.set_value(IdentityCheck.DOCUMENT)
    desk.action.trigger()
    qtbot.waitUntil(lambda: len(rights.requests(vault)) == 1)
    assert kept(vault, "rights-request") == []
