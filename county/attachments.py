"""Attachments: sealed by the laptop, kept as they came, in a file named by their SHA-256.

They lie beside the database, never in it. What is not an age file is refused, so that nothing plain
can end up here.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from county import tables
from county.clock import now_text
from county.journal import serialise
from county.key_file import sync_folder, write_durably
from county.opening import County
from county.store import insert_missing
from desktop.domain.errors import UserFacingError
from desktop.sync.envelope import digest, sign_document, unseal
from desktop.sync.protocol import MAX_ATTACHMENT_BYTES, AttachmentReceipt, ProtocolError

FOLDER: Final = "attachments"
_SEALED: Final = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sealed attachment that is safely on the disk, or let go of, with the signed receipt that says so."""

    receipt: bytes
    fresh: bool


def store_attachment(county: County, vault: str, name: str, body: bytes) -> Kept:
    """Keep a sealed attachment, and sign that it is here; the laptop counts nothing less as sent.

    One whose entry was erased meanwhile is not kept, and the receipt says so.

    Raises:
        ProtocolError: ``digest-wrong``, ``attachment-not-sealed``.
    """
    check_sealed(name, body)
    path = attachment_file(county, name)
    with county.store.read() as connection:
        erased = _is_erased(connection, county, name)
    if not erased and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, body)
        sync_folder(path.parent.parent)
        sync_folder(county.folder)
    row = {"county": county.code, "digest": name, "vault": vault, "size": len(body), "received": now_text()}
    with county.store.write() as connection:
        # Asked again, behind an erasure that is under way.
        serialise(connection, county.code)
        erased = _is_erased(connection, county, name)
        fresh = not erased and insert_missing(connection, tables.attachment, row)
    if erased:
        path.unlink(missing_ok=True)
    return Kept(signed_receipt(county, vault, name, len(body), kept=not erased), fresh)


def _is_erased(connection: Connection, county: County, name: str) -> bool:
    gone = tables.erased_attachment.c
    return connection.scalar(select(gone.digest).where(gone.county == county.code, gone.digest == name)) is not None


def check_sealed(name: str, body: bytes) -> None:
    """Raises ProtocolError ``digest-wrong`` or ``attachment-not-sealed`` where it is not what it has to be."""
    if digest(body) != name:
        raise ProtocolError("digest-wrong")
    if not body.startswith(_SEALED):
        raise ProtocolError("attachment-not-sealed")


def signed_receipt(county: County, vault: str, name: str, size: int, *, kept: bool) -> bytes:
    """The county's signed word on an attachment of ``size`` bytes: that it is here, or that none such is kept."""
    receipt = AttachmentReceipt(vault, name, size, now_text(), county.dataset, kept)
    return sign_document(receipt.encode(), county.signing).encode()


def attachment_size(county: County, name: str) -> int | None:
    """The size in bytes of an attachment that is safely here, or None."""
    with county.store.read() as connection:
        return connection.scalar(
            select(tables.attachment.c.size).where(
                tables.attachment.c.county == county.code, tables.attachment.c.digest == name
            )
        )


def attachment_file(county: County, name: str) -> Path:
    """Where an attachment lies."""
    return county.folder / FOLDER / name[:2] / name


def open_attachment(county: County, name: str) -> bytes:
    """What was sealed, opened in memory with the county's own key and never written anywhere.

    Raises:
        UserFacingError: ``attachment.missing`` (not sent yet, or erased), ``attachment.damaged`` (also where it was
            not sealed to this county).
    """
    if not re.fullmatch(r"[0-9a-f]{64}", name):
        raise UserFacingError("attachment.missing")
    try:
        sealed = attachment_file(county, name).read_bytes()
    except FileNotFoundError:
        raise UserFacingError("attachment.missing") from None
    except OSError:
        raise UserFacingError("attachment.damaged") from None
    if digest(sealed) == name:
        for key in county.sealing:
            with contextlib.suppress(ProtocolError):
                return unseal(sealed, key, limit=MAX_ATTACHMENT_BYTES)
    raise UserFacingError("attachment.damaged")
