"""The window with the real pages of households and import; the other pages only say where one came to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from desktop.services import people
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow, PageEntry, Worker
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.import_page import ImportPage
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.tasks import Tasks
from tests.ui.stand_in_pages import SECTIONS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def clock() -> datetime:
    """The fixed moment of these tests."""
    return NOW


class Arrival(Page):
    """Where a page sent somebody."""

    def __init__(self, tasks: Tasks, name: str) -> None:
        super().__init__(tasks)
        self.record = ""
        self.set_title(name)

    def show_record(self, record: str) -> None:
        self.record = record


def household_window(tasks: Tasks, application: Application) -> MainWindow:
    """A window at its full size; bugs fail the test through the signal ``tasks.bug``."""
    pages = [
        PageEntry("households", "households", lambda: HouseholdsPage(tasks, application)),
        PageEntry("household", "households", lambda: HouseholdPage(tasks, application)),
        PageEntry("new-household", "households", lambda: NewHouseholdPage(tasks, application)),
        PageEntry("import", "households", lambda: ImportPage(tasks, application)),
    ]
    others = ("today", "visit", "consent", "referral", "sync", "settings")
    pages += [PageEntry(name, name, _arrival(tasks, name)) for name in others]

    def search(text: str) -> list[ListRow]:
        return [ListRow(one.household or "", one.name) for one in people.find_people(application, text)]

    window = MainWindow(
        tasks, Worker("林晓梅", "莒口镇民政办"), SECTIONS, pages, search, lambda row: Target("household", row.id)
    )
    window.resize(1366, 768)
    return window


def _arrival(tasks: Tasks, name: str) -> Callable[[], Page]:
    return lambda: Arrival(tasks, name)
