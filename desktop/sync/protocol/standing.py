"""Contact and standing (联系、状态): what a laptop tells when it meets its county, and where the county says it stands.

The standing repeats the contact's fresh nonce, so that neither an order nor the county's time can be replayed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from desktop.domain.journal import encode_json
from desktop.sync.protocol.journal_told import FITS, JournalTold, JournalWord, read_journal, read_word
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, count, read_document, text

GOOD = "good"
REVOKED = "revoked"
"""No feed any more; what is unsent is still taken in, for review."""
WIPE = "wipe"
"""Revoked, and the laptop erases its keys once all it had is stored."""
MOST_WITHDRAWN = 500
"""Grants in one contact; what is more comes with its batches, or in the next one."""
MOST_ANSWERS = 8
"""Holders' answers in one contact: two for each recovery since the last one."""
MAX_ANSWER_BYTES = 32 * 1024
STANDINGS = (GOOD, REVOKED, WIPE)


@dataclass(frozen=True, slots=True)
class Contact:
    """What the county would want to know of this vault if it never met it again.

    ``cursor`` is how far its copy of the feed reaches, ``seq`` its journal's last entry in ``epoch``;
    ``keyring`` whether the computer remembers the device secret, ``escrow`` the version of the holders'
    list that its escrow slot was made for (0: none).
    """

    vault: str
    nonce: str
    cursor: int
    epoch: str
    seq: int
    attachments: int
    keyring: bool
    escrow: int
    withdrawn: tuple[str, ...] = ()
    """Grants (ids) withdrawn in entries that have no place in the county's order, the newest ``MOST_WITHDRAWN``."""
    stopped: tuple[tuple[str, str], ...] = ()
    """Withdrawals (ids) that stop more than grants known there, and the residents they concern, likewise."""
    journal: JournalTold | None = None
    """The journal as it lies there; None tells nothing of it."""
    recovered: tuple[bytes, ...] = ()
    """Of recoveries since the last contact: the holders' signed answers (``EscrowResponse``), byte for byte."""
    county_time: str = ""
    """The county's own time as its last answer before this contact said it; empty tells nothing of it."""

    def encode(self) -> bytes:
        """The document; the request that carries it is signed."""
        ahead: dict[str, Any] = {"withdrawn": list(self.withdrawn)} if self.withdrawn else {}
        if self.stopped:
            ahead["stopped"] = [{"withdrawal": one, "resident": person} for one, person in self.stopped]
        journal = {} if self.journal is None else {"journal": self.journal.plain()}
        if self.recovered:
            ahead["recovered"] = [base64.b64encode(one).decode() for one in self.recovered]
        if self.county_time:
            ahead["county_time"] = self.county_time
        return encode_json(
            {
                **ahead,
                **journal,
                "protocol": PROTOCOL,
                "document": "contact",
                "vault": self.vault,
                "nonce": self.nonce,
                "cursor": self.cursor,
                "epoch": self.epoch,
                "seq": self.seq,
                "attachments": self.attachments,
                "keyring": self.keyring,
                "escrow": self.escrow,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Contact:
        """Read a contact; raises ProtocolError."""
        fields = read_document(data, "contact")
        try:
            if not isinstance(fields["keyring"], bool) or not 16 <= len(text(fields["nonce"])) <= 64:
                raise ProtocolError("contact-malformed")
            return cls(
                vault=text(fields["vault"]),
                nonce=text(fields["nonce"]),
                cursor=count(fields["cursor"]),
                epoch=text(fields["epoch"]),
                seq=count(fields["seq"]),
                attachments=count(fields["attachments"]),
                keyring=fields["keyring"],
                escrow=count(fields["escrow"]),
                withdrawn=_ids(fields.get("withdrawn", [])),
                stopped=_stopped(fields.get("stopped", [])),
                journal=read_journal(fields["journal"]) if "journal" in fields else None,
                recovered=_answers(fields.get("recovered", [])),
                county_time=text(fields.get("county_time", "")),
            )
        except (KeyError, TypeError, ValueError):
            raise ProtocolError("contact-malformed") from None


def _ids(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > MOST_WITHDRAWN:
        raise ProtocolError("contact-malformed")
    return tuple(text(one) for one in given)


def _stopped(given: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, list) or len(given) > MOST_WITHDRAWN:
        raise ProtocolError("contact-malformed")
    return tuple((text(one["withdrawal"]), text(one["resident"])) for one in given)


def _answers(given: object) -> tuple[bytes, ...]:
    if not isinstance(given, list) or len(given) > MOST_ANSWERS:
        raise ProtocolError("contact-malformed")
    found = tuple(base64.b64decode(text(one), validate=True) for one in given)
    if any(len(one) > MAX_ANSWER_BYTES for one in found):
        raise ProtocolError("contact-malformed")
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """The county's signed word on one vault, for one contact.

    ``order`` numbers the county's orders on this vault, 0 where there was none; ``since``, ``reason`` and
    ``ask`` (whom to call) are for the worker to read. ``lease`` is the lease secret sealed to the vault (hex).
    """

    vault: str
    nonce: str
    time: str
    standing: str
    order: int
    since: str
    reason: str
    ask: str
    lease: str
    journal: JournalWord = FITS
    """What the county says to the journal that the contact told of."""

    @property
    def is_revoked(self) -> bool:
        """Whether the vault may no longer be worked in."""
        return self.standing != GOOD

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "standing",
                "vault": self.vault,
                "nonce": self.nonce,
                "time": self.time,
                "standing": self.standing,
                "order": self.order,
                "since": self.since,
                "reason": self.reason,
                "ask": self.ask,
                "lease": self.lease,
                "journal": self.journal.plain(),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Standing:
        """Read a standing; raises ProtocolError."""
        fields = read_document(data, "standing")
        try:
            if fields["standing"] not in STANDINGS:
                raise ProtocolError("standing-malformed")
            return cls(
                vault=text(fields["vault"]),
                nonce=text(fields["nonce"]),
                time=text(fields["time"]),
                standing=fields["standing"],
                order=count(fields["order"]),
                since=text(fields["since"]),
                reason=text(fields["reason"]),
                ask=text(fields["ask"]),
                lease=text(fields["lease"]),
                journal=read_word(fields["journal"]),
            )
        except (KeyError, TypeError):
            raise ProtocolError("standing-malformed") from None
