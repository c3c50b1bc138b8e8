"""What a compatriot's signed form says beside the boxes, written down as it stands there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.compatriots import (
    COMPATRIOT_DOCUMENT_NAMES,
    COMPATRIOT_OFFICE_NAMES,
    DIFFICULTY_NAMES,
    ORIGIN_NAMES,
    CompatriotDocument,
    CompatriotOffice,
    CompatriotSaid,
    Difficulty,
    Origin,
)
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form


class CompatriotFields(QObject):
    """The fields inside a form; of anybody else none is shown."""

    changed = Signal()

    def __init__(self, form: Form, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self.origin: ChoiceField[Origin] = ChoiceField(list(ORIGIN_NAMES.items()))
        self.document: ChoiceField[CompatriotDocument] = ChoiceField(list(COMPATRIOT_DOCUMENT_NAMES.items()))
        self.other_document = TextField()
        self.renewals = TextField(self.tr("照表写，如 2"))
        self.since = TextField(self.tr("照表写，如 2019年3月"))
        self.difficulties: MultiChoice[Difficulty] = MultiChoice(list(DIFFICULTY_NAMES.items()))
        self.offices: MultiChoice[CompatriotOffice] = MultiChoice(list(COMPATRIOT_OFFICE_NAMES.items()))
        self.other_office = TextField()
        form.add(self.tr("身份"), self.origin)
        form.add(self.tr("证件类型"), self.document)
        form.add(self.tr("其他证件是什么"), self.other_document)
        form.add(self.tr("换证次数"), self.renewals)
        form.add(self.tr("什么时候起在福建住"), self.since)
        form.add(self.tr("困难类型"), self.difficulties, columns=2)
        note = self.tr("照表上打的勾选；没有打勾的不联系。")
        form.add(self.tr("联系哪些单位"), self.offices, columns=2, note=note)
        form.add(self.tr("其他单位是哪家"), self.other_office)
        for text in (self.other_document, self.renewals, self.since, self.other_office):
            text.changed.connect(self.changed)
        self.origin.changed.connect(self.changed)
        self.document.changed.connect(self.changed)
        self.difficulties.changed.connect(self.changed)
        self.offices.changed.connect(self.changed)

    def shown(self, *, is_compatriot: bool) -> dict[QWidget, bool]:
        """Which of them are to be seen."""
        of_all = (self.origin, self.document, self.renewals, self.since, self.difficulties, self.offices)
        is_other = is_compatriot and self.document.value() is CompatriotDocument.OTHER
        asks_other = is_compatriot and CompatriotOffice.OTHER in self.offices.value()
        fields: dict[QWidget, bool] = dict.fromkeys(of_all, is_compatriot)
        return {**fields, self.other_document: is_other, self.other_office: asks_other}

    def show_said(self, said: CompatriotSaid, offices: tuple[CompatriotOffice, ...]) -> None:
        """Show what was written down, or what the paper was printed with."""
        self.origin.set_value(said.origin)
        self.document.set_value(said.document)
        self.other_document.set_value(said.other_document)
        self.renewals.set_value(said.renewals)
        self.since.set_value(said.since)
        self.difficulties.set_value(said.difficulties)
        self.offices.set_value(offices)
        self.other_office.set_value(said.other_office)

    def said(self) -> CompatriotSaid:
        """What is filled in."""
        return CompatriotSaid(
            origin=self.origin.value(),
            document=self.document.value(),
            other_document=self._of(self.other_document),
            renewals=self.renewals.value(),
            since=self.since.value(),
            difficulties=self.difficulties.value(),
            other_office=self._of(self.other_office),
        )

    def _of(self, field: TextField) -> str:
        return field.value() if self._form.is_shown(field) else ""
