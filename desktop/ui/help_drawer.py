"""F1: how this page is used, beside the work and not in its way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import icon_button
from desktop.ui.widgets.cards import line
from desktop.ui.widgets.labels import label

WIDTH = 340


class HelpDrawer(QFrame):
    """A drawer at the right edge of the window; Esc or F1 closes it."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "drawer")
        self._title = label(kind="section", wrap=True)
        self._text = label(wrap=True)
        close = icon_button(Icon.CLOSE, self.tr("关闭帮助（Esc）"), self.hide, parent=self)
        content = QWidget(self)
        content.setProperty("kind", "page")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 8, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._text)
        column.addWidget(line())
        column.addWidget(label(self.tr("到处都能用的按键"), "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for row, (key, meaning) in enumerate(keys):
            grid.addWidget(label(key, "key"), row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(meaning, wrap=True), row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.tr("帮助"))
        self._area.setWidget(content)
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 12, 4)
        head.addWidget(self._title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self._area, 1)
        self.hide()

    def show_help(self, title: str, text: str) -> None:
        """Show the help of a page."""
        self._title.setText(title)
        self._text.setText(text)
        self._area.verticalScrollBar().setValue(0)
        self.show()
        self.raise_()
        self._area.setFocus()

    def words(self) -> str:
        """The help that is shown."""
        return self._text.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
