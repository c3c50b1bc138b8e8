"""请同事在这台电脑上核对: a colleague checks a paper beside the worker, and signs with the own password."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import beside_checks
from desktop.services.application import Application, Done
from desktop.services.beside_checks import Against, Colleague
from desktop.services.scan_facts import ScanLack
from desktop.services.sheet_comparison import BoxToCompare
from desktop.ui.clipboard import keep_private
from desktop.ui.icons import Icon
from desktop.ui.login_form import PasswordEdit
from desktop.ui.messages import word, word_reason
from desktop.ui.pages.consent.scan_words import LACKS
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.comparison_boxes import ComparisonBoxes
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty

_CARD_HELPS = frozenset({"vault.card-needed", "vault.keyring-missing", "vault.keyring-changed"})
"""Refusals after which the device card lets the colleague sign."""


@dataclass(frozen=True, slots=True)
class BesideAsked:
    """What is to be checked: the record of the paper, what it can be compared with, and box by box what to compare;
    ``caution`` is to be known before."""

    paper: str
    scan_lack: ScanLack | None
    is_on_screen: bool = False
    boxes: tuple[BoxToCompare, ...] = ()
    caution: str = ""


class BesidePanel(QWidget):
    """In place of the record of a paper; the picture (or the paper) stays beside it.

    ``recorded`` shows what was said on it; ``name`` is what the paper is called.
    """

    closed = Signal()
    """Back to the paper, nothing was signed."""
    signed = Signal(str)
    """The paper; it is to be shown anew."""
    primary_changed = Signal(str)

    def __init__(self, page: Page, application: Application, recorded: QWidget, name: str) -> None:
        super().__init__()
        self._page, self._application, self._recorded = page, application, recorded
        self._paper = ""
        self._colleagues: dict[str, Colleague] = {}
        self._is_busy = False
        self.colleague: ChoiceField[str] = ChoiceField([])
        self.others = label(kind="hint", wrap=True)
        self.against: ChoiceField[Against] = ChoiceField(
            [
                (Against.SCAN, self.tr("扫描件")),
                (Against.PAPER, self.tr("纸质原件")),
                (Against.SCREEN, self.tr("屏幕签名")),
            ]
        )
        self.boxes = ComparisonBoxes()
        self.boxes.not_alike.connect(self._begin_wrong)
        self.boxes.completed.connect(self.focus_first)
        self.caution = label(kind="problem", wrap=True)
        self.password = PasswordEdit()
        self.card = TextField(self.tr("设备卡上的一行字"))
        keep_private(self.card)
        self.problem = label(kind="problem", wrap=True)
        self.reason = TextField(self.tr("如 签名不是本人、漏签一页、看不清"))
        self.wrong = button(self.tr("有问题……"), lambda: self._begin_wrong(""))
        self.sign_wrong = button(self.tr("签名，作废{name}").format(name=name), self._on_wrong, Icon.REFUSED)
        self.give_up = button(self.tr("不核对了"), self._on_give_up)
        self._question = label(kind="field", wrap=True)
        self._who = QVBoxLayout()
        self._against, self._reason, self._check = Form(1), Form(1), Form(1)
        self._lay_out()

    def _lay_out(self) -> None:
        self._against.add(self.tr("对照着什么核对的"), self.against)
        self._check.add(self.tr("同事的密码(&P)"), self.password)
        self._check.add(
            self.tr("同事的设备卡(&D)"), self.card, note=self.tr("这台电脑没有记住他的设备密钥，设备卡在单位保险柜里")
        )
        self._reason.add(self.tr("有什么问题"), self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        told = self.tr(
            "请没参与征求的同事坐到这里，自己看、自己选、自己输密码。密码只用来签这一次名，不会打开他的加密库。"
        )
        column.addWidget(label(self.tr("请同事在这台电脑上核对"), "section"))
        column.addWidget(label(told, "soft", wrap=True))
        column.addLayout(self._who)
        column.addWidget(self.others)
        column.addWidget(self.caution)
        column.addWidget(self._question)
        column.addWidget(self._recorded)
        for widget in (self._against, self.boxes, self._reason, self.problem, self._check):
            column.addWidget(widget)
        column.addWidget(Flow([self.sign_wrong, self.wrong, self.give_up]))
        column.addStretch(1)

    def begin(self, asked: BesideAsked) -> None:
        """Ask who of this laptop is there to check this paper."""
        self._paper = paper = asked.paper
        self._forget_typed()
        self._is_busy = False
        self._show_colleagues(())
        self.others.setText(self.tr("正在看这台电脑上有哪些同事……"))
        lack = asked.scan_lack
        on_paper = Against.SCAN if lack is None else Against.PAPER
        if asked.is_on_screen:
            self.against.offer((Against.SCREEN,))
        else:
            self.against.offer((Against.SCAN, Against.PAPER) if lack is None else (Against.PAPER,))
        self.against.set_value(Against.SCREEN if asked.is_on_screen else on_paper)
        self._against.show_hint(self.against, "" if lack is None or asked.is_on_screen else LACKS[lack])
        self._question.setText(
            self.tr("右边的屏幕签名和勾，和下面记的一样吗？")
            if asked.is_on_screen
            else self.tr("纸上的勾、签名或指印，和下面记的一样吗？")
        )
        self.boxes.show_boxes(asked.boxes)
        self.caution.setText(asked.caution)
        self.caution.setVisible(bool(asked.caution))
        self.reason.set_value("")
        self._show_wrong(is_wrong=False)
        self._say("")
        self.primary_changed.emit("")
        self._page.run(lambda: beside_checks.colleagues(self._application, paper), self._on_colleagues)

    def focus_first(self) -> None:
        """To who it is, else to the first box that is left, else to the password."""
        if not self._colleagues:
            self.give_up.setFocus()
        elif self.colleague.value() is None:
            self.colleague.setFocus()
        elif self.boxes.problem():
            self.boxes.focus_first()
        else:
            self.password.setFocus()

    def confirm(self) -> None:
        """核对无误，签名: not while a box is left."""
        left = self.boxes.problem()
        if left and self._chosen() is not None:
            self._say(left + self.tr("有对不上的，请按那一格的“不对……”。"))
            self.boxes.focus_first()
            return
        self._sign(
            beside_checks.check_beside,
            self.tr("{name} 核对无误，签了名。"),
            self.tr("已保存在本机，尚未上报县里；县里核对后生效。"),
        )

    # --- who it is

    def _on_colleagues(self, found: tuple[Colleague, ...]) -> None:
        self._show_colleagues([one for one in found if not one.problem])
        others = [f"{one.name}：{_why(one.problem)}" for one in found if one.problem]
        if self._colleagues:
            words = self.tr("不能核对的：{names}").format(names="；".join(others)) if others else ""
        else:
            words = self.tr("这台电脑上没有能核对这一份的同事。") + (f"{'；'.join(others)}。" if others else "")
            words += self.tr("请他在自己的工作区核对，或者由县级值班员核对；您这边同步一次，他们就看得到。")
        self.others.setText(words)
        self.others.setVisible(bool(words))
        self.focus_first()

    def _show_colleagues(self, able: Sequence[Colleague]) -> None:
        """Offer these; whoever is alone is chosen, and still has to type the own password."""
        self._colleagues = {one.vault: one for one in able}
        empty(self._who)
        self.colleague = ChoiceField([(one.vault, f"{one.name} {one.office}".strip()) for one in able])
        self.colleague.changed.connect(self._on_chosen)
        form = Form(1)
        form.add(self.tr("谁来核对"), self.colleague)
        self._who.addWidget(form)
        form.setVisible(bool(able))
        self.colleague.set_value(able[0].vault if len(able) == 1 else None)
        for widget in (self._against, self._check, self.wrong):
            widget.setVisible(bool(able))
        self.boxes.setVisible(bool(able) and bool(self.boxes.marks))
        self._on_chosen()
        self.primary_changed.emit(self.tr("核对无误，签名") if able else "")

    def _on_chosen(self) -> None:
        self.password.clear()
        self.card.clear()
        self._say("")
        who = self._chosen()
        self._check.set_shown(self.card, who is not None and who.needs_card)

    def _chosen(self) -> Colleague | None:
        return self._colleagues.get(self.colleague.value() or "")

    def _ready(self) -> Colleague | None:
        """Who signs; None, with the words for it, where something is still missing."""
        who = self._chosen()
        if self._is_busy:
            return None
        if who is None:
            self._say(self.tr("请选谁来核对。"))
            self.colleague.setFocus()
        elif self.against.value() is None:
            self._say(self.tr("请选对照着什么核对的。"))
            self.against.setFocus()
        elif not self.password.text():
            self._say(self.tr("请同事输入自己的密码。"))
            self.password.setFocus()
        elif who.needs_card and not self.card.value():
            self._say(self.tr("请输入同事设备卡上的一行字。"))
            self.card.setFocus()
        else:
            return who
        return None

    # --- something is wrong

    def _begin_wrong(self, reason: str) -> None:
        self._say("")
        self._show_wrong(is_wrong=True)
        if reason:
            self.reason.set_value(reason)
        self.primary_changed.emit("")
        self.reason.setFocus()
        QTimer.singleShot(0, self, partial(self._bring_into_sight, self.sign_wrong, self.reason))

    def _show_wrong(self, *, is_wrong: bool) -> None:
        self._reason.setVisible(is_wrong)
        self.sign_wrong.setVisible(is_wrong)
        self.wrong.setVisible(bool(self._colleagues) and not is_wrong)

    def _on_wrong(self) -> None:
        reason = self.reason.value()
        if not reason:
            self._say(self.tr("请写几个字，说明有什么问题。"))
            self.reason.setFocus()
            return
        self._sign(
            partial(beside_checks.reject_beside, reason=reason),
            self.tr("{name} 发现有问题，签了名；这份已作废。"),
            self.tr("原因也记下了。需要时请重新征求一份。"),
        )

    # --- signing

    def _sign(self, service: Callable[..., Done[str]], text: str, what_now: str) -> None:
        """Let whoever is chosen sign by this service; ``text`` and ``what_now`` are said of it, with the ``{name}``."""
        who = self._ready()
        if who is None:
            return
        against = self.against.value() or Against.PAPER
        card = self.card.value() if who.needs_card else None
        typed = (self._paper, who.vault, self.password.text(), against)
        notice = Notice(text.format(name=who.name), Tone.GOOD, what_now)
        self._set_busy(is_busy=True)
        self._say("")
        self._page.run(
            lambda: service(self._application, *typed, card=card),
            lambda result: self._end(result, notice),
            self._on_refused,
            lane=Lane.WRITE,
        )

    def _end(self, result: Done[str], notice: Notice) -> None:
        self._set_busy(is_busy=False)
        self._forget_typed()
        self._page.changed.emit(result.changed)
        self._page.tell(notice)
        self.signed.emit(self._paper)

    def _on_refused(self, error: UserFacingError) -> None:
        self._set_busy(is_busy=False)
        who = self._chosen()
        if who is not None and error.code in _CARD_HELPS:
            self._colleagues[who.vault] = replace(who, needs_card=True)
            self._check.set_shown(self.card, is_shown=True)
        self.password.clear()
        self._say(word(error).sentence())
        self.password.setFocus()

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        for widget in (self.colleague, self.password, self.card, self.wrong, self.sign_wrong, self.give_up):
            widget.setEnabled(not is_busy)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if problem:  # once it has its place: what has to be read is in sight, with the field below it
            QTimer.singleShot(0, self, partial(self._bring_into_sight, self.password, self.problem))

    def _bring_into_sight(self, *shown: QWidget) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            for widget in shown:
                area.ensureWidgetVisible(widget)

    def _on_give_up(self) -> None:
        self._forget_typed()
        self.closed.emit()

    def _forget_typed(self) -> None:
        self.password.clear()
        self.card.clear()

    def hideEvent(self, event: QHideEvent) -> None:
        # A password is not left standing on a page that somebody may come back to.
        if not self._is_busy:
            self._forget_typed()
        super().hideEvent(event)


def _why(problem: str) -> str:
    return "参与了征求" if problem == "same-person" else word_reason(problem)
