"""研判: what it means. The program hints with its reasons; a person decides (个人信息保护法 24)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.domain.aid import SHORT_CATEGORY_NAMES, Category
from desktop.domain.typed import format_money
from desktop.domain.visits import CONCLUSION_NAMES, AidReceived, Assessment, Conclusion, Hint
from desktop.ui.icons import Icon
from desktop.ui.pages.visit.section import Section, SectionState
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import DateField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.text_area import TextArea

CHANNELS = ("政府救助", "慈善转介", "链接资源", "微心愿、结对", "其他部门")
"""建议渠道."""


class AssessmentSection(Section):
    """Conclusion and what each conclusion has to say with it."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("assessment", "研判", parent)
        self.conclusion: ChoiceField[Conclusion] = ChoiceField(list(CONCLUSION_NAMES.items()))
        self.scheme: ChoiceField[Category] = ChoiceField(list(SHORT_CATEGORY_NAMES.items()), few=10)
        self.remaining_gap = TextArea(self.tr("享受救助后还差什么、差多少"), lines=2)
        self.review_date = DateField(today, future=True)
        self.channels: MultiChoice[str] = MultiChoice([(words, words) for words in CHANNELS])
        self.case_by_case: MultiChoice[str] = MultiChoice([("yes", self.tr("要一事一议"))])
        hints = self.add_card(self.tr("提示"), self.tr("按县里的标准算的，供参考，由您判断"))
        self._hints = QWidget(self)
        self._hints_column = QVBoxLayout(self._hints)
        self._hints_column.setContentsMargins(0, 0, 0, 0)
        self._hints_column.setSpacing(6)
        hints.add(self._hints)
        self.hint_words: tuple[str, ...] = ()
        card = self.add_card(self.tr("研判"))
        self._form = Form(2)
        card.add(self._form)
        self.add_field(self._form, "conclusion", self.tr("结论(&C)"), self.conclusion, columns=2)
        self.add_field(self._form, "scheme", self.tr("可能符合哪一项"), self.scheme, columns=2)
        self.add_field(self._form, "remaining_gap", self.tr("还差什么"), self.remaining_gap, columns=2)
        self.add_field(self._form, "review_date", self.tr("哪天复查"), self.review_date)
        self.add_field(self._form, "channels", self.tr("建议渠道"), self.channels, columns=2)
        self.add_field(self._form, "case_by_case", self.tr("一事一议"), self.case_by_case, columns=2)
        self.show_hints((), is_known=False)
        self._arrange()

    def fill_from(self, assessment: Assessment) -> None:
        """The assessment of a visit that is being corrected; a new visit is judged afresh."""
        self.fill(
            {
                "conclusion": assessment.conclusion,
                "scheme": assessment.scheme,
                "remaining_gap": assessment.remaining_gap,
                "review_date": assessment.review_date,
                "channels": assessment.channels,
                "case_by_case": ("yes",) if assessment.case_by_case else (),
            }
        )

    def show_hints(self, hints: Sequence[Hint], *, is_known: bool) -> None:
        """Show what the figures suggest; ``is_known`` false means that income was not asked yet."""
        while self._hints_column.count():
            old = self._hints_column.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        self.hint_words = tuple(hint_words(hint) for hint in hints)
        for hint, words in zip(hints, self.hint_words, strict=True):
            name = CONCLUSION_NAMES[hint.conclusion]
            if hint.scheme is not None:
                name = self.tr("可能符合：{scheme}").format(scheme=SHORT_CATEGORY_NAMES[hint.scheme])
            self._hints_column.addWidget(StateChip(Chip(name, Tone.INFO, Icon.NOTE), self._hints))
            self._hints_column.addWidget(label(words, "", wrap=True))
        if not hints:
            self._hints_column.addWidget(self._nothing(is_known=is_known))

    def progress(self) -> SectionState:
        state = super().progress()
        return SectionState.EMPTY if state is SectionState.FILLED and not self.conclusion.value() else state

    def assessment(self, aid: tuple[AidReceived, ...]) -> Assessment:
        """As it is saved; what belongs to another conclusion is left out."""
        chosen = self.conclusion.value()
        conclusion = Conclusion(chosen) if chosen else None
        scheme = self.scheme.value()
        return Assessment(
            conclusion=conclusion,
            scheme=Category(scheme) if scheme and conclusion is Conclusion.ELIGIBLE else None,
            aid_received=aid,
            remaining_gap=self.remaining_gap.value() if conclusion is Conclusion.T2 else "",
            channels=self.channels.value(),
            review_date=self.review_date.value() if self._form.is_shown(self.review_date) else None,
            case_by_case=bool(self.case_by_case.value()),
        )

    def _nothing(self, *, is_known: bool) -> QLabel:
        if is_known:
            return label(self.tr("按填的数字，没有要提示的。"), "soft", wrap=True)
        return label(self.tr("填了收入和支出，这里会提示可能符合什么，连同理由。"), "soft", wrap=True)

    def _arrange(self) -> None:
        chosen = self.conclusion.value()
        self._form.set_shown(self.scheme, chosen == Conclusion.ELIGIBLE)
        self._form.set_shown(self.remaining_gap, chosen == Conclusion.T2)
        self._form.set_shown(self.review_date, chosen in (Conclusion.T1, Conclusion.T2, Conclusion.URGENT))


def hint_words(hint: Hint) -> str:
    """Why, with the figures, in a sentence."""
    figures = hint.figures
    money = {name: format_money(value) for name, value in figures.items() if name != "percent"}
    match hint.reason:
        case "below-line":
            return "人均每月收入 {per_head}，低于低保标准 {line}，现在没有享受低保或特困。".format_map(money)
        case "below-margin":
            return "人均每月收入 {per_head}，高于低保标准 {line}，低于低保边缘线 {margin}。".format_map(money)
        case "above-lines-but-hardship":
            words = "人均每月收入 {per_head}，不低于低保边缘线 {margin}，也没有救助类别；但一年刚性支出 {spent}。"
            return words.format_map(money)
        case "aid-not-enough":
            share = f"，占收入 {figures['percent']}%，过了一半" if figures["income"] else ""
            return "已有救助类别；一年收入 {income}，刚性支出 {spent}".format_map(money) + share + "。"
    return hint.reason
