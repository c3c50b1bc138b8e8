"""Publicity consent (典型案例宣传单独同意, PIPL art. 25; 民法典 1019): what may be shown of somebody, and where.

It is consent of its own, on a sheet of its own, and never leave to hand data to a charity: its permissions are records
of another kind than the grants that ``consent.may_disclose`` reads. Publication itself is not in this program.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.aid import Category
from desktop.domain.consent import GRANT, GrantState
from desktop.domain.lifecycles import Lifecycle


class Material(StrEnum):
    """拟用素材: each is asked for by itself (``reference.md`` §5(a)-5)."""

    STORY = "story"
    ALIAS = "alias"
    REAL_NAME = "real-name"
    VILLAGE = "village"
    PORTRAIT = "portrait"
    VOICE = "voice"
    VIDEO = "video"
    CHILD_IMAGE = "child-image"


MATERIAL_NAMES: Mapping[Material, str] = {
    Material.STORY: "事迹文字",
    Material.ALIAS: "化名",
    Material.REAL_NAME: "真名",
    Material.VILLAGE: "村名",
    Material.PORTRAIT: "肖像",
    Material.VOICE: "声音",
    Material.VIDEO: "视频",
    Material.CHILD_IMAGE: "儿童影像",
}


class Channel(StrEnum):
    """用途与渠道: where it may appear."""

    PROVINCE = "province"
    TELEVISION = "television"
    PRESS = "press"
    WEBSITE = "website"
    NEW_MEDIA = "new-media"
    BOARD = "board"


CHANNEL_NAMES: Mapping[Channel, str] = {
    Channel.PROVINCE: "省厅征集",
    Channel.TELEVISION: "电视",
    Channel.PRESS: "报刊",
    Channel.WEBSITE: "网站",
    Channel.NEW_MEDIA: "新媒体",
    Channel.BOARD: "展板",
}


class Naming(StrEnum):
    """署名方式: how the person is called."""

    ALIAS = "alias"
    SURNAME = "surname"
    REAL_NAME = "real-name"
    NONE = "none"


NAMING_NAMES: Mapping[Naming, str] = {
    Naming.ALIAS: "用化名",
    Naming.SURNAME: "只写姓氏",
    Naming.REAL_NAME: "用真名",
    Naming.NONE: "不出现称呼",
}

Item = Material | Channel


def item_of(code: str) -> Item:
    """The material or channel with this code; raises ValueError."""
    return Material(code) if code in set(Material) else Channel(code)


@dataclass(frozen=True, slots=True)
class PublicityAsk:
    """What is asked: materials and channels one by one, who publishes, how the person is called."""

    materials: tuple[Material, ...]
    channels: tuple[Channel, ...]
    publisher: str
    naming: Naming
    use: str = ""
    """What it is made for, in a few words, such as 典型案例征集."""
    draft_seen: bool = False
    """The person has read the final text, or it was read to them (定稿经本人审阅)."""


ITEMS: Final = frozenset({*Material, *Channel})
PUBLICITY: Final = Lifecycle(
    GRANT.transitions,
    outranking=GRANT.outranking,
    guards=GRANT.guards,
    fixed=frozenset({"household", "resident", "sheet", "item", "publisher", "from", "until"}),
)
"""The permission for one material or one channel: agreed · refused; then in force · withdrawn · expired, as a grant."""

PUBLICITY_STATE_NAMES: Mapping[GrantState, str] = {
    GrantState.AGREED: "同意，待核对",
    GrantState.REFUSED: "不同意",
    GrantState.IN_FORCE: "生效",
    GrantState.WITHDRAWN: "已撤回",
    GrantState.EXPIRED: "已到期",
}


def may_not_be_shown(categories: Collection[Category], *, is_minor: bool) -> str:
    """Why nobody may be shown in public, whatever was agreed: ``unattended-child``, or "".

    ``categories`` are those in force for the person. A child whom nobody looks after (事实无人抚养儿童) is
    never posted, whoever would sign for them.
    """
    return "unattended-child" if is_minor and Category.UNATTENDED_CHILD in categories else ""


def publicity_problem(ask: PublicityAsk, categories: Collection[Category], *, is_minor: bool) -> str:
    """Why this may not be asked of this person, as a reason code; "" where it may."""
    shown = may_not_be_shown(categories, is_minor=is_minor)
    if shown:
        return shown
    if not ask.materials or not ask.channels:
        return "nothing-asked"
    if not ask.publisher.strip():
        return "no-publisher"
    if (Material.CHILD_IMAGE in ask.materials) and not is_minor:
        return "no-child"
    if ask.naming is Naming.REAL_NAME and Material.REAL_NAME not in ask.materials:
        return "name-not-asked"
    if ask.naming is Naming.ALIAS and Material.ALIAS not in ask.materials:
        return "name-not-asked"
    return ""
