"""What a practice vault begins with: real villages, and an office, organisations and households that nobody is.

Every person here is invented. Their citizen numbers pass the checksum, so that forms can be tried, and begin with
350703, a code that was first given out in 2015, with births long before: such numbers belong to nobody.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from desktop.domain.aid import Category
from desktop.domain.households import (
    Address,
    Birth,
    CategoryHeld,
    Disability,
    DisabilityKind,
    Document,
    Name,
    NewHousehold,
    NewResident,
    Phones,
)
from desktop.domain.identity import DocumentType, Sex, check_character
from desktop.resources import resource_path

COUNTY: Final = "350703"
TOWNSHIP: Final = "350703104"
OFFICE: Final = "莒口镇民政办（练习）"
COUNTY_NAME: Final = "建阳区民政局（练习）"
_SHANGBU: Final = "350703104209"
_ZHONGBU: Final = "350703104210"
_CHABU: Final = "350703104211"


def issued() -> Mapping[str, tuple[str, dict[str, Any]]]:
    """Record id → (kind, body), as ``county.issuing`` describes them."""
    return {
        f"division-{TOWNSHIP}": ("division", _division()),
        "standard": ("standard", _STANDARD),
        f"office-{TOWNSHIP}": ("office", _OFFICE_BODY),
        "practice-charity": ("organisation", _organisation("练习慈善总会", "慈善总会", _MEDICAL, _WHEELCHAIR)),
        "practice-red-cross": ("organisation", _organisation("练习红十字会", "红十字会", _MEDICAL)),
        "practice-elders": ("organisation", _organisation("练习助老服务中心", "社会服务机构", _CARE)),
    }


def minors_approval(worker: str, today: date) -> dict[str, Any]:
    """The made-up county's approval that lets the practice go on with children too, for a year."""
    fields = {
        "workers": [worker],
        "ground": "duty",
        "divisions": [TOWNSHIP],
        "from": today.isoformat(),
        "until": (today + timedelta(days=365)).isoformat(),
        "words": "练习",
        "approver": "practice-county",
        "approver_name": "练习县级审批人",
    }
    return {"from": None, "to": "given", "fields": fields}


def _division() -> dict[str, Any]:
    with resource_path("divisions", "fujian-divisions-2023-06.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    villages = [{"code": row["code"], "name": row["name"]} for row in rows if row["parent"] == TOWNSHIP]
    path = names["350000"] + names["350700"] + names[COUNTY]
    return {"version": 1, "code": TOWNSHIP, "name": names[TOWNSHIP], "path": path, "villages": villages}


_STANDARD: Final[dict[str, Any]] = {
    "version": 1,
    "from": "2026-01-01",
    "subsistence_monthly": 93000,
    "margin_factor": 1.5,
}
_OFFICE_BODY: Final[dict[str, Any]] = {
    "version": 1,
    "code": TOWNSHIP,
    "name": OFFICE,
    "address": "建阳区莒口镇（练习地址）",
    "phone": "0599-5550001",
    "contact": "练习联系人",
    "county_name": COUNTY_NAME,
    "county_phone": "0599-5550002",
    "complaint_phone": "0599-5550003",
    "retention_years": 5,
    "reply_days": 15,
}
_WHEELCHAIR: Final = {
    "id": "wheelchair",
    "name": "轮椅与康复",
    "purpose": "disability",
    "needs": ["N2", "N4"],
    "description": "轮椅、助行器、家庭无障碍改造",
}
_MEDICAL: Final = {
    "id": "medical",
    "name": "大病助医",
    "purpose": "medical",
    "needs": ["N2"],
    "description": "住院自付费用补助",
}
_CARE: Final = {
    "id": "care",
    "name": "居家照护",
    "purpose": "elderly",
    "needs": ["N5", "N6"],
    "description": "每周上门两次",
}


def _organisation(name: str, kind: str, *projects: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": 1,
        "name": name,
        "kind": kind,
        "credit_code": "",
        "contact": "练习联系人",
        "phone": "0599-5550004",
        "address": "练习地址",
        "mainland": True,
        "active": True,
        "agreement_number": "练习-1",
        "agreement_until": "2099-12-31",
        "security": "专人保管、加密保存",
        "purposes": sorted({str(project["purpose"]) for project in projects}),
        "method": "电话核实后上门",
        "projects": [dict(project) for project in projects],
    }


@dataclass(frozen=True, slots=True)
class PracticeHousehold:
    """A household, and how many days ago it was visited last; None: never."""

    household: NewHousehold
    visited_days_ago: int | None = None
    own_words: str = ""


def households() -> tuple[PracticeHousehold, ...]:
    """Five households in three villages, among them one that is overdue and one never visited."""
    return (
        PracticeHousehold(
            _household(
                _SHANGBU,
                "2组7号",
                Category.DESTITUTE,
                _resident("林练习", Sex.FEMALE, date(1948, 3, 2), phone="0599-5550011"),
            ),
            visited_days_ago=96,
            own_words="腿脚不便，想有人帮忙买米",
        ),
        PracticeHousehold(
            _household(
                _SHANGBU,
                "3组12号",
                Category.SUBSISTENCE,
                _resident("吉练习", Sex.MALE, date(1964, 8, 19), disability=2, phone="0599-5550012"),
                _resident("叶练习", Sex.FEMALE, date(1967, 1, 5), relation="1"),
            ),
            visited_days_ago=183,
            own_words="轮椅坏了，出不了门",
        ),
        PracticeHousehold(
            _household(_ZHONGBU, "1组3号", Category.MARGIN, _resident("黄练习", Sex.FEMALE, date(1979, 11, 30))),
            visited_days_ago=362,
            own_words="孩子上大学，学费不够",
        ),
        PracticeHousehold(
            _household(_ZHONGBU, "4组1号", None, _resident("单练习", Sex.MALE, date(1985, 6, 14))),
        ),
        PracticeHousehold(
            _household(_CHABU, "5组9号", Category.HARD_EXPENDITURE, _resident("谢练习", Sex.MALE, date(1971, 4, 8))),
            visited_days_ago=20,
            own_words="住院两次，欠着亲戚的钱",
        ),
    )


def _household(division: str, text: str, category: Category | None, *members: NewResident) -> NewHousehold:
    held = () if category is None else (CategoryHeld(category, "hand"),)
    return NewHousehold(Address(division, text), members, categories=held)


def _resident(
    name: str, sex: Sex, born: date, *, relation: str = "0", disability: int | None = None, phone: str = ""
) -> NewResident:
    body = f"{COUNTY}{born:%Y%m%d}{999 if sex is Sex.MALE else 998}"
    return NewResident(
        Name(name),
        Document(DocumentType.RESIDENT_ID, body + check_character(body)),
        Birth(born, sex),
        relation=relation,
        phones=Phones((phone,) if phone else ()),
        disability=None if disability is None else Disability(DisabilityKind.PHYSICAL, disability),
    )
