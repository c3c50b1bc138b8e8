"""打印: whether to ask for the printer each time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.services.preferences import PrintHabit
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class PrintCard(Card):
    """The choice, and which printer was the last."""

    chosen = Signal(bool)
    """By hand: whether to print without asking."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("打印"))
        self.direct: ChoiceField[bool] = ChoiceField(
            [(False, self.tr("每次先问打印机和份数")), (True, self.tr("直接打到上次那台"))]
        )
        self.direct.changed.connect(self._on_changed)
        form = Form(1)
        form.add(self.tr("按“打印”以后"), self.direct)
        self._last = label(kind="soft", wrap=True)
        self.add(form)
        self.add(self._last)

    def show_habit(self, habit: PrintHabit) -> None:
        """Show what holds now."""
        self.direct.set_value(habit.is_direct)
        if not habit.printer:
            words = self.tr("还没有打印过；第一次总会先问。")
        else:
            words = self.tr("上次那台：{printer}。它不在了或者停着的时候，还是会先问。").format(printer=habit.printer)
        self._last.setText(words)

    def _on_changed(self) -> None:
        chosen = self.direct.value()
        if chosen is not None:
            self.chosen.emit(chosen)
