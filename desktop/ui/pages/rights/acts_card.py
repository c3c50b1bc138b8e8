"""先办这件事: what a request leads to, each with the services that do it every day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.rights import ANSWERED_BY_COPY, ANSWERED_BY_CORRECTION, RightKind
from desktop.services.erasing_plan import Ground
from desktop.services.rights import RequestView
from desktop.services.rights_acts import ERASED_BY_REQUEST, Restriction
from desktop.services.rights_paper import corrected_words
from desktop.ui.erasing_panel import ErasingPanel
from desktop.ui.erasing_words import Reason
from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.labels import label

WHOLE = ""
"""All of the person, where a scan could be chosen instead."""


@dataclass(frozen=True)
class Found:
    """What is known of a request's act: groups changed since, what can be stopped, the scans that lie with them."""

    corrected: tuple[str, ...] = ()
    restriction: Restriction = field(default_factory=lambda: Restriction((), (), ""))
    scans: tuple[tuple[str, str], ...] = ()
    is_here: bool = True


class ActsCard(Card):
    """The one step that answers a request of this kind."""

    copy_asked = Signal()
    edit_asked = Signal()
    stop_asked = Signal()
    outlook_asked = Signal(str)
    """What erasing would come to: a scan's id, or ``WHOLE``."""
    erase_asked = Signal(str)
    """The name was typed: erase this scan, or all (``WHOLE``)."""
    withdraw_asked = Signal()

    def __init__(self, *, is_practice: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("先办这件事"))
        self._is_practice = is_practice

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        self.told = label("", wrap=True, parent=self)
        self.add(self.told)
        self.what: ChoiceField[str] = ChoiceField([], parent=self)
        self._place = QVBoxLayout()
        self._place.addWidget(self.what)
        self.body.addLayout(self._place)
        self.asked = ChoiceField(
            [(False, self.tr("请求里还要删别的")), (True, self.tr("请求里只有这一张"))], parent=self
        )
        for box in self.asked.inputs():
            box.setAccessibleDescription(self.tr("请求删什么"))
        self._place.addWidget(self.asked)
        yield
        self.copy = button(self.tr("打印个人信息副本"), self.copy_asked.emit, Icon.PRINT, parent=self)
        self.edit = button(self.tr("去改这个人的信息"), self.edit_asked.emit, Icon.EDIT, parent=self)
        self.stop = button(self.tr("停止提供和宣传"), self.stop_asked.emit, Icon.REFUSED, parent=self)
        self.withdraw = button(self.tr("去办撤回"), self.withdraw_asked.emit, Icon.UNDO, parent=self)
        for one in (self.copy, self.edit, self.stop, self.withdraw):
            self.body.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        yield
        reasons = (Reason(Ground.RIGHT, ERASED_BY_REQUEST),)
        self.panel = ErasingPanel(reasons, is_practice=self._is_practice, is_narrow=True, parent=self)
        self.add(self.panel)
        self.panel.back.hide()
        self.panel.decided.connect(lambda _: self.erase_asked.emit(self.chosen()))
        yield

    def chosen(self) -> str:
        """The scan to erase, or ``WHOLE``."""
        return self.what.value() or WHOLE

    def is_all_asked(self) -> bool:
        """Whether the request names the chosen scan and nothing else."""
        return self.asked.value() is True

    def show_for(self, shown: RequestView, found: Found) -> None:
        """Offer what this request needs; deleting asks for its outlook by itself."""
        kind = shown.fields.kind
        self.copy.setVisible(kind in ANSWERED_BY_COPY and found.is_here)
        self.edit.setVisible(kind in ANSWERED_BY_CORRECTION and found.is_here)
        self.stop.setVisible(kind is RightKind.RESTRICT)
        asked = found.restriction
        self.stop.setEnabled(bool(asked.grants or asked.publicities or not asked.is_stopped))
        self.withdraw.hide()
        self.panel.hide()
        self.what.hide()
        self.asked.hide()
        self.told.setText(self._told(kind, found))
        if kind is RightKind.DELETE and found.is_here:
            self._choose(found.scans)
            self.outlook_asked.emit(self.chosen())

    def _told(self, kind: RightKind, found: Found) -> str:
        if kind in ANSWERED_BY_COPY:
            return self.tr("副本只有他本人的信息，打印后交给提出的人。看完不要纸的，也可以只给他看右边。")
        if kind in ANSWERED_BY_CORRECTION:
            if not found.corrected:
                return self.tr("收到请求以后还没有改过。改好保存，再回来答复。")
            words = "、".join(corrected_words(found.corrected))
            return self.tr("收到请求以后改过：{words}。会写进答复书。").format(words=words)
        if kind is RightKind.RESTRICT:
            return self._restriction(found.restriction)
        if kind is RightKind.EXPLAIN:
            return self.tr("答复书会印上谁在处理、为什么、处理哪些、保存多久。他问的事写在右边“说明”里。")
        if not found.is_here:
            return self.tr("这个人的信息已经删了，请求还没有答复。按下面记下答复。")
        return self.tr("下面是现在能删什么、什么被锁定、依据哪一条、到哪天。删完自动答复。")

    def _restriction(self, found: Restriction) -> str:
        stays = self.tr("走访、审核、存档是法定职责，不凭同意，停不了；请选“部分照办”和“办理救助必须用到”。")
        live = []
        if found.grants:
            live.append(self.tr("现在凭同意可以提供给：{names}。").format(names="、".join(found.recipients)))
        if found.publicities:
            live.append(self.tr("还有宣传同意 {count} 份。").format(count=len(found.publicities)))
        if live:
            return "".join(live) + self.tr("按下去马上停，没办完的转介一起召回。") + stays
        if found.is_stopped:
            return self.tr("已经停止提供（{number}）。").format(number=found.withdrawal) + stays
        unknown = self.tr("本机没有记着凭同意提供给谁；同事那里可能有还没上报的。按下去，以前同意过的全部停止。")
        return unknown + stays

    def _on_what(self) -> None:
        self.asked.setVisible(self.chosen() != WHOLE)
        self.outlook_asked.emit(self.chosen())

    def _choose(self, scans: Sequence[tuple[str, str]]) -> None:
        old = self.what
        options = [(WHOLE, self.tr("能删的全部删"))]
        options += [(scan, self.tr("只删存错的扫描件：{words}").format(words=words)) for scan, words in scans]
        self.what = ChoiceField(options, few=2)
        for box in self.what.inputs():
            box.setAccessibleName(self.tr("删什么"))
        self.what.set_value(WHOLE)
        self.what.changed.connect(self._on_what)
        self.asked.set_value(False)
        self._place.replaceWidget(old, self.what)
        old.deleteLater()
        self.what.setVisible(bool(scans))
