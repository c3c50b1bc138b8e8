"""Made-up households of a round in 莒口镇, and the visit page over a real vault, for the visit page's tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.aid import Category
from desktop.domain.households import (
    Address,
    Birth,
    CategoryHeld,
    Disability,
    DisabilityKind,
    Health,
    Name,
    NearRelative,
    NewHousehold,
    NewResident,
)
from desktop.domain.identity import Sex
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.visits import (
    AidReceived,
    Assessment,
    Assets,
    Conclusion,
    Evidence,
    HealthState,
    Housing,
    HousingSafety,
    Income,
    MemberFinding,
    NeedFound,
    Respondent,
    SelfCare,
    Spending,
    Visit,
    VisitKind,
    VisitResult,
)
from desktop.services import households, visits
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow, PageEntry, Worker
from desktop.ui.pages.page import Target
from desktop.ui.pages.visit.form import VisitForm
from desktop.ui.pages.visit_page import VisitPage
from desktop.ui.printing import PrintPdf, print_pdf
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from tests.county_issued import CHABU, SHANGBU
from tests.ui.stand_in_pages import SECTIONS, ListPage

NOW = datetime(2026, 11, 23, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
LAST = date(2026, 9, 12)
MARK = "上次 2026年9月12日"


def clock() -> datetime:
    """A morning in November."""
    return NOW


@dataclass(frozen=True)
class Household:
    """A household's id and its members' ids by name."""

    id: str
    members: dict[str, str]


def ji_household(application: Application) -> Household:
    """Three people on subsistence aid in 上㘵村; the wife's name is beyond what old input methods know."""
    made = households.add_household(
        application,
        NewHousehold(
            Address(SHANGBU, "12号"),
            (
                NewResident(
                    Name("吉建国"),
                    birth=Birth(date(1955, 3, 2), Sex.MALE),
                    disability=Disability(DisabilityKind.PHYSICAL, 2),
                ),
                NewResident(Name("林㛃"), birth=Birth(date(1958, 7, 1), Sex.FEMALE), relation="12"),
                NewResident(Name("吉小䶮"), birth=Birth(date(2017, 5, 20), Sex.FEMALE), relation="42"),
            ),
            number="350703-009-0142",
            categories=(CategoryHeld(Category.SUBSISTENCE, since=date(2021, 7, 1), monthly=167400),),
            near_relative=NearRelative(declared=False),
        ),
    ).value
    return Household(made.household, dict(zip(("吉建国", "林㛃", "吉小䶮"), made.residents, strict=True)))


def new_household(application: Application) -> Household:
    """One man on no list, with an illness that the office's ledger knows of; nobody has visited him yet."""
    made = households.add_household(
        application,
        NewHousehold(
            Address(CHABU, "3组8号"),
            (NewResident(Name("何金水"), birth=Birth(date(1949, 1, 9), Sex.MALE), health=Health(illness="高血压")),),
        ),
    ).value
    return Household(made.household, {"何金水": made.residents[0]})


def last_visit(household: Household) -> Visit:
    """What was found at the Ji household in September."""
    husband, wife, child = household.members.values()
    return Visit(
        household=household.id,
        kind=VisitKind.REVIEW,
        day=LAST,
        result=VisitResult.MET,
        started="09:10",
        ended="10:05",
        second_worker="陈晓燕",
        respondent=Respondent("吉建国", "户主", husband),
        notice_given=True,
        members=(
            MemberFinding(
                husband,
                HealthState.SERIOUS,
                "脑梗后遗症",
                cannot=(SelfCare.WALKING, SelfCare.BATHING),
                self_care_asked=True,
                labour="完全丧失",
                work_or_school="不能干活",
            ),
            MemberFinding(wife, HealthState.CHRONIC, "糖尿病", labour="部分丧失", work_or_school="种菜"),
            MemberFinding(child, HealthState.HEALTHY, labour="在校或未成年", work_or_school="莒口小学三年级"),
        ),
        income=Income(wages=0, business=600000, transfers=920000, evidence=Evidence.DECLARED),
        spending=Spending(medical=1400000, education=120000, living=1200000, receipts_seen=True),
        assets=Assets("不到1万元", "老厝一处约80平方米", "没有"),
        housing=Housing(HousingSafety.LEAKING, "自有", "水电齐全，旱厕", alone=False, carer="妻子", hazards="门槛高"),
        needs=(NeedFound(NeedCode.N2, Urgency.WEEK, "要一台轮椅"),),
        own_words="腿不好，想出门晒晒太阳",
        assessment=Assessment(
            Conclusion.T2,
            aid_received=(AidReceived("低保", 167400, date(2021, 7, 1)),),
            remaining_gap="每年药费自付一万多",
        ),
    )


def record_last_visit(application: Application, household: Household) -> str:
    """Record September's visit; answers its id."""
    return visits.record_visit(application, last_visit(household)).value.visit


def visit_window(application: Application, tasks: Tasks, print_paper: PrintPdf = print_pdf) -> MainWindow:
    """The window with the real visit page; the other pages stand in."""
    sections = {section.key: section.key for section in SECTIONS if section.key != "visit"}
    others = {**sections, "household": "households", "new-household": "households"}
    pages = [PageEntry(name, section, partial(ListPage, tasks, name)) for name, section in others.items()]
    pages.append(PageEntry("visit", "visit", lambda: VisitPage(tasks, application, print_paper)))
    worker = Worker(application.worker.name, application.worker.office)
    return MainWindow(tasks, worker, SECTIONS, pages, lambda _: [], lambda row: Target("visit", row.id))


def shown_page(window: MainWindow) -> VisitPage:
    """The visit page, which is in front."""
    page = window.page()
    assert isinstance(page, VisitPage)
    return page


def open_form(qtbot: QtBot, window: MainWindow, household: Household) -> VisitForm:
    """Open the visit of a household and wait for its form."""
    window.open(Target("visit", household.id))
    page = shown_page(window)

    def is_there() -> bool:
        return page.form is not None and page.form.opening.household.household == household.id

    qtbot.waitUntil(is_there)
    assert page.form is not None
    return page.form


def write(widget: QWidget, text: str) -> None:
    """Write Chinese as an input method does: composed, then committed."""
    committed = QInputMethodEvent()
    committed.setCommitString(text)
    for event in (QInputMethodEvent("pinyin", []), committed):
        QApplication.sendEvent(widget, event)


def choose(field: ChoiceField[Any] | MultiChoice[Any], words: str) -> None:
    """Click the option that says ``words``."""
    options = [button for button in field.inputs() if isinstance(button, QAbstractButton)]
    next(button for button in options if button.text() == words).click()
