"""The device card, shown this once: to be written down or printed before anything else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.choices import MultiChoice
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label, set_kind


class DeviceCardForm(QWidget):
    """Shows the card's groups large; goes on only after somebody says that it was written down or printed."""

    kept = Signal()
    print_asked = Signal()

    def __init__(self, card: str, *, in_keyring: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        groups = Flow([label(group, "figure") for group in card.split("-")], gap=18)
        self.setAccessibleDescription(card)
        remembered = self.tr(
            "这台电脑也记住了设备密钥，平时打开只要密码。换电脑、重装系统、系统密码被重置时，要用这张卡和密码一起打开。"
        )
        forgotten = self.tr("这台电脑的系统不能安全地记住设备密钥：每次打开都要密码和这张卡上的字。")
        self.keyring_words = label(remembered if in_keyring else forgotten, "soft", wrap=True)
        self.noted: MultiChoice[bool] = MultiChoice([(True, self.tr("已抄好或打印，会锁进单位保险柜(&K)"))])
        self.go = primary_button(self.tr("下一步"), self.kept.emit, parent=self)
        self.go.setEnabled(False)
        self.print = button(self.tr("打印(&P)"), self.print_asked.emit, Icon.PRINT, parent=self)
        self.noted.changed.connect(lambda: self.go.setEnabled(bool(self.noted.value())))
        self.printed = label(kind="soft", wrap=True)
        self.printed.hide()
        self.end = button(self.tr("不打了，清掉(&E)"), self._end, parent=self)
        self.end.hide()
        self._end_job: Callable[[], None] | None = None
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        row = QHBoxLayout()
        row.addWidget(self.print)
        row.addStretch(1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(groups)
        once = self.tr("只有字母和数字 2 到 7，没有数字 0 和 1。这些字只显示这一次。")
        column.addWidget(label(once, "soft", wrap=True))
        column.addWidget(self.keyring_words)
        column.addWidget(self.printed)
        column.addWidget(self.end, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.noted)
        column.addWidget(self.problem)
        column.addLayout(row)
        self.setFocusProxy(self.noted)

    def show_printing(self, words: str, *, is_problem: bool = False, end: Callable[[], None] | None = None) -> None:
        """What became of the printing; ``end`` takes a paper that does not come out off the queue, on a button."""
        set_kind(self.printed, "problem" if is_problem else "soft")
        self.printed.setText(words)
        self.printed.show()
        self._end_job = end
        self.end.setVisible(end is not None)

    def _end(self) -> None:
        if self._end_job is not None:
            self.end.hide()
            self._end_job()

    def show_error(self, error: UserFacingError) -> None:
        """What comes after the card did not work, and why; it may be tried again."""
        self.setEnabled(True)
        self.problem.setText(word(error).sentence())
        self.problem.show()
