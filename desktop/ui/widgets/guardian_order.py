"""The place of an adult's guardian in the law's order (民法典 28): which one, and why those before do not act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.guardian_order import (
    NOT_ACTING_NAMES,
    STANDING_NAMES,
    NotActing,
    PassedOver,
    Standing,
    before,
    needs_deed,
    standing_of,
)
from desktop.domain.households import Guardian
from desktop.domain.signing import BODIES, BY_ORDER, GuardianBasis
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form


class GuardianOrderFields(QObject):
    """The fields of the order inside a form; what is asked follows from the guardian's right and place."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.standing: ChoiceField[Standing] = ChoiceField(list(STANDING_NAMES.items()))
        self.why: dict[Standing, ChoiceField[NotActing]] = {
            one: ChoiceField(list(NOT_ACTING_NAMES.items()), few=0) for one in before(Standing.OTHER)
        }
        self.consent_of = TextField(self.tr("如莒口镇上㘵村委会，2026年3月2日"))

    def add_to(self, form: Form) -> None:
        """Put the fields into the form, in the order of the paper."""
        form.add(self.tr("监护人在法定顺序里是"), self.standing, columns=2)
        for one, field in self.why.items():
            form.add(self.tr("{who}为什么不当监护人").format(who=STANDING_NAMES[one]), field)
        form.add(self.tr("哪个村（居）委会或民政部门同意的"), self.consent_of)
        self.consent_of.changed.connect(self.changed)
        choices: tuple[ChoiceField[Any], ...] = (self.standing, *self.why.values())
        for choice in choices:
            choice.changed.connect(self.changed)

    def shown(self, basis: GuardianBasis | None, *, is_asked: bool) -> dict[QWidget, bool]:
        """Which fields are to be seen; ``is_asked`` says that the order is that of this person at all."""
        asked = is_asked and basis in BY_ORDER
        is_body = basis in BODIES
        standing = self.standing.value()
        places = before(None if is_body else standing) if is_body or standing is not None else ()
        return {
            self.standing: asked and not is_body,
            **{field: asked and one in places for one, field in self.why.items()},
            self.consent_of: asked and not is_body and standing is Standing.OTHER,
        }

    def follow_relation(self, relation: str) -> None:
        """Choose the place that the words settle, where none was chosen."""
        if self.standing.value() is None:
            self.standing.set_value(standing_of(relation))

    def needs_deed(self, form: Form) -> bool:
        """Whether what is said of those before rests on a numbered paper."""
        return needs_deed(self._passed_over(form))

    def stated(self, form: Form) -> dict[str, Any]:
        """What of it is asked and answered, by the names of ``Guardian``."""
        return {
            "standing": self.standing.value() if form.is_shown(self.standing) else None,
            "passed_over": self._passed_over(form),
            "consent_of": self.consent_of.value() if form.is_shown(self.consent_of) else "",
        }

    def show_guardian(self, guardian: Guardian) -> None:
        """Show what is known; not a change by hand."""
        said = {one.standing: one.why for one in guardian.passed_over}
        self.standing.set_value(guardian.standing)
        for one, field in self.why.items():
            field.set_value(said.get(one))
        self.consent_of.set_value(guardian.consent_of)

    def draft(self) -> dict[str, Any]:
        """Everything as typed."""
        whys = {f"why-{one}": str(field.value() or "") for one, field in self.why.items()}
        return {"standing": str(self.standing.value() or ""), **whys, "consent_of": self.consent_of.text()}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what ``draft()`` kept."""
        self.standing.set_value(next((one for one in Standing if one == draft.get("standing")), None))
        for one, field in self.why.items():
            field.set_value(next((why for why in NotActing if why == draft.get(f"why-{one}")), None))
        self.consent_of.setText(str(draft.get("consent_of", "")))
        self.consent_of.settle()

    def _passed_over(self, form: Form) -> tuple[PassedOver, ...]:
        said = {one: field.value() for one, field in self.why.items() if form.is_shown(field)}
        return tuple(PassedOver(one, why) for one, why in said.items() if why is not None)
