"""要您看一下: what the county did not take, holds, or has otherwise than this laptop; and how it was dealt with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.services.sync_attention import Attention, Sort
from desktop.services.sync_overview import AttentionLine, DealtLine
from desktop.ui.icons import Icon
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.page import Page
from desktop.ui.sync_words import (
    attention_key,
    attention_row,
    attention_target,
    dealt_key,
    dealt_row,
    half_notice,
    journal_notice,
)
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, EmptyState
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.wording_words import unfit_notice


def _is_settled_here(one: Attention) -> bool:
    """Whether a sentence here settles it; two values of one group are chosen between on the household's page, about a
    former store in the settings, and about a wording or the journal the county has to do something."""
    return one.sort not in (Sort.CONFLICT, Sort.UNFIT, Sort.FORMER, Sort.JOURNAL)


class AttentionCard(Card):
    """The list, and the line in which a person says how the chosen one was dealt with."""

    settled = Signal(object, str)
    """An ``Attention``, and how it was dealt with."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.tr("要您看一下"))
        self._page = page
        self._attention: dict[str, AttentionLine] = {}
        self._dealt: dict[str, DealtLine] = {}
        nothing = EmptyState(Icon.DONE, self.tr("没有要您处理的"), self.tr("县里没有退回的，也没有两边记得不一样的。"))
        self.pane = ListPane(self.tr("要您看一下"), page.fetch_with(self._rows), nothing)
        self.pane.opened.connect(self._open)
        self.pane.chosen.connect(lambda _: self._on_chosen())
        self.how = TextField()
        self.how.setPlaceholderText(self.tr("怎么处理的，写一句，例如“已重新登记”"))
        self.how.setAccessibleName(self.tr("怎么处理的"))
        self.how.textChanged.connect(lambda _: self._on_chosen())
        self.seen = button(self.tr("处理好了(&S)"), self._settle, Icon.CHECK, parent=self)
        self.seen.setToolTip(self.tr("日志里记下谁、什么时候、怎么处理的；两边都改了的，按现在的状态算"))
        self._dealing = QWidget(self)
        row = QHBoxLayout(self._dealing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.how, 1)
        row.addWidget(self.seen)
        self.add(self.pane, 1)
        self.add(self._dealing)

    def show_lines(self, attention: Sequence[AttentionLine], dealt: Sequence[DealtLine]) -> None:
        """Show what needs a person, and under it what was dealt with."""
        self._attention = {attention_key(line): line for line in attention}
        self._dealt = {dealt_key(line): line for line in dealt}
        self.pane.show_entries([*self._attention, *self._dealt])
        count = len(self._attention)
        self.set_title(self.tr("要您看一下 {count} 项").format(count=count) if count else self.tr("要您看一下"))
        self._dealing.setVisible(bool(count))
        self._on_chosen()

    def _rows(self, keys: tuple[str, ...]) -> Sequence[ListRow]:
        lines, dealt = self._attention, self._dealt
        return [
            attention_row(lines[key]) if key in lines else dealt_row(dealt[key])
            for key in keys
            if key in lines or key in dealt
        ]

    def _open(self, key: str) -> None:
        line = self._attention.get(key) or self._dealt.get(key)
        if isinstance(line, AttentionLine) and line.attention.half is not None:
            self._page.tell(half_notice(line, line.attention.half))
            return
        target = attention_target(line) if line is not None else None
        if target is not None:
            self._page.target_asked.emit(target)
        elif isinstance(line, AttentionLine) and line.attention.unfit is not None:
            self._page.tell(unfit_notice(line.attention.unfit))
        elif isinstance(line, AttentionLine) and line.attention.journal is not None:
            self._page.tell(journal_notice(line.attention.journal))
        elif line is not None:
            row = attention_row(line) if isinstance(line, AttentionLine) else dealt_row(line)
            self._page.tell(Notice(row.subject, Tone.INFO, self.tr("这一项没有单独的页面可看。")))

    def _chosen(self) -> Attention | None:
        """The chosen one, if a sentence settles it."""
        line = self._attention.get(self.pane.current())
        return line.attention if line is not None and _is_settled_here(line.attention) else None

    def _on_chosen(self) -> None:
        can_settle = self._chosen() is not None
        self.how.setEnabled(can_settle)
        self.seen.setEnabled(can_settle and bool(self.how.text().strip()))

    def _settle(self) -> None:
        one = self._chosen()
        if one is not None:
            self.settled.emit(one, self.how.text())
