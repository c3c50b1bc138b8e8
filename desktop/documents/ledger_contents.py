"""What an office ledger (台账) holds once it is read: plain values for the import to compare and confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.documents.ledger_headings import LedgerField
from desktop.domain.aid import Category
from desktop.domain.identity import DocumentType, Sex


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row as the worker finds it in the file: sheet title and row number."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class LedgerResident:
    """A person of the ledger.

    ``document_number`` is there only where the number can be right; ``document_written`` keeps what the cell
    says. ``document_type`` is None where the ledger says nothing. ``sex`` and ``birth`` come from the number
    where it has them, else from their columns. ``duplicate_of`` is the earlier row with the same document.
    """

    place: RowPlace
    name: str
    document_type: DocumentType | None = None
    document_number: str | None = None
    document_written: str = ""
    birth: date | None = None
    sex: Sex | None = None
    relation: str = ""
    relation_code: str | None = None
    phone: str | None = None
    disability: str = ""
    health: str = ""
    hidden: bool = False
    duplicate_of: RowPlace | None = None


@dataclass(frozen=True, slots=True)
class LedgerHousehold:
    """A household with its head and its other members, from the rows ``first_row`` to ``last_row``.

    ``division`` is the village as written, ``division_name`` the same without spaces and in half width; it
    comes from its column, else from the section title above, else from the sheet's title. Amounts are in fen
    a month. ``category`` is None where the ledger's words (``category_text``) name no category for certain;
    ``category_from`` is a first of the month where only a month is given.
    """

    sheet: str
    first_row: int
    last_row: int
    number: str
    head: LedgerResident
    members: tuple[LedgerResident, ...]
    township: str
    division: str
    division_name: str
    group: str
    address: str
    category_text: str
    category: Category | None
    category_from: date | None
    phone: str | None
    monthly_amount: int | None

    @property
    def residents(self) -> tuple[LedgerResident, ...]:
        """The head and the other members."""
        return (self.head, *self.members)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something about a row that a person should look at; ``values`` fill the sentence for ``code``."""

    place: RowPlace
    code: str
    field: LedgerField | None
    values: Mapping[str, object]


class SkipReason(StrEnum):
    """Why a row was not read as a person."""

    TOTAL = "total"
    SIGNATURE = "signature"
    NOTE = "note"
    HEADING = "heading"
    SECTION = "section"
    NO_CONTENT = "no-content"


SKIP_REASON_NAMES: Mapping[SkipReason, str] = {
    SkipReason.TOTAL: "合计行",
    SkipReason.SIGNATURE: "签字行",
    SkipReason.NOTE: "说明行",
    SkipReason.HEADING: "重复的表头",
    SkipReason.SECTION: "分段标题",
    SkipReason.NO_CONTENT: "没有人员的行",
}


LEDGER_FIELD_NAMES: Mapping[LedgerField, str] = {
    LedgerField.HOUSEHOLD_NUMBER: "户号",
    LedgerField.HEAD_NAME: "户主姓名",
    LedgerField.HEAD_DOCUMENT: "户主证件号",
    LedgerField.NAME: "姓名",
    LedgerField.DOCUMENT_TYPE: "证件类型",
    LedgerField.DOCUMENT: "证件号",
    LedgerField.SEX: "性别",
    LedgerField.BIRTH: "出生日期",
    LedgerField.RELATION: "关系",
    LedgerField.PHONE: "电话",
    LedgerField.DIVISION: "村（居）",
    LedgerField.ADDRESS: "住址",
    LedgerField.CATEGORY: "类别",
    LedgerField.CATEGORY_FROM: "起始时间",
    LedgerField.AMOUNT: "月金额",
    LedgerField.DISABILITY: "残疾",
}
"""What a column is called where something about it has to be looked at."""


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row left out, with the reason and its first text."""

    place: RowPlace
    reason: SkipReason
    text: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole ledger file.

    ``sheets`` are the titles of the sheets that were read, ``headings`` what each field's column is called in
    the file, ``ignored_headings`` the columns that are not taken in.
    """

    households: tuple[LedgerHousehold, ...]
    problems: tuple[RowProblem, ...]
    skipped: tuple[SkippedRow, ...]
    sheets: tuple[str, ...]
    headings: Mapping[LedgerField, str]
    ignored_headings: tuple[str, ...]
