"""A journal over the gaps that a salvage named: exactly those may be jumped, and nothing else."""

from __future__ import annotations

import pytest

from desktop.domain.journal import Entry, EntryFormatError, Missing, first_fault, missing_of
from tests.unit.test_journal_chain import journal

ENTRIES = journal([1, 2, 1, 3, 1, 1])
"""Nine entries of one epoch."""


def without(*numbers: int) -> list[Entry]:
    """The journal without the entries of these numbers."""
    return [one for one in ENTRIES if one.header.seq not in numbers]


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        ((4,), [(4, 4)]),
        ((2, 3, 4), [(2, 4)]),
        ((1,), [(1, 1)]),
        ((1, 2), [(1, 2)]),
        ((3,), [(3, 3)]),
        ((5, 6), [(5, 5), (6, 6)]),
        ((2, 8), [(2, 2), (8, 8)]),
    ],
)
def test_named_gaps_may_be_jumped(lost: tuple[int, ...], named: list[tuple[int, int]]) -> None:
    """At the beginning, in the middle, inside an action; without their names they are a fault."""
    missing = [Missing("epoch0", first, last) for first, last in named]
    assert first_fault(without(*lost)) is not None
    assert first_fault(without(*lost), missing=missing) is None


@pytest.mark.parametrize("also", [number for number in range(1, 9) if number != 4])
def test_a_named_gap_hides_no_other_entry(also: int) -> None:
    """Whatever else is taken away is found."""
    assert first_fault(without(4, also), missing=[Missing("epoch0", 4, 4)]) is not None


def test_a_named_gap_hides_no_change() -> None:
    """An entry behind the gap that was edited does not fit the next one."""
    some = without(4)
    header = some[4].header_bytes.replace(b"worker-lin", b"worker-wan")
    some[4] = Entry(header, some[4].payload_bytes)
    assert first_fault(some, missing=[Missing("epoch0", 4, 4)]) is not None


def test_the_end_of_an_epoch_may_be_lost_and_the_next_goes_on() -> None:
    """The next epoch's first entry names a head that nobody has any more."""
    two = journal([1, 1, 1], epochs=2)
    cut = [one for one in two if (one.header.epoch, one.header.seq) != ("epoch0", 3)]
    assert first_fault(cut) is not None
    assert first_fault(cut, missing=[Missing("epoch0", 3, 3)]) is None
    assert first_fault(cut, missing=[Missing("epoch0", 2, 2)]) is not None


@pytest.mark.parametrize("named", [[{}], [{"epoch": "e", "first": 0, "last": 2}], ["x"], [{"epoch": 1}]])
def test_malformed_names_of_gaps_are_no_names(named: object) -> None:
    """They are refused rather than taken for a licence to jump."""
    with pytest.raises(EntryFormatError):
        missing_of({"missing": named})
