"""What the signed paper shows beside the boxes (签署情况): which finger, why no signature, that a copy was handed over.

The form has a place for each (``reference.md`` §3.2 items 13 and 14). It is written down when the sheet is signed and
never after, so that whoever checks can hold the paper against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop.domain.compatriots import CompatriotOffice, CompatriotSaid
from desktop.domain.plain import decode
from desktop.domain.sheet_signing import signed_of
from desktop.domain.signing import SignedBy, Signer


class Finger(StrEnum):
    """The finger of a fingerprint (指印), as the form names it beside the square."""

    RIGHT_INDEX = "right-index"
    RIGHT_THUMB = "right-thumb"
    LEFT_INDEX = "left-index"
    LEFT_THUMB = "left-thumb"
    OTHER = "other"


FINGER_NAMES: Mapping[Finger, str] = {
    Finger.RIGHT_INDEX: "右手食指",
    Finger.RIGHT_THUMB: "右手拇指",
    Finger.LEFT_INDEX: "左手食指",
    Finger.LEFT_THUMB: "左手拇指",
    Finger.OTHER: "其他手指",
}


@dataclass(frozen=True, slots=True)
class SigningEvidence:
    """What stands on the paper beside the boxes; None and "" where nothing was written down."""

    copy_given: bool = False
    """A copy was handed to whoever signed. Of a signing on the screen it is printed later, which is a fact of its
    own (``print``)."""
    finger: Finger | None = None
    guardian_finger: Finger | None = None
    unable_reason: str = ""
    """Why there is a fingerprint in the place of a signature (不能签名的原因)."""
    offices: tuple[CompatriotOffice, ...] = ()
    """On a compatriot's form: those that were ticked; one that was not is not asked."""
    compatriot: CompatriotSaid | None = None
    """What else a compatriot's form says."""


def evidence_of(fields: Mapping[str, Any]) -> SigningEvidence | None:
    """What a sheet's fields say of it; None where nothing was written down. Raises Misfit."""
    return decode(SigningEvidence, fields["evidence"]) if fields.get("evidence") else None


def offices_of(fields: Mapping[str, Any]) -> tuple[CompatriotOffice, ...]:
    """The offices that a compatriot ticked on a sheet. Raises Misfit."""
    shown = evidence_of(fields)
    return shown.offices if shown is not None else ()


def compatriot_words(fields: Mapping[str, Any]) -> str:
    """What else a compatriot's signed form says, in words; "" where nothing was written down. Raises Misfit."""
    shown = evidence_of(fields)
    return shown.compatriot.words() if shown is not None and shown.compatriot is not None else ""


def fingers_of(fields: Mapping[str, Any]) -> tuple[tuple[str, Finger | None], ...]:
    """Whose fingerprints a signed sheet bears, in the words of the form, and of which finger. Raises Misfit."""
    facts, shown = signed_of(fields), evidence_of(fields) or SigningEvidence()
    by = facts.signed_by or SignedBy.PERSON
    # Where the guardian signs alone, the sheet's own signer is the guardian.
    signers = (
        ("本人", fields.get("signer") if by.person else None, shown.finger),
        ("监护人", facts.guardian_signer if by.guardian else None, shown.guardian_finger),
    )
    return tuple((who, finger) for who, signer, finger in signers if signer == Signer.FINGERPRINT)
