"""Emptying a layout, and a part of a page that scrolls downwards by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget


def empty(layout: QLayout) -> None:
    """Take every widget and stretch out of ``layout``; the widgets are deleted."""
    while layout.count():
        widget: QWidget | None = layout.takeAt(0).widget()
        if widget is not None:  # a stretch has none
            widget.hide()
            widget.deleteLater()


@contextmanager
def filled_hidden(widget: QWidget) -> Iterator[None]:
    """Hide ``widget`` while it is filled: on the screen each part that is added or shown lays out the whole window."""
    was_hidden = widget.isHidden()
    widget.hide()
    try:
        yield
    finally:
        widget.setHidden(was_hidden)


class Filling(QWidget):
    """A view that takes the room the page has and scrolls inside itself.

    A page is as high as what its content would like to be for its width; without this a view that could do with less
    would make the whole page scroll.
    """

    def hasHeightForWidth(self) -> bool:
        return False


def scrolled(content: QWidget, parent: QWidget | None = None) -> QScrollArea:
    """``content`` in an area that scrolls downwards, never sideways, and is no stop of its own for Tab.

    Give ``parent`` where there is much in it: everything below a widget is styled anew with each new parent.
    """
    area = scroll_area(parent)
    put_in(area, content)
    return area


def scroll_area(parent: QWidget | None = None) -> QScrollArea:
    """An area as of ``scrolled`` that waits for what is to stand in it (``put_in``).

    What takes long to make is made with the area's viewport for its parent: it is styled once, where it stays.
    """
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    return area


def put_in(area: QScrollArea, content: QWidget) -> None:
    """Let ``content`` be what scrolls in ``area``."""
    content.setProperty("kind", "page")
    area.setWidget(content)
    # The area makes its content opaque, and the style's word against it is not heard once the content was styled.
    content.setAutoFillBackground(False)
