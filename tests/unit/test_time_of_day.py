"""Times of day as people type them."""

from __future__ import annotations

from datetime import time

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.typed import format_time, parse_time


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30", time(9, 30)),
        ("９：３０", time(9, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("9点", time(9)),
        ("九点半", time(9, 30)),
        ("十点十五分", time(10, 15)),
        ("下午3点一刻", time(15, 15)),
        ("三点三刻", time(3, 45)),
        ("上午10:05", time(10, 5)),
        ("中午12点", time(12)),
        ("中午1点", time(13)),
        ("下午15:00", time(15)),
    ],
)
def test_every_certain_form_is_understood(typed: str, meant: time) -> None:
    """As it is said at the door."""
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "9:75", "abc", "12", "晚上12点", "9点多", "-9:30"])
def test_what_is_not_certain_is_refused(typed: str) -> None:
    """Nothing is guessed: 晚上12点 may be today's or tomorrow's midnight."""
    with pytest.raises(UserFacingError) as caught:
        parse_time(typed)
    assert caught.value.code == "time.unclear"


def test_nothing_typed_is_missing_and_every_time_reads_back() -> None:
    """``parse(format(value)) == value`` for every minute of the day."""
    with pytest.raises(UserFacingError) as caught:
        parse_time("  ")
    assert caught.value.code == "time.missing"
    for minute in range(24 * 60):
        moment = time(minute // 60, minute % 60)
        assert parse_time(format_time(moment)) == moment
