"""``county.key``: the county's master key, wrapped by a passphrase (Argon2id → AES-256-GCM).

The master key is random and never derived from the passphrase, so a passphrase can change without
a new database. A missing or damaged key file is never repaired by making a new key: whatever was
encrypted under the old one would be lost (``design.md`` §5).
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, decode_json, encode_json

KEY_FILE: Final = "county.key"
FORMAT: Final = 1
ITERATIONS: Final = 3
LANES: Final = 4
MEMORY_KIB: Final = 64 * 1024
MOST_MEMORY_KIB: Final = 1024 * 1024
"""A key file that asks for more is not one of ours."""


@dataclass(frozen=True, repr=False)
class OpenedKey:
    """The master key with what the key file says in the clear: which county, which database."""

    master: bytes
    county: str
    database: str | None

    def derived(self, purpose: str) -> bytes:
        """A 32-byte key of its own for one purpose (HKDF-SHA256)."""
        return HKDF(SHA256(), 32, salt=None, info=f"zoucun county {purpose}".encode()).derive(self.master)


def new_salt() -> bytes:
    """The salt of a new key file, drawn."""
    return secrets.token_bytes(16)


def create_key_file(folder: Path, county: str, database: str | None, passphrase: str) -> OpenedKey:
    """Make a master key and write it wrapped; raises UserFacingError("county.exists")."""
    path = folder / KEY_FILE
    if path.exists():
        raise UserFacingError("county.exists")
    master = secrets.token_bytes(32)
    clear: dict[str, Any] = {
        "format": FORMAT,
        "county": county,
        "database": database,
        "kdf": "argon2id",
        "salt": new_salt().hex(),
        "iterations": ITERATIONS,
        "lanes": LANES,
        "memory_kib": MEMORY_KIB,
        "nonce": secrets.token_hex(12),
    }
    wrapped = AESGCM(_passphrase_key(clear, passphrase)).encrypt(
        bytes.fromhex(clear["nonce"]), master, encode_json(clear)
    )
    write_durably(path, encode_json({**clear, "wrapped": wrapped.hex()}) + b"\n")
    return OpenedKey(master, county, database)


def open_key_file(folder: Path, passphrase: str) -> OpenedKey:
    """Unwrap the master key.

    Raises:
        UserFacingError: ``county.key-missing``, ``county.key-damaged``, ``county.wrong-passphrase``.
    """
    try:
        fields = decode_json((folder / KEY_FILE).read_bytes())
    except FileNotFoundError:
        raise UserFacingError("county.key-missing") from None
    except EntryFormatError:
        raise UserFacingError("county.key-damaged") from None
    try:
        wrapped = bytes.fromhex(fields.pop("wrapped"))
        if fields["format"] != FORMAT or fields["memory_kib"] > MOST_MEMORY_KIB:
            raise UserFacingError("county.key-damaged")
        master = AESGCM(_passphrase_key(fields, passphrase)).decrypt(
            bytes.fromhex(fields["nonce"]), wrapped, encode_json(fields)
        )
        return OpenedKey(master, fields["county"], fields["database"])
    except InvalidTag:
        raise UserFacingError("county.wrong-passphrase") from None
    except (KeyError, TypeError, ValueError):
        raise UserFacingError("county.key-damaged") from None


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that after a power cut it is whole or absent: temporary, fsync, rename, fsync."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's list of names durable; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _passphrase_key(fields: dict[str, Any], passphrase: str) -> bytes:
    return Argon2id(
        salt=bytes.fromhex(fields["salt"]),
        length=32,
        iterations=fields["iterations"],
        lanes=fields["lanes"],
        memory_cost=fields["memory_kib"],
    ).derive(passphrase.encode())
