"""The shapes of a contact and of the standing that answers it, for the description of the interface (OpenAPI).

What is believed is decided by ``desktop.sync.protocol`` alone; a test keeps these in step with it.
"""

from __future__ import annotations

from typing import Any, Final

from desktop.domain.journal import MAX_COUNT
from desktop.sync.protocol import JOURNAL_FAULTS, MOST_WITHDRAWN

_TEXT: Final = {"type": "string"}
_FLAG: Final = {"type": "boolean"}
_COUNT: Final = {"type": "integer", "minimum": 0, "maximum": MAX_COUNT}
_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _object(described: str, properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = sorted(properties.keys() - set(optional))
    return {"type": "object", "description": described, "required": required, "properties": properties}


def _pairs(described: str, *items: dict[str, Any]) -> dict[str, Any]:
    pair = {"type": "array", "prefixItems": list(items), "minItems": 2, "maxItems": 2}
    return {"type": "array", "description": described, "items": pair}


EPOCH_STANDS: Final = _object(
    "an own epoch as it lies on the laptop",
    {
        "epoch": _TEXT,
        "seq": _COUNT,
        "head": _HASH,
        "marks": _pairs("[seq, digest over the lines `<seq> <hash>` LF of the entries from 1 on]", _COUNT, _HASH),
        "left_out": _pairs("[first, last]: numbers that no digest covers", _COUNT, _COUNT),
    },
)
JOURNAL_TOLD: Final = _object(
    "the journal (日志) as it lies there",
    {
        "epochs": {"type": "array", "items": EPOCH_STANDS},
        "fault": {**_TEXT, "description": "what the laptop's last check found; empty: sound"},
        "comparing": {**_FLAG, "description": "epochs have still to be compared after a restore"},
    },
)
JOURNAL_WORD: Final = _object(
    "the county's word on the journal that was told",
    {"fault": {"enum": ["", *JOURNAL_FAULTS]}, "epoch": _TEXT, "seq": _COUNT, "held": _FLAG},
)
CONTACT: Final = _object(
    "contact (联系): how the vault is",
    {
        "protocol": _COUNT,
        "document": {"const": "contact"},
        "vault": _TEXT,
        "nonce": {"type": "string", "minLength": 16, "maxLength": 64},
        "cursor": _COUNT,
        "epoch": _TEXT,
        "seq": _COUNT,
        "attachments": _COUNT,
        "keyring": _FLAG,
        "escrow": _COUNT,
        "withdrawn": {"type": "array", "items": _TEXT, "maxItems": MOST_WITHDRAWN},
        "journal": JOURNAL_TOLD,
        "county_time": {**_TEXT, "description": "the county's own time, as its last answer before this one said it"},
    },
    optional=("withdrawn", "journal", "county_time"),
)
STANDING: Final = _object(
    "standing (状态): where the county says the vault stands",
    {
        "protocol": _COUNT,
        "document": {"const": "standing"},
        "vault": _TEXT,
        "nonce": _TEXT,
        "time": _TEXT,
        "standing": {"enum": ["good", "revoked", "wipe"]},
        "order": _COUNT,
        "since": _TEXT,
        "reason": _TEXT,
        "ask": _TEXT,
        "lease": _TEXT,
        "journal": JOURNAL_WORD,
    },
)
_SIGNED: Final = _object(
    "signed document",
    {
        "signed": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": STANDING,
            "description": "the standing's own text",
        },
        "signature": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
    },
)
CONTACT_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": CONTACT}}}
}
STANDING_ANSWER: Final[dict[str, Any]] = {
    "description": "signed standing",
    "content": {"application/json": {"schema": _SIGNED}},
}
