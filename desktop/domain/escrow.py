"""County escrow (县级托管): two offices hold half of a vault's key each, so that a forgotten password loses nothing.

The data key is ``first XOR second``, ``first`` random; each half is sealed to all holders of one office, so that any
one of each office together recover and nobody does alone. Each half names the slot it was made for by a hash over
everything that stands in the clear beside it: a half of another vault, of an older slot or of the other office, and
a slot whose list of holders was changed from outside, are told apart once a half is open.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, decode_json, encode_json, hash_bytes
from desktop.domain.plain import from_stored, to_plain

ESCROW_SUITE: Final = "xor+age-x25519"
ESCROW_RECORD: Final = "escrow"
"""The id of the one record by which the county issues its holders (``escrow.issued``)."""
LEAST_HOLDERS: Final = 2
"""In each office: one may be ill, have left, or have forgotten a passphrase."""
MOST_HOLDERS: Final = 8
"""In each office, so that a slots file stays small."""
_NUMBER_DIGITS: Final = 9


class EscrowOffice(StrEnum):
    """Who holds a half."""

    INFORMATION = "information"
    CIVIL_AFFAIRS = "civil-affairs"


OFFICE_NAMES: Mapping[EscrowOffice, str] = {
    EscrowOffice.INFORMATION: "县信息中心",
    EscrowOffice.CIVIL_AFFAIRS: "县民政局",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """One person who can open their office's half: ``recipient`` (age) is sealed to, ``signing_key`` (Ed25519, hex)
    signs what they opened. ``phone`` is the office's, for whoever forgot a password."""

    office: EscrowOffice
    name: str
    recipient: str
    signing_key: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Holders:
    """The county's list, as it is issued: ``version`` counts its changes."""

    version: int
    holders: tuple[Holder, ...]

    def of(self, office: EscrowOffice) -> tuple[Holder, ...]:
        """The holders of one office."""
        return tuple(one for one in self.holders if one.office is office)

    @property
    def is_complete(self) -> bool:
        """Whether escrow is on: each office has enough holders, and nobody is in both."""
        keys = [one.recipient for one in self.holders]
        enough = all(LEAST_HOLDERS <= len(self.of(office)) <= MOST_HOLDERS for office in EscrowOffice)
        return enough and len(set(keys)) == len(keys)


def read_holders(issued: Mapping[str, Any]) -> Holders | None:
    """The county's list from an issued body; None where this version cannot read it."""
    try:
        return from_stored(Holders, issued)
    except UserFacingError:
        return None


@dataclass(frozen=True, slots=True)
class EscrowTerms:
    """What stands in the clear beside the two halves: which vault, which slot, who can open it.

    ``device`` is a hash by which the vault's device secret is known again (``device_mark``).
    """

    suite: str
    vault: str
    slot: str
    device: str
    holders: Holders

    def digest(self) -> str:
        """What both halves are bound to."""
        return hash_bytes(encode_json(to_plain(self)))


def read_terms(value: object) -> EscrowTerms:
    """Terms as they stand in a slot or a request; raises UserFacingError ``escrow.slot-damaged``."""
    try:
        terms = from_stored(EscrowTerms, value if isinstance(value, Mapping) else {})
    except UserFacingError:
        raise UserFacingError("escrow.slot-damaged") from None
    if terms.suite != ESCROW_SUITE:
        raise UserFacingError("escrow.slot-damaged")
    return terms


def device_mark(vault: str, device_secret: bytes) -> str:
    """A hash that knows a device secret (32 random bytes) again and tells nobody anything about it."""
    return hash_bytes(b"zoucun device secret\0" + vault.encode() + b"\0" + device_secret)


# --- halves ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Half:
    """What a holder sees inside a sealed half; ``terms`` is the digest of the slot it belongs to."""

    office: EscrowOffice
    vault: str
    slot: str
    terms: str
    share: bytes

    def __repr__(self) -> str:
        return f"Half(office={self.office.value}, vault={self.vault}, slot={self.slot})"

    def encode(self) -> bytes:
        """The bytes that are sealed."""
        names = {"office": self.office.value, "vault": self.vault, "slot": self.slot, "terms": self.terms}
        return encode_json({**names, "share": self.share.hex()})


def read_half(data: bytes) -> Half:
    """A half just unsealed; raises UserFacingError ``escrow.half-damaged``."""
    try:
        fields = decode_json(data)
        vault, slot, terms = (str(fields[name]) for name in ("vault", "slot", "terms"))
        half = Half(EscrowOffice(fields["office"]), vault, slot, terms, bytes.fromhex(fields["share"]))
    except (EntryFormatError, KeyError, TypeError, ValueError):
        raise UserFacingError("escrow.half-damaged") from None
    return half


def halves(terms: EscrowTerms, key: bytes) -> tuple[Half, Half]:
    """Split a key: two halves, neither of which says anything about it."""
    first = secrets.token_bytes(len(key))
    shares = (first, _xor(first, key))
    one, other = (
        Half(office, terms.vault, terms.slot, terms.digest(), share)
        for office, share in zip(EscrowOffice, shares, strict=True)
    )
    return one, other


def check_half(half: Half, terms: EscrowTerms, office: EscrowOffice) -> None:
    """Refuse a half that was not made for these terms and this office.

    Raises:
        UserFacingError: ``escrow.half-of-other-vault``, ``escrow.half-of-other-office``,
            ``escrow.half-of-other-slot``, ``escrow.terms-changed`` (what stands beside it was altered).
    """
    if half.vault != terms.vault:
        raise UserFacingError("escrow.half-of-other-vault")
    if half.office is not office:
        raise UserFacingError("escrow.half-of-other-office")
    if half.slot != terms.slot:
        raise UserFacingError("escrow.half-of-other-slot")
    if half.terms != terms.digest():
        raise UserFacingError("escrow.terms-changed")


def join(one: Half, other: Half) -> bytes:
    """The key of two halves of one slot, one of each office.

    Raises:
        UserFacingError: ``escrow.half-of-other-office`` (twice the same), ``escrow.half-of-other-slot``,
            ``escrow.half-damaged``.
    """
    if one.office is other.office:
        raise UserFacingError("escrow.half-of-other-office")
    if one.terms != other.terms:
        raise UserFacingError("escrow.half-of-other-slot")
    if len(one.share) != len(other.share) or not one.share:
        raise UserFacingError("escrow.half-damaged")
    return _xor(one.share, other.share)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


# --- the number read out by phone -----------------------------------------------------------------


def spoken_number(request: str) -> str:
    """Nine digits that stand for a request (its digest), as three groups to read out by phone.

    They are stretched (scrypt, 32 MiB, RFC 7914), so that nobody who exchanges the file on its way can look for
    another request with the same number: 10⁹ tries of a tenth of a second are three years of one computer.
    """
    stretched = hashlib.scrypt(
        request.encode(), salt=b"zoucun spoken number", n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=16
    )
    digits = f"{int.from_bytes(stretched) % 10**_NUMBER_DIGITS:0{_NUMBER_DIGITS}}"
    return " ".join(digits[index : index + 3] for index in range(0, _NUMBER_DIGITS, 3))


def is_spoken_number(heard: str, request: str) -> bool:
    """Whether what was heard is the request's number, however it was typed."""
    digits = "".join(one for one in heard if one.isdigit())
    return secrets.compare_digest(digits.encode(), spoken_number(request).replace(" ", "").encode())
