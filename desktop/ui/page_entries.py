"""Which pages the workspace has, how each is made, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.services import events, preferences
from desktop.services.application import Application
from desktop.services.events import Event
from desktop.services.permission import Capability, may
from desktop.services.preferences import PrintHabit
from desktop.ui.main_window import PageEntry
from desktop.ui.pages.page import Page
from desktop.ui.printing import Printing, PrintResult, print_pdf
from desktop.ui.tasks import Lane, Tasks


def page_entries(tasks: Tasks, application: Application, watch_job: Callable[[str], None]) -> list[PageEntry]:
    """Every page by name, with its section; a page and its module are loaded when it is first opened.

    ``watch_job`` stays with the print job of this name until its paper has come out.
    """

    print_noted = _printing_noted(tasks, application, watch_job)

    def today_page() -> Page:
        from desktop.ui.pages.today_page import TodayPage

        return TodayPage(tasks, application)

    def households() -> Page:
        from desktop.ui.pages.households_page import HouseholdsPage

        return HouseholdsPage(tasks, application)

    def household() -> Page:
        from desktop.ui.pages.household_page import HouseholdPage

        return HouseholdPage(tasks, application)

    def new_household() -> Page:
        from desktop.ui.pages.new_household_page import NewHouseholdPage

        return NewHouseholdPage(tasks, application)

    def importing() -> Page:
        from desktop.ui.pages.import_page import ImportPage

        return ImportPage(tasks, application)

    def visit() -> Page:
        from desktop.ui.pages.visit_page import VisitPage

        return VisitPage(tasks, application, print_noted)

    def consent() -> Page:
        from desktop.services.paper import COPIES
        from desktop.ui.pages.consent_page import ConsentPage

        return ConsentPage(tasks, application, partial(print_noted, copies=COPIES))

    def referral() -> Page:
        from desktop.ui.pages.referral_page import ReferralPage

        return ReferralPage(tasks, application, print_noted)

    def sync_page() -> Page:
        from desktop.ui.pages.sync_page import SyncPage

        return SyncPage(tasks, application)

    def settings() -> Page:
        from desktop.ui.pages.settings_page import SettingsPage

        return SettingsPage(tasks, application, print_noted)

    describing, importing_ledger = Capability.DESCRIBE, Capability.IMPORT_LEDGER
    registering = PageEntry("new-household", "households", new_household, is_much=True)
    # In the order in which they are likely to be wanted: it is the order in which they are made ahead.
    return [
        PageEntry("today", "today", today_page),
        PageEntry("households", "households", households),
        _for_role(PageEntry("visit", "visit", visit), "走访", Capability.VISIT, tasks, application),
        PageEntry("sync", "sync", sync_page),
        PageEntry("household", "households", household),
        PageEntry("consent", "consent", consent),
        PageEntry("referral", "referral", referral),
        _for_role(registering, "新增家庭", describing, tasks, application),
        _for_role(PageEntry("import", "households", importing), "导入台账", importing_ledger, tasks, application),
        *_papers(tasks, application, print_noted),
        PageEntry("settings", "settings", settings),
    ]


def _papers(tasks: Tasks, application: Application, print_noted: Callable[..., Printing]) -> list[PageEntry]:
    """The pages that are there for one paper each."""

    def round_sheet() -> Page:
        from desktop.ui.pages.round_page import RoundPage

        return RoundPage(tasks, application, print_noted)

    def identity() -> Page:
        from desktop.ui.pages.identity_page import IdentityPage

        return IdentityPage(tasks, application, print_noted)

    def blanks() -> Page:
        from desktop.ui.pages.blanks_page import BlanksPage

        return BlanksPage(tasks, application, print_noted)

    def rights() -> Page:
        from desktop.ui.pages.rights_page import RightsPage

        return RightsPage(tasks, application, print_noted)

    def minors() -> Page:
        from desktop.ui.pages.minors_page import MinorsPage

        return MinorsPage(tasks, application, print_noted)

    filling_in = PageEntry("blanks", "consent", blanks)
    return [
        PageEntry("round", "today", round_sheet),
        PageEntry("identity", "households", identity),
        PageEntry("minors", "households", minors),
        PageEntry("rights", "households", rights),
        *_further_papers(tasks, application, print_noted),
        _for_role(filling_in, "空白表", Capability.TAKE_CONSENT, tasks, application),
    ]


def _further_papers(tasks: Tasks, application: Application, print_noted: Callable[..., Printing]) -> list[PageEntry]:
    """The pages of needs and wishes, of publicity, and of what goes and comes with a referral."""

    def needs() -> Page:
        from desktop.ui.pages.further_papers import NeedPaperPage

        return NeedPaperPage(tasks, application, print_noted)

    def wish() -> Page:
        from desktop.ui.pages.wish_page import WishPage

        return WishPage(tasks, application)

    def wish_card() -> Page:
        from desktop.ui.pages.wish_page import WishCardPage

        return WishCardPage(tasks, application, print_noted)

    def publicity() -> Page:
        from desktop.ui.pages.publicity_page import PublicityPage

        return PublicityPage(tasks, application)

    def publicity_paper() -> Page:
        from desktop.services.paper import COPIES
        from desktop.ui.pages.publicity_page import PublicityPaperPage

        return PublicityPaperPage(tasks, application, partial(print_noted, copies=COPIES))

    def referral_answers() -> Page:
        from desktop.ui.pages.further_papers import ReferralAnswersPage

        return ReferralAnswersPage(tasks, application, print_noted)

    def inward() -> Page:
        from desktop.ui.pages.further_papers import InwardPage

        return InwardPage(tasks, application, print_noted)

    def notice() -> Page:
        from desktop.ui.pages.further_papers import NoticePaperPage

        return NoticePaperPage(tasks, application, print_noted)

    return [
        PageEntry("need-paper", "households", needs),
        PageEntry("notice-paper", "visit", notice),
        PageEntry("wish", "households", wish),
        PageEntry("wish-card", "households", wish_card),
        PageEntry("publicity", "consent", publicity),
        PageEntry("publicity-paper", "consent", publicity_paper),
        PageEntry("referral-answers", "referral", referral_answers),
        PageEntry("inward", "referral", inward),
    ]


def _printing_noted(
    tasks: Tasks, application: Application, watch_job: Callable[[str], None]
) -> Callable[..., Printing]:
    """``print_pdf`` as this worker prints, with what did not come out noted as a code."""

    def ask_habit(receive: Callable[[PrintHabit], None]) -> None:
        ask = partial(preferences.print_habit, application)
        tasks.run(tasks, ask, receive, lambda _: receive(PrintHabit()))

    def print_noted(parent: QWidget, pdf: bytes, title: str, *, copies: int = 1) -> Printing:
        printing = print_pdf(parent, pdf, title, copies=copies, ask_habit=ask_habit)
        if printing.printer and printing.result in (PrintResult.PRINTED, PrintResult.PARTLY):
            keep = partial(preferences.keep_printer, application, printing.printer)
            tasks.run(parent, keep, lambda _: None, lane=Lane.WRITE)
        if printing.result in (PrintResult.FAILED, PrintResult.NO_PRINTER):
            came = printing.result.value
            note = partial(events.note, application, Event.PRINT_FAILED, came)
            tasks.run(parent, note, lambda _: None, lane=Lane.WRITE)
        if printing.job:
            watch_job(printing.job)
        return printing

    return print_noted


def _for_role(
    entry: PageEntry, title: str, capability: Capability, tasks: Tasks, application: Application
) -> PageEntry:
    """The page for the roles that may; to the others it says whose work it is."""

    def make() -> Page:
        if may(application, capability):
            return entry.make()
        from desktop.ui.pages.not_your_role_page import NotYourRolePage

        return NotYourRolePage(tasks, application, title, capability)

    return replace(entry, make=make)
