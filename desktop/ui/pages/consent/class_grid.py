"""Class by class: what one recipient is to be told. There is no way to ask for everything at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.consent import DataClass
from desktop.services.matching import Match
from desktop.ui.icons import Icon, icon
from desktop.ui.messages.matches import not_needed_words
from desktop.ui.pages.consent.words import class_words
from desktop.ui.tokens import tokens
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.labels import label

_ENOUGH = 600


class ClassGrid(QWidget):
    """Ordinary classes left, sensitive ones right, as on the paper; each says 征求 or 不征求.

    What the project does not need is off at first and says why; a person may still ask for it.
    """

    changed = Signal()

    def __init__(self, match: Match, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._match = match
        self._cells: dict[DataClass, _ClassCell] = {}

    def build(self) -> Iterator[None]:
        """Make the cells, one per step; before anything is asked of the grid."""
        match = self._match
        necessary = match.necessary
        sides = []
        for title, is_sensitive in ((self.tr("一般信息"), False), (self.tr("敏感信息"), True)):
            side = QWidget(self)
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(6)
            column.addWidget(label(title, "field"))
            for data_class in DataClass:
                if data_class.sensitive is is_sensitive:
                    cell = _ClassCell(data_class, data_class in necessary, match.organisation.name)
                    cell.changed.connect(self.changed)
                    self._cells[data_class] = cell
                    column.addWidget(cell)
                    yield
            column.addStretch(1)
            sides.append(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Columns(sides, [1, 1], enough=_ENOUGH))

    def value(self) -> tuple[DataClass, ...]:
        """The classes asked for."""
        return tuple(one for one, cell in self._cells.items() if cell.box.isChecked())

    def set_value(self, classes: Collection[DataClass]) -> None:
        """Ask for exactly these; not a change by hand."""
        for one, cell in self._cells.items():
            cell.set_asked(one in classes)

    def box(self, data_class: DataClass) -> QCheckBox:
        """The box of one class."""
        return self._cells[data_class].box


class _ClassCell(QWidget):
    changed = Signal()

    def __init__(self, data_class: DataClass, is_needed: bool, recipient: str) -> None:
        super().__init__()
        self._name = class_words(data_class)
        self._is_needed = is_needed
        self._why_not = not_needed_words(data_class)
        self._recipient = recipient
        self.box = QCheckBox(self)
        self.box.setProperty("kind", "segment")
        self.box.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.box.toggled.connect(self._show)
        self.box.clicked.connect(lambda: self.changed.emit())  # noqa: PLW0108 - clicked carries a bool
        self._reason = label(kind="hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.box)
        column.addWidget(self._reason)
        self._show(False)

    def set_asked(self, is_asked: bool) -> None:
        self.box.setChecked(is_asked)
        self._show(is_asked)

    def _show(self, is_asked: bool) -> None:
        state = self.tr("征求") if is_asked else self.tr("不征求")
        self.box.setText(f"{self._name}：{state}")
        self.box.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_asked else icon(Icon.BOX, tokens().field_line))
        self.box.setAccessibleDescription(self._recipient)
        if self._is_needed:
            self._reason.hide()
            return
        said = self.tr("一般用不到；确实要征求，请当面讲明为什么。") if is_asked else self._why_not
        self._reason.setText(said)
        self._reason.show()
