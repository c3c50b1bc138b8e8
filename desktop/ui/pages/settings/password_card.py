"""密码和设备密钥: giving the vault another password, and letting this computer remember the device secret."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import vaults
from desktop.services.application import Application, Done
from desktop.services.vaults import WaysIn
from desktop.ui.icons import Icon
from desktop.ui.login_form import PasswordEdit
from desktop.ui.messages import word
from desktop.ui.pages.settings.question import question
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class PasswordCard(Card):
    """Says how the vault opens; both actions answer in words on the card itself."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__()
        self.set_title(self.tr("密码和设备密钥"))
        self._tasks = tasks
        self._application = application
        self.change = button(self.tr("改密码(&P)"), self._ask, Icon.KEY, parent=self)
        self.heading.add(self.change)
        self.ways = label(wrap=True)
        self.add(self.ways)
        self.remember = button(self.tr("让这台电脑记住设备密钥(&R)"), self._remember, Icon.LOCK, parent=self)
        self.body.addWidget(self.remember, 0, Qt.AlignmentFlag.AlignLeft)
        self.old, self.new, self.again = PasswordEdit(), PasswordEdit(), PasswordEdit()
        self.problem = label(kind="problem", wrap=True)
        self._form = self._make_form()
        self.add(self._form)
        self.result = StateChip(Chip(""))
        self.result_words = label(wrap=True)
        self.add(self.result)
        self.add(self.result_words)
        for widget in (self.remember, self._form, self.result, self.result_words):
            widget.hide()

    def refresh(self) -> None:
        """Read anew how the vault opens."""
        self._tasks.run(self, lambda: vaults.ways_in(self._application), self._show, self._on_failure)

    # --- another password

    def submit(self) -> None:
        """Say what is missing, or change the password."""
        if not self.go.isEnabled():
            return
        missing = self._missing()
        self._say(missing)
        if missing:
            return
        old, new = self.old.text(), self.new.text()
        self._set_busy(True)
        self._tasks.run(
            self,
            lambda: vaults.change_password(self._application, old, new),
            self._on_changed,
            self._on_failure,
            lane=Lane.OUTSIDE,
        )

    def _ask(self) -> None:
        self.result.hide()
        self.result_words.hide()
        self._form.show()
        self.change.setEnabled(False)
        self.old.setFocus(Qt.FocusReason.OtherFocusReason)

    def _missing(self) -> str:
        if not self.old.text():
            return self.tr("请输入现在的密码。")
        if not self.new.text():
            return self.tr("请输入新密码。")
        if self.new.text() != self.again.text():
            return self.tr("两遍新密码不一样，请再输一遍。")
        return ""

    def _on_changed(self, _: Done[None]) -> None:
        self._close()
        words = self.tr("下次打开用新密码。没上报的内容都没有动。")
        self._tell(Chip(self.tr("密码改好了"), Tone.GOOD, Icon.CHECKED), words)

    def _close(self) -> None:
        self._set_busy(False)
        self._say("")
        for field in (self.old, self.new, self.again):
            field.clear()
        self._form.hide()
        self.change.setEnabled(True)
        self.change.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the device secret

    def _remember(self) -> None:
        self.remember.setEnabled(False)
        self._tasks.run(
            self,
            lambda: vaults.remember_device_secret(self._application),
            self._on_remembered,
            self._on_failure,
            lane=Lane.OUTSIDE,
        )

    def _on_remembered(self, _: Done[str]) -> None:
        words = self.tr("下次打开只要密码。设备卡请照旧锁在保险柜里。")
        self._tell(Chip(self.tr("记住了设备密钥"), Tone.GOOD, Icon.CHECKED), words)
        self.refresh()

    # --- showing

    def _show(self, ways: WaysIn) -> None:
        if ways.practice:
            words = self.tr("打开时要密码。练习库的设备卡就放在库里。")
        elif ways.remembered:
            words = self.tr("打开时要密码，设备密钥由这台电脑记着。换电脑、重装系统时要用保险柜里的设备卡。")
        elif ways.can_remember:
            words = self.tr("打开时要密码和设备卡上的字：这台电脑现在没有记住设备密钥。")
        else:
            words = self.tr("打开时要密码和设备卡上的字：这个系统不能安全地记住设备密钥。")
        self.ways.setText(words)
        self.remember.setVisible(ways.can_remember and not ways.remembered and not ways.practice)
        self.remember.setEnabled(True)

    def _tell(self, chip: Chip, words: str) -> None:
        self.result.show_chip(chip)
        self.result.show()
        self.result_words.setText(words)
        self.result_words.show()

    def _on_failure(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self.remember.setEnabled(True)
        if self._form.isHidden():
            self._tell(Chip(self.tr("没有做成"), Tone.BAD), word(error).sentence())
            return
        self._say(word(error).sentence())
        (self.old if error.code == "vault.wrong-password" else self.new).setFocus()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _set_busy(self, is_busy: bool) -> None:
        for widget in (self.old, self.new, self.again, self.go, self.stop):
            widget.setEnabled(not is_busy)
        self.go.setText(self.tr("正在改…") if is_busy else self.tr("改成新密码"))

    def _make_form(self) -> QWidget:
        form = Form(1)
        form.add(self.tr("现在的密码(&O)"), self.old)
        form.add(self.tr("新密码(&N)"), self.new, note=self.tr("至少 8 个字符，一句好记的话最好。"))
        form.add(self.tr("再输一遍(&T)"), self.again)
        self.go = primary_button(self.tr("改成新密码"), self.submit, parent=self)
        self.stop = button(self.tr("不改了"), self._close, parent=self)
        whole = question(self, form, self.problem, self.stop, self.go)
        EnterSubmits(self.again, self.submit)
        return whole
