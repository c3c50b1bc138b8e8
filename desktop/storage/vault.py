"""A worker's vault on disk: making one, listing them, opening one.

``<home>/vaults/<vault id>/`` holds ``slots.json`` (wrapped keys), ``store.db`` (SQLCipher) and
``attachments/`` (age ciphertext). A vault appears under its name only when it is complete; one that
cannot be opened is never deleted, replaced or made anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from desktop.domain.errors import UserFacingError
from desktop.storage import keyrings, keys, settings
from desktop.storage.keys import VAULTS
from desktop.storage.store import STORE_FILE, Store

_UNFINISHED: Final = ".unfinished-"
LOCK_FILE: Final = "open.lock"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes the vault a device to the county. Secrets: never shown, never logged."""

    vault: str
    epoch: str
    signing_secret: str
    sealing_secret: str

    def __repr__(self) -> str:
        return f"Identity(vault={self.vault}, epoch={self.epoch})"


@dataclass(frozen=True, slots=True)
class NewVault:
    """A vault just made. ``card`` is the device secret to print or write down, shown this once;
    ``in_keyring`` says whether the keyring holds it too."""

    vault: str
    card: str
    in_keyring: bool


def create(
    home: Path,
    password: str,
    *,
    worker_name: str,
    office: str,
    signing_secret: str,
    sealing_secret: str,
    practice: bool = False,
) -> NewVault:
    """Make a vault with new keys. It is complete or it is not there.

    Raises:
        UserFacingError: a weak password, ``vault.keyring-unreliable``, or trouble of the disk.
    """
    vault = uuid.uuid4().hex
    data_key, secret = keys.new_key(), keys.new_key()
    keys.check_new_password(password)
    backend = None if practice else keyrings.usable_backend()
    unfinished, folder = home / VAULTS / (_UNFINISHED + vault), home / VAULTS / vault
    try:
        with disk_trouble():
            unfinished.mkdir(parents=True, mode=0o700)
            (unfinished / "attachments").mkdir(mode=0o700)
            _create_store(
                unfinished / STORE_FILE,
                data_key,
                Identity(vault, uuid.uuid4().hex, signing_secret, sealing_secret),
            )
            if backend is not None:
                keyrings.keep_device_secret(vault, secret)
            header = keys.SlotsHeader(vault, worker_name, office, practice, backend, 1)
            keys.create_slots(unfinished, header, data_key, password, secret)
            unfinished.rename(folder)
            keys.sync_folder(folder.parent)
    except BaseException:
        # Never opened by anybody, and its key is gone with this process.
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return NewVault(vault, keys.card_text(secret), backend is not None)


def _create_store(path: Path, data_key: bytes, identity: Identity) -> None:
    store = Store(path, data_key, create=True)
    try:
        store.write(lambda connection: settings.put(connection, "identity", asdict(identity)))
    finally:
        store.close()


def data_key(home: Path, vault: str, password: str, card: str | None = None) -> bytes:
    """The key of a vault's store, by password and keyring, or by password and device card.

    Raises:
        UserFacingError: ``vault.card-needed`` where the keyring holds nothing for it, and what
            ``keys`` and ``keyrings`` raise. Nothing is changed on disk.
    """
    folder = home / VAULTS / vault
    if card is not None:
        secret = keys.read_card(card)
    else:
        backend = keys.read_header(folder).keyring
        if backend is None:
            raise UserFacingError("vault.card-needed")
        secret = keyrings.device_secret(vault, backend)
    return keys.open_slots(folder, password, secret)


def open_store(home: Path, vault: str, key: bytes) -> Store:
    """Open a vault's store for this process alone."""
    with disk_trouble():
        return Store(home / VAULTS / vault / STORE_FILE, key)


def identity(store: Store) -> Identity:
    """The vault's identity, from inside the store."""
    return Identity(**store.read(lambda connection: settings.get(connection, "identity")))


@contextlib.contextmanager
def only_process(home: Path, vault: str) -> Iterator[None]:
    """Hold the vault for this process; a second one is told so (``vault.open-elsewhere``)."""
    path = home / VAULTS / vault / LOCK_FILE
    with disk_trouble():
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserFacingError("vault.open-elsewhere") from None
        else:  # pragma: no cover - Windows
            import msvcrt

            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            except OSError:
                raise UserFacingError("vault.open-elsewhere") from None
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def disk_trouble() -> Iterator[None]:
    """Word the disk's refusals: full, read-only, not permitted."""
    import errno

    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserFacingError("disk.full") from None
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise UserFacingError("disk.read-only") from None
        raise
