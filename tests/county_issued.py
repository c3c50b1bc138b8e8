"""County-issued data put into a vault as the feed would put it, for tests that need no county."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from desktop.domain.records import Change
from desktop.services.application import Application
from desktop.storage import records

_numbers = itertools.count(1)

JUKOU = "350703104"
SHANGBU = "350703104209"
ZHONGBU = "350703104210"
CHABU = "350703104211"
CHARITY = "organisation-charity"
RED_CROSS = "organisation-red-cross"
ABROAD = "organisation-abroad"
LAPSED = "organisation-lapsed"

DIVISION: dict[str, Any] = {
    "version": 1,
    "code": JUKOU,
    "name": "莒口镇",
    "path": "福建省南平市建阳区",
    "villages": [
        {"code": "350703104201", "name": "莒口村委会"},
        {"code": SHANGBU, "name": "上㘵村委会"},
        {"code": ZHONGBU, "name": "中㘵村委会"},
        {"code": CHABU, "name": "茶㘵村委会"},
    ],
}
STANDARD = {"version": 1, "from": "2026-01-01", "subsistence_monthly": 93000, "margin_factor": 1.5}
OFFICE = {
    "version": 1,
    "code": JUKOU,
    "name": "莒口镇人民政府",
    "address": "建阳区莒口镇莒口街1号",
    "phone": "0599-5550101",
    "contact": "林晓梅",
    "county_name": "南平市建阳区民政局",
    "county_phone": "0599-5550100",
    "complaint_phone": "0599-5550199",
    "retention_years": 5,
    "reply_days": 15,
}


def organisation(name: str, **changes: Any) -> dict[str, Any]:
    """A body of the directory with a current agreement."""
    return {
        "version": 1,
        "name": name,
        "kind": "慈善总会",
        "credit_code": "51350000MJB0000017",
        "contact": "周文",
        "phone": "0591-5550111",
        "address": "福州市鼓楼区示例路8号",
        "mainland": True,
        "active": True,
        "agreement_number": "XY-2026-01",
        "agreement_until": "2027-12-31",
        "security": "专人保管、加密保存",
        "purposes": ["disability", "medical", "elderly"],
        "method": "电话核实后上门",
        "projects": [
            {
                "id": "wheelchair",
                "name": "轮椅与康复",
                "purpose": "disability",
                "needs": ["N2", "N4"],
                "description": "轮椅、助行器",
            }
        ],
        **changes,
    }


def issue(application: Application, kind: str, record: str, body: Mapping[str, Any]) -> None:
    """Put one issued record into the store."""
    change = Change(
        f"county/e/{next(_numbers)}", f"{kind}.issued", record, "2026-11-01T00:00:00+00:00", "county", "system", body
    )

    def write(connection: Connection) -> None:
        _, outcome = records.apply(connection, change)
        assert outcome.result == "ok", outcome

    application.store.write(write)


def issue_everything(application: Application) -> None:
    """Villages of 莒口镇, the standard, the office and four organisations."""
    issue(application, "division", f"division-{JUKOU}", DIVISION)
    issue(application, "standard", "standard-2026", STANDARD)
    issue(application, "office", f"office-{JUKOU}", OFFICE)
    issue(application, "organisation", CHARITY, organisation("福建省慈善总会"))
    issue(application, "organisation", RED_CROSS, organisation("南平市红十字会", kind="红十字会"))
    issue(application, "organisation", ABROAD, organisation("某境外基金会", mainland=False))
    issue(application, "organisation", LAPSED, organisation("协议过期的基金会", agreement_until="2026-01-01"))


def issue_roster(application: Application) -> None:
    """The township's two workers."""
    vaults = [
        {"vault": "v1", "worker": "worker-lin", "name": "林晓梅", "role": "caseworker"},
        {"vault": "v2", "worker": "worker-chen", "name": "陈晓燕", "role": "reviewer"},
    ]
    workers = [{name: one[name] for name in ("worker", "name", "role")} for one in vaults]
    body = {"version": 1, "township": "350703104", "vaults": vaults, "workers": workers}
    issue(application, "roster", "roster-350703104", body)
