"""County escrow (县级托管) inside the open vault: its slot is kept to the county's newest list of holders."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import ESCROW_RECORD, Holders, device_mark, read_holders
from desktop.services.application import Application, Done
from desktop.storage import escrow, queries, recovery_file, settings, slots
from desktop.storage.journal import Action
from desktop.storage.slots import Slots

ESCROWED = "escrowed"
"""The digest of the slot that the journal knows of."""
RECOVERED = "recovered"
"""The request by which this vault was last recovered."""


@dataclass(frozen=True, slots=True)
class EscrowState:
    """For settings. ``slot``: the list the vault is in escrow with, None where it is not; ``issued``: what the county
    has issued, None before. A list may be issued before it is complete."""

    slot: Holders | None
    issued: Holders | None


def escrow_state(application: Application) -> EscrowState:
    """Whether the county could open this vault if its password were forgotten, and by whom."""
    try:
        found = escrow.read(slots.read(application.folder))
    except UserFacingError:
        found = None
    return EscrowState(None if found is None else found.terms.holders, application.read(read_issued))


def escrow_version(application: Application) -> int:
    """The version of the holders' list that this vault's slot was made for, as the county is told; 0 where there is
    no slot, or not the one that was written."""
    try:
        found = slots.read(application.folder)
        slot = escrow.read(found)
    except UserFacingError:
        return 0
    known = application.read(lambda connection: settings.get(connection, ESCROWED))
    return 0 if slot is None or known != escrow.slot_digest(found) else slot.terms.holders.version


def read_issued(connection: Connection) -> Holders | None:
    """The county's list as the feed brought it; None before, and where this version cannot read it."""
    row = queries.one(connection, ESCROW_RECORD)
    return None if row is None or row.kind != "escrow" else read_holders(row.state["issued"])


def keep_escrowed(application: Application, *, renew: bool = False) -> Done[bool]:
    """Write a new escrow slot where there is none, the list of holders changed, or the slot is not what was written.

    Called after every unlock and sync. Does nothing before the county has enough holders. ``renew``: the halves of
    the present slot have been opened. Cut short, it is done again next time. Answers whether a slot was written.

    Raises:
        UserFacingError: trouble of the disk, ``escrow.holders-unreadable``; the slot before stays.
    """
    holders = application.read(read_issued)
    if application.enrolment is None or application.practice or holders is None or not holders.is_complete:
        return Done(False, frozenset())
    identity, keys = application.identity, application.keys
    with application.changing_slots:
        found = slots.read(application.folder)
        known = application.read(lambda connection: settings.get(connection, ESCROWED))
        if not renew and known == escrow.slot_digest(found) and _fits(application, found, holders):
            return Done(False, frozenset())
        slot = escrow.escrow_slot(identity.vault, keys.data_key, keys.device_secret, holders)
        slots.save(application.folder, found.with_slot(slot))
    note_escrowed(application)
    return Done(True, frozenset({"vault"}))


def note_escrowed(application: Application) -> None:
    """Write to the journal who can open the vault as of now."""
    found = slots.read(application.folder)
    slot, digest = escrow.read(found), escrow.slot_digest(found)
    if slot is not None:
        body = {"holders": slot.terms.holders.version, "slot": slot.terms.slot}

        def note(action: Action) -> None:
            action.add("vault.escrowed", None, body)
            settings.put(action.connection, ESCROWED, digest)

        application.act(note)


def _fits(application: Application, found: Slots, holders: Holders) -> bool:
    try:
        slot = escrow.read(found)
    except UserFacingError:
        return False
    device = device_mark(application.identity.vault, application.keys.device_secret)
    return slot is not None and slot.terms.holders == holders and slot.terms.device == device


def settle_pending_recovery(application: Application) -> Done[bool]:
    """A vault that opens by its password needs no recovery: a request still under way is withdrawn, and the journal
    says so, since it may have been somebody else's. Answers whether there was one.

    Raises:
        UserFacingError: trouble of the disk.
    """
    try:
        pending = recovery_file.read(application.folder)
    except UserFacingError as error:
        if error.code != "recovery.file-damaged":
            raise
        recovery_file.remove(application.folder)
        return Done(True, frozenset())
    if pending is None:
        return Done(False, frozenset())
    done = application.read(lambda connection: settings.get(connection, RECOVERED)) == pending.request
    if not done and application.enrolment is not None:
        body = {"request": pending.request, "time": pending.time}
        application.act(lambda action: action.add("vault.recovery-withdrawn", None, body))
    slot = escrow.read(slots.read(application.folder))
    if done and slot is not None and slot.terms.digest() == pending.terms:
        keep_escrowed(application, renew=True)
    recovery_file.remove(application.folder)
    return Done(True, frozenset({"vault"}))
