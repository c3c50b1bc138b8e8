"""A page that shows one of several views: a list, and what is opened from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from desktop.ui.pages.page import Page
from desktop.ui.slices import in_slices, paint_in_a_later_turn, styled
from desktop.ui.tasks import Tasks

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)


class PageOfViews(Page):
    """What pages of views have in common: the view in front, its one primary action, and what was asked for last."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self._turn = 0
        """Counts what was opened: an answer to what was asked before is shown no more."""
        self._filled_turn = -1
        """What was opened last and is being filled: what it offers waits until it is in front."""
        self._held_offer = ""
        self._current: QWidget = self
        self.next = self.set_primary("", self._press_next)

    def _press_next(self) -> None:
        # A view that is being filled is about one person already and still shows another's answers.
        if self._filled_turn != self._turn and not self._current.isHidden():
            self._go_on()

    def _go_on(self) -> None:
        """The primary action of the view in front."""
        raise NotImplementedError

    def _bring_overview(self) -> None:
        """Bring the list to the front, with its title."""
        raise NotImplementedError

    def _offer(self, words: str) -> None:
        if self._filled_turn == self._turn:
            self._held_offer = words
            return
        self.next.setText(words)
        self.next.setVisible(bool(words))

    def _add(self, view: W) -> W:
        # Not a stack: a stack is as high as its highest view, and the others would scroll for nothing.
        view.hide()
        self.body.addWidget(view, 1)
        return view

    def _show_view(self, shown: QWidget) -> None:
        """Bring a view to the front."""
        if self._current is not self:
            self._current.hide()
        self._current = shown
        paint_in_a_later_turn(shown)
        shown.show()

    def _show_filled(
        self,
        view: Callable[[], W],
        fill: Callable[[W], Iterator[object]],
        then: Callable[[], None],
        making: Iterator[object] = iter(()),  # noqa: B008 - nothing is ever taken from it
    ) -> None:
        """Fill a view, a part per step, then bring it to the front, unless something else was opened meanwhile.

        Until then what was there stays; only a view that is filled anew is not seen while it is. ``making`` are the
        steps by which ``view`` is made where it was not needed yet.
        """
        self._filled_turn = self._turn
        self._held_offer = ""

        def steps() -> Iterator[object]:
            yield from making
            shown = view()
            shown.hide()
            yield None
            yield from fill(shown)
            yield from styled(shown)

        def show() -> None:
            self._filled_turn = -1
            self._offer(self._held_offer)
            self._show_view(view())
            then()

        self._while_wanted(steps(), show)

    def _while_wanted(self, steps: Iterator[object], done: Callable[[], None]) -> None:
        """Take ``steps`` in slices, then call ``done``; something else that is opened ends it."""
        turn = self._turn

        def go_on() -> Iterator[object]:
            for step in steps:
                yield step
                if turn != self._turn:
                    return

        def end() -> None:
            if turn == self._turn:
                done()
            elif self._current.isHidden():  # half filled, and what was opened then may never come
                self._bring_overview()

        in_slices(self, go_on(), end)

    def _load(self, op: Callable[[], T], show: Callable[[T], None]) -> None:
        """Ask, and show the answer unless something else was opened meanwhile."""
        self._turn += 1
        turn = self._turn
        self.run(op, lambda found: show(found) if turn == self._turn else None)
