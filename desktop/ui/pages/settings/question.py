"""How a card of the settings asks something: what is to be known, the fields, what is wrong with them, yes or no."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


def question(
    parent: QWidget, form: Form, problem: QLabel, stop: QPushButton, go: QPushButton, words: str = ""
) -> QWidget:
    """The fields with ``words`` over them; below them the problem, hidden until there is one, and the two buttons."""
    whole = QWidget(parent)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    if words:
        column.addWidget(label(words, wrap=True))
    column.addWidget(form)
    column.addWidget(problem)
    problem.hide()
    row = QHBoxLayout()
    row.addWidget(stop)
    row.addStretch(1)
    row.addWidget(go)
    column.addLayout(row)
    return whole
