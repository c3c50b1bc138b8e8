"""The people of the tour. All are made up; the villages they live in are real.

Their citizen numbers begin with 350703, a code first given out in 2015, with births before that: such numbers belong
to nobody. The seed decides numbers, birthdays and phones.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from desktop.domain.identity import check_character
from desktop.domain.typed import format_phone

AREA: Final = "350703"
TOWNSHIP: Final = "350703104"
WORKER: Final = "陈晓燕"
COLLEAGUE: Final = "何金水"
STATION_WORKER: Final = "林晓梅"
"""At the station, without a laptop; the second person at the table of the first sheet."""
OFFICE: Final = "莒口镇人民政府"
DUTY_OFFICER: Final = "周明远"
CHARITY_CONTACT: Final = "郑小芳"


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a household; the relation as ledgers write it. An empty number: no document."""

    name: str
    birth: date
    is_man: bool
    relation: str = "本人"
    number: str = ""
    phone: str = ""
    disability: str = ""
    health: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A household, its head first. ``amount``: yuan a month; ``village`` by its short name."""

    village: str
    address: str
    category: str
    since: date | None
    amount: float | None
    people: tuple[Person, ...]
    number: str = ""

    @property
    def head(self) -> Person:
        """The head of the household (户主)."""
        return self.people[0]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who appears: the households of the office's ledger, those on no list, and the one found twice."""

    ledger: tuple[Family, ...]
    unlisted: Family
    """On no list: head without a document, met in his house."""
    twice: Family
    """Whom two workers write down on the same day, each on his own laptop."""

    @property
    def families(self) -> tuple[Family, ...]:
        """All of them."""
        return (*self.ledger, self.unlisted, self.twice)

    def secrets(self) -> tuple[str, ...]:
        """What must not be found in any file: names, numbers of documents, phones as typed and as shown."""
        people = [person for family in self.families for person in family.people]
        found = [text for one in people for text in (one.name, one.number, one.phone)]
        found += [format_phone(one.phone) for one in people if one.phone]
        return tuple(sorted({text for text in found if text}))


def make_cast(seed: int) -> Cast:
    """The same people for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret: a run must be repeatable

    def person(
        name: str,
        year: int,
        sex: str,
        relation: str = "本人",
        *,
        phone: str = "",
        disability: str = "",
        health: str = "",
    ) -> Person:
        birth = date(year, chance.randint(1, 12), chance.randint(1, 28))
        body = f"{AREA}{birth:%Y%m%d}{chance.randrange(100, 998, 2) + (sex == '男'):03}"
        number = body + check_character(body)
        return Person(name, birth, sex == "男", relation, number, phone, disability, health)

    def mobile() -> str:
        return f"1390000{chance.randrange(10_000):04}"

    return Cast(
        ledger=(
            Family(
                "上㘵村",
                "3组12号",
                "农村低保",
                date(2021, 7, 1),
                1260,
                (
                    person("陈𠮷水", 1951, "男", phone=mobile(), health="高血压、冠心病"),
                    person("林秀英", 1954, "女", "妻", phone=mobile(), disability="肢体二级"),
                    person("陈㛃华", 2012, "女", "孙女", health="健康"),
                ),
                "DB350703104209001",
            ),
            Family(
                "上㘵村",
                "1组5号",
                "特困人员",
                date(2019, 1, 1),
                1105,
                (person("黄䶮生", 1944, "男", phone="05995800001", health="慢性支气管炎"),),
                "DB350703104209002",
            ),
            Family(
                "中㘵村",
                "2组8号",
                "低保边缘家庭",
                date(2024, 3, 1),
                None,
                (
                    person("曾乐平", 1978, "男", phone=mobile()),
                    person("单小梅", 1980, "女", "配偶"),
                    person("曾子墨", 2009, "男", "长子"),
                    person("曾子涵", 2014, "女", "次女", disability="听力一级"),
                ),
                "DB350703104210001",
            ),
            Family(
                "茶㘵村",
                "4组21号",
                "刚性支出困难家庭",
                date(2025, 6, 1),
                380.5,
                (
                    person("吴解放", 1969, "男", phone=mobile(), health="尿毒症（透析）"),
                    person("仇阿妹", 1971, "女", "妻子"),
                ),
                "DB350703104211001",
            ),
            Family(
                "莒口村",
                "6组3号",
                "农村低保",
                date(2022, 10, 1),
                930,
                (
                    person("谢有田", 1958, "男", phone=mobile()),
                    person("谢小满", 1990, "女", "女儿", disability="智力二级"),
                ),
                "DB350703104201001",
            ),
        ),
        unlisted=Family(
            "上㘵村",
            "5组2号",
            "",
            None,
            None,
            (replace(person("𠮷建生", 1949, "男"), number="", phone=mobile()),),
        ),
        twice=Family("茶㘵村", "2组6号", "", None, None, (person("苏阿䶮", 1962, "女", phone=mobile()),)),
    )
