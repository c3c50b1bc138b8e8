"""撤回: as easily as it was given; all or some, however the person asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.consent import PURPOSE_NAMES, WITHDRAWAL_MODE_NAMES
from desktop.domain.stops import Stop
from desktop.domain.withdrawals import (
    DELIVERY_NAMES,
    REQUEST_NAMES,
    UNWANTED_NAMES,
    Delivery,
    Unwanted,
    WithdrawalRequest,
)
from desktop.services.consent import GrantView, Said, SheetSigning, SignedBy, WithdrawalMode
from desktop.services.directory import Organisation
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.grants_view import by_recipient
from desktop.ui.pages.consent.words import class_words
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty

_EVERYTHING = ""


class WithdrawalPanel(QWidget):
    """Which grants, how it was asked for; one press records it."""

    withdrawn = Signal(object, object, object)
    """Grant ids, what is stopped without a known grant (``Stop``), and how it was said (``Said``)."""
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: list[MultiChoice[str]] = []
        self._guardian = ""

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        told = self.tr("选要撤回的，一项也行。撤回马上生效，不影响政府救助；以前已经办的仍然有效。")
        column.addWidget(label(told, "soft", wrap=True, parent=self))
        self.whole = button(self.tr("全部撤回：都选上"), self._choose_all, parent=self)
        column.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignLeft)
        self._list = QVBoxLayout()
        column.addLayout(self._list)
        self._make_room_for_stops(column)
        form = self._form = Form(1, self)
        column.addWidget(form)
        yield
        self.by_guardian: ChoiceField[bool] = ChoiceField([(False, self.tr("本人")), (True, self.tr("监护人"))])
        form.add(self.tr("谁提出的"), self.by_guardian, note=self.tr("本人或者监护人，一个人说就行"))
        yield
        modes = [(one, WITHDRAWAL_MODE_NAMES[one]) for one in WithdrawalMode]
        self.mode: ChoiceField[WithdrawalMode] = ChoiceField(modes)
        form.add(self.tr("怎么提出的"), self.mode)
        self.mode.changed.connect(self._on_mode)
        yield
        self.brought_by = TextField(self.tr("姓名，如 侄子吉大山"))
        form.add(self.tr("谁代交的"), self.brought_by, note=self.tr("可以不填"))
        self.second_worker = ColleagueField()
        form.add(
            self.tr("一起接电话的同事"),
            self.second_worker,
            note=self.tr("两个人都记下，就不用他来签名；只有一个人也照样生效"),
        )
        yield
        wanted = [(one, REQUEST_NAMES[one]) for one in WithdrawalRequest]
        self.requests: MultiChoice[WithdrawalRequest] = MultiChoice(wanted)
        form.add(self.tr("他要求"), self.requests)
        yield
        self.unwanted: MultiChoice[Unwanted] = MultiChoice([(one, UNWANTED_NAMES[one]) for one in Unwanted])
        form.add(self.tr("也不要再"), self.unwanted, note=self.tr("可以不选；只选这里，信息照旧提供，只是不再联系"))
        self.unwanted.changed.connect(self._show_count)
        yield
        self.identity = TextField(self.tr("如 当面认得、核对身份证、回拨登记的电话"))
        form.add(self.tr("怎么确认是本人"), self.identity, note=self.tr("可以不填"))
        self.delivery: ChoiceField[Delivery] = ChoiceField([(one, DELIVERY_NAMES[one]) for one in Delivery])
        form.add(self.tr("结果怎么告诉他"), self.delivery, note=self.tr("可以不填"))
        yield
        self.record = button("", self._on_record, Icon.UNDO, parent=self)
        row = QHBoxLayout()
        row.addWidget(self.record)
        row.addWidget(button(self.tr("不撤回"), self.given_up.emit, parent=self))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        yield

    def begin(
        self,
        grants: Sequence[GrantView],
        signing: SheetSigning,
        colleagues: Mapping[str, str] | None = None,
        bodies: Mapping[str, Organisation] | None = None,
    ) -> None:
        """Offer what can be withdrawn; ``signing`` says whether there is a guardian who may do it too.

        What is not known here can be withdrawn too: of everybody, or of one recipient of the directory (``bodies``).
        """
        self.second_worker.show_colleagues(colleagues or {})
        signs = signing.required().signed_by
        self._form.set_shown(self.by_guardian, signs is None or signs.guardian)
        self._guardian = signing.guardian.name if signing.guardian is not None else ""
        self.by_guardian.set_value(False)
        empty(self._list)
        self.choices = []
        for (name, purpose), held in by_recipient([one for one in grants if one.live]).items():
            self._list.addWidget(label(f"{name} · {PURPOSE_NAMES[purpose]}", "field", wrap=True))
            choice: MultiChoice[str] = MultiChoice([(one.id, class_words(one.data_class)) for one in held])
            for box in choice.inputs():
                box.setAccessibleDescription(name)
            choice.changed.connect(self._show_count)
            self._list.addWidget(choice)
            self.choices.append(choice)
        self._offer_stops(bodies or {})
        self.mode.set_value(WithdrawalMode.IN_PERSON)
        self._on_mode()
        self.requests.set_value(Said().requests)
        self.unwanted.set_value(())
        self.delivery.set_value(None)
        for typed in (self.identity, self.brought_by, self.second_worker):
            typed.set_value("")
        self._show_count()
        self.whole.setFocus()

    def chosen(self) -> tuple[str, ...]:
        """Ids of the grants to withdraw."""
        return tuple(one for choice in self.choices for one in choice.value())

    def chosen_stops(self) -> tuple[Stop, ...]:
        """What is stopped whether or not a consent to it is known here; everything takes the single ones in."""
        named = self.stops.value() if self.stops is not None else ()
        return (Stop(),) if _EVERYTHING in named else tuple(Stop(one) for one in named)

    def _make_room_for_stops(self, column: QVBoxLayout) -> None:
        self._beyond = label(kind="field", wrap=True, parent=self)
        column.addWidget(self._beyond)
        self._stops = QVBoxLayout()
        column.addLayout(self._stops)
        self.stops: MultiChoice[str] | None = None

    def _offer_stops(self, bodies: Mapping[str, Organisation]) -> None:
        empty(self._stops)
        self._beyond.setText(
            self.tr("这台电脑上没有的也能撤（在同事电脑上的、签了还没登记的）")
            if self.choices
            else self.tr(
                "这台电脑上没有他还有效的同意。可能在同事的电脑上，也可能签了还没登记；"
                "他说不要了，照样先记下，以前同意的都不再提供："
            )
        )
        offered = [(_EVERYTHING, self.tr("他可能同意过的一切"))]
        offered += sorted(((one.id, one.name) for one in bodies.values()), key=lambda pair: pair[1])
        self.stops = MultiChoice(offered, self)
        for box in self.stops.inputs():
            box.setAccessibleDescription(self._beyond.text())
        self.stops.changed.connect(self._show_count)
        self._stops.addWidget(self.stops)

    def _choose_all(self) -> None:
        """All means all: what a colleague has not sent yet too."""
        for choice in self.choices:
            choice.set_value(choice.options())
        if self.stops is not None:
            self.stops.set_value((_EVERYTHING,))
        self._show_count()

    def _show_count(self) -> None:
        count = len(self.chosen()) + len(self.chosen_stops())
        only_unwanted = not count and bool(self.unwanted.value())
        self.record.setEnabled(bool(count) or only_unwanted)
        words = self.tr("记下：不要再联系") if only_unwanted else self.tr("撤回选中的 {count} 项")
        self.record.setText(words.format(count=count))

    def _on_record(self) -> None:
        by_guardian = bool(self.by_guardian.value())
        mode = self.mode.value() or WithdrawalMode.IN_PERSON
        said = Said(
            mode=mode,
            identity_checked=self.identity.value(),
            withdrawn_by=SignedBy.GUARDIAN if by_guardian else SignedBy.PERSON,
            guardian=(self._guardian or self.tr("监护人")) if by_guardian else "",
            brought_by=self.brought_by.value(),
            second_worker=self.second_worker.value() if mode is WithdrawalMode.PHONE else "",
            unwanted=self.unwanted.value(),
            requests=self.requests.value(),
            delivery=self.delivery.value(),
        )
        self.withdrawn.emit(self.chosen(), self.chosen_stops(), said)

    def _on_mode(self) -> None:
        """Only what this way asks for."""
        mode = self.mode.value()
        self._form.set_shown(self.brought_by, mode is WithdrawalMode.BY_ANOTHER)
        self._form.set_shown(self.second_worker, mode is WithdrawalMode.PHONE)
