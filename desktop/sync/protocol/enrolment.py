"""Enrolment (开通): a one-time code, what a vault sends and what the county answers."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from desktop.domain.journal import encode_json
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, read_document, text


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time code (开通码) that also carries the county key's fingerprint.

    Typed or scanned; so a laptop that never met its county cannot be given a false one.
    """

    token: bytes
    fingerprint: bytes

    def encode(self) -> str:
        """Groups of five base32 characters; the last two bytes are a check."""
        body = self.token + self.fingerprint
        check = hashlib.sha256(body).digest()[:2]
        letters = base64.b32encode(body + check).decode().rstrip("=")
        return "-".join(letters[index : index + 5] for index in range(0, len(letters), 5))

    @classmethod
    def decode(cls, written: str) -> EnrolmentCode:
        """Read a code as people type it; raises ProtocolError("code-mistyped")."""
        letters = "".join(written.upper().replace("0", "O").replace("1", "I").replace("8", "B").split())
        letters = letters.replace("-", "")
        try:
            data = base64.b32decode(letters + "=" * (-len(letters) % 8))
        except ValueError:
            raise ProtocolError("code-mistyped") from None
        body, check = data[:-2], data[-2:]
        if len(body) != 26 or hashlib.sha256(body).digest()[:2] != check:
            raise ProtocolError("code-mistyped")
        return cls(body[:16], body[16:])


def key_fingerprint(public_key: bytes) -> bytes:
    """Ten bytes that name a county's signing key."""
    return hashlib.sha256(public_key).digest()[:10]


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """What a new vault sends: its keys and the one-time token. Signed with its own new key."""

    token: str
    vault: str
    epoch: str
    signing_key: str
    recipient: str

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "enrolment-request",
                "token": self.token,
                "vault": self.vault,
                "epoch": self.epoch,
                "signing_key": self.signing_key,
                "recipient": self.recipient,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> EnrolmentRequest:
        """Read a request; raises ProtocolError."""
        fields = read_document(data, "enrolment-request")
        try:
            return cls(*(text(fields[name]) for name in ("token", "vault", "epoch", "signing_key", "recipient")))
        except KeyError:
            raise ProtocolError("enrolment-malformed") from None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the county answers: who the worker is, for which townships, and the county's own keys."""

    vault: str
    county: str
    county_name: str
    dataset: str
    signing_key: str
    recipient: str
    worker: str
    worker_name: str
    role: str
    office: str
    townships: tuple[str, ...]

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "enrolment",
                "vault": self.vault,
                "county": self.county,
                "county_name": self.county_name,
                "dataset": self.dataset,
                "signing_key": self.signing_key,
                "recipient": self.recipient,
                "worker": self.worker,
                "worker_name": self.worker_name,
                "role": self.role,
                "office": self.office,
                "townships": list(self.townships),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Enrolment:
        """Read an answer; raises ProtocolError."""
        fields = read_document(data, "enrolment")
        names = (
            "vault",
            "county",
            "county_name",
            "dataset",
            "signing_key",
            "recipient",
            "worker",
            "worker_name",
            "role",
            "office",
        )
        try:
            return cls(**{name: text(fields[name]) for name in names}, townships=tuple(map(text, fields["townships"])))
        except (KeyError, TypeError):
            raise ProtocolError("enrolment-malformed") from None
