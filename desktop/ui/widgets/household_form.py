"""The form for what belongs to the household and not to one person: where, which categories, near relatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.aid import SHORT_CATEGORY_NAMES, Category
from desktop.domain.households import Address, CategoryHeld, NearRelative, Number, category_group
from desktop.services.directory import Village, short_village
from desktop.services.households import HAND_SOURCE
from desktop.services.people import HouseholdPage
from desktop.ui.description_words import Known, village_words
from desktop.ui.models.rows import ListRow
from desktop.ui.tokens import GAP
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.division_picker import DivisionPicker
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.suggestions import Ask


class HouseholdForm(QWidget):
    """What was typed, part by part (``stated_…``) or as ``groups()`` of a description.

    A page may put ``place`` and ``standing`` into cards of its own.
    """

    changed = Signal()

    def __init__(self, ask_villages: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held: tuple[CategoryHeld, ...] = ()
        self.village = DivisionPicker(ask_villages)
        self.address = TextField(self.tr("村内的位置，如 3组12号"))
        self.number = TextField(self.tr("低保证号等，没有可不填"))
        self.categories: MultiChoice[Category] = MultiChoice(list(SHORT_CATEGORY_NAMES.items()))
        near = [(False, self.tr("不是")), (True, self.tr("是"))]
        self.near_relative: ChoiceField[bool] = ChoiceField(near)
        self.near_relative_who = TextField(self.tr("谁，是什么关系"))
        self.place = Form(3)
        self.place.add(self.tr("村（居）"), self.village)
        self.place.add(self.tr("住址"), self.address, columns=2)
        self.standing = Form(3)
        none = self.tr("哪一类都不是，就都不选，不影响登记和帮扶")
        self.standing.add(self.tr("救助类别"), self.categories, columns=3, note=none)
        self.standing.add(self.tr("户号"), self.number)
        self.standing.add(self.tr("是不是工作人员或村（居）干部的近亲属"), self.near_relative)
        self.standing.add(self.tr("近亲属是谁"), self.near_relative_who)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.place)
        column.addWidget(self.standing)
        for field in (self.village, self.address, self.number, self.categories, self.near_relative_who):
            field.changed.connect(self.changed)
        self.near_relative.changed.connect(self._on_near_relative)
        self._follow_near_relative()
        self._blank = self.draft()

    def show_household(self, page: HouseholdPage, known: Known) -> None:
        """Show a household that is recorded, to be corrected."""
        self._held = page.categories
        self.village.set_value((page.division, village_words(known, page.division)))
        self.address.set_value(page.address)
        self.number.set_value(page.number)
        self.categories.set_value([held.category for held in page.categories])
        stated = page.near_relative_stated
        self.near_relative.set_value(stated.declared if stated is not None else None)
        self.near_relative_who.set_value(stated.who if stated is not None else "")
        self._follow_near_relative()

    def stated_address(self) -> Address:
        """The place and the words within it."""
        return Address(self.village.value(), self.address.value())

    def stated_near_relative(self) -> NearRelative | None:
        """What was declared; None if nobody was asked."""
        declared = self.near_relative.value()
        return None if declared is None else NearRelative(declared, self.near_relative_who.value() if declared else "")

    def stated_categories(self) -> tuple[CategoryHeld, ...]:
        """The categories chosen; those known before keep their source, since and amount."""
        known = {held.category: held for held in self._held}
        return tuple(known.get(one, CategoryHeld(one, HAND_SOURCE)) for one in self.categories.value())

    def groups(self) -> dict[str, Any]:
        """The groups to describe; a category no longer chosen has ended."""
        chosen = set(self.categories.value())
        ended = [replace(held, ended=True) for held in self._held if held.category not in chosen]
        groups: dict[str, Any] = {category_group(one.category): one for one in (*self.stated_categories(), *ended)}
        groups["address"] = self.stated_address()
        if self.number.value():
            groups["number"] = Number(self.number.value())
        near = self.stated_near_relative()
        if near is not None:
            groups["near_relative"] = near
        return groups

    def problem(self) -> str:
        """What keeps the household from being saved, shown under its field; empty when nothing does."""
        problem = "" if self.village.value() else self.tr("请从名单里选一个村（居）。")
        self.place.show_problem(self.village, problem)
        return problem

    def focus_first_problem(self) -> bool:
        """Go to the first field that is wrong; false if none is."""
        return self.place.focus_first_problem() or self.standing.focus_first_problem()

    def is_empty(self) -> bool:
        """Whether nothing was typed yet."""
        return self.draft() == self._blank

    def draft(self) -> dict[str, Any]:
        """Everything as typed."""
        return {
            "village": self.village.value(),
            "village_name": self.village.text(),
            "address": self.address.text(),
            "number": self.number.text(),
            "categories": [one.value for one in self.categories.value()],
            "near_relative": self.near_relative.value(),
            "near_relative_who": self.near_relative_who.text(),
        }

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what ``draft()`` kept."""
        draft = {**self._blank, **draft}
        if draft["village"]:
            self.village.set_value((draft["village"], draft["village_name"]))
        else:
            self.village.set_value(None)
            self.village.setText(draft["village_name"])
        self.address.set_value(draft["address"])
        self.number.set_value(draft["number"])
        self.categories.set_value([Category(one) for one in draft["categories"]])
        self.near_relative.set_value(draft["near_relative"])
        self.near_relative_who.set_value(draft["near_relative_who"])
        self._follow_near_relative()

    def clear(self) -> None:
        """Show an empty form."""
        self.restore(self._blank)

    def _on_near_relative(self) -> None:
        self._follow_near_relative()
        self.changed.emit()

    def _follow_near_relative(self) -> None:
        self.standing.set_shown(self.near_relative_who, self.near_relative.value() is True)


def village_rows(villages: Sequence[Village]) -> list[ListRow]:
    """Villages as the rows that a ``DivisionPicker`` offers."""
    return [ListRow(one.code, short_village(one.name), one.township) for one in villages]
