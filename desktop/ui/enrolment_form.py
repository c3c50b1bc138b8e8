"""The county's address and the one-time code (开通码): on the first run, and on 同步 where it was put off."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.messages import word
from desktop.ui.widgets.buttons import button, link_button, primary_button
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class EnrolmentForm(QWidget):
    """Asks for both and says under them why it did not work; ``later`` offers to go on without."""

    asked = Signal(str, str)
    """The address and the code, as typed."""
    later_asked = Signal()
    usb_asked = Signal()
    """There is no network here: by files on a stick."""

    def __init__(self, *, later: bool, has_button: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address = TextField("https://")
        self.code = TextField(self.tr("开通单上的一行字"))
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        form = Form(1)
        form.add(self.tr("县里的地址(&A)"), self.address, note=self.tr("开通单上有，照着填。"))
        form.add(self.tr("开通码(&C)"), self.code, note=self.tr("只能用一次；打错了会提示，不会作废。"))
        self.go = primary_button(self.tr("开通"), self.submit, parent=self)
        self.go.setVisible(has_button)
        self.later = button(self.tr("以后再开通"), self.later_asked.emit, parent=self)
        self.later.setVisible(later)
        self.usb = link_button(self.tr("没有网络：用 U 盘开通"), self.usb_asked.emit, parent=self)
        row = QHBoxLayout()
        row.addWidget(self.later)
        row.addStretch(1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        column.addWidget(self.problem)
        column.addWidget(self.usb, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(row)
        EnterSubmits(self.code, self.submit)
        self.setFocusProxy(self.address)

    def submit(self) -> None:
        """Hand on what was typed, if both are there."""
        if not self.go.isEnabled():
            return
        if not self.address.value() or not self.code.value():
            self.say(self.tr("请填县里的地址和开通码。"))
            return
        self.say("")
        self.set_busy(True)
        self.asked.emit(self.address.value(), self.code.value())

    def show_error(self, error: UserFacingError) -> None:
        """It did not work, and why."""
        self.set_busy(False)
        self.say(word(error).sentence())
        self.code.setFocus()

    def say(self, problem: str) -> None:
        """Show a problem; empty takes it away."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def set_busy(self, is_busy: bool) -> None:
        """Bar everything while the county is asked."""
        for widget in (self.address, self.code, self.go, self.later, self.usb):
            widget.setEnabled(not is_busy)
        self.go.setText(self.tr("正在联系县里…") if is_busy else self.tr("开通"))
