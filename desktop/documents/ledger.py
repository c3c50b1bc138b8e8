"""Reading the office's ledger of low-income households (低收入家庭台账) from a spreadsheet's bytes.

The file is only read, in memory. What is certain is taken, what is doubtful is kept apart as a problem of
its row, and nothing is completed by guessing; the import shows all of it before anything is written.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.documents.ledger_contents import (
    LEDGER_FIELD_NAMES,
    SKIP_REASON_NAMES,
    Ledger,
    LedgerHousehold,
    LedgerResident,
    RowPlace,
    RowProblem,
    SkippedRow,
    SkipReason,
)
from desktop.documents.ledger_file import Sheet, iter_sheets
from desktop.documents.ledger_headings import Headings, LedgerField, find_headings, headings_at
from desktop.documents.ledger_households import Assembly, assemble_household
from desktop.documents.ledger_rows import LedgerRow, begins_household, first_text, skip_reason, village_in
from desktop.documents.ledger_titles import category_of_sheet
from desktop.domain.aid import SHORT_CATEGORY_NAMES
from desktop.domain.errors import UserFacingError

__all__ = [
    "LEDGER_FIELD_NAMES",
    "SKIP_REASON_NAMES",
    "Ledger",
    "LedgerField",
    "LedgerHousehold",
    "LedgerProgress",
    "LedgerResident",
    "LedgerStep",
    "RowPlace",
    "RowProblem",
    "SkipReason",
    "SkippedRow",
    "iter_ledger",
    "read_ledger",
]

_ROWS_IN_A_SLICE = 50


class LedgerStep(StrEnum):
    """What is being done with the file."""

    OPENING = "opening"
    HOUSEHOLDS = "households"


@dataclass(frozen=True, slots=True)
class LedgerProgress:
    """How far the reading is: the step, and the share of it that is done (0 to 1)."""

    step: LedgerStep
    done: float


def read_ledger(data: bytes, *, today: date) -> Ledger:
    """Read a whole ledger at once; errors and result as of ``iter_ledger``."""
    steps = iter_ledger(data, today=today)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            ledger: Ledger = finished.value
            return ledger


def iter_ledger(data: bytes, *, today: date) -> Generator[LedgerProgress, None, Ledger]:
    """Read a ledger in slices of a few milliseconds: yields progress, returns the ledger.

    All sheets that have a heading are read, hidden ones too (problem ``sheet.hidden``). Raises the errors of
    ``ledger_file.iter_sheets`` and ``ledger.no-headings``, all as ``UserFacingError``. ``today`` is what
    births are checked against.
    """
    sheets = yield from _open(data)
    found = [(sheet, headings) for sheet in sheets if (headings := find_headings(sheet.rows)) is not None]
    if not found:
        raise UserFacingError("ledger.no-headings")
    assembly = Assembly(today)
    total = sum(len(sheet.rows) for sheet, _ in found)
    done = 0
    readers = []
    for sheet, headings in found:
        reader = _SheetReader(assembly, sheet, headings)
        readers.append(reader)
        for count in reader.read():
            yield LedgerProgress(LedgerStep.HOUSEHOLDS, (done + count) / total)
        done += len(sheet.rows)
    texts: dict[LedgerField, str] = {}
    for _, headings in found:
        texts = {**headings.texts, **texts}
    return Ledger(
        households=tuple(household for reader in readers for household in reader.households),
        problems=tuple(assembly.problems),
        skipped=tuple(row for reader in readers for row in reader.skipped),
        sheets=tuple(sheet.title for sheet, _ in found),
        headings=texts,
        ignored_headings=tuple(dict.fromkeys(text for _, headings in found for text in headings.ignored)),
    )


def _open(data: bytes) -> Generator[LedgerProgress, None, tuple[Sheet, ...]]:
    steps = iter_sheets(data)
    while True:
        try:
            done = next(steps)
        except StopIteration as finished:
            sheets: tuple[Sheet, ...] = finished.value
            return sheets
        yield LedgerProgress(LedgerStep.OPENING, done)


class _SheetReader:
    """Goes down one sheet, gathering the rows of each household."""

    def __init__(self, assembly: Assembly, sheet: Sheet, headings: Headings) -> None:
        self.households: list[LedgerHousehold] = []
        self.skipped: list[SkippedRow] = []
        self._assembly = assembly
        self._sheet = sheet
        self._headings = headings
        self._division = village_in(sheet.title)
        self._category = category_of_sheet(sheet, headings)
        self._current: list[LedgerRow] = []

    def read(self) -> Generator[int, None, None]:
        """Read the rows below the heading; yields the number of rows done."""
        rows = self._sheet.rows
        heading = RowPlace(self._sheet.title, rows[self._headings.last].number)
        if self._sheet.hidden:
            self._assembly.problem(heading, "sheet.hidden")
        if LedgerField.CATEGORY not in self._headings.columns:
            self._tell_category(heading)
        for index in range(self._headings.last + 1, len(rows)):
            if index % _ROWS_IN_A_SLICE == 0:
                yield index
            if index <= self._headings.last:
                continue
            row = LedgerRow(rows[index], self._headings.columns)
            reason = skip_reason(row)
            if reason is None:
                if begins_household(row, self._current):
                    self._finish_household()
                self._current.append(row)
            else:
                self._skip(row, reason, index)
        self._finish_household()

    def _tell_category(self, heading: RowPlace) -> None:
        # Without a category there is no aid to note the amount under, and nobody can be said to be gone.
        if self._category is None:
            self._assembly.problem(heading, "category.no-column", LedgerField.CATEGORY)
        else:
            name = SHORT_CATEGORY_NAMES[self._category]
            self._assembly.problem(heading, "category.of-title", LedgerField.CATEGORY, name=name)

    def _skip(self, row: LedgerRow, reason: SkipReason, index: int) -> None:
        text = first_text(row)
        self.skipped.append(SkippedRow(RowPlace(self._sheet.title, row.number), reason, text))
        if reason is not SkipReason.NO_CONTENT:
            self._finish_household()
        if reason is SkipReason.SECTION:
            self._division = village_in(text) or self._division
        elif reason is SkipReason.HEADING:
            # Repeated below, a heading may have its columns in another order; a part of one changes nothing.
            self._headings = headings_at(self._sheet.rows, index) or self._headings

    def _finish_household(self) -> None:
        if self._current:
            household = assemble_household(
                self._assembly, self._sheet.title, self._current, self._division, self._category
            )
            if household is not None:
                self.households.append(household)
            self._current = []
