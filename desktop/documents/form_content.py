"""What several forms say alike: who handles the data, whom it is about, dates and numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.compatriots import CompatriotDocument, Origin
from desktop.domain.consent import DataClass

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"
CLASSES = tuple(DataClass)
ORDINARY_CLASSES = tuple(code for code in CLASSES if not code.sensitive)
SENSITIVE_CLASSES = tuple(code for code in CLASSES if code.sensitive)
SAMPLE_WATERMARK = "样张"


@dataclass(frozen=True, slots=True)
class Handler:
    """Who handles the data (个人信息处理者) and the county's office that stands over it."""

    name: str
    address: str
    phone: str
    contact_person: str
    county_name: str
    county_phone: str
    complaint_phone: str


def handler_values(handler: Handler) -> dict[str, str]:
    """What a wording's placeholders call the handler."""
    return {
        "handler_name": handler.name,
        "handler_address": handler.address,
        "handler_phone": handler.phone,
        "contact_person": handler.contact_person,
        "county_name": handler.county_name,
        "county_phone": handler.county_phone,
        "complaint_phone": handler.complaint_phone,
    }


@dataclass(frozen=True, slots=True)
class CompatriotPart:
    """What a record knows of the compatriot's own part of the form (``reference.md`` §5(a)-3); the rest is by hand."""

    origin: Origin | None = None
    document: CompatriotDocument | None = None


@dataclass(frozen=True, slots=True)
class FormResident:
    """The person, as far as a form needs it; ``document`` may be masked by the caller."""

    name: str
    village_path: str
    birth: date | None = None
    original_name: str = ""
    document: str = ""
    household_number: str = ""
    compatriot: CompatriotPart | None = None
    """Given for people from Taiwan, Hong Kong and Macao (台港澳同胞)."""


def chinese_date(day: date) -> str:
    """A date as forms write it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_time(moment: datetime) -> str:
    """Date and time as forms write them: 2026年3月5日9时05分."""
    return f"{chinese_date(moment)}{moment.hour}时{moment.minute:02}分"


def circled(number: int) -> str:
    """①, ② … for the recipient at this position, counted from 0; plain figures after ⑮."""
    return CIRCLED[number] if number < len(CIRCLED) else f"({number + 1})"


def chinese_numeral(number: int) -> str:
    """一, 二 … 十九, as sections are numbered."""
    figures = "〇一二三四五六七八九"
    if number < 10:
        return figures[number]
    return "十" + (figures[number % 10] if number % 10 else "")
