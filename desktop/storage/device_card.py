"""The device secret as it stands on the device card (设备卡): base32 with check characters."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from desktop.domain.errors import UserFacingError

SECRET_BYTES: Final = 32
_CHECK_BYTES: Final = 3
_GROUP: Final = 4
"""56 letters make fourteen groups of four, all of one length."""


def card_text(secret: bytes) -> str:
    """The secret as it is printed: groups of four base32 characters, the check in the last of them."""
    letters = base64.b32encode(secret + _check(secret)).decode()
    return "-".join(letters[index : index + _GROUP] for index in range(0, len(letters), _GROUP))


def read_card(written: str) -> bytes:
    """Read a card as people type it; any one wrong character is noticed ("vault.card-mistyped")."""
    letters = "".join(written.upper().replace("-", "").split())
    letters = letters.replace("0", "O").replace("1", "I").replace("8", "B")
    try:
        data = base64.b32decode(letters)
    except ValueError:
        raise UserFacingError("vault.card-mistyped") from None
    secret, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if len(secret) != SECRET_BYTES or _check(secret) != check:
        raise UserFacingError("vault.card-mistyped")
    return secret


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"device card" + secret).digest()[:_CHECK_BYTES]
