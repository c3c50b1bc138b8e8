"""Whom the record knows in places of the guardians' order where it is said that there is nobody: one question each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.guardian_order import ABSENCE_NAMES, Absence, Absent, Standing, absences
from desktop.domain.kinship import Ground, Kin
from desktop.domain.relations import RELATION_NAMES
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class KnownRelatives(QWidget):
    """``absent()`` says what became of whom; who is asked about changes with what is said of the places."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: tuple[tuple[Standing, Kin], ...] = ()
        self._said: dict[str, Absence] = {}
        self._kept: Mapping[Standing, tuple[Absent, ...]] = {}
        self.fields: dict[str, ChoiceField[Absence]] = {}
        """By the relative's name."""
        self._form: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(label(self.tr("填了没有人，档案里却记着下面的亲属。请逐个问清："), "problem", wrap=True))

    def ask(self, known: Mapping[Standing, tuple[Kin, ...]]) -> None:
        """Ask about exactly these; what was answered of somebody stays."""
        asked = tuple((place, one) for place, each in known.items() for one in each)
        if asked == self._asked:
            return
        self._asked = asked
        if self._form is not None:
            self._form.setParent(None)
            self._form.deleteLater()
        self._form, self.fields = Form(1, self), {}
        for place, one in asked:
            field: ChoiceField[Absence] = ChoiceField([(why, ABSENCE_NAMES[why]) for why in absences(place)])
            said = self._said.get(one.name)
            field.set_value(said if said in field.options() else None)
            field.changed.connect(self._on_changed)
            self.fields[one.name] = field
            self._form.add(kin_words(one), field)
        self._column.addWidget(self._form)
        self._form.setVisible(True)

    def value(self) -> tuple[Absence, ...]:
        """What was answered; empty while somebody is left, so that the focus goes here."""
        said = [field.value() for field in self.fields.values()]
        return tuple(one for one in said if one is not None) if None not in said else ()

    def absent(self, place: Standing) -> tuple[Absent, ...]:
        """What became of those of a place, of whom it was said; also of whom nobody is asked any more."""
        told = [(one, self.fields[one.name].value()) for where, one in self._asked if where is place]
        kept = [one for one in self._kept.get(place, ()) if one.name not in self.fields]
        return (*kept, *(Absent(one.name, why, one.record) for one, why in told if why is not None))

    def show_said(self, said: Mapping[Standing, tuple[Absent, ...]]) -> None:
        """What is recorded; not a change by hand."""
        self._kept = said
        self._set_said({one.name: one.why for each in said.values() for one in each})

    def _set_said(self, said: Mapping[str, Absence]) -> None:
        self._said = dict(said)
        for name, field in self.fields.items():
            why = self._said.get(name)
            field.set_value(why if why in field.options() else None)

    def draft(self) -> dict[str, str]:
        """What was said, by name."""
        return {name: why.value for name, why in self._said.items()}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what ``draft()`` kept."""
        self._set_said({str(name): Absence(why) for name, why in draft.items() if why in set(Absence)})

    def setFocus(self, *_: Any) -> None:
        """To the first who is left."""
        left = next((field for field in self.fields.values() if field.value() is None), None)
        if left is not None:
            left.setFocus()

    def _on_changed(self) -> None:
        self._said |= {name: why for name, field in self.fields.items() if (why := field.value()) is not None}
        self.changed.emit()


_GROUND_WORDS: Mapping[Ground, str] = {
    Ground.MEMBER: "同一户的成员",
    Ground.MOVED_OUT: "原来同一户，已迁出",
    Ground.GUARDIAN: "档案里记过是监护人",
    Ground.CARER: "档案里记着是实际照料人",
    Ground.WARD: "档案里记着由本人监护",
}


def kin_words(one: Kin) -> str:
    """``林秀英：是本人的配偶（同一户的成员）``; of whom it only may be so it says 可能是."""
    is_it = "是" if one.is_certain else "可能是"
    return f"{one.name}：{is_it}本人的{_relation_words(one.relation)}（{_GROUND_WORDS[one.ground]}）"


def _relation_words(code: str) -> str:
    """A code that only follows from two others leaves the sex open."""
    return {"20": "子女", "40": "孙辈", "60": "祖辈"}.get(code) or RELATION_NAMES.get(code, "亲属")
