"""A warning beside a form: somebody like this may be recorded already, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, line
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import label


@dataclass(frozen=True)
class KnownPerson:
    """Somebody recorded already. ``is_same`` where the document is the same, else the name alone."""

    resident: str
    household: str
    name: str
    about: str
    is_same: bool


class KnownPeople(Card):
    """Shows who is known already; hidden while nobody is. ``opened`` carries the household's id."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.people: tuple[KnownPerson, ...] = ()
        self._rows = QWidget(self)
        self._column = QVBoxLayout(self._rows)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.add(self._rows)
        self.hide()

    def show_people(self, people: Sequence[KnownPerson]) -> None:
        """Show these; the same person first."""
        if tuple(people) == self.people:
            return
        self.people = tuple(people)
        while self._column.count():
            self._column.takeAt(0).widget().deleteLater()
        is_same = any(person.is_same for person in people)
        title = self.tr("这个人已经登记过") if is_same else self.tr("有同名的人")
        note = self.tr("请打开那一户接着记，不要重复登记") if is_same else self.tr("请看看是不是同一个人")
        self.set_title(title, note)
        for number, person in enumerate(people):
            if number:
                self._column.addWidget(line())
            self._column.addWidget(self._row(person))
        self.setVisible(bool(people))

    def _row(self, person: KnownPerson) -> QWidget:
        row = QWidget(self._rows)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        same, namesake = Chip(self.tr("证件号相同"), Tone.BAD), Chip(self.tr("同名"), Tone.WARN, Icon.PERSON)
        chip = same if person.is_same else namesake
        layout.addWidget(StateChip(chip))
        layout.addWidget(label(person.name))
        layout.addWidget(label(person.about, "soft", wrap=True), 1)
        open_it = button(self.tr("打开这一户"), lambda: self.opened.emit(person.household), parent=row)
        open_it.setAccessibleName(self.tr("打开{name}所在的一户").format(name=person.name))
        layout.addWidget(open_it)
        return row
