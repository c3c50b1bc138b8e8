"""The model of a table: columns of text and states (ledger preview, monthly figures)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from desktop.ui.models.blocks import Blocks, Fetch
from desktop.ui.models.rows import RECORD, ROW, Index
from desktop.ui.widgets.chips import Chip


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, and whether it holds figures (set at the right)."""

    heading: str
    share: int = 1
    is_figure: bool = False


@dataclass(frozen=True)
class TableRow:
    """One record; a cell is text or a state."""

    id: str
    cells: tuple[str | Chip, ...]


class TableModel(QAbstractTableModel):
    """Ids at once, rows as they arrive."""

    def __init__(self, columns: Sequence[Column], fetch: Fetch[TableRow], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._ids: list[str] = []
        self._blocks: Blocks[TableRow] = Blocks(fetch, self._on_arrived)

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show these records in this order."""
        self.beginResetModel()
        self._ids = list(ids)
        self._blocks.reset(self._ids)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == RECORD:
            return self._ids[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[index.column()].is_figure else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if role != ROW and role not in texts:
            return None
        row = self._blocks.row(index.row())
        cell = row.cells[index.column()] if row is not None else "…"
        if role == ROW:
            return cell
        if isinstance(cell, Chip):
            # A state is painted as a chip, which has its own text.
            return "" if role == Qt.ItemDataRole.DisplayRole else cell.text
        return cell

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.columns[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].is_figure else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _on_arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
