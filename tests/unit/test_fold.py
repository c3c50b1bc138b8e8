"""Records are the fold of their entries: the same at both ends, whatever the order of independent changes."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.records import (
    KINDS,
    Change,
    Nature,
    Outcome,
    Result,
    State,
    apply_change,
    fold,
    resolve_references,
)
from desktop.domain.roles import ISSUERS, Role
from tests.entry_bodies import FIELDS as FIRST
from tests.entry_bodies import GROUPS as RIGHT
from tests.entry_bodies import ISSUED, visit_body

GROUPS = ("address", "number", "head", "near_relative", "category:subsistence", "category:orphan")
RECORD = "household-1"
TIME = "2026-11-20T09:00:00.000+00:00"


def change(
    number: int, kind: str, body: dict[str, Any] | None, role: Role = Role.CASEWORKER, worker: str = "lin"
) -> Change:
    """One entry as the fold sees it; ``number`` makes its reference."""
    return Change(f"vault/epoch/{number}", kind, RECORD, TIME, worker, role, body)


def described(number: int, group: str, value: Any, base: str | None = None) -> Change:
    """One group of a household set."""
    return change(number, "household.described", {"groups": {group: {"base": base, "value": value}}})


def moved(
    number: int, kind: str, source: str | None, target: str, role: Role, worker: str = "lin", **fields: object
) -> Change:
    """One step of a lifecycle."""
    fields = {**(FIRST[kind] if source is None else {}), **fields}
    body = {"from": source if source is None else str(source), "to": str(target), "fields": fields}
    return change(number, f"{kind}.moved", body, role, worker)


def worded(group: str, words: object) -> dict[str, Any]:
    """A right value of a group that says ``words`` in a field of its own, which is kept although nobody knows it."""
    return {**RIGHT["household"][group], "words": words}


def apply_all(*changes: Change) -> tuple[State | None, list[Outcome]]:
    """The state after these changes, and what each came to."""
    state: State | None = None
    outcomes = []
    for one in changes:
        state, outcome = apply_change(state, one)
        outcomes.append(outcome)
    return state, outcomes


def values(state: State | None) -> dict[str, Any]:
    """The current value of each group."""
    assert state is not None
    return {name: group["value"] for name, group in state["groups"].items()}


# --- descriptions -------------------------------------------------------------------------------


@given(st.permutations(GROUPS))
def test_changes_of_different_groups_merge_in_any_order(order: list[str]) -> None:
    """Two vaults that changed different things end equal, whoever syncs first."""
    changes = {name: described(place, name, worded(name, name)) for place, name in enumerate(GROUPS)}
    state, outcomes = apply_all(*(changes[name] for name in order))
    expected, _ = apply_all(*(changes[name] for name in GROUPS))
    assert state == expected
    assert {outcome.result for outcome in outcomes} == {Result.OK}


@given(st.sampled_from(GROUPS), st.integers(2, 5))
def test_the_same_value_from_several_vaults_is_merged(group: str, count: int) -> None:
    """Nobody is asked to choose between two equal things, and each of them may be the base of the next change."""
    same = [described(number, group, worded(group, "一样")) for number in range(count)]
    state, outcomes = apply_all(*same)
    assert [outcome.result for outcome in outcomes] == [Result.OK] + [Result.MERGED] * (count - 1)
    assert state is not None
    assert not state["conflicts"]
    for one in same:
        after, outcome = apply_change(state, described(99, group, worded(group, "新的"), base=one.by))
        assert outcome.result is Result.OK
        assert values(after)[group] == worded(group, "新的")


@given(st.sampled_from(GROUPS), st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True))
def test_different_values_of_one_group_are_all_kept(group: str, written: list[int]) -> None:
    """From the same base: the first stays, every other one waits beside it for a person."""
    base = described(100, group, worded(group, "原来"))
    changes = [described(number, group, worded(group, number), base=base.by) for number in written]
    state, outcomes = apply_all(base, *changes)
    assert [outcome.result for outcome in outcomes] == [Result.OK, Result.OK] + [Result.CONFLICT] * (len(written) - 1)
    assert state is not None
    kept = [state["groups"][group]["value"], *(item["value"] for item in state["conflicts"][group])]
    assert kept == [worded(group, number) for number in written]


def test_a_decision_settles_what_the_person_saw_and_no_more() -> None:
    """A value that arrives after the decision was made opens the question again."""
    first, second, late = (described(number, "address", worded("address", number)) for number in (1, 2, 3))
    seen = {"group": "address", "value": worded("address", "定了"), "over": [first.by, second.by]}
    decision = change(9, "household.decided", seen)
    state, _ = apply_all(first, second, decision)
    assert state is not None
    assert values(state) == {"address": worded("address", "定了")}
    assert state["conflicts"] == {}
    state, _ = apply_all(first, second, late, decision)
    assert state is not None
    assert [item["value"] for item in state["conflicts"]["address"]] == [worded("address", 3)]


def test_a_decision_between_other_values_than_the_current_one_is_a_conflict_itself() -> None:
    """It is kept beside the current value rather than put over something that nobody had seen."""
    first, second = (described(number, "address", worded("address", number)) for number in (1, 2))
    decision = change(9, "household.decided", {"group": "address", "value": worded("address", 9), "over": [second.by]})
    state, outcomes = apply_all(first, second, decision)
    assert outcomes[-1].result is Result.CONFLICT
    assert values(state) == {"address": worded("address", 1)}


def test_a_group_of_a_newer_version_is_held_not_dropped() -> None:
    """Nor is a part of the change applied without the rest."""
    body: dict[str, Any] = {
        "groups": {"address": {"base": None, "value": {}}, "favourite": {"base": None, "value": {}}}
    }
    assert apply_change(None, change(1, "household.described", body)) == (None, Outcome(Result.HELD, "unknown-group"))


@pytest.mark.parametrize("value", [None, [], "words", 7, True])
def test_a_group_whose_value_is_no_object_is_rejected(value: Any) -> None:
    """Lists and search read a group's value by its fields; a foreign laptop must not break them."""
    refused = Outcome(Result.REJECTED, "malformed:groups.address.value")
    assert apply_change(None, described(1, "address", value)) == (None, refused)


# --- facts, lifecycles, issued ------------------------------------------------------------------


def test_a_fact_is_written_once() -> None:
    """What happened is corrected by a new fact, never overwritten."""
    visit = change(1, "visit.recorded", visit_body("h", day="2026-11-20"))
    again = change(2, "visit.recorded", visit_body("h", day="2026-11-21"))
    state, outcomes = apply_all(visit, again)
    assert state is not None
    assert state["fact"]["day"] == "2026-11-20"
    assert outcomes[1] == Outcome(Result.REJECTED, "exists")


@pytest.mark.parametrize("checked_first", [True, False])
def test_a_withdrawal_outranks_a_check_made_elsewhere(checked_first: bool) -> None:
    """Whichever arrives first: in the end the grant is withdrawn (PIPL art. 15)."""
    agreed = moved(1, "grant", None, "agreed", Role.CASEWORKER)
    check = moved(2, "grant", "agreed", "in-force", Role.REVIEWER, "chen")
    withdrawal = moved(3, "grant", "agreed", "withdrawn", Role.CASEWORKER)
    order = (check, withdrawal) if checked_first else (withdrawal, check)
    state, _ = apply_all(agreed, *order)
    assert state is not None
    assert state["state"] == "withdrawn"


def test_two_workers_who_moved_one_record_differently_are_both_kept() -> None:
    """The second step waits as a conflict; the first one's state stays."""
    need = moved(1, "need", None, "open", Role.CASEWORKER)
    state, outcomes = apply_all(
        need,
        moved(2, "need", "open", "met", Role.CASEWORKER),
        moved(3, "need", "open", "dropped", Role.CASEWORKER, "chen"),
    )
    assert outcomes[2] == Outcome(Result.CONFLICT, "diverged")
    assert state is not None
    assert state["state"] == "met"
    assert [item["to"] for item in state["conflicts"]] == ["dropped"]


def test_keeping_what_stands_settles_the_steps_that_were_seen_and_no_more() -> None:
    """A step that arrives after the decision was made opens the question again."""
    seen = moved(3, "need", "open", "dropped", Role.CASEWORKER, "chen")
    late = moved(4, "need", "open", "dropped", Role.CASEWORKER, "wang")
    begun = (moved(1, "need", None, "open", Role.CASEWORKER), moved(2, "need", "open", "met", Role.CASEWORKER))
    decision = change(9, "need.decided", {"over": [seen.by], "reason": "问过了"})
    state, outcomes = apply_all(*begun, seen, decision, decision)
    assert state is not None
    assert (state["state"], state["conflicts"]) == ("met", [])
    assert outcomes[-1] == Outcome(Result.MERGED, "same-value")
    state, _ = apply_all(*begun, seen, late, decision)
    assert state is not None
    assert [item["by"] for item in state["conflicts"]] == [late.by]
    assert apply_change(None, decision) == (None, Outcome(Result.REJECTED, "missing"))


def test_the_same_step_taken_twice_is_no_question_for_anybody() -> None:
    """A colleague and the county checked the same sheet: it is checked, and no conflict waits for ever."""
    results = [Result.OK, Result.MERGED]
    state, outcomes = apply_all(
        moved(1, "sheet", None, "drafted", Role.CASEWORKER, second_worker="li"),
        moved(2, "sheet", "drafted", "printed", Role.CASEWORKER),
        moved(3, "sheet", "printed", "signed", Role.CASEWORKER),
        moved(8, "sheet", "signed", "checked", Role.REVIEWER, "chen"),
        moved(9, "sheet", "signed", "checked", Role.DUTY_OFFICER, "wang"),
    )
    assert [outcome.result for outcome in outcomes[-2:]] == results
    assert state is not None
    assert (state["state"], state["conflicts"]) == ("checked", [])
    assert state["history"][-1]["worker"] == "chen"


def approval_fields(target: str) -> dict[str, Any]:
    """What an approval says so that nothing but the table of roles is in the way of this step."""
    own = {"workers": ["somebody"], "resident": "child", "from": "2026-11-26", "until": "2026-11-26"}
    if target == "emergency":
        return {**own, "ground": "danger", "words": "高烧抽搐"}
    if target == "asked":
        return {**own, "ground": "case"}
    statement = {"signed": "{}", "signature": "00"}
    return {**own, "workers": ["lin"], "ground": "case", "approver": "he", "statement": statement}


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.lifecycle], ids=lambda kind: kind.name)
def test_only_the_roles_of_the_table_may_take_a_step(kind: Any) -> None:
    """Every pair of states and every role: what the table does not list is rejected."""
    table = kind.lifecycle.transitions
    states = {state for pair in table for state in pair}
    who = "lin" if kind.name == "blank" else "somebody"  # a blank is bound and handed on by whoever has it
    for source, target, role in itertools.product(states, states - {None}, Role):
        before: State | None = None
        if source is not None:
            signed = {"band": "adult", "signed_by": "person"}
            fields = {"second_worker": "li", "signed": signed, "signer": "signature", "holder": "lin"}
            before = {"state": source, "fields": fields, "history": [], "conflicts": []}
        answered = {"answered_on": "2026-11-24", "reasons": ["retention"]}
        said: dict[str, Any] = answered if kind.name == "rights-request" else {}
        if (kind.name, target) == ("publicity", "signed"):
            said = {"read_aloud": False}
        if kind.name == "approval":
            said = approval_fields(target)
            before = {**before, "fields": said} if before is not None else None
        after, outcome = apply_change(before, moved(1, kind.name, source, target, role, who, **said))
        if (kind.name, source, target) == ("sheet", "drafted", "signed"):
            assert outcome.reason in ("no-such-step", "not-allowed")  # only on the screen: ``test_screen_signing``
        elif role in table.get((source, target), ()):
            assert outcome.result is Result.OK, (source, target, role)
            assert after is not None
            assert after["state"] == target
        else:
            assert outcome.result is Result.REJECTED, (source, target, role)
            assert after == before


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.nature is Nature.ISSUED], ids=lambda kind: kind.name
)
def test_only_the_county_issues(kind: Any, role: Role) -> None:
    """Directories, standards and rosters come from the county alone."""
    _, outcome = apply_change(None, change(1, f"{kind.name}.issued", ISSUED[kind.name], role))
    assert outcome.result is (Result.OK if role in ISSUERS else Result.REJECTED)


@given(st.permutations(range(1, 6)))
def test_the_newest_version_of_an_issued_record_stays(order: list[int]) -> None:
    """Whatever order the versions arrive in."""
    bodies = [{**ISSUED["organisation"], "version": number} for number in order]
    issued = [change(body["version"], "organisation.issued", body, Role.SYSTEM) for body in bodies]
    state, _ = apply_all(*issued)
    assert state is not None
    assert state["issued"]["version"] == 5


# --- everything else ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pair.recorded", "visit.painted", "household.moved", "", "household"])
def test_an_unknown_kind_is_held(kind: str) -> None:
    """A newer laptop's entry waits until this end can read it."""
    assert apply_change(None, change(1, kind, {})) == (None, Outcome(Result.HELD, "unknown-kind"))


def test_erased_content_keeps_its_place_and_changes_nothing() -> None:
    """What came after an erased entry still applies."""
    first, erased = described(1, "address", worded("address", 1)), change(2, "household.described", None)
    last = described(3, "number", {"number": "7"})
    assert fold([first, erased, last]) == fold([first, last])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["groups", "group", "value", "over", "base", "from", "to", "fields", "version", "reason", "address"]
)
BODIES = st.dictionaries(FIELDS, st.dictionaries(FIELDS | st.sampled_from(GROUPS), JSON, max_size=3) | JSON, max_size=4)
ENTRY_KINDS = st.sampled_from(
    [
        "household.described",
        "household.decided",
        "household.aliased",
        "visit.recorded",
        "grant.moved",
        "organisation.issued",
    ]
)


@given(st.lists(st.tuples(ENTRY_KINDS, BODIES, st.sampled_from(sorted(Role))), max_size=6))
def test_no_body_breaks_the_fold_and_none_alters_what_was_before(
    written: list[tuple[str, dict[str, Any], Role]],
) -> None:
    """Whatever a foreign laptop sends is applied, held or rejected; old states and bodies stay as they were."""
    states: dict[str, State | None] = {}
    for number, (kind, body, role) in enumerate(written):
        name = kind.partition(".")[0]
        before = states.get(name)
        state_copy, body_copy = copy.deepcopy(before), copy.deepcopy(body)
        after, outcome = apply_change(before, resolve_references(change(number, kind, body, role), str))
        assert before == state_copy
        assert body == body_copy
        assert isinstance(outcome.result, Result)
        states[name] = after


def test_references_follow_aliases() -> None:
    """A visit to a household that turned out to be another one's double belongs to that one."""
    canonical = {"h-2": "h-1", "r-2": "r-1"}
    visit = change(1, "visit.recorded", {"household": "h-2", "respondent": {"resident": "r-2"}})
    resolved = resolve_references(visit, lambda one: canonical.get(one, one))
    assert resolved.body == {"household": "h-1", "respondent": {"resident": "r-1"}}
    found = change(4, "visit.recorded", {"household": "h-9", "members": [{"resident": "r-2", "health": "ill"}, 3]})
    resolved = resolve_references(found, lambda one: canonical.get(one, one))
    assert resolved.body == {"household": "h-9", "members": [{"resident": "r-1", "health": "ill"}, 3]}
    grant = change(2, "grant.moved", {"from": None, "to": "agreed", "fields": {"resident": "r-2", "household": "h-9"}})
    resolved = resolve_references(grant, lambda one: canonical.get(one, one))
    assert resolved.body is not None
    assert resolved.body["fields"] == {"resident": "r-1", "household": "h-9"}
    member = change(3, "resident.described", {"groups": {"membership": {"base": None, "value": {"household": "h-2"}}}})
    resolved = resolve_references(member, lambda one: canonical.get(one, one))
    assert resolved.body is not None
    assert resolved.body["groups"]["membership"]["value"] == {"household": "h-1"}
    assert visit.body == {"household": "h-2", "respondent": {"resident": "r-2"}}
