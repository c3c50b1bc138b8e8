"""A laptop whose desktop, and with it the keyring, is another than when the vault was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keyring
from pytestqt.qtbot import QtBot

from desktop.services import events
from tests.keyrings import MemoryKeyring, WalletKeyring
from tests.ui.test_workspace import SLOW, Life, begin, enrolled
from tests.vaults import PASSWORD

__all__ = ["begin"]  # a fixture


def test_another_keyring_is_named_at_the_door_and_in_the_log_of_events(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """Beside the field of the card stands which keyring it was and which it is; the card opens."""
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(MemoryKeyring())
        closed = enrolled(tmp_path)
        keyring.set_keyring(WalletKeyring())
        life = begin(tmp_path)
        login = life.workspace.login
        assert login is not None
        login.form.password.setText(PASSWORD)  # typed meanwhile
        qtbot.waitUntil(login.form.card.isVisible, timeout=SLOW)
        said = login.form.hint.text()
        assert "原来：桌面密钥环（Secret Service）；现在：KDE 钱包（KWallet）" in said
        assert login.form.password.text() == PASSWORD
        login.form.card.setText(closed.card)
        login.form.submit()
        life.window(qtbot)
        (opened_vault,) = life.workspace._opened
        application = opened_vault.application
        noted = "keyring.backends.SecretService>keyring.backends.kwallet"
        qtbot.waitUntil(lambda: noted in {one.detail for one in events.noted(application)}, timeout=SLOW)
    finally:
        keyring.set_keyring(before)
