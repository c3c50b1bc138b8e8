"""A recipient and the classes it is asked for, as they stand on a blank form or are written into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.consent import PURPOSE_NAMES, Ask, DataClass, Purpose
from desktop.domain.necessity import necessary_classes
from desktop.services.directory import Organisation
from desktop.ui.pages.consent.words import ask_words, class_words
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.labels import label


class AskRow(QWidget):
    """One recipient: chosen from the directory, or given by the paper; class by class what is asked.

    Classes that are not chosen are not asked: struck on the paper, or to be struck there by hand.
    """

    changed = Signal()

    def __init__(
        self,
        title: str,
        bodies: Mapping[str, Organisation],
        today: date,
        ask: Ask | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ask = ask
        self._bodies = bodies
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        self.recipient: ChoiceField[Ask] | None = None
        name = title if ask is None else f"{title} {ask_words(ask, bodies)}"
        column.addWidget(label(name, "field", wrap=True))
        if ask is None:
            offers = [(one, ask_words(one, bodies)) for one in possible_asks(bodies.values(), today)]
            self.recipient = ChoiceField(offers, few=0)
            self.recipient.changed.connect(self._on_recipient)
            for widget in self.recipient.inputs():
                widget.setAccessibleName(title)
            column.addWidget(self.recipient)
        offered = tuple(DataClass) if ask is None else ask.classes
        self.classes: MultiChoice[DataClass] = MultiChoice([(one, class_words(one)) for one in offered])
        for widget in self.classes.inputs():
            widget.setAccessibleDescription(name)
        self.classes.changed.connect(self.changed)
        column.addWidget(self.classes)
        if ask is not None:
            self.classes.set_value(ask.classes)
        self._show()

    def value(self) -> Ask | None:
        """What is asked; None where no recipient is chosen, or all of it is struck."""
        chosen = self._ask if self.recipient is None else self.recipient.value()
        classes = self.classes.value()
        if chosen is None or (self._ask is not None and not classes):
            return None
        return replace(chosen, classes=classes)

    def _on_recipient(self) -> None:
        chosen = self.recipient.value() if self.recipient is not None else None
        if chosen is not None:
            self.classes.set_value(chosen.classes)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.classes.setVisible(self.recipient is None or self.recipient.value() is not None)


def possible_asks(bodies: Iterable[Organisation], today: date) -> Sequence[Ask]:
    """Who may be asked for at all today, purpose by purpose, with the classes that its projects need."""
    found = []
    for body in bodies:
        until = body.agreement_until
        if not body.active or not body.mainland or until is None or until < today:
            continue
        for purpose in (one for one in Purpose if one.value in body.purposes):
            projects = [one for one in body.projects if one.purpose == purpose.value]
            for project, needs in [(one.id, one.needs) for one in projects] or [("", ())]:
                classes = necessary_classes(purpose, needs)
                asked = tuple(one for one in DataClass if one in classes)
                found.append(Ask(body.id, purpose, asked, project))
    return sorted(found, key=lambda one: (bodies_name(bodies, one), list(PURPOSE_NAMES).index(one.purpose)))


def bodies_name(bodies: Iterable[Organisation], ask: Ask) -> str:
    """The recipient's name, to sort by."""
    return next((one.name for one in bodies if one.id == ask.recipient), "")
