"""One request: what was asked, the act it leads to, the answer, and the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.rights import RequestView
from desktop.ui.icons import Icon
from desktop.ui.pages.rights.acts_card import ActsCard, Found
from desktop.ui.pages.rights.answer_form import AnswerForm
from desktop.ui.pages.rights.words import answer_facts, request_facts
from desktop.ui.tokens import GAP
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.sheet_preview import SheetPreview

_ALL_THE_ROOM = 1000
"""A paper takes what is left; where there is none, nothing is pulled apart."""


class RequestPanel(QWidget):
    """Left what was asked and what to do; right the answer, with the paper below it."""

    def __init__(
        self,
        *,
        is_practice: bool,
        may_answer: bool,
        take_back: Callable[[], None],
        back: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._may_answer = may_answer
        self.shown: RequestView | None = None
        self.found = Found()
        self._is_practice, self._take_back, self._back = is_practice, take_back, back
        self._is_size_chosen = False

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        sides = [QWidget(self), QWidget(self)]
        whole.addWidget(Columns(sides, [1, 1], enough=860, parent=self), 1)
        left, right = (QVBoxLayout(side) for side in sides)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(GAP)
        asked = Card(self.tr("请求"), parent=sides[0])
        left.addWidget(asked)
        self._facts = Facts(parent=asked)
        asked.add(self._facts)
        self.take_back = link_button(self.tr("本人收回请求"), self._take_back, Icon.UNDO, parent=asked)
        self.back = link_button(self.tr("这个人的全部请求"), self._back, Icon.BACK, parent=asked)
        asked.add(Flow([self.take_back, self.back], asked))
        yield
        self.acts = ActsCard(is_practice=self._is_practice, parent=sides[0])
        left.addWidget(self.acts)
        left.addStretch(1)
        yield from self.acts.build()
        self._answering = Card(self.tr("答复"), parent=sides[1])
        right.addWidget(self._answering)
        self.answer = AnswerForm(self._answering)
        self._answering.add(self.answer)
        yield from self.answer.build()
        self._answered = Card(self.tr("答复"), parent=sides[1])
        right.addWidget(self._answered)
        self._answer_facts = Facts(parent=self._answered)
        self._answered.add(self._answer_facts)
        yield
        self.paper = Card(parent=sides[1])
        right.addWidget(self.paper, _ALL_THE_ROOM)
        right.addStretch(1)
        size = Form(1, self.paper)
        self.paper.add(size)
        self.large = ChoiceField([(False, self.tr("普通字")), (True, self.tr("大字（老人看得清）"))])
        self.large.set_value(False)
        self.large.changed.connect(self._on_size_chosen)
        size.add(self.tr("字的大小"), self.large)
        yield
        self.preview = SheetPreview(self.tr("没有可以打印的纸。"), self.paper)
        self.paper.add(self.preview, 1)
        yield

    @property
    def chosen_size(self) -> bool | None:
        """Whether large type was chosen for this request; None while nobody chose: as large as it was printed last."""
        return bool(self.large.value()) if self._is_size_chosen else None

    def _on_size_chosen(self) -> None:
        self._is_size_chosen = True

    def show_request(self, shown: RequestView, found: Found) -> None:
        """Show it; what was typed for the answer stays while the same request is read anew."""
        is_same = self.shown is not None and self.shown.id == shown.id and self.shown.state is shown.state
        if self.shown is None or self.shown.id != shown.id:
            self._is_size_chosen = False
        self.shown, self.found = shown, found
        self._facts.show_facts(request_facts(shown))
        can = shown.is_open and self._may_answer
        self.take_back.setVisible(shown.is_open)
        self.back.setVisible(bool(shown.name))
        self._answering.setVisible(can)
        self._answered.setVisible(not shown.is_open)
        self._answer_facts.show_facts([] if shown.is_open else answer_facts(shown))
        self.acts.setVisible(can)
        if can:
            self.acts.show_for(shown, found)
            if not is_same:
                self.answer.begin(shown.fields.kind, shown.id)
        if not is_same:
            self.preview.clear()
            self.paper.hide()

    def focus_first(self) -> None:
        """To the act where there is one, else to the answer."""
        acts = self.acts
        wanted = [acts.copy, acts.edit, acts.stop, acts.withdraw, *self.answer.outcome.inputs(), self.back]
        for one in wanted:
            if one.isVisible() and one.isEnabled():
                one.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def forget(self) -> None:
        """Nothing of anybody stays."""
        self.shown, self.found = None, Found()
        self._facts.show_facts(())
        self._answer_facts.show_facts(())
        self.preview.clear()
