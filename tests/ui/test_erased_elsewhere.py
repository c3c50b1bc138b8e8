"""A page that is open when a sync brings an erasure: it says so, is left, and keeps no draft of whom it showed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.households import Address, Name, NewHousehold, NewResident
from desktop.services import drafts, erasing, households
from desktop.services.application import Application
from desktop.services.erasing_plan import Ground
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.identity_page import IdentityPage
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import WorkspaceWindow
from tests.county_issued import SHANGBU
from tests.storage.test_erasing import CANARY
from tests.ui.consent_people import settle
from tests.ui.test_erasing import SLOW, compose, family, leave, open_window, shown, words_anywhere


def erase_elsewhere(window: WorkspaceWindow, application: Application, person: str) -> None:
    """As a sync does it that ends while another page is in front."""
    window.show_changes(erasing.erase_resident(application, person, Ground.RIGHT, "本人要求删除").changed)


def told_and_left(qtbot: QtBot, window: WorkspaceWindow) -> None:
    """The window says so and shows all households; the erased are nowhere in it any more."""
    qtbot.waitUntil(lambda: isinstance(window.page(), HouseholdsPage), timeout=SLOW)
    notice = window.banner.notice
    assert notice is not None
    assert "已经按要求删除" in notice.text
    qtbot.waitUntil(lambda: CANARY not in words_anywhere(window), timeout=SLOW)


@pytest.mark.parametrize("name", ["consent", "identity"])
def test_a_page_that_is_open_leaves_when_a_sync_brings_the_erasure(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, name: str
) -> None:
    """The page of consent, and the confirmation of identity: neither goes on showing the person, nor keeps a draft."""
    with family(tmp_path) as (application, _, household, person):
        window = open_window(qtbot, tasks, application)
        window.open(Target("consent", f"new:{person}") if name == "consent" else Target("identity", household))
        qtbot.waitUntil(lambda: CANARY in words_anywhere(window), timeout=SLOW)
        page = window.page()
        if isinstance(page, ConsentPage):
            qtbot.waitUntil(page.taking.isVisible, timeout=SLOW)
            page.taking.keeper.touch()
        elif isinstance(page, IdentityPage):
            page.member.set_value(person)
            page.member.changed.emit()
        settle(qtbot, tasks)
        erase_elsewhere(window, application, person)
        told_and_left(qtbot, window)
        settle(qtbot, tasks)
        assert drafts.open_drafts(application) == ()
        leave(window, tasks)


def test_a_form_about_somebody_who_was_erased_is_taken_away(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """The household stays and its page too; the half-typed correction goes, with words, and leaves no draft."""
    with family(tmp_path) as (application, _, household, person):
        window = open_window(qtbot, tasks, application)
        page = shown(qtbot, window, household)
        page._edit_resident(person)
        form = page.editor.form
        assert form is not None
        compose(form.illness, "高血压")  # type: ignore[union-attr]
        page.keeper.touch()
        erase_elsewhere(window, application, person)
        qtbot.waitUntil(lambda: page.editor.editing is None, timeout=SLOW)
        notice = window.banner.notice
        assert notice is not None
        assert "已经按要求删除" in notice.text
        settle(qtbot, tasks)
        assert drafts.open_drafts(application) == ()
        qtbot.waitUntil(page.members.isVisible, timeout=SLOW)
        leave(window, tasks)


def test_the_page_of_a_household_that_was_erased_is_left(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """The last member went, and the household with them."""
    with family(tmp_path) as (application, _, _, _):
        made = households.add_household(
            application, NewHousehold(Address(SHANGBU, "9号"), (NewResident(Name(CANARY)),))
        )
        window = open_window(qtbot, tasks, application)
        shown(qtbot, window, made.value.household)
        erase_elsewhere(window, application, made.value.residents[0])
        qtbot.waitUntil(lambda: isinstance(window.page(), HouseholdsPage), timeout=SLOW)
        leave(window, tasks)
