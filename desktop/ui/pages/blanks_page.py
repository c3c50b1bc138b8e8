"""空白表: blank consent forms for villages without a printer, from the printer to the last number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services import blank_numbers, blank_stocks, directory
from desktop.services.application import Application
from desktop.services.blank_numbers import StockAccount
from desktop.services.directory import Organisation
from desktop.ui.pages.blanks.account_card import AccountCard
from desktop.ui.pages.blanks.bind_card import BindCard
from desktop.ui.pages.blanks.stock_card import StockCard
from desktop.ui.pages.page import Changes, Page
from desktop.ui.printing import PrintPdf
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.flow import Columns

_SHOWN = frozenset({"stock", "blank", "sheet", "organisation", "roster", "wording"})


@dataclass(frozen=True, slots=True)
class _Opening:
    accounts: tuple[StockAccount, ...]
    bodies: dict[str, Organisation]
    colleagues: dict[str, str]
    withdrawn: dict[str, str]
    """Of stocks in a wording that the county took back: the reason, by the stock's id."""


class BlanksPage(Page):
    """``record`` is the id of a blank that a picture shows: it is to be bound. None: all stocks."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        super().__init__(tasks)
        self._application, self._print = application, print_pdf
        self._wanted = ""
        self.set_title(self.tr("空白表"), self.tr("没有打印机的村，带去手填的同意书"))
        self.set_help(
            self.tr(
                "去没有打印机的村，先在办公室打一叠空白同意书带去。每份有自己的编号，两张：本人留一张，签好的带回一张。\n\n"
                "带回来的先收影像：二维码认得出编号，在待认盘里按“绑定这张空白表”。没有照片的，照着纸输编号。"
                "绑定以后，和别的同意书一样：记签字、收影像、第二人核对。一个编号只能绑定一次。\n\n"
                "写坏的、丢了的、没用完的、转给同事的，在右边一个编号一个编号记清楚；县里看得到还有多少在外面。"
            )
        )

    def build(self) -> Iterator[None]:
        left, right = QWidget(self.ground), QWidget(self.ground)
        self.body.addWidget(Columns([left, right], [1, 1], enough=820, parent=self.ground), 1)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        other = QVBoxLayout(right)
        other.setContentsMargins(0, 0, 0, 0)
        yield
        self.bind = BindCard(self, self._application, left)
        self.bind.bound.connect(lambda sheet: self.go("consent", f"sheet:{sheet}"))
        column.addWidget(self.bind)
        yield from self.bind.build()
        self.stock = StockCard(self, self._application, self._print, left)
        column.addWidget(self.stock)
        column.addStretch(1)
        yield from self.stock.build()
        self.account = AccountCard(self, self._application, right)
        other.addWidget(self.account)
        other.addStretch(1)
        yield from self.account.build()
        self._read()

    def show_record(self, record: str) -> None:
        self._wanted = record
        self._read()

    def show_start(self) -> None:
        self._read()

    def refresh(self, changes: Changes) -> None:
        if not changes or changes & _SHOWN:
            self._read()

    def focus_first(self) -> None:
        self.bind.focus_first()

    def _read(self) -> None:
        application = self._application

        def load() -> _Opening:
            names = directory.worker_names(application)
            bodies = {one.id: one for one in directory.organisations(application)}
            accounts = blank_numbers.stock_accounts(application)
            return _Opening(accounts, bodies, names, blank_stocks.withdrawn_texts(application))

        self.run(load, self._show)

    def _show(self, opening: _Opening) -> None:
        own = self._application.worker.id
        others = {worker: name for worker, name in opening.colleagues.items() if worker != own}
        self.bind.show_directory(opening.bodies, others, opening.withdrawn)
        self.stock.show_directory(opening.bodies)
        self.account.show_accounts(opening.accounts, opening.colleagues, opening.withdrawn)
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self.bind.open_blank(wanted)
