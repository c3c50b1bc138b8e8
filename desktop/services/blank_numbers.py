"""What became of the numbers of pre-numbered blank forms (空白表编号): each accounted for, and the steps of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from desktop.domain.blanks import (
    BLANK,
    BlankState,
    Spoiled,
    Stock,
    blank_id,
    blank_number,
    blank_record,
    out_days,
    read_number,
    stock_and_number,
    stock_code,
)
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import from_stored
from desktop.domain.prints import PrintOutcome
from desktop.services import directory
from desktop.services.application import Application, Done, local_day
from desktop.services.permission import Capability, require
from desktop.storage import queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class Blank:
    """A number of a stock as it stands; ``state`` None and ``handed-on`` mean that it is out, with ``holder``."""

    id: str
    number: int
    text: str
    """As it stands on the paper."""
    stock_id: str
    stock: Stock
    state: BlankState | None
    holder: str
    holder_name: str
    since: date
    """The day of its last step; of one without any, the day of its printing."""
    fields: Mapping[str, Any]

    @property
    def is_out(self) -> bool:
        """Whether it is still with somebody, to be used or brought back."""
        return self.stock.outcome is PrintOutcome.PRINTED and self.state in (None, BlankState.HANDED_ON)


@dataclass(frozen=True, slots=True)
class StockAccount:
    """A stock with all its numbers."""

    id: str
    stock: Stock
    blanks: tuple[Blank, ...]

    @property
    def first(self) -> str:
        """The first number, as it stands on paper."""
        return blank_number(self.id, 1)

    @property
    def last(self) -> str:
        """The last number."""
        return blank_number(self.id, self.stock.count)

    @property
    def out(self) -> tuple[Blank, ...]:
        """The numbers that are still out."""
        return tuple(one for one in self.blanks if one.is_out)

    def count(self, state: BlankState) -> int:
        """How many numbers stand so."""
        return sum(one.state is state for one in self.blanks)


@dataclass(frozen=True, slots=True)
class LongOut:
    """Numbers of this worker's that have been out too long: how many, since when, and after how many days that is."""

    count: int
    since: date
    days: int


def stock_accounts(application: Application) -> tuple[StockAccount, ...]:
    """Every stock of the township, newest first; those of colleagues among them."""
    return application.read(read_accounts)


def read_accounts(connection: Connection) -> tuple[StockAccount, ...]:
    """As ``stock_accounts``, inside a transaction."""
    steps = {row.id: row for row in queries.of_kind(connection, "blank")}
    found = []
    for row in queries.of_kind(connection, "stock"):
        stock = from_stored(Stock, row.state["fact"])
        ids = (blank_id(row.id, number) for number in range(1, stock.count + 1))
        blanks = tuple(_blank(row.id, stock, one, steps.get(blank_record(one))) for one in ids)
        found.append(StockAccount(row.id, stock, blanks))
    return tuple(sorted(found, key=lambda one: one.stock.printed, reverse=True))


def read_blank(connection: Connection, blank: str) -> Blank | None:
    """A number by the id that its pages bear; None where no stock known here has it."""
    found = stock_and_number(blank)
    row = queries.one(connection, found[0]) if found is not None else None
    if found is None or row is None or row.kind != "stock":
        return None
    stock = from_stored(Stock, row.state["fact"])
    if not 1 <= found[1] <= stock.count:
        return None
    return _blank(row.id, stock, blank, queries.one(connection, blank_record(blank)))


def blank_typed(application: Application, typed: str) -> Blank:
    """The number that somebody typed from the paper.

    Raises:
        UserFacingError: ``blank.mistyped`` where it can be no number, ``blank.unknown`` where no stock here has it.
    """
    read = read_number(typed)
    if read is None:
        raise UserFacingError("blank.mistyped")
    code, number = read

    def find(connection: Connection) -> Blank | None:
        stocks = [row.id for row in queries.of_kind(connection, "stock") if stock_code(row.id) == code]
        return read_blank(connection, blank_id(stocks[0], number)) if len(stocks) == 1 else None

    found = application.read(find)
    if found is None:
        raise UserFacingError("blank.unknown")
    return found


def _blank(stock_id: str, stock: Stock, blank: str, row: queries.RecordRow | None) -> Blank:
    _, number = stock_and_number(blank) or ("", 0)
    fields = row.state["fields"] if row is not None else {}
    return Blank(
        id=blank,
        number=number,
        text=blank_number(stock_id, number),
        stock_id=stock_id,
        stock=stock,
        state=BlankState(row.status or "") if row is not None else None,
        holder=fields.get("holder", stock.worker),
        holder_name=fields.get("holder_name", stock.worker_name),
        since=local_day(row.state["history"][-1]["time"]) if row is not None else stock.printed,
        fields=fields,
    )


# --- steps ----------------------------------------------------------------------------------------


def spoil(application: Application, blanks: Collection[str], reason: Spoiled) -> Done[int]:
    """These are void (写坏作废); answers how many. Raises as ``_step``."""
    require(application, Capability.TAKE_CONSENT)
    return _all(application, blanks, BlankState.SPOILED, {"spoiled": reason.value})


def report_missing(application: Application, blanks: Collection[str], told: str, noticed: date) -> Done[int]:
    """These are lost (遗失): to whom that was said, and when it was noticed.

    Raises:
        UserFacingError: ``blank.told-missing`` where nobody was told, ``blank.noticed-later`` for a day to come;
            and as ``_step``.
    """
    require(application, Capability.TAKE_CONSENT)
    if not told.strip():
        raise UserFacingError("blank.told-missing")
    if noticed > application.today():
        raise UserFacingError("blank.noticed-later")
    fields = {"told": told.strip(), "noticed": noticed.isoformat()}
    return _all(application, blanks, BlankState.MISSING, fields)


def give_back(application: Application, blanks: Collection[str]) -> Done[int]:
    """These came back unused (交回未用). Raises as ``_step``."""
    require(application, Capability.TAKE_CONSENT)
    return _all(application, blanks, BlankState.RETURNED, {})


def hand_on(application: Application, blanks: Collection[str], to: str) -> Done[int]:
    """These are a colleague's from now on (转交); ``to`` is a worker's id or name, perhaps this one's own.

    Raises:
        UserFacingError: ``blank.colleague-unknown`` where no roster knows them; and as ``_step``.
    """
    require(application, Capability.TAKE_CONSENT)
    names = directory.worker_names(application)
    colleague = directory.worker_called(names, to.strip())
    if not colleague:
        raise UserFacingError("blank.colleague-unknown", name=to.strip())
    fields = {"holder": colleague, "holder_name": names[colleague]}
    return _all(application, blanks, BlankState.HANDED_ON, fields)


def _all(application: Application, blanks: Collection[str], target: BlankState, fields: Mapping[str, Any]) -> Done[int]:
    if not blanks:
        raise UserFacingError("blank.none-chosen")

    def write(action: Action) -> int:
        for blank in sorted(blanks):
            write_step(application, action, blank, target, fields)
        return len(blanks)

    return application.act(write)


def write_step(
    application: Application, action: Action, blank_id: str, target: BlankState, fields: Mapping[str, Any]
) -> Blank:
    """Record one step of one number, within an action; answers the number as it stood before.

    Raises:
        UserFacingError: ``blank.unknown``, ``blank.not-printed`` of a stock that never came out of the printer,
            ``blank.bound``, ``blank.spoiled``, ``blank.returned``, ``blank.missing`` where what became of it bars
            the step, ``blank.not-yours`` (``holder``) where it is a colleague's to take.
    """
    blank = read_blank(action.connection, blank_id)
    if blank is None:
        raise UserFacingError("blank.unknown")
    if blank.stock.outcome is not PrintOutcome.PRINTED:
        raise UserFacingError("blank.not-printed", number=blank.text)
    worker = application.worker
    if target not in BLANK.targets(blank.state, worker.role):
        raise UserFacingError(f"blank.{blank.state}", number=blank.text)
    holder = {"holder": blank.holder, "holder_name": blank.holder_name}
    if target is BlankState.BOUND and blank.holder != worker.id:
        raise UserFacingError("blank.not-yours", number=blank.text, holder=blank.holder_name)
    if target is BlankState.HANDED_ON and worker.id not in (blank.holder, fields.get("holder")):
        raise UserFacingError("blank.not-yours", number=blank.text, holder=blank.holder_name)
    first = {"stock": blank.stock_id, "number": blank.number, "issued_to": blank.stock.worker, **holder}
    body = {
        "from": blank.state.value if blank.state else None,
        "to": target.value,
        "fields": {**(first if blank.state is None else {}), **fields},
    }
    action.add("blank.moved", blank_record(blank.id), body)
    return blank


# --- what is out too long -------------------------------------------------------------------------


def long_out(connection: Connection, worker: str, today: date) -> LongOut | None:
    """This worker's numbers that have been out longer than the county allows; None where there are none."""
    days = _out_days(connection)
    old = [
        one
        for account in read_accounts(connection)
        for one in account.out
        if one.holder == worker and (today - one.stock.printed).days > days
    ]
    return LongOut(len(old), min(one.stock.printed for one in old), days) if old else None


def _out_days(connection: Connection) -> int:
    issued = [row.state["issued"] for row in queries.of_kind(connection, "standard")]
    newest: Mapping[str, Any] = max(issued, key=lambda one: str(one["from"]), default={})
    return out_days(newest.get("deadlines", {}))
