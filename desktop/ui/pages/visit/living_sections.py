"""财产 and 住房: what a household owns and how it lives."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.domain.visits import HOUSING_NAMES, Assets, Housing, HousingSafety
from desktop.ui.pages.visit.section import Section
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form

SAVINGS = ("没有存款", "不到1万元", "1万到5万元", "5万到10万元", "10万元以上", "不愿说")
OWNERSHIP = ("自有", "租住", "借住", "公租房", "住子女家")


class AssetsSection(Section):
    """财产: bands and words, never account numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("assets", "财产", parent)
        self.savings: ChoiceField[str] = ChoiceField([(words, words) for words in SAVINGS], few=6)
        self.houses = TextField(self.tr("如 老厝一处约80平方米"))
        self.vehicles = TextField(self.tr("如 摩托车一辆、农用车一辆"))
        self.other = TextField(self.tr("如 林地5亩、商业保险"))
        card = self.add_card(self.tr("财产"), self.tr("只记大概，不问账号"))
        form = Form(3)
        card.add(form)
        self.add_field(form, "savings", self.tr("存款"), self.savings, columns=3)
        self.add_field(form, "houses", self.tr("房屋"), self.houses)
        self.add_field(form, "vehicles", self.tr("车辆、农机"), self.vehicles)
        self.add_field(form, "other", self.tr("其他财产"), self.other)

    def fill_last(self, assets: Assets, mark: str) -> None:
        """What the last visit (or the one being corrected) recorded."""
        self.fill({name: getattr(assets, name) for name in ("savings", "houses", "vehicles", "other")}, mark)

    def assets(self) -> Assets:
        """As it is saved."""
        return Assets(self.savings.value() or "", self.houses.value(), self.vehicles.value(), self.other.value())


class HousingSection(Section):
    """住房生活."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("housing", "住房", parent)
        self.safety: ChoiceField[HousingSafety] = ChoiceField(list(HOUSING_NAMES.items()))
        self.ownership: ChoiceField[str] = ChoiceField([(words, words) for words in OWNERSHIP])
        self.water = TextField(self.tr("如 水电齐全，旱厕"))
        self.alone: ChoiceField[str] = ChoiceField([("no", self.tr("不是")), ("yes", self.tr("是"))])
        self.carer = TextField(self.tr("如 邻居吴某每天来看一次；没有写“无”"))
        self.hazards = TextField(self.tr("如 门槛高易绊倒、电线老化"))
        card = self.add_card(self.tr("住房和生活"))
        form = Form(2)
        card.add(form)
        self.add_field(form, "safety", self.tr("房屋安全"), self.safety, columns=2)
        self.add_field(form, "ownership", self.tr("房屋来源"), self.ownership, columns=2)
        self.add_field(form, "water", self.tr("水、电、厕所"), self.water)
        self.add_field(form, "hazards", self.tr("安全隐患"), self.hazards)
        self.add_field(form, "alone", self.tr("是不是独居"), self.alone)
        self.add_field(form, "carer", self.tr("平时谁照料"), self.carer)

    def fill_last(self, housing: Housing, mark: str) -> None:
        """What the last visit (or the one being corrected) recorded."""
        if housing == Housing():
            return
        self.fill(
            {
                "safety": housing.safety,
                "ownership": housing.ownership,
                "water": housing.water_power_toilet,
                "alone": "yes" if housing.alone else "no",
                "carer": housing.carer,
                "hazards": housing.hazards,
            },
            mark,
        )

    def housing(self) -> Housing:
        """As it is saved."""
        safety = self.safety.value()
        return Housing(
            HousingSafety(safety) if safety else None,
            self.ownership.value() or "",
            self.water.value(),
            self.alone.value() == "yes",
            self.carer.value(),
            self.hazards.value(),
        )
