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
from tests.county.laptop import Draft, Laptop, described, enrolled, moved, send, verdicts
from tests.county.test_gate import CHARITY, CLASSES, Case, made_case, organisation
from tests.entry_bodies import FIELDS
from tests.guardians import SAID_NOBODY_BEFORE

MOTHER = {"name": "吴㛃华", "relation": "母亲", "basis": "parents", "proof": "户口簿"}
BY_MOTHER = {
    "band": "8-13",
    "signed_by": "guardian",
    "guardian": MOTHER,
    "guardian_signer": "signature",
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


def print_sheet(case: Case, sheet: str, **changes: Any) -> None:
    """Draft and print a sheet that is to be signed."""
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    drafted = {**FIELDS["sheet"], **who, "signed": {}, "second_worker": "", **changes}
    assert case.send(moved("sheet", sheet, None, "drafted", **drafted)) == [("ok", "")]
    assert case.send(moved("sheet", sheet, "drafted", "printed")) == [("ok", "")]


def signing_of(sheet: str, signing: dict[str, Any]) -> Draft:
    """The step of signing it today."""
    return moved("sheet", sheet, "printed", "signed", signed=signing, signed_on=today().isoformat())


def sign(case: Case, signing: dict[str, Any]) -> tuple[str, str]:
    """Draft, print and sign the case's sheet; the verdict on the signing."""
    print_sheet(case, case.sheet)
    return case.send(signing_of(case.sheet, signing))[0]


def answer(case: Case, sheet: str, data_class: str, target: str) -> Draft:
    """What a sheet says to one class."""
    asked = {"recipient": CHARITY, "purpose": "elderly", "data_class": data_class, "until": None}
    who = {"household": case.home, "resident": case.person, "sheet": sheet}
    return moved("grant", f"grant-{data_class}-{sheet}", None, target, **{**FIELDS["grant"], **who, **asked})


def send_together(case: Case, laptop: Laptop, *drafts: Draft) -> list[tuple[str, str]]:
    """Send one action of these drafts; answers the verdicts."""
    number = send(case.county, laptop, laptop.action(*drafts))
    apply_all(case.county)
    return verdicts(case.county, laptop, number)


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
    assert sign(case, signing) == ("rejected", reason)
    assert case.state(case.sheet)["state"] == "printed"


def test_the_contact_person_of_the_recipient_bears_no_witness(case: Case) -> None:
    """The county asks its own directory, whatever the laptop's said."""
    organisation(case.county, contact="周文")
    asks = [{"recipient": CHARITY, "purpose": "elderly", "classes": list(CLASSES)}]
    print_sheet(case, case.sheet, asks=asks)
    step = {"signed": BY_SELF, "signed_on": today().isoformat(), "signer": "fingerprint"}
    for witness, verdict in (("周文，联系人", ("rejected", "witness-involved")), ("周婶", ("ok", ""))):
        assert case.send(moved("sheet", case.sheet, "printed", "signed", **step, witness=witness))[0] == verdict


def test_nobody_of_the_family_that_the_county_knows_bears_witness(case: Case) -> None:
    """A daughter that this laptop has not heard of, or left out; a lodger and a neighbour may."""
    for number, (name, relation) in enumerate((("吉小燕", "30"), ("何租客", "99"))):
        member = {"membership": {"household": case.home, "relation": relation}, "name": {"name": name}}
        assert case.send(described("resident", f"member-{number}", **member)) == [("ok", "")]
    print_sheet(case, case.sheet)
    step = {"signed": BY_SELF, "signed_on": today().isoformat(), "signer": "fingerprint"}
    for witness, verdict in (("吉小燕，女儿", ("rejected", "witness-involved")), ("何租客", ("ok", ""))):
        assert case.send(moved("sheet", case.sheet, "printed", "signed", **step, witness=witness))[0] == verdict


def test_nobody_is_said_to_be_dead_silently_whom_the_county_knows(case: Case) -> None:
    """民法典 27: a grandmother signs as if there were no parents; the county knows a mother of the household."""
    know(case, birth={"day": born(10)})
    # The child of the case is the head of its household.
    mother = {"membership": {"household": case.home, "relation": "52"}, "name": {"name": "吉大嫂"}}
    assert case.send(described("resident", "the-mother", **mother)) == [("ok", "")]
    granny = {**MOTHER, "name": "吉阿婆", "relation": "祖母", "basis": "order", "standing": "grandparent"}
    nobody = {"standing": "parent", "why": "nobody"}
    print_sheet(case, case.sheet)

    def verdict(**changes: Any) -> tuple[str, str]:
        signed = {**BY_MOTHER, "guardian": {**granny, **changes}}
        return case.send(signing_of(case.sheet, signed))[0]

    assert verdict() == ("rejected", "guardian-earlier")
    assert verdict(passed_over=[nobody]) == ("rejected", "guardian-earlier-known")
    told = {**nobody, "absent": [{"name": "吉大嫂", "why": "dead", "record": "the-mother"}]}
    assert verdict(passed_over=[told]) == ("ok", "")


def test_a_word_of_a_newer_version_is_held(case: Case) -> None:
    """A right of guardianship that this county does not know is for a person to look at, and is kept."""
    newer = {**BY_MOTHER, "guardian": {**MOTHER, "basis": "by-star-sign"}}
    assert sign(case, newer) == ("held", "unknown-word:fields.signed.guardian.basis")


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
    assert sign(case, signing) == ("rejected", reason)


def test_a_sheet_drafted_and_signed_in_one_action_is_looked_at_too(case: Case) -> None:
    """The person is named by the drafting, which the county has not applied yet."""
    know(case, birth={"day": born(10)})
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    drafts = (
        moved("sheet", case.sheet, None, "drafted", **{**FIELDS["sheet"], **who}),
        moved("sheet", case.sheet, "drafted", "printed"),
        moved("sheet", case.sheet, "printed", "signed"),
    )
    assert ("rejected", "guardian-unknown") in send_together(case, case.laptop, *drafts)


def grant_all(case: Case) -> None:
    """Every class agreed to on the signed sheet."""
    for one in CLASSES:
        assert case.send(answer(case, case.sheet, one, "agreed")) == [("ok", "")]


@pytest.mark.parametrize(
    ("of_child", "state", "reason"),
    [("agreed", "released", "in-force"), ("refused", "refused", "child-refused"), ("", "refused", "child-not-asked")],
)
def test_a_childs_sheet_signed_rightly_goes_all_the_way(case: Case, of_child: str, state: str, reason: str) -> None:
    """The mother signed with all that is needed, children's data (B7) included: checked and released like anybody's.

    Without it nothing of a child under fourteen leaves, although the referral does not name the class.
    """
    know(case, birth={"day": born(10)})
    print_sheet(case, case.sheet)
    drafts = [answer(case, case.sheet, one, "agreed") for one in CLASSES]
    drafts += [answer(case, case.sheet, "B7", of_child)] if of_child else []
    signed = send_together(case, case.laptop, signing_of(case.sheet, BY_MOTHER), *drafts)
    assert set(signed) == {("ok", "")}
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["reason"]) == (state, reason)


def test_nothing_is_released_on_a_sheet_whose_signer_proves_wrong_later(case: Case) -> None:
    """A birthday that comes after the check: the referral is refused with the reason, and nothing leaves."""
    assert sign(case, BY_SELF) == ("ok", "")
    grant_all(case)
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    know(case, birth={"day": born(15)})
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["reason"]) == ("refused", "guardian-unknown")


def test_a_sheet_whose_signer_proves_wrong_is_not_checked(case: Case) -> None:
    """Nor does the duty officer bring it into force."""
    assert sign(case, BY_SELF) == ("ok", "")
    grant_all(case)
    know(case, birth={"day": born(15)})
    with pytest.raises(UserFacingError) as refused:
        answers.check_sheet(case.county, case.sheet, case.officer)
    assert refused.value.values["reason"] == "guardian-unknown"


@pytest.mark.parametrize("is_recalled", [False, True])
def test_a_no_counts_whoever_wrote_it_down(case: Case, is_recalled: bool) -> None:
    """By the county's record somebody else had to sign; the person's no is taken in, and the earlier yes is over."""
    assert sign(case, BY_SELF) == ("ok", "")
    grant_all(case)
    answers.check_sheet(case.county, case.sheet, case.officer)
    case.submit()
    know(case, birth={"day": born(70)})
    print_sheet(case, "sheet-of-the-no")
    drafts = [signing_of("sheet-of-the-no", BY_MOTHER)]
    drafts += [answer(case, "sheet-of-the-no", one, "refused") for one in CLASSES]
    if is_recalled:
        drafts.append(moved("referral", case.referral, "submitted", "recalled", reason="consent-refused"))
    assert send_together(case, case.laptop, *drafts) == [("ok", "")] * len(drafts)
    if is_recalled:
        assert case.state(case.referral)["state"] == "recalled"
    else:
        done = answers.release(case.county, case.referral, case.officer)
        assert (done.state, done.values["reason"]) == ("refused", "refused")


def test_what_a_wrongly_signed_sheet_agrees_to_beside_a_no_is_neither_checked_nor_released(
    case: Case, township: str
) -> None:
    """The signing is let through for the sake of the no; its yes is kept back by the record, whoever checks."""
    know(case, birth={"day": born(15)})
    print_sheet(case, case.sheet)
    drafts = [signing_of(case.sheet, BY_SELF), answer(case, case.sheet, "A1", "agreed")]
    drafts.append(answer(case, case.sheet, "A2", "refused"))
    assert send_together(case, case.laptop, *drafts) == [("ok", "")] * len(drafts)
    with pytest.raises(UserFacingError) as refused:
        answers.check_sheet(case.county, case.sheet, case.officer)
    assert refused.value.values["reason"] == "guardian-unknown"
    reviewer = enrolled(case.county, [township], role=Role.REVIEWER)
    check = moved("sheet", case.sheet, "signed", "checked")
    in_force = moved("grant", f"grant-A1-{case.sheet}", "agreed", "in-force")
    assert set(send_together(case, reviewer, check, in_force)) == {("rejected", "guardian-unknown")}
    case.submit(classes=["A1"])
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["reason"]) == ("refused", "guardian-unknown")
    assert case.state(f"grant-A2-{case.sheet}")["state"] == "refused"


def test_a_body_as_guardian_is_checked_by_a_role_of_the_county(case: Case, township: str) -> None:
    """The township's reviewer is refused although another person; the duty officer is not (民法典 32)."""
    know(case, birth={"day": born(6)})
    colleague = enrolled(case.county, [township], role=Role.REVIEWER)
    by_office = {
        **BY_MOTHER,
        "band": "under-8",
        "guardian": {**MOTHER, "basis": "civil-affairs", "passed_over": SAID_NOBODY_BEFORE},
    }
    assert sign(case, by_office) == ("ok", "")
    grant_all(case)
    check = moved("sheet", case.sheet, "signed", "checked")
    assert send_together(case, colleague, check) == [("rejected", "county-check")]
    assert answers.check_sheet(case.county, case.sheet, case.officer).state == "checked"


def test_who_signed_is_not_said_otherwise_later(case: Case) -> None:
    """A step after the signing that brings other signatures is rejected."""
    know(case, birth={"day": born(10)})
    assert sign(case, BY_MOTHER) == ("ok", "")
    other = {**BY_MOTHER, "guardian": {**MOTHER, "name": "吴阿婆"}}
    scanned = moved("sheet", case.sheet, "signed", "scanned", signed=other)
    assert case.send(scanned) == [("rejected", "not-as-before")]
