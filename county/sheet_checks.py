"""The second check at the county's desk (县级核对): each signature held against its grants before anything is in force.

What has to be compared stands in boxes, one by one; there is none for all. The decision itself is the very function
that ``zoucun-county answer`` calls. Errors, all UserFacingError and nothing written: those of ``answers.py`` and
``sheets.py``, ``sheet.against-missing`` (it is not said what was compared, or that is not here),
``sheet.not-compared`` (a box is left), ``sheet.changed`` (the record is not what was looked at).
"""

from __future__ import annotations

from collections.abc import Collection

from county import answers
from county.opening import County
from county.sheet_seen import Evidence, SheetSeen, Verified
from county.sheets import sheet_as_it_is
from desktop.domain import sheet_boxes
from desktop.domain.beside_check import Against
from desktop.domain.errors import UserFacingError
from desktop.domain.sheet_boxes import Box


def boxes(seen: SheetSeen) -> tuple[Box, ...]:
    """What has to be compared on a sheet, in the order of the paper (``desktop.domain.sheet_boxes``)."""
    return sheet_boxes.boxes(seen.fields, seen.counted)


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
