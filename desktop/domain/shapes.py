"""The declared shape of what each kind of entry holds: groups, facts, lifecycles, issued records.

Many are the dataclasses that services work with; those here belong to content alone. ``content.py`` checks entries
against them. Fields beyond these may stand in an entry of a newer version; they are kept and left aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.domain.aid import Category
from desktop.domain.consent import DataClass, NewSheet, Purpose, WithdrawalMode
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
from desktop.domain.minors import ApprovalFields
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.plain import JSON_NAME
from desktop.domain.referrals import NewReferral
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.signed_text import SignedText
from desktop.domain.signing import SignedBy, Signer
from desktop.domain.visits import Visit


@dataclass(frozen=True, slots=True)
class NeedFields:
    """A need as it is opened."""

    household: str
    code: NeedCode
    urgency: Urgency
    words: str = ""
    visit: str = ""
    resident: str = ""


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
    signed: SheetSigning | None = None
    signer: Signer | None = None
    witness: str = ""
    signed_on: date | None = None
    words: str = ""
    checked_by: str = ""
    checked_against: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class GrantFields:
    """A permission, and how it was withdrawn."""

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
    identity_checked: str = ""
    withdrawn_by: SignedBy | None = None
    """The person, or the guardian for them; either is enough, whoever signed."""
    guardian: str = ""


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
class Printed:
    """A form that came out of a printer. ``of`` is the record it shows, ``hash`` that of its content."""

    of: str
    form: str
    household: str = ""
    resident: str = ""
    print: str = ""
    version: str = ""
    hash: str = ""
    copies: int = 1
    elsewhere: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    """Of a consent form: what it says of the ``person``, the ``office`` and the ``recipients``, each as a SHA-256 with
    the print's id. By these it can be told later what of the record is another than on the paper."""


@dataclass(frozen=True, slots=True)
class ScanTaken:
    """A picture filed to a sheet; ``attachment`` is the SHA-256 of its sealed bytes, ``size`` theirs."""

    sheet: str
    attachment: str
    page: int
    recognised: bool
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
class CheckMade:
    """A check beside the worker: what a colleague signed about a sheet (``beside_check.BesideCheck``)."""

    sheet: str
    statement: SignedText
    household: str = ""
    resident: str = ""


@dataclass(frozen=True, slots=True)
class ImportDone:
    """A ledger that was taken in."""

    file: str
    added: int = 0
    changed: int = 0
    gone: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class IssuedProject:
    """A charity's project."""

    id: str
    name: str
    purpose: str = ""
    needs: tuple[str, ...] = ()
    description: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class IssuedOrganisation:
    """An organisation of the directory (名录)."""

    version: int
    name: str
    kind: str = ""
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    mainland: bool = True
    active: bool = True
    civil_affairs: bool = False
    agreement_number: str = ""
    agreement_until: date | None = None
    security: str = ""
    purposes: tuple[str, ...] = ()
    method: str = ""
    projects: tuple[IssuedProject, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuedVillage:
    """A village with its code of twelve digits."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class IssuedDivision:
    """A township with its villages (区划)."""

    version: int
    code: str
    name: str
    villages: tuple[IssuedVillage, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class IssuedStandard:
    """The county's standard (低保标准): fen per head and month."""

    version: int
    subsistence_monthly: int
    start: date = field(metadata={JSON_NAME: "from"})
    margin_factor: float = 1.5
    deadlines: Mapping[str, Any] = field(default_factory=dict)
    lease: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssuedOffice:
    """A township's office as forms name it."""

    version: int
    code: str
    name: str
    address: str = ""
    phone: str = ""
    contact: str = ""
    county_name: str = ""
    county_phone: str = ""
    complaint_phone: str = ""
    retention_years: int = 5
    reply_days: int = 15
    idle_minutes_most: int = 15
    keep_fingerprints: bool = True


@dataclass(frozen=True, slots=True)
class RosterVault:
    """A vault of the township and whose it is."""

    vault: str
    worker: str
    name: str
    role: str = ""
    office: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class RosterWorker:
    """A worker of the township, with a laptop or without."""

    worker: str
    name: str
    role: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class IssuedRoster:
    """A township's vaults and workers (花名册)."""

    version: int
    township: str = ""
    vaults: tuple[RosterVault, ...] = ()
    workers: tuple[RosterWorker, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierStanding:
    """What a worker was before a change, and until when (ISO time)."""

    role: str
    townships: tuple[str, ...]
    until: str


@dataclass(frozen=True, slots=True)
class IssuedWorker:
    """One worker of the roster, from the first change on."""

    version: int
    worker: str
    name: str
    role: str
    office: str = ""
    townships: tuple[str, ...] = ()
    earlier: tuple[EarlierStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuedRetention:
    """The county's own years of keeping, by kind of record; ``domain/retention.py`` keeps them within bounds."""

    version: int
    years: Mapping[str, int]


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
    "print": Printed,
    "scan": ScanTaken,
    "check": CheckMade,
    "import": ImportDone,
}
LIFECYCLES: Final[Mapping[str, type]] = {
    "need": NeedFields,
    "sheet": SheetFields,
    "grant": GrantFields,
    "referral": ReferralFields,
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
class Moved:
    """The body of ``….moved``: one step of a lifecycle."""

    target: str = field(metadata={JSON_NAME: "to"})
    source: str | None = field(metadata={JSON_NAME: "from"})
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
