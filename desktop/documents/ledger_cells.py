"""What a single ledger cell means: a name, a document number, a date, an amount.

Each ``read_*`` function takes the cell's value and returns what it means with the code of the problem, one
of the two possibly empty. Nothing is guessed: a number that lost digits stays lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from desktop.documents.spreadsheet_xml import CellError, Value
from desktop.domain.aid import CATEGORY_NAMES, SHORT_CATEGORY_NAMES, Category
from desktop.domain.errors import UserFacingError
from desktop.domain.identity import DOCUMENT_TYPE_NAMES, DocumentType, Sex, normalise_number
from desktop.domain.typed import (
    normalise_digits,
    parse_date,
    parse_excel_serial,
    parse_money,
    parse_month,
    parse_phone,
)

# Spreadsheets keep 15 significant digits of a number: longer ones have lost their last digits for good.
_LARGEST_EXACT = 10**15
_SPACES = re.compile(r"\s+")
_EXPONENT = re.compile(r"\d\.\d+E\+?\d+|\dE\+\d+", re.IGNORECASE | re.ASCII)
_NOTHING = frozenset(
    {"", "无", "没有", "暂无", "不详", "-", "--", "/", "\\", "空", "无证件", "未办理", "未办", "无身份证"}
)
_NO_DOCUMENT = frozenset({"无", "没有", "暂无", "无证件", "未办理", "未办", "无身份证"})
_HEAD_MARK = re.compile(r"[(（\[【](?:户主|本人|申请人)[)）\]】]$")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_UNREADABLE = re.compile(r"[?？□■�*＊×]")
_EARLIEST_SERIAL_DATE = date(1900, 1, 1)

_DOCUMENT_TYPES: Mapping[str, DocumentType] = {
    **{name: document_type for document_type, name in DOCUMENT_TYPE_NAMES.items()},
    "身份证": DocumentType.RESIDENT_ID,
    "二代身份证": DocumentType.RESIDENT_ID,
    "居住证": DocumentType.RESIDENCE_PERMIT,
    "台湾居民居住证": DocumentType.RESIDENCE_PERMIT,
    "港澳居民居住证": DocumentType.RESIDENCE_PERMIT,
    "回乡证": DocumentType.HONG_KONG_MACAO_PASS,
    "港澳通行证": DocumentType.HONG_KONG_MACAO_PASS,
    "台胞证": DocumentType.TAIWAN_PASS,
    "台湾通行证": DocumentType.TAIWAN_PASS,
    "永久居留证": DocumentType.FOREIGN_PERMANENT,
    "外国人永久居留证": DocumentType.FOREIGN_PERMANENT,
    "出生证": DocumentType.BIRTH_CERTIFICATE,
    "出生证明": DocumentType.BIRTH_CERTIFICATE,
    "户口簿": DocumentType.HOUSEHOLD_REGISTER,
    "户口本": DocumentType.HOUSEHOLD_REGISTER,
    "无": DocumentType.NONE,
}
_SEXES: Mapping[str, Sex] = {
    **dict.fromkeys(("男", "男性", "1"), Sex.MALE),
    **dict.fromkeys(("女", "女性", "2"), Sex.FEMALE),
}
_CATEGORIES: Mapping[str, Category] = {
    **{name: category for category, name in CATEGORY_NAMES.items()},
    **{name: category for category, name in SHORT_CATEGORY_NAMES.items()},
    "最低生活保障": Category.SUBSISTENCE,
    "特困供养": Category.DESTITUTE,
    "五保": Category.DESTITUTE,
    "分散供养": Category.DESTITUTE,
    "集中供养": Category.DESTITUTE,
    "分散特困": Category.DESTITUTE,
    "集中特困": Category.DESTITUTE,
    "特困分散供养": Category.DESTITUTE,
    "特困集中供养": Category.DESTITUTE,
    "边缘": Category.MARGIN,
    "低边": Category.MARGIN,
    "最低生活保障边缘": Category.MARGIN,
    "刚性支出": Category.HARD_EXPENDITURE,
    "支出型困难": Category.HARD_EXPENDITURE,
    "监测": Category.RETURN_TO_POVERTY,
    "防止返贫监测": Category.RETURN_TO_POVERTY,
    "返贫监测": Category.RETURN_TO_POVERTY,
    "事实无人抚养": Category.UNATTENDED_CHILD,
    "临时": Category.TEMPORARY,
}


def text_of(value: Value | None) -> str:
    """The cell as a text to compare and parse, in half width and on one line; errors and ticks are no text."""
    if value is None or isinstance(value, bool | CellError):
        return ""
    if isinstance(value, str):
        return _SPACES.sub(" ", normalise_digits(value)).removeprefix("'").strip()
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def written_of(value: Value | None) -> str:
    """A free text as somebody wrote it, on one line: full-width signs are correct Chinese and stay."""
    return _SPACES.sub(" ", value).strip() if isinstance(value, str) else text_of(value)


def read_name(value: Value | None) -> tuple[str, str]:
    """A name, without the spaces that align two characters with three; original script is never changed.

    Problems: ``name.private-use`` (a character of an old system that others cannot show), ``name.unreadable``
    (?, □ or * in place of a character).
    """
    if not isinstance(value, str):
        return text_of(value), "name.unreadable" if value is not None else ""
    name = _BETWEEN_HAN.sub("", _HEAD_MARK.sub("", _INVISIBLE.sub("", written_of(value))).strip())
    if _PRIVATE_USE.search(name):
        return name, "name.private-use"
    return name, "name.unreadable" if _UNREADABLE.search(name) else ""


def marked_as_head(value: Value | None) -> bool:
    """Whether the name carries the mark of the head: 林秀英(户主)."""
    return isinstance(value, str) and _HEAD_MARK.search(text_of(value)) is not None


def read_document(value: Value | None) -> tuple[str, str]:
    """A document number as written. Problems: ``document.digits-lost``, ``cell.error``."""
    if isinstance(value, CellError):
        return "", "cell.error"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ("", "document.digits-lost") if abs(value) >= _LARGEST_EXACT else (text_of(value), "")
    text = text_of(value)
    if text in _NOTHING:
        return "", ""
    return ("", "document.digits-lost") if _EXPONENT.fullmatch(text.replace(" ", "")) else (text, "")


def read_document_type(type_value: Value | None, number_value: Value | None, number: str) -> DocumentType | None:
    """The kind of document: as the ledger says, else as the number shows for certain; None if nothing is said."""
    said = _DOCUMENT_TYPES.get(text_of(type_value))
    if said is not None:
        return said
    if not number:
        return DocumentType.NONE if text_of(number_value) in _NO_DOCUMENT else None
    bare = normalise_number(number)
    if re.fullmatch(r"8[123]0000\d{11}[\dX]", bare, re.ASCII):
        return DocumentType.RESIDENCE_PERMIT
    if re.fullmatch(r"[HM]\d{8}(\d{2})?", bare, re.ASCII):
        return DocumentType.HONG_KONG_MACAO_PASS
    return DocumentType.RESIDENT_ID


def read_sex(value: Value | None) -> tuple[Sex | None, str]:
    """The sex as written. Problem: ``sex.unclear``."""
    text = text_of(value)
    sex = _SEXES.get(text)
    return sex, "sex.unclear" if text not in _NOTHING and sex is None else ""


def read_date(value: Value | None, *, today: date) -> tuple[date | None, str]:
    """A whole date in any shape a ledger has. Problems: those of ``parse_date``, ``cell.error``.

    A plain number is a day number (44927) or eight digits (20230101); 2023.01 and 2023.12 are months without
    a day, and 2023.1 could be January or a shortened 2023.10.
    """
    if isinstance(value, date):
        return value, ""
    if isinstance(value, CellError):
        return None, "cell.error"
    text = text_of(value)
    if text in _NOTHING or isinstance(value, bool):
        return None, ""
    try:
        if isinstance(value, int | float) and 1 <= value < 100_000 and not _year_like(value):
            day = parse_excel_serial(value)
            return day, "" if _EARLIEST_SERIAL_DATE <= day <= today else "date.unclear"
        # Without a year a ledger's date has no meaning: today's year is not the ledger's.
        if re.fullmatch(r"\d{1,2}[月./-]\d{1,2}[日号]?", text, re.ASCII) and not _year_like(value):
            return None, "date.unclear"
        return parse_date(text, today=today), ""
    except UserFacingError as error:
        return None, error.code


def read_month(value: Value | None, *, today: date) -> tuple[date | None, str]:
    """A month or a date as a date; a month becomes its first day. Problems: those of ``read_date``."""
    day, problem = read_date(value, today=today)
    if problem not in ("date.no-day", "date.unclear") or isinstance(value, date):
        return day, problem
    text = text_of(value)
    if isinstance(value, float) and re.fullmatch(r"\d{4}\.1", text):
        return None, "date.january-or-october"
    try:
        return parse_month(text), ""
    except UserFacingError as error:
        return None, error.code


def read_money(value: Value | None) -> tuple[int | None, str]:
    """An amount in fen. Problems: those of ``parse_money``, ``cell.error``."""
    if isinstance(value, CellError):
        return None, "cell.error"
    if isinstance(value, int | float) and not isinstance(value, bool):
        fen = Decimal(f"{value:.15g}") * 100
        if fen < 0:
            return None, "money.negative"
        whole = fen.to_integral_value()
        # Sums made by formulas end in …0000001: that is arithmetic, not a part of a fen.
        return (int(whole), "") if abs(fen - whole) < Decimal("0.001") else (None, "money.too-precise")
    text = re.sub(r"(/|每)?(人|户)?[/每]?月$", "", text_of(value))
    if text in _NOTHING:
        return None, ""
    try:
        return parse_money(text), ""
    except UserFacingError as error:
        return None, error.code


def read_phone(value: Value | None) -> tuple[str | None, str]:
    """A phone number in its stored form. Problems: those of ``parse_phone``, ``cell.error``."""
    if isinstance(value, CellError):
        return None, "cell.error"
    text = text_of(value)
    if text in _NOTHING:
        return None, ""
    try:
        return parse_phone(text), ""
    except UserFacingError as error:
        return None, error.code


def read_category(text: str) -> Category | None:
    """The category a ledger's words name for certain (农村低保A类 → 低保), or None."""
    bare = re.sub(r"[\s()]", "", normalise_digits(text))
    bare = re.sub(r"^(农村|城市|城镇|城乡)", "", bare)
    if bare in _CATEGORIES:
        return _CATEGORIES[bare]
    bare = re.sub(r"([A-D]|一|二|三|四)类$", "", bare)
    return _CATEGORIES.get(re.sub(r"(家庭成员|家庭|对象|人员|成员|救助|户|儿童)$", "", bare))


def is_grade(text: str) -> bool:
    """Whether a category cell holds a grade within one category (A类, 二类), which names none by itself."""
    return re.fullmatch(r"([A-D]|一|二|三|四)类?", re.sub(r"[\s()]", "", normalise_digits(text))) is not None


def _year_like(value: Value | None) -> bool:
    """2023.05 and 1958: a year (with a month), not a day number of 1905."""
    return isinstance(value, int | float) and 1900 <= value < 2100
