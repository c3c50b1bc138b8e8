"""What a second check of a signed sheet compares, box by box, before a grant comes into force; there is none for all.

The county's desk and the laptop's two checks (the checker's own workspace, beside the worker) show the same boxes in
the same words. The record stands at the left on every one of these pages, what it is compared with at the right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from desktop.domain.plain import Misfit
from desktop.domain.sheet_signing import SheetSigning, signed_of
from desktop.domain.signing import SignedBy, Signer


class Compared(StrEnum):
    """What a box asks to have compared."""

    ANSWERS = "answers"
    """The ticks for one recipient."""
    SIGNATURE = "signature"
    """The signature or fingerprint for one recipient (PIPL 23: one each)."""
    WITNESS = "witness"
    GUARDIAN = "guardian"
    """Who signed for the person, by what right, and what is said of those who come before (民法典 27, 28)."""
    NEAR_RELATIVE = "near-relative"
    """What was declared of near relatives (近亲属或者利害关系申报)."""
    STAFF = "staff"
    """Those who took the consent, and the date."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to compare; ``place`` counts the sheet's recipients from 0, -1 where it is for the whole."""

    compared: Compared
    place: int = -1

    @property
    def key(self) -> str:
        """How a form names it."""
        return self.compared.value if self.place < 0 else f"{self.compared.value}-{self.place}"


@dataclass(frozen=True, slots=True)
class Counted:
    """One recipient and purpose of a sheet: to how many classes the person said what, as on the paper."""

    recipient_name: str
    """ "" where the directory has no such organisation."""
    agreed: int
    refused: int


_MARKS: Final = {Signer.SIGNATURE: "签名", Signer.FINGERPRINT: "指印", Signer.SCREEN: "屏幕签名"}
_SHORT: Final[Mapping[Compared, str]] = {
    Compared.ANSWERS: "勾的",
    Compared.SIGNATURE: "签名或指印",
    Compared.GUARDIAN: "监护人",
    Compared.WITNESS: "见证人",
    Compared.NEAR_RELATIVE: "近亲属申报",
    Compared.STAFF: "编号、姓名、日期或者经办人的签字",
}


def boxes(fields: Mapping[str, Any], asked: Sequence[Counted]) -> tuple[Box, ...]:
    """What has to be compared on a sheet with these fields, in the order of the paper."""
    found = []
    for place, ask in enumerate(asked):
        found.append(Box(Compared.ANSWERS, place))
        if ask.agreed:
            found.append(Box(Compared.SIGNATURE, place))
    signed_by = signing(fields).signed_by
    if signed_by is not None and signed_by.guardian:
        found.append(Box(Compared.GUARDIAN))
    if str(fields.get("witness", "")).strip():
        found.append(Box(Compared.WITNESS))
    return (*found, Box(Compared.NEAR_RELATIVE), Box(Compared.STAFF))


def signing(fields: Mapping[str, Any]) -> SheetSigning:
    """How it was signed; nothing where that cannot be read, and then the rules refuse it."""
    try:
        return signed_of(fields)
    except Misfit:
        return SheetSigning()


def box_words(box: Box, fields: Mapping[str, Any], asked: Sequence[Counted]) -> str:
    """What to compare, with the figures that the record says."""
    name = _name(box, asked)
    match box.compared:
        case Compared.ANSWERS:
            ask = asked[box.place]
            return f"{name}勾的和左边记的一样：{ask.agreed} 项同意，{ask.refused} 项不同意"
        case Compared.GUARDIAN:
            return "监护人的姓名、关系、资格、前面顺位的说明和看过的证明，和左边记的一样"
        case Compared.WITNESS:
            return f"见证人 {fields.get('witness', '')} 签了字"
        case Compared.NEAR_RELATIVE:
            return f"近亲属申报勾的是“{near_relative(fields)}”"
        case Compared.STAFF:
            return "编号、姓名、签署日期、经办人和第二经办人的签字都对"
    return f"{name}这一家有{_hand(fields)}"


def not_alike_words(box: Box, asked: Sequence[Counted]) -> str:
    """That a box does not agree, as the reason of a rejection begins: no word of the person's."""
    return f"{_name(box, asked)}{_SHORT[box.compared]}和记录对不上"


def beside_asked_words(count: int) -> str:
    """That so many grants name the sheet for something that it did not ask; "" where none does."""
    return f"有 {count} 项同意记在这一份名下，纸上却没有问过。" if count else ""


def near_relative(fields: Mapping[str, Any]) -> str:
    """What was declared of near relatives."""
    if fields.get("near_relative") is not True:
        return "无"
    who = fields.get("near_relative_who")
    return f"有，{who if isinstance(who, str) and who else '没有写是谁'}"


def _name(box: Box, asked: Sequence[Counted]) -> str:
    return f"【{asked[box.place].recipient_name or '名录里没有的组织'}】" if box.place >= 0 else ""


def _hand(fields: Mapping[str, Any]) -> str:
    """Whose hand has to be there for each recipient, and how."""
    facts = signing(fields)
    own, theirs = _mark(fields.get("signer")), _mark(facts.guardian_signer)
    match facts.signed_by:
        case SignedBy.GUARDIAN:
            return f"监护人单独的{theirs}"
        case SignedBy.BOTH:
            return f"本人单独的{own}和监护人单独的{theirs}"
    return f"本人单独的{own}"


def _mark(signer: object) -> str:
    """What such a signing leaves on the sheet."""
    return next((word for one, word in _MARKS.items() if one == signer), "签名或指印")
