"""What an officer of the county is shown of a sheet (同意书): values only, made by ``sheets``, worded by the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from desktop.domain.consent import DataClass, GrantState, SheetState
from desktop.domain.sheet_boxes import Counted

WAITING: Final = (SheetState.SIGNED, SheetState.SCANNED)
"""Where a sheet awaits its second check."""


class Evidence(StrEnum):
    """What the county has to compare a sheet's record with."""

    SCAN = "scan"
    SCREEN = "screen"
    NOT_KEPT = "not-kept"
    """It bears a fingerprint, and the township's office keeps no pictures of those: two persons at the paper stand
    for the picture (``design.md`` §6)."""
    NOT_HERE = "not-here"
    """No picture was taken in, or it has not arrived."""


class Verified(StrEnum):
    """What opening a signature made on the screen came to."""

    RIGHT = "right"
    MISSING = "missing"
    WRONG = "wrong"


class Caution(StrEnum):
    """What has to be said of a sheet's pictures or grants before anybody compares them."""

    PAGE_MISSING = "page-missing"
    OTHER_PRINTING = "other-printing"
    """A page bears the short hash of another printing than the record's."""
    BY_HAND = "by-hand"
    """No code could be read on a page: a person said whose it is."""
    ASKED_AGAIN = "asked-again"
    """The person had said no to the same recipient and purpose less than six months before (网络数据条例 22(5))."""
    FOUND_WRONG = "found-wrong"
    """A colleague found something wrong beside the worker."""


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """A sheet of the list: by its number, without a word of the person's."""

    sheet: str
    number: str
    township: str
    township_name: str
    signed_on: str
    worker_name: str
    evidence: Evidence
    pictures: int
    is_for_county_alone: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the person said to one class: ``agreed``, ``refused``, or "" where the record says nothing of a box."""

    data_class: DataClass
    said: str
    state: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One recipient and purpose of a sheet, box by box; ``not_asked`` are the classes without a box."""

    recipient: str
    recipient_name: str
    purpose: str
    project: str
    said: tuple[Said, ...]
    not_asked: tuple[DataClass, ...]

    def classes(self, said: str) -> tuple[DataClass, ...]:
        """The classes to which that was said."""
        return tuple(one.data_class for one in self.said if one.said == said)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page (``role`` "") or a signature made on the screen; ``has_original``: also as it came, before it was laid
    flat."""

    record: str
    page: int
    is_here: bool
    has_original: bool = False
    role: str = ""
    recipient: str = ""
    name: str = ""
    time: str = ""
    verified: Verified | None = None


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """A sheet as the officer sees it. ``problem`` is why this officer cannot check it now, as a reason code, or "".

    ``seen`` stands for everything that was shown: the check is refused where that has changed since.
    """

    sheet: str
    state: str
    person: str
    document_tail: str
    minor: bool
    township: str
    township_name: str
    fields: Mapping[str, Any]
    asked: tuple[Asked, ...]
    beside_asked: int
    evidence: Evidence
    pictures: tuple[Picture, ...]
    cautions: tuple[Caution, ...]
    found_wrong: str
    problem: str
    is_for_county_alone: bool
    seen: str

    @property
    def counted(self) -> tuple[Counted, ...]:
        """What was said on the paper for each recipient, in figures, for ``sheet_boxes``."""
        agreed, refused = GrantState.AGREED, GrantState.REFUSED
        return tuple(
            Counted(one.recipient_name, len(one.classes(agreed)), len(one.classes(refused))) for one in self.asked
        )

    @property
    def is_waiting(self) -> bool:
        """Whether it still awaits its check."""
        return self.state in WAITING
