"""Forms: a label above each field, one to three columns by width, Enter goes on, Tab follows the reading order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.tokens import GAP
from desktop.ui.widgets.labels import label, set_kind
from desktop.ui.widgets.suggestions import SuggestingEdit

_COLUMN = 260
"""The least width of a column; fewer columns are used where the form is narrower."""


class EnterMovesOn(QObject):
    """Enter goes to the next field, as on paper; in longer text Ctrl+Enter does.

    Keys belong to the input method while it composes: with a preedit on the screen nothing is handled here.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._composing: set[int] = set()

    def watch(self, widget: QWidget) -> None:
        """Handle Enter in ``widget``."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            if event.preeditString():
                self._composing.add(id(watched))
            else:
                self._composing.discard(id(watched))
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and isinstance(watched, QWidget):
            if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or id(watched) in self._composing:
                return False
            if isinstance(watched, SuggestingEdit) and watched.is_open:
                return False  # Enter takes what is offered; the next one goes on
            has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if isinstance(watched, QPlainTextEdit) is has_control:
                watched.focusNextPrevChild(True)
                return True
        return False


class _Row:
    """One field with its label above and its hint or problem below."""

    def __init__(self, cell: QWidget, field: QWidget, columns: int, hint: QLabel, note: str) -> None:
        self.cell = cell
        self.field = field
        self.columns = columns
        self._hint = hint
        self._note = note
        self._problem = ""
        self._live = ""

    def show_problem(self, problem: str) -> None:
        self._problem = problem
        self._show()

    def show_hint(self, hint: str) -> None:
        self._live = hint
        self._show()

    def _show(self) -> None:
        text = self._problem or self._live or self._note
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        set_kind(self._hint, "problem" if self._problem else "hint")


class Form(QWidget):
    """Fields in reading order: left to right, then down; the paper form's order is the order of ``add``."""

    def __init__(self, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = columns
        self._used = 0
        self._rows: list[_Row] = []
        self._row_of: dict[QWidget, _Row] = {}
        self._next = (0, 0)
        """Line and column where the next row goes."""
        self._enter = EnterMovesOn(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(GAP)

    def add(self, text: str, field: QWidget, *, columns: int = 1, note: str = "") -> None:
        """Add ``field`` under its label ``text`` (a mnemonic as ``姓名(&N)``), as wide as ``columns``.

        ``note`` is a standing remark below it; problems and hints that the field reports take its place.
        """
        cell = QWidget(self)
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        name = label(text, "field", parent=cell)
        name.setBuddy(_first_input(field))
        hint = label(note, "hint", wrap=True, parent=cell)
        hint.setVisible(bool(note))
        column.addWidget(name)
        column.addWidget(field)
        column.addWidget(hint)
        column.addStretch(1)
        row = _Row(cell, field, columns, hint, note)
        self._rows.append(row)
        self._row_of[field] = row
        self._name_inputs(field, _plain(text))
        for signal, receive in (("problem_changed", row.show_problem), ("hint_changed", row.show_hint)):
            if hasattr(field, signal):
                getattr(field, signal).connect(receive)
        if self.isVisible():
            # Qt hides what is added to a form that is on the screen; elsewhere showing would only style it too early.
            cell.show()
        if self._used:
            self._place(row)
        else:
            self._arrange(1)

    def problems(self) -> list[str]:
        """What is wrong in the fields that are shown, in their order."""
        shown: list[Any] = [row.field for row in self._rows if not row.cell.isHidden()]
        asked = [field for field in shown if hasattr(field, "problem")]
        return [problem for field in asked if (problem := field.problem())]

    def focus_first_problem(self) -> bool:
        """Go to the first field that is wrong; false if none is."""
        for row in self._rows:
            field: Any = row.field
            if not row.cell.isHidden() and hasattr(field, "problem") and field.problem():
                field.setFocus()
                return True
        return False

    def show_problem(self, field: QWidget, problem: str) -> None:
        """Show a problem that the page found (a missing answer) under ``field``; empty takes it away."""
        self._row(field).show_problem(problem)

    def show_hint(self, field: QWidget, hint: str) -> None:
        """Show a remark of the page (last visit's date) under ``field``; empty brings its standing note back."""
        self._row(field).show_hint(hint)

    def is_shown(self, field: QWidget) -> bool:
        """Whether a field is shown with its label."""
        return not self._row(field).cell.isHidden()

    def set_shown(self, field: QWidget, is_shown: bool) -> None:
        """Show or hide a field with its label."""
        cell = self._row(field).cell
        if cell.isHidden() is is_shown or not self._used:
            cell.setVisible(is_shown)
            self._arrange(self._used or 1)

    def minimumSizeHint(self) -> Any:
        # One column always fits; the width decides how many are used.
        hint = super().minimumSizeHint()
        hint.setWidth(max((row.cell.minimumSizeHint().width() for row in self._rows), default=0))
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = max(1, min(self._most, (event.size().width() + 16) // (_COLUMN + 16)))
        if columns != self._used:
            self._arrange(columns)

    def _row(self, field: QWidget) -> _Row:
        return self._row_of[field]

    def _arrange(self, columns: int) -> None:
        self._used = columns
        for number in range(self._most):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)
        self._next = (0, 0)
        for row in self._rows:
            if not row.cell.isHidden():
                self._place(row)

    def _place(self, row: _Row) -> None:
        """Put a row where the one before ends."""
        line, place = self._next
        span = min(row.columns, self._used)
        if place + span > self._used:
            line, place = line + 1, 0
        self._grid.addWidget(row.cell, line, place, 1, span)
        self._next = (line, place + span)

    def _name_inputs(self, field: QWidget, name: str) -> None:
        for widget in _inputs(field):
            if isinstance(widget, QAbstractButton) or widget.accessibleName():
                widget.setAccessibleDescription(name)
            else:
                widget.setAccessibleName(name)
            if isinstance(widget, QPlainTextEdit):
                widget.setTabChangesFocus(True)
            if isinstance(widget, (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton)):
                self._enter.watch(widget)


def _inputs(field: QWidget) -> list[QWidget]:
    candidates = [field, *field.findChildren(QWidget)]
    none = Qt.FocusPolicy.NoFocus
    return [widget for widget in candidates if widget.focusPolicy() is not none and widget.focusProxy() is None]


def _first_input(field: QWidget) -> QWidget:
    return field.focusProxy() or field


def _plain(text: str) -> str:
    """The label without its mnemonic: ``姓名(&N)`` → ``姓名``."""
    before, mark, after = text.partition("(&")
    return before + after[2:] if mark else text.replace("&", "")
