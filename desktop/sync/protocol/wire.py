"""Versions, limits, paths and how a document's fields are read."""

from __future__ import annotations

from typing import Any, Final

from desktop.domain.journal import MAX_COUNT, EntryFormatError, decode_json

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


def contacts_path(vault: str) -> str:
    """Where a vault says that it is there, and is told where it stands."""
    return f"/v1/vaults/{vault}/contacts"


def history_path(vault: str) -> str:
    """Where a vault tells its epochs and hears what the county has of them."""
    return f"/v1/vaults/{vault}/history"


def attachment_path(vault: str, digest: str) -> str:
    """Where a sealed attachment is PUT under its SHA-256."""
    return f"/v1/vaults/{vault}/attachments/{digest}"


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
    """A text field that every database takes: no NUL, no half of a surrogate pair; raises ProtocolError."""
    if not isinstance(value, str) or "\0" in value or not _is_unicode(value):
        raise ProtocolError("malformed")
    return value


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def count(value: object) -> int:
    """A whole number from 0 to ``MAX_COUNT``; raises ProtocolError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_COUNT:
        raise ProtocolError("malformed")
    return value
