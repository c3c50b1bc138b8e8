"""Contacts (联系): what each vault last told of itself, and the county's signed word on where it stands."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from county import journal_faults, tables
from county.clock import now_text
from county.feed import Reader
from county.journal import came_in
from county.opening import County
from county.recoveries import note_reported
from county.store import insert_missing, upsert
from county.withdrawn_ahead import note_withdrawn
from desktop.sync.envelope import seal, sign_document
from desktop.sync.protocol import GOOD, Contact, ProtocolError, Standing


def meet(county: County, reader: Reader, body: bytes) -> bytes:
    """Note what a vault tells, and answer the signed standing with the contact's own nonce.

    One that was taken in before tells how the vault was then: nothing of it is noted again. Of one that lay on the
    road while newer things came (``is_overtaken``) only what can stop something is noted, and recoveries.

    Raises:
        ProtocolError: ``contact-malformed``.
    """
    contact = Contact.decode(body)
    if contact.vault != reader.vault:
        raise ProtocolError("contact-malformed")
    time = now_text()
    found = journal_faults.compare(county, reader.vault, contact)
    with county.store.write() as connection:
        taken = {"county": county.code, "vault": reader.vault, "nonce": contact.nonce}
        is_new = insert_missing(connection, tables.contact_taken, taken)
        before = read_contact(connection, county, reader.vault)
        is_late = is_overtaken(connection, county, contact, before, time)
        journal = journal_faults.note(connection, county, contact, before, found if is_new and not is_late else None)
        if is_new and not is_late:
            _keep(connection, county, reader, contact, time)
        if is_new:
            note_withdrawn(connection, county, reader, contact, time)
            note_reported(connection, county, reader.vault, contact.recovered)
        order = read_order(connection, county, reader.vault)
    standing = Standing(
        vault=reader.vault,
        nonce=contact.nonce,
        time=time,
        standing=GOOD if order is None else order.standing,
        order=0 if order is None else order.number,
        since="" if order is None else order.since,
        reason="" if order is None else order.reason,
        ask="" if order is None else order.ask,
        lease=seal(lease_secret(county, reader.vault), [reader.recipient]).hex(),
        journal=journal,
    )
    return sign_document(standing.encode(), county.signing).encode()


def _keep(connection: Connection, county: County, reader: Reader, contact: Contact, time: str) -> None:
    row = {
        "county": county.code,
        "vault": reader.vault,
        "time": time,
        "cursor": contact.cursor,
        "fed": max(contact.cursor, fed(connection, county, reader.vault)),
        "epoch": contact.epoch[:64],
        "seq": contact.seq,
        "attachments": contact.attachments,
        "keyring": contact.keyring,
        "escrow": contact.escrow,
    }
    upsert(connection, tables.contact, [row])


def is_overtaken(connection: Connection, county: County, contact: Contact, before: Row[Any] | None, time: str) -> bool:
    """Whether the county has had something newer of this vault since the contact was told.

    That is a newer contact (``before``), or entries that the contact does not know of and that all came after the
    county's time which it names. Both times are the county's own, so no laptop's clock plays a part; what a county
    whose clock ran ahead has dated in days to come says nothing.
    """
    told, now = _instant(contact.county_time), _instant(time)
    if told is None or now is None:
        return False
    came = _beyond(connection, county, contact)
    since = [_instant(one) for one in (came, None if before is None else before.time) if one is not None]
    return any(told < one <= now for one in since if one is not None)


def _beyond(connection: Connection, county: County, contact: Contact) -> str | None:
    """When the first entry came that the county has behind the last one which the contact tells of."""
    entry, batch = tables.entry, tables.batch
    mine = (entry.c.county == county.code, entry.c.vault == contact.vault, entry.c.epoch == contact.epoch)
    beyond = select(batch.c.received).join(entry, came_in()).where(*mine, entry.c.seq > contact.seq)
    return connection.scalar(beyond.order_by(entry.c.seq).limit(1))


def _instant(text: str) -> datetime | None:
    """A time of the county's (``now_text``); None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def fed(connection: Connection, county: County, vault: str) -> int:
    """How far the feed was handed to a vault."""
    row = read_contact(connection, county, vault)
    return 0 if row is None else int(row.fed)


def read_contact(connection: Connection, county: County, vault: str) -> Row[Any] | None:
    """What a vault last told, or None if it never did."""
    return connection.execute(
        select(tables.contact).where(tables.contact.c.county == county.code, tables.contact.c.vault == vault)
    ).first()


def read_order(connection: Connection, county: County, vault: str) -> Row[Any] | None:
    """The county's standing order on a vault, or None where there never was one."""
    return connection.execute(
        select(tables.revocation).where(tables.revocation.c.county == county.code, tables.revocation.c.vault == vault)
    ).first()


def lease_secret(county: County, vault: str) -> bytes:
    """What county and vault share for supervisor codes: derived, so that nothing has to be kept."""
    return hmac.new(county.signing.secret, f"zoucun lease secret\0{vault}".encode(), hashlib.sha256).digest()
