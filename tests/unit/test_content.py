"""Content is of the declared shape or it changes nothing: no strange body stops the fold or reaches a page."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.content import MAX_DEPTH, content_fault, reason_code
from desktop.domain.records import KINDS, Change, Nature, Outcome, Result, apply_change, record_kind
from desktop.domain.roles import Role
from tests.entry_bodies import BODIES, FULL_VISIT, GROUPS, described

TIME = "2026-11-20T09:00:00.000+00:00"
ISSUED_OR_ALIASED = ("issued", "aliased")


def change(kind: str, body: dict[str, Any], *, time: str = TIME) -> Change:
    """An entry of whoever may write this kind."""
    county = kind.rpartition(".")[2] in ISSUED_OR_ALIASED
    role = Role.SYSTEM if county else Role.CASEWORKER
    return Change("vault/epoch/1", kind, "record-1", time, "lin", role, body)


def fault_of(kind: str, body: dict[str, Any]) -> str:
    """The reason of what is wrong, or ""."""
    known = record_kind(kind)
    assert known is not None
    fault = content_fault(kind, body, known.references)
    return fault.reason if fault is not None else ""


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place inside a body."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from places(one, (*path, name))


def put(body: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A copy of the body with another value at a place; ``...`` takes it away."""
    changed: Any = copy.deepcopy(body)
    holder = changed
    for one in path[:-1]:
        holder = holder[one]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return dict(changed)


def nested(depth: int) -> Any:
    """A list in a list in a list …"""
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
STRANGE = st.one_of(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from([..., "\ud800", 10**400, float("nan"), nested(200), {}, [], "x" * 70_000]),
)


def test_there_is_a_shape_for_every_kind_that_is_not_audit_alone() -> None:
    """A kind without one would be taken as it comes."""
    wanted = {kind.name for kind in KINDS.values() if kind.nature is not Nature.AUDIT}
    assert {one.partition(".")[0] for one in BODIES} == wanted
    for kind, groups in GROUPS.items():
        left = KINDS[kind].groups - groups.keys() - {"registered_address"}
        assert all(one.startswith("category:") for one in left)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_a_right_body_is_taken(kind: str) -> None:
    """As this version writes it, and with fields of a newer version anywhere inside."""
    assert fault_of(kind, BODIES[kind]) == ""
    for path in places(BODIES[kind]):
        holder: Any = BODIES[kind]
        for one in path[:-1]:
            holder = holder[one]
        if isinstance(holder, dict) and path[:-1] != ("groups",):
            assert fault_of(kind, put(BODIES[kind], (*path[:-1], "weather"), {"rain": [1, 2.5, None]})) == ""


@pytest.mark.parametrize("kind", sorted(BODIES))
@settings(max_examples=30)
@given(data=st.data())
def test_no_mutation_of_a_right_body_stops_the_fold(kind: str, data: st.DataObject) -> None:
    """It is applied, held or rejected, and what was applied can be stored and read by everybody."""
    body = BODIES[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(places(body), key=str)))
        body = put(body, path, data.draw(STRANGE))
        if not body:
            break
    before = copy.deepcopy(body)
    state, outcome = apply_change(None, change(kind, body))
    assert json.dumps(before, default=str) == json.dumps(body, default=str)
    if outcome.result in (Result.OK, Result.MERGED) and state is not None:
        json.dumps(state, ensure_ascii=False, allow_nan=False).encode()
        again, _ = apply_change(state, change(kind, BODIES[kind]))
        assert again is not None


@pytest.mark.parametrize(
    ("kind", "path", "value", "reason"),
    [
        ("visit.recorded", ("income", "wages"), "12000", "malformed:income.wages"),
        ("visit.recorded", ("income", "wages"), True, "malformed:income.wages"),
        ("visit.recorded", ("income", "wages"), 2**53, "malformed:income.wages"),
        ("visit.recorded", ("day",), ..., "malformed:day"),
        ("visit.recorded", ("day",), "2026-W47-5", "malformed:day"),
        ("visit.recorded", ("members", 0, "cannot"), "walking", "malformed:members[0].cannot"),
        ("visit.recorded", ("respondent", "resident"), "r\n1", "malformed:respondent.resident"),
        ("visit.recorded", ("household",), ["h"], "malformed:household"),
        ("visit.recorded", ("陈秀英",), float("nan"), "malformed:*"),
        ("visit.recorded", ("陈秀英",), {"phone": "\ud83d"}, "malformed:*.phone"),
        ("visit.recorded", ("kind",), "by-drone", "unknown-word:kind"),
        ("visit.recorded", ("needs", 0, "code"), "N13", "unknown-word:needs[0].code"),
        (
            "resident.described",
            ("groups", "disability", "value", "level"),
            9,
            "malformed:groups.disability.value.level",
        ),
        ("resident.described", ("groups", "name", "value"), {}, "malformed:groups.name.value.name"),
        ("resident.described", ("groups", "name", "base"), 7, "malformed:groups.name.base"),
        (
            "household.described",
            ("groups", "category:orphan", "value", "category"),
            "destitute",
            "malformed:groups.category:orphan.value.category",
        ),
        ("grant.moved", ("fields", "until"), "永久", "malformed:fields.until"),
        ("grant.moved", ("from",), ..., "malformed:from"),
        ("referral.moved", ("fields", "classes"), ["A1", "Z9"], "unknown-word:fields.classes[1]"),
        ("organisation.issued", ("agreement_until",), "永久", "malformed:agreement_until"),
        ("organisation.issued", ("version",), 0, "malformed:version"),
        ("standard.issued", ("margin_factor",), "1.5", "malformed:margin_factor"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place_and_never_by_its_value(
    kind: str, path: tuple[str | int, ...], value: Any, reason: str
) -> None:
    """The place is made of declared names: a name used as a key by a faulty program is not repeated."""
    _, outcome = apply_change(None, change(kind, put(BODIES[kind], path, value)))
    held = reason.startswith("unknown-word")
    assert outcome == Outcome(Result.HELD if held else Result.REJECTED, reason)
    assert reason_code(reason) in ("malformed", "unknown-word")


def test_a_wrong_type_outweighs_an_unknown_word() -> None:
    """A newer version would not mend it."""
    body = put(FULL_VISIT, ("kind",), "by-drone")
    assert fault_of("visit.recorded", put(body, ("income", "wages"), "much")) == "malformed:income.wages"


@pytest.mark.parametrize(("group", "value"), [("number", {}), ("disability", {}), ("guardian", {}), ("health", {})])
def test_an_emptied_group_takes_back_what_was_said(group: str, value: dict[str, Any]) -> None:
    """A worker cleared the field; that is content too."""
    kind = "household" if group == "number" else "resident"
    assert fault_of(f"{kind}.described", described(kind, **{group: value})) == ""


def test_absurd_depth_and_size_are_refused_in_fields_nobody_knows() -> None:
    """What is kept for a newer version is bounded like everything else."""
    for value in (nested(MAX_DEPTH + 1), nested(5_000), ["x"] * 30_000, "x" * 100_000):
        assert fault_of("visit.recorded", {**FULL_VISIT, "future": value}).startswith("malformed:*")
    assert fault_of("visit.recorded", {**FULL_VISIT, "future": nested(MAX_DEPTH - 2)}) == ""


@pytest.mark.parametrize("time", ["", "昨天", "2026-11-20T09:00:00", "0001-01-01T00:00:00+00:00"])
def test_a_time_that_cannot_be_shown_is_refused_and_a_wrong_clock_is_not(time: str) -> None:
    """Every page shows when something was written."""
    _, outcome = apply_change(None, change("visit.recorded", FULL_VISIT, time=time))
    assert outcome == Outcome(Result.REJECTED, "malformed:time")
    _, late = apply_change(None, change("visit.recorded", FULL_VISIT, time="1970-01-01T00:00:00+00:00"))
    assert late.result is Result.OK


@pytest.mark.parametrize("kind", ["visit.recorded", "need.moved", "organisation.issued", "household.described"])
def test_an_entry_about_a_record_of_another_nature_is_rejected(kind: str) -> None:
    """One id is one record."""
    other = "need.moved" if kind == "visit.recorded" else "visit.recorded"
    state, _ = apply_change(None, change(other, BODIES[other]))
    after, outcome = apply_change(state, change(kind, BODIES[kind]))
    assert (after, outcome) == (state, Outcome(Result.REJECTED, "other-kind"))
