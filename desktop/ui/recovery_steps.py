"""A forgotten password (忘了密码) at the locked door: leads from form to form, over days if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import UserFacingError
from desktop.ui.card_printing import CardPrinting
from desktop.ui.device_card_form import DeviceCardForm
from desktop.ui.recovery_forms import (
    FinishAnswers,
    NoEscrowForm,
    RecoveryFinishForm,
    RecoveryForm,
    RecoveryRequestForm,
    RecoveryWaitForm,
    RequestAnswers,
)
from desktop.ui.tasks import Lane, Tasks

if TYPE_CHECKING:  # loading the services takes longer than showing the door
    from desktop.services.recovery import RecoveryState, Response
    from desktop.ui.login_window import LoginWindow


@dataclass(frozen=True)
class RecoveryAnswers:
    """What finishes a recovery: the new password, both answers, and the card where one is needed."""

    vault: str
    password: str
    files: tuple[Path, ...]
    card: str | None = None
    is_new_card: bool = False

    def __repr__(self) -> str:
        return f"RecoveryAnswers(vault={self.vault!r})"


class RecoverySteps(QObject):
    """``recover`` finishes off the screen's thread, opens the vault with the new password, and answers what opened."""

    unlocked = Signal(object)
    """What ``recover`` returned."""

    def __init__(
        self, tasks: Tasks, home: Path, recover: Callable[[RecoveryAnswers], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._home = home
        self._recover = recover
        self._window: LoginWindow | None = None
        self.cards = CardPrinting(tasks, self._tell, self)
        self.form: RecoveryForm | DeviceCardForm | None = None
        """The form shown now."""

    def attach(self, window: LoginWindow) -> None:
        """Show the forms in this window."""
        self._window = window
        window.forgot_asked.connect(self.begin)

    def begin(self, vault: str) -> None:
        """How far a vault's recovery has come, and the form for it."""

        def read() -> RecoveryState:
            from desktop.services.recovery import recovery_state

            return recovery_state(self._home, vault)

        self._tasks.run(self, read, self._show_state, self._show_trouble, lane=Lane.OUTSIDE)

    def _show_state(self, state: RecoveryState) -> None:
        if state.holders is None:
            self._show(NoEscrowForm(), self.tr("忘了密码"), state.worker_name)
        elif state.pending is None:
            self._ask(state)
        else:
            self._wait(state)

    def _show_trouble(self, error: UserFacingError) -> None:
        form = NoEscrowForm()
        form.show_error(error)
        self._show(form, self.tr("忘了密码"), "")

    # --- asking

    def _ask(self, state: RecoveryState) -> None:
        if state.holders is None:
            return
        form = RecoveryRequestForm(state.holders)
        form.answered.connect(lambda answers: self._request(form, state, answers))
        lead = self.tr("{name}：县信息中心和县民政局各保管一半钥匙，两家一起才能帮您重设密码。")
        self._show(form, self.tr("忘了密码"), lead.format(name=state.worker_name))

    def _request(self, form: RecoveryRequestForm, state: RecoveryState, answers: RequestAnswers) -> None:
        home = self._home

        def request() -> RecoveryState:
            from desktop.services import recovery

            recovery.request_recovery(home, state.vault, answers.reason, answers.password, datetime.now().astimezone())
            return recovery.recovery_state(home, state.vault)

        self._tasks.run(form, request, self._show_state, form.show_error, lane=Lane.OUTSIDE)

    # --- waiting

    def _wait(self, state: RecoveryState) -> None:
        if state.holders is None or state.pending is None:
            return
        day = datetime.fromisoformat(state.pending.time).astimezone()
        form = RecoveryWaitForm(
            state.pending.number, self.tr("{day:%Y年%m月%d日 %H:%M}").format(day=day), state.holders
        )
        form.stick_chosen.connect(lambda folder: self._save(form, state.vault, folder))
        form.answers_here.connect(lambda: self._ask_for_answers(state))
        form.withdraw_asked.connect(lambda: self._withdraw(form, state.vault))
        form.anew_asked.connect(lambda: self._ask(state))
        self._show(form, self.tr("恢复申请"), self.tr("{name}的申请已记在这台电脑上。").format(name=state.worker_name))

    def _save(self, form: RecoveryWaitForm, vault: str, folder: Path) -> None:
        def save() -> Path:
            from desktop.services.recovery import save_request

            return save_request(self._home, vault, folder)

        form.set_busy(True)
        self._tasks.run(form, save, form.show_saved, form.show_error, lane=Lane.OUTSIDE)

    def _withdraw(self, form: RecoveryWaitForm, vault: str) -> None:
        def withdraw() -> None:
            from desktop.services.recovery import withdraw_request

            withdraw_request(self._home, vault)

        form.set_busy(True)
        self._tasks.run(form, withdraw, lambda _: self._back(), form.show_error, lane=Lane.OUTSIDE)

    # --- finishing

    def _ask_for_answers(self, state: RecoveryState) -> None:
        form = RecoveryFinishForm(has_device_secret=state.has_device_secret)
        form.file_chosen.connect(lambda file: self._look_at(form, state.vault, file))
        form.answered.connect(lambda answers: self._finish(form, state, answers))
        lead = self.tr("把两份答复文件选进来，输入申请时设的新密码。")
        self._show(form, self.tr("恢复"), lead)

    def _look_at(self, form: RecoveryFinishForm, vault: str, file: Path) -> None:
        def look() -> Response:
            from desktop.services.recovery import read_response

            return read_response(self._home, vault, file)

        def show(found: Response) -> None:
            day = datetime.fromisoformat(found.time).astimezone()
            form.show_answer(found.office, found.holder, self.tr("{day:%m月%d日}").format(day=day), file)

        self._tasks.run(form, look, show, form.show_error, lane=Lane.OUTSIDE)

    def _finish(self, form: RecoveryFinishForm, state: RecoveryState, given: FinishAnswers) -> None:
        if not given.is_card_lost:
            answers = RecoveryAnswers(state.vault, given.password, given.files, given.card)
            self._tasks.run(
                form, lambda: self._recover(answers), self.unlocked.emit, form.show_error, lane=Lane.OUTSIDE
            )
            return

        def make() -> str:
            from desktop.services import recovery

            # Before a card is written down that would never come into force.
            recovery.open_halves(self._home, state.vault, given.password, given.files)
            return recovery.new_card()

        self._tasks.run(
            form, make, lambda card: self._show_card(card, state, given), form.show_error, lane=Lane.OUTSIDE
        )

    def _show_card(self, card: str, state: RecoveryState, given: FinishAnswers) -> None:
        form = DeviceCardForm(card, in_keyring=state.can_remember)
        form.print_asked.connect(lambda: self._print_card(form, card, state))
        answers = RecoveryAnswers(state.vault, given.password, given.files, card, is_new_card=True)
        form.kept.connect(lambda: self._finish_with_card(form, state, answers))
        lead = self.tr("抄下来或打印，锁进保险柜。点“下一步”以后这张卡生效，旧卡作废。")
        self._show(form, self.tr("新的设备卡"), lead)

    def _finish_with_card(self, form: DeviceCardForm, state: RecoveryState, answers: RecoveryAnswers) -> None:
        def failed(error: UserFacingError) -> None:
            self._ask_for_answers(state)
            if isinstance(self.form, RecoveryForm):
                self.form.show_error(error)

        form.setEnabled(False)
        self._tasks.run(form, lambda: self._recover(answers), self.unlocked.emit, failed, lane=Lane.OUTSIDE)

    def _print_card(self, form: DeviceCardForm, card: str, state: RecoveryState) -> None:
        def make() -> bytes:
            from desktop.services.vaults import device_card_paper

            return device_card_paper(card, state.worker_name, state.office)

        self.cards.print(form, make)

    # --- at the door

    def _show(self, form: RecoveryForm | DeviceCardForm, title: str, lead: str) -> None:
        before, self.form = self.form, form
        if isinstance(form, RecoveryForm):
            form.back_asked.connect(self._back)
        if self._window is not None:
            self._window.show_form(form, title, lead)
        if isinstance(before, RecoveryForm):
            before.forget()

    def _tell(self, words: str) -> None:
        if self._window is not None:
            self._window.tell(words)

    def _back(self) -> None:
        if isinstance(self.form, RecoveryForm):
            self.form.forget()
        if self._window is not None:
            self._window.show_start()
