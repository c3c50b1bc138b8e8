"""Recorded twice: the household's page shows it, and a worker says in two steps that the two are one."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.households import Address, Birth, Name, NewHousehold, NewResident
from desktop.services import households, joining
from desktop.services.application import Application
from desktop.services.households import NewIds
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.household_alike import AlikeRow
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.widgets.chips import StateChip
from tests.county_issued import SHANGBU
from tests.ui.desk import words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed


def twice(vault: Application) -> tuple[NewIds, NewIds]:
    """One household as two laptops recorded it."""
    made = []
    for born in (date(1951, 3, 2), date(1951, 3, 20)):
        members = (
            NewResident(Name("陈𠮷水"), birth=Birth(born)),
            NewResident(Name("林秀英"), relation="10"),
            NewResident(Name("陈小"), relation="20", birth=Birth(date(2010, 1, 1))),
            NewResident(Name("陈小"), relation="20"),
        )
        made.append(
            households.add_household(vault, NewHousehold(Address(SHANGBU, "上㘵村3组12号"), members, "DB001")).value
        )
    return made[0], made[1]


def shown(qtbot: QtBot, window: MainWindow, household: str) -> HouseholdPage:
    """The page of a household in the window, read to the end."""
    window.open(Target("household", household))
    page = window.page()
    assert isinstance(page, HouseholdPage)
    qtbot.waitUntil(page.members.isVisible)
    qtbot.waitUntil(page._overview.updatesEnabled)
    return page


def chip(row: AlikeRow) -> str:
    """Why it is shown, or that it waits."""
    (found,) = row.findChildren(StateChip)
    return found.chip.text


def test_it_is_said_in_two_steps_and_waits_for_the_county(qtbot: QtBot, vault: Application, window: MainWindow) -> None:
    """What will be is said before, giving up changes nothing, and afterwards the row says that it waits."""
    one, other = twice(vault)
    page = shown(qtbot, window, one.household)
    household, *members = page.alike.rows
    assert chip(household) == "户号、户主相同，生日不同"
    assert len(members) == 1
    text = words_on(members[0])
    assert "2010年生" in text
    assert "没有生日" in text
    assert "1月" not in text  # of a minor the year alone
    household.ask.click()
    assert "陈𠮷水、林秀英各算一个人" in words_on(household)
    household.give_up.click()
    assert household.say.isHidden() or not household.say.isVisible()
    assert not joining.alike(vault, one.household).households[0].is_said
    household.ask.click()
    household.say.click()
    qtbot.waitUntil(lambda: bool(page.alike.rows) and page.alike.rows[0].is_said)
    assert chip(page.alike.rows[0]) == "已记下，等县里合并"
    assert joining.alike(vault, other.household).households[0].is_said


def test_it_is_legible_at_every_size_and_every_button_has_a_name(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """Two buttons of one word beside each other say whom they mean."""
    one, _ = twice(vault)
    page = shown(qtbot, window, one.household)
    page.alike.rows[0].ask.click()
    for size in (FULL, AT_150_PERCENT):
        window.resize(*size)
        qtbot.wait(50)
        assert_legible(page)
    assert unnamed(page) == []
    names = [one.accessibleName() or one.text() for one in page.alike.findChildren(QPushButton)]
    assert len(set(names)) == len(names)
