"""Withdrawal of consent (撤回同意) as a fact of its own, and what had been handed over before it.

A withdrawal is in force from the moment it is said (PIPL art. 15); the grants say so themselves. This record is what
the office keeps of how it was said: ``reference.md`` §5(a)-4. Paper that comes back is filed to it as evidence and
changes nothing of it, so that nothing ever waits for paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.domain.consent import DataClass, Purpose, WithdrawalMode, word_of
from desktop.domain.contact import Channel
from desktop.domain.referrals import ReferralState
from desktop.domain.signing import SignedBy
from desktop.domain.stops import Stop


class WithdrawalRequest(StrEnum):
    """What the person asks to be done (要求怎样处理)."""

    STOP = "stop"
    DELETE = "delete"
    RETURN = "return"


REQUEST_NAMES: Final[Mapping[WithdrawalRequest, str]] = {
    WithdrawalRequest.STOP: "停止使用",
    WithdrawalRequest.DELETE: "删除",
    WithdrawalRequest.RETURN: "返还纸件",
}


class Delivery(StrEnum):
    """How the person hears of the result (结果送达方式)."""

    TELEPHONE = "telephone"
    VISIT = "visit"
    LETTER = "letter"
    VILLAGE = "village"


DELIVERY_NAMES: Final[Mapping[Delivery, str]] = {
    Delivery.TELEPHONE: "电话告知",
    Delivery.VISIT: "上门告知",
    Delivery.LETTER: "书面送达",
    Delivery.VILLAGE: "村（居）民委员会转交",
}


class Unwanted(StrEnum):
    """What the recipients must not do any more, beside having the data (联系方式、宣传)."""

    PHONE = "phone"
    VISIT = "visit"
    PUBLICITY = "publicity"


UNWANTED_NAMES: Final[Mapping[Unwanted, str]] = {
    Unwanted.PHONE: "电话联系",
    Unwanted.VISIT: "上门探访",
    Unwanted.PUBLICITY: "宣传使用",
}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What is withdrawn for one recipient; ``agreed`` is what stood there before.

    For a consent that is no grant to a recipient (宣传) there is no recipient, and ``words`` name what is taken back.
    """

    recipient: str = ""
    purpose: Purpose | None = None
    classes: tuple[DataClass, ...] = ()
    agreed: tuple[DataClass, ...] = ()
    paper: str = ""
    """The record of the paper that the consent stood on."""
    paper_number: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalMade:
    """A withdrawal as it was said and taken in (收件人、时刻 are the worker and time of its entry)."""

    resident: str
    number: str
    mode: WithdrawalMode
    taken_back: tuple[TakenBack, ...] = ()
    stops: tuple[Stop, ...] = ()
    """What is withdrawn whether or not a consent to it is known where this was taken in."""
    household: str = ""
    whole: bool = False
    """Everything that stood was withdrawn, nothing is left."""
    unwanted: tuple[Unwanted, ...] = ()
    """Of those from whom something is taken back; of all recipients, where nothing is."""
    requests: tuple[WithdrawalRequest, ...] = ()
    identity_checked: str = ""
    withdrawn_by: SignedBy = SignedBy.PERSON
    """The person, or the guardian for them; either is enough, whoever signed."""
    guardian: str = ""
    brought_by: str = ""
    """Who brought it for them (代交)."""
    worker_name: str = ""
    second_worker: str = ""
    """Who took it in too: on the telephone two workers' record stands in place of a signature (双人记录)."""
    second_worker_name: str = ""
    delivery: Delivery | None = None
    reply_by: date | None = None
    recalled: tuple[str, ...] = ()
    """The referrals that were stopped by it."""
    large_type: bool = False
    """Its paper is in large type, as the person's sheets were; kept here, so that it is always the same paper."""


class Evidence(StrEnum):
    """What stands for a withdrawal; whatever it is, the withdrawal is in force."""

    PAGE = "page"
    """The signed page, or the letter, has come back as a picture."""
    TWO_WORKERS = "two-workers"
    """Said on the telephone, and two workers took it in."""
    ON_PAPER = "on-paper"
    """The county keeps no pictures that may show a fingerprint: the page lies in the file."""
    REMINDED = "reminded"
    """Nothing yet: a reminder, and no more."""


def evidence_of(mode: WithdrawalMode, second_worker_name: str, *, has_page: bool, keeps_pictures: bool) -> Evidence:
    """What stands for a withdrawal, the strongest first."""
    if has_page:
        return Evidence.PAGE
    if mode is WithdrawalMode.PHONE and second_worker_name:
        return Evidence.TWO_WORKERS
    return Evidence.REMINDED if keeps_pictures else Evidence.ON_PAPER


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a recipient had before the withdrawal: that stays lawful, and is what the recall notice must name.

    ``released`` is the day of the county's release, ``last`` and ``last_day`` the recipient's newest own word.
    """

    recipient: str
    referral: str
    number: str
    purpose: Purpose
    classes: tuple[DataClass, ...]
    withdrawn: tuple[DataClass, ...]
    """Those of ``classes`` that are withdrawn now."""
    released: date | None
    last: ReferralState | None = None
    last_day: date | None = None


RECIPIENTS_WORD: Final = frozenset(
    {
        ReferralState.RECEIVED,
        ReferralState.ACCEPTED,
        ReferralState.WAITLISTED,
        ReferralState.DECLINED,
        ReferralState.IN_PROGRESS,
        ReferralState.DELIVERED,
    }
)
"""States that the recipient itself reports, and that show it had the data."""


def withdrawn_of(made: WithdrawalMade, fields: Mapping[str, Any]) -> tuple[DataClass, ...]:
    """Which classes of a referral are withdrawn by this: same recipient, same purpose."""
    if any(one.covers(fields["recipient"], fields["purpose"]) for one in made.stops):
        return tuple(map(DataClass, fields["classes"]))
    gone = {
        one
        for part in made.taken_back
        if part.recipient == fields["recipient"] and part.purpose == fields["purpose"]
        for one in part.classes
    }
    return tuple(one for one in map(DataClass, fields["classes"]) if one in gone)


_CHANNELS: Final = {Unwanted.PHONE.value: Channel.CALL, Unwanted.VISIT.value: Channel.VISIT}


def unwanted_said(withdrawals: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, Channel], ...]:
    """Which calls and visits are unwanted by records of withdrawals (their states), each with its ISO day."""
    return tuple(
        (word_of(state, late=True).day.isoformat(), _CHANNELS[one])
        for state in withdrawals
        for one in state["fact"].get("unwanted", ())
        if one in _CHANNELS
    )
