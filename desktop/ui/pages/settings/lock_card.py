"""自动锁定: after how many minutes, and what else locks the workspace on this computer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.system_watch import Occasion
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


class LockCard(Card):
    """The choice of minutes, and in words what the system tells the program."""

    chosen = Signal(int)
    """Another number of minutes, by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("自动锁定"))
        self.minutes: ChoiceField[int] | None = None
        """There once the store has said what may be chosen."""
        self._form = Form(1)
        self.add(self._form)
        self.watched = label(kind="soft", wrap=True)
        self.add(self.watched)
        self.show_watched(())

    def show_minutes(self, choices: Sequence[int], chosen: int) -> None:
        """Offer ``choices``, of which ``chosen`` holds now."""
        if self.minutes is None:
            self.minutes = ChoiceField(
                [(minutes, self.tr("{minutes} 分钟").format(minutes=minutes)) for minutes in choices]
            )
            self.minutes.changed.connect(self._on_minutes)
            note = self.tr("锁定前一分钟会提醒；没填完的存成草稿。")
            self._form.add(self.tr("多久没有动作就锁定"), self.minutes, note=note)
        self.minutes.set_value(chosen)

    def show_watched(self, watched: Collection[Occasion]) -> None:
        """Say what locks at once, and what this computer does not tell."""
        names = {
            Occasion.SLEEP: self.tr("电脑要睡眠"),
            Occasion.LID: self.tr("合上盖子"),
            Occasion.SESSION: self.tr("系统锁屏"),
        }
        told = [name for occasion, name in names.items() if occasion in watched]
        untold = [name for occasion, name in names.items() if occasion not in watched]
        words = self.tr("遇到这些会马上锁定：{told}。").format(told="、".join(told)) if told else ""
        if untold:
            words += self.tr("这台电脑不会通知程序：{untold}；离开前请按 Ctrl+L。").format(untold="、".join(untold))
        if Occasion.SLEEP in untold:
            words += self.tr("睡眠醒来时仍会锁定。")
        self.watched.setText(words)

    def _on_minutes(self) -> None:
        minutes = self.minutes.value() if self.minutes is not None else None
        if minutes is not None:
            self.chosen.emit(minutes)
