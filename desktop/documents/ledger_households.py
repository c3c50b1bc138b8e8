"""Making residents and households of a ledger's rows, with a problem for everything that needs a look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from desktop.documents.ledger_cells import (
    is_grade,
    read_category,
    read_date,
    read_document,
    read_document_type,
    read_money,
    read_month,
    read_name,
    read_phone,
    read_sex,
    text_of,
    written_of,
)
from desktop.documents.ledger_contents import LedgerHousehold, LedgerResident, RowPlace, RowProblem
from desktop.documents.ledger_headings import LedgerField
from desktop.documents.ledger_rows import LedgerRow
from desktop.documents.spreadsheet_xml import CellError, Value
from desktop.domain.aid import Category
from desktop.domain.identity import DocumentCheck, DocumentType, check_document, match_key
from desktop.domain.relations import is_head
from desktop.domain.typed import normalise_digits


@dataclass(slots=True)
class Assembly:
    """What is gathered while a file is read: the problems, and the documents seen so far."""

    today: date
    problems: list[RowProblem] = field(default_factory=list)
    seen: dict[str, RowPlace] = field(default_factory=dict)

    def problem(self, place: RowPlace, code: str, field: LedgerField | None = None, **values: object) -> None:
        """Note a problem; an empty code is none."""
        if code:
            self.problems.append(RowProblem(place, code, field, values))


def assemble_household(
    assembly: Assembly,
    sheet: str,
    rows: Sequence[LedgerRow],
    fallback_division: str,
    title_category: Category | None,
) -> LedgerHousehold | None:
    """One household of the rows that belong to it; None where no row names anybody.

    Village and category come from the titles above where the rows do not say them.
    """
    residents = [resident for row in rows if (resident := _resident(assembly, sheet, row)) is not None]
    head, members = _head_and_members(assembly, sheet, rows, residents)
    if head is None:
        return None
    place = RowPlace(sheet, rows[0].number)
    division = _first_text(rows, LedgerField.DIVISION) or fallback_division
    category_text = _first_text(rows, LedgerField.CATEGORY)
    if len({text for row in rows if (text := row.text(LedgerField.CATEGORY))}) > 1:
        assembly.problem(place, "category.differs", LedgerField.CATEGORY)
    category = read_category(category_text)
    if category is None and (not category_text or is_grade(category_text)):
        category = title_category
    if category is None and rows[0].has(LedgerField.CATEGORY):
        code = "category.unknown" if category_text else "category.missing"
        assembly.problem(place, code, LedgerField.CATEGORY, text=category_text)
    since_row, since = _first_value(rows, LedgerField.CATEGORY_FROM)
    category_from, since_problem = read_month(since, today=assembly.today)
    assembly.problem(RowPlace(sheet, since_row), since_problem, LedgerField.CATEGORY_FROM)
    if not division:
        assembly.problem(place, "division.missing", LedgerField.DIVISION)
    return LedgerHousehold(
        sheet=sheet,
        first_row=rows[0].number,
        last_row=rows[-1].number,
        number=_first_text(rows, LedgerField.HOUSEHOLD_NUMBER),
        head=head,
        members=tuple(members),
        township=_first_text(rows, LedgerField.TOWNSHIP),
        division=division,
        division_name=normalise_digits(division).replace(" ", ""),
        group=_first_text(rows, LedgerField.GROUP),
        address=_first_text(rows, LedgerField.ADDRESS),
        category_text=category_text,
        category=category,
        category_from=category_from,
        phone=next((resident.phone for resident in (head, *members) if resident.phone), None),
        monthly_amount=_monthly_amount(assembly, sheet, rows),
    )


def _resident(assembly: Assembly, sheet: str, row: LedgerRow) -> LedgerResident | None:
    """The person of a row, or None where it names nobody (with a problem, unless it names a head only)."""
    place = RowPlace(sheet, row.number)
    person = row.person_field
    name_value = row.own(person)
    name, problem = read_name(name_value)
    if not name:
        if row.in_block_from(person) is None and not row.own_text(LedgerField.HEAD_NAME):
            assembly.problem(place, "name.missing", person)
        return None
    assembly.problem(place, problem, person)
    heads_only = person is LedgerField.HEAD_NAME
    document_field = (
        LedgerField.HEAD_DOCUMENT if heads_only and not row.has(LedgerField.DOCUMENT) else LedgerField.DOCUMENT
    )
    resident = _with_document(assembly, LedgerResident(place, name), row, document_field)
    relation = written_of(row.value(LedgerField.RELATION))
    code = row.relation_code
    if code is None and row.has(LedgerField.RELATION):
        assembly.problem(
            place, "relation.unknown" if relation else "relation.missing", LedgerField.RELATION, text=relation
        )
    phone, phone_problem = read_phone(row.own(LedgerField.PHONE))
    assembly.problem(place, phone_problem, LedgerField.PHONE)
    if row.row.hidden:
        assembly.problem(place, "row.hidden")
    return replace(
        resident,
        relation=relation,
        relation_code=code,
        phone=phone,
        disability=_disability(row),
        health=written_of(row.own(LedgerField.HEALTH)),
        hidden=row.row.hidden,
    )


def _with_document(
    assembly: Assembly, resident: LedgerResident, row: LedgerRow, document_field: LedgerField
) -> LedgerResident:
    """The resident with document, birth and sex, each checked against the others."""
    place = resident.place
    value = row.own(document_field)
    written, problem = read_document(value)
    assembly.problem(place, problem, document_field)
    document_type = read_document_type(row.own(LedgerField.DOCUMENT_TYPE), value, written)
    check: DocumentCheck | None = None
    if written and document_type is not None:
        check = check_document(document_type, written, today=assembly.today)
        for code in (*check.errors, *check.warnings):
            assembly.problem(place, code, document_field)
        if re.fullmatch(r"\d{15}000", check.number, re.ASCII) and not check.errors:
            # What a spreadsheet leaves of a number it once held as a figure, though it may be right.
            assembly.problem(place, "document.ends-in-zeros", document_field)
    elif not problem and document_type is None:
        assembly.problem(place, "document.missing", document_field)
    number = check.number if check is not None and not check.errors and check.number else None
    birth = _birth(assembly, place, row, check)
    sex, sex_problem = read_sex(row.own(LedgerField.SEX))
    assembly.problem(place, sex_problem, LedgerField.SEX)
    if check is not None and check.sex is not None:
        if sex is not None and sex is not check.sex:
            assembly.problem(place, "sex.differs-from-document", LedgerField.SEX)
        sex = check.sex
    return replace(
        resident,
        document_type=document_type,
        document_number=number,
        document_written=written,
        birth=birth,
        sex=sex,
        duplicate_of=_earlier_row(assembly, place, document_type, number, document_field),
    )


def _birth(assembly: Assembly, place: RowPlace, row: LedgerRow, check: DocumentCheck | None) -> date | None:
    """The birth date: the document's where it has one, else the column's if it is a whole date in the past."""
    value: Value | None = row.own(LedgerField.BIRTH)
    birth, problem = read_date(value, today=assembly.today)
    if birth is not None and birth > assembly.today:
        birth, problem = None, "birth.future"
    of_document = check.birth if check is not None else None
    if of_document is None:
        assembly.problem(place, problem, LedgerField.BIRTH)
        return birth
    if problem == "date.no-day":
        month, _ = read_month(value, today=assembly.today)
        differs = month is not None and (month.year, month.month) != (of_document.year, of_document.month)
    else:
        assembly.problem(place, problem, LedgerField.BIRTH)
        differs = birth is not None and birth != of_document
    if differs:
        assembly.problem(place, "birth.differs-from-document", LedgerField.BIRTH)
    return of_document


def _earlier_row(
    assembly: Assembly,
    place: RowPlace,
    document_type: DocumentType | None,
    number: str | None,
    document_field: LedgerField,
) -> RowPlace | None:
    key = match_key(document_type, number) if document_type is not None and number else None
    if key is None:
        return None
    earlier = assembly.seen.setdefault(key, place)
    if earlier == place:
        return None
    assembly.problem(place, "resident.duplicate", document_field, sheet=earlier.sheet, row=earlier.row)
    return earlier


def _head_and_members(
    assembly: Assembly, sheet: str, rows: Sequence[LedgerRow], residents: list[LedgerResident]
) -> tuple[LedgerResident | None, list[LedgerResident]]:
    """The head by relation, else by the head's own columns; else the first row, which is said."""
    place = RowPlace(sheet, rows[0].number)
    by_relation = [resident for resident in residents if is_head(resident.relation_code)]
    if len(by_relation) > 1:
        assembly.problem(by_relation[1].place, "household.two-heads", LedgerField.RELATION)
    head = by_relation[0] if by_relation else None
    if head is None and rows[0].has(LedgerField.NAME):
        head = _head_of_columns(assembly, sheet, rows, residents)
    if head is None and residents:
        head = residents[0]
        if len(residents) > 1 or rows[0].text(LedgerField.RELATION):
            assembly.problem(place, "household.head-missing", LedgerField.RELATION)
    return head, [resident for resident in residents if resident is not head]


def _head_of_columns(
    assembly: Assembly, sheet: str, rows: Sequence[LedgerRow], residents: Sequence[LedgerResident]
) -> LedgerResident | None:
    """The head whom 户主姓名 names: one of the members with that name, else a person of his own."""
    row = next((row for row in rows if row.own_text(LedgerField.HEAD_NAME)), None)
    if row is None:
        return None
    place = RowPlace(sheet, row.number)
    name, problem = read_name(row.own(LedgerField.HEAD_NAME))
    same = [resident for resident in residents if resident.name == name]
    written, _ = read_document(row.own(LedgerField.HEAD_DOCUMENT))
    key = match_key(DocumentType.RESIDENT_ID, written)
    if len(same) == 1 and (key is None or _key_of(same[0]) in (None, key)):
        return same[0]
    assembly.problem(place, problem, LedgerField.HEAD_NAME)
    head = _with_document(assembly, LedgerResident(place, name), _head_view(row), LedgerField.HEAD_DOCUMENT)
    phone, phone_problem = read_phone(row.own(LedgerField.PHONE)) if not residents else (None, "")
    assembly.problem(place, phone_problem, LedgerField.PHONE)
    return replace(head, relation="户主", relation_code="02", phone=phone, hidden=row.row.hidden)


def _head_view(row: LedgerRow) -> LedgerRow:
    """The row without the columns that describe its member, when there is one."""
    if not row.own_text(LedgerField.NAME):
        return row
    of_member = (LedgerField.BIRTH, LedgerField.SEX, LedgerField.DOCUMENT_TYPE)
    return LedgerRow(row.row, {field: column for field, column in row.columns.items() if field not in of_member})


def _key_of(resident: LedgerResident) -> str | None:
    if resident.document_type is None or resident.document_number is None:
        return None
    return match_key(resident.document_type, resident.document_number)


def _monthly_amount(assembly: Assembly, sheet: str, rows: Sequence[LedgerRow]) -> int | None:
    """The household's amount where one row has it; several amounts could be shares or repetitions."""
    amounts: list[int] = []
    for row in rows:
        amount, problem = read_money(row.own(LedgerField.AMOUNT))
        assembly.problem(RowPlace(sheet, row.number), problem, LedgerField.AMOUNT)
        if amount is not None:
            amounts.append(amount)
    if len(amounts) > 1:
        assembly.problem(RowPlace(sheet, rows[0].number), "amount.several", LedgerField.AMOUNT)
        return None
    return amounts[0] if amounts else None


def _disability(row: LedgerRow) -> str:
    texts = (written_of(row.own(LedgerField.DISABILITY)), written_of(row.own(LedgerField.DISABILITY_LEVEL)))
    return " ".join(text for text in texts if text)


def _first_text(rows: Sequence[LedgerRow], field: LedgerField) -> str:
    return next((text for row in rows if (text := written_of(row.value(field)))), "")


def _first_value(rows: Sequence[LedgerRow], field: LedgerField) -> tuple[int, Value | None]:
    for row in rows:
        value = row.value(field)
        if isinstance(value, CellError) or text_of(value):
            return row.number, value
    return rows[0].number, None
