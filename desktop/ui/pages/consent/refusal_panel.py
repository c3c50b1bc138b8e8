"""他不同意: recorded in one step, as easily as agreement, in words that aid is not touched."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class RefusalPanel(QWidget):
    """No dialog, no question back: what is recorded, room for the person's own words, done."""

    recorded = Signal(str)
    """He does not agree; the words may be empty."""
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked = label(wrap=True)
        self.words = TextField(self.tr("可以不填"))
        form = Form(1)
        form.add(self.tr("他说了什么"), self.words)
        self.record = button(self.tr("记下：他不同意"), lambda: self.recorded.emit(self.words.value()), Icon.REFUSED)
        self.back = button(self.tr("回去接着征求"), self.given_up.emit)
        row = QHBoxLayout()
        row.addWidget(self.record)
        row.addWidget(self.back)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(self.tr("他不同意"), "section"))
        column.addWidget(
            label(
                self.tr(
                    "没关系。低保等政府救助照旧，一分不少，也不用他签字。"
                    "6 个月内我们不再主动问同一件事；他自己提出随时可以。"
                ),
                wrap=True,
            )
        )
        column.addWidget(self._asked)
        column.addWidget(form)
        column.addLayout(row)
        column.addStretch(1)

    def begin(self, asked: str) -> None:
        """Show what will be recorded; ``asked`` is empty while there is no recipient to refuse."""
        self.words.set_value("")
        self.record.setEnabled(bool(asked))
        self._asked.setText(
            self.tr("记录：不同意提供给 {asked}。").format(asked=asked)
            if asked
            else self.tr("还没有选接收方，没有什么可记：直接离开这一页就行。")
        )
        self.record.setFocus()
