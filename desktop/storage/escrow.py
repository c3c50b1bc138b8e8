"""The escrow slot (县级托管): the data key in two sealed halves, among the other key slots of a vault.

``{"kind": "escrow", "terms": {suite, vault, slot, device, holders}, "halves": {office: base64 of age}}``. What the
terms and halves mean is ``desktop.domain.escrow``; nobody on this laptop can open a half.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyrage

from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import (
    ESCROW_SUITE,
    EscrowOffice,
    EscrowTerms,
    Holders,
    device_mark,
    halves,
    read_terms,
)
from desktop.domain.journal import encode_json, hash_bytes
from desktop.domain.plain import to_plain
from desktop.storage.slots import Slots

ESCROW: Final = "escrow"


@dataclass(frozen=True, slots=True)
class EscrowSlot:
    """The slot as it stands in the file: its terms, and each office's half still sealed."""

    terms: EscrowTerms
    halves: Mapping[EscrowOffice, bytes]


def escrow_slot(vault: str, data_key: bytes, device_secret: bytes, holders: Holders) -> dict[str, Any]:
    """Split a data key anew and seal each half to the holders of one office.

    Raises:
        UserFacingError: ``escrow.holders-unreadable`` where a holder's key is none, or the list is not complete.
    """
    if not holders.is_complete:
        raise UserFacingError("escrow.holders-unreadable")
    terms = EscrowTerms(ESCROW_SUITE, vault, secrets.token_hex(8), device_mark(vault, device_secret), holders)
    sealed = {}
    for half in halves(terms, data_key):
        try:
            to = [pyrage.x25519.Recipient.from_str(one.recipient) for one in holders.of(half.office)]
        except pyrage.RecipientError:
            raise UserFacingError("escrow.holders-unreadable") from None
        sealed[half.office.value] = base64.b64encode(pyrage.encrypt(half.encode(), to)).decode()
    return {"kind": ESCROW, "terms": to_plain(terms), "halves": sealed}


def read(slots: Slots) -> EscrowSlot | None:
    """The escrow slot of a vault, None where it has none; raises UserFacingError ``escrow.slot-damaged``."""
    slot = slots.slot(ESCROW)
    if slot is None:
        return None
    terms = read_terms(slot.get("terms"))
    if terms.vault != slots.header.vault or not terms.holders.is_complete:
        raise UserFacingError("escrow.slot-damaged")
    try:
        sealed = {office: base64.b64decode(slot["halves"][office.value], validate=True) for office in EscrowOffice}
    except (KeyError, TypeError, ValueError):
        raise UserFacingError("escrow.slot-damaged") from None
    return EscrowSlot(terms, sealed)


def slot_digest(slots: Slots) -> str:
    """The hash of the slot's content, by which damage is noticed while the vault is open; "" where there is none."""
    slot = slots.slot(ESCROW)
    return "" if slot is None else hash_bytes(encode_json(slot))
