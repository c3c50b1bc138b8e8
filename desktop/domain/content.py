"""Whether the content of an entry is what ``shapes.py`` declares: one check, at every end.

``apply_change`` asks ``content_fault`` before it folds anything: on the laptop that writes, at the county that takes
in, and on the laptop that reads what others wrote. So nothing reaches a record, a page or a search index that is not
of the declared types. Fields of a newer version are kept and left aside; a word that is not on a closed list here may
be of a newer version too, and is held; everything else that does not fit is malformed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from desktop.domain.households import LEVEL_NAMES, CategoryHeld, Disability, category_group
from desktop.domain.journal import MAX_ACTION_BYTES
from desktop.domain.plain import MAX_NUMBER, Misfit, check_some, decode, field_names
from desktop.domain.shapes import (
    FACTS,
    GROUPS,
    ISSUED,
    LIFECYCLES,
    MAY_BE_EMPTY,
    Aliased,
    Decided,
    Described,
    Given,
    Joined,
    Moved,
    StandingKept,
)

MAX_DEPTH: Final = 24
MAX_ITEMS: Final = 20_000
"""Values in one content, however they are nested; a township's villages are the most that is issued."""
MAX_TEXT: Final = MAX_ACTION_BYTES
MAX_ID: Final = 128

MALFORMED: Final = "malformed"
UNKNOWN_WORD: Final = "unknown-word"
EACH: Final = "[]"
"""In the place of a reference: in each item of this list."""

_NAMES: Final = frozenset(GROUPS["household"]) | frozenset(GROUPS["resident"]).union(
    *(field_names(one) for shapes in (*GROUPS.values(), FACTS, LIFECYCLES, ISSUED) for one in shapes.values()),
    *(field_names(one) for one in (Given, Described, Decided, StandingKept, Aliased, Joined, Moved)),
)
"""Every declared name: the only ones that a place may be told by. Others could say something of a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong (``malformed``, ``unknown-word``) and where: a dotted path of declared names, never a value."""

    code: str
    place: str

    @property
    def reason(self) -> str:
        """As receipts say it: ``malformed:income.wages``."""
        return f"{self.code}:{self.place}"


def reason_code(reason: str) -> str:
    """The code of a reason, without the place."""
    return reason.partition(":")[0]


def content_fault(entry_kind: str, body: Mapping[str, Any], references: tuple[str, ...] = ()) -> Fault | None:
    """The first thing in an entry's content that is not as declared; None if all of it can be folded.

    ``references`` are the dotted places of ids of other records, as the record's kind declares them.
    """
    kind, _, verb = entry_kind.partition(".")
    try:
        _check_plain(body, "", 0, [0])
        match verb:
            case "described" if kind in GROUPS:
                for name, given in decode(Described, body).groups.items():
                    _check_group(kind, name, given, references)
            case "decided" if kind in GROUPS:
                decided = decode(Decided, body)
                _check_value(kind, decided.group, decided.value, "value", references)
            case "decided" if kind in LIFECYCLES:
                decode(StandingKept, body)
            case "aliased" if kind in GROUPS:
                _check_id(decode(Aliased, body).to, "to")
            case "joined" if kind in GROUPS:
                _check_id(decode(Joined, body).to, "to")
            case "recorded" if kind in FACTS:
                decode(FACTS[kind], body)
                _check_references(body, references, "")
            case "moved" if kind in LIFECYCLES:
                _check_step(kind, body, references)
            case "issued" if kind in ISSUED:
                _check_issued(kind, body)
    except Misfit as misfit:
        return Fault(UNKNOWN_WORD if misfit.unknown_word else MALFORMED, misfit.field[:100])
    return None


def readable_part(entry_kind: str, body: Mapping[str, Any], references: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """The groups of a description that can be read although others cannot; None where there is nothing of the kind."""
    kind, _, verb = entry_kind.partition(".")
    groups = body.get("groups")
    if verb != "described" or kind not in GROUPS or not isinstance(groups, Mapping):
        return None
    good = {
        name: given
        for name, given in groups.items()
        if name in GROUPS[kind] and content_fault(entry_kind, {"groups": {name: given}}, references) is None
    }
    return {"groups": good}


def _check_group(kind: str, name: str, given: Any, references: tuple[str, ...]) -> None:
    if name not in GROUPS[kind]:
        return  # the fold holds it, as a kind it does not know
    path = f"groups.{name}"
    _check_value(kind, name, decode(Given, given, path).value, f"{path}.value", references)


def _check_value(kind: str, group: str, value: Mapping[str, Any], path: str, references: tuple[str, ...]) -> None:
    shape = GROUPS[kind].get(group)
    if shape is None:
        return
    if value or group not in MAY_BE_EMPTY:
        read: object = decode(shape, value, path)
        if isinstance(read, Disability) and read.level not in LEVEL_NAMES:
            raise Misfit(f"{path}.level")
        if isinstance(read, CategoryHeld) and category_group(read.category) != group:
            raise Misfit(f"{path}.category")
    for one in references:
        first, _, second = one.partition(".")
        if first == group and value.get(second):
            _check_id(value[second], f"{path}.{second}")


def _check_step(kind: str, body: Mapping[str, Any], references: tuple[str, ...]) -> None:
    if "from" not in body:
        raise Misfit("from")
    step = decode(Moved, body)
    if step.source is None:
        decode(LIFECYCLES[kind], step.fields, "fields")
    else:
        check_some(LIFECYCLES[kind], step.fields, "fields")
    _check_references(step.fields, references, "fields.")


def _check_issued(kind: str, body: Mapping[str, Any]) -> None:
    decode(ISSUED[kind], body)
    if body["version"] < 1:
        raise Misfit("version")


def _check_references(body: Mapping[str, Any], references: tuple[str, ...], before: str) -> None:
    for one in references:
        first, _, second = one.partition(".")
        found = body.get(first.removesuffix(EACH))
        holders = found if first.endswith(EACH) and isinstance(found, list) else [found]
        for holder in holders:
            named = holder.get(second) if isinstance(holder, Mapping) else None if second else holder
            if named is not None and named != "":
                _check_id(named, before + one)


def _check_id(value: object, path: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or not value.isprintable():
        raise Misfit(path)


def is_time(text: str) -> bool:
    """Whether an entry's time can be shown: ISO 8601 with its zone. Whether the clock was right is another matter."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return False
    return found.tzinfo is not None and 1900 <= found.year < 9000


def _check_plain(value: Any, path: str, depth: int, seen: list[int]) -> None:
    """Bounds that hold for unknown fields too: depth, count, size; numbers and texts that every program can keep."""
    seen[0] += 1
    if depth > MAX_DEPTH or seen[0] > MAX_ITEMS:
        raise Misfit(path or "-")
    # By exact type: bodies come from JSON, and every entry that is folded passes here.
    if type(value) is dict:
        for name, one in value.items():
            if not _is_plain(name):
                raise Misfit(path or "-")
            place = name if name in _NAMES else "*"
            _check_plain(one, f"{path}.{place}" if path else place, depth + 1, seen)
    elif type(value) is list:
        for index, one in enumerate(value):
            _check_plain(one, f"{path}[{index}]", depth + 1, seen)
    elif not _is_plain(value):
        raise Misfit(path or "-")


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and (value.isascii() or _is_text(value))
    if isinstance(value, int):
        return abs(value) < MAX_NUMBER
    return value is None or (isinstance(value, float) and math.isfinite(value))


def _is_text(value: str) -> bool:
    """False for half of a surrogate pair, which no database keeps."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
