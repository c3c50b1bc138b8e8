"""Checking every page of an open store."""

from __future__ import annotations

from sqlalchemy import Connection


def damage(connection: Connection) -> tuple[str, ...]:
    """What SQLCipher's check of every page's HMAC and then SQLite's own check find wrong; empty where all is well.

    The words are the library's, about pages and indexes; they hold nothing of any person.
    """
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
    if not found:
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    return tuple(found)
