"""Qt's classes, brought into Python before the window needs them."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

_MODULES: Final[tuple[ModuleType, ...]] = (QtCore, QtGui, QtWidgets)


def load_qt_classes() -> Iterator[object]:
    """Load every class of the modules that make up a window, one per step.

    PySide makes a class with its enumerations when it is first named, and dozens of them at once when a widget of a yet
    unknown kind comes out of Qt: half of what it took to make the first window after unlocking (measured).
    """
    for module in _MODULES:
        for name in dir(module):
            yield getattr(module, name)
