"""需求: what the household wants, by code, with its urgency and in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES, NeedCode, Urgency
from desktop.domain.visits import NeedFound
from desktop.ui.pages.visit.section import Section
from desktop.ui.tokens import GAP
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.text_area import TextArea


class NeedsSection(Section):
    """Chips of the catalogue; each chosen one asks how urgent it is and for a few words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("needs", "需求", parent)
        self.codes: MultiChoice[NeedCode] = MultiChoice(list(NEED_NAMES.items()))
        self.urgencies: dict[NeedCode, ChoiceField[Urgency]] = {}
        self.words: dict[NeedCode, TextField] = {}
        self._cards: dict[NeedCode, Card] = {}
        self._place = QWidget(self)
        self._column = QVBoxLayout(self._place)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self.own_words = TextArea(self.tr("照他说的记，不替他说；他说不用，就写“不用”"))
        first = self.add_card(self.tr("需要什么"), self.tr("可以选几样"))
        chips = Form(1)
        first.add(chips)
        self.add_field(chips, "codes", self.tr("需求"), self.codes)
        self.column.addWidget(self._place)
        last = self.add_card(self.tr("本人意愿"))
        self._own = Form(1)
        last.add(self._own)
        self.add_field(self._own, "own_words", self.tr("本人怎么说"), self.own_words)
        self._arrange()

    def fill_last(self, needs: Sequence[NeedFound], mark: str) -> None:
        """Needs of the last visit (or of the one being corrected)."""
        self.fill({"codes": tuple(need.code for need in needs)}, mark)
        for need in needs:
            self._add_need(need.code)
            self.fill({f"{need.code}.urgency": need.urgency, f"{need.code}.words": need.words}, mark)

    def show_own_words_before(self, words: str, mark: str) -> None:
        """What the person said last time: to read, never to be said again for them."""
        if words:
            self._own.show_hint(self.own_words, self.tr("{mark}说：{words}").format(mark=mark, words=words))

    def needs(self) -> tuple[NeedFound, ...]:
        """As they are saved."""
        return tuple(
            NeedFound(code, Urgency(self.urgencies[code].value() or Urgency.ORDINARY), self.words[code].value())
            for code in map(NeedCode, self.codes.value())
        )

    def restore(self, state: Mapping[str, Any]) -> None:
        for code in state.get("fields", {}).get("codes", []):
            self._add_need(NeedCode(code))
        super().restore(state)

    def _add_need(self, code: NeedCode) -> None:
        if code in self._cards:
            return
        card = Card(NEED_NAMES[code], "", self._place)
        order = list(NeedCode)
        before = sum(order.index(one) < order.index(code) for one in self._cards)
        self._column.insertWidget(before, card)
        form = Form(2)
        card.add(form)
        self._cards[code] = card
        self.urgencies[code] = ChoiceField(list(URGENCY_NAMES.items()))
        self.words[code] = TextField(self.tr("要什么、几样、为什么"))
        self.add_field(form, f"{code}.urgency", self.tr("多急"), self.urgencies[code], columns=2)
        self.add_field(form, f"{code}.words", self.tr("说明"), self.words[code], columns=2)
        chosen = [one for one in order if one in self._cards]
        details = [f"{one}.{name}" for one in chosen for name in ("urgency", "words")]
        self._order_tabs(["codes", *details, "own_words"])
        for widget in form.findChildren(QWidget):
            if widget.accessibleName():
                widget.setAccessibleDescription(f"{NEED_NAMES[code]} {widget.accessibleDescription()}".strip())

    def _is_shown(self, name: str) -> bool:
        code = name.partition(".")[0]
        return super()._is_shown(name) and (code not in set(NeedCode) or code in self.codes.value())

    def _arrange(self) -> None:
        chosen = set(self.codes.value())
        for code in map(NeedCode, self.codes.value()):
            self._add_need(code)
        for code, card in self._cards.items():
            card.setVisible(code in chosen)
            if code in chosen and self.urgencies[code].value() is None:
                self.urgencies[code].set_value(Urgency.ORDINARY)
