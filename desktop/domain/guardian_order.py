"""The order of guardians of an adult (法定监护顺位, 民法典 28): who comes first, and why somebody before does not act.

Spouse; parents and children; other near relatives; others who are willing, with the consent of the village or
residents' committee or of civil affairs. Where nobody of these is there a body is the guardian (民法典 32). Whoever
stands later signs only where it is written down why each before does not: nobody may go round a wife by calling
himself guardian. A judgment, designation, agreement, will or the person's own choice is a deed, which says it all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.relations import relation_code

STANDING_UNKNOWN: Final = "guardian-standing"
"""Reason: nobody said in which place of the order the guardian stands."""
STANDING_OTHER: Final = "guardian-other-standing"
"""Reason: the place that was said is not that of such a relative."""
EARLIER_OPEN: Final = "guardian-earlier"
"""Reason: somebody stands before, and it was not said why they do not act."""
CONSENT_MISSING: Final = "guardian-consent"
"""Reason: somebody outside the near relatives, without the consent of the committee or of civil affairs."""


class Standing(StrEnum):
    """顺位: in which place of the order somebody stands, in the order of 民法典 28."""

    SPOUSE = "spouse"
    PARENT_OR_CHILD = "parent-or-child"
    NEAR_RELATIVE = "near-relative"
    OTHER = "other"


STANDING_NAMES: Mapping[Standing, str] = {
    Standing.SPOUSE: "配偶",
    Standing.PARENT_OR_CHILD: "父母、子女",
    Standing.NEAR_RELATIVE: "其他近亲属",
    Standing.OTHER: "其他愿意担任的人",
}


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


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Those of one place, and why they do not act."""

    standing: Standing
    why: NotActing


def before(standing: Standing | None) -> tuple[Standing, ...]:
    """Who stands before that place; before a body (None), all who are guardians by right."""
    order = tuple(Standing)
    return order[: order.index(standing if standing is not None else Standing.OTHER)]


def standing_of(relation: str) -> Standing | None:
    """The place of a relation in words (妻子, 儿子); None where the words do not settle it.

    Near relatives are those of 民法典 1045: in-laws, uncles and nephews are not among them.
    """
    return _STANDING_OF.get(relation_code(relation) or "")


def needs_deed(passed_over: Iterable[PassedOver]) -> bool:
    """Whether what is said of those before rests on a numbered paper."""
    return any(one.why in BY_DEED for one in passed_over)


def order_problem(
    *, is_body: bool, relation: str, standing: Standing | None, passed_over: Collection[PassedOver], consent_of: str
) -> str:
    """Why a guardian by the law's own order is not the one to act, as a reason code; "" where it is.

    Args:
        is_body: a committee or civil affairs itself (民法典 32), which stands after everybody and in no place.
        relation: what the guardian is to the person, in words.
        standing: the place that was stated.
        passed_over: what was said of the places before.
        consent_of: which committee or office consented to somebody outside the near relatives, and when.
    """
    if not is_body:
        if standing is None:
            return STANDING_UNKNOWN
        if standing_of(relation) not in (None, standing):
            return STANDING_OTHER
    said = {one.standing: one.why for one in passed_over}
    places = before(None if is_body else standing)
    # 民法典 30 lets those who may be guardians agree among themselves, and 32 needs that there is none of them.
    if any(one not in said or (is_body and said[one] is NotActing.AGREEMENT) for one in places):
        return EARLIER_OPEN
    return CONSENT_MISSING if standing is Standing.OTHER and not is_body and not consent_of.strip() else ""


def order_words(standing: Standing | None, passed_over: Iterable[PassedOver], consent_of: str) -> str:
    """``法定顺位：父母、子女；配偶没有监护能力``; "" where nothing was said of it."""
    words = [f"法定顺位：{STANDING_NAMES[standing]}"] if standing is not None else []
    words += [passed_over_words(passed_over)] if passed_over else []
    words += [f"{consent_of}同意"] if consent_of else []
    return "；".join(words)


def passed_over_words(passed_over: Iterable[PassedOver]) -> str:
    """``配偶没有或已去世，父母、子女没有监护能力``."""
    return "，".join(f"{STANDING_NAMES[one.standing]}{NOT_ACTING_NAMES[one.why]}" for one in passed_over)


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
