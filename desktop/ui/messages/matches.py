"""Why a project fits a person or does not, and how a consent stands, in words."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.consent import DataClass, Disclosure
from desktop.domain.needs import NEED_NAMES
from desktop.domain.typed import format_date
from desktop.services.matching import Match, MatchReason
from desktop.ui.messages import word_reason

_STANDING: Mapping[str, str] = {
    "in-force": "本人已经同意，已生效",
    "awaiting-check": "本人已经同意，等第二人核对",
    "not-asked": "还没有征求过本人",
    "refused": "本人不同意过",
    "withdrawn": "本人撤回过",
    "expired": "以前的同意已到期或随办结结束",
}
_OTHER: Mapping[str, str] = {
    "no-need": "对不上这家已登记的需求",
    "said-no-lately": "6 个月内拒绝或撤回过，不再主动询问",
}
_NOT_NEEDED: Mapping[DataClass, str] = {
    DataClass.A4: "这个项目只看本人情况，用不到家庭人口。",
    DataClass.A6: "这个项目按救助身份办，用不到收支明细。",
    DataClass.B1: "报名不用证件号码；不直接发钱，用不到。",
    DataClass.B2: "这个项目不看病历，用不到。",
    DataClass.B3: "这个项目不看残疾等级，用不到。",
    DataClass.B4: "只有直接发慈善款才用得到。",
    DataClass.B6: "项目没有规定要留影像，用不到。",
    DataClass.B7: "只为儿童本人办帮扶才用得到。",
}


def reason_words(reason: MatchReason) -> str:
    """One reason as half a sentence."""
    if reason.code == "needs":
        return "对得上需求：" + "；".join(NEED_NAMES[one] for one in reason.needs)
    if reason.code == "agreement":
        return f"接收协议到 {format_date(reason.until)}" if reason.until else "有接收协议"
    return _STANDING.get(reason.code) or _OTHER.get(reason.code) or word_reason(reason.code)


def match_words(match: Match) -> str:
    """All reasons of a match in one line."""
    return " · ".join(reason_words(one) for one in match.reasons if one.code != "not-asked")


def not_needed_words(data_class: DataClass) -> str:
    """Why a class that a project does not need is not asked for."""
    return _NOT_NEEDED.get(data_class, "这个项目用不到。")


def disclosure_words(answer: Disclosure) -> str:
    """The answer of ``may_disclose`` for one class: 可以, 等核对后可以, or 不可以 with its reason."""
    if answer.allowed:
        return "可以"
    if answer.after_check:
        return "等核对后可以"
    return f"不可以：{word_reason(answer.reason)}"
