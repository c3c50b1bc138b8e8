"""Fields that take what people type and show it in one form: money, dates, phones, plain text.

Every field here is a ``QLineEdit`` with ``value()``, ``set_value()``, ``problem()`` and the signals ``changed`` and
``problem_changed``; a ``Form`` shows the problem under the field. Nothing is rewritten while someone is typing,
only when the field is left, so that input methods are never disturbed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.typed import format_date, format_money, format_phone, parse_date, parse_money, parse_phone
from desktop.ui.clipboard import keep_private
from desktop.ui.icons import Icon, icon
from desktop.ui.messages import word
from desktop.ui.tokens import TARGET, tokens

T = TypeVar("T")


def set_problem_look(field: QLineEdit, has_problem: bool) -> None:
    """Mark or unmark a field as wrong; the words under it say why."""
    if bool(field.property("problem")) != has_problem:
        field.setProperty("problem", has_problem)
        field.style().unpolish(field)
        field.style().polish(field)


class TextField(QLineEdit):
    """One line of text: names, addresses, remarks."""

    changed = Signal()
    """The value changed by hand."""
    problem_changed = Signal(str)
    """The sentence to show under the field; empty when all is well."""

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setPlaceholderText(placeholder)
        self.textEdited.connect(self._on_edited)
        self.editingFinished.connect(self.settle)
        self._problem = ""

    def value(self) -> str:
        """What was typed, without spaces at its ends."""
        return self.text().strip()

    def set_value(self, value: str | None) -> None:
        """Show ``value``; not a change by hand."""
        self.setText(value or "")
        self._show_problem("")

    def problem(self) -> str:
        """Why the value cannot be used, in words; empty when it can."""
        return self._problem

    def settle(self) -> None:
        """Bring what was typed into its one form, or say what is wrong with it."""

    def _on_edited(self) -> None:
        self._show_problem("")
        self.changed.emit()

    def _show_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            set_problem_look(self, bool(problem))
            self.problem_changed.emit(problem)


class TypedField(TextField, Generic[T]):
    """A text field whose text means something; subclasses say how it is read and shown."""

    def __init__(
        self, parse: Callable[[str], T], show: Callable[[T], str], placeholder: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(placeholder, parent)
        self._parse = parse
        self._show_value = show

    def value(self) -> T | None:  # type: ignore[override]
        """The value; None when the field is empty or cannot be read (then ``problem()`` says why)."""
        value, _ = self._read()
        return value

    def set_value(self, value: T | None) -> None:  # type: ignore[override]
        """Show ``value`` in its one form; None empties the field."""
        self.setText("" if value is None else self._show_value(value))
        self._show_problem("")

    def problem(self) -> str:
        _, problem = self._read()
        return problem

    def settle(self) -> None:
        value, problem = self._read()
        if value is not None:
            shown = self._show_value(value)
            if shown != self.text():
                self.setText(shown)
        self._show_problem(problem)

    def _read(self) -> tuple[T | None, str]:
        if not self.text().strip():
            return None, ""
        try:
            return self._parse(self.text()), ""
        except UserFacingError as error:
            return None, word(error).sentence()


class MoneyField(TypedField[int]):
    """An amount of money; the value is in fen (分), as in ``domain.typed``."""

    def __init__(self, *, allow_negative: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(lambda text: parse_money(text, allow_negative=allow_negative), format_money, "", parent)
        self.setPlaceholderText(self.tr("如 1200、一千二"))


class DateField(TypedField[date]):
    """A day. ``today`` is asked each time, so that a window left open overnight is not a day behind.

    With ``future`` a day without a year is the next one (deadlines); without it the last one (facts).
    """

    def __init__(self, today: Callable[[], date], *, future: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(lambda text: parse_date(text, today=today(), future=future), format_date, "", parent)
        self.setPlaceholderText(self.tr("如 2026.12.20、12月20日") if future else self.tr("如 2026.3.5、昨天"))
        self.addAction(icon(Icon.DATE, tokens().ink_soft), QLineEdit.ActionPosition.TrailingPosition).setEnabled(False)


class PhoneField(TypedField[str]):
    """A phone number; ``area_code`` (``0599``) completes local numbers."""

    def __init__(self, area_code: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(lambda text: parse_phone(text, area_code=area_code), format_phone, "", parent)
        self.setPlaceholderText(self.tr("手机或座机"))
        keep_private(self)
