"""Referrals (双向转介) between government assistance and charities, policy 一(二)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from desktop.domain.consent import DataClass, Purpose
from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.roles import Role
from desktop.domain.visits import AidReceived


class Trigger(StrEnum):
    """转出情形: when the policy asks for a referral outward."""

    T1 = "T1"
    T2 = "T2"


TRIGGER_NAMES: Mapping[Trigger, str] = {
    Trigger.T1: "暂不符合政府救助条件但生活存在一定困难",
    Trigger.T2: "政府救助后生活仍有困难",
}


class ReferralState(StrEnum):
    """The way of a referral outward. "Released" is the county's word alone."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    RELEASED = "released"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    IN_PROGRESS = "in-progress"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


REFERRAL_STATE_NAMES: Mapping[ReferralState, str] = {
    ReferralState.DRAFTED: "草拟",
    ReferralState.SUBMITTED: "已提交，待县级放行",
    ReferralState.REFUSED: "县级未放行",
    ReferralState.RELEASED: "已放行",
    ReferralState.RECEIVED: "对方已收到",
    ReferralState.ACCEPTED: "对方已受理",
    ReferralState.WAITLISTED: "对方排队中",
    ReferralState.DECLINED: "对方退回",
    ReferralState.IN_PROGRESS: "帮扶中",
    ReferralState.DELIVERED: "帮扶已送达",
    ReferralState.CONFIRMED: "本人已确认",
    ReferralState.CLOSED: "办结",
    ReferralState.RECALLED: "本人不再同意，已召回",
    ReferralState.CANCELLED: "已取消",
}


@dataclass(frozen=True, slots=True)
class NewReferral:
    """A referral to be drafted for one person. T2 must name the aid received and the gap (C10)."""

    resident: str
    recipient: str
    purpose: Purpose
    trigger: Trigger
    classes: tuple[DataClass, ...]
    needs: tuple[NeedCode, ...]
    summary: str
    reply_by: date
    second_worker: str
    urgency: Urgency = Urgency.ORDINARY
    project: str = ""
    aid_received: tuple[AidReceived, ...] = ()
    gap: str = ""
    near_relative: bool = False


BEFORE_RELEASE = (ReferralState.DRAFTED, ReferralState.SUBMITTED)
AT_RECIPIENT = (
    ReferralState.RELEASED,
    ReferralState.RECEIVED,
    ReferralState.ACCEPTED,
    ReferralState.WAITLISTED,
    ReferralState.IN_PROGRESS,
)
OPEN = (*BEFORE_RELEASE, *AT_RECIPIENT)

_CHARITY = roles_of(Capability.ANSWER_REFERRAL)


def _released_by_another(worker: str, _role: Role, state: Mapping[str, Any] | None, _fields: Mapping[str, Any]) -> str:
    """Drafter ≠ approver: whoever drafted or submitted a referral may not release it."""
    return "same-person" if worker in {step["worker"] for step in (state or {}).get("history", ())} else ""


REFERRAL = Lifecycle(
    {
        **steps((None,), (ReferralState.DRAFTED,), roles_of(Capability.DRAFT_REFERRAL)),
        **steps(
            (ReferralState.DRAFTED, ReferralState.REFUSED),
            (ReferralState.SUBMITTED,),
            roles_of(Capability.SUBMIT_REFERRAL),
        ),
        **steps(
            (ReferralState.SUBMITTED,),
            (ReferralState.RELEASED, ReferralState.REFUSED),
            roles_of(Capability.RELEASE_REFERRAL),
        ),
        **steps(
            (ReferralState.RELEASED,),
            (
                ReferralState.RECEIVED,
                ReferralState.ACCEPTED,
                ReferralState.WAITLISTED,
                ReferralState.DECLINED,
            ),
            _CHARITY,
        ),
        **steps(
            (ReferralState.RECEIVED, ReferralState.WAITLISTED),
            (ReferralState.ACCEPTED, ReferralState.DECLINED),
            _CHARITY,
        ),
        **steps((ReferralState.RECEIVED,), (ReferralState.WAITLISTED,), _CHARITY),
        **steps((ReferralState.ACCEPTED,), (ReferralState.IN_PROGRESS, ReferralState.DELIVERED), _CHARITY),
        **steps((ReferralState.IN_PROGRESS,), (ReferralState.DELIVERED,), _CHARITY),
        **steps((ReferralState.DELIVERED,), (ReferralState.CONFIRMED,), roles_of(Capability.CONFIRM_DELIVERY)),
        **steps(
            (ReferralState.CONFIRMED, ReferralState.DECLINED, ReferralState.RECALLED),
            (ReferralState.CLOSED,),
            roles_of(Capability.CLOSE_REFERRAL),
        ),
        **steps(
            # Released, and not yet received: its texts may be refused by now, and no slip of it can be printed.
            (*BEFORE_RELEASE, ReferralState.REFUSED, ReferralState.RELEASED),
            (ReferralState.CANCELLED,),
            roles_of(Capability.CANCEL_REFERRAL),
        ),
        **steps(OPEN, (ReferralState.RECALLED,), roles_of(Capability.RECALL_REFERRAL)),
    },
    outranking=frozenset({ReferralState.RECALLED}),
    guards={ReferralState.RELEASED: _released_by_another},
    # What was asked for is what is released, recalled and closed: another recipient is another referral.
    fixed=frozenset({"household", "resident", "recipient", "purpose", "classes", "trigger", "needs", "summary"}),
)

MAX_SUMMARY_CHARACTERS = 300
"""困难概述 on the slip (``reference.md`` §5(c))."""
