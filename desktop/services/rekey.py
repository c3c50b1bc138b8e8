"""A new data key (换数据钥匙) for the open vault: on suspicion, after a recovery by the county, or on its order.

A backup is made and read back first, always. Then the whole store is written anew beside the old one, compared with it,
and comes into use by one write of the slots file, with the escrow slot wrapped anew in the same write. What is cut
short anywhere leaves the vault as it was, or done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.services import backups, former_stores
from desktop.services.application import Application, Done
from desktop.services.backups import BackupProgress, note_new_key
from desktop.services.escrow import ESCROWED, read_issued
from desktop.services.permission import Capability, may, require
from desktop.storage import escrow, journal, settings, slots
from desktop.storage import rekey as storage_rekey
from desktop.storage.slots import Slot, Slots
from desktop.storage.store import Store
from desktop.storage.vault import Keys

REKEYED = "vault.rekeyed"
_RECOVERED = "vault.recovered"


@dataclass(frozen=True, slots=True)
class DataKey:
    """How the data key stands.

    ``offered``: this worker may renew it; ``since``: when the vault was given it (ISO), "" for the one it was made
    with; ``advised`` where the county's halves were opened since, so that others may have had it in their hands.
    """

    offered: bool
    since: str
    advised: bool


def data_key(application: Application) -> DataKey:
    """What the settings say of it; not offered before enrolment, when there is nothing yet that it protects."""

    def read(connection: Connection) -> DataKey:
        found = [one.header for one in journal.own_of_kind(connection, REKEYED, _RECOVERED)]
        given = [header.time for header in found if header.kind == REKEYED]
        advised = bool(found) and found[-1].kind == _RECOVERED
        return DataKey(may(application, Capability.KEEP_VAULT), given[-1] if given else "", advised)

    return application.read(read)


def check_password(application: Application, password: str) -> None:
    """Whether it is this vault's, before everybody has to leave it; takes as long as unlocking.

    Raises:
        UserFacingError: ``vault.wrong-password``; ``disk.full`` where there is not room for twice the store.
    """
    require(application, Capability.KEEP_VAULT)
    slots.open_password_slot(slots.read(application.folder), password, application.keys.device_secret)
    storage_rekey.check_room(application.store)


def rekey(application: Application, password: str) -> Done[bool]:
    """``rekeying`` in one go."""
    done: Done[bool] = backups.drained(rekeying(application, password))
    return done


def rekeying(application: Application, password: str) -> Generator[BackupProgress, None, Done[bool]]:
    """Back up, then give the vault a new data key; the password and the card stay. Long work in steps.

    Nobody else may work in the vault meanwhile, and where this raises or is closed, the caller closes the vault.
    Backups made before, this one too, stay under the old key and open, chosen alone, by their own slots. Answers
    whether the vault is in escrow.

    Raises:
        UserFacingError: as ``check_password`` and ``backups.backing_up``: nothing is changed then; other trouble of
            the disk. The vault then opens as before, with the old key or the new one.
    """
    check_password(application, password)
    yield from backups.backing_up(application)
    former_stores.look_before_rekey(application)
    folder, keys = application.folder, application.keys
    with application.changing_slots:
        found = slots.read(folder)
        fresh = Keys(slots.new_key(), keys.device_secret)
        ways = _wrapped_anew(application, found, fresh, password)
        try:
            making = storage_rekey.make(
                application.store, folder, keys.data_key, fresh.data_key, lambda c: _note_rekeyed(application, c, ways)
            )
            made = yield from _as_steps(making)
            storage_rekey.use(
                application.store, folder, made, replace(ways, header=replace(ways.header, store=made.name))
            )
        except (UserFacingError, OSError, GeneratorExit):
            # Trouble after the one rename: the new store is in use, and nothing may be written into the old one.
            if slots.read(folder).header.store == found.header.store:
                storage_rekey.discard(folder)
                raise
        before, application.store = application.store, Store(folder / made.name, fresh.data_key)
        application.keys = fresh
        with contextlib.suppress(UserFacingError):  # its log holds nothing that is not in the new one
            before.close()
        with contextlib.suppress(UserFacingError):  # done at the next opening
            storage_rekey.settle(application.store, folder)
    return Done(ways.slot(escrow.ESCROW) is not None, frozenset({"vault"}))


def _as_steps(
    making: Generator[str, None, storage_rekey.Rekeyed],
) -> Generator[BackupProgress, None, storage_rekey.Rekeyed]:
    with contextlib.closing(making):
        while True:
            try:
                step = next(making)
            except StopIteration as end:
                made: storage_rekey.Rekeyed = end.value
                return made
            yield BackupProgress(step, 0, 0)


def _wrapped_anew(application: Application, found: Slots, keys: Keys, password: str) -> Slots:
    """Every way in that there is, with the new key: the password's slot, and the county's."""
    cost, kept_id = slots.password_cost(found), slots.password_slot_id(found)
    # The password is the same, and so is the signing slot's that goes by this id.
    by_password = slots.password_slot(found.header, keys.data_key, password, keys.device_secret, cost)
    ways: list[Slot] = [{**by_password, "id": kept_id}]
    holders = application.read(read_issued)
    if holders is None or not holders.is_complete:
        with contextlib.suppress(UserFacingError):  # a damaged slot opens nothing
            kept = escrow.read(found)
            holders = None if kept is None else kept.terms.holders
    if holders is not None and holders.is_complete and not application.practice:
        ways.append(escrow.escrow_slot(found.header.vault, keys.data_key, keys.device_secret, holders))
    return Slots(found.header, tuple(ways))


def _note_rekeyed(application: Application, connection: Connection, ways: Slots) -> None:
    """In the new store alone: where the old one stays in use, this has not happened."""
    action = application.action_in(connection)
    note_new_key(connection)
    action.add(REKEYED, None, {"escrowed": escrow.read(ways) is not None})
    slot = escrow.read(ways)
    if slot is not None:
        action.add("vault.escrowed", None, {"holders": slot.terms.holders.version, "slot": slot.terms.slot})
        settings.put(connection, ESCROWED, escrow.slot_digest(ways))
    action.finish()
