"""Layouts that follow the width: a line of chips that wraps, and columns that stack when there is no room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QSizePolicy, QWidget

from desktop.ui.tokens import GAP


class FlowLayout(QLayout):
    """Places items from left to right and goes on in the next line, like words."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        # Qt asks many times between two changes; each answer walks through all items.
        self._heights: dict[int, int] = {}
        self._wanted: tuple[QSize, QSize] | None = None
        self._shown: list[tuple[QLayoutItem, int, int]] | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem) -> None:
        self._forget()
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # the stub forgets None
        self._forget()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._forget()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return self._sizes()[0]

    def minimumSize(self) -> QSize:
        return self._sizes()[1]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _forget(self) -> None:
        self._heights.clear()
        self._wanted = self._shown = None

    def _sizes(self) -> tuple[QSize, QSize]:
        """The size wanted and the least size."""
        if self._wanted is None:
            visible = self._visible()
            widths = [width for _, width, _ in visible]
            sizes = [item.minimumSize() for item, _, _ in visible]
            width = max((size.width() for size in sizes), default=0)
            height = max((size.height() for size in sizes), default=0)
            line = sum(widths) + self.spacing() * max(0, len(widths) - 1)
            self._wanted = QSize(line, height), QSize(width, height)
        return self._wanted

    def _visible(self) -> list[tuple[QLayoutItem, int, int]]:
        """What is shown, each with the width and height it would like."""
        if self._shown is None:
            shown = [(item, item.sizeHint()) for item in self._items if not item.isEmpty()]
            self._shown = [(item, hint.width(), hint.height()) for item, hint in shown]
        return self._shown

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        left, room, gap = rect.x(), rect.width(), self.spacing()
        x, y, line = left, rect.y(), 0
        for item, wanted, height in self._visible():
            width = min(wanted, room) if room else wanted
            if x > left and x + width > left + room:
                x, y, line = left, y + line + gap, 0
            if move:
                item.setGeometry(QRect(x, y, width, height))
            x += width + gap
            line = max(line, height)
        return y + line - rect.y()


class Flow(QWidget):
    """Widgets in a ``FlowLayout``."""

    def __init__(self, widgets: Sequence[QWidget] = (), parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._layout = FlowLayout(self, gap)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for widget in widgets:
            self.add(widget)

    def add(self, widget: QWidget) -> None:
        """Put ``widget`` at the end."""
        self._layout.addWidget(widget)

    def replace(self, widgets: Sequence[QWidget]) -> None:
        """Show these instead of what is shown."""
        while (item := self._layout.takeAt(0)) is not None:
            old = item.widget()
            old.hide()
            old.deleteLater()
        for widget in widgets:
            self.add(widget)
            widget.show()
        self.setVisible(bool(widgets))
        self.updateGeometry()


class Columns(QWidget):
    """Widgets side by side while each has its room, one under the other where the window is narrow.

    ``stretch`` gives each one's share of the width; ``enough`` is the width below which they stack.
    """

    def __init__(
        self, widgets: Sequence[QWidget], stretch: Sequence[int], enough: int = 760, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._enough = enough
        # Side by side needs more than stacked: a narrow window could never begin to stack if that were asked for.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        for widget, share in zip(widgets, stretch, strict=True):
            self.add(widget, share)

    def add(self, widget: QWidget, share: int) -> None:
        """Add one more at the end."""
        self._layout.addWidget(widget, share)

    @property
    def is_stacked(self) -> bool:
        """Whether the widgets stand one under the other."""
        return self._layout.direction() is QBoxLayout.Direction.TopToBottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction.LeftToRight
        if event.size().width() < self._enough:
            direction = QBoxLayout.Direction.TopToBottom
        if direction is not self._layout.direction():
            self._layout.setDirection(direction)
            self.updateGeometry()
