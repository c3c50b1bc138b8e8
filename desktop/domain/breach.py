"""A lost laptop (电脑丢失): what its loss means for each person on it, to whom a letter is owed (PIPL art. 57)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

CATEGORIES: Final[Mapping[str, str]] = {
    "name": "姓名",
    "document": "证件号码",
    "birth": "出生日期、性别",
    "phones": "联系电话",
    "membership": "住址和家庭关系",
    "background": "民族、文化程度等基本情况",
    "health": "健康状况",
    "disability": "残疾情况",
    "guardian": "监护人",
    "carer": "实际抚养人",
    "capacity": "民事行为能力",
    "visit": "走访记录（收入、支出、财产、住房、健康）",
    "need": "困难和需求",
    "wish": "微心愿",
    "publicity": "宣传同意书",
    "aid": "救助情况",
    "sheet": "同意书",
    "grant": "同意书",
    "check": "同意书的核对记录",
    "withdrawal": "撤回同意的记录",
    "scan": "签字纸页的扫描件",
    "signature": "屏幕签名的图和笔迹",
    "referral": "转介材料",
    "help": "慈善帮扶情况",
    "print": "打印过的材料的记录",
    "rights-request": "个人权利请求",
    "approval": "未成年人信息的查阅批准",
}
"""Groups of a resident and kinds of records, in the words of a letter."""
SENSITIVE: Final = frozenset({"document", "health", "disability", "capacity", "visit", "aid", "scan", "signature"})
"""Of these at least part is sensitive personal information (敏感个人信息, PIPL art. 28)."""
AUTHORITY_WORDS: Final = (
    "履行个人信息保护职责的部门（网信部门）和本级民政部门：立即报告；属较大以上网络安全事件的，四小时内报省级网信部门"
    "（国家网络安全事件报告管理办法）。涉及未成年人的，同时报网信部门并告知监护人（未成年人网络保护条例第三十五条）。"
)
_ADULT: Final = 18


@dataclass(frozen=True, slots=True)
class Affected:
    """A person whose data were on the laptop. ``categories`` are keys of ``CATEGORIES``."""

    resident: str
    name: str
    address: str
    minor: bool
    categories: tuple[str, ...]

    @property
    def sensitive(self) -> bool:
        """Whether sensitive information was among it."""
        return bool(SENSITIVE & set(self.categories))


def categories(groups: Iterable[str], kinds: Iterable[str]) -> tuple[str, ...]:
    """What was there of a person, in the order of ``CATEGORIES`` and each word once."""
    found = {*groups, *kinds}
    words: dict[str, str] = {}
    for key, word in CATEGORIES.items():
        if key in found and word not in words.values():
            words[key] = word
    return tuple(words)


def is_minor(born: date | None, today: date) -> bool:
    """Under eighteen; unknown counts as of age."""
    return born is not None and (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) < _ADULT
