"""Several lines of plain text, with the same ``value``, ``set_value`` and ``changed`` as the other fields."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

_MOST = 2000
"""Characters; longer text belongs on an attachment (an action is at most 64 KiB)."""


class TextArea(QPlainTextEdit):
    """Remarks and a person's own words. Tab leaves it, Ctrl+Enter too; Enter begins a new line."""

    changed = Signal()
    problem_changed = Signal(str)

    def __init__(self, placeholder: str = "", lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_changed)

    def value(self) -> str:
        """What was typed, without spaces at its ends."""
        return self.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        """Show ``value``; not a change by hand."""
        self.blockSignals(True)
        self.setPlainText(value or "")
        self.blockSignals(False)

    def problem(self) -> str:
        """Why the text cannot be saved; empty when it can."""
        over = len(self.toPlainText()) - _MOST
        return self.tr("太长了，请删去 {over} 个字。").format(over=over) if over > 0 else ""

    def sizeHint(self) -> QSize:
        return QSize(260, self.fontMetrics().lineSpacing() * self._lines + 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _on_changed(self) -> None:
        self.problem_changed.emit(self.problem())
        self.changed.emit()
