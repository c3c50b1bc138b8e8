"""Whom the record knows as relatives of a person (亲属), so that what is said of guardians can be held against it.

A household says what each member is to its head (GB/T 4761); what two members are to each other follows from that, for
certain (the head's wife and the head) or perhaps (a son and one of several daughters-in-law). Besides there is what was
written down before: who was the person's guardian or carer, and whose guardian the person is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from desktop.domain.relations import HEAD, NOT_RELATED, SELF, relation_code


class Ground(StrEnum):
    """Whence it is known."""

    MEMBER = "member"
    MOVED_OUT = "moved-out"
    GUARDIAN = "guardian"
    """Was written down as the person's guardian."""
    CARER = "carer"
    WARD = "ward"
    """The person is written down as their guardian."""


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody who is, or may be, a relative: ``relation`` is the code of what they are to the person."""

    name: str
    relation: str
    ground: Ground
    record: str = ""
    """The id of their own record, where they have one."""
    is_certain: bool = True


class _Role(StrEnum):
    """What somebody is to the head of the household, as far as it matters here."""

    HEAD = "head"
    SPOUSE = "spouse"
    SON = "son"
    DAUGHTER = "daughter"
    CHILD_IN_LAW = "child-in-law"
    GRANDCHILD = "grandchild"
    PARENT = "parent"
    PARENT_IN_LAW = "parent-in-law"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    OTHER = "other"


_ROLE_OF: Final[Mapping[str, _Role]] = {
    **dict.fromkeys((SELF, HEAD), _Role.HEAD),
    **dict.fromkeys(("10", "11", "12"), _Role.SPOUSE),
    **dict.fromkeys(("20", "21", "22", "23", "24", "25", "26", "27", "29"), _Role.SON),
    **dict.fromkeys(("30", "31", "32", "33", "34", "35", "36", "37", "39"), _Role.DAUGHTER),
    **dict.fromkeys(("28", "38"), _Role.CHILD_IN_LAW),
    **dict.fromkeys(("40", "41", "42", "43", "44"), _Role.GRANDCHILD),
    **dict.fromkeys(("50", "51", "52", "57", "58"), _Role.PARENT),
    **dict.fromkeys(("53", "54", "55", "56"), _Role.PARENT_IN_LAW),
    **dict.fromkeys(("60", "61", "62", "63", "64"), _Role.GRANDPARENT),
    **dict.fromkeys(("70", "71", "73", "75", "77"), _Role.SIBLING),
}
_SPOUSE, _CHILD, _GRANDCHILD, _PARENT, _GRANDPARENT, _SIBLING = "10", "20", "40", "50", "60", "70"
"""Relations of a kind, where the sex does not matter. A child's code leaves open whether it is a son."""

_SURE, _PERHAPS = True, False
_TO_EACH_OTHER: Final[Mapping[tuple[_Role, _Role], tuple[str, bool]]] = {
    (_Role.SPOUSE, _Role.HEAD): (_SPOUSE, _SURE),
    **{(_Role.SPOUSE, one): (_CHILD, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    (_Role.SPOUSE, _Role.PARENT_IN_LAW): (_PARENT, _SURE),
    (_Role.SPOUSE, _Role.GRANDCHILD): (_GRANDCHILD, _SURE),
    **{(one, _Role.HEAD): (_PARENT, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    **{(one, _Role.SPOUSE): (_PARENT, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    **{(one, other): (_SIBLING, _SURE) for one in (_Role.SON, _Role.DAUGHTER) for other in (_Role.SON, _Role.DAUGHTER)},
    **{(one, _Role.PARENT): (_GRANDPARENT, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    **{(one, _Role.PARENT_IN_LAW): (_GRANDPARENT, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    **{(one, _Role.GRANDCHILD): (_CHILD, _PERHAPS) for one in (_Role.SON, _Role.DAUGHTER, _Role.CHILD_IN_LAW)},
    **{(_Role.GRANDCHILD, one): (_GRANDPARENT, _SURE) for one in (_Role.HEAD, _Role.SPOUSE)},
    **{(_Role.GRANDCHILD, one): (_PARENT, _PERHAPS) for one in (_Role.SON, _Role.DAUGHTER, _Role.CHILD_IN_LAW)},
    (_Role.GRANDCHILD, _Role.GRANDCHILD): (_SIBLING, _PERHAPS),
    (_Role.PARENT, _Role.HEAD): (_CHILD, _SURE),
    (_Role.PARENT, _Role.PARENT): (_SPOUSE, _SURE),
    (_Role.PARENT, _Role.SIBLING): (_CHILD, _SURE),
    **{(_Role.PARENT, one): (_GRANDCHILD, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    (_Role.PARENT, _Role.GRANDPARENT): (_PARENT, _PERHAPS),
    (_Role.PARENT_IN_LAW, _Role.SPOUSE): (_CHILD, _SURE),
    (_Role.PARENT_IN_LAW, _Role.PARENT_IN_LAW): (_SPOUSE, _SURE),
    **{(_Role.PARENT_IN_LAW, one): (_GRANDCHILD, _SURE) for one in (_Role.SON, _Role.DAUGHTER)},
    (_Role.GRANDPARENT, _Role.PARENT): (_CHILD, _PERHAPS),
    (_Role.GRANDPARENT, _Role.HEAD): (_GRANDCHILD, _SURE),
    (_Role.GRANDPARENT, _Role.SIBLING): (_GRANDCHILD, _SURE),
    (_Role.GRANDPARENT, _Role.GRANDPARENT): (_SPOUSE, _PERHAPS),
    (_Role.SIBLING, _Role.HEAD): (_SIBLING, _SURE),
    (_Role.SIBLING, _Role.PARENT): (_PARENT, _SURE),
    (_Role.SIBLING, _Role.SIBLING): (_SIBLING, _SURE),
    (_Role.SIBLING, _Role.GRANDPARENT): (_GRANDPARENT, _SURE),
}
"""(what the person is to the head, what a member is) → what the member is to the person, and whether for certain."""

_COUPLES: Final = (
    *(("61", "62"), ("63", "64"), ("71", "72"), ("73", "74"), ("75", "76"), ("77", "78")),
    *(("81", "82"), ("83", "84"), ("85", "86"), ("87", "88"), ("89", "90")),
)
"""Codes of whom the standard names as somebody's wife or husband; there may be several brothers."""


def relation_to(person: str, member: str) -> tuple[str, bool] | None:
    """What a member is to the person, from what both are to the head, and whether that is certain.

    Both are codes of GB/T 4761; answers a code, or None where nothing near follows.
    """
    person, member = _two_digits(person), _two_digits(member)
    roles = _role(person), _role(member)
    if roles[0] is _Role.HEAD and roles[1] is not _Role.HEAD:
        return (member, True) if member != NOT_RELATED else None
    if (person, member) in _COUPLES or (member, person) in _COUPLES or _may_be_married(person, member):
        return _SPOUSE, False
    return _TO_EACH_OTHER.get(roles)


def known_kin(person_id: str, person: Mapping[str, Any], members: Mapping[str, Mapping[str, Any]]) -> tuple[Kin, ...]:
    """Whom the record knows as the person's relatives.

    Args:
        person_id: of the person's record.
        person: the groups of its state.
        members: id → groups of everybody of the household, those who moved out and the person among them.
    """
    own_name = _value(person, "name").get("name", "")
    own = str(_value(person, "membership").get("relation", HEAD))
    found: list[Kin] = []
    for one, groups in members.items():
        name = str(_value(groups, "name").get("name", ""))
        if one == person_id or not name:
            continue
        membership = _value(groups, "membership")
        near = relation_to(own, str(membership.get("relation", HEAD)))
        if near is not None:
            ground = Ground.MOVED_OUT if membership.get("left") is True else Ground.MEMBER
            found.append(Kin(name, near[0], ground, one, near[1]))
        guardian = _value(groups, "guardian")
        if own_name and guardian.get("name") == own_name:
            back = _BACK.get(_role(relation_code(str(guardian.get("relation", ""))) or ""))
            found += [Kin(name, back, Ground.WARD, one)] if back is not None else []
    for group, ground in (("guardian", Ground.GUARDIAN), ("carer", Ground.CARER)):
        said = _value(person, group)
        code = relation_code(str(said.get("relation", "")))
        if said.get("name") and code is not None:
            found.append(Kin(str(said["name"]), code, ground))
    return tuple(found)


_BACK: Final[Mapping[_Role, str]] = {
    _Role.SPOUSE: _SPOUSE,
    _Role.PARENT: _CHILD,
    _Role.SON: _PARENT,
    _Role.DAUGHTER: _PARENT,
    _Role.SIBLING: _SIBLING,
    _Role.GRANDPARENT: _GRANDCHILD,
    _Role.GRANDCHILD: _GRANDPARENT,
}
"""What somebody is to the person, from what the person is to them."""


def _role(code: str) -> _Role:
    return _ROLE_OF.get(code, _Role.OTHER)


def _may_be_married(one: str, other: str) -> bool:
    """A daughter's husband and a daughter, a son's wife and a son."""
    pairs = {(_Role.DAUGHTER, "28"), (_Role.SON, "38")}
    return (_role(one), other) in pairs or (_role(other), one) in pairs


def _two_digits(code: str) -> str:
    """Ledgers also have the one-digit codes of the standard, 2 for a son."""
    return HEAD if code == "0" else f"{code}0" if len(code) == 1 and code not in ("8", "9") else code


def _value(groups: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = groups.get(name, {}).get("value", {})
    return value if isinstance(value, Mapping) else {}
