"""What the titles of a ledger say of everybody in it: 建阳区莒口镇2026年11月农村低保对象花名册 is a list of 低保.

Offices keep one ledger per category and then have no column for it.
"""

from __future__ import annotations

import re

from desktop.documents.ledger_cells import read_category, text_of
from desktop.documents.ledger_file import Sheet
from desktop.documents.ledger_headings import Headings
from desktop.domain.aid import Category
from desktop.domain.typed import normalise_digits

_TITLE = re.compile(
    r"(?:.*(?:省|市|县|区|乡|镇|街道|村|社区|年|月|月份|季度|年度))?(.+?)"
    r"(?:基本情况|基本信息|信息|情况|保障金|资金|发放|管理)*"
    r"(?:花名册|名册|台账|名单|一览表|登记表|汇总表|明细表|统计表|信息表|情况表|发放表|表)?"
)
_DATE_IN_BRACKETS = re.compile(r"\([\d年月季度第至—\-.]+\)")


def category_of_sheet(sheet: Sheet, headings: Headings) -> Category | None:
    """The one category that the titles above the heading, or else the sheet's own title, name for certain.

    None where none is named, or more than one.
    """
    above = {
        category
        for row in sheet.rows[: headings.first]
        for value in row.cells.values()
        if (category := category_in(text_of(value))) is not None
    }
    if not above:
        return category_in(sheet.title)
    return above.pop() if len(above) == 1 else None


def category_in(title: str) -> Category | None:
    """The category that a title names and nothing beside it: 低保、特困人员名册 and 新增低保对象名单 name none."""
    bare = _DATE_IN_BRACKETS.sub("", re.sub(r"\s", "", normalise_digits(title)))
    found = _TITLE.fullmatch(bare)
    return read_category(found[1]) if found is not None else None
