"""A withdrawal of what is not known here (未登记的同意): a no to recipients and purposes, whatever was agreed to.

The paper may lie with a colleague who has not synced, or be signed and not written down yet. What the person said
counts all the same (PIPL art. 15): at both ends, over every grant of theirs that was not certainly given afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.domain.consent import YES, Grant, GrantState, Purpose, Word, word_of


@dataclass(frozen=True, slots=True)
class Stop:
    """One no, of every class: to a recipient of the directory ("": every one), for a purpose (None: every one)."""

    recipient: str = ""
    purpose: Purpose | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left that it does not stop."""
        return not self.recipient and self.purpose is None

    def covers(self, recipient: str, purpose: str) -> bool:
        """Whether it is said of this recipient and purpose."""
        return self.recipient in ("", recipient) and self.purpose in (None, purpose)


@dataclass(frozen=True, slots=True)
class StopSaid:
    """Who said it, and when and where it was written down."""

    resident: str
    stop: Stop
    word: Word


def stops_said(withdrawals: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[StopSaid, ...]:
    """The noes in records of withdrawals: the person's id, and the record's state."""
    return tuple(
        StopSaid(resident, Stop(one.get("recipient", ""), one.get("purpose")), word_of(state, late=True))
        for resident, state in withdrawals
        for one in state["fact"].get("stops", ())
    )


def ended_by_stops(grants: Iterable[Grant], said: Iterable[StopSaid], drafted: Mapping[str, Word]) -> tuple[Grant, ...]:
    """The grants, as ``withdrawn`` those that such a no ends.

    A yes stands only where both it and its paper certainly came after the no: a page that was printed before and is
    written down days later may have been signed before. ``drafted`` says of the papers, by id, when each
    was drafted (``begun``), as far as known.
    """
    known = tuple(said)
    return tuple(_ended(grant, known, drafted.get(grant.sheet)) if known else grant for grant in grants)


def _ended(grant: Grant, said: Iterable[StopSaid], drafted: Word | None) -> Grant:
    if grant.state not in YES:
        return grant
    words = [grant.word, *(() if drafted is None else (drafted,))]
    noes = [
        one.word
        for one in said
        if one.resident == grant.resident
        and one.stop.covers(grant.recipient, grant.purpose)
        and not all(word.is_after(one.word) for word in words)
    ]
    if not noes:
        return grant
    return replace(grant, state=GrantState.WITHDRAWN, word=max(noes, key=lambda word: (word.day, word.seq)))


def begun(sheet: Mapping[str, Any]) -> Word:
    """When a sheet was drafted."""
    return word_of(sheet["history"][0], late=False)
