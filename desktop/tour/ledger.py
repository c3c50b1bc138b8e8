"""The office's ledger (台账) as offices keep it: merged title, two heading rows, blocks of cells, odd cell types."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from desktop.tour.cast import Family, Person

_HEADINGS: Final = (
    "序号",
    "户号",
    "村（居）",
    "家庭住址",
    "姓 名",
    "与户主关系",
    "身份证号码\n（必填）",
    "出生日期",
    "联系电话",
    "残疾类别及等级",
    "健康状况",
    "保障类别",
    "享受起始时间",
    "月保障金额(元)",
)
_OF_PERSON: Final = range(4, 11)
"""The columns under 家庭成员情况."""
_FIRST_ROW: Final = 5


def ledger_bytes(families: Sequence[Family]) -> bytes:
    """The spreadsheet (.xlsx) with these households.

    The last household's head has his number typed as a figure: the spreadsheet kept fifteen digits of it.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = "低收入台账"
    _write_heading(sheet)
    row = _FIRST_ROW
    for index, family in enumerate(families):
        _write_family(sheet, family, row, index + 1, lost_digits=index == len(families) - 1)
        row += len(family.people)
        if index + 1 == len(families) or families[index + 1].village != family.village:
            sheet.append([None, None, "小 计", None, f"{index + 1}户"])
            row += 1
    sheet.append(["合　计", None, None, None, sum(len(family.people) for family in families)])
    sheet.append(["注：本表一式两份，镇、村各存一份。"])
    sheet.append(["制表人：", None, None, "审核人：", None, "填表日期：2026年11月1日"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_heading(sheet: Worksheet) -> None:
    last = len(_HEADINGS)
    sheet.append(["建阳区莒口镇低收入家庭台账"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    sheet.append(["填报单位：莒口镇人民政府", None, None, None, "单位：元、人"])
    sheet.append(["家庭成员情况" if index in _OF_PERSON else text for index, text in enumerate(_HEADINGS)])
    sheet.append([text if index in _OF_PERSON else None for index, text in enumerate(_HEADINGS)])
    sheet.merge_cells(start_row=3, start_column=_OF_PERSON[0] + 1, end_row=3, end_column=_OF_PERSON[-1] + 1)
    for column in (index + 1 for index in range(last) if index not in _OF_PERSON):
        sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)


def _write_family(sheet: Worksheet, family: Family, first: int, sequence: int, *, lost_digits: bool) -> None:
    for index, person in enumerate(family.people):
        number: object = float(person.number[:17]) * 10 if lost_digits and index == 0 else person.number
        cells = [
            *(
                [sequence, family.number, family.village, f"{family.village}{family.address}"]
                if index == 0
                else [None] * 4
            ),
            *_of_person(person, index, number),
            *([family.category, _since(family.since, sequence), family.amount] if index == 0 else [None] * 3),
        ]
        sheet.append(cells)
    if len(family.people) > 1:
        for column in (one + 1 for one in range(len(_HEADINGS)) if one not in _OF_PERSON):
            sheet.merge_cells(
                start_row=first, start_column=column, end_row=first + len(family.people) - 1, end_column=column
            )


def _of_person(person: Person, index: int, number: object) -> list[object]:
    phone: object = person.phone
    if person.phone.startswith("1") and index == 0:
        phone = int(person.phone)
    elif person.phone.startswith("0"):
        phone = f"{person.phone[:4]}－{person.phone[4:]}"
    return [
        person.name if index else f"{person.name[0]} {person.name[1:]}",
        person.relation,
        number,
        person.birth if index % 2 == 0 else f"{person.birth:%Y.%m.%d}",
        phone or None,
        person.disability or None,
        person.health or None,
    ]


def _since(day: date | None, sequence: int) -> object:
    """Dates as different hands type them."""
    if day is None:
        return None
    return (day, f"{day:%Y.%m}", f"{day.year}年{day.month}月", int(f"{day:%Y%m%d}"))[sequence % 4]
