"""Key slots (密钥槽): the ways in to one vault, in a small file beside its store.

A random 256-bit data key opens the store. Each slot wraps it once: the worker's password *and* the device secret
together (the secret lies in the OS keyring or on the device card, 设备卡), or the county's escrow in two halves
(``escrow``). Nothing here ever makes a new key in place of one that is missing or broken: it stops and says so.

The file also names the store it opens, so that a store made anew beside the old one (restore, salvage, rekey) comes
into use by one rename and the old file is never touched.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from desktop.domain.errors import UserFacingError
from desktop.storage import durable
from desktop.storage.passwords import KEY_BYTES, Argon2, check_new_password, key_from, new_salt

SUITE: Final = "argon2id+hkdf-sha256+aes-256-gcm"
FORMAT: Final = 1
VAULTS: Final = "vaults"
STORE_FILE: Final = "store.db"
SLOTS_FILE: Final = "slots.json"
PREVIOUS_FILE: Final = "slots.json.prev"
BROKEN_FILE: Final = "slots.json.broken"
DAMAGE_FOUND_FILE: Final = "store.damaged"
"""An empty file: the last check found the store damaged. The door offers the salvage; nothing else depends on it."""
WIPED_FILE: Final = "wiped.json"
"""What a wipe by the county's order leaves (``wiping``)."""
_MAX_BYTES: Final = 64 * 1024
_BY_PASSWORD: Final = "password"  # noqa: S105 - the name of a kind

Slot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SlotsHeader:
    """What the login window may know of a vault before it is opened: no secrets, no person visited.

    ``keyring`` is the pinned name of the keyring that holds the device secret, None where the card is needed;
    ``store`` is the name of the store's file in the vault's folder.
    """

    vault: str
    worker_name: str
    office: str
    practice: bool
    keyring: str | None
    generation: int
    store: str = STORE_FILE


@dataclass(frozen=True, slots=True)
class Slots:
    """The whole file: the header and every slot as it stands there."""

    header: SlotsHeader
    slots: tuple[Slot, ...]

    def slot(self, kind: str) -> Slot | None:
        """The slot of this kind, if there is one."""
        return next((one for one in self.slots if one.get("kind") == kind), None)

    def with_slot(self, slot: Slot) -> Slots:
        """The same with ``slot`` in the place of the one of its kind."""
        others = tuple(one for one in self.slots if one.get("kind") != slot["kind"])
        return replace(self, slots=(*others, slot))


def new_key() -> bytes:
    """32 bytes from the system's randomness."""
    return secrets.token_bytes(KEY_BYTES)


# --- the password slot --------------------------------------------------------------------------


def password_slot(
    header: SlotsHeader, data_key: bytes, password: str, device_secret: bytes, cost: Argon2
) -> dict[str, Any]:
    """Wrap the data key by password and device secret; raises UserFacingError for a password that will not do."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    check_new_password(password)
    salt, nonce = new_salt(), secrets.token_bytes(12)
    key = key_from(password, device_secret, salt, cost, _BY_PASSWORD)
    return {
        "kind": _BY_PASSWORD,
        "id": secrets.token_hex(8),
        "kdf": {**cost.document(), "salt": salt.hex()},
        "nonce": nonce.hex(),
        "wrapped": AESGCM(key).encrypt(nonce, data_key, _associated(header)).hex(),
    }


def open_password_slot(slots: Slots, password: str, device_secret: bytes) -> bytes:
    """The data key.

    Raises:
        UserFacingError: ``vault.wrong-password`` (or a device secret of another laptop), ``vault.slots-damaged``.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    slot = slots.slot(_BY_PASSWORD)
    if slot is None:
        raise UserFacingError("vault.slots-damaged")
    try:
        cost = Argon2.read(slot["kdf"])
        key = key_from(password, device_secret, bytes.fromhex(slot["kdf"]["salt"]), cost, _BY_PASSWORD)
        nonce, wrapped = bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["wrapped"])
        return AESGCM(key).decrypt(nonce, wrapped, _associated(slots.header))
    except InvalidTag:
        raise UserFacingError("vault.wrong-password") from None
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise UserFacingError("vault.slots-damaged") from None


def password_cost(slots: Slots) -> Argon2:
    """What the password slot's key costs; raises UserFacingError("vault.slots-damaged")."""
    slot = slots.slot(_BY_PASSWORD)
    try:
        return Argon2.read(slot["kdf"] if slot is not None else {})
    except (KeyError, ValueError, TypeError, OverflowError):
        raise UserFacingError("vault.slots-damaged") from None


def password_slot_id(slots: Slots) -> str:
    """Changes with every new password; empty where there is no such slot."""
    slot = slots.slot(_BY_PASSWORD)
    return "" if slot is None else str(slot.get("id", ""))


def _associated(header: SlotsHeader) -> bytes:
    """What must not be changeable from outside: a practice vault's card lies beside it, and the door shows the names.

    Not bound are ``keyring``, ``generation`` and ``store``: they change while no password is at hand. Another keyring
    or another store does not open; the file's own digest finds what changed by accident.
    """
    bound = {
        "suite": SUITE,
        "vault": header.vault,
        "practice": header.practice,
        "worker_name": header.worker_name,
        "office": header.office,
        "kind": _BY_PASSWORD,
    }
    return json.dumps(bound, sort_keys=True).encode()


# --- the file -----------------------------------------------------------------------------------


def create(folder: Path, slots: Slots) -> None:
    """Write the first slots file of a vault; an existing one is never replaced here."""
    if (folder / SLOTS_FILE).exists():
        raise FileExistsError(folder / SLOTS_FILE)
    durable.replace_file(folder / SLOTS_FILE, _encode(slots))


def save(folder: Path, slots: Slots) -> Slots:
    """Replace the slots file; the generation before stays beside it. Answers what was written.

    Where another store comes into use, the generation before is written anew too: opened by itself it must never
    lead back to a store that is not kept up any more.
    """
    before = read(folder)
    fresh = replace(slots, header=replace(slots.header, generation=before.header.generation + 1))
    with durable.disk_trouble():
        if fresh.header.store == before.header.store:
            durable.replace_file(folder / PREVIOUS_FILE, (folder / SLOTS_FILE).read_bytes())
            durable.replace_file(folder / SLOTS_FILE, _encode(fresh))
        else:
            durable.replace_file(folder / SLOTS_FILE, _encode(fresh))
            durable.replace_file(folder / PREVIOUS_FILE, _encode(fresh))
    return fresh


def read(folder: Path, *, previous: bool = False) -> Slots:
    """Read the file, or on demand the generation before it.

    Raises:
        UserFacingError: ``vault.slots-missing``, ``vault.slots-damaged``. Nothing is changed on disk.
    """
    try:
        with durable.disk_trouble():
            data = durable.read_limited(folder / (PREVIOUS_FILE if previous else SLOTS_FILE), _MAX_BYTES)
    except FileNotFoundError:
        raise UserFacingError("vault.slots-missing") from None
    return _decode(durable.checked_document(data))


def put_back(folder: Path) -> None:
    """Write the generation before in the place of a slots file that is broken; the vault has just opened by it.

    The broken file is kept beside it, under another name.
    """
    found = read(folder, previous=True)
    broken = folder / SLOTS_FILE
    with durable.disk_trouble():
        if broken.exists():
            (folder / BROKEN_FILE).write_bytes(broken.read_bytes())
        durable.replace_file(broken, _encode(found))


def free_store_name(folder: Path) -> str:
    """A name for a store made anew beside the one in use; what lies there is never written over."""
    return next(name for number in count(2) if not (folder / (name := f"store-{number}.db")).exists())


def decode(data: bytes) -> Slots:
    """Slots from elsewhere (a backup); raises UserFacingError("vault.slots-damaged")."""
    return _decode(durable.checked_document(data if len(data) <= _MAX_BYTES else None))


def listed(home: Path) -> list[SlotsHeader]:
    """The vaults of this laptop, by worker's name; for the login window, without opening any.

    One whose keys were erased by the county's order is no vault any more.
    """
    folder = home / VAULTS
    if not folder.is_dir():
        return []
    headers = []
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith("."):
            try:
                if not _is_wiped(path):
                    headers.append(read(path).header)
            except (UserFacingError, OSError):  # a folder of another user of this computer must not hide one's own
                headers.append(_name_of_unreadable(path))
    return sorted(headers, key=lambda header: (header.worker_name, header.vault))


def _is_wiped(folder: Path) -> bool:
    return (folder / WIPED_FILE).exists() and not (folder / SLOTS_FILE).exists()


def _name_of_unreadable(folder: Path) -> SlotsHeader:
    """Whose vault it was, by the generation before: people must be able to say which one is broken."""
    try:
        return replace(read(folder, previous=True).header, generation=0)
    except (UserFacingError, OSError):
        return SlotsHeader(folder.name, "?", "", False, None, 0)


def _encode(slots: Slots) -> bytes:
    return durable.document_with_digest(
        {"format": FORMAT, "suite": SUITE, **asdict(slots.header), "slots": [dict(one) for one in slots.slots]}
    )


def _decode(document: object) -> Slots:
    if not isinstance(document, dict) or document.get("format") != FORMAT or document.get("suite") != SUITE:
        raise UserFacingError("vault.slots-damaged")
    try:
        store = document["store"]
        header = SlotsHeader(
            vault=str(document["vault"]),
            worker_name=str(document["worker_name"]),
            office=str(document["office"]),
            practice=document["practice"] is True,
            keyring=None if document["keyring"] is None else str(document["keyring"]),
            generation=int(document["generation"]),
            store=store,
        )
        slots = tuple(document["slots"])
    except (KeyError, ValueError, TypeError, OverflowError):
        raise UserFacingError("vault.slots-damaged") from None
    # A name, never a way out of the folder.
    if not isinstance(store, str) or Path(store).name != store or not store.endswith(".db") or store.startswith("."):
        raise UserFacingError("vault.slots-damaged")
    if not all(isinstance(one, dict) for one in slots):
        raise UserFacingError("vault.slots-damaged")
    return Slots(header, slots)
