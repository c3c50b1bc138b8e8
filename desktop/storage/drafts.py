"""Drafts in the store: what is being typed, kept apart from the journal."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.storage.tables import draft


def keep(
    connection: Connection, draft_id: str, kind: str, subject: str | None, body: dict[str, Any], time: str
) -> None:
    """Write or overwrite a draft."""
    values = {
        "id": draft_id,
        "kind": kind,
        "subject": subject,
        "body": json.dumps(body, ensure_ascii=False),
        "updated": time,
    }
    statement = insert(draft).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def listed(
    connection: Connection, kind: str | None, subject: str | None, *, without: Collection[str] = ()
) -> list[Row[Any]]:
    """Draft rows, newest first; ``without`` names kinds to leave out."""
    query = select(draft).where(draft.c.kind.not_in(without)).order_by(draft.c.updated.desc())
    if kind is not None:
        query = query.where(draft.c.kind == kind)
    if subject is not None:
        query = query.where(draft.c.subject == subject)
    return list(connection.execute(query))


def one(connection: Connection, draft_id: str) -> Row[Any] | None:
    """A draft's row, or None where it was finished or given up."""
    return connection.execute(select(draft).where(draft.c.id == draft_id)).first()


def drop(connection: Connection, draft_id: str) -> None:
    """Remove a draft; secure_delete takes its text out of the file."""
    connection.execute(delete(draft).where(draft.c.id == draft_id))
