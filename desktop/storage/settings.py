"""Small named values of a vault: who it belongs to, its keys, the county, where the feed stands."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from desktop.storage.tables import setting


def get(connection: Connection, name: str) -> Any:
    """The value, or None."""
    value = connection.scalar(select(setting.c.value).where(setting.c.name == name))
    return None if value is None else json.loads(value)


def put(connection: Connection, name: str, value: Any) -> None:
    """Set a value (anything JSON can hold)."""
    text = json.dumps(value, ensure_ascii=False)
    statement = insert(setting).values(name=name, value=text)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": text}))
