"""A recovery under way: ``recovery.json`` in the vault's folder, from the request until it is finished or withdrawn.

The key to which the county seals its answers is wrapped by the new password alone (Argon2id), since the device secret
may be what is missing. So the laptop may be closed meanwhile, and nothing in the file is any use without the answers.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import encode_json
from desktop.storage import durable
from desktop.storage.passwords import Argon2, check_new_password, key_from, new_salt
from desktop.storage.slots import SUITE

RECOVERY_FILE: Final = "recovery.json"
FORMAT: Final = 1
_RECOVERY: Final = "recovery"
_MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opener:
    """What the new password wraps: the secret half of the request's recipient, and the reason that was given."""

    sealing_secret: str
    reason: str

    def __repr__(self) -> str:
        return "Opener()"


@dataclass(frozen=True, slots=True)
class PendingRecovery:
    """A request that waits for its answers. ``request``, ``terms``: digests; ``number`` is read out by phone;
    ``file`` is what goes onto the stick; ``time`` in UTC (ISO 8601)."""

    vault: str
    request: str
    terms: str
    number: str
    time: str
    file: bytes
    kdf: dict[str, Any]
    nonce: str
    wrapped: str

    def open(self, password: str) -> Opener:
        """By the new password; raises UserFacingError ``recovery.wrong-password``, ``recovery.file-damaged``."""
        try:
            cost = Argon2.read(self.kdf)
            key = key_from(password, b"", bytes.fromhex(self.kdf["salt"]), cost, _RECOVERY)
            plain = AESGCM(key).decrypt(bytes.fromhex(self.nonce), bytes.fromhex(self.wrapped), self._associated())
            fields = json.loads(plain)
            return Opener(str(fields["sealing_secret"]), str(fields["reason"]))
        except InvalidTag:
            raise UserFacingError("recovery.wrong-password") from None
        except (KeyError, ValueError, TypeError, OverflowError, UserFacingError):
            raise UserFacingError("recovery.file-damaged") from None

    def _associated(self) -> bytes:
        return _associated(self.vault, self.request, self.terms)


def begin(
    folder: Path,
    *,
    vault: str,
    request: str,
    terms: str,
    number: str,
    time: str,
    file: bytes,
    opener: Opener,
    password: str,
    cost: Argon2,
) -> PendingRecovery:
    """Keep a request; one that was there before is replaced, and its answers are worth nothing from then on.

    Raises:
        UserFacingError: a new password that will not do, trouble of the disk.
    """
    check_new_password(password)
    salt, nonce = new_salt(), secrets.token_bytes(12)
    plain = encode_json({"sealing_secret": opener.sealing_secret, "reason": opener.reason})
    key = key_from(password, b"", salt, cost, _RECOVERY)
    wrapped = AESGCM(key).encrypt(nonce, plain, _associated(vault, request, terms))
    kdf = {**cost.document(), "salt": salt.hex()}
    pending = PendingRecovery(vault, request, terms, number, time, file, kdf, nonce.hex(), wrapped.hex())
    names = ("vault", "request", "terms", "number", "time", "kdf", "nonce", "wrapped")
    document = {"format": FORMAT, "suite": SUITE, **{name: getattr(pending, name) for name in names}}
    document["file"] = base64.b64encode(file).decode()
    with durable.disk_trouble():
        durable.replace_file(folder / RECOVERY_FILE, json.dumps(document, ensure_ascii=False, indent=1).encode())
    return pending


def read(folder: Path) -> PendingRecovery | None:
    """The request under way, or None; raises UserFacingError ``recovery.file-damaged``."""
    try:
        with durable.disk_trouble():
            data = durable.read_limited(folder / RECOVERY_FILE, _MAX_BYTES)
    except FileNotFoundError:
        return None
    try:
        document = json.loads(data or b"")
        if document["format"] != FORMAT or document["suite"] != SUITE or document["vault"] != folder.name:
            raise UserFacingError("recovery.file-damaged")
        return PendingRecovery(
            vault=str(document["vault"]),
            request=str(document["request"]),
            terms=str(document["terms"]),
            number=str(document["number"]),
            time=str(document["time"]),
            file=base64.b64decode(document["file"], validate=True),
            kdf=dict(document["kdf"]),
            nonce=str(document["nonce"]),
            wrapped=str(document["wrapped"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UserFacingError("recovery.file-damaged") from None


def remove(folder: Path) -> None:
    """The request is finished or withdrawn: the key that opened its answers is gone."""
    with durable.disk_trouble():
        (folder / RECOVERY_FILE).unlink(missing_ok=True)
        durable.sync_folder(folder)


def _associated(vault: str, request: str, terms: str) -> bytes:
    bound = {"suite": SUITE, "vault": vault, "request": request, "terms": terms, "kind": _RECOVERY}
    return json.dumps(bound, sort_keys=True).encode()
