"""The device secret's place in the operating system's keyring.

Only backends known to encrypt are used; with any other the device card is the way in
(``design.md`` §5). A secret that is missing is never made anew for an existing vault.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from desktop.domain.errors import UserFacingError

if TYPE_CHECKING:  # looking for backends takes longer than showing the door
    from keyring.backend import KeyringBackend

SERVICE: Final = "zoucun"
SECRET_BYTES: Final = 32
_ENCRYPTS: Final = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
        "keyring.backends.Windows",
        "keyring.backends.macOS",
    }
)
"""Everything else is refused: of a backend that nobody here has looked at, nobody knows what it writes where."""
_NONE: Final = "keyring.backends.fail"
"""What stands for the keyring of a computer that has none."""


def usable_backend() -> str | None:
    """The name of a keyring that really protects what it keeps, or None."""
    backend = _backend()
    return None if backend is None else type(backend).__module__


def keep_device_secret(vault: str, secret: bytes) -> None:
    """Put a new vault's device secret into the keyring and read it back.

    Raises:
        UserFacingError: ``vault.keyring-unreliable``.
    """
    from keyring.errors import KeyringError

    backend = _backend()
    kept = None
    if backend is not None:
        with contextlib.suppress(KeyringError):
            backend.set_password(SERVICE, vault, secret.hex())
            kept = backend.get_password(SERVICE, vault)
    if kept != secret.hex():
        raise UserFacingError("vault.keyring-unreliable")


def device_secret(vault: str, backend: str) -> bytes:
    """The secret of an existing vault.

    Raises:
        UserFacingError: ``vault.keyring-changed`` or ``vault.keyring-missing``: the device card
            still opens the vault, and nothing has been generated or deleted.
    """
    from keyring.errors import KeyringError

    found = _backend()
    other = changed(backend)
    if other is not None or found is None:
        raise other or UserFacingError("vault.keyring-missing")
    kept = None
    with contextlib.suppress(KeyringError):
        kept = found.get_password(SERVICE, vault)
    try:
        secret = bytes.fromhex(kept or "")
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise UserFacingError("vault.keyring-missing")
    return secret


def changed(pinned: str) -> UserFacingError | None:
    """What is to be said where this computer's keyring is another than the pinned one: ``vault.keyring-changed``.

    ``keyring_before`` and ``keyring_now`` name both; the latter is of a keyring that would be refused too, and empty
    where there is none at all.
    """
    if usable_backend() == pinned:
        return None
    first = _first_backend()
    now = "" if first is None else type(first).__module__
    return UserFacingError("vault.keyring-changed", keyring_before=pinned, keyring_now="" if now == _NONE else now)


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


def _backend() -> KeyringBackend | None:
    """The first backend of this computer, where it is one that encrypts."""
    from keyring.errors import KeyringError

    backend = _first_backend()
    try:
        usable = backend is not None and type(backend).__module__ in _ENCRYPTS and backend.priority > 0
    except (KeyringError, RuntimeError):
        return None
    return backend if usable else None


def _first_backend() -> KeyringBackend | None:
    """The first backend of this computer, whatever it is; None where looking for one fails.

    Of a chain the one of the highest priority counts and is asked by itself: the chain would go on to the others, and
    one of those may store plainly.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
        if isinstance(backend, ChainerBackend):
            return max(backend.backends, key=lambda one: one.priority, default=backend)
    except (KeyringError, RuntimeError):
        return None
    return backend
