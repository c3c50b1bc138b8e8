"""Why something was erased: said in words that do not keep what goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryReference, decode_body
from desktop.storage import queries
from desktop.storage.tables import entry

_NAMING: Final = ("name", "original", "number", "numbers")


def check_reason(connection: Connection, residents: Iterable[str], reason: str) -> None:
    """Refuse a reason that says nothing, or that names one of these people: it is kept and sent for ever.

    Raises:
        UserFacingError: ``erasing.reason-missing``, ``erasing.reason-names``.
    """
    found = [queries.one(connection, resident) for resident in residents]
    _check([person.state for person in found if person is not None], reason)


def check_reason_for_entry(connection: Connection, target: EntryReference, reason: str) -> None:
    """As ``check_reason`` for one entry: whom it is about, their household where it is that one's, what it says."""
    named = (entry.c.vault == target.vault, entry.c.epoch == target.epoch, entry.c.seq == target.seq)
    found = connection.execute(select(entry.c.record, entry.c.payload).where(*named)).one_or_none()
    record = queries.one(connection, found.record) if found is not None and found.record else None
    bodies: list[Any] = [] if found is None or found.payload is None else [decode_body(found.payload)]
    if record is not None:
        home = record.id if record.kind == "household" else record.household
        people = queries.of_kind(connection, "resident", household=home) if home else []
        wanted = {record.id, record.resident}
        is_anybodys = record.resident is None and record.kind != "resident"
        bodies += [one.state for one in people if is_anybodys or one.id in wanted]
    _check(bodies, reason)


def _check(bodies: Iterable[Any], reason: str) -> None:
    if not reason.strip():
        raise UserFacingError("erasing.reason-missing")
    if any(words in reason for body in bodies for words in _naming(body)):
        raise UserFacingError("erasing.reason-names")


def _naming(value: Any, *, is_naming: bool = False) -> Iterator[str]:
    """The names, numbers of documents and telephone numbers anywhere in it."""
    match value:
        case dict():
            for key, part in value.items():
                yield from _naming(part, is_naming=key in _NAMING)
        case list():
            for part in value:
                yield from _naming(part, is_naming=is_naming)
        case str() if is_naming and len(value) > 1:
            yield value
