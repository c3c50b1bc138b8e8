"""Where the passphrase comes from: never a command line, never the environment."""

from __future__ import annotations

import getpass
import os
import stat
import sys
from pathlib import Path

from desktop.domain.errors import UserFacingError


def read_passphrase(key_file: Path | None) -> str:
    """From a credential file of a service, by prompt on a terminal, else the first line of standard input.

    Raises:
        UserFacingError: ``passphrase.file-unreadable``, ``passphrase.file-open-to-others``.
    """
    if key_file is not None:
        return _from_file(key_file)
    if sys.stdin.isatty():
        return getpass.getpass("口令:")
    return sys.stdin.readline().rstrip("\r\n")


def read_new_passphrase() -> str:
    """As ``read_passphrase``; typed twice at a terminal. Raises UserFacingError ``passphrase.differs``."""
    first = read_passphrase(None)
    if sys.stdin.isatty() and getpass.getpass("再输一遍口令:") != first:
        raise UserFacingError("passphrase.differs")
    return first


def _from_file(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UserFacingError("passphrase.file-open-to-others")
        return path.read_text(encoding="utf-8").splitlines()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        raise UserFacingError("passphrase.file-unreadable") from None
