"""抢救资料 at the locked door: offered where a store is damaged, a list first, in use only after a yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services import backups
from desktop.services.vault_check import check
from desktop.storage import cipher, slots
from desktop.ui.login_window import LoginWindow
from desktop.workspace import Workspace
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import ClosedVault, closed_vault, enrolment, opened
from tests.worked_vault import work

SLOW = 60_000
PAGE = 4096


class _NoBugs(QObject):
    """Where bugs would be reported."""

    reported = Signal(str)

    def report(self, error: BaseException) -> None:
        raise error


@pytest.fixture
def closed(tmp_path: Path) -> ClosedVault:
    """A vault with work, of which a backup is in its folder."""
    made = closed_vault(tmp_path)
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
        work(application, 6)
        backups.back_up(application)
        work(application, 3, first=7)
        key = application.keys.data_key
    connection = cipher.connect(made.store, key)
    roots = connection.execute("SELECT rootpage FROM sqlite_master WHERE name IN ('entry', 'setting')").fetchall()
    connection.close()
    data = bytearray(made.store.read_bytes())
    for (root,) in roots:
        data[(root - 1) * PAGE + 500] ^= 1
    made.store.write_bytes(bytes(data))
    return made


def typed(window: LoginWindow, closed: ClosedVault) -> None:
    """Password and card into the form."""
    window.form.password.setText(closed.password)
    window.form.card.setText(closed.card)


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_the_list_is_shown_first_and_a_yes_brings_the_new_store(
    qtbot: QtBot, closed: ClosedVault, size: tuple[int, int]
) -> None:
    """Damaged pages let the door open or not: where it does not, it offers the salvage with what was typed."""
    workspace = Workspace(closed.home, _NoBugs(), lambda _: None, after_crash=False)  # type: ignore[arg-type]
    workspace.show_login()
    window = workspace.login
    assert window is not None
    window.resize(*size)
    qtbot.waitExposed(window)
    assert window.form.salvage.isHidden()
    typed(window, closed)
    window.form.submit()
    qtbot.waitUntil(window.form.salvage.isVisible, timeout=SLOW)
    typed(window, closed)
    window.form.salvage.click()
    door = workspace._salvage
    qtbot.waitUntil(lambda: door.form is not None and door.form.go.isEnabled(), timeout=SLOW)
    form = door.form
    assert form is not None
    assert form.shows_list, "it names people: the door locks while it stands there"
    assert "找不回来" in form.state.text()
    QApplication.processEvents()
    assert_legible(window)
    assert unnamed(window) == []
    assert slots.read(closed.folder).header.store == "store.db"
    form.go.click()
    qtbot.waitUntil(window.form.isVisible, timeout=SLOW)
    assert slots.read(closed.folder).header.store == "store-2.db"
    workspace.tasks.close()
    window.close()
    with opened(closed) as application:
        assert check(application).is_sound


def test_leaving_the_list_changes_nothing(qtbot: QtBot, closed: ClosedVault) -> None:
    """先不启用: the work folder goes, the damaged store stays in use and untouched."""
    before = closed.store.read_bytes()
    workspace = Workspace(closed.home, _NoBugs(), lambda _: None, after_crash=False)  # type: ignore[arg-type]
    workspace.show_login()
    window = workspace.login
    assert window is not None
    typed(window, closed)
    window.form.salvage_asked.emit(window.form._typed())
    door = workspace._salvage
    qtbot.waitUntil(lambda: door.form is not None and door.form.go.isEnabled(), timeout=SLOW)
    assert door.form is not None
    door.form.back.click()
    qtbot.waitUntil(window.form.isVisible, timeout=SLOW)
    assert slots.read(closed.folder).header.store == "store.db"
    assert closed.store.read_bytes() == before
    assert not (closed.folder / ".salvage").exists()
    workspace.tasks.close()
    window.close()
