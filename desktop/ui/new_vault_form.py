"""Whose vault it will be, and its password: the first page of both ways to begin."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.icons import Icon
from desktop.ui.login_form import PasswordEdit
from desktop.ui.messages import word
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


@dataclass(frozen=True)
class NewVaultAnswers:
    """What was typed."""

    name: str
    office: str
    password: str

    def __repr__(self) -> str:
        # A password must not appear in a traceback or a log.
        return f"NewVaultAnswers(name={self.name!r})"


class NewVaultForm(QWidget):
    """Name, office (not for practice) and a password, typed twice."""

    answered = Signal(object)
    """``NewVaultAnswers`` that are complete."""
    back_asked = Signal()

    def __init__(self, *, is_practice: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_practice = is_practice
        self.name = TextField(self.tr("如 陈晓燕"))
        self.office = TextField(self.tr("如 莒口镇人民政府"))
        self.password = PasswordEdit()
        self.again = PasswordEdit()
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        form = Form(1)
        form.add(self.tr("您的姓名(&N)"), self.name)
        if not is_practice:
            form.add(self.tr("单位(&U)"), self.office)
        note = self.tr("至少 8 个字符，一句好记的话最好。请记牢：县里托管以前，没有人能替您找回。")
        form.add(self.tr("设一个密码(&P)"), self.password, note=note)
        form.add(self.tr("再输一遍(&R)"), self.again)
        self.go = primary_button(
            self.tr("开始练习") if is_practice else self.tr("建立加密库"), self.submit, parent=self
        )
        self.go.setDefault(True)
        self.back = button(self.tr("返回"), self.back_asked.emit, Icon.BACK, parent=self)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        column.addWidget(self.problem)
        column.addLayout(row)
        if is_practice:
            self.name.set_value(self.tr("陈练习"))
        self.setFocusProxy(self.password if is_practice else self.name)
        EnterSubmits(self.again, self.submit)

    def submit(self) -> None:
        """Say what is missing, or hand the answers on."""
        if not self.go.isEnabled():
            return
        missing = self._missing()
        self.say(missing)
        if not missing:
            self.answered.emit(NewVaultAnswers(self.name.value(), self.office.value(), self.password.text()))

    def say(self, problem: str) -> None:
        """Show a problem under the fields; empty takes it away."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def show_error(self, error: UserFacingError) -> None:
        """Making the vault did not work."""
        self.set_busy(False)
        self.say(word(error).sentence())
        self.password.setFocus()

    def set_busy(self, is_busy: bool) -> None:
        """Bar everything while the vault is made."""
        for widget in (self.name, self.office, self.password, self.again, self.go, self.back):
            widget.setEnabled(not is_busy)
        usual = self.tr("开始练习") if self._is_practice else self.tr("建立加密库")
        self.go.setText(self.tr("正在建立…") if is_busy else usual)

    def forget(self) -> None:
        """Let go of the password."""
        self.password.clear()
        self.again.clear()
        self.set_busy(False)

    def _missing(self) -> str:
        if not self.name.value():
            return self.tr("请填您的姓名。")
        if not self._is_practice and not self.office.value():
            return self.tr("请填单位。")
        if not self.password.text():
            return self.tr("请设一个密码。")
        if self.password.text() != self.again.text():
            return self.tr("两遍密码不一样，请再输一遍。")
        return ""
