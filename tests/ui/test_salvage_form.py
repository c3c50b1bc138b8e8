"""抢救资料 at the locked door: offered where a store is damaged, a list first, in use only after a yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.services import backups
from desktop.services.vault_check import check
from desktop.storage import cipher, slots
from desktop.ui.login_window import LoginWindow
from desktop.ui.salvage_form import SalvageForm
from desktop.workspace import Workspace
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import ClosedVault, closed_vault, data_key, enrolment, opened
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
    spoiled(made, "entry", "setting")
    return made


def spoiled(closed: ClosedVault, *tables: str) -> None:
    """Flip a bit on the first page of each."""
    key = data_key(closed.home, closed.vault, closed.password, closed.card)
    connection = cipher.connect(closed.store, key)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    names = ", ".join(f"'{one}'" for one in tables)
    query = f"SELECT rootpage FROM sqlite_master WHERE name IN ({names})"  # noqa: S608 - our own names
    roots = connection.execute(query).fetchall()
    connection.close()
    data = bytearray(closed.store.read_bytes())
    for (root,) in roots:
        data[(root - 1) * PAGE + 500] ^= 1
    closed.store.write_bytes(bytes(data))


def shown(form: SalvageForm) -> str:
    """Every line of the list."""
    return "\n".join(one.text() for one in form.lines.findChildren(QLabel) if one.isVisibleTo(form.lines))


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


def test_a_stick_fills_in_what_the_laptop_s_own_backups_lack(qtbot: QtBot, tmp_path: Path) -> None:
    """用 U 盘补: the list is made again and says what came from the stick; another stick changes nothing."""
    closed, stick, other = closed_vault(tmp_path / "home"), tmp_path / "stick", tmp_path / "other"
    stick.mkdir()
    other.mkdir()
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        work(application, 2)
        backups.back_up(application)
        work(application, 3, first=3)
        backups.back_up(application, stick)
    spoiled(closed, "entry")
    workspace = Workspace(closed.home, _NoBugs(), lambda _: None, after_crash=False)  # type: ignore[arg-type]
    workspace.show_login()
    window = workspace.login
    assert window is not None
    window.resize(1366, 768)
    typed(window, closed)
    window.form.salvage_asked.emit(window.form._typed())
    door = workspace._salvage
    qtbot.waitUntil(lambda: door.form is not None and door.form.go.isEnabled(), timeout=SLOW)
    form = door.form
    assert form is not None
    assert "读自本机的备份（" in shown(form)
    assert "U 盘上" not in shown(form)
    form.use_stick(other)
    qtbot.waitUntil(form.problem.isVisible, timeout=SLOW)
    assert form.go.isEnabled(), "the list that was there stands"
    form.use_stick(stick)
    assert not form.go.isEnabled()
    qtbot.waitUntil(form.go.isEnabled, timeout=SLOW)
    assert "读自 U 盘上的备份（" in shown(form)
    assert "家庭 5 份" in shown(form)
    qtbot.wait(300)
    window.grab().save(str(tmp_path / "salvage.png"))
    assert_legible(window)
    assert unnamed(window) == []
    form.go.click()
    qtbot.waitUntil(window.form.isVisible, timeout=SLOW)
    qtbot.wait(300)
    window.grab().save(str(tmp_path / "after.png"))
    workspace.tasks.close()
    window.close()
    assert slots.read(closed.folder).header.store == "store-2.db"


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
