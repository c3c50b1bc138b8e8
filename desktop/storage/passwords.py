"""From a password to a key: Argon2id (RFC 9106) combined with the device secret, and which passwords will do.

The locked door loads this module by way of the slots, and must not wait for the cipher library.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.domain.errors import UserFacingError

KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
MIN_CHARACTERS: Final = 8
MAX_CHARACTERS: Final = 1024
_WANTED_SECONDS: Final = 0.5
_MIN_MEMORY_KIB: Final = 64 * 1024
_MAX_MEMORY_KIB: Final = 256 * 1024
_MIN_PASSES: Final = 3
_MAX_PASSES: Final = 16
_LANES: Final = 4


@dataclass(frozen=True, slots=True)
class Argon2:
    """Argon2id cost. The floor (64 MiB, 3 passes, 4 lanes) is RFC 9106's second recommendation."""

    memory_kib: int = _MIN_MEMORY_KIB
    passes: int = _MIN_PASSES
    lanes: int = _LANES

    def check(self) -> None:
        """Refuse cost below the floor or absurdly high; raises UserFacingError("vault.slots-damaged").

        There is no way round it, in tests neither: a slots file from elsewhere must not make guessing cheap.
        """
        floor = self.memory_kib >= _MIN_MEMORY_KIB and self.passes >= _MIN_PASSES and self.lanes >= _LANES
        ceiling = self.memory_kib <= _MAX_MEMORY_KIB and self.passes <= _MAX_PASSES and self.lanes <= 16
        if not (floor and ceiling):
            raise UserFacingError("vault.slots-damaged")

    def document(self) -> dict[str, int]:
        """As it stands in a slot."""
        return {"memory_kib": self.memory_kib, "passes": self.passes, "lanes": self.lanes}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Argon2:
        """Read it back, checked; raises UserFacingError("vault.slots-damaged"), KeyError, TypeError or ValueError."""
        cost = cls(*(int(document[name]) for name in ("memory_kib", "passes", "lanes")))
        cost.check()
        return cost


def calibrated(clock: Callable[[], float] = time.perf_counter) -> Argon2:
    """The cost that takes this computer about half a second: memory first, up to 256 MiB, then passes.

    A computer on which the floor already takes longer gets the floor.
    """
    seconds = min(_seconds(Argon2(), clock) for _ in range(2))
    times = max(1.0, _WANTED_SECONDS / max(seconds, 1e-6))
    memory = min(_MAX_MEMORY_KIB, int(_MIN_MEMORY_KIB * times) // 4096 * 4096)
    passes = min(_MAX_PASSES, max(_MIN_PASSES, round(_MIN_PASSES * times * _MIN_MEMORY_KIB / memory)))
    return Argon2(memory_kib=max(_MIN_MEMORY_KIB, memory), passes=passes)


def new_salt() -> bytes:
    """The salt of a new slot, drawn."""
    return secrets.token_bytes(_SALT_BYTES)


def key_from(password: str, device_secret: bytes, salt: bytes, cost: Argon2, purpose: str) -> bytes:
    """The key that wraps a slot: neither the password nor the device secret makes it alone.

    Raises:
        UserFacingError: ``vault.slots-damaged`` for a cost that is none; ``vault.memory-short`` where this computer has
            not the memory for it just now.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    cost.check()
    # What a terminal in another encoding makes of a password is a wrong one, and no error of the slots.
    stretched = _stretch(password.encode(errors="surrogatepass"), salt, cost)
    info = f"zoucun {purpose} slot".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(stretched + device_secret)


def check_new_password(password: str) -> None:
    """Length counts, not composition; what everybody tries is refused.

    Raises:
        UserFacingError: ``vault.password-too-short``, ``vault.password-too-long``, ``vault.password-too-common``.
    """
    from desktop.storage.common_passwords import is_common

    if len(password) < MIN_CHARACTERS:
        raise UserFacingError("vault.password-too-short", minimum=MIN_CHARACTERS)
    if len(password) > MAX_CHARACTERS:
        raise UserFacingError("vault.password-too-long", maximum=MAX_CHARACTERS)
    if is_common(password):
        raise UserFacingError("vault.password-too-common")


def _seconds(cost: Argon2, clock: Callable[[], float]) -> float:
    start = clock()
    _stretch(b"calibration", b"calibration salt", cost)
    return clock() - start


def _stretch(password: bytes, salt: bytes, cost: Argon2) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    try:
        return kdf.derive(password)
    except MemoryError:
        raise UserFacingError("vault.memory-short", needed=cost.memory_kib // 1024) from None
