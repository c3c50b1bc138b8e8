"""A worker's signing key in a slot file of its own, opened by the same password as the vault.

A colleague who checks a sheet beside the worker (``design.md`` §6) types a password and signs, and neither vault is
opened to the other: this file holds the signing key alone. The key also lies inside the store, from which this file
is written anew when the password changes or when it was lost.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.domain.errors import UserFacingError
from desktop.storage import durable
from desktop.storage.passwords import Argon2, key_from, new_salt
from desktop.storage.slots import SUITE

SIGNING_FILE: Final = "signing.json"
FORMAT: Final = 1
_MAX_BYTES: Final = 16 * 1024
_SIGNING: Final = "signing"
_TAG_BYTES: Final = 16


def write(
    folder: Path,
    vault: str,
    signing_secret: bytes,
    password: str,
    device_secret: bytes,
    cost: Argon2,
    password_slot: str,
) -> None:
    """Wrap the signing key. ``password_slot`` is the id of the password slot this belongs to."""
    salt, nonce = new_salt(), secrets.token_bytes(12)
    key = key_from(password, device_secret, salt, cost, _SIGNING)
    document = {
        "format": FORMAT,
        "suite": SUITE,
        "vault": vault,
        "password_slot": password_slot,
        "kdf": {**cost.document(), "salt": salt.hex()},
        "nonce": nonce.hex(),
        "wrapped": AESGCM(key).encrypt(nonce, signing_secret, _associated(vault)).hex(),
    }
    with durable.disk_trouble():
        durable.replace_file(folder / SIGNING_FILE, durable.document_with_digest(document))


def belongs_to(folder: Path) -> str | None:
    """The id of the password slot the file was written with; None where it is missing or damaged."""
    try:
        return str(_read(folder)["password_slot"])
    except (UserFacingError, KeyError, OSError):
        return None


def read(folder: Path, vault: str, password: str, device_secret: bytes) -> bytearray:
    """The signing key, in a buffer that the caller overwrites once it has signed.

    Raises:
        UserFacingError: ``vault.wrong-password``, ``vault.signing-slot-damaged`` (unlocking that vault once mends it).
    """
    document = _read(folder)
    try:
        cost = Argon2.read(document["kdf"])
        key = key_from(password, device_secret, bytes.fromhex(document["kdf"]["salt"]), cost, _SIGNING)
        nonce, wrapped = bytes.fromhex(document["nonce"]), bytes.fromhex(document["wrapped"])
        secret = bytearray(max(0, len(wrapped) - _TAG_BYTES))
        AESGCM(key).decrypt_into(nonce, wrapped, _associated(vault), secret)
        return secret
    except InvalidTag:
        raise UserFacingError("vault.wrong-password") from None
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, UserFacingError):
        raise UserFacingError("vault.signing-slot-damaged") from None


def _associated(vault: str) -> bytes:
    return json.dumps({"suite": SUITE, "vault": vault, "kind": _SIGNING}, sort_keys=True).encode()


def _read(folder: Path) -> dict[str, Any]:
    try:
        document = durable.checked_document(durable.read_limited(folder / SIGNING_FILE, _MAX_BYTES))
    except FileNotFoundError:
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT or document.get("suite") != SUITE:
        raise UserFacingError("vault.signing-slot-damaged")
    return document
