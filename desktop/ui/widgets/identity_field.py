"""A person's document: its kind and its number, checked softly while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.identity import (
    DOCUMENT_TYPE_NAMES,
    SEX_NAMES,
    WITHOUT_NUMBER,
    DocumentCheck,
    DocumentType,
    check_document,
    normalise_number,
)
from desktop.domain.typed import format_date
from desktop.ui.clipboard import keep_private
from desktop.ui.messages import word
from desktop.ui.widgets.choices import ChoiceCombo
from desktop.ui.widgets.fields import TextField, set_problem_look


class IdentityField(QWidget):
    """Kind and number of a document. A doubtful number is pointed out, never refused: people come before papers.

    ``areas`` gives the six-digit codes known now, or None. ``checked`` carries the ``DocumentCheck`` when the field
    is left, so that a page can offer birth date and sex.
    """

    changed = Signal()
    problem_changed = Signal(str)
    hint_changed = Signal(str)
    checked = Signal(object)

    def __init__(
        self,
        today: Callable[[], date],
        areas: Callable[[], Collection[str] | None] = lambda: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._areas = areas
        self._problem = ""
        self._hint = ""
        self._types = list(DocumentType)
        self.kind: QComboBox = ChoiceCombo(self)
        for document_type in self._types:
            self.kind.addItem(DOCUMENT_TYPE_NAMES[document_type])
        self.kind.setAccessibleName(self.tr("证件类型"))
        self.number = TextField(self.tr("证件号码"), self)
        self.number.setAccessibleName(self.tr("证件号码"))
        keep_private(self.number)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.kind, 2)
        row.addWidget(self.number, 3)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.number.textEdited.connect(self._on_typing)
        self.number.editingFinished.connect(self.settle)
        self.setFocusProxy(self.number)

    def value(self) -> tuple[DocumentType, str]:
        """Kind and number as one form writes it; an empty number means that none was seen."""
        return self.document_type(), normalise_number(self.number.text())

    def set_value(self, value: tuple[DocumentType, str] | None) -> None:
        """Show a document; not a change by hand."""
        document_type, number = value or (DocumentType.RESIDENT_ID, "")
        self.kind.blockSignals(True)
        self.kind.setCurrentIndex(self._types.index(document_type))
        self.kind.blockSignals(False)
        self.number.setText(number)
        self.number.setEnabled(document_type not in WITHOUT_NUMBER)
        self._check()

    def show_masked(self, document_type: DocumentType, number: str) -> None:
        """Show but the masked number of a document that this worker's role may not change."""
        self.kind.blockSignals(True)
        self.kind.setCurrentIndex(self._types.index(document_type))
        self.kind.blockSignals(False)
        self.number.setText(number)
        self.setEnabled(False)
        self._tell(self.tr("您的身份只看到首尾几位；要改请找经办人。"), "")

    def document_type(self) -> DocumentType:
        """The chosen kind."""
        return self._types[self.kind.currentIndex()]

    def check(self) -> DocumentCheck:
        """What the number says and what is doubtful about it."""
        return check_document(self.document_type(), self.number.text(), today=self._today(), areas=self._areas())

    def problem(self) -> str:
        """What is doubtful, in words; never a reason not to save."""
        return self._problem

    def hint(self) -> str:
        """What the number says (sex and birth date), and softer warnings."""
        return self._hint

    def settle(self) -> None:
        """Bring the number into its one form and check it."""
        number = normalise_number(self.number.text())
        if number != self.number.text():
            self.number.setText(number)
        self._check()
        self.checked.emit(self.check())

    def _on_kind(self) -> None:
        without = self.document_type() in WITHOUT_NUMBER
        if without:
            self.number.clear()
        self.number.setEnabled(not without)
        self._check()
        self.changed.emit()

    def _on_typing(self) -> None:
        # Half a number is not wrong yet: while typing, only say that all is well, never that something is missing.
        check = self.check()
        self._tell("" if check.errors else self._reading(check), "")
        self.changed.emit()

    def _check(self) -> None:
        check = self.check()
        problem = ""
        if self.number.text().strip() and check.errors:
            problem = "".join(word(UserFacingError(code)).sentence() for code in check.errors)
        self._tell(self._reading(check), problem)

    def _reading(self, check: DocumentCheck) -> str:
        parts = [word(UserFacingError(code)).sentence() for code in check.warnings]
        if check.upgraded is not None:
            parts.append(self.tr("18位号码应为 {number}。").format(number=check.upgraded))
        if check.birth is not None and check.sex is not None:
            reading = self.tr("{sex}，{birth}生。").format(sex=SEX_NAMES[check.sex], birth=format_date(check.birth))
            parts.insert(0, reading)
        return "".join(parts)

    def _tell(self, hint: str, problem: str) -> None:
        self._hint, self._problem = hint, problem
        set_problem_look(self.number, bool(problem))
        self.hint_changed.emit(hint)
        self.problem_changed.emit(problem)
