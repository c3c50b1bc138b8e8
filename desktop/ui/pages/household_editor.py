"""Correcting what a household's page shows, and adding a member: one form in place of the page, nothing modal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.kinship import Kin
from desktop.services import households
from desktop.services.application import Application, Done
from desktop.services.people import HouseholdPage, ResidentView
from desktop.ui.description_words import Known
from desktop.ui.widgets.age_form import AgeForm
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.household_form import HouseholdForm
from desktop.ui.widgets.resident_form import ResidentForm, resident_form
from desktop.ui.widgets.suggestions import Ask


class Editing(StrEnum):
    """What is being changed."""

    HOUSEHOLD = "household"
    RESIDENT = "resident"
    MEMBER = "member"
    AGE = "age"


class HouseholdEditor(QWidget):
    """Shows one form at a time; ``collect()`` and ``restore()`` carry it as a draft."""

    changed = Signal()
    cancelled = Signal()

    def __init__(self, today: Callable[[], date], ask_villages: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._ask_villages = ask_villages
        self.editing: Editing | None = None
        self.resident = ""
        self.form: HouseholdForm | ResidentForm | AgeForm | None = None
        self._blank: dict[str, Any] = {}
        self._card = Card()
        self._place = QVBoxLayout()
        self._card.body.addLayout(self._place)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.give_up = button(self.tr("不改了（Esc）"), self.cancelled.emit)
        buttons.addWidget(self.give_up)
        self._card.body.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addStretch(1)

    def edit_household(self, page: HouseholdPage, known: Known) -> None:
        """Show the form for the household."""
        form = HouseholdForm(self._ask_villages)
        form.show_household(page, known)
        self._show(Editing.HOUSEHOLD, "", form, self.tr("改这一户的信息"))

    def edit_resident(self, view: ResidentView, editing: Editing = Editing.RESIDENT, kin: tuple[Kin, ...] = ()) -> None:
        """Show the form for a member; for the age alone nothing of what is closed stands on it."""
        if editing is Editing.AGE:
            self._show(editing, view.resident, AgeForm(self._today), self.tr("{name}多大").format(name=view.name.name))
            return
        is_head = view.relation_name == "户主"
        form = resident_form(self._today, is_head=is_head, relation=view.membership.relation)
        form.show_resident(view, kin)
        self._show(Editing.RESIDENT, view.resident, form, self.tr("改{name}的信息").format(name=view.name.name))

    def add_member(self) -> None:
        """Show the form for a new member."""
        self._show(Editing.MEMBER, "", resident_form(self._today), self.tr("新增成员"))

    def close_form(self) -> None:
        """Take the form away."""
        self.editing, self.resident = None, ""
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None

    def collect(self) -> dict[str, Any] | None:
        """The form as a draft; None if nothing differs from what is recorded."""
        if self.form is None or self.editing is None or self.form.draft() == self._blank:
            return None
        return {"editing": self.editing.value, "resident": self.resident, "form": self.form.draft()}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what a draft kept in the form that is open."""
        if self.form is not None:
            self.form.restore(draft)

    def problem(self) -> bool:
        """Whether something keeps it from being saved; goes to the field."""
        form = self.form
        if isinstance(form, HouseholdForm):
            if form.problem():
                form.village.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            return form.focus_first_problem()
        if isinstance(form, AgeForm):
            return form.focus_first_problem()
        if isinstance(form, ResidentForm):
            named = bool(form.name.value())
            form.form.show_problem(form.name, "" if named else self.tr("请填姓名，问不到可填称呼。"))
            if not named:
                form.name.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            return form.focus_first_problem()
        return True

    def saving(self, application: Application, household: str, draft_id: str) -> Callable[[], Done[Any]]:
        """What saves the form; to be run on the writing lane."""
        form = self.form
        if isinstance(form, HouseholdForm):
            groups = form.groups()
            return lambda: households.change_household(application, household, groups)
        if isinstance(form, AgeForm):
            of, (born, band) = self.resident, form.stated()
            return lambda: households.state_age(application, of, born, band)
        if self.editing is Editing.RESIDENT and form is not None:
            resident, described = self.resident, form.groups(household)
            return lambda: households.change_resident(application, resident, described)
        assert isinstance(form, ResidentForm)  # noqa: S101 - there is a form while somebody is editing
        member = form.value()
        return lambda: households.add_member(application, household, member, draft_id=draft_id)

    def focus_first(self) -> None:
        """Begin at the first field."""
        if isinstance(self.form, HouseholdForm):
            self.form.address.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(self.form, AgeForm):
            self.form.birth.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.form is not None:
            self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _show(self, editing: Editing, resident: str, form: HouseholdForm | ResidentForm | AgeForm, title: str) -> None:
        self.close_form()
        self.editing, self.resident, self.form = editing, resident, form
        self._blank = form.draft()
        self._card.set_title(title, self.tr("改动会连同谁改的、什么时候改的一起记下"))
        self._place.addWidget(form)
        form.changed.connect(self.changed)
