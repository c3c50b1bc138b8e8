"""从备份恢复 through the real door, where the backup is tampered with after it was opened and before it is restored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.exit_codes import ExitCode
from desktop.services import backups
from desktop.ui.restore_form import RestoreForm
from desktop.ui.workspace_window import WorkspaceWindow
from tests.ui.test_workspace import SLOW, Life, begin, enrolled
from tests.vaults import opened

__all__ = ["begin"]


def test_what_was_changed_in_the_middle_is_refused_at_the_door_and_the_older_one_opens_the_workspace(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """Said in words on the form, nothing put in place; the other choice is still there and ends in the window."""
    closed, stick, new = enrolled(tmp_path / "old"), tmp_path / "usb", tmp_path / "new"
    stick.mkdir()
    with opened(closed) as application:
        backups.back_up(application, stick)
        backups.back_up(application, stick)
    _, newer = sorted(stick.rglob("store.db"))
    life = begin(new)
    assert life.workspace.login is not None
    life.workspace.login.first_run.findChildren(QPushButton)[2].click()
    (form,) = life.workspace.login.findChildren(RestoreForm)
    form.look_in(stick)
    qtbot.waitUntil(form.password.isVisible, timeout=SLOW)
    form.password.setText(closed.password)
    form.card.setText(closed.card)
    form.submit()
    qtbot.waitUntil(lambda: form.go.text() == "恢复", timeout=SLOW)
    data = bytearray(newer.read_bytes())
    data[len(data) // 2] ^= 16
    newer.write_bytes(bytes(data))
    form.which.set_value(0)
    form.submit()
    qtbot.waitUntil(lambda: bool(form.problem.text()) and form.go.isEnabled(), timeout=SLOW)
    assert "备份" in form.problem.text()
    assert not list(new.rglob("store*.db")), "nothing of it is put in place"
    form.which.set_value(1)
    form.submit()
    qtbot.waitUntil(lambda: form.go.text() == "打开工作台", timeout=SLOW)
    form.submit()
    window = life.window(qtbot)
    assert isinstance(window, WorkspaceWindow)
    window.lock()
    assert life.codes == [ExitCode.LOCKED]
