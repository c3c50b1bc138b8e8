"""What tests have the paper process do: it does whatever function of a module it is asked for."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

from desktop.domain.errors import UserFacingError

_OF_KEYS = (
    *("PySide6", "sqlalchemy", "sqlcipher3", "cryptography", "keyring", "pyrage"),
    *("desktop.storage", "desktop.services", "desktop.sync", "desktop.ui"),
)


def what_i_am() -> dict[str, object]:
    """The process itself: its id, its command, whether it may be dumped, what it has loaded that deals with keys."""
    return {
        "id": os.getpid(),
        "folder": str(Path.cwd()),
        "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),  # PR_GET_DUMPABLE
        "core": next(line for line in Path("/proc/self/limits").read_text().splitlines() if "core file" in line),
        "command": Path("/proc/self/cmdline").read_text().strip("\0").replace("\0", " "),
        "loaded": [name for name in sys.modules if name.startswith(_OF_KEYS)],
    }


def sleep(begun: str) -> bytes:
    """Never come back. ``begun`` is a file that says that this has begun."""
    Path(begun).touch()
    time.sleep(600)
    return b""


def sleep_there(begun: str, parent: int) -> bytes:
    """The same, in any other process than ``parent`` only."""
    return b"here" if os.getpid() == parent else sleep(begun)


def print_and_add(one: int, other: int) -> int:
    """Speak where the answers go."""
    print("spoken")  # noqa: T201
    return one + other


def refuse(name: str) -> bytes:
    """Say why not, with a value."""
    raise UserFacingError("print.missing-characters", characters=(name,))


def fail(parent: int) -> bytes:
    """A bug wherever it runs; its text names somebody."""
    raise LookupError(f"吉建国 {parent}")


def fail_there(parent: int) -> bytes:
    """A bug in any other process than ``parent`` only."""
    if os.getpid() != parent:
        raise LookupError
    return b"here"


def where() -> int:
    """Which process does it."""
    return os.getpid()
