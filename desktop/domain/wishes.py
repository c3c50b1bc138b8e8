"""Wishes (微心愿): a small thing somebody would like, on a card that others may read and take up.

The card hangs where everybody sees it, so nothing on it may tell who it is: ``card_problem`` looks for the name, the
village and the school in what was written (``reference.md`` §5(e), C45).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.domain.lifecycles import Lifecycle, steps
from desktop.domain.permissions import Capability, roles_of
from desktop.domain.roles import Role

MAX_WORDS: Final = 60
"""心愿内容 has at most so many characters."""
MAX_PUBLIC_NAME: Final = 10


class WishKind(StrEnum):
    """心愿类型."""

    GOODS = "goods"
    EXPERIENCE = "experience"
    SERVICE = "service"
    SKILL = "skill"


WISH_KIND_NAMES: Mapping[WishKind, str] = {
    WishKind.GOODS: "实物",
    WishKind.EXPERIENCE: "体验",
    WishKind.SERVICE: "服务",
    WishKind.SKILL: "技能",
}


class WishGroup(StrEnum):
    """人群, wide enough to say nothing of one person."""

    OLD = "old"
    CHILD = "child"
    DISABLED = "disabled"
    ILL = "ill"
    COMPATRIOT = "compatriot"
    OTHER = "other"


WISH_GROUP_NAMES: Mapping[WishGroup, str] = {
    WishGroup.OLD: "老年人",
    WishGroup.CHILD: "儿童",
    WishGroup.DISABLED: "残疾人",
    WishGroup.ILL: "病人",
    WishGroup.COMPATRIOT: "台港澳同胞",
    WishGroup.OTHER: "其他困难群众",
}


class WishAge(StrEnum):
    """年龄段."""

    TO_SEVEN = "0-7"
    TO_THIRTEEN = "8-13"
    TO_SEVENTEEN = "14-17"
    TO_FIFTY_NINE = "18-59"
    TO_SEVENTY_NINE = "60-79"
    FROM_EIGHTY = "80-"


WISH_AGE_NAMES: Mapping[WishAge, str] = {
    WishAge.TO_SEVEN: "7岁以下",
    WishAge.TO_THIRTEEN: "8至13岁",
    WishAge.TO_SEVENTEEN: "14至17岁",
    WishAge.TO_FIFTY_NINE: "18至59岁",
    WishAge.TO_SEVENTY_NINE: "60至79岁",
    WishAge.FROM_EIGHTY: "80岁以上",
}
OF_CHILDREN: Final = frozenset({WishAge.TO_SEVEN, WishAge.TO_THIRTEEN, WishAge.TO_SEVENTEEN})


def wish_age(years: int) -> WishAge:
    """The band of an age in years."""
    limits = (8, 14, 18, 60, 80)
    return tuple(WishAge)[sum(years >= limit for limit in limits)]


class WishDelivery(StrEnum):
    """送达方式."""

    STATION = "station"
    MEETING = "meeting"


WISH_DELIVERY_NAMES: Mapping[WishDelivery, str] = {
    WishDelivery.STATION: "服务站代送",
    WishDelivery.MEETING: "见面送达（本人须另行同意）",
}


class WishState(StrEnum):
    """A card that may be shown, or one that was taken back."""

    OPEN = "open"
    DROPPED = "dropped"


WISH_STATE_NAMES: Mapping[WishState, str] = {WishState.OPEN: "待认领", WishState.DROPPED: "不再征集"}


@dataclass(frozen=True, slots=True)
class NewWish:
    """A wish as it stands on its card. ``visit`` is the visit at which it was found to be so (核实走访)."""

    resident: str
    public_name: str
    group: WishGroup
    age: WishAge
    kind: WishKind
    words: str
    budget: int
    """Fen, the most it may cost."""
    by: date
    visit: str
    public_agreed: bool
    """The person, or whoever decides for them, agreed that the card is shown (公开同意)."""
    delivery: WishDelivery = WishDelivery.STATION


@dataclass(frozen=True, slots=True, kw_only=True)
class WishFields(NewWish):
    """A wish as its card says it, and whose it is."""

    number: str
    household: str = ""
    worker_name: str = ""


def _showable(_worker: str, _role: Role, _state: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> str:
    """What can be told from the card itself; names and villages are the vault's to know."""
    return shape_problem(
        str(fields.get("public_name", "")),
        str(fields.get("words", "")),
        budget=fields.get("budget"),
        agreed=fields.get("public_agreed") is True,
    )


WISH: Final = Lifecycle(
    {
        **steps((None,), (WishState.OPEN,), roles_of(Capability.VISIT)),
        **steps((WishState.OPEN,), (WishState.DROPPED,), roles_of(Capability.SETTLE_NEED)),
    },
    guards={WishState.OPEN: _showable},
    fixed=frozenset({"household", "resident", "number", "public_name", "words", "public_agreed", "visit"}),
)


def shape_problem(public_name: str, words: str, *, budget: object, agreed: bool) -> str:
    """Why a card is none, whoever it is about, as a reason code; "" where it is one."""
    if not public_name.strip():
        return "no-public-name"
    if len(public_name.strip()) > MAX_PUBLIC_NAME:
        return "public-name-too-long"
    if not words.strip():
        return "no-words"
    if len(words.strip()) > MAX_WORDS:
        return "words-too-long"
    if not isinstance(budget, int) or budget <= 0:
        return "no-budget"
    if not agreed:
        return "not-agreed"
    return "number" if _LONG_NUMBER.search(_bare(public_name + "，" + words)) else ""


def card_problem(
    said: Iterable[str], names: Collection[str], places: Collection[str], schools: Collection[str], *, is_child: bool
) -> str:
    """Whether what a card says tells who it is about, as a reason code; "" where it does not.

    ``said`` are the texts of the card; ``names`` the legal names in the household, ``places`` its village and what its
    address says, ``schools`` what the record says of schools. Stricter than the rule (真名、村名、学校不得同现), since
    two of the three are enough to find somebody:

    * ``real-name``: a whole legal name, wherever it stands;
    * ``name-and-place``: a given name beside the village or the school;
    * ``place-and-school``: village and school together;
    * ``child-school``: on a child's card a school at all; a public name always stands there.

    Spaces and marks between the characters hide nothing, nor do 村委会 for 村, or the village's name without 村.
    """
    text = "".join(_bare(one) for one in said)
    has_place = any(trace in text for place in places for trace in place_traces(place))
    has_school = bool(_SCHOOL.search(text)) or any(trace in text for one in schools for trace in school_traces(one))
    whole = [_bare(name) for name in names]
    if any(len(name) >= _LEAST and name in text for name in whole):
        return "real-name"
    if is_child and has_school:
        return "child-school"
    if (has_place or has_school) and any(given in text for name in whole if len(given := name[1:]) >= _LEAST):
        return "name-and-place"
    return "place-and-school" if has_place and has_school else ""


def place_traces(place: str) -> frozenset[str]:
    """By what a village or a part of an address is known in a text: its name with and without its ending."""
    found = set()
    for part in _PLACE_PARTS.findall(_bare(place)):
        name, ending = part
        if ending in ("县", "市", "省", "区") or len(name) < 1:
            continue
        if len(name) >= _LEAST:
            found.add(name)
        else:
            found.add(name + ending[0])
    return frozenset(found)


def school_traces(school: str) -> frozenset[str]:
    """By what a school is known in a text: its name, without class and year."""
    return frozenset(match.group() for match in _SCHOOL.finditer(_bare(school)))


_LEAST: Final = 2
"""A single character is in too many texts to be a trace of somebody."""
_LONG_NUMBER: Final = re.compile(r"[0-9Xx]{7,}")
"""A telephone or a document."""
_GENERIC: Final = "上读念升考进在从到是的了个所买用去和与为女子儿孙弟妹姐哥娃初有想"
"""Before 小学 and the like these make no name of a school: 上小学, 孙女小学毕业."""
_SCHOOL: Final = re.compile(
    rf"[\u3400-\u9fff\U00020000-\U0003ffff]+?(?<![{_GENERIC}])"
    r"(?:小学|中学|学校|幼儿园|幼稚园|高中|职校|职高|技校|学院|中心校|附小|附中)"
    r"|[\u3400-\u9fff\U00020000-\U0003ffff]{2}[一二三四五六七八九十]中(?![\u4e00-\u9fff]*[间心])"
)
_PLACE_PARTS: Final = re.compile(
    r"([\u3400-\u9fff\U00020000-\U0003ffff]+?)"
    r"(村民委员会|居民委员会|村委会|居委会|自然村|社区|村|居|屯|厝|街道|街|路|巷|弄|里|省|市|县|区|镇|乡)"
)


def _bare(text: str) -> str:
    """Characters and figures alone, in one width."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if one.isalnum())
