"""A page that shows one of several views: a list, and what is opened from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from desktop.ui.pages.page import Page
from desktop.ui.tasks import Tasks

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)


class PageOfViews(Page):
    """What pages of views have in common: the view in front, its one primary action, and what was asked for last."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self._turn = 0
        """Counts what was opened: an answer to what was asked before is shown no more."""
        self._current: QWidget = self
        self.next = self.set_primary("", self._go_on)

    def _go_on(self) -> None:
        """The primary action of the view in front."""
        raise NotImplementedError

    def _offer(self, words: str) -> None:
        self.next.setText(words)
        self.next.setVisible(bool(words))

    def _add(self, view: W) -> W:
        # Not a stack: a stack is as high as its highest view, and the others would scroll for nothing.
        view.hide()
        self.body.addWidget(view, 1)
        return view

    def _show_view(self, shown: QWidget, fill: Callable[[], None] = lambda: None) -> None:
        """Bring a view to the front, filled before it is on the screen."""
        if self._current is not self:
            self._current.hide()
        self._current = shown
        fill()
        shown.show()

    def _load(self, op: Callable[[], T], show: Callable[[T], None]) -> None:
        """Ask, and show the answer unless something else was opened meanwhile."""
        self._turn += 1
        turn = self._turn
        self.run(op, lambda found: show(found) if turn == self._turn else None)
