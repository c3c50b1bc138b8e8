"""Where the parts are wired together: the window, the command line and the tests all start here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.services import escrow, events, recovery
from desktop.services.application import Application, Clock, system_clock
from desktop.services.events import Event
from desktop.storage import disks, rekey, restore, slots, tries, vault
from desktop.storage.passwords import Argon2


@contextlib.contextmanager
def open_application(
    home: Path,
    vault_id: str,
    password: str,
    card: str | None = None,
    *,
    previous_slots: bool = False,
    clock: Clock = system_clock,
) -> Iterator[Application]:
    """Unlock a vault and close it again at the end, whatever happens between.

    ``previous_slots`` opens by the generation before of a slots file that is broken: a person chooses that.

    Raises:
        UserFacingError: see ``desktop.storage.vault.unlock``, ``desktop.storage.cipher.connect`` and, for a backup
            that was put in place unopened, ``desktop.storage.restore.finish``.
    """
    with vault.only_process(home, vault_id):
        keys = vault.unlock(home, vault_id, password, card, clock(), previous_slots=previous_slots)
        restore.finish(vault.folder_of(home, vault_id), keys, clock(), previous_slots=previous_slots)
        store = vault.open_store(home, vault_id, keys.data_key, previous_slots=previous_slots)
        folder = vault.folder_of(home, vault_id)
        try:
            header = slots.read(folder, previous=previous_slots).header
            application = Application(store, folder, vault.identity(store), keys, practice=header.practice, clock=clock)
            if previous_slots:
                slots.put_back(folder)
            _after_unlocking(application, home, password)
        except BaseException:
            store.close()
            raise
        try:
            yield application
        finally:
            application.close()


def finish_recovery(
    home: Path,
    vault_id: str,
    password: str,
    files: Sequence[Path],
    card: str | None = None,
    *,
    is_new_card: bool = False,
    clock: Clock = system_clock,
    cost: Argon2 | None = None,
) -> recovery.Recovered:
    """Give a vault the new password of its request, by the county's two answers; afterwards it opens as always.

    ``card`` where the keyring has the device secret no more; ``is_new_card``: one just made, of a new secret.

    Raises:
        UserFacingError: see ``desktop.services.recovery`` and, for a backup that was put in place unopened,
            ``desktop.storage.restore.finish``. The old state or the new one, never anything between.
    """
    with vault.only_process(home, vault_id):
        opened = recovery.open_halves(home, vault_id, password, files)
        device = recovery.device_secret(home, vault_id, opened.terms, card, is_new_card=is_new_card)
        folder, keys = vault.folder_of(home, vault_id), vault.Keys(opened.data_key, device.secret)
        restore.finish(folder, keys, clock())
        store = vault.open_store(home, vault_id, opened.data_key)
        try:
            application = Application(store, folder, vault.identity(store), keys, practice=False, clock=clock)
            return recovery.finish(application, home, opened, device.source, password, cost=cost)
        finally:
            store.close()


def _notes(application: Application) -> Iterator[UserFacingError]:
    if application.store.log_cut:
        yield UserFacingError("vault.log-cut")
    kind = disks.network_kind(application.folder)
    if kind:
        yield UserFacingError("vault.network-disk", kind=kind)
    if application.is_clock_doubtful():
        yield UserFacingError("vault.clock-doubtful", date=application.today().isoformat())


def _after_unlocking(application: Application, home: Path, password: str) -> None:
    """What only somebody with the password can put right, and what the journal must hear of first."""
    with contextlib.suppress(UserFacingError):  # trouble of the disk shows where something is saved
        vault.mend_signing_slot(application.folder, application.keys, application.identity, password)
    application.notes = tuple(_notes(application))
    if application.store.log_cut and application.enrolment is not None:
        application.act(lambda action: action.add("vault.log-cut", None, {}))
    wrong = tries.read(home, application.identity.vault)
    if wrong.wrong:
        if application.enrolment is not None:
            body = {"wrong": wrong.wrong, "first": wrong.first, "last": wrong.last}
            application.act(lambda action: action.add("vault.tried", None, body))
        else:
            with contextlib.suppress(UserFacingError):
                events.note(application, Event.TRIED)
        tries.forget(home, application.identity.vault)
    with contextlib.suppress(UserFacingError):
        rekey.settle(application.store, application.folder)
    with contextlib.suppress(UserFacingError):
        escrow.keep_escrowed(application)
        escrow.settle_pending_recovery(application)
