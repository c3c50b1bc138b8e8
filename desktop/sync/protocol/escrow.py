"""Recovery by escrow (县级托管): what a locked laptop asks and what a holder answers, as files on a stick.

The request is sealed to all holders, so that a finder learns nothing; the answer is signed by the holder who opened
the half, and what it carries is sealed to a key that the laptop made for this one request.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import EscrowOffice, EscrowTerms, read_terms
from desktop.domain.journal import encode_json, hash_bytes
from desktop.domain.plain import to_plain
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, read_document, text

REQUEST_MARK: Final = b"ZC1Q"
"""The first four bytes of a request file; the rest is sealed to the holders."""
MAX_ESCROW_BYTES: Final = 256 * 1024
MAX_REASON_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class EscrowRequest:
    """Who asks, why, and the two sealed halves. ``recipient`` is made for this request alone.

    Nothing of it is proven, since the worker's signing key is locked in: the holder hears the number of the request
    (``desktop.domain.escrow.spoken_number``) from the worker's own mouth.
    """

    worker_name: str
    office: str
    reason: str
    time: str
    recipient: str
    terms: EscrowTerms
    halves: Mapping[EscrowOffice, bytes]

    def encode(self) -> bytes:
        """The document that is sealed; its SHA-256 names the request."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "escrow-request",
                "worker_name": self.worker_name,
                "office": self.office,
                "reason": self.reason,
                "time": self.time,
                "recipient": self.recipient,
                "terms": to_plain(self.terms),
                "halves": {office.value: _to_text(half) for office, half in self.halves.items()},
            }
        )

    def digest(self) -> str:
        """The name of the request: what answers refer to and what the spoken number stands for."""
        return hash_bytes(self.encode())

    @classmethod
    def decode(cls, data: bytes) -> EscrowRequest:
        """Read a request; raises ProtocolError."""
        fields = read_document(data, "escrow-request")
        try:
            return cls(
                worker_name=text(fields["worker_name"]),
                office=text(fields["office"]),
                reason=text(fields["reason"]),
                time=text(fields["time"]),
                recipient=text(fields["recipient"]),
                terms=read_terms(fields["terms"]),
                halves={office: _to_bytes(fields["halves"][office.value]) for office in EscrowOffice},
            )
        except (KeyError, TypeError, ValueError, UserFacingError):
            raise ProtocolError("escrow-request-malformed") from None


@dataclass(frozen=True, slots=True)
class EscrowResponse:
    """One office's half, opened by a holder and sealed to the request's recipient. Signed by the holder.

    ``case`` is the county's own number or reason; ``request`` and ``terms`` are digests.
    """

    vault: str
    request: str
    terms: str
    office: EscrowOffice
    holder: str
    signing_key: str
    case: str
    time: str
    sealed: bytes

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "escrow-response",
                "vault": self.vault,
                "request": self.request,
                "terms": self.terms,
                "office": self.office.value,
                "holder": self.holder,
                "signing_key": self.signing_key,
                "case": self.case,
                "time": self.time,
                "sealed": _to_text(self.sealed),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> EscrowResponse:
        """Read an answer; raises ProtocolError."""
        fields = read_document(data, "escrow-response")
        try:
            return cls(
                vault=text(fields["vault"]),
                request=text(fields["request"]),
                terms=text(fields["terms"]),
                office=EscrowOffice(text(fields["office"])),
                holder=text(fields["holder"]),
                signing_key=text(fields["signing_key"]),
                case=text(fields["case"]),
                time=text(fields["time"]),
                sealed=_to_bytes(fields["sealed"]),
            )
        except (KeyError, TypeError, ValueError):
            raise ProtocolError("escrow-response-malformed") from None


def _to_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _to_bytes(value: Any) -> bytes:
    return base64.b64decode(text(value), validate=True)
