"""One group of the visit form: its fields by name, what of it is still last time's, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.pages.visit.field_states import Field, inputs_of, is_empty, restore, show, state_of
from desktop.ui.tokens import GAP
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.text_area import TextArea

Values = Mapping[str, Any]
"""Values by field name."""


class SectionState(StrEnum):
    """How far a group has come; worded in the list of groups."""

    EMPTY = "empty"
    TO_CONFIRM = "to-confirm"
    FILLED = "filled"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Problem:
    """Something that keeps the visit from being saved: in which group and field, and in words."""

    section: str
    field: str
    words: str


class _LastTimeBar(QFrame):
    """Says that what stands below is last time's, and asks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "last-time")
        self.words = label(wrap=True, parent=self)
        self.same: QPushButton = button("", lambda: None, Icon.CHECK, parent=self)
        self.same.setAutoDefault(True)
        self.not_asked = button("", lambda: None, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.words, 1)
        row.addWidget(self.same)
        row.addWidget(self.not_asked)
        self.hide()


class Section(QWidget):
    """Base of the groups. Fields are added in the order of the paper form, under names that drafts keep."""

    changed = Signal()
    """Something was typed, chosen or confirmed by hand."""
    confirmed = Signal()
    """没有变化 or 这次没问 was pressed: the group is done."""
    progressed = Signal()
    """``progress`` may answer something else than before."""

    def __init__(self, key: str, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.word = word
        self._fields: dict[str, tuple[Form, Field]] = {}
        self._marks: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self.last_time = _LastTimeBar(self)
        self.last_time.not_asked.setText(self.tr("这次没问"))
        self.last_time.not_asked.setToolTip(self.tr("清掉上次的内容，这次不记"))
        self.last_time.same.clicked.connect(self.confirm)
        self.last_time.not_asked.clicked.connect(self.leave_out)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)
        self.column.addWidget(self.last_time)

    # --- building

    def add_card(self, title: str, note: str = "") -> Card:
        """A card at the end of the group."""
        card = Card(title, note, self)
        self.column.addWidget(card)
        return card

    def add_field(self, form: Form, name: str, text: str, field: Field, *, columns: int = 1, note: str = "") -> None:
        """Add ``field`` to ``form`` under ``text``; ``name`` is its name in drafts and problems."""
        form.add(text, field, columns=columns, note=note)
        self._fields[name] = (form, field)
        field.changed.connect(lambda: self._on_changed(name))
        if isinstance(field, TextField | TextArea):
            field.problem_changed.connect(lambda _: self.progressed.emit())

    def forget_fields(self, names: Sequence[str]) -> None:
        """Fields that are being taken away."""
        for name in names:
            self._fields.pop(name, None)
            self._marks.pop(name, None)
            self._told.pop(name, None)

    # --- drafts

    def state(self) -> dict[str, Any]:
        """Everything in the group, as drafts keep it."""
        fields = {name: state_of(field) for name, (_, field) in self._fields.items() if not is_empty(field)}
        return {"fields": fields, "marks": dict(self._marks)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back a draft's content, marks of last time included."""
        texts, marks = state.get("fields", {}), state.get("marks", {})
        for name, (_, field) in self._fields.items():
            restore(field, texts.get(name))
            self._mark(name, marks.get(name, ""))
        self._arrange()

    # --- what is known already

    def fill(self, values: Values, mark: str = "") -> None:
        """Show known values; with ``mark`` (上次 2026年9月12日) they are last time's until confirmed or typed over."""
        for name, value in values.items():
            if name not in self._fields or value is None or value in ("", (), []):
                continue
            form, field = self._fields[name]
            if show(field, value):
                self._mark(name, mark)
            else:
                form.show_hint(field, f"{mark}：{value}")
        self._arrange()

    def is_unconfirmed(self) -> bool:
        """Whether something is still last time's and nobody said that it holds."""
        return any(self._is_shown(name) for name in self._marks)

    def is_touched(self) -> bool:
        """Whether something stands here that is not merely last time's."""
        return any(not is_empty(field) and name not in self._marks for name, (_, field) in self._fields.items())

    def confirm(self) -> None:
        """没有变化: what is marked holds today as well."""
        for name in list(self._marks):
            self._mark(name, "")
        self._end_confirming()

    def leave_out(self) -> None:
        """这次没问: what is marked is not recorded this time."""
        for name in list(self._marks):
            restore(self._fields[name][1], None)
            self._mark(name, "")
        self._end_confirming()

    # --- what is wrong

    def problems(self) -> list[Problem]:
        """What cannot be saved as it stands."""
        found = [
            Problem(self.key, name, field.problem())
            for name, (_, field) in self._fields.items()
            if self._is_shown(name) and isinstance(field, TextField | TextArea) and field.problem()
        ]
        if self.is_unconfirmed():
            first = next(name for name in self._marks if self._is_shown(name))
            words = self.tr("{mark}的内容还没有核对。").format(mark=self._marks[first])
            found.append(Problem(self.key, first, words))
        return found

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show what saving found missing under its fields; problems of other groups are passed over."""
        told = {problem.field: problem.words for problem in problems if problem.section == self.key}
        for name in {*self._told, *told}:
            if name in self._fields and name not in self._marks:
                form, field = self._fields[name]
                own = field.problem() if isinstance(field, TextField | TextArea) else ""
                form.show_problem(field, own or told.get(name, ""))
        self._told = told

    def progress(self) -> SectionState:
        """The state in the list of groups."""
        # Half a date is not wrong while it is being typed.
        wrong = [
            problem
            for problem in self.problems()
            if problem.field not in self._marks and not self._fields[problem.field][1].hasFocus()
        ]
        if wrong or any(name not in self._marks for name in self._told):
            return SectionState.PROBLEM
        if self.is_unconfirmed():
            return SectionState.TO_CONFIRM
        filled = any(not is_empty(field) for _, field in self._fields.values())
        return SectionState.FILLED if filled else SectionState.EMPTY

    # --- the focus

    def focus_first(self) -> None:
        """Where work in this group begins: at the question about last time, else at the first field."""
        if self.last_time.isVisibleTo(self):
            self.last_time.same.setFocus(Qt.FocusReason.TabFocusReason)
            return
        first = next((field for name, (_, field) in self._fields.items() if self._is_shown(name)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_field(self, name: str) -> QWidget | None:
        """Go to a field; answers it, so that it can be scrolled into sight."""
        if name in self._marks:
            self.last_time.same.setFocus(Qt.FocusReason.OtherFocusReason)
            return self.last_time
        if name not in self._fields:
            return None
        field = self._fields[name][1]
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        return field

    # --- for subclasses

    def _order_tabs(self, names: Sequence[str], last: Sequence[QWidget] = ()) -> None:
        """Tab goes through these fields in this order, then through ``last``: for fields that came later."""
        inputs = [widget for name in names for widget in inputs_of(self._fields[name][1])]
        for before, after in pairwise([*inputs, *last]):
            QWidget.setTabOrder(before, after)

    def _arrange(self) -> None:
        """Show and hide what depends on answers; called after every change."""

    def _is_shown(self, name: str) -> bool:
        form, field = self._fields[name]
        return form.is_shown(field) and not form.isHidden()

    def _on_changed(self, name: str) -> None:
        self._mark(name, "")
        self._told.pop(name, None)
        form, field = self._fields[name]
        # What was found missing is answered now; what cannot be read is said when the field is left.
        form.show_problem(field, field.problem() if isinstance(field, TextArea) else "")
        self._arrange()
        self.changed.emit()

    def _mark(self, name: str, mark: str) -> None:
        if not mark and name not in self._marks:
            return
        form, field = self._fields[name]
        if mark:
            self._marks[name] = mark
        else:
            self._marks.pop(name, None)
        form.show_hint(field, mark)
        for widget in inputs_of(field):
            widget.setProperty("last_time", bool(mark))
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self._show_last_time()

    def _end_confirming(self) -> None:
        self._arrange()
        self.changed.emit()
        self.confirmed.emit()

    def _show_last_time(self) -> None:
        self.last_time.setVisible(bool(self._marks))
        if self._marks:
            mark = next(iter(self._marks.values()))
            some_typed = self.is_touched()
            self.last_time.words.setText(self.tr("虚线格里是{mark}的内容，请核对；有变化的直接改。").format(mark=mark))
            self.last_time.same.setText(self.tr("其余没有变化(&M)") if some_typed else self.tr("没有变化(&M)"))
