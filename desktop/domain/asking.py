"""How long a yes holds, and how long a no keeps the same question from being asked again (不得频繁征求同意)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from desktop.domain.consent import NO, grant_of
from desktop.domain.sheet_signing import signing_day

VALID_MONTHS: Final = 12
"""Default validity of a grant (``reference.md`` §3.4)."""

NO_REASK_MONTHS: Final = 6
"""After a refusal or withdrawal the same recipient and purpose are not asked again (网络数据条例 22(5))."""


ASKED_AGAIN_WORDS: Final = "本人半年内对其中的接收方和用途说过不同意或者撤回过：他自己没有提出就不该再问。"
"""What whoever checks a sheet is told where ``is_asked_again``."""


def is_lately(said: date, asked: date) -> bool:
    """Whether a no of that day still stood in the way of a question on the other, unless the person started it."""
    return months_before(asked, NO_REASK_MONTHS) <= said <= asked


def is_asked_again(sheet: str, fields: Mapping[str, Any], grants: Iterable[Mapping[str, Any]], today: date) -> bool:
    """Whether another sheet's no to one of the same recipients and purposes was less than six months old.

    ``fields`` are the sheet's, ``grants`` the states of the person's.
    """
    asked = {(str(one.get("recipient")), str(one.get("purpose"))) for one in fields.get("asks", ())}
    day = signing_day(fields, today)
    for state in grants:
        about = (str(state["fields"].get("recipient")), str(state["fields"].get("purpose")))
        is_no = state["state"] in NO and state["fields"].get("sheet") != sheet
        if is_no and about in asked and is_lately(grant_of(state, "", None).word.day, day):
            return True
    return False


def started_by(fields: Mapping[str, Any]) -> str:
    """Who started a sheet, in words: whoever asks again within six months says that the person did."""
    return "本人（监护人）自己提出的" if fields.get("person_asked") is True else "经办人征求的"


def months_before(day: date, months: int) -> date:
    """The same day some months earlier (later for negative), the last of the month where there is none."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for candidate in range(day.day, 27, -1):
        try:
            return date(year, month + 1, candidate)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
