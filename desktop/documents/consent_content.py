"""What a consent form says beyond its wording: the person, recipients, workers, and who signs for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from desktop.documents.form_content import FormResident, Handler, handler_values
from desktop.domain.compatriots import CompatriotOffice, CompatriotSaid
from desktop.domain.consent import DataClass
from desktop.domain.contact import ContactAnswer
from desktop.domain.guardian_order import Standing
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.signing import Capacity, GuardianBasis, Incapacity, SignedBy
from desktop.domain.strokes import Strokes

BY_HAND = "________"
"""Where something is to be written."""


class ReadingMode(StrEnum):
    """How the person came to know what the form says."""

    SELF = "self"
    READ_ALOUD = "read-aloud"


class SignerKind(StrEnum):
    """How the person signs; whoever cannot sign puts a fingerprint beside a witness (民法典 第四百九十条)."""

    SIGNATURE = "signature"
    MARK_WITH_WITNESS = "mark-with-witness"


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient (接收方) and what it would be told; one without a name is written by hand (``BLANK_ROW``)."""

    name: str
    credit_code: str
    contact: str
    phone: str
    address: str
    purpose: str
    method: str
    security: str
    agreement_number: str
    asks: tuple[DataClass, ...]
    onward: str = ""
    """An organisation named here is asked about by name; empty strikes the row."""

    @property
    def is_by_hand(self) -> bool:
        """Whether the row is left to be filled in: what is not asked then is struck by hand."""
        return not self.name


BLANK_ROW = RecipientRow("", "", "", "", "", "", "", "", "", tuple(DataClass))
"""A row for a recipient that the directory is not asked for: a box for every class."""


@dataclass(frozen=True, slots=True)
class GuardianPart:
    """Who signs for the person and by what right (``reference.md`` §5(a)-2); by hand where None or empty."""

    name: str = ""
    relation: str = ""
    document: str = ""
    phone: str = ""
    basis: GuardianBasis | None = None
    proof: str = ""
    """Number of the deed, or the paper that showed the guardianship."""
    standing: Standing | None = None
    passed_over: str = ""
    """Why those who stand before do not act; with the standing, where ``has_order``."""
    consent_of: str = ""
    has_order: bool = True
    """Whether the law's order is asked for: where the guardian has no deed and is no minor's parent, and of a blank."""
    is_minor: bool | None = None
    """Whose order it is (民法典 27, 28); None where that is not known, as on a blank."""
    carer: str = ""
    """The actual carer (实际抚养人) where that is somebody else."""
    capacity: Capacity | None = None
    ground: Incapacity | None = None
    signed_by: SignedBy | None = None
    """None leaves room for both."""
    wards_view: str = ""
    is_child: bool = True
    """Under fourteen, or not known to be older: the rules for children are told (PIPL 31)."""
    county_check: bool | None = None
    """A body is the guardian, so that the county signs too; None where the basis is not known yet."""


@dataclass(frozen=True, slots=True)
class DrawnSignature:
    """A signature made on the screen, to be drawn in its place; ``words`` stand beside it: 屏幕签名, and when."""

    words: str
    strokes: Strokes


@dataclass(frozen=True, slots=True)
class Filled:
    """What was ticked and signed on the screen (屏幕签名); recipients by their number on the form, from 0.

    ``signatures`` has the consents by role and recipient, and whoever signed for the whole with ``None`` for it.
    """

    ticks: Mapping[tuple[int, DataClass], bool]
    signatures: Mapping[tuple[ScreenRole, int | None], DrawnSignature]
    witness: str = ""
    best_interest: bool = False
    children_told: bool = False
    wards_view: str = ""
    note: str = ""
    """What the copy says of itself, on every place where nothing is signed by hand."""
    contact: Mapping[int, ContactAnswer] = field(default_factory=dict)
    offices: tuple[CompatriotOffice, ...] = ()
    compatriot: CompatriotSaid | None = None


@dataclass(frozen=True, slots=True)
class ConsentFormContent:
    """Everything a consent form says beyond its wording."""

    print_id: str
    sheet_number: str
    handler: Handler
    resident: FormResident
    recipients: tuple[RecipientRow, ...]
    workers: tuple[str, str]
    reading_mode: ReadingMode | None = None
    """None leaves the boxes to be ticked by hand, as do the three after it."""
    dialect: str = ""
    signer: SignerKind | None = None
    near_relative: bool | None = None
    near_relative_detail: str = ""
    signing_date: date | None = None
    wording_version: str = "2026.1"
    retention_years: int = 5
    recipient_retention_years: int = 3
    reply_working_days: int = 15
    validity_months: int = 12
    large_type: bool = False
    sample: bool = False
    guardian: GuardianPart | None = None
    """Given where somebody else signs for the person or beside them: the form is the guardian's (监护人版)."""
    traditional: bool = False
    """The compatriot's form in traditional characters; what the record says is never converted."""

    @property
    def is_blank(self) -> bool:
        """Whether nobody is known yet: all of the person's own part is written by hand."""
        return not self.resident.name

    @property
    def form(self) -> str:
        """The wording that the form is printed in."""
        if self.guardian is not None:
            return "consent-guardian"
        if self.resident.compatriot is not None:
            return "consent-compatriot-hant" if self.traditional else "consent-compatriot"
        return "consent-self"


def placeholder_values(content: ConsentFormContent) -> dict[str, str]:
    """The values of the wording's placeholders; those of the read-aloud script are among them."""
    return {
        "resident_name": content.resident.name or BY_HAND,
        "guardian_name": content.guardian.name or BY_HAND if content.guardian else "",
        **handler_values(content.handler),
        "retention_years": str(content.retention_years),
        "recipient_retention_years": str(content.recipient_retention_years),
        "reply_working_days": str(content.reply_working_days),
        "validity_months": str(content.validity_months),
    }
