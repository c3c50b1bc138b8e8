"""What stands in a field, exactly as typed: half a date and a misspelt amount are kept in drafts too."""

from __future__ import annotations

import contextlib
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.text_area import TextArea

Field = TextField | TextArea | ChoiceField[Any] | MultiChoice[Any]
"""The fields of the visit page."""


def state_of(field: Field) -> Any:
    """The field's content as JSON can hold it: the text as typed, the chosen value, or the list of chosen values."""
    if isinstance(field, TextField):
        return field.text()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    return list(field.value()) if isinstance(field, MultiChoice) else field.value()


def restore(field: Field, state: Any) -> None:
    """Bring back what ``state_of`` answered; a text that cannot be read shows its problem again."""
    if isinstance(field, TextField):
        field.setText(str(state or ""))
        field.settle()
    elif isinstance(field, MultiChoice):
        field.set_value(state or [])
    else:
        show(field, state)


def show(field: Field, value: Any) -> bool:
    """Show a recorded value; false, with the field left empty, if it is none of the options offered now."""
    chosen: Any = field
    if isinstance(field, ChoiceField):
        chosen.set_value(None)
        with contextlib.suppress(ValueError):
            chosen.set_value(value)
        return bool(chosen.value() == value)
    chosen.set_value(value)
    return True


def is_empty(field: Field) -> bool:
    """Whether nothing was typed or chosen."""
    state = state_of(field)
    return state is None or state == [] or (isinstance(state, str) and not state.strip())


def inputs_of(field: Field) -> list[QWidget]:
    """The widgets that take the focus in a field."""
    return field.inputs() if isinstance(field, ChoiceField | MultiChoice) else [field]
