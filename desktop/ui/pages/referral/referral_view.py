"""One referral: where it stands, its way, its papers, and what may be done next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.consent import PURPOSE_NAMES
from desktop.domain.errors import UserFacingError
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES
from desktop.domain.referrals import REFERRAL, TRIGGER_NAMES, ReferralState
from desktop.domain.roles import Role
from desktop.domain.typed import format_date
from desktop.services import referrals
from desktop.services.application import Application, Done
from desktop.services.paper import Paper
from desktop.services.permission import Capability, may, refusal
from desktop.services.record_paper import RecordPaper
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.consent.words import class_words, moment_words
from desktop.ui.pages.page import Page
from desktop.ui.pages.referral.opening import ReferralOpening
from desktop.ui.pages.referral.words import (
    deadline_chip,
    reason_of,
    reason_words,
    recall_words,
    state_chip,
    state_meaning,
)
from desktop.ui.pages.returned_card import ReturnedCard
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf
from desktop.ui.tasks import Lane
from desktop.ui.tokens import GAP, Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, scrolled
from desktop.ui.widgets.sheet_preview import SheetPreview
from desktop.ui.widgets.timeline import Timeline, TimelineEntry
from desktop.ui.wording_words import say_unfit

Act = Callable[[str], Callable[[], Done[None]]]


class ReferralStanding(Filling):
    """The record at the left, the paper at the right. ``moved`` says that the state changed."""

    moved = Signal(str)
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(page.ground)
        self._page, self._application, self._print_pdf = page, application, print_pdf
        self._opening: ReferralOpening | None = None
        self._act: Act | None = None

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        self._chips = Flow(gap=6)
        self._meaning = label(wrap=True)
        self._facts = Facts()
        self.chain = Timeline()
        yield
        self._question = label(kind="field", wrap=True)
        self.words = TextField()
        self.confirm = button("", self._on_confirm)
        self.cancel = button(self.tr("取消转介……"), self._begin_cancel, Icon.CLOSE)
        self.close_case = button(self.tr("办结……"), self._begin_close, Icon.CHECK)
        self.withdrawal = button(self.tr("去看召回清单"), self._go_to_withdrawal, Icon.UNDO)
        self.person = button(self.tr("他的同意书"), self._go_to_consent, Icon.CONSENT)
        yield
        self.preview = SheetPreview()
        self._printing = PaperPrinting(self._page, self._application, self._print_pdf, self.preview)
        self.preview.view.setMinimumHeight(200)
        self.print_copy = button(self.tr("打印留存联"), lambda: self._print_paper(released=False), Icon.PRINT)
        self.print_slip = button(self.tr("打印给对方的一联"), lambda: self._print_paper(released=True), Icon.PRINT)
        self.answers = button(self.tr("回执和反馈表"), self._go_to_answers, Icon.SHEET)
        self._no_slip = label(kind="soft", wrap=True)
        yield
        yield from self._lay_out()

    def begin(self, opening: ReferralOpening) -> Iterator[None]:
        """Show one referral, a part per step."""
        self._opening = opening
        view, today = opening.view, self._application.today()
        chips = [state_chip(view.state)]
        deadline = deadline_chip(view, today)
        if deadline is not None:
            chips.append(deadline)
        self._chips.replace([StateChip(chip) for chip in chips])
        yield
        reason = reason_of(view)
        words = state_meaning(view.state) + (self.tr("原因：{why}。").format(why=reason) if reason else "")
        if opening.recall is not None:
            words += recall_words(opening.recall)
        self.withdrawal.setVisible(opening.recall is not None and bool(opening.recall.withdrawal))
        if view.release is not None:
            words += self.tr("县里放行编号 {number}。").format(number=view.release.number)
        submits = may(self._application, Capability.SUBMIT_REFERRAL)
        if view.state in (ReferralState.DRAFTED, ReferralState.REFUSED) and not submits:
            words += word(refusal(self._application, Capability.SUBMIT_REFERRAL)).action
        self._meaning.setText(words)
        self._facts.show_facts(self._facts_of(opening))
        yield
        self.chain.show_entries([self._entry(opening, number) for number in range(len(opening.events))])
        yield
        self._panel.hide()
        targets = REFERRAL.targets(view.state, Role(self._application.worker.role))
        self.cancel.setVisible(ReferralState.CANCELLED in targets)
        self.close_case.setVisible(ReferralState.CLOSED in targets)
        self.primary_changed.emit(self._primary_words(targets))
        self._show_papers(opening)
        self.returned.show_papers(view.id, view.household)

    def focus_first(self) -> None:
        """To the way of the referral."""
        self.chain.view.setFocus()

    def go_on(self) -> None:
        """The primary action of this state."""
        opening = self._opening
        if opening is None:
            return
        application, referral = self._application, opening.view.id
        if opening.view.state is ReferralState.DELIVERED:
            self._ask(
                self.tr("本人怎么说（收到什么、满不满意）"),
                self.tr("记下：本人确认收到"),
                lambda words: lambda: referrals.confirm_delivery(application, referral, words),
            )
        elif opening.view.state in (ReferralState.DRAFTED, ReferralState.REFUSED):
            self._move(lambda: referrals.submit_referral(application, referral), self.tr("已提交，等县里放行。"))

    # --- acting

    def _primary_words(self, targets: frozenset[str]) -> str:
        if ReferralState.CONFIRMED in targets:
            return self.tr("确认送达")
        return self.tr("提交给县里") if ReferralState.SUBMITTED in targets else ""

    def _begin_cancel(self) -> None:
        application, referral = self._application, self._opening.view.id if self._opening else ""
        self._ask(
            self.tr("为什么取消"),
            self.tr("取消这张转介单"),
            lambda words: lambda: referrals.cancel_referral(application, referral, words),
        )

    def _begin_close(self) -> None:
        application, referral = self._application, self._opening.view.id if self._opening else ""
        self._ask(
            self.tr("结果怎么样？办结以后，他给这家的同意也到此为止"),
            self.tr("办结"),
            lambda words: lambda: referrals.close_referral(application, referral, words),
        )

    def _ask(self, question: str, confirm: str, act: Act) -> None:
        self._act = act
        self._question.setText(question)
        self.words.set_value("")
        self.words.setAccessibleName(question)
        self.confirm.setText(confirm)
        self._panel.show()
        self._area.ensureWidgetVisible(self._panel)
        self.words.setFocus()

    def _on_confirm(self) -> None:
        if self._act is None:
            return
        if not self.words.value():
            self._page.tell(Notice(self.tr("请写几个字。"), Tone.WARN))
            self.words.setFocus()
            return
        self._move(self._act(self.words.value()), self.tr("已记下。"))

    def _move(self, act: Callable[[], Done[None]], words: str) -> None:
        opening = self._opening

        def moved(done: Done[None]) -> None:
            self._page.changed.emit(done.changed)
            self._page.tell(Notice(words, Tone.GOOD, self.tr("已保存在本机，下次同步上报。")))
            if opening is not None:
                self.moved.emit(opening.view.id)

        self._page.run(act, moved, lane=Lane.WRITE)

    def _go_to_withdrawal(self) -> None:
        recall = self._opening.recall if self._opening is not None else None
        if recall is not None:
            self._page.go("consent", f"withdrawal:{recall.withdrawal}")

    def _go_to_consent(self) -> None:
        if self._opening is not None:
            self._page.go("consent", f"list:{self._opening.view.resident}")

    def _go_to_answers(self) -> None:
        if self._opening is not None:
            self._page.go("referral-answers", self._opening.view.id)

    # --- papers

    def _show_papers(self, opening: ReferralOpening) -> None:
        shown = opening.slip if isinstance(opening.slip, Paper) else opening.copy
        is_slip = isinstance(opening.slip, Paper)
        if isinstance(shown, Paper):
            self.preview.show_bytes(shown.pdf, self.tr("给对方的一联") if is_slip else self.tr("留存联"))
            self._printing.show_prints(shown.print_id, opening.view.household)
            say_unfit(self._page, shown)
        else:
            self.preview.clear()
        self.print_copy.setEnabled(isinstance(opening.copy, Paper))
        self.print_slip.setEnabled(is_slip)
        self.answers.setEnabled(is_slip)
        problem = opening.slip if isinstance(opening.slip, UserFacingError) else None
        self._no_slip.setText(word(problem).sentence() if problem is not None else "")
        self._no_slip.setVisible(problem is not None)
        self.print_slip.setAccessibleDescription(self._no_slip.text())

    def _print_paper(self, *, released: bool) -> None:
        opening = self._opening
        printed = (opening.slip if released else opening.copy) if opening is not None else None
        if opening is None or not isinstance(printed, Paper):
            return
        title = self.tr("双向转介单 {form}").format(form=printed.form)
        nothing = Notice(self.tr("没有打印，也没有记“已打印”。"), Tone.INFO)
        subject = RecordPaper(printed, opening.view.id, opening.view.household)
        self._printing.print_paper(self, subject, title, if_cancelled=nothing)

    # --- words

    def _facts_of(self, opening: ReferralOpening) -> list[tuple[str, str, str]]:
        view, referral = opening.view, opening.view.referral
        workers = "、".join(one for one in (str(view.fields.get("worker_name", "")), referral.second_worker) if one)
        trigger = f"{referral.trigger.value} {TRIGGER_NAMES[referral.trigger]}"
        needs = "；".join(NEED_NAMES[one] for one in referral.needs)
        rows = [
            (self.tr("转给"), f"{view.recipient_name} · {PURPOSE_NAMES[referral.purpose]}", ""),
            (self.tr("转出情形"), trigger, ""),
            (self.tr("需求"), f"{needs}（{URGENCY_NAMES[referral.urgency]}）", ""),
            (self.tr("困难概述"), referral.summary, ""),
            (self.tr("提供的信息"), "；".join(class_words(one) for one in referral.classes), ""),
            (self.tr("答复期限"), format_date(referral.reply_by), ""),
            (self.tr("经办人"), workers, ""),
            (self.tr("本人确认"), str(view.fields.get("confirmed", "")), ""),
            (self.tr("结果"), str(view.fields.get("outcome", "")), ""),
        ]
        return [row for row in rows if row[1]]

    def _entry(self, opening: ReferralOpening, number: int) -> TimelineEntry:
        event = opening.events[number]
        _, _, state = event.title.replace(":", "：").partition("：")
        reasons = [reason_words(one) for one in event.detail.split(" · ") if one and one != opening.view.number]
        day, _, clock = moment_words(event.moment, self._application.today()).partition(" ")
        detail = " · ".join(one for one in (event.worker or self.tr("县里"), clock, *reasons) if one)
        title = (state or event.title).replace(",", "，")
        return TimelineEntry(f"{event.record}/{number}", day, "", Chip(self.tr("转介")), title, detail)

    # --- layout

    def _lay_out(self) -> Iterator[None]:
        self._panel = QWidget()
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._question)
        inside.addWidget(self.words)
        answer = QHBoxLayout()
        answer.addWidget(self.confirm)
        answer.addWidget(button(self.tr("不做了"), self._panel.hide))
        answer.addStretch(1)
        inside.addLayout(answer)
        self._panel.hide()
        self._question.setBuddy(self.words)
        row = Flow([self.withdrawal, self.cancel, self.close_case, self.person])
        yield
        left, right = Card(parent=self), Card(parent=self)
        content = QWidget()
        self._area = scrolled(content, left)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        for widget in (self._chips, self._meaning, self._panel):
            column.addWidget(widget)
        column.addWidget(row)
        column.addWidget(self._facts)
        self.returned = ReturnedCard(self._page, self._application, content)
        column.addWidget(self.returned)
        column.addWidget(label(self.tr("走到哪一步"), "section"))
        self.chain.view.setMinimumHeight(160)
        column.addWidget(self.chain, 1)
        left.add(self._area, 1)
        yield
        right.add(self.preview, 1)
        prints = Flow([self.print_copy, self.print_slip, self.answers])
        right.add(prints)
        right.add(self._no_slip)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GAP)
        both.addWidget(left, 1)
        both.addWidget(right, 1)
