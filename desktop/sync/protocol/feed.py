"""The feed (下行): pages of the county's order, sealed to one vault."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desktop.domain.journal import Entry, EntryFormatError, decode_json, encode_json
from desktop.sync.protocol.receipts import Verdict
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, count, read_document, text


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of the county's order. A vault's own entries come back as verdict alone."""

    verdict: Verdict
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the feed: everything in scope with ``after < position ≤ upto``; ``more`` follow."""

    vault: str
    dataset: str
    after: int
    upto: int
    more: bool
    time: str
    items: tuple[FeedItem, ...]

    def encode(self) -> bytes:
        """Content before sealing: a line for the page, then a line per item."""
        first = {
            "protocol": PROTOCOL,
            "document": "feed",
            "vault": self.vault,
            "dataset": self.dataset,
            "after": self.after,
            "upto": self.upto,
            "more": self.more,
            "time": self.time,
        }
        lines = [encode_json(first)]
        for item in self.items:
            fields = item.verdict.fields()
            if item.entry is not None:
                payload = item.entry.payload_bytes
                fields["entry"] = [item.entry.header_bytes.decode(), None if payload is None else payload.decode()]
            lines.append(encode_json(fields))
        return b"\n".join(lines) + b"\n"

    @classmethod
    def decode(cls, content: bytes) -> FeedPage:
        """Read a page, each entry checked against its verdict's hash; raises ProtocolError."""
        lines = content.split(b"\n")
        if lines[-1] != b"":
            raise ProtocolError("feed-malformed")
        fields = read_document(lines[0], "feed")
        try:
            return cls(
                vault=text(fields["vault"]),
                dataset=text(fields["dataset"]),
                after=count(fields["after"]),
                upto=count(fields["upto"]),
                more=fields["more"] is True,
                time=text(fields["time"]),
                items=tuple(_read_item(line) for line in lines[1:-1]),
            )
        except (KeyError, TypeError, EntryFormatError):
            raise ProtocolError("feed-malformed") from None


@dataclass(frozen=True, slots=True)
class FeedManifest:
    """What the county signs about a sealed page; it travels in the page's container."""

    vault: str
    dataset: str
    after: int
    upto: int
    more: bool
    digest: str
    size: int

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
                "protocol": PROTOCOL,
                "document": "feed-page",
                "vault": self.vault,
                "dataset": self.dataset,
                "after": self.after,
                "upto": self.upto,
                "more": self.more,
                "digest": self.digest,
                "size": self.size,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> FeedManifest:
        """Read one; raises ProtocolError."""
        fields = read_document(data, "feed-page")
        try:
            return cls(
                vault=text(fields["vault"]),
                dataset=text(fields["dataset"]),
                after=count(fields["after"]),
                upto=count(fields["upto"]),
                more=fields["more"] is True,
                digest=text(fields["digest"]),
                size=count(fields["size"]),
            )
        except KeyError:
            raise ProtocolError("feed-page-malformed") from None


def _read_item(line: bytes) -> FeedItem:
    fields = decode_json(line)
    verdict = Verdict.read(fields)
    given = fields.get("entry")
    if given is None:
        return FeedItem(verdict, None)
    header, payload = given
    entry = Entry(text(header).encode(), None if payload is None else text(payload).encode())
    if entry.hash != verdict.hash:
        raise ProtocolError("feed-malformed")
    if payload is not None and hashlib.sha256(payload.encode()).hexdigest() != entry.header.payload_hash:
        raise ProtocolError("feed-malformed")
    return FeedItem(verdict, entry)
