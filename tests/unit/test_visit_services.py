"""Saving visits, their needs and their drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.visits import Assessment, Conclusion, Income, Spending, VisitResult
from desktop.services import drafts, timeline, today, visits
from desktop.services.application import Application
from tests.casework import recorded_household, visit


def test_a_visit_is_saved_with_its_needs_and_its_draft_goes(application: Application) -> None:
    """One transaction: the visit, the needs it opens, and the end of the draft it came from."""
    ids = recorded_household(application)
    drafts.keep_draft(application, "d1", "visit", ids.household, {"own_words": "想要"})
    visits.record_visit(application, visit(ids.household, application.today()), draft_id="d1")
    assert [code for _, code, _ in today.open_needs(application, ids.household)] == ["N2"]
    assert drafts.open_drafts(application) == ()
    kinds = {event.kind for event in timeline.timeline(application, ids.household)}
    assert kinds == {timeline.EventKind.VISIT, timeline.EventKind.NEED}


def test_an_open_need_is_not_opened_twice(application: Application) -> None:
    """The second visit finds the same need: it stays one."""
    ids = recorded_household(application)
    for _ in range(2):
        visits.record_visit(application, visit(ids.household, application.today()))
    assert len(today.open_needs(application, ids.household)) == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"second_worker": ""}, "visit.second-worker"),
        ({"notice_given": False}, "visit.notice"),
        ({"assessment": Assessment()}, "visit.conclusion"),
        ({"assessment": Assessment(Conclusion.T2)}, "visit.aid-received"),
        ({"assessment": Assessment(Conclusion.T1)}, "visit.review-date"),
        ({"assessment": Assessment(Conclusion.ELIGIBLE)}, "visit.scheme"),
    ],
)
def test_what_a_visit_lacks_is_named_and_the_draft_stays(
    application: Application, changes: dict[str, object], problem: str
) -> None:
    """An incomplete visit is refused with its problems; what was typed is not lost."""
    ids = recorded_household(application)
    drafts.keep_draft(application, "d1", "visit", ids.household, {})
    with pytest.raises(UserFacingError) as refused:
        visits.record_visit(application, visit(ids.household, application.today(), **changes), draft_id="d1")
    assert problem in refused.value.values["problems"]  # type: ignore[operator]
    assert len(drafts.open_drafts(application)) == 1
    assert visits.visits_of(application, ids.household) == ()


def test_nobody_at_home_needs_no_findings(application: Application) -> None:
    """A walk in vain is a visit too, and does not hide the facts of the last one that met somebody."""
    ids = recorded_household(application)
    day = application.today()
    visits.record_visit(application, visit(ids.household, day - timedelta(days=9)))
    empty = visit(ids.household, day, notice_given=False, needs=(), assessment=Assessment())
    visits.record_visit(application, replace(empty, result=VisitResult.NOBODY_HOME))
    last = visits.last_visit(application, ids.household)
    assert last is not None
    assert last.visit.day == day - timedelta(days=9)


def test_a_visit_tomorrow_is_refused(application: Application) -> None:
    """A date in the future is a typing mistake."""
    ids = recorded_household(application)
    with pytest.raises(UserFacingError):
        visits.record_visit(application, visit(ids.household, application.today() + timedelta(days=1)))


def test_a_correction_replaces_the_visit_on_the_page_and_keeps_it_in_the_journal(application: Application) -> None:
    """A fact is corrected by a new fact that names it."""
    ids = recorded_household(application)
    first = visits.record_visit(application, visit(ids.household, application.today())).value
    better = visit(ids.household, application.today(), income=Income(wages=600_000), amends=first.visit)
    visits.record_visit(application, better)
    last = visits.last_visit(application, ids.household)
    assert last is not None
    assert last.visit.income.wages == 600_000
    assert [fact.amended for fact in visits.visits_of(application, ids.household)].count(True) == 1


def test_hints_name_their_figures_and_follow_the_standard(application: Application) -> None:
    """Below 930 yuan a head: may fit 低保; below one and a half times: 边缘; with aid and high costs: T2."""
    day = application.today()

    def suggested(wages: int, held: frozenset[Category]) -> list[tuple[Conclusion, Category | None]]:
        found = visits.visit_hints(application, Income(wages=wages), Spending(medical=2_000_000), 2, held, day)
        return [(hint.conclusion, hint.scheme) for hint in found]

    assert suggested(1_200_000, frozenset()) == [(Conclusion.ELIGIBLE, Category.SUBSISTENCE)]
    assert suggested(2_400_000, frozenset()) == [(Conclusion.ELIGIBLE, Category.MARGIN)]
    assert suggested(4_800_000, frozenset()) == [(Conclusion.T1, None)]
    assert suggested(1_200_000, frozenset({Category.SUBSISTENCE})) == [(Conclusion.T2, None)]
