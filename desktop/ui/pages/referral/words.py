"""Referrals in words: the chip of each state, what it means, and the deadline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desktop.domain.referrals import REFERRAL_STATE_NAMES, ReferralState
from desktop.domain.typed import format_date
from desktop.services.recalls import Recall
from desktop.services.referrals import ReferralView
from desktop.ui.icons import Icon
from desktop.ui.messages import word_reason
from desktop.ui.pages.consent.words import class_words
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

_LOOKS: Mapping[ReferralState, tuple[Tone, Icon]] = {
    ReferralState.DRAFTED: (Tone.WARN, Icon.EDIT),
    ReferralState.SUBMITTED: (Tone.INFO, Icon.SEND),
    ReferralState.REFUSED: (Tone.BAD, Icon.REFUSED),
    ReferralState.RELEASED: (Tone.GOOD, Icon.CHECKED),
    ReferralState.RECEIVED: (Tone.INFO, Icon.ANSWER),
    ReferralState.ACCEPTED: (Tone.GOOD, Icon.DONE),
    ReferralState.WAITLISTED: (Tone.INFO, Icon.PENDING),
    ReferralState.DECLINED: (Tone.BAD, Icon.UNDO),
    ReferralState.IN_PROGRESS: (Tone.GOOD, Icon.HELP_GIVEN),
    ReferralState.DELIVERED: (Tone.WARN, Icon.HELP_GIVEN),
    ReferralState.CONFIRMED: (Tone.GOOD, Icon.DONE),
    ReferralState.CLOSED: (Tone.NEUTRAL, Icon.CHECK),
    ReferralState.RECALLED: (Tone.NEUTRAL, Icon.UNDO),
    ReferralState.CANCELLED: (Tone.NEUTRAL, Icon.CLOSE),
}
_MEANING: Mapping[ReferralState, str] = {
    ReferralState.DRAFTED: "还没提交。内容已保存在本机，提交以后才会排队上报县里。",
    ReferralState.SUBMITTED: "已提交，同步以后由县里核对同意书再放行。放行以前什么都不会交给对方。",
    ReferralState.REFUSED: "县里没有放行。看一下原因，补好以后可以再提交，或者取消。",
    ReferralState.RELEASED: "县里已放行，等对方答复。可以打印给对方的一联。",
    ReferralState.RECEIVED: "对方已收到，还没说办不办。",
    ReferralState.ACCEPTED: "对方已受理。",
    ReferralState.WAITLISTED: "对方在排队，还没开始办。",
    ReferralState.DECLINED: "对方退回了。要另找一家，得为那一家重新征求同意；不找就办结。",
    ReferralState.IN_PROGRESS: "对方正在办。",
    ReferralState.DELIVERED: "对方说已经送达。请回访本人，确认收到了再记下来。",
    ReferralState.CONFIRMED: "本人已确认收到，可以办结。",
    ReferralState.CLOSED: "已办结。",
    ReferralState.RECALLED: "本人撤回了同意或后来不同意，已召回；不能再交给对方。",
    ReferralState.CANCELLED: "已取消。放行以后取消的，对方可能已经知道：请告诉对方不要办，收到的信息要删除。",
}
_UNANSWERED = (
    ReferralState.SUBMITTED,
    ReferralState.RELEASED,
    ReferralState.RECEIVED,
    ReferralState.WAITLISTED,
)
_REASONS: Mapping[str, str] = {"consent-withdrawn": "本人撤回了同意", "consent-refused": "本人后来不同意了"}


def state_chip(state: ReferralState) -> Chip:
    """The state in words."""
    return Chip(REFERRAL_STATE_NAMES[state].replace(",", "，"), *_LOOKS[state])


def state_meaning(state: ReferralState) -> str:
    """What the state means and what is to be done."""
    return _MEANING[state]


def recall_words(recall: Recall) -> str:
    """What the recipient may have had of a referral that somebody else recalled, and what is to be done now."""
    had = "、".join(class_words(one) for one in recall.classes)
    told = f"放行过，{recall.recipient}可能已经有：{had}。下一步：不要再把纸交给对方；"
    if not recall.withdrawal:  # refused on a later sheet: there is no list
        return told + "请把这几项告诉县级值班员，由他通知对方停止使用、删除。"
    return told + "县级值班员照召回清单通知对方停止使用、删除，清单在撤回那一页，请核对有没有漏。"


def reason_of(view: ReferralView) -> str:
    """Why the last step was taken, in words; empty where no reason was given."""
    return reason_words(view.reason) if view.reason else ""


def reason_words(reason: str) -> str:
    """A reason's code in words; what a person wrote stays as it is."""
    return _REASONS.get(reason) or word_reason(reason)


def is_overdue(view: ReferralView, today: date) -> bool:
    """Whether an answer should have come by now."""
    return view.state in _UNANSWERED and view.referral.reply_by < today


def deadline_chip(view: ReferralView, today: date) -> Chip | None:
    """Until when an answer is due, while one is due."""
    if view.state not in _UNANSWERED:
        return None
    left = (view.referral.reply_by - today).days
    if left < 0:
        return Chip(f"逾期 {-left} 天", Tone.BAD, Icon.WAITING)
    if left == 0:
        return Chip("今天到期", Tone.WARN, Icon.WAITING)
    return Chip(f"{format_date(view.referral.reply_by).partition('年')[2]}前答复", Tone.NEUTRAL, Icon.WAITING)
