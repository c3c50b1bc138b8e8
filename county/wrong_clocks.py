"""Words that were written down by a wrong clock (时钟不准): the day on which they came sets their bounds.

Between two laptops the person's words are ordered by their days (``consent.Word``), which are those of the laptops'
clocks. The day on which a batch came is the county's own knowledge. Nobody agreed after that day: a yes by a clock
that runs ahead would overrule the no that a colleague takes down later. And a no whose entry the laptop itself marked
(``clock_doubtful``, an empty battery) would count as said months before the yes that it ends: it counts on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from county import tables
from county.journal import came_in
from county.opening import County
from desktop.domain.consent import BEIJING, NO, Grant, Word, word_of
from desktop.domain.journal import Header
from desktop.domain.stops import StopSaid, begun


def said_by_arrival(connection: Connection, county: County, grant: Grant, state: Mapping[str, Any]) -> Grant:
    """A grant, read from its record's ``state``, with its word in these bounds."""
    if grant.state in NO:
        return replace(grant, word=_late(connection, county, grant.word))
    # A blank's word is the paper's day; the entry that brought it is the grant's first.
    written = word_of(state["history"][0], late=False)
    return replace(grant, word=_early(connection, county, grant.word, written))


def begun_by_arrival(connection: Connection, county: County, sheet: Mapping[str, Any]) -> Word:
    """When a sheet, by its record's state, was drafted: at the latest on the day on which that came."""
    word = begun(sheet)
    return _early(connection, county, word, word)


def said_late(connection: Connection, county: County, stop: StopSaid) -> StopSaid:
    """A no to what is not known; by a doubtful clock with the day on which it came."""
    return replace(stop, word=_late(connection, county, stop.word))


def _early(connection: Connection, county: County, word: Word, written: Word) -> Word:
    came = _came(connection, county, written)
    return word if came is None else replace(word, day=min(word.day, came[1]))


def _late(connection: Connection, county: County, word: Word) -> Word:
    came = _came(connection, county, word)
    return word if came is None or not came[0].clock_doubtful else replace(word, day=max(word.day, came[1]))


def _came(connection: Connection, county: County, word: Word) -> tuple[Header, date] | None:
    """The header of the entry in which a word was written down, and the day on which its batch came."""
    vault, _, epoch = word.journal.partition("/")
    entry, batch = tables.entry, tables.batch
    row = connection.execute(
        select(entry.c.header, batch.c.received)
        .join(batch, came_in())
        .where(entry.c.county == county.code, entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq == word.seq)
    ).first()
    if row is None:
        return None
    return Header.decode(bytes(row.header)), datetime.fromisoformat(row.received).astimezone(BEIJING).date()
