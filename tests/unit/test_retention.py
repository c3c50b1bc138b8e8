"""The retention schedule as a table: what is due, locked, kept and in use."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.domain.retention import SCHEDULE, Held, Verdict, review, schedule_from, was_released

TODAY = date(2026, 11, 25)
OLD = date(2015, 1, 1)
NEW = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (Held("1", "visit", OLD), Verdict.DUE),
        (Held("1", "visit", NEW), Verdict.LOCKED),
        (Held("1", "visit", date(2021, 11, 25)), Verdict.DUE),
        (Held("1", "visit", date(2021, 11, 26)), Verdict.LOCKED),
        (Held("1", "aid", OLD, open=True), Verdict.IN_USE),
        (Held("1", "aid", date(2023, 11, 1)), Verdict.DUE),
        (Held("1", "need", OLD, status="open"), Verdict.IN_USE),
        (Held("1", "need", OLD, status="met"), Verdict.DUE),
        (Held("1", "wish", OLD, status="open", end=TODAY), Verdict.IN_USE),
        (Held("1", "wish", OLD, status="open", end=date(2020, 1, 1)), Verdict.DUE),
        (Held("1", "publicity", OLD, status="in-force", end=date(2026, 11, 24)), Verdict.KEPT),
        (Held("1", "publicity", OLD, status="in-force", end=TODAY), Verdict.IN_USE),
        (Held("1", "referral", OLD, status="submitted"), Verdict.IN_USE),
        (Held("1", "referral", NEW, status="closed", released=True), Verdict.LOCKED),
        (Held("1", "referral", NEW, status="refused"), Verdict.KEPT),
        (Held("1", "grant", OLD, status="in-force"), Verdict.IN_USE),
        (Held("1", "grant", NEW, status="withdrawn", released=True), Verdict.LOCKED),
        (
            Held("1", "grant", date(2018, 1, 1), status="withdrawn", released=True, born=date(2014, 1, 1)),
            Verdict.LOCKED,
        ),
        (Held("1", "grant", date(2018, 1, 1), status="withdrawn", released=True, born=date(1950, 1, 1)), Verdict.DUE),
        (Held("1", "resident", OLD), Verdict.DUE),
        (Held("1", "household", OLD, open=True), Verdict.IN_USE),
    ],
)
def test_one_record(held: Held, verdict: Verdict) -> None:
    """Each record by its own rule, with the reason in words."""
    (found,) = review([held], TODAY)
    assert found.verdict is verdict
    assert found.words


def test_people_stay_as_long_as_anything_about_them_does() -> None:
    """A person nobody saw for ten years, with evidence still locked; a scan whose sheet's grant is in force."""
    person, home = Held("p", "resident", OLD, resident="p", household="h"), Held("h", "household", OLD, household="h")
    grant = Held("g", "grant", OLD, status="in-force", resident="p", household="h", sheet="s")
    scan = Held("c", "scan", OLD, resident="p", sheet="s")
    assert {one.held.id: one.verdict for one in review([person, home, grant, scan], TODAY)} == dict.fromkeys(
        "phgc", Verdict.IN_USE
    )
    visited = Held("v", "visit", NEW, household="h")
    assert {one.held.id: one.verdict for one in review([person, home, visited], TODAY)} == {
        "p": Verdict.IN_USE,
        "h": Verdict.IN_USE,
        "v": Verdict.LOCKED,
    }
    ended = Held("g", "grant", OLD, status="expired", resident="p", household="h", sheet="s")
    assert {one.verdict for one in review([person, home, ended, scan], TODAY)} == {Verdict.DUE}


def test_the_county_moves_periods_within_their_bounds_only() -> None:
    """Shorter than the archive rule or absurdly long: the bound; nonsense: the default; unknown kinds: ignored."""
    made = schedule_from({"visit": 1, "aid": 99, "sheet": "x", "need": True, "dragon": 4, "referral": 7})
    assert (made["visit"].years, made["aid"].years, made["referral"].years) == (5, 10, 7)
    assert (made["sheet"], made["need"]) == (SCHEDULE["sheet"], SCHEDULE["need"])
    assert set(made) == set(SCHEDULE)
    assert schedule_from("nonsense") == SCHEDULE


def test_a_referral_recalled_after_its_release_was_released_all_the_same() -> None:
    """A withdrawal recalls; what proves that the release was lawful stays locked."""
    release = {"release": {"signed": "…", "signature": "…"}}
    assert was_released("recalled", release)
    assert not was_released("recalled", {})
    assert not was_released("submitted", {})
    assert was_released("closed", {})
