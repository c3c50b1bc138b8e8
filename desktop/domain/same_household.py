"""When two records of households are one household, and whose members are who: two laptops took in the same ledger.

A document decides wherever both sides have one. Where it does not (none, "no ID", digits lost in Excel), the ledger
does: the same number (户号) in the same village under a head of the same name is the same household, unless something
contradicts it. Whatever could be read two ways has a reason instead, for a person to look at; nothing is guessed.

County, import and the household page ask these very functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desktop.domain.identity import DocumentType, match_key
from desktop.domain.typed import normalise_digits

SAME: Final = ""
DIFFERENT_DOCUMENTS: Final = "different-documents"
DIFFERENT_BIRTHS: Final = "different-births"
DIFFERENT_NAMES: Final = "different-names"
DIFFERENT_HEADS: Final = "different-heads"
"""Other heads, but the one's head is a member of the other: the head may have changed."""
SEVERAL: Final = "several"
"""More than one could be meant."""
NAMESAKES: Final = "namesakes"
"""No number says it, but two heads of one village have one name, and nothing contradicts."""

_VILLAGE_DIGITS: Final = 12
_NO_VILLAGE: Final = "000"
"""How the code of a township ends."""
_MAX_NUMBER: Final = 64


@dataclass(frozen=True, slots=True)
class Person:
    """What tells a resident from others. A value that is still in conflict counts like the one that stands."""

    id: str
    name: str
    documents: frozenset[str] = frozenset()
    """``identity.match_key`` of each; a number that cannot be right is none."""
    births: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Home:
    """A household with its head, who is among the members."""

    id: str
    key: str | None
    head: Person | None
    members: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two ids that may be one; ``reason`` says why nobody but a person can tell."""

    later: str
    earlier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """Of the later household's members, whom each is in the earlier one; and what a person has to look at."""

    pairs: tuple[tuple[str, str], ...]
    alike: tuple[Alike, ...]


def household_key(groups: Mapping[str, Any]) -> str | None:
    """Village and ledger number of a household as one word, or None where one of them is not known."""
    address, number = _value(groups, "address"), _value(groups, "number").get("number")
    division = address.get("division")
    if not isinstance(division, str) or not isinstance(number, str):
        return None
    text = plain_number(number)
    is_village = len(division) == _VILLAGE_DIGITS and not division.endswith(_NO_VILLAGE)
    return f"household:{division}:{text}" if is_village and 0 < len(text) <= _MAX_NUMBER else None


def plain_number(number: str) -> str:
    """A ledger's number as it is compared: half width, capitals, without spaces."""
    return "".join(normalise_digits(number).split()).upper()


def person_of(resident: str, state: Mapping[str, Any]) -> Person:
    """The person in a resident's folded state."""
    names = [_text(one.get("name")) for one in _values(state, "name")]
    keys = {key for one in _values(state, "document") if (key := _key(one)) is not None}
    births = {day for one in _values(state, "birth") if (day := _day(one.get("day"))) is not None}
    return Person(resident, plain_name(names[0] if names else ""), frozenset(keys), frozenset(births or _born(keys)))


def plain_name(name: str) -> str:
    """A name as it is compared: without spaces."""
    return "".join(name.split())


def person_doubt(one: Person, other: Person) -> str:
    """What speaks against the two being one person; "" where nothing does and the name is the same."""
    if one.documents and other.documents:
        if not one.documents & other.documents:
            return DIFFERENT_DOCUMENTS
    elif one.births and other.births and not one.births & other.births:
        return DIFFERENT_BIRTHS
    return SAME if one.name and one.name == other.name else DIFFERENT_NAMES


def household_doubt(one: Home, other: Home) -> str | None:
    """ "" where the two are one household, a reason where a person has to tell, None where nothing says they are."""
    if one.key is None or one.key != other.key or one.head is None or other.head is None:
        return None
    doubt = person_doubt(one.head, other.head)
    if one.head.name == other.head.name:
        return doubt
    is_member = one.head.name in _names(other.members) or other.head.name in _names(one.members)
    return DIFFERENT_HEADS if is_member else None


def household_hint(one: Home, other: Home) -> str | None:
    """As ``household_doubt``, for somebody who looks at one village's households: namesakes are shown too."""
    doubt = household_doubt(one, other)
    if doubt is None and one.head is not None and other.head is not None:
        return NAMESAKES if person_doubt(one.head, other.head) == SAME else None
    return doubt


def same_or_doubtful(later: Home, earlier: Sequence[Home]) -> tuple[Home | None, tuple[Alike, ...]]:
    """Which of ``earlier`` (oldest first, all different) this one is; else what a person has to look at."""
    doubts = [(home, household_doubt(later, home)) for home in earlier]
    same = [home for home, doubt in doubts if doubt == SAME]
    if len(same) == 1:
        return same[0], ()
    return None, tuple(Alike(later.id, home.id, doubt or SEVERAL) for home, doubt in doubts if doubt is not None)


def pair_members(later: Home, earlier: Home, *, is_said: bool = False) -> Pairing:
    """The members of two households that are one: heads of one name first, the others by name.

    ``is_said``: a person says that the two are one; then their heads are, also where their birthdays differ.
    """
    pairs: list[tuple[str, str]] = []
    gone: set[str] = set()
    doubt = None if later.head is None or earlier.head is None else person_doubt(later.head, earlier.head)
    if later.head is not None and earlier.head is not None and doubt in (SAME, DIFFERENT_BIRTHS if is_said else SAME):
        pairs.append((later.head.id, earlier.head.id))
        gone = {later.head.id, earlier.head.id}
    known = {one.id for one in later.members} & {one.id for one in earlier.members}
    left = [one for one in later.members if one.id not in gone | known]
    right = [one for one in earlier.members if one.id not in gone | known]
    alike: list[Alike] = []
    for one in left:
        named = [other for other in right if one.name and other.name == one.name]
        fitting = [other for other in named if person_doubt(one, other) == SAME]
        if len(fitting) == 1 and _fits_alone(fitting[0], left):
            pairs.append((one.id, fitting[0].id))
        else:
            alike += [Alike(one.id, other.id, person_doubt(one, other) or SEVERAL) for other in named]
    return Pairing(tuple(pair for pair in pairs if pair[0] != pair[1]), tuple(alike))


def _fits_alone(person: Person, others: Iterable[Person]) -> bool:
    return sum(person_doubt(person, one) == SAME for one in others) == 1


def _names(people: Iterable[Person]) -> Collection[str]:
    return {one.name for one in people if one.name}


def _value(groups: Mapping[str, Any], group: str) -> Mapping[str, Any]:
    found = groups.get(group, {}).get("value")
    return found if isinstance(found, Mapping) else {}


def _values(state: Mapping[str, Any], group: str) -> list[Mapping[str, Any]]:
    """The value that stands, then those in conflict with it."""
    standing = state["groups"].get(group)
    given = [] if standing is None else [standing, *state.get("conflicts", {}).get(group, ())]
    return [one["value"] for one in given if isinstance(one.get("value"), Mapping)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _key(document: Mapping[str, Any]) -> str | None:
    try:
        return match_key(DocumentType(document["type"]), _text(document.get("number")))
    except (KeyError, ValueError):
        return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        return None


def _born(keys: Iterable[str]) -> set[date]:
    """The days of birth that citizens' numbers say."""
    numbers = [key.partition(":")[2] for key in keys if key.startswith("citizen:")]
    found = (_day(f"{one[6:10]}-{one[10:12]}-{one[12:14]}") for one in numbers)
    return {day for day in found if day is not None}
