"""A time of day as people say it."""

from __future__ import annotations

from datetime import time

from PySide6.QtWidgets import QWidget

from desktop.domain.typed import format_time, parse_time
from desktop.ui.widgets.fields import TypedField


class TimeField(TypedField[time]):
    """When a visit began or ended: ``9:30``, ``0930``, ``下午3点半``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parse_time, format_time, "", parent)
        self.setPlaceholderText(self.tr("如 9:30、下午3点"))
