"""未成年人信息查阅: ask to see a child's data, approve it, see what was approved, and the yearly audit list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.minors import GROUND_NAMES, OPENING, Approval, ApprovalState, Ground
from desktop.services import minors, minors_audit, people
from desktop.services.application import Application, Done
from desktop.services.minors import ApprovalView, Approver
from desktop.services.paper import Paper
from desktop.services.permission import Capability, may
from desktop.services.record_paper import RecordPaper
from desktop.ui.clipboard import keep_private
from desktop.ui.icons import Icon
from desktop.ui.login_form import PasswordEdit
from desktop.ui.messages import word, word_reason
from desktop.ui.minors_words import approval_chip, approval_words
from desktop.ui.pages.page import Changes, Page
from desktop.ui.paper_printing import PaperPrinting
from desktop.ui.printing import PrintPdf
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card, line
from desktop.ui.widgets.chips import StateChip
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import DateField, TextField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty

_DAYS = 30
_SHOWN = frozenset({"approval", "roster", "resident", "household"})
_GROUNDS = [(one, name) for one, name in GROUND_NAMES.items() if one is not Ground.DANGER]


@dataclass(frozen=True)
class _Asked:
    """What the page was opened for: a child with where they live, or nobody in particular."""

    resident: str
    name: str
    household: str
    division: str
    place: str
    approvals: tuple[ApprovalView, ...]
    approvers: tuple[Approver, ...]


class MinorsPage(Page):
    """For the child in ``show_record``; opened without one it shows all approvals."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(tasks)
        self._application = application
        self._print = print_pdf
        self._resident = ""
        self._asked: _Asked | None = None
        self._approvers: dict[str, Approver] = {}
        self.set_title(self.tr("未成年人信息查阅"))
        self.set_help(
            self.tr(
                "未成年人的证件、电话、健康、残疾、上学、监护等信息，要经负责人（复核人或县级值班员、审批人）批准才能看，"
                "谁看过都有记录，每年审计一次。家里有这个孩子、多大、是谁家的，不用批准。\n\n"
                "走访时您自己看到的照常记，当天能读回来。\n\n"
                "三条路：同步后等批；请复核人坐到旁边，用他自己的密码签名，马上开放；孩子的生命、健康有危险，写明原因，"
                "马上打开，今天同步报县里，由负责人查。"
            )
        )
        self.action = self.set_primary(self.tr("申请（同步后由负责人批）"), self._ask)

    def build(self) -> Iterator[None]:
        left, right = self._side(), self._side()
        self.body.addWidget(
            Columns([left.parentWidget(), right.parentWidget()], [1, 1], enough=820, parent=self.ground), 1
        )
        yield
        yield from self._build_asks(left)
        yield from self._build_beside(right)
        self._list = Card(self.tr("批准"), parent=left.parentWidget())
        left.addWidget(self._list)
        left.addStretch(1)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._list.body.addLayout(self._rows)
        yield
        self._build_emergency(right)
        yield
        self._build_audits(right)
        right.addStretch(1)

    def show_record(self, record: str) -> None:
        self._resident = record
        self._forget_typed()
        self.reason.set_value(Ground.DUTY)
        self.scope.set_value(False)
        self.until.set_value(self._application.today() + timedelta(days=_DAYS))
        self.words.set_value("")
        self.danger.set_value("")
        self._read()

    def show_start(self) -> None:
        self.show_record("")

    def refresh(self, changes: Changes) -> None:
        if not changes or changes & _SHOWN:
            self._read()

    def focus_first(self) -> None:
        (self.reason if self._asks.isVisible() else self.audit).setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        # A password is not left standing on a page that somebody may come back to.
        self._forget_typed()
        super().hideEvent(event)

    # --- laying out

    def _side(self) -> QVBoxLayout:
        column = QVBoxLayout(QWidget(self.ground))
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        return column

    def _build_asks(self, side: QVBoxLayout) -> Iterator[None]:
        self._asks = Card(self.tr("申请查阅"), parent=side.parentWidget())
        side.addWidget(self._asks)
        self._state = label("", "field", wrap=True, parent=self._asks)
        self._asks.add(self._state)
        form = Form(1, self._asks)
        self._asks.add(form)
        yield
        self.reason: ChoiceField[Ground] = ChoiceField(_GROUNDS, parent=form)
        form.add(self.tr("为什么要看"), self.reason)
        yield
        scopes = [(False, self.tr("只这个孩子")), (True, self.tr("这个村的未成年人"))]
        self.scope: ChoiceField[bool] = ChoiceField(scopes, parent=form)
        form.add(self.tr("看谁"), self.scope)
        yield
        self.until = DateField(self._application.today, future=True)
        self.words = TextField(self.tr("可不填，如 助学申请、这一轮下村"), form)
        form.add(self.tr("到哪一天（最长一年）"), self.until)
        form.add(self.tr("说明"), self.words)
        yield

    def _build_beside(self, side: QVBoxLayout) -> Iterator[None]:
        self._beside = Card(self.tr("负责人就在旁边：请他现在批准"), parent=side.parentWidget())
        side.addWidget(self._beside)
        told = self.tr("按这里填的范围和日期批准。密码只用来签这一次名，不会打开他的加密库；县里同步时验签名。")
        self._told = label(told, "soft", wrap=True, parent=self._beside)
        self._others = label("", "soft", wrap=True, parent=self._beside)
        self._who = QVBoxLayout()
        self.approver: ChoiceField[str] = ChoiceField([])
        yield
        self._signing = Form(1, self._beside)
        self.password = PasswordEdit(parent=self._signing)
        self.card = TextField(parent=self._signing)
        keep_private(self.card)
        self._signing.add(self.tr("负责人的密码"), self.password)
        self._signing.add(self.tr("负责人的设备卡"), self.card, note=self.tr("这台电脑没有记住他的设备密钥"))
        yield
        self.sign = button(self.tr("同意查阅，签名"), self._approve_beside, Icon.CHECKED, parent=self._beside)
        self._beside.add(self._told)
        self._beside.add(self._others)
        self._beside.body.addLayout(self._who)
        self._beside.add(self._signing)
        self._beside.add(self.sign)
        yield

    def _build_emergency(self, side: QVBoxLayout) -> None:
        self._emergency = Card(self.tr("孩子有危险：紧急打开"), parent=side.parentWidget())
        side.addWidget(self._emergency)
        told = self.tr("只开放这个孩子，今天和明天；今天同步报县里，负责人会查。")
        self._emergency.add(label(told, "soft", wrap=True, parent=self._emergency))
        form = Form(1, self._emergency)
        self._emergency.add(form)
        self.danger = TextField(self.tr("写明是什么危险，如 高烧抽搐，要知道用什么药"), form)
        form.add(self.tr("什么危险"), self.danger)
        self.open = button(self.tr("紧急打开"), self._open_in_emergency, Icon.WARNING, parent=self._emergency)
        self._emergency.add(self.open)

    def _build_audits(self, side: QVBoxLayout) -> None:
        self._audits = Card(self.tr("年度合规审计"), parent=side.parentWidget())
        side.addWidget(self._audits)
        told = self.tr("这个工作区今年查阅未成年人信息的清单，有姓名，打印后交审计人；全县的由县里出。")
        self._audits.add(label(told, "soft", wrap=True, parent=self._audits))
        self.audit = button(self.tr("打印今年的清单"), self._make_audit, Icon.PRINT, parent=self._audits)
        self._audits.add(Flow([self.audit], self._audits))
        self._audits.setVisible(may(self._application, Capability.APPROVE_MINORS_DATA))

    # --- reading

    def _read(self) -> None:
        resident = self._resident

        def show(asked: _Asked) -> None:
            if resident == self._resident:
                self._show(asked)

        def refused(error: UserFacingError) -> None:
            if resident == self._resident:
                self.gone.emit() if error.code == "record.unknown" else self.tell(notice_of(word(error)))

        self.run(partial(_load, self._application, resident), show, refused)

    def _show(self, asked: _Asked) -> None:
        self._asked = asked
        has_child = bool(asked.resident)
        for card in (self._asks, self._beside, self._emergency):
            card.setVisible(has_child)
        self.action.setVisible(has_child)
        self.set_title(self.tr("未成年人信息查阅"), " · ".join(one for one in (asked.name, asked.place) if one))
        if has_child:
            mine = [one for one in asked.approvals if one.is_mine]
            self._state.setText(self._state_words(mine))
            self._show_approvers(asked.approvers)
        empty(self._rows)
        if not asked.approvals:
            self._rows.addWidget(label(self.tr("还没有批准，也没有人申请。"), "soft", wrap=True))
        for number, one in enumerate(asked.approvals):
            if number:
                self._rows.addWidget(line())
            self._rows.addWidget(self._row(one))

    def _state_words(self, mine: Sequence[ApprovalView]) -> str:
        today = self._application.today()
        opening = [one for one in mine if one.state in OPENING]
        if any(one.said.start <= today <= one.said.until for one in opening):
            return self.tr("您现在可以看这个孩子的信息。")
        if any(one.state is ApprovalState.ASKED for one in mine):
            return self.tr("已经申请，等负责人批准。现在还看不到。")
        return self.tr("您现在看不到这个孩子的证件、健康、监护等信息。")

    def _show_approvers(self, found: Sequence[Approver]) -> None:
        able = [one for one in found if not one.problem]
        self._approvers = {one.vault: one for one in able}
        empty(self._who)
        self.approver = ChoiceField([(one.vault, one.name) for one in able])
        self.approver.changed.connect(self._on_approver)
        form = Form(1)
        form.add(self.tr("谁来批准"), self.approver)
        self._who.addWidget(form)
        form.setVisible(bool(able))
        self.approver.set_value(able[0].vault if len(able) == 1 else None)
        others = "；".join(f"{one.name}：{word_reason(one.problem)}" for one in found if one.problem)
        nobody = self.tr("这台电脑上没有能批准的复核人。请申请后同步，由县里或复核人在自己的工作区批。")
        self._others.setText("" if able else nobody + others)
        self._others.setVisible(not able)
        for widget in (self._told, self._signing, self.sign):
            widget.setVisible(bool(able))
        self._on_approver()

    def _on_approver(self) -> None:
        self.password.clear()
        self.card.clear()
        who = self._approvers.get(self.approver.value() or "")
        self._signing.set_shown(self.card, who is not None and who.needs_card)

    def _row(self, one: ApprovalView) -> QWidget:
        row = QWidget(self._list)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(StateChip(approval_chip(one, self._application.today())), 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(label(approval_words(one), wrap=True))
        links = [link_button(text, pressed, parent=row) for text, pressed in self._steps(one)]
        if links:
            column.addWidget(Flow(links))
        return row

    def _steps(self, one: ApprovalView) -> list[tuple[str, Callable[[], None]]]:
        approves = may(self._application, Capability.APPROVE_MINORS_DATA) and not one.is_mine
        found: list[tuple[str, Callable[[], None]]] = []
        if approves and one.state is ApprovalState.ASKED:
            found.append((self.tr("批准"), partial(self._move, minors.give, one.id)))
            refuse = self.tr("现在不需要看")
            found.append((self.tr("不批准"), partial(self._move, minors.refuse, one.id, refuse)))
        if approves and one.state is ApprovalState.EMERGENCY:
            found.append((self.tr("查过，情况属实"), partial(self._move, minors.look_at_emergency, one.id, "情况属实")))
            found.append(
                (self.tr("查过，不该打开"), partial(self._move, minors.look_at_emergency, one.id, "不该打开，已谈话"))
            )
        is_live = one.state in (ApprovalState.ASKED, ApprovalState.GIVEN, ApprovalState.SEEN)
        if is_live and (approves or one.is_mine) and not one.is_over(self._application.today()):
            found.append((self.tr("收回"), partial(self._move, minors.end, one.id, "不再需要")))
        return found

    # --- doing

    def _said(self) -> Approval | None:
        asked, until = self._asked, self.until.value()
        if asked is None or until is None:
            self.until.setFocus()
            self.tell(Notice(self.tr("请写清到哪一天。"), Tone.WARN))
            return None
        whole = bool(self.scope.value()) and bool(asked.division)
        return Approval(
            workers=(self._application.worker.id,),
            ground=self.reason.value() or Ground.DUTY,
            start=self._application.today(),
            until=until,
            resident="" if whole else asked.resident,
            household="" if whole else asked.household,
            divisions=(asked.division,) if whole else (),
            words=self.words.value(),
        )

    def _ask(self) -> None:
        said = self._said()
        if said is not None:
            words = self.tr("已申请，保存在本机；同步后负责人看得到，批下来再同步一次就开放。")
            self._write(lambda: minors.ask(self._application, said), words)

    def _approve_beside(self) -> None:
        said, who = self._said(), self._approvers.get(self.approver.value() or "")
        if said is None:
            return
        if who is None or not self.password.text():
            self.tell(Notice(self.tr("请选谁来批准，再请他输入自己的密码。"), Tone.WARN))
            self.password.setFocus()
            return
        typed, card = self.password.text(), self.card.value() if who.needs_card else None
        words = self.tr("{name} 已批准并签名，现在可以看了；下次同步时县里验签名。").format(name=who.name)
        self._write(lambda: minors.approve_beside(self._application, said, who.vault, typed, card=card), words)

    def _open_in_emergency(self) -> None:
        asked, words = self._asked, self.danger.value()
        if asked is not None:
            told = self.tr("已打开，今天和明天可以看。请今天同步，报县里。")
            self._write(lambda: minors.open_in_emergency(self._application, asked.resident, words), told)

    def _move(self, step: Callable[..., Done[Any]], approval: str, *reason: str) -> None:
        self._write(lambda: step(self._application, approval, *reason), self.tr("已保存在本机，下次同步时上报。"))

    def _write(self, work: Callable[[], Done[Any]], words: str) -> None:
        def done(result: Done[Any]) -> None:
            self._forget_typed()
            self.tell(Notice(words, Tone.GOOD))
            self.changed.emit(result.changed)
            self._read()

        def refused(error: UserFacingError) -> None:
            self.password.clear()
            self.tell(notice_of(word(error)))

        self.run(work, done, refused, lane=Lane.WRITE)

    def _make_audit(self) -> None:
        year = self._application.today().year
        self.run(partial(minors_audit.audit_paper, self._application, year), self._print_audit)

    def _print_audit(self, made: Paper) -> None:
        title = self.tr("未成年人信息查阅清单 {form}").format(form=made.form)
        printing = PaperPrinting(self, self._application, self._print)
        printing.print_paper(self, RecordPaper(made, "", ""), title)

    def _forget_typed(self) -> None:
        self.password.clear()
        self.card.clear()


def _load(application: Application, resident: str) -> _Asked:
    found = minors.approvals(application)
    if not resident:
        return _Asked("", "", "", "", "", found, ())
    view = people.resident_view(application, resident)
    page = people.household_page(application, view.membership.household, opened=False)
    own = tuple(
        one
        for one in found
        if one.said.resident == view.resident or any(page.division.startswith(code) for code in one.said.divisions)
    )
    here = minors.approvers_here(application)
    return _Asked(view.resident, view.name.name, page.household, page.division, page.place, own, here)
