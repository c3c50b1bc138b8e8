"""A worker's vault on disk: making one, listing them, opening one.

``<home>/vaults/<vault id>/`` holds ``slots.json`` (wrapped keys), ``signing.json`` (the signing key, wrapped),
``store.db`` (SQLCipher) and ``attachments/`` (age ciphertext). A vault appears under its name only when it is
complete; one that cannot be opened is never deleted, replaced or made anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from desktop.domain.errors import UserFacingError
from desktop.storage import device_card, durable, keyrings, passwords, settings, signing_slot, slots, tries
from desktop.storage.durable import disk_trouble
from desktop.storage.passwords import Argon2
from desktop.storage.slots import STORE_FILE, VAULTS, Slots, SlotsHeader
from desktop.storage.store import Store

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
class Keys:
    """What an unlocked vault was opened with: it wraps new slots and opens backups. Ends with the process."""

    data_key: bytes
    device_secret: bytes

    def __repr__(self) -> str:
        return "Keys()"


class SecretSource(StrEnum):
    """Where the device secret comes from when a password is made anew."""

    KEYRING = "keyring"
    CARD = "card"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class NewVault:
    """A vault just made. ``card`` is the device secret to print or write down, shown this once;
    ``in_keyring`` says whether the keyring holds it too."""

    vault: str
    card: str
    in_keyring: bool


def folder_of(home: Path, vault: str) -> Path:
    """The vault's own folder."""
    return home / VAULTS / vault


def create(
    home: Path,
    password: str,
    *,
    worker_name: str,
    office: str,
    signing_secret: str,
    sealing_secret: str,
    practice: bool = False,
    cost: Argon2 | None = None,
) -> NewVault:
    """Make a vault with new keys. It is complete or it is not there.

    ``cost`` of the password's key; None measures what this computer does in about half a second.

    Raises:
        UserFacingError: a weak password, ``vault.keyring-unreliable``, or trouble of the disk.
    """
    vault = uuid.uuid4().hex
    keys = Keys(slots.new_key(), slots.new_key())
    passwords.check_new_password(password)
    backend = None if practice else keyrings.usable_backend()
    unfinished, folder = folder_of(home, _UNFINISHED + vault), folder_of(home, vault)
    identity = Identity(vault, uuid.uuid4().hex, signing_secret, sealing_secret)
    try:
        with disk_trouble():
            unfinished.mkdir(parents=True, mode=0o700)
            (unfinished / "attachments").mkdir(mode=0o700)
            _create_store(unfinished / STORE_FILE, keys.data_key, identity)
            if backend is not None:
                keyrings.keep_device_secret(vault, keys.device_secret)
            header = SlotsHeader(vault, worker_name, office, practice, backend, 1)
            write_first_slots(unfinished, header, keys, identity, password, cost or passwords.calibrated())
            unfinished.rename(folder)
            durable.sync_folder(folder.parent)
    except BaseException:
        # Never opened by anybody, and its key is gone with this process.
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return NewVault(vault, device_card.card_text(keys.device_secret), backend is not None)


def write_first_slots(
    folder: Path, header: SlotsHeader, keys: Keys, identity: Identity, password: str, cost: Argon2
) -> None:
    """The slot files of a vault's folder that has none yet."""
    slot = slots.password_slot(header, keys.data_key, password, keys.device_secret, cost)
    signing = bytes.fromhex(identity.signing_secret)
    signing_slot.write(folder, header.vault, signing, password, keys.device_secret, cost, slot["id"])
    slots.create(folder, Slots(header, (slot,)))


def _create_store(path: Path, data_key: bytes, identity: Identity) -> None:
    store = Store(path, data_key, create=True)
    try:
        store.write(lambda connection: settings.put(connection, "identity", asdict(identity)))
    finally:
        store.close()


def unlock(
    home: Path, vault: str, password: str, card: str | None, now: datetime, *, previous_slots: bool = False
) -> Keys:
    """The keys of a vault, by password and keyring, or by password and device card.

    ``previous_slots`` opens by the generation before of a slots file that is broken.

    Raises:
        UserFacingError: ``vault.card-needed`` where the keyring holds nothing for it, ``vault.wait`` after too many
            wrong tries, and what ``slots``, ``device_card`` and ``keyrings`` raise. The vault is not changed.
    """
    return unlock_slots(home, slots.read(folder_of(home, vault), previous=previous_slots), password, card, now)


def unlock_slots(home: Path, found: Slots, password: str, card: str | None, now: datetime) -> Keys:
    """The same with slots from elsewhere (a backup); wrong tries are counted with the vault's own."""
    secret = _device_secret(found.header, card)
    with _counted(home, found.header.vault, now):
        return Keys(slots.open_password_slot(found, password, secret), secret)


def read_signing_key(home: Path, vault: str, password: str, card: str | None, now: datetime) -> bytearray:
    """A worker's signing key alone, for one signature, to be overwritten after it; the vault stays as it is.

    A wrong password counts with those at the door, and waits with them; the owner's journal has it at the next unlock.

    Raises:
        UserFacingError: as ``unlock``, and ``vault.signing-slot-damaged`` (unlocking that vault once mends it).
    """
    folder = folder_of(home, vault)
    secret = _device_secret(slots.read(folder).header, card)
    with _counted(home, vault, now):
        return signing_slot.read(folder, vault, password, secret)


def _device_secret(header: SlotsHeader, card: str | None) -> bytes:
    """From the card that was typed, else from the keyring that is pinned."""
    if card is not None:
        return device_card.read_card(card)
    if header.keyring is None:
        raise UserFacingError("vault.card-needed")
    return keyrings.device_secret(header.vault, header.keyring)


@contextlib.contextmanager
def _counted(home: Path, vault: str, now: datetime) -> Iterator[None]:
    """Try a password; what turns out to be wrong stays counted, everything else does not."""
    before = tries.read(home, vault)
    tries.begin(home, vault, now)
    try:
        yield
    except UserFacingError as error:
        if error.code != "vault.wrong-password":
            tries.take_back(home, vault, before)
        raise
    tries.take_back(home, vault, before)


def change_password(
    folder: Path, keys: Keys, identity: Identity, old: str, new: str, cost: Argon2 | None = None
) -> None:
    """Wrap the same keys by another password. The store is not touched; every other slot stays.

    The signing slot is written first: whatever is cut short, one of the two passwords opens the vault, and
    ``mend_signing_slot`` does the rest.

    Raises:
        UserFacingError: ``vault.wrong-password`` for the old one, a new one that will not do, trouble of the disk.
    """
    found = slots.read(folder)
    slots.open_password_slot(found, old, keys.device_secret)
    cost = cost or passwords.calibrated()
    slot = slots.password_slot(found.header, keys.data_key, new, keys.device_secret, cost)
    signing = bytes.fromhex(identity.signing_secret)
    signing_slot.write(folder, found.header.vault, signing, new, keys.device_secret, cost, slot["id"])
    slots.save(folder, found.with_slot(slot))


def recover(
    folder: Path,
    keys: Keys,
    identity: Identity,
    password: str,
    escrow: slots.Slot,
    *,
    source: SecretSource,
    cost: Argon2 | None = None,
) -> bool:
    """Give an open vault whose password was forgotten a new one, with a new escrow slot in the place of the one that
    was opened; answers whether this computer's keyring holds the device secret.

    Comes into force by one rename, after the signing slot as in ``change_password``. Then the generation before is
    written over: the halves that were opened must not lie about. A new device secret is put into the keyring where
    there is one; until it is there, and where the old one came from its card, the card opens.

    Raises:
        UserFacingError: a new password that will not do, trouble of the disk.
    """
    found = slots.read(folder)
    cost = cost or passwords.calibrated()
    slot = slots.password_slot(found.header, keys.data_key, password, keys.device_secret, cost)
    signing = bytes.fromhex(identity.signing_secret)
    signing_slot.write(folder, found.header.vault, signing, password, keys.device_secret, cost, slot["id"])
    pinned = found.header.keyring if source is SecretSource.KEYRING else None
    fresh = replace(found.with_slot(slot).with_slot(escrow), header=replace(found.header, keyring=pinned))
    slots.save(folder, fresh)
    if source is SecretSource.NEW:
        with contextlib.suppress(UserFacingError):  # without a keyring that keeps it, the new card opens
            remember_device_secret(folder, keys)
            return True
    slots.save(folder, slots.read(folder))
    return pinned is not None


def mend_signing_slot(folder: Path, keys: Keys, identity: Identity, password: str) -> bool:
    """Write the signing slot anew where it is missing, damaged or of another password; True if it was.

    ``password`` has just opened the vault.
    """
    found = slots.read(folder)
    slot = slots.password_slot_id(found)
    if signing_slot.belongs_to(folder) == slot:
        return False
    cost = slots.password_cost(found)
    signing = bytes.fromhex(identity.signing_secret)
    signing_slot.write(folder, identity.vault, signing, password, keys.device_secret, cost, slot)
    return True


def remember_device_secret(folder: Path, keys: Keys) -> str:
    """Put the device secret of an open vault into this computer's keyring and pin its name; answers the name.

    A person asks for this, after opening by the card: it is never done by itself.

    Raises:
        UserFacingError: ``vault.keyring-unreliable`` where there is no keyring that protects what it keeps.
    """
    backend = keyrings.usable_backend()
    if backend is None:
        raise UserFacingError("vault.keyring-unreliable")
    found = slots.read(folder)
    keyrings.keep_device_secret(found.header.vault, keys.device_secret)
    slots.save(folder, replace(found, header=replace(found.header, keyring=backend)))
    return backend


def open_store(home: Path, vault: str, key: bytes, *, previous_slots: bool = False) -> Store:
    """Open a vault's store for this process alone."""
    folder = folder_of(home, vault)
    with disk_trouble():
        return Store(folder / slots.read(folder, previous=previous_slots).header.store, key)


def identity(store: Store) -> Identity:
    """The vault's identity, from inside the store."""
    return Identity(**store.read(lambda connection: settings.get(connection, "identity")))


@contextlib.contextmanager
def only_process(home: Path, vault: str) -> Iterator[None]:
    """Hold the vault for this process; a second one is told so (``vault.open-elsewhere``).

    Raises:
        UserFacingError: also ``vault.cannot-lock`` on a disk that knows no locks, ``vault.slots-missing`` where the
            vault's folder is not there.
    """
    path = home / VAULTS / vault / LOCK_FILE
    try:
        with disk_trouble():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        raise UserFacingError("vault.slots-missing") from None
    try:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserFacingError("vault.open-elsewhere") from None
            except OSError:  # a network disk without a lock service: two windows would spoil the vault
                raise UserFacingError("vault.cannot-lock") from None
        else:  # pragma: no cover - Windows
            import msvcrt

            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            except OSError:
                raise UserFacingError("vault.open-elsewhere") from None
        yield
    finally:
        os.close(descriptor)
