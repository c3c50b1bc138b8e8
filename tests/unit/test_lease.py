"""The lease: days that no clock can take away or add for ever, and codes that only the county can make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.domain.lease import (
    PERIOD_DAYS,
    Evidence,
    LeaseState,
    LeaseTerms,
    accept_code,
    code_for,
    days_away,
    look,
    period_of,
    state_of,
    terms_from,
)

MET = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECRET = bytes(range(32))


def worked(days: int, evidence: Evidence | None = None, begin: datetime = MET) -> Evidence:
    """The laptop was opened every day by its own clock."""
    known = evidence or Evidence(MET, MET)
    for day in range(1, days + 1):
        known = look(known, begin + timedelta(days=day))
    return known


def test_days_are_counted_and_mean_what_the_terms_say() -> None:
    """Good, reminder, code; the county's terms within bounds."""
    terms = LeaseTerms()
    for day, state in (
        (0, LeaseState.GOOD),
        (29, LeaseState.GOOD),
        (30, LeaseState.REMINDER),
        (90, LeaseState.CODE_NEEDED),
    ):
        now = MET + timedelta(days=day)
        assert days_away(worked(day), now) == day
        assert state_of(day, terms) is state
    assert terms_from({"reminder_days": 1, "code_days": 9999}) == LeaseTerms(7, 180)
    assert terms_from({"reminder_days": "x"}) == LeaseTerms()
    assert terms_from(None) == LeaseTerms()
    assert terms_from({"reminder_days": 60, "code_days": 30}) == LeaseTerms(30, 30)


def test_a_clock_set_back_does_not_help() -> None:
    """After 85 days the clock goes back to the day of the last contact, and the days go on from 85."""
    known = look(worked(85), MET)
    assert days_away(known, MET) == 85
    known = worked(6, known)
    assert days_away(known, MET + timedelta(days=6)) == 91


def test_a_clock_set_to_2099_is_put_right_and_forgotten() -> None:
    """While it says 2099 the code is asked for; put right, the count is what it was; a drawer counts in full."""
    wrong = datetime(2099, 1, 1, tzinfo=UTC)
    known = look(worked(3), wrong)
    assert state_of(days_away(known, wrong), LeaseTerms()) is LeaseState.CODE_NEEDED
    right = MET + timedelta(days=4)
    known = look(known, right)
    assert days_away(known, right) == 4
    drawer = MET + timedelta(days=200)
    assert days_away(look(Evidence(MET, MET), drawer), drawer) == 200
    assert days_away(Evidence(MET, MET), datetime(1980, 1, 1, tzinfo=UTC)) == 0


def test_a_code_counts_from_its_period_for_one_vault() -> None:
    """Only the county's, for this vault, newer than what is known; whatever the laptop's clock says."""
    called = MET + timedelta(days=100)
    code = code_for(SECRET, "vault-1", period_of(called))
    for clock in (called, datetime(1980, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)):
        accepted = accept_code(SECRET, "vault-1", " " + code.lower().replace("-", " "), worked(100), clock)
        assert accepted is not None
        assert days_away(accepted, called) < PERIOD_DAYS
        assert accept_code(SECRET, "vault-1", code, accepted, clock) is None, "the same code twice"
    known = worked(100)
    assert accept_code(SECRET, "vault-2", code, known, called) is None
    assert accept_code(bytes(32), "vault-1", code, known, called) is None
    assert accept_code(SECRET, "vault-1", "", known, called) is None
    old = code_for(SECRET, "vault-1", period_of(MET))
    assert accept_code(SECRET, "vault-1", old, known, called) is None
