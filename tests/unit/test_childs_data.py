"""Children under fourteen: nothing of them passes where their data (B7) was not agreed to (PIPL art. 28, 31)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.domain.consent import DataClass, Grant, Purpose, Recipient, Word, may_disclose
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, Guardian, Name, NewResident
from desktop.domain.identity import Sex
from desktop.domain.necessity import necessary_classes
from desktop.domain.needs import NeedCode
from desktop.domain.prints import Came
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signing import GuardianBasis, SignedBy, Signer
from desktop.services import consent, households, matching, referrals
from desktop.services.application import Application
from desktop.ui.messages import word
from tests import casework
from tests.county_issued import CHARITY, issue_everything
from tests.vaults import made_vault

TODAY = date(2026, 11, 26)
CLASSES = (DataClass.A1, DataClass.A5, DataClass.B7)
GUARDIAN = SheetSigning(
    guardian=Guardian("陈大山", "祖父", basis=GuardianBasis.DESIGNATED, deed="莒民指〔2026〕3号"),
    guardian_signer=Signer.SIGNATURE,
    signed_by=SignedBy.GUARDIAN,
    best_interest=True,
    wards_view="愿意",
    childrens_rules_told=True,
)


def _grant(data_class: str, state: str) -> Grant:
    until = TODAY - timedelta(days=1) if state == "expired" else None
    return Grant("r", "o", "disability", data_class, state, until, "s", Word(date(2026, 11, 1), "v/e", 1))


@pytest.mark.parametrize(
    ("beside", "reason"),
    [
        ("", "child-not-asked"),
        ("refused", "child-refused"),
        ("withdrawn", "child-withdrawn"),
        ("expired", "child-expired"),
        ("agreed", "awaiting-check"),
        ("in-force", "in-force"),
    ],
)
def test_every_class_of_a_child_needs_the_childs_data_beside_it(beside: str, reason: str) -> None:
    """Of whoever is fourteen or older it needs nothing beside it; a class with a no of its own says its own."""
    body = Recipient("o", agreement_until=date(2030, 1, 1))
    grants = [_grant("A1", "in-force"), *([_grant("B7", beside)] if beside else ())]

    def told(data_class: str, *, is_child: bool) -> str:
        return may_disclose("r", data_class, body, "disability", grants, TODAY, is_child=is_child).reason

    assert told("A1", is_child=True) == reason
    assert told("A1", is_child=False) == "in-force"
    assert told("A5", is_child=True) == "not-asked"


def test_a_project_for_a_child_needs_the_childs_data() -> None:
    """So it is asked for with the others, and of nobody else."""
    assert DataClass.B7 in necessary_classes(Purpose.EDUCATION, ("N3",), is_child=True)
    assert DataClass.B7 not in necessary_classes(Purpose.EDUCATION, ("N3",), is_child=False)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[tuple[Application, str]]:
    """A laptop, and a child of eight that lives with the grandfather."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        born = application.today() - timedelta(days=3000)
        eight = NewResident(Name("陈小海"), relation="41", birth=Birth(born, Sex.MALE))
        plain = casework.new_household()
        family = replace(plain, members=(*plain.members, eight))
        made = households.add_household(application, family).value
        casework.approve_minors(application)
        yield application, made.residents[-1]


def _sign(application: Application, resident: str, refused: frozenset[DataClass] = frozenset()) -> None:
    sheet = consent.draft_sheet(application, casework.new_sheet(resident, CLASSES, signing=GUARDIAN)).value
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-02", version="2026.1", digest="0" * 64, came=Came(copies=2)
    )
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, one not in refused) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=Signer.SIGNATURE, copy_given=True, signing=GUARDIAN)
    casework.check_by_county(application, sheet, resident)


def test_what_the_guardian_refused_of_a_child_holds_everything_back(child: tuple[Application, str]) -> None:
    """A1 and A5 agreed, B7 refused: nothing is referred, and the reason says why in words."""
    application, resident = child
    _sign(application, resident, refused=frozenset({DataClass.B7}))
    told = consent.disclosures(application, resident, CHARITY, Purpose.DISABILITY, CLASSES)
    assert [one.reason for one in told.values()] == ["child-refused", "child-refused", "refused"]
    with pytest.raises(UserFacingError, match=r"referral\.may-not-disclose") as refused:
        referrals.draft_referral(application, casework.new_referral(application, resident, CLASSES[:2]))
    assert "监护人不同意提供儿童信息" in word(refused.value).what
    found = matching.matches_for(application, resident, (NeedCode.N2,))
    assert all(DataClass.B7 in one.necessary for one in found)


def test_a_childs_referral_comes_back_with_the_childs_data(child: tuple[Application, str]) -> None:
    """It is written down as one of its classes; whoever takes it back takes back the whole."""
    application, resident = child
    _sign(application, resident)
    made = referrals.draft_referral(
        application, casework.new_referral(application, resident, CLASSES[:2]), submit=True
    ).value
    assert referrals.referral(application, made).referral.classes == CLASSES
    (of_child,) = (one.id for one in consent.grants(application, resident) if one.data_class is DataClass.B7)
    consent.withdraw(application, resident, (of_child,))
    assert referrals.referral(application, made).state == "recalled"
