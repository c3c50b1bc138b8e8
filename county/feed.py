"""The feed (下行): everything new for a vault's townships, in the county's order, sealed to the vault."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, and_, or_, select, update

from county import tables
from county.clock import now_text
from county.intake import Unknown
from county.journal import POSITION
from county.opening import County
from desktop.domain.journal import Entry
from desktop.sync.envelope import digest, pack_container, seal, sign_document
from desktop.sync.protocol import (
    FEED_PAGE_ENTRIES,
    GOOD,
    FeedItem,
    FeedManifest,
    FeedPage,
    ProtocolError,
    Verdict,
)

PAGE_BYTES: Final = 2 * 1024 * 1024
"""Where a page is closed however few entries it has; far below what a laptop accepts."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who pulls: a vault, where to seal to, and the townships it may hear of."""

    vault: str
    signing_key: str
    recipient: str
    townships: tuple[str, ...]
    revoked: bool = False


def read_vault(county: County, vault: str) -> Reader:
    """What enrolment says about a vault; raises Unknown("vault-unknown")."""
    with county.store.read() as connection:
        row = connection.execute(
            select(
                tables.vault.c.signing_key,
                tables.vault.c.recipient,
                tables.worker.c.townships,
                tables.revocation.c.standing,
            )
            .join(
                tables.worker,
                and_(tables.vault.c.county == tables.worker.c.county, tables.vault.c.worker == tables.worker.c.id),
            )
            .outerjoin(
                tables.revocation,
                and_(
                    tables.revocation.c.county == tables.vault.c.county, tables.revocation.c.vault == tables.vault.c.id
                ),
            )
            .where(tables.vault.c.county == county.code, tables.vault.c.id == vault)
        ).first()
    if row is None:
        raise Unknown("vault-unknown")
    return Reader(
        vault, row.signing_key, row.recipient, tuple(json.loads(row.townships)), row.standing not in (None, GOOD)
    )


def read_page(county: County, reader: Reader, cursor: int, *, own: bool = False) -> FeedPage:
    """Everything in scope after ``cursor``, up to about 500 entries, never cut inside an action.

    A vault's own entries come back as verdict alone, or whole (``own``) for one that lost some by
    damage. Entries that are not shared (who looked at what) go to nobody else.

    Raises:
        ProtocolError: ``cursor-ahead``: the vault has seen more than this database holds, so the
            county was restored from a backup.
    """
    entry = tables.entry
    with county.store.read() as connection:
        head = connection.scalar(
            select(tables.counter.c.value).where(
                tables.counter.c.county == county.code, tables.counter.c.name == POSITION
            )
        )
        upto = head or 0
        if cursor > upto:
            raise ProtocolError("cursor-ahead")
        rows = connection.execute(
            select(entry)
            .where(entry.c.county == county.code, entry.c.position > cursor, entry.c.position <= upto)
            .where(
                or_(
                    entry.c.vault == reader.vault,
                    and_(entry.c.shared, entry.c.township.in_([*reader.townships, ""])),
                )
            )
            .order_by(entry.c.position)
            .limit(FEED_PAGE_ENTRIES + 1)
        ).all()
    kept = _whole_actions(rows)
    more = len(kept) < len(rows)
    return FeedPage(
        vault=reader.vault,
        dataset=county.dataset,
        after=cursor,
        upto=kept[-1].position if more else upto,
        more=more,
        time=now_text(),
        items=tuple(_item(row, "" if own else reader.vault) for row in kept),
    )


def sealed_page(county: County, reader: Reader, cursor: int, *, own: bool = False) -> bytes:
    """A page as a container: the signed manifest and the page sealed to the vault."""
    page = read_page(county, reader, cursor, own=own)
    sealed = seal(page.encode(), [reader.recipient])
    _note_fed(county, reader.vault, page.upto)
    manifest = FeedManifest(page.vault, page.dataset, page.after, page.upto, page.more, digest(sealed), len(sealed))
    return pack_container(sign_document(manifest.encode(), county.signing), sealed)


def _note_fed(county: County, vault: str, upto: int) -> None:
    """Remember how far the feed was handed out, for the day the laptop is lost."""
    behind = and_(tables.contact.c.county == county.code, tables.contact.c.vault == vault, tables.contact.c.fed < upto)
    with county.store.read() as connection:
        if connection.scalar(select(tables.contact.c.vault).where(behind)) is None:
            return
    with county.store.write() as connection:
        connection.execute(update(tables.contact).where(behind).values(fed=upto))


def _whole_actions(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """As many of the rows as fit a page, cut back to the end of an action."""
    size = 0
    for index, row in enumerate(rows):
        size += len(row.header) + len(row.payload or b"")
        if index and (index >= FEED_PAGE_ENTRIES or size > PAGE_BYTES):
            cut = index
            while cut > 1 and rows[cut].action == rows[cut - 1].action:
                cut -= 1
            return rows[:cut] if rows[cut].action != rows[cut - 1].action else rows[:index]
    return rows


def _item(row: Row[Any], alone_of: str) -> FeedItem:
    """An entry with its verdict; of the vault ``alone_of`` the verdict alone."""
    verdict = Verdict(row.vault, row.epoch, row.seq, row.hash, row.result, row.reason, row.position)
    if row.vault == alone_of:
        return FeedItem(verdict, None)
    payload = None if row.payload is None else bytes(row.payload)
    return FeedItem(verdict, Entry(bytes(row.header), payload))
