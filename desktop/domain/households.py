"""Households (家庭) and their members (成员): what is described, and in which groups it is merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.domain import relations
from desktop.domain.aid import OF_CHILDREN, Category
from desktop.domain.guardian_order import PassedOver, Standing
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.signing import AgeBand, Capacity, GuardianBasis, Incapacity, band_of

HEAD: str = "0"
"""Code of the head of household (户主, GB/T 4761-2008)."""

_ONE_DIGIT: Mapping[str, str] = {
    HEAD: "户主",
    "1": "配偶",
    "2": "子",
    "3": "女",
    "4": "孙辈",
    "5": "父母",
    "6": "祖辈",
    "7": "兄弟姐妹",
    "8": "其他",
}
RELATION_NAMES: Mapping[str, str] = {**_ONE_DIGIT, **relations.RELATION_NAMES}
"""Both lengths of the code are in use: ledgers and forms write one digit or two."""


class DisabilityKind(StrEnum):
    """残疾类别 (GB/T 26341-2010)."""

    SIGHT = "1"
    HEARING = "2"
    SPEECH = "3"
    PHYSICAL = "4"
    INTELLECTUAL = "5"
    MENTAL = "6"
    MULTIPLE = "7"


DISABILITY_NAMES: Mapping[DisabilityKind, str] = {
    DisabilityKind.SIGHT: "视力",
    DisabilityKind.HEARING: "听力",
    DisabilityKind.SPEECH: "言语",
    DisabilityKind.PHYSICAL: "肢体",
    DisabilityKind.INTELLECTUAL: "智力",
    DisabilityKind.MENTAL: "精神",
    DisabilityKind.MULTIPLE: "多重",
}
LEVEL_NAMES: Mapping[int, str] = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}

TOWNSHIP_DIGITS: Final = 9
"""Of a village's twelve-digit code (统计用区划代码) those of its township."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a household lives: a village's code and the words within it."""

    division: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of household."""

    resident: str


@dataclass(frozen=True, slots=True)
class Number:
    """The office's own number of the household (户号)."""

    number: str


@dataclass(frozen=True, slots=True)
class NearRelative:
    """优亲厚友: a near relative (民法典 1045) among the workers or village cadres."""

    declared: bool
    who: str = ""


@dataclass(frozen=True, slots=True)
class CategoryHeld:
    """A low-income category a household holds; one group per category."""

    category: Category
    source: str = ""
    since: date | None = None
    until: date | None = None
    monthly: int | None = None
    """Fen a month, as the ledger or the person says."""
    ended: bool = False

    def in_force(self, on: date) -> bool:
        """Begun and not over on that day."""
        is_over = self.ended or (self.until is not None and self.until < on)
        return not is_over and (self.since is None or self.since <= on)


def categories_of_member(held: Iterable[CategoryHeld], band: AgeBand | None, on: date) -> tuple[CategoryHeld, ...]:
    """What of a household's categories may be said of one member on a day.

    A household's category is every member's, save those that only a child can hold: told of a grandfather they tell of
    his grandchild. Of whom the age is not known (``band``) they are not said.
    """
    is_child = band is not None and band is not AgeBand.ADULT
    return tuple(one for one in held if one.in_force(on) and (is_child or one.category not in OF_CHILDREN))


@dataclass(frozen=True, slots=True)
class Name:
    """Legal name as written; never normalised. ``original`` in traditional or Latin script."""

    name: str
    original: str = ""
    former: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document; ``none`` is an answer like any other."""

    type: DocumentType = DocumentType.NONE
    number: str = ""


@dataclass(frozen=True, slots=True)
class Birth:
    """Date of birth and registered sex."""

    day: date | None = None
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True, slots=True)
class Phones:
    """Numbers as parsed by ``typed.parse_phone``."""

    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """Which household, in which relation to its head (GB/T 4761 code)."""

    household: str
    relation: str = HEAD
    lives_together: bool = True
    left: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What is known lastingly about health; a visit's findings are facts of that visit."""

    state: str = ""
    illness: str = ""


@dataclass(frozen=True, slots=True)
class Disability:
    """Category and level of the disability certificate (残疾人证)."""

    kind: DisabilityKind
    level: int
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Guardian (监护人), and by what right. Whoever really looks after the person is the carer."""

    name: str = ""
    relation: str = ""
    """To the person, in words."""
    phone: str = ""
    document: Document = field(default_factory=Document)
    basis: GuardianBasis | None = None
    deed: str = ""
    """Number of the paper by which they are guardian (文书号)."""
    proof: str = ""
    """Which paper showed it, where none is numbered: 户口簿."""
    standing: Standing | None = None
    """An adult's guardian by the law's own order: in which place of it (民法典 28)."""
    passed_over: tuple[PassedOver, ...] = ()
    """Why those who stand before do not act."""
    consent_of: str = ""
    """Of somebody outside the near relatives: which committee or office consented, and when (民法典 28(4))."""

    def with_document_of(self, known: Guardian | None) -> Guardian:
        """The same with the document that is recorded, where it was not shown to whoever wrote this down."""
        if known is None or self.document != Document() or self.name != known.name:
            return self
        return replace(self, document=known.document)


@dataclass(frozen=True, slots=True)
class Carer:
    """The actual carer (实际抚养人), who may hold no guardianship at all (``reference.md`` §0 finding 9)."""

    name: str = ""
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class StatedCapacity:
    """Capacity (民事行为能力) where it does not follow from the date of birth alone, and what shows it."""

    capacity: Capacity | None = None
    ground: Incapacity | None = None
    """法院认定 or 其他; what follows from age is not stated."""
    proof: str = ""
    """Number of the judgment, certificate of disability, diagnosis."""
    lives_on_own_work: bool = False
    """At 16 or 17 (民法典 18)."""
    band: AgeBand | None = None
    """How old, where no date of birth is known."""
    band_stated: date | None = None


@dataclass(frozen=True, slots=True)
class NewResident:
    """A person to be recorded, by hand or from a ledger."""

    name: Name
    document: Document = field(default_factory=Document)
    birth: Birth = field(default_factory=Birth)
    relation: str = HEAD
    phones: Phones = field(default_factory=Phones)
    health: Health | None = None
    disability: Disability | None = None
    guardian: Guardian | None = None
    carer: Carer | None = None
    capacity: StatedCapacity | None = None


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household to be recorded; the first member is its head."""

    address: Address
    members: tuple[NewResident, ...]
    number: str = ""
    categories: tuple[CategoryHeld, ...] = ()
    near_relative: NearRelative | None = None


def category_group(category: Category) -> str:
    """The merge group of one category."""
    return f"category:{category.value}"


def age(birth: date | None, today: date) -> int | None:
    """Full years, or None where the date is not known."""
    if birth is None:
        return None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def age_band(birth: date | None, stated: StatedCapacity | None, today: date) -> AgeBand | None:
    """How old somebody is as far as the law asks: by the birthday, or as stated; None where that is not known.

    A band other than that of adults is over some day, so it counts for a year.
    """
    years = age(birth, today)
    if years is not None:
        return band_of(years)
    if stated is None or stated.band in (None, AgeBand.ADULT):
        return stated.band if stated is not None else None
    since = age(stated.band_stated, today)
    return stated.band if since is not None and since < 1 else None


def parse_disability(words: str) -> Disability | None:
    """肢体二级, 肢体残疾2级, 智力 一级 → category and level; None where the words do not say both."""
    kind = next((one for one, name in DISABILITY_NAMES.items() if name in words), None)
    level = next((number for number, name in LEVEL_NAMES.items() if name in words or f"{number}级" in words), None)
    return None if kind is None or level is None else Disability(kind, level)
