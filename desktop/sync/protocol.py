"""The wire contract between a laptop and its county; both ends import this module and no copy.

Everything on the wire is either a *signed document* (JSON text with an Ed25519 signature: manifests,
receipts, releases, enrolment answers) or *sealed content* (JSON Lines → zstd → age). ``README.md``
beside this file is the specification in words.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop.domain.journal import Entry, EntryFormatError, decode_json, encode_json

PROTOCOL: Final = 1
OLDEST_PROTOCOL: Final = 1

BATCH_ENTRIES: Final = 200
BATCH_BYTES: Final = 128 * 1024
"""Where a batch is closed: whole actions up to about this many entries or sealed bytes."""

MAX_SEALED_BYTES: Final = 4 * 1024 * 1024
MAX_CONTENT_BYTES: Final = 16 * 1024 * 1024
MAX_BATCH_ENTRIES: Final = 5_000
"""So that the receipt, with a verdict per entry, stays within ``envelope.MAX_DOCUMENT_BYTES``."""
MAX_LINE_BYTES: Final = 128 * 1024
MAX_ATTACHMENT_BYTES: Final = 8 * 1024 * 1024
FEED_PAGE_ENTRIES: Final = 500

STORED: Final = "stored"
APPLIED: Final = "applied"


class ProtocolError(ValueError):
    """Bytes that break the contract; ``code`` goes into answers and is worded by the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- paths --------------------------------------------------------------------------------------

CAPABILITIES_PATH: Final = "/v1/capabilities"
ENROLMENTS_PATH: Final = "/v1/enrolments"


def batch_path(vault: str, epoch: str, number: int) -> str:
    """Where a batch is PUT; its name makes a repeated send harmless."""
    return f"/v1/vaults/{vault}/batches/{epoch}/{number}"


def receipt_path(vault: str, epoch: str, number: int) -> str:
    """Where the newest receipt of a batch is read."""
    return f"{batch_path(vault, epoch, number)}/receipt"


def feed_path(vault: str) -> str:
    """Where the feed (下行) is pulled, ``?cursor=`` the last position already applied."""
    return f"/v1/vaults/{vault}/feed"


def attachment_path(vault: str, digest: str) -> str:
    """Where a sealed attachment is PUT under its SHA-256."""
    return f"/v1/vaults/{vault}/attachments/{digest}"


# --- batches ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the vault signs about a sealed batch.

    ``head`` is the hash of the last header in the batch; ``previous`` the digest of the batch before
    (64 zeros for the first of an epoch); ``recipients`` the age recipients that can open it.
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

    def encode(self) -> bytes:
        """The document that is signed."""
        return encode_json(
            {
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


def decode_entries(content: bytes, manifest: Manifest) -> tuple[Entry, ...]:
    """Read batch content and check it against its manifest; raises ProtocolError.

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


# --- receipts -----------------------------------------------------------------------------------


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


# --- feed ---------------------------------------------------------------------------------------


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


# --- enrolment ----------------------------------------------------------------------------------


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
            return cls(
                *(text(fields[name]) for name in ("token", "vault", "epoch", "signing_key", "recipient"))
            )
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
            return cls(
                **{name: text(fields[name]) for name in names}, townships=tuple(map(text, fields["townships"]))
            )
        except (KeyError, TypeError):
            raise ProtocolError("enrolment-malformed") from None


# --- release ------------------------------------------------------------------------------------


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
            )
        except (KeyError, TypeError):
            raise ProtocolError("release-malformed") from None


# --- reading helpers ----------------------------------------------------------------------------


def read_document(data: bytes, document: str) -> dict[str, Any]:
    """Read a JSON document of a named sort within the protocol range; raises ProtocolError."""
    try:
        fields = decode_json(data)
    except EntryFormatError:
        raise ProtocolError(f"{document}-malformed") from None
    version = fields.get("protocol")
    if not isinstance(version, int) or not OLDEST_PROTOCOL <= version <= PROTOCOL:
        raise ProtocolError("protocol-unknown")
    if fields.get("document") != document:
        raise ProtocolError(f"{document}-malformed")
    return fields


def text(value: object) -> str:
    """A text field; raises ProtocolError."""
    if not isinstance(value, str):
        raise ProtocolError("malformed")
    return value


def count(value: object) -> int:
    """A non-negative whole number; raises ProtocolError."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ProtocolError("malformed")
    return value


def batches_of(actions: Sequence[Sequence[Entry]]) -> list[list[Entry]]:
    """Cut a run of whole actions into batches of about 200 entries or 128 KiB; never inside one."""
    batches: list[list[Entry]] = []
    size = 0
    for action in actions:
        weight = sum(len(entry.header_bytes) + len(entry.payload_bytes or b"") for entry in action)
        full = batches and (
            len(batches[-1]) + len(action) > BATCH_ENTRIES or (size + weight) // 2 > BATCH_BYTES
        )
        if full or not batches:
            batches.append([])
            size = 0
        batches[-1].extend(action)
        size += weight
    return batches
