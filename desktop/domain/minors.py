"""Who may see a minor's data (未成年人信息查阅批准): the approval, its life, and what of a person it opens.

未成年人网络保护条例 36: staff see a minor's personal information only with the approval of a responsible person
(相关负责人), and each look is recorded; 37: a yearly compliance audit. PIPL 28, 31: data of children under fourteen are
sensitive and have rules of their own.

An approval says which workers may see which minors (one child, or all of some divisions), why, and from when until
when. It is given by a reviewer of the township or by the county, never by whom it is for; beside the worker the
reviewer signs it with the own key (``services/minors_beside.py``), and the county verifies that. Where life or health
is in danger the worker opens one child's data at once; that is a state of its own, which somebody else has to look at.

Closed are all groups of a minor's record but name, household and age. Writing down what one sees is no reading: it is
never closed, nor is what somebody wrote the same day to themself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from desktop.domain.households import StatedCapacity, age
from desktop.domain.lifecycles import Lifecycle, Roles, steps
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.plain import JSON_NAME, Misfit, decode
from desktop.domain.roles import Role
from desktop.domain.sheet_signing import born_of
from desktop.domain.signed_text import SignedText
from desktop.domain.signing import ADULT, AgeBand

MOST_DAYS: Final = 366
"""The longest an approval holds: the audit is yearly, and so is the question whether it is still needed."""
EMERGENCY_DAYS: Final = 1
"""An emergency holds on its day and the next, so that midnight does not close a record over a sick child."""

SCOPE_MISSING: Final = "minors-scope"
"""Reason: it does not say for whom, or names both one child and divisions, or neither."""
PERIOD_WRONG: Final = "minors-period"
"""Reason: it ends before it begins, or holds longer than such an approval may."""
FOR_OTHERS: Final = "minors-for-others"
"""Reason: one asks, and opens in an emergency, for oneself alone."""
OWN_APPROVAL: Final = "minors-own-approval"
"""Reason: nobody approves what they will see themself."""
NO_WORDS: Final = "minors-no-words"
"""Reason: nothing says what the danger is."""
OTHER_STATEMENT: Final = "minors-other-statement"
"""Reason: what the reviewer signed is not what is recorded, or was signed at another laptop."""


class Ground(StrEnum):
    """Why somebody has to see it."""

    DUTY = "duty"
    CASE = "case"
    CHECK = "check"
    RIGHT = "right"
    DANGER = "danger"


GROUND_NAMES: Mapping[Ground, str] = {
    Ground.DUTY: "走访和日常办理",
    Ground.CASE: "办这个孩子的一件事",
    Ground.CHECK: "复核、核对材料",
    Ground.RIGHT: "监护人或孩子要求查阅、更正、删除",
    Ground.DANGER: "孩子的生命、健康有危险",
}


class ApprovalState(StrEnum):
    """Where an approval stands. ``SEEN``: somebody else has looked at an emergency afterwards."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    EMERGENCY = "emergency"
    SEEN = "seen"
    ENDED = "ended"


APPROVAL_STATE_NAMES: Mapping[ApprovalState, str] = {
    ApprovalState.ASKED: "等批准",
    ApprovalState.GIVEN: "已批准",
    ApprovalState.REFUSED: "不批准",
    ApprovalState.EMERGENCY: "紧急打开，等负责人看",
    ApprovalState.SEEN: "紧急打开，负责人已看",
    ApprovalState.ENDED: "已收回",
}
OPENING: Final = frozenset({ApprovalState.GIVEN, ApprovalState.EMERGENCY, ApprovalState.SEEN})
"""States in which an approval opens, on the days it names."""

APPROVERS: Final = roles_of(Capability.APPROVE_MINORS_DATA)
"""The responsible persons (相关负责人): those who check what others drafted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approval says. ``resident`` is one child, with the ``household``; else all minors of ``divisions``."""

    workers: tuple[str, ...]
    ground: Ground
    start: date = field(metadata={JSON_NAME: "from"})
    until: date
    resident: str = ""
    household: str = ""
    divisions: tuple[str, ...] = ()
    """Codes of villages or townships."""
    words: str = ""

    def covers(self, worker: str, resident: str, division: str, on: date) -> bool:
        """Whether it opens this minor's data to this worker on that day."""
        if worker not in self.workers or not self.start <= on <= self.until:
            return False
        return self.resident == resident if self.resident else any(division.startswith(one) for one in self.divisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalFields(Approval):
    """An approval as its record keeps it: with who gave it, or looked at it, and the statement signed beside."""

    approver: str = ""
    approver_name: str = ""
    statement: SignedText | None = None


@dataclass(frozen=True, slots=True)
class BesideApproval:
    """What a reviewer signs beside the worker: the approval's content and where it is kept.

    ``vault`` is the one whose key signs; ``recorded_in`` the vault at which it was signed. ``time`` in ISO 8601.
    """

    id: str
    said: Mapping[str, Any]
    approver: str
    vault: str
    recorded_in: str
    time: str


# --- the life of an approval ---------------------------------------------------------------------


def approval_problem(said: Approval) -> str:
    """What is wrong with what an approval says, as a reason code; "" where it can be given."""
    if not said.workers or "" in said.workers or bool(said.resident) == bool(said.divisions) or "" in said.divisions:
        return SCOPE_MISSING
    most = EMERGENCY_DAYS if said.ground is Ground.DANGER else MOST_DAYS
    return "" if timedelta() <= said.until - said.start <= timedelta(days=most) else PERIOD_WRONG


def _asked(worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    said = _read(fields)
    if said is None:
        return SCOPE_MISSING
    return approval_problem(said) or ("" if said.workers == (worker,) else FOR_OTHERS)


def _given(worker: str, role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    said = _read(fields)
    if said is None or said.ground is Ground.DANGER:
        return SCOPE_MISSING
    if said.approver in said.workers:
        return OWN_APPROVAL
    is_own_word = role in APPROVERS and said.approver == worker
    is_signed_beside = said.statement is not None and bool(said.approver) and said.approver != worker
    return approval_problem(said) or ("" if is_own_word or is_signed_beside else "not-allowed")


def _emergency(worker: str, role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    said = _read(fields)
    if said is None or said.ground is not Ground.DANGER or not said.resident:
        return SCOPE_MISSING
    return _asked(worker, role, state, fields) or ("" if said.words.strip() else NO_WORDS)


def _looked_at(worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    return OWN_APPROVAL if worker in fields.get("workers", ()) else ""


def _read(fields: Mapping[str, Any]) -> ApprovalFields | None:
    """None where a field without which it says nothing is missing."""
    try:
        return decode(ApprovalFields, fields)
    except Misfit:
        return None


_ASKERS: Final[Roles] = roles_of(Capability.ASK_MINORS_DATA)
_ALL: Final[Roles] = _ASKERS | APPROVERS

APPROVAL = Lifecycle(
    {
        **steps((None,), (ApprovalState.ASKED, ApprovalState.EMERGENCY), _ASKERS),
        # Without a statement signed beside the worker a caseworker's own word gives nothing: ``_given``.
        **steps((None,), (ApprovalState.GIVEN,), _ALL),
        **steps((ApprovalState.ASKED,), (ApprovalState.GIVEN, ApprovalState.REFUSED), APPROVERS),
        **steps((ApprovalState.EMERGENCY,), (ApprovalState.SEEN,), APPROVERS),
        # Giving back a right is nobody's to refuse.
        **steps(
            (ApprovalState.ASKED, ApprovalState.GIVEN, ApprovalState.EMERGENCY, ApprovalState.SEEN),
            (ApprovalState.ENDED,),
            _ALL,
        ),
    },
    outranking=frozenset({ApprovalState.ENDED}),
    guards={
        ApprovalState.ASKED: _asked,
        ApprovalState.GIVEN: _given,
        ApprovalState.REFUSED: _looked_at,
        ApprovalState.EMERGENCY: _emergency,
        ApprovalState.SEEN: _looked_at,
    },
    fixed=frozenset({"workers", "resident", "household", "divisions", "ground", "words", "from", "until"}),
)
"""Transitions ``(from, to) → roles`` of an approval."""


def beside_problem(signed: BesideApproval, record: str, fields: Mapping[str, Any], recorded_in: str) -> str:
    """Why a signed statement is not the one for an approval, as a reason code; "" where it is."""
    is_it = (
        signed.id == record
        and signed.recorded_in == recorded_in
        and signed.vault != recorded_in
        and signed.approver == fields.get("approver")
        and said_of(signed.said) == said_of(fields)
    )
    return "" if is_it else OTHER_STATEMENT


def said_of(fields: Mapping[str, Any]) -> Approval:
    """What an approval says, without who gave it."""
    whole = decode(ApprovalFields, fields)
    return Approval(
        workers=whole.workers,
        ground=whole.ground,
        start=whole.start,
        until=whole.until,
        resident=whole.resident,
        household=whole.household,
        divisions=whole.divisions,
        words=whole.words,
    )


# --- what is closed ------------------------------------------------------------------------------

SHOWN: Final = frozenset({"name", "membership", "birth"})
"""Groups of a minor's record that need no approval: that a child lives here, how old, and whose. Of the date of birth
only the age is shown where anything else is closed."""

FOURTEEN: Final = 14

_BAND_BEGINS: Final[Mapping[AgeBand, int]] = {
    AgeBand.UNDER_EIGHT: 0,
    AgeBand.EIGHT_TO_THIRTEEN: 8,
    AgeBand.FOURTEEN_TO_FIFTEEN: 14,
    AgeBand.SIXTEEN_TO_SEVENTEEN: 16,
}


GRANDCHILDREN: Final = frozenset({"4", "40", "41", "42", "43", "44", "47", "48", "49"})
"""Relations to the head (GB/T 4761) of grandchildren and their children; whoever married one (45, 46) is of age."""
CHILDREN: Final = frozenset({"2", "3", *map(str, range(20, 28)), "29", *map(str, range(30, 38)), "39"})
"""Sons and daughters, in one digit or two; not a son's wife or a daughter's husband (28, 38)."""
YOUNG_HEAD: Final = 40
"""Of a head who is younger, a child may well be a minor."""


def is_minor(groups: Mapping[str, Any], on: date, head: Mapping[str, Any] | None = None) -> bool:
    """Whether the record of a person says that they are under eighteen; ``groups`` are the groups of its state.

    By the date of birth, else by the citizen's number, else by the age band that was stated: whoever was stated to be
    in one is a minor until the youngest of that band would be of age. Of whom nothing says it nobody says it, but for
    those who may well be one: ``is_taken_for_minor``, which asks for the ``head``'s groups.
    """
    return _is_below(ADULT, groups, on) or is_taken_for_minor(groups, on, head)


def is_taken_for_minor(groups: Mapping[str, Any], on: date, head: Mapping[str, Any] | None = None) -> bool:
    """Whether nothing says how old somebody is who may well be a child: they are one until it is said.

    A grandchild of the head; a child of a ``head`` (the groups of that record) who is known to be under forty.
    """
    relation = relation_without_age(groups, on)
    if relation in GRANDCHILDREN:
        return True
    return relation in CHILDREN and head is not None and _is_below(YOUNG_HEAD, head, on)


def relation_without_age(groups: Mapping[str, Any], on: date) -> str:
    """The relation to the head of somebody of whom no birthday, citizen's number or age band says how old they are."""
    value = {name: group["value"] for name, group in groups.items()}
    if age(born_of(value, on), on) is not None or decode(StatedCapacity, value.get("capacity", {})).band is not None:
        return ""
    relation = value.get("membership", {}).get("relation", "")
    return relation if isinstance(relation, str) else ""


def is_under_fourteen(groups: Mapping[str, Any], on: date) -> bool:
    """The same for a child whose every datum is sensitive (不满十四周岁, PIPL 28, 31)."""
    return _is_below(FOURTEEN, groups, on)


def _is_below(years: int, groups: Mapping[str, Any], on: date) -> bool:
    value = {name: group["value"] for name, group in groups.items()}
    known = age(born_of(value, on), on)
    if known is not None:
        return known < years
    stated = decode(StatedCapacity, value.get("capacity", {}))
    if stated.band is None or stated.band is AgeBand.ADULT:
        return False
    since = age(stated.band_stated, on) or 0
    return _BAND_BEGINS[stated.band] + since < years


def closed_groups(groups: Mapping[str, Any], own: Collection[str]) -> frozenset[str]:
    """The groups of a minor's record that an approval has to open; ``own`` are those somebody wrote to themself."""
    return frozenset(
        name
        for name, group in groups.items()
        if name not in SHOWN and name not in own and _says_something(name, group["value"])
    )


def _says_something(name: str, value: Mapping[str, Any]) -> bool:
    """That somebody has no document is nothing to be closed."""
    return bool(value.get("number") if name == "document" else value)


def opening(
    approvals: Iterable[tuple[str, str, Approval]], worker: str, resident: str, division: str, on: date
) -> tuple[str, Approval] | None:
    """The approval that opens a minor's data to a worker on a day; ``approvals`` are ``(id, state, what it says)``."""
    for record, state, said in approvals:
        if state in OPENING and said.covers(worker, resident, division, on):
            return record, said
    return None
