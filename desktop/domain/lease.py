"""The lease (离线期限) of a laptop that has not met its county for long, and the supervisor code (主管码).

It is policy, not protection: whoever has the password and changes the program or its store is not stopped by it.
It makes a forgotten laptop, or one kept away from its county, say so, and gives the county a reason to be called.

Days are counted by two clocks, and the longer count holds:

* from the county's last signed time to what the laptop's clock says now;
* what the laptop's clock was seen to advance between looks, step by step. A clock set back takes nothing away. A step
  of more than ``LONGEST_STEP`` (a drawer, or a clock set to 2099) is not added for ever: it counts as long as the
  clock says so, and putting the clock right ends it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

REMINDER_DAYS: Final = 30
CODE_DAYS: Final = 90
REMINDER_BOUNDS: Final = (7, 60)
CODE_BOUNDS: Final = (30, 180)
"""Within these the county may set other numbers of days."""
PERIOD_DAYS: Final = 30
"""A code is good for one period of the calendar, counted from 1970."""
PERIODS_AHEAD: Final = 61
"""How many periods after the last evidence a code may speak of (five years)."""
LONGEST_STEP: Final = timedelta(days=40)
SECRET_BYTES: Final = 32
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No 0, O, 1, I: the code is read out over the telephone."""
_CODE_LETTERS: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class LeaseState(StrEnum):
    """How a laptop stands with its county."""

    GOOD = "good"
    REMINDER = "reminder"
    CODE_NEEDED = "code-needed"


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """After how many days the laptop reminds, and asks for the supervisor code."""

    reminder: int = REMINDER_DAYS
    code: int = CODE_DAYS


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the laptop knows of time.

    ``county`` is the county's last signed time, or the begin of the period of an accepted code; ``seen`` the laptop's
    clock at the last look; ``counted`` the seconds it was seen to advance since then.
    """

    county: datetime
    seen: datetime
    counted: float = 0.0


def terms_from(issued: Any) -> LeaseTerms:
    """The county's terms from the standard's ``lease`` field, kept within the bounds; anything odd is the default."""
    if not isinstance(issued, dict):
        return LeaseTerms()
    reminder = _bounded(issued.get("reminder_days"), REMINDER_BOUNDS, REMINDER_DAYS)
    code = _bounded(issued.get("code_days"), CODE_BOUNDS, CODE_DAYS)
    return LeaseTerms(min(reminder, code), code)


def _bounded(value: object, bounds: tuple[int, int], default: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return default
    return max(bounds[0], min(bounds[1], value))


def look(evidence: Evidence, now: datetime) -> Evidence:
    """The evidence after a look at the laptop's clock."""
    step = now - evidence.seen
    added = step.total_seconds() if timedelta(0) < step <= LONGEST_STEP else 0.0
    return replace(evidence, seen=now, counted=evidence.counted + added)


def days_away(evidence: Evidence, now: datetime) -> int:
    """Whole days without the county, as far as can be known."""
    seconds = max(evidence.counted, (now - evidence.county).total_seconds(), 0.0)
    return int(seconds // 86_400)


def state_of(days: int, terms: LeaseTerms) -> LeaseState:
    """What so many days mean."""
    if days >= terms.code:
        return LeaseState.CODE_NEEDED
    return LeaseState.REMINDER if days >= terms.reminder else LeaseState.GOOD


# --- the supervisor code --------------------------------------------------------------------------


def period_of(moment: datetime) -> int:
    """The number of the period that a moment lies in."""
    return (moment - _EPOCH).days // PERIOD_DAYS


def period_begin(period: int) -> datetime:
    """When a period begins."""
    return _EPOCH + timedelta(days=period * PERIOD_DAYS)


def code_for(secret: bytes, vault: str, period: int) -> str:
    """Eight letters in two groups, from the secret that vault and county share (HMAC-SHA-256, 40 bits)."""
    mac = hmac.new(secret, f"zoucun supervisor code\0{vault}\0{period}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(mac[:5], "big")
    letters = "".join(_LETTERS[number >> (5 * place) & 31] for place in range(_CODE_LETTERS))
    return f"{letters[:4]}-{letters[4:]}"


def accept_code(secret: bytes, vault: str, written: str, evidence: Evidence, now: datetime) -> Evidence | None:
    """The evidence once a code is accepted, or None for a wrong one.

    A code says that the county lived in its period, so that counting begins there; one that says nothing newer than
    what is known is refused. Whatever the laptop's clock says plays no part.
    """
    typed = "".join(written.upper().replace("-", "").split())
    first = period_of(evidence.county)
    for period in range(first, first + PERIODS_AHEAD):
        if hmac.compare_digest(code_for(secret, vault, period).replace("-", ""), typed):
            began = period_begin(period)
            if began <= evidence.county:
                return None
            return Evidence(county=began, seen=now)
    return None
