"""Step 1, 给谁、给什么: recipients from the directory with their reasons, and class by class what each is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.consent import PURPOSE_NAMES
from desktop.services.consent import Ask
from desktop.services.matching import Match
from desktop.ui.icons import Icon, icon
from desktop.ui.messages.matches import match_words
from desktop.ui.pages.consent.class_grid import ClassGrid
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.slices import at_once, styled
from desktop.ui.tokens import tokens
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import line
from desktop.ui.widgets.labels import label

_SHOWN = 6
"""Recipients shown at first; the rest of the directory is one press away."""


class RecipientsStep(QWidget):
    """Choose recipients and classes. Whoever may not receive is shown with the reason and cannot be chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[RecipientChoice] = []
        self._intro = label(wrap=True, kind="soft")
        self._own_wish = QCheckBox(self.tr("是本人主动提出的（以前拒绝过的也可以再征求）"))
        self._own_wish.setProperty("kind", "segment")
        self._own_wish.toggled.connect(self._on_own_wish)
        self._own_wish.clicked.connect(lambda: self.changed.emit())  # noqa: PLW0108 - clicked carries a bool
        self._own_wish.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._more = link_button("", self._show_rest, Icon.DOWN, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._intro)
        column.addWidget(self._own_wish)
        column.addLayout(self._list)
        column.addWidget(self._more)
        column.addStretch(1)

    def make_choices(self, matches: Sequence[Match], taking: Taking, choices: list[RecipientChoice]) -> Iterator[None]:
        """Make what ``show_choices`` shows, a part per step, into ``choices``; what ``taking`` asks for is chosen.

        Where it is given up half way they are deleted.
        """
        try:
            yield from self._make_choices(matches, taking, choices)
        except GeneratorExit:
            for choice in choices:
                if isValid(choice):
                    choice.deleteLater()
            raise

    def _make_choices(self, matches: Sequence[Match], taking: Taking, choices: list[RecipientChoice]) -> Iterator[None]:
        chosen = {(ask.recipient, ask.purpose, ask.project): ask for ask in taking.asks}
        for match in matches:
            choice = RecipientChoice(match, own_wish=taking.person_asked, parent=self)
            choice.hide()
            ask = chosen.get(choice.key)
            choices.append(choice)
            yield
            if ask is not None:
                yield from choice.prepare()
                choice.choose(ask)
            choice.changed.connect(self._on_changed)

    def prepare(self) -> Iterator[None]:
        """Make what opens when a recipient is chosen, a part per step."""
        choices = self._choices
        for choice in choices:
            if choice.isHidden() or not choice.box.isEnabled():
                continue
            for _ in choice.prepare():
                yield
                if choices is not self._choices:
                    return  # somebody went on to another person

    def show_choices(self, choices: Sequence[RecipientChoice], taking: Taking) -> Iterator[None]:
        """Show the directory for this person, a part per step."""
        for choice in self._choices:
            choice.deleteLater()
        matches = [choice.match for choice in choices]
        fitting = sum(match.fits for match in matches)
        self._intro.setText(
            self.tr("按这家还没解决的需求，{count} 个项目对得上。只征求用得到的信息项，一项一项来。").format(
                count=fitting
            )
            if fitting
            else self.tr("没有对得上这家需求的项目。请看看目录里其他组织，或者先走访登记需求。")
        )
        self._choices = list(choices)
        shown = max(_SHOWN, fitting)
        for number, choice in enumerate(self._choices):
            self._list.addWidget(choice)
            choice.setVisible(number < shown or choice.is_chosen)
            yield
        hidden = sum(choice.isHidden() for choice in self._choices)
        self._more.setText(self.tr("再看目录里其余 {count} 个").format(count=hidden))
        self._more.setVisible(bool(hidden))
        self._own_wish.setVisible(any(match.said_no_lately for match in matches))
        self._own_wish.setChecked(taking.person_asked)
        self._bar_doubles()

    def collect(self, taking: Taking) -> Taking:
        """``taking`` with what is chosen here."""
        asks = tuple(choice.ask() for choice in self._choices if choice.is_chosen)
        return replace(taking, asks=asks, person_asked=self._own_wish.isChecked())

    def problem(self) -> str:
        """What keeps one from going on, in words."""
        chosen = [choice for choice in self._choices if choice.is_chosen]
        if not chosen:
            return self.tr("请先选一个接收方。")
        empty = next((choice for choice in chosen if not choice.ask().classes), None)
        return self.tr("{name}还没有选信息项。").format(name=empty.match.organisation.name) if empty else ""

    def choices(self) -> list[RecipientChoice]:
        """The recipients in their order."""
        return self._choices

    def focus_first(self) -> None:
        """To the first recipient that can be chosen."""
        first = next((choice for choice in self._choices if choice.box.isEnabled() and not choice.isHidden()), None)
        if first is not None:
            first.box.setFocus()

    def _on_changed(self) -> None:
        self._bar_doubles()
        self.changed.emit()

    def _on_own_wish(self, is_on: bool) -> None:
        for choice in self._choices:
            choice.set_own_wish(is_on)

    def _bar_doubles(self) -> None:
        """One box per recipient, purpose and class: a second project of the same purpose would ask twice."""
        taken = {choice.key[:2]: choice for choice in self._choices if choice.is_chosen}
        for choice in self._choices:
            other = taken.get(choice.key[:2])
            choice.set_doubled(other is not None and other is not choice)

    def _show_rest(self) -> None:
        for choice in self._choices:
            choice.show()
        self._more.hide()


class RecipientChoice(QWidget):
    """One recipient with its project: chosen or not, why, and what it is asked for."""

    changed = Signal()

    def __init__(self, match: Match, *, own_wish: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.match = match
        self.key = (match.organisation.id, match.purpose, match.project.id if match.project else "")
        purpose = "：".join(
            one for one in (PURPOSE_NAMES[match.purpose], match.project.name if match.project else "") if one
        )
        self.box = QCheckBox(f"{match.organisation.name} · {purpose}")
        self.box.setProperty("kind", "segment")
        self.box.toggled.connect(self._on_toggled)
        self.box.clicked.connect(lambda: self.changed.emit())  # noqa: PLW0108 - clicked carries a bool
        reasons = label(match_words(match), "hint", wrap=True)
        self.box.setAccessibleDescription(reasons.text())
        self._doubled = label(self.tr("已选同一家同一用途的另一个项目；换一个请先去掉那个。"), "hint", wrap=True)
        self._doubled.hide()
        self._ahead: tuple[ClassGrid, Iterator[None]] | None = None
        self._grid: ClassGrid | None = None
        self._own_wish = own_wish
        self._is_doubled = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(4)
        self._column.addWidget(self.box)
        self._column.addWidget(reasons)
        self._column.addWidget(self._doubled)
        self._rule = line(self)
        self._column.addWidget(self._rule)
        self._on_toggled(False)
        self._bar()

    @property
    def is_chosen(self) -> bool:
        """Whether this recipient is asked about."""
        return self.box.isChecked()

    @property
    def grid(self) -> ClassGrid | None:
        """Its classes, once it was chosen."""
        return self._grid

    def ask(self) -> Ask:
        """What is asked for it."""
        recipient, purpose, project = self.key
        return Ask(recipient, purpose, self._grid.value() if self._grid else (), project)

    def choose(self, ask: Ask) -> None:
        """Take up what was chosen before; not a change by hand."""
        self.box.setChecked(True)
        if self._grid is not None:
            self._grid.set_value(ask.classes)

    def prepare(self) -> Iterator[None]:
        """Make its classes ahead, a part per step."""
        grid, steps = self._begun_grid()
        yield from steps
        yield from styled(grid)

    def set_own_wish(self, is_on: bool) -> None:
        """The person started it: an earlier refusal does not stand in the way."""
        self._own_wish = is_on
        self._bar()

    def set_doubled(self, is_doubled: bool) -> None:
        """Another project of the same recipient and purpose is chosen."""
        self._is_doubled = is_doubled
        self._doubled.setVisible(is_doubled)
        self._bar()

    def _bar(self) -> None:
        lately = self.match.said_no_lately and not self._own_wish
        self.box.setEnabled(self.match.may_receive and not lately and not self._is_doubled)

    def _on_toggled(self, is_chosen: bool) -> None:
        self.box.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_chosen else icon(Icon.BOX, tokens().field_line))
        if is_chosen and self._grid is None:
            self._grid, steps = self._begun_grid()
            at_once(steps)
            self._grid.set_value(self.match.necessary)
            self._grid.changed.connect(self.changed)
            self._column.insertWidget(self._column.indexOf(self._rule), self._grid)
        if self._grid is not None:
            self._grid.setVisible(is_chosen)

    def _begun_grid(self) -> tuple[ClassGrid, Iterator[None]]:
        """Its classes, and the steps that are left until they are there."""
        if self._ahead is None:
            grid = ClassGrid(self.match, self)
            grid.hide()
            self._ahead = grid, grid.build()
        return self._ahead
