"""One household, one chain (一户一链): everything that happened, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.ui.models.rows import RECORD, ROW, Index
from desktop.ui.theme import screen_font
from desktop.ui.tokens import BODY, SMALL, tokens
from desktop.ui.widgets.chips import Chip, chip_size, paint_chip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.row_delegate import place_and_state

_DATE = 104
_KIND = 96
_DATE_FROM = 460
"""From this width the date has a column of its own."""
_TOP = 10
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened. ``kind`` is the filter's key, ``chip`` its word and icon."""

    id: str
    day: str
    kind: str
    chip: Chip
    title: str
    detail: str = ""
    state: Chip | None = None

    def spoken(self) -> str:
        """The entry as a screen reader says it."""
        parts = (self.day, self.chip.text, self.title, self.detail, self.state.text if self.state else "")
        return "，".join(part for part in parts if part)


class TimelineModel(QAbstractListModel):
    """The entries of one household."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[TimelineEntry, ...] = ()

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show these instead of what is shown."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return entry.spoken()
            case _ if role == ROW:
                return entry
            case _ if role == RECORD:
                return entry.id
        return None


class _EntryDelegate(QStyledItemDelegate):
    """Date, kind on the chain, then title and detail, wrapped to the width there is."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        entry = index.data(ROW)
        if not isinstance(entry, TimelineEntry):
            return QSize(60, 48)
        title, detail = self._heights(entry, self._view.viewport().width())
        return QSize(60, title + detail + 2 * _TOP + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = index.data(ROW)
        if not isinstance(entry, TimelineEntry):
            return
        rect, state = place_and_state(option)
        colours = tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_MouseOver or state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.ground))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        self._paint_chain(painter, rect, entry, is_last=index.row() == index.model().rowCount() - 1)
        self._paint_words(painter, rect, entry)
        painter.restore()

    def _paint_chain(self, painter: QPainter, rect: QRect, entry: TimelineEntry, *, is_last: bool) -> None:
        size = chip_size(entry.chip)
        left = rect.left() + self._date_width(rect.width())
        bottom = rect.top() + _TOP + size.height()
        painter.setPen(QPen(QColor(tokens().line), 2))
        if not is_last:
            painter.drawLine(left + 16, bottom + 2, left + 16, rect.bottom() + _TOP - 1)
        paint_chip(painter, QRect(left, rect.top() + _TOP - 1, size.width(), size.height()), entry.chip)
        if rect.width() >= _DATE_FROM:
            painter.setFont(screen_font(SMALL))
            painter.setPen(QColor(tokens().ink_soft))
            date = QRect(rect.left() + 8, rect.top() + _TOP, _DATE - 12, 24)
            painter.drawText(date, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), entry.day)

    def _paint_words(self, painter: QPainter, rect: QRect, entry: TimelineEntry) -> None:
        words = self._words(rect.width())
        left, width = rect.left() + words[0], words[1]
        if entry.state is not None:
            size = chip_size(entry.state)
            at = QRect(rect.right() - size.width() - 8, rect.top() + _TOP - 1, size.width(), size.height())
            paint_chip(painter, at, entry.state)
        title, detail = self._heights(entry, rect.width())
        painter.setFont(screen_font(BODY))
        painter.setPen(QColor(tokens().ink))
        painter.drawText(QRect(left, rect.top() + _TOP, self._title_width(entry, width), title), _WRAP, entry.title)
        painter.setFont(screen_font(SMALL))
        painter.setPen(QColor(tokens().ink_soft))
        text = self._detail(entry, rect.width())
        painter.drawText(QRect(left, rect.top() + _TOP + title + 4, width, detail), _WRAP, text)

    def _heights(self, entry: TimelineEntry, total: int) -> tuple[int, int]:
        _, width = self._words(total)
        room = QRect(0, 0, self._title_width(entry, width), 10_000)
        title = QFontMetrics(screen_font(BODY)).boundingRect(room, _WRAP, entry.title).height()
        detail = self._detail(entry, total)
        if not detail:
            return max(title, 24), 0
        return title, QFontMetrics(screen_font(SMALL)).boundingRect(QRect(0, 0, width, 10_000), _WRAP, detail).height()

    @staticmethod
    def _date_width(total: int) -> int:
        return _DATE if total >= _DATE_FROM else 8

    def _words(self, total: int) -> tuple[int, int]:
        left = self._date_width(total) + _KIND
        return left, max(80, total - left - 12)

    @staticmethod
    def _title_width(entry: TimelineEntry, width: int) -> int:
        return width - (chip_size(entry.state).width() + 12 if entry.state is not None else 0)

    def _detail(self, entry: TimelineEntry, total: int) -> str:
        # Where the date has no column of its own it leads the detail.
        return entry.detail if total >= _DATE_FROM else " · ".join(part for part in (entry.day, entry.detail) if part)


class _TimelineView(QListView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setItemDelegate(_EntryDelegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setMinimumHeight(240)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()


class Timeline(QWidget):
    """The chain with its filter; ``kinds`` are ``(key, word)`` pairs, and 全部 comes first by itself."""

    opened = Signal(str)
    """Enter or a click on an entry."""

    def __init__(self, kinds: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[TimelineEntry, ...] = ()
        self.model = TimelineModel(self)
        self.view = _TimelineView(self)
        self.view.setAccessibleName(self.tr("一户一链"))
        self.view.setModel(self.model)
        self.view.clicked.connect(self._open)
        self.view.activated.connect(self._open)
        self._nothing = label("", "soft", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._filter: ChoiceField[str] = ChoiceField([("", self.tr("全部")), *kinds], few=9, is_filter=True)
        self._filter.set_value("")
        self._filter.changed.connect(self._filter_entries)
        if not kinds:
            self._filter.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._filter)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.view, 1)
        self.show_entries(())

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show a household's entries, newest first."""
        self._entries = tuple(entries)
        self._filter_entries()

    def choose_kind(self, kind: str) -> None:
        """Show one kind's entries; empty shows all."""
        self._filter.set_value(kind)
        self._filter_entries()

    def _filter_entries(self) -> None:
        kind = self._filter.value() or ""
        shown = [entry for entry in self._entries if not kind or entry.kind == kind]
        self.model.show_entries(shown)
        self.view.setVisible(bool(shown))
        none_yet = self.tr("还没有记录。走访、同意书、转介和收到的帮扶，都会按时间排在这里。")
        self._nothing.setText(self.tr("这一类还没有记录。") if self._entries else none_yet)
        self._nothing.setVisible(not shown)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(RECORD))
