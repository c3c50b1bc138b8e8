"""The rows of the tray (待认盘) in the draft table: what waits, and its picture in a row of its own, seldom read.

The ``subject`` of both rows says whose paper the picture shows: the print ids that its codes name, with a space between
them, or nothing where no code could be read. With the record that one of them belongs to, both rows go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection, delete, func, or_, select

from desktop.storage.tables import draft, record

TRAY: Final = "scan-tray"
PICTURE: Final = "scan-tray-picture"
ID_ON_FORMS: Final = 24
"""So many signs of a record's id stand in the print id of a form that is no consent (撤回书、转介单)."""
COPY_SUFFIX: Final = "-copy"
"""What the copy of a sheet signed on the screen bears behind the sheet's whole id."""


def subject_of(print_ids: Iterable[str]) -> str | None:
    """The ``subject`` of a picture's rows, from the print ids of its codes."""
    return " ".join(dict.fromkeys(print_ids)) or None


def rows_about(connection: Connection, record_ids: Collection[str]) -> list[str]:
    """The draft ids of everything in the tray whose code names one of these records. No picture is read for it."""
    wanted = set(record_ids) | {one[:ID_ON_FORMS] for one in record_ids}
    rows = connection.execute(
        select(draft.c.id, draft.c.subject).where(draft.c.kind.in_((TRAY, PICTURE)), draft.c.subject.is_not(None))
    )
    return [row.id for row in rows if wanted & _heads(row.subject)]


def drop_pages_of(connection: Connection, sheet_id: str) -> None:
    """Drop every picture of which the one code names this sheet, with its list entry."""
    connection.execute(delete(draft).where(draft.c.kind.in_((TRAY, PICTURE)), draft.c.subject == sheet_id))


def pictures(connection: Connection) -> list[tuple[str, str]]:
    """The draft ids of the pictures, and since when each waits."""
    found = connection.execute(select(draft.c.id, draft.c.updated).where(draft.c.kind == PICTURE))
    return [(row.id, row.updated) for row in found]


def about_nobody(connection: Connection) -> int:
    """How many pictures wait that no code ties to a record of this store."""
    subjects = connection.scalars(select(draft.c.subject).where(draft.c.kind == PICTURE))
    return sum(not _is_known(connection, _heads(one or "")) for one in subjects)


def _heads(subject: str) -> set[str]:
    """The print ids of a subject, and where they are a form's own the part that is a record's."""
    ids = subject.split()
    cut = (one[:ID_ON_FORMS] for one in ids if one[ID_ON_FORMS : ID_ON_FORMS + 1] == "-")
    return {*ids, *cut, *(one.removesuffix(COPY_SUFFIX) for one in ids)}


def _is_known(connection: Connection, heads: Collection[str]) -> bool:
    starts = [func.substr(record.c.record, 1, ID_ON_FORMS) == one for one in heads if len(one) == ID_ON_FORMS]
    found = select(record.c.record).where(or_(record.c.record.in_(heads), *starts)).limit(1)
    return connection.scalar(found) is not None
