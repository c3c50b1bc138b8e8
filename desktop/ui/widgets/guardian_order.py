"""The place of a guardian in the law's order (民法典 27, 28): which one, and why those before do not act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.guardian_order import (
    ADULTS_ORDER,
    MINORS_ORDER,
    NOT_ACTING_NAMES,
    STANDING_NAMES,
    NotActing,
    PassedOver,
    Standing,
    before,
    known_before,
    needs_deed,
    reasons,
    standing_of,
)
from desktop.domain.households import Guardian
from desktop.domain.kinship import Kin
from desktop.domain.signing import BODIES, BY_ORDER, GuardianBasis
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.known_relatives import KnownRelatives


class GuardianOrderFields(QObject):
    """The fields of the order inside a form; what is asked follows from whose order it is, the guardian's right and
    place, and from whom the record knows in the places before."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_minor = False
        self._kin: tuple[Kin, ...] = ()
        self.of_adult = _places(ADULTS_ORDER)
        self.of_minor = _places(MINORS_ORDER)
        everybody = (*before(None, is_minor=True), *before(None))
        self.why: dict[Standing, ChoiceField[NotActing]] = {
            one: ChoiceField([(why, NOT_ACTING_NAMES[why]) for why in reasons(one)], few=0) for one in everybody
        }
        self.known = KnownRelatives()
        self.consent_of = TextField(self.tr("如莒口镇上㘵村委会，2026年3月2日"))

    @property
    def standing(self) -> ChoiceField[Standing]:
        """The place, in the order that counts."""
        return self.of_minor if self._is_minor else self.of_adult

    def add_to(self, form: Form) -> None:
        """Put the fields into the form, in the order of the paper."""
        for field in (self.of_minor, self.of_adult):
            form.add(self.tr("监护人在法定顺序里是"), field, columns=2)
        for one, why in self.why.items():
            form.add(self.tr("{who}为什么不当监护人").format(who=STANDING_NAMES[one]), why)
        form.add(self.tr("档案里记着的亲属"), self.known, columns=3)
        form.add(self.tr("哪个村（居）委会或民政部门同意的"), self.consent_of)
        choices: tuple[Any, ...] = (self.of_minor, self.of_adult, *self.why.values(), self.known, self.consent_of)
        for choice in choices:
            choice.changed.connect(self.changed)

    def shown(
        self, basis: GuardianBasis | None, *, is_asked: bool, is_minor: bool, guardian: str
    ) -> dict[QWidget, bool]:
        """Which fields are to be seen; ``is_asked`` says that somebody else signs at all, ``guardian`` is the name."""
        self._is_minor = is_minor
        is_parent = is_minor and basis is GuardianBasis.PARENTS
        asked = is_asked and basis in BY_ORDER and not is_parent
        is_body = basis in BODIES
        standing = None if is_body else self.standing.value()
        places = before(standing, is_minor=is_minor) if is_body or standing is not None else ()
        known = known_before(self._kin, standing, is_minor=is_minor, guardian=guardian) if asked and places else {}
        empty = {place: each for place, each in known.items() if self.why[place].value() is NotActing.NOBODY}
        self.known.ask(empty)
        return {
            self.of_minor: asked and not is_body and is_minor,
            self.of_adult: asked and not is_body and not is_minor,
            **{field: asked and one in places for one, field in self.why.items()},
            self.known: bool(empty),
            self.consent_of: asked and standing is Standing.OTHER,
        }

    def follow_relation(self, relation: str) -> None:
        """Choose the place that the words settle, where none was chosen."""
        for field, is_minor in ((self.of_minor, True), (self.of_adult, False)):
            if field.value() is None:
                field.set_value(standing_of(relation, is_minor=is_minor))

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

    def set_kin(self, kin: tuple[Kin, ...]) -> None:
        """Of whom is asked where it is said that there is nobody."""
        self._kin = kin

    def show_guardian(self, guardian: Guardian) -> None:
        """Show what is known; not a change by hand."""
        said = {one.standing: one.why for one in guardian.passed_over}
        for choice in (self.of_minor, self.of_adult):
            choice.set_value(guardian.standing if guardian.standing in choice.options() else None)
        for one, field in self.why.items():
            why = said.get(one)
            field.set_value(why if why in field.options() else None)
        self.known.show_said({place.standing: place.absent for place in guardian.passed_over})
        self.consent_of.set_value(guardian.consent_of)

    def draft(self) -> dict[str, Any]:
        """Everything as typed."""
        whys = {f"why-{one}": str(field.value() or "") for one, field in self.why.items()}
        places = {"standing": str(self.of_adult.value() or ""), "standing-of-minor": str(self.of_minor.value() or "")}
        return {**places, **whys, "absent": self.known.draft(), "consent_of": self.consent_of.text()}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what ``draft()`` kept."""
        for name, choice in (("standing", self.of_adult), ("standing-of-minor", self.of_minor)):
            choice.set_value(next((one for one in choice.options() if one == draft.get(name)), None))
        for one, field in self.why.items():
            field.set_value(next((why for why in field.options() if why == draft.get(f"why-{one}")), None))
        self.known.restore(draft.get("absent", {}))
        self.consent_of.setText(str(draft.get("consent_of", "")))
        self.consent_of.settle()

    def _passed_over(self, form: Form) -> tuple[PassedOver, ...]:
        said = {one: field.value() for one, field in self.why.items() if form.is_shown(field)}
        return tuple(
            PassedOver(one, why, self.known.absent(one) if why is NotActing.NOBODY else ())
            for one, why in said.items()
            if why is not None
        )


def _places(order: tuple[Standing, ...]) -> ChoiceField[Standing]:
    return ChoiceField([(one, STANDING_NAMES[one]) for one in order])
