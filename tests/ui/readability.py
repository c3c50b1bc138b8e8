"""Is everything on a page legible? Walks the visible widgets and compares what they need with what they got.

For every page's test: ``assert_legible(window)`` at 1366×768 and at 911×512 (the same screen at 150 %).
"""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget

from desktop.ui.tokens import SMALL
from desktop.ui.widgets.labels import ShortenedLabel

FULL = (1366, 768)
AT_150_PERCENT = (911, 512)
LEAST_TARGET = 36
_SLACK = 1
"""Pixels of rounding that no eye sees."""
_SETTLES_WITHIN = 10
"""Seconds; a layout that is wrong is still wrong then."""


def unreadable(root: QWidget) -> list[str]:
    """What is cut off, too small to read or too small to hit; empty when all is well. Texts name the culprits."""
    found: list[str] = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisibleTo(root):
            continue
        found += _cut_text(widget)
        found += _outside_parent(widget)
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit) and 0 < widget.font().pixelSize() < SMALL:
            found.append(f"{_name(widget)}: text of {widget.font().pixelSize()} px")
        if _can_be_pressed(widget) and min(widget.width(), widget.height()) < LEAST_TARGET:
            found.append(f"{_name(widget)}: a target of {widget.width()}x{widget.height()}")
        if isinstance(widget, QScrollArea) and widget.widget() is not None:
            needed = widget.widget().minimumSizeHint().width()
            if needed > widget.viewport().width() + _SLACK:
                found.append(f"{_name(widget)}: {widget.viewport().width()} of {needed} px, would scroll sideways")
    return found


def assert_legible(root: QWidget, where: str = "") -> None:
    """``unreadable`` finds nothing once the layout has settled, which takes as many turns as the machine is slow."""
    end = monotonic() + _SETTLES_WITHIN
    while unreadable(root) and monotonic() < end:
        QTest.qWait(20)
    assert unreadable(root) == [], where


def unnamed(root: QWidget) -> list[str]:
    """Visible widgets that take the focus and that a screen reader cannot name."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisibleTo(root) or widget.focusPolicy() is Qt.FocusPolicy.NoFocus or widget.focusProxy():
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def reading_order(root: QWidget) -> list[QWidget]:
    """The visible widgets that Tab visits, in the order of Tab."""
    order: list[QWidget] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and not widget.focusProxy()
        if reached and widget.isVisibleTo(root) and root.isAncestorOf(widget):
            order.append(widget)
        widget = widget.nextInFocusChain()
    return order


def place(widget: QWidget, root: QWidget) -> QPoint:
    """Where a widget's left upper corner is in ``root``."""
    return widget.mapTo(root, QPoint(0, 0))


def _cut_text(widget: QWidget) -> list[str]:
    if isinstance(widget, ShortenedLabel):
        return []  # shortens itself, with the whole text as tooltip and accessible name
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return _compare(widget, widget.height(), widget.heightForWidth(widget.width()), "high")
        return _compare(widget, widget.width(), widget.sizeHint().width(), "wide")
    if isinstance(widget, QAbstractButton) and widget.text() and not widget.inherits("QToolButton"):
        return _compare(widget, widget.width(), widget.sizeHint().width(), "wide")
    return []


def _compare(widget: QWidget, has: int, needed: int, what: str) -> list[str]:
    return [f"{_name(widget)}: {has} of {needed} px {what}"] if needed > has + _SLACK else []


def _outside_parent(widget: QWidget) -> list[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or not isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return []
    inside = QRect(QPoint(0, 0), parent.size()).adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
    return [] if inside.contains(widget.geometry()) else [f"{_name(widget)}: sticks out of {type(parent).__name__}"]


def _can_be_pressed(widget: QWidget) -> bool:
    if isinstance(widget.parent(), QLineEdit):
        return False  # the pictures inside a line; the line itself is the target
    return isinstance(widget, QAbstractButton | QLineEdit)


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} {text!r}"
