"""The release (放行): the county's signed word that a referral may be handed over."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.journal import encode_json
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, read_document, text


@dataclass(frozen=True, slots=True)
class Release:
    """The county's word that a referral may be handed over (放行); signed, and bound to one referral.

    Only with it in hand may a laptop print the recipient's slip, and only with these classes.
    """

    number: str
    referral: str
    resident: str
    recipient: str
    purpose: str
    sheets: tuple[str, ...]
    classes: tuple[str, ...]
    time: str
    expires: str
    may_call: bool | None = None
    """What the person said of calls and visits by this recipient; None where neither box was ticked."""
    may_visit: bool | None = None

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "release",
                "number": self.number,
                "referral": self.referral,
                "resident": self.resident,
                "recipient": self.recipient,
                "purpose": self.purpose,
                "sheets": list(self.sheets),
                "classes": list(self.classes),
                "time": self.time,
                "expires": self.expires,
                "may_call": self.may_call,
                "may_visit": self.may_visit,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Release:
        """Read a release; raises ProtocolError."""
        fields = read_document(data, "release")
        try:
            return cls(
                number=text(fields["number"]),
                referral=text(fields["referral"]),
                resident=text(fields["resident"]),
                recipient=text(fields["recipient"]),
                purpose=text(fields["purpose"]),
                sheets=tuple(map(text, fields["sheets"])),
                classes=tuple(map(text, fields["classes"])),
                time=text(fields["time"]),
                expires=text(fields["expires"]),
                may_call=_answer(fields.get("may_call")),
                may_visit=_answer(fields.get("may_visit")),
            )
        except (KeyError, TypeError):
            raise ProtocolError("release-malformed") from None


def _answer(value: object) -> bool | None:
    """A tick, or that there is none; raises TypeError."""
    if value is None or isinstance(value, bool):
        return value
    raise TypeError
