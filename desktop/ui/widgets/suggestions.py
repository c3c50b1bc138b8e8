"""A line to type in, with a list of what is meant under it: the base of search and of the division picker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.models.rows import RECORD, ListRow, RowModel
from desktop.ui.tokens import TARGET
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.list_pane import RowView

Ask = Callable[[str, Callable[[Sequence[ListRow]], None]], None]
"""Asks what a text may mean; answers later on the screen's thread, best first."""

_PAUSE = 120
"""Milliseconds without a key after which the question is asked."""
_MOST = 8
"""Rows shown without scrolling."""


class SuggestingEdit(QLineEdit):
    """Asks while one types and shows the answers; ↑ ↓ Enter choose, Esc closes.

    The list is a child of the window and never takes the focus, so that an input method keeps composing.
    """

    picked = Signal(object)
    """The chosen ``ListRow``."""

    def __init__(self, ask: Ask, nothing_found: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self._ask = ask
        self._asked = 0
        self._rows: dict[str, ListRow] = {}
        self._is_composing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._ask_now)
        self._model = RowModel(lambda ids, receive: receive([self._rows[each] for each in ids]), self)
        self._popup: QFrame | None = None
        self._view: RowView | None = None
        self._nothing = label(nothing_found, "soft", wrap=True)
        self._nothing.setContentsMargins(14, 12, 14, 12)
        self.textEdited.connect(self._on_edited)

    @property
    def is_open(self) -> bool:
        """Whether answers are shown."""
        return self._popup is not None and self._popup.isVisible()

    def close_answers(self) -> None:
        """Hide the answers and forget the question under way."""
        self._timer.stop()
        self._asked += 1
        if self._popup is not None:
            self._popup.hide()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_composing and self._handle_key(Qt.Key(event.key())):
            event.accept()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_answers()

    def _handle_key(self, key: Qt.Key) -> bool:
        if self._view is None or not self.is_open:
            return False
        if key is Qt.Key.Key_Escape:
            self.close_answers()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key is Qt.Key.Key_Down else -1
            row = min(max(self._view.currentIndex().row() + step, 0), self._model.rowCount() - 1)
            self._view.setCurrentIndex(self._model.index(row))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._model.rowCount():
            self._pick(str(self._view.currentIndex().data(RECORD)))
        else:
            return False
        return True

    def _on_edited(self) -> None:
        if self.text().strip():
            self._timer.start()
        else:
            self.close_answers()

    def _ask_now(self) -> None:
        self._asked += 1
        number = self._asked

        def receive(rows: Sequence[ListRow]) -> None:
            if number == self._asked:  # a later question or a closed list makes this answer void
                self._show_answers(rows)

        self._ask(self.text().strip(), receive)

    def _show_answers(self, rows: Sequence[ListRow]) -> None:
        self._rows = {row.id: row for row in rows}
        self._model.show_entries([row.id for row in rows])
        popup, view = self._make_popup()
        view.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        if rows:
            view.setCurrentIndex(self._model.index(0))
        window = self.window()
        below = self.mapTo(window, QPoint(0, self.height() + 4))
        width = max(self.width(), min(420, window.width() - 40))
        left = max(8, min(below.x(), window.width() - width - 8))
        height = min(len(rows), _MOST) * view.row_height + 10 if rows else 64
        popup.setGeometry(left, below.y(), width, min(height, window.height() - below.y() - 8))
        popup.raise_()
        popup.show()

    def _make_popup(self) -> tuple[QFrame, RowView]:
        if self._popup is not None and self._view is not None and self._popup.parent() is self.window():
            return self._popup, self._view
        popup = QFrame(self.window())
        popup.setProperty("kind", "popup")
        view = RowView(popup)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setMinimumHeight(0)
        view.setAccessibleName(self.accessibleName())
        view.setModel(self._model)
        view.opened.connect(self._pick)
        column = QVBoxLayout(popup)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(view)
        column.addWidget(self._nothing)
        self._popup, self._view = popup, view
        return popup, view

    def _pick(self, record: str) -> None:
        row = self._rows.get(record)
        self.close_answers()
        if row is not None:
            self.picked.emit(row)
