"""The card of a household's page that shows what may have been recorded twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.typed import format_date
from desktop.services import joining
from desktop.services.application import Application, Done
from desktop.services.joining import Alike, AlikeHousehold, AlikeMembers
from desktop.services.permission import Capability, may
from desktop.ui.icons import Icon
from desktop.ui.role_words import offer
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, line
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import label

_REASONS: Final[Mapping[str, str]] = {
    "": "户号、户主相同",
    "different-births": "户号、户主相同，生日不同",
    "different-heads": "户号相同，户主换了",
    "namesakes": "同村，户主同名",
}


class AlikeCard(Card):
    """Households and members that may be one. ``said`` carries the work that a person asked for by saying that two are
    one; ``opened`` a household to look at."""

    opened = Signal(str)
    said = Signal(object)

    def __init__(self, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._application = application
        self.shown, self._shown_for = Alike(), ""
        self.rows: list[AlikeRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self.body.addLayout(self._column)
        self.set_title(self.tr("可能登记了两次"), self.tr("请核对；是同一个就合并，不是就不用管"))
        self.hide()

    def show_alike(self, household: str, found: Alike) -> None:
        """Show what may be one with this household, or within it; hidden where there is nothing."""
        self._shown_for = household
        if found == self.shown and self.rows:
            return  # whoever is about to say it is not interrupted
        self.shown, self.rows = found, []
        while self._column.count():
            self._column.takeAt(0).widget().deleteLater()
        for one in found.households:
            self._add(self._household(one))
        for members in found.members:
            self._add(self._members(members))
        self.setVisible(bool(self.rows))

    def _add(self, row: AlikeRow) -> None:
        if self.rows:
            self._column.addWidget(line())
        self.rows.append(row)
        self._column.addWidget(row)

    def _household(self, one: AlikeHousehold) -> AlikeRow:
        number = self.tr("户号 {number}").format(number=one.number) if one.number else self.tr("没有户号")
        count = self.tr("{count} 人").format(count=one.members)
        about = " · ".join(part for part in (self.tr("{name} 户").format(name=one.head_name), one.address) if part)
        row = AlikeRow(self, _REASONS[one.reason], f"{about} · {number} · {count}", is_said=one.is_said)
        look = button(self.tr("打开那一户"), lambda: self.opened.emit(one.household), parent=row)
        look.setAccessibleName(self.tr("打开另一户：{about}").format(about=about))
        row.add_button(look)
        same = self.tr("{names}各算一个人。").format(names="、".join(one.same)) if one.same else ""
        what = self.tr("两户合成一户，其他成员都留着；{same}走访、同意书、转介归到一起。合并后不能再分开。")
        words = what.format(same=same)
        work = partial(joining.join_households, self._application, self._shown_for, one.household)
        self._offer(row, self.tr("是同一户……"), words, work)
        return row

    def _members(self, one: AlikeMembers) -> AlikeRow:
        births = "、".join(self._birth(birth) for birth in one.births)
        about = self.tr("{name}（{births}）").format(name=one.name, births=births)
        row = AlikeRow(self, self.tr("同一户里同名"), about, is_said=one.is_said)
        words = self.tr("两个{name}算一个人，两边记的都留着，不一样的再请人选。合并后不能再分开。").format(
            name=one.name
        )
        work = partial(joining.join_residents, self._application, one.resident, one.other)
        self._offer(row, self.tr("是同一个人……"), words, work)
        return row

    def _birth(self, birth: str) -> str:
        if not birth:
            return self.tr("没有生日")
        return format_date(date.fromisoformat(birth)) if "-" in birth else self.tr("{year}年生").format(year=birth)

    def _offer(self, row: AlikeRow, ask: str, words: str, work: Callable[[], Done[Any]]) -> None:
        if row.is_said:
            return
        row.offer(ask, words, lambda: self.said.emit(work))
        if not may(self._application, Capability.DECIDE):
            offer(row.ask, self._application, Capability.DECIDE)


class AlikeRow(QWidget):
    """One pair: why it is shown, who it is, and in two steps the word that they are one, which cannot be taken back."""

    def __init__(self, parent: QWidget, reason: str, about: str, *, is_said: bool) -> None:
        super().__init__(parent)
        self.is_said = is_said
        self._about = about
        first = QWidget(self)
        self._first = QHBoxLayout(first)
        self._first.setContentsMargins(0, 0, 0, 0)
        self._first.setSpacing(10)
        said = Chip(self.tr("已记下，等县里合并"), Tone.INFO, Icon.PENDING)
        self._first.addWidget(StateChip(said if is_said else Chip(reason, Tone.WARN, Icon.WARNING)))
        self._first.addWidget(label(about, wrap=True), 1)
        self._second = QWidget(self)
        self._second.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(first)
        column.addWidget(self._second)

    def add_button(self, made: QWidget) -> None:
        """Beside who it is."""
        self._first.addWidget(made)

    def offer(self, ask: str, words: str, said: Callable[[], None]) -> None:
        """A button that asks once more, with what will be, before ``said`` is called."""
        self.ask = button(ask, self._ask_once_more, parent=self)
        self.ask.setAccessibleName(f"{ask.rstrip('…')}：{self._about}")
        self.add_button(self.ask)
        row = QHBoxLayout(self._second)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(label(words, wrap=True), 1)
        self.give_up = button(self.tr("先不合并"), self._give_up, parent=self._second)
        self.say = button(self.tr("合并"), said, Icon.CHECK, parent=self._second)
        for made in (self.give_up, self.say):
            made.setAccessibleName(f"{made.text()}：{self._about}")
        row.addWidget(self.give_up)
        row.addWidget(self.say)

    def _ask_once_more(self) -> None:
        self.ask.setEnabled(False)
        self._second.show()
        self.say.setFocus()

    def _give_up(self) -> None:
        self._second.hide()
        self.ask.setEnabled(True)
        self.ask.setFocus()
