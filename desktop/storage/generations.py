"""Generations of a vault's backups: their folders, their names, and the manifest that cannot be forged.

A generation is a folder ``<time>-<number>`` with the store (encrypted by the same data key), ``slots.json`` and
``signing.json`` as they were, the list of attachments, and a manifest sealed by a key derived from the data key. In the
vault's own folder they lie under ``backups/``; on a stick under ``zoucun-backup/<vault>/``, beside one shared folder of
attachments. What a finder of a stick learns is what ``slots.json`` says of the worker, sizes and times.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import UserFacingError
from desktop.storage import durable, slots
from desktop.storage.signing_slot import SIGNING_FILE

BACKUPS: Final = "backups"
STICK_FOLDER: Final = "zoucun-backup"
STICK_FILE: Final = "stick.id"
STORE: Final = "store.db"
MANIFEST: Final = "manifest.json"
ATTACHMENT_LIST: Final = "attachments.txt"
KEPT: Final = 3
"""How many generations stay in each place."""
FORMAT: Final = 1
UNFINISHED: Final = ".unfinished-backup-"
_REMOVED: Final = ".removed-backup-"
_OURS: Final = re.compile(r"\.(unfinished|removed)-backup-[0-9a-f]{16}")
_NAME: Final = re.compile(r"(\d{8}T\d{6}Z)-(\d{1,9})")
_TIME: Final = "%Y%m%dT%H%M%SZ"
_MAX_MANIFEST: Final = 256 * 1024
_INFO: Final = b"zoucun backup manifest 1"
_FILES: Final = frozenset(
    {STORE, STORE + "-wal", STORE + "-shm", STORE + "-journal", slots.SLOTS_FILE, SIGNING_FILE, MANIFEST}
    | {ATTACHMENT_LIST}
)


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete generation. ``made`` is in UTC, by the clock of the laptop that made it; ``number`` orders them."""

    folder: Path
    made: datetime
    number: int

    @property
    def store(self) -> Path:
        """The copy of the store."""
        return self.folder / STORE


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. ``counts`` by kind of record, ``entries`` of the journal (all, own and others');
    ``size`` and ``digest`` (SHA-256) of the store's file, ``attachment_list`` of the list's."""

    vault: str
    epoch: str
    seq: int
    head: str
    made: str
    schema: str
    version: str
    size: int
    digest: str
    entries: int
    counts: Mapping[str, int]
    attachments: int
    attachment_list: str


# --- places and names -----------------------------------------------------------------------------


def listed(folder: Path) -> list[Generation]:
    """The complete generations of one place, oldest first by number, whatever a clock said."""
    found = []
    try:
        paths = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    for path in paths:
        generation = read_name(path)
        if generation is not None and (path / MANIFEST).is_file():
            found.append(generation)
    return sorted(found, key=lambda one: one.number)


def read_name(path: Path) -> Generation | None:
    """A generation by its folder's name; None for any other folder."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    try:
        made = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Generation(path, made, int(match[2]))


def next_name(folder: Path, made: datetime) -> str:
    """The name of the generation after the newest."""
    taken = [one.number for path in folder.iterdir() if (one := read_name(path)) is not None]
    return f"{made.astimezone(UTC).strftime(_TIME)}-{max(taken, default=0) + 1}"


def new_unfinished(folder: Path) -> Path:
    """An empty folder for a generation in the making."""
    path = folder / (UNFINISHED + secrets.token_hex(8))
    path.mkdir(mode=0o700)
    return path


def sweep(folder: Path) -> None:
    """Remove what an earlier run left unfinished, known by its name alone and only files we write."""
    for path in list(folder.iterdir()):
        if _OURS.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            clear(path)


def remove_older(folder: Path, kept: int = KEPT) -> None:
    """Leave the newest; each other one vanishes under its name at once, then file by file."""
    for generation in listed(folder)[:-kept]:
        removed = folder / (_REMOVED + secrets.token_hex(8))
        generation.folder.rename(removed)
        clear(removed)


def clear(folder: Path) -> None:
    """Remove a folder of ours; anything in it that we did not write stays, and so does the folder."""
    for path in folder.iterdir():
        if path.name in _FILES and path.is_file():
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def stick_folder(chosen: Path, vault: str) -> Path:
    """Where a vault's generations lie on a stick, whether its root or our own folder on it was chosen."""
    if chosen.name == STICK_FOLDER:
        return chosen / vault
    if chosen.parent.name == STICK_FOLDER:
        return chosen.parent / vault
    return chosen / STICK_FOLDER / vault


# --- the manifest ---------------------------------------------------------------------------------


def seal_manifest(manifest: Manifest, data_key: bytes) -> bytes:
    """The manifest as a file: sealed, so that it can be neither read nor forged without the data key."""
    nonce = secrets.token_bytes(12)
    content = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True).encode()
    sealed = AESGCM(_manifest_key(data_key)).encrypt(nonce, content, _associated(manifest.vault))
    document = {"format": FORMAT, "suite": slots.SUITE, "vault": manifest.vault}
    return json.dumps({**document, "nonce": nonce.hex(), "sealed": sealed.hex()}, indent=1).encode()


def read_manifest(generation: Path, data_key: bytes) -> Manifest:
    """Open a generation's manifest.

    Raises:
        UserFacingError: ``backup.foreign`` where this key does not open it (another vault's, or changed by somebody),
            ``backup.damaged`` where it is no manifest at all.
    """
    document = _read_document(generation)
    try:
        nonce, sealed = bytes.fromhex(document["nonce"]), bytes.fromhex(document["sealed"])
        if (nonce.hex(), sealed.hex()) != (document["nonce"], document["sealed"]):
            raise UserFacingError("backup.damaged")
        content = AESGCM(_manifest_key(data_key)).decrypt(nonce, sealed, _associated(document["vault"]))
        return Manifest(**json.loads(content))
    except InvalidTag:
        raise UserFacingError("backup.foreign") from None
    except (KeyError, ValueError, TypeError):
        raise UserFacingError("backup.damaged") from None


def vault_named(generation: Path) -> str:
    """Whose it claims to be; to be believed only after ``read_manifest``."""
    vault = _read_document(generation).get("vault")
    if not isinstance(vault, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", vault):
        raise UserFacingError("backup.damaged")
    return vault


def _read_document(generation: Path) -> dict[str, Any]:
    try:
        data = durable.read_limited(generation / MANIFEST, _MAX_MANIFEST)
        document = json.loads(data) if data is not None else None
    except FileNotFoundError:
        raise UserFacingError("backup.damaged") from None
    except (ValueError, RecursionError):
        document = None
    # Byte for byte as it was written: a flipped bit that changes no meaning today may be the first of many.
    if not isinstance(document, dict) or json.dumps(document, indent=1).encode() != data:
        raise UserFacingError("backup.damaged")
    if document.get("format") != FORMAT or document.get("suite") != slots.SUITE:
        raise UserFacingError("backup.damaged")
    return document


def _manifest_key(data_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=_INFO).derive(data_key)


def _associated(vault: str) -> bytes:
    return json.dumps({"suite": slots.SUITE, "vault": vault, "kind": "manifest"}, sort_keys=True).encode()


# --- room -----------------------------------------------------------------------------------------


def room(folder: Path) -> int:
    """Bytes free where ``folder`` lies."""
    return shutil.disk_usage(folder).free


def drop_from_memory(path: Path) -> None:
    """Let the next read of a file come from the disk itself, where the system can be asked for it."""
    if not hasattr(os, "posix_fadvise"):
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
