"""The feed (下行): what the county has for this vault, applied page by page.

A page and the cursor behind it are one transaction. Entries are kept verbatim, in the county's
order; the vault's own entries come back as the county's word alone and are never overwritten, so
that what has not been confirmed yet stays on top of what others did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.consent import GrantState, SheetState
from desktop.domain.journal import ERASED, Entry, EntryFormatError, EntryReference, Header
from desktop.domain.publicity import PublicityState
from desktop.domain.records import Outcome, Result
from desktop.domain.roles import COUNTY_ROLES, ISSUERS
from desktop.storage import erasing, judgements, outbox, settings
from desktop.storage.attachments import SALVAGED
from desktop.storage.journal import entry_row
from desktop.storage.judgements import Judgement, JudgementError, Known
from desktop.storage.tables import alias, entry

OWN_UNLIKE: Final = frozenset({"own-fork", "feed-entry-missing"})
"""What a page says of own entries that this laptop does not have, or has otherwise: it was restored, or cloned."""
_POSITION: Final = "feed"
_TELLING: Final = ("referral", "sheet", "grant", "help", "publicity")
"""Kinds of records whose changes by the county or a charity are answers somebody is waiting for."""
_ANSWERS_OF_ANYBODY: Final = (SheetState.CHECKED, GrantState.WITHDRAWN)
"""What a colleague of the township may answer too; other steps of grants follow from their sheet."""
_COLLEAGUES_CHECK: Final = ("publicity", PublicityState.IN_FORCE)
"""A consent to publicity has no sheet: its check is a step of its own."""


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """How far the feed has been applied, and in which of the county's databases."""

    dataset: str
    cursor: int


@dataclass(frozen=True, slots=True)
class Page:
    """A verified page: all there is for this vault with ``after < position ≤ upto``."""

    dataset: str
    after: int
    upto: int
    items: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody else moved a record on: ``to`` is its new state word, or the verb where it has none."""

    kind: str
    record: str
    to: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What a page brought: entries new here, and the answers among them."""

    received: int = 0
    answers: tuple[Answer, ...] = ()
    erased: int = 0
    pictures: tuple[str, ...] = ()
    """Digests of the files that belong to nobody any more, to be removed once the page is on the disk."""


def position(connection: Connection, dataset: str) -> FeedPosition:
    """Where the feed stands; at the beginning of ``dataset`` (from enrolment) if it was never pulled."""
    kept = settings.get(connection, _POSITION)
    return FeedPosition(dataset, 0) if kept is None else FeedPosition(kept["dataset"], kept["cursor"])


def lacks_own(connection: Connection) -> bool:
    """Whether this store was salvaged, so that own entries it lost have to come back by the feed."""
    return settings.get(connection, SALVAGED) is not None


def read_from_start(connection: Connection) -> None:
    """Townships were added: what the county has of them lies before the cursor too. What is here already stays."""
    kept = settings.get(connection, _POSITION)
    if kept is not None:
        _keep_position(connection, FeedPosition(kept["dataset"], 0))


def begin_again(connection: Connection, dataset: str) -> None:
    """The county's database is another one (restored from a backup): offer everything again.

    The feed is read from its beginning; entries the county no longer has stay here meanwhile. Which
    records are one is for the county to say anew: it may hear of them in another order this time.
    """
    outbox.offer_again(connection)
    joined = connection.execute(select(alias.c.record, alias.c.target)).all()
    connection.execute(alias.delete())
    judgements.note_pending(connection, [one for row in joined for one in row])
    _keep_position(connection, FeedPosition(dataset, 0))


@dataclass(frozen=True, slots=True)
class _Fresh:
    header: Header
    entry: Entry
    outcome: Outcome
    position: int | None


def apply_page(connection: Connection, stands: FeedPosition, page: Page) -> Applied:
    """Write a page with its cursor; a page that was applied before changes nothing.

    Records to fold are noted for ``judgements.fold_slice``.

    Raises:
        JudgementError: a gap, another database, positions out of order, or an entry that is not the
            one kept here under its name. Nothing is then written.
    """
    if page.dataset != stands.dataset:
        raise JudgementError("feed-dataset")
    if page.upto <= stands.cursor and page.after < stands.cursor:
        return Applied()
    if page.after != stands.cursor or page.upto < page.after:
        raise JudgementError("feed-gap")
    _check_order(page)
    known = judgements.known_entries(connection, [item.reference for item in page.items])
    fresh = _fresh_of(page.items, known)
    touched = {one.header.record for one in fresh if one.header.record is not None}
    touched |= _records_of(connection, known.values())
    before = judgements.fold_orders(connection, touched)
    if fresh:
        connection.execute(entry.insert(), [_row(one) for one in fresh])
    judgements.store(connection, [item for item in page.items if item.reference in known], known)
    after = judgements.fold_orders(connection, touched)
    aliases = [pair for one in (*fresh, *_known_aliases(connection, page.items, known)) if (pair := _alias(one))]
    judgements.note_pending(connection, judgements.changed_orders(before, after), aliases)
    _keep_position(connection, FeedPosition(page.dataset, page.upto))
    erased = [reference for one in fresh if (reference := _erased(one)) is not None]
    return Applied(
        received=len(fresh),
        answers=tuple(answer for one in fresh if (answer := _answer(one)) is not None),
        erased=len(erased),
        pictures=tuple(one for reference in erased for one in erasing.erase_content(connection, reference)),
    )


def _keep_position(connection: Connection, stands: FeedPosition) -> None:
    settings.put(connection, _POSITION, {"dataset": stands.dataset, "cursor": stands.cursor})


def _check_order(page: Page) -> None:
    last = page.after
    for item in page.items:
        if item.position is None or not last < item.position <= page.upto:
            raise JudgementError("feed-order")
        last = item.position


def _fresh_of(items: Sequence[Judgement], known: Mapping[EntryReference, Known]) -> list[_Fresh]:
    """The entries that are new here; raises JudgementError for any that contradicts what is kept."""
    fresh: list[_Fresh] = []
    for item in items:
        kept = known.get(item.reference)
        if kept is not None:
            if kept.hash != item.hash:
                raise JudgementError("own-fork" if kept.own else "feed-fork")
        elif item.entry is None:
            raise JudgementError("feed-entry-missing")
        else:
            header = item.entry.header
            if header.reference != item.reference or item.entry.hash != item.hash:
                raise JudgementError("feed-entry-wrong")
            fresh.append(_Fresh(header, item.entry, item.outcome, item.position))
    return fresh


def _records_of(connection: Connection, known: Iterable[Known]) -> set[str]:
    found: set[str] = set()
    for some in judgements.chunks([one.id for one in known]):
        found.update(
            connection.scalars(select(entry.c.record).where(entry.c.id.in_(some), entry.c.record.is_not(None)))
        )
    return found


def _row(fresh: _Fresh) -> dict[str, Any]:
    # Never ``own``, even if it names this vault: what this laptop lost and the county kept is a
    # copy, outside the chain that the laptop itself goes on writing.
    return {
        **entry_row(fresh.header, fresh.entry, own=False),
        "position": fresh.position,
        "result": fresh.outcome.result.value,
        "reason": fresh.outcome.reason,
    }


def _known_aliases(
    connection: Connection, items: Sequence[Judgement], known: Mapping[EntryReference, Known]
) -> list[_Fresh]:
    """Aliases that come again, after the feed was begun again."""
    by_id = {known[item.reference].id: item for item in items if item.reference in known}
    found: list[_Fresh] = []
    for some in judgements.chunks(sorted(by_id)):
        rows = connection.execute(
            select(entry.c.id, entry.c.header, entry.c.payload)
            .where(entry.c.id.in_(some), ~entry.c.own, entry.c.kind.endswith(".aliased"))
            .order_by(entry.c.position)
        )
        for row in rows:
            item = by_id[row.id]
            kept = Entry(row.header, row.payload)
            found.append(_Fresh(kept.header, kept, item.outcome, item.position))
    return found


def _alias(fresh: _Fresh) -> tuple[str, str] | None:
    """``(old, target)`` where the county says that two records are one."""
    header = fresh.header
    if not header.kind.endswith(".aliased") or header.record is None or header.role not in ISSUERS:
        return None
    target = (fresh.entry.body() or {}).get("to")
    return (header.record, target) if isinstance(target, str) and _counts(fresh) else None


def _erased(fresh: _Fresh) -> EntryReference | None:
    """The entry whose content somebody erased: a copy here, or one of this vault's own, goes too."""
    if fresh.header.kind != ERASED or not _counts(fresh):
        return None
    try:
        return EntryReference.parse(str((fresh.entry.body() or {}).get("entry")))
    except EntryFormatError:
        return None


def _answer(fresh: _Fresh) -> Answer | None:
    kind, _, verb = fresh.header.kind.partition(".")
    if kind not in _TELLING or fresh.header.record is None or not _counts(fresh):
        return None
    to = (fresh.entry.body() or {}).get("to")
    is_anybodys = to in _ANSWERS_OF_ANYBODY or (kind, to) == _COLLEAGUES_CHECK
    if not is_anybodys and (kind == "grant" or fresh.header.role not in COUNTY_ROLES):
        return None
    return Answer(kind, fresh.header.record, to if isinstance(to, str) else verb)


def _counts(fresh: _Fresh) -> bool:
    return fresh.outcome.result not in (Result.REJECTED, Result.HELD)
