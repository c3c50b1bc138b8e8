"""Settings: whether the county could help with a forgotten password, and who."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.domain.escrow import OFFICE_NAMES, EscrowOffice
from desktop.services.application import Application
from desktop.services.escrow import EscrowState, escrow_state
from desktop.ui.icons import Icon
from desktop.ui.tasks import Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import label


class EscrowCard(Card):
    """Says who holds the halves of this vault's key, or why nobody does."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("忘了密码怎么办"), parent=parent)
        self._tasks = tasks
        self._application = application
        self.state = StateChip(Chip(""))
        self.heading.add(self.state)
        self.words = label(wrap=True)
        self.holders = Facts()
        self.add(self.words)
        self.add(self.holders)

    def refresh(self) -> None:
        """Read again how the vault stands."""
        self._tasks.run(self, lambda: escrow_state(self._application), self._show)

    def _show(self, state: EscrowState) -> None:
        if state.slot is not None:
            self.state.show_chip(Chip(self.tr("县里已托管"), Tone.GOOD, Icon.CHECKED))
            self.words.setText(
                self.tr(
                    "这个加密库的钥匙分成两半，由县里两个单位各保管一半，谁也不能单独打开。"
                    "忘了密码，在登录窗口点“忘了密码”，两家一起帮您重设，资料一样不少。"
                )
            )
        else:
            self.state.show_chip(Chip(self.tr("还没有托管"), Tone.WARN, Icon.WARNING))
            self.words.setText(self._why_not(state))
        self.holders.setVisible(state.slot is not None)
        if state.slot is not None:
            people = {
                office: "、".join(f"{one.name} {one.phone}".strip() for one in state.slot.of(office))
                for office in EscrowOffice
            }
            self.holders.show_facts([(OFFICE_NAMES[office], people[office], "") for office in EscrowOffice])

    def _why_not(self, state: EscrowState) -> str:
        if self._application.practice:
            return self.tr("练习库不托管：里面没有真人的资料。忘了密码，再建一个练习库就行。")
        lost = self.tr("现在忘了密码，没有人能替您打开，请把密码记牢。")
        if state.issued is not None and not state.issued.is_complete:
            return self.tr("县里还没有托管这个加密库：县里的托管人还没有配齐。配齐后同步一次就托管好了。") + lost
        if state.issued is not None:
            return self.tr("托管没有做成：县里的名单有误，或硬盘写不进去。下次打开会再试；还不行请告诉县里。") + lost
        return self.tr("县里还没有托管这个加密库。开通并同步以后，县里定了托管人就自动托管。") + lost
