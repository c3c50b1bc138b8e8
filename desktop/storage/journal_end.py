"""The end of the own journal (日志末尾), kept beside it: what was cut off there stays found, whatever follows.

The chain proves every entry but the last. So the hash of the last one that was written is kept beside the journal. What
is written next follows the entry that stands at the end; where that is not the one that was kept, this is noted for
good, since from then on nothing else shows it: no receipt names what was never sent. It is over only where the lost
end is here again, set aside or come back from the county.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.journal import EntryReference, Fault
from desktop.storage import settings
from desktop.storage.tables import diverged, entry

_HEAD: Final = "head"
_CUTS: Final = "journal_cuts"


def kept_head(connection: Connection) -> str | None:
    """The hash of the last entry that was written; None before the first, and after a salvage."""
    kept = settings.get(connection, _HEAD)
    return None if kept is None else str(kept["hash"])


def go_on(connection: Connection, epoch: str, behind: str, head: str) -> None:
    """Entries up to ``head`` have been written behind the entry with the hash ``behind``."""
    kept = kept_head(connection)
    if kept is not None and kept != behind:
        settings.put(connection, _CUTS, [*_cuts(connection), {"lost": kept, "behind": behind}])
    settings.put(connection, _HEAD, {"epoch": epoch, "hash": head})


def cut_off(connection: Connection) -> Fault | None:
    """Where the end was cut off first, be it now or before something was written behind it: ``journal-cut-short``."""
    kept = kept_head(connection)
    newest = connection.scalar(select(entry.c.hash).where(entry.c.own).order_by(entry.c.id.desc()).limit(1))
    now = [] if kept is None or kept == newest else [{"lost": kept, "behind": newest}]
    for one in (*_cuts(connection), *now):
        if not _is_here(connection, one["lost"]):
            return Fault(_reference(connection, one["behind"]), "journal-cut-short")
    return None


def _cuts(connection: Connection) -> list[dict[str, Any]]:
    return list(settings.get(connection, _CUTS) or ())


def _is_here(connection: Connection, header_hash: str) -> bool:
    return any(
        connection.scalar(select(table.c.id).where(table.c.hash == header_hash).limit(1)) is not None
        for table in (entry, diverged)
    )


def _reference(connection: Connection, header_hash: str | None) -> str:
    query = select(entry.c.vault, entry.c.epoch, entry.c.seq).where(entry.c.hash == header_hash)
    row = connection.execute(query).first()
    return "-" if row is None else str(EntryReference(row.vault, row.epoch, row.seq))
