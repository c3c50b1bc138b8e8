"""What happened to a vault whose keys the county had erased, and whom to ask: the last page of such a vault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.labels import label

Notice = tuple[str, str, str, str]
"""Worker's name, day, reason, whom to ask."""


class WipedForm(QWidget):
    """One paragraph per wiped vault; ``read`` leads on to the door."""

    read = Signal()

    def __init__(self, notices: Sequence[Notice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for name, day, reason, ask in notices:
            column.addWidget(
                label(
                    self.tr("{name}的加密库已按县里的命令清除（{day}，理由：{reason}）。").format(
                        name=name, day=day, reason=reason
                    ),
                    wrap=True,
                )
            )
            column.addWidget(
                label(
                    self.tr(
                        "清除前，本机没报的内容都已报给县里收存。钥匙已经清除，留在电脑里的文件谁也打不开，不用去删。"
                        "U 盘上如有备份，请交回单位。要继续工作或有疑问，请联系{ask}。"
                    ).format(ask=ask),
                    wrap=True,
                )
            )
        row = QHBoxLayout()
        row.addStretch(1)
        self.go = primary_button(self.tr("知道了"), self.read.emit, parent=self)
        row.addWidget(self.go)
        column.addLayout(row)
        self.setFocusProxy(self.go)


def show_notices(
    show_form: Callable[[QWidget, str, str], None],
    show_start: Callable[[], None],
    note_read: Callable[[], None],
    notices: Sequence[Notice],
) -> None:
    """Show the notices at the door, where there are any that nobody has read."""
    if not notices:
        return
    form = WipedForm(notices)
    form.read.connect(note_read)
    form.read.connect(show_start)
    show_form(form, form.tr("加密库已清除"), form.tr("这台电脑上有加密库被县里远程清除。"))
