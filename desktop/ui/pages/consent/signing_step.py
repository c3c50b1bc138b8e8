"""Step 4, 签字或按指印: what stands on the signed paper, box by box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from desktop.domain.screen_signing import ScreenRole
from desktop.services.consent import Answer
from desktop.services.screen_signing import beside_of
from desktop.ui.icons import Icon, icon
from desktop.ui.pages.consent.contact_rows import ContactRows
from desktop.ui.pages.consent.opening import Person
from desktop.ui.pages.consent.screen_turns import ScreenTurns
from desktop.ui.pages.consent.signatures import Signatures
from desktop.ui.pages.consent.taking import Box, Taking
from desktop.ui.pages.consent.words import ask_words, class_words
from desktop.ui.tokens import tokens
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import EnterMovesOn, Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty


class SigningStep(QWidget):
    """Each box is answered by itself; nothing is ticked beforehand."""

    changed = Signal()

    def __init__(self, signatures: Signatures, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: dict[Box, ChoiceField[bool]] = {}
        self.contact = ContactRows((), ())
        self._enter = EnterMovesOn(self)
        self._intro = label("", "soft", wrap=True)
        self._left = label(kind="section", wrap=True)
        self._boxes = QWidget(self)
        self._grid = QGridLayout(self._boxes)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self.signatures = signatures
        self.turns = ScreenTurns(clock)
        self.copy = QCheckBox()
        self.copy.setProperty("kind", "segment")
        self._show_copy(False)
        self.copy.toggled.connect(self._show_copy)
        self._form = Form(2)
        self._form.add(self.tr("给本人（监护人）的一份"), self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.signatures.words)
        column.addWidget(self._intro)
        column.addWidget(self._left)
        column.addWidget(self._boxes)
        column.addWidget(self.signatures)
        column.addWidget(self.turns)
        column.addWidget(self._form)
        column.addStretch(1)
        self.signatures.changed.connect(self._on_changed)
        self.turns.changed.connect(self.changed)
        self.turns.refused.connect(self._on_refused_at_pad)
        self.copy.clicked.connect(lambda: self._on_changed())  # noqa: PLW0108 - clicked carries a bool

    def show_taking(self, taking: Taking, person: Person) -> None:
        """Show the boxes of this sheet with the answers so far, and who has to sign."""
        empty(self._grid)
        self.answers = {}
        self.contact = ContactRows(taking.asks, taking.contact)
        known = {(one.recipient, one.purpose, one.data_class): one.agreed for one in taking.answers}
        row = 0
        for ask in taking.asks:
            title = label(ask_words(ask, person.bodies), "field", wrap=True)
            self._grid.addWidget(title, row, 0, 1, 2)
            row += 1
            for one in sorted(ask.classes):
                choice: ChoiceField[bool] = ChoiceField([(True, self.tr("同意")), (False, self.tr("不同意"))])
                choice.set_value(known.get((ask.recipient, ask.purpose, one)))
                self._add_choice(row, class_words(one), choice, title.text())
                self.answers[ask.recipient, ask.purpose, one] = choice
                row += 1
            for asked, field in self.contact.of(ask):
                self._add_choice(row, asked, field, title.text())
                row += 1
        self.signatures.show_taking(taking, person)
        self.copy.setChecked(taking.copy_given)
        bodies = person.bodies
        recipients = {ask.recipient: ask_words(ask, bodies) for ask in taking.asks}
        self.turns.begin({}, recipients, taking.marks)
        self._show_state()

    def _add_choice(self, row: int, asked: str, choice: ChoiceField[Any], recipient: str) -> None:
        choice.changed.connect(self._on_changed)
        for widget in choice.inputs():
            widget.setAccessibleDescription(f"{recipient} {asked}")
            self._enter.watch(widget)
        self._grid.addWidget(label(asked, wrap=True), row, 0, Qt.AlignmentFlag.AlignVCenter)
        choice.setMinimumWidth(choice.sizeHint().width())
        self._grid.addWidget(choice, row, 1)

    def show_text(self, wording: str, names: Mapping[ScreenRole, str]) -> None:
        """The text that stands beside, and who is there: what is signed on the screen is bound to it."""
        self.turns.set_names(names)
        self.turns.set_text(wording)
        self._show_state()

    def collect(self, taking: Taking) -> Taking:
        """``taking`` with what is filled in here."""
        answers = tuple(
            Answer(*box, agreed) for box, field in self.answers.items() if (agreed := field.value()) is not None
        )
        marks = self.turns.marks() if self.signatures.is_on_screen else ()
        given = self.copy.isChecked()
        filled = self.signatures.collect(taking)
        return replace(filled, answers=answers, contact=self.contact.answers(), copy_given=given, marks=marks)

    def problem(self) -> str:
        """What is still missing, in words."""
        nobody = self.signatures.obstacle()
        if nobody:
            return nobody
        left = sum(field.value() is None for field in self.answers.values())
        if left:
            return self.tr("还有 {count} 格没有记。").format(count=left)
        problem = self.signatures.problem()
        if problem:
            return problem
        if self.signatures.is_on_screen:
            return self.turns.problem()
        return "" if self.copy.isChecked() else self.tr("请把一份交给他们，再打勾。")

    def focus_first(self) -> None:
        """To the first box without an answer."""
        fields = [*self.answers.values()]
        first = next((field for field in fields if field.value() is None), None)
        next_to_sign = self.turns.next_button() if self.signatures.is_on_screen else None
        if first is None and next_to_sign is not None:
            next_to_sign.setFocus()
        elif first is None or self.signatures.obstacle():
            self.signatures.focus_first()
        else:
            first.setFocus()

    def _on_refused_at_pad(self, recipient: str) -> None:
        """Said at the pad: nothing goes to this recipient, every box of it is a no."""
        for (asked, _, _), field in self.answers.items():
            if asked == recipient:
                field.set_value(False)
        self.contact.refuse(recipient)
        self._on_changed()

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        on_screen = self.signatures.is_on_screen
        self._intro.setText(
            self.tr("一格一格问，照他说的选；然后请他自己在屏幕上签名。没有点头的，选不同意。")
            if on_screen
            else self.tr("照着签好的纸，一格一格记：纸上勾了“同意”就选同意；勾了“不同意”或没有勾，选不同意。")
        )
        self.turns.setVisible(on_screen)
        self._form.setVisible(not on_screen)
        if on_screen:
            given = [Answer(*box, said) for box, field in self.answers.items() if (said := field.value()) is not None]
            stated = self.signatures.stated()
            self.turns.show_turns(
                given,
                stated,
                self.signatures.witness.value(),
                self.contact.answers(),
                beside_of(stated, self.signatures.evidence()),
                is_answered=len(given) == len(self.answers),
            )
        left = sum(field.value() is None for field in self.answers.values())
        agreed = sum(field.value() is True for field in self.answers.values())
        refused = sum(field.value() is False for field in self.answers.values())
        self._left.setText(
            self.tr("还有 {count} 格没有记").format(count=left)
            if left
            else self.tr("同意 {agreed} 项，不同意 {refused} 项").format(agreed=agreed, refused=refused)
            + self._contact_left()
        )

    def _contact_left(self) -> str:
        """That calls and visits were not written down: nobody waits for it, and the recipient is told to do neither."""
        left = self.contact.untouched
        return self.tr("；电话、上门还有 {count} 格没有记，没有记的算未答").format(count=left) if left else ""

    def _show_copy(self, is_given: bool) -> None:
        self.copy.setText(self.tr("已交给他们一份") if is_given else self.tr("还没交给他们"))
        self.copy.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_given else icon(Icon.BOX, tokens().field_line))
