"""Cards and what stands in them: titles, lines, facts, empty states."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.icons import Icon, pixmap
from desktop.ui.tokens import GAP, tokens
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.labels import ShortenedLabel, label


class SectionTitle(QWidget):
    """A card's title, with a remark beside it and room for one quiet action at its right."""

    def __init__(self, text: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label(text, "section")
        self._note = ShortenedLabel(note, "soft")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._note, 1)

    def set_text(self, text: str, note: str = "") -> None:
        """Change title and remark."""
        self._title.setText(text)
        self._note.setText(note)

    def add(self, widget: QWidget) -> None:
        """Put ``widget`` at the right end."""
        self._layout.addWidget(widget)

    def add_link(self, text: str, pressed: Callable[[], None], picture: Icon | None = None) -> None:
        """Put a quiet action at the right end."""
        self.add(link_button(text, pressed, picture, parent=self))


class Card(QFrame):
    """A sheet of paper on the ground; fill ``body`` from top to bottom."""

    def __init__(self, title: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 14, 16, 14)
        self.body.setSpacing(GAP)
        self.heading = SectionTitle(title, note, self)
        if not title:  # showing what is in no window yet would style it now, and again with each new parent
            self.heading.hide()
        self.body.addWidget(self.heading)

    def set_title(self, title: str, note: str = "") -> None:
        """Change the title and the remark beside it."""
        self.heading.set_text(title, note)
        self.heading.setVisible(bool(title))

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put ``widget`` under what is there."""
        self.body.addWidget(widget, stretch)


def line(parent: QWidget | None = None) -> QFrame:
    """A hairline between two things."""
    result = QFrame(parent)
    result.setProperty("kind", "line")
    return result


class Facts(QWidget):
    """Names and values in two columns, with a remark under a value: read-only facts of a record."""

    def __init__(self, facts: Sequence[tuple[str, str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(2, 4)
        self._facts: tuple[tuple[str, str, str], ...] = ()
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show ``(name, value, remark)`` rows instead of what is shown; the remark may be empty."""
        if self._facts == tuple(facts):
            return  # as where a page asks again whenever it is come back to
        self._facts = tuple(facts)
        while self._grid.count():
            gone = self._grid.takeAt(0).widget()
            # Hidden at once: what waits for its deletion would still be drawn beside the new words.
            gone.hide()
            gone.deleteLater()
        self._grid.setColumnStretch(2, 4 if any(remark for _, _, remark in facts) else 0)
        for row, (name, value, remark) in enumerate(facts):
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(name, "soft"), row, 0, top)
            shown = label(value, wrap=True)
            self._grid.addWidget(shown, row, 1, top)
            if remark:
                self._grid.addWidget(label(remark, "soft", wrap=True), row, 2, top)


class Figure(QWidget):
    """A number that stands out, with its meaning under it."""

    def __init__(self, number: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = label(number, "figure")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._number)
        column.addWidget(label(meaning, "soft"))

    def set_number(self, number: str) -> None:
        """Change the number."""
        self._number.setText(number)


class EmptyState(QWidget):
    """What a list shows when there is nothing in it: why, and what to do next."""

    def __init__(
        self,
        picture: Icon,
        what: str,
        next_step: str,
        action: str = "",
        pressed: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        image = QLabel(self)
        image.setPixmap(pixmap(picture, tokens().field_line, 40, self.devicePixelRatioF()))
        image.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(image)
        for text, kind in ((what, "section"), (next_step, "soft")):
            line_of_text = label(text, kind, wrap=True)
            line_of_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line_of_text)
        if action and pressed is not None:
            column.addSpacing(8)
            column.addWidget(button(action, pressed, parent=self), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
