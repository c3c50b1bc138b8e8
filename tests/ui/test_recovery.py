"""A forgotten password at the real door: asked, answered by two offices, finished; and what each form says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.escrow import OFFICE_NAMES
from desktop.opening_vaults import OpenVault, open_vault, recover_vault
from desktop.services import recovery
from desktop.services.vaults import verify_journal
from desktop.ui import recovery_forms
from desktop.ui.device_card_form import DeviceCardForm
from desktop.ui.login_form import Credentials, WorkerChoice
from desktop.ui.login_window import LoginWindow
from desktop.ui.messages import MESSAGES
from desktop.ui.pages.settings.escrow_card import EscrowCard
from desktop.ui.recovery_forms import NoEscrowForm, RecoveryFinishForm, RecoveryRequestForm, RecoveryWaitForm
from desktop.ui.recovery_steps import RecoveryAnswers, RecoverySteps
from desktop.ui.tasks import Tasks
from tests.escrow import CIVIL_AFFAIRS, INFORMATION, NEW_PASSWORD, REASON, EscrowCounty, escrow_county, escrowed_vault
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import ClosedVault, closed_vault, made_vault

SLOW = 60_000

F = TypeVar("F", bound=QWidget)


class Door:
    """The locked door of a laptop with one vault."""

    def __init__(self, qtbot: QtBot, tasks: Tasks, closed: ClosedVault) -> None:
        self.qtbot, self.closed = qtbot, closed
        self.opened: list[OpenVault] = []
        self.unlocked: list[object] = []
        worker = WorkerChoice(closed.vault, "林晓梅", "莒口镇民政办", needs_device_card=True)
        self.window = LoginWindow(tasks, [worker], self._unlock, [])
        self.steps = RecoverySteps(tasks, closed.home, self._recover)
        self.steps.attach(self.window)
        self.steps.unlocked.connect(self.unlocked.append)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)

    def _unlock(self, credentials: Credentials) -> OpenVault:
        made = open_vault(self.closed.home, credentials)
        self.opened.append(made)
        return made

    def _recover(self, answers: RecoveryAnswers) -> OpenVault:
        return recover_vault(self.closed.home, answers, self._unlock)

    def forgot(self, kind: type[F]) -> F:
        """Press 忘了密码."""
        self.window.form.forgot.click()
        return self.form(kind)

    def form(self, kind: type[F]) -> F:
        """The form shown now, once it is of this kind."""
        self.qtbot.waitUntil(lambda: isinstance(self.steps.form, kind), timeout=SLOW)
        assert isinstance(self.steps.form, kind)
        return self.steps.form

    def ask(self, reason: str = REASON, password: str = NEW_PASSWORD) -> RecoveryWaitForm:
        """Fill in the request and submit it."""
        form = self.forgot(RecoveryRequestForm)
        form.reason.set_value(reason)
        form.password.setText(password)
        form.again.setText(password)
        form.submit()
        return self.form(RecoveryWaitForm)


def words(widget: QWidget) -> str:
    """Everything a form says."""
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


@pytest.fixture
def escrows() -> EscrowCounty:
    """The county's holders."""
    return escrow_county()


@pytest.fixture
def door(qtbot: QtBot, tasks: Tasks, tmp_path: Path, escrows: EscrowCounty) -> Iterator[Door]:
    """The door of an escrowed vault."""
    tasks.bug.connect(_fail)
    made = Door(qtbot, tasks, escrowed_vault(tmp_path / "home", escrows))
    yield made
    for vault in made.opened:
        vault.closing.close()


def _fail(error: BaseException) -> None:
    raise error


def choose_files(monkeypatch: pytest.MonkeyPatch, files: list[Path]) -> None:
    """What the system's dialog answers next."""
    monkeypatch.setattr(recovery_forms, "choose_files", lambda *_, **__: tuple(str(file) for file in files))


def test_a_forgotten_password_is_recovered_at_the_door(
    door: Door, escrows: EscrowCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reason and new password, the request on a stick, the number, the two answers, the card: and the vault opens.

    In between the door is closed and opened again, as over days; a wrong file and one office alone are said.
    """
    waiting = door.ask()
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(recovery_forms, "choose_folder", lambda *_: stick)
    waiting.save.click()
    door.qtbot.waitUntil(lambda: not waiting.saved.isHidden(), timeout=SLOW)
    pending = recovery.recovery_state(door.closed.home, door.closed.vault).pending
    assert pending is not None
    assert (stick / recovery.REQUEST_FILE).read_bytes() == pending.file
    assert waiting.number.text() == pending.number
    waiting.back.click()
    door.steps.form = None
    waiting = door.forgot(RecoveryWaitForm)
    assert waiting.number.text() == pending.number
    waiting.go.click()
    form = door.form(RecoveryFinishForm)
    form.submit()
    assert "还缺" in form.problem.text()
    choose_files(monkeypatch, [door.closed.store])
    form.choose.click()
    door.qtbot.waitUntil(lambda: bool(form.problem.text()), timeout=SLOW)
    assert form.problem.text() == MESSAGES["recovery.response-unreadable"].sentence()
    files = [escrows.answer(pending.file, escrows.of(office)[1], stick) for office in (CIVIL_AFFAIRS, INFORMATION)]
    choose_files(monkeypatch, files[:1])
    form.choose.click()
    door.qtbot.waitUntil(lambda: "江救助" in words(form), timeout=SLOW)
    form.submit()
    assert form.problem.text() == f"还缺{OFFICE_NAMES[INFORMATION]}的答复。"
    choose_files(monkeypatch, files[1:])
    form.choose.click()
    door.qtbot.waitUntil(lambda: "范网络" in words(form), timeout=SLOW)
    form.password.setText("不是申请时的那句")
    form.card.setText(door.closed.card)
    form.submit()
    door.qtbot.waitUntil(form.go.isEnabled, timeout=SLOW)
    assert form.problem.text() == MESSAGES["recovery.wrong-password"].sentence()
    form.password.setText(NEW_PASSWORD)
    form.submit()
    door.qtbot.waitUntil(lambda: bool(door.unlocked), timeout=SLOW)
    (opened,) = door.opened
    assert verify_journal(opened.application).fault is None
    assert recovery.recovery_state(door.closed.home, door.closed.vault).pending is None


def test_a_lost_card_is_made_anew_and_has_to_be_kept_before_it_is_in_force(
    door: Door, escrows: EscrowCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one opens until somebody says that the new one was written down."""
    door.ask().go.click()
    form = door.form(RecoveryFinishForm)
    pending = recovery.recovery_state(door.closed.home, door.closed.vault).pending
    assert pending is not None
    choose_files(monkeypatch, [escrows.answer(pending.file, escrows.of(one)[0], tmp_path) for one in OFFICE_NAMES])
    form.choose.click()
    door.qtbot.waitUntil(lambda: "叶民政" in words(form) and "高信息" in words(form), timeout=SLOW)
    form.password.setText(NEW_PASSWORD)
    form.submit()
    assert "设备卡" in form.problem.text()
    (box,) = form.lost.findChildren(QCheckBox)
    box.click()
    form.submit()
    card = door.form(DeviceCardForm)
    assert recovery.recovery_state(door.closed.home, door.closed.vault).pending == pending, "nothing is changed yet"
    (kept,) = card.noted.findChildren(QCheckBox)
    kept.click()
    card.go.click()
    door.qtbot.waitUntil(lambda: bool(door.unlocked), timeout=SLOW)
    assert card.accessibleDescription() != door.closed.card


def test_a_request_can_be_withdrawn_or_made_anew(door: Door) -> None:
    """Withdrawn, the door is as before; anew, the number is another."""
    waiting = door.ask()
    first = waiting.number.text()
    waiting.anew.click()
    form = door.form(RecoveryRequestForm)
    form.submit()
    assert form.problem.text() == "请写明为什么要恢复。"
    form.reason.set_value(REASON)
    form.password.setText("12345678")
    form.again.setText("12345678")
    form.submit()
    door.qtbot.waitUntil(lambda: bool(form.problem.text()), timeout=SLOW)
    assert form.problem.text() == MESSAGES["vault.password-too-common"].sentence()
    form.password.setText(NEW_PASSWORD)
    form.again.setText(NEW_PASSWORD)
    form.submit()
    again = door.form(RecoveryWaitForm)
    assert again.number.text() != first
    again.withdraw.click()
    door.qtbot.waitUntil(door.window.form.isVisible, timeout=SLOW)
    assert recovery.recovery_state(door.closed.home, door.closed.vault).pending is None
    assert form.password.text() == "", "the form let go of the password"


def test_a_vault_without_escrow_says_plainly_what_is_left(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """No button that leads nowhere."""
    door = Door(qtbot, tasks, closed_vault(tmp_path))
    form = door.forgot(NoEscrowForm)
    assert "县里还没有托管" in words(form)
    form.back.click()
    assert door.window.form.isVisible()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_every_form_can_be_read_on_a_small_screen(door: Door, size: tuple[int, int]) -> None:
    """Nothing is cut off and every field has a name at 1366×768 and at 150 %."""
    door.window.resize(*size)
    form: QWidget = door.forgot(RecoveryRequestForm)
    for _ in range(3):
        door.qtbot.waitUntil(form.isVisible, timeout=SLOW)
        assert_legible(door.window)
        assert unnamed(door.window) == []
        if isinstance(form, RecoveryRequestForm):
            form.reason.set_value(REASON)
            form.password.setText(NEW_PASSWORD)
            form.again.setText(NEW_PASSWORD)
            form.submit()
            form = door.form(RecoveryWaitForm)
        elif isinstance(form, RecoveryWaitForm):
            form.go.click()
            form = door.form(RecoveryFinishForm)


def test_settings_say_who_holds_the_key_or_why_nobody_does(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, escrows: EscrowCounty
) -> None:
    """Before the county has holders, with too few of them, and in escrow."""
    from desktop.services.escrow import keep_escrowed

    with made_vault(tmp_path) as application:
        card = EscrowCard(tasks, application)
        qtbot.addWidget(card)
        card.show()
        card.refresh()
        qtbot.waitUntil(lambda: "县里还没有托管这个加密库" in words(card), timeout=SLOW)
        EscrowCounty(escrows.keys[:1]).issue(application)
        card.refresh()
        qtbot.waitUntil(lambda: "还没有配齐" in words(card), timeout=SLOW)
        escrows.version = 2
        escrows.issue(application)
        keep_escrowed(application)
        card.refresh()
        qtbot.waitUntil(lambda: "叶民政" in words(card), timeout=SLOW)
        assert "县里已托管" in card.state.accessibleName() or "县里已托管" in words(card)
        tasks.close()
