"""主管码: asked for at the door where the laptop has not met its county for too long. Reading and sync need none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import TARGET
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.labels import label


class LeaseForm(QWidget):
    """``enter`` takes the code, off the screen's thread; at ``done`` the vault may be shown, with a code or without."""

    done = Signal()

    def __init__(self, tasks: Tasks, days: int, enter: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._enter = enter
        words = self.tr(
            "已经 {days} 天没有和县里联系。请打电话向县里要主管码；也可以先打开，能看、能同步，填的存成草稿，不会丢。"
        )
        self.code = QLineEdit(self)
        self.code.setMinimumHeight(TARGET)
        self.code.setPlaceholderText(self.tr("八个字母和数字"))
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        self.go = primary_button(self.tr("用主管码打开"), self.submit, parent=self)
        self.without = button(self.tr("先打开，只看和同步(&R)"), self._finish, parent=self)
        name = label(self.tr("主管码(&C)"), "field")
        name.setBuddy(self.code)
        row = QHBoxLayout()
        row.addWidget(self.without)
        row.addStretch(1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(words.format(days=days), wrap=True))
        column.addWidget(name)
        column.addWidget(self.code)
        column.addWidget(self.problem)
        column.addLayout(row)
        self.code.returnPressed.connect(self.submit)
        self.setFocusProxy(self.code)

    def submit(self) -> None:
        """Try the code."""
        if not self.go.isEnabled():
            return
        typed = self.code.text().strip()
        if not typed:
            self._say(self.tr("请输入主管码。"))
            return
        self._set_busy(is_busy=True)
        self._tasks.run(self, lambda: self._enter(typed), lambda _: self._finish(), self._on_failure, lane=Lane.WRITE)

    def _finish(self) -> None:
        # Making the window takes a moment; a second press would make a second one.
        self._set_busy(is_busy=True)
        self.done.emit()

    def _set_busy(self, *, is_busy: bool) -> None:
        for widget in (self.go, self.without):
            widget.setEnabled(not is_busy)

    def _on_failure(self, error: UserFacingError) -> None:
        self._set_busy(is_busy=False)
        self._say(word(error).sentence())
        self.code.selectAll()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.show()
