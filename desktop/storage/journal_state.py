"""What the last look at the own journal found (日志核对), kept for the foot of every page and the list for a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from desktop.domain.journal import VIEW_OPENED
from desktop.storage import settings
from desktop.storage.tables import batch, entry

_STATE: Final = "journal_state"


@dataclass(frozen=True, slots=True)
class KeptState:
    """``fault`` is the code of the first thing that is wrong and ``reference`` where, both empty where nothing is.

    ``lost`` counts confirmed entries that are not here as a receipt names them; ``unnamed`` the own ones that stand in
    the places of such and that no receipt names, ``unnamed_work`` without the notes of what was looked at. ``cut``:
    it is the journal's end that is gone or another. ``upto`` is the row up to which was looked.
    """

    time: str
    fault: str = ""
    reference: str = ""
    lost: int = 0
    unnamed: int = 0
    unnamed_work: int = 0
    cut: bool = False
    upto: int = 0


def read(connection: Connection) -> KeptState | None:
    """What was found, or None before the first look."""
    kept = settings.get(connection, _STATE)
    return None if kept is None else KeptState(**kept)


def keep(connection: Connection, state: KeptState) -> None:
    """Keep what was found, in the place of what was found before."""
    settings.put(connection, _STATE, asdict(state))


def unnamed(connection: Connection) -> tuple[int, int]:
    """Own entries that stand under numbers of applied batches without being what the receipts name: all, and work.

    They have been sent to nobody: a batch is never sealed twice. What was written since the last look counts as soon
    as it is written, by its having no word of the county's.
    """
    kept = read(connection) or KeptState("")
    both = (func.count(), func.count().filter(entry.c.kind != VIEW_OPENED))
    inside = (
        select(batch.c.number)
        .where(batch.c.epoch == entry.c.epoch, entry.c.seq.between(batch.c.first_seq, batch.c.last_seq))
        .where(batch.c.applied_receipt.is_not(None))
        .correlate(entry)
        .exists()
    )
    newer = (entry.c.own, entry.c.id > kept.upto, entry.c.result.is_(None), inside)
    every, work = connection.execute(select(*both).where(*newer)).one()
    return kept.unnamed + every, kept.unnamed_work + work
