"""A list beside a detail, or alone: choose with the arrow keys, open with Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.ui.models.blocks import Fetch
from desktop.ui.models.rows import RECORD, Heading, Index, ListRow, RowModel
from desktop.ui.widgets.row_delegate import RowDelegate


class RowView(QTableView):
    """A list of ``ListRow``; never scrolls sideways.

    A table of one column, because a ``QListView`` lays out every row at once: 100,000 rows took it 1.3 s.
    """

    opened = Signal(str)
    """Enter or a click on a record."""
    chosen = Signal(str)
    """The record that became current, by any means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = RowDelegate(self)
        self._was_wide = False
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setMinimumHeight(150)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.row_height)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    @property
    def row_height(self) -> int:
        """How high each row is at this width."""
        return self._delegate.row_height

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        record = current.data(RECORD) if current.isValid() else ""
        if record:
            self.chosen.emit(record)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model() is not None:
            self._mark_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._delegate.is_wide is not self._was_wide:
            self._was_wide = self._delegate.is_wide
            self.verticalHeader().setDefaultSectionSize(self.row_height)

    def _mark_first(self) -> None:
        # Shows where the keyboard is; nobody has chosen a record yet, so nothing is told.
        indexes = (self.model().index(row, 0) for row in range(min(2, self.model().rowCount())))
        first = next((index for index in indexes if index.flags() & Qt.ItemFlag.ItemIsEnabled), QModelIndex())
        self.blockSignals(True)
        self.setCurrentIndex(first)
        self.blockSignals(False)

    def _open(self, index: QModelIndex) -> None:
        record = index.data(RECORD)
        if record:
            self.opened.emit(record)


class ListPane(QWidget):
    """A ``RowView`` with its model, or what to do next when it is empty.

    ``name`` is what a screen reader calls the list; ``empty`` is shown when there are no records.
    """

    opened = Signal(str)
    chosen = Signal(str)

    def __init__(self, name: str, fetch: Fetch[ListRow], empty: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RowModel(fetch, self)
        self.view = RowView(self)
        self.view.setAccessibleName(name)
        self.view.setModel(self.model)
        self.view.opened.connect(self.opened)
        self.view.chosen.connect(self.chosen)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self._stack.setCurrentIndex(1)
        self.setFocusProxy(self.view)

    def show_entries(self, entries: Sequence[str | Heading]) -> None:
        """Show these ids under their headings; the chosen record stays chosen and in sight if it is still there."""
        kept = self.current()
        top = self.view.verticalScrollBar().value()
        self.model.show_entries(entries)
        self._stack.setCurrentIndex(0 if any(isinstance(entry, str) for entry in entries) else 1)
        if kept:
            self._select_silently(kept)
            self.view.verticalScrollBar().setValue(top)

    def current(self) -> str:
        """The chosen record's id; empty if none is."""
        return str(self.view.currentIndex().data(RECORD) or "")

    def choose(self, record: str) -> bool:
        """Choose a record and bring it into sight; false if it is not in the list."""
        index = self.model.position(record)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
        return index.isValid()

    def _select_silently(self, record: str) -> None:
        index = self.model.position(record)
        self.view.blockSignals(True)
        self.view.setCurrentIndex(index)
        self.view.blockSignals(False)
