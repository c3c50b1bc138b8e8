"""The model of a list: two-line rows under headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.ui.icons import Icon
from desktop.ui.models.blocks import Blocks, Fetch
from desktop.ui.widgets.chips import Chip

Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole + 1
"""The ``ListRow`` or ``Heading`` itself; None while it is on its way."""
RECORD = Qt.ItemDataRole.UserRole + 2
"""The record's id; empty for a heading."""


@dataclass(frozen=True)
class Heading:
    """A line that groups what follows (a village)."""

    text: str


@dataclass(frozen=True)
class ListRow:
    """One record in a list: a name, what kind of case, what there is to do, and its states."""

    id: str
    title: str
    note: str = ""
    """Beside the title: category, kinship, number."""
    subject: str = ""
    """What it is about: the task, the address, the last fact with its date."""
    chips: tuple[Chip, ...] = ()
    icon: Icon | None = None

    def spoken(self) -> str:
        """The row as a screen reader says it."""
        return "，".join(part for part in (self.title, self.note, self.subject, *(c.text for c in self.chips)) if part)


class RowModel(QAbstractListModel):
    """Ids and headings at once, rows as they arrive."""

    def __init__(self, fetch: Fetch[ListRow], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[str | Heading] = []
        self._positions: dict[str, int] = {}
        self._blocks: Blocks[ListRow] = Blocks(fetch, self._on_arrived)

    def show_entries(self, entries: Sequence[str | Heading]) -> None:
        """Show these ids and headings; rows already known stay visible while they are asked for afresh."""
        self.beginResetModel()
        self._entries = list(entries)
        self._positions = {entry: at for at, entry in enumerate(self._entries) if isinstance(entry, str)}
        self._blocks.reset([entry if isinstance(entry, str) else None for entry in self._entries])
        self.endResetModel()

    def position(self, record: str) -> QModelIndex:
        """The index of a record; invalid if it is not in the list."""
        at = self._positions.get(record)
        return self.index(at) if at is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == RECORD:
            return entry if isinstance(entry, str) else ""
        if role not in (ROW, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if isinstance(entry, Heading):
            return entry if role == ROW else entry.text
        row = self._blocks.row(index.row())
        if role == ROW:
            return row
        if row is None:
            return "…"
        return row.spoken() if role == Qt.ItemDataRole.AccessibleTextRole else row.title

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._entries[index.row()], Heading):
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def _on_arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))
