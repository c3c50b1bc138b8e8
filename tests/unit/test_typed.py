"""Values as people type them (``design.md`` §10): read in every certain form, refused in every doubtful one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import UserFacingError
from desktop.domain.typed import (
    MAX_FEN,
    format_date,
    format_money,
    format_phone,
    normalise_digits,
    parse_date,
    parse_excel_serial,
    parse_money,
    parse_month,
    parse_phone,
)

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,200", 120_000),
        ("1200元", 120_000),
        ("一千二", 120_000),
        ("1.2万", 1_200_000),
        ("１，２００．５０元", 120_050),
        ("￥1 200", 120_000),
        ("五块五", 550),
        ("3角", 30),
        ("12元3角4分", 1_234),
        ("一万二", 1_200_000),
        ("1万2千", 1_200_000),
        ("一万零五百", 1_050_000),
        ("一千零二", 100_200),
        ("两百五", 25_000),
        ("十五", 1_500),
        ("壹仟贰佰元整", 120_000),
        ("0", 0),
        ("1.20", 120),
    ],
)
def test_money_is_read_as_people_write_it(text: str, fen: int) -> None:
    """Figures, Chinese numerals, spoken ends and full width all mean one amount in fen."""
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.missing"),
        ("1,20", "money.unclear"),
        ("一二", "money.unclear"),
        ("万", "money.unclear"),
        ("三百一千", "money.unclear"),
        ("1.5万3", "money.unclear"),
        ("1e5", "money.unclear"),
        ("大概五百", "money.unclear"),
        ("1.234", "money.too-precise"),
        ("-5", "money.negative"),
        ("99999999999", "money.too-large"),
        ("9" * 5000, "money.too-large"),
    ],
)
def test_doubtful_money_is_refused_with_its_reason(text: str, code: str) -> None:
    """Nothing is guessed about an amount, and the error does not repeat what was typed."""
    with pytest.raises(UserFacingError) as raised:
        parse_money(text)
    assert (raised.value.code, str(raised.value), raised.value.values) == (code, code, {})


@given(st.integers(-MAX_FEN, MAX_FEN), st.booleans())
def test_shown_money_reads_back_exactly(fen: int, unit: bool) -> None:
    """parse(format(x)) == x, to the fen."""
    assert parse_money(format_money(fen, unit=unit), allow_negative=True) == fen


@pytest.mark.parametrize(
    "text",
    [
        "2026.3.5",
        "2026年3月5日",
        "20260305",
        "2026-03-05",
        "2026/3/5",
        "２０２６．３．５",
        "2026年3月5号",
        "2026 3 5",
        "二〇二六年三月五日",
        "2026-03-05 00:00:00",
        "3月5日",
        "3.5",
    ],
)
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    """The Chinese order in all its shapes; a day without a year is the latest one."""
    assert parse_date(text, today=TODAY) == date(2026, 3, 5)


def test_a_day_without_a_year_lies_on_the_asked_side_of_today() -> None:
    """What happened lies behind, a deadline ahead; 29 February waits for its year."""
    assert parse_date("12月5日", today=TODAY) == date(2025, 12, 5)
    assert parse_date("12月5日", today=TODAY, future=True) == date(2026, 12, 5)
    assert parse_date("11月20日", today=TODAY) == parse_date("11月20日", today=TODAY, future=True) == TODAY
    assert parse_date("2月29日", today=TODAY) == date(2024, 2, 29)
    assert parse_date("昨天", today=TODAY) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "date.missing"),
        ("58.3.5", "date.two-digit-year"),
        ("2026年3月", "date.no-day"),
        ("202603", "date.no-day"),
        ("2026.2.30", "date.not-a-day"),
        ("13月5日", "date.not-a-day"),
        ("农历三月初五", "date.lunar"),
        ("45000", "date.unclear"),
        ("去年", "date.unclear"),
    ],
)
def test_doubtful_dates_are_refused_with_their_reason(text: str, code: str) -> None:
    """A spreadsheet's day number typed into a field is no date either."""
    with pytest.raises(UserFacingError) as raised:
        parse_date(text, today=TODAY)
    assert raised.value.code == code


@given(st.dates(date(1000, 1, 1)))
def test_shown_dates_read_back_exactly(day: date) -> None:
    """parse(format(x)) == x, and the wire form reads back too."""
    assert parse_date(format_date(day), today=TODAY) == day
    assert parse_date(day.isoformat(), today=TODAY) == day


def test_a_month_is_its_first_day() -> None:
    """Ledgers say since which month somebody is helped."""
    assert {parse_month(text) for text in ("2023年1月", "2023.01", "202301", "2023-1", "2023年一月")} == {
        date(2023, 1, 1)
    }


def test_day_numbers_of_spreadsheets_follow_both_calendars_and_the_old_fault() -> None:
    """Day 60 of the 1900 system never was; around it the count shifts by one."""
    assert parse_excel_serial(59) == date(1900, 2, 28)
    assert parse_excel_serial(61) == date(1900, 3, 1)
    assert parse_excel_serial(44927.75) == date(2023, 1, 1)
    assert parse_excel_serial(44927 - 1462, epoch_1904=True) == date(2023, 1, 1)
    for number in (0, 60, -3, 3_000_000):
        with pytest.raises(UserFacingError):
            parse_excel_serial(number)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("139 0000 0000", "13900000000"),
        ("+86 13900000000", "13900000000"),
        ("１３９－００００－００００", "13900000000"),
        ("0599-5812345", "0599-5812345"),
        ("(0599)5812345", "0599-5812345"),
        ("+86 599 5812345", "0599-5812345"),
        ("010 65530000", "010-65530000"),
        ("0599-5812345转801", "0599-5812345-801"),
        ("12345", "12345"),
        ("+886 912 345 678", "+886912345678"),
    ],
)
def test_a_phone_is_read_as_people_write_it(text: str, phone: str) -> None:
    """Spaces, hyphens, brackets, country code and full width do not matter."""
    assert parse_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone.missing"),
        ("5812345", "phone.no-area-code"),
        ("13900000000/13900000001", "phone.several"),
        ("1390000000013900000001", "phone.several"),
        ("1390000000", "phone.unclear"),
        ("村里有", "phone.unclear"),
    ],
)
def test_doubtful_phones_are_refused_with_their_reason(text: str, code: str) -> None:
    """A number with a digit too few rings at nobody's."""
    with pytest.raises(UserFacingError) as raised:
        parse_phone(text)
    assert raised.value.code == code


def test_a_local_number_takes_the_area_code_of_the_township() -> None:
    """Villagers give seven digits."""
    assert parse_phone("581 2345", area_code="0599") == "0599-5812345"


@given(
    st.one_of(
        st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
        st.from_regex(r"0(10|2[0-9])-[2-8][0-9]{7}", fullmatch=True),
        st.from_regex(r"0[3-9][0-9]{2}-[2-8][0-9]{6,7}(-[0-9]{1,5})?", fullmatch=True),
        st.from_regex(r"\+852[2-9][0-9]{7}", fullmatch=True),
    )
)
def test_shown_phones_read_back_exactly(phone: str) -> None:
    """parse(format(x)) == x."""
    assert parse_phone(format_phone(phone)) == phone


@given(st.text())
def test_no_text_makes_a_parser_fail_otherwise_than_with_its_error(text: str) -> None:
    """Whatever is pasted into a field, the worker gets a sentence and not a crash."""
    for parse in (parse_money, parse_phone, parse_month, lambda typed: parse_date(typed, today=TODAY)):
        try:
            parse(text)
        except UserFacingError:
            continue


@given(st.text(st.sampled_from("０１２３一二三十百千万亿元角分年月日.-零两〇ｘ /+0123456789"), max_size=12))
def test_no_text_of_numerals_makes_a_parser_fail_otherwise_than_with_its_error(text: str) -> None:
    """The same for texts that come near to being values."""
    for parse in (parse_money, parse_phone, parse_month, lambda typed: parse_date(typed, today=TODAY)):
        try:
            parse(text)
        except UserFacingError:
            continue


def test_normalising_touches_no_chinese_character() -> None:
    """NFKC would turn 﨑 and ⺟ into other characters of somebody's name."""
    assert normalise_digits("　﨑㘵𠮷⺟Ａ１（\u200b") == "﨑㘵𠮷⺟A1("


def test_the_latest_day_is_never_after_today() -> None:
    """Over a whole year, a day without a year lies within the last twelve months."""
    for offset in range(366):
        day = TODAY - timedelta(days=offset)
        if (day.month, day.day) != (2, 29):
            assert TODAY - timedelta(days=366) < parse_date(f"{day.month}月{day.day}日", today=TODAY) <= TODAY
