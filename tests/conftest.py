"""What every test shares: no screen, no network beyond this computer, and a folder that stands for a USB stick."""

import functools
import gc
import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

from county import key_file
from desktop.storage import passwords, recovery_file, signing_slot, slots
from desktop.storage.passwords import Argon2

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes is no property of ours: on a busy machine it only makes a good test fail now and then.
settings.register_profile("zoucun", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zoucun")


# Garbage is looked for between two tests, on this thread: what a window left would end on the thread of the next test's
# store, in the middle of an event (seen: a process of the tests that ended without a word).
gc.disable()


def _refuse_network(event: str, arguments: Sequence[object]) -> None:
    """Tests talk to nobody but servers they start themselves on this computer."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith("127.") and address[0] not in {"localhost", "::1"}:
        raise AssertionError(f"a test tried to reach {address[0]}")


sys.addaudithook(_refuse_network)


_SALT: Final = b"a salt for tests"
_COST: Final = ("salt", "iterations", "lanes", "memory_kib")


@pytest.fixture(scope="session", autouse=True)
def _each_password_is_stretched_once() -> Iterator[None]:
    """New slots and key files get one salt; what Argon2id makes of a password with it at full cost is remembered.

    Nearly every test makes a vault with the same password: a third of all the processor's work was doing so again.
    The files are real ones: every other process, and every other salt, pays the whole price.
    """
    stretch, key_of_county = passwords._stretch, key_file._passphrase_key
    remembered, known = functools.cache(stretch), dict[tuple[object, ...], bytes]()

    def stretched(password: bytes, salt: bytes, cost: Argon2) -> bytes:
        return (remembered if salt == _SALT else stretch)(password, salt, cost)

    def passphrase_key(fields: dict[str, Any], passphrase: str) -> bytes:
        if fields["salt"] != _SALT.hex():
            return key_of_county(fields, passphrase)
        asked = (passphrase, *(fields[name] for name in _COST))
        if asked not in known:
            known[asked] = key_of_county(fields, passphrase)
        return known[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_stretch", stretched)
        patch.setattr(key_file, "_passphrase_key", passphrase_key)
        for module in (slots, signing_slot, recovery_file, key_file):
            patch.setattr(module, "new_salt", lambda: _SALT)
        yield


@pytest.fixture(autouse=True)
def _garbage_ends_here() -> Iterator[None]:
    yield
    gc.collect(2 if next(_tests_done) % _ALL_OBJECTS_EVERY == 0 else 1)


_tests_done: Final = itertools.count(1)
_ALL_OBJECTS_EVERY: Final = 100
"""Tests; it takes half a second."""


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """An empty folder, as a stick that was put in."""
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder
