"""What an injected act does otherwise than the product, so that all points can be tried and are the same each time.

Left out is what takes most of the time and changes no file; what a clock decides is decided by number.
"""

from __future__ import annotations

import functools
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from desktop.storage import cipher, judgements, passwords
from desktop.storage.passwords import Argon2
from tests.data.vaults.make_vault import PASSWORD as KEPT_PASSWORD

_LEAST: Final = Argon2(memory_kib=8, passes=1, lanes=1)
_MEMORY_SECURITY: Final = "PRAGMA cipher_memory_security = ON"
_NOTHING: Final = "PRAGMA cipher_log = off"
"""What is said to every connection anyway; a query would read the file before it has its key."""
_whole = functools.cache(passwords._stretch)


def stretch_quickly(password: bytes, salt: bytes, cost: Argon2) -> bytes:
    """Argon2id at the least cost there is, whatever stands in the slot; kept vaults were made with the real one.

    To be put in the place of ``passwords._stretch`` in every process that opens the same vaults.
    """
    return _whole(password, salt, cost if password == KEPT_PASSWORD.encode() else _LEAST)


def fold_one_at_a_time() -> None:
    """For the rest of this process records are folded one in each transaction.

    The product folds for so many milliseconds in each: a busy machine would have other points than an idle one.
    """
    judgements.fold_slice = functools.partial(judgements.fold_slice, seconds=-1.0)


class _UnlockedConnection(sqlcipher.Connection):  # type: ignore[misc]  # the library ships no types
    def execute(self, statement: str, *values: Any) -> Any:
        return super().execute(_NOTHING if statement == _MEMORY_SECURITY else statement, *values)


def leave_memory_unlocked() -> None:
    """For the rest of this process SQLCipher neither locks nor wipes its memory.

    That is tens of thousands of ``mlock`` and ``munlock`` in one act, and ``strace`` stops at each of them.
    """
    del cipher._EXPECTED["cipher_memory_security"]
    sqlcipher.connect = functools.partial(sqlcipher.connect, factory=_UnlockedConnection)
