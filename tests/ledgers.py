"""An office ledger (台账) as offices keep them: realistic, ugly, and full of made-up people.

``ledger_bytes`` makes the spreadsheet in memory; the options choose its ways of being ugly. The tour and other
tests import the same file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.people import JIANYANG, made_up_id

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Person:
    """A row of a ledger; ``number`` may be any cell value (text, figure, None)."""

    name: str
    number: object
    relation: str = "本人"
    sex: str = ""
    birth: object = None
    phone: object = None
    disability: str = ""
    health: str = ""


@dataclass(frozen=True)
class Family:
    """A household of a ledger, its head first."""

    number: str
    village: str
    address: str
    category: str
    since: object
    amount: object
    people: tuple[Person, ...] = field(default_factory=tuple)


def person(name: str, birth: date, sequence: int, relation: str = "本人", **more: object) -> Person:
    """A person with a right number of Jianyang (建阳区) and the sex and birth that belong to it."""
    made = Person(name, made_up_id(JIANYANG, birth, sequence), relation, "男" if sequence % 2 else "女", birth)
    return replace(made, **more)  # type: ignore[arg-type]


FAMILIES: tuple[Family, ...] = (
    Family(
        "DB350703104209001",
        "上㘵村",
        "上㘵村3组12号",
        "农村低保",
        date(2021, 7, 1),
        1260,
        (
            person("陈𠮷水", date(1951, 3, 2), 211, phone="139 0000 0101", health="高血压、冠心病"),
            person("林秀英", date(1954, 11, 20), 22, "妻", disability="肢体二级", phone="13900000102"),
            person("陈㛃", date(2012, 6, 1), 124, "孙女", health="健康"),
        ),
    ),
    Family(
        "DB350703104209002",
        "上㘵村",
        "上㘵村1组5号",
        "特困人员",
        "2019.01",
        "1,105元",
        (person("黄䶮", date(1944, 8, 15), 315, phone="0599-5800001", health="慢性支气管炎"),),
    ),
    Family(
        "DB350703104210001",
        "中㘵村",
        "中㘵村2组8号",
        "低保边缘家庭",
        "2024年3月",
        None,
        (
            person("曾乐平", date(1978, 1, 9), 433, phone=13900000103),
            person("单小梅", date(1980, 5, 30), 546, "配偶"),
            person("曾子墨", date(2009, 10, 11), 613, "长子"),
            person("曾子涵", date(2014, 2, 28), 728, "次女", disability="听力一级"),
        ),
    ),
    Family(
        "DB350703104211001",
        "茶㘵村",
        "茶㘵村4组21号",
        "刚性支出困难家庭",
        20250601,
        380.5,
        (
            person("吴解放", date(1969, 10, 1), 819, phone="+86 13900000104", health="尿毒症（透析）"),
            person("仇阿妹", date(1971, 12, 25), 920, "妻子"),
        ),
    ),
)

_COLUMNS: dict[str, tuple[str, Callable[[Family], object] | None, Callable[[Person], object] | None]] = {
    "sequence": ("序号", None, None),
    "number": ("户号", lambda family: family.number, None),
    "village": ("村（居）", lambda family: family.village, None),
    "address": ("家庭住址", lambda family: family.address, None),
    "name": ("姓 名", None, lambda person: person.name),
    "relation": ("与户主关系", None, lambda person: person.relation),
    "document": ("身份证号码\n（必填）", None, lambda person: person.number),
    "sex": ("性别", None, lambda person: person.sex),
    "birth": ("出生日期", None, lambda person: person.birth),
    "phone": ("联系电话", None, lambda person: person.phone),
    "disability": ("残疾类别及等级", None, lambda person: person.disability),
    "health": ("健康状况", None, lambda person: person.health),
    "category": ("保障类别", lambda family: family.category, None),
    "since": ("享受起始时间", lambda family: family.since, None),
    "amount": ("月保障金额(元)", lambda family: family.amount, None),
    "account": ("开户银行", None, lambda _person: "农商银行"),
}
COLUMN_ORDER: tuple[str, ...] = tuple(_COLUMNS)


def ledger_bytes(
    families: Sequence[Family] = FAMILIES,
    *,
    order: Sequence[str] = COLUMN_ORDER,
    title: str = "建阳区莒口镇低收入家庭台账",
    sheet_title: str = "台账",
    merged: bool = True,
    group_heading: bool = False,
    totals: bool = True,
    signatures: bool = True,
    change: Callable[[Worksheet], None] | None = None,
) -> bytes:
    """The ledger as the bytes of an .xlsx file.

    ``order``: the columns and their order. ``merged``: household cells merged over the members' rows, else
    left blank below the head. ``group_heading``: a heading in two rows (家庭成员情况 above the members'
    columns). ``totals``: a 小计 row per village and a 合计 row. ``signatures``: a note and signature rows
    at the end. ``change``: a last hand on the sheet before it is saved.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = sheet_title
    fill_sheet(sheet, families, order=order, title=title, merged=merged, group_heading=group_heading, totals=totals)
    if signatures:
        sheet.append(["注：本表一式两份，镇、村各存一份。"])
        sheet.append(["制表人：", None, None, "审核人：", None, "填表日期：2026年11月1日"])
        sheet.append(["单位负责人（签字）："])
    if change is not None:
        change(sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fill_sheet(
    sheet: Worksheet,
    families: Sequence[Family],
    *,
    order: Sequence[str] = COLUMN_ORDER,
    title: str = "",
    merged: bool = True,
    group_heading: bool = False,
    totals: bool = False,
) -> None:
    """Write title, heading, households and totals into a sheet."""
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(order))
        sheet.append(["填报单位：莒口镇人民政府", None, None, None, "单位：元、人"])
    _write_heading(sheet, order, group_heading)
    # Asked once: the sheet looks through all its cells to answer.
    row = sheet.max_row + 1
    people_count = 0
    for index, family in enumerate(families):
        _write_family(sheet, family, row, index + 1, order, merged)
        row += len(family.people)
        people_count += len(family.people)
        last_of_village = index + 1 == len(families) or families[index + 1].village != family.village
        if totals and last_of_village:
            sheet.append([None, None, "小 计", None, f"{index + 1}户"])
            row += 1
    if totals:
        sheet.append(["合　计", None, None, None, None, None, people_count])
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)


def _write_heading(sheet: Worksheet, order: Sequence[str], group_heading: bool) -> None:
    headings = [_COLUMNS[column][0] for column in order]
    if not group_heading:
        sheet.append(headings)
        return
    row = sheet.max_row + 1
    of_person = [_COLUMNS[column][2] is not None for column in order]
    sheet.append(["家庭成员情况" if personal else text for personal, text in zip(of_person, headings, strict=True)])
    sheet.append([text if personal else None for personal, text in zip(of_person, headings, strict=True)])
    start = 0
    for index in range(len(order) + 1):
        if index < len(order) and of_person[index]:
            continue
        if index > start:
            sheet.merge_cells(start_row=row, start_column=start + 1, end_row=row, end_column=index)
        if index < len(order):
            sheet.merge_cells(start_row=row, start_column=index + 1, end_row=row + 1, end_column=index + 1)
        start = index + 1


def _write_family(
    sheet: Worksheet, family: Family, first: int, sequence: int, order: Sequence[str], merged: bool
) -> None:
    for index, someone in enumerate(family.people):
        cells: list[object] = []
        for column in order:
            _, of_family, of_person = _COLUMNS[column]
            if of_person is not None:
                cells.append(of_person(someone))
            elif index:
                cells.append(None)
            else:
                cells.append(sequence if of_family is None else of_family(family))
        sheet.append(cells)
    if merged and len(family.people) > 1:
        for position, column in enumerate(order, start=1):
            if _COLUMNS[column][2] is None:
                sheet.merge_cells(
                    start_row=first,
                    start_column=position,
                    end_row=first + len(family.people) - 1,
                    end_column=position,
                )
