"""How journal entries become records: one pure fold, the same on the laptop and at the county.

A record's state is the fold of its entries, in county order first and then the vault's own
unconfirmed ones. Because both ends run this very function over the same order, they end equal.

Four natures of records (``design.md`` §2):

* description: merged by group; two vaults that changed one group from the same base → both values
  are kept and a person decides.
* fact: append-only; a correction is a new fact that names the old one in ``amends``.
* lifecycle: only the transitions of a table, each by the roles the table names.
* issued: written by the county alone; a newer version replaces the older one.

State and bodies are plain JSON values, so that what is stored can be compared and sent as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from desktop.domain import (
    blanks,
    consent_lifecycles,
    minors,
    needs,
    permissions,
    publicity,
    referrals,
    rights,
    shapes,
    wishes,
)
from desktop.domain.content import EACH, MALFORMED, UNKNOWN_WORD, Fault, content_fault, is_time
from desktop.domain.journal import ERASED
from desktop.domain.lifecycles import Lifecycle
from desktop.domain.roles import COUNTY_ROLES, ISSUERS, LAPTOP_ROLES, Role

State = dict[str, Any]
Canonical = Callable[[str], str]


class Nature(StrEnum):
    """What kind of truth a record holds."""

    DESCRIPTION = "description"
    FACT = "fact"
    LIFECYCLE = "lifecycle"
    ISSUED = "issued"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record and the rules it is folded by.

    ``references`` names the places in bodies that hold ids of other records, as dotted paths
    (``membership.household``; ``members[].resident``: in each item of a fact's list); they follow
    aliases. ``shared`` says whether its entries travel to other laptops of the township.
    """

    name: str
    nature: Nature
    groups: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()
    lifecycle: Lifecycle | None = None
    shared: bool = True
    roles: frozenset[Role] = LAPTOP_ROLES | COUNTY_ROLES

    def has_group(self, group: str) -> bool:
        """Whether the description has this group."""
        return group in self.groups


def _kinds(*kinds: RecordKind) -> Mapping[str, RecordKind]:
    return {kind.name: kind for kind in kinds}


KINDS: Mapping[str, RecordKind] = _kinds(
    RecordKind(
        "household",
        Nature.DESCRIPTION,
        groups=frozenset(shapes.GROUPS["household"]),
        references=("head.resident",),
    ),
    RecordKind(
        "resident",
        Nature.DESCRIPTION,
        groups=frozenset(shapes.GROUPS["resident"]),
        references=("membership.household", "guardian.resident"),
    ),
    RecordKind("visit", Nature.FACT, references=("household", "respondent.resident", "members[].resident")),
    RecordKind("need", Nature.LIFECYCLE, lifecycle=needs.NEED, references=("household", "resident")),
    RecordKind("wish", Nature.LIFECYCLE, lifecycle=wishes.WISH, references=("household", "resident")),
    RecordKind("aid", Nature.FACT, references=("household", "resident")),
    RecordKind("sheet", Nature.LIFECYCLE, lifecycle=consent_lifecycles.SHEET, references=("household", "resident")),
    RecordKind("grant", Nature.LIFECYCLE, lifecycle=consent_lifecycles.GRANT, references=("household", "resident")),
    RecordKind("publicity", Nature.LIFECYCLE, lifecycle=publicity.PUBLICITY, references=("household", "resident")),
    RecordKind("stock", Nature.FACT),
    RecordKind("blank", Nature.LIFECYCLE, lifecycle=blanks.BLANK),
    RecordKind("referral", Nature.LIFECYCLE, lifecycle=referrals.REFERRAL, references=("household", "resident")),
    RecordKind(
        rights.RIGHTS_REQUEST, Nature.LIFECYCLE, lifecycle=rights.LIFECYCLE, references=("household", "resident")
    ),
    RecordKind("help", Nature.FACT, references=("household", "resident")),
    RecordKind("print", Nature.FACT, references=("household", "resident")),
    RecordKind("scan", Nature.FACT, references=("household", "resident")),
    RecordKind("signature", Nature.FACT, references=("household", "resident")),
    RecordKind("check", Nature.FACT, references=("household", "resident")),
    RecordKind("withdrawal", Nature.FACT, references=("household", "resident")),
    RecordKind("approval", Nature.LIFECYCLE, lifecycle=minors.APPROVAL, references=("household", "resident")),
    RecordKind("import", Nature.FACT),
    RecordKind("organisation", Nature.ISSUED, roles=ISSUERS),
    RecordKind("division", Nature.ISSUED, roles=ISSUERS),
    RecordKind("standard", Nature.ISSUED, roles=ISSUERS),
    RecordKind("roster", Nature.ISSUED, roles=ISSUERS),
    RecordKind("worker", Nature.ISSUED, roles=ISSUERS),
    RecordKind("office", Nature.ISSUED, roles=ISSUERS),
    RecordKind("escrow", Nature.ISSUED, roles=ISSUERS),
    RecordKind("retention", Nature.ISSUED, roles=ISSUERS),
    RecordKind("wording", Nature.ISSUED, roles=ISSUERS),
    RecordKind("view", Nature.AUDIT, shared=False),
    RecordKind("search", Nature.AUDIT, shared=False),
    RecordKind("vault", Nature.AUDIT, shared=False),
    RecordKind("epoch", Nature.AUDIT, shared=False),
    RecordKind("entry", Nature.AUDIT, shared=False),
    RecordKind("sync", Nature.AUDIT, shared=False),
    RecordKind("recovery", Nature.AUDIT, shared=False, roles=ISSUERS),
    RecordKind("attachment", Nature.AUDIT, shared=False, roles=ISSUERS),
)


def record_kind(entry_kind: str) -> RecordKind | None:
    """The record kind an entry kind (``visit.recorded``) belongs to, or None if unknown here."""
    return KINDS.get(entry_kind.partition(".")[0])


def is_shared(entry_kind: str) -> bool:
    """Whether an entry may be read by the township's other laptops.

    Entries of reading never are. An erasure is, alone of what a journal says of itself: whoever has a
    copy of the content has to erase it too.
    """
    kind = record_kind(entry_kind)
    return kind is not None and (kind.shared or entry_kind == ERASED)


class Result(StrEnum):
    """The county's verdict on one change, also what the local fold foresees."""

    OK = "ok"
    DUPLICATE = "duplicate"
    MERGED = "merged"
    CONFLICT = "conflict"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with the code of its reason (empty for plain ok)."""

    result: Result
    reason: str = ""


OK = Outcome(Result.OK)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as the fold sees it; ``by`` is its reference as text, ``body`` None if erased."""

    by: str
    kind: str
    record: str
    time: str
    worker: str
    role: str
    body: Mapping[str, Any] | None
    imported: bool = False
    """Whether it is part of a ledger's import."""


def apply_change(state: State | None, change: Change) -> tuple[State | None, Outcome]:
    """Apply one change to a record's state; the old state is never altered in place.

    Unknown kinds are held, never dropped; a change whose payload was erased leaves no trace but
    keeps its place. Content that is not as ``shapes.py`` declares it changes nothing:
    ``malformed:<place>`` is rejected, ``unknown-word:<place>`` held. Aliases are not handled here:
    the caller folds an alias's entries with those of the record it points to (see ``fold``).
    """
    kind = record_kind(change.kind)
    if kind is None:
        return state, Outcome(Result.HELD, "unknown-kind")
    if change.body is None:
        return state, OK
    if change.role not in kind.roles or not permissions.may_write(change.role, change.kind, imported=change.imported):
        return state, Outcome(Result.REJECTED, "not-allowed")
    verb = change.kind.partition(".")[2]
    rule = _RULES.get((kind.nature, verb))
    if rule is None:
        if kind.nature is Nature.AUDIT:
            return state, OK
        return state, Outcome(Result.HELD, "unknown-kind")
    fault = content_fault(change.kind, change.body, kind.references)
    if not is_time(change.time):
        fault = Fault(MALFORMED, "time")
    if fault is not None:
        return state, Outcome(Result.HELD if fault.code == UNKNOWN_WORD else Result.REJECTED, fault.reason)
    if state is not None and _HOLDS[kind.nature] not in state:
        return state, Outcome(Result.REJECTED, "other-kind")
    return rule(kind, state, change, change.body)


def fold(changes: Iterable[Change], canonical: Canonical = str) -> State | None:
    """The state of one record (its aliases' entries among ``changes``) from nothing."""
    state: State | None = None
    for change in changes:
        state, _ = apply_change(state, resolve_references(change, canonical))
    return state


def resolve_references(change: Change, canonical: Canonical) -> Change:
    """The change with every reference to an alias replaced by the record it stands for."""
    kind = record_kind(change.kind)
    record = canonical(change.record)
    body = change.body
    if kind is not None and body is not None and kind.references:
        # A malformed body stays as it is: ``apply_change`` rejects it with that reason.
        with suppress(AttributeError, TypeError, ValueError):
            body = _with_references(kind, body, canonical)
    if body is change.body and record == change.record:
        return change
    return replace(change, record=record, body=body)


def _with_references(kind: RecordKind, body: Mapping[str, Any], canonical: Canonical) -> dict[str, Any]:
    changed = dict(body)
    holders = ["fields"] if kind.nature is Nature.LIFECYCLE else [""]
    if kind.nature is Nature.DESCRIPTION:
        if isinstance(changed.get("to"), str):
            changed["to"] = canonical(changed["to"])
        groups = {name: dict(group) for name, group in body.get("groups", {}).items()}
        for path in kind.references:
            group, _, key = path.partition(".")
            value = groups.get(group, {}).get("value")
            if isinstance(value, dict) and isinstance(value.get(key), str):
                groups[group]["value"] = {**value, key: canonical(value[key])}
        return {**changed, "groups": groups} if groups else changed
    for holder in holders:
        target = dict(changed.get(holder) or {}) if holder else changed
        for path in kind.references:
            first, _, second = path.partition(".")
            if first.endswith(EACH):
                target |= _in_each(target, first.removesuffix(EACH), second, canonical)
            elif second and isinstance(target.get(first), dict) and isinstance(target[first].get(second), str):
                target[first] = {**target[first], second: canonical(target[first][second])}
            elif not second and isinstance(target.get(first), str):
                target[first] = canonical(target[first])
        if holder and holder in changed:
            changed[holder] = target
    return changed


def _in_each(target: Mapping[str, Any], name: str, key: str, canonical: Canonical) -> dict[str, list[Any]]:
    items = target.get(name)
    if not isinstance(items, list):
        return {}
    return {
        name: [
            {**one, key: canonical(one[key])} if isinstance(one, dict) and isinstance(one.get(key), str) else one
            for one in items
        ]
    }


# --- descriptions -----------------------------------------------------------------------------


def _describe(
    kind: RecordKind, state: State | None, change: Change, body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    groups: dict[str, Any] = dict(state["groups"]) if state else {}
    conflicts: dict[str, Any] = dict(state["conflicts"]) if state else {}
    outcome = OK
    for name, given in body["groups"].items():
        if not kind.has_group(name):
            return state, Outcome(Result.HELD, "unknown-group")
        outcome = _worse(outcome, _set_group(groups, conflicts, name, given, change))
    return {"groups": groups, "conflicts": conflicts}, outcome


def _set_group(
    groups: dict[str, Any], conflicts: dict[str, Any], name: str, given: Mapping[str, Any], change: Change
) -> Outcome:
    current = groups.get(name)
    value, base = given["value"], given.get("base")
    fresh = {"value": value, "by": change.by, "same": [], "time": change.time, "worker": change.worker}
    if current is None or base == current["by"] or base in current["same"]:
        groups[name] = fresh
        return OK
    if value == current["value"]:
        groups[name] = {**current, "same": [*current["same"], change.by]}
        return Outcome(Result.MERGED, "same-value")
    others = [item for item in conflicts.get(name, []) if item["by"] != base and item["value"] != value]
    conflicts[name] = [*others, {key: fresh[key] for key in ("value", "by", "time", "worker")}]
    return Outcome(Result.CONFLICT, name)


def _decide(
    kind: RecordKind, state: State | None, change: Change, body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    """A person chose between the values of a conflict; values not seen by that person stay open."""
    if state is None:
        return state, Outcome(Result.REJECTED, "missing")
    name, over = body["group"], set(body["over"])
    if not kind.has_group(name):
        return state, Outcome(Result.HELD, "unknown-group")
    current = state["groups"].get(name)
    left = [item for item in state["conflicts"].get(name, []) if item["by"] not in over]
    decided = {"value": body["value"], "by": change.by, "same": [], "time": change.time, "worker": change.worker}
    if current is not None and current["by"] not in over:
        item = {key: decided[key] for key in ("value", "by", "time", "worker")}
        conflicts = {**state["conflicts"], name: [*left, item]}
        return {"groups": state["groups"], "conflicts": conflicts}, Outcome(Result.CONFLICT, name)
    conflicts = {key: items for key, items in state["conflicts"].items() if key != name}
    if left:
        conflicts[name] = left
    return {"groups": {**state["groups"], name: decided}, "conflicts": conflicts}, OK


def _alias(
    _kind: RecordKind, state: State | None, change: Change, _body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    if change.role not in ISSUERS:
        return state, Outcome(Result.REJECTED, "not-allowed")
    return state, OK


def _join(
    _kind: RecordKind, state: State | None, _change: Change, _body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    """What a person says changes nothing by itself: the county answers with an alias."""
    return (state, Outcome(Result.REJECTED, "missing")) if state is None else (state, OK)


# --- facts, lifecycles, issued ----------------------------------------------------------------


def _record_fact(
    _kind: RecordKind, state: State | None, change: Change, body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    if state is not None:
        return state, Outcome(Result.REJECTED, "exists")
    return {"fact": dict(body), "by": change.by, "time": change.time, "worker": change.worker}, OK


def _move(
    kind: RecordKind, state: State | None, change: Change, body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    lifecycle = kind.lifecycle
    if lifecycle is None:
        raise ValueError(f"{kind.name} has no table of transitions")
    current = state["state"] if state else None
    source, target = body["from"], body["to"]
    fields = {**(state["fields"] if state else {}), **body.get("fields", {})}
    problem = lifecycle.problem(current, source, target, Role(change.role), change.worker, state, fields)
    if problem == "diverged" and target == current:
        # Both took the same step, such as a check by a colleague and by the county: there is nothing to decide.
        return state, Outcome(Result.MERGED, "same-value")
    if problem == "diverged" and state is not None:
        item = {"to": target, "from": source, "by": change.by, "time": change.time, "worker": change.worker}
        return {**state, "conflicts": [*state["conflicts"], item]}, Outcome(Result.CONFLICT, "diverged")
    if problem:
        return state, Outcome(Result.REJECTED, problem)
    step = {"from": current, "to": target, "by": change.by, "time": change.time, "worker": change.worker}
    if body.get("reason"):
        step["reason"] = body["reason"]
    return {
        "state": target,
        "fields": fields,
        "history": [*(state["history"] if state else []), step],
        "conflicts": state["conflicts"] if state else [],
    }, OK


def _keep_standing(
    _kind: RecordKind, state: State | None, change: Change, body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    """A person looked at steps that diverged: the state stays; a step not seen by that person stays open."""
    if state is None:
        return state, Outcome(Result.REJECTED, "missing")
    left = [item for item in state["conflicts"] if item["by"] not in body["over"]]
    if len(left) == len(state["conflicts"]):
        return state, Outcome(Result.MERGED, "same-value")
    decision = {"by": change.by, "time": change.time, "worker": change.worker, "reason": body["reason"]}
    return {**state, "conflicts": left, "decisions": [*state.get("decisions", ()), decision]}, OK


def _issue(
    _kind: RecordKind, state: State | None, change: Change, body: Mapping[str, Any]
) -> tuple[State | None, Outcome]:
    if state is not None and state["issued"]["version"] >= body["version"]:
        return state, Outcome(Result.MERGED, "older-version")
    return {"issued": dict(body), "by": change.by, "time": change.time}, OK


_SEVERITY = (Result.OK, Result.DUPLICATE, Result.MERGED, Result.CONFLICT, Result.HELD, Result.REJECTED)


def _worse(one: Outcome, other: Outcome) -> Outcome:
    return max(one, other, key=lambda outcome: _SEVERITY.index(outcome.result))


_HOLDS: Mapping[Nature, str] = {
    Nature.DESCRIPTION: "groups",
    Nature.FACT: "fact",
    Nature.LIFECYCLE: "state",
    Nature.ISSUED: "issued",
}
"""What the state of a record of each nature has; one that has something else is of another kind."""

Rule = Callable[[RecordKind, State | None, Change, Mapping[str, Any]], tuple[State | None, Outcome]]

_RULES: Mapping[tuple[Nature, str], Rule] = {
    (Nature.DESCRIPTION, "described"): _describe,
    (Nature.DESCRIPTION, "decided"): _decide,
    (Nature.DESCRIPTION, "aliased"): _alias,
    (Nature.DESCRIPTION, "joined"): _join,
    (Nature.FACT, "recorded"): _record_fact,
    (Nature.LIFECYCLE, "moved"): _move,
    (Nature.LIFECYCLE, "decided"): _keep_standing,
    (Nature.ISSUED, "issued"): _issue,
}
