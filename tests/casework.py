"""A made-up household, visit, consent and referral, for tests that need one quickly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

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
from desktop.domain.journal import Header
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.prints import Came
from desktop.domain.records import Change, Nature, record_kind
from desktop.domain.referrals import Trigger
from desktop.domain.roles import Role
from desktop.domain.visits import (
    AidReceived,
    Assessment,
    Conclusion,
    Income,
    NeedFound,
    Spending,
    Visit,
    VisitKind,
    VisitResult,
)
from desktop.services import consent, households, referrals
from desktop.services.application import Application
from desktop.storage import journal, records
from desktop.sync.envelope import SigningKey, sign_document
from desktop.sync.protocol import Release
from tests.county_issued import CHARITY, SHANGBU
from tests.people import made_up_id

JIANYANG = "350703"
BORN = date(1955, 1, 2)
NUMBER = made_up_id(JIANYANG, BORN, 11)
PHONE = "13900001111"
CLASSES = (DataClass.A1, DataClass.A3, DataClass.A5, DataClass.B3)


def new_household(name: str = "𠮷建国", number: str = NUMBER) -> NewHousehold:
    """An old man with a disability and his wife, of whom no document is known."""
    head = NewResident(
        Name(name),
        document=Document(DocumentType.RESIDENT_ID, number),
        birth=Birth(BORN, Sex.MALE),
        phones=Phones((PHONE,)),
        disability=Disability(DisabilityKind.PHYSICAL, 2),
    )
    wife = NewResident(Name("林㛃"), relation="12")
    held = CategoryHeld(Category.SUBSISTENCE, "visit", monthly=93000)
    return NewHousehold(Address(SHANGBU, "12号"), (head, wife), categories=(held,))


def visit(household: str, day: date, **changes: object) -> Visit:
    """A visit that finds T2 with one need."""
    values: dict[str, object] = {
        "second_worker": "何金水",
        "notice_given": True,
        "income": Income(wages=1_200_000),
        "spending": Spending(medical=3_000_000),
        "needs": (NeedFound(NeedCode.N2, Urgency.WEEK, "轮椅"),),
        "own_words": "想要一台轮椅",
        "assessment": Assessment(
            Conclusion.T2, aid_received=(AidReceived("低保", 93000),), remaining_gap="医疗自付超收入"
        ),
        **changes,
    }
    return Visit(household, VisitKind.SURVEY, day, VisitResult.MET, **values)  # type: ignore[arg-type]


def recorded_household(application: Application) -> households.NewIds:
    """The household, saved."""
    return households.add_household(application, new_household()).value


def end_aid(application: Application, household: str) -> None:
    """The household is given no aid any more: what the law wants kept while it is, may go."""
    ended = CategoryHeld(Category.SUBSISTENCE, "visit", monthly=93000, ended=True)
    households.change_household(application, household, {"category:subsistence": ended})


def new_sheet(
    resident: str, classes: tuple[DataClass, ...] = CLASSES, second_worker: str = "何金水", **changes: object
) -> consent.NewSheet:
    """A sheet asking for one recipient."""
    ask = consent.Ask(CHARITY, Purpose.DISABILITY, classes, "wheelchair")
    return consent.NewSheet(resident, (ask,), second_worker, **changes)  # type: ignore[arg-type]


def signed_sheet(
    application: Application, resident: str, refused: frozenset[DataClass] = frozenset(), **changes: object
) -> str:
    """A sheet drafted, printed and signed; ``refused`` classes were ticked 不同意."""
    sheet = consent.draft_sheet(application, new_sheet(resident, **changes)).value  # type: ignore[arg-type]
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="2026.1", digest="0" * 64, came=Came(copies=2)
    )
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, one not in refused) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)
    return sheet


def new_referral(
    application: Application, resident: str, classes: tuple[DataClass, ...] = CLASSES
) -> referrals.NewReferral:
    """A T2 referral for a wheelchair."""
    return referrals.NewReferral(
        resident,
        CHARITY,
        Purpose.DISABILITY,
        Trigger.T2,
        classes,
        (NeedCode.N2,),
        "行走不便,需要轮椅",
        application.today() + timedelta(days=7),
        "何金水",
        aid_received=(AidReceived("低保", 93000),),
        gap="无力购买",
        project="wheelchair",
    )


def by_county(
    application: Application,
    number: str,
    record: str,
    kind: str,
    body: Mapping[str, object],
    role: str = "duty-officer",
) -> None:
    """One step of the county's, or of whoever answers there, as the feed brings it."""
    change = Change(f"county/e/{number}", kind, record, "2026-11-23T00:00:00Z", "W-9", role, body)
    application.store.write(lambda connection: records.apply(connection, change))


def check_by_county(application: Application, sheet: str, resident: str) -> None:
    """The county's duty officer has checked a sheet: its grants are in force."""
    by_county(application, "c0", sheet, "sheet.moved", {"from": "signed", "to": "checked"})
    for number, grant in enumerate(consent.grants(application, resident), 1):
        if grant.sheet == sheet:
            by_county(application, f"c{number}", grant.id, "grant.moved", {"from": "agreed", "to": "in-force"})


def release_by_county(
    application: Application, key: SigningKey, resident: str, referral: str, /, **changes: object
) -> None:
    """The county's signed release of a submitted referral; ``changes`` make it a wrong one."""
    values: dict[str, object] = {
        "number": "ZJ-350703-2026-000001",
        "referral": referral,
        "resident": resident,
        "recipient": CHARITY,
        "purpose": "disability",
        "sheets": (),
        "classes": tuple(one.value for one in CLASSES),
        "time": application.today().isoformat(),
        "expires": (application.today() + timedelta(days=30)).isoformat(),
        **changes,
    }
    signed = sign_document(Release(**values).encode(), key)  # type: ignore[arg-type]
    release = {"signed": signed.document.decode(), "signature": signed.signature.hex()}
    body = {"from": "submitted", "to": "released", "fields": {"release": release}}
    by_county(application, "r0", referral, "referral.moved", body)


def submitted_referral(application: Application) -> tuple[str, str]:
    """A person whose consent is in force, and a referral that rests on it."""
    resident = recorded_household(application).residents[0]
    check_by_county(application, signed_sheet(application, resident), resident)
    made = referrals.draft_referral(application, new_referral(application, resident), submit=True).value
    return resident, made


def carry(source: Application, target: Application) -> None:
    """Bring what one vault recorded into another, as a feed would; pictures stay on the first one's laptop."""

    def read(connection: Connection) -> list[Change]:
        entries = journal.own_entries(connection)
        return [records.change_of(Header.decode(one.header_bytes), one.payload_bytes) for one in entries]

    def write(connection: Connection, changes: list[Change]) -> None:
        for change in changes:
            kind = record_kind(change.kind)
            if kind is not None and kind.nature is not Nature.AUDIT:
                records.apply(connection, change)

    changes = source.read(read)
    target.store.write(lambda connection: write(connection, changes))


def approve_minors(application: Application, approver: str = "worker-approver") -> None:
    """The county has approved that this worker sees the data of the township's minors, this month."""
    today = application.today()
    fields = {
        "workers": [application.worker.id],
        "ground": "duty",
        "divisions": list(application.worker.townships),
        "from": today.isoformat(),
        "until": (today + timedelta(days=30)).isoformat(),
        "approver": approver,
    }

    def write(action: journal.Action) -> None:
        action.author = replace(action.author, worker=approver, role=Role.COUNTY_APPROVER)
        action.add("approval.moved", f"approval-{approver}", {"from": None, "to": "given", "fields": fields})

    application.act(write)
