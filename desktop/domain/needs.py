"""Needs (需求): what a household asks for, by the project's own catalogue (``reference.md`` §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.permissions import Capability, roles_of


class NeedCode(StrEnum):
    """N1–N12 and N99."""

    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    N6 = "N6"
    N7 = "N7"
    N8 = "N8"
    N9 = "N9"
    N10 = "N10"
    N11 = "N11"
    N12 = "N12"
    N99 = "N99"


NEED_NAMES: Mapping[NeedCode, str] = {
    NeedCode.N1: "基本生活物资",
    NeedCode.N2: "医疗、康复、辅具",
    NeedCode.N3: "教育助学",
    NeedCode.N4: "住房、适老化、无障碍",
    NeedCode.N5: "照护服务",
    NeedCode.N6: "生活服务",
    NeedCode.N7: "关爱服务",
    NeedCode.N8: "就业、技能",
    NeedCode.N9: "法律、维权、监护",
    NeedCode.N10: "微心愿",
    NeedCode.N11: "急难现金",
    NeedCode.N12: "台港澳专项",
    NeedCode.N99: "其他",
}


class Urgency(StrEnum):
    """紧急度."""

    NOW = "now"
    WEEK = "week"
    MONTH = "month"
    ORDINARY = "ordinary"


URGENCY_NAMES: Mapping[Urgency, str] = {
    Urgency.NOW: "立即",
    Urgency.WEEK: "一周内",
    Urgency.MONTH: "一个月内",
    Urgency.ORDINARY: "一般",
}


@dataclass(frozen=True, slots=True)
class NeedFields:
    """A need as it is opened."""

    household: str
    code: NeedCode
    urgency: Urgency
    words: str = ""
    visit: str = ""
    resident: str = ""


class NeedState(StrEnum):
    """From found to settled."""

    OPEN = "open"
    MET = "met"
    DROPPED = "dropped"


NEED = Lifecycle(
    {
        **steps((None,), (NeedState.OPEN,), roles_of(Capability.VISIT)),
        **steps((NeedState.OPEN,), (NeedState.MET, NeedState.DROPPED), roles_of(Capability.SETTLE_NEED)),
    }
)
