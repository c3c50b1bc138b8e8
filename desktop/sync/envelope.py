"""Sealing and signing: the same bytes for HTTP, USB sticks and receipts.

age (X25519, ChaCha20-Poly1305) seals, zstd packs, Ed25519 signs. Whatever comes from outside is
measured against limits before it is decoded. Every header carries the suite's name, so that a
suite with SM algorithms can follow (GB/T 39786-2021).
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pyrage
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519

from desktop.domain.journal import EntryFormatError, decode_json, encode_json
from desktop.sync.protocol import MAX_CONTENT_BYTES, MAX_SEALED_BYTES, ProtocolError

SUITE: Final = b"ZC1E"
"""age + zstd + Ed25519; the first four bytes of every sealed container."""

MAX_DOCUMENT_BYTES: Final = 2 * 1024 * 1024
_LENGTH: Final = struct.Struct(">I")
_PACKED: Final = b"\x01"
_LEVEL: Final = 9


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key pair; ``secret`` is 32 bytes and never leaves the vault or the county's store."""

    secret: bytes

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> str:
        """The public key, hex."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw().hex()

    def sign(self, document: bytes) -> bytes:
        """A 64-byte signature."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(document)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public})"


@dataclass(frozen=True)
class SealingKey:
    """An age X25519 identity; ``secret`` is its text form."""

    secret: str

    @classmethod
    def generate(cls) -> SealingKey:
        """A new identity from the system's randomness."""
        return cls(str(pyrage.x25519.Identity.generate()))

    @property
    def recipient(self) -> str:
        """The public half, ``age1…``."""
        return str(pyrage.x25519.Identity.from_str(self.secret).to_public())

    def __repr__(self) -> str:
        return f"SealingKey(recipient={self.recipient})"


def verify(document: bytes, signature: bytes, public_key: str) -> None:
    """Check a signature; raises ProtocolError("signature-wrong")."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, document)
    except (InvalidSignature, ValueError):
        raise ProtocolError("signature-wrong") from None


# --- signed documents ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signed:
    """A document with its signature, as it is stored and sent."""

    document: bytes
    signature: bytes

    def encode(self) -> bytes:
        """JSON: the document's own text and the signature in hex."""
        return encode_json({"signed": self.document.decode(), "signature": self.signature.hex()})

    @classmethod
    def decode(cls, data: bytes) -> Signed:
        """Read one; raises ProtocolError. Nothing is believed before ``verify``."""
        if len(data) > MAX_DOCUMENT_BYTES * 2:
            raise ProtocolError("document-too-large")
        try:
            fields = decode_json(data)
            return cls(fields["signed"].encode(), bytes.fromhex(fields["signature"]))
        except (EntryFormatError, KeyError, ValueError, AttributeError, TypeError):
            raise ProtocolError("document-malformed") from None

    def verified(self, public_key: str) -> bytes:
        """The document, once its signature holds; raises ProtocolError."""
        verify(self.document, self.signature, public_key)
        return self.document


def sign_document(document: bytes, key: SigningKey) -> Signed:
    """Sign a document's exact bytes."""
    return Signed(document, key.sign(document))


def sign_once(document: bytes, secret: bytearray) -> Signed:
    """Sign with somebody else's key, and overwrite it: it is here for this one signature."""
    try:
        return Signed(document, Ed25519PrivateKey.from_private_bytes(secret).sign(document))
    finally:
        secret[:] = bytes(len(secret))


# --- sealed content -----------------------------------------------------------------------------


def seal(content: bytes, recipients: Iterable[str]) -> bytes:
    """Pack and seal content so that each of ``recipients`` (``age1…``) can open it."""
    packed = _PACKED + zstandard.ZstdCompressor(level=_LEVEL).compress(content)
    return bytes(pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(one) for one in recipients]))


def unseal(sealed: bytes, key: SealingKey, *, limit: int = MAX_CONTENT_BYTES) -> bytes:
    """Open what ``seal`` made; raises ProtocolError (not for us, damaged, truncated, too large)."""
    if len(sealed) > max(MAX_SEALED_BYTES, limit):
        raise ProtocolError("sealed-too-large")
    try:
        packed = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key.secret)])
    except pyrage.DecryptError:
        raise ProtocolError("sealed-unreadable") from None
    if packed[:1] != _PACKED:
        raise ProtocolError("sealed-unreadable")
    try:
        size = zstandard.frame_content_size(packed[1:])
        if size < 0 or size > limit:
            raise ProtocolError("content-too-large")
        return zstandard.ZstdDecompressor().decompress(packed[1:], max_output_size=limit)
    except zstandard.ZstdError:
        raise ProtocolError("sealed-unreadable") from None


def digest(data: bytes) -> str:
    """SHA-256, hex: how sealed bytes are named."""
    return hashlib.sha256(data).hexdigest()


# --- container: a signed document and the sealed bytes it speaks of ------------------------------


def pack_container(signed: Signed, sealed: bytes) -> bytes:
    """Suite, length of the document, document, sealed bytes. One form for HTTP and for files."""
    head = signed.encode()
    return SUITE + _LENGTH.pack(len(head)) + head + sealed


def unpack_container(data: bytes, *, limit: int = MAX_SEALED_BYTES) -> tuple[Signed, bytes]:
    """Take a container apart; raises ProtocolError. Signature and digest are not yet checked."""
    if len(data) > limit + MAX_DOCUMENT_BYTES:
        raise ProtocolError("container-too-large")
    start = len(SUITE) + _LENGTH.size
    if data[: len(SUITE)] != SUITE or len(data) < start:
        raise ProtocolError("container-unknown")
    (length,) = _LENGTH.unpack_from(data, len(SUITE))
    if length > MAX_DOCUMENT_BYTES or start + length > len(data):
        raise ProtocolError("container-malformed")
    return Signed.decode(data[start : start + length]), data[start + length :]


# --- signed requests (RFC 9421, Content-Digest of RFC 9530) --------------------------------------

_COVERED: Final = ("@method", "@path", "@query")
_ANY_CLOCK: Final = timedelta(days=365 * 50)
"""A wrong clock never blocks sync, so ``created`` is required but not measured. A repeated request
is harmless: what is PUT is named by its digest, and what is fetched is sealed to the vault."""


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = _ANY_CLOCK


@dataclass(frozen=True)
class _Message:
    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """What a verified request says about itself; ``created`` in seconds since 1970, by the laptop's clock."""

    key_id: str
    created: int
    nonce: str


def content_digest(body: bytes) -> str:
    """The value of a ``Content-Digest`` header (RFC 9530) for a body."""
    return ContentDigest.create(body)


def sign_request(method: str, url: str, headers: Mapping[str, str], key: SigningKey, key_id: str) -> dict[str, str]:
    """The headers with a signature over method, path, query and, where present, ``Content-Digest``.

    Scheme and host are left out, so that a proxy in front of the county may change them.
    """
    message = _Message(method, url, dict(headers))
    digested = any(name.lower() == "content-digest" for name in headers)
    private = Ed25519PrivateKey.from_private_bytes(key.secret)
    HTTPMessageSigner(
        signature_algorithm=ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: private}),
    ).sign(
        message,
        key_id=key_id,
        nonce=secrets.token_hex(16),
        covered_component_ids=(*_COVERED, "content-digest") if digested else _COVERED,
        use_existing_digest=digested,
    )
    return message.headers


def verify_request(
    method: str, url: str, headers: Mapping[str, str], public_key: str, key_id: str, *, body: bytes | None = None
) -> RequestSignature:
    """Check a request's signature by ``key_id``'s key and, where there is a ``body``, its digest.

    Raises:
        ProtocolError: ``signature-missing``; ``signature-wrong`` for everything else.
    """
    names = {name.lower() for name in headers}
    if "signature" not in names or "signature-input" not in names:
        raise ProtocolError("signature-missing")
    digested = body is not None or "content-digest" in names
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        (result,) = _Verifier(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(public_keys={key_id: public}, private_keys={}),
        ).verify(
            _Message(method, url, dict(headers)),
            max_age=None,
            require_components=(*_COVERED, "content-digest") if digested else _COVERED,
            body=body,
        )
    except (HTTPMessageSignaturesException, ValueError):
        raise ProtocolError("signature-wrong") from None
    if not result.nonce:
        raise ProtocolError("signature-wrong")
    return RequestSignature(key_id, int(result.parameters["created"]), result.nonce)
