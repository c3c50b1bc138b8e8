"""Whether a wording of a form (表单文本) may be used: one rule book, at the county that issues it and at every laptop.

A wording is data: number, version, language, title, sections of paragraphs, and short texts by key (*terms*). The code
that sets a form asks for its parts by name, so a wording *fits* a program where it has the very parts of the wording
that came with that program (the *pattern*), in their order, and no other. Of a consent form more is asked: what
个人信息保护法 第十四、十七、二十三、二十九、三十条 and ``reference.md`` §3.2 want a person told must stand in it.

A version (``2026.2``) is a year and a number in it; the later one is the newer.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

WORDING: Final = "wording"
"""The record kind by which a county issues them (``wording.issued``)."""

MAX_TITLE: Final = 60
MAX_HEADING: Final = 60
MAX_PARAGRAPH: Final = 1500
MAX_PARAGRAPHS: Final = 20
MAX_TERM: Final = 60
"""Characters of a short text, or three times what the pattern has: cells and boxes are laid out for about that much."""

_VERSION = re.compile(r"(20\d{2})\.([1-9]\d{0,2})")
_FORM = re.compile(r"[a-z]+(?:-[a-z]+){0,4}")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_KEYS: Final = frozenset({"form", "number", "version", "language", "title", "sections", "terms"})
_SECTION_KEYS: Final = frozenset({"id", "heading", "paragraphs"})
_RECORDED: Final = ("declaration.dialects_recorded", "declaration.dialects")
"""The words by which the record knows the languages; the first of these terms that a form has."""


class Trouble(StrEnum):
    """What is wrong with a wording."""

    NOT_A_WORDING = "not-a-wording"
    OTHER_FORM = "other-form"
    NUMBER = "number"
    LANGUAGE = "language"
    VERSION = "version"
    DAMAGED = "damaged"
    """It is not what its hash says."""
    SECTION_MISSING = "section-missing"
    SECTION_UNKNOWN = "section-unknown"
    SECTION_ORDER = "section-order"
    SECTION_EMPTY = "section-empty"
    HEADING = "heading"
    TERM_MISSING = "term-missing"
    TERM_UNKNOWN = "term-unknown"
    TERM_EMPTY = "term-empty"
    TERM_FIXED = "term-fixed"
    """The record knows something by these words: they may not be others."""
    PLACEHOLDER_MISSING = "placeholder-missing"
    PLACEHOLDER_UNKNOWN = "placeholder-unknown"
    MARK_UP = "mark-up"
    CHARACTER = "character"
    """A control character, or one that no bundled font has."""
    TOO_LONG = "too-long"
    LEGAL_ITEM = "legal-item"
    AGREE_TO_ALL = "agree-to-all"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where: an id of a section, a key of a term, a placeholder, the number of an item."""

    trouble: Trouble
    place: str = ""


TROUBLE_NAMES: Final[Mapping[Trouble, str]] = {
    Trouble.NOT_A_WORDING: "不是表单文本：各项的名称和样子要和程序自带的一样",
    Trouble.OTHER_FORM: "写的是另一种表单",
    Trouble.NUMBER: "表单编号应为 {place}",
    Trouble.LANGUAGE: "language 应为 {place}",
    Trouble.VERSION: "版本应写成 2026.2 这样：年份、点、序号",
    Trouble.DAMAGED: "内容和它的校验码对不上，可能损坏了",
    Trouble.SECTION_MISSING: "缺少“{place}”这一条",
    Trouble.SECTION_UNKNOWN: "多出“{place}”这一条，程序里没有它的位置",
    Trouble.SECTION_ORDER: "各条的顺序和程序里的不同，或有重复",
    Trouble.SECTION_EMPTY: "“{place}”是空的",
    Trouble.HEADING: "“{place}”的标题和程序里的对不上（有没有标题、有没有 {{number}}）",
    Trouble.TERM_MISSING: "缺少用语 {place}",
    Trouble.TERM_UNKNOWN: "多出用语 {place}，程序里没有它的位置",
    Trouble.TERM_EMPTY: "用语 {place} 是空的",
    Trouble.TERM_FIXED: "用语 {place} 不能改：记录里按这些字认",
    Trouble.PLACEHOLDER_MISSING: "缺少要填的空 {place}",
    Trouble.PLACEHOLDER_UNKNOWN: "有程序不认得的空 {place}",
    Trouble.MARK_UP: "“{place}”里的 ** 或大括号不成对",
    Trouble.CHARACTER: "“{place}”里有打印不出的字符",
    Trouble.TOO_LONG: "“{place}”太长，纸上放不下",
    Trouble.LEGAL_ITEM: "法律要求的第 {place} 项没有写全",
    Trouble.AGREE_TO_ALL: "有“全部同意”一类的话：同意要一项一项问",
}
"""What is wrong, in words; ``{place}`` says where."""

LEGAL_ITEM_NAMES: Final[Mapping[str, str]] = {
    "1": "我们是谁：名称、地址、电话、联系人",
    "2": "提供给谁，逐家列明",
    "3": "为什么用",
    "4": "一般信息和敏感信息分开、可以不同意",
    "5": "敏感信息的后果、影响",
    "6": "保存多久、到期怎么办",
    "7": "查阅、复制、更正、删除，怎么提、多久答复",
    "8": "自愿，不同意不影响政府救助",
    "9": "随时撤回、怎么撤回，撤回不影响政府救助",
    "10": "向谁投诉",
    "11": "不公开、不自动化决策、不向境外提供",
    "12": "怎样讲解的",
    "13": "经办人签名",
    "14": "交本人一份",
}


def fault_words(fault: Fault) -> str:
    """One fault in a plain sentence without its full stop."""
    words = TROUBLE_NAMES[fault.trouble].format(place=fault.place)
    told = LEGAL_ITEM_NAMES.get(fault.place, "") if fault.trouble is Trouble.LEGAL_ITEM else ""
    return f"{words}（{told}）" if told else words


@dataclass(frozen=True, slots=True)
class LegalItem:
    """One of the items of ``reference.md`` §3.2 (1 to 14): in which section, by which placeholders, saying what.

    Each of ``says`` is a pattern that the section's text must hold; both ways of writing are read.
    """

    number: int
    section: str
    placeholders: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


_NO_EFFECT_ON_AID: Final = r"不影[响響][^。]{0,20}政府救助"
LEGAL_ITEMS: Final = (
    LegalItem(1, "handler", ("handler_name", "handler_address", "handler_phone", "contact_person")),
    LegalItem(2, "recipients", (), (r"逐家|[每各]一?家",)),
    LegalItem(3, "purpose", (), (r"[评評]估|[对對]接|[帮幫]扶",)),
    LegalItem(4, "classes", (), (r"一般信息", r"敏感信息")),
    LegalItem(5, "sensitive", (), (r"后果|後果|影[响響]",)),
    LegalItem(
        6,
        "retention",
        ("retention_years", "recipient_retention_years", "validity_months"),
        (r"[销銷][毁毀]|匿名|[删刪]除",),
    ),
    LegalItem(
        7, "rights", ("handler_phone", "reply_working_days"), (r"查[阅閱]", r"[复複][制製]", r"更正", r"[删刪]除")
    ),
    LegalItem(8, "opening", (), (r"[决決]定|自[愿願]", _NO_EFFECT_ON_AID)),
    LegalItem(9, "withdrawal", (), (r"[随隨][时時]", r"撤回", r"窗口|[电電][话話]", _NO_EFFECT_ON_AID)),
    LegalItem(10, "complaints", ("county_name", "complaint_phone"), (r"投[诉訴]",)),
    LegalItem(11, "purpose", (), (r"不[对對]外公[开開]", r"自[动動]化[决決]策", r"不向境外")),
)
"""Of a consent form. Items 12 to 14 (reading mode, signatures, copy) are among its terms, 15 (number and version) is
printed by the program."""

LEGAL_TERMS: Final[Mapping[str, tuple[int, str]]] = {
    "declaration.voluntary": (8, r"自[愿願]"),
    "declaration.read_aloud": (12, r"[讲講]解|念|[读讀]"),
    "declaration.copy": (14, r"一份"),
    "sign.worker": (13, r"[经經][办辦]人"),
    "box.refuse": (4, r"不同意"),
}
"""Terms of a consent form that carry an item: its number and what they must say."""

_AGREE_TO_ALL = re.compile(r"同意(?:以上|上述)?(?:全部|所有|一切)|(?:全部|所有|一并|一併|一概)同意")
"""A single box for everything is void (``reference.md`` §3.2)."""

CONSENT_FORMS: Final = ("consent-self", "consent-guardian", "consent-compatriot", "consent-compatriot-hant")
"""The referral consents; each has a script to be read aloud (``…-script``), the last that of the one before."""


NOT_ISSUED: Final = frozenset({"device-card"})
"""Forms that are set while no vault is open: nothing that a county issued could be read then."""


def is_form(name: str) -> bool:
    """Whether this could be the name of a form: small letters and hyphens."""
    return _FORM.fullmatch(name) is not None


def version_key(version: str) -> tuple[int, int]:
    """By what versions are ordered; raises ValueError for what is none."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError("not a version")
    return int(match[1]), int(match[2])


def newest(versions: Iterable[str]) -> str:
    """The newest of these versions."""
    return max(versions, key=version_key)


def wording_record(form: str, version: str) -> str:
    """The id of the record by which a county issues one version of one form; it is never another's."""
    return f"{WORDING}-{form}-{version}"


def wording_hash(raw: Mapping[str, Any]) -> str:
    """SHA-256 (64 hexadecimal digits) over the canonical JSON, so that line ends do not matter."""
    canonical = json.dumps(raw, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


_READ_ALOUD: Final = (*CONSENT_FORMS, "publicity-consent")
"""The forms with a script."""


def companions(form: str) -> tuple[str, ...]:
    """The forms that say the same in another way: the script read aloud, the traditional characters."""
    own = form.removesuffix("-script").removesuffix("-hant")
    family = (own, f"{own}-script", *((f"{own}-hant",) if f"{own}-hant" in CONSENT_FORMS else ()))
    return tuple(one for one in family if one != form) if own in _READ_ALOUD else ()


@dataclass(frozen=True, slots=True)
class Issue:
    """What is asked of an issued wording to be in force: its version, its first day, and whether it was withdrawn."""

    form: str
    version: str
    start: date
    withdrawn: bool
    fits: bool = True


def in_force(issues: Iterable[Issue], form: str, on: date) -> Issue | None:
    """The newest wording of a form that a county issued, has not withdrawn, and whose day has come; None without one.

    Then the bundled wording holds. The county's word goes before a newer bundled one: it decides what its people sign.
    """
    come = [one for one in issues if one.form == form and one.fits and not one.withdrawn and one.start <= on]
    return max(come, key=lambda one: version_key(one.version), default=None)


def wording_faults(raw: object, pattern: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Everything that keeps a wording from being used by the program that has this pattern; empty where it may be.

    ``pattern`` is the bundled wording of the same form.
    """
    if not _is_shaped(raw):
        return (Fault(Trouble.NOT_A_WORDING),)
    return tuple(dict.fromkeys(_faults(raw, pattern)))


def _is_shaped(raw: object) -> bool:
    """Whether it has the schema of a wording, whatever its texts say."""
    if not isinstance(raw, Mapping) or set(raw) != _KEYS:
        return False
    texts = [raw[name] for name in ("form", "number", "version", "language", "title")]
    sections, terms = raw["sections"], raw["terms"]
    if not isinstance(sections, list) or not isinstance(terms, Mapping):
        return False
    for one in sections:
        if not isinstance(one, Mapping) or set(one) != _SECTION_KEYS or not isinstance(one["paragraphs"], list):
            return False
        texts += [one["id"], one["heading"], *one["paragraphs"]]
    return all(isinstance(one, str) for one in (*texts, *terms, *terms.values()))


def _faults(raw: Any, pattern: Mapping[str, Any]) -> Iterator[Fault]:
    if raw["form"] != pattern["form"]:
        yield Fault(Trouble.OTHER_FORM)
        return
    if raw["number"] != pattern["number"]:
        yield Fault(Trouble.NUMBER, pattern["number"])
    if raw["language"] != pattern["language"]:
        yield Fault(Trouble.LANGUAGE, pattern["language"])
    if _VERSION.fullmatch(raw["version"]) is None:
        yield Fault(Trouble.VERSION)
    yield from _text_faults(raw["title"], "title", MAX_TITLE)
    yield from _section_faults(raw["sections"], pattern["sections"])
    yield from _term_faults(raw["terms"], pattern["terms"])
    yield from _placeholder_faults(raw, pattern)
    if raw["form"] in CONSENT_FORMS:
        yield from _legal_faults(raw)


def _text_faults(text: str, place: str, most: int) -> Iterator[Fault]:
    if not text.strip() and place == "title":
        yield Fault(Trouble.SECTION_EMPTY, place)
    if len(text) > most:
        yield Fault(Trouble.TOO_LONG, place)
    if text.count("**") % 2:
        yield Fault(Trouble.MARK_UP, place)
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield Fault(Trouble.MARK_UP, place)
    if any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for one in text):
        yield Fault(Trouble.CHARACTER, place)


def _section_faults(sections: Sequence[Any], pattern: Sequence[Any]) -> Iterator[Fault]:
    here, wanted = [one["id"] for one in sections], [one["id"] for one in pattern]
    yield from (Fault(Trouble.SECTION_MISSING, one) for one in wanted if one not in here)
    yield from (Fault(Trouble.SECTION_UNKNOWN, one[:40]) for one in here if one not in wanted)
    if here != wanted and sorted(here) == sorted(wanted):
        yield Fault(Trouble.SECTION_ORDER)
    if len(set(here)) < len(here):
        yield Fault(Trouble.SECTION_ORDER)
    known = {one["id"]: one for one in pattern}
    for one in sections:
        model = known.get(one["id"])
        if model is None:
            continue
        name, paragraphs = one["id"], one["paragraphs"]
        yield from _text_faults(one["heading"], name, MAX_HEADING)
        if bool(one["heading"].strip()) is not bool(model["heading"]):
            yield Fault(Trouble.HEADING, name)
        if model["paragraphs"] and not paragraphs:
            yield Fault(Trouble.SECTION_EMPTY, name)
        if len(paragraphs) > MAX_PARAGRAPHS:
            yield Fault(Trouble.TOO_LONG, name)
        for text in paragraphs:
            if not text.strip():
                yield Fault(Trouble.SECTION_EMPTY, name)
            yield from _text_faults(text, name, MAX_PARAGRAPH)


def _term_faults(terms: Mapping[str, str], pattern: Mapping[str, str]) -> Iterator[Fault]:
    yield from (Fault(Trouble.TERM_MISSING, one) for one in pattern if one not in terms)
    yield from (Fault(Trouble.TERM_UNKNOWN, one[:60]) for one in terms if one not in pattern)
    for key, model in pattern.items():
        text = terms.get(key)
        if text is None:
            continue
        if model.strip() and not text.strip():
            yield Fault(Trouble.TERM_EMPTY, key)
        yield from _text_faults(text, key, max(MAX_TERM, 3 * len(model)))
        if _names(text) != _names(model):
            missing = _names(model) - _names(text)
            yield Fault(Trouble.PLACEHOLDER_MISSING if missing else Trouble.PLACEHOLDER_UNKNOWN, key)
    fixed = next((key for key in _RECORDED if key in pattern), None)
    if fixed is not None and terms.get(fixed, pattern[fixed]) != pattern[fixed]:
        yield Fault(Trouble.TERM_FIXED, fixed)
    if fixed == _RECORDED[0] and terms.get(_RECORDED[1], "").count("、") != pattern[_RECORDED[1]].count("、"):
        yield Fault(Trouble.TERM_FIXED, _RECORDED[1])


def _names(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))


def _placeholder_faults(raw: Mapping[str, Any], pattern: Mapping[str, Any]) -> Iterator[Fault]:
    """Those of the sections: the code fills what the pattern has, and a form without one of them says less."""
    for part in ("heading", "paragraphs"):
        known = {one["id"]: _names(_joined(one[part])) for one in pattern["sections"]}
        here = {one["id"]: _names(_joined(one[part])) for one in raw["sections"]}
        if part == "heading":
            for section, names in here.items():
                if section in known and names != known[section]:
                    yield Fault(Trouble.HEADING, section)
            continue
        all_known = frozenset().union(*known.values())
        all_here = frozenset().union(*here.values())
        yield from (Fault(Trouble.PLACEHOLDER_UNKNOWN, one[:40]) for one in sorted(all_here - all_known))
        missing = {one for one in all_known - all_here if not one.startswith("section_")}  # a number of an item
        yield from (Fault(Trouble.PLACEHOLDER_MISSING, one) for one in sorted(missing))


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "\n".join(text)


def _legal_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    said = {one["id"]: "".join(one["paragraphs"]).replace("**", "") for one in raw["sections"]}
    for item in LEGAL_ITEMS:
        text = said.get(item.section, "")
        if not set(item.placeholders) <= _names(text) or not all(re.search(one, text) for one in item.says):
            yield Fault(Trouble.LEGAL_ITEM, str(item.number))
    for key, (number, says) in LEGAL_TERMS.items():
        if key in raw["terms"] and not re.search(says, raw["terms"][key]):
            yield Fault(Trouble.LEGAL_ITEM, str(number))
    everything = [raw["title"], *said.values(), *(one["heading"] for one in raw["sections"]), *raw["terms"].values()]
    if any(_AGREE_TO_ALL.search(one) for one in everything):
        yield Fault(Trouble.AGREE_TO_ALL)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a wording says otherwise than another of the same form: headings of sections, and how many short texts."""

    sections: tuple[str, ...]
    terms: tuple[str, ...]
    """The old short texts, or the new ones where there was none."""


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """Which points are others, in the order of the form; a section without a heading is told by its first words."""
    before = {one["id"]: one for one in old["sections"]}
    sections = [_called(one) for one in new["sections"] if before.get(one["id"]) != one]
    terms = [old["terms"].get(key, text) for key, text in new["terms"].items() if old["terms"].get(key) != text]
    return Changes(tuple(sections), tuple(terms))


def _called(section: Mapping[str, Any]) -> str:
    if section["id"] == "opening":
        return "开头的话"
    heading = str(section["heading"]).replace("{number}、", "")
    return heading or _PLACEHOLDER.sub("…", "".join(section["paragraphs"]).replace("**", ""))[:12] + "…"
