"""What the county said about entries, kept beside them; and which records that changes.

A record's state depends on nothing but the order of its entries that count. So a judgement or an
entry from elsewhere makes a record fold anew exactly if it changes that order, and not otherwise.
Folding is slow beside storing; it is noted in the same transaction and done afterwards in slices.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, update

from desktop.domain.journal import Entry, EntryReference, Header, decode_body
from desktop.domain.records import Outcome, Result
from desktop.storage import records, settings
from desktop.storage.tables import alias, entry

SLICE_SECONDS: Final = 0.03
"""How long one transaction folds, so that the screen's own work is never kept waiting (≤ 50 ms)."""

_PENDING: Final = "fold_pending"
_ATTENTION: Final = "attention"
_HELD: Final = "held"
ROW_LISTS: Final = (_ATTENTION, _HELD)
"""The settings that list rows of ``entry``."""
_CHUNK: Final = 400
_LEFT_OUT: Final = (Result.REJECTED.value, Result.HELD.value)


class JudgementError(ValueError):
    """The county speaks of entries that are not the ones kept here; nothing was written."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Judgement:
    """The county's word on one entry; ``entry`` is there where the entry itself came with it."""

    reference: EntryReference
    hash: str
    outcome: Outcome
    position: int | None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has of an entry."""

    id: int
    hash: str
    own: bool
    result: str | None


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """An own entry that the county rejected or holds, with its reason's code."""

    header: Header
    result: str
    reason: str


def known_entries(connection: Connection, references: Iterable[EntryReference]) -> dict[EntryReference, Known]:
    """Those of ``references`` that the store has."""
    journals: dict[tuple[str, str], list[int]] = {}
    for reference in references:
        journals.setdefault((reference.vault, reference.epoch), []).append(reference.seq)
    found: dict[EntryReference, Known] = {}
    for (vault, epoch), numbers in journals.items():
        for some in chunks(numbers):
            rows = connection.execute(
                select(entry.c.id, entry.c.seq, entry.c.hash, entry.c.own, entry.c.result).where(
                    entry.c.vault == vault, entry.c.epoch == epoch, entry.c.seq.in_(some)
                )
            )
            for row in rows:
                found[EntryReference(vault, epoch, row.seq)] = Known(row.id, row.hash, row.own, row.result)
    return found


def store(
    connection: Connection,
    judgements: Sequence[Judgement],
    known: Mapping[EntryReference, Known],
    *,
    returned: bool = False,
) -> None:
    """Keep result, reason and place of entries the store has.

    ``returned``: copies among them are this vault's own work too, come back from the county.
    ``duplicate`` says only that the county had the entry before; it never replaces an earlier word.
    """
    rows: list[dict[str, Any]] = []
    for judgement in judgements:
        row = known[judgement.reference]
        repeated = judgement.outcome.result is Result.DUPLICATE and row.result is not None
        rows.append(
            {
                "row": row.id,
                "place": judgement.position,
                "word": row.result if repeated else judgement.outcome.result.value,
                "why": judgement.outcome.reason,
                "keep": repeated,
                "before": row.result,
                "own": row.own or returned,
            }
        )
    # The same word again (the county was restored) is nothing new to somebody who has dealt with it.
    news = {row["row"]: row["word"] for row in rows if row["own"] and row["word"] != row["before"]}
    _note_attention(connection, news)
    _note_held(connection, news)
    judged = [row for row in rows if not row["keep"]]
    placed = [row for row in rows if row["keep"] and row["place"] is not None]
    if judged:
        connection.execute(
            update(entry)
            .where(entry.c.id == bindparam("row"))
            .values(position=bindparam("place"), result=bindparam("word"), reason=bindparam("why")),
            [{name: row[name] for name in ("row", "place", "word", "why")} for row in judged],
        )
    if placed:
        connection.execute(
            update(entry).where(entry.c.id == bindparam("row")).values(position=bindparam("place")),
            [{name: row[name] for name in ("row", "place")} for row in placed],
        )


def _note_attention(connection: Connection, words: Mapping[int, str | None]) -> None:
    """Keep the list of own entries that were rejected or are held; short, so that it need not be sought."""
    kept: list[int] = settings.get(connection, _ATTENTION) or []
    changed = [one for one in kept if words.get(one, _LEFT_OUT[0]) in _LEFT_OUT]
    changed += [one for one, word in words.items() if word in _LEFT_OUT and one not in kept]
    if changed != kept:
        settings.put(connection, _ATTENTION, changed)


def _note_held(connection: Connection, words: Mapping[int, str | None]) -> None:
    """Keep the list of own entries that the county holds, also of those that a person has dealt with."""
    kept: list[int] = settings.get(connection, _HELD) or []
    changed = [one for one in kept if words.get(one, Result.HELD) == Result.HELD]
    changed += [one for one, word in words.items() if word == Result.HELD and one not in kept]
    if changed != kept:
        settings.put(connection, _HELD, changed)


def held(connection: Connection) -> list[int]:
    """Rows of own entries that the county holds: it will judge them anew, and a rejection has no place in a feed."""
    return settings.get(connection, _HELD) or []


def not_accepted(connection: Connection) -> list[NotAccepted]:
    """Own entries that were rejected or are held, oldest first, until a person has dealt with them."""
    found: list[NotAccepted] = []
    for some in chunks(sorted(settings.get(connection, _ATTENTION) or ())):
        rows = connection.execute(
            select(entry.c.header, entry.c.result, entry.c.reason).where(entry.c.id.in_(some)).order_by(entry.c.id)
        )
        found.extend(NotAccepted(Header.decode(row.header), row.result, row.reason or "") for row in rows)
    return found


def content_not_accepted(connection: Connection, kind: str) -> list[tuple[NotAccepted, Mapping[str, Any]]]:
    """As ``not_accepted``, of one kind of entry, with what each says; erased ones are left out."""
    found: list[tuple[NotAccepted, Mapping[str, Any]]] = []
    for some in chunks(sorted(settings.get(connection, _ATTENTION) or ())):
        rows = connection.execute(
            select(entry.c.header, entry.c.payload, entry.c.result, entry.c.reason)
            .where(entry.c.id.in_(some), entry.c.kind == kind, entry.c.payload.is_not(None))
            .order_by(entry.c.id)
        )
        found.extend(
            (NotAccepted(Header.decode(row.header), row.result, row.reason or ""), decode_body(row.payload))
            for row in rows
        )
    return found


def word_on(connection: Connection, reference: EntryReference) -> str | None:
    """The county's result on an entry that the store has; None while it waits."""
    known = known_entries(connection, [reference]).get(reference)
    return known.result if known is not None else None


def unjudged_pairs(
    connection: Connection, kinds: Sequence[str], record_ids: Sequence[str]
) -> frozenset[frozenset[str]]:
    """Which of these records this vault says to be one (``to``) in entries that the county has not judged yet."""
    found: set[frozenset[str]] = set()
    for some in chunks(record_ids):
        rows = connection.execute(
            select(entry.c.record, entry.c.payload)
            .where(entry.c.record.in_(some), entry.c.own, entry.c.kind.in_(kinds))
            .where(entry.c.result.is_(None), entry.c.payload.is_not(None))
        )
        found |= {frozenset({row.record, str(decode_body(row.payload).get("to"))}) for row in rows}
    return frozenset(found)


def settle(connection: Connection, reference: EntryReference) -> Header | None:
    """A person has dealt with an entry that was not accepted; answers its header, None if it is not among them."""
    kept: list[int] = settings.get(connection, _ATTENTION) or []
    known = known_entries(connection, [reference]).get(reference)
    if known is None or known.id not in kept:
        return None
    settings.put(connection, _ATTENTION, [one for one in kept if one != known.id])
    return Header.decode(connection.scalars(select(entry.c.header).where(entry.c.id == known.id)).one())


def dealt_with(connection: Connection, kinds: Sequence[str], limit: int) -> list[tuple[Header, Mapping[str, Any]]]:
    """This vault's latest entries of these kinds with their content, newest first; erased ones are left out."""
    rows = connection.execute(
        select(entry.c.header, entry.c.payload)
        .where(entry.c.own, entry.c.kind.in_(kinds), entry.c.payload.is_not(None))
        .order_by(entry.c.id.desc())
        .limit(limit)
    )
    return [(Header.decode(row.header), decode_body(row.payload)) for row in rows]


def count_results(judgements: Iterable[Judgement], said: Mapping[EntryReference, str | None]) -> dict[str, int]:
    """How many entries got which result, without those of which just that was ``said`` before, or that and more."""
    return dict(
        Counter(
            one.outcome.result.value
            for one in judgements
            if (before := said.get(one.reference)) is None or one.outcome.result.value not in (before, Result.DUPLICATE)
        )
    )


# --- which records fold anew --------------------------------------------------------------------


def fold_orders(connection: Connection, record_ids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """For each record (aliases followed) its entries that count, in the order they are folded in."""
    standing = _canonical(connection, record_ids)
    targets = sorted(set(standing.values()))
    families = {one: one for one in targets}
    for some in chunks(targets):
        rows = connection.execute(select(alias.c.record, alias.c.target).where(alias.c.target.in_(some)))
        families.update({row.record: row.target for row in rows})
    orders: dict[str, list[tuple[bool, int, int]]] = {one: [] for one in targets}
    for some in chunks(sorted(families)):
        rows = connection.execute(
            select(entry.c.id, entry.c.record, entry.c.position)
            .where(entry.c.record.in_(some))
            .where(or_(entry.c.result.is_(None), entry.c.result.not_in(_LEFT_OUT)))
        )
        for row in rows:
            orders[families[row.record]].append((row.position is None, row.position or 0, row.id))
    return {one: tuple(item[2] for item in sorted(order)) for one, order in orders.items()}


def _canonical(connection: Connection, record_ids: Iterable[str]) -> dict[str, str]:
    standing = {one: one for one in record_ids}
    for some in chunks(sorted(standing)):
        rows = connection.execute(select(alias.c.record, alias.c.target).where(alias.c.record.in_(some)))
        standing.update({row.record: row.target for row in rows})
    return standing


def changed_orders(before: Mapping[str, tuple[int, ...]], after: Mapping[str, tuple[int, ...]]) -> list[str]:
    """The records whose order differs."""
    return [one for one, order in after.items() if before.get(one) != order]


# --- folding in slices --------------------------------------------------------------------------


def note_pending(connection: Connection, record_ids: Iterable[str], aliases: Iterable[tuple[str, str]] = ()) -> None:
    """Note what has to be folded, in the transaction that made it necessary; a kill loses nothing.

    Households come before the others, so that members find their village.
    """
    kept = _pending(connection)
    noted = _households_first(connection, dict.fromkeys([*kept["records"], *record_ids]))
    joined = dict.fromkeys([*map(tuple, kept["aliases"]), *aliases])
    if noted or joined:
        settings.put(connection, _PENDING, {"records": noted, "aliases": [list(pair) for pair in joined]})


def fold_slice(connection: Connection, seconds: float = SLICE_SECONDS) -> bool:
    """Fold for about ``seconds``, and at least one, of what ``note_pending`` noted; True if more is left."""
    pending = _pending(connection)
    aliases, noted = pending["aliases"], pending["records"]
    if not aliases and not noted:
        return False
    end = time.monotonic() + seconds
    standing: dict[str, str] | None = None
    while aliases or noted:
        if aliases:
            old, target = aliases.pop(0)
            if records.canonical(connection, target) != old:
                records.add_alias(connection, old, target)
            standing = None
        else:
            if standing is None:
                standing = records.aliases(connection)
            records.refold(connection, noted.pop(0), standing)
        if time.monotonic() > end:
            break
    settings.put(connection, _PENDING, {"records": noted, "aliases": aliases})
    return bool(aliases or noted)


def is_folding(connection: Connection) -> bool:
    """Whether something is still to be folded."""
    pending = _pending(connection)
    return bool(pending["records"] or pending["aliases"])


def _pending(connection: Connection) -> dict[str, list[Any]]:
    found = settings.get(connection, _PENDING)
    return found if found is not None else {"records": [], "aliases": []}


def _households_first(connection: Connection, record_ids: Iterable[str]) -> list[str]:
    households: set[str] = set()
    for some in chunks(list(record_ids)):
        households.update(
            connection.scalars(
                select(entry.c.record).where(entry.c.record.in_(some), entry.c.kind.startswith("household."))
            )
        )
    return sorted(record_ids, key=lambda one: one not in households)


def chunks(items: Sequence[Any]) -> Iterator[list[Any]]:
    """In runs short enough for one statement's parameters."""
    for start in range(0, len(items), _CHUNK):
        yield list(items[start : start + _CHUNK])
