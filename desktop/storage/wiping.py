"""Erasing the keys of a vault by the county's order (远程清除): what is left is ciphertext that nothing opens.

``wiped.json`` is written first and stays. It says what happened and whom to ask, and a wipe that was cut short is
finished by it at the next start, without any key. Everything in the vault's folder that is not ciphertext goes: slot
files of every generation, the signing slot, what recovery left, and the same of the backups in the folder. Files are
overwritten before they are removed; a drive that writes elsewhere (flash, copy on write) may keep old blocks, which
is why the store's key was never there but wrapped. A backup on a stick is out of reach: the county's list names it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from desktop.storage import durable, keyrings, tries
from desktop.storage.slots import VAULTS, WIPED_FILE

_CIPHERTEXT: Final = (".db", ".db-wal", ".db-shm", ".db-journal")
_ATTACHMENTS: Final = "attachments"
_LOCK: Final = "open.lock"
_READ_FILE: Final = "wiped.read"
"""Somebody has read the notice; the door does not show it again."""
_MAX_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Wiped:
    """What a wiped vault's folder says: whose it was, when and why the county ordered it, whom to ask."""

    vault: str
    worker_name: str
    office: str
    time: str
    reason: str
    ask: str
    order: int


def begin(folder: Path, wiped: Wiped) -> None:
    """Write the notice; from here on the wipe is carried through, however often it is cut short."""
    with durable.disk_trouble():
        durable.replace_file(folder / WIPED_FILE, json.dumps(asdict(wiped), ensure_ascii=False).encode())


def read(folder: Path) -> Wiped | None:
    """The notice of a wiped vault; None where there is none, or none that can be read."""
    try:
        data = durable.read_limited(folder / WIPED_FILE, _MAX_BYTES)
        return Wiped(**json.loads(data or b""))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def finish(home: Path, vault: str) -> None:
    """Erase every key of a vault whose notice is written; may be called again, and does nothing without it.

    Raises:
        UserFacingError: trouble of the disk; the next start tries again.
    """
    folder = home / VAULTS / vault
    wiped = read(folder)
    if wiped is None or wiped.vault != vault:
        return
    with durable.disk_trouble():
        for path in sorted(_keys(folder)):
            _erase(path)
    keyrings.forget_device_secret(vault)
    tries.forget(home, vault)


def finish_all(home: Path) -> tuple[Wiped, ...]:
    """Finish every wipe that was cut short; answers the notices nobody has read. Needs no key."""
    found = []
    for path in sorted((home / VAULTS).glob("*/" + WIPED_FILE)):
        if (wiped := read(path.parent)) is not None and wiped.vault == path.parent.name:
            with contextlib.suppress(Exception):  # the door opens for the others whatever this disk does
                finish(home, wiped.vault)
            if not (path.parent / _READ_FILE).exists():
                found.append(wiped)
    return tuple(found)


def note_read(home: Path, vaults: Iterable[str]) -> None:
    """Somebody has read these notices."""
    for vault in vaults:
        with contextlib.suppress(OSError):  # it is shown once more, which harms nobody
            durable.write_file(home / VAULTS / vault / _READ_FILE, b"")


def withdraw(folder: Path) -> None:
    """The vault is being restored by somebody who has its password: its new keys are not what was to be erased.

    Where the order is still in force, the county says so at the next contact, after what is unsent has been sent.
    """
    for name in (WIPED_FILE, _READ_FILE):
        (folder / name).unlink(missing_ok=True)
    durable.sync_folder(folder)


def _keys(folder: Path) -> list[Path]:
    kept = {folder / WIPED_FILE, folder / _READ_FILE, folder / _LOCK}
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path not in kept
        and not path.name.endswith(_CIPHERTEXT)
        and _ATTACHMENTS not in path.relative_to(folder).parts
    ]


def _erase(path: Path) -> None:
    size = path.stat().st_size
    descriptor = os.open(path, os.O_WRONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    durable.sync_folder(path.parent)
