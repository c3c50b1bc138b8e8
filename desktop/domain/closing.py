"""办结: what a person agreed to ends with the referral it was given for.

Every consent form says so ("转介提前办结的，到办结时为止"), and PIPL art. 47 asks for it: the purpose is reached. Both
ends go by this at once; the county also writes it into the grant's life (``county.expiry``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from desktop.domain.consent import YES, Grant, GrantState, Word, word_of
from desktop.domain.referrals import ReferralState

_ENDED: Final = frozenset({ReferralState.CLOSED, ReferralState.RECALLED, ReferralState.CANCELLED})
_Subject = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Course:
    """One referral's way: when it was begun and, where it is over, when it ended."""

    begun: Word
    ended: Word | None
    is_closed: bool

    def was_under_way(self, at: Word) -> bool:
        """Whether it had certainly been begun by then, and had not ended."""
        return at.is_after(self.begun) and (self.ended is None or self.ended.is_after(at))


def ended_by_closing(grants: Iterable[Grant], referrals: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Grant, ...]:
    """The grants, as ``expired`` those whose referral is closed.

    ``referrals`` are records of the same people: the person's id, and the record's state. While another referral to the
    same recipient for the same purpose was under way at the closing, the consent lasts until that one is closed. A
    referral that was begun after the closing needs a consent of its own, and so does one of which it cannot be told.
    """
    closings = _closings(referrals)
    return tuple(
        replace(grant, state=GrantState.EXPIRED)
        if grant.state in YES
        and any(
            not grant.word.is_after(closing)
            for closing in closings.get((grant.resident, grant.recipient, grant.purpose), ())
        )
        else grant
        for grant in grants
    )


def _closings(referrals: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[_Subject, list[Word]]:
    courses: dict[_Subject, list[_Course]] = {}
    for resident, state in referrals:
        fields = state["fields"]
        subject = (resident, str(fields.get("recipient")), str(fields.get("purpose")))
        courses.setdefault(subject, []).append(_course(state))
    return {
        subject: [
            one.ended
            for one in some
            if one.is_closed
            and one.ended is not None
            and not any(other.was_under_way(one.ended) for other in some if other is not one)
        ]
        for subject, some in courses.items()
    }


def _course(state: Mapping[str, Any]) -> _Course:
    history = state["history"]
    is_over = state["state"] in _ENDED
    return _Course(
        begun=word_of(history[0], late=True),
        ended=word_of(history[-1], late=True) if is_over else None,
        is_closed=state["state"] == ReferralState.CLOSED,
    )
