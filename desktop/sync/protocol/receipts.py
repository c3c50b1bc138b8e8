"""Receipts (回执) and the verdict on each entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.domain.journal import encode_json
from desktop.sync.protocol.wire import APPLIED, PROTOCOL, STORED, ProtocolError, count, read_document, text


@dataclass(frozen=True, slots=True)
class Verdict:
    """The county's word on one entry. ``position`` is its place in the county's order, if it has one."""

    vault: str
    epoch: str
    seq: int
    hash: str
    result: str
    reason: str = ""
    position: int | None = None

    def fields(self) -> dict[str, Any]:
        """For the wire."""
        return {
            "vault": self.vault,
            "epoch": self.epoch,
            "seq": self.seq,
            "hash": self.hash,
            "result": self.result,
            "reason": self.reason,
            "position": self.position,
        }

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Verdict:
        """From the wire; raises ProtocolError."""
        try:
            position = fields["position"]
            return cls(
                text(fields["vault"]),
                text(fields["epoch"]),
                count(fields["seq"]),
                text(fields["hash"]),
                text(fields["result"]),
                text(fields["reason"]),
                None if position is None else count(position),
            )
        except (KeyError, TypeError):
            raise ProtocolError("verdict-malformed") from None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The county's receipt (回执) for a batch, in two stages.

    ``stored``: the sealed bytes are safe. ``applied``: each entry has its verdict. ``dataset`` names
    the county's database; if it changes, the county was restored and asks for what it lost.
    """

    stage: str
    vault: str
    epoch: str
    number: int
    digest: str
    time: str
    dataset: str
    verdicts: tuple[Verdict, ...] = ()

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "receipt",
                "stage": self.stage,
                "vault": self.vault,
                "epoch": self.epoch,
                "number": self.number,
                "digest": self.digest,
                "time": self.time,
                "dataset": self.dataset,
                "verdicts": [verdict.fields() for verdict in self.verdicts],
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Receipt:
        """Read a receipt; raises ProtocolError."""
        fields = read_document(data, "receipt")
        try:
            if fields["stage"] not in (STORED, APPLIED):
                raise ProtocolError("receipt-malformed")
            return cls(
                stage=fields["stage"],
                vault=text(fields["vault"]),
                epoch=text(fields["epoch"]),
                number=count(fields["number"]),
                digest=text(fields["digest"]),
                time=text(fields["time"]),
                dataset=text(fields["dataset"]),
                verdicts=tuple(Verdict.read(item) for item in fields["verdicts"]),
            )
        except (KeyError, TypeError):
            raise ProtocolError("receipt-malformed") from None


@dataclass(frozen=True, slots=True)
class AttachmentReceipt:
    """The county's word that an attachment's sealed bytes are safe on its disk, or that it keeps no such picture (a
    fingerprint's, ``keep_fingerprints`` of the office, or one whose entry was erased); nothing less counts as sent."""

    vault: str
    digest: str
    size: int
    time: str
    dataset: str
    kept: bool = True

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "attachment-receipt",
                "vault": self.vault,
                "digest": self.digest,
                "size": self.size,
                "time": self.time,
                "dataset": self.dataset,
                "kept": self.kept,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> AttachmentReceipt:
        """Read a receipt; raises ProtocolError."""
        fields = read_document(data, "attachment-receipt")
        try:
            if not isinstance(fields["kept"], bool):
                raise ProtocolError("attachment-receipt-malformed")
            return cls(
                vault=text(fields["vault"]),
                digest=text(fields["digest"]),
                size=count(fields["size"]),
                time=text(fields["time"]),
                dataset=text(fields["dataset"]),
                kept=fields["kept"],
            )
        except KeyError:
            raise ProtocolError("attachment-receipt-malformed") from None
