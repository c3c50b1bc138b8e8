"""Find anything: one box at the top of every page, Ctrl+K from anywhere."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.icons import Icon, icon
from desktop.ui.models.rows import ListRow
from desktop.ui.theme import screen_font
from desktop.ui.tokens import SMALL, tokens
from desktop.ui.widgets.suggestions import Ask, SuggestingEdit

_KEYS = "Ctrl+K"


class SearchBox(SuggestingEdit):
    """Finds people, households and referrals; ``picked`` carries the chosen row, and the box empties itself."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(ask, "", parent)
        self._nothing.setText(self.tr("没有找到。可以试试姓名、拼音首字母、证件号后四位、电话或村名。"))
        self.setAccessibleName(self.tr("查找"))
        self.setPlaceholderText(self.tr("找人、找户、找转介单"))
        self.addAction(icon(Icon.SEARCH, tokens().ink_soft, 18), QLineEdit.ActionPosition.LeadingPosition)
        self.setMaximumWidth(360)
        self.setMinimumWidth(170)
        self.picked.connect(self._on_picked)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() or self.hasFocus() or self.width() < 280:
            return
        font = screen_font(SMALL)
        width = QFontMetrics(font).horizontalAdvance(_KEYS) + 12
        rect = QRect(self.width() - width - 8, (self.height() - 24) // 2, width, 24)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(QPen(QColor(tokens().line), 1))
        painter.drawRoundedRect(rect, 5, 5)
        painter.setPen(QColor(tokens().ink_soft))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), _KEYS)
        painter.end()

    def _on_picked(self, _row: ListRow) -> None:
        self.clear()
