"""Printing a stock of pre-numbered blank consent forms (空白同意书) to take along to villages without a printer."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from desktop.documents.portable_pages import bundled
from desktop.domain.blanks import FORM_NAMES, MOST_IN_A_STOCK, Stock, stock_code
from desktop.domain.consent import Ask, may_disclose
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.prints import Came, PrintOutcome
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.paper import COPIES, blank_paper
from desktop.services.permission import Capability, require
from desktop.services.prints import note_print
from desktop.services.wordings import withdrawn_because
from desktop.storage import queries
from desktop.storage.journal import Action

MOST_RECIPIENTS = 3
"""Rows for recipients on a blank; those not used are struck by hand."""


@dataclass(frozen=True, slots=True)
class NewStock:
    """What is to be printed; ``form`` is one of ``blanks.FORM_NAMES``, the rest as in ``blanks.Stock``."""

    form: str
    count: int
    asks: tuple[Ask, ...] = ()
    by_hand: int = 0
    large_type: bool = False


@dataclass(frozen=True, slots=True)
class StockPaper:
    """A stock ready for the printer: one PDF with two copies of every number. Nothing is noted yet.

    A guardian's form has the children's rules (ET-01) with it, since nobody knows yet whose it will be.
    """

    id: str
    stock: Stock
    pdf: bytes


def iter_stock_papers(application: Application, new: NewStock) -> Generator[tuple[int, int], None, StockPaper]:
    """Make the forms, one number after another; yields how many of how many are made.

    Raises:
        UserFacingError: ``blank.count``, ``blank.recipients`` (none at all, or more rows than the form has),
            ``blank.form-unknown``, ``consent.nothing-asked``, ``consent.recipient`` with the reason why this body may
            receive nothing, ``directory.no-office``.
    """
    require(application, Capability.TAKE_CONSENT)
    _check(application, new)
    stock_id = application.read(_new_stock_id)
    stock = Stock(
        worker=application.worker.id,
        worker_name=application.worker.name,
        form=new.form,
        form_number="",
        version="",
        count=new.count,
        printed=application.today(),
        outcome=PrintOutcome.PRINTED,
        asks=new.asks,
        by_hand=new.by_hand,
        large_type=new.large_type,
    )
    papers = []
    for number in range(1, new.count + 1):
        papers.append(blank_paper(application, stock_id, stock, number))
        yield number, new.count
    first = papers[0]
    bound = replace(
        stock,
        form_number=first.form,
        version=first.version,
        hashes=tuple(one.digest for one in papers),
        wording=first.wording,
    )
    return StockPaper(stock_id, bound, bundled([one.to_print for one in papers], COPIES))


def record_stock(application: Application, made: StockPaper, outcome: PrintOutcome, *, times: int = 1) -> Done[str]:
    """Note what came of the printing, one action for the stock; answers its id.

    Only a stock that was printed has numbers that are out; of one that was not the numbers are never used again, and
    what paper came out of it is to be destroyed.
    """
    require(application, Capability.TAKE_CONSENT)
    require(application, Capability.PRINT)
    is_printed = outcome is PrintOutcome.PRINTED
    stock = replace(made.stock, outcome=outcome, copies=COPIES * times if is_printed else 0)

    def write(action: Action) -> str:
        action.add("stock.recorded", made.id, to_plain(stock))
        if is_printed:
            note_print(
                action,
                household="",
                of=made.id,
                print_id=made.id,
                form=stock.form_number,
                version=stock.version,
                digest=stock.hashes[0],
                wording=stock.wording,
                came=Came(copies=stock.copies * stock.count),
            )
        return made.id

    return application.act(write)


def withdrawn_texts(application: Application) -> dict[str, str]:
    """The stocks set in a wording that the county has taken back: id → the county's reason."""

    def read(connection: Connection) -> dict[str, str]:
        found = {}
        for row in queries.of_kind(connection, "stock"):
            stock = from_stored(Stock, row.state["fact"])
            reason = withdrawn_because(connection, stock.form, stock.wording)
            if reason is not None:
                found[row.id] = reason
        return found

    return application.read(read)


def _new_stock_id(connection: Connection) -> str:
    """One whose code on paper no stock known here has: a typed number has to name one stock."""
    taken = {stock_code(row.id) for row in queries.of_kind(connection, "stock")}
    while stock_code(made := new_id()) in taken:
        pass
    return made


def _check(application: Application, new: NewStock) -> None:
    if not 1 <= new.count <= MOST_IN_A_STOCK:
        raise UserFacingError("blank.count", most=MOST_IN_A_STOCK)
    if new.form not in FORM_NAMES:
        raise UserFacingError("blank.form-unknown")
    if new.by_hand < 0 or not 1 <= len(new.asks) + new.by_hand <= MOST_RECIPIENTS:
        raise UserFacingError("blank.recipients", most=MOST_RECIPIENTS)
    if any(not ask.classes for ask in new.asks):
        raise UserFacingError("consent.nothing-asked")
    if len({(ask.recipient, ask.purpose) for ask in new.asks}) < len(new.asks):
        raise UserFacingError("blank.recipient-twice")
    today = application.today()
    known = {one.id: one for one in directory.organisations(application)}
    for ask in new.asks:
        body = known.get(ask.recipient)
        if body is None:
            raise UserFacingError("consent.recipient", reason="unknown")
        # Of nobody yet: whether this body may receive anything at all.
        answer = may_disclose("", ask.classes[0], body.recipient, ask.purpose, (), today, is_child=False)
        if answer.reason != "not-asked":
            raise UserFacingError("consent.recipient", reason=answer.reason, name=body.name)
