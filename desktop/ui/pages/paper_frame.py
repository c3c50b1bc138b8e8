"""The frame of a page that prints: what is chosen at the left, the paper at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.pages.page import Page
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.flow import Columns


def paper_frame(page: Page) -> tuple[QVBoxLayout, Card]:
    """Lay a page out for choosing and seeing; answers the left column and the card for the preview."""
    left = QWidget(page.ground)
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    sheet = Card(parent=page.ground)
    page.body.addWidget(Columns([left, sheet], [2, 3], enough=820, parent=page.ground), 1)
    return column, sheet
