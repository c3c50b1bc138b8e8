"""Approvals to see minors' data in words (未成年人信息查阅)."""

from __future__ import annotations

from datetime import date

from desktop.domain.minors import APPROVAL_STATE_NAMES, GROUND_NAMES
from desktop.domain.typed import format_date
from desktop.services.minors import ApprovalState, ApprovalView
from desktop.services.people import ResidentView
from desktop.ui.icons import Icon
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

CLOSED_DETAIL = "未成年人：证件、健康、监护等未开放，要负责人批准"

_LOOKS = {
    ApprovalState.ASKED: (Tone.WARN, Icon.PENDING),
    ApprovalState.GIVEN: (Tone.GOOD, Icon.CHECKED),
    ApprovalState.REFUSED: (Tone.NEUTRAL, Icon.REFUSED),
    ApprovalState.EMERGENCY: (Tone.BAD, Icon.FLAG),
    ApprovalState.SEEN: (Tone.GOOD, Icon.CHECKED),
    ApprovalState.ENDED: (Tone.NEUTRAL, Icon.REFUSED),
}


AGE_UNKNOWN = "年龄不知道，先按未成年人"
"""Shown of somebody who may well be a child, until the age is stated."""
CLOSED_FOR_AGE = f"{AGE_UNKNOWN}；请写明生日或年龄段"


def closed_words(view: ResidentView) -> str:
    """Why a member's line says so little; "" where nothing is closed and the age is known."""
    if view.access.is_age_unknown:
        return AGE_UNKNOWN if view.access.is_open else CLOSED_FOR_AGE
    return "" if view.access.is_open else CLOSED_DETAIL


def approval_chip(one: ApprovalView, on: date) -> Chip:
    """Where an approval stands, its last day included."""
    if one.is_over(on) and one.state in (ApprovalState.GIVEN, ApprovalState.SEEN):
        return Chip("已到期", Tone.NEUTRAL, Icon.WAITING)
    tone, picture = _LOOKS[one.state]
    return Chip(APPROVAL_STATE_NAMES[one.state], tone, picture)


def approval_words(one: ApprovalView) -> str:
    """For whom, whom, why, how long, by whom."""
    period = f"{format_date(one.said.start)} 至 {format_date(one.said.until)}"
    by = f"{one.approver}批准" if one.approver and one.state is ApprovalState.GIVEN else ""
    parts = [f"{'、'.join(one.workers)} 看 {one.scope}", GROUND_NAMES[one.said.ground], one.said.words, period, by]
    return " · ".join(part for part in (*parts, one.reason) if part)
