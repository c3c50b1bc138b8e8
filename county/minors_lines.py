"""``zoucun-county minors``: lines of JSON for the functions of ``minors.py``. ``officer`` is the roster's number.

=============================  =====================================================================
``give``                       officer, divisions (villages of one township, or the township), until;
                               workers (else all of the township), ground, from, words
``approve``                    approval, officer
``refuse``, ``look``, ``end``  approval, officer, reason; ``look`` is at an emergency, ``end`` takes back
``waiting``                    what is asked for, and emergencies nobody has looked at
``list``                       all of them
=============================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from county import minors
from county.opening import County
from desktop.domain.errors import UserFacingError
from desktop.domain.minors import ApprovalState

_ANSWERS: Final[Mapping[str, ApprovalState]] = {
    "approve": ApprovalState.GIVEN,
    "refuse": ApprovalState.REFUSED,
    "look": ApprovalState.SEEN,
    "end": ApprovalState.ENDED,
}


def act(county: County, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Do what one line asks; answers the fields of the line that goes back. Errors as in ``minors.py``."""
    do, officer = fields.get("do"), str(fields.get("officer", ""))
    if do in ("list", "waiting"):
        return {"approvals": [asdict(one) for one in minors.listed(county, waiting=do == "waiting")]}
    if do == "give":
        return {"do": do, "approval": minors.give(county, officer, fields)}
    if isinstance(do, str) and do in _ANSWERS:
        approval = str(fields.get("approval", ""))
        state = minors.answer(county, officer, approval, _ANSWERS[do], str(fields.get("reason", "")))
        return {"do": do, "approval": approval, "state": state}
    raise UserFacingError("line.malformed")


def audit_lines(found: minors.Audit) -> Iterator[dict[str, Any]]:
    """The year in figures with its approvals, then each look: by numbers, without a name."""
    emergencies = sum(one.emergency for one in found.approvals)
    counts = {"looks": len(found.looks), "emergencies": emergencies, "unreadable": found.unreadable}
    yield {"year": found.year, **counts, "approvals": [asdict(one) for one in found.approvals]}
    for one in found.looks:
        yield asdict(one)


def audit_table(found: minors.Audit) -> Iterator[tuple[str, ...]]:
    """The looks as a table with its head, to be filed."""
    yield ("时间(UTC)", "人员", "加密库", "成员编号", "信息组", "批准编号", "紧急")
    for one in found.looks:
        mark = "是" if one.emergency else "否"
        yield (one.time, one.worker, one.vault, one.resident, "、".join(one.groups), one.approval, mark)
