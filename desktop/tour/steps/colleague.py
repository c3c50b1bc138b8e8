"""A colleague begins on the same laptop: he sees the same households, and does the second check of a sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.tour.cast import COLLEAGUE, WORKER
from desktop.tour.failure import TourFailure
from desktop.tour.stage import Stage
from desktop.tour.steps.beginning import second_vault, sync
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.page import Target


def check_as_colleague(stage: Stage) -> None:
    """The first worker locks; the colleague makes a vault, enrols, syncs, looks, and checks the first sheet."""
    hands = stage.hands
    stage.life.lock()
    second_vault(stage)
    sync(stage)
    hands.picture("colleague-synced")
    stage.life.section("households", HouseholdsPage)
    hands.until(lambda: hands.reads(f"{len(stage.cast.ledger) + 1} 户"), "同事看到同样的家庭")
    hands.picture("colleague-sees-the-households")
    stage.life.window.open(Target("consent", f"sheet:{stage.notes['first-sheet']}"))
    page = stage.life.page(ConsentPage)
    hands.until(lambda: page.sheet.isVisible() and page.sheet.can_check, "同事能核对")
    hands.choose(page.sheet.basis, "paper")
    for mark in page.sheet.boxes.marks:
        hands.press(mark)
    hands.picture("colleague-checks-the-sheet")
    stage.life.press_primary()
    hands.until(lambda: page.sheet.isVisible() and not page.sheet.can_check, "核对无误")
    hands.picture("sheet-checked")
    sync(stage)
    stage.life.lock()


def open_first_again(stage: Stage) -> None:
    """The first worker comes back."""
    stage.open_as(WORKER)


def register_twice(stage: Stage) -> None:
    """Both register the same woman before either has synced; the county says that the two are one."""
    register(stage)
    stage.life.lock()
    stage.open_as(COLLEAGUE)
    sync(stage)
    register(stage)
    sync(stage)
    stage.life.lock()
    stage.open_as(WORKER)
    sync(stage)
    stage.life.lock()
    stage.open_as(COLLEAGUE)
    sync(stage)
    if stage.hands.meanwhile(stage.county.status)["aliases"] == 0:
        raise TourFailure("两个人登记了同一个人,县里没有认出来")
    stage.life.section("households", HouseholdsPage)
    hands = stage.hands
    hands.until(lambda: hands.reads(f"{len(stage.cast.families)} 户"), "两边登记的同一户只有一户")
    hands.picture("same-person-registered-twice-is-one")
    stage.life.lock()


def register(stage: Stage) -> None:
    """新增家庭 for the household that two people find."""
    hands, family = stage.hands, stage.cast.twice
    stage.life.section("households", HouseholdsPage)
    stage.life.press_primary()
    page = stage.life.page(NewHouseholdPage)
    hands.type_in(page.household.village, "cb")
    hands.until(lambda: page.household.village.is_open, "村名的名单")
    hands.key(page.household.village, Qt.Key.Key_Return)
    hands.type_in(page.household.address, family.address)
    hands.type_in(page.head.name, family.head.name)
    hands.type_in(page.head.identity.number, family.head.number)
    hands.type_in(page.head.phone, family.head.phone)
    hands.key(page.head.phone, Qt.Key.Key_Return)
    stage.life.press_primary()
    hands.until(lambda: not isinstance(stage.life.window.page(), NewHouseholdPage), "已登记")
