"""How a recipient may come into touch with somebody (联系方式): by telephone, by a visit.

The form asks both of every recipient, beside the classes (``reference.md`` §5(a)-1). It is no data class: a class says
what is told, this says what the recipient may do with it. So it stands on the sheet with the signature, and the slip
tells the recipient. Who has not answered is not called and not visited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from desktop.domain.plain import decode

CONTACT_NOT_ASKED: Final = "contact-not-asked"
"""Reason: an answer about calls and visits is for a recipient whom the sheet does not ask for, or is there twice."""


class Channel(StrEnum):
    """A way to come into touch; the values are the names of ``ContactAnswer``'s answers."""

    CALL = "may_call"
    VISIT = "may_visit"


CHANNEL_NAMES: Mapping[Channel, str] = {Channel.CALL: "电话联系", Channel.VISIT: "上门探访"}


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """What was ticked for one recipient and purpose; None where neither box was."""

    recipient: str
    purpose: str
    may_call: bool | None = None
    may_visit: bool | None = None

    @property
    def asked(self) -> tuple[str, str]:
        """The recipient and purpose that it belongs to."""
        return self.recipient, self.purpose

    def said(self, channel: Channel) -> bool | None:
        """The answer for one way."""
        return self.may_call if channel is Channel.CALL else self.may_visit

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ticked at all."""
        return self.may_call is None and self.may_visit is None


def contact_of(fields: Mapping[str, Any]) -> tuple[ContactAnswer, ...]:
    """What a sheet's fields say of it; nothing where it was not written down. Raises Misfit."""
    return tuple(decode(ContactAnswer, one) for one in fields.get("contact") or ())


def contact_problem(fields: Mapping[str, Any]) -> str:
    """``contact-not-asked`` where an answer belongs to nothing that the sheet asks, or is there twice; else "".

    Raises Misfit.
    """
    asked = {(str(ask.get("recipient")), str(ask.get("purpose"))) for ask in fields.get("asks", ())}
    said = [one.asked for one in contact_of(fields)]
    return "" if set(said) <= asked and len(set(said)) == len(said) else CONTACT_NOT_ASKED


def standing_contact(
    papers: Iterable[tuple[bool, Mapping[str, Any]]],
    recipient: str,
    purpose: str,
    unwanted: Iterable[tuple[str, Channel]] = (),
) -> ContactAnswer:
    """What a recipient may do today, by the person's signed sheets: the last word counts, of one day the stricter.

    ``papers`` are the sheets' fields, each with whether a yes on it counts (it was checked, and the recipient is told
    by it). A no counts on any of them, checked or not. An older yes does not outlive a newer sheet that left the box
    open. ``unwanted`` is what was said beside the sheets, with its ISO day: no calls, no visits, by anybody
    (``withdrawals.unwanted_said``); a sheet that was signed on a later day may say yes again.
    """
    noes = [
        (day, False, ContactAnswer(recipient, purpose, *(False if one is channel else None for one in Channel)))
        for day, channel in unwanted
    ]
    signed = noes + [
        (str(fields.get("signed_on", "")), counts, one)
        for counts, fields in papers
        for one in (_answer_on(fields, recipient, purpose),)
        if one is not None
    ]

    def last(channel: Channel) -> bool | None:
        word: bool | None = None
        # Of one day: yes, then nothing ticked, then no.
        order = {True: 0, None: 1, False: 2}
        for _, counts, one in sorted(signed, key=lambda each: (each[0], order[each[2].said(channel)])):
            said = one.said(channel)
            if said is False:
                word = False
            elif counts and (said or word):
                word = said
        return word

    return ContactAnswer(recipient, purpose, last(Channel.CALL), last(Channel.VISIT))


def told_contact(own: ContactAnswer, released: ContactAnswer, *, is_known: bool) -> ContactAnswer:
    """What a slip tells: what is known here, beside what the county's release says.

    A no at either end counts. ``is_known``: the sheets of the release are here, so that what is known here is the
    later word; else the release's yes is taken.
    """

    def told(channel: Channel) -> bool | None:
        here, there = own.said(channel), released.said(channel)
        if False in (here, there):
            return False
        return here if is_known else here or there

    return replace(own, may_call=told(Channel.CALL), may_visit=told(Channel.VISIT))


def _answer_on(fields: Mapping[str, Any], recipient: str, purpose: str) -> ContactAnswer | None:
    """The answer on one sheet; an empty one where it asks without an answer, None where it does not ask."""
    given = next((one for one in contact_of(fields) if one.asked == (recipient, purpose)), None)
    asks = {(str(ask.get("recipient")), str(ask.get("purpose"))) for ask in fields.get("asks", ())}
    return given or (ContactAnswer(recipient, purpose) if (recipient, purpose) in asks else None)
