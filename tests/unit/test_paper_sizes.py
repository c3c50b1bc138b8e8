"""Ordinary and large type (大字) of one paper: a reprint keeps its size, and what comes back fits in either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.prints import Came, PrintOutcome
from desktop.domain.visits import NeedFound
from desktop.services import scan_filing, scan_intake, visit_paper, visits, wishes
from desktop.services.application import Application
from desktop.services.record_paper import RecordPaper
from desktop.services.referral_answer_papers import feedback_paper, receipt_paper
from desktop.services.scan_prints import Note
from tests import casework
from tests.documents.pdf_reading import type_size
from tests.unit.test_scan_services import drawn, picture, scanned
from tests.unit.test_signed_papers import (
    member_has_another_telephone,
    note,
    notes_on,
    registered,
    the_paper,
    tomorrow,
    visited,
)
from tests.vaults import COUNTY_SIGNING_KEY

ORDINARY, LARGE = 12, 16


def record(application: Application, made: RecordPaper, *, large: bool | None = None) -> RecordPaper:
    """The same visit's record again, in another size."""
    again = visit_paper.visit_paper_for(application, made.household, made.of, large_type=large)
    return RecordPaper(again, made.of, made.household)


def long_record(application: Application) -> RecordPaper:
    """Of a visit that found so much that it takes a page more in large type."""
    made = casework.recorded_household(application)
    found = casework.visit(made.household, application.today())
    words = "卧床两年，轮椅损坏，屋里潮湿，要人每天上门帮助洗澡和翻身"
    needs = tuple(NeedFound(one, Urgency.MONTH, words) for one in list(NeedCode)[:6])
    visit = visits.record_visit(application, replace(found, needs=needs)).value.visit
    return RecordPaper(visit_paper.visit_paper_for(application, made.household, visit), visit, made.household)


def test_a_reprint_is_as_large_as_the_last_paper(application: Application) -> None:
    """Nobody has to think of it again; what never came out of a printer counts for nothing."""
    made = the_paper(application, "visit-record")
    assert type_size(made.paper.pdf) == ORDINARY
    large = record(application, made, large=True)
    assert (type_size(large.paper.pdf), large.paper.large_type) == (LARGE, True)
    note(application, large, Came(PrintOutcome.CANCELLED, 0))
    assert record(application, made).paper == made.paper
    note(application, large)
    assert record(application, made).paper == large.paper
    tomorrow(application)
    note(application, made)
    assert record(application, made).paper == made.paper


def test_a_wish_card_is_reprinted_as_large(application: Application) -> None:
    """Whatever keeps its number; one that was never printed is ordinary."""
    _, resident, visit = visited(application)
    wish = registered(application, resident, visit)
    assert not wishes.wish_paper_for(application, wish).paper.large_type
    note(application, wishes.wish_paper_for(application, wish, large_type=True))
    assert wishes.wish_paper_for(application, wish).paper.large_type
    assert not wishes.wish_paper_for(application, wish, large_type=False).paper.large_type


@pytest.mark.parametrize("make", [receipt_paper, feedback_paper])
def test_what_a_recipient_fills_in_is_reprinted_as_large(
    application: Application, make: Callable[..., RecordPaper]
) -> None:
    """Each for itself."""
    resident, referral = casework.submitted_referral(application)
    casework.release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
    assert type_size(make(application, referral).paper.pdf) == ORDINARY
    note(application, make(application, referral, large_type=True))
    assert [one(application, referral).paper.large_type for one in (receipt_paper, feedback_paper)] == [
        make is receipt_paper,
        make is feedback_paper,
    ]


def test_both_sizes_are_known_by_their_codes_and_neither_is_an_older_print(application: Application) -> None:
    """Printed small, then large: whichever is signed is whole by its own pages, and the record is the same."""
    made = long_record(application)
    large = record(application, made, large=True)
    small_pages, large_pages = drawn(made.paper.pdf), drawn(large.paper.pdf)
    assert len(small_pages) < len(large_pages)
    note(application, made)
    tomorrow(application)
    note(application, large)
    filed = scan_intake.take_in(application, scanned(*small_pages)).value.filed
    assert [(one.sheet, one.page) for one in filed] == [(made.of, one) for one in range(1, len(small_pages) + 1)]
    standing = scan_filing.standing(application, made.of)
    assert (standing.pages, standing.missing, standing.to_sign, standing.notes) == (len(small_pages), (), (), ())


def test_all_pages_of_the_large_record_are_waited_for(application: Application) -> None:
    """Although the ordinary one, which has fewer, was printed after it."""
    made = long_record(application)
    large = record(application, made, large=True)
    note(application, large)
    tomorrow(application)
    note(application, made)
    pages = drawn(large.paper.pdf)
    scan_intake.take_in(application, picture(pages[0]))
    standing = scan_filing.standing(application, made.of)
    assert (standing.pages, standing.missing) == (len(pages), tuple(range(2, len(pages) + 1)))
    assert standing.to_sign == (len(pages),)


@pytest.mark.parametrize("is_large", [False, True])
def test_a_record_changed_after_printing_is_said_in_either_size(application: Application, *, is_large: bool) -> None:
    """The household described otherwise, printed anew, then the visit corrected."""
    made = record(application, the_paper(application, "visit-record"), large=is_large)
    note(application, made)
    scan_intake.take_in(application, picture(drawn(made.paper.pdf)[0]))
    assert notes_on(application, made.of) == ()
    member_has_another_telephone(application, made.household)
    assert notes_on(application, made.of) == (Note.HOUSEHOLD_CHANGED,)
    tomorrow(application)
    note(application, record(application, made, large=not is_large))
    assert notes_on(application, made.of) == (Note.OLDER_PRINT,), "in another size, and the record is another too"
    amended = replace(casework.visit(made.household, application.today()), amends=made.of)
    visits.record_visit(application, amended)
    assert Note.SUBJECT_CHANGED in notes_on(application, made.of)


def test_a_wish_card_in_another_size_is_no_older_card(application: Application) -> None:
    """The same of every paper that keeps its number."""
    _, resident, visit = visited(application)
    wish = registered(application, resident, visit)
    small, large = (wishes.wish_paper_for(application, wish, large_type=one) for one in (False, True))
    note(application, small)
    tomorrow(application)
    note(application, large)
    scan_intake.take_in(application, picture(drawn(small.paper.pdf)[0]))
    assert notes_on(application, small.paper.print_id) == ()
