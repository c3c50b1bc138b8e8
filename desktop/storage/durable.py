"""Files that are whole or not there: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from desktop.domain.errors import UserFacingError

_UNFINISHED: Final = ".new"


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``path`` so that a reader sees the old or the new, also after a power cut."""
    fresh = path.with_name(path.name + _UNFINISHED)
    if fresh.is_symlink():  # somebody may have laid one on a stick
        fresh.unlink()
    write_file(fresh, data)
    fresh.replace(path)
    sync_folder(path.parent)


def write_file(path: Path, data: bytes) -> None:
    """Write a file readable by its owner alone, and wait until the disk has it; never through a link."""
    not_through_links = getattr(os, "O_NOFOLLOW", 0)  # Windows has no such thing
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | not_through_links, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Wait until a file that somebody else wrote is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the folder's own entries are on the disk (no-op where the system cannot)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems of sticks and networks know no such thing for folders.
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def read_limited(path: Path, limit: int) -> bytes | None:
    """The content of a file that should be small; None where it is longer than ``limit`` bytes."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def document_with_digest(document: Mapping[str, Any]) -> bytes:
    """A small JSON document that carries the SHA-256 of its own text: every byte of it counts."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({**document, "digest": digest}, ensure_ascii=False, indent=1).encode()


def checked_document(data: bytes | None) -> dict[str, Any] | None:
    """Read what ``document_with_digest`` wrote; None where a single bit of it is not as it was written.

    This finds what a disk does by accident. It is no signature: who can write the file can make it fit.
    """
    try:
        document = json.loads(data) if data is not None else None
        if not isinstance(document, dict):
            return None
        document.pop("digest", None)
        return document if document_with_digest(document) == data else None
    except (ValueError, RecursionError):
        return None


@contextlib.contextmanager
def disk_trouble() -> Iterator[None]:
    """Word the disk's refusals: full, read-only, not permitted, failing."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserFacingError("disk.full") from None
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise UserFacingError("disk.read-only") from None
        if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE):
            raise UserFacingError("disk.failing") from None
        raise
