"""Keyrings for tests, at the edge of the operating system: real ``keyring`` backends that live in memory.

They stand for the Secret Service and go by its module's name: a keyring of another name is refused.
"""

from __future__ import annotations

from typing import Final

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordSetError

NAME: Final = "keyring.backends.SecretService"


class MemoryKeyring(KeyringBackend):
    """Works as a keyring should; ``kept`` is its content."""

    __module__ = NAME
    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class WalletKeyring(MemoryKeyring):
    """Of another desktop: it works, and has another name."""

    __module__ = "keyring.backends.kwallet"


class ForgetfulKeyring(MemoryKeyring):
    """Says that it kept a secret and did not."""

    __module__ = NAME

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class RefusingKeyring(MemoryKeyring):
    """Will not keep anything."""

    __module__ = NAME

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError


class LockedKeyring(MemoryKeyring):
    """Somebody pressed Cancel when the system asked for the keyring's password."""

    __module__ = NAME

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked
