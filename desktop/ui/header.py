"""The top of every page: title, subtitle, search, and the one primary action, always in the same corner."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.tokens import MARGIN
from desktop.ui.widgets.buttons import icon_button, primary_button
from desktop.ui.widgets.labels import ShortenedLabel
from desktop.ui.widgets.search_box import SearchBox
from desktop.ui.widgets.suggestions import Ask


class Header(QWidget):
    """Shows what the current page calls itself and what can be done next."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(68)
        self._action: QAction | None = None
        self.back = icon_button(Icon.BACK, self.tr("返回（Alt+←）"), lambda: None, parent=self)
        self._title = ShortenedLabel(kind="title")
        self._subtitle = ShortenedLabel(kind="soft")
        self.search = SearchBox(ask, self)
        self.primary = primary_button("", self._press, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 6, MARGIN, 0)
        row.setSpacing(12)
        row.addWidget(self.back)
        row.addWidget(self._title)
        row.addWidget(self._subtitle, 1)
        row.addWidget(self.search, 1)
        row.addWidget(self.primary)
        self.set_back_shown(False)

    def show_page(self, title: str, subtitle: str, action: QAction | None) -> None:
        """Show a page's title, subtitle and primary action; None hides the button."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._action = action
        self.primary.setVisible(action is not None and action.isVisible())
        if action is not None:
            self.primary.setText(action.text())
            self.primary.setEnabled(action.isEnabled())
            self.primary.setToolTip(action.toolTip() if action.toolTip() != action.text() else "")

    def set_back_shown(self, is_shown: bool) -> None:
        """Show the way back, where there is one."""
        self.back.setVisible(is_shown)

    def _press(self) -> None:
        if self._action is not None:
            self._action.trigger()
