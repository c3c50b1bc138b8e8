"""一格一格对: what a second check compares, each box marked as seen to agree, or said not to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.services.sheet_comparison import BoxToCompare
from desktop.ui.icons import Icon, icon
from desktop.ui.tokens import tokens
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty


class ComparisonBoxes(QWidget):
    """There is none for all: Space marks a box and goes on to the next that is left."""

    not_alike = Signal(str)
    """A box does not agree: the beginning of the reason."""
    completed = Signal()
    """The last box was marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: list[QCheckBox] = []
        self.wrong: list[QPushButton] = []
        self._left = label(kind="field", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._left)
        column.addLayout(self._rows)

    def show_boxes(self, boxes: Sequence[BoxToCompare]) -> None:
        """Ask for these, none of them marked."""
        empty(self._rows)
        self.marks, self.wrong = [], []
        for one in boxes:
            self._rows.addWidget(self._row(one))
        self.setVisible(bool(boxes))
        self._say_left()

    def problem(self) -> str:
        """How many are left, in words; "" where all are marked."""
        left = sum(not one.isChecked() for one in self.marks)
        return self.tr("还有 {count} 格没有对。").format(count=left) if left else ""

    def focus_first(self) -> None:
        """To the first that is left."""
        left = next((one for one in self.marks if not one.isChecked()), None)
        if left is not None:
            left.setFocus()

    def _row(self, box: BoxToCompare) -> QWidget:
        row = QWidget(self)
        mark = QCheckBox(self.tr("对"), row)
        mark.setProperty("kind", "segment")
        mark.setAccessibleName(box.words)
        mark.toggled.connect(partial(_show_mark, mark))
        mark.clicked.connect(self._on_marked)
        _show_mark(mark, is_marked=False)
        wrong = link_button(self.tr("不对……"), partial(self.not_alike.emit, box.not_alike), parent=row)
        wrong.setAccessibleName(box.not_alike)
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(label(box.words, wrap=True), 1)
        for each in (mark, wrong):
            inside.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        self.marks.append(mark)
        self.wrong.append(wrong)
        return row

    def _on_marked(self, is_marked: bool) -> None:
        self._say_left()
        if is_marked and self.problem():
            self.focus_first()
        elif is_marked:
            self.completed.emit()

    def _say_left(self) -> None:
        left = self.problem()
        heading = self.tr("一格一格对，对过一格勾一格（空格键）。")
        self._left.setText(heading + left if left else self.tr("每一格都对过了。"))


def _show_mark(mark: QCheckBox, is_marked: bool) -> None:
    mark.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_marked else icon(Icon.BOX, tokens().field_line))
