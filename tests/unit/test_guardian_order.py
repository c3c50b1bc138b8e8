"""In which order guardians come, for minors and adults, and how it is held against whom the record knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import pytest

from desktop.domain.guardian_order import Absence, Absent, NotActing, PassedOver, Standing, passed_over_words
from desktop.domain.kinship import Ground, Kin, known_kin, relation_to
from desktop.domain.plain import decode
from desktop.domain.sheet_signing import SheetSigning, sheet_problem, signing_problem
from desktop.domain.signing import Capacity, GuardianBasis, band_of, who_must_sign

BY_DEED = ("court", "designated", "agreement", "appointed-ahead", "will")
BODY = ("civil-affairs", "committee")


class Place(NamedTuple):
    """A line of an order of guardians: the place, whom it passes over, and what it needs besides."""

    basis: str
    relation: str
    standing: str | None
    before: tuple[str, ...]
    consent: bool = False


ADULTS = (
    Place("order", "妻子", "spouse", ()),
    Place("parents", "母亲", "parent-or-child", ("spouse",)),
    Place("order", "儿子", "parent-or-child", ("spouse",)),
    Place("order", "哥哥", "near-relative", ("spouse", "parent-or-child")),
    Place("order", "孙女", "near-relative", ("spouse", "parent-or-child")),
    Place("order", "侄子", "other", ("spouse", "parent-or-child", "near-relative"), consent=True),
    Place("order", "邻居", "other", ("spouse", "parent-or-child", "near-relative"), consent=True),
    Place("civil-affairs", "监护机构", None, ("spouse", "parent-or-child", "near-relative")),
    Place("committee", "村委会", None, ("spouse", "parent-or-child", "near-relative")),
)
"""民法典 28 and 32, written out again by hand."""
MINORS = (
    Place("order", "养母", "parent", ()),
    Place("order", "祖父", "grandparent", ("parent",)),
    Place("order", "外婆", "grandparent", ("parent",)),
    Place("order", "哥哥", "elder-sibling", ("parent", "grandparent")),
    Place("order", "姐姐", "elder-sibling", ("parent", "grandparent")),
    Place("order", "叔叔", "other", ("parent", "grandparent", "elder-sibling"), consent=True),
    Place("order", "福利机构", "other", ("parent", "grandparent", "elder-sibling"), consent=True),
    Place("civil-affairs", "监护机构", None, ("parent", "grandparent", "elder-sibling")),
    Place("committee", "村委会", None, ("parent", "grandparent", "elder-sibling")),
)
"""民法典 27 and 32, the same."""
WHY = ("nobody", "incapable", "agreement", "designated", "court")
WITH_PAPER = ("agreement", "designated", "court")


def _problem(age: int, capacity: str | None, signed_by: str, guardian: Mapping[str, object]) -> str:
    signed = {
        "band": band_of(age),
        "capacity": capacity,
        "capacity_proof": "（2024）闽0703民特1号",
        "signed_by": signed_by,
        "guardian": {"name": "吉小山", "proof": "户口簿", **guardian},
        "guardian_signer": "signature",
        "best_interest": True,
        "wards_view": "愿意",
        "childrens_rules_told": True,
    }
    signed = {name: value for name, value in signed.items() if value is not None}
    return sheet_problem({"signed": signed, "signer": "signature" if signed_by == "both" else None})


@pytest.mark.parametrize(
    ("place", "of_minors"),
    [*((place, False) for place in ADULTS), *((place, True) for place in MINORS)],
    ids=lambda place: f"{place.basis} {place.relation}" if isinstance(place, Place) else str(place),
)
def test_a_guardian_acts_where_whoever_stands_before_does_not(place: Place, of_minors: bool) -> None:
    """Ages 0–100 × capacity × the places of both orders × what is said of each place before."""
    base = {"basis": place.basis, "relation": place.relation}
    named = base | ({"standing": place.standing} if place.standing else {})
    consent = {"consent_of": "上㘵村委会，2026年3月2日"} if place.consent else {}
    for age, capacity in product(range(18) if of_minors else range(18, 101), (None, "limited", "none")):
        signed_by = who_must_sign(age, Capacity(capacity) if capacity else None, GuardianBasis.COURT).signed_by
        if signed_by is None or not signed_by.guardian:
            continue

        def problem(
            guardian: Mapping[str, object], by: str = signed_by, age: int = age, of: str | None = capacity
        ) -> str:
            return _problem(age, of, by, guardian)

        unsaid = "guardian-earlier" if place.basis in BODY else "guardian-standing"
        assert problem(base) == unsaid, (age, capacity)
        whys = (*WHY, None) if age in (0, 17, 18, 100) else ("nobody", "agreement", None)
        for reasons in product(whys, repeat=len(place.before)):
            said = [{"standing": one, "why": why} for one, why in zip(place.before, reasons, strict=True) if why]
            whole = {**named, **consent, "passed_over": said}
            agreed_away = place.basis in BODY and "agreement" in reasons
            if None in reasons or agreed_away:
                assert problem(whole) == "guardian-earlier", (age, capacity, reasons)
                continue
            if of_minors and reasons and reasons[0] == "agreement":
                assert problem(whole) == "guardian-parents-agreed", (age, capacity, reasons)
                continue
            if place.consent:
                assert problem({**whole, "consent_of": " "}) == "guardian-consent"
            needs_paper = any(one in WITH_PAPER for one in reasons)
            assert problem(whole) == ("deed" if needs_paper else ""), (age, capacity, reasons)
            assert problem({**whole, "deed": "莒民指〔2026〕3号"}) == ""


def test_a_guardian_by_a_deed_is_not_asked_for_the_order() -> None:
    """The judgment, designation, agreement, will or the person's own choice says who; 民法典 29–31, 33."""
    for basis in BY_DEED:
        assert _problem(70, "none", "guardian", {"basis": basis, "relation": "儿子", "deed": "3号"}) == "", basis


@pytest.mark.parametrize(
    ("age", "relation", "standing", "problem"),
    [
        (70, "儿子", "spouse", "guardian-other-standing"),
        (70, "儿媳", "parent-or-child", "guardian-other-standing"),
        (70, "侄子", "near-relative", "guardian-other-standing"),
        (70, "祖母", "grandparent", "guardian-other-standing"),
        (70, "老伴", "spouse", ""),
        (70, "之妻", "spouse", ""),
        (10, "奶奶", "parent", "guardian-other-standing"),
        (10, "叔叔", "grandparent", "guardian-other-standing"),
        (10, "嫂", "elder-sibling", "guardian-other-standing"),
        (10, "妹妹", "elder-sibling", "guardian-other-standing"),
        (10, "弟弟", "other", "guardian-other-standing"),
        (10, "儿子", "other", "guardian-other-standing"),
        (10, "妈妈", "spouse", "guardian-other-standing"),
        (10, "阿嬷", "grandparent", ""),
        (17, "外公", "grandparent", ""),
    ],
)
def test_a_place_is_that_of_the_relation(age: int, relation: str, standing: str, problem: str) -> None:
    """A daughter-in-law is no near relative (民法典 1045), a younger sister no elder one (27); words that settle
    nothing are left to whoever checks."""
    places = ("parent", "grandparent", "elder-sibling") if age < 18 else ("spouse", "parent-or-child", "near-relative")
    said = [{"standing": one, "why": "nobody"} for one in places]
    guardian = {"basis": "order", "relation": relation, "standing": standing, "passed_over": said}
    consent = {"consent_of": "上㘵村委会"}
    by = "both" if 14 <= age < 18 else "guardian"
    assert _problem(age, "none" if age > 18 else None, by, {**guardian, **consent}) == problem


@pytest.mark.parametrize(
    ("relation", "problem"), [("母亲", ""), ("继父", ""), ("祖母", "guardian-other-standing"), ("村主任", "")]
)
def test_a_parents_right_is_that_of_a_parent(relation: str, problem: str) -> None:
    """A grandmother does not become guardian by being written down as one of the parents (民法典 27)."""
    assert _problem(10, None, "guardian", {"basis": "parents", "relation": relation}) == problem


class Known(NamedTuple):
    """Somebody whom the record knows, beside a guardian of a later place who says that there is nobody."""

    age: int
    relation: str
    """Of the known one to the person, by its code."""
    place: str
    refused: tuple[str, ...]
    """What may not have become of them, so that there is nobody."""


@pytest.mark.parametrize(
    "known",
    [
        Known(70, "12", "spouse", ()),
        Known(70, "22", "parent-or-child", ("divorced",)),
        Known(70, "75", "near-relative", ("divorced",)),
        Known(10, "51", "parent", ("divorced", "missing")),
        Known(10, "62", "grandparent", ("divorced",)),
        Known(17, "71", "elder-sibling", ("divorced",)),
    ],
)
def test_that_there_is_nobody_is_held_against_whom_the_record_knows(known: Known) -> None:
    """Of each it is said what became of them; what cannot be so of such a relative says nothing."""
    order = ("parent", "grandparent", "elder-sibling") if known.age < 18 else ADULTS[-1].before
    somebody = Kin("吴㛃华", known.relation, Ground.MEMBER, "their-record")

    def problem(why: str = "nobody", absent: tuple[dict[str, str], ...] = (), kin: Kin = somebody) -> str:
        said: list[dict[str, object]] = [
            {"standing": one, "why": why, "absent": absent}
            if one == known.place
            else {"standing": one, "why": "nobody"}
            for one in order
        ]
        guardian = {"name": "周村民", "relation": "邻居", "basis": "order", "standing": "other", "passed_over": said}
        young = known.age < 14
        facts = decode(
            SheetSigning,
            {
                "band": band_of(known.age),
                "capacity": None if known.age < 18 else "none",
                "capacity_proof": "民特1号",
                "signed_by": "both" if 14 <= known.age < 18 else "guardian",
                "guardian": {**guardian, "proof": "户口簿", "consent_of": "上㘵村委会", "deed": "3号"},
                "guardian_signer": "signature",
                "best_interest": True,
                "wards_view": "愿意" if young else "",
                "childrens_rules_told": young,
            },
        )
        return signing_problem(facts, "signature", "", (kin,))

    assert problem() == "guardian-earlier-known"
    assert problem(kin=replace(somebody, name="周村民")) == "", "the guardian does not stand before themself"
    assert problem(absent=({"name": "别人", "why": "dead"},)) == "guardian-earlier-known"
    for why in ("dead", "divorced", "incapable", "missing", "not-kin"):
        expected = "guardian-earlier-known" if why in known.refused else ""
        assert problem(absent=({"name": "吴㛃华", "why": why},)) == expected, why
        by_record = {"name": "吴媚华", "why": why, "record": "their-record"}
        assert problem(absent=(by_record,)) == expected, "a name that was corrected since is still theirs"
    for why in ("incapable", "designated", "court"):
        assert problem(why) == "", "it is not hidden that there is somebody"


@pytest.mark.parametrize(
    ("person", "member", "found"),
    [
        ("02", "12", ("12", True)),
        ("01", "51", ("51", True)),
        ("10", "02", ("10", True)),
        ("12", "22", ("20", True)),
        ("12", "55", ("50", True)),
        ("20", "02", ("50", True)),
        ("22", "12", ("50", True)),
        ("22", "30", ("70", True)),
        ("22", "51", ("60", True)),
        ("22", "38", ("10", False)),
        ("32", "28", ("10", False)),
        ("22", "28", None),
        ("38", "22", ("10", False)),
        ("41", "02", ("60", True)),
        ("41", "22", ("50", False)),
        ("4", "0", ("60", True)),
        ("4", "1", ("60", True)),
        ("42", "38", ("50", False)),
        ("51", "52", ("10", True)),
        ("52", "02", ("20", True)),
        ("52", "12", None),
        ("73", "74", ("10", False)),
        ("73", "52", ("50", True)),
        ("73", "72", None),
        ("02", "99", None),
        ("99", "02", None),
        ("22", "99", None),
    ],
)
def test_what_two_members_are_to_each_other_follows_from_what_they_are_to_the_head(
    person: str, member: str, found: tuple[str, bool] | None
) -> None:
    """GB/T 4761; for certain, or perhaps where there may be several. The answer is what the member is to the person."""
    assert relation_to(person, member) == found


def member(name: str, relation: str, **groups: dict[str, object]) -> dict[str, dict[str, object]]:
    """A resident's groups."""
    said = {"name": {"name": name}, "membership": {"household": "h", "relation": relation}, **groups}
    return {group: {"value": value} for group, value in said.items()}


def test_relatives_are_known_from_the_household_and_from_what_was_said_of_guardians_before() -> None:
    """Who moved out is among them; a lodger and the person are not."""
    head = member(
        "吴阿福",
        "02",
        guardian={"name": "林秀英", "relation": "妻子"},
        carer={"name": "周阿姐", "relation": "邻居"},
    )
    away = member("吴二", "23")
    away["membership"]["value"] = {"household": "h", "relation": "23", "left": True}
    brother = member("吴阿寿", "73", guardian={"name": "吴阿福", "relation": "哥哥"})
    members = {"1": head, "2": away, "3": member("何租客", "99"), "4": brother}
    assert known_kin("1", head, members) == (
        Kin("吴二", "23", Ground.MOVED_OUT, "2"),
        Kin("吴阿寿", "73", Ground.MEMBER, "4"),
        Kin("吴阿寿", "70", Ground.WARD, "4"),
        Kin("林秀英", "12", Ground.GUARDIAN),
    )


def test_there_is_room_on_paper_for_each_of_whom_nothing_is_said() -> None:
    """Beside those of whom it is said, and in the places of them alone."""
    told = PassedOver(Standing.SPOUSE, NotActing.NOBODY, (Absent("林秀英", Absence.DIVORCED),))
    said = (told, PassedOver(Standing.PARENT_OR_CHILD, NotActing.INCAPABLE))
    assert passed_over_words(said) == "配偶没有或已去世（林秀英已离婚），父母、子女没有监护能力"
    room = "姓名________ 情况________"
    assert passed_over_words(said, {Standing.SPOUSE: 2}) == (
        f"配偶没有或已去世（林秀英已离婚、{room}、{room}），父母、子女没有监护能力"
    )
