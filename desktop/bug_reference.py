"""A number for a bug, which people can read to each other and which says nothing about any person."""

from __future__ import annotations

import hashlib
import traceback
from pathlib import PurePath


def reference(error: BaseException) -> str:
    """The number of a cause, like ``4F2A-91C0``: the same for the same kind of exception at the same place.

    It is made from type, module and line only; an exception's text may name a person.
    """
    digest = hashlib.sha256(f"{type(error).__qualname__}|{'|'.join(_places(error))}".encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"


def summary(error: BaseException) -> str:
    """Type and places of an exception, newest first, without its text."""
    return f"{type(error).__qualname__} at {' < '.join(reversed(_places(error)))}"


def _places(error: BaseException) -> list[str]:
    return [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
