"""Noes that were written down by a clock known to be wrong (时间存疑): they count as said on the day they came.

Between two laptops the person's words are ordered by their days (``consent.Word``). The laptop marks an entry whose
date cannot be right (an empty battery); such a no would count as said months before the yes that it ends. The day on
which its batch came is the county's own knowledge, and never before the day on which it was said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, select

from county import tables
from county.opening import County
from desktop.domain.consent import BEIJING, NO, Grant, Word
from desktop.domain.journal import Header
from desktop.domain.stops import StopSaid


def ended_late(connection: Connection, county: County, grant: Grant) -> Grant:
    """A grant as it is; a no by a doubtful clock with the day on which it came."""
    return replace(grant, word=_word(connection, county, grant.word)) if grant.state in NO else grant


def said_late(connection: Connection, county: County, stop: StopSaid) -> StopSaid:
    """The same for a no to what is not known."""
    return replace(stop, word=_word(connection, county, stop.word))


def _word(connection: Connection, county: County, word: Word) -> Word:
    vault, _, epoch = word.journal.partition("/")
    entry, batch = tables.entry, tables.batch
    came_in = and_(
        batch.c.county == entry.c.county,
        batch.c.vault == entry.c.vault,
        batch.c.epoch == entry.c.epoch,
        batch.c.number == entry.c.batch,
    )
    row = connection.execute(
        select(entry.c.header, batch.c.received)
        .join(batch, came_in)
        .where(entry.c.county == county.code, entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq == word.seq)
    ).first()
    if row is None or not Header.decode(bytes(row.header)).clock_doubtful:
        return word
    return replace(word, day=max(word.day, datetime.fromisoformat(row.received).astimezone(BEIJING).date()))
