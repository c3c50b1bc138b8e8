"""The office ledger is read as it looks; what is doubtful is said and never completed by guessing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from desktop.documents.ledger import Ledger, LedgerField, SkipReason, iter_ledger, read_ledger
from desktop.domain.aid import Category
from desktop.domain.identity import DocumentType, Sex
from tests.documents.ledger_rows import FAMILY_NAMES, HEAD, codes, names, read_rows
from tests.ledgers import COLUMN_ORDER, FAMILIES, TODAY, fill_sheet, ledger_bytes, person, saved
from tests.people import JIANYANG, made_up_id


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("group_heading", [True, False])
@pytest.mark.parametrize("order", [COLUMN_ORDER, tuple(reversed(COLUMN_ORDER)), COLUMN_ORDER[5:] + COLUMN_ORDER[:5]])
def test_the_same_households_come_of_every_layout(merged: bool, group_heading: bool, order: tuple[str, ...]) -> None:
    """Merged or blank household cells, one or two heading rows, columns in any order: one result, no problem."""
    ledger = read_ledger(ledger_bytes(merged=merged, group_heading=group_heading, order=order), today=TODAY)
    assert names(ledger) == FAMILY_NAMES
    assert codes(ledger) == []
    first = ledger.households[0]
    assert (first.number, first.division, first.address) == ("DB350703104209001", "上㘵村", "上㘵村3组12号")
    assert (first.category, first.category_text) == (Category.SUBSISTENCE, "农村低保")
    assert (first.category_from, first.monthly_amount, first.phone) == (date(2021, 7, 1), 126_000, "13900000101")


def test_a_resident_is_read_with_everything_the_row_says() -> None:
    """Rare characters, document, birth, sex, relation with its code, phone, disability and health as written."""
    ledger = read_ledger(ledger_bytes(), today=TODAY)
    head, wife, grandchild = ledger.households[0].residents
    assert (head.name, head.document_number) == ("陈𠮷水", made_up_id(JIANYANG, date(1951, 3, 2), 211))
    assert (head.document_type, head.birth, head.sex) == (DocumentType.RESIDENT_ID, date(1951, 3, 2), Sex.MALE)
    assert (wife.relation, wife.relation_code, wife.disability) == ("妻", "12", "肢体二级")
    assert (grandchild.name, grandchild.relation_code, grandchild.phone) == ("陈㛃", "42", None)
    assert ledger.households[3].head.health == "尿毒症（透析）"


def test_since_and_amount_are_read_in_the_shapes_offices_write() -> None:
    """2019.01, 2024年3月, 20250601, a date cell; 1,105元, 380.5, nothing."""
    ledger = read_ledger(ledger_bytes(), today=TODAY)
    assert [household.category_from for household in ledger.households] == [
        date(2021, 7, 1),
        date(2019, 1, 1),
        date(2024, 3, 1),
        date(2025, 6, 1),
    ]
    assert [household.monthly_amount for household in ledger.households] == [126_000, 110_500, None, 38_050]


def test_totals_notes_and_signatures_are_skipped_and_listed_with_the_reason() -> None:
    """They are no people, and the worker can see that they were left out."""
    ledger = read_ledger(ledger_bytes(), today=TODAY)
    assert [(row.place.row, row.reason) for row in ledger.skipped] == [
        (8, SkipReason.TOTAL),
        (13, SkipReason.TOTAL),
        (16, SkipReason.TOTAL),
        (17, SkipReason.TOTAL),
        (18, SkipReason.NOTE),
        (19, SkipReason.SIGNATURE),
        (20, SkipReason.SIGNATURE),
    ]
    assert ledger.skipped[5].text == "制表人："


def test_a_person_whose_remark_speaks_of_a_total_is_not_skipped() -> None:
    """Only the first text of a row and the name tell a total row."""
    ledger = read_rows(["姓名", "性别", "村", "备注"], ["陈水", "男", "上㘵村", "合计领取3个月"])
    assert names(ledger) == [["陈水"]]


def test_the_headings_are_reported_with_those_that_are_not_taken_in() -> None:
    """The preview shows what each column was taken for; accounts stay outside."""
    ledger = read_ledger(ledger_bytes(), today=TODAY)
    assert ledger.headings[LedgerField.DIVISION] == "村(居)"
    assert ledger.ignored_headings == ("开户银行",)
    assert ledger.sheets == ("台账",)


def test_a_disability_card_number_is_no_document_number() -> None:
    """Headings are never matched by a part of their text."""
    ledger = read_rows(["姓名", "性别", "残疾证号", "村"], ["陈水", "男", HEAD.number + "42", "上㘵村"])  # type: ignore[operator]
    assert ledger.households[0].head.document_written == ""
    assert LedgerField.DOCUMENT not in ledger.headings


def test_heads_and_members_in_their_own_columns_make_households() -> None:
    """户主 and 家庭成员 as two groups with the same headings below: the head stands beside the members."""
    wife = person("林秀英", date(1954, 11, 20), 22)

    def merge(sheet: Worksheet) -> None:
        for block in ("A1:A2", "B1:C1", "D1:F1", "G1:G2", "A3:A4", "B3:B4", "C3:C4", "G3:G4"):
            sheet.merge_cells(block)

    ledger = read_rows(
        ["序号", "户主", None, "家庭成员", None, None, "行政村"],
        [None, "姓名", "身份证号", "姓名", "与户主关系", "身份证号", None],
        [1, HEAD.name, HEAD.number, HEAD.name, "本人", HEAD.number, "上㘵村"],
        [None, None, None, wife.name, "妻", wife.number, None],
        [2, "黄䶮", made_up_id(JIANYANG, date(1944, 8, 15), 315), None, None, None, "中㘵村"],
        change=merge,
    )
    assert names(ledger) == [[HEAD.name, wife.name], ["黄䶮"]]
    assert ledger.households[0].head.document_number == HEAD.number
    assert ledger.households[1].head.birth == date(1944, 8, 15)
    assert codes(ledger) == ["category.no-column"]


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("建阳区莒口镇２０２６年１１月农村低保对象花名册", Category.SUBSISTENCE),
        ("莒口镇特困供养人员基本情况登记表(2026年11月)", Category.DESTITUTE),
        ("低保边缘家庭台账", Category.MARGIN),
        ("低保、特困人员名册", None),
        ("新增低保对象名单", None),
        ("建阳区莒口镇低收入家庭台账", None),
    ],
)
def test_a_title_names_the_category_where_no_column_does(title: str, category: Category | None) -> None:
    """One ledger per category is how offices keep them; what the title does not say for certain is not assumed."""
    order = tuple(column for column in COLUMN_ORDER if column != "category")
    ledger = read_ledger(ledger_bytes(title=title, order=order), today=TODAY)
    assert {household.category for household in ledger.households} == {category}
    assert codes(ledger) == ["category.no-column" if category is None else "category.of-title"]


def test_a_grade_counts_within_the_category_of_the_title() -> None:
    """A column 低保类别 often holds A类 and B类 only."""
    graded = [replace(each, category="B类") for each in FAMILIES]
    of_title = read_ledger(ledger_bytes(graded, title="农村低保对象花名册"), today=TODAY)
    assert ({household.category for household in of_title.households}, codes(of_title)) == ({Category.SUBSISTENCE}, [])
    assert set(codes(read_ledger(ledger_bytes(graded), today=TODAY))) == {"category.unknown"}


def test_a_list_of_heads_without_relations_makes_one_household_per_row() -> None:
    """The shortest ledger: name, number, village."""
    other = person("黄䶮", date(1944, 8, 15), 315)
    ledger = read_rows(
        ["户主姓名", "户主身份证号码", "所在村"],
        [HEAD.name, HEAD.number, "上㘵村"],
        [other.name, other.number, "上㘵村"],
    )
    assert names(ledger) == [[HEAD.name], [other.name]]
    assert [household.head.document_number for household in ledger.households] == [HEAD.number, other.number]


def test_a_repeated_household_number_keeps_a_household_together() -> None:
    """Filled-down ledgers repeat the household's cells in every row."""
    rows: list[list[object]] = [
        ["DB1", "上㘵村", HEAD.name, "户主", HEAD.number],
        ["DB1", "上㘵村", "林秀英", "妻", made_up_id(JIANYANG, date(1954, 11, 20), 22)],
        ["DB2", "上㘵村", "黄䶮", "户主", made_up_id(JIANYANG, date(1944, 8, 15), 315)],
    ]
    ledger = read_rows(["户号", "村", "姓名", "关系", "身份证号"], *rows)
    assert names(ledger) == [[HEAD.name, "林秀英"], ["黄䶮"]]


def test_a_village_merged_over_many_households_does_not_join_them() -> None:
    """The village's block says where they live, not who lives together."""
    people = [person("陈" + given, date(1950 + index, 1, 1), 11) for index, given in enumerate("水火木")]
    ledger = read_rows(
        ["村别", "姓名", "关系", "身份证号"],
        *[
            ["上㘵村" if not index else None, someone.name, "本人", someone.number]
            for index, someone in enumerate(people)
        ],
        change=lambda sheet: sheet.merge_cells("A2:A4"),
    )
    assert [(household.head.name, household.division) for household in ledger.households] == [
        ("陈水", "上㘵村"),
        ("陈火", "上㘵村"),
        ("陈木", "上㘵村"),
    ]


def test_section_rows_and_sheet_titles_name_the_village_where_no_column_does() -> None:
    """Ledgers kept village by village have the name above the rows, or on the sheet's tab."""
    order = tuple(column for column in COLUMN_ORDER if column != "village")
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "茶㘵村"
    fill_sheet(first, FAMILIES[3:], order=order)
    second = book.create_sheet("汇总")
    fill_sheet(second, FAMILIES[1:2], order=order)
    second.insert_rows(2)
    second.cell(2, 1, "上㘵村")
    second.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(order))
    book.create_sheet("说明").append(["本台账每月5日前上报"])
    ledger = read_ledger(saved(book), today=TODAY)
    assert [household.division for household in ledger.households] == ["茶㘵村", "上㘵村"]
    assert ledger.sheets == ("茶㘵村", "汇总")
    assert [row.reason for row in ledger.skipped] == [SkipReason.SECTION]


def test_a_heading_repeated_on_the_next_page_may_have_another_order() -> None:
    """Printed ledgers repeat the heading; pasted ones in another order."""
    other = person("黄䶮", date(1944, 8, 15), 315)
    ledger = read_rows(
        ["姓名", "身份证号", "村"],
        [HEAD.name, HEAD.number, "上㘵村"],
        ["村", "姓名", "身份证号"],
        ["中㘵村", other.name, other.number],
    )
    assert [(each.head.name, each.division) for each in ledger.households] == [("陈水", "上㘵村"), ("黄䶮", "中㘵村")]
    assert [row.reason for row in ledger.skipped] == [SkipReason.HEADING]


def test_hidden_rows_and_sheets_are_read_and_said() -> None:
    """A filter left on must not lose people."""

    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[5].hidden = True
        book = sheet.parent
        assert book is not None
        book.create_sheet("新")  # a workbook needs one sheet to be seen
        sheet.sheet_state = "hidden"

    ledger = read_ledger(ledger_bytes(change=hide), today=TODAY)
    assert names(ledger) == FAMILY_NAMES
    assert [(problem.code, problem.place.row) for problem in ledger.problems] == [
        ("sheet.hidden", 3),
        ("row.hidden", 5),
    ]
    assert ledger.households[0].members[0].hidden


def test_empty_and_pre_numbered_rows_hold_nobody() -> None:
    """Rows that wait for people are no people."""
    ledger = read_rows(["序号", "姓名", "身份证号"], [1, HEAD.name, HEAD.number], [], [2], [3])
    assert names(ledger) == [[HEAD.name]]
    assert codes(ledger) == ["category.no-column", "division.missing"]


def test_reading_in_slices_gives_the_same_ledger_with_growing_progress() -> None:
    """A window can stop between slices; the shares of each step never go back."""
    families = [replace(each, number=f"DB{index}") for index in range(100) for each in FAMILIES]
    data = ledger_bytes(families, merged=False, totals=False)
    steps = iter_ledger(data, today=TODAY)
    progress = []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as finished:
            ledger: Ledger = finished.value
            break
    assert ledger == read_ledger(data, today=TODAY)
    assert len(progress) > 20
    order = [(each.step.value != "opening", each.done) for each in progress]
    assert order == sorted(order)
    assert progress[-1].done <= 1
