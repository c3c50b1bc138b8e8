"""What may be posted in public or used for publicity (公示、宣传): nothing of a child whom nobody looks after.

民发〔2019〕62号: cases of 事实无人抚养儿童 are not posted. A household's notice says who gets what, so the household of
such a child is not posted either: whoever reads it knows which child. 未成年人网络保护条例 and PIPL 25, 28, 31: a
minor's data is made public at most with the guardian's own consent to that very publicity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.aid import Category


class Posting(StrEnum):
    """What would make it public."""

    NOTICE = "notice"
    """公示: a list that hangs in the village."""
    PUBLICITY = "publicity"
    """宣传: a case that somebody is asked to have told, or a wish on a card."""
    CASE = "case"
    """典型案例: a case as it is told, today, on the person's own consent to publicity."""


UNATTENDED_CHILD_HERE: Final = "unattended-child"
"""Reason: a child whom nobody looks after lives in the household."""
CHILDS_OWN_DATA: Final = "minor"
"""Reason: a minor's own data stands on no list for the public."""
NOT_ASKED: Final = "not-asked"
"""Reason: nobody has agreed to it."""
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
EXPIRED: Final = "expired"
AWAITING_CHECK: Final = "awaiting-check"

_WORDS: Final = {
    UNATTENDED_CHILD_HERE: (
        "这一户有事实无人抚养儿童。按民发〔2019〕62号，这类情况不公示，也不用于宣传；"
        "孩子的家人、住址公开了，别人就知道是哪个孩子。"
    ),
    CHILDS_OWN_DATA: "未成年人的个人信息不上公示名单，只写户主、人数和保障金额。",
    NOT_ASKED: "本人还没有签过字，不能拿去宣传。",
    REFUSED: "本人不同意，不能拿去宣传。",
    WITHDRAWN: "本人已经撤回，不能再用；已经登出去的请收回来。",
    EXPIRED: "宣传同意已经到期，不能再用；要接着用，重新征求。",
    AWAITING_CHECK: "第二个人还没有核对，现在不能用。",
}


@dataclass(frozen=True, slots=True)
class MayBePosted:
    """The answer: yes or no, and the reason as a code and in words."""

    allowed: bool
    reason: str = ""

    @property
    def words(self) -> str:
        """Why not, as a person reads it; "" where it may."""
        return _WORDS.get(self.reason, "")


def may_be_posted(
    posting: Posting,
    household: Iterable[Category],
    person: Iterable[Category] = (),
    *,
    is_minor: bool = False,
    consent: str = NOT_ASKED,
) -> MayBePosted:
    """Whether a household's or a person's case may be made public in this way.

    ``household`` are the categories it holds or has held (``ended`` ones too: the child is still known by the case);
    ``person`` those of the person whose case it is, where they differ; ``is_minor`` whether that person is under
    eighteen. ``consent`` is what the person's own consent says of a case that day (``publicity.consent_today``): a
    reason, or "" where it is in force.
    """
    if Category.UNATTENDED_CHILD in {*household, *person}:
        return MayBePosted(False, UNATTENDED_CHILD_HERE)
    if is_minor and posting is Posting.NOTICE:
        return MayBePosted(False, CHILDS_OWN_DATA)
    if posting is Posting.CASE and consent:
        return MayBePosted(False, consent)
    return MayBePosted(True)
