"""The declared shape of what the county issues: directory, divisions, standards, offices, rosters, wordings.

``shapes.py`` says which belongs to which kind of record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop.domain.plain import JSON_NAME


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
    screen_signatures: bool = False
    """Whether sheets may be signed on the screen (屏幕签名): not before the county says so."""


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


@dataclass(frozen=True, slots=True)
class IssuedWording:
    """One version of one form's wording (表单文本). Whether it may be used is asked by ``wordings.wording_faults``.

    ``sha256`` is that of the wording, ``from`` the first day on which forms are set in it, ``withdrawn`` the day on
    which the county took it back, with its ``reason``. It is never changed and never goes: it is what people signed.
    """

    version: int
    form: str
    wording: Mapping[str, Any]
    sha256: str
    start: date = field(metadata={JSON_NAME: "from"})
    withdrawn: date | None = None
    reason: str = ""
