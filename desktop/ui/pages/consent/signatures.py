"""Who has to sign this sheet, why, and what is written down of it: the lower half of the step of signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.blanks import stock_and_number
from desktop.domain.compatriots import CompatriotSaid
from desktop.domain.kinship import Kin
from desktop.domain.sheet_signing import SheetSigning, signing_problem
from desktop.domain.signing import Need, Signer
from desktop.domain.signing_evidence import FINGER_NAMES, Finger, SigningEvidence
from desktop.ui.icons import Icon, icon
from desktop.ui.messages.signing import BY_REASON
from desktop.ui.pages.consent.compatriot_fields import CompatriotFields
from desktop.ui.pages.consent.opening import Person
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.signing_words import who_signs
from desktop.ui.tokens import tokens
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label, set_kind
from desktop.ui.widgets.signing_form import SigningForm


class Signatures(QWidget):
    """Says who signs, asks for what the law needs beside it, and refuses to go on where nobody can sign."""

    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._kin: tuple[Kin, ...] = ()
        self._may_use_screen = False
        self._is_compatriot = False
        self._said: dict[QCheckBox, tuple[str, str]] = {}
        self.words = label("", "section", wrap=True)
        """Who signs and why: shown by the step above everything else."""
        self.facts = SigningForm(today, columns=2)

    def build(self) -> Iterator[None]:
        """Make the fields, a part per step; nothing may be asked of them before."""
        self.way: ChoiceField[bool] = ChoiceField(
            [(False, self.tr("在纸上签")), (True, self.tr("在屏幕上签（屏幕签名）"))]
        )
        self.signer = self._means()
        self.guardian_signer = self._means()
        yield
        self.witness = TextField(self.tr("姓名、身份"))
        self.view = TextField(self.tr("照他的原话写；说不清也写明"))
        self.best_interest = self._box(self.tr("和监护人说过了"), self.tr("还没有说"))
        self.childrens_rules = self._box(self.tr("念给监护人听过了"), self.tr("还没有念"))
        self._form = Form(2)
        self._form.add(
            self.tr("最有利于被监护人"), self.best_interest, note=self.tr("转出去对他有没有好处、会不会伤到他")
        )
        self._form.add(self.tr("儿童个人信息专门规则"), self.childrens_rules, note=self.tr("不满 14 岁要单独告知"))
        self._form.add(self.tr("他自己怎么说"), self.view, columns=2)
        yield
        self._form.add(
            self.tr("在哪里签"), self.way, columns=2, note=self.tr("按指印只能在纸上；一份同意书只用一种办法。")
        )
        self._form.add(self.tr("本人怎么签的"), self.signer)
        self._form.add(self.tr("监护人怎么签的"), self.guardian_signer)
        yield
        self.finger, self.guardian_finger = self._fingers(), self._fingers()
        self.unable = TextField(self.tr("如 不识字、手抖"))
        yield
        self._form.add(self.tr("本人按的是哪个手指"), self.finger)
        self._form.add(self.tr("监护人按的是哪个手指"), self.guardian_finger)
        self._form.add(self.tr("不能签名的原因"), self.unable)
        yield
        self.compatriot = CompatriotFields(self._form, self)
        self.compatriot.changed.connect(self._on_changed)
        yield
        for shown in (self.finger, self.guardian_finger, self.unable):
            shown.changed.connect(self.changed)
        self._form.add(
            self.tr("见证人"),
            self.witness,
            note=self.tr("按指印要有见证人，屏幕签名没有可以不填；不能是工作人员、接收方的人或亲属。"),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.facts, self._form):
            column.addWidget(widget)
        for field in (self.facts, self.way, self.signer, self.guardian_signer, self.witness, self.view):
            field.changed.connect(self._on_changed)

    def show_taking(self, taking: Taking, person: Person) -> None:
        """Show what is known of who signs, and what was typed of it."""
        self._name, self._kin = person.resident.name, person.kin
        typed = taking.signing or SheetSigning()
        self.facts.show_facts(typed, born=person.born, known=person.signing, name=self._name, kin=person.kin)
        self.best_interest.setChecked(typed.best_interest)
        self.childrens_rules.setChecked(typed.childrens_rules_told)
        self.view.set_value(typed.wards_view)
        guardian_alone = typed.signed_by is not None and not typed.signed_by.person
        means = (None if guardian_alone else taking.signer, typed.guardian_signer)
        # What is signed of a blank form is its paper.
        self._may_use_screen = not person.screen_problem and stock_and_number(taking.sheet) is None
        self.way.set_value(self._may_use_screen and Signer.SCREEN in (taking.signer, typed.guardian_signer))
        for field, mean in zip((self.signer, self.guardian_signer), means, strict=True):
            field.set_value(mean if mean is not Signer.SCREEN else None)
        self.witness.set_value(taking.witness)
        self._is_compatriot = person.resident.compatriot is not None
        self.finger.set_value(taking.evidence.finger)
        self.guardian_finger.set_value(taking.evidence.guardian_finger)
        self.unable.set_value(taking.evidence.unable_reason)
        part = person.resident.compatriot
        printed = CompatriotSaid(part.origin, part.document) if part is not None else CompatriotSaid()
        self.compatriot.show_said(taking.evidence.compatriot or printed, taking.evidence.offices)
        self._show_state()

    def collect(self, taking: Taking) -> Taking:
        """``taking`` with what is filled in here."""
        stated = self._stated()
        signed_by = stated.signed_by
        person_signs = signed_by is None or signed_by.person
        return replace(
            taking,
            signing=stated,
            signer=self._mean_of(self.signer) if person_signs else stated.guardian_signer,
            witness=self.witness.value(),
            evidence=self.evidence(),
        )

    def evidence(self) -> SigningEvidence:
        """What else stands on the paper, of those fields that are shown."""

        def shown(field: ChoiceField[Finger]) -> Finger | None:
            return field.value() if self._form.is_shown(field) else None

        return SigningEvidence(
            finger=shown(self.finger),
            guardian_finger=shown(self.guardian_finger),
            unable_reason=self.unable.value() if self._form.is_shown(self.unable) else "",
            offices=self.compatriot.offices.value() if self._is_compatriot else (),
            compatriot=self.compatriot.said() if self._is_compatriot else None,
        )

    def obstacle(self) -> str:
        """Why nobody can sign, with what to do; "" where somebody can."""
        obstacle = self._stated().required().obstacle
        if obstacle is None:
            return ""
        message = BY_REASON[obstacle]
        return message.what + message.action

    def problem(self) -> str:
        """What is still missing, in words."""
        stated = self._stated()
        signed_by = stated.signed_by
        if signed_by is not None and signed_by.person and self._mean_of(self.signer) is None:
            return self.tr("请选本人怎么签的。")
        if signed_by is not None and signed_by.guardian and stated.guardian_signer is None:
            return self.tr("请选监护人怎么签的。")
        signer = self._mean_of(self.signer) if signed_by is None or signed_by.person else None
        problem = signing_problem(stated, signer, self.witness.value(), self._kin)
        return BY_REASON[problem].what + BY_REASON[problem].action if problem else ""

    def focus_first(self) -> None:
        """To the first field that is still empty."""
        if not self.facts.focus_first():
            fields = (self.view, self.signer, self.guardian_signer, self.witness)
            shown = [one for one in fields if self._form.is_shown(one)]
            next((one for one in shown if not one.value()), shown[0]).setFocus()

    def _stated(self) -> SheetSigning:
        facts = self.facts.facts()
        required = facts.required()
        signs = required.signed_by
        return replace(
            facts,
            signed_by=signs,
            guardian_signer=self._mean_of(self.guardian_signer) if signs is not None and signs.guardian else None,
            best_interest=Need.BEST_INTEREST in required.needs and self.best_interest.isChecked(),
            wards_view=self.view.value() if Need.WARDS_VIEW in required.needs else "",
            childrens_rules_told=Need.CHILDRENS_RULES in required.needs and self.childrens_rules.isChecked(),
        )

    @property
    def is_on_screen(self) -> bool:
        """Whether it is signed on the screen."""
        return self._may_use_screen and self.way.value() is True

    def stated(self) -> SheetSigning:
        """Who signs and by what right, as it is filled in."""
        return self._stated()

    def _mean_of(self, field: ChoiceField[Signer]) -> Signer | None:
        return Signer.SCREEN if self.is_on_screen else field.value()

    def _means(self) -> ChoiceField[Signer]:
        return ChoiceField([(Signer.SIGNATURE, self.tr("签名")), (Signer.FINGERPRINT, self.tr("按指印"))])

    def _fingers(self) -> ChoiceField[Finger]:
        return ChoiceField(list(FINGER_NAMES.items()), few=0)

    def _box(self, done: str, open_words: str) -> QCheckBox:
        box = QCheckBox()
        box.setProperty("kind", "segment")
        self._said[box] = (done, open_words)
        box.toggled.connect(lambda _: self._show_boxes())
        box.clicked.connect(lambda: self._on_changed())  # noqa: PLW0108 - clicked carries a bool
        return box

    def _show_boxes(self) -> None:
        for box, (done, open_words) in self._said.items():
            is_done = box.isChecked()
            box.setText(done if is_done else open_words)
            box.setIcon(icon(Icon.BOX_CHECKED, tokens().accent) if is_done else icon(Icon.BOX, tokens().field_line))

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        stated = self._stated()
        required = stated.required()
        signs = required.signed_by
        self.words.setText(who_signs(stated, self._name))
        set_kind(self.words, "problem" if required.obstacle is not None else "section")
        by_person = signs is not None and signs.person
        by_guardian = signs is not None and signs.guardian
        marks = [self._mean_of(self.signer) if by_person else None, stated.guardian_signer]
        shown: dict[QWidget, bool] = {
            self.best_interest: Need.BEST_INTEREST in required.needs,
            self.childrens_rules: Need.CHILDRENS_RULES in required.needs,
            self.view: Need.WARDS_VIEW in required.needs,
            self.way: self._may_use_screen,
            self.signer: by_person and not self.is_on_screen,
            self.guardian_signer: by_guardian and not self.is_on_screen,
            self.finger: marks[0] is Signer.FINGERPRINT,
            self.guardian_finger: marks[1] is Signer.FINGERPRINT,
            self.unable: Signer.FINGERPRINT in marks,
            **self.compatriot.shown(is_compatriot=self._is_compatriot),
            self.witness: Signer.FINGERPRINT in marks or self.is_on_screen,
        }
        for field, is_shown in shown.items():
            if self._form.is_shown(field) is not is_shown:
                self._form.set_shown(field, is_shown)
        self._show_boxes()
