"""A right body for every kind of entry, as this version writes them; tests change what they are about. All made up."""

from __future__ import annotations

from typing import Any


def visit_body(household: str, **changes: Any) -> dict[str, Any]:
    """The least that a visit says."""
    body = {"household": household, "kind": "survey", "day": "2026-11-20", "result": "nobody-home"}
    return {**body, **changes}


FIELDS: dict[str, dict[str, Any]] = {
    "need": {"household": "h-1", "visit": "v-1", "code": "N2", "urgency": "week", "words": "轮椅"},
    "wish": {
        "resident": "r-1",
        "household": "h-1",
        "public_name": "林奶奶",
        "group": "old",
        "age": "80-",
        "kind": "goods",
        "words": "一台收音机",
        "budget": 20000,
        "by": "2027-02-05",
        "visit": "v-1",
        "public_agreed": True,
        "delivery": "station",
        "number": "XY-261120-AB12CD",
    },
    "sheet": {
        "resident": "r-1",
        "household": "h-1",
        "asks": [{"recipient": "o-1", "purpose": "disability", "classes": ["A1", "B3"], "project": "wheelchair"}],
        "read_aloud": True,
        "number": "TY-350703104-261120-AB12",
        "worker": "lin",
        "months": 12,
        "signed_on": "2026-11-20",
        "signing": {"band": "adult"},
        "signed": {"band": "adult", "signed_by": "person"},
        "signer": "fingerprint",
        "witness": "周婶",
    },
    "grant": {
        "household": "h-1",
        "resident": "r-1",
        "sheet": "s-1",
        "recipient": "o-1",
        "purpose": "disability",
        "data_class": "A1",
        "from": "2026-11-20",
        "until": "2027-11-20",
    },
    "publicity": {
        "resident": "r-1",
        "household": "h-1",
        "materials": ["story", "alias"],
        "channels": ["website"],
        "publisher": "建阳区民政局",
        "naming": "alias",
        "number": "XC-261120-AB12CD",
        "until": "2027-11-20",
        "worker": "lin",
        "second_worker": "wang",
        "agreed": ["story", "website"],
        "refused": ["alias"],
        "read_aloud": True,
        "dialect": "闽北话",
        "script": {
            "form": "publicity-consent-script",
            "number": "TY-05-J",
            "version": "2026.1",
            "wording": "0" * 64,
            "items": ["opening", "materials"],
        },
        "signed_by": "person",
        "signing": {"band": "adult"},
        "signed": {"band": "adult", "signed_by": "person"},
        "signer": "signature",
        "signed_on": "2026-11-20",
    },
    "blank": {"stock": "0" * 32, "number": 7, "issued_to": "lin", "holder": "lin", "holder_name": "林晓梅"},
    "approval": {
        "workers": ["lin"],
        "ground": "case",
        "from": "2026-11-20",
        "until": "2026-12-20",
        "resident": "r-1",
        "household": "h-1",
        "words": "助学申请",
        "approver": "he",
        "approver_name": "何金水",
        "statement": {"signed": "{}", "signature": "00"},
    },
    "referral": {
        "resident": "r-1",
        "household": "h-1",
        "recipient": "o-1",
        "purpose": "disability",
        "trigger": "T2",
        "classes": ["A1"],
        "needs": ["N2"],
        "summary": "行走不便",
        "reply_by": "2026-12-20",
        "second_worker": "wang",
        "aid_received": [{"scheme": "低保", "monthly": 60000, "since": "2024-01-01"}],
        "number": "ZC-350703104-261120-AB12",
        "sheets": ["s-1"],
        "release": {"signed": "{}", "signature": "00"},
    },
    "rights-request": {
        "resident": "r-1",
        "household": "h-1",
        "kind": "access",
        "asker": "person",
        "way": "window",
        "identity": "document",
        "words": "想看看记了我什么",
        "received": "2026-11-20",
        "number": "QL-350703104-261120-AB12",
        "days": 15,
        "due": "2026-12-11",
        "taken_by": "林晓梅",
        "classes": [{"kind": "need", "count": 1, "gone": True, "until": "2031-11-20"}],
        "reasons": ["retention"],
    },
}
"""The fields of a lifecycle's first step."""

ISSUED: dict[str, dict[str, Any]] = {
    "organisation": {
        "version": 1,
        "name": "试验慈善会",
        "agreement_until": "2027-12-31",
        "purposes": ["disability"],
        "projects": [{"id": "p", "name": "轮椅", "needs": ["N2"]}],
    },
    "division": {
        "version": 1,
        "code": "350703104",
        "name": "莒口镇",
        "villages": [{"code": "350703104209", "name": "上㘵村委会"}],
    },
    "standard": {"version": 1, "from": "2026-01-01", "subsistence_monthly": 93000, "margin_factor": 1.5},
    "roster": {"version": 1, "township": "350703104", "vaults": [{"vault": "v", "worker": "lin", "name": "林晓梅"}]},
    "office": {"version": 1, "code": "350703104", "name": "莒口镇人民政府", "retention_years": 5},
    "worker": {
        "version": 1,
        "worker": "lin",
        "name": "林晓梅",
        "role": "caseworker",
        "townships": ["350703104"],
        "earlier": [{"role": "social-worker", "townships": ["350703105"], "until": "2026-11-20T09:00:00+00:00"}],
    },
    "escrow": {
        "version": 1,
        "holders": [{"office": "information", "name": "周一", "recipient": "age1", "signing_key": "00", "phone": "1"}],
    },
    "retention": {"version": 1, "years": {"visit": 10}},
    "wording": {
        "version": 1,
        "form": "visit-notice",
        "wording": {"form": "visit-notice", "version": "2026.2", "terms": {"footer": "一份"}},
        "sha256": "0" * 64,
        "from": "2026-12-01",
        "reason": "试验",
    },
}

GROUPS: dict[str, dict[str, dict[str, Any]]] = {
    "household": {
        "address": {"division": "350703104209", "text": "3组12号"},
        "head": {"resident": "r-1"},
        "number": {"number": "7"},
        "near_relative": {"declared": True, "who": "侄儿"},
        "category:subsistence": {"category": "subsistence", "since": "2024-01-01", "monthly": 60000},
        "category:orphan": {"category": "orphan"},
    },
    "resident": {
        "name": {"name": "𠮷建国"},
        "document": {"type": "none"},
        "birth": {"day": "1950-03-05", "sex": "male"},
        "phones": {"numbers": ["05995550101"]},
        "membership": {"household": "h-1", "relation": "02"},
        "health": {"state": "chronic", "illness": "高血压"},
        "disability": {"kind": "4", "level": 2},
        "guardian": {"name": "吉大山", "relation": "子", "basis": "court", "deed": "（2026）闽0703民特1号"},
        "carer": {"name": "吉小山", "relation": "孙"},
        "capacity": {"capacity": "limited", "ground": "court", "proof": "（2026）闽0703民特1号"},
    },
}


def described(kind: str, **groups: Any) -> dict[str, Any]:
    """The body of a description, all groups if none are named."""
    given = groups or GROUPS[kind]
    return {"groups": {name: {"base": None, "value": value} for name, value in given.items()}}


FULL_VISIT = visit_body(
    "h-1",
    result="met",
    second_worker="wang",
    respondent={"name": "吉建国", "resident": "r-1"},
    notice_given=True,
    members=[{"resident": "r-1", "health": "chronic", "cannot": ["walking"], "self_care_asked": True}],
    income={"wages": 1_200_000, "evidence": "declared"},
    spending={"medical": 300_000, "receipts_seen": True},
    housing={"safety": "leaking", "alone": True},
    needs=[{"code": "N2", "urgency": "week", "words": "轮椅"}],
    assessment={"conclusion": "T1", "review_date": "2027-05-20", "aid_received": [{"scheme": "低保"}]},
    own_words="想出门走走",
)

BODIES: dict[str, dict[str, Any]] = {
    "household.described": described("household"),
    "resident.described": described("resident"),
    "household.decided": {"group": "number", "value": {"number": "8"}, "over": ["a/b/1"]},
    "resident.decided": {"group": "name", "value": {"name": "林秀英"}, "over": ["a/b/1"]},
    **{f"{kind}.decided": {"over": ["a/b/1"], "reason": "问过本人"} for kind in FIELDS},
    "household.aliased": {"to": "h-9"},
    "household.joined": {"to": "h-9"},
    "visit.recorded": FULL_VISIT,
    "aid.recorded": {"household": "h-1", "scheme": "低保", "monthly": 60000, "since": "2024-01-01"},
    "help.recorded": {"household": "h-1", "organisation": "o-1", "what": "轮椅", "amount": 0, "date": "2026-11-05"},
    "stock.recorded": {
        "worker": "lin",
        "worker_name": "林晓梅",
        "form": "consent-self",
        "form_number": "TY-01",
        "version": "2026.1",
        "count": 10,
        "printed": "2026-11-20",
        "outcome": "printed",
        "asks": [{"recipient": "o-1", "purpose": "disability", "classes": ["A1"]}],
        "copies": 2,
        "hashes": ["00"],
    },
    "print.recorded": {
        "household": "h-1",
        "of": "s-1",
        "form": "consent-self",
        "copies": 2,
        "hash": "00",
        "outcome": "partly",
        "printer": "Office",
        "first": 2,
        "last": 3,
        "number": "TY-01",
        "pages": 4,
        "to_sign": [4],
    },
    "scan.recorded": {"sheet": "s-1", "attachment": "00", "page": 1, "recognised": True, "household": "h-1"},
    "signature.recorded": {
        "sheet": "s-1",
        "digest": "00",
        "attachment": "11",
        "strokes": "22",
        "household": "h-1",
        "resident": "r-1",
    },
    "check.recorded": {
        "sheet": "s-1",
        "statement": {"signed": "{}", "signature": "00"},
        "household": "h-1",
        "resident": "r-1",
    },
    "withdrawal.recorded": {
        "household": "h-1",
        "resident": "r-1",
        "number": "CH-261123-0A1B2C",
        "mode": "phone",
        "taken_back": [{"recipient": "o-1", "purpose": "disability", "classes": ["A1"], "agreed": ["A1", "B3"]}],
        "requests": ["stop", "delete"],
        "identity_checked": "回拨登记的电话",
        "second_worker_name": "何金水",
        "reply_by": "2026-12-14",
    },
    "import.recorded": {"file": "00", "added": 2, "stopped": False},
    **{f"{kind}.moved": {"from": None, "to": "drafted", "fields": fields} for kind, fields in FIELDS.items()},
    **{f"{kind}.issued": body for kind, body in ISSUED.items()},
}
BODIES["need.moved"]["to"] = "open"
BODIES["grant.moved"]["to"] = "agreed"
BODIES["blank.moved"]["to"] = "returned"
BODIES["rights-request.moved"]["to"] = "received"
