"""Making, checking and naming vaults (加密库)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, EntryReference, Fault, Missing
from desktop.domain.retention import Lock
from desktop.services import erasing_plan, events
from desktop.services.application import Application, Done
from desktop.services.erasing_reason import check_reason_for_entry
from desktop.services.events import Event
from desktop.services.permission import Capability, require
from desktop.storage import attachments, half_actions, integrity, journal, journal_end, keyrings, slots, vault
from desktop.storage.half_actions import HalfAction
from desktop.storage.integrity import Damage
from desktop.storage.journal import Action
from desktop.storage.passwords import Argon2
from desktop.storage.slots import SlotsHeader
from desktop.storage.tables import entry
from desktop.storage.vault import NewVault
from desktop.sync.anchors import check_receipts
from desktop.sync.envelope import SealingKey, SigningKey

__all__ = [
    "HalfAction",
    "JournalCheck",
    "NewVault",
    "WaysIn",
    "change_password",
    "create_vault",
    "device_card_paper",
    "erase_entry",
    "owner",
    "remember_device_secret",
    "verify_journal",
    "verify_store",
    "ways_in",
]


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """How many own entries the journal has, how many the county's receipts confirm, the first broken one, if any, and
    the gaps that its epochs name. ``halves``: actions of which only a part is there, never sent while it is so.
    ``unreadable``: a damaged page of the store kept it from being read at all."""

    entries: int
    fault: Fault | None
    confirmed: int = 0
    gaps: tuple[Missing, ...] = ()
    halves: tuple[HalfAction, ...] = ()
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How a vault opens: ``remembered`` where this computer's keyring holds its device secret,
    ``can_remember`` where there is a keyring that protects what it keeps."""

    practice: bool
    remembered: bool
    can_remember: bool


def create_vault(
    home: Path, password: str, *, worker_name: str, office: str, practice: bool = False, cost: Argon2 | None = None
) -> NewVault:
    """Make a vault with keys of its own; raises UserFacingError for a weak password or a full disk.

    ``cost`` of the password's key; None measures what this computer does in about half a second.
    """
    return vault.create(
        home,
        password,
        worker_name=worker_name,
        office=office,
        signing_secret=SigningKey.generate().secret.hex(),
        sealing_secret=SealingKey.generate().secret,
        practice=practice,
        cost=cost,
    )


def device_card_paper(card: str, worker_name: str, office: str) -> bytes:
    """The device card as a PDF, from memory; raises UserFacingError ``print.missing-characters``."""
    from desktop.documents.device_card import device_card

    return device_card(card, worker_name, office, date.today())  # noqa: DTZ011 - the laptop's own day


def owner(application: Application) -> SlotsHeader:
    """What the door says of this vault: the worker's name and office as given when it was made."""
    return slots.read(application.folder).header


def ways_in(application: Application) -> WaysIn:
    """How the vault opens on this computer."""
    header = owner(application)
    backend = keyrings.usable_backend()
    remembered = header.keyring is not None and keyrings.holds(header.vault, header.keyring)
    return WaysIn(header.practice, remembered=remembered, can_remember=backend is not None)


def change_password(application: Application, old: str, new: str, *, cost: Argon2 | None = None) -> Done[None]:
    """Give the vault another password. Only its slot is wrapped anew; nothing unsent is touched.

    Also before the county has enrolled it: the password is the worker's own from the first day.

    Raises:
        UserFacingError: ``vault.wrong-password`` for the old one, a new one that will not do, trouble of the disk.
    """
    _require_own(application)
    with application.changing_slots:
        vault.change_password(application.folder, application.keys, application.identity, old, new, cost)
    return _noted(application, Event.PASSWORD_CHANGED)


def remember_device_secret(application: Application) -> Done[str]:
    """Put the device secret into this computer's keyring, so that the password alone opens the vault again.

    Answers the keyring's name. Raises UserFacingError ``vault.keyring-unreliable``.
    """
    _require_own(application)
    with application.changing_slots:
        backend = vault.remember_device_secret(application.folder, application.keys)
    return Done(backend, _noted(application, Event.KEYRING_PINNED, keyring=backend).changed)


def _require_own(application: Application) -> None:
    """Nobody has a role before the county gave one, and whoever opened the vault then made it."""
    if application.enrolment is not None:
        require(application, Capability.KEEP_VAULT)


def _noted(application: Application, event: Event, **body: Any) -> Done[None]:
    """In the journal; in the log of events where the journal has not begun, which it does with the enrolment."""
    if application.enrolment is None:
        events.note(application, event)
        return Done(None, frozenset())

    def write(action: Action) -> None:
        action.add(event.value, None, body)

    return application.act(write)


def verify_store(application: Application) -> tuple[Damage, ...]:
    """Check every page of the store; answers what is damaged, in the library's words (nothing of any person).

    Raises:
        UserFacingError: ``disk.failing`` where the log cannot be brought into the store: without an explicit
            checkpoint nobody would hear of it. ``vault.busy`` where it could not be brought in whole just now.
    """
    store = application.store
    found = _store_damage(application)
    # A page that was being written while it was read would look damaged: what is damaged is so twice.
    return found and tuple(one for one in integrity.store_damage(store.path, application.keys.data_key) if one in found)


def _store_damage(application: Application) -> tuple[Damage, ...]:
    if not application.store.checkpoint():
        raise UserFacingError("vault.busy")
    return integrity.store_damage(application.store.path, application.keys.data_key)


def verify_journal(application: Application) -> JournalCheck:
    """Walk the whole journal, compare it with the county's signed receipts, and name the first broken entry.

    The receipts find what the chain cannot: a history that was rewritten as a whole.
    """
    enrolment, vault_id = application.enrolment, application.identity.vault

    def check(connection: Connection) -> JournalCheck:
        found = journal.verify(connection)
        halves = half_actions.find(connection)
        cut = journal_end.cut_off(connection)
        if enrolment is None:
            return JournalCheck(found.entries, found.fault or cut, gaps=found.gaps, halves=halves)
        anchored = check_receipts(connection, vault_id, enrolment.signing_key, application.sealing_key)
        fault = found.fault or anchored.fault or cut
        return JournalCheck(found.entries, fault, anchored.entries, found.gaps, halves)

    return application.read(check)


def erase_entry(application: Application, reference: str, reason: str) -> Done[None]:
    """Erase one entry's content for good and say so in the journal; then empty the write-ahead log.

    With a scan goes its picture.

    Raises:
        UserFacingError: ``journal.no-such-entry``, ``journal.not-erasable``; ``erasing.reason-missing``,
            ``erasing.reason-names``; ``erasing.locked`` with its ground where a duty keeps the record whoever asks
            (``retention.lock_of``).
    """
    require(application, Capability.ERASE)
    try:
        target = EntryReference.parse(reference)
    except EntryFormatError:
        raise UserFacingError("journal.no-such-entry") from None
    application.read(lambda connection: check_reason_for_entry(connection, target, reason))
    lock = application.read(lambda connection: _lock_on(connection, application, target))
    if lock is not None:
        raise UserFacingError("erasing.locked", ground=lock.words, until=lock.until or "")
    done = application.act(lambda action: journal.erase_payload(action, target, reason))
    attachments.remove(application.folder, done.value)
    application.store.checkpoint()
    return Done(None, done.changed)


def _lock_on(connection: Connection, application: Application, target: EntryReference) -> Lock | None:
    named = (entry.c.vault == target.vault, entry.c.epoch == target.epoch, entry.c.seq == target.seq)
    record = connection.scalar(select(entry.c.record).where(*named))
    return None if record is None else erasing_plan.lock_on(connection, application, record)
