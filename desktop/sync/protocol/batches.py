"""Batches (批次): the manifest that is signed, and the entries inside, verbatim."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.domain.journal import Entry, EntryFormatError, decode_json, encode_json
from desktop.sync.protocol.wire import (
    BATCH_BYTES,
    BATCH_ENTRIES,
    MAX_BATCH_ENTRIES,
    MAX_CONTENT_BYTES,
    MAX_LINE_BYTES,
    PROTOCOL,
    ProtocolError,
    count,
    read_document,
    text,
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the vault signs about a sealed batch.

    ``head`` is the hash of the last header in the batch; ``previous`` the digest of the batch before
    (64 zeros for the first of an epoch); ``recipients`` the age recipients that can open it. ``missing`` is how many
    entries directly before ``first_seq`` were lost by damage and will never come.
    """

    vault: str
    epoch: str
    number: int
    first_seq: int
    last_seq: int
    previous: str
    digest: str
    size: int
    head: str
    recipients: tuple[str, ...]
    missing: int = 0

    def encode(self) -> bytes:
        """The document that is signed."""
        lost = {"missing": self.missing} if self.missing else {}
        return encode_json(
            {
                **lost,
                "protocol": PROTOCOL,
                "document": "batch",
                "vault": self.vault,
                "epoch": self.epoch,
                "number": self.number,
                "first_seq": self.first_seq,
                "last_seq": self.last_seq,
                "previous": self.previous,
                "digest": self.digest,
                "size": self.size,
                "head": self.head,
                "recipients": list(self.recipients),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Manifest:
        """Read a manifest; raises ProtocolError."""
        fields = read_document(data, "batch")
        try:
            return cls(
                vault=text(fields["vault"]),
                epoch=text(fields["epoch"]),
                number=count(fields["number"]),
                first_seq=count(fields["first_seq"]),
                last_seq=count(fields["last_seq"]),
                previous=text(fields["previous"]),
                digest=text(fields["digest"]),
                size=count(fields["size"]),
                head=text(fields["head"]),
                recipients=tuple(text(item) for item in fields["recipients"]),
                missing=count(fields.get("missing", 0)),
            )
        except (KeyError, TypeError):
            raise ProtocolError("manifest-malformed") from None


def encode_entries(vault: str, epoch: str, number: int, entries: Iterable[Entry]) -> bytes:
    """Batch content before sealing: a line naming the batch, then a line per entry, verbatim.

    The inner line repeats the batch's name, so that a stolen ciphertext cannot be signed as
    somebody else's.
    """
    lines = [encode_json({"vault": vault, "epoch": epoch, "number": number})]
    lines.extend(encode_entry_line(entry) for entry in entries)
    return b"\n".join(lines) + b"\n"


def encode_entry_line(entry: Entry) -> bytes:
    """``[header text, payload text or null]`` as JSON; the texts are the entry's own bytes."""
    payload = None if entry.payload_bytes is None else entry.payload_bytes.decode()
    return json.dumps([entry.header_bytes.decode(), payload], ensure_ascii=False, separators=(",", ":")).encode()


class Named(Protocol):
    """What a document says of the batch whose content comes with it."""

    @property
    def vault(self) -> str: ...
    @property
    def epoch(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def first_seq(self) -> int: ...
    @property
    def last_seq(self) -> int: ...
    @property
    def head(self) -> str: ...


def decode_entries(content: bytes, manifest: Named) -> tuple[Entry, ...]:
    """Read batch content and check it against its manifest (or the county's word for it); raises ProtocolError.

    Checked: limits, the inner name, sequence numbers without a gap, the head. Whether actions are
    whole and the chain holds is for the caller, who knows the entries before.
    """
    if len(content) > MAX_CONTENT_BYTES:
        raise ProtocolError("batch-too-large")
    lines = content.split(b"\n")
    if lines[-1] != b"" or len(lines) - 2 > MAX_BATCH_ENTRIES or len(lines) < 3:
        raise ProtocolError("batch-malformed")
    try:
        name = decode_json(lines[0])
        if (name.get("vault"), name.get("epoch"), name.get("number")) != (
            manifest.vault,
            manifest.epoch,
            manifest.number,
        ):
            raise ProtocolError("batch-renamed")
        entries = tuple(decode_entry_line(line) for line in lines[1:-1])
        headers = [entry.header for entry in entries]
    except EntryFormatError:
        raise ProtocolError("batch-malformed") from None
    expected = range(manifest.first_seq, manifest.last_seq + 1)
    if [header.seq for header in headers] != list(expected):
        raise ProtocolError("batch-malformed")
    if any((header.vault, header.epoch) != (manifest.vault, manifest.epoch) for header in headers):
        raise ProtocolError("batch-foreign")
    if entries[-1].hash != manifest.head:
        raise ProtocolError("batch-malformed")
    return entries


def decode_entry_line(line: bytes) -> Entry:
    """Read what ``encode_entry_line`` wrote; raises EntryFormatError."""
    if len(line) > MAX_LINE_BYTES * 2:
        raise EntryFormatError("line too long")
    try:
        header, payload = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        raise EntryFormatError("not an entry line") from None
    if not isinstance(header, str) or not (payload is None or isinstance(payload, str)):
        raise EntryFormatError("not an entry line")
    try:
        return Entry(header.encode(), None if payload is None else payload.encode())
    except UnicodeEncodeError:
        raise EntryFormatError("not an entry line") from None


def batches_of(actions: Sequence[Sequence[Entry]]) -> list[list[Entry]]:
    """Cut a run of whole actions into batches of about 200 entries or 128 KiB; never inside one."""
    batches: list[list[Entry]] = []
    size = 0
    for action in actions:
        weight = sum(len(entry.header_bytes) + len(entry.payload_bytes or b"") for entry in action)
        full = batches and (len(batches[-1]) + len(action) > BATCH_ENTRIES or (size + weight) // 2 > BATCH_BYTES)
        if full or not batches:
            batches.append([])
            size = 0
        batches[-1].extend(action)
        size += weight
    return batches
