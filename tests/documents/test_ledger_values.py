"""Cells of a ledger: numbers, dates, names and amounts; what is doubtful is said and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desktop.domain.identity import DocumentType, Sex
from tests.documents.ledger_rows import HEAD, codes, family, names, read, read_rows
from tests.ledgers import Person
from tests.people import made_up_id, made_up_old_id

# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [350703195103022115, 3.50703195103022e17, "3.50703E+17", 35070319510302211])
def test_a_number_that_lost_digits_is_said_and_never_guessed(number: object) -> None:
    """A spreadsheet keeps 15 digits of a figure; the person stays, without a number."""
    ledger = read(family(replace(HEAD, number=number)))
    head = ledger.households[0].head
    assert codes(ledger) == ["document.digits-lost"]
    assert (head.name, head.document_number, head.document_written) == (HEAD.name, None, "")
    assert head.birth == date(1951, 3, 2), "from its own column"


@pytest.mark.parametrize("frame", ["'{}", " {} ", "\t{}", "{}\n", "\u200b{}", "‘{}"])
def test_apostrophes_tabs_and_spaces_around_a_number_do_not_matter(frame: str) -> None:
    """Offices force a text with an apostrophe; systems add tabs."""
    ledger = read(family(replace(HEAD, number=frame.format(HEAD.number))))
    assert ledger.households[0].head.document_number == HEAD.number
    assert codes(ledger) == []


def test_small_x_and_full_width_numbers_are_one_number() -> None:
    """１１０…ｘ is the number it looks like."""
    wide = "１１０１０５１９４９１２３１００２ｘ"
    ledger = read(family(Person("陈水", wide), Person("陈火", "11010519491231002x", "子")))
    assert [resident.document_number for resident in ledger.households[0].residents] == ["11010519491231002X"] * 2
    assert "resident.duplicate" in codes(ledger)


def test_a_number_that_cannot_be_right_is_kept_as_written_only() -> None:
    """A wrong check character: the worker sees it, nothing is matched by it."""
    wrong = str(HEAD.number)[:-1] + ("1" if str(HEAD.number)[-1] != "1" else "2")
    ledger = read(family(replace(HEAD, number=wrong)))
    head = ledger.households[0].head
    assert (head.document_number, head.document_written, codes(ledger)) == (None, wrong, ["document.checksum"])


def test_old_numbers_permits_and_passes_are_taken_for_what_they_are() -> None:
    """Fifteen digits even as a figure; residence permits; passes under the heading 身份证号."""
    old = made_up_old_id("352122", date(1950, 1, 1), 123)
    permit = made_up_id("830000", date(1960, 5, 5), 1)
    people = (Person("陈水", int(old)), Person("林台", permit, "妻"), Person("李港", "H12345678", "其他"))
    residents = read(family(*people)).households[0].residents
    assert [resident.document_number for resident in residents] == [old, permit, "H12345678"]
    assert [resident.document_type for resident in residents] == [
        DocumentType.RESIDENT_ID,
        DocumentType.RESIDENCE_PERMIT,
        DocumentType.HONG_KONG_MACAO_PASS,
    ]


def test_no_document_is_an_answer_and_an_empty_cell_a_problem() -> None:
    """无 says that there is none; nothing says nothing."""
    ledger = read(family(Person("陈水", "无"), Person("陈火", None, "子")))
    assert [resident.document_type for resident in ledger.households[0].residents] == [DocumentType.NONE, None]
    assert codes(ledger) == ["document.missing"]


@pytest.mark.parametrize(
    "written",
    [
        "1951年3月2日",
        "1951.3.2",
        "1951/03/02",
        "１９５１－０３－０２",
        19510302,
        "19510302",
        18689,
        datetime(1951, 3, 2, 8),  # noqa: DTZ001 spreadsheets know no zones
    ],
)
def test_a_birth_is_read_in_every_shape(written: object) -> None:
    """Texts, figures, day numbers and date cells."""
    ledger = read(family(replace(HEAD, number="无", birth=written)))
    assert (ledger.households[0].head.birth, codes(ledger)) == (date(1951, 3, 2), [])


def test_a_format_of_the_office_makes_a_figure_a_date() -> None:
    """The figure 18689 shown as yyyy年m月d日 is a date."""

    def set_format(sheet: Worksheet) -> None:
        cell = sheet["I4"]
        cell.value = 18689
        cell.number_format = "yyyy年m月d日"

    ledger = read(family(replace(HEAD, number="无")), change=set_format)
    assert ledger.households[0].head.birth == date(1951, 3, 2)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1951年3月", "date.no-day"),
        ("51.3.2", "date.two-digit-year"),
        ("1951.13.2", "date.not-a-day"),
        ("2031-01-01", "birth.future"),
        ("不详3", "date.unclear"),
        ("3月2日", "date.unclear"),
    ],
)
def test_a_doubtful_birth_is_said_and_left_out(written: str, code: str) -> None:
    """No day, no birth date."""
    ledger = read(family(replace(HEAD, number="无", birth=written)))
    assert (ledger.households[0].head.birth, codes(ledger)) == (None, [code])


def test_birth_and_sex_that_differ_from_the_document_are_said() -> None:
    """The document is taken, a person decides; a month that agrees is no difference."""
    ledger = read(
        family(replace(HEAD, birth="1951.3.20", sex="女")), family(replace(HEAD, birth="1951年3月"), number="DB2")
    )
    assert codes(ledger) == ["birth.differs-from-document", "sex.differs-from-document", "resident.duplicate"]
    assert (ledger.households[0].head.birth, ledger.households[0].head.sex) == (date(1951, 3, 2), Sex.MALE)


def test_a_month_that_lost_its_zero_is_said_and_not_guessed() -> None:
    """The figure 2023.1 may have been 2023.10; the text 2023.1 is January."""
    ledger = read(family(HEAD, since=2023.1), family(replace(HEAD, number="无"), since="2023.1", number="DB2"))
    assert codes(ledger) == ["date.january-or-october"]
    assert [household.category_from for household in ledger.households] == [None, date(2023, 1, 1)]


def test_the_same_document_twice_is_said_with_the_earlier_row() -> None:
    """A person in two households of one file."""
    ledger = read(family(HEAD), family(replace(HEAD, name="陈 水"), number="DB2"))
    (problem,) = ledger.problems
    assert (problem.code, problem.place.row, problem.values) == ("resident.duplicate", 5, {"sheet": "台账", "row": 4})
    second = ledger.households[1].head
    assert second.duplicate_of is not None
    assert second.duplicate_of.row == 4


@pytest.mark.parametrize(
    ("written", "name", "problems"),
    [
        ("张　三", "张三", []),
        ("张 三（户主）", "张三", []),
        ("Chen Mei Ling", "Chen Mei Ling", []),
        ("阿依古丽·买买提", "阿依古丽·买买提", []),
        ("陈？水", "陈？水", ["name.unreadable"]),
        ("陈\ue123", "陈\ue123", ["name.private-use"]),
    ],
)
def test_names_keep_their_script_and_lose_only_the_spaces_that_align_them(
    written: str, name: str, problems: list[str]
) -> None:
    """A legal name is never normalised; what cannot be read is said."""
    ledger = read(family(replace(HEAD, name=written)))
    assert (ledger.households[0].head.name, codes(ledger)) == (name, problems)


def test_amounts_in_several_rows_of_a_household_are_left_to_a_person() -> None:
    """Shares of each or the same sum repeated: the file does not say."""
    ledger = read_rows(
        ["姓名", "关系", "身份证号", "村", "月保障金额"],
        [HEAD.name, "本人", HEAD.number, "上㘵村", 300],
        ["林秀英", "妻", "无", None, 300],
    )
    assert (ledger.households[0].monthly_amount, codes(ledger)) == (None, ["category.no-column", "amount.several"])


def test_a_sum_of_a_formula_is_exact_and_an_uncomputed_formula_is_said() -> None:
    """0.1 + 0.2 is 30 fen; a formula that no program has computed has no value."""
    ledger = read(family(HEAD, amount=0.1 + 0.2), family(replace(HEAD, number="无"), number="DB2", amount="=A1+1"))
    assert [household.monthly_amount for household in ledger.households] == [30, None]
    assert codes(ledger) == ["cell.error"]


def test_what_is_missing_or_unknown_in_a_household_is_said() -> None:
    """No head, an unknown relation, an unknown category, a bad phone, a row with content but without a name."""
    ledger = read(
        family(
            Person("陈水", "无", "子", phone="1390000"),
            Person("陈火", "无", "隔壁"),
            Person("", HEAD.number, "妻"),
            category="建档立卡",
        )
    )
    assert sorted(codes(ledger)) == [
        "category.unknown",
        "household.head-missing",
        "name.missing",
        "phone.unclear",
        "relation.unknown",
    ]
    assert names(ledger) == [["陈水", "陈火"]]
