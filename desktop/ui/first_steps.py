"""Beginning on this laptop: with the county's code, with practice, or from a backup; from form to form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.card_printing import CardPrinting
from desktop.ui.first_run import FirstStep
from desktop.ui.icons import Icon
from desktop.ui.login_form import Credentials
from desktop.ui.tasks import Lane, Tasks

if TYPE_CHECKING:  # loading the services and the forms takes longer than showing the door
    from desktop.services.application import Application
    from desktop.services.vaults import NewVault
    from desktop.ui.device_card_form import DeviceCardForm
    from desktop.ui.enrolment_form import EnrolmentForm
    from desktop.ui.login_window import LoginWindow
    from desktop.ui.new_vault_form import NewVaultAnswers, NewVaultForm
    from desktop.ui.restore_form import RestoreForm


class Opened(Protocol):
    """What unlocking answers: the open application, and whatever closes it."""

    @property
    def application(self) -> Application:
        """The unlocked vault."""


class FirstSteps(QObject):
    """The forms of every way. ``unlock`` opens a vault, off the screen's thread."""

    unlocked = Signal(object)
    """What ``unlock`` returned; the vault may not be enrolled yet."""

    def __init__(
        self, tasks: Tasks, home: Path, unlock: Callable[[Credentials], Opened], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._home = home
        self._unlock = unlock
        self._window: LoginWindow | None = None
        self.cards = CardPrinting(tasks, self._tell, self)
        self.form: QWidget | None = None
        """The form shown now."""

    def choices(self) -> list[FirstStep]:
        """The ways to begin, for the login window."""
        return [
            FirstStep(
                Icon.KEY,
                self.tr("用县里发的开通码开通"),
                self.tr("正式工作用。建一个只有您能打开的加密库；开通那一步要联网或者用 U 盘，可以以后再做。"),
                self.begin,
            ),
            FirstStep(
                Icon.PRACTICE,
                self.tr("先练习"),
                self.tr("用编造的人和真实的村名练手，不用联网，不会上报，随时可以开始。"),
                self.begin_practice,
            ),
            FirstStep(
                Icon.SAVED_HERE,
                self.tr("从备份恢复"),
                self.tr("换了电脑，或加密库打不开：用 U 盘或本机的备份，加上密码和设备卡。"),
                self.begin_restore,
            ),
        ]

    def attach(self, window: LoginWindow) -> None:
        """Show the forms in this window."""
        self._window = window

    # --- practice

    def begin_practice(self) -> None:
        """Ask for a name and a password for a practice vault."""
        from desktop.ui.new_vault_form import NewVaultForm

        form = NewVaultForm(is_practice=True)
        form.answered.connect(lambda answers: self._make_practice(form, answers))
        self._show(form, self.tr("先练习"), self.tr("练习库里只有编造的人，页面底部一直标着“练习数据”。"))

    def _make_practice(self, form: NewVaultForm, answers: NewVaultAnswers) -> None:
        home, unlock = self._home, self._unlock

        def make() -> Opened:
            from desktop.services.practice import create_practice_vault

            made = create_practice_vault(home, answers.password, worker_name=answers.name)
            return unlock(Credentials(made.vault, answers.password))

        form.set_busy(True)
        self._tasks.run(form, make, self.unlocked.emit, form.show_error, lane=Lane.OUTSIDE)

    # --- from a backup

    def begin_restore(self) -> None:
        """Ask where the backup lies and what opens it."""
        from desktop.ui.restore_form import RestoreForm

        form = RestoreForm(self._tasks, self._home)
        form.back_asked.connect(self._back)
        form.restored.connect(lambda credentials: self._open_restored(form, credentials))
        self._show(
            form,
            self.tr("从备份恢复"),
            self.tr("先抄到一边，逐页核对，再放到位；按下“恢复”以前，这台电脑上什么也不改。"),
        )

    def _open_restored(self, form: RestoreForm, credentials: Credentials) -> None:
        form.setEnabled(False)
        self._tasks.run(
            form, lambda: self._unlock(credentials), self._on_restored_open, form.show_error, lane=Lane.OUTSIDE
        )

    def _on_restored_open(self, opened: Opened) -> None:
        from desktop.ui.restore_form import RestoreForm

        if isinstance(self.form, RestoreForm):
            self.form.forget()
        self.unlocked.emit(opened)

    # --- with the county's code

    def begin(self) -> None:
        """Ask whose vault it will be."""
        from desktop.ui.new_vault_form import NewVaultForm

        form = NewVaultForm(is_practice=False)
        form.answered.connect(lambda answers: self._make_vault(form, answers))
        self._show(
            form,
            self.tr("建立您的加密库"),
            self.tr("第一步，共三步：您是谁，用什么密码。接着会给您一张设备卡，最后用开通码在县里开通。"),
        )

    def _make_vault(self, form: NewVaultForm, answers: NewVaultAnswers) -> None:
        home = self._home

        def make() -> NewVault:
            from desktop.services.vaults import create_vault

            return create_vault(home, answers.password, worker_name=answers.name, office=answers.office)

        form.set_busy(True)
        self._tasks.run(form, make, lambda made: self._show_card(made, answers), form.show_error, lane=Lane.OUTSIDE)

    def _show_card(self, made: NewVault, answers: NewVaultAnswers) -> None:
        from desktop.ui.device_card_form import DeviceCardForm

        form = DeviceCardForm(made.card, in_keyring=made.in_keyring)
        form.print_asked.connect(lambda: self._print_card(form, made.card, answers))
        form.kept.connect(lambda: self._open(form, made, answers))
        self._show(
            form,
            self.tr("设备卡"),
            self.tr("第二步，共三步：抄下来或打印。密码和这张卡两样都有，才能打开加密库。"),
        )

    def _print_card(self, form: DeviceCardForm, card: str, answers: NewVaultAnswers) -> None:
        def make() -> bytes:
            from desktop.services.vaults import device_card_paper

            return device_card_paper(card, answers.name, answers.office)

        self.cards.print(form, make)

    def _open(self, form: DeviceCardForm, made: NewVault, answers: NewVaultAnswers) -> None:
        form.setEnabled(False)
        credentials = Credentials(made.vault, answers.password, made.card)
        self._tasks.run(form, lambda: self._unlock(credentials), self._ask_for_code, form.show_error, lane=Lane.OUTSIDE)

    def _ask_for_code(self, opened: Opened) -> None:
        from desktop.ui.enrolment_form import EnrolmentForm

        form = EnrolmentForm(later=True)
        form.asked.connect(lambda address, code: self._enrol(form, opened, address, code))
        form.later_asked.connect(lambda: self.unlocked.emit(opened))
        form.usb_asked.connect(lambda: self._enrol_by_stick(opened))
        self._show(
            form,
            self.tr("在县里开通"),
            self.tr("第三步，共三步：照开通单填。现在没有网络也不要紧，以后在“同步”里开通。"),
        )

    def _enrol_by_stick(self, opened: Opened) -> None:
        from desktop.ui.usb_enrolment_form import UsbEnrolmentForm

        form = UsbEnrolmentForm(self._tasks, opened.application, later=True)
        form.enrolled.connect(lambda: self.unlocked.emit(opened))
        form.later_asked.connect(lambda: self.unlocked.emit(opened))
        form.online_asked.connect(lambda: self._ask_for_code(opened))
        self._show(
            form,
            self.tr("用 U 盘开通"),
            self.tr("第三步，共三步：把申请存到 U 盘，带给县里；拿回县里的答复，就开通了。"),
        )

    def _enrol(self, form: EnrolmentForm, opened: Opened, address: str, code: str) -> None:
        def enrol() -> None:
            from desktop.services.sync import enrol

            enrol(opened.application, address, code)

        self._tasks.run(form, enrol, lambda _: self.unlocked.emit(opened), form.show_error, lane=Lane.OUTSIDE)

    # --- at the door

    def _show(self, form: QWidget, title: str, lead: str) -> None:
        from desktop.ui.new_vault_form import NewVaultForm

        before, self.form = self.form, form
        if isinstance(form, NewVaultForm):
            form.back_asked.connect(self._back)
        if self._window is not None:
            self._window.show_form(form, title, lead)
        if isinstance(before, NewVaultForm):
            before.forget()

    def _tell(self, words: str) -> None:
        if self._window is not None:
            self._window.tell(words)

    def _back(self) -> None:
        from desktop.ui.new_vault_form import NewVaultForm

        if isinstance(self.form, NewVaultForm):
            self.form.forget()
        if self._window is not None:
            self._window.show_first_steps()
