"""Beginning on a laptop: the county's code in three steps, the card that must be kept, practice beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserFacingError
from desktop.opening_vaults import OpenVault, open_vault
from desktop.services import directory, door, people, practice, sync
from desktop.services.vaults import verify_journal
from desktop.storage import practice_card
from desktop.storage.device_card import card_text, read_card
from desktop.ui.device_card_form import DeviceCardForm
from desktop.ui.enrolment_form import EnrolmentForm
from desktop.ui.first_steps import FirstSteps
from desktop.ui.login_form import Credentials
from desktop.ui.login_window import LoginWindow
from desktop.ui.messages import MESSAGES
from desktop.ui.new_vault_form import NewVaultForm
from desktop.ui.print_systems import replaced
from desktop.ui.printing import PrintDialog
from desktop.ui.restore_form import RestoreForm
from desktop.ui.tasks import Tasks
from desktop.ui.usb_enrolment_form import UsbEnrolmentForm
from tests.county_process import serving
from tests.ui.print_scheduler import NoPrinters
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import PASSWORD, closed_vault, made_vault, opened

SLOW = 20_000


F = TypeVar("F", bound=QWidget)


class Begun:
    """The first steps at the locked door, on a folder of vaults."""

    def __init__(self, qtbot: QtBot, tasks: Tasks, home: Path) -> None:
        self.unlocked: list[OpenVault] = []
        self.vaults: list[OpenVault] = []
        self.qtbot = qtbot
        self.steps = FirstSteps(tasks, home, self._unlock)
        self._home = home
        self.window = LoginWindow(tasks, [], self._unlock, self.steps.choices())
        self.steps.attach(self.window)
        self.steps.unlocked.connect(self.unlocked.append)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)

    def _unlock(self, credentials: Credentials) -> OpenVault:
        made = open_vault(self._home, credentials)
        self.vaults.append(made)
        return made

    def fill_in(self, name: str = "林晓梅", office: str = "莒口镇民政办") -> NewVaultForm:
        """The first form of the county's way, filled in but not submitted."""
        self.window.first_run.findChildren(QPushButton)[0].click()
        form = self.form(NewVaultForm)
        form.name.set_value(name)
        form.office.set_value(office)
        form.password.setText(PASSWORD)
        form.again.setText(PASSWORD)
        return form

    def form(self, kind: type[F]) -> F:
        """The form shown now, once it is of this kind."""
        self.qtbot.waitUntil(lambda: isinstance(self.steps.form, kind), timeout=SLOW)
        assert isinstance(self.steps.form, kind)
        return self.steps.form


def tick(card: DeviceCardForm) -> None:
    """Say that the card was kept."""
    (box,) = card.noted.findChildren(QCheckBox)
    box.click()


@pytest.fixture
def begun(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> Iterator[Begun]:
    """A laptop on which nobody has a vault."""
    made = Begun(qtbot, tasks, tmp_path)
    yield made
    for vault in made.vaults:
        vault.closing.close()


def test_the_card_is_shown_once_and_has_to_be_kept_before_going_on(begun: Begun, tmp_path: Path) -> None:
    """What stands on the card opens the vault; 下一步 waits until somebody says that it was written down or printed."""
    begun.fill_in().submit()
    form = begun.form(DeviceCardForm)
    assert not form.go.isEnabled()
    shown = form.accessibleDescription()
    (header,) = door.list_vaults(tmp_path)
    assert (header.worker_name, header.office, header.practice) == ("林晓梅", "莒口镇民政办", False)
    assert card_text(read_card(shown)) == shown
    assert "每次打开都要密码和这张卡" in form.keyring_words.text(), "these tests have no keyring"
    tick(form)
    form.go.click()
    begun.form(EnrolmentForm)
    assert begun.unlocked == []


def test_the_code_enrols_and_opens_the_workspace(begun: Begun, tmp_path: Path) -> None:
    """Three steps: vault, card, code; a county that is not there is said under the field and can be tried again."""
    begun.fill_in().submit()
    card = begun.form(DeviceCardForm)
    tick(card)
    card.go.click()
    form = begun.form(EnrolmentForm)
    with serving(tmp_path / "county") as county:
        form.address.setText("http://127.0.0.1:9")
        form.code.setText(county.code_for("林晓梅"))
        form.submit()
        begun.qtbot.waitUntil(lambda: bool(form.problem.text()), timeout=SLOW)
        assert form.problem.text() == MESSAGES["sync.county-away"].sentence()
        form.address.setText(county.url)
        QTest.keyClick(form.code, Qt.Key.Key_Return)
        begun.qtbot.waitUntil(lambda: bool(begun.unlocked), timeout=SLOW)
    assert begun.unlocked[0].application.worker.name == "林晓梅"


def test_the_card_can_be_printed_before_going_on(begun: Begun) -> None:
    """One button; without a printer it says so and what to do instead."""
    begun.fill_in().submit()
    form = begun.form(DeviceCardForm)
    timer = QTimer()

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, PrintDialog) and "没有可用的打印机" in dialog.state_words():
            dialog.no.click()

    timer.timeout.connect(close)
    timer.start(20)
    with replaced(NoPrinters):
        form.print.click()
        begun.qtbot.waitUntil(form.printed.isVisible, timeout=SLOW)
    timer.stop()
    assert "请照着抄下来" in form.printed.text()


def cannot_open(credentials: Credentials) -> OpenVault:
    """What opening does on a full disk."""
    raise UserFacingError("disk.full")


def test_a_new_vault_that_does_not_open_says_why_and_can_be_tried_again(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card is still there to be read, and 下一步 to be pressed."""
    begun.fill_in().submit()
    card = begun.form(DeviceCardForm)
    tick(card)
    monkeypatch.setattr(begun.steps, "_unlock", cannot_open)
    card.go.click()
    begun.qtbot.waitUntil(lambda: bool(card.problem.text()), timeout=SLOW)
    assert card.problem.text() == MESSAGES["disk.full"].sentence()
    assert card.isEnabled()
    monkeypatch.undo()
    card.go.click()
    begun.form(EnrolmentForm)


def test_a_restored_vault_that_does_not_open_says_why(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been revoked since the backup was made."""
    begun.window.first_run.findChildren(QPushButton)[2].click()
    form = begun.form(RestoreForm)
    monkeypatch.setattr(begun.steps, "_unlock", cannot_open)
    form.restored.emit(Credentials("vault", PASSWORD))
    begun.qtbot.waitUntil(lambda: bool(form.problem.text()), timeout=SLOW)
    assert form.problem.text() == MESSAGES["disk.full"].sentence()
    assert form.isEnabled()


def test_what_no_form_says_the_door_says(begun: Begun, tasks: Tasks) -> None:
    """There is no banner yet: an error that goes to it must not vanish."""

    def fail() -> None:
        raise UserFacingError("disk.full")

    tasks.run(begun.window, fail, lambda _: None)
    words = MESSAGES["disk.full"].sentence()
    begun.qtbot.waitUntil(lambda: any(one.text() == words for one in begun.window.findChildren(QLabel)), timeout=SLOW)


def test_the_code_can_wait(begun: Begun) -> None:
    """Without a network the vault opens all the same; 同步 asks for the code later."""
    begun.fill_in().submit()
    card = begun.form(DeviceCardForm)
    tick(card)
    card.go.click()
    begun.form(EnrolmentForm).later.click()
    (opened_vault,) = begun.unlocked
    assert opened_vault.application.enrolment is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda form: form.name.set_value(""), "请填您的姓名。"),
        (lambda form: form.office.set_value(""), "请填单位。"),
        (lambda form: form.password.clear(), "请设一个密码。"),
        (lambda form: form.again.setText("别的"), "两遍密码不一样，请再输一遍。"),
    ],
)
def test_what_is_missing_is_said_and_makes_nothing(
    begun: Begun, tmp_path: Path, change: Callable[[NewVaultForm], None], problem: str
) -> None:
    """No vault before the form is complete."""
    form = begun.fill_in()
    change(form)
    QTest.keyClick(form.again, Qt.Key.Key_Return)
    assert form.problem.text() == problem
    assert door.list_vaults(tmp_path) == []


def test_a_password_that_everybody_tries_is_refused_in_the_form(begun: Begun, tmp_path: Path) -> None:
    """The service refuses; the form says so and stays."""
    form = begun.fill_in()
    form.password.setText("12345678")
    form.again.setText("12345678")
    form.go.click()
    begun.qtbot.waitUntil(lambda: bool(form.problem.text()), timeout=SLOW)
    assert form.problem.text() == MESSAGES["vault.password-too-common"].sentence()
    assert door.list_vaults(tmp_path) == []


@pytest.mark.parametrize("size", [(980, 620), (640, 440)])
def test_every_form_can_be_read_and_named(begun: Begun, size: tuple[int, int]) -> None:
    """Nothing cut off, everything named: name and password, card, code."""
    begun.window.resize(*size)
    form = begun.fill_in()
    form.again.clear()
    form.submit()
    _assert_legible(begun.window)
    form.again.setText(PASSWORD)
    form.submit()
    card = begun.form(DeviceCardForm)
    _assert_legible(begun.window)
    tick(card)
    card.go.click()
    begun.form(EnrolmentForm).submit()
    _assert_legible(begun.window)
    begun.form(EnrolmentForm).usb.click()
    by_stick = begun.form(UsbEnrolmentForm)
    by_stick.submit()
    _assert_legible(begun.window)
    by_stick.online.click()
    begun.form(EnrolmentForm)


def _assert_legible(window: LoginWindow) -> None:
    for _ in range(3):
        QApplication.processEvents()
    assert_legible(window)
    assert unnamed(window) == []


# --- practice -------------------------------------------------------------------------------------


def test_only_a_practice_vault_may_have_its_card_beside_it(tmp_path: Path) -> None:
    """For any other vault the card is refused in writing and not believed in reading."""
    closed = closed_vault(tmp_path)
    with pytest.raises(ValueError, match="practice"):
        practice_card.keep(closed.folder, closed.card)
    assert not (closed.folder / practice_card.CARD_FILE).exists()
    (closed.folder / practice_card.CARD_FILE).write_text(closed.card)
    assert practice_card.kept(closed.folder) is None
    (header,) = door.list_vaults(tmp_path)
    assert door.card_needed(tmp_path, header)


def test_only_a_practice_vault_is_filled_with_made_up_people(tmp_path: Path) -> None:
    """Nothing made up ever gets into a vault that the county knows."""
    with made_vault(tmp_path) as application, pytest.raises(ValueError, match="practice"):
        practice.prepare(application, "陈练习")


def test_practice_is_prepared_once_and_after_a_cut_the_rest_of_it(tmp_path: Path) -> None:
    """A second start adds nobody; what a kill left out is made up for."""
    closed = closed_vault(tmp_path, practice=True)
    with opened(closed) as application:
        practice.prepare(application, "陈练习")
        first = people.household_ids(application)
        practice.prepare(application, "陈练习")
        assert people.household_ids(application) == first
        assert len(first) == 5
        assert any(village.name == "上㘵村委会" for village in directory.villages(application))
        assert verify_journal(application).fault is None
        with pytest.raises(UserFacingError) as refused:
            sync.sync(application)
        assert refused.value.code == "sync.practice"
