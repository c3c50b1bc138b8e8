"""Identity documents: which kinds there are, whether a number can be right, and who is the same person.

Our own rule, because the public libraries reject valid numbers (``reference.md`` §0 finding 4): the check
digit and a plausible birth date decide; the area code only ever warns, since abolished codes stay valid for
life. "No document" is an answer like any other and never stands in the way of help.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from desktop.domain.typed import normalise_digits


class DocumentType(StrEnum):
    """Kinds of identity document a resident may show (``reference.md`` §4)."""

    RESIDENT_ID = "resident-id"
    RESIDENCE_PERMIT = "residence-permit"
    HONG_KONG_MACAO_PASS = "hong-kong-macao-pass"  # noqa: S105 a travel document, not a password
    TAIWAN_PASS = "taiwan-pass"  # noqa: S105 a travel document, not a password
    PASSPORT = "passport"
    FOREIGN_PERMANENT = "foreign-permanent"
    BIRTH_CERTIFICATE = "birth-certificate"
    HOUSEHOLD_REGISTER = "household-register"
    NONE = "none"


DOCUMENT_TYPE_NAMES: Mapping[DocumentType, str] = {
    DocumentType.RESIDENT_ID: "居民身份证",
    DocumentType.RESIDENCE_PERMIT: "港澳台居民居住证",
    DocumentType.HONG_KONG_MACAO_PASS: "港澳居民来往内地通行证",
    DocumentType.TAIWAN_PASS: "台湾居民来往大陆通行证",
    DocumentType.PASSPORT: "护照",
    DocumentType.FOREIGN_PERMANENT: "外国人永久居留身份证",
    DocumentType.BIRTH_CERTIFICATE: "出生医学证明",
    DocumentType.HOUSEHOLD_REGISTER: "户口簿(无号)",
    DocumentType.NONE: "无证件",
}

WITHOUT_NUMBER = frozenset({DocumentType.HOUSEHOLD_REGISTER, DocumentType.NONE})


class Sex(StrEnum):
    """Sex as registered (GB/T 2261.1)."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"
    UNSTATED = "unstated"


SEX_NAMES: Mapping[Sex, str] = {
    Sex.MALE: "男",
    Sex.FEMALE: "女",
    Sex.UNKNOWN: "未知",
    Sex.UNSTATED: "未说明",
}

EARLIEST_BIRTH = date(1900, 1, 1)
RESIDENCE_PERMIT_AREAS = frozenset({"810000", "820000", "830000"})
# First two digits of GB/T 2260: the provinces, with 71 and the permits' 81 to 83.
_PROVINCES = frozenset(
    str(code)
    for region in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        range(81, 84),
    )
    for code in (*region, 71)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

_CITIZEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_OLD_CITIZEN = re.compile(r"\d{15}", re.ASCII)
_HONG_KONG_MACAO = re.compile(r"[HM]\d{8}(?:\d{2})?", re.ASCII)
_TAIWAN = re.compile(r"\d{8}(?:\d{2})?[A-Z]?", re.ASCII)
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}", re.ASCII)
_FOREIGN_PERMANENT = re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]", re.ASCII)
_BIRTH_CERTIFICATE = re.compile(r"[A-Z]\d{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """What a document number says, and what is wrong with it.

    ``errors`` make the number unusable as an identity; ``warnings`` are for a person to look at. ``birth``,
    ``sex`` and ``area`` (six digits) are read from the number only where it has no errors. ``upgraded`` is
    the 18-digit form of a valid 15-digit number, to be offered and never put in silently.
    """

    document_type: DocumentType
    number: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    birth: date | None = None
    sex: Sex | None = None
    area: str | None = None
    upgraded: str | None = None


def normalise_number(number: str) -> str:
    """The number in its one form: half width, capitals, without spaces, quotes, hyphens and brackets."""
    return re.sub(r"[\s'\"`‘’“”()·.\-‐-―_]", "", normalise_digits(number)).upper()


def check_document(
    document_type: DocumentType,
    number: str,
    *,
    today: date,
    areas: Collection[str] | None = None,
) -> DocumentCheck:
    """Check a document number by our own rule.

    ``areas`` holds the six-digit codes known now (GB/T 2260); a code outside it, or outside the provinces
    where none are given, is a warning and never an error. Codes: ``document.missing``,
    ``document.number-not-expected``, ``document.length``, ``document.characters``, ``document.checksum``,
    ``document.birth-invalid``, ``document.birth-future``, ``document.birth-too-early``,
    ``document.not-residence-permit``, ``document.format``; as warnings ``document.area-unknown``,
    ``document.looks-like-residence-permit``, ``document.old-15-digits``, ``document.checksum`` (foreigners'
    cards, whose rule is not published as a standard) and ``document.format`` (birth certificates).
    """
    text = normalise_number(number)
    check = DocumentCheck(document_type, text)
    if document_type in WITHOUT_NUMBER:
        return replace(check, errors=("document.number-not-expected",)) if text else check
    if not text:
        return replace(check, errors=("document.missing",))
    match document_type:
        case DocumentType.RESIDENT_ID | DocumentType.RESIDENCE_PERMIT:
            return _check_citizen(check, today, areas)
        case DocumentType.FOREIGN_PERMANENT:
            return _check_foreign_permanent(check, today)
        case DocumentType.HONG_KONG_MACAO_PASS:
            return _check_pattern(check, _HONG_KONG_MACAO)
        case DocumentType.TAIWAN_PASS:
            return _check_pattern(check, _TAIWAN)
        case DocumentType.BIRTH_CERTIFICATE:
            soft = re.fullmatch(_PASSPORT, text) and not re.fullmatch(_BIRTH_CERTIFICATE, text)
            return replace(check, warnings=("document.format",)) if soft else _check_pattern(check, _BIRTH_CERTIFICATE)
        case _:
            return _check_pattern(check, _PASSPORT)


def match_key(document_type: DocumentType, number: str) -> str | None:
    """A key equal for two writings of the same person's document, or None where there is nothing to match.

    A resident ID and a residence permit are the same kind of number (公民身份号码), so they share one key
    space; a 15-digit number has the key of its 18-digit form; passes match without their renewal digits.
    A number that cannot be right has no key: two wrong numbers must not make one person.
    """
    text = normalise_number(number)
    match document_type:
        case DocumentType.HOUSEHOLD_REGISTER | DocumentType.NONE:
            return None
        case DocumentType.RESIDENT_ID | DocumentType.RESIDENCE_PERMIT:
            full = upgrade_old_number(text) if _OLD_CITIZEN.fullmatch(text) else text
            return f"citizen:{full}" if full and _citizen_number_holds(full) else None
        case DocumentType.HONG_KONG_MACAO_PASS:
            return f"hong-kong-macao:{text[:9]}" if _HONG_KONG_MACAO.fullmatch(text) else None
        case DocumentType.TAIWAN_PASS:
            return f"taiwan:{text[:8]}" if _TAIWAN.fullmatch(text) else None
        case DocumentType.FOREIGN_PERMANENT:
            return f"foreign-permanent:{text}" if _FOREIGN_PERMANENT.fullmatch(text) else None
        case _:
            return f"{document_type.value}:{text}" if _PASSPORT.fullmatch(text) else None


def masked(number: str) -> str:
    """The number with its middle hidden, for screens and lists: ``3507·····1832``.

    Short numbers keep less, so that at least half of them stays hidden.
    """
    shown = 4 if len(number) >= 15 else 2 if len(number) >= 8 else 0
    return f"{number[:shown]}·····{number[-shown:]}" if shown else "·" * len(number)


def check_character(first_seventeen: str) -> str:
    """The eighteenth character of a citizen number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def upgrade_old_number(number: str) -> str | None:
    """The 18-digit form of a 15-digit number (births of the 1900s), or None where its date is no date."""
    if not _OLD_CITIZEN.fullmatch(number) or _date_of(f"19{number[6:12]}") is None:
        return None
    body = f"{number[:6]}19{number[6:]}"
    return body + check_character(body)


def _citizen_number_holds(number: str) -> bool:
    return (
        _CITIZEN.fullmatch(number) is not None
        and check_character(number[:17]) == number[17]
        and _date_of(number[6:14]) is not None
    )


def _check_pattern(check: DocumentCheck, pattern: re.Pattern[str]) -> DocumentCheck:
    return check if pattern.fullmatch(check.number) else replace(check, errors=("document.format",))


def _check_citizen(check: DocumentCheck, today: date, areas: Collection[str] | None) -> DocumentCheck:
    upgraded: str | None = None
    full = check.number
    if len(full) == 15:
        upgraded = upgrade_old_number(full)
        if upgraded is None:
            code = "document.birth-invalid" if _OLD_CITIZEN.fullmatch(full) else "document.characters"
            return replace(check, errors=(code,))
        full = upgraded
    elif len(full) != 18:
        return replace(check, errors=("document.length",))
    elif not _CITIZEN.fullmatch(full):
        return replace(check, errors=("document.characters",))

    birth = _date_of(full[6:14])
    permit_area = full[:6] in RESIDENCE_PERMIT_AREAS
    is_permit = check.document_type is DocumentType.RESIDENCE_PERMIT
    errors = [] if check_character(full[:17]) == full[17] else ["document.checksum"]
    errors += _birth_errors(birth, today)
    if is_permit and not permit_area:
        errors.append("document.not-residence-permit")
    warnings = []
    if upgraded is not None:
        warnings.append("document.old-15-digits")
    if permit_area and not is_permit:
        warnings.append("document.looks-like-residence-permit")
    elif not permit_area and not _area_known(full[:6], areas):
        warnings.append("document.area-unknown")
    if errors:
        return replace(check, errors=tuple(errors), warnings=tuple(warnings))
    return replace(
        check,
        warnings=tuple(warnings),
        birth=birth,
        sex=Sex.MALE if int(full[16]) % 2 else Sex.FEMALE,
        area=full[:6],
        upgraded=upgraded,
    )


def _check_foreign_permanent(check: DocumentCheck, today: date) -> DocumentCheck:
    """Cards up to 2023: nationality and 12 digits; since 2023-12: 18 digits that begin with 9."""
    if not _FOREIGN_PERMANENT.fullmatch(check.number):
        return replace(check, errors=("document.format",))
    if not check.number.startswith("9"):
        return check
    number = check.number
    birth = _date_of(number[6:14])
    if errors := _birth_errors(birth, today):
        return replace(check, errors=tuple(errors))
    warnings = () if check_character(number[:17]) == number[17] else ("document.checksum",)
    return replace(check, warnings=warnings, birth=birth, sex=Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _birth_errors(birth: date | None, today: date) -> list[str]:
    if birth is None:
        return ["document.birth-invalid"]
    if birth > today:
        return ["document.birth-future"]
    return ["document.birth-too-early"] if birth < EARLIEST_BIRTH else []


def _area_known(area: str, areas: Collection[str] | None) -> bool:
    return area in areas if areas is not None else area[:2] in _PROVINCES


def _date_of(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
