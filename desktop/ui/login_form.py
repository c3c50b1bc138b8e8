"""Who is it, and the password: what the locked door asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.clipboard import keep_private
from desktop.ui.icons import Icon, icon
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import TARGET, tokens
from desktop.ui.widgets.buttons import button, link_button, primary_button
from desktop.ui.widgets.choices import ChoiceCombo
from desktop.ui.widgets.labels import label

_CARD_HELPS = frozenset({"vault.card-needed", "vault.keyring-missing", "vault.keyring-changed"})
"""Refusals after which the device card opens the door."""
_GENERATION_BEFORE_HELPS = frozenset({"vault.slots-damaged", "vault.slots-missing"})
"""Refusals after which the generation before of the key file may open the door."""
_SALVAGE_HELPS = frozenset({"vault.store-damaged", "vault.store-unreadable", "vault.store-missing"})
"""Refusals after which what can still be read may be salvaged."""


@dataclass(frozen=True)
class WorkerChoice:
    """A worker with a vault on this laptop. ``needs_device_card``: the keyring has no secret for it.

    ``card_reason`` is why, in words, where there is more to say than that.
    """

    id: str
    name: str
    station: str
    needs_device_card: bool = False
    card_reason: str = ""


@dataclass(frozen=True)
class Credentials:
    """What was typed at the door; ``device_card`` is None where it was not asked for.

    ``previous_slots``: by the generation before of the key file, which somebody chose because the file is broken.
    """

    worker: str
    password: str
    device_card: str | None = None
    previous_slots: bool = False

    def __repr__(self) -> str:
        # A password must not appear in a traceback or a log.
        return f"Credentials(worker={self.worker!r})"


class PasswordEdit(QLineEdit):
    """A password with an eye to look at it, and a word when Caps Lock is on."""

    caps_lock_seen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        keep_private(self)  # also while the eye shows it
        self._eye = self.addAction(icon(Icon.SHOW, tokens().ink_soft), QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setText(self.tr("显示密码"))
        self._eye.setToolTip(self.tr("显示密码"))
        self._eye.triggered.connect(lambda: self._toggle())  # noqa: PLW0108 - clicked carries a bool

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt does not tell the state of Caps Lock; a capital without Shift, or the reverse, does.
        text = event.text()
        if len(text) == 1 and text.isascii() and text.isalpha():
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock_seen.emit(text.isupper() is not has_shift)
        super().keyPressEvent(event)

    def _toggle(self) -> None:
        is_hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if is_hidden else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icon(Icon.HIDE if is_hidden else Icon.SHOW, tokens().ink_soft))
        self._eye.setText(self.tr("隐藏密码") if is_hidden else self.tr("显示密码"))
        self._eye.setToolTip(self._eye.text())


class LoginForm(QWidget):
    """Choose the worker, type the password. ``unlock`` runs off the screen's thread and may take a second."""

    unlocked = Signal(object)
    """What ``unlock`` returned."""
    other_asked = Signal()
    """Somebody else wants to begin on this laptop."""
    forgot_asked = Signal(str)
    """The chosen worker forgot the password; the vault."""
    salvage_asked = Signal(object)
    """The credentials of a vault whose store is damaged."""

    def __init__(
        self,
        tasks: Tasks,
        workers: Sequence[WorkerChoice],
        unlock: Callable[[Credentials], object],
        wait_seconds: Callable[[str], int] = lambda _: 0,
        parent: QWidget | None = None,
        *,
        is_damaged: Callable[[str], bool] = lambda _: False,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._is_damaged = is_damaged
        self._workers = list(workers)
        self._unlock = unlock
        self._wait_seconds = wait_seconds
        self._left = 0
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self.worker = ChoiceCombo(self)
        for each in self._workers:
            self.worker.addItem(f"{each.name}  {each.station}")
        self.password = PasswordEdit(self)
        self.card = QLineEdit(self)
        self.card.setMinimumHeight(TARGET)
        keep_private(self.card)
        self.card.setPlaceholderText(self.tr("设备卡上的一行字"))
        self.hint = label(kind="hint", wrap=True)
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        self.salvage = link_button(self.tr("抢救资料：先看还能读出什么(&R)"), self._ask_for_salvage, parent=self)
        self.salvage.hide()
        self.go = primary_button(self.tr("打开"), self.submit, parent=self)
        self.go.setDefault(True)
        self.previous = button(self.tr("用上一份钥匙文件打开(&B)"), self._submit_by_previous, Icon.KEY, parent=self)
        self.previous.hide()
        self._lay_out()
        self.worker.currentIndexChanged.connect(lambda _: self._on_worker())
        self.password.returnPressed.connect(self._on_return)
        self.card.returnPressed.connect(lambda: self.submit())  # noqa: PLW0108 - submit takes a choice
        self.password.caps_lock_seen.connect(self._on_caps_lock)
        self._on_worker()

    def submit(self, *, previous_slots: bool = False) -> None:
        """Try the door."""
        if not self.go.isEnabled() or not self._workers:
            return
        credentials = self._typed(previous_slots=previous_slots)
        if credentials is None:
            return
        self._set_busy(True)
        self._tasks.run(self, lambda: self._unlock(credentials), self._on_unlocked, self._on_failure, lane=Lane.OUTSIDE)

    def need_card(self, vault: str, reason: str) -> None:
        """Ask this worker for the device card, and say why; what was typed stays."""
        for number, each in enumerate(self._workers):
            if each.id == vault:
                self._workers[number] = replace(each, needs_device_card=True, card_reason=reason)
                if number == self.worker.currentIndex():
                    self._show_card()

    def _typed(self, *, previous_slots: bool = False) -> Credentials | None:
        chosen = self._workers[self.worker.currentIndex()]
        card = self.card.text().strip() if chosen.needs_device_card else None
        if not self.password.text() or card == "":
            missing = self.tr("请输入密码。") if not self.password.text() else self.tr("请输入设备卡上的一行字。")
            self._say(missing)
            return None
        return Credentials(chosen.id, self.password.text(), card, previous_slots)

    def _ask_for_salvage(self) -> None:
        credentials = self._typed() if self.go.isEnabled() else None
        if credentials is not None:
            self.password.clear()
            self.card.clear()
            self.salvage_asked.emit(credentials)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._card_name = label(self.tr("设备卡(&D)"), "field")
        for name, field in (
            (label(self.tr("经办人(&N)"), "field"), self.worker),
            (label(self.tr("密码(&P)"), "field"), self.password),
            (self._card_name, self.card),
        ):
            name.setBuddy(field)
            column.addWidget(name)
            column.addWidget(field)
            column.addSpacing(6)
        column.addWidget(self.hint)
        column.addWidget(self.problem)
        column.addWidget(self.previous, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.salvage, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        self.forgot = link_button(self.tr("忘了密码"), self._on_forgot, parent=self)
        row.addWidget(self.forgot)
        row.addWidget(link_button(self.tr("别人在这台电脑上开通"), self.other_asked.emit, parent=self))
        row.addStretch(1)
        row.addWidget(self.go)
        column.addSpacing(6)
        column.addLayout(row)

    def _show_card(self) -> None:
        chosen = self._workers[self.worker.currentIndex()] if self._workers else None
        needs_card = chosen is not None and chosen.needs_device_card
        self._card_name.setVisible(needs_card)
        self.card.setVisible(needs_card)
        self.hint.setText(self._why_card(chosen) if chosen is not None and needs_card else "")
        self.hint.setVisible(needs_card)

    def _why_card(self, chosen: WorkerChoice) -> str:
        reason = chosen.card_reason or self.tr("这台电脑没有记住设备密钥。")
        return self.tr("{reason}设备卡在单位保险柜里。").format(reason=reason)

    def _on_worker(self) -> None:
        self._show_card()
        self._say("")
        self.previous.hide()
        self.salvage.setVisible(bool(self._workers) and self._is_damaged(self._workers[self.worker.currentIndex()].id))
        self.password.clear()
        self._start_waiting()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _on_forgot(self) -> None:
        if self._workers:
            self.forgot_asked.emit(self._workers[self.worker.currentIndex()].id)

    def _on_return(self) -> None:
        if self.card.isVisible() and not self.card.text():
            self.card.setFocus()
        else:
            self.submit()

    def _on_caps_lock(self, is_on: bool) -> None:
        if not is_on:
            self._show_card()  # with what its hint said before
            return
        self.hint.setText(self.tr("大写锁定（Caps Lock）开着。"))
        self.hint.show()

    def _on_unlocked(self, result: object) -> None:
        self.password.clear()
        self.card.clear()
        self.unlocked.emit(result)

    def _on_failure(self, error: UserFacingError) -> None:
        self._set_busy(False)
        if error.code in _CARD_HELPS:
            self._ask_for_card()
        self.previous.setVisible(error.code in _GENERATION_BEFORE_HELPS)
        if error.code in _SALVAGE_HELPS:
            self.salvage.show()
        self._say(word(error).sentence())
        self.password.selectAll()
        (self.card if error.code in _CARD_HELPS else self.password).setFocus()
        self._start_waiting()

    def _submit_by_previous(self) -> None:
        self.submit(previous_slots=True)

    def _ask_for_card(self) -> None:
        number = self.worker.currentIndex()
        self._workers[number] = replace(self._workers[number], needs_device_card=True)
        self._show_card()

    def _start_waiting(self) -> None:
        self._left = self._wait_seconds(self._workers[self.worker.currentIndex()].id) if self._workers else 0
        self._clock.stop()
        if self._left > 0:
            self._clock.start()
        self._show_wait()

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._clock.stop()
        self._show_wait()

    def _show_wait(self) -> None:
        self.go.setEnabled(self._left <= 0)
        waiting = self.tr("{seconds} 秒后再试").format(seconds=self._left)
        self.go.setText(waiting if self._left > 0 else self.tr("打开"))

    def _set_busy(self, is_busy: bool) -> None:
        self._say("")
        for widget in (self.worker, self.password, self.card, self.go, self.previous):
            widget.setEnabled(not is_busy)
        self.go.setText(self.tr("正在打开…") if is_busy else self.tr("打开"))
