"""Who signs for a person, as it can be asked at the table: age, capacity, guardian and actual carer.

Only what the answers so far make necessary is shown: an able adult is asked nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.households import Carer, Document, Guardian
from desktop.domain.identity import WITHOUT_NUMBER, DocumentType
from desktop.domain.kinship import Kin
from desktop.domain.sheet_signing import SheetSigning, beside_record
from desktop.domain.signing import (
    AGE_BAND_NAMES,
    BODIES,
    GUARDIAN_BASIS_NAMES,
    WITH_DEED,
    AgeBand,
    Capacity,
    GuardianBasis,
    Incapacity,
    who_must_sign,
)
from desktop.ui.icons import Icon
from desktop.ui.signing_words import beside_record_words
from desktop.ui.slices import at_once
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import PhoneField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.guardian_order import GuardianOrderFields
from desktop.ui.widgets.identity_field import IdentityField
from desktop.ui.widgets.labels import label

_WITHOUT_PROOF = WITH_DEED | BODIES | {GuardianBasis.NOT_ESTABLISHED}
"""Where no plain proof is asked for: a numbered paper is, or the office speaks for itself, or there is nothing."""


class SigningForm(QWidget):
    """``facts()`` is what counts of the answers; who signed and what was said at the signing is not asked here.

    Beside a record that says otherwise, ``differs`` says so, and what counts then.
    """

    changed = Signal()

    def __init__(self, today: Callable[[], date], columns: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._born: AgeBand | None = None
        self._known = SheetSigning()
        self._name = ""
        self._is_capacity_asked = False
        self._carer_phone = ""
        self.form = Form(columns)
        self._steps = self._build(today)

    def prepare(self) -> Iterator[None]:
        """Make the fields, a part per step; whatever is asked of the form first makes those that are missing."""
        yield from self._steps

    def _build(self, today: Callable[[], date]) -> Iterator[None]:
        self.band: ChoiceField[AgeBand] = ChoiceField(list(AGE_BAND_NAMES.items()), few=0)
        self.own_work: ChoiceField[bool] = ChoiceField([(False, self.tr("不是")), (True, self.tr("是"))])
        self.capacity: ChoiceField[Capacity] = ChoiceField(
            [
                (Capacity.FULL, self.tr("能")),
                (Capacity.LIMITED, self.tr("只能一部分")),
                (Capacity.NONE, self.tr("不能")),
            ]
        )
        yield
        self.ground: ChoiceField[Incapacity] = ChoiceField(
            [(Incapacity.COURT, self.tr("法院认定")), (Incapacity.OTHER, self.tr("其他证明"))]
        )
        self.capacity_proof = TextField(self.tr("判决书号、残疾证号或诊断证明"))
        self.guardian = TextField(self.tr("姓名，或者单位名称"))
        self.relation = TextField(self.tr("如母亲、祖父、村委会"))
        self.basis: ChoiceField[GuardianBasis] = ChoiceField(list(GUARDIAN_BASIS_NAMES.items()), few=0)
        yield
        self.order = GuardianOrderFields(self)
        self.deed = TextField(self.tr("判决书、指定书、协议、委托书的编号"))
        self.proof = TextField(self.tr("如户口簿、出生医学证明"))
        self.phone = PhoneField()
        self.identity = IdentityField(today)
        yield
        self.carer = TextField(self.tr("和监护人不是同一人时填"))
        self.carer_relation = TextField(self.tr("如祖母、邻居"))
        self._ask = link_button(self.tr("本人不能（完全）自己决定时，按这里"), self.ask_capacity, Icon.ADD)
        yield from self._lay_out()
        self._follow()

    def set_born(self, band: AgeBand | None) -> None:
        """How old by the date of birth; None where that is not known, and the band is asked for."""
        at_once(self._steps)
        if band is not self._born:
            self._born = band
            self._follow()

    def set_kin(self, kin: tuple[Kin, ...]) -> None:
        """Whom the record knows as relatives, where nothing else is known yet."""
        at_once(self._steps)
        self.order.set_kin(kin)

    def show_facts(
        self,
        facts: SheetSigning,
        *,
        born: AgeBand | None,
        known: SheetSigning | None = None,
        name: str = "",
        kin: tuple[Kin, ...] = (),
    ) -> None:
        """Show what is known; not a change by hand.

        ``known`` is what the record of the person of this name says, where the answers stand beside it; ``kin`` are the
        relatives whom it knows.
        """
        at_once(self._steps)
        self._born, self._known, self._name = born, known or SheetSigning(), name
        guardian, carer = facts.guardian or Guardian(), facts.carer or Carer()
        self.band.set_value(facts.band)
        self.own_work.set_value(True if facts.lives_on_own_work else None)
        self.capacity.set_value(facts.capacity)
        self.ground.set_value(facts.ground)
        self.capacity_proof.set_value(facts.capacity_proof)
        self.guardian.set_value(guardian.name)
        self.relation.set_value(guardian.relation)
        self.basis.set_value(guardian.basis)
        self.order.set_kin(kin)
        self.order.show_guardian(guardian)
        self.deed.set_value(guardian.deed)
        self.proof.set_value(guardian.proof)
        self.phone.set_value(guardian.phone or None)
        has_document = guardian.document != Document()
        self.identity.set_value((guardian.document.type, guardian.document.number) if has_document else None)
        self.carer.set_value(carer.name)
        self.carer_relation.set_value(carer.relation)
        self._carer_phone = carer.phone
        self._is_capacity_asked = facts.capacity is not None
        self._follow()

    def facts(self, base: SheetSigning | None = None) -> SheetSigning:
        """What the fields say beside the record, empty ones nothing; what is not asked here stays as in ``base``."""
        at_once(self._steps)
        guardian, carer = self._guardian(), self._stated_carer()
        counts = self._counting()
        lowered = counts.capacity in (Capacity.LIMITED, Capacity.NONE)
        return replace(
            base or SheetSigning(),
            band=counts.band,
            capacity=counts.capacity,
            ground=self.ground.value() if lowered else None,
            capacity_proof=self.capacity_proof.value() if lowered else "",
            lives_on_own_work=counts.lives_on_own_work,
            guardian=guardian if guardian != Guardian() else None,
            carer=carer if carer != Carer() else None,
        )

    def focus_first_problem(self) -> bool:
        """Go to the first field that is wrong; false if none is."""
        return self.form.focus_first_problem()

    def is_filled(self) -> bool:
        """Whether anything beyond the date of birth was answered."""
        at_once(self._steps)
        return replace(self.facts(), band=self.band.value()) != SheetSigning()

    def draft(self) -> dict[str, Any]:
        """Everything as typed."""
        at_once(self._steps)
        return {
            **{name: field.text() for name, field in self._texts().items()},
            **{name: str(field.value() or "") for name, field in self._choices().items()},
            **self.order.draft(),
            "own_work": bool(self.own_work.value()),
            "document_type": self.identity.document_type().value,
            "number": self.identity.number.text(),
        }

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what ``draft()`` kept."""
        at_once(self._steps)
        for name, field in self._texts().items():
            field.setText(str(draft.get(name, "")))
            field.settle()
        for name, choice in self._choices().items():
            choice.set_value(next((one for one in choice.options() if one == draft.get(name)), None))
        self.order.restore(draft)
        self.own_work.set_value(True if draft.get("own_work") else None)
        kind = DocumentType(draft.get("document_type", DocumentType.RESIDENT_ID))
        self.identity.set_value((kind, str(draft.get("number", ""))))
        self._is_capacity_asked = self.capacity.value() is not None
        self._follow()

    def focus_first(self) -> bool:
        """To the first field shown that is empty; false if there is none."""
        at_once(self._steps)
        fields: tuple[Any, ...] = (
            *(self.band, self.capacity, self.ground, self.capacity_proof),
            *(self.guardian, self.relation, self.basis),
            *(self.order.standing, *self.order.why.values(), self.order.known),
            *(self.order.consent_of, self.deed, self.proof),
        )
        empty = next((one for one in fields if self.form.is_shown(one) and not one.value()), None)
        if empty is not None:
            empty.setFocus()
        return empty is not None

    def _guardian(self) -> Guardian:
        kind, number = self.identity.value()
        has_document = bool(number) or kind in WITHOUT_NUMBER
        basis = self.basis.value()
        return Guardian(
            self.guardian.value(),
            self.relation.value(),
            self.phone.value() or "",
            Document(kind, number) if has_document else Document(),
            basis,
            self.deed.value() if basis in WITH_DEED or self.order.needs_deed(self.form) else "",
            self.proof.value() if basis not in _WITHOUT_PROOF else "",
            **self.order.stated(self.form),
        )

    def _stated_carer(self) -> Carer:
        name = self.carer.value()
        return Carer(name, self.carer_relation.value(), self._carer_phone) if name else Carer()

    def _answered(self) -> SheetSigning:
        """Age and capacity as they are answered here."""
        band = self._born or self.band.value()
        return SheetSigning(band, self.capacity.value(), lives_on_own_work=bool(self.own_work.value()))

    def _counting(self) -> SheetSigning:
        """Age and capacity as they count beside the record."""
        return beside_record(self._answered(), self._known)

    def _texts(self) -> dict[str, TextField]:
        return {
            "capacity_proof": self.capacity_proof,
            "guardian": self.guardian,
            "relation": self.relation,
            "deed": self.deed,
            "proof": self.proof,
            "phone": self.phone,
            "carer": self.carer,
            "carer_relation": self.carer_relation,
        }

    def _choices(self) -> dict[str, ChoiceField[Any]]:
        return {"band": self.band, "capacity": self.capacity, "ground": self.ground, "basis": self.basis}

    def _lay_out(self) -> Iterator[None]:
        form = self.form
        form.add(self.tr("大约多大"), self.band, note=self.tr("不知道出生日期时，问一问再选"))
        form.add(self.tr("主要靠自己的劳动收入生活吗"), self.own_work)
        form.add(self.tr("自己的事能自己决定吗"), self.capacity)
        form.add(self.tr("凭什么这样说"), self.ground)
        form.add(self.tr("文书号或证明"), self.capacity_proof)
        yield
        form.add(self.tr("监护人"), self.guardian)
        form.add(self.tr("监护人是本人的"), self.relation)
        form.add(self.tr("凭什么当监护人"), self.basis)
        self.order.add_to(form)
        form.add(self.tr("监护文书编号"), self.deed)
        yield
        form.add(self.tr("看过什么证明"), self.proof)
        form.add(self.tr("监护人电话"), self.phone)
        form.add(self.tr("监护人证件"), self.identity, columns=2)
        yield
        form.add(self.tr("实际抚养（照料）人"), self.carer, note=self.tr("照料的人不一定是监护人"))
        form.add(self.tr("他是本人的"), self.carer_relation)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.differs = label("", "problem", wrap=True)
        self.differs.hide()
        column.addWidget(self.differs)
        column.addWidget(form)
        column.addWidget(self._ask)
        for text in self._texts().values():
            text.changed.connect(self._on_changed)
        for choice in (*self._choices().values(), self.own_work):
            choice.changed.connect(self._on_changed)
        self.identity.changed.connect(self._on_changed)
        self.order.changed.connect(self._on_changed)

    def ask_capacity(self) -> None:
        """Ask whether the person can decide alone, and go there."""
        at_once(self._steps)
        self._is_capacity_asked = True
        self._follow()
        self.capacity.setFocus()

    def _on_changed(self) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        """Show what has to be asked, going by the answers so far."""
        counts, basis = self._counting(), self.basis.value()
        self.order.follow_relation(self.relation.value())
        band, capacity = counts.band, counts.capacity
        lowered = capacity in (Capacity.LIMITED, Capacity.NONE)
        is_young = band in (AgeBand.UNDER_EIGHT, AgeBand.EIGHT_TO_THIRTEEN)
        asks_capacity = self._is_capacity_asked and not is_young
        answer = who_must_sign(band, capacity, GuardianBasis.PARENTS, counts.lives_on_own_work)
        guarded = bool(answer.signed_by and answer.signed_by.guardian) or self._guardian() != Guardian()
        shown: dict[QWidget, bool] = {
            self.band: self._born is None,
            self.own_work: band is AgeBand.SIXTEEN_TO_SEVENTEEN,
            self.capacity: asks_capacity,
            self.ground: asks_capacity and lowered,
            self.capacity_proof: asks_capacity and lowered,
            self.guardian: guarded,
            self.relation: guarded,
            self.basis: guarded,
            **self.order.shown(
                basis,
                is_asked=guarded,
                is_minor=band not in (None, AgeBand.ADULT),
                guardian=self.guardian.value(),
            ),
            self.proof: guarded and basis is not None and basis not in _WITHOUT_PROOF,
            self.phone: guarded,
            self.identity: guarded,
            self.carer: guarded or bool(self.carer.text()),
            self.carer_relation: bool(self.carer.text()),
        }
        self._show_fields(shown)
        # What is said of those who stand before may rest on a paper with a number.
        self._show_fields({self.deed: guarded and (basis in WITH_DEED or self.order.needs_deed(self.form))})
        self._ask.setVisible(not asks_capacity and not is_young)
        own_work = self.own_work.value() if self.form.is_shown(self.own_work) else None
        words = beside_record_words(self._known, self._answered(), own_work=own_work, name=self._name)
        self.differs.setText(words)
        self.differs.setVisible(bool(words))

    def _show_fields(self, shown: Mapping[QWidget, bool]) -> None:
        for field, is_shown in shown.items():
            if self.form.is_shown(field) is not is_shown:
                self.form.set_shown(field, is_shown)
