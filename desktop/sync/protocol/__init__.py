"""The wire contract between a laptop and its county; both ends import this module and no copy.

Everything on the wire is either a *signed document* (JSON text with an Ed25519 signature: manifests,
receipts, releases, enrolment answers) or *sealed content* (JSON Lines → zstd → age). ``README.md``
beside this file is the specification in words.
"""

from __future__ import annotations

from desktop.sync.protocol.batches import (
    Manifest,
    batches_of,
    decode_entries,
    decode_entry_line,
    encode_entries,
    encode_entry_line,
)
from desktop.sync.protocol.enrolment import (
    Enrolment,
    EnrolmentCode,
    EnrolmentRequest,
    key_fingerprint,
)
from desktop.sync.protocol.escrow import (
    MAX_ESCROW_BYTES,
    MAX_REASON_CHARACTERS,
    REQUEST_MARK,
    EscrowRequest,
    EscrowResponse,
)
from desktop.sync.protocol.feed import (
    FeedItem,
    FeedManifest,
    FeedPage,
)
from desktop.sync.protocol.history import (
    BATCH_RETURNED,
    BatchHeld,
    BatchReturned,
    EpochHeld,
    EpochsTold,
    EpochTold,
    History,
)
from desktop.sync.protocol.minors_approval import decode_minors_approval, encode_minors_approval
from desktop.sync.protocol.receipts import (
    AttachmentReceipt,
    Receipt,
    Verdict,
)
from desktop.sync.protocol.release import (
    Release,
)
from desktop.sync.protocol.sheet_check import (
    decode_sheet_check,
    encode_sheet_check,
)
from desktop.sync.protocol.standing import (
    GOOD,
    MAX_ANSWER_BYTES,
    MOST_ANSWERS,
    MOST_WITHDRAWN,
    REVOKED,
    WIPE,
    Contact,
    Standing,
)
from desktop.sync.protocol.wire import (
    APPLIED,
    BATCH_BYTES,
    BATCH_ENTRIES,
    CAPABILITIES_PATH,
    ENROLMENTS_PATH,
    FEED_PAGE_ENTRIES,
    MAX_ATTACHMENT_BYTES,
    MAX_BATCH_ENTRIES,
    MAX_CONTENT_BYTES,
    MAX_LINE_BYTES,
    MAX_SEALED_BYTES,
    OLDEST_PROTOCOL,
    PROTOCOL,
    STORED,
    ProtocolError,
    attachment_path,
    batch_path,
    contacts_path,
    count,
    feed_path,
    history_path,
    read_document,
    receipt_path,
    text,
)

__all__ = [
    "APPLIED",
    "BATCH_BYTES",
    "BATCH_ENTRIES",
    "BATCH_RETURNED",
    "CAPABILITIES_PATH",
    "ENROLMENTS_PATH",
    "FEED_PAGE_ENTRIES",
    "GOOD",
    "MAX_ANSWER_BYTES",
    "MAX_ATTACHMENT_BYTES",
    "MAX_BATCH_ENTRIES",
    "MAX_CONTENT_BYTES",
    "MAX_ESCROW_BYTES",
    "MAX_LINE_BYTES",
    "MAX_REASON_CHARACTERS",
    "MAX_SEALED_BYTES",
    "MOST_ANSWERS",
    "MOST_WITHDRAWN",
    "OLDEST_PROTOCOL",
    "PROTOCOL",
    "REQUEST_MARK",
    "REVOKED",
    "STORED",
    "WIPE",
    "AttachmentReceipt",
    "BatchHeld",
    "BatchReturned",
    "Contact",
    "Enrolment",
    "EnrolmentCode",
    "EnrolmentRequest",
    "EpochHeld",
    "EpochTold",
    "EpochsTold",
    "EscrowRequest",
    "EscrowResponse",
    "FeedItem",
    "FeedManifest",
    "FeedPage",
    "History",
    "Manifest",
    "ProtocolError",
    "Receipt",
    "Release",
    "Standing",
    "Verdict",
    "attachment_path",
    "batch_path",
    "batches_of",
    "contacts_path",
    "count",
    "decode_entries",
    "decode_entry_line",
    "decode_minors_approval",
    "decode_sheet_check",
    "encode_entries",
    "encode_entry_line",
    "encode_minors_approval",
    "encode_sheet_check",
    "feed_path",
    "history_path",
    "key_fingerprint",
    "read_document",
    "receipt_path",
    "text",
]
