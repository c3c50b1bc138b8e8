"""Where the parts are wired together: the window, the command line and the tests all start here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from desktop.services.application import Application, Clock, system_clock
from desktop.storage import keys, vault


@contextlib.contextmanager
def open_application(
    home: Path, vault_id: str, password: str, card: str | None = None, *, clock: Clock = system_clock
) -> Iterator[Application]:
    """Unlock a vault and close it again at the end, whatever happens between.

    Raises:
        UserFacingError: see ``desktop.storage.vault.data_key`` and ``desktop.storage.cipher.connect``.
    """
    with vault.only_process(home, vault_id):
        key = vault.data_key(home, vault_id, password, card)
        store = vault.open_store(home, vault_id, key)
        folder = home / keys.VAULTS / vault_id
        try:
            application = Application(
                store, folder, vault.identity(store), practice=keys.read_header(folder).practice, clock=clock
            )
        except BaseException:
            store.close()
            raise
        try:
            yield application
        finally:
            application.close()
