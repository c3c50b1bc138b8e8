"""A person's request about their own data (个人权利请求, PIPL art. 44–50): what may be asked, by whom, and its way.

A request is heard, answered in full or in part, refused with its reasons, or taken back. There is no state in which it
was not heard: an answer that is refused is an answer, and it names the remedies (art. 50).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.roles import Role
from desktop.domain.working_days import working_days_after

RIGHTS_REQUEST: Final = "rights-request"
"""The kind of record."""
REPLY_DAYS: Final = 15
"""Working days until the answer is due where the county has issued no other number (its office's ``reply_days``)."""
MOST_REPLY_DAYS: Final = 30
"""A county may not give itself longer: art. 50 asks for a convenient way to be heard."""
MOST_WORDS: Final = 500
"""Characters of the person's own words; a longer letter is kept as paper."""


class RightKind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    COPY = "copy"
    CORRECT = "correct"
    COMPLETE = "complete"
    DELETE = "delete"
    RESTRICT = "restrict"
    EXPLAIN = "explain"


RIGHT_NAMES: Final[Mapping[RightKind, str]] = {
    RightKind.ACCESS: "查阅",
    RightKind.COPY: "复制",
    RightKind.CORRECT: "更正",
    RightKind.COMPLETE: "补充",
    RightKind.DELETE: "删除",
    RightKind.RESTRICT: "限制或者拒绝处理",
    RightKind.EXPLAIN: "解释说明",
}
RIGHT_ARTICLES: Final[Mapping[RightKind, str]] = {
    RightKind.ACCESS: "个人信息保护法第四十五条",
    RightKind.COPY: "个人信息保护法第四十五条",
    RightKind.CORRECT: "个人信息保护法第四十六条",
    RightKind.COMPLETE: "个人信息保护法第四十六条",
    RightKind.DELETE: "个人信息保护法第四十七条",
    RightKind.RESTRICT: "个人信息保护法第四十四条",
    RightKind.EXPLAIN: "个人信息保护法第四十八条",
}
ANSWERED_BY_COPY: Final = frozenset({RightKind.ACCESS, RightKind.COPY})
ANSWERED_BY_CORRECTION: Final = frozenset({RightKind.CORRECT, RightKind.COMPLETE})


class Asker(StrEnum):
    """Who asks."""

    PERSON = "person"
    GUARDIAN = "guardian"
    NEAR_RELATIVE = "near-relative"
    """Of somebody who has died (art. 49)."""
    AUTHORISED = "authorised"
    """Somebody with the person's written authority."""


ASKER_NAMES: Final[Mapping[Asker, str]] = {
    Asker.PERSON: "本人",
    Asker.GUARDIAN: "监护人",
    Asker.NEAR_RELATIVE: "去世者的近亲属",
    Asker.AUTHORISED: "受委托的人",
}


class RequestWay(StrEnum):
    """By which way it came; each is as good as the others (art. 50)."""

    WINDOW = "window"
    PHONE = "phone"
    WRITTEN = "written"
    VILLAGE = "village"


WAY_NAMES: Final[Mapping[RequestWay, str]] = {
    RequestWay.WINDOW: "窗口",
    RequestWay.PHONE: "电话",
    RequestWay.WRITTEN: "书面",
    RequestWay.VILLAGE: "村（居）转交",
}


class IdentityCheck(StrEnum):
    """How it was made sure who asks."""

    DOCUMENT = "document"
    KNOWN = "known"
    CALLED_BACK = "called-back"
    VILLAGE_WORD = "village-word"


IDENTITY_NAMES: Final[Mapping[IdentityCheck, str]] = {
    IdentityCheck.DOCUMENT: "看过证件原件",
    IdentityCheck.KNOWN: "两名经办人都认得",
    IdentityCheck.CALLED_BACK: "按登记的电话打回去核实",
    IdentityCheck.VILLAGE_WORD: "村（居）干部当面确认",
}


class RightsState(StrEnum):
    """The way of a request."""

    RECEIVED = "received"
    ANSWERED = "answered"
    IN_PART = "answered-in-part"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RIGHTS_STATE_NAMES: Final[Mapping[RightsState, str]] = {
    RightsState.RECEIVED: "待答复",
    RightsState.ANSWERED: "已全部照办",
    RightsState.IN_PART: "已部分照办",
    RightsState.REFUSED: "已答复不能照办",
    RightsState.WITHDRAWN: "本人收回请求",
}
ANSWERS: Final = (RightsState.ANSWERED, RightsState.IN_PART, RightsState.REFUSED)
NEEDS_REASONS: Final = frozenset({RightsState.IN_PART, RightsState.REFUSED})


class RefusalReason(StrEnum):
    """Why not, or not all of it; the letter says each in words with its article (art. 50)."""

    RETENTION = "retention"
    DUTY = "duty"
    NOT_HELD = "not-held"
    OTHERS = "others"
    CORRECT_ALREADY = "correct-already"
    CONFIDENTIAL = "confidential"
    IDENTITY = "identity"
    TECHNICAL = "technical"


REASON_NAMES: Final[Mapping[RefusalReason, str]] = {
    RefusalReason.RETENTION: "法律、行政法规或者档案规定的保存期限没有满（个人信息保护法第四十七条第二款）",
    RefusalReason.DUTY: "办理社会救助是法定职责，办理期间必须用到（个人信息保护法第十三条第一款第三项）",
    RefusalReason.NOT_HELD: "我单位没有保存这项信息",
    RefusalReason.OTHERS: "涉及别人的个人信息，不能提供",
    RefusalReason.CORRECT_ALREADY: "经核实，记录和事实相符（个人信息保护法第四十六条第二款）",
    RefusalReason.CONFIDENTIAL: "法律、行政法规规定应当保密（个人信息保护法第四十五条、第十八条）",
    RefusalReason.IDENTITY: "没有能证明身份或者委托、亲属关系的材料",
    RefusalReason.TECHNICAL: "从技术上删除难以实现，已停止除保存和安全保护以外的处理（个人信息保护法第四十七条第二款）",
}
REASON_SHORT: Final[Mapping[RefusalReason, str]] = {
    RefusalReason.RETENTION: "保存期限没有满",
    RefusalReason.DUTY: "办理救助必须用到",
    RefusalReason.NOT_HELD: "没有这项信息",
    RefusalReason.OTHERS: "涉及别人",
    RefusalReason.CORRECT_ALREADY: "核实无误",
    RefusalReason.CONFIDENTIAL: "依法保密",
    RefusalReason.IDENTITY: "身份核不实",
    RefusalReason.TECHNICAL: "技术上删不了",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request as somebody takes it in. ``words`` are the person's own, short; ``received`` the day it arrived.

    ``asker_name``, ``relation`` and ``proof`` (what was shown: 户口簿, 委托书 …) where somebody else asks for the
    person; ``died`` where a near relative asks for somebody who has died.
    """

    resident: str
    kind: RightKind
    asker: Asker
    way: RequestWay
    identity: IdentityCheck
    words: str
    received: date
    asker_name: str = ""
    relation: str = ""
    proof: str = ""
    died: date | None = None


@dataclass(frozen=True, slots=True)
class ClassAnswer:
    """What a deletion came to for one class of data: gone, or kept until a day (None: while it is in use) and why."""

    kind: str
    count: int
    gone: bool
    until: date | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsRequestFields(NewRequest):
    """A request with what taking and answering it add. ``taken_by`` and ``answered_by`` are names, for the letter.

    ``corrected`` are the groups of the person's record that were changed, ``withdrawal`` the number of the withdrawal
    that stopped what rests on consent.
    """

    number: str
    days: int
    due: date
    household: str = ""
    taken_by: str = ""
    answered_on: date | None = None
    answered_by: str = ""
    answer: str = ""
    reasons: tuple[RefusalReason, ...] = ()
    classes: tuple[ClassAnswer, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawal: str = ""


def due_day(received: date, days: int) -> date:
    """The last day for the answer, ``days`` working days after the request arrived."""
    return working_days_after(received, days)


def taking_problem(request: Mapping[str, Any]) -> str:
    """Why a request may not be taken in like this (a reason code), or "". ``request`` are its fields as stored."""
    asker = request.get("asker")
    if asker != Asker.PERSON and not (request.get("asker_name") and request.get("proof")):
        return "proof-missing"
    if asker == Asker.NEAR_RELATIVE and not request.get("died"):
        return "death-unknown"
    return ""


def _taken_well(_worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    problem = taking_problem(fields)
    if problem:
        return problem
    days = fields.get("days")
    if not isinstance(days, int) or not 1 <= days <= MOST_REPLY_DAYS:
        return "due-too-late"
    try:
        is_right = fields["due"] == due_day(date.fromisoformat(fields["received"]), days).isoformat()
    except (KeyError, TypeError, ValueError, OverflowError):
        return "due-too-late"
    return "" if is_right else "due-too-late"


def _answered(_worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    return "" if fields.get("answered_on") else "answer-missing"


def _reasoned(worker: str, role: Role, state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    return _answered(worker, role, state, fields) or ("" if fields.get("reasons") else "reasons-missing")


LIFECYCLE: Final = Lifecycle(
    {
        **steps((None,), (RightsState.RECEIVED,), roles_of(Capability.TAKE_REQUEST)),
        **steps((RightsState.RECEIVED,), ANSWERS, roles_of(Capability.ANSWER_REQUEST)),
        **steps((RightsState.RECEIVED,), (RightsState.WITHDRAWN,), roles_of(Capability.TAKE_REQUEST)),
    },
    guards={
        RightsState.RECEIVED: _taken_well,
        RightsState.ANSWERED: _answered,
        RightsState.IN_PART: _reasoned,
        RightsState.REFUSED: _reasoned,
    },
    # What was asked, when and until when does not change with the answer.
    fixed=frozenset({"resident", "kind", "asker", "words", "received", "days", "due", "number"}),
)
