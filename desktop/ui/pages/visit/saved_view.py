"""After saving, and when a line of the timeline is opened: the record as paper, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.typed import format_date
from desktop.domain.visits import CONCLUSION_NAMES, VISIT_KIND_NAMES, VISIT_RESULT_NAMES, VisitResult
from desktop.services import directory, people, visits
from desktop.services.application import Application
from desktop.services.paper import Paper
from desktop.services.people import HouseholdPage
from desktop.ui.icons import Icon
from desktop.ui.pages.returned_card import ReturnedCard
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.sheet_preview import SheetPreview


@dataclass(frozen=True)
class SavedVisitShown:
    """A recorded visit with its household."""

    fact: visits.VisitFact
    worker: str
    household: HouseholdPage


def read_saved(application: Application, visit_id: str) -> SavedVisitShown:
    """Read a recorded visit; raises UserFacingError("record.unknown")."""
    fact = visits.visit_fact(application, visit_id)
    household = fact.visit.household
    return SavedVisitShown(
        fact,
        directory.worker_names(application).get(fact.worker, fact.worker),
        people.household_page(application, household),
    )


class SavedView(QWidget):
    """Facts and next steps beside the paper."""

    asked = Signal(str, str)
    """A page and a record: 征求同意 and 转介 for a member, or back to the household."""
    print_asked = Signal()
    size_asked = Signal(bool)
    """The record in large type, or in ordinary."""
    correction_asked = Signal()

    def __init__(self, shown: SavedVisitShown, *, is_new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = shown
        self._is_new = is_new
        self.paper: Paper | None = None
        self.returned: ReturnedCard | None = None
        self.member: ChoiceField[str] | None = None

    def build(self) -> Iterator[None]:
        """Make what is shown, a part per step; before anything is asked of the view."""
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._facts_card(left))
        yield
        column.addWidget(self._steps_card(left))
        self.below = column
        """Where the page puts what belongs under the next steps."""
        column.addStretch(1)
        yield
        paper = Card(parent=self)
        self.preview = SheetPreview(self.tr("正在排版……"), paper)
        paper.add(self.preview, 1)
        yield
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Columns([left, paper], [2, 3], enough=820, parent=self), 1)

    def show_paper(self, paper: Paper) -> None:
        """Show the record as it will be printed."""
        self.paper = paper
        self.preview.show_bytes(paper.pdf, self.tr("入户走访记录表"))
        self.large.set_value(paper.large_type)
        self.print_button.setEnabled(True)

    def expect_paper(self) -> None:
        """The record is being made anew: what is shown is printed no more."""
        self.paper = None
        self.preview.expect()
        self.print_button.setEnabled(False)

    def _facts_card(self, parent: QWidget) -> Card:
        shown = self.shown
        card = Card(self.tr("已保存在本机") if self._is_new else self.tr("走访记录"), parent=parent)
        if shown.fact.amended:
            card.add(StateChip(Chip(self.tr("后来更正过"), Tone.WARN)))
        card.add(Facts(_facts(shown)))
        return card

    def _steps_card(self, parent: QWidget) -> Card:
        shown, visit = self.shown, self.shown.fact.visit
        met = visit.result is VisitResult.MET
        members = [member for member in shown.household.members if not member.membership.left]
        steps = Card(self.tr("下一步"), parent=parent)
        self.print_button = button(self.tr("打印走访记录(&P)"), self.print_asked.emit, Icon.PRINT)
        self.first: QWidget = self.print_button
        if met and members:
            self.member = ChoiceField([(one.resident, one.name.name) for one in members], few=4)
            ids = [one.resident for one in members]
            self.member.set_value(visit.respondent.resident if visit.respondent.resident in ids else ids[0])
            form = Form(1)
            form.add(self.tr("给谁办"), self.member)
            steps.add(form)
            self.first = button(self.tr("征求同意(&C)"), self._go("consent"), Icon.CONSENT)
            steps.add(self.first)
            steps.add(button(self.tr("转介(&R)"), self._go("referral"), Icon.REFERRAL))
        self.print_button.setEnabled(False)
        self.large = ChoiceField([(False, self.tr("普通字")), (True, self.tr("大字（老人看得清）"))])
        self.large.changed.connect(lambda: self.size_asked.emit(bool(self.large.value())))
        size = Form(1)
        size.add(self.tr("字的大小"), self.large)
        steps.add(size)
        steps.add(self.print_button)
        see = partial(self.asked.emit, "household", visit.household)
        steps.add(button(self.tr("看这一户(&H)"), see, Icon.HOUSEHOLD))
        if not shown.fact.amended:
            self.correct = link_button(self.tr("记错了，更正这次走访"), self.correction_asked.emit, Icon.EDIT)
            steps.add(self.correct)
        for each in steps.findChildren(QPushButton):
            each.setAutoDefault(True)  # Enter presses it: nothing here is typed
        return steps

    def _go(self, page: str) -> Callable[[], None]:
        def go() -> None:
            resident = self.member.value() if self.member is not None else None
            if resident is not None:
                self.asked.emit(page, resident)

        return go


def _facts(shown: SavedVisitShown) -> list[tuple[str, str, str]]:
    visit = shown.fact.visit
    workers = "、".join(one for one in (shown.worker, visit.second_worker) if one)
    conclusion = visit.assessment.conclusion
    hours = "至".join(one for one in (visit.started, visit.ended) if one)
    return [
        ("日期", f"{format_date(visit.day)} {hours}".strip(), ""),
        ("类型", VISIT_KIND_NAMES[visit.kind], ""),
        ("结果", VISIT_RESULT_NAMES[visit.result], ""),
        ("走访人", workers, ""),
        *([("研判", CONCLUSION_NAMES[conclusion], "")] if conclusion is not None else []),
        *([("备注", visit.note, "")] if visit.note else []),
    ]
