"""The form for one person: as short as it can be at the door, with the rest behind one press."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.households import (
    DISABILITY_NAMES,
    HEAD,
    LEVEL_NAMES,
    RELATION_NAMES,
    Birth,
    Carer,
    Disability,
    DisabilityKind,
    Document,
    Guardian,
    Health,
    Membership,
    Name,
    NewResident,
    Phones,
    StatedCapacity,
    age_band,
)
from desktop.domain.identity import WITHOUT_NUMBER, DocumentCheck, DocumentType, Sex
from desktop.domain.kinship import Kin
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signing import AgeBand
from desktop.domain.visits import HEALTH_NAMES
from desktop.services.people import ResidentView
from desktop.ui.icons import Icon
from desktop.ui.slices import at_once
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import DateField, PhoneField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.identity_field import IdentityField
from desktop.ui.widgets.signing_form import SigningForm

_RELATIONS: Sequence[str] = (
    *("10", "11", "12", "20", "22", "23", "30", "32", "33", "51", "52", "38", "28"),
    *("41", "42", "43", "44", "61", "62", "63", "64", "71", "73", "75", "77", "93", "94", "95", "96", "97", "99"),
)
"""Relations (GB/T 4761) as they occur in households that are visited; a rarer one that is recorded stays."""

_ORIGINAL_NAME = frozenset(
    {
        DocumentType.RESIDENCE_PERMIT,
        DocumentType.HONG_KONG_MACAO_PASS,
        DocumentType.TAIWAN_PASS,
        DocumentType.PASSPORT,
        DocumentType.FOREIGN_PERMANENT,
    }
)
"""Documents whose holder's name is also written in traditional characters or Latin letters."""


class ResidentForm(QWidget):
    """One person. ``value()`` is the person as typed, ``groups()`` the same as groups of a description.

    ``build`` makes what stands on it; ``resident_form`` makes it whole.
    ``draft()`` and ``restore()`` carry everything typed, half a number included.
    """

    changed = Signal()
    identified = Signal()
    """Name or document were left and may be somebody already known."""

    def __init__(
        self, today: Callable[[], date], *, is_head: bool = False, relation: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        rarer = (relation,) if relation in RELATION_NAMES and relation not in _RELATIONS else ()
        self._relations = (*_RELATIONS, *rarer)
        self._today = today
        self._is_head = is_head
        self._view: ResidentView | None = None
        self._kin: tuple[Kin, ...] = ()

    def build(self) -> Iterator[None]:
        """Make the fields, a part per step; before anything is asked of the form."""
        today = self._today
        self.name = TextField()
        self.identity = IdentityField(today)
        self.original = TextField(self.tr("繁体或拉丁字母，照证件填"))
        self.birth = DateField(today)
        self.sex: ChoiceField[Sex] = ChoiceField([(Sex.MALE, self.tr("男")), (Sex.FEMALE, self.tr("女"))])
        self.relation: ChoiceField[str] = ChoiceField([(code, RELATION_NAMES[code]) for code in self._relations])
        yield
        self.phone = PhoneField()
        self.other_phone = PhoneField()
        self.health: ChoiceField[str] = ChoiceField([(state.value, words) for state, words in HEALTH_NAMES.items()])
        self.illness = TextField(self.tr("如高血压、尿毒症（透析）"))
        kinds = [(kind, words) for kind, words in DISABILITY_NAMES.items()]
        self.disability: ChoiceField[DisabilityKind] = ChoiceField(kinds)
        self.level: ChoiceField[int] = ChoiceField(list(LEVEL_NAMES.items()))
        yield
        self._signing: SigningForm | None = None
        self.form = Form(3)
        self._more = link_button(self.tr("健康、残疾、监护人"), self._show_more, Icon.ADD)
        self._ask = link_button(self.tr("本人不能（完全）自己决定时，按这里"), self._ask_capacity, Icon.ADD)
        yield from self._lay_out()
        self._connect()
        self._is_more_shown = True
        self.set_more_shown(False)
        self._follow_document()
        self._blank = self.draft()

    def value(self) -> NewResident:
        """The person as typed; the relation of somebody who is not the head is 非亲属 until it is chosen."""
        groups = self._groups()
        return NewResident(
            name=groups["name"],
            document=groups["document"],
            birth=groups["birth"],
            relation=HEAD if self._is_head else self.relation.value() or "99",
            phones=groups["phones"] or Phones(),
            health=groups["health"],
            disability=groups["disability"],
            guardian=groups["guardian"],
            carer=groups["carer"],
            capacity=groups["capacity"],
        )

    def groups(self, household: str) -> dict[str, Any]:
        """The groups to describe: all that are filled, and those that were filled before."""
        before = self._view
        groups = self._groups()
        membership = before.membership if before is not None else Membership(household)
        if not self._is_head:
            relation = self.relation.value() or membership.relation
            groups["membership"] = Membership(household, relation, membership.lives_together, membership.left)
        emptied: dict[str, Any] = {}
        if before is not None:
            emptied |= {"phones": Phones()} if before.phones.numbers else {}
            emptied |= {"health": Health()} if before.health is not None else {}
            emptied |= {"disability": {}} if before.disability is not None else {}
            emptied |= {"guardian": Guardian()} if before.guardian is not None else {}
            emptied |= {"carer": Carer()} if before.carer is not None else {}
            emptied |= {"capacity": StatedCapacity()} if before.capacity is not None else {}
        if before is not None and before.is_number_hidden:
            del groups["document"]
        return emptied | {name: value for name, value in groups.items() if value is not None}

    def show_resident(self, view: ResidentView, kin: tuple[Kin, ...] = ()) -> None:
        """Show somebody who is recorded, to be corrected; ``kin`` are the relatives whom the record knows."""
        self._view, self._kin = view, kin
        self.name.set_value(view.name.name)
        self.original.set_value(view.name.original)
        if view.is_number_hidden:
            self.identity.show_masked(view.document.type, view.document.number)
        else:
            self.identity.set_value((view.document.type, view.document.number))
        self.birth.set_value(view.birth.day)
        self.sex.set_value(view.birth.sex if view.birth.sex in (Sex.MALE, Sex.FEMALE) else None)
        if view.membership.relation in self._relations:
            self.relation.set_value(view.membership.relation)
        numbers = (*view.phones.numbers, None, None)
        self.phone.set_value(numbers[0])
        self.other_phone.set_value(numbers[1])
        health = view.health or Health()
        self.health.set_value(health.state if health.state in set(HEALTH_NAMES) else None)
        self.illness.set_value(health.illness)
        self.disability.set_value(view.disability.kind if view.disability else None)
        self.level.set_value(view.disability.level if view.disability else None)
        self._follow_document()
        self.set_more_shown(True)
        born, stated = self._born(), view.capacity or StatedCapacity()
        if self._signing is None and not (view.guardian or view.carer or view.capacity):
            return
        known = SheetSigning(
            born or age_band(None, stated, self._today()),
            stated.capacity,
            stated.ground,
            stated.proof,
            stated.lives_on_own_work,
            guardian=view.guardian,
            carer=view.carer,
        )
        self.signing.show_facts(known, born=born, kin=self._kin)
        self._follow_birth()

    @property
    def signing(self) -> SigningForm:
        """Guardian, actual carer and capacity; made when they are first asked for."""
        if self._signing is None:
            self._signing = SigningForm(self._today, parent=self)
            self._signing.set_kin(self._kin)
            self._signing.changed.connect(self.changed)
            self._place.addWidget(self._signing)
            self._signing.set_born(self._born())
        return self._signing

    def focus_first_problem(self) -> bool:
        """Go to the first field that is wrong; false if none is."""
        return self.form.focus_first_problem() or (self._signing is not None and self._signing.focus_first_problem())

    def is_empty(self) -> bool:
        """Whether nothing was typed yet."""
        return self.draft() == self._blank

    def draft(self) -> dict[str, Any]:
        """Everything as typed."""
        kind = self.disability.value()
        return {
            **{name: field.text() for name, field in self._texts().items()},
            "document_type": self.identity.document_type().value,
            "number": self.identity.number.text(),
            "sex": self.sex.value() or "",
            "relation": self.relation.value() or "",
            "health": self.health.value() or "",
            "disability": kind.value if kind is not None else "",
            "level": self.level.value() or 0,
            "signing": self._signing.draft() if self._signing is not None else {},
        }

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what ``draft()`` kept."""
        draft = {**self._blank, **draft}
        for name, field in self._texts().items():
            field.setText(draft[name])
            field.settle()
        if self._view is None or not self._view.is_number_hidden:
            self.identity.set_value((DocumentType(draft["document_type"]), draft["number"]))
        self.sex.set_value(Sex(draft["sex"]) if draft["sex"] else None)
        self.relation.set_value(draft["relation"] if draft["relation"] in self._relations else None)
        self.health.set_value(draft["health"] or None)
        self.disability.set_value(DisabilityKind(draft["disability"]) if draft["disability"] else None)
        self.level.set_value(draft["level"] or None)
        self._follow_document()
        if draft["signing"] or self._signing is not None:
            self.signing.restore(draft["signing"])
        more = ("illness", "health", "disability", "other_phone")
        self.set_more_shown(any(draft[name] for name in more))

    def clear(self) -> None:
        """Show an empty form."""
        self.restore(self._blank)

    def set_more_shown(self, is_shown: bool) -> None:
        """Show or hide health, disability and who signs; of a child that is always shown."""
        self._is_more_shown = is_shown
        self._more.setVisible(not is_shown)
        for field in (self.other_phone, self.health, self.illness, self.disability):
            self.form.set_shown(field, is_shown)
        self._follow_disability()
        self._follow_birth()

    def _texts(self) -> dict[str, TextField]:
        return {
            "name": self.name,
            "original": self.original,
            "birth": self.birth,
            "phone": self.phone,
            "other_phone": self.other_phone,
            "illness": self.illness,
        }

    def _groups(self) -> dict[str, Any]:
        before = self._view
        document_type, number = self.identity.value()
        has_number = bool(number) or document_type in WITHOUT_NUMBER
        kind, level = self.disability.value(), self.level.value()
        certificate = before.disability.certificate if before is not None and before.disability is not None else ""
        health = Health(self.health.value() or "", self.illness.value())
        numbers = self._phones()
        return {
            "name": Name(self.name.value(), self.original.value(), before.name.former if before is not None else ""),
            # A kind alone says nothing: without its number no document was seen.
            "document": Document(document_type, number) if has_number else Document(),
            "birth": Birth(self.birth.value(), self.sex.value() or self._sex_before()),
            "phones": Phones(numbers) if numbers else None,
            "health": health if health != Health() else None,
            "disability": Disability(kind, level, certificate) if kind is not None and level is not None else None,
            **self._signing_groups(),
        }

    def _signing_groups(self) -> dict[str, Any]:
        before = self._view
        if self._signing is None:
            return {"guardian": None, "carer": None, "capacity": None}
        facts = self._signing.facts()
        stated = before.capacity if before is not None and before.capacity is not None else StatedCapacity()
        band, band_stated = self._stated_band(facts.band, stated)
        capacity = StatedCapacity(
            facts.capacity, facts.ground, facts.capacity_proof, facts.lives_on_own_work, band, band_stated
        )
        return {
            "guardian": facts.guardian,
            "carer": facts.carer,
            "capacity": capacity if capacity != StatedCapacity() else None,
        }

    def _stated_band(self, band: AgeBand | None, stated: StatedCapacity) -> tuple[AgeBand | None, date | None]:
        """The band as it is stated here, and the day; one whose year is over counts only when it is stated anew."""
        if self._born() is not None:
            return None, None
        counting = age_band(None, stated, self._today())
        if band is counting:  # untouched, also where what was stated counts no more and was not stated anew
            return stated.band, stated.band_stated
        return band, self._today() if band is not None else None

    def _born(self) -> AgeBand | None:
        return age_band(self.birth.value(), None, self._today())

    def _sex_before(self) -> Sex:
        return self._view.birth.sex if self._view is not None else Sex.UNKNOWN

    def _phones(self) -> tuple[str, ...]:
        further = self._view.phones.numbers[2:] if self._view is not None else ()
        numbers = (self.phone.value(), self.other_phone.value(), *further)
        return tuple(dict.fromkeys(number for number in numbers if number))

    def _lay_out(self) -> Iterator[None]:
        form = self.form
        form.add(self.tr("姓名"), self.name, note="" if not self._is_head else self.tr("户主，问不到可填称呼"))
        form.add(self.tr("证件"), self.identity, columns=2)
        form.add(self.tr("证件原文姓名"), self.original)
        form.add(self.tr("出生日期"), self.birth, note=self.tr("有证件号会自动填"))
        yield
        form.add(self.tr("性别"), self.sex)
        form.add(self.tr("和户主的关系"), self.relation)
        form.add(self.tr("电话"), self.phone, note=self.tr("没有可不填"))
        form.add(self.tr("另一个电话"), self.other_phone)
        yield
        form.add(self.tr("健康"), self.health, columns=2)
        form.add(self.tr("病名"), self.illness)
        form.add(self.tr("残疾类别"), self.disability)
        form.add(self.tr("残疾等级"), self.level, columns=2)
        yield
        form.set_shown(self.relation, not self._is_head)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(form)
        self._place = QVBoxLayout()
        column.addLayout(self._place)
        column.addWidget(self._ask)
        column.addWidget(self._more)

    def _connect(self) -> None:
        for text in self._texts().values():
            text.changed.connect(self.changed)
        for field in (self.sex, self.relation, self.health, self.disability, self.level):
            field.changed.connect(self.changed)
        self.identity.changed.connect(self.changed)
        self.identity.checked.connect(self._on_checked)
        self.identity.kind.currentIndexChanged.connect(self._follow_document)
        self.name.editingFinished.connect(self.identified)
        self.birth.editingFinished.connect(self._follow_birth)
        self.disability.changed.connect(self._follow_disability)

    def _on_checked(self, check: DocumentCheck) -> None:
        # What the number says is taken where nothing was said; it never overwrites what somebody typed.
        if check.birth is not None and not self.birth.text().strip():
            self.birth.set_value(check.birth)
        if check.sex is not None and self.sex.value() is None:
            self.sex.set_value(check.sex)
        self._follow_birth()
        self.identified.emit()

    def _follow_document(self) -> None:
        has_original = self.identity.document_type() in _ORIGINAL_NAME or bool(self.original.text())
        self.form.set_shown(self.original, has_original)

    def _follow_birth(self) -> None:
        """Of an able adult nothing is asked, and what would be asked is not even made."""
        born = self._born()
        is_asked = born not in (None, AgeBand.ADULT) or (born is None and self._is_more_shown)
        if self._signing is not None or is_asked:
            self.signing.set_born(born)
            self.signing.setVisible(is_asked or self.signing.is_filled())
        is_shown = self._signing is not None and not self._signing.isHidden()
        self._ask.setVisible(self._is_more_shown and not is_shown)

    def _ask_capacity(self) -> None:
        self.signing.show()
        self._ask.hide()
        self.signing.ask_capacity()

    def _follow_disability(self) -> None:
        self.form.set_shown(self.level, self._is_more_shown and self.disability.value() is not None)

    def _show_more(self) -> None:
        self.set_more_shown(True)
        self.other_phone.setFocus()


def resident_form(today: Callable[[], date], *, is_head: bool = False, relation: str = "") -> ResidentForm:
    """A form with everything on it, at once."""
    form = ResidentForm(today, is_head=is_head, relation=relation)
    at_once(form.build())
    return form
