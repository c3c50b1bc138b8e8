"""How long each class of a person's data is kept, by which ground, and whether it is locked now (保存期限).

The schedule (``retention.review``) says it record by record; a person who asks, and the worker who answers, want it
class by class. What is locked here is what an erasure by the person's right leaves (``retention.lock_of``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.domain.retention import Retained, Verdict, lock_of
from desktop.domain.rights import RIGHTS_REQUEST


class HeldClass(StrEnum):
    """What a person would call one kind of thing that is kept about them."""

    PERSON = "person"
    VISIT = "visit"
    AID = "aid"
    NEED = "need"
    CONSENT = "consent"
    SCAN = "scan"
    REFERRAL = "referral"
    PRINT = "print"
    REQUEST = "request"
    APPROVAL = "approval"
    DRAFT = "draft"


HELD_CLASS_NAMES: Final[Mapping[HeldClass, str]] = {
    HeldClass.PERSON: "个人和家庭基本情况",
    HeldClass.VISIT: "走访记录",
    HeldClass.AID: "救助记录",
    HeldClass.NEED: "需求和微心愿",
    HeldClass.CONSENT: "同意书、同意事项和撤回",
    HeldClass.SCAN: "扫描件、图片和屏幕签名（附件）",
    HeldClass.REFERRAL: "转介和慈善帮扶",
    HeldClass.PRINT: "打印记录",
    HeldClass.REQUEST: "权利请求和答复",
    HeldClass.APPROVAL: "未成年人信息查阅批准",
    HeldClass.DRAFT: "没有写完的草稿",
}
CLASS_OF_KIND: Final[Mapping[str, HeldClass]] = {
    "resident": HeldClass.PERSON,
    "household": HeldClass.PERSON,
    "visit": HeldClass.VISIT,
    "aid": HeldClass.AID,
    "need": HeldClass.NEED,
    "wish": HeldClass.NEED,
    "sheet": HeldClass.CONSENT,
    "grant": HeldClass.CONSENT,
    "publicity": HeldClass.CONSENT,
    "check": HeldClass.CONSENT,
    "withdrawal": HeldClass.CONSENT,
    "scan": HeldClass.SCAN,
    "signature": HeldClass.SCAN,
    "referral": HeldClass.REFERRAL,
    "help": HeldClass.REFERRAL,
    "print": HeldClass.PRINT,
    RIGHTS_REQUEST: HeldClass.REQUEST,
    "approval": HeldClass.APPROVAL,
}
_DRAFT_GROUND: Final = "只在这台电脑上，写完或者丢弃就没有了"


class ClockState(StrEnum):
    """What a class's clock shows."""

    LOCKED = "locked"
    """A duty to keep forbids erasing it, even by the person's right."""
    IN_USE = "in-use"
    """Open or in force: its time has not begun to run, and nothing forbids erasing it by right."""
    RUNNING = "running"
    """Its time runs; it may go earlier when the person asks."""
    DUE = "due"
    """Its time is over: it goes with the next daily clean-up."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One class: how many records, how many of them locked, until when (None: while in use), and by which ground."""

    held: HeldClass
    count: int
    locked: int
    state: ClockState
    until: date | None
    ground: str


def clocks(found: Iterable[Retained], drafts: int = 0) -> tuple[Clock, ...]:
    """The clock of every class of which something is there; the strictest of its records speaks for the class."""
    by_class: dict[HeldClass, list[Retained]] = {}
    for one in found:
        if one.held.kind in CLASS_OF_KIND:
            by_class.setdefault(CLASS_OF_KIND[one.held.kind], []).append(one)
    made = [_clock(held, by_class[held]) for held in HeldClass if held in by_class]
    if drafts:
        made.append(Clock(HeldClass.DRAFT, drafts, 0, ClockState.IN_USE, None, _DRAFT_GROUND))
    return tuple(made)


def _clock(held: HeldClass, found: list[Retained]) -> Clock:
    locks = [lock for one in found if (lock := lock_of(one)) is not None]
    if locks:
        # In use outlasts every date, and of several dates the last one counts.
        last = max(locks, key=lambda lock: lock.until or date.max)
        return Clock(held, len(found), len(locks), ClockState.LOCKED, last.until, last.words)
    in_use = next((one for one in found if one.verdict is Verdict.IN_USE), None)
    if in_use is not None:
        return Clock(held, len(found), 0, ClockState.IN_USE, None, in_use.words)
    kept = max(found, key=lambda one: one.until or date.max)
    state = ClockState.DUE if kept.verdict is Verdict.DUE else ClockState.RUNNING
    return Clock(held, len(found), 0, state, kept.until, kept.words)
