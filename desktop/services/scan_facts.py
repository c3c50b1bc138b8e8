"""The records of a sheet's pictures (扫描件), and what they alone say of its pages."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from desktop.storage import queries

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
