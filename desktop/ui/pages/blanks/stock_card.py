"""打印一叠: a stock of blank forms, put together and printed in one go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.blanks import FORM_NAMES, MOST_IN_A_STOCK, OWN_FORM
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import PrintOutcome
from desktop.services import blank_stocks
from desktop.services.application import Application, Done
from desktop.services.blank_stocks import MOST_RECIPIENTS, NewStock, StockPaper
from desktop.services.directory import Organisation
from desktop.services.permission import Capability
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.blanks.ask_rows import AskRow
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane, LongTask, as_progress, counted
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel

_COUNTS: Final = (5, 10, 20, 30, 40, MOST_IN_A_STOCK)


class StockCard(Card):
    """What came of the printing is noted whatever it was: only of what was printed any number is out."""

    def __init__(
        self, page: Page, application: Application, print_pdf: PrintPdf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("在办公室打印一叠"))
        self._page, self._application, self._print = page, application, print_pdf
        self._making: LongTask | None = None
        self._bodies: dict[str, Organisation] = {}
        self.rows: list[AskRow] = []

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        self._fields = Form(1, self)
        self.add(self._fields)
        self.form_kind: ChoiceField[str] = ChoiceField(list(FORM_NAMES.items()), few=4)
        self.form_kind.set_value(OWN_FORM)
        self._fields.add(self.tr("哪一版"), self.form_kind)
        yield
        counts = [(one, self.tr("{count} 份").format(count=one)) for one in _COUNTS]
        self.count: ChoiceField[int] = ChoiceField(counts, few=6)
        self.count.set_value(10)
        self._fields.add(self.tr("打多少份（每份两张：本人一张，带回一张）"), self.count)
        yield
        self.large = ChoiceField([(False, self.tr("普通字")), (True, self.tr("大字（老人看得清）"))])
        self.large.set_value(False)
        self._fields.add(self.tr("字的大小"), self.large)
        told = self.tr("印在纸上的接收方：给谁、给什么，一家一家写明。选了就印，最多三家。")
        self.add(label(told, "", wrap=True, parent=self))
        self._rows = QVBoxLayout()
        self.body.addLayout(self._rows)
        yield
        lines = [(one, self.tr("{rows} 行").format(rows=one) if one else self.tr("不留")) for one in range(4)]
        self.by_hand: ChoiceField[int] = ChoiceField(lines)
        self.by_hand.set_value(0)
        more = Form(1, self)
        self.add(more)
        more.add(
            self.tr("另外留几行手写的接收方"),
            self.by_hand,
            note=self.tr("手写的，名称、联系方式、用途都要当面写全，没有征求的信息项划去。"),
        )
        yield
        self.press = button(self.tr("打印这一叠"), self._make, Icon.PRINT, parent=self)
        self.body.addWidget(self.press, 0, Qt.AlignmentFlag.AlignLeft)
        self.progress = ProgressPanel(self._stop)
        self.add(self.progress)
        self._show_state()
        yield

    def show_directory(self, bodies: dict[str, Organisation]) -> None:
        """Offer the directory; what is being put together stays."""
        if bodies == self._bodies:
            return
        self._bodies = bodies
        for row in self.rows:
            row.deleteLater()
        self.rows = []
        self._add_row()

    def _add_row(self) -> None:
        number = len(self.rows) + 1
        row = AskRow(self.tr("第 {number} 家").format(number=number), self._bodies, self._application.today())
        row.changed.connect(self._on_row)
        self.rows.append(row)
        self._rows.addWidget(row)

    def _on_row(self) -> None:
        """The next row is offered when this one is filled in."""
        if len(self.rows) < MOST_RECIPIENTS and all(row.value() is not None for row in self.rows):
            self._add_row()

    def _show_state(self) -> None:
        is_busy = self._making is not None
        self.press.setEnabled(not is_busy)
        if not is_busy:
            offer(self.press, self._application, Capability.TAKE_CONSENT)

    # --- making and printing

    def _make(self) -> None:
        asks = tuple(ask for row in self.rows if (ask := row.value()) is not None)
        new = NewStock(
            self.form_kind.value() or OWN_FORM,
            self.count.value() or 0,
            asks,
            self.by_hand.value() or 0,
            bool(self.large.value()),
        )
        self.progress.begin(self.tr("正在排 {count} 份空白表").format(count=new.count))
        self._making = self._page.tasks.run_slices(
            self,
            lambda: as_progress(blank_stocks.iter_stock_papers(self._application, new), counted),
            self._print_them,
            lambda error: self._end(notice_of(word(error))),
            progress=self.progress.show_progress,
            cancelled=lambda: self._end(Notice(self.tr("停下了：没有打印，编号也没有用掉。"), Tone.WARN)),
            lane=Lane.READ,
        )
        self._show_state()

    def _stop(self) -> None:
        if self._making is not None:
            self._making.cancel()

    def _print_them(self, made: StockPaper) -> None:
        self.progress.hide()
        title = self.tr("空白同意书 {count} 份").format(count=made.stock.count)
        printing = self._print(self, made.pdf, title)
        outcome = printing.came.outcome

        def noted(done: Done[str]) -> None:
            self._page.changed.emit(done.changed)
            self._end(self._came_of(made) if outcome is PrintOutcome.PRINTED else self._nothing(outcome))

        failed = not_printed_notice(printing)
        record = blank_stocks.record_stock
        self._page.run(
            lambda: record(self._application, made, outcome, times=max(printing.copies, 1)),
            noted,
            lambda error: self._not_noted(error, failed),
            lane=Lane.WRITE,
        )

    def _not_noted(self, error: UserFacingError, failed: Notice | None) -> None:
        why = word(error).what
        words = self.tr("这一叠没有记下来，打出来的请销毁，不能带去用。")
        self._end(failed or Notice(words, Tone.BAD, why, stays=True))

    def _came_of(self, made: StockPaper) -> Notice:
        words = self.tr("{count} 份空白表已送打印机，编号都记在您名下。").format(count=made.stock.count)
        return Notice(words, Tone.GOOD, self.tr("下次同步后县里也看得到。没用完的，回来在右边记“交回未用”。"))

    def _nothing(self, outcome: PrintOutcome) -> Notice:
        if outcome is PrintOutcome.CANCELLED:
            return Notice(self.tr("取消了，没有打印；也这样记下了。"), Tone.WARN)
        return Notice(
            self.tr("这一叠没有打印成，也这样记下了，编号不再用。"),
            Tone.BAD,
            self.tr("已经打出来的几张请销毁，看看打印机再打一叠。"),
            stays=True,
        )

    def _end(self, notice: Notice) -> None:
        self._making = None
        self.progress.hide()
        self._show_state()
        self._page.tell(notice)
