"""What the sync page shows beside the sync itself: names for records, answers in words, the last batches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.services.application import Application
from desktop.services.sync_attention import Attention, Dealt, dealt_with, needs_attention
from desktop.storage import batch_history, queries
from desktop.storage.batch_history import PastBatch
from desktop.storage.feed import Answer
from desktop.sync.client import FIRST_WORD_SECONDS
from desktop.sync.driving import Stage, SyncProgress

__all__ = [
    "FIRST_WORD_SECONDS",
    "Answer",
    "AttentionLine",
    "DealtLine",
    "News",
    "Overview",
    "PastBatch",
    "Stage",
    "SyncProgress",
    "news",
    "overview",
]

SHOWN_BATCHES = 30


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """One thing for a person, with whom it is about (empty if nobody is named any more)."""

    attention: Attention
    name: str


@dataclass(frozen=True, slots=True)
class DealtLine:
    """One thing that was dealt with, with whom it was about."""

    dealt: Dealt
    name: str


@dataclass(frozen=True, slots=True)
class News:
    """An answer that a sync brought: on which record, about whom, and the state it was moved to."""

    kind: str
    record: str
    resident: str
    household: str
    name: str
    number: str
    to: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What needs a person, what was dealt with lately, and the last batches."""

    attention: tuple[AttentionLine, ...]
    dealt: tuple[DealtLine, ...]
    batches: tuple[PastBatch, ...]


def overview(application: Application) -> Overview:
    """Both lists of the page."""
    found, dealt = needs_attention(application), dealt_with(application)

    def read(connection: Connection) -> Overview:
        names = _names(connection, {*map(_about, found), *map(_about, dealt)})
        lines = tuple(AttentionLine(one, names.get(_about(one), "")) for one in found)
        done = tuple(DealtLine(one, names.get(_about(one), "")) for one in dealt)
        return Overview(lines, done, tuple(batch_history.recent(connection, SHOWN_BATCHES)))

    return application.read(read)


def _about(one: Attention | Dealt) -> str:
    return one.resident or one.household or one.record or ""


def news(application: Application, answers: Iterable[Answer]) -> tuple[News, ...]:
    """The answers of a sync with names; several on one record are told once, the last one."""
    latest = {answer.record: answer for answer in answers if answer.kind in ("referral", "sheet", "publicity")}

    def read(connection: Connection) -> tuple[News, ...]:
        rows = queries.many(connection, sorted(latest))
        names = _names(connection, {row.resident or "" for row in rows.values()})
        return tuple(
            News(
                kind=row.kind,
                record=row.id,
                resident=row.resident or "",
                household=row.household or "",
                name=names.get(row.resident or "", ""),
                number=str(row.state["fields"].get("number", "")),
                to=row.status or latest[row.id].to,
            )
            for row in rows.values()
        )

    return application.read(read)


def _names(connection: Connection, records: Collection[str]) -> Mapping[str, str]:
    """Names of residents; of households ``林秀英 户`` after their heads."""
    rows = queries.many(connection, sorted(one for one in records if one))
    heads = {row.id: str(row.group("head").get("resident", "")) for row in rows.values() if row.kind == "household"}
    people = queries.many(connection, sorted(set(heads.values())))
    found = {row.id: _name(row) for row in rows.values() if row.kind == "resident"}
    return found | {one: f"{_name(people.get(head))} 户" for one, head in heads.items() if head in people}


def _name(row: queries.RecordRow | None) -> str:
    return "" if row is None else str(row.group("name").get("name", ""))
