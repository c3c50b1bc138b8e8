"""Stocks of blank forms for tests that need one quickly."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader, PdfWriter

from desktop.domain.blanks import OWN_FORM, blank_id, blank_number
from desktop.domain.consent import Ask, DataClass, Purpose
from desktop.domain.prints import PrintOutcome
from desktop.services import blank_stocks
from desktop.services.application import Application
from desktop.services.blank_stocks import NewStock, StockPaper
from tests.casework import CLASSES
from tests.county_issued import CHARITY

ASK = Ask(CHARITY, Purpose.DISABILITY, CLASSES, "wheelchair")
ALL = tuple(DataClass)


def made_stock(application: Application, count: int = 3, **changes: object) -> StockPaper:
    """A stock ready for the printer; nothing is noted yet."""
    values: dict[str, object] = {"form": OWN_FORM, "count": count, "asks": (ASK,), **changes}
    steps = blank_stocks.iter_stock_papers(application, NewStock(**values))  # type: ignore[arg-type]
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            made: StockPaper = ended.value
            return made


def printed_stock(application: Application, count: int = 3, **changes: object) -> StockPaper:
    """A stock that came out of the printer."""
    made = made_stock(application, count, **changes)
    blank_stocks.record_stock(application, made, PrintOutcome.PRINTED)
    return made


def form_of(made: StockPaper, number: int) -> bytes:
    """The form of one number, one copy, cut out of the stock's PDF."""
    reader, writer = PdfReader(BytesIO(made.pdf)), PdfWriter()
    wanted = blank_number(made.id, number)
    pages = [page for page in reader.pages if wanted in page.extract_text()]
    for page in pages[: len(pages) // 2]:
        writer.add_page(page)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def blanks_of(made: StockPaper) -> tuple[str, ...]:
    """The ids of its numbers, in order."""
    return tuple(blank_id(made.id, number) for number in range(1, made.stock.count + 1))
