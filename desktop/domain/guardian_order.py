"""The order of guardians (法定监护顺位, 民法典 27, 28): who comes first, and why somebody before does not act.

Of a minor: the parents; grandparents; elder brothers and sisters. Of an adult: spouse; parents and children; other near
relatives. Then others who are willing, with the consent of the village or residents' committee or of civil affairs.
Where nobody of these is there a body is the guardian (民法典 32). Whoever stands later signs only where it is written
down why each before does not: nobody may go round a wife or a mother by calling himself guardian. A judgment,
designation, agreement, will or the person's own choice is a deed, which says it all.

That there is nobody in a place is held against whom the record knows (``kinship``): of each it has to be said what
became of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.kinship import Kin
from desktop.domain.relations import relation_code

STANDING_UNKNOWN: Final = "guardian-standing"
"""Reason: nobody said in which place of the order the guardian stands."""
STANDING_OTHER: Final = "guardian-other-standing"
"""Reason: the place that was said is not that of such a relative."""
EARLIER_OPEN: Final = "guardian-earlier"
"""Reason: somebody stands before, and it was not said why they do not act."""
EARLIER_KNOWN: Final = "guardian-earlier-known"
"""Reason: it is said that there is nobody in a place before, and the record knows somebody of whom nothing is said."""
PARENTS_AGREED: Final = "guardian-parents-agreed"
"""Reason: a child's parents do not act by agreement alone; only death or incapacity opens the next place (27)."""
CONSENT_MISSING: Final = "guardian-consent"
"""Reason: somebody outside the near relatives, without the consent of the committee or of civil affairs."""


class Standing(StrEnum):
    """顺位: in which place of the order somebody stands."""

    PARENT = "parent"
    GRANDPARENT = "grandparent"
    ELDER_SIBLING = "elder-sibling"
    SPOUSE = "spouse"
    PARENT_OR_CHILD = "parent-or-child"
    NEAR_RELATIVE = "near-relative"
    OTHER = "other"


STANDING_NAMES: Mapping[Standing, str] = {
    Standing.PARENT: "父母",
    Standing.GRANDPARENT: "祖父母、外祖父母",
    Standing.ELDER_SIBLING: "兄、姐",
    Standing.SPOUSE: "配偶",
    Standing.PARENT_OR_CHILD: "父母、子女",
    Standing.NEAR_RELATIVE: "其他近亲属",
    Standing.OTHER: "其他愿意担任的人",
}
MINORS_ORDER: Final = (Standing.PARENT, Standing.GRANDPARENT, Standing.ELDER_SIBLING, Standing.OTHER)
"""民法典 27."""
ADULTS_ORDER: Final = (Standing.SPOUSE, Standing.PARENT_OR_CHILD, Standing.NEAR_RELATIVE, Standing.OTHER)
"""民法典 28."""


class NotActing(StrEnum):
    """Why those of an earlier place do not act."""

    NOBODY = "nobody"
    """There is none, or they are dead."""
    INCAPABLE = "incapable"
    """Not able to be guardian (民法典 28: 有监护能力的人)."""
    AGREEMENT = "agreement"
    """Unwilling, and agreed with those who may be guardians, 民法典 30."""
    DESIGNATED = "designated"
    """Another was designated, 民法典 31(1)."""
    COURT = "court"
    """A court decided otherwise, 民法典 31, 36."""


NOT_ACTING_NAMES: Mapping[NotActing, str] = {
    NotActing.NOBODY: "没有或已去世",
    NotActing.INCAPABLE: "没有监护能力",
    NotActing.AGREEMENT: "不愿意，已协议",
    NotActing.DESIGNATED: "已另行指定",
    NotActing.COURT: "法院已另定",
}

BY_DEED: Final = frozenset({NotActing.AGREEMENT, NotActing.DESIGNATED, NotActing.COURT})
"""What a numbered paper has to show; the others a worker sees and writes down."""


class Absence(StrEnum):
    """What became of somebody whom the record knows, where it is said that there is nobody."""

    DEAD = "dead"
    DIVORCED = "divorced"
    INCAPABLE = "incapable"
    MISSING = "missing"
    """Nobody knows where they are. Of a child's parents that alone opens no place (27): somebody is designated."""
    NOT_KIN = "not-kin"
    """The record is wrong, or what followed from it is: they are no such relative."""


ABSENCE_NAMES: Mapping[Absence, str] = {
    Absence.DEAD: "已去世",
    Absence.DIVORCED: "已离婚",
    Absence.INCAPABLE: "没有监护能力",
    Absence.MISSING: "下落不明",
    Absence.NOT_KIN: "不是这种亲属",
}


def absences(standing: Standing) -> tuple[Absence, ...]:
    """What may have become of somebody of that place, so that there is nobody in it."""
    barred = {
        Standing.SPOUSE: frozenset[Absence](),
        Standing.PARENT: frozenset({Absence.DIVORCED, Absence.MISSING}),
    }.get(standing, frozenset({Absence.DIVORCED}))
    return tuple(one for one in Absence if one not in barred)


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody whom the record knows, and what became of them. ``record`` is the id of their own, if they have one."""

    name: str
    why: Absence
    record: str = ""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Those of one place, and why they do not act; ``absent`` are those whom the record knows all the same."""

    standing: Standing
    why: NotActing
    absent: tuple[Absent, ...] = ()


def reasons(standing: Standing) -> tuple[NotActing, ...]:
    """Why those of a place may not act: a minor's parents cannot agree it away while they are able (27)."""
    return tuple(one for one in NotActing if not (standing is Standing.PARENT and one is NotActing.AGREEMENT))


def before(standing: Standing | None, *, is_minor: bool = False) -> tuple[Standing, ...]:
    """Who stands before that place; before a body (None), all who are guardians by right."""
    order = MINORS_ORDER if is_minor else ADULTS_ORDER
    return order[: order.index(standing if standing is not None else Standing.OTHER)]


def standing_of(relation: str, *, is_minor: bool = False) -> Standing | None:
    """The place of a relation in words or by its code (妻子, 儿子); None where that does not settle it, or is no place.

    Near relatives are those of 民法典 1045: in-laws, uncles and nephews are not among them.
    """
    return (_MINORS_STANDING_OF if is_minor else _STANDING_OF).get(relation_code(relation) or "")


def known_before(
    kin: Iterable[Kin], standing: Standing | None, *, is_minor: bool, guardian: str = ""
) -> dict[Standing, tuple[Kin, ...]]:
    """Whom the record knows in each of the places before; the guardian, by name, is not one of them.

    Somebody who is known in two ways is named once, in the first way.
    """
    found: dict[Standing, dict[str, Kin]] = {}
    for one in kin:
        place = standing_of(one.relation, is_minor=is_minor)
        if place in before(standing, is_minor=is_minor) and one.name != guardian:
            found.setdefault(place, {}).setdefault(one.name, one)
    return {place: tuple(each.values()) for place, each in found.items()}


def needs_deed(passed_over: Iterable[PassedOver]) -> bool:
    """Whether what is said of those before rests on a numbered paper."""
    return any(one.why in BY_DEED for one in passed_over)


def order_problem(
    *,
    is_minor: bool,
    is_body: bool,
    relation: str,
    standing: Standing | None,
    passed_over: Collection[PassedOver],
    consent_of: str,
) -> str:
    """Why a guardian by the law's own order is not the one to act, as a reason code; "" where it is.

    Args:
        is_minor: whose order it is, 民法典 27 or 28.
        is_body: a committee or civil affairs itself (民法典 32), which stands after everybody and in no place.
        relation: what the guardian is to the person, in words.
        standing: the place that was stated.
        passed_over: what was said of the places before.
        consent_of: which committee or office consented to somebody outside the near relatives, and when.
    """
    if not is_body:
        if standing is None:
            return STANDING_UNKNOWN
        if _is_elsewhere(relation, standing, is_minor=is_minor):
            return STANDING_OTHER
    said = {one.standing: one.why for one in passed_over}
    places = before(None if is_body else standing, is_minor=is_minor)
    # 民法典 30 lets those who may be guardians agree among themselves, and 32 needs that there is none of them.
    if any(one not in said or (is_body and said[one] is NotActing.AGREEMENT) for one in places):
        return EARLIER_OPEN
    if any(said[one] not in reasons(one) for one in places):
        return PARENTS_AGREED
    return CONSENT_MISSING if standing is Standing.OTHER and not is_body and not consent_of.strip() else ""


def _is_elsewhere(relation: str, standing: Standing, *, is_minor: bool) -> bool:
    """Whether somebody of that relation stands in another place, or in none (a minor's younger brother)."""
    if standing not in (MINORS_ORDER if is_minor else ADULTS_ORDER):
        return True
    return relation_code(relation) is not None and standing_of(relation, is_minor=is_minor) is not standing


def unaccounted(
    kin: Iterable[Kin],
    passed_over: Iterable[PassedOver],
    standing: Standing | None,
    *,
    is_minor: bool,
    guardian: str = "",
) -> tuple[Kin, ...]:
    """Whom the record knows in places of which it is said that there is nobody, and of whom nothing is said.

    ``standing`` is the guardian's place, None of a body; ``guardian`` is the name.
    """
    said = {one.standing: one for one in passed_over}
    open_ones: list[Kin] = []
    for place, known in known_before(kin, standing, is_minor=is_minor, guardian=guardian).items():
        one = said.get(place)
        if one is not None and one.why is NotActing.NOBODY:
            told = [each for each in one.absent if each.why in absences(place)]
            names, records = {each.name for each in told}, {each.record for each in told} - {""}
            open_ones += [each for each in known if each.name not in names and each.record not in records]
    return tuple(open_ones)


def order_words(standing: Standing | None, passed_over: Iterable[PassedOver], consent_of: str) -> str:
    """``法定顺位：父母、子女；配偶没有监护能力``; "" where nothing was said of it."""
    words = [f"法定顺位：{STANDING_NAMES[standing]}"] if standing is not None else []
    words += [passed_over_words(passed_over)] if passed_over else []
    words += [f"{consent_of}同意"] if consent_of else []
    return "；".join(words)


def passed_over_words(passed_over: Iterable[PassedOver], unsaid: Mapping[Standing, int] | None = None) -> str:
    """``配偶没有或已去世（吴㛃华已离婚），父母、子女没有监护能力``.

    ``unsaid`` is of how many of a place it has still to be said what became of them: of each there is room for it.
    """
    room = unsaid or {}
    return "，".join(
        f"{STANDING_NAMES[one.standing]}{NOT_ACTING_NAMES[one.why]}"
        f"{_absent_words(one.absent, room.get(one.standing, 0))}"
        for one in passed_over
    )


def _absent_words(absent: Collection[Absent], unsaid: int) -> str:
    """Of whom the record knows, and room for those of whom nothing is said; "" where that is nobody."""
    told = [f"{one.name}{ABSENCE_NAMES[one.why]}" for one in absent]
    room = ["姓名________ 情况________"] * unsaid
    return f"（{'、'.join((*told, *room))}）" if told or room else ""


_SPOUSES: Final = ("10", "11", "12")
_PARENTS: Final = ("50", "51", "52", "57", "58")
_CHILDREN: Final = ("20", "21", "22", "23", "24", "25", "26", "27", "30", "31", "32", "33", "34", "35", "36", "37")
_NEAR: Final = ("40", "41", "42", "43", "44", "60", "61", "62", "63", "64", "70", "71", "73", "75", "77")
_FURTHER: Final = ("28", "38", "45", "46", "47", "48", "53", "54", "55", "56", "65", "66", "67", "72", "74", "76", "78")
_DISTANT: Final = tuple(str(code) for code in (*range(81, 97), 99))
_STANDING_OF: Mapping[str, Standing] = {
    **dict.fromkeys(_SPOUSES, Standing.SPOUSE),
    **dict.fromkeys((*_PARENTS, *_CHILDREN), Standing.PARENT_OR_CHILD),
    **dict.fromkeys(_NEAR, Standing.NEAR_RELATIVE),
    **dict.fromkeys((*_FURTHER, *_DISTANT), Standing.OTHER),
}
"""By the code of GB/T 4761, as what the guardian is to the person."""
_ELDER: Final = ("70", "71", "75")
_MINORS_STANDING_OF: Mapping[str, Standing] = {
    **dict.fromkeys(_PARENTS, Standing.PARENT),
    **dict.fromkeys(("60", "61", "62", "63", "64"), Standing.GRANDPARENT),
    **dict.fromkeys(_ELDER, Standing.ELDER_SIBLING),
    # Nobody's guardian are a minor's younger brothers and sisters, and whom a minor cannot have.
    **dict.fromkeys(
        ("53", "54", "55", "56", "59", "65", "66", "67", "72", "74", "76", "78", *_DISTANT), Standing.OTHER
    ),
}
