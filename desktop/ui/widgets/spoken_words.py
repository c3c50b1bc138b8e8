"""A button that has fixed words spoken by the system's voice, for a script without items to be ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.voice import Voice
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.labels import label


class SpokenWords(QWidget):
    """Nothing is started before it is asked for: most visits are opened by workers who read the words themselves."""

    def __init__(self, sentences: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentences = tuple(sentences)
        self._is_speaking = False
        self.voice = Voice(self)
        self.voice.changed.connect(self._on_changed)
        self.voice.ended.connect(self._on_ended)
        self.button = link_button("", self._on_pressed, parent=self)
        # By its letter, not on the way of Enter from field to field.
        self.button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._said = label(kind="hint", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(self._said, 1)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """No voice goes on where its words are no longer seen."""
        super().hideEvent(event)
        self._is_speaking = False
        self.voice.close()
        self._show()

    def _on_pressed(self) -> None:
        self._is_speaking = not self._is_speaking
        if self._is_speaking:
            self.voice.say(self._sentences)
        else:
            self.voice.stop()
        self._show()

    def _on_ended(self) -> None:
        self._is_speaking = False
        self._show()

    def _on_changed(self) -> None:
        if self.voice.is_there is False:
            self._is_speaking = False
        self._show()

    def _show(self) -> None:
        is_missing = self.voice.is_there is False
        self.button.setText(self.tr("停(&V)") if self._is_speaking else self.tr("读给他听(&V)"))
        self.button.setVisible(not is_missing)
        words = self.tr("声音只会普通话，姓名请您自己念。") if self._is_speaking else ""
        self._said.setText(self.tr("这台电脑没有中文语音，请您自己念。") if is_missing else words)
        self._said.setVisible(bool(self._said.text()))
