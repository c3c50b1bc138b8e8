"""Who may see a minor's data: what an approval may say, who may give it, whom it opens, and what is closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from desktop.domain import minors
from desktop.domain.aid import Category
from desktop.domain.minors import APPROVAL, ApprovalState, Ground
from desktop.domain.posting import CHILDS_OWN_DATA, UNATTENDED_CHILD_HERE, Posting, may_be_posted
from desktop.domain.roles import Role
from desktop.domain.signing import AgeBand

TODAY = date(2026, 11, 26)
ASKED: dict[str, Any] = {
    "workers": ["lin"],
    "ground": "case",
    "from": "2026-11-26",
    "until": "2026-12-26",
    "resident": "child",
    "household": "home",
}
STATEMENT = {"signed": "{}", "signature": "00"}


def problem(target: str, role: Role, worker: str, fields: dict[str, Any], source: str | None = None) -> str:
    state = None if source is None else {"state": source, "fields": ASKED}
    return APPROVAL.problem(source, source, target, role, worker, state, fields)


@pytest.mark.parametrize(
    ("role", "worker", "more", "expected"),
    [
        (Role.REVIEWER, "he", {"approver": "he"}, ""),
        (Role.DUTY_OFFICER, "he", {"approver": "he"}, ""),
        (Role.COUNTY_APPROVER, "he", {"approver": "he"}, ""),
        (Role.REVIEWER, "he", {"approver": "somebody"}, "not-allowed"),
        (Role.REVIEWER, "lin", {"approver": "lin"}, minors.OWN_APPROVAL),
        (Role.CASEWORKER, "lin", {"approver": "he"}, "not-allowed"),
        (Role.CASEWORKER, "lin", {"approver": "he", "statement": STATEMENT}, ""),
        (Role.CASEWORKER, "lin", {"approver": "lin", "statement": STATEMENT}, minors.OWN_APPROVAL),
        (Role.CASEWORKER, "lin", {"statement": STATEMENT}, "not-allowed"),
        (Role.CHARITY_CONTACT, "he", {"approver": "he"}, "not-allowed"),
        (Role.AUDITOR, "he", {"approver": "he"}, "not-allowed"),
    ],
)
def test_only_a_responsible_person_gives_it_and_nobody_to_themself(
    role: Role, worker: str, more: dict[str, Any], expected: str
) -> None:
    """未成年人网络保护条例 36: 经过相关负责人审批."""
    assert problem(ApprovalState.GIVEN, role, worker, {**ASKED, **more}) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ""),
        ({"resident": "", "household": "", "divisions": ["350703104209"]}, ""),
        ({"divisions": ["350703104209"]}, minors.SCOPE_MISSING),
        ({"resident": "", "household": ""}, minors.SCOPE_MISSING),
        ({"resident": "", "household": "", "divisions": [""]}, minors.SCOPE_MISSING),
        ({"workers": []}, minors.SCOPE_MISSING),
        ({"workers": ["chen"]}, minors.FOR_OTHERS),
        ({"until": "2026-11-25"}, minors.PERIOD_WRONG),
        ({"until": "2027-11-28"}, minors.PERIOD_WRONG),
    ],
)
def test_what_is_asked_for_says_for_whom_and_how_long(more: dict[str, Any], expected: str) -> None:
    """An empty scope would open nothing, or, read carelessly, everything."""
    assert problem(ApprovalState.ASKED, Role.CASEWORKER, "lin", {**ASKED, **more}) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"words": "高烧抽搐，要送医"}, ""),
        ({"words": " "}, minors.NO_WORDS),
        ({"words": "高烧", "until": "2026-11-28"}, minors.PERIOD_WRONG),
        ({"words": "高烧", "resident": "", "divisions": ["350703104209"]}, minors.SCOPE_MISSING),
        ({"words": "高烧", "ground": "case"}, minors.SCOPE_MISSING),
        ({"words": "高烧", "workers": ["chen"]}, minors.FOR_OTHERS),
    ],
)
def test_an_emergency_opens_one_child_for_two_days_and_says_why(more: dict[str, Any], expected: str) -> None:
    """Life and health do not wait for a signature."""
    fields = {**ASKED, "ground": "danger", "until": "2026-11-27", **more}
    assert problem(ApprovalState.EMERGENCY, Role.SOCIAL_WORKER, "lin", fields) == expected


def test_who_opened_in_an_emergency_does_not_look_at_it_themself() -> None:
    """Somebody else sees what was done."""
    assert problem(ApprovalState.SEEN, Role.REVIEWER, "lin", ASKED, ApprovalState.EMERGENCY) == minors.OWN_APPROVAL
    assert problem(ApprovalState.SEEN, Role.REVIEWER, "he", ASKED, ApprovalState.EMERGENCY) == ""


def test_what_was_approved_is_not_said_otherwise_by_a_later_step() -> None:
    """A longer time or another child is another approval."""
    for change, expected in (
        ({"until": "2027-01-26"}, "not-as-before"),
        ({"resident": "other"}, "not-as-before"),
        ({"workers": ["lin", "chen"]}, "not-as-before"),
        ({"divisions": ["350703104"]}, minors.SCOPE_MISSING),
    ):
        fields = {**ASKED, "approver": "he", **change}
        assert problem(ApprovalState.GIVEN, Role.REVIEWER, "he", fields, ApprovalState.ASKED) == expected


def group(value: dict[str, Any]) -> dict[str, Any]:
    return {"value": value}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({"birth": group({"day": "2008-11-27"})}, True),
        ({"birth": group({"day": "2008-11-26"})}, False),
        ({"document": group({"type": "resident-id", "number": "350703201503070018"})}, True),
        ({"document": group({"type": "resident-id", "number": "350703195003070013"})}, False),
        ({"capacity": group({"band": "8-13", "band_stated": "2025-01-01"})}, True),
        ({"capacity": group({"band": "8-13", "band_stated": "2016-11-27"})}, True),
        ({"capacity": group({"band": "8-13", "band_stated": "2016-11-26"})}, False),
        ({"capacity": group({"band": "16-17", "band_stated": "2025-11-01"})}, True),
        ({"capacity": group({"band": AgeBand.ADULT.value})}, False),
        ({"birth": group({"day": "1980-01-01"}), "capacity": group({"band": "8-13"})}, False),
        ({"name": group({"name": "某"})}, False),
    ],
)
def test_a_minor_is_who_the_record_says_is_under_eighteen(groups: dict[str, Any], expected: bool) -> None:
    """By the birthday, else by the number, else by the band until its youngest are of age."""
    assert minors.is_minor(groups, TODAY) is expected


def lives(relation: str, **more: Any) -> dict[str, Any]:
    return {"membership": group({"household": "home", "relation": relation}), **more}


BORN_1987, BORN_1985 = ({"birth": group({"day": f"{year}-01-01"})} for year in (1987, 1985))


@pytest.mark.parametrize(
    ("groups", "head", "expected"),
    [
        (lives("42"), None, True),
        (lives("4"), None, True),
        (lives("45"), None, False),
        (lives("42", capacity=group({"band": AgeBand.ADULT.value})), None, False),
        (lives("42", birth=group({"day": "1999-01-01"})), None, False),
        (lives("20"), None, False),
        (lives("20"), {}, False),
        (lives("20"), BORN_1985, False),
        (lives("20"), BORN_1987, True),
        (lives("3"), BORN_1987, True),
        (lives("38"), BORN_1987, False),
        (lives("51"), BORN_1987, False),
    ],
)
def test_whoever_may_well_be_a_child_is_one_until_the_age_is_stated(
    groups: dict[str, Any], head: dict[str, Any] | None, expected: bool
) -> None:
    """A grandchild always, a child of a head who is known to be under forty; nobody who married in."""
    assert minors.is_minor(groups, TODAY, head) is expected
    assert minors.is_taken_for_minor(groups, TODAY, head) is expected


def test_an_approval_opens_to_its_workers_in_its_scope_on_its_days() -> None:
    """One child or a place; the day after the last it is closed."""
    child = minors.Approval(
        workers=("lin",), ground=Ground.CASE, start=TODAY, until=TODAY + timedelta(days=1), resident="child"
    )
    place = minors.Approval(
        workers=("lin", "chen"), ground=Ground.DUTY, start=TODAY, until=TODAY, divisions=("350703104",)
    )
    assert child.covers("lin", "child", "", TODAY + timedelta(days=1))
    assert not child.covers("lin", "child", "", TODAY + timedelta(days=2))
    assert not child.covers("lin", "child", "", TODAY - timedelta(days=1))
    assert not child.covers("lin", "other", "", TODAY)
    assert not child.covers("chen", "child", "", TODAY)
    assert place.covers("chen", "other", "350703104209", TODAY)
    assert not place.covers("chen", "other", "350703105201", TODAY)
    assert not place.covers("chen", "other", "", TODAY)
    both = [("one", "ended", child), ("two", "given", place)]
    assert minors.opening(both, "lin", "child", "350703104209", TODAY) == ("two", place)
    assert minors.opening(both[:1], "lin", "child", "350703104209", TODAY) is None


def test_what_needs_no_approval_is_that_a_child_lives_there() -> None:
    """Name, age and relation; everything else is closed, save what somebody wrote to themself."""
    groups = {
        name: group({"number": "7"}) for name in ("name", "birth", "membership", "document", "health", "guardian")
    }
    assert minors.closed_groups(groups, ()) == {"document", "health", "guardian"}
    assert minors.closed_groups(groups, ("health",)) == {"document", "guardian"}
    assert not minors.closed_groups({**groups, "document": group({"type": "none"})}, ("health", "guardian"))


@pytest.mark.parametrize("posting", Posting)
def test_nothing_of_a_child_whom_nobody_looks_after_is_posted(posting: Posting) -> None:
    """民发〔2019〕62号; the household is known by its child, so nothing of it is posted either."""
    for household, person in (([Category.UNATTENDED_CHILD], []), ([], [Category.UNATTENDED_CHILD])):
        answer = may_be_posted(posting, [Category.SUBSISTENCE, *household], person, consent="")
        assert not answer.allowed
        assert answer.reason == UNATTENDED_CHILD_HERE
        assert "事实无人抚养" in answer.words
    assert may_be_posted(posting, [Category.SUBSISTENCE], consent="").allowed
    assert may_be_posted(posting, [Category.SUBSISTENCE], consent="").words == ""


def test_a_minor_stands_on_no_posted_list_and_is_told_of_with_consent_alone() -> None:
    """公示 names head, number of people and amount (低保办法 24); publicity has a consent form of its own."""
    assert may_be_posted(Posting.NOTICE, [], is_minor=True).reason == CHILDS_OWN_DATA
    assert may_be_posted(Posting.PUBLICITY, [], is_minor=True).allowed
