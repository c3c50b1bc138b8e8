"""答复: all, some or none of it; reasons where it is not all; the worker's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.rights import REASON_SHORT, RefusalReason, RightKind, RightsState
from desktop.services import drafts
from desktop.services.application import Application
from desktop.services.drafts import Draft
from desktop.services.rights import ANSWER_DRAFT, Answer
from desktop.ui.form_draft import FormDraft
from desktop.ui.pages.page import Page
from desktop.ui.pages.visit.field_states import Field
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.text_area import TextArea


class AnswerForm(QWidget):
    """What the letter will say. What was done is found by the acts; here is only what a person decides."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.told = label("", "soft", wrap=True, parent=self)
        column.addWidget(self.told)
        self.form = Form(1, self)
        column.addWidget(self.form)
        self.outcome: ChoiceField[RightsState] = ChoiceField(
            [
                (RightsState.ANSWERED, self.tr("全部照办")),
                (RightsState.IN_PART, self.tr("部分照办")),
                (RightsState.REFUSED, self.tr("不能照办")),
            ]
        )
        self.form.add(self.tr("结果"), self.outcome)
        yield
        self.reasons: MultiChoice[RefusalReason] = MultiChoice([(one, REASON_SHORT[one]) for one in RefusalReason])
        told = self.tr("要写进答复书，至少一条；不满意可以投诉、找网信部门、起诉，答复书里会写明。")
        self.form.add(self.tr("不能照办的理由"), self.reasons, note=told)
        yield
        self.words = TextArea(lines=4)
        self.form.add(self.tr("说明（印在答复书里）"), self.words)
        self.outcome.changed.connect(self._on_changed)
        self.reasons.changed.connect(self.changed)
        self.words.changed.connect(self.changed)
        yield

    def keep_drafts(self, page: Page, application: Application) -> None:
        """Keep what is typed as a draft of ``page``, about the request of ``begin``; it goes with the answer."""
        self._page, self._application = page, application
        fields: dict[str, Field] = {"outcome": self.outcome, "reasons": self.reasons, "words": self.words}
        self.draft = FormDraft(page, application, ANSWER_DRAFT, fields)

    def begin(self, kind: RightKind, request: str) -> None:
        """The answer to this request: empty, or what was typed of it and not given."""
        self._clear(kind)
        self.draft.begin(None, request)
        self._request = request
        application = self._application

        def go_on(kept: Sequence[Draft]) -> None:
            if kept and request == self._request and not self.draft.is_touched:
                self.draft.begin(kept[0], request)
                self._show()

        self._page.run(lambda: drafts.open_drafts(application, ANSWER_DRAFT, request), go_on)

    def _clear(self, kind: RightKind) -> None:
        self.outcome.set_value(None)
        self.reasons.set_value(())
        self.words.set_value("")
        told = {
            RightKind.DELETE: self.tr(
                "删除用左边那一步：删了什么、留下什么、依据哪一条，自己写进答复，一点也不能删的也是。"
                "身份核不实的，才在这里答复不能照办。"
            ),
            RightKind.EXPLAIN: self.tr("处理规则会自动印上；他问的事，请在“说明”里用大白话写清楚。"),
        }.get(kind, "")
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self._show()

    def collect(self, corrected: tuple[str, ...], withdrawal: str) -> Answer | None:
        """The answer; None where no result is chosen yet."""
        outcome = self.outcome.value()
        if outcome is None:
            return None
        reasons = self.reasons.value() if outcome is not RightsState.ANSWERED else ()
        has_done = outcome is not RightsState.REFUSED
        return Answer(
            outcome=outcome,
            words=self.words.value(),
            reasons=reasons,
            corrected=corrected if has_done else (),
            withdrawal=withdrawal if has_done else "",
        )

    def _on_changed(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        outcome = self.outcome.value()
        self.form.set_shown(self.reasons, outcome is not None and outcome is not RightsState.ANSWERED)
