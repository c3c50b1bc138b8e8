"""Tab in the order in which one reads, also where parts of a page come and go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def tab_as_read(root: QWidget) -> None:
    """Let Tab visit what is in ``root`` in the order of its layouts; call again when something was added."""
    before: QWidget | None = None
    for widget in _stops(root.layout()):
        if before is not None:
            QWidget.setTabOrder(before, widget)
        before = widget


def _stops(layout: QLayout | None) -> Iterator[QWidget]:
    for number in range(layout.count() if layout is not None else 0):
        item: Any = layout.itemAt(number) if layout is not None else None
        widget = item.widget()
        if widget is None:
            yield from _stops(item.layout())
        elif widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
            yield widget
        else:
            yield from _stops(widget.layout())
