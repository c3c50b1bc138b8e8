"""What is passed on: each data class with the answer of ``may_disclose`` in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.domain.consent import DataClass, Disclosure
from desktop.ui.icons import Icon, icon
from desktop.ui.messages.matches import disclosure_words
from desktop.ui.pages.consent.words import class_words
from desktop.ui.tokens import Tone, tokens
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty


class ClassChoice(QWidget):
    """Only what may be passed on, now or after the check, can be ticked."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[DataClass, QCheckBox] = {}
        self._answers: Mapping[DataClass, Disclosure] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setHorizontalSpacing(10)
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 5)

    def show_answers(
        self, answers: Mapping[DataClass, Disclosure], necessary: Collection[DataClass], chosen: Collection[DataClass]
    ) -> None:
        """Show the answers; ticked is ``chosen``, or where that is empty what is necessary and may be passed on."""
        empty(self._grid)
        self.boxes, self._answers = {}, answers
        possible = {one for one, answer in answers.items() if answer.allowed or answer.after_check}
        ticked = (set(chosen) or set(necessary)) & possible
        for row, (data_class, answer) in enumerate(answers.items()):
            box = QCheckBox(class_words(data_class))
            box.setProperty("kind", "segment")
            box.setEnabled(data_class in possible)
            box.toggled.connect(lambda is_on, box=box: self._mark(box, is_on))
            box.setChecked(data_class in ticked)
            self._mark(box, data_class in ticked)
            box.clicked.connect(lambda: self.changed.emit())  # noqa: PLW0108 - clicked carries a bool
            words = disclosure_words(answer)
            box.setAccessibleDescription(words)
            self._grid.addWidget(box, row, 0)
            self._grid.addWidget(self._answer(answer, words), row, 1, Qt.AlignmentFlag.AlignVCenter)
            self.boxes[data_class] = box

    def value(self) -> tuple[DataClass, ...]:
        """The classes ticked."""
        return tuple(one for one, box in self.boxes.items() if box.isChecked())

    @property
    def answers(self) -> Mapping[DataClass, Disclosure]:
        """The answers shown."""
        return self._answers

    @staticmethod
    def _answer(answer: Disclosure, words: str) -> QWidget:
        if not answer.allowed and not answer.after_check:
            return label(words, "soft", wrap=True)
        look = (Tone.GOOD, Icon.CHECKED) if answer.allowed else (Tone.INFO, Icon.PENDING)
        # A chip alone would make its column no wider than itself.
        return Flow([StateChip(Chip(words, *look))])

    @staticmethod
    def _mark(box: QCheckBox, is_on: bool) -> None:
        box.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_on else icon(Icon.BOX, tokens().field_line))
