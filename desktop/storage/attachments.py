"""Attachments (影像): sealed at capture, one ciphertext on disk, on the wire and on the stick.

A file is named by the SHA-256 of its ciphertext and never changes. Its row is written by the action
that records the scan, so that the file of an action which failed belongs to nobody and may be swept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, literal_column, select, update

from desktop.domain.errors import UserFacingError
from desktop.storage import durable, settings
from desktop.storage.durable import disk_trouble
from desktop.storage.tables import attachment

FOLDER: Final = "attachments"
BEFORE_UPGRADE: Final = "store-before-"
"""How the copy of the store that an upgrade leaves beside it begins (``schema``)."""
SALVAGED: Final = "salvaged"
"""The setting that says that this store was made anew from a damaged one, and from when."""
UNFINISHED: Final = ".unfinished-"
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A sealed file of the vault. ``size`` in bytes of ciphertext; ``sent`` once the county has it."""

    digest: str
    size: int
    media: str
    record: str
    sent: str | None


def keep(vault_folder: Path, sealed: bytes) -> str:
    """Put ciphertext on the disk for good and answer its digest; the same bytes twice are one file.

    Raises:
        UserFacingError: ``disk.full``, ``disk.read-only``. No half file appears under a digest.
    """
    digest = hashlib.sha256(sealed).hexdigest()
    folder = vault_folder / FOLDER
    path = folder / digest
    if path.exists():
        return digest
    unfinished = folder / (UNFINISHED + secrets.token_hex(8))
    with disk_trouble():
        folder.mkdir(mode=0o700, exist_ok=True)  # copying a vault may have left out a folder that was empty
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
        durable.sync_folder(folder)
    return digest


def read(vault_folder: Path, digest: str) -> bytes:
    """The ciphertext, checked against its name.

    Raises:
        UserFacingError: ``attachment.missing``, ``attachment.damaged``.
    """
    if not DIGEST.fullmatch(digest):
        raise UserFacingError("attachment.missing")
    try:
        sealed = (vault_folder / FOLDER / digest).read_bytes()
    except FileNotFoundError:
        raise UserFacingError("attachment.missing") from None
    except OSError:  # a bad place of the disk: this picture's trouble, and in nobody else's way
        raise UserFacingError("attachment.damaged") from None
    if hashlib.sha256(sealed).hexdigest() != digest:
        raise UserFacingError("attachment.damaged")
    return sealed


def add_row(connection: Connection, digest: str, size: int, media: str, record: str) -> None:
    """Say which scan a kept file belongs to; in the transaction of the action that records the scan."""
    connection.execute(attachment.insert().values(digest=digest, size=size, media=media, record=record))


def unsent(connection: Connection) -> tuple[str, ...]:
    """Digests of what the county has not confirmed, in the order of capture."""
    return tuple(
        connection.scalars(
            select(attachment.c.digest).where(attachment.c.sent.is_(None)).order_by(literal_column("rowid"))
        )
    )


def mark_sent(connection: Connection, digest: str, time: str, receipt: bytes) -> None:
    """The county has confirmed it; ``receipt`` is its signed word, verified by the caller and kept."""
    values = {"sent": time, "receipt": receipt}
    connection.execute(update(attachment).where(attachment.c.digest == digest).values(values))


def offer_again(connection: Connection, vault_folder: Path) -> int:
    """After a restore: whatever lies here is sent once more; answers how many listed files are not here.

    The county answers at once for those it has. A file that is missing here and was confirmed stays so.
    """
    here = {path.name for path in (vault_folder / FOLDER).iterdir()} if (vault_folder / FOLDER).is_dir() else set()
    listed = set(connection.scalars(select(attachment.c.digest)))
    for digest in sorted(listed & here):
        connection.execute(update(attachment).where(attachment.c.digest == digest).values(sent=None, receipt=None))
    return len(listed - here)


def of_record(connection: Connection, record: str) -> tuple[Attachment, ...]:
    """The files of a scan."""
    rows = connection.execute(select(attachment).where(attachment.c.record == record))
    return tuple(Attachment(row.digest, row.size, row.media, row.record, row.sent) for row in rows)


def remove(vault_folder: Path, digests: Iterable[str]) -> None:
    """Remove the files of an erased scan, whose rows are gone already; what a kill leaves, ``sweep`` takes."""
    with disk_trouble():
        for digest in digests:
            (vault_folder / FOLDER / digest).unlink(missing_ok=True)


def _is_only_store(vault_folder: Path) -> bool:
    """Whether no other store lies beside the vault's own; the copy before an upgrade has the same attachments."""
    stores = [path for path in vault_folder.glob("*.db") if not path.name.startswith(BEFORE_UPGRADE)]
    return len(stores) <= 1


def sweep(connection: Connection, vault_folder: Path) -> int:
    """Remove files that belong to nothing: half-written ones, and those whose action failed.

    Only to be called when no action is under way, that is when a vault has just been opened. Where another store lies
    in the same folder (the vault was set back to a backup), whole files stay: they may belong to that one.
    """
    # After a salvage the row that named a file may be what was lost: the file is then all there is.
    kept_all = settings.get(connection, SALVAGED) is not None or not _is_only_store(vault_folder)
    wanted = set(connection.scalars(select(attachment.c.digest)))
    removed = 0
    folder = vault_folder / FOLDER
    with disk_trouble():
        for path in folder.iterdir() if folder.is_dir() else ():
            orphaned = DIGEST.fullmatch(path.name) and path.name not in wanted and not kept_all
            if path.name.startswith(UNFINISHED) or orphaned:
                path.unlink()
                removed += 1
    return removed
