"""What a summary gives away (困难概述): it must not name what the person did not agree to (``reference.md`` §5(c))."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from desktop.domain.aid import SHORT_CATEGORY_NAMES, Category
from desktop.domain.consent import DataClass
from desktop.domain.typed import normalise_digits
from desktop.services.people import HouseholdPage, ResidentView

_GAPS = re.compile(r"(?<=\d)[ \u3000-](?=\d)")
_PATTERNS: Mapping[DataClass, re.Pattern[str]] = {
    DataClass.B1: re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)"),
    DataClass.B4: re.compile(r"(?<!\d)(?:6\d{15}|\d{19})(?!\d)"),
    DataClass.A2: re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{9,11})(?!\d)"),
    DataClass.B3: re.compile(r"[一二三四1-4]级残疾|(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?[一二三四1-4]级"),
}
_SHORTEST_WORD = 2


@dataclass(frozen=True, slots=True)
class Leak:
    """A piece of the summary and the data class it belongs to."""

    data_class: DataClass
    text: str


def known_words(page: HouseholdPage, person: ResidentView, illness: str) -> dict[DataClass, tuple[str, ...]]:
    """What is known of this person that a summary could name: illness, aid status, document number, phones."""
    held = [SHORT_CATEGORY_NAMES[Category(one.category)] for one in page.categories]
    ill = illness or (person.health.illness if person.health else "")
    found = {
        DataClass.A2: person.phones.numbers,
        DataClass.B1: (person.document.number,),
        DataClass.B2: tuple(re.split(r"[,，、;；\s]+", ill)),
        DataClass.B5: tuple(held),
    }
    return {one: tuple(word for word in words if len(word) >= _SHORTEST_WORD) for one, words in found.items()}


def leaks(summary: str, agreed: Collection[DataClass], known: Mapping[DataClass, Collection[str]]) -> tuple[Leak, ...]:
    """What the summary says of classes that are not among ``agreed``; a hint, in the form's order of classes."""
    plain = _GAPS.sub("", normalise_digits(summary))
    found = []
    for data_class in DataClass:
        if data_class in agreed:
            continue
        pattern = _PATTERNS.get(data_class)
        hit = pattern.search(plain) if pattern else None
        word = next((one for one in known.get(data_class, ()) if one in plain), "")
        if hit or word:
            found.append(Leak(data_class, hit.group() if hit else word))
    return tuple(found)
