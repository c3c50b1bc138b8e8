"""What every page is: a title, at most one primary action, help, and what it does when something changed.

A page asks its services through ``self.run`` and never touches a thread, SQL or ``try``. It gets its services as
plain callables or one services object in its constructor; it reaches other pages only by ``self.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.ui.models.blocks import Fetch, R
from desktop.ui.models.rows import ListRow
from desktop.ui.slices import at_once
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import GAP, MARGIN
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.suggestions import Ask

T = TypeVar("T")
P = TypeVar("P", bound="Page")

Changes = frozenset[str]
"""The record kinds an action changed (``household``, ``visit`` …); a page refreshes only if concerned."""


@dataclass(frozen=True)
class Target:
    """Where to go: the page's name, and the record to show there."""

    page: str
    record: str = ""


class Page(QWidget):
    """One page. Fill ``self.body``: it fills the window where there is room, and scrolls downwards, never sideways,
    where there is not. Lists and previews take the room that is left if they are added with a stretch.
    """

    header_changed = Signal()
    """Title, subtitle or primary action are other than before."""
    target_asked = Signal(object)
    """A ``Target`` to go to."""
    noticed = Signal(object)
    """A ``Notice`` for the banner."""
    changed = Signal(object)
    """``Changes`` that this page made; the window tells the other pages."""

    gone = Signal()
    """What the page is about has been erased: the window leaves it, says so, and makes it anew."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.primary: QAction | None = None
        self._title = ""
        self._subtitle = ""
        self._help = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.ground = QWidget(self)
        """The parent of what stands in ``body``: what is made there need not be styled anew when it is laid out."""
        self.ground.setProperty("kind", "page")
        self.body = QVBoxLayout(self.ground)
        self.body.setContentsMargins(MARGIN, 4, MARGIN, 14)
        self.body.setSpacing(GAP)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(self.ground)
        outer.addWidget(area)

    # --- what the window shows of a page

    def title(self) -> str:
        """The large words at the top: the page, or the person it is about."""
        return self._title

    def subtitle(self) -> str:
        """The quiet words beside them."""
        return self._subtitle

    def help_text(self) -> str:
        """What F1 shows: how this page is used, in plain sentences; paragraphs are separated by an empty line."""
        return self._help

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Set title and subtitle."""
        self._title, self._subtitle = title, subtitle
        self.setAccessibleName(title)
        self.header_changed.emit()

    def set_help(self, text: str) -> None:
        """Set the text that F1 shows."""
        self._help = text

    def set_primary(self, text: str, pressed: Callable[[], None]) -> QAction:
        """Set the one primary action; enable, rename or hide it through the returned action."""
        action = QAction(text, self)
        action.triggered.connect(lambda: pressed())  # noqa: PLW0108 - triggered carries a bool
        action.changed.connect(self.header_changed)
        self.primary = action
        self.header_changed.emit()
        return action

    # --- what a page does; subclasses override what concerns them

    def build(self) -> Iterator[object]:
        """Make what stands on the page, a part per step: all of it takes too long for one turn of the event loop.

        Whoever makes a page takes these steps once, before anything below is asked of it (``built``, ``MainWindow``).
        """
        return iter(())

    def show_record(self, record: str) -> None:
        """Show this record; called before the page comes to the front."""

    def show_start(self) -> None:
        """The page was asked for without a record (in the rail, or by going back); by default it stays as it was."""

    def refresh(self, changes: Changes) -> None:
        """Ask again for what is shown, if ``changes`` concern it; empty ``changes`` mean that all may have changed."""

    def leave(self) -> None:
        """Keep drafts; called before another page comes, before locking and before closing. Must not wait."""

    def prepare(self) -> Iterator[object]:
        """Make what is shown later, a part per step; what is needed before its turn has come is made at once.

        The window does this while nothing else is to be done, so that no first opening takes longer than the next.
        """
        return iter(())

    def focus_first(self) -> None:
        """Put the focus where work begins; by default the first field."""
        self.focusNextChild()

    # --- what a page asks for

    def run(
        self,
        op: Callable[[], T],
        success: Callable[[T], None],
        failure: Callable[[UserFacingError], None] | None = None,
        *,
        lane: Lane = Lane.READ,
        part: QObject | None = None,
    ) -> None:
        """Run ``op`` off the screen's thread and ``success`` with its result, unless the page is gone by then.

        ``part`` is what asks, where the page outlives it: a card of a record that makes room for another's.
        """
        self.tasks.run(self if part is None else part, op, success, failure, lane=lane)

    def fetch_with(self, op: Callable[[tuple[str, ...]], Sequence[R]]) -> Fetch[R]:
        """Turn a service that answers ids with rows into what ``ListPane`` and ``TablePane`` fetch with."""
        return lambda ids, receive: self.run(lambda: op(ids), receive)

    def ask_with(self, op: Callable[[str], Sequence[ListRow]]) -> Ask:
        """Turn a service that answers a text with rows into what ``SearchBox`` and ``DivisionPicker`` ask with."""
        return lambda text, receive: self.run(lambda: op(text), receive)

    def go(self, page: str, record: str = "") -> None:
        """Go to another page."""
        self.target_asked.emit(Target(page, record))

    def tell(self, notice: Notice) -> None:
        """Show a notice above the page."""
        self.noticed.emit(notice)


def built(page: P) -> P:
    """``page`` with everything on it, at once."""
    at_once(page.build())
    return page
