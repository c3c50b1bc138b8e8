"""Choosing a place by typing part of its name; the value is its code."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.icons import Icon, icon
from desktop.ui.models.rows import ListRow
from desktop.ui.tokens import tokens
from desktop.ui.widgets.fields import set_problem_look
from desktop.ui.widgets.suggestions import Ask, SuggestingEdit


class DivisionPicker(SuggestingEdit):
    """A township or village. ``ask`` answers with rows whose id is the code and whose title is the name."""

    changed = Signal()
    problem_changed = Signal(str)

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(ask, "", parent)
        self._nothing.setText(self.tr("没有这个地名。请打村名中的几个字，或者打拼音首字母。"))
        self.setPlaceholderText(self.tr("打村名中的几个字"))
        self.addAction(icon(Icon.PLACE, tokens().ink_soft, 18), QLineEdit.ActionPosition.LeadingPosition)
        self._code = ""
        self._name = ""
        self._problem = ""
        self.picked.connect(self._on_picked)
        self.textEdited.connect(self._on_typed)
        self.editingFinished.connect(self._on_left)

    def value(self) -> str:
        """The code of the chosen place; empty if none is chosen."""
        return self._code

    def set_value(self, value: tuple[str, str] | None) -> None:
        """Show a place ``(code, name)``; not a change by hand."""
        self._code, self._name = value or ("", "")
        self.setText(self._name)
        self._tell("")

    def problem(self) -> str:
        """Why there is no code although something was typed; empty when all is well."""
        return self._problem

    def _on_picked(self, row: ListRow) -> None:
        self.set_value((row.id, row.title))
        self.changed.emit()

    def _on_typed(self) -> None:
        if self._code:
            self._code = ""
            self.changed.emit()
        self._tell("")

    def _on_left(self) -> None:
        if self.text().strip() and not self._code and not self.is_open:
            self._tell(self.tr("请从名单里选一个地方。"))

    def _tell(self, problem: str) -> None:
        self._problem = problem
        set_problem_look(self, bool(problem))
        self.problem_changed.emit(problem)
