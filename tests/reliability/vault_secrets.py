"""What must not be found after a lock: every key of a vault that can be known from outside, as needles."""

from __future__ import annotations

import hashlib
import json

from desktop.services.application import system_clock
from desktop.storage import generations, passwords, signing_slot, slots, vault
from desktop.storage.passwords import Argon2
from tests.reliability.memory import key_needles, raw_key_needles, text_needles
from tests.vaults import ClosedVault

Needles = dict[bytes, str]
_SALT_BYTES = 16
_HMAC_SALT_MASK = 0x3A
_HMAC_ROUNDS = 2
"""SQLCipher's own for the key of its page codes (``HMAC_SALT_MASK``, ``FAST_PBKDF2_ITER``)."""


def held_while_open(closed: ClosedVault, identity: vault.Identity) -> dict[str, Needles]:
    """What an open process must have: the keys in use, and what its worker typed."""
    keys = _keys(closed)
    return {
        "data key": key_needles("data key", keys.data_key),
        "device secret": key_needles("device secret", keys.device_secret),
        "signing key": key_needles("signing key", bytes.fromhex(identity.signing_secret)),
        "sealing key": text_needles("sealing key", identity.sealing_secret),
        "card": text_needles("card", closed.card),
        "password": text_needles("password", closed.password),
    }


def derived_on_the_way(closed: ClosedVault) -> dict[str, Needles]:
    """Keys that are used for a moment, or that SQLCipher shields: an open process may have them so, or not."""
    keys = _keys(closed)
    found: dict[str, Needles] = {
        "manifest key": raw_key_needles("manifest key", generations._manifest_key(keys.data_key)),
        "page key": raw_key_needles("page key", _page_code_key(closed, keys.data_key)),
    }
    slot = slots.read(closed.folder).slot("password")
    assert slot is not None
    signing = json.loads((closed.folder / signing_slot.SIGNING_FILE).read_bytes())
    for purpose, kdf in (("password", slot["kdf"]), ("signing", signing["kdf"])):
        salt, cost = bytes.fromhex(kdf["salt"]), Argon2.read(kdf)
        stretched = passwords._stretch(closed.password.encode(), salt, cost)
        wrapping = passwords.key_from(closed.password, keys.device_secret, salt, cost, purpose)
        for name, key in ((f"{purpose} stretched", stretched), (f"{purpose} slot's key", wrapping)):
            found[name] = raw_key_needles(name, key)
    return found


def _keys(closed: ClosedVault) -> vault.Keys:
    return vault.unlock(closed.home, closed.vault, closed.password, closed.card, system_clock())


def _page_code_key(closed: ClosedVault, data_key: bytes) -> bytes:
    with closed.store.open("rb") as store:
        salt = store.read(_SALT_BYTES)
    masked = bytes(one ^ _HMAC_SALT_MASK for one in salt)
    return hashlib.pbkdf2_hmac("sha512", data_key, masked, _HMAC_ROUNDS, len(data_key))
