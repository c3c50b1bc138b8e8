"""The device secret's place in the operating system's keyring.

Backends that store plainly, or not at all, are refused: then the device card is the way in
(``design.md`` §5). A secret that is missing is never made anew for an existing vault.
"""

from __future__ import annotations

import contextlib
from typing import Final

from desktop.domain.errors import UserFacingError

SERVICE: Final = "zoucun"
SECRET_BYTES: Final = 32
_REFUSED: Final = ("keyring.backends.fail", "keyring.backends.null", "keyring.backends.chainer", "keyrings.alt")


def usable_backend() -> str | None:
    """The name of a keyring that really protects what it keeps, or None."""
    import keyring
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
        if type(backend).__module__.startswith("keyring.backends.chainer"):
            backend = max(backend.backends, key=lambda one: one.priority, default=backend)  # type: ignore[attr-defined]
        name = type(backend).__module__
        usable = not name.startswith(_REFUSED) and backend.priority > 0
    except (KeyringError, RuntimeError):
        return None
    return name if usable else None


def keep_device_secret(vault: str, secret: bytes) -> None:
    """Put a new vault's device secret into the keyring and read it back.

    Raises:
        UserFacingError: ``vault.keyring-unreliable``.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, vault, secret.hex())
        kept = keyring.get_password(SERVICE, vault)
    except KeyringError:
        kept = None
    if kept != secret.hex():
        raise UserFacingError("vault.keyring-unreliable")


def device_secret(vault: str, backend: str) -> bytes:
    """The secret of an existing vault.

    Raises:
        UserFacingError: ``vault.keyring-changed`` or ``vault.keyring-missing``: the device card
            still opens the vault, and nothing has been generated or deleted.
    """
    import keyring
    from keyring.errors import KeyringError

    if usable_backend() != backend:
        raise UserFacingError("vault.keyring-changed", backend=backend)
    try:
        kept = keyring.get_password(SERVICE, vault)
    except KeyringError:
        kept = None
    try:
        secret = bytes.fromhex(kept or "")
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise UserFacingError("vault.keyring-missing")
    return secret


def holds(vault: str, backend: str) -> bool:
    """Whether the pinned keyring holds a device secret for this vault; asks, and changes nothing."""
    try:
        device_secret(vault, backend)
    except UserFacingError:
        return False
    return True


def forget_device_secret(vault: str) -> None:
    """Take a vault's device secret out of the keyring, for a wipe; one that is not there is no trouble."""
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError, RuntimeError):
        keyring.delete_password(SERVICE, vault)
