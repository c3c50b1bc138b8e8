"""Small made-up ledgers, and what reading them says, for the tests of ledgers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from desktop.documents.ledger import Ledger, read_ledger
from tests.ledgers import FAMILIES, TODAY, Family, Person, ledger_bytes, person, saved

HEAD = person("陈水", date(1951, 3, 2), 211)


def family(*people: Person, **more: object) -> Family:
    made = Family("DB1", "上㘵村", "上㘵村1号", "农村低保", date(2021, 7, 1), 500, people)
    return replace(made, **more)  # type: ignore[arg-type]


def read(*families: Family, **more: object) -> Ledger:
    return read_ledger(ledger_bytes(families, **more), today=TODAY)  # type: ignore[arg-type]


def read_rows(*rows: list[object], change: Callable[[Worksheet], None] | None = None) -> Ledger:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "台账"
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    return read_ledger(saved(book), today=TODAY)


def codes(ledger: Ledger) -> list[str]:
    return [problem.code for problem in ledger.problems]


def names(ledger: Ledger) -> list[list[str]]:
    return [[resident.name for resident in household.residents] for household in ledger.households]


FAMILY_NAMES = [[someone.name for someone in each.people] for each in FAMILIES]


# --- shape --------------------------------------------------------------------------------------


FAMILY_NAMES = [[someone.name for someone in each.people] for each in FAMILIES]
