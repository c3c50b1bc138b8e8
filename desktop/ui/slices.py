"""Long work of the screen's own thread, cut into slices: making widgets cannot be handed to another thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QWidget
from shiboken6 import isValid

from desktop.ui.turns import turns

_SLICE: Final = 0.004
"""Seconds of a turn after which what waits (a key, a repaint) comes first; a single step may take longer."""
_REST: Final = 15
"""Milliseconds."""
_PART: Final = 30
"""Widgets that are deleted in one step at most."""
_GOING: Final = "going"
_DIRECTLY: Final = Qt.FindChildOption.FindDirectChildrenOnly


class Slices(QObject):
    """Steps that are being taken. They end with their owner, or when they are stopped."""

    def __init__(
        self, owner: QObject, steps: Iterator[object], done: Callable[[], None], pause: int, slice_seconds: float
    ) -> None:
        super().__init__(owner)
        self._steps, self._done = steps, done
        self._pause, self._seconds = pause, slice_seconds
        self._is_stopped = False
        self._turns = turns()
        self._go_on()

    def stop(self) -> None:
        """Take no further step; ``done`` is not called."""
        self._is_stopped = True

    def _go_on(self) -> None:
        if self._pause:
            QTimer.singleShot(self._pause, self, lambda: self._turns.ask(self, self._take, nobody_waits=True))
        else:
            self._turns.ask(self, self._take)

    def _take(self) -> None:
        if self._is_stopped:
            return
        is_over = False
        end = perf_counter() + self._seconds
        try:
            for _ in self._steps:
                if perf_counter() >= end:
                    return
            is_over = True
        finally:  # a step with a bug is reported, and ends the steps
            if not is_over and isValid(self):
                self._go_on()
        if isValid(self):  # the last step may have closed the page
            self._is_stopped = True
            self.deleteLater()
            self._done()


def in_slices(
    owner: QObject,
    steps: Iterator[object],
    done: Callable[[], None] = lambda: None,
    *,
    pause: int = 0,
    slice_seconds: float = _SLICE,
) -> Slices:
    """Take ``steps`` one after the other, as many in a turn of the event loop as fit, then call ``done``.

    ``pause`` are the milliseconds between two turns: 0 for what somebody waits for, and what nobody waits for stands
    back while there is such work. With 0 ``slice_seconds`` every step has a turn of its own.
    """
    return Slices(owner, steps, done, pause, slice_seconds)


def at_once(steps: Iterator[object]) -> None:
    """Take all steps in this turn: where somebody waits for what they make, or where there is little of it."""
    for _ in steps:
        pass


def delete_in_slices(widget: QWidget, owner: QObject) -> None:
    """Delete a hidden widget with all that is in it: at once, a form of a thousand widgets takes a tenth of a second.

    ``owner`` outlives the widget. Nothing may be asked of the widget any more, its timers included; what was asked for
    it or a part of it comes to nothing (``is_there``).
    """
    widget.setProperty(_GOING, True)
    for timer in widget.findChildren(QTimer):
        timer.stop()
    in_slices(owner, _delete_parts(widget), slice_seconds=0)


def is_there(owner: QObject) -> bool:
    """Whether a result may still be shown in ``owner``: it is not gone, and not being deleted bit by bit.

    A card of which a field is gone already is no card any more. On the screen's thread only.
    """
    if not isValid(owner):
        return False
    above: QObject | None = owner
    while above is not None:
        if above.property(_GOING):
            return False
        above = above.parent()
    return True


def in_the_background(owner: QObject, steps: Iterator[object]) -> Slices:
    """Take steps that nobody waits for, with pauses: the page in front is being worked with."""
    return in_slices(owner, steps, pause=_REST)


def paint_in_a_later_turn(widget: QWidget) -> None:
    """Paint what is now shown or filled a turn later than it is laid out: both take too long for one turn.

    Until then what was there stands on the screen.
    """
    if not widget.updatesEnabled():
        return
    widget.setUpdatesEnabled(False)
    # Qt would call what waits for 0 ms in this turn, before it paints.
    QTimer.singleShot(1, widget, lambda: widget.setUpdatesEnabled(True))


def styled(root: QWidget) -> Iterator[None]:
    """Style what is in a widget, one widget per step: it takes as long as the making, and when the widget is first
    shown or measured it would all come at once. What is inside comes first: Qt styles a widget with all that is in it.
    """
    for part in root.findChildren(QWidget, options=_DIRECTLY):
        if isValid(part):
            yield from styled(part)
    if isValid(root):
        root.ensurePolished()
        yield


def _delete_parts(widget: QWidget) -> Iterator[None]:
    for part in _small_parts(widget):
        _take_out(part)
        part.deleteLater()
        yield
    if isValid(widget):
        widget.deleteLater()


def _small_parts(widget: QWidget) -> Iterator[QWidget]:
    """The largest parts that are small enough for one step."""
    for part in widget.findChildren(QWidget, options=_DIRECTLY):
        if not isValid(part):  # a popup's button goes with its field
            continue
        if not _is_small(part):
            yield from _small_parts(part)
        elif isinstance(widget.layout(), QBoxLayout | QGridLayout):
            # What stands in no layout of Qt's own (a scroll area's bars, chips that flow) goes with what holds it.
            yield part


def _is_small(widget: QWidget) -> bool:
    found, unseen = 0, [widget]
    while unseen and found <= _PART:
        inside = unseen.pop().findChildren(QWidget, options=_DIRECTLY)
        found += len(inside)
        unseen += inside
    return found <= _PART


def _take_out(widget: QWidget) -> None:
    """Take a widget out of its layout.

    Qt would delete its place there without telling PySide, and whatever is made at that address next (a table's
    header, once) would be taken for the place.
    """
    parent = widget.parentWidget()
    for layout in parent.findChildren(QLayout) if parent is not None else ():
        place = layout.indexOf(widget)
        if place >= 0:
            layout.takeAt(place)
            return
