"""Checking a vault: every page of its store, and every file beside it.

What is found is named by codes and by the libraries' own words about pages and indexes; they hold nothing of any
person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from desktop.domain.errors import UserFacingError
from desktop.storage import attachments, cipher, signing_slot, slots

_MOST_ROWS: Final = 1_000_000
"""SQLite's own check stops after a hundred faults unless it is told otherwise; Signal read only the first row."""


class Place(StrEnum):
    """Where damage was found."""

    STORE = "store"
    SLOTS = "slots"
    PREVIOUS_SLOTS = "previous-slots"
    SIGNING = "signing"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written. ``what`` is a code, a digest, or the library's words."""

    place: Place
    what: str


def store_damage(path: Path, key: bytes) -> tuple[Damage, ...]:
    """Every page's HMAC, then SQLite's own check of tables and indexes, on a connection of its own.

    The log must have been emptied before (``Store.checkpoint``): the first check reads the file itself. As long as
    it runs nothing is written into the file, only into the log; nobody waits for it.

    Raises:
        UserFacingError: ``vault.store-unreadable`` where not even the first page can be read.
    """
    connection = cipher.connect(path, key)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        found = _words(connection, "cipher_integrity_check")
        found += [one for one in _words(connection, f"integrity_check({_MOST_ROWS})") if one != "ok"]
        return tuple(Damage(Place.STORE, one) for one in dict.fromkeys(found))
    finally:
        connection.close()


def _words(connection: Any, pragma: str) -> list[str]:
    found: list[str] = []
    try:
        for row in connection.execute(f"PRAGMA {pragma}"):
            found.extend(str(row[0]).splitlines())
    except sqlcipher.DatabaseError as error:  # a page it needed to go on
        found.append(str(error))
    return found


def slot_damage(folder: Path) -> tuple[Damage, ...]:
    """The files of wrapped keys. The generation before may be missing: a new vault has none."""
    found: list[Damage] = []
    for place, previous in ((Place.SLOTS, False), (Place.PREVIOUS_SLOTS, True)):
        try:
            slots.read(folder, previous=previous)
        except UserFacingError as error:
            if not (previous and error.code == "vault.slots-missing"):
                found.append(Damage(place, error.code))
    if signing_slot.belongs_to(folder) is None:
        found.append(Damage(Place.SIGNING, "vault.signing-slot-damaged"))
    return tuple(found)


def attachment_damage(folder: Path, digests: Iterable[str]) -> Iterator[Damage | None]:
    """Each sealed file against its name: one answer per digest, None where it is whole."""
    for digest in digests:
        try:
            attachments.read(folder, digest)
        except UserFacingError as error:
            if not error.code.startswith("attachment."):
                raise
            yield Damage(Place.ATTACHMENT, f"{error.code} {digest}")
        else:
            yield None
