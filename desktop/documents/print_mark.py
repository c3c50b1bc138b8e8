"""The mark that every printed page carries, by which a sheet is recognised when it comes back.

The QR code says ``ZC1:<print id>:<page>:<pages>:<short hash>`` and nothing of the person. It is written in
capitals, which a QR code holds in two thirds of the room: its modules are larger and show in bad pictures.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SHORT_HASH_LENGTH = 8
_PAYLOAD = re.compile(r"ZC1:([0-9A-Z-]{1,64}):([0-9]{1,3}):([0-9]{1,3}):([0-9A-F]{8})")


@dataclass(frozen=True, slots=True)
class PrintMark:
    """One page of one printing."""

    print_id: str
    """In small letters, as all ids are."""
    page: int
    pages: int
    short_hash: str

    def payload(self) -> str:
        """The text of the QR code."""
        return f"ZC1:{self.print_id}:{self.page}:{self.pages}:{self.short_hash}".upper()


def parse_print_mark(payload: str) -> PrintMark | None:
    """The mark in the text of a QR code, or None where the code is not one of ours."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    print_id, page, pages, short_hash = match.groups()
    return PrintMark(print_id.lower(), int(page), int(pages), short_hash.lower())


def content_hash(content: DataclassInstance, wording_sha256: str) -> str:
    """SHA-256 (64 hexadecimal digits) of what a print says: its content and its wording.

    The first eight digits stand on the paper. A record that changed after printing gives another hash,
    which is how a sheet that no longer says what the record says is noticed.
    """
    canonical = json.dumps(
        {"content": asdict(content), "wording": wording_sha256},
        default=_plain,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no plain form for {type(value).__name__}")


def content_texts(content: DataclassInstance) -> tuple[str, ...]:
    """Every text in a content, to ask the fonts about before anything is printed."""
    return tuple(_texts(asdict(content)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
