"""Words on the page: labels, titles, and a label that shortens itself instead of being cut off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class _WrappedLabel(QLabel):
    """As high as its width needs. QLabel's own least height is that of its narrowest width, which is far too much."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height())


def label(text: str = "", kind: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A plain-text label; ``kind`` names its look in the style sheet (title, section, soft, hint, problem …)."""
    result = _WrappedLabel(text, parent) if wrap else QLabel(text, parent)
    # Names and remarks of people must never be read as markup.
    result.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        result.setProperty("kind", kind)
    return result


def set_kind(widget: QWidget, kind: str) -> None:
    """Change the look of a widget that is already shown."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class ShortenedLabel(QLabel):
    """One line that ends in … where there is no room; the whole text is its tooltip and its accessible name."""

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if kind:
            self.setProperty("kind", kind)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self.setToolTip("")

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.fontMetrics().horizontalAdvance("汉汉汉…"), super().sizeHint().width()), self._height())

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() + 2, self._height())

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment()) | int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()

    def _height(self) -> int:
        return self.fontMetrics().height() + 2
