"""家庭: what is recorded of the household, near relatives among the workers, and what has changed."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from desktop.domain.aid import SHORT_CATEGORY_NAMES
from desktop.domain.households import NearRelative
from desktop.services.people import HouseholdPage, place_with_address
from desktop.ui.pages.visit.section import Problem, Section
from desktop.ui.widgets.cards import Facts
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.text_area import TextArea


class HouseholdSection(Section):
    """优亲厚友 is always asked: 低保办法 11 and 20 want such households registered apart, and visited by the county.

    ``build`` makes its cards.
    """

    def __init__(self, household: HouseholdPage, parent: QWidget | None = None) -> None:
        super().__init__("household", "家庭", parent)
        self.near_relative: ChoiceField[str] = ChoiceField([("no", self.tr("没有")), ("yes", self.tr("有"))])
        self.who = TextField(self.tr("如 村委会委员张某的弟弟"))
        self.happened = TextArea(self.tr("如 生病、受灾、失业、添了人口、搬了家；没有可不填"))
        self._household = household

    def build(self) -> Iterator[None]:
        """Lay out what is known and the fields, a card per step; before anything is asked of the group."""
        household = self._household
        known = self.add_card(self.tr("登记的情况"), self.tr("不对的，走访后到家庭页改"))
        kinds = "、".join(SHORT_CATEGORY_NAMES[held.category] for held in household.categories)
        together = [one for one in household.members if not one.membership.left]
        known.add(
            Facts(
                [
                    (self.tr("户主"), household.head_name or self.tr("（未填）"), ""),
                    (self.tr("住址"), place_with_address(household), ""),
                    (self.tr("救助类别"), kinds or self.tr("没有登记"), ""),
                    (self.tr("成员"), self.tr("{count} 人").format(count=len(together)), ""),
                ]
            )
        )
        yield
        asked = self.add_card(self.tr("这次问到的"))
        self._form = Form(2)
        asked.add(self._form)
        self.add_field(
            self._form,
            "near_relative",
            self.tr("是不是经办人员或村（居）委会成员的近亲属"),
            self.near_relative,
            columns=2,
            note=self.tr("有的要单独登记备案"),
        )
        self.add_field(self._form, "who", self.tr("是谁，什么关系"), self.who, columns=2)
        self.add_field(self._form, "event", self.tr("上次走访以来家里有什么变化"), self.happened, columns=2)
        stated = household.near_relative_stated
        if stated is not None:
            self.fill({"near_relative": "yes" if stated.declared else "no", "who": stated.who})
        self._arrange()

    def stated(self) -> NearRelative | None:
        """What was said of near relatives; None if it was not asked."""
        answer = self.near_relative.value()
        if answer is None:
            return None
        return NearRelative(answer == "yes", self.who.value() if answer == "yes" else "")

    def problems(self) -> list[Problem]:
        found = super().problems()
        if self.near_relative.value() == "yes" and not self.who.value():
            found.append(Problem(self.key, "who", self.tr("有近亲属的，要写明是谁、什么关系。")))
        return found

    def _arrange(self) -> None:
        self._form.set_shown(self.who, self.near_relative.value() == "yes")
