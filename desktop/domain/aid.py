"""Aid (政府救助) and help (慈善帮扶): what the government gives, what charity gives."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Category(StrEnum):
    """Low-income categories with their exact names (国办发〔2023〕39号, ``reference.md`` §2.2)."""

    SUBSISTENCE = "subsistence"
    DESTITUTE = "destitute"
    MARGIN = "margin"
    HARD_EXPENDITURE = "hard-expenditure"
    RETURN_TO_POVERTY = "return-to-poverty"
    OTHER = "other"
    ORPHAN = "orphan"
    UNATTENDED_CHILD = "unattended-child"
    TEMPORARY = "temporary"
    COMPATRIOT = "compatriot"


OF_CHILDREN = frozenset({Category.ORPHAN, Category.UNATTENDED_CHILD})
"""Those that only a child can hold: of nobody else in the household is it said, and it tells of the child."""

CATEGORY_NAMES: Mapping[Category, str] = {
    Category.SUBSISTENCE: "最低生活保障对象",
    Category.DESTITUTE: "特困人员",
    Category.MARGIN: "最低生活保障边缘家庭成员",
    Category.HARD_EXPENDITURE: "刚性支出困难家庭成员",
    Category.RETURN_TO_POVERTY: "防止返贫监测对象",
    Category.OTHER: "其他困难人员",
    Category.ORPHAN: "孤儿",
    Category.UNATTENDED_CHILD: "事实无人抚养儿童",
    Category.TEMPORARY: "临时救助对象",
    Category.COMPATRIOT: "在闽台港澳同胞",
}

SHORT_CATEGORY_NAMES: Mapping[Category, str] = {
    Category.SUBSISTENCE: "低保",
    Category.DESTITUTE: "特困",
    Category.MARGIN: "低保边缘",
    Category.HARD_EXPENDITURE: "刚性支出困难",
    Category.RETURN_TO_POVERTY: "防返贫监测",
    Category.OTHER: "其他困难",
    Category.ORPHAN: "孤儿",
    Category.UNATTENDED_CHILD: "事实无人抚养",
    Category.TEMPORARY: "临时救助",
    Category.COMPATRIOT: "台港澳同胞",
}

_STEPS = frozenset({Category.SUBSISTENCE, Category.DESTITUTE, Category.MARGIN, Category.HARD_EXPENDITURE})


def excludes(one: Category, other: Category) -> bool:
    """Whether a household that has the one cannot have the other as well.

    低保, 特困, 低保边缘 and 刚性支出困难 are steps of one ladder; an orphan, or a household watched for a return to
    poverty, may stand on any of them.
    """
    return one is not other and {one, other} <= _STEPS
