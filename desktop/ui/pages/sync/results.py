"""What came of syncing: this time's report and answers, and the last batches with the county's receipts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.sync import SyncReport
from desktop.services.sync_overview import News, PastBatch
from desktop.ui.icons import Icon
from desktop.ui.models.rows import ListRow
from desktop.ui.models.table import Column, TableRow
from desktop.ui.pages.page import Page
from desktop.ui.sync_words import batch_key, batch_row, news_row, news_target, report_facts, was_reached
from desktop.ui.widgets.cards import Card, EmptyState, Facts
from desktop.ui.widgets.list_pane import ListPane
from desktop.ui.widgets.table_pane import TablePane


class Results(QWidget):
    """Three cards, one under the other; the first two only after a sync."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._news: dict[str, News] = {}
        self._batches: dict[str, PastBatch] = {}
        self.facts = Facts()
        self._report_card = Card(self.tr("这次同步"))
        self._report_card.add(self.facts)
        self._report_card.hide()
        self.news = ListPane(self.tr("这次的答复"), page.fetch_with(self._news_rows), QWidget(self))
        self.news.opened.connect(self._open_news)
        self._news_card = Card(self.tr("这次的答复"))
        self._news_card.add(self.news, 1)
        self._news_card.hide()
        columns = [
            Column(self.tr("封好的时间"), 3),
            Column(self.tr("项数"), 1, is_figure=True),
            Column(self.tr("到哪一步"), 3),
        ]
        no_batches = EmptyState(Icon.SEND, self.tr("还没有上报过"), self.tr("每次上报封成一批，县里的回执记在这里。"))
        self.batches = TablePane(self.tr("最近的批次"), columns, page.fetch_with(self._batch_rows), no_batches)
        batches = Card(self.tr("最近的批次"), self.tr("县里签字的回执"))
        batches.add(self.batches, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(page.body.spacing())
        column.addWidget(self._report_card)
        column.addWidget(self._news_card, 1)
        column.addWidget(batches, 1)

    def show_report(self, report: SyncReport, news: Sequence[News]) -> None:
        """Show what the sync just ended brought."""
        self.facts.show_facts(report_facts(report))
        self._report_card.setVisible(was_reached(report))
        self._news = {one.record: one for one in news}
        self.news.show_entries(list(self._news))
        self._news_card.setVisible(bool(self._news))

    def show_batches(self, batches: Sequence[PastBatch]) -> None:
        """Show the last batches, the newest first."""
        self._batches = {batch_key(one): one for one in batches}
        self.batches.show_ids(list(self._batches))

    def _news_rows(self, records: tuple[str, ...]) -> Sequence[ListRow]:
        found = self._news
        return [news_row(found[record]) for record in records if record in found]

    def _batch_rows(self, keys: tuple[str, ...]) -> Sequence[TableRow]:
        batches = self._batches
        return [batch_row(batches[key]) for key in keys if key in batches]

    def _open_news(self, record: str) -> None:
        one = self._news.get(record)
        if one is not None:
            self._page.target_asked.emit(news_target(one))
