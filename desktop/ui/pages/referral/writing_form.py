"""The fields of a referral outward (转出联), in the order of the paper form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.domain.consent import DATA_CLASS_NAMES
from desktop.domain.free_text import Known, leaks, told_texts
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES, NeedCode, Urgency
from desktop.domain.plain import to_plain
from desktop.domain.referrals import MAX_SUMMARY_CHARACTERS, Trigger
from desktop.services.application import Application
from desktop.services.matching import Match
from desktop.ui.icons import Icon
from desktop.ui.pages.referral.aid_rows import AidRows
from desktop.ui.pages.referral.class_choice import ClassChoice
from desktop.ui.pages.referral.opening import Opening, Writing
from desktop.ui.pages.referral.project_choice import ProjectChoice
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import DateField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label, set_kind


class WritingForm(QWidget):
    """From the need to the deadline. ``project_changed`` asks for fresh answers of ``may_disclose``."""

    changed = Signal()
    needs_changed = Signal()
    project_changed = Signal()
    consent_asked = Signal()

    def __init__(self, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._opening: Opening | None = None
        self._known: Known = {}

    def build(self) -> Iterator[None]:
        """Make what is to be filled in, a part per step; before anything is shown."""
        application = self._application
        self._source = label(kind="soft", wrap=True)
        self.needs: MultiChoice[NeedCode] = MultiChoice([(one, NEED_NAMES[one]) for one in NeedCode])
        self._more_needs = link_button(self.tr("再选别的需求"), self._show_all_needs, Icon.DOWN)
        self.project = ProjectChoice()
        self.trigger: ChoiceField[Trigger] = ChoiceField(
            [(Trigger.T1, self.tr("T1 暂不符合救助，生活有困难")), (Trigger.T2, self.tr("T2 救助后仍有困难"))]
        )
        yield
        self.aid = AidRows(application.today)
        self.gap = TextField(self.tr("还差什么、差多少"))
        self.classes = ClassChoice()
        self._no_consent = label(wrap=True, kind="problem")
        self.ask_consent = button(self.tr("去征求同意"), self.consent_asked.emit)
        self.summary = QPlainTextEdit()
        self.summary.setMinimumHeight(110)
        self._count = label(kind="hint", wrap=True)
        self._leak = label(kind="problem", wrap=True)
        yield
        self.second = ColleagueField()
        self.urgency: ChoiceField[Urgency] = ChoiceField([(one, URGENCY_NAMES[one]) for one in Urgency])
        self.reply_by = DateField(application.today, future=True)
        self.near: ChoiceField[bool] = ChoiceField([(False, self.tr("没有")), (True, self.tr("有"))])
        yield
        yield from self._lay_out()
        self._connect()

    # --- showing and collecting

    def begin(self, opening: Opening) -> Iterator[None]:
        """Show what is written so far, or what the last visit says; a part per step."""
        self._opening, self._known = opening, opening.known
        writing = opening.writing
        day = opening.last.visit.day if opening.last else None
        source = (
            self.tr("需求、救助和差额照 {day}走访带过来，请核对。").format(day=f"{day.month}月{day.day}日")
            if day
            else ""
        )
        self._source.setText(source or self.tr("这家还没有走访记录，各项请当面问清再填。"))
        self.needs.set_value(writing.needs)
        known = {one.code for one in opening.needs} | set(writing.needs)
        for code, box in zip(NeedCode, self.needs.inputs(), strict=True):
            box.setVisible(code in known or not known)
        self._more_needs.setVisible(bool(known))
        yield
        self.second.show_colleagues(opening.colleagues)
        yield
        self.trigger.set_value(writing.trigger)
        yield from self.aid.set_value(writing.aid_received)
        self.gap.set_value(writing.gap)
        self.summary.blockSignals(True)
        self.summary.setPlainText(writing.summary)
        self.summary.blockSignals(False)
        self.second.set_value(writing.second_worker)
        self.urgency.set_value(writing.urgency)
        self.reply_by.set_value(writing.reply_by)
        self.near.set_value(writing.near_relative)
        yield
        self._show_state()

    def collect(self, writing: Writing) -> Writing:
        """``writing`` with what is filled in."""
        match = self.project.value()
        return replace(
            writing,
            needs=self.needs.value(),
            recipient=match.organisation.id if match else "",
            purpose=match.purpose if match else None,
            project=match.project.id if match and match.project else "",
            trigger=self.trigger.value(),
            aid_received=self.aid.value(),
            gap=self.gap.value(),
            classes=self.classes.value(),
            summary=self.summary.toPlainText().strip(),
            second_worker=self.second.value(),
            urgency=self.urgency.value() or Urgency.ORDINARY,
            reply_by=self.reply_by.value(),
            near_relative=bool(self.near.value()),
        )

    def problem(self) -> tuple[str, QWidget] | None:
        """What is missing first, in words, and the field to go to."""
        is_t2 = self.trigger.value() is Trigger.T2
        summary, told = self.summary.toPlainText().strip(), self._told_too_much()
        checks: tuple[tuple[bool, str, QWidget], ...] = (
            (not self.needs.value(), self.tr("请选需求。"), self.needs),
            (self.project.value() is None, self.tr("请选转给谁。"), self.project),
            (self.trigger.value() is None, self.tr("请选转出情形 T1 或 T2。"), self.trigger),
            (is_t2 and bool(self.aid.problem()), self.aid.problem(), self.aid),
            (is_t2 and not self.aid.value(), self.tr("T2 要写明已享受的救助。"), self.aid),
            (is_t2 and not self.gap.value(), self.tr("T2 要写明还差什么。"), self.gap),
            (not self.classes.value(), self.tr("没有可以提供的信息项：先征求本人同意。"), self.ask_consent),
            (not summary, self.tr("请写困难概述。"), self.summary),
            (len(summary) > MAX_SUMMARY_CHARACTERS, self.tr("困难概述太长，请删到 300 字以内。"), self.summary),
            (bool(told), told, self.summary),
            (not self.second.value(), self.tr("请填第二经办人。"), self.second),
            (bool(self.reply_by.problem()), self.reply_by.problem(), self.reply_by),
        )
        return next(((words, field) for is_wrong, words, field in checks if is_wrong), None)

    def show_state(self, match: Match | None) -> None:
        """Say whether there is a consent to rest on, once the answers are here."""
        possible = [one for one in self.classes.boxes.values() if one.isEnabled()]
        waits = any(answer.after_check for answer in self.classes.answers.values())
        if match is None:
            words = self.tr("先选转给谁，再看哪些信息可以提供。")
        elif not possible:
            words = self.tr("本人没有同意把信息给这一家，现在不能转介。")
        elif waits:
            words = self.tr("同意书还在等第二人核对：可以先提交排队，核对以后县里才放行。")
        else:
            words = ""
        set_kind(self._no_consent, "problem" if match is not None and not possible else "soft")
        self._no_consent.setText(words)
        self._no_consent.setVisible(bool(words))
        self.ask_consent.setVisible(match is not None and not possible)
        self._show_state()

    def focus_first(self) -> None:
        """To the first need that is shown."""
        box = next((one for one in self.needs.inputs() if not one.isHidden()), None)
        if box is not None:
            box.setFocus()

    def leak_words(self) -> str:
        """The warning about the summary; empty when there is none."""
        return self._leak.text()

    def set_default_day(self, day: date) -> None:
        """The deadline where none was chosen."""
        if self.reply_by.value() is None and not self.reply_by.problem():
            self.reply_by.set_value(day)

    # --- inside

    def _show_all_needs(self) -> None:
        for box in self.needs.inputs():
            box.show()
        self._more_needs.hide()

    def _show_state(self) -> None:
        is_t2 = self.trigger.value() is Trigger.T2
        self.aid.setVisible(is_t2)
        self._form.set_shown(self.gap, is_t2)
        text = self.summary.toPlainText().strip()
        self._count.setText(
            self.tr("{count} / {most} 字").format(count=len(text), most=MAX_SUMMARY_CHARACTERS)
            + (self.tr("，太长了") if len(text) > MAX_SUMMARY_CHARACTERS else "")
        )
        set_kind(self._count, "problem" if len(text) > MAX_SUMMARY_CHARACTERS else "hint")
        told = self._told_too_much()
        self._leak.setText(told)
        self._leak.setVisible(bool(told))

    def _told_too_much(self) -> str:
        """What the recipient would read in a text of what is not ticked, in words; "" where there is nothing."""
        is_t2, classes = self.trigger.value() is Trigger.T2, self.classes.value()
        fields = {
            "summary": self.summary.toPlainText(),
            "gap": self.gap.value() if is_t2 else "",
            "aid_received": [to_plain(one) for one in self.aid.value()] if is_t2 else [],
        }
        texts = told_texts(fields, classes)
        found = dict.fromkeys(leak for text in texts for leak in leaks(text, classes, self._known))
        if not found:
            return ""
        named = "；".join(f"“{one.text}”是{DATA_CLASS_NAMES[one.data_class]}" for one in found)
        return self.tr("要交给对方的话里写了没有勾选的信息：{named}。请删掉，或者先征求同意。").format(named=named)

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _lay_out(self) -> Iterator[None]:
        top = Form(1)
        top.add(self.tr("需求"), self.needs)
        middle = Form(1)
        middle.add(self.tr("转给谁"), self.project)
        middle.add(self.tr("转出情形"), self.trigger)
        self._form = Form(1)
        self._form.add(self.tr("剩下的差额"), self.gap)
        yield
        told = Form(1)
        told.add(self.tr("提供哪些信息"), self.classes)
        words = Form(1)
        words.add(
            self.tr("困难概述"), self.summary, note=self.tr("写难处和要什么；姓名、证件号、电话不用写，单子上另有。")
        )
        yield
        last = Form(2)
        last.add(self.tr("第二经办人"), self.second)
        last.add(self.tr("紧急度"), self.urgency)
        last.add(self.tr("请对方哪天前答复"), self.reply_by, note=self.tr("默认 5 个工作日，法定节假日请自己顺延。"))
        last.add(self.tr("近亲属或利害关系"), self.near)
        yield
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (
            self._source,
            top,
            self._more_needs,
            middle,
            self.aid,
            self._form,
            told,
            self._no_consent,
            self.ask_consent,
            words,
            self._count,
            self._leak,
            last,
        ):
            column.addWidget(widget)
        column.addStretch(1)

    def _connect(self) -> None:
        self.needs.changed.connect(self.needs_changed)
        self.needs.changed.connect(self._on_changed)
        self.project.changed.connect(self.project_changed)
        for field in (self.project, self.trigger, self.aid, self.gap, self.classes, self.second, self.urgency):
            field.changed.connect(self._on_changed)
        for other in (self.reply_by, self.near):
            other.changed.connect(self._on_changed)
        self.summary.textChanged.connect(self._on_changed)
