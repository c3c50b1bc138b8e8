"""政府救助 already received: what, how much a month, since when; T2 must name it (policy 一(二), C10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.visits import AidReceived
from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.fields import DateField, MoneyField, TextField
from desktop.ui.widgets.form import Form

_MOST = 6


class AidRows(QWidget):
    """One row per aid; a row without a name does not count."""

    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._rows: list[tuple[Form, TextField, MoneyField, DateField]] = []
        self._list = QVBoxLayout()
        self._add = link_button(self.tr("再加一项救助"), self._on_add, Icon.ADD, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list)
        column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def value(self) -> tuple[AidReceived, ...]:
        """What is filled in."""
        return tuple(
            AidReceived(scheme.value(), monthly.value(), since.value())
            for _, scheme, monthly, since in self._rows
            if scheme.value()
        )

    def set_value(self, received: Sequence[AidReceived]) -> Iterator[None]:
        """Show these, one per step; not a change by hand."""
        for form, *_ in self._rows:
            form.hide()
            form.deleteLater()
        self._rows = []
        for one in received or (AidReceived(""),):
            self._append(one)
            yield

    def problem(self) -> str:
        """The first field that cannot be read, in words."""
        problems = (field.problem() for row in self._rows for field in row[1:])
        return next((one for one in problems if one), "")

    def _append(self, received: AidReceived) -> None:
        form = Form(3)
        scheme = TextField(self.tr("如 最低生活保障"))
        monthly, since = MoneyField(), DateField(self._today)
        scheme.set_value(received.scheme)
        monthly.set_value(received.monthly)
        since.set_value(received.since)
        form.add(self.tr("已享受的政府救助"), scheme)
        form.add(self.tr("每月多少"), monthly)
        form.add(self.tr("从什么时候起"), since)
        for field in (scheme, monthly, since):
            field.changed.connect(self.changed)
        self._rows.append((form, scheme, monthly, since))
        self._list.addWidget(form)
        self._add.setVisible(len(self._rows) < _MOST)

    def _on_add(self) -> None:
        self._append(AidReceived(""))
        self._rows[-1][1].setFocus()
