"""One item of the script: its heading, whether it was read, its words while it is its turn, and a voice for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.reading_script import ScriptItem
from desktop.ui.icons import Icon, icon
from desktop.ui.tokens import tokens
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.labels import label

_VOICE_WIDTH = 96
"""Pixels for the longer of its two words, so that nothing moves when it becomes the other."""


class ScriptItemView(QWidget):
    """Its words are open while it is the next to be read, or is being spoken."""

    voice_asked = Signal()
    """To have it spoken, or to be silent where it is."""

    def __init__(self, item: ScriptItem, parent: QWidget) -> None:
        super().__init__(parent)
        self.item = item
        self.is_spoken = False
        self._is_open = self._has_voice = False
        self.box = QCheckBox(item.heading)
        self.box.setProperty("kind", "segment")
        self.box.toggled.connect(self._show_state)
        self.voice = link_button("", self.voice_asked.emit, parent=self)
        self.voice.setMinimumWidth(_VOICE_WIDTH)
        self.voice.hide()
        self._words = label("\n".join((*item.lines, *item.names)), "script", wrap=True)
        self._words.setContentsMargins(28, 0, 0, 4)
        under = QHBoxLayout()
        under.setContentsMargins(28, 0, 0, 8)
        under.addWidget(self.voice)
        under.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self._words)
        column.addLayout(under)
        self._show_state()

    def show_open(self, is_open: bool) -> None:
        """It is the next to be read, or not."""
        self._is_open = is_open
        self._show_parts()

    def show_voice(self, *, is_there: bool, is_spoken: bool) -> None:
        """Whether a voice can say it, and is saying it now. That ticks nothing."""
        self.is_spoken, self._has_voice = is_spoken, is_there
        self._show_parts()
        self._show_state()

    def _show_parts(self) -> None:
        is_seen = self._is_open or self.is_spoken
        self._words.setVisible(is_seen)
        self.voice.setVisible(is_seen and self._has_voice)

    def _show_state(self) -> None:
        is_read = self.box.isChecked()
        state = self.tr("念过了") if is_read else self.tr("还没念")
        if self.is_spoken:
            state = self.tr("正在读")
        self.box.setText(f"{self.item.heading}　{state}")
        self.box.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_read else icon(Icon.BOX, tokens().field_line))
        self.box.setAccessibleDescription("\n".join((*self.item.lines, *self.item.names)))
        words = self.tr("停") if self.is_spoken else self.tr("读给他听")
        self.voice.setText(words)
        self.voice.setAccessibleName(f"{words} {self.item.heading}")
