"""The second check at the county's desk (县级核对): each signature held against its grants before anything is in force.

What has to be compared stands in boxes, one by one; there is none for all. The decision itself is the very function
that ``zoucun-county answer`` calls. Errors, all UserFacingError and nothing written: those of ``answers.py`` and
``sheets.py``, ``sheet.against-missing`` (it is not said what was compared, or that is not here),
``sheet.not-compared`` (a box is left), ``sheet.changed`` (the record is not what was looked at).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from county import answers
from county.opening import County
from county.sheet_seen import Evidence, SheetSeen, Verified
from county.sheets import sheet_as_it_is
from desktop.domain.beside_check import Against
from desktop.domain.consent import GrantState
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import Misfit
from desktop.domain.sheet_signing import SheetSigning, signed_of


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


def boxes(seen: SheetSeen) -> tuple[Box, ...]:
    """What has to be compared on a sheet, in the order of the paper."""
    found = []
    for place, ask in enumerate(seen.asked):
        found.append(Box(Compared.ANSWERS, place))
        if ask.classes(GrantState.AGREED):
            found.append(Box(Compared.SIGNATURE, place))
    signed_by = signing(seen).signed_by
    if signed_by is not None and signed_by.guardian:
        found.append(Box(Compared.GUARDIAN))
    if str(seen.fields.get("witness", "")).strip():
        found.append(Box(Compared.WITNESS))
    return (*found, Box(Compared.NEAR_RELATIVE), Box(Compared.STAFF))


def signing(seen: SheetSeen) -> SheetSigning:
    """How it was signed; nothing where that cannot be read, and then the rules refuse it."""
    try:
        return signed_of(seen.fields)
    except Misfit:
        return SheetSigning()


def ways(seen: SheetSeen) -> tuple[Against, ...]:
    """What this sheet can be compared with here: a paper that an officer holds can always be, a picture if it came."""
    if seen.evidence is Evidence.SCREEN:
        return (Against.SCREEN,)
    return (Against.SCAN, Against.PAPER) if seen.evidence is Evidence.SCAN else (Against.PAPER,)


def check(
    county: County, sheet: str, officer: str, *, against: str, seen: str, compared: Collection[str]
) -> answers.Answer:
    """Everything was compared and is right: the sheet is checked, and what was agreed comes into force."""
    known = sheet_as_it_is(county, sheet, officer)
    if known.is_waiting:
        if not seen:
            raise UserFacingError("sheet.changed")
        if against not in ways(known):
            raise UserFacingError("sheet.against-missing")
        unverified = {one.verified for one in known.pictures if one.role} - {Verified.RIGHT}
        if unverified:
            raise UserFacingError("sheet.signature-unverified")
        if {one.key for one in boxes(known)} - set(compared):
            raise UserFacingError("sheet.not-compared")
    # Of one that somebody has decided on since, the rule says so better than that it has changed.
    return answers.check_sheet(county, sheet, officer, against=against, seen=seen if known.is_waiting else "")


def reject(county: County, sheet: str, officer: str, *, seen: str, reason: str) -> answers.Answer:
    """The paper does not hold: the sheet is void, with the reason, and the township asks anew."""
    known = sheet_as_it_is(county, sheet, officer)
    if known.is_waiting and seen != known.seen:
        raise UserFacingError("sheet.changed")
    return answers.reject_sheet(county, sheet, officer, reason)
