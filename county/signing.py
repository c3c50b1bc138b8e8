"""Who signed a sheet, looked at with what the county knows of the person (民法典 17–35, PIPL 31).

The fold has judged the sheet's own words (``consent_lifecycles.SHEET``). Here the person's record is asked too: a
laptop that has not heard of a birthday or of a court's finding may have let the wrong one sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from county.clock import today
from county.records import BROKEN, WorkingSet, is_id
from county.screen_signing import not_allowed, ticks_problem
from desktop.domain.consent import NO, SheetState
from desktop.domain.publicity import PublicityState
from desktop.domain.records import Change
from desktop.domain.referrals import ReferralState
from desktop.domain.sheet_signing import Family, family_of, known_signing, sheet_problem, signing_day

_LOOKED_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "sheet.moved": (SheetState.SIGNED, SheetState.CHECKED),
    "publicity.moved": (PublicityState.SIGNED, PublicityState.IN_FORCE),
}
_PAPERS: Final = frozenset({"sheet", "publicity"})


def signing_problem(working: WorkingSet, changes: Sequence[Change]) -> str:
    """Why a paper signed or checked in these changes of one action was not rightly signed, as a reason code, or "".

    An action that says no is let through: a no counts whoever wrote it down, and it came with the signing. What the
    same sheet says yes to is kept back where it is checked and at the gate, by ``problem_by_record``.
    """
    if any(_says_no(change) for change in changes):
        return ""
    said: dict[str, dict[str, Any]] = {}
    for change in changes:
        if change.kind not in _LOOKED_AT or change.body is None:
            continue
        given = change.body.get("fields")
        fields = said.setdefault(change.record, _fields(working, change.record))
        fields |= given if isinstance(given, dict) else {}
        if change.body.get("to") in _LOOKED_AT[change.kind]:
            try:
                # Whether the screen may be used is asked when the signing arrives: what was taken in stays signed.
                is_check = change.body.get("to") == SheetState.CHECKED
                on_screen = ticks_problem if is_check else not_allowed
                problem = problem_by_record(working, fields)
                if change.kind == "sheet.moved":
                    problem = problem or on_screen(working, change.record, fields)
            except BROKEN:
                continue  # not as declared: the fold says where
            if problem:
                return problem
    return ""


def _says_no(change: Change) -> bool:
    """Whether something is refused or withdrawn by it, or a referral recalled."""
    to = change.body.get("to") if change.body is not None else None
    return (change.kind == "grant.moved" and to in NO) or (
        change.kind == "referral.moved" and to == ReferralState.RECALLED
    )


def problem_by_record(working: WorkingSet, fields: Mapping[str, Any]) -> str:
    """Why a sheet with these fields is not rightly signed, by its own words and the person's record; "" where it is.

    Ages are those of the day of signing, capacity is what the record says now.
    """
    resident = fields.get("resident")
    groups: Mapping[str, Any] = {}
    if is_id(resident):
        working.load_ids([str(resident)])
        record = working.record(str(resident))
        if record is not None and record.kind == "resident" and record.state is not None:
            groups = record.state["groups"]
    on = signing_day(fields, today())
    family = _family(working, str(resident), groups, on) if groups else Family()
    return sheet_problem(fields, known_signing(groups, on), family, _contact_names(working, fields))


def _family(working: WorkingSet, resident: str, groups: Mapping[str, Any], on: date) -> Family:
    """The person and the household as the county knows it: none of them bears witness, and some come before others."""
    household = groups.get("membership", {}).get("value", {}).get("household")
    members = working.members(working.canonical(str(household))) if is_id(household) else []
    others = {one.id: one.state["groups"] for one in members if one.state is not None}
    own = working.canonical(resident)
    return family_of(own, {**others, own: groups}, on)


def _contact_names(working: WorkingSet, fields: Mapping[str, Any]) -> frozenset[str]:
    """The contact persons of the organisations that a sheet asks for: none of them bears witness to it."""
    bodies = [str(ask.get("recipient")) for ask in fields.get("asks") or ()]
    working.load_ids([one for one in bodies if is_id(one)])
    records = [working.record(one) for one in bodies if is_id(one)]
    issued = [one.state["issued"] for one in records if one is not None and one.kind == "organisation" and one.state]
    return frozenset(str(one["contact"]) for one in issued if one.get("contact"))


def _fields(working: WorkingSet, sheet: str) -> dict[str, Any]:
    record = working.record(sheet)
    return dict(record.state["fields"]) if record is not None and record.kind in _PAPERS and record.state else {}
