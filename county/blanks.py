"""Pre-numbered blank forms at the county (空白表): each number becomes one sheet, and what is still out is listed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import case, func, select

from county import tables
from county.clock import today
from county.opening import County
from county.records import BROKEN, WorkingSet
from desktop.domain.blanks import BlankState, Stock, blank_id, blank_number, blank_record
from desktop.domain.plain import Misfit, decode
from desktop.domain.prints import PrintOutcome
from desktop.domain.records import Change

UNKNOWN: Final = "blank-unknown"
TAKEN: Final = "blank-taken"
BOUND: Final = "blank-bound"
OTHER_PERSON: Final = "other-person"
_STOCK_IN_ID: Final = (len("blank-") + 1, 32)
"""Where a blank's record names its stock, from 1: first character and length."""


def blank_problem(working: WorkingSet, changes: Sequence[Change]) -> str:
    """Why an action may not do this with blank forms, as a reason code, or "".

    Two laptops may have bound one number to two people while neither had heard of the other: the first that came
    counts, and nothing that the second wrote on its paper does.
    """
    for change in changes:
        if change.body is None:
            continue
        try:
            problem = _PROBLEMS.get(change.kind, _no_problem)(working, change, change.body)
        except BROKEN:
            continue  # not as declared: the fold says where
        if problem:
            return problem
    return ""


def _no_problem(_working: WorkingSet, _change: Change, _body: Mapping[str, Any]) -> str:
    return ""


def _step_problem(working: WorkingSet, change: Change, body: Mapping[str, Any]) -> str:
    """A number's first step is of a stock that was printed, and says rightly whose that is.

    A step from where the number is no more is refused, unless it comes to the same: nobody could decide between two.
    Only a binding is no question where the number is missed meanwhile: the paper is there.
    """
    working.load_ids([change.record])
    known = working.record(change.record)
    current = known.state["state"] if known is not None and known.kind == "blank" and known.state else None
    if (current, body["to"]) == (BlankState.MISSING, BlankState.BOUND):
        return ""
    if current != body["from"]:
        return "" if body["to"] == current != BlankState.HANDED_ON else TAKEN
    if current is not None:
        return ""
    fields = body["fields"]
    stock = _stock(working, str(fields["stock"]))
    if stock is None or stock.outcome is not PrintOutcome.PRINTED or not 1 <= fields["number"] <= stock.count:
        return UNKNOWN
    is_its_own = change.record == blank_record(blank_id(fields["stock"], fields["number"]))
    return "" if is_its_own and fields["issued_to"] == stock.worker else UNKNOWN


def _sheet_problem(working: WorkingSet, change: Change, body: Mapping[str, Any]) -> str:
    """A blank is a sheet already: it is nobody else's."""
    if body["from"] is not None or not body["fields"].get("blank"):
        return ""
    known = _fields(working, change.record)
    return BOUND if known and not _is_one_person(working, known, body["fields"]) else ""


def _grant_problem(working: WorkingSet, _change: Change, body: Mapping[str, Any]) -> str:
    """What is agreed or refused on a sheet is said by the person whose sheet it is."""
    if body["from"] is not None:
        return ""
    sheet = _fields(working, str(body["fields"]["sheet"]))
    is_another = bool(sheet.get("blank")) and not _is_one_person(working, sheet, body["fields"])
    return OTHER_PERSON if is_another else ""


def _is_one_person(working: WorkingSet, *said: Mapping[str, Any]) -> bool:
    """Whether these fields name one resident; a laptop may not have heard yet that two ids are one person."""
    ids = [str(fields["resident"]) for fields in said]
    working.load_ids(ids)
    return len({working.canonical(one) for one in ids}) == 1


_PROBLEMS: Final = {
    "blank.moved": _step_problem,
    "sheet.moved": _sheet_problem,
    "grant.moved": _grant_problem,
}


def _stock(working: WorkingSet, stock_id: str) -> Stock | None:
    working.load_ids([stock_id])
    record = working.record(stock_id)
    if record is None or record.kind != "stock" or record.state is None:
        return None
    return decode(Stock, record.state["fact"])


def _fields(working: WorkingSet, sheet: str) -> Mapping[str, Any]:
    working.load_ids([sheet])
    record = working.record(sheet)
    return record.state["fields"] if record is not None and record.kind == "sheet" and record.state else {}


# --- what is out ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StockFigures:
    """A stock in figures; ``out`` are the numbers of which nothing else is known, ``days`` since they were printed."""

    stock: str
    township: str
    worker: str
    worker_name: str
    form: str
    version: str
    first: str
    last: str
    printed: date
    outcome: str
    count: int
    bound: int
    spoiled: int
    missing: int
    returned: int
    out: int
    days: int


def stock_figures(county: County, *, longer_than: int = 0) -> list[StockFigures]:
    """Every stock's figures by SQL, the oldest first; with ``longer_than`` those with numbers out for more days."""
    record = tables.record
    stock_of = func.substr(record.c.id, *_STOCK_IN_ID)

    def counted(state: BlankState) -> Any:
        return func.sum(case((record.c.status == state.value, 1), else_=0))

    ended = (BlankState.BOUND, BlankState.SPOILED, BlankState.MISSING, BlankState.RETURNED)
    counts = (
        select(stock_of.label("stock"), *(counted(one).label(one.value) for one in ended))
        .where(record.c.county == county.code, record.c.kind == "blank", record.c.canonical == record.c.id)
        .group_by(stock_of)
    )
    stocks = select(record.c.id, record.c.township, record.c.state).where(
        record.c.county == county.code, record.c.kind == "stock", record.c.state.is_not(None)
    )
    with county.store.read() as connection:
        known: dict[str, Mapping[Any, Any]] = {row.stock: dict(row._mapping) for row in connection.execute(counts)}
        rows = connection.execute(stocks).all()
    found = []
    for row in rows:
        try:
            stock = decode(Stock, json.loads(row.state)["fact"])
        except Misfit:
            continue
        found.append(_figures(row.id, row.township, stock, known.get(row.id, {})))
    found.sort(key=lambda one: (one.printed, one.stock))
    return [one for one in found if not longer_than or (one.out and one.days > longer_than)]


def _figures(stock_id: str, township: str, stock: Stock, counts: Mapping[str, Any]) -> StockFigures:
    bound, spoiled, missing, returned = (
        int(counts.get(one.value, 0))
        for one in (BlankState.BOUND, BlankState.SPOILED, BlankState.MISSING, BlankState.RETURNED)
    )
    is_printed = stock.outcome is PrintOutcome.PRINTED
    return StockFigures(
        stock=stock_id,
        township=township,
        worker=stock.worker,
        worker_name=stock.worker_name,
        form=stock.form_number,
        version=stock.version,
        first=blank_number(stock_id, 1),
        last=blank_number(stock_id, stock.count),
        printed=stock.printed,
        outcome=stock.outcome.value,
        count=stock.count,
        bound=bound,
        spoiled=spoiled,
        missing=missing,
        returned=returned,
        out=stock.count - bound - spoiled - missing - returned if is_printed else 0,
        days=(today() - stock.printed).days,
    )
