"""The cards of a household's page: its members, what the last visit found, and what two people wrote differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.identity import SEX_NAMES, Sex
from desktop.domain.typed import format_phone
from desktop.services.application import Application
from desktop.services.people import Conflict, ResidentView
from desktop.services.permission import Capability, may
from desktop.ui.description_words import (
    Known,
    capacity_words,
    category_words,
    disability_words,
    group_name,
    group_words,
)
from desktop.ui.icons import Icon
from desktop.ui.minors_words import closed_words
from desktop.ui.pages.household_content import Findings, HouseholdContent, Member
from desktop.ui.role_words import offer
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button, icon_button, link_button
from desktop.ui.widgets.cards import Card, Facts, line
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import ShortenedLabel, label


class MemberRow(QWidget):
    """One member: who, the document number behind one press, consent in words, and what can be done."""

    consent_asked = Signal(str)
    referral_asked = Signal(str)
    edit_asked = Signal(str)
    number_shown = Signal(str)
    opening_asked = Signal(str)
    age_asked = Signal(str)

    def __init__(self, application: Application, member: Member, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        view = member.view
        self._view = view
        name = view.name.name
        self.number = label(self._masked(), "soft")
        self.show_number = icon_button(
            Icon.SHOW, self.tr("显示{name}的证件号").format(name=name), self._show_number, parent=self
        )
        self.show_number.setVisible(bool(view.document.number) and not view.is_number_hidden)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(ShortenedLabel(name, "section"))
        first.addWidget(label(self._about(), "soft"))
        first.addStretch(1)
        first.addWidget(self.number)
        first.addWidget(self.show_number)
        last = QHBoxLayout()
        last.setSpacing(0)
        chip = StateChip(member.consent)
        chip.setToolTip(member.consent_detail or member.consent.text)
        last.addWidget(chip)
        last.addStretch(1)
        asks = may(application, Capability.TAKE_CONSENT)
        consent = self.tr("征求同意") if asks else self.tr("同意书")
        for words, asked, offered in (
            (consent, self.consent_asked, True),
            (self.tr("转介"), self.referral_asked, may(application, Capability.DRAFT_REFERRAL) and view.access.is_open),
        ):
            link = link_button(words, lambda asked=asked: asked.emit(view.resident), parent=self)  # type: ignore[misc]
            link.setAccessibleName(self.tr("{words}：{name}").format(words=words, name=name))
            link.setVisible(offered and not view.membership.left)
            last.addWidget(link)
        ask = link_button(self.tr("申请查阅"), lambda: self.opening_asked.emit(view.resident), parent=self)
        ask.setAccessibleName(self.tr("申请查阅：{name}").format(name=name))
        ask.setVisible(not view.access.is_open)
        last.addWidget(ask)
        state = link_button(self.tr("写明年龄"), lambda: self.age_asked.emit(view.resident), parent=self)
        state.setAccessibleName(self.tr("写明年龄：{name}").format(name=name))
        state.setVisible(may(application, Capability.DESCRIBE) and view.access.is_age_unknown)
        last.addWidget(state)
        edit = link_button(self.tr("改信息"), lambda: self.edit_asked.emit(view.resident), parent=self)
        edit.setAccessibleName(self.tr("改信息：{name}").format(name=name))
        # A form filled with what is shown would say that the rest is not there.
        edit.setVisible(may(application, Capability.DESCRIBE) and view.access.is_open)
        last.addWidget(edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(first)
        details = self._details()
        if details:
            column.addWidget(ShortenedLabel(details, "soft"))
        column.addLayout(last)

    def _show_number(self) -> None:
        is_shown = self.number.text() != self._masked()
        self.number.setText(self._masked() if is_shown else self._view.document.number)
        name = self._view.name.name
        words = self.tr("显示{name}的证件号") if is_shown else self.tr("隐藏{name}的证件号")
        self.show_number.setAccessibleName(words.format(name=name))
        self.show_number.setToolTip(words.format(name=name))
        if not is_shown:
            self.number_shown.emit(self._view.resident)

    def _masked(self) -> str:
        return self._view.masked_number

    def _about(self) -> str:
        view = self._view
        sex = SEX_NAMES[view.birth.sex] if view.birth.sex in (Sex.MALE, Sex.FEMALE) else ""
        years = self.tr("{age}岁").format(age=view.age) if view.age is not None else ""
        return " ".join(part for part in (view.relation_name, sex, years) if part)

    def _details(self) -> str:
        view = self._view
        parts = [format_phone(number) for number in view.phones.numbers[:1]]
        parts += [view.name.original] if view.name.original else []
        parts += [disability_words(view.disability)] if view.disability is not None else []
        parts += [view.health.illness] if view.health is not None and view.health.illness else []
        guardian, carer = view.guardian, view.carer
        if guardian is not None and guardian.name:
            who = f"{guardian.name}（{guardian.relation}）" if guardian.relation else guardian.name
            parts.append(self.tr("监护人 {who}").format(who=who))
        if carer is not None and carer.name:
            parts.append(self.tr("实际照料 {name}").format(name=carer.name))
        parts += [capacity_words(view.capacity)] if view.capacity is not None else []
        parts += [self.tr("已离开这一户")] if view.membership.left else []
        parts += [closed_words(view)] if closed_words(view) else []
        return " · ".join(parts)


class MembersCard(Card):
    """All members."""

    consent_asked = Signal(str)
    referral_asked = Signal(str)
    edit_asked = Signal(str)
    number_shown = Signal(str)
    opening_asked = Signal(str)
    age_asked = Signal(str)
    erase_asked = Signal()
    identity_asked = Signal()
    rights_asked = Signal()
    need_paper_asked = Signal()
    notice_paper_asked = Signal()
    wish_asked = Signal()
    minors_asked = Signal()

    def __init__(self, application: Application, add_asked: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__("成员", parent=parent)
        self._application = application
        self.rows: list[MemberRow] = []
        if may(application, Capability.DESCRIBE):
            self.heading.add_link(self.tr("新增成员"), add_asked, Icon.ADD_PERSON)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.body.setSpacing(6)
        self.body.addLayout(self._column)
        # Apart from what is done every day, and once for all members: who is meant is asked there.
        self.erase = link_button(self.tr("删除个人信息……"), self.erase_asked.emit, Icon.DELETE, parent=self)
        offer(self.erase, application, Capability.ERASE)
        self.identity = link_button(self.tr("开身份确认单"), self.identity_asked.emit, Icon.PRINT, parent=self)
        offer(self.identity, application, Capability.PRINT)
        self.need_paper = link_button(self.tr("需求登记表"), self.need_paper_asked.emit, Icon.PRINT, parent=self)
        offer(self.need_paper, application, Capability.PRINT)
        self.notice_paper = link_button(self.tr("告知书"), self.notice_paper_asked.emit, Icon.PRINT, parent=self)
        offer(self.notice_paper, application, Capability.PRINT)
        self.wish = link_button(self.tr("微心愿"), self.wish_asked.emit, Icon.WISH, parent=self)
        self.rights = link_button(self.tr("权利请求"), self.rights_asked.emit, Icon.ANSWER, parent=self)
        offer(self.rights, application, Capability.TAKE_REQUEST)
        self.minors = link_button(self.tr("未成年人查阅批准"), self.minors_asked.emit, Icon.CHECKED, parent=self)
        foot = Flow([self.identity, self.need_paper, self.notice_paper, self.wish, self.rights, self.minors], gap=0)
        self.body.addWidget(foot)
        self.body.addWidget(self.erase, alignment=Qt.AlignmentFlag.AlignRight)

    def show_members(self, members: Sequence[Member]) -> Iterator[None]:
        """Show these, one per step."""
        _empty(self._column)
        self.rows = []
        for number, member in enumerate(members):
            if number:
                self._column.addWidget(line())
            row = MemberRow(self._application, member, self)
            for signal in (
                "consent_asked",
                "referral_asked",
                "edit_asked",
                "number_shown",
                "opening_asked",
                "age_asked",
            ):
                getattr(row, signal).connect(getattr(self, signal))
            self.rows.append(row)
            self._column.addWidget(row)
            yield
        together = sum(one.view.membership.lives_together and not one.view.membership.left for one in members)
        self.erase.setVisible(bool(members))
        self.identity.setVisible(bool(members))
        self.need_paper.setVisible(bool(members))
        self.notice_paper.setVisible(bool(members))
        self.wish.setVisible(bool(members))
        self.rights.setVisible(bool(members))
        self.minors.setVisible(any(one.view.access.is_minor for one in members))
        self.set_title(
            self.tr("成员 {count} 人").format(count=len(members)),
            self.tr("共同生活 {count}").format(count=together) if together != len(members) else "",
        )


class FindingsCard(Card):
    """收支与需求: the figures of a visit with its date, hints with their reasons, open needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("收支与需求", parent=parent)
        self._facts = Facts()
        self._hints = QVBoxLayout()
        self._hints.setSpacing(4)
        self._needs = Flow(gap=6)
        self._needs_name = label(self.tr("还没有解决的需求"), "soft")
        nothing = self.tr("还没有走访记录。走访时记下的收入、支出、住房和需求会显示在这里。")
        self._nothing = label(nothing, "soft", wrap=True)
        self.add(self._nothing)
        self.add(self._facts)
        self.body.addLayout(self._hints)
        self.add(self._needs_name)
        self.add(self._needs)

    def show_findings(self, findings: Findings | None, needs: Sequence[Chip]) -> Iterator[None]:
        """Show the figures of one visit, and the needs that are open now; a part per step."""
        self._nothing.setVisible(findings is None)
        self._facts.setVisible(findings is not None and bool(findings.facts))
        self._facts.show_facts(findings.facts if findings is not None else ())
        self.set_title(self.tr("收支与需求"), findings.note if findings is not None else "")
        _empty(self._hints)
        yield
        for words in findings.hints if findings is not None else ():
            self._hints.addWidget(self._hint(words))
        if findings is not None and findings.own_words:
            own = self.tr("本人说：{words}").format(words=findings.own_words)
            self._hints.addWidget(label(own, "soft", wrap=True))
        yield
        self._needs.replace([StateChip(chip) for chip in needs])
        self._needs_name.setVisible(bool(needs))

    def _hint(self, words: str) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(StateChip(Chip(self.tr("提示"), Tone.INFO)))
        layout.addWidget(label(words + self.tr("由经办人研判。"), wrap=True), 1)
        return row


class ConflictsCard(Card):
    """两边记的不一样: each value with who and when; ``decided`` carries record, group and the chosen value."""

    decided = Signal(str, str, object)

    def __init__(self, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._application = application
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self.body.addLayout(self._column)
        self.hide()

    def show_conflicts(self, content: HouseholdContent) -> None:
        """Show what has to be decided; hidden when there is nothing."""
        _empty(self._column)
        decides = may(self._application, Capability.DECIDE)
        title = self.tr("两边记的不一样，请选一个") if decides else self.tr("两边记的不一样，由经办人或复核人来定")
        self.set_title(title, self.tr("两台电脑改了同一处，两种写法都留着，等人来定"))
        for number, conflict in enumerate(content.conflicts):
            if number:
                self._column.addWidget(line())
            who = f"{conflict.name} · " if conflict.name else ""
            self._column.addWidget(label(who + group_name(conflict.group), "soft"))
            for at in range(len(conflict.values)):
                self._column.addWidget(self._choice(conflict, at, content.known, content.worker_names))
        self.setVisible(bool(content.conflicts))

    def _choice(self, conflict: Conflict, at: int, known: Known, worker_names: dict[str, str]) -> QWidget:
        value = conflict.values[at]
        words = group_words(conflict.group, value, known)
        worker = worker_names.get(conflict.workers[at], self.tr("另一位经办人"))
        when = datetime.fromisoformat(conflict.times[at]).astimezone()
        told = self.tr("{worker}　{month}月{day}日 {time}").format(
            worker=worker, month=when.month, day=when.day, time=f"{when:%H:%M}"
        )
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(label(words, wrap=True), 3)
        layout.addWidget(label(told, "soft", wrap=True), 2)
        choose = button(
            self.tr("用这个"), lambda: self.decided.emit(conflict.record, conflict.group, value), Icon.CHECK, parent=row
        )
        choose.setAccessibleName(
            self.tr("{group}用“{words}”，{told}").format(group=group_name(conflict.group), words=words, told=told)
        )
        offer(choose, self._application, Capability.DECIDE)
        layout.addWidget(choose)
        return row


def tag_chips(content: HouseholdContent) -> list[Chip]:
    """What kind of household it is: categories, then what to mind."""
    page = content.page
    chips = [Chip(category_words(held), Tone.GOOD, Icon.AID) for held in page.categories]
    if not page.categories:
        chips.append(Chip("没有救助类别", Tone.NEUTRAL))
    present = [member.view for member in content.members if not member.view.membership.left]
    chips += [Chip("老人户")] if any(_is_old(one) for one in present) else []
    chips += [Chip(f"残 · {disability_words(one.disability)}") for one in present if one.disability is not None]
    chips += [Chip("有未成年人")] if any(one.age is not None and one.age < 18 for one in present) else []
    chips += [Chip("近亲属备案", Tone.WARN, Icon.FLAG)] if page.near_relative else []
    return chips


def _is_old(view: ResidentView) -> bool:
    return view.age is not None and view.age >= 60


def _empty(column: QVBoxLayout) -> None:
    while column.count():
        column.takeAt(0).widget().deleteLater()
