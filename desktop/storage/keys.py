"""Key slots: how a worker's password and the device secret together open a vault.

A random 256-bit data key opens the store. It is wrapped by a key made from the worker's password
(Argon2id, RFC 9106) *and* a device secret, which lies in the OS keyring or, where there is no usable
keyring, on the printed device card (设备卡). Neither opens anything alone. Nothing here ever makes a
new key in place of one that is missing or broken: it stops and says so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import UserFacingError

SUITE: Final = "argon2id+hkdf-sha256+aes-256-gcm"
FORMAT: Final = 1
KEY_BYTES: Final = 32
MIN_PASSWORD_CHARACTERS: Final = 8
VAULTS: Final = "vaults"
SLOTS_FILE: Final = "slots.json"
PREVIOUS_FILE: Final = "slots.json.prev"
MAX_SLOTS_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Argon2:
    """Argon2id cost. The floor (64 MiB, 3 passes, 4 lanes) is RFC 9106's second recommendation."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Refuse cost below the floor or absurdly high; raises UserFacingError("vault.slots-damaged")."""
        floor = self.memory_kib >= 64 * 1024 and self.passes >= 3 and self.lanes >= 1
        ceiling = self.memory_kib <= 1024 * 1024 and self.passes <= 16 and self.lanes <= 16
        if not (floor and ceiling):
            raise UserFacingError("vault.slots-damaged")


@dataclass(frozen=True, slots=True)
class SlotsHeader:
    """What the login window may know of a vault before it is opened: no secrets, no person visited."""

    vault: str
    worker_name: str
    office: str
    practice: bool
    keyring: str | None
    generation: int


def new_key() -> bytes:
    """32 bytes from the system's randomness."""
    return secrets.token_bytes(KEY_BYTES)


def check_new_password(password: str) -> None:
    """Length counts, not composition; a few that everybody tries are refused."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise UserFacingError("vault.password-too-short", minimum=MIN_PASSWORD_CHARACTERS)
    if password.lower() in _DENIED or len(set(password)) < 3:
        raise UserFacingError("vault.password-too-common")


_DENIED = frozenset({"12345678", "123456789", "1234567890", "password", "88888888", "qwertyuiop", "11223344"})


# --- device card --------------------------------------------------------------------------------


def card_text(secret: bytes) -> str:
    """The device secret as it is printed: groups of five base32 characters with a check at the end."""
    check = hashlib.sha256(b"device card" + secret).digest()[:3]
    letters = base64.b32encode(secret + check).decode().rstrip("=")
    return "-".join(letters[index : index + 5] for index in range(0, len(letters), 5))


def read_card(written: str) -> bytes:
    """Read a card as people type it; any one wrong character is noticed ("vault.card-mistyped")."""
    letters = "".join(written.upper().replace("-", "").split())
    letters = letters.replace("0", "O").replace("1", "I").replace("8", "B")
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise UserFacingError("vault.card-mistyped") from None
    secret, check = data[:-3], data[-3:]
    if len(secret) != KEY_BYTES or hashlib.sha256(b"device card" + secret).digest()[:3] != check:
        raise UserFacingError("vault.card-mistyped")
    return secret


# --- the slots file -----------------------------------------------------------------------------


def create_slots(
    folder: Path, header: SlotsHeader, data_key: bytes, password: str, device_secret: bytes, cost: Argon2 | None = None
) -> None:
    """Write the first slots file of a vault; an existing one is never replaced here."""
    if (folder / SLOTS_FILE).exists():
        raise FileExistsError(folder / SLOTS_FILE)
    check_new_password(password)
    write_slots(folder, header, _wrap(header, data_key, password, device_secret, cost or Argon2()))


def write_slots(folder: Path, header: SlotsHeader, slot: Mapping[str, Any]) -> None:
    """Temp file, fsync, rename, directory fsync; the generation before stays beside it."""
    document = {
        "format": FORMAT,
        "suite": SUITE,
        "vault": header.vault,
        "worker_name": header.worker_name,
        "office": header.office,
        "practice": header.practice,
        "keyring": header.keyring,
        "generation": header.generation,
        "slots": [dict(slot)],
    }
    target, previous, fresh = folder / SLOTS_FILE, folder / PREVIOUS_FILE, folder / (SLOTS_FILE + ".new")
    if target.exists():
        write_file(folder / (PREVIOUS_FILE + ".new"), target.read_bytes())
        (folder / (PREVIOUS_FILE + ".new")).replace(previous)
    write_file(fresh, json.dumps(document, ensure_ascii=False, indent=1).encode())
    fresh.replace(target)
    sync_folder(folder)


def read_header(folder: Path) -> SlotsHeader:
    """What the login window shows; raises UserFacingError("vault.slots-damaged")."""
    document = _read_document(folder)
    try:
        return SlotsHeader(
            vault=str(document["vault"]),
            worker_name=str(document["worker_name"]),
            office=str(document["office"]),
            practice=document["practice"] is True,
            keyring=None if document["keyring"] is None else str(document["keyring"]),
            generation=int(document["generation"]),
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        raise UserFacingError("vault.slots-damaged") from None


def listed(home: Path) -> list[SlotsHeader]:
    """The vaults of this laptop, by worker's name; for the login window, without opening any."""
    folder = home / VAULTS
    if not folder.is_dir():
        return []
    headers = []
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith("."):
            try:
                headers.append(read_header(path))
            except (UserFacingError, OSError):  # a folder of another user of this computer must not hide one's own
                headers.append(SlotsHeader(path.name, "?", "", False, None, 0))
    return sorted(headers, key=lambda header: (header.worker_name, header.vault))


def open_slots(folder: Path, password: str, device_secret: bytes) -> bytes:
    """The data key.

    Raises:
        UserFacingError: ``vault.wrong-password`` (or a device secret of another laptop),
            ``vault.slots-damaged``. Nothing is changed on disk in either case.
    """
    document = _read_document(folder)
    try:
        slot = next(slot for slot in document["slots"] if slot["kind"] == "password")
        cost = Argon2(*(int(slot["kdf"][name]) for name in ("memory_kib", "passes", "lanes")))
        cost.check()
        key = _key_encryption_key(password, device_secret, bytes.fromhex(slot["kdf"]["salt"]), cost)
        nonce, wrapped = bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["wrapped"])
        return AESGCM(key).decrypt(nonce, wrapped, _associated(str(document["vault"])))
    except InvalidTag:
        raise UserFacingError("vault.wrong-password") from None
    except (KeyError, StopIteration, ValueError, TypeError, OverflowError):
        raise UserFacingError("vault.slots-damaged") from None


def _wrap(header: SlotsHeader, data_key: bytes, password: str, device_secret: bytes, cost: Argon2) -> dict[str, Any]:
    cost.check()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = _key_encryption_key(password, device_secret, salt, cost)
    return {
        "kind": "password",
        "kdf": {"memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes, "salt": salt.hex()},
        "nonce": nonce.hex(),
        "wrapped": AESGCM(key).encrypt(nonce, data_key, _associated(header.vault)).hex(),
    }


def _key_encryption_key(password: str, device_secret: bytes, salt: bytes, cost: Argon2) -> bytes:
    stretched = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive(password.encode())
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"zoucun password slot").derive(
        stretched + device_secret
    )


def _associated(vault: str) -> bytes:
    return f"{SUITE}:{vault}:password".encode()


def _read_document(folder: Path) -> dict[str, Any]:
    try:
        with (folder / SLOTS_FILE).open("rb") as file:
            data = file.read(MAX_SLOTS_BYTES + 1)
        document = json.loads(data) if len(data) <= MAX_SLOTS_BYTES else None
    except FileNotFoundError:
        raise UserFacingError("vault.slots-missing") from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT or document.get("suite") != SUITE:
        raise UserFacingError("vault.slots-damaged")
    return document


# --- durable files ------------------------------------------------------------------------------


def write_file(path: Path, data: bytes) -> None:
    """Write a file readable by its owner alone, and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the folder's own entries are on the disk (no-op where the system cannot)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
