"""What the tour's county issues: the standard, the office, organisations with their projects. None of them is real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from desktop.tour.cast import OFFICE, TOWNSHIP

CHARITY: Final = "organisation-charity"
"""The organisation whose contact answers in the tour."""
CHARITY_NAME: Final = "建阳区慈善总会（演示）"


def issued() -> list[dict[str, Any]]:
    """Lines for ``zoucun-county issue``."""
    return [
        {
            "kind": "standard",
            "body": {"from": "2026-01-01", "subsistence_monthly": 93_000, "margin_factor": 1.5},
        },
        {
            "kind": "office",
            "body": {
                "code": TOWNSHIP,
                "name": OFFICE,
                "address": "建阳区莒口镇（演示地址）",
                "phone": "0599-5550101",
                "contact": "陈晓燕",
                "county_name": "南平市建阳区民政局",
                "county_phone": "0599-5550100",
                "complaint_phone": "0599-5550199",
                "retention_years": 5,
                "reply_days": 15,
            },
        },
        _organisation(CHARITY, CHARITY_NAME, "慈善总会", _WHEELCHAIR, _MEDICAL),
        _organisation("organisation-red-cross", "南平市红十字会（演示）", "红十字会", _MEDICAL, _ELDERS),
        _organisation("organisation-study", "闽北助学基金会（演示）", "基金会", _STUDY),
        _organisation(
            "organisation-lapsed", "协议已到期的服务中心（演示）", "社会服务机构", _ELDERS, until="2026-06-30"
        ),
    ]


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
_ELDERS: Final = {
    "id": "elders",
    "name": "独居老人照护",
    "purpose": "elderly",
    "needs": ["N5", "N6", "N7"],
    "description": "每周上门两次",
}
_STUDY: Final = {
    "id": "study",
    "name": "圆梦助学",
    "purpose": "education",
    "needs": ["N3"],
    "description": "高中、大学学费补助",
}


def _organisation(
    record: str, name: str, kind: str, *projects: Mapping[str, Any], until: str = "2027-12-31"
) -> dict[str, Any]:
    purposes: Sequence[str] = sorted({str(project["purpose"]) for project in projects})
    return {
        "kind": "organisation",
        "id": record,
        "body": {
            "name": name,
            "kind": kind,
            "credit_code": "",
            "contact": "演示联系人",
            "phone": "0599-5550111",
            "address": "建阳区（演示地址）",
            "mainland": True,
            "active": True,
            "agreement_number": "演示-2026-01",
            "agreement_until": until,
            "security": "专人保管、加密保存",
            "purposes": purposes,
            "method": "电话核实后上门",
            "projects": [dict(project) for project in projects],
        },
    }
