"""The lease (离线期限) as a line on 今日: the days without the county, from which day a code is needed, and a way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.domain.lease import LeaseState
from desktop.domain.typed import format_date
from desktop.services.lease import Lease
from desktop.ui.icons import Icon
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import label


class LeaseLine(Card):
    """Hidden while the county was met lately; ``sync`` goes to where it is met."""

    def __init__(self, sync: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._chip = StateChip(Chip("", Tone.WARN, Icon.OFFLINE))
        self.words = label(wrap=True)
        self.sync = button(self.tr("现在同步"), sync, Icon.SYNC, parent=self)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.sync, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(row)
        self.hide()

    def show_lease(self, lease: Lease | None, today: date) -> None:
        """Say how it stands; None for a vault that has no lease (practice, not enrolled)."""
        if lease is None or lease.state is LeaseState.GOOD:
            self.hide()
            return
        is_over = lease.state is LeaseState.CODE_NEEDED
        chip = self.tr("要主管码") if is_over else self.tr("{days} 天没联系").format(days=lease.days)
        self._chip.show_chip(Chip(chip, Tone.BAD if is_over else Tone.WARN, Icon.OFFLINE))
        self.words.setText(lease_words(lease, today))
        self.show()


def lease_words(lease: Lease, today: date) -> str:
    """How long the county was not met, what follows from which day, and what to do."""
    if lease.state is LeaseState.CODE_NEEDED:
        return (
            f"已经 {lease.days} 天没有和县里联系，现在只能看和同步，填的存成草稿。"
            "请同步；连不上的，打电话向县里要主管码，锁定后再打开时输入。"
        )
    left = lease.terms.code - lease.days
    day = format_date(today + timedelta(days=left))
    return f"已经 {lease.days} 天没有和县里联系。再过 {left} 天，{day}起要主管码才能接着记；同步一次就重新算。"
