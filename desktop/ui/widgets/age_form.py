"""How old somebody is, and nothing else: to be stated of whoever is closed for want of it, without seeing the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.signing import AGE_BAND_NAMES, AgeBand
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import DateField
from desktop.ui.widgets.form import Form


class AgeForm(QWidget):
    """The date of birth, else the age band; ``draft()`` and ``restore()`` carry both as typed."""

    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.birth = DateField(today)
        self.band: ChoiceField[AgeBand] = ChoiceField(list(AGE_BAND_NAMES.items()), few=0)
        self.form = Form(2)
        self.form.add(self.tr("出生日期"), self.birth)
        self.form.add(self.tr("说不准生日的，选多大"), self.band)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        for field in (self.birth, self.band):
            field.changed.connect(lambda: self.form.show_problem(self.birth, ""))
            field.changed.connect(self.changed)

    def stated(self) -> tuple[date | None, AgeBand | None]:
        """The birthday and the band as they are answered."""
        return self.birth.value(), self.band.value()

    def focus_first_problem(self) -> bool:
        """Go to what is wrong, or to the first field where nothing is answered; false where it can be saved."""
        if self.form.focus_first_problem():
            return True
        is_empty = self.stated() == (None, None)
        self.form.show_problem(self.birth, self.tr("请填出生日期，或者选多大。") if is_empty else "")
        if is_empty:
            self.birth.setFocus(Qt.FocusReason.OtherFocusReason)
        return is_empty

    def draft(self) -> dict[str, Any]:
        """Both as typed."""
        return {"birth": self.birth.text(), "band": self.band.value() or ""}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what a draft kept."""
        self.birth.setText(str(draft.get("birth", "")))
        self.band.set_value(AgeBand(draft["band"]) if draft.get("band") else None)
