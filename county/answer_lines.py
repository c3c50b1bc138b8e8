"""``zoucun-county answer``: lines of JSON for the functions of ``answers.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from county import answers
from county.opening import County
from desktop.domain.errors import UserFacingError

Plain = Callable[[County, str, str], answers.Answer]
WithReason = Callable[[County, str, str, str], answers.Answer]

_PLAIN: Final[Mapping[str, tuple[str, Plain]]] = {
    "check": ("sheet", answers.check_sheet),
    "check-publicity": ("publicity", answers.check_publicity),
    "release": ("referral", answers.release),
    "receive": ("referral", answers.receive),
    "accept": ("referral", answers.accept),
    "waitlist": ("referral", answers.waitlist),
}
_WITH_REASON: Final[Mapping[str, tuple[str, WithReason]]] = {
    "reject-sheet": ("sheet", answers.reject_sheet),
    "reject-publicity": ("publicity", answers.reject_publicity),
    "refuse": ("referral", answers.refuse),
    "decline": ("referral", answers.decline),
}


def answer(county: County, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Do what one line asks; answers the fields of the line that goes back.

    Raises:
        UserFacingError: ``line.malformed`` and those of ``answers.py``.
    """
    do = fields.get("do")
    if do == "list":
        return {"open": [asdict(item) for item in answers.open_items(county)]}
    if not isinstance(do, str):
        raise UserFacingError("line.malformed")
    officer = str(fields.get("officer", ""))
    if do in _PLAIN:
        kind, plain = _PLAIN[do]
        done = plain(county, str(fields.get(kind, "")), officer)
    elif do in _WITH_REASON:
        kind, reasoned = _WITH_REASON[do]
        done = reasoned(county, str(fields.get(kind, "")), officer, str(fields.get("reason", "")))
    elif do == "deliver":
        done = _deliver(county, fields, officer)
    else:
        raise UserFacingError("line.malformed")
    return {"do": do, "record": done.record, "state": done.state, **done.values}


def _deliver(county: County, fields: Mapping[str, Any], officer: str) -> answers.Answer:
    amount, on = fields.get("amount", 0), fields.get("date")
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise UserFacingError("answer.malformed")
    try:
        day = None if on is None else date.fromisoformat(str(on))
    except ValueError:
        raise UserFacingError("answer.malformed") from None
    return answers.deliver(county, str(fields.get("referral", "")), officer, str(fields.get("what", "")), amount, day)
