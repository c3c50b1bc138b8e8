"""The county looks at who signed: by the sheet's own words, and by what it knows of the person."""

from __future__ import annotations

from typing import Any

import pytest

from county import answers
from county.apply import apply_all
from county.clock import today
from county.opening import County
from desktop.domain.errors import UserFacingError
from desktop.domain.roles import Role
from tests.county.laptop import Draft, described, enrolled, moved, send, verdicts
from tests.county.test_gate import CHARITY, CLASSES, Case, made_case
from tests.entry_bodies import FIELDS

MOTHER = {"name": "吴㛃华", "relation": "母亲", "basis": "parents", "proof": "户口簿"}
BY_MOTHER = {
    "band": "8-13",
    "signed_by": "guardian",
    "guardian": MOTHER,
    "best_interest": True,
    "wards_view": "他说想要",
    "childrens_rules_told": True,
}
BY_SELF = {"band": "adult", "signed_by": "person"}


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A household whose sheet is to be signed, and those who act on it."""
    return made_case(county, township)


def born(years: int) -> str:
    """A birthday of somebody who is this old."""
    return f"{today().year - years}-01-01"


def know(case: Case, **groups: Any) -> None:
    """The county hears something of the person."""
    assert case.send(described("resident", case.person, **groups)) == [("ok", "")]


def sign(case: Case, signing: dict[str, Any]) -> list[tuple[str, str]]:
    """Draft, print and sign a sheet; the verdict on the signing."""
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    drafted = {**FIELDS["sheet"], **who, "signed": {}, "second_worker": ""}
    steps: list[Draft] = [
        moved("sheet", case.sheet, None, "drafted", **drafted),
        moved("sheet", case.sheet, "drafted", "printed"),
        moved("sheet", case.sheet, "printed", "signed", signed=signing, signed_on=today().isoformat()),
    ]
    return [case.send(one)[0] for one in steps]


@pytest.mark.parametrize(
    ("signing", "reason"),
    [
        ({}, "guardian-unknown"),
        ({"band": "8-13", "signed_by": "person"}, "guardian-unknown"),
        ({**BY_MOTHER, "signed_by": "person"}, "other-signer"),
        ({**BY_MOTHER, "wards_view": ""}, "wards-view"),
        ({**BY_MOTHER, "guardian": {**MOTHER, "basis": "not-established"}}, "no-guardian"),
        ({**BY_MOTHER, "guardian": {**MOTHER, "basis": "court"}}, "deed"),
    ],
)
def test_a_sheet_signed_by_somebody_who_may_not_is_rejected_with_its_reason(
    case: Case,
    signing: dict[str, Any],
    reason: str,
) -> None:
    """Nothing is dropped: the entry has its verdict, and the sheet stays printed."""
    know(case, birth={"day": born(10)})
    assert sign(case, signing)[-1] == ("rejected", reason)
    assert case.state(case.sheet)["state"] == "printed"


def test_a_word_of_a_newer_version_is_held(case: Case) -> None:
    """A right of guardianship that this county does not know is for a person to look at, and is kept."""
    newer = {**BY_MOTHER, "guardian": {**MOTHER, "basis": "by-star-sign"}}
    assert sign(case, newer)[-1] == ("held", "unknown-word:fields.signed.guardian.basis")


@pytest.mark.parametrize(
    ("known", "signing", "reason"),
    [
        ({"birth": {"day": born(10)}}, BY_SELF, "guardian-unknown"),
        ({"birth": {"day": born(15)}}, BY_MOTHER, "other-signer"),
        ({"birth": {"day": born(70)}}, BY_MOTHER, "signs-for-themself"),
        ({"capacity": {"capacity": "none", "ground": "court"}}, BY_SELF, "guardian-unknown"),
    ],
)
def test_what_the_county_knows_comes_before_what_the_sheet_says(
    case: Case,
    known: dict[str, Any],
    signing: dict[str, Any],
    reason: str,
) -> None:
    """A laptop that had not heard of a birthday or of a court's finding let the wrong one sign."""
    know(case, **known)
    assert sign(case, signing)[-1] == ("rejected", reason)


def test_a_sheet_drafted_and_signed_in_one_action_is_looked_at_too(case: Case) -> None:
    """The person is named by the drafting, which the county has not applied yet."""
    know(case, birth={"day": born(10)})
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    drafts = (
        moved("sheet", case.sheet, None, "drafted", **{**FIELDS["sheet"], **who}),
        moved("sheet", case.sheet, "drafted", "printed"),
        moved("sheet", case.sheet, "printed", "signed"),
    )
    number = send(case.county, case.laptop, case.laptop.action(*drafts))
    apply_all(case.county)
    assert ("rejected", "guardian-unknown") in verdicts(case.county, case.laptop, number)


def grant_all(case: Case) -> None:
    """Every class agreed to on the signed sheet."""
    who = {"household": case.home, "resident": case.person, "sheet": case.sheet}
    for one in CLASSES:
        asked = {"recipient": CHARITY, "purpose": "elderly", "data_class": one, "until": None}
        grant = {**FIELDS["grant"], **who, **asked}
        assert case.send(moved("grant", f"grant-{one}-{case.sheet}", None, "agreed", **grant)) == [("ok", "")]


def test_a_childs_sheet_signed_rightly_goes_all_the_way(case: Case) -> None:
    """The mother signed with all that is needed: checked and released like anybody's."""
    know(case, birth={"day": born(10)})
    assert sign(case, BY_MOTHER)[-1] == ("ok", "")
    grant_all(case)
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert answers.release(case.county, case.referral, case.officer).state == "released"


def test_nothing_is_released_on_a_sheet_whose_signer_proves_wrong_later(case: Case) -> None:
    """A birthday that comes after the check: the referral is refused with the reason, and nothing leaves."""
    assert sign(case, BY_SELF)[-1] == ("ok", "")
    grant_all(case)
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    know(case, birth={"day": born(15)})
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["reason"]) == ("refused", "guardian-unknown")


def test_a_sheet_whose_signer_proves_wrong_is_not_checked(case: Case) -> None:
    """Nor does the duty officer bring it into force."""
    assert sign(case, BY_SELF)[-1] == ("ok", "")
    grant_all(case)
    know(case, birth={"day": born(15)})
    with pytest.raises(UserFacingError) as refused:
        answers.check_sheet(case.county, case.sheet, case.officer)
    assert refused.value.values["reason"] == "guardian-unknown"


def test_a_body_as_guardian_is_checked_by_a_role_of_the_county(case: Case, township: str) -> None:
    """The township's reviewer is refused although another person; the duty officer is not (民法典 32)."""
    know(case, birth={"day": born(6)})
    colleague = enrolled(case.county, [township], role=Role.REVIEWER)
    by_office = {**BY_MOTHER, "band": "under-8", "guardian": {**MOTHER, "basis": "civil-affairs"}}
    assert sign(case, by_office)[-1] == ("ok", "")
    grant_all(case)
    check = moved("sheet", case.sheet, "signed", "checked")
    number = send(case.county, colleague, colleague.action(check))
    apply_all(case.county)
    assert verdicts(case.county, colleague, number) == [("rejected", "county-check")]
    assert answers.check_sheet(case.county, case.sheet, case.officer).state == "checked"


def test_who_signed_is_not_said_otherwise_later(case: Case) -> None:
    """A step after the signing that brings other signatures is rejected."""
    know(case, birth={"day": born(10)})
    assert sign(case, BY_MOTHER)[-1] == ("ok", "")
    other = {**BY_MOTHER, "guardian": {**MOTHER, "name": "吴阿婆"}}
    scanned = moved("sheet", case.sheet, "signed", "scanned", signed=other)
    assert case.send(scanned) == [("rejected", "not-as-before")]
