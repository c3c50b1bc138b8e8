"""The rows of a ledger sheet: which are people, which are not, and where a household begins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.documents.ledger_cells import marked_as_head, read_document, text_of, written_of
from desktop.documents.ledger_contents import SkipReason
from desktop.documents.ledger_file import SheetRow
from desktop.documents.ledger_headings import LedgerField, is_heading_text
from desktop.documents.spreadsheet_xml import Value
from desktop.domain.relations import is_head, relation_code

_TOTAL = re.compile(r".{0,12}?(小计|合计|总计|共计|累计).{0,24}")
_SIGNATURE = re.compile(
    r"(制表|填表|填报|审核|复核|审批|经办|主管|分管|单位负责|负责人|单位领导|领导签|签字|签名|盖章|公章|日期)"
    r".{0,30}"
)
_NOTE = re.compile(r"(注|备注|说明|填表说明)[:：].*|(注|备注|说明)\d.*|填表说明.*", re.DOTALL)
_VILLAGE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{1,20}?(村委会|村民委员会|居委会|居民委员会|社区|村|居)")
_BLOCK_FIELDS = (
    LedgerField.HOUSEHOLD_NUMBER,
    LedgerField.SEQUENCE,
    LedgerField.HEAD_NAME,
    LedgerField.HEAD_DOCUMENT,
    LedgerField.AMOUNT,
)
_HOUSEHOLD_FIELDS = (
    LedgerField.HOUSEHOLD_NUMBER,
    LedgerField.SEQUENCE,
    LedgerField.DIVISION,
    LedgerField.ADDRESS,
    LedgerField.CATEGORY,
    LedgerField.AMOUNT,
)
_LEAST_SECTION_COLUMNS = 3
# A count of people may stand under the heading of the document numbers; a number has at least eight digits.
_LEAST_DOCUMENT_DIGITS = 8


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row seen through the headings of its sheet."""

    row: SheetRow
    columns: Mapping[LedgerField, int]

    @property
    def number(self) -> int:
        return self.row.number

    def has(self, field: LedgerField) -> bool:
        """Whether the ledger has a column for the field."""
        return field in self.columns

    def value(self, field: LedgerField) -> Value | None:
        """What stands in the field's column, merged blocks included."""
        column = self.columns.get(field)
        return None if column is None else self.row.value(column)

    def own(self, field: LedgerField) -> Value | None:
        """What stands there in this very row: nothing where a block from a row above shows through."""
        return None if self.in_block_from(field) is not None else self.value(field)

    def text(self, field: LedgerField) -> str:
        return text_of(self.value(field))

    def own_text(self, field: LedgerField) -> str:
        return text_of(self.own(field))

    def in_block_from(self, field: LedgerField) -> int | None:
        """The number of the earlier row where the merged block in the field's column begins, if any."""
        column = self.columns.get(field)
        block = self.row.merged.get(column) if column is not None else None
        return block.first_row if block is not None and block.first_row < self.row.number else None

    @property
    def person_field(self) -> LedgerField:
        """The column of the person this row is about: 姓名, or 户主姓名 in a ledger of heads."""
        return LedgerField.NAME if self.has(LedgerField.NAME) else LedgerField.HEAD_NAME

    @property
    def relation_code(self) -> str | None:
        """The relation's code; the mark (户主) after a name counts as the relation head."""
        written = relation_code(self.text(LedgerField.RELATION))
        return "02" if written is None and marked_as_head(self.value(self.person_field)) else written


def skip_reason(row: LedgerRow) -> SkipReason | None:
    """Why this row is no person, or None if it is one."""
    person = row.own(row.person_field)
    own_texts = [text_of(row.row.cells[column]) for column in sorted(row.row.cells)]
    own_texts = [text for text in own_texts if text]
    if not own_texts:
        return SkipReason.NO_CONTENT
    if is_heading_text(person):
        return SkipReason.HEADING
    if _has_document(row):
        return None
    for text in dict.fromkeys((_squeezed(own_texts[0]), _squeezed(text_of(person)))):
        if _TOTAL.fullmatch(text):
            return SkipReason.TOTAL
        if _SIGNATURE.fullmatch(text):
            return SkipReason.SIGNATURE
        if _NOTE.fullmatch(text):
            return SkipReason.NOTE
    if _is_section(row, len(own_texts)):
        return SkipReason.SECTION
    return None if text_of(person) or len(own_texts) > 1 else SkipReason.NO_CONTENT


def first_text(row: LedgerRow) -> str:
    """The first text of a row, to recognise it by."""
    return next((text for column in sorted(row.row.cells) if (text := written_of(row.row.cells[column]))), "")


def village_in(text: str) -> str:
    """The village a section or sheet title names, or nothing: 上㘵村 does, 2026年低保台账 does not."""
    bare = _squeezed(text_of(text))
    return bare if _VILLAGE.fullmatch(bare) else ""


def begins_household(row: LedgerRow, current: Sequence[LedgerRow]) -> bool:
    """Whether a new household begins with this row.

    In this order: a block merged over the current household's rows holds it together; the relation 本人 or
    户主 begins one; another household number or another head does; a member's relation continues; a row
    without any of the household's own cells continues.
    """
    if not current:
        return True
    first = current[0]
    if any((start := row.in_block_from(field)) is not None and start >= first.number for field in _BLOCK_FIELDS):
        return False
    if is_head(row.relation_code):
        return True
    if number := row.own_text(LedgerField.HOUSEHOLD_NUMBER):
        return number != first.text(LedgerField.HOUSEHOLD_NUMBER)
    if head := row.own_text(LedgerField.HEAD_NAME):
        same_head = head == first.text(LedgerField.HEAD_NAME) and row.own_text(LedgerField.HEAD_DOCUMENT) in (
            "",
            first.text(LedgerField.HEAD_DOCUMENT),
        )
        return not (row.has(LedgerField.NAME) and same_head)
    if row.text(LedgerField.RELATION):
        return False
    marked = [field for field in _HOUSEHOLD_FIELDS if first.own_text(field)]
    return not marked or any(row.own_text(field) for field in marked)


def _has_document(row: LedgerRow) -> bool:
    for field in (LedgerField.DOCUMENT, LedgerField.HEAD_DOCUMENT):
        text, problem = read_document(row.value(field))
        if problem or sum(character.isdigit() for character in text) >= _LEAST_DOCUMENT_DIGITS:
            return True
    return False


def _is_section(row: LedgerRow, own_count: int) -> bool:
    """A title over the following rows: one text merged across the table, or alone beside the names."""
    if own_count != 1:
        return False
    person_column = row.columns[row.person_field]
    block = row.row.merged.get(person_column)
    if block is not None and block.first_row == row.number and block.columns >= _LEAST_SECTION_COLUMNS:
        return True
    return bool(village_in(first_text(row))) and not row.own_text(row.person_field)


def _squeezed(text: str) -> str:
    return text.replace(" ", "")
