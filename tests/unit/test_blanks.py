"""Numbers of blank forms: as they are typed, and which step may follow which."""

from __future__ import annotations

import pytest

from desktop.domain.blanks import (
    BLANK,
    OUT_DAYS,
    BlankState,
    blank_id,
    blank_number,
    out_days,
    read_number,
    stock_and_number,
    stock_code,
)
from desktop.domain.roles import Role

STOCK = "9f3c5a7e" + "0" * 24
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_number_is_read_as_people_type_it() -> None:
    """Small letters, full width, spaces, no dashes, O for 0, I for 1; with KB or without."""
    number = blank_number(STOCK, 12)
    wanted = (stock_code(STOCK), 12)
    assert read_number(number) == wanted
    plain = number.replace("-", "")
    full_width = "".join(chr(ord(one) + 0xFEE0) if one != "-" else "－" for one in number)
    for typed in (number.lower(), f"  {plain} ", number[3:], plain[2:].replace("0", "O").replace("1", "l"), full_width):
        assert read_number(typed) == wanted, typed


def test_every_single_wrong_character_is_noticed() -> None:
    """For each place each other character; and most of what is swapped."""
    for number in (1, 12, 60):
        plain = blank_number(STOCK, number).replace("-", "")[2:]
        for place, right in enumerate(plain):
            for wrong in ALPHABET:
                if wrong != right:
                    assert read_number(plain[:place] + wrong + plain[place + 1 :]) is None
    assert read_number("") is None
    assert read_number(blank_number(STOCK, 1)[:-1]) is None


def test_a_blanks_id_says_its_stock_and_number() -> None:
    """And no other id does."""
    assert stock_and_number(blank_id(STOCK, 7)) == (STOCK, 7)
    for other in (STOCK, f"{STOCK}-slip", f"{STOCK}-0007", ""):
        assert stock_and_number(other) is None


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (None, BlankState.BOUND, True),
        (BlankState.HANDED_ON, BlankState.BOUND, True),
        (BlankState.MISSING, BlankState.BOUND, True),
        (BlankState.BOUND, BlankState.BOUND, False),
        (BlankState.BOUND, BlankState.SPOILED, False),
        (BlankState.SPOILED, BlankState.BOUND, False),
        (BlankState.RETURNED, BlankState.BOUND, False),
        (BlankState.RETURNED, BlankState.HANDED_ON, True),
    ],
)
def test_which_step_may_follow(before: str | None, after: str, allowed: bool) -> None:
    """What is bound or void stays so; what was lost may turn up."""
    assert (after in BLANK.targets(before, Role.CASEWORKER)) is allowed
    assert BLANK.targets(before, Role.REVIEWER) == frozenset()


def test_only_the_holder_binds_and_nobody_gives_away_a_third_ones() -> None:
    """By the table itself, as the county asks it."""
    fields = {"stock": STOCK, "number": 1, "issued_to": "lin", "holder": "lin"}

    def problem(source: str | None, target: str, worker: str, state: dict[str, str] | None, **said: str) -> str:
        before = None if state is None else {"fields": {**fields, **state}, "history": []}
        after = {**fields, **(state or {}), **said}
        return BLANK.problem(source, source, target, Role.CASEWORKER, worker, before, after)

    assert problem(None, BlankState.BOUND, "lin", None) == ""
    assert problem(None, BlankState.BOUND, "chen", None) == "not-holder"
    assert problem(None, BlankState.BOUND, "chen", None, holder="chen") == "not-holder"
    assert problem(None, BlankState.HANDED_ON, "lin", None, holder="chen") == ""
    assert problem(None, BlankState.HANDED_ON, "chen", None, holder="chen") == "", "the colleague says so"
    assert problem(None, BlankState.HANDED_ON, "wu", None, holder="chen") == "not-holder"
    assert problem(BlankState.HANDED_ON, BlankState.BOUND, "chen", {"holder": "chen"}) == ""
    assert problem(BlankState.HANDED_ON, BlankState.BOUND, "lin", {"holder": "chen"}) == "not-holder"
    assert problem(BlankState.HANDED_ON, BlankState.BOUND, "lin", {"holder": "chen"}, holder="lin") == "not-holder"
    assert problem(BlankState.HANDED_ON, BlankState.SPOILED, "lin", {"holder": "chen"}, number="2") == "not-as-before"


def test_the_county_says_after_how_many_days() -> None:
    """Within bounds; anything odd is left aside."""
    assert [out_days({"blanks_out_days": one}) for one in (14, 1, 999, True, "14", None)] == [14, 7, 180, 30, 30, 30]
    assert out_days({}) == OUT_DAYS
