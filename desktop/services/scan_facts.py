"""The records of a sheet's pictures (扫描件), and what they alone say of its pages."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.consent import SheetState
from desktop.services.application import Application
from desktop.storage import attachments, queries


class ScanLack(StrEnum):
    """Why nothing can be compared with the pictures of a paper at this laptop."""

    NONE_TAKEN = "none-taken"
    INCOMPLETE = "incomplete"
    ELSEWHERE = "elsewhere"
    """A picture lies on a colleague's laptop, or is still on its way."""


PAPER_KINDS: Final = ("sheet", "withdrawal", "publicity")
"""Records that are a paper themselves; the id of their print is theirs."""


def rows_of(connection: Connection, sheet_id: str) -> list[queries.RecordRow]:
    """The scans filed to a sheet, to a withdrawal (撤回) or to a consent to publicity (宣传同意); else to the print of
    this id (``signed_papers``)."""
    sheet = queries.one(connection, sheet_id)
    if sheet is not None and sheet.kind in PAPER_KINDS:
        rows = queries.of_kind(connection, "scan", resident=sheet.resident)
        return [row for row in rows if row.state["fact"].get(sheet.kind) == sheet.id]
    rows = queries.of_kind(connection, "scan", household=sheet.household if sheet is not None else None)
    return [row for row in rows if sheet_id and row.state["fact"].get("print") == sheet_id]


def facts_of(connection: Connection, sheet_id: str) -> list[dict[str, Any]]:
    """What is recorded of each."""
    return [row.state["fact"] for row in rows_of(connection, sheet_id)]


def is_every_page_here(connection: Connection, sheet_id: str) -> bool:
    """Whether each page has a picture, of as many as the codes on them say; False where no code says it."""
    facts = facts_of(connection, sheet_id)
    pages = max((fact.get("pages", 0) for fact in facts), default=0)
    return pages > 0 and {fact["page"] for fact in facts}.issuperset(range(1, pages + 1))


def scan_lack(application: Application, connection: Connection, record_id: str) -> ScanLack | None:
    """Why the second check cannot be made against the pictures here; None where all that is signed can be seen."""
    pictures = [fact["attachment"] for fact in facts_of(connection, record_id)]
    if not pictures:
        return ScanLack.NONE_TAKEN
    row = queries.one(connection, record_id)
    if row is not None and row.kind == "sheet":
        # It counts as taken in once every page with a box or a place to sign is here.
        is_whole = row.status == SheetState.SCANNED
    else:
        is_whole = is_every_page_here(connection, record_id)
    if not is_whole:
        return ScanLack.INCOMPLETE
    is_here = all((application.folder / attachments.FOLDER / one).is_file() for one in pictures)
    return None if is_here else ScanLack.ELSEWHERE
