"""收入 and 支出: twelve months of a household's money."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.domain.typed import format_money
from desktop.domain.visits import EVIDENCE_NAMES, Evidence, Income, Spending, monthly_per_head
from desktop.ui.pages.visit.section import Section
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import MoneyField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class IncomeSection(Section):
    """收入(近12月); a farm's year may end below zero."""

    def __init__(self, people: int, parent: QWidget | None = None) -> None:
        super().__init__("income", "收入", parent)
        self._people = people
        self.wages = MoneyField()
        self.business = MoneyField(allow_negative=True)
        self.assets = MoneyField()
        self.transfers = MoneyField()
        self.other = MoneyField()
        self.deductions = MoneyField()
        self.evidence: ChoiceField[Evidence] = ChoiceField(list(EVIDENCE_NAMES.items()))
        self._sum = label("", "section", wrap=True)
        card = self.add_card(self.tr("近12个月全家收入"), self.tr("没有的填 0，没问到的空着"))
        form = Form(3)
        card.add(form)
        self.add_field(form, "wages", self.tr("工资性收入"), self.wages)
        self.add_field(form, "business", self.tr("经营净收入"), self.business, note=self.tr("亏了写负数，如 -3000"))
        self.add_field(form, "assets", self.tr("财产净收入"), self.assets, note=self.tr("利息、租金、分红"))
        self.add_field(
            form, "transfers", self.tr("转移净收入"), self.transfers, note=self.tr("养老金、赡养费；不含低保金")
        )
        self.add_field(form, "other", self.tr("其他收入"), self.other)
        self.add_field(form, "deductions", self.tr("就业成本扣减"), self.deductions, note=self.tr("路费、租房等开支"))
        self.add_field(form, "evidence", self.tr("依据"), self.evidence, columns=3)
        card.add(self._sum)
        self._arrange()

    def fill_last(self, income: Income, mark: str) -> None:
        """What the last visit (or the one being corrected) recorded."""
        names = ("wages", "business", "assets", "transfers", "other", "deductions", "evidence")
        self.fill({name: getattr(income, name) for name in names}, mark)

    def income(self) -> Income:
        """As it is saved; what cannot be read counts as not asked."""
        evidence = self.evidence.value()
        return Income(
            self.wages.value(),
            self.business.value(),
            self.assets.value(),
            self.transfers.value(),
            self.other.value(),
            self.deductions.value(),
            Evidence(evidence) if evidence else None,
        )

    def sum_words(self) -> str:
        """The sum and the monthly income per head in words; empty while nothing is typed."""
        income = self.income()
        total, per_head = income.total, monthly_per_head(income, self._people)
        if total is None:
            return ""
        words = self.tr("全年 {total}").format(total=format_money(total))
        if per_head is None:
            return words
        share = self.tr("，{people} 人，人均每月 {money}")
        return words + share.format(people=self._people, money=format_money(per_head))

    def _arrange(self) -> None:
        self._sum.setText(self.sum_words())
        self._sum.setVisible(bool(self._sum.text()))


class SpendingSection(Section):
    """刚性支出(近12月): what the household paid itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("spending", "支出", parent)
        self.medical = MoneyField()
        self.education = MoneyField()
        self.rehabilitation = MoneyField()
        self.living = MoneyField()
        self.other = MoneyField()
        self.receipts: ChoiceField[str] = ChoiceField([("seen", self.tr("看了票据")), ("not", self.tr("没有看到"))])
        self._sum = label("", "section", wrap=True)
        card = self.add_card(self.tr("近12个月刚性支出"), self.tr("只填自己付的，报销的不算"))
        form = Form(3)
        card.add(form)
        self.add_field(form, "medical", self.tr("医疗"), self.medical)
        self.add_field(form, "education", self.tr("教育"), self.education)
        self.add_field(form, "rehabilitation", self.tr("残疾康复"), self.rehabilitation)
        self.add_field(form, "living", self.tr("基本生活"), self.living)
        self.add_field(form, "other", self.tr("其他"), self.other, note=self.tr("灾害、丧葬等"))
        self.add_field(form, "receipts", self.tr("票据"), self.receipts, columns=3)
        card.add(self._sum)
        self._arrange()

    def fill_last(self, spending: Spending, mark: str) -> None:
        """What the last visit (or the one being corrected) recorded."""
        names = ("medical", "education", "rehabilitation", "living", "other")
        values: dict[str, object] = {name: getattr(spending, name) for name in names}
        if spending.total is not None:
            values["receipts"] = "seen" if spending.receipts_seen else "not"
        self.fill(values, mark)

    def spending(self) -> Spending:
        """As it is saved; what cannot be read counts as not asked."""
        return Spending(
            self.medical.value(),
            self.education.value(),
            self.rehabilitation.value(),
            self.living.value(),
            self.other.value(),
            receipts_seen=self.receipts.value() == "seen",
        )

    def _arrange(self) -> None:
        total = self.spending().total
        self._sum.setText("" if total is None else self.tr("全年 {total}").format(total=format_money(total)))
        self._sum.setVisible(total is not None)
