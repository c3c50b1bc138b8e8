"""The locked door."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserFacingError
from desktop.ui.icons import Icon
from desktop.ui.login_window import Credentials, FirstStep, LoginWindow, WorkerChoice
from desktop.ui.messages import MESSAGES
from desktop.ui.tasks import Tasks
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import change_slots, closed_vault

ROOT = Path(__file__).resolve().parents[2]
WORKERS = [
    WorkerChoice("v1", "陈晓燕", "莒口镇民政服务站"),
    WorkerChoice("v2", "何金水", "莒口镇人民政府", needs_device_card=True),
]


class Door:
    """A door with one key, that makes people wait after a wrong one."""

    def __init__(self) -> None:
        self.tried: list[Credentials] = []
        self.wait = 0

    def unlock(self, credentials: Credentials) -> str:
        self.tried.append(credentials)
        if credentials.password != "三月里的小雨":
            self.wait = 30
            raise UserFacingError("vault.wrong-password")
        return credentials.worker


def steps(chosen: list[str]) -> list[FirstStep]:
    """The three ways to begin."""
    return [
        FirstStep(Icon.KEY, "用县里发的开通码开通", "有网络时用。", lambda: chosen.append("code")),
        FirstStep(Icon.FROM_FILE, "从文件开通", "没有网络时用。", lambda: chosen.append("file")),
        FirstStep(Icon.PRACTICE, "练习模式", "用编造的人和村练习，不会上报。", lambda: chosen.append("practice")),
    ]


def make(qtbot: QtBot, tasks: Tasks, door: Door, workers: list[WorkerChoice], chosen: list[str]) -> LoginWindow:
    """A login window on the screen."""
    window = LoginWindow(tasks, workers, door.unlock, steps(chosen), lambda _: door.wait)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def test_the_password_opens_the_door_by_keyboard(qtbot: QtBot, tasks: Tasks) -> None:
    """The focus is in the password; Enter opens; the typed password does not stay in the field."""
    door = Door()
    window = make(qtbot, tasks, door, WORKERS, [])
    assert window.focusWidget() is window.form.password
    window.form.password.setText("三月里的小雨")
    with qtbot.waitSignal(window.unlocked) as opened:
        QTest.keyClick(window.form.password, Qt.Key.Key_Return)
    assert opened.args == ["v1"]
    assert window.form.password.text() == ""


def test_a_wrong_password_is_said_beside_the_field_and_costs_time(qtbot: QtBot, tasks: Tasks) -> None:
    """No dialog: a sentence that says that nothing was harmed; the button waits as long as the door says."""
    door = Door()
    window = make(qtbot, tasks, door, WORKERS, [])
    window.form.password.setText("falsch")
    window.form.submit()
    qtbot.waitUntil(lambda: bool(window.form.problem.text()))
    assert window.form.problem.text() == MESSAGES["vault.wrong-password"].sentence()
    assert not window.form.go.isEnabled()
    assert window.form.go.text() == "30 秒后再试"
    window.form.submit()
    assert len(door.tried) == 1
    assert QApplication.activeModalWidget() is None


def test_the_device_card_is_asked_for_only_where_the_keyring_has_no_secret(qtbot: QtBot, tasks: Tasks) -> None:
    """A colleague whose secret is not in the keyring types the card; nobody else sees the field."""
    door = Door()
    window = make(qtbot, tasks, door, WORKERS, [])
    assert window.form.card.isHidden()
    window.form.worker.setCurrentIndex(1)
    assert not window.form.card.isHidden()
    window.form.password.setText("三月里的小雨")
    window.form.submit()
    assert door.tried == []
    assert window.form.problem.text()
    window.form.card.setText("ABCD-EFGH")
    with qtbot.waitSignal(window.unlocked):
        window.form.submit()
    assert door.tried == [Credentials("v2", "三月里的小雨", "ABCD-EFGH")]


def test_a_keyring_that_lost_its_secret_brings_up_the_device_card(qtbot: QtBot, tasks: Tasks) -> None:
    """A reset of the system's password empties the keyring: the form then asks for the card, and the card opens."""
    tried: list[Credentials] = []

    def unlock(credentials: Credentials) -> str:
        tried.append(credentials)
        if credentials.device_card is None:
            raise UserFacingError("vault.keyring-missing")
        return credentials.worker

    window = LoginWindow(tasks, WORKERS, unlock, steps([]))
    qtbot.addWidget(window)
    window.show()
    assert window.form.card.isHidden()
    window.form.password.setText("三月里的小雨")
    window.form.submit()
    qtbot.waitUntil(lambda: not window.form.card.isHidden())
    assert window.form.problem.text() == MESSAGES["vault.keyring-missing"].sentence()
    window.form.card.setText("ABCDE-FGHIJ")
    with qtbot.waitSignal(window.unlocked):
        window.form.submit()
    assert tried[-1] == Credentials("v1", "三月里的小雨", "ABCDE-FGHIJ")


def test_caps_lock_is_mentioned(qtbot: QtBot, tasks: Tasks) -> None:
    """A capital typed without Shift means that Caps Lock is on."""
    window = make(qtbot, tasks, Door(), WORKERS, [])
    QTest.keyClicks(window.form.password, "A")
    assert "Caps Lock" in window.form.hint.text()
    assert not window.form.hint.isHidden()
    QTest.keyClicks(window.form.password, "a")
    assert window.form.hint.isHidden()
    window.form.worker.setCurrentIndex(1)
    QTest.keyClicks(window.form.password, "Aa")
    assert "设备卡" in window.form.hint.text(), "it comes back where it stood"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_new_laptop_offers_three_ways_to_begin(qtbot: QtBot, tasks: Tasks, number: int) -> None:
    """Without vaults the first steps are shown, and each can be pressed."""
    chosen: list[str] = []
    window = make(qtbot, tasks, Door(), [], chosen)
    assert window.form.isHidden()
    ways = window.first_run.findChildren(QPushButton)
    assert len(ways) == 3
    ways[number].click()
    assert chosen == [["code", "file", "practice"][number]]


def test_a_colleague_can_begin_on_a_shared_laptop_and_go_back(qtbot: QtBot, tasks: Tasks) -> None:
    """The first steps are reached from the login form, and left again."""
    window = make(qtbot, tasks, Door(), WORKERS, [])
    window.form.other_asked.emit()
    assert not window.first_run.isHidden()
    window.first_run.back_asked.emit()
    assert not window.form.isHidden()


@pytest.mark.parametrize("size", [(980, 620), (640, 440)])
def test_the_door_can_be_read_and_named(qtbot: QtBot, tasks: Tasks, size: tuple[int, int]) -> None:
    """Nothing is cut off, everything has a name, on the login form and on the first steps."""
    window = make(qtbot, tasks, Door(), WORKERS, [])
    window.resize(*size)
    window.form.worker.setCurrentIndex(1)
    window.form.submit()
    QApplication.processEvents()
    assert_legible(window)
    assert unnamed(window) == []
    window.show_first_steps()
    QApplication.processEvents()
    assert_legible(window)
    assert unnamed(window) == []


def test_a_password_is_not_in_a_traceback() -> None:
    """What is printed of credentials names the worker and nothing secret."""
    assert "geheim" not in repr(Credentials("v1", "geheim", "card"))
    assert "card" not in repr(Credentials("v1", "geheim", "card"))


SHOWING = """
import sys
from pathlib import Path
from desktop.ui.application import make_application
from desktop.workspace import Workspace
application, bugs = make_application()
life = Workspace(Path(sys.argv[1]), bugs, application.exit, after_crash=False)
life.show_login()
assert life.login.form.isVisible()
print(*sys.modules)
life.tasks.close(1)
"""
AFTERWARDS = {
    *("sqlalchemy", "sqlcipher3", "cryptography", "httpx", "keyring"),
    *("desktop.domain.households", "desktop.domain.content", "desktop.ui.widgets.form", "desktop.ui.recovery_forms"),
}
"""What took half of the time until the door was shown, or would: the store, ciphers, the network, the system's keyring,
the rule book, and forms that most days nobody sees."""


def test_the_door_shows_without_loading_the_store(tmp_path: Path) -> None:
    """What the door does not need is loaded while somebody types a password (design §8)."""
    closed = closed_vault(tmp_path)
    change_slots(closed, lambda document: document.update(keyring="keyring.backends.SecretService"))
    done = subprocess.run(
        [sys.executable, "-c", SHOWING, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    loaded = set(done.stdout.split())
    assert "desktop.ui.login_form" in loaded
    assert loaded & AFTERWARDS == set()


def test_a_broken_key_file_offers_the_generation_before_it(qtbot: QtBot, tasks: Tasks) -> None:
    """Only then, and only when pressed; another worker does not see the offer."""
    tried: list[Credentials] = []

    def unlock(credentials: Credentials) -> str:
        tried.append(credentials)
        if not credentials.previous_slots:
            raise UserFacingError("vault.slots-damaged")
        return credentials.worker

    window = LoginWindow(tasks, WORKERS, unlock, steps([]))
    qtbot.addWidget(window)
    window.show()
    assert window.form.previous.isHidden()
    window.form.password.setText("三月里的小雨")
    window.form.submit()
    qtbot.waitUntil(window.form.previous.isVisible)
    assert "上一份钥匙文件" in window.form.problem.text()
    assert_legible(window)
    with qtbot.waitSignal(window.unlocked):
        window.form.previous.click()
    assert tried[-1] == Credentials("v1", "三月里的小雨", None, previous_slots=True)
    window.form.worker.setCurrentIndex(1)
    assert window.form.previous.isHidden()
