"""Where the parts are wired together: the window, the command line and the tests all start here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from desktop.domain.errors import UserFacingError
from desktop.services.application import Application, Clock, system_clock
from desktop.storage import slots, tries, vault


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
        UserFacingError: see ``desktop.storage.vault.unlock`` and ``desktop.storage.cipher.connect``.
    """
    with vault.only_process(home, vault_id):
        keys = vault.unlock(home, vault_id, password, card, clock(), previous_slots=previous_slots)
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


def _after_unlocking(application: Application, home: Path, password: str) -> None:
    """What only somebody with the password can put right, and what the journal must hear of first."""
    with contextlib.suppress(UserFacingError):  # trouble of the disk shows where something is saved
        vault.mend_signing_slot(application.folder, application.keys, application.identity, password)
    wrong = tries.read(home, application.identity.vault)
    if wrong.wrong:
        if application.enrolment is not None:
            body = {"wrong": wrong.wrong, "first": wrong.first, "last": wrong.last}
            application.act(lambda action: action.add("vault.tried", None, body))
        tries.forget(home, application.identity.vault)
