"""One item of a script that is read aloud (讲解词): its heading to be ticked, its words while they are to be read."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.services.reading_script import ScriptItem
from desktop.ui.icons import Icon, icon
from desktop.ui.tokens import tokens
from desktop.ui.widgets.labels import label


class ScriptItemView(QWidget):
    """One item: its words are open while it is the next to be read."""

    def __init__(self, item: ScriptItem, parent: QWidget) -> None:
        super().__init__(parent)
        self.item = item
        self.box = QCheckBox(item.heading)
        self.box.setProperty("kind", "segment")
        self.box.toggled.connect(self._show_state)
        self._words = label("\n".join((*item.lines, *item.names)), "script", wrap=True)
        self._words.setContentsMargins(28, 0, 0, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self._words)
        self._show_state(False)

    def show_open(self, is_open: bool) -> None:
        """Whether its words are seen."""
        self._words.setVisible(is_open)

    def _show_state(self, is_read: bool) -> None:
        state = self.tr("念过了") if is_read else self.tr("还没念")
        self.box.setText(f"{self.item.heading}　{state}")
        self.box.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_read else icon(Icon.BOX, tokens().field_line))
        self.box.setAccessibleDescription("\n".join((*self.item.lines, *self.item.names)))
