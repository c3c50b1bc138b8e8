"""Tab in the order in which one reads, also where parts of a page come and go."""

from __future__ import annotations

from collections.abc import Iterator

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
    for part in _parts(layout) if layout is not None else ():
        if isinstance(part, QLayout):
            yield from _stops(part)
        elif part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None:
            yield part
        else:
            yield from _stops(part.layout())


def _parts(layout: QLayout) -> list[QWidget | QLayout]:
    """What stands in a layout, in its order.

    Not by ``itemAt``: Qt deletes an item without PySide's knowing, and whatever is made at its address next (a table's
    header, once) is then taken for the item.
    """
    widgets = layout.parentWidget().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    placed: dict[int, QWidget | QLayout] = {layout.indexOf(widget): widget for widget in widgets}
    placed |= {layout.indexOf(inner): inner for inner in layout.findChildren(QLayout)}
    return [placed[place] for place in sorted(placed) if place >= 0]
