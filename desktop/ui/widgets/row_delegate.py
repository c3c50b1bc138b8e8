"""How a row of a list is painted: in one line where there is room, in two where there is not."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.icons import pixmap
from desktop.ui.models.rows import ROW, Heading, ListRow
from desktop.ui.theme import screen_font
from desktop.ui.tokens import BODY, SMALL, tokens
from desktop.ui.widgets.chips import chip_size, paint_chip

WIDE = 620
"""From this width a row is one line."""
_ONE_LINE = 48
_TWO_LINES = 64
_SIDE = 10
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def place_and_state(option: QStyleOptionViewItem) -> tuple[QRect, QStyle.StateFlag]:
    """Where an item is painted and whether it is selected, hovered, focused."""
    known: Any = option  # the stubs do not know the fields of QStyleOption
    return known.rect, known.state


class RowDelegate(QStyledItemDelegate):
    """Paints ``ListRow`` and ``Heading``; a row on its way is a grey bar."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    @property
    def is_wide(self) -> bool:
        """Whether rows are painted in one line."""
        return self._view.viewport().width() >= WIDE

    @property
    def row_height(self) -> int:
        """The height of every row at this width."""
        return _ONE_LINE if self.is_wide else _TWO_LINES

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        # The width must not exceed the viewport, or the list would scroll sideways.
        return QSize(60, self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, state = place_and_state(option)
        if isinstance(row, Heading):
            self._paint_heading(painter, rect, row)
        else:
            self._paint_ground(painter, rect, state)
            inner = rect.adjusted(_SIDE, 0, -_SIDE, -1)
            if isinstance(row, ListRow):
                if row.icon is not None:
                    at = QPoint(inner.left(), inner.center().y() - 9)
                    painter.drawPixmap(at, pixmap(row.icon, tokens().ink_soft, 18, self._view.devicePixelRatioF()))
                    inner.adjust(28, 0, 0, 0)
                paint = self._paint_wide if self.is_wide else self._paint_narrow
                paint(painter, inner, row)
            else:
                painter.fillRect(QRect(inner.left(), inner.center().y() - 5, 120, 10), QColor(tokens().sunken))
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        colours = tokens()
        if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
            is_selected = bool(state & QStyle.StateFlag.State_Selected)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_soft if is_selected else colours.ground))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -2), 6, 6)
            if is_selected:
                # A bar as well as a tint: the selection must not rest on colour alone.
                painter.setBrush(QColor(colours.accent))
                painter.drawRoundedRect(QRectF(rect.left() + 1, rect.top() + 8, 3, rect.height() - 17), 1.5, 1.5)
        _hairline(painter, rect)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -2), 6, 6)

    def _paint_heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        painter.setFont(screen_font(BODY, bold=True))
        painter.setPen(QColor(tokens().accent))
        painter.drawText(rect.adjusted(_SIDE, 0, -_SIDE, -8), _LEFT_BOTTOM, heading.text)
        _hairline(painter, rect)

    def _paint_wide(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        right = self._paint_chips(painter, rect, row)
        # The columns stand at the same place in every row, whatever its states are.
        note, subject = (rect.left() + round(rect.width() * share) for share in (0.2, 0.42))
        first = QRect(rect.left(), rect.top(), note - rect.left() - 12, rect.height())
        _text(painter, first, row.title, BODY, bold=True)
        _text(painter, QRect(note, rect.top(), subject - note - 12, rect.height()), row.note, SMALL, soft=True)
        _text(painter, QRect(subject, rect.top(), right - subject - 12, rect.height()), row.subject, BODY)

    def _paint_narrow(self, painter: QPainter, rect: QRect, row: ListRow) -> None:
        right = self._paint_chips(painter, rect, row)
        half = rect.height() // 2
        upper = QRect(rect.left(), rect.top() + 6, right - rect.left() - 8, half - 6)
        lower = QRect(rect.left(), rect.top() + half, right - rect.left() - 8, half - 6)
        used = _text(painter, upper, row.title, BODY, bold=True)
        _text(painter, upper.adjusted(used + 10, 0, 0, 0), row.note, SMALL, soft=True)
        _text(painter, lower, row.subject, SMALL, soft=True)

    def _paint_chips(self, painter: QPainter, rect: QRect, row: ListRow) -> int:
        """Paint the states at the right; return where they begin."""
        right = rect.right()
        for chip in reversed(row.chips):
            size = chip_size(chip)
            if right - size.width() < rect.left() + rect.width() // 3:
                break
            paint_chip(painter, QRect(right - size.width(), rect.center().y() - 12, size.width(), size.height()), chip)
            right -= size.width() + 6
        return right


def _hairline(painter: QPainter, rect: QRect) -> None:
    painter.fillRect(QRect(rect.left() + _SIDE, rect.bottom(), rect.width() - 2 * _SIDE, 1), QColor(tokens().line))


_LEFT_BOTTOM = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)


def _text(painter: QPainter, rect: QRect, text: str, size: int, *, bold: bool = False, soft: bool = False) -> int:
    """Paint one line, shortened with … where there is no room; return the width used."""
    if not text or rect.width() < size:
        return 0
    painter.setFont(screen_font(size, bold=bold))
    painter.setPen(QColor(tokens().ink_soft if soft else tokens().ink))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(_LEFT), shown)
    return painter.fontMetrics().horizontalAdvance(shown)
