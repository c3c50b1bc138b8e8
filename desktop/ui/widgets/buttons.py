"""Buttons: the one primary action, ordinary ones, links inside text, and icons with a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from desktop.ui.icons import Icon, icon
from desktop.ui.tokens import tokens


def button(
    text: str, pressed: Callable[[], None], picture: Icon | None = None, *, parent: QWidget | None = None
) -> QPushButton:
    """An ordinary button; ``text`` may carry a mnemonic as ``打印(&P)``."""
    return _push_button(text, pressed, picture, "", tokens().ink, parent)


def primary_button(
    text: str, pressed: Callable[[], None], picture: Icon | None = None, *, parent: QWidget | None = None
) -> QPushButton:
    """The one thing to do next; at most one is visible on a page."""
    return _push_button(text, pressed, picture, "primary", tokens().on_accent, parent)


def link_button(
    text: str, pressed: Callable[[], None], picture: Icon | None = None, *, parent: QWidget | None = None
) -> QPushButton:
    """A quiet action inside a card."""
    return _push_button(text, pressed, picture, "link", tokens().accent, parent)


def icon_button(
    picture: Icon, name: str, pressed: Callable[[], None], *, colour: str | None = None, parent: QWidget | None = None
) -> QToolButton:
    """A picture alone, for close, show, zoom; ``name`` is its tooltip and accessible name."""
    result = QToolButton(parent)
    result.setIcon(icon(picture, colour))
    result.setIconSize(QSize(20, 20))
    result.setToolTip(name)
    result.setAccessibleName(name)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.clicked.connect(lambda: pressed())  # noqa: PLW0108 - clicked carries a bool
    return result


def _push_button(
    text: str, pressed: Callable[[], None], picture: Icon | None, kind: str, colour: str, parent: QWidget | None
) -> QPushButton:
    result = QPushButton(text, parent)
    result.setAutoDefault(False)
    if kind:
        result.setProperty("kind", kind)
    if picture is not None:
        result.setIcon(icon(picture, colour))
        result.setIconSize(QSize(18, 18))
    result.clicked.connect(lambda: pressed())  # noqa: PLW0108 - clicked carries a bool
    return result
