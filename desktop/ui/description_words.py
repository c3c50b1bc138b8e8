"""Descriptions of households and people in words: where they live, what a group holds, what changed in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop.domain.aid import SHORT_CATEGORY_NAMES, Category
from desktop.domain.guardian_order import order_words
from desktop.domain.households import (
    DISABILITY_NAMES,
    LEVEL_NAMES,
    RELATION_NAMES,
    Birth,
    Carer,
    CategoryHeld,
    Disability,
    Document,
    Guardian,
    Name,
    Phones,
    StatedCapacity,
    category_group,
)
from desktop.domain.identity import DOCUMENT_TYPE_NAMES, SEX_NAMES, WITHOUT_NUMBER, Sex
from desktop.domain.plain import from_stored
from desktop.domain.signing import AGE_BAND_NAMES, CAPACITY_NAMES, GUARDIAN_BASIS_NAMES, INCAPACITY_NAMES
from desktop.domain.typed import format_date, format_money, format_phone
from desktop.domain.visits import HEALTH_NAMES, HealthState
from desktop.services.directory import Village, short_village

GROUP_NAMES: Mapping[str, str] = {
    "address": "住址",
    "head": "户主",
    "number": "户号",
    "near_relative": "近亲属申报",
    "name": "姓名",
    "document": "证件",
    "birth": "出生和性别",
    "phones": "电话",
    "membership": "和户主的关系",
    "health": "健康",
    "disability": "残疾",
    "guardian": "监护人",
    "carer": "实际抚养人",
    "capacity": "年龄和行为能力",
    **{category_group(category): SHORT_CATEGORY_NAMES[category] for category in Category},
}
_COUNTY = re.compile(r"([^省市区县]+[区县市])$")
NOTHING = "（没有填）"


@dataclass(frozen=True)
class Known:
    """Names for the codes and ids that descriptions hold."""

    villages: Mapping[str, Village] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, villages: Sequence[Village], people: Mapping[str, str] | None = None) -> Known:
        """From the directory's villages, and names by resident id."""
        return cls({village.code: village for village in villages}, people or {})


def within_village(village: str, text: str) -> str:
    """What an address says within the village: 上㘵村3组12号 in 上㘵村 is 3组12号."""
    before, name, after = text.partition(village)
    if not village or not name or (before and before[-1] not in "镇乡道区县市"):
        return text
    return after.strip()


def place_words(known: Known, division: str, text: str = "") -> str:
    """Where a household lives: ``建阳区 › 莒口镇 › 上㘵村 3组12号``, the village said once."""
    village = known.villages.get(division)
    if village is None:
        return " ".join(part for part in (division, text) if part)
    short = short_village(village.name)
    county = _COUNTY.search(village.path.removesuffix(short).removesuffix(village.township))
    path = " › ".join(part for part in (county[1] if county else "", village.township, short) if part)
    return " ".join(part for part in (path, within_village(short, text)) if part)


def village_words(known: Known, division: str) -> str:
    """A village's short name; the code where the directory does not know it."""
    village = known.villages.get(division)
    return short_village(village.name) if village else division


def category_words(held: CategoryHeld) -> str:
    """A category with since when and how much: ``低保，2021年7月起，每月1,260元``."""
    parts = [SHORT_CATEGORY_NAMES[held.category]]
    if held.ended:
        return f"{parts[0]}（已停止）"
    if held.since is not None:
        parts.append(f"{held.since.year}年{held.since.month}月起")
    if held.monthly is not None:
        parts.append(f"每月{format_money(held.monthly)}")
    if held.until is not None:
        parts.append(f"到{format_date(held.until)}")
    return "，".join(parts)


def birth_words(birth: Birth) -> str:
    """``1951年3月2日 男``; empty if neither is known."""
    sex = SEX_NAMES[birth.sex] if birth.sex in (Sex.MALE, Sex.FEMALE) else ""
    return " ".join(part for part in (format_date(birth.day) if birth.day else "", sex) if part)


def document_words(document: Document) -> str:
    """Kind and whole number; ``无证件`` is said as such."""
    kind = DOCUMENT_TYPE_NAMES[document.type]
    return kind if document.type in WITHOUT_NUMBER or not document.number else f"{kind} {document.number}"


def disability_words(disability: Disability) -> str:
    """``肢体二级``."""
    return f"{DISABILITY_NAMES[disability.kind]}{LEVEL_NAMES.get(disability.level, '')}"


def guardian_words(guardian: Guardian) -> str:
    """``吴㛃华，母亲，父母，户口簿``: who, and by what right."""
    parts = (
        guardian.name,
        guardian.relation,
        format_phone(guardian.phone),
        GUARDIAN_BASIS_NAMES[guardian.basis] if guardian.basis is not None else "",
        order_words(guardian.standing, guardian.passed_over, guardian.consent_of),
        guardian.deed,
        guardian.proof,
    )
    return "，".join(part for part in parts if part)


def capacity_words(stated: StatedCapacity) -> str:
    """``限制民事行为能力，法院认定，（2026）闽0703民特1号``; a stated age too."""
    parts = (
        AGE_BAND_NAMES[stated.band] if stated.band is not None else "",
        "主要靠自己的劳动收入生活" if stated.lives_on_own_work else "",
        CAPACITY_NAMES[stated.capacity] if stated.capacity is not None else "",
        INCAPACITY_NAMES[stated.ground] if stated.ground is not None else "",
        stated.proof,
    )
    return "，".join(part for part in parts if part)


def day_words(day: date, today: date) -> str:
    """A day as short as it can be said: ``11月19日`` this year, ``2025.11.19`` before."""
    return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}.{day.month}.{day.day}"


def group_name(group: str) -> str:
    """What a group is called on the screen."""
    return GROUP_NAMES.get(group, "其他")


def group_words(group: str, value: Mapping[str, Any] | None, known: Known) -> str:
    """What a group holds, in words; says so where it holds nothing."""
    return (_words(group, value, known) if value else "") or NOTHING


def _words(group: str, value: Mapping[str, Any], known: Known) -> str:
    if group.startswith("category:"):
        return category_words(from_stored(CategoryHeld, value))
    match group:
        case "address":
            return place_words(known, value.get("division", ""), value.get("text", "")).rpartition("› ")[2]
        case "head":
            return known.people.get(value["resident"], "另一位成员")
        case "number":
            return str(value.get("number", ""))
        case "near_relative":
            return f"有：{value.get('who', '')}".rstrip("：") if value.get("declared") else "没有"
        case "membership":
            relation = RELATION_NAMES.get(value.get("relation", ""), "")
            return f"{relation}（已离开这一户）" if value.get("left") else relation
        case _:
            return _person_words(group, value)


def _person_words(group: str, value: Mapping[str, Any]) -> str:
    match group:
        case "name":
            name = from_stored(Name, value)
            return f"{name.name}（证件原文 {name.original}）" if name.original else name.name
        case "document":
            return document_words(from_stored(Document, value))
        case "birth":
            return birth_words(from_stored(Birth, value))
        case "phones":
            return "、".join(format_phone(number) for number in from_stored(Phones, value).numbers)
        case "health":
            state = value.get("state", "")
            known_state = HEALTH_NAMES[HealthState(state)] if state in set(HealthState) else state
            return "，".join(part for part in (known_state, value.get("illness", "")) if part)
        case "disability":
            return disability_words(from_stored(Disability, value))
        case "guardian":
            return guardian_words(from_stored(Guardian, value))
        case "carer":
            carer = from_stored(Carer, value)
            return "，".join(part for part in (carer.name, carer.relation, format_phone(carer.phone)) if part)
        case "capacity":
            return capacity_words(from_stored(StatedCapacity, value))
        case _:
            return "，".join(str(part) for part in value.values())
