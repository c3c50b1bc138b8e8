"""The window: rail, header, page, foot; goes from page to page and tells pages what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.ui import help_drawer
from desktop.ui.foot import Foot, SyncState
from desktop.ui.header import Header
from desktop.ui.help_drawer import HelpDrawer
from desktop.ui.messages import word
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.page import Changes, Page, Target, built
from desktop.ui.rail import Rail, Section
from desktop.ui.slices import Slices, at_once, in_slices, paint_in_a_later_turn, styled
from desktop.ui.tasks import Tasks
from desktop.ui.tokens import MARGIN
from desktop.ui.widgets.banner import Banner, Notice, notice_of

_NARROW = 1080
"""Below this width the rail becomes narrow; 1366 pixels at 150 % are 911."""

_IDLE = 10
"""Milliseconds left to whatever else there is to do, between two parts of pages made ahead."""


@dataclass(frozen=True)
class PageEntry:
    """A page the window can show: its name, the rail's section it belongs to, and how it is made when first needed."""

    name: str
    section: str
    make: Callable[[], Page]
    """Only begins where the page is much: the rest is its ``build``."""
    is_much: bool = False
    """Too much for one turn of the event loop: a page that leads to it stays in front until it is made."""


@dataclass(frozen=True)
class _Made:
    """A page that is not yet among the pages, and the steps by which it is built."""

    page: Page
    steps: Iterator[object]


@dataclass(frozen=True)
class Worker:
    """Who is at work, as the rail shows it."""

    name: str
    station: str


class MainWindow(QWidget):
    """The workspace. ``search`` answers a typed text; ``target_of`` says where a found row leads."""

    lock_asked = Signal()
    """Ctrl+L or the rail; drafts have been kept when it is emitted."""
    closed = Signal()

    def __init__(
        self,
        tasks: Tasks,
        worker: Worker,
        sections: Sequence[Section],
        pages: Sequence[PageEntry],
        search: Callable[[str], Sequence[ListRow]],
        target_of: Callable[[ListRow], Target],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("走村 - {name}").format(name=worker.name))
        self.setMinimumSize(QSize(820, 480))
        self.tasks = tasks
        self._sections = tuple(sections)
        self._entries = {entry.name: entry for entry in pages}
        self._pages: dict[str, Page] = {}
        self._made: dict[str, _Made] = {}
        self._stale: dict[str, Changes] = {}
        self._way: list[Target] = []
        self._current: Target | None = None
        self._target_of = target_of
        self._is_notice_new = False
        self._preparing: Slices | None = None
        self.rail = Rail(sections, worker.name, worker.station, self)
        self.header = Header(lambda text, receive: tasks.run(self, lambda: search(text), receive), self)
        self.banner = Banner(self)
        self.stack = QStackedWidget(self)
        self.foot = Foot(self)
        self._lay_out()
        self._connect()
        self._add_shortcuts()

    def open(self, target: Target) -> None:
        """Go to a page and show a record there; the page before stays one step back."""
        if self._current is not None and self._current != target:
            self._way.append(self._current)
        self._show(target)

    def open_section(self, key: str) -> None:
        """Go to a section of the rail; it is a new start, with no way back."""
        self._way.clear()
        self._show(Target(key))

    def back(self) -> None:
        """Go back one step."""
        if self._way:
            self._show(self._way.pop())

    def page(self) -> Page | None:
        """The page shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def pages(self) -> Mapping[str, Page]:
        """The pages made so far, by name."""
        return self._pages

    def rebuild_pages(self) -> None:
        """Make every page but the one shown anew when it is next asked for: what this worker may do has changed."""
        self._stop_preparing()
        shown = self.page()
        gone = [made.page for made in self._made.values()]
        self._made.clear()
        for name, page in list(self._pages.items()):
            if page is not shown:
                page.leave()
                del self._pages[name]
                self._stale.pop(name, None)
                self.stack.removeWidget(page)
                gone.append(page)
        # One per turn: all at once keep a person waiting for a tenth of a second.
        in_slices(self, _deleted(gone), self.prepare_pages, slice_seconds=0)

    def show_changes(self, changes: Changes) -> None:
        """Tell the pages what changed: the one shown at once, the others when they come to the front."""
        for name, page in self._pages.items():
            if page is self.page():
                page.refresh(changes)
            else:
                self._mark_stale(name, changes)
        for name in self._made:  # what it shows was read when it was begun
            self._mark_stale(name, changes)

    def _mark_stale(self, name: str, changes: Changes) -> None:
        self._stale[name] = self._stale.get(name, frozenset()) | changes

    def make_page(self, name: str) -> Iterator[object]:
        """Make a page ahead of its first opening, part by part."""
        if name not in self._pages and name not in self._made:
            page = self._entries[name].make()
            # Before there is much in it: each new parent styles all of it anew. Not yet among the pages, where it
            # would be laid out and styled whole in one turn.
            page.setParent(self.stack)
            self._made[name] = _Made(page, page.build())
            yield name
        if name in self._made:
            made = self._made[name]
            # If somebody is faster, ``_page`` takes the steps that are left, and here they are over.
            yield from made.steps
            yield from styled(made.page)
        yield self._page(name)

    def prepare_pages(self) -> None:
        """Make the pages that were not opened yet, in the order of their entries, while nothing else is to be done."""
        self._preparing = in_slices(self, self._prepare(), pause=_IDLE)

    def show_notice(self, notice: Notice) -> None:
        """Show a notice above the page."""
        self.banner.show_notice(notice)
        # A page that says something and then goes elsewhere wants it read there.
        self._is_notice_new = True
        QTimer.singleShot(0, self, self._age_notice)

    def show_error(self, error: UserFacingError) -> None:
        """Show a worded error above the page."""
        self.banner.show_notice(notice_of(word(error)))

    def show_sync_state(self, state: SyncState) -> None:
        """Say the state of sync at the foot."""
        self.foot.show_state(state)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many things wait in each section."""
        for key, count in counts.items():
            self.rail.set_count(key, count)

    def leave_pages(self) -> None:
        """Let every page keep its draft; one that cannot does not keep the others from it, and is a bug after that."""
        with ExitStack() as leaving:
            for page in self._pages.values():
                leaving.callback(page.leave)

    def lock(self) -> None:
        """Keep the drafts and ask for the lock."""
        self._stop_preparing()
        try:
            self.leave_pages()
        finally:  # a bug of a page must not leave the workspace open
            self.lock_asked.emit()

    @cached_property
    def help(self) -> HelpDrawer:
        """The drawer that F1 opens; made when it is first needed."""
        return HelpDrawer(self._key_words(), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(event.size().width() < _NARROW)
        if "help" in vars(self):
            self._place_help()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop_preparing()
        try:
            self.leave_pages()
        finally:
            super().closeEvent(event)
            self.closed.emit()

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.header)
        strip = QVBoxLayout()
        strip.setContentsMargins(MARGIN, 0, MARGIN, 8)
        strip.addWidget(self.banner)
        middle.addLayout(strip)
        middle.addWidget(self.stack, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0)
        grid.addLayout(middle, 0, 1)
        grid.addWidget(self.foot, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)

    def _connect(self) -> None:
        self.rail.asked.connect(self.open_section)
        self.rail.lock_asked.connect(self.lock)
        self.header.back.clicked.connect(lambda: self.back())  # noqa: PLW0108 - clicked carries a bool
        self.header.search.picked.connect(lambda row: self.open(self._target_of(row)))
        self.tasks.user_error.connect(self.show_error)

    def _add_shortcuts(self) -> None:
        for section in self._sections:
            if section.keys:
                self._shortcut(section.keys, partial(self.open_section, section.key))
        self._shortcut("Ctrl+L", self.lock)
        self._shortcut("Ctrl+K", self._focus_search)
        self._shortcut("F1", self._toggle_help)
        self._shortcut("Alt+Left", self.back)
        self._shortcut("Ctrl+Return", self.header.primary.click)

    def _shortcut(self, keys: str, pressed: Callable[[], None]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(pressed)

    def _key_words(self) -> list[tuple[str, str]]:
        return [
            ("Ctrl+K", self.tr("找人、找户、找转介单")),
            ("Ctrl+Enter", self.tr("做右上角的那一步")),
            ("Enter", self.tr("到下一格")),
            ("Alt+←", self.tr("返回上一页")),
            *((section.keys, section.word) for section in self._sections if section.keys),
            ("Ctrl+L", self.tr("锁定")),
            ("F1", self.tr("打开或关闭帮助")),
        ]

    def _show(self, target: Target) -> None:
        before = self.page()
        page = self._page(target.page)
        if before is not None and before is not page:
            before.leave()
        if target != self._current:
            self._leave_notice_behind()
        self._current = target
        if target.record:
            page.show_record(target.record)
        else:
            page.show_start()
        paint_in_a_later_turn(page)
        self.stack.setCurrentWidget(page)
        changes = self._stale.pop(target.page, None)
        if changes:
            page.refresh(changes)
        self.rail.set_current(self._entries[target.page].section)
        self.header.set_back_shown(bool(self._way))
        self._show_header()
        if "help" in vars(self):
            self.help.hide()
        page.focus_first()

    def _open_when_made(self, target: Target) -> None:
        """A page leads to another. What takes long to make is made a part per step first; until then the page stays."""
        if target.page in self._pages or not self._entries[target.page].is_much:
            self.open(target)
            return
        shown = self.page()

        def show() -> None:
            if self.page() is shown:  # nobody went elsewhere meanwhile
                self.open(target)

        in_slices(self, self.make_page(target.page), show)

    def _age_notice(self) -> None:
        self._is_notice_new = False

    def _leave_notice_behind(self) -> None:
        """What was said of one person must not stand above the next."""
        notice = self.banner.notice
        if notice is not None and not (self._is_notice_new or notice.stays or notice.action):
            self.banner.clear()

    def _page(self, name: str) -> Page:
        page = self._pages.get(name)
        if page is None:
            made = self._made.pop(name, None)
            if made is None:
                page = built(self._entries[name].make())
            else:
                page = made.page
                at_once(made.steps)
            self._pages[name] = page
            self.stack.addWidget(page)
            page.header_changed.connect(self._show_header)
            page.target_asked.connect(self._open_when_made)
            page.noticed.connect(self.show_notice)
            page.changed.connect(self.show_changes)
            page.gone.connect(lambda: self._leave_erased(page))
        return page

    def _leave_erased(self, page: Page) -> None:
        """Nothing of what was erased stays on the screen, and no way leads back to it."""
        if page is self.page():
            self.open_section("households")
        self.show_error(UserFacingError("record.erased"))
        self.show_changes(frozenset({ERASED}))

    def _prepare(self) -> Iterator[object]:
        for name in self._entries:
            yield from self.make_page(name)
            page = self._page(name)
            yield from page.prepare()
            yield from styled(page)
        yield self.help

    def _stop_preparing(self) -> None:
        if self._preparing is not None and isValid(self._preparing):
            self._preparing.stop()
        self._preparing = None

    def _show_header(self) -> None:
        page = self.page()
        if page is not None:
            self.header.show_page(page.title(), page.subtitle(), page.primary)

    def _focus_search(self) -> None:
        self.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.search.selectAll()

    def _toggle_help(self) -> None:
        page = self.page()
        if self.help.isVisible() or page is None:
            self.help.hide()
            return
        self._place_help()
        self.help.show_help(page.title(), page.help_text())

    def _place_help(self) -> None:
        width = min(help_drawer.WIDTH, self.width() - 40)
        self.help.setGeometry(self.width() - width, 0, width, self.height() - self.foot.height())


def _deleted(pages: Sequence[Page]) -> Iterator[None]:
    for page in pages:
        page.deleteLater()
        yield
