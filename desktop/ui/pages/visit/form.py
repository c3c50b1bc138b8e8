"""The visit form on the screen: one group at a time, the list of them, what is missing, and whether it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.visits import Hint
from desktop.ui.icons import Icon
from desktop.ui.pages.visit.opening import Opening
from desktop.ui.pages.visit.problem_list import ProblemList
from desktop.ui.pages.visit.section import Problem, Section
from desktop.ui.pages.visit.section_list import SectionList
from desktop.ui.pages.visit.sections import VisitSections, build_sections
from desktop.ui.slices import in_slices, in_the_background, paint_in_a_later_turn, styled
from desktop.ui.tokens import GAP
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.labels import ShortenedLabel

_PAUSE = 250
"""Milliseconds without a change after which hints and states are worked out anew."""


class VisitForm(QWidget):
    """One visit being written. It is built in slices by ``build`` and shown when ``built`` says so."""

    built = Signal()

    changed = Signal()
    """Something changed by hand: keep the draft."""
    figures_changed = Signal()
    """Income or spending may give other hints."""
    other_wanted = Signal()
    """Another household first; this draft stays."""
    given_up = Signal()
    """The draft is not wanted any more."""

    def __init__(self, opening: Opening, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opening = opening
        self._clock = clock
        self._asked_to_save = False
        self.sections: VisitSections
        self.current: Section
        self.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._work_out)
        self._content = QWidget(self)
        self._content.setProperty("kind", "page")

    def build(self) -> None:
        """Begin to build; the event loop goes on between the slices."""
        in_slices(self, self._build(), self._end_building)

    def _end_building(self) -> None:
        self.built.emit()
        # The other groups, while the first is being read.
        in_the_background(self, styled(self._content))

    def check(self) -> bool:
        """Whether the visit can be saved; if not, say what is missing and go to the first of it."""
        self._asked_to_save = True
        problems = self._show_problems()
        if problems:
            self.go_to(problems[0])
        return not problems

    # --- going about in it

    def show_section(self, key: str) -> None:
        """Show one group."""
        paint_in_a_later_turn(self._content)
        self.current = self.sections.named(key)
        for section in self.sections.all:
            section.setVisible(section is self.current)
        self._groups.ensureWidgetVisible(self.list.set_current(key), 0, 40)
        self._show_steps()
        self._area.verticalScrollBar().setValue(0)

    def step(self, by: int) -> None:
        """Go to the next or previous group, and to the first field there."""
        following = self._following(by)
        if following is not None:
            self.show_section(following.key)
            following.focus_first()

    def go_to(self, problem: Problem) -> None:
        """Go to the field where something is wrong."""
        self.show_section(problem.section)
        widget = self.current.focus_field(problem.field)
        if widget is not None:
            # A group just shown has no layout yet; scrolling waits until it has.
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(widget, 40, 80))

    def focus_first(self) -> None:
        """Where work begins."""
        self.current.focus_first()

    # --- what is said about it

    def show_hints(self, hints: tuple[Hint, ...]) -> None:
        """What the figures suggest."""
        self.sections.assessment.show_hints(hints, is_known=self.sections.income.income().total is not None)

    def show_kept(self, words: str) -> None:
        """Whether what was typed is safe."""
        self.kept.setText(words)

    # --- inside

    def _build(self) -> Iterator[None]:
        self.sections = yield from build_sections(self.opening, self._clock, self._content)
        yield
        yield from self.sections.begin()
        self.current = self.sections.visit
        yield
        self._lay_out()
        yield
        if self.opening.draft is not None:
            at = datetime.fromisoformat(self.opening.draft.updated)
            words = self.tr("接着上次没填完的填（{month}月{day}日 {time:%H:%M} 存的）")
            self.show_kept(words.format(month=at.month, day=at.day, time=at))
        for section in self.sections.all:
            section.changed.connect(self._on_changed)
            section.progressed.connect(self._pause.start)
            section.confirmed.connect(partial(self.step, 1))
        yield
        self.show_section(self.current.key)
        yield
        self._work_out()
        yield
        yield from styled(self.current)

    def _lay_out(self) -> None:
        # What is made first comes first in the order of Tab: Enter at the last field must lead to the next group.
        self.next = button("", partial(self.step, 1), Icon.NEXT, parent=self)
        self.next.setAutoDefault(True)
        self.previous = button(self.tr("上一组(&Z)"), partial(self.step, -1), parent=self)
        self.list = SectionList(self.sections.all, self)
        self.list.asked.connect(self.show_section)
        self.problem_list = ProblemList(self)
        self.problem_list.asked.connect(self.go_to)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(GAP)
        column.addWidget(self.problem_list)
        for section in self.sections.all:
            column.addWidget(section)
        column.addStretch(1)
        self._groups = _scrolling(self.list, self)
        self._groups.setFixedWidth(self.list.width() + 14)
        self._area = _scrolling(self._content, self)
        self.kept = ShortenedLabel(self.tr("填的内容会自动保存在本机"), "soft", self)
        self.aside = link_button(self.tr("存着，换一户"), self.other_wanted.emit, Icon.HOUSEHOLD, parent=self)
        self.drop = link_button(self.tr("不填了，删除草稿"), self.given_up.emit, Icon.DELETE, parent=self)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.kept, 1)
        foot.addWidget(self.previous)
        foot.addWidget(self.next)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._area, 1)
        right.addLayout(foot)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._groups, 1)
        left.addWidget(self.aside)
        left.addWidget(self.drop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(left)
        row.addLayout(right, 1)
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.step, by))

    def _following(self, by: int) -> Section | None:
        asked = self.sections.asked()
        at = asked.index(self.current) + by
        return asked[at] if 0 <= at < len(asked) else None

    def _show_steps(self) -> None:
        following = self._following(1)
        self.next.setText(self.tr("下一组：{name}(&X)").format(name=following.word) if following else "")
        self.next.setVisible(following is not None)
        self.previous.setVisible(self._following(-1) is not None)

    def _on_changed(self) -> None:
        self._show_steps()
        self._show_states()
        self._pause.start()
        self.changed.emit()

    def _work_out(self) -> None:
        self._show_states()
        if self._asked_to_save:
            self._show_problems()
        self.figures_changed.emit()

    def _show_states(self) -> None:
        self.list.show_states({section.key: section.progress() for section in self.sections.asked()})

    def _show_problems(self) -> list[Problem]:
        problems = self.sections.problems()
        self.problem_list.show_problems(problems, {section.key: section.word for section in self.sections.all})
        for section in self.sections.all:
            section.tell(problems)
        self._show_states()
        return problems


def _scrolling(content: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(content)
    return area
