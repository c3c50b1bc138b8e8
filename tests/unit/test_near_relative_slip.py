"""Who is declared a near relative, on the slip: named where the sheet is checked and A4 is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.consent import DataClass, Purpose
from desktop.domain.prints import Came
from desktop.services import consent, paper, referrals
from desktop.services.application import Application
from tests.casework import check_by_county, new_referral, new_sheet, recorded_household, release_by_county
from tests.county_issued import CHARITY
from tests.documents.pdf_reading import whole_text
from tests.vaults import COUNTY_SIGNING_KEY

WHO = "何金水，堂弟"
ASKED = (DataClass.A1, DataClass.A4, DataClass.A5)


def slips(
    application: Application, told: tuple[DataClass, ...], who: str = WHO, *, declared: bool = False
) -> tuple[str, str]:
    """File copy and recipient's slip of a referral that tells these classes, on a sheet that the county has checked."""
    resident = recorded_household(application).residents[0]
    asked = new_sheet(resident, ASKED, near_relative=True, near_relative_who=who)
    sheet = consent.draft_sheet(application, asked).value
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="2026.1", digest="", came=Came(copies=2)
    )
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, True) for one in ASKED)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)
    new = replace(new_referral(application, resident, told), summary="需要轮椅", near_relative=declared)
    referral = referrals.draft_referral(application, new, submit=True).value
    waiting = whole_text(paper.file_copy(application, referral).pdf)
    assert WHO not in waiting, "nobody has checked it"
    assert "□✓有" in "".join(waiting.split())
    check_by_county(application, sheet, resident)
    release_by_county(application, COUNTY_SIGNING_KEY, resident, referral, classes=tuple(one.value for one in told))
    copy, slip = (
        whole_text(paper.file_copy(application, referral).pdf),
        whole_text(paper.recipient_slip(application, referral).pdf),
    )
    return "".join(copy.split()), "".join(slip.split())


def test_whoever_is_named_on_a_checked_sheet_is_named_on_the_slip(application: Application) -> None:
    """With A4 among what is told; the referral's own tick does not say otherwise than the sheet."""
    for text in slips(application, ASKED):
        assert f"□✓有{WHO}" in text


def test_without_the_class_of_the_family_it_is_left_to_the_hand(application: Application) -> None:
    """A4 was agreed to and is not part of this referral."""
    for text in slips(application, (DataClass.A1, DataClass.A5)):
        assert "□✓有________" in text
        assert WHO not in text


@pytest.mark.parametrize("who", ["何金水，堂弟，电话13900001111", "何金水，患有精神病的堂弟"])
def test_what_was_written_beside_the_name_is_not_told_with_it(application: Application, who: str) -> None:
    """A typed word that tells of a class that was not agreed to keeps all of it back."""
    for text in slips(application, ASKED, who):
        assert "□✓有________" in text
        assert "何金水，" not in text
