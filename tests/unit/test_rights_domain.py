"""Rights requests as data: the steps, who takes them, what an answer owes, the clock of the answer and of the data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desktop.domain.records import Change, Result, apply_change
from desktop.domain.retention import Held, review
from desktop.domain.retention_clocks import ClockState, HeldClass, clocks
from desktop.domain.rights import LIFECYCLE, RIGHTS_REQUEST, RightsState, due_day
from desktop.domain.roles import Role
from desktop.domain.working_days import working_days_left
from tests.entry_bodies import FIELDS

TODAY = date(2026, 11, 26)


def step(source: str | None, to: str, role: Role = Role.CASEWORKER, **fields: Any) -> Change:
    """One step of a request."""
    taken = {name: value for name, value in FIELDS[RIGHTS_REQUEST].items() if name not in ("reasons", "classes")}
    body = {"from": source, "to": to, "fields": {**(taken if source is None else {}), **fields}}
    return Change("v/e/1", "rights-request.moved", "one", "2026-11-26T08:00:00Z", "lin", role, body)


def folded(*steps: Change) -> str:
    """Why the last step is refused, or "" where it is taken."""
    state = None
    reason = "nothing"
    for one in steps:
        state, outcome = apply_change(state, one)
        reason = outcome.reason if outcome.result is not Result.OK else ""
    return reason


ANSWERED: dict[str, Any] = {"answered_on": "2026-11-30", "answered_by": "林晓梅"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (step("received", "answered", **ANSWERED), ""),
        (step("received", "answered", Role.REVIEWER, **ANSWERED), ""),
        (step("received", "answered", Role.SOCIAL_WORKER, **ANSWERED), "not-allowed"),
        (step("received", "answered", Role.CHARITY_CONTACT, **ANSWERED), "not-allowed"),
        (step("received", "answered"), "answer-missing"),
        (step("received", "refused", **ANSWERED), "reasons-missing"),
        (step("received", "answered-in-part", **ANSWERED), "reasons-missing"),
        (step("received", "refused", **ANSWERED, reasons=["retention"]), ""),
        (step("received", "withdrawn", Role.SOCIAL_WORKER), ""),
        (step("received", "answered", **ANSWERED, due="2027-12-01"), "not-as-before"),
        (step("received", "answered", **ANSWERED, words="别的话"), "not-as-before"),
    ],
)
def test_what_an_answer_owes(change: Change, reason: str) -> None:
    """The county folds by the same table: a refusal without a reason is no answer, and the due day does not move."""
    assert folded(step(None, "received", Role.SOCIAL_WORKER), change) == reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"asker": "guardian"}, "proof-missing"),
        ({"asker": "authorised", "asker_name": "林某"}, "proof-missing"),
        ({"asker": "authorised", "asker_name": "林某", "proof": "委托书"}, ""),
        ({"asker": "near-relative", "asker_name": "林某", "proof": "户口本"}, "death-unknown"),
        ({"asker": "near-relative", "asker_name": "林某", "proof": "户口本", "died": "2026-01-02"}, ""),
        ({"due": "2027-01-01"}, "due-too-late"),
        ({"days": 90, "due": due_day(date(2026, 11, 20), 90).isoformat()}, "due-too-late"),
    ],
)
def test_what_taking_a_request_in_needs(fields: dict[str, Any], reason: str) -> None:
    """Whoever asks for another shows by what right (art. 49); the answer is due when the county said, not later."""
    assert folded(step(None, "received", **fields)) == reason


def test_an_answered_request_is_answered_once_and_there_is_no_state_of_not_being_heard() -> None:
    """Every way out of ``received`` is an answer, or the person's own word."""
    assert {to for source, to in LIFECYCLE.transitions if source == "received"} == {
        RightsState.ANSWERED,
        RightsState.IN_PART,
        RightsState.REFUSED,
        RightsState.WITHDRAWN,
    }
    assert {source for source, _ in LIFECYCLE.transitions} == {None, "received"}


def test_working_days_are_counted_to_the_day_and_past_it() -> None:
    """From Thursday to Friday one, over a weekend one, and overdue below zero."""
    assert working_days_left(TODAY, TODAY) == 0
    assert working_days_left(TODAY, date(2026, 11, 30)) == 2
    assert working_days_left(date(2026, 11, 30), TODAY) == -2
    assert working_days_left(TODAY, due_day(TODAY, 15)) == 15


def test_each_class_has_its_clock() -> None:
    """Locked by the archive rule, locked while aid is given, running, in use; the ground is said in each."""
    found = review(
        [
            Held("p", "resident", TODAY, resident="p", household="h", open=True),
            Held("v", "visit", date(2026, 1, 1), household="h"),
            Held("w", "visit", date(2024, 1, 1), household="h"),
            Held("n", "need", date(2026, 1, 1), status="met", resident="p"),
            Held("g", "grant", date(2026, 1, 1), status="in-force", resident="p", sheet="s"),
            Held("r", "referral", date(2026, 1, 1), status="closed", resident="p", released=True),
            Held("q", RIGHTS_REQUEST, date(2026, 1, 1), status="received", resident="p"),
        ],
        TODAY,
    )
    shown = {one.held: one for one in clocks(found, drafts=2)}
    assert (shown[HeldClass.PERSON].state, shown[HeldClass.PERSON].until) == (ClockState.LOCKED, None)
    assert (shown[HeldClass.VISIT].until, shown[HeldClass.VISIT].locked) == (date(2031, 1, 1), 2)
    assert shown[HeldClass.NEED].state is ClockState.RUNNING
    assert shown[HeldClass.CONSENT].state is ClockState.IN_USE
    assert shown[HeldClass.REFERRAL].state is ClockState.LOCKED
    assert shown[HeldClass.REQUEST].state is ClockState.LOCKED
    assert shown[HeldClass.DRAFT].count == 2
    assert all(one.ground for one in shown.values())
