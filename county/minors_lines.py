"""``zoucun-county minors``: lines of JSON for the functions of ``minors.py``."""

from __future__ import annotations

from collections.abc import Mapping
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
