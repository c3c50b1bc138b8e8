"""Values as people type them, and the one form in which they are shown.

People write money as 一千二 or 1.2万, dates as 2026.3.5, phones with spaces, and all of it in full-width
characters. Parsers read every form whose meaning is certain and refuse the rest with a ``UserFacingError``
whose code is worded for the screen; nothing is guessed. For each kind ``parse(format(value)) == value``.

Units: money is a whole number of fen (分, 1/100 yuan); dates are calendar dates without a time zone.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal

from desktop.domain.errors import UserFacingError

MAX_FEN = 10**12
"""Largest amount read or shown (ten thousand million yuan): beyond it a key was held down."""

# Full-width forms, spaces of all widths, and characters without a shape of their own (controls, joiners, marks of
# writing direction), each with what it becomes.
_ONE_FORM: dict[int, str | None] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F))),
    **dict.fromkeys((*range(0x2060, 0x2070), 0xFEFF)),
    **dict.fromkeys((0x09, 0x0A, 0x0D, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x3000), " "),
}

_NOT_IN_ONE_FORM = re.compile("[" + "".join(f"\\u{code:04x}" for code in sorted(_ONE_FORM)) + "]")


def normalise_digits(text: str) -> str:
    """Full-width forms (０１２，Ａ) as half width, odd spaces as spaces, invisible characters removed.

    Never NFKC: it would also change Chinese characters of names (compatibility ideographs).
    """
    return (text.translate(_ONE_FORM) if _NOT_IN_ONE_FORM.search(text) else text).strip()


# --- money ------------------------------------------------------------------------------------

_DIGITS = {character: value for value, group in enumerate(
    ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for character in group}  # fmt: skip
_UNITS = {"亿": 10**8, "万": 10**4, "萬": 10**4, "千": 1000, "仟": 1000, "百": 100, "佰": 100, "十": 10, "拾": 10}
_ARABIC = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\.\d+", re.ASCII)
_AMOUNT = re.compile(
    r"(?P<yuan>[^元圆块角毛分]*?)(?:(?P<unit>元|圆|块钱|块)(?P<loose>\d|[一二三四五六七八九])?)?"
    r"(?:(?P<jiao>[^元圆块角毛分])[角毛])?(?:零?(?P<fen>[^元圆块角毛分])分)?钱?[整正]?"
)


def parse_money(text: str, *, allow_negative: bool = False) -> int:
    """An amount in fen from what was typed: ``1,200``, ``1200元``, ``一千二``, ``1.2万``, ``五块五``.

    Errors: ``money.missing``, ``money.unclear``, ``money.too-precise`` (parts of a fen), ``money.negative``
    (unless allowed, as a year's net income from a farm may be), ``money.too-large``.
    """
    written = re.sub(r"\s", "", normalise_digits(text)).replace("、", ",")
    if not written:
        raise UserFacingError("money.missing")
    written = re.sub(r"^(人民币|RMB|CNY|[¥￥])", "", written, flags=re.IGNORECASE)
    negative = written[:1] in ("-", "−", "负")
    written = re.sub(r"^[-−负][¥￥]?", "", written)
    matched = _AMOUNT.fullmatch(written)
    if matched is None or not any((matched["yuan"], matched["jiao"], matched["fen"])):
        raise UserFacingError("money.unclear")
    loose_and_exact = matched["loose"] and (matched["jiao"] or matched["fen"])
    if loose_and_exact or (matched["unit"] and not matched["yuan"]):
        raise UserFacingError("money.unclear")
    amount = _number(matched["yuan"]) if matched["yuan"] else Decimal(0)
    for part, scale in ((matched["loose"], 10), (matched["jiao"], 10), (matched["fen"], 100)):
        if part:
            amount += Decimal(_digit(part)) / scale
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise UserFacingError("money.too-precise")
    if fen > MAX_FEN:
        raise UserFacingError("money.too-large")
    if negative and fen and not allow_negative:
        raise UserFacingError("money.negative")
    return -int(fen) if negative else int(fen)


def format_money(fen: int, *, unit: bool = True) -> str:
    """The shown form: ``1,200元``, ``1,200.50元``; without ``unit`` for columns whose heading has it."""
    yuan, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{yuan:,}{f'.{rest:02}' if rest else ''}{'元' if unit else ''}"


def _digit(character: str) -> int:
    if character.isascii() and character.isdigit():
        return int(character)
    if character in _DIGITS:
        return _DIGITS[character]
    raise UserFacingError("money.unclear")


def _number(text: str) -> Decimal:
    """A number in figures, in Chinese, or mixed (1万2千); spoken ends as in 一千二 (1200) are understood."""
    if _ARABIC.fullmatch(text):
        if len(text) > 20:
            raise UserFacingError("money.too-large")
        return Decimal(text.replace(",", ""))
    unit = max((character for character in text if character in _UNITS), key=_UNITS.__getitem__, default="")
    if not unit:
        if len(text) == 1:
            return Decimal(_digit(text))
        raise UserFacingError("money.unclear")
    scale = _UNITS[unit]
    left, _, right = text.partition(unit)
    # Before 千, 百 and 十 stands one numeral (三百一千 is nothing); before 万 and 亿 any number below them.
    if (not left and scale != 10) or (scale < 10_000 and any(character in _UNITS for character in left)):
        raise UserFacingError("money.unclear")
    whole = _number(left) * scale if left else Decimal(scale)
    if not right:
        return whole
    rest = _remainder(right, scale)
    if rest >= scale or whole % scale:
        raise UserFacingError("money.unclear")
    return whole + rest


def _remainder(text: str, scale: int) -> Decimal:
    stripped = text.lstrip("零〇")
    if not stripped:
        raise UserFacingError("money.unclear")
    if len(text) == 1 and scale > 10:
        return Decimal(_digit(text) * scale // 10)
    return _number(stripped)


# --- dates ------------------------------------------------------------------------------------

_YEAR_MONTH_DAY = re.compile(r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?", re.ASCII)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})(?:月|[./\-])(\d{1,2})[日号]?", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})(?:年|[./\-])(\d{1,2})月?|(\d{4})(\d{2})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{2}[年./\-]\d{1,2}[月./\-]\d{1,2}[日号]?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]*00:00(?::00(?:\.0+)?)?Z?$")
_RELATIVE_DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
}
_DATE_NUMERAL = re.compile(r"[〇零一二三四五六七八九十]+")
_LAST_SERIAL = 2_958_465


def parse_date(text: str, *, today: date, future: bool = False) -> date:
    """A date from what was typed: ``2026.3.5``, ``2026年3月5日``, ``20260305``, ``3月5日``, ``昨天``.

    A day without a year is the latest one not after ``today``, or with ``future`` (deadlines) the first one
    not before it. Errors: ``date.missing``, ``date.unclear``, ``date.two-digit-year`` (58.3.5 could be a
    birth or a deadline), ``date.lunar`` (农历), ``date.no-day``, ``date.not-a-day`` (31 April).
    """
    written = _date_text(text)
    if written in _RELATIVE_DAYS:
        return today + timedelta(days=_RELATIVE_DAYS[written])
    if matched := _YEAR_MONTH_DAY.fullmatch(written) or _EIGHT_DIGITS.fullmatch(written):
        return _date(*(int(part) for part in matched.groups()))
    if _SHORT_YEAR.fullmatch(written):
        raise UserFacingError("date.two-digit-year")
    if matched := _MONTH_DAY.fullmatch(written):
        return _nearest(int(matched[1]), int(matched[2]), today, future)
    if _YEAR_MONTH.fullmatch(written):
        raise UserFacingError("date.no-day")
    raise UserFacingError("date.unclear")


def parse_month(text: str) -> date:
    """A month (``2023年1月``, ``2023.01``, ``202301``) as its first day. Errors as of ``parse_date``."""
    matched = _YEAR_MONTH.fullmatch(_date_text(text))
    if matched is None:
        raise UserFacingError("date.unclear")
    year, month = (matched[1], matched[2]) if matched[1] else (matched[3], matched[4])
    return _date(int(year), int(month), 1)


def format_date(day: date) -> str:
    """The form on paper and screen: ``2026年3月5日``. (On the wire a date is plain ``isoformat``.)"""
    return f"{day.year:04}年{day.month}月{day.day}日"


def parse_excel_serial(serial: float, *, epoch_1904: bool = False) -> date:
    """The date of a spreadsheet's day number, kept apart from typed dates: 45000 in a field is no date.

    Day 60 of the 1900 system is the 29 February that never was (a fault kept since Lotus 1-2-3); it and
    numbers outside the calendar raise ``date.unclear``. A time of day is cut off.
    """
    days = int(serial)
    if epoch_1904:
        if not 0 <= days <= _LAST_SERIAL - 1462:
            raise UserFacingError("date.unclear")
        return date(1904, 1, 1) + timedelta(days=days)
    if not 1 <= days <= _LAST_SERIAL or days == 60:
        raise UserFacingError("date.unclear")
    return date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)


def _date_text(text: str) -> str:
    written = _MIDNIGHT.sub("", normalise_digits(text))
    written = re.sub(r"(?<=[0-9]) +(?=[0-9])", "-", written)  # 2026 3 5
    written = written.replace(" ", "").replace("。", ".").rstrip(".")
    if not written:
        raise UserFacingError("date.missing")
    if "农历" in written or "阴历" in written or "初" in written:
        raise UserFacingError("date.lunar")
    return _DATE_NUMERAL.sub(lambda numeral: _date_numeral(numeral[0]), written)


def _date_numeral(numeral: str) -> str:
    """二〇二六 → 2026 (read digit by digit), 十二 → 12, 二十一 → 21."""
    if "十" not in numeral:
        return "".join(str(_DIGITS[character]) for character in numeral)
    tens, _, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        raise UserFacingError("date.unclear")
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UserFacingError("date.not-a-day") from None


def _nearest(month: int, day: int, today: date, future: bool) -> date:
    # Eight years always hold a 29 February, even around 2100.
    years = range(today.year, today.year + 9) if future else range(today.year, today.year - 9, -1)
    for year in years:
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate >= today if future else candidate <= today:
            return candidate
    raise UserFacingError("date.not-a-day")


# --- times of day -----------------------------------------------------------------------------

_CLOCK = re.compile(
    r"(?P<part>上午|早上|下午|晚上|中午)?(?P<hour>\d{1,2})[:.点时](?P<minute>\d{1,2}|半|一刻|三刻)?分?", re.ASCII
)
_FOUR_DIGITS = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d{2})", re.ASCII)
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}


def parse_time(text: str) -> time:
    """A time of day from what was typed: ``9:30``, ``0930``, ``9点``, ``下午3点半``, ``九点一刻``.

    Errors: ``time.missing``, ``time.unclear``.
    """
    written = normalise_digits(text).replace(" ", "")
    if not written:
        raise UserFacingError("time.missing")
    # 一刻 and 三刻 are words of their own; every other numeral is a number.
    written = _DATE_NUMERAL.sub(
        lambda numeral: numeral[0] if written[numeral.end() : numeral.end() + 1] == "刻" else _date_numeral(numeral[0]),
        written,
    )
    matched = _CLOCK.fullmatch(written) or _FOUR_DIGITS.fullmatch(written)
    if matched is None:
        raise UserFacingError("time.unclear")
    hour, minute = int(matched["hour"]), matched["minute"] or "0"
    part = matched.groupdict().get("part")
    if part == "晚上" and hour == 12:
        raise UserFacingError("time.unclear")  # midnight, of this day or of the next
    if part in ("下午", "晚上", "中午") and 1 <= hour < (3 if part == "中午" else 12):
        hour += 12
    try:
        return time(hour, _MINUTES.get(minute) or int(minute))
    except ValueError:
        raise UserFacingError("time.unclear") from None


def format_time(moment: time) -> str:
    """The form on screen and in records: ``09:30``."""
    return f"{moment:%H:%M}"


# --- phones -----------------------------------------------------------------------------------

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_LANDLINE = re.compile(r"(?:(?:\+86|0086)0?|0)(10|2\d|[3-9]\d{2})(\d{7,8})", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}|1\d{2}|1\d{4}|9\d{4,5}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9]\d{6,14})", re.ASCII)
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)(\d{1,6})$", re.IGNORECASE | re.ASCII)


def parse_phone(text: str, *, area_code: str | None = None) -> str:
    """A phone number in its stored form, from what was typed with spaces, hyphens, brackets, +86, 全角.

    Stored forms: mobile ``13900000000``; landline ``0599-5800000`` and ``0599-5800000-801``; service
    numbers as they are (``12345``); outside the mainland ``+85291234567``. A number of seven or eight
    digits takes ``area_code`` (``0599``) if given. Errors: ``phone.missing``, ``phone.no-area-code``,
    ``phone.several`` (two numbers in one field), ``phone.unclear``.
    """
    written = normalise_digits(text)
    if not written:
        raise UserFacingError("phone.missing")
    extension = ""
    if matched := _EXTENSION.search(re.sub(r"\s", "", written)):
        written, extension = re.sub(r"\s", "", written)[: matched.start()], matched[1]
    if re.search(r"[/;,、;或]", written):
        raise UserFacingError("phone.several")
    if matched := re.fullmatch(r"(0\d{2,3}-\d{7,8})-(\d{1,6})", written, re.ASCII):
        written, extension = matched[1], matched[2]
    digits = re.sub(r"[\s\-‐-―()\[\].·]", "", written)
    if matched := _MOBILE.fullmatch(digits):
        return _without_extension(matched[1], extension)
    if matched := _LANDLINE.fullmatch(digits):
        return f"0{matched[1]}-{matched[2]}" + (f"-{extension}" if extension else "")
    if re.fullmatch(r"[2-8]\d{6,7}", digits, re.ASCII):
        if area_code is None:
            raise UserFacingError("phone.no-area-code")
        return f"{area_code}-{digits}" + (f"-{extension}" if extension else "")
    if matched := _ABROAD.fullmatch(digits):
        return _without_extension(f"+{matched[1]}", extension)
    if _SERVICE.fullmatch(digits):
        return _without_extension(digits, extension)
    raise UserFacingError("phone.several" if re.fullmatch(r"(1[3-9]\d{9}){2,}", digits) else "phone.unclear")


def format_phone(phone: str) -> str:
    """The shown form of a stored number: mobiles in groups, ``139 0000 0000``; all others as stored."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if _MOBILE.fullmatch(phone) and len(phone) == 11 else phone


def _without_extension(number: str, extension: str) -> str:
    if extension:
        raise UserFacingError("phone.unclear")
    return number
