"""The county's own keys: Ed25519 for signing, age X25519 for being written to.

Old sealing keys stay, so that a laptop that was long offline can still be read. Private halves lie
in the database only wrapped under the master key, whichever database it is.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from county.clock import now_text
from county.key_file import OpenedKey
from county.tables import key as key_table
from desktop.domain.errors import UserFacingError
from desktop.sync.envelope import SealingKey, SigningKey

SIGNING: Final = "signing"
SEALING: Final = "sealing"
_NONCE_BYTES: Final = 12


def add_keys(connection: Connection, opened: OpenedKey) -> None:
    """Make a signing and a sealing key for the county."""
    signing, sealing = SigningKey.generate(), SealingKey.generate()
    for purpose, public, secret in (
        (SIGNING, signing.public, signing.secret),
        (SEALING, sealing.recipient, sealing.secret.encode()),
    ):
        connection.execute(
            key_table.insert().values(
                county=opened.county,
                purpose=purpose,
                public=public,
                wrapped=_wrap(opened, purpose, public, secret),
                made=now_text(),
            )
        )


def load_keys(connection: Connection, opened: OpenedKey) -> tuple[SigningKey, tuple[SealingKey, ...]]:
    """The signing key and all sealing keys, newest first; raises UserFacingError("county.keys-unreadable")."""
    rows = connection.execute(
        select(key_table).where(key_table.c.county == opened.county).order_by(key_table.c.made.desc())
    ).all()
    found = {(row.purpose, row.public): _unwrap(opened, row.purpose, row.public, row.wrapped) for row in rows}
    signing = [SigningKey(secret) for (purpose, _), secret in found.items() if purpose == SIGNING]
    sealing = [SealingKey(secret.decode()) for (purpose, _), secret in found.items() if purpose == SEALING]
    if not signing or not sealing:
        raise UserFacingError("county.keys-unreadable")
    return signing[0], tuple(sealing)


def _wrap(opened: OpenedKey, purpose: str, public: str, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(opened.derived("keys")).encrypt(nonce, secret, f"{purpose} {public}".encode())


def _unwrap(opened: OpenedKey, purpose: str, public: str, wrapped: bytes) -> bytes:
    try:
        return AESGCM(opened.derived("keys")).decrypt(
            wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], f"{purpose} {public}".encode()
        )
    except InvalidTag:
        raise UserFacingError("county.keys-unreadable") from None
