"""Where one is in a task of several steps (consent: to whom, read aloud, print, sign, take in)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from desktop.ui.icons import Icon, icon
from desktop.ui.tokens import tokens
from desktop.ui.widgets.flow import Flow


class StepBar(QWidget):
    """Numbered steps; done ones carry a check mark and can be gone back to, later ones cannot be jumped to."""

    asked = Signal(int)
    """Somebody wants to go back to this step (0 is the first)."""

    def __init__(self, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = tuple(steps)
        self._group = QButtonGroup(self)
        self._current = 0
        flow = Flow(parent=self, gap=6)
        for number in range(len(steps)):
            button = QRadioButton(flow)
            button.setProperty("kind", "step")
            self._group.addButton(button, number)
            flow.add(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(flow)
        self._group.idClicked.connect(self._on_clicked)
        self.go(0)

    @property
    def current(self) -> int:
        """The step shown."""
        return self._current

    def go(self, step: int, *, reached: int | None = None) -> None:
        """Show ``step``; steps up to ``reached`` (``step`` itself if None) may be chosen."""
        self._current = step
        last = step if reached is None else reached
        for number, words in enumerate(self._steps):
            button = self._group.button(number)
            state = self.tr("(已完成)") if number < step else self.tr("(当前)") if number == step else ""
            button.setText(f"{number + 1} {words}")
            button.setAccessibleName(f"{number + 1} {words}{state}")
            button.setIcon(icon(Icon.CHECK, tokens().accent, 16) if number < step else QIcon())
            button.setEnabled(number <= last)
        self._group.button(step).setChecked(True)

    def buttons(self) -> list[QAbstractButton]:
        """The steps in their order."""
        return self._group.buttons()

    def _on_clicked(self, number: int) -> None:
        if number != self._current:
            self._group.button(self._current).setChecked(True)
            self.asked.emit(number)
