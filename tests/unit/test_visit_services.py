"""Saving visits, their needs and their drafts."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.visits import Assessment, Conclusion, Income, Spending, VisitResult
from desktop.services import drafts, households, people, referrals, timeline, today, visits
from desktop.services.application import Application
from desktop.services.sync import finish_interrupted
from tests.casework import new_referral, recorded_household, signed_sheet, visit
from tests.county_issued import CHARITY, issue_everything
from tests.storage.test_strange_records import take_in
from tests.vaults import made_vault


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


def test_a_corrected_visit_is_counted_once_and_no_longer_sets_dates(application: Application) -> None:
    """Saved for today by mistake, it was ten days ago: lists, figures and deadlines follow the correction."""
    ids = recorded_household(application)
    day = application.today()
    wrong = visits.record_visit(application, visit(ids.household, day)).value
    right = day - timedelta(days=10)
    visits.record_visit(application, visit(ids.household, right, amends=wrong.visit))
    (line,) = people.household_lines(application, (ids.household,))
    assert (line.last_visit, line.last_attempt) == (right, right)
    assert today.today(application).month.visits == (1 if right.month == day.month else 0)


def test_a_visit_of_a_colleague_that_cannot_be_read_leaves_today_and_the_list_usable(application: Application) -> None:
    """One that an older county let pass without its day must not empty everybody's first page."""
    ids = recorded_household(application)
    visits.record_visit(application, visit(ids.household, application.today()))
    for fact in ({}, {"day": 5, "result": 7}, {"day": "昨天", "result": "met", "assessment": "T2"}):
        take_in(application, "visit.recorded", {"household": ids.household, **fact})
    finish_interrupted(application)
    assert today.today(application).month.visits == 1
    (line,) = people.household_lines(application, (ids.household,))
    assert line.last_visit == application.today()


def test_help_that_a_charity_delivered_is_told_with_its_giver_and_day(application: Application) -> None:
    """As the county writes it: ``organisation`` and ``date`` of the fact, not the moment of its entry."""
    ids = recorded_household(application)
    fact = {"household": ids.household, "organisation": CHARITY, "what": "轮椅", "amount": 0, "date": "2026-11-05"}
    application.act(lambda action: action.add("help.recorded", households.new_id(), fact))
    events = timeline.timeline(application, ids.household)
    (event,) = [one for one in events if one.kind is timeline.EventKind.HELP]
    assert (event.day, event.title) == ("2026-11-05", "福建省慈善总会送达：轮椅")


def test_the_timeline_s_days_are_the_laptop_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past six in the morning of the first in China is still the last of the month before in UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("NOT TESTED: this system cannot change its zone within a process")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        moment = datetime(2026, 12, 1, 6, 30, tzinfo=timezone(timedelta(hours=8)))
        with made_vault(tmp_path, clock=lambda: moment) as application:
            issue_everything(application)
            ids = recorded_household(application)
            signed_sheet(application, ids.residents[0])
            made = referrals.draft_referral(application, new_referral(application, ids.residents[0]), submit=True)
            assert made.value
            assert {event.day for event in timeline.timeline(application, ids.household)} == {"2026-12-01"}
            assert today.today(application).month.referred == 1
    finally:
        monkeypatch.undo()
        time.tzset()
