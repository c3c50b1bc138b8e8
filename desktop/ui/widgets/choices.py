"""Choosing: one of few (side by side), one of many (a list), several (chips)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QCheckBox, QComboBox, QRadioButton, QVBoxLayout, QWidget

from desktop.ui.icons import Icon, icon, pixmap
from desktop.ui.tokens import TARGET, tokens
from desktop.ui.widgets.flow import Flow

T = TypeVar("T")

FEW = 5
"""Up to this many options stand side by side."""


def _mark(button: QAbstractButton, off: Icon, on: Icon) -> None:
    """Show by its shape, not only by colour, whether a choice is taken."""

    def show(is_checked: bool) -> None:
        button.setIcon(icon(on, tokens().accent) if is_checked else icon(off, tokens().field_line))

    button.setIconSize(QSize(18, 18))
    button.toggled.connect(show)
    show(button.isChecked())


class ChoiceCombo(QComboBox):
    """A drop-down list with our arrow. The wheel scrolls the page and never changes an answer by accident."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colour = tokens().ink_soft if self.isEnabled() else tokens().disabled_ink
        painter = QPainter(self)
        rect = QRect(self.width() - 28, (self.height() - 18) // 2, 18, 18)
        painter.drawPixmap(rect, pixmap(Icon.DOWN, colour, 18, self.devicePixelRatioF()))
        painter.end()


class ChoiceField(QWidget, Generic[T]):
    """One of several options, each ``(value, words)``; nothing is chosen at first unless a value is set.

    Few options are radio buttons side by side, reached by one Tab and the arrow keys; many are a drop-down list.
    ``is_filter`` gives the quieter look of something that chooses what is shown, not what is recorded.
    """

    changed = Signal()

    def __init__(
        self,
        options: Sequence[tuple[T, str]],
        few: int = FEW,
        *,
        is_filter: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._values = [value for value, _ in options]
        self._combo: ChoiceCombo | None = None
        self._group: QButtonGroup | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if len(options) <= few:
            self._group = QButtonGroup(self)
            flow = Flow(parent=self)
            for number, (_, words) in enumerate(options):
                radio = QRadioButton(words, flow)
                radio.setProperty("kind", "filter" if is_filter else "segment")
                _mark(radio, Icon.STATE, Icon.CHOSEN)
                # One Tab stop for the group; Qt moves it to whichever is checked.
                radio.setFocusPolicy(Qt.FocusPolicy.ClickFocus if number else Qt.FocusPolicy.StrongFocus)
                self._group.addButton(radio, number)
                flow.add(radio)
            self._group.idClicked.connect(lambda _: self.changed.emit())
            # Arrow keys check a radio button without a click.
            self._group.idToggled.connect(self._on_toggled)
            column.addWidget(flow)
            self.setFocusProxy(self._group.button(0))
        else:
            self._combo = ChoiceCombo(self)
            self._combo.setPlaceholderText(self.tr("请选择"))
            for _, words in options:
                self._combo.addItem(words)
            self._combo.setCurrentIndex(-1)
            self._combo.activated.connect(lambda _: self.changed.emit())
            column.addWidget(self._combo)
            self.setFocusProxy(self._combo)

    def options(self) -> tuple[T, ...]:
        """Every value that can be chosen."""
        return tuple(self._values)

    def value(self) -> T | None:
        """The chosen value, or None."""
        number = self._combo.currentIndex() if self._combo is not None else self._checked_id()
        return self._values[number] if number >= 0 else None

    def set_value(self, value: T | None) -> None:
        """Choose ``value``; None chooses nothing. Not a change by hand."""
        number = self._values.index(value) if value is not None else -1
        if self._combo is not None:
            self._combo.setCurrentIndex(number)
            return
        assert self._group is not None  # noqa: S101 - one of the two always exists
        self._group.blockSignals(True)
        self._group.setExclusive(False)  # an exclusive group cannot go back to nothing
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == number)
        self._group.setExclusive(True)
        self._group.blockSignals(False)

    def offer(self, values: Collection[T]) -> None:
        """Show these of a few options and hide the others; the Tab stop is the first that is shown."""
        assert self._group is not None  # noqa: S101 - for few options alone
        shown: list[QAbstractButton] = []
        for value, button in zip(self._values, self._group.buttons(), strict=True):
            button.setVisible(value in values)
            is_stop = not shown and value in values
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)
            shown += [button] if value in values else []
        self.setFocusProxy(shown[0])

    def inputs(self) -> list[QWidget]:
        """The focusable widgets, in their order; a ``Form`` names them after its label."""
        if self._combo is not None:
            return [self._combo]
        return list(self._group.buttons()) if self._group is not None else []

    def _checked_id(self) -> int:
        return self._group.checkedId() if self._group is not None else -1

    def _on_toggled(self, _number: int, is_checked: bool) -> None:
        button: QAbstractButton | None = self._group.checkedButton() if self._group is not None else None
        if is_checked and button is not None and button.hasFocus() and not button.isDown():
            self.changed.emit()


class MultiChoice(QWidget, Generic[T]):
    """Any number of options, each ``(value, words)``, as chips that wrap."""

    changed = Signal()

    def __init__(self, options: Sequence[tuple[T, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: list[tuple[T, QCheckBox]] = []
        flow = Flow(parent=self)
        for value, words in options:
            box = QCheckBox(words, flow)
            box.setProperty("kind", "segment")
            _mark(box, Icon.BOX, Icon.BOX_CHECKED)
            box.clicked.connect(lambda: self.changed.emit())  # noqa: PLW0108 - clicked carries a bool
            self._boxes.append((value, box))
            flow.add(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(flow)
        if self._boxes:
            self.setFocusProxy(self._boxes[0][1])

    def value(self) -> tuple[T, ...]:
        """The chosen values in the order of the options."""
        return tuple(value for value, box in self._boxes if box.isChecked())

    def options(self) -> tuple[T, ...]:
        """Every value that can be chosen."""
        return tuple(value for value, _ in self._boxes)

    def set_value(self, values: Sequence[T] | None) -> None:
        """Choose exactly ``values``; not a change by hand."""
        for value, box in self._boxes:
            box.setChecked(value in (values or ()))

    def set_enabled(self, value: T, is_enabled: bool, reason: str = "") -> None:
        """Allow or bar one option; ``reason`` is shown as its tooltip."""
        for each, box in self._boxes:
            if each == value:
                box.setEnabled(is_enabled)
                box.setToolTip(reason)

    def inputs(self) -> list[QWidget]:
        """The focusable widgets, in their order."""
        return [box for _, box in self._boxes]
