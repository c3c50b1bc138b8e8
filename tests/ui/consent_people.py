"""Made-up people with needs, and a window with the two pages, for the tests of consent and referrals."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, Purpose
from desktop.domain.households import (
    Address,
    Birth,
    CategoryHeld,
    Disability,
    DisabilityKind,
    Document,
    Name,
    NewHousehold,
    NewResident,
    Phones,
)
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.prints import Came
from desktop.domain.records import Change
from desktop.domain.referrals import Trigger
from desktop.domain.roles import Role
from desktop.domain.visits import (
    AidReceived,
    Assessment,
    Conclusion,
    MemberFinding,
    NeedFound,
    Visit,
    VisitKind,
    VisitResult,
)
from desktop.services import consent, households, paper, referrals, scans, visits
from desktop.services.application import Application
from desktop.storage import records
from desktop.sync.envelope import SigningKey, sign_document
from desktop.sync.protocol import Release
from desktop.ui.main_window import MainWindow, PageEntry, Worker
from desktop.ui.pages.consent.given_pictures import png
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.page import Page, Target
from desktop.ui.pages.referral_page import ReferralPage
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tasks import APART, Lane, Tasks
from desktop.ui.turns import turns
from tests.county_issued import CHARITY, SHANGBU, issue_everything, issue_roster
from tests.documents.pdf_reading import page_texts
from tests.people import JIANYANG, made_up_id
from tests.ui.stand_in_pages import SECTIONS, ListPage
from tests.vaults import COUNTY_SIGNING_KEY

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=8)))
PHONE = "13900000000"
NUMBER = made_up_id(JIANYANG, date(1951, 3, 2), 17)


@dataclass
class Printer:
    """What the tests print with: keeps what was printed, answers what it is told to."""

    result: PrintResult = PrintResult.PRINTED
    printed: list[bytes] | None = None

    def __call__(self, parent: QWidget, pdf: bytes, title: str) -> Printing:
        if self.result is PrintResult.PRINTED:
            self.printed = [*(self.printed or []), pdf]
        return Printing(self.result, 2 if self.result is PrintResult.PRINTED else 0)


def ji_family(application: Application, *, with_visit: bool = True) -> tuple[str, str]:
    """吉建国, disabled, on subsistence aid, in 上㘵村, in need of a wheelchair; answers household and resident."""
    made = households.add_household(
        application,
        NewHousehold(
            Address(SHANGBU, "3组12号"),
            (
                NewResident(
                    Name("吉建国"),
                    Document(DocumentType.RESIDENT_ID, NUMBER),
                    Birth(date(1951, 3, 2), Sex.MALE),
                    phones=Phones((PHONE,)),
                    disability=Disability(DisabilityKind.PHYSICAL, 2),
                ),
                NewResident(Name("𠮷小娥"), birth=Birth(date(2014, 5, 1), Sex.FEMALE), relation="42"),
            ),
            number="JK-0231",
            categories=(CategoryHeld(Category.SUBSISTENCE, since=date(2021, 7, 1), monthly=126000),),
        ),
    ).value
    if with_visit:
        visits.record_visit(application, wheelchair_visit(made.household, made.residents[0]))
    return made.household, made.residents[0]


def wheelchair_visit(household: str, resident: str) -> Visit:
    """A visit that found the need of a wheelchair, T2."""
    return Visit(
        household,
        VisitKind.SURVEY,
        date(2026, 11, 20),
        VisitResult.MET,
        second_worker="陈晓燕",
        notice_given=True,
        members=(MemberFinding(resident, illness="糖尿病"),),
        needs=(NeedFound(NeedCode.N2, Urgency.MONTH, "想要一把轮椅"),),
        own_words="腿脚不便，出不了门",
        assessment=Assessment(
            Conclusion.T2,
            aid_received=(AidReceived("最低生活保障", 126000, date(2021, 7, 1)),),
            remaining_gap="轮椅约 1200 元，自己负担不起",
        ),
    )


def prepare(application: Application) -> tuple[str, str]:
    """Everything the county issued, and 吉建国's household; answers household and resident."""
    issue_everything(application)
    issue_roster(application)
    return ji_family(application)


def make_window(tasks: Tasks, application: Application, printer: Printer) -> MainWindow:
    """The real window with the real pages of consent and referrals, the others stand in."""
    made: dict[str, Callable[[], Page]] = {
        "consent": lambda: ConsentPage(tasks, application, printer),
        "referral": lambda: ReferralPage(tasks, application, printer),
    }
    entries = [
        PageEntry(one.key, one.key, made.get(one.key, lambda name=one.word: ListPage(tasks, name)))  # type: ignore[misc]
        for one in SECTIONS
    ]
    window = MainWindow(
        tasks, Worker("林晓梅", "莒口镇民政办"), SECTIONS, entries, lambda _: (), lambda row: Target("today", row.id)
    )
    tasks.user_error.connect(lambda error: window.setProperty("last_error", error.code))
    return window


def county_moves(application: Application, kind: str, record: str, body: dict[str, Any], role: Role) -> None:
    """A step by somebody at the county or a charity, as it comes back by the feed."""
    number = uuid.uuid4().hex[:8]
    change = Change(f"county/e/{number}", f"{kind}.moved", record, "2026-11-24T08:00:00+00:00", "officer", role, body)

    def write(connection: Connection) -> None:
        _, outcome = records.apply(connection, change)
        assert outcome.result == "ok", outcome

    application.store.write(write)


def county_checks(application: Application, sheet_id: str, resident: str) -> None:
    """The county duty officer does the second check."""
    state = consent.sheet(application, sheet_id).state
    county_moves(application, "sheet", sheet_id, {"from": str(state), "to": "checked"}, Role.DUTY_OFFICER)
    for grant in consent.grants(application, resident):
        if grant.sheet == sheet_id and grant.state == "agreed":
            county_moves(application, "grant", grant.id, {"from": "agreed", "to": "in-force"}, Role.DUTY_OFFICER)


def county_releases(application: Application, referral_id: str, key: SigningKey = COUNTY_SIGNING_KEY) -> None:
    """The county releases a referral; signed by ``key``."""
    view = referrals.referral(application, referral_id)
    release = Release(
        number="ZJ-350703-2026-000001",
        referral=view.id,
        resident=view.resident,
        recipient=view.recipient,
        purpose=view.referral.purpose,
        sheets=tuple(view.fields["sheets"]),
        classes=view.referral.classes,
        time="2026-11-24T08:00:00+00:00",
        expires="2027-02-24",
    )
    signed = json.loads(sign_document(release.encode(), key).encode())
    body = {"from": "submitted", "to": "released", "fields": {"release": signed}}
    county_moves(application, "referral", referral_id, body, Role.DUTY_OFFICER)


def signed_sheet(
    application: Application,
    resident: str,
    *,
    refused: tuple[DataClass, ...] = (),
    signer: consent.Signer = consent.Signer.SIGNATURE,
    person_asked: bool = False,
) -> str:
    """A sheet for the wheelchair, printed and signed, by the services alone; answers its id."""
    classes = (DataClass.A1, DataClass.A2, DataClass.A3, DataClass.A5, DataClass.B3, DataClass.B5)
    ask = consent.Ask(CHARITY, Purpose.DISABILITY, classes, "wheelchair")
    new = consent.NewSheet(resident, (ask,), "worker-chen", dialect="闽南话", person_asked=person_asked)
    sheet = consent.draft_sheet(application, new).value
    made = paper.consent_paper_for(application, sheet)
    consent.record_printed(
        application,
        sheet,
        print_id=made.print_id,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(copies=2),
    )
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, one not in refused) for one in classes)
    witness = "郑阿妹" if signer is consent.Signer.FINGERPRINT else ""
    consent.record_signed(application, sheet, answers, signer=signer, witness=witness, copy_given=True)
    return sheet


def wheelchair_referral(resident: str, **changes: Any) -> referrals.NewReferral:
    """A referral to the wheelchair project, T2, complete."""
    given: dict[str, Any] = {
        "classes": (DataClass.A1, DataClass.A2, DataClass.B3),
        "needs": (NeedCode.N2,),
        "summary": "腿脚不便，出不了门，想要一把轮椅。",
        "reply_by": date(2026, 11, 30),
        "aid_received": (AidReceived("最低生活保障", 126000, date(2021, 7, 1)),),
        "gap": "轮椅约 1200 元",
        "project": "wheelchair",
        **changes,
    }
    return referrals.NewReferral(resident, CHARITY, Purpose.DISABILITY, Trigger.T2, second_worker="陈晓燕", **given)


def photo(pdf: bytes, page: int = 0) -> bytes:
    """A page of a printed sheet as somebody photographs it: a PNG, made in memory."""
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    size = document.pagePointSize(page)
    image = document.render(page, QSize(round(size.width() * 2), round(size.height() * 2)))
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill("white")
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    document.close()
    return png(paper)


def take_every_page(application: Application, sheet: str) -> int:
    """Every page of a sheet comes back as a picture, by the services alone; answers how many there are."""
    pdf = paper.consent_paper_for(application, sheet).pdf
    pages = len(page_texts(pdf))
    for page in range(pages):
        scans.take_scan(application, sheet, photo(pdf, page))
    return pages


def settle(qtbot: QtBot, tasks: Tasks) -> None:
    """Wait until the lanes have done all that was asked of them, and what followed from it."""
    for _ in range(3):
        for lane in Lane:
            arrived: list[int] = []
            tasks.run(tasks, lambda: 1, arrived.append, lane=lane)
            qtbot.waitUntil(lambda arrived=arrived: bool(arrived), timeout=30_000)  # type: ignore[misc]
        QApplication.processEvents()
        qtbot.waitUntil(lambda: not turns().is_waited_for, timeout=30_000)
        qtbot.waitUntil(lambda: not any(one.name == APART for one in threading.enumerate()), timeout=30_000)
