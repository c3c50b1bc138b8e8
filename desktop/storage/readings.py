"""How a name may be typed in pinyin, for the search index.

Names are read differently from words (单 is shan as a surname, dan elsewhere) and nobody knows how a given
name is read in its family, so every plausible reading is indexed rather than the likeliest one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

MAX_VARIANTS = 12
_MAX_READINGS_OF_A_CHARACTER = 4

# The readings a character has as a surname, likeliest first; those it has elsewhere are added after them.
_SURNAMES: Mapping[str, tuple[str, ...]] = {
    "卜": ("bu",),
    "柏": ("bai", "bo"),
    "秘": ("bi",),
    "查": ("zha",),
    "谌": ("chen", "shen"),
    "种": ("chong",),
    "重": ("chong",),
    "褚": ("chu",),
    "都": ("du",),
    "盖": ("ge", "gai"),
    "葛": ("ge",),
    "句": ("gou",),
    "过": ("guo",),
    "黑": ("he",),
    "华": ("hua",),
    "郇": ("xun", "huan"),
    "纪": ("ji",),
    "冼": ("xian",),
    "洗": ("xian",),
    "解": ("xie",),
    "隗": ("wei", "kui"),
    "乐": ("yue", "le"),
    "缪": ("miao",),
    "宓": ("mi", "fu"),
    "牟": ("mu", "mou"),
    "那": ("na",),
    "能": ("nai",),
    "区": ("ou",),
    "逄": ("pang",),
    "朴": ("piao",),
    "繁": ("po",),
    "覃": ("qin", "tan"),
    "仇": ("qiu",),
    "瞿": ("qu",),
    "阙": ("que",),
    "任": ("ren",),
    "单": ("shan",),
    "召": ("shao",),
    "折": ("she",),
    "佘": ("she",),
    "沈": ("shen",),
    "盛": ("sheng",),
    "万": ("wan",),
    "尉": ("wei", "yu"),
    "相": ("xiang",),
    "燕": ("yan",),
    "叶": ("ye",),
    "应": ("ying",),
    "员": ("yun",),
    "藏": ("zang",),
    "曾": ("zeng",),
    "翟": ("zhai", "di"),
    "祭": ("zhai",),
    "占": ("zhan",),
    "訾": ("zi",),
}
_COMPOUND_SURNAMES: Mapping[str, tuple[str, str]] = {
    "万俟": ("mo", "qi"),
    "单于": ("chan", "yu"),
    "尉迟": ("yu", "chi"),
    "澹台": ("tan", "tai"),
    "皇甫": ("huang", "fu"),
    "长孙": ("zhang", "sun"),
    "鲜于": ("xian", "yu"),
}
# Characters of names beyond the tables of pypinyin.
_RARE: Mapping[str, tuple[str, ...]] = {"𠮷": ("ji",), "𨭎": ("xi",)}
# The second plane by its range: Python's own tables lag behind the newest characters of names.
_WORD = re.compile("[0-9A-Za-zÀ-ÖØ-öø-ɏ]+|\\w|[\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Readings:
    """The ways to type one name, likeliest first, at most ``MAX_VARIANTS`` of each.

    ``full`` are whole spellings without spaces (``shanxiaoming``), ``initials`` the first letters (``sxm``).
    A character whose reading is not known stands for itself in both.
    """

    full: tuple[str, ...]
    initials: tuple[str, ...]


def readings(name: str) -> Readings:
    """All plausible spellings of a person's or a village's name, in lower case.

    ü is spelled both as typed (lv) and as printed in passports (lyu). Signs such as · and spaces are left
    out; Latin words count as one syllable each.
    """
    words = _WORD.findall(name)
    if not words:
        return Readings((), ())
    syllables = [_character_readings(word) if len(word) == 1 else (word.lower(),) for word in words]
    compound = _COMPOUND_SURNAMES.get("".join(words[:2])) if len(words) > 2 else None
    if compound:
        syllables[:2] = [(compound[0],), (compound[1],)]
    elif words[0] in _SURNAMES:
        known = _SURNAMES[words[0]]
        syllables[0] = (*known, *(reading for reading in syllables[0] if reading not in known))
    # Dict keys keep the order and drop what is equal.
    variants = dict.fromkeys(_likeliest(syllables))
    full = dict.fromkeys("".join(variant) for variant in variants)
    initials = dict.fromkeys("".join(syllable[0] for syllable in variant) for variant in variants)
    return Readings(tuple(full), tuple(initials))


def _likeliest(syllables: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The first ``MAX_VARIANTS`` combinations, those with the likeliest syllables before the others."""
    several = [index for index, options in enumerate(syllables) if len(options) > 1]
    if not several:
        return [tuple(options[0] for options in syllables)]
    # Only the first four doubtful characters vary: the count of combinations stays bounded in long names.
    doubtful = frozenset(several[:4])
    ranges = [range(len(options)) if index in doubtful else (0,) for index, options in enumerate(syllables)]
    choices = sorted(product(*ranges), key=lambda choice: (sum(choice), choice))[:MAX_VARIANTS]
    return [tuple(options[at] for options, at in zip(syllables, choice, strict=True)) for choice in choices]


def load_readings() -> None:
    """Load the tables, so that nobody waits for them at the first name."""
    _character_readings("村")


@lru_cache(maxsize=32_768)
def _character_readings(character: str) -> tuple[str, ...]:
    if character in _RARE:
        return _RARE[character]
    # Characters are asked for one by one. The table of phrases, which no answer comes from then, is most of what there
    # is to load, in one piece of half a second in which no other thread goes on (measured).
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    # Imported at first use: loading its tables takes longer than opening the login window.
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    spellings: dict[str, None] = {}
    for reading in (found[0] if found else [])[:_MAX_READINGS_OF_A_CHARACTER]:
        spellings[reading.lower()] = None
    for reading in list(spellings):
        if "v" in reading:
            spellings[reading.replace("ve", "ue") if "ve" in reading else reading.replace("v", "yu")] = None
    return tuple(spellings) or (character.lower(),)
