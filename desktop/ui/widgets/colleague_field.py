"""Who works with one: a name to type, and the township's other workers one press away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow


class ColleagueField(QWidget):
    """The value is the worker's id where the roster knows the name, else the name as typed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: Mapping[str, str] = {}
        self.line = TextField(self.tr("姓名"))
        self.line.changed.connect(self.changed)
        self._offers = Flow(gap=4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self._offers)
        self._offers.hide()
        self.setFocusProxy(self.line)

    def show_colleagues(self, names: Mapping[str, str]) -> None:
        """Offer these workers, id → name."""
        self._names = names
        offers = [link_button(name, partial(self.choose, name), Icon.PERSON) for name in list(names.values())[:6]]
        self._offers.replace(offers)
        for before, after in pairwise((self.line, *offers)):
            self.setTabOrder(before, after)  # made later than what stands below

    def choose(self, name: str) -> None:
        """Take an offered name; a change by hand."""
        self.line.set_value(name)
        self.changed.emit()

    def name(self) -> str:
        """The name as shown."""
        return self.line.value()

    def value(self) -> str:
        """The worker's id, or the name where it is in no roster; empty if nothing was typed."""
        ids = {name: worker for worker, name in self._names.items()}
        return ids.get(self.line.value(), self.line.value())

    def is_known(self) -> bool:
        """Whether the roster knows whom the value means; nobody typed counts as known."""
        return not self.value() or self.value() in self._names

    def set_value(self, value: str | None) -> None:
        """Show a worker by id or name; not a change by hand."""
        self.line.set_value(self._names.get(value or "", value))
