"""A table that office workers know from spreadsheets; columns share the width, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from desktop.ui.models.blocks import Fetch
from desktop.ui.models.rows import RECORD, ROW
from desktop.ui.models.table import Column, TableModel, TableRow
from desktop.ui.widgets.chips import Chip, chip_size, paint_chip
from desktop.ui.widgets.row_delegate import place_and_state

_ROW_HEIGHT = 40


class _CellDelegate(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        cell = index.data(ROW)
        if isinstance(cell, Chip):
            rect, _ = place_and_state(option)
            size = chip_size(cell)
            width = min(size.width(), rect.width() - 12)
            paint_chip(painter, QRect(rect.left() + 8, rect.center().y() - 12, width, size.height()), cell)


class _Table(QTableView):
    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = model.columns
        self.setModel(model)
        self.setItemDelegate(_CellDelegate(self))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        total = sum(column.share for column in self._columns)
        room = self.viewport().width()
        for number, column in enumerate(self._columns):
            self.setColumnWidth(number, room * column.share // total)


class TablePane(QWidget):
    """A table with its model, or what to do next when it is empty."""

    opened = Signal(str)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        fetch: Fetch[TableRow],
        empty: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = TableModel(columns, fetch, self)
        self.view = _Table(self.model, self)
        self.view.setAccessibleName(name)
        self.view.activated.connect(lambda index: self.opened.emit(index.data(RECORD)))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self._stack.setCurrentIndex(1)
        self.setMinimumHeight(180)
        self.setFocusProxy(self.view)

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show these records in this order."""
        self.model.show_ids(ids)
        self._stack.setCurrentIndex(0 if ids else 1)
