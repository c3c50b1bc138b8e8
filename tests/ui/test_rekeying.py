"""换数据钥匙, from the button in the settings to the door: on real vaults, in the real process's own class."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop import workspace
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.services import backups, drafts
from desktop.services.backups import BackupProgress
from desktop.services.rekey import data_key
from desktop.services.vaults import verify_journal
from desktop.storage import backup, generations, slots
from desktop.ui.messages import MESSAGES
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.pages.settings_page import SettingsPage
from desktop.ui.rekeying_form import RekeyingForm
from desktop.ui.tasks import Lane
from desktop.ui.workspace_window import WorkspaceWindow
from tests.ui.readability import assert_legible, unnamed
from tests.ui.test_workspace import SLOW, Life, begin, enrolled, practising, type_password
from tests.vaults import PASSWORD, closed_vault, opened

__all__ = ["begin"]


def settings_of(qtbot: QtBot, window: WorkspaceWindow) -> SettingsPage:
    """The settings, read."""
    window.open_section("settings")
    page = window.page()
    assert isinstance(page, SettingsPage)
    qtbot.waitUntil(lambda: "rekey" in vars(page) and page.rekey.isVisibleTo(page), timeout=SLOW)
    return page


def ask(page: SettingsPage, password: str) -> None:
    """Press the button, type the password, press the other one."""
    page.rekey.begin.click()
    page.rekey.password.setText(password)
    page.rekey.go.click()


def form_of(qtbot: QtBot, life: Life) -> RekeyingForm:
    """What stands where the window was, once it has come to an end."""

    def is_there() -> bool:
        return life.workspace.login is not None and bool(life.workspace.login.findChildren(RekeyingForm))

    qtbot.waitUntil(is_there, timeout=SLOW)
    assert life.workspace.login is not None
    (form,) = life.workspace.login.findChildren(RekeyingForm)
    qtbot.waitUntil(form.back.isVisible, timeout=SLOW)
    return form


def picture(form: RekeyingForm, name: str) -> None:
    """For a person to look at."""
    if folder := os.environ.get("ZOUCUN_PICTURES_OF_PAGES"):
        form.window().grab().save(f"{folder}/{name}.png")


def test_a_new_key_in_the_practice_workspace_from_the_button_to_the_door(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """The draft under the cursor is kept, a backup precedes, the words say it, and the same password opens it."""
    closed = practising(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD)
    window = life.window(qtbot)
    window.open(Target("new-household"))
    writing = window.page()
    assert isinstance(writing, NewHouseholdPage)
    QTest.keyClicks(writing.head.name, "Lin")
    page = settings_of(qtbot, window)
    if folder := os.environ.get("ZOUCUN_PICTURES_OF_PAGES"):
        page.rekey.begin.click()
        window.resize(1366, 768)
        qtbot.wait(300)
        page.rekey.grab().save(f"{folder}/rekey-card.png")
        page.rekey.stop.click()
    page.rekey.begin.click()
    assert_legible(page.rekey)
    assert unnamed(page.rekey) == []
    page.rekey.stop.click()
    ask(page, PASSWORD)
    form = form_of(qtbot, life)
    picture(form, "rekeying-done")
    assert form.result.chip.text == "数据钥匙换好了"
    assert not window.isVisible()
    assert life.codes == []
    assert_legible(form)
    form.back.click()
    assert life.codes == [ExitCode.LOCKED]
    assert slots.read(closed.folder).header.store == "store-2.db"
    assert len(generations.listed(closed.folder / "backups")) == 1
    with opened(closed) as application:
        assert verify_journal(application).fault is None
        assert data_key(application).since != ""
        (draft,) = drafts.open_drafts(application)
        assert "Lin" in str(draft.body)


def test_a_wrong_password_is_said_on_the_card_and_nobody_has_to_leave(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """Before anything is begun."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    page = settings_of(qtbot, life.window(qtbot))
    ask(page, "")
    assert "请输入现在的密码" in page.rekey.problem.text()
    page.rekey.stop.click()
    ask(page, "不是这个密码")
    qtbot.waitUntil(lambda: page.rekey.go.isEnabled() and bool(page.rekey.problem.text()), timeout=SLOW)
    assert page.rekey.problem.text() == MESSAGES["vault.wrong-password"].sentence()
    assert life.workspace.window is not None
    assert life.workspace.window.isVisible()
    assert slots.read(closed.folder).header.store == "store.db"
    life.workspace.end(ExitCode.OK)


def test_without_a_backup_there_is_no_new_key_and_the_words_say_so(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vault is as it was, and opens."""

    def full(*_: object) -> NoReturn:
        raise UserFacingError("disk.full")

    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    page = settings_of(qtbot, life.window(qtbot))
    monkeypatch.setattr(backup, "make", full)
    ask(page, PASSWORD)
    form = form_of(qtbot, life)
    picture(form, "rekeying-refused")
    assert form.result.chip.text == "没有换成"
    assert MESSAGES["disk.full"].sentence() in form.words.text()
    form.back.click()
    assert life.codes == [ExitCode.LOCKED]
    assert slots.read(closed.folder).header.store == "store.db"
    with opened(closed) as application:
        assert verify_journal(application).fault is None


def test_the_lid_closing_in_the_middle_ends_the_process_and_the_vault_opens(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """The system's word still counts while the window is hidden; what was begun is given up or done, never half."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    ask(settings_of(qtbot, window), PASSWORD)
    qtbot.waitUntil(lambda: life.workspace.login is not None, timeout=SLOW)
    window.system.lock_due.emit("lid")
    assert life.codes == [ExitCode.LOCKED]
    in_use = slots.read(closed.folder).header.store
    with opened(closed) as application:
        assert verify_journal(application).fault is None
        assert application.store.path.name == in_use
    assert [path.name for path in closed.folder.glob("*.db")] == [in_use]


def test_it_can_be_stopped_on_the_way(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said so, and nothing is changed."""

    def endless(*_: object) -> Iterator[BackupProgress]:
        while True:
            yield BackupProgress("store", 0, 0)

    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    page = settings_of(qtbot, life.window(qtbot))
    monkeypatch.setattr(backups, "backing_up", endless)
    ask(page, PASSWORD)
    qtbot.waitUntil(lambda: life.workspace.login is not None, timeout=SLOW)
    assert life.workspace.login is not None
    (form,) = life.workspace.login.findChildren(RekeyingForm)
    qtbot.waitUntil(form.progress.isVisible, timeout=SLOW)
    (stop,) = form.progress.findChildren(QPushButton)
    stop.click()
    qtbot.waitUntil(form.back.isVisible, timeout=SLOW)
    assert "已停下" in form.words.text()
    form.back.click()
    assert life.codes == [ExitCode.LOCKED]
    assert slots.read(closed.folder).header.store == "store.db"


def test_nothing_is_begun_while_something_else_will_not_end(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It might still write into the store that goes out of use."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    page = settings_of(qtbot, life.window(qtbot))
    held = threading.Event()
    monkeypatch.setattr(workspace, "_SAVING_SECONDS", 0.2)
    life.workspace.tasks.run(page, held.wait, lambda _: None, lane=Lane.READ)
    page.rekey_asked.emit(PASSWORD)
    form = form_of(qtbot, life)
    assert "这次没有换" in form.words.text()
    held.set()
    form.back.click()
    assert slots.read(closed.folder).header.store == "store.db"


def test_it_is_not_offered_before_the_county_knows_the_vault(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """There is nothing in it yet that the key protects."""
    closed = closed_vault(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    window.open_section("settings")
    page = window.page()
    assert isinstance(page, SettingsPage)
    qtbot.waitUntil(lambda: "rekey" in vars(page) and page.password.ways.text() != "", timeout=SLOW)
    qtbot.wait(200)
    assert page.rekey.isHidden()
    life.workspace.end(ExitCode.OK)
