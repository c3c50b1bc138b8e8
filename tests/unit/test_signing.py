"""Who signs a consent sheet, for every age, capacity and guardian: the table of the law, written out again by hand."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest

from desktop.domain.records import Change, apply_change
from desktop.domain.roles import Role
from desktop.domain.sheet_signing import (
    OTHER_SIGNER,
    WITNESS_INVOLVED,
    SheetSigning,
    beside_record,
    sheet_problem,
)
from desktop.domain.signing import (
    AgeBand,
    Capacity,
    GuardianBasis,
    Incapacity,
    Need,
    Obstacle,
    SignedBy,
    Signing,
    band_of,
    who_must_sign,
)
from tests.entry_bodies import FIELDS

Stated = tuple[str | None, ...]
FAMILY = ("parents", "order")
BY_DEED = ("court", "designated", "agreement", "appointed-ahead", "will", "entrusted")
BODY = ("civil-affairs", "committee")

NOT_LOWERED: Stated = (None, "full")
ANY: Stated = (None, "full", "limited", "none")
EITHER = (False, True)


class Row(NamedTuple):
    """A line of the table: whom it is about, who signs, and what a child is owed."""

    ages: range
    stated: Stated
    own_work: tuple[bool, ...]
    signed_by: str
    rules_told: bool = False
    view_noted: bool = False
    capacity_shown: bool = False
    """Somebody else signs because of what was stated, and not because of the age alone."""


ROWS = (
    Row(range(8), ANY, EITHER, "guardian", rules_told=True),
    Row(range(8, 14), ANY, EITHER, "guardian", rules_told=True, view_noted=True),
    Row(range(14, 16), (*NOT_LOWERED, "limited"), EITHER, "both"),
    Row(range(14, 18), ("none",), EITHER, "guardian", view_noted=True, capacity_shown=True),
    Row(range(16, 18), (*NOT_LOWERED, "limited"), (False,), "both"),
    Row(range(16, 18), ("limited",), (True,), "both", capacity_shown=True),
    Row(range(16, 18), NOT_LOWERED, (True,), "person"),
    Row(range(18, 101), NOT_LOWERED, EITHER, "person"),
    Row(range(18, 101), ("limited",), EITHER, "both", capacity_shown=True),
    Row(range(18, 101), ("none",), EITHER, "guardian", capacity_shown=True),
)
"""``reference.md`` §3.3: under 8 the guardian; 8–13 the guardian with the child's view; 14–17 both, but 16 and more
on own work as an adult; an adult able alone, of limited capacity with the guardian, without capacity the guardian."""

CASES = [(age, stated, work, row) for row in ROWS for age, stated, work in product(row.ages, row.stated, row.own_work)]


def _asked(age: int | AgeBand | None, capacity: str | None, basis: str | None, work: bool = False) -> Signing:
    return who_must_sign(
        age,
        Capacity(capacity) if capacity else None,
        GuardianBasis(basis) if basis else None,
        work,
    )


def test_the_table_has_every_age_capacity_and_way_of_living_once() -> None:
    """Nothing was forgotten, and nothing is said twice."""
    every = set(product(range(101), ANY, EITHER))
    assert {case[:3] for case in CASES} == every
    assert len(CASES) == len(every)


@pytest.mark.parametrize("basis", [*GuardianBasis, None])
def test_who_signs_follows_the_table(basis: GuardianBasis | None) -> None:
    """Ages 0–100 × capacity × own work, for each right by which somebody may be guardian."""
    for age, capacity, work, row in CASES:
        found = _asked(age, capacity, basis, work)
        case = (age, capacity, work, basis)
        if row.signed_by == "person":
            assert (found.signed_by, found.needs, found.obstacle) == (SignedBy.PERSON, frozenset(), None), case
            continue
        unfit = (basis == "appointed-ahead" and age < 18) or (basis == "entrusted" and age >= 18)
        if basis in (None, "not-established") or unfit:
            assert found.signed_by is None, case
            assert found.obstacle is not None, case
            assert not found.needs, case
            continue
        assert found.signed_by == row.signed_by, case
        assert found.obstacle is None, case
        expected = {Need.BEST_INTEREST}
        expected |= {Need.CHILDRENS_RULES} if row.rules_told else set()
        expected |= {Need.WARDS_VIEW} if row.view_noted else set()
        expected |= {Need.CAPACITY_PROOF} if row.capacity_shown else set()
        expected |= {Need.GUARDIAN_PROOF} if basis in FAMILY else set()
        expected |= {Need.ORDER} if basis in (*FAMILY, *BODY) else set()
        expected |= {Need.DEED} if basis in (*BY_DEED, "temporary") else set()
        expected |= {Need.COUNTY_CHECK} if basis in (*BODY, "temporary") else set()
        assert found.needs == expected, case


def test_every_right_is_of_one_sort() -> None:
    """A right that is new here has to be put in its place in the table above."""
    assert {*FAMILY, *BY_DEED, *BODY, "temporary", "not-established"} == {one.value for one in GuardianBasis}


@pytest.mark.parametrize(
    ("basis", "has_carer", "obstacle"),
    [
        (None, False, Obstacle.GUARDIAN_UNKNOWN),
        (None, True, Obstacle.CARER_ALONE),
        (GuardianBasis.NOT_ESTABLISHED, False, Obstacle.NO_GUARDIAN),
        (GuardianBasis.NOT_ESTABLISHED, True, Obstacle.CARER_ALONE),
    ],
)
def test_without_a_guardian_nobody_signs_and_a_carer_is_not_enough(
    basis: GuardianBasis | None, has_carer: bool, obstacle: Obstacle
) -> None:
    """民法典 27–32: the grandparent who answers the door may hold no guardianship."""
    for age, capacity in ((5, None), (10, None), (15, None), (40, Capacity.LIMITED), (80, Capacity.NONE)):
        found = who_must_sign(age, capacity, basis, has_carer=has_carer)
        assert (found.signed_by, found.obstacle) == (None, obstacle)


def test_a_carer_beside_a_guardian_does_not_stand_in_the_way() -> None:
    """The parents sign although the grandmother looks after the child."""
    assert who_must_sign(6, None, GuardianBasis.PARENTS, has_carer=True).signed_by is SignedBy.GUARDIAN


@pytest.mark.parametrize("basis", [*GuardianBasis, None])
def test_an_unknown_age_is_not_an_adults(basis: GuardianBasis | None) -> None:
    """Somebody has to say which; until then nobody signs, whoever is guardian."""
    for work in (False, True):
        assert who_must_sign(None, None, basis, work).obstacle is Obstacle.AGE_UNKNOWN


def test_a_stated_capacity_settles_an_unknown_age_and_keeps_the_protection_of_a_child() -> None:
    """Stated able: an adult. Stated not able: it may be a child, so all that a child is owed is owed."""
    assert who_must_sign(None, Capacity.FULL).signed_by is SignedBy.PERSON
    for capacity, signed_by in ((Capacity.LIMITED, SignedBy.BOTH), (Capacity.NONE, SignedBy.GUARDIAN)):
        found = who_must_sign(None, capacity, GuardianBasis.ORDER)
        assert found.signed_by is signed_by
        assert found.needs >= {Need.CHILDRENS_RULES, Need.CAPACITY_PROOF}
    assert Need.WARDS_VIEW in who_must_sign(None, Capacity.NONE, GuardianBasis.ORDER).needs


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, AgeBand.UNDER_EIGHT),
        (7, AgeBand.UNDER_EIGHT),
        (8, AgeBand.EIGHT_TO_THIRTEEN),
        (13, AgeBand.EIGHT_TO_THIRTEEN),
        (14, AgeBand.FOURTEEN_TO_FIFTEEN),
        (15, AgeBand.FOURTEEN_TO_FIFTEEN),
        (16, AgeBand.SIXTEEN_TO_SEVENTEEN),
        (17, AgeBand.SIXTEEN_TO_SEVENTEEN),
        (18, AgeBand.ADULT),
        (100, AgeBand.ADULT),
    ],
)
def test_a_stated_band_counts_like_the_age(age: int, band: AgeBand) -> None:
    """Somebody without a birthday is asked for the band, and the rules are the same."""
    assert band_of(age) is band
    for capacity, basis, work in product([None, *Capacity], [None, *GuardianBasis], (False, True)):
        assert who_must_sign(band, capacity, basis, work) == who_must_sign(age, capacity, basis, work)


@pytest.mark.parametrize(
    ("age", "capacity", "able", "ground"),
    [
        (7, None, Capacity.NONE, Incapacity.UNDER_EIGHT),
        (8, None, Capacity.LIMITED, Incapacity.EIGHT_TO_THIRTEEN),
        (13, Capacity.NONE, Capacity.NONE, Incapacity.EIGHT_TO_THIRTEEN),
        (14, None, Capacity.LIMITED, Incapacity.FOURTEEN_TO_SEVENTEEN),
        (17, Capacity.FULL, Capacity.LIMITED, Incapacity.FOURTEEN_TO_SEVENTEEN),
        (18, None, Capacity.FULL, None),
        (70, Capacity.NONE, Capacity.NONE, Incapacity.OTHER),
    ],
)
def test_capacity_and_its_ground_follow_from_age(
    age: int, capacity: Capacity | None, able: Capacity, ground: Incapacity | None
) -> None:
    """民法典 17–22; the guardian's form prints both, also where nobody can sign yet."""
    for basis in (None, GuardianBasis.ORDER):
        found = who_must_sign(age, capacity, basis)
        assert (found.capacity, found.ground) == (able, ground)


def test_a_fingerprint_needs_a_witness_whoever_gives_it() -> None:
    """民法典 490: equal to a signature; what was read aloud is witnessed by somebody from outside."""
    for age in (6, 15, 60):
        plain = who_must_sign(age, None, GuardianBasis.PARENTS)
        marked = who_must_sign(age, None, GuardianBasis.PARENTS, by_fingerprint=True)
        assert marked.needs - plain.needs == {Need.WITNESS}


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


@pytest.mark.parametrize(
    ("changes", "signer", "witness", "problem"),
    [
        ({}, "", "", ""),
        ({"guardian_signer": None}, "", "", OTHER_SIGNER),
        ({"guardian_signer": None}, "signature", "", OTHER_SIGNER),
        ({"guardian_signer": "fingerprint"}, "", "", "witness"),
        ({"guardian_signer": "fingerprint"}, "", "周婶", ""),
        ({"band": "14-15", "signed_by": "both"}, "", "", OTHER_SIGNER),
        ({"band": "14-15", "signed_by": "both"}, "signature", "", ""),
        ({"band": "14-15", "signed_by": "both", "guardian_signer": None}, "signature", "", OTHER_SIGNER),
        ({"band": "14-15", "signed_by": "both", "guardian_signer": "fingerprint"}, "signature", "", "witness"),
        ({"band": "14-15", "signed_by": "both"}, "fingerprint", "", "witness"),
        ({"band": "adult", "signed_by": "person"}, "", "", OTHER_SIGNER),
        ({"band": "adult", "signed_by": "person"}, "signature", "", ""),
    ],
)
def test_each_signature_that_is_needed_says_by_which_means(
    changes: dict[str, object], signer: str, witness: str, problem: str
) -> None:
    """A sheet of which nobody wrote down a signature or a fingerprint is not signed (民法典 490)."""
    signed = {name: value for name, value in (BY_MOTHER | changes).items() if value is not None}
    assert sheet_problem({"signed": signed, "signer": signer, "witness": witness}) == problem


@pytest.mark.parametrize(
    ("witness", "problem"),
    [
        ("林晓梅", WITNESS_INVOLVED),
        ("林晓梅，村民", WITNESS_INVOLVED),
        ("林晓梅、村民", WITNESS_INVOLVED),
        ("林晓梅,村民", WITNESS_INVOLVED),
        ("林晓梅（村民）", WITNESS_INVOLVED),
        ("林晓梅(村民)", WITNESS_INVOLVED),
        (" 林晓梅 村民", WITNESS_INVOLVED),
        ("林晓梅　村民", WITNESS_INVOLVED),
        ("何 金水，村民", WITNESS_INVOLVED),
        ("吴㛃华，邻居", WITNESS_INVOLVED),
        ("吴阿婆，邻居", WITNESS_INVOLVED),
        ("吴阿公，邻居", WITNESS_INVOLVED),
        ("吴小山，邻居", WITNESS_INVOLVED),
        ("何阿水，村民", WITNESS_INVOLVED),
        ("周婶，林晓梅的邻居", ""),
        ("林晓梅花，村民", ""),
        ("何 小水，村民", ""),
    ],
)
def test_nobody_involved_bears_witness_whatever_stands_behind_the_name(witness: str, problem: str) -> None:
    """Neither the workers nor who is declared near to them, the guardian nor the carer, of the draft or the signing."""
    drafted = {"guardian": {"name": "吴小山"}, "carer": {"name": "吴阿公"}}
    signed = BY_MOTHER | {"guardian_signer": "fingerprint", "carer": {"name": "吴阿婆"}}
    fields = {
        "worker_name": "林晓梅",
        "second_worker_name": "何 金水（村委）",
        "near_relative_who": "何阿水，堂弟",
        "signing": drafted,
        "signed": signed,
    }
    assert sheet_problem({**fields, "witness": witness}) == problem


@pytest.mark.parametrize(
    ("signing", "outcome"),
    [
        ({}, "age-unknown"),
        ({"band": "adult", "signed_by": "person"}, ""),
        ({"band": "14-15", "signed_by": "person"}, "guardian-unknown"),
        ({"band": "14-15", "signed_by": "both", "guardian": {"basis": "parents"}}, "guardian-unnamed"),
    ],
)
def test_the_fold_lets_nobody_sign_who_may_not(signing: dict[str, object], outcome: str) -> None:
    """The same at every end, by the sheet's own words: on the laptop that writes, at the county, and on any other."""
    printed = {"state": "printed", "fields": FIELDS["sheet"] | {"signed": {}}, "history": [], "conflicts": []}
    body = {"from": "printed", "to": "signed", "fields": {"signed": signing}}
    step = Change("v/e/2", "sheet.moved", "s-1", "2026-11-20T09:00:00+08:00", "lin", Role.CASEWORKER, body)
    state, found = apply_change(printed, step)
    assert found.reason == outcome
    assert state is not None
    assert state["state"] == ("printed" if outcome else "signed")


@pytest.mark.parametrize(
    ("known", "said", "counts"),
    [
        (None, None, None),
        (None, Capacity.FULL, Capacity.FULL),
        (None, Capacity.NONE, Capacity.NONE),
        (Capacity.FULL, None, Capacity.FULL),
        (Capacity.LIMITED, None, Capacity.LIMITED),
        (Capacity.FULL, Capacity.FULL, Capacity.FULL),
        (Capacity.FULL, Capacity.LIMITED, Capacity.LIMITED),
        (Capacity.FULL, Capacity.NONE, Capacity.LIMITED),
        (Capacity.LIMITED, Capacity.FULL, Capacity.LIMITED),
        (Capacity.LIMITED, Capacity.NONE, Capacity.LIMITED),
        (Capacity.NONE, Capacity.FULL, Capacity.NONE),
        (Capacity.NONE, Capacity.LIMITED, Capacity.NONE),
    ],
)
def test_where_record_and_signing_differ_the_stricter_counts(
    known: Capacity | None, said: Capacity | None, counts: Capacity | None
) -> None:
    """The guardian signs where either asks for one, and nobody the record lets decide loses their own signature."""
    facts = SheetSigning(AgeBand.ADULT, said)
    record = SheetSigning(AgeBand.ADULT, known)
    once = beside_record(facts, record)
    assert once.capacity is counts
    assert beside_record(once, record) == once, "written down and looked at again, it is the same"
