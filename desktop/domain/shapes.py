"""The declared shape of what each kind of entry holds: groups, facts, lifecycles, issued records.

Many are the dataclasses that services work with; those here belong to content alone (``content.py`` checks entries).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.domain.aid import Category
from desktop.domain.beside_check import CheckMade
from desktop.domain.blanks import BlankFields, Stock
from desktop.domain.consent import DataClass, NewSheet, Purpose, WithdrawalMode
from desktop.domain.contact import ContactAnswer
from desktop.domain.escrow import Holders
from desktop.domain.households import (
    Address,
    Birth,
    Carer,
    CategoryHeld,
    Disability,
    Document,
    Guardian,
    Head,
    Health,
    Membership,
    Name,
    NearRelative,
    Number,
    Phones,
    StatedCapacity,
    category_group,
)
from desktop.domain.issued_shapes import (
    IssuedDivision,
    IssuedOffice,
    IssuedOrganisation,
    IssuedRetention,
    IssuedRoster,
    IssuedStandard,
    IssuedWording,
    IssuedWorker,
)
from desktop.domain.minors import ApprovalFields
from desktop.domain.needs import NeedFields
from desktop.domain.plain import JSON_NAME
from desktop.domain.prints import Printed
from desktop.domain.publicity import PublicityFields
from desktop.domain.referrals import NewReferral
from desktop.domain.rights import RIGHTS_REQUEST, RightsRequestFields
from desktop.domain.screen_signing import ScreenSigning, SignatureMade
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signed_text import SignedText
from desktop.domain.signing import Signer
from desktop.domain.signing_evidence import SigningEvidence
from desktop.domain.visits import Visit
from desktop.domain.wishes import WishFields
from desktop.domain.withdrawals import WithdrawalMade


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFields(NewSheet):
    """A consent sheet with what printing, signing and checking add to it."""

    number: str
    worker: str
    household: str = ""
    worker_name: str = ""
    second_worker_name: str = ""
    form: str = ""
    months: int = 0
    print: str = ""
    form_version: str = ""
    form_hash: str = ""
    wording: str = ""
    wordings: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the wordings in force when it was drafted, by form: it is printed in that of its form, whatever came
    since. ``wording`` is the one it was printed in; with ``form_version`` it says which text was signed."""
    signed: SheetSigning | None = None
    signer: Signer | None = None
    witness: str = ""
    signed_on: date | None = None
    contact: tuple[ContactAnswer, ...] = ()
    evidence: SigningEvidence | None = None
    screen: ScreenSigning | None = None
    words: str = ""
    checked_by: str = ""
    checked_against: str = ""
    check: str = ""
    blank: str = ""


@dataclass(frozen=True, slots=True)
class GrantFields:
    """A permission, and the number and way of its withdrawal; how that was said is the withdrawal's own record."""

    resident: str
    sheet: str
    recipient: str
    purpose: Purpose
    data_class: DataClass
    household: str = ""
    start: date | None = field(default=None, metadata={JSON_NAME: "from"})
    until: date | None = None
    withdrawal: str = ""
    mode: WithdrawalMode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFields(NewReferral):
    """A referral with what later steps add to it."""

    number: str
    household: str = ""
    sheets: tuple[str, ...] = ()
    worker_name: str = ""
    drafted_on: date | None = None
    release: SignedText | None = None
    withdrawal: str = ""
    confirmed: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class AidGiven:
    """Government aid that was granted (政府救助): scheme, fen a month, from when to when."""

    scheme: str
    household: str = ""
    resident: str = ""
    monthly: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HelpGiven:
    """What a charity delivered; ``amount`` in fen. A referral may name nobody any more."""

    what: str = ""
    amount: int | None = None
    day: date | None = field(default=None, metadata={JSON_NAME: "date"})
    household: str | None = None
    resident: str | None = None
    referral: str = ""
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class ScanTaken:
    """A picture filed to a sheet, a withdrawal, a consent to publicity, or (``print``) to one print of another signed
    form, which is about the record ``of``; ``attachment`` is the SHA-256 of its sealed bytes, ``size`` theirs."""

    attachment: str
    page: int
    recognised: bool
    sheet: str = ""
    withdrawal: str = ""
    publicity: str = ""
    print: str = ""
    of: str = ""
    finger: bool = False
    """Of a form that a person signs: it may show a fingerprint, and nothing says whether it does."""
    household: str = ""
    resident: str = ""
    size: int = 0
    media: str = ""
    pages: int = 0
    """How many pages its print has, as the code on it says; 0 where no code could be read."""
    short_hash: str = ""
    """What the code on it says of its content (``print_mark``); empty where no code could be read."""
    original: str = ""
    """SHA-256 of the picture as it came, where ``attachment`` is the sheet laid flat; ``original_size`` its bytes."""
    original_size: int = 0


@dataclass(frozen=True, slots=True)
class ImportDone:
    """A ledger that was taken in."""

    file: str
    added: int = 0
    changed: int = 0
    gone: int = 0
    stopped: bool = False


# --- which shape belongs to what -----------------------------------------------------------------

GROUPS: Final[Mapping[str, Mapping[str, type]]] = {
    "household": {
        "address": Address,
        "registered_address": Address,
        "head": Head,
        "number": Number,
        "near_relative": NearRelative,
        **{category_group(one): CategoryHeld for one in Category},
    },
    "resident": {
        "name": Name,
        "document": Document,
        "birth": Birth,
        "phones": Phones,
        "membership": Membership,
        "health": Health,
        "disability": Disability,
        "guardian": Guardian,
        "carer": Carer,
        "capacity": StatedCapacity,
    },
}
"""The groups by which descriptions are merged."""

MAY_BE_EMPTY: Final = frozenset({"address", "registered_address", "head", "number", "disability"})
"""Groups that ``{}`` takes back although their shape has fields that must be there."""

FACTS: Final[Mapping[str, type]] = {
    "visit": Visit,
    "aid": AidGiven,
    "help": HelpGiven,
    "stock": Stock,
    "print": Printed,
    "scan": ScanTaken,
    "signature": SignatureMade,
    "check": CheckMade,
    "withdrawal": WithdrawalMade,
    "import": ImportDone,
}
LIFECYCLES: Final[Mapping[str, type]] = {
    "need": NeedFields,
    "wish": WishFields,
    "sheet": SheetFields,
    "grant": GrantFields,
    "publicity": PublicityFields,
    "blank": BlankFields,
    "referral": ReferralFields,
    RIGHTS_REQUEST: RightsRequestFields,
    "approval": ApprovalFields,
}
ISSUED: Final[Mapping[str, type]] = {
    "organisation": IssuedOrganisation,
    "division": IssuedDivision,
    "standard": IssuedStandard,
    "roster": IssuedRoster,
    "worker": IssuedWorker,
    "office": IssuedOffice,
    "escrow": Holders,
    "retention": IssuedRetention,
    "wording": IssuedWording,
}


@dataclass(frozen=True, slots=True)
class Given:
    """A group in a description: its new value and the entry it was changed from."""

    value: Mapping[str, Any]
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """The body of ``….described``."""

    groups: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """The body of ``….decided``: the value a person chose, over which entries."""

    group: str
    value: Mapping[str, Any]
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandingKept:
    """The body of a lifecycle's ``….decided``: a person looked at diverged steps, and the state stays as it is."""

    over: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Aliased:
    """The body of ``….aliased``."""

    to: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The body of ``….joined``: a person says that this record and ``to`` are one; the county makes them one."""

    to: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The body of ``….moved``: one step of a lifecycle."""

    target: str = field(metadata={JSON_NAME: "to"})
    source: str | None = field(metadata={JSON_NAME: "from"})
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
