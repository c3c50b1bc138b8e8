"""The pure rule: which households are one, and who in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desktop.domain.identity import DocumentType, match_key
from desktop.domain.same_household import (
    DIFFERENT_BIRTHS,
    DIFFERENT_DOCUMENTS,
    DIFFERENT_NAMES,
    SAME,
    Home,
    Person,
    household_key,
    pair_members,
    person_doubt,
    person_of,
    same_or_doubtful,
)
from tests.people import JIANYANG, made_up_id

VILLAGE = "350703104209"
NUMBER = made_up_id(JIANYANG, date(1951, 3, 2), 11)
OTHER = made_up_id(JIANYANG, date(1961, 3, 2), 11)


def state(**groups: Any) -> dict[str, Any]:
    return {"groups": {name: {"value": value, "by": "v/e/1"} for name, value in groups.items()}, "conflicts": {}}


def home(name: str, *members: Person, key: str | None = "k") -> Home:
    return Home(name, key, members[0], members)


@pytest.mark.parametrize(
    ("division", "number", "expected"),
    [
        (VILLAGE, "DB001", "household:350703104209:DB001"),
        (VILLAGE, "ｄｂ ００1 ", "household:350703104209:DB001"),
        ("350703104000", "DB001", None),
        ("350703104", "DB001", None),
        ("", "DB001", None),
        (VILLAGE, " ", None),
        (VILLAGE, "9" * 65, None),
        (None, 7, None),
    ],
)
def test_village_and_number_make_a_key_however_they_are_typed(division: Any, number: Any, expected: str | None) -> None:
    """Full width, spaces and small letters are one number; a township is no village, and a text no number."""
    groups = state(address={"division": division}, number={"number": number})["groups"]
    assert household_key(groups) == expected


def test_a_value_in_conflict_tells_a_person_as_well_as_the_one_that_stands() -> None:
    """Whichever number stands meanwhile, somebody with a third one is another person."""
    known = state(name={"name": "陈 𠮷水"}, document={"type": "none", "number": ""})
    known["conflicts"] = {"document": [{"value": {"type": "resident-id", "number": NUMBER}}]}
    one = person_of("r-1", known)
    assert one.name == "陈𠮷水"
    assert one.documents == frozenset({match_key(DocumentType.RESIDENT_ID, NUMBER)})
    assert one.births == {date(1951, 3, 2)}, "as the number says it, where nobody wrote it down"
    other = person_of("r-2", state(name={"name": "陈𠮷水"}, document={"type": "resident-id", "number": OTHER}))
    assert person_doubt(one, other) == DIFFERENT_DOCUMENTS


@pytest.mark.parametrize(
    ("one", "other", "doubt"),
    [
        (Person("1", "陈"), Person("2", "陈"), SAME),
        (Person("1", "陈", frozenset({"a"})), Person("2", "陈"), SAME),
        (Person("1", "陈", frozenset({"a"})), Person("2", "陈", frozenset({"b"})), DIFFERENT_DOCUMENTS),
        (Person("1", "陈", frozenset({"a", "b"})), Person("2", "陈", frozenset({"b"})), SAME),
        (Person("1", "陈", births=frozenset({date(2010, 1, 1)})), Person("2", "陈"), SAME),
        (
            Person("1", "陈", births=frozenset({date(2010, 1, 1)})),
            Person("2", "陈", births=frozenset({date(2011, 1, 1)})),
            DIFFERENT_BIRTHS,
        ),
        (Person("1", "陈"), Person("2", "林"), DIFFERENT_NAMES),
        (Person("1", ""), Person("2", ""), DIFFERENT_NAMES),
    ],
)
def test_what_speaks_against_two_being_one(one: Person, other: Person, doubt: str) -> None:
    """Documents decide where both have one; births where not; a name must be there and the same. Either way round."""
    assert person_doubt(one, other) == doubt
    assert person_doubt(other, one) == doubt


def test_one_that_could_be_two_is_neither() -> None:
    """Without a document it fits both of two that are different."""
    first = home("h-1", Person("1", "陈", frozenset({"a"})))
    second = home("h-2", Person("2", "陈", frozenset({"b"})))
    same, alike = same_or_doubtful(home("h-3", Person("3", "陈")), [first, second])
    assert same is None
    assert [(one.later, one.earlier, one.reason) for one in alike] == [
        ("h-3", "h-1", "several"),
        ("h-3", "h-2", "several"),
    ]


def test_nobody_is_paired_twice_and_nobody_with_himself() -> None:
    """Two rows of one name on one side fit one of the other: neither is taken; who is in both already is left."""
    shared = Person("s", "林")
    later = home("h-2", Person("2", "陈"), Person("3", "小"), Person("4", "小"), shared)
    earlier = home("h-1", Person("1", "陈"), Person("5", "小"), shared)
    found = pair_members(later, earlier)
    assert found.pairs == (("2", "1"),)
    assert {(one.later, one.earlier) for one in found.alike} == {("3", "5"), ("4", "5")}
