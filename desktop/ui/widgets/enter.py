"""Enter in the last field of a short form does what its button does; in a ``Form`` alone it would only move on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class EnterSubmits(QObject):
    """Install after the field was added to its form: the filter installed last is asked first."""

    def __init__(self, field: QWidget, submit: Callable[[], None]) -> None:
        super().__init__(field)
        self._submit = submit
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter:
            self._submit()
        return is_enter
