"""What is known when a visit begins: the household, last time, a draft, who came along earlier today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.domain.aid import SHORT_CATEGORY_NAMES
from desktop.domain.typed import format_date
from desktop.domain.visits import AidReceived, Visit
from desktop.services import drafts, people, visits
from desktop.services.application import Application
from desktop.services.people import HouseholdPage, ResidentView
from desktop.services.visit_notice import VisitNotice, visit_notice

DRAFT_KIND = "visit"


@dataclass(frozen=True)
class Opening:
    """Everything the form needs; read in one go, off the screen's thread."""

    household: HouseholdPage
    members: tuple[ResidentView, ...]
    """Those who live there."""
    notice: VisitNotice
    draft: drafts.Draft | None
    amends: visits.VisitFact | None
    """The visit that is being corrected."""
    last: visits.VisitFact | None
    earlier: Visit | None

    @property
    def mark(self) -> str:
        """How last time's facts are marked."""
        return f"上次 {format_date(self.last.visit.day)}" if self.last is not None else ""

    @property
    def aid_of_record(self) -> tuple[AidReceived, ...]:
        """Aid as the household's categories tell it, for the first visit."""
        return tuple(
            AidReceived(SHORT_CATEGORY_NAMES[held.category], held.monthly, held.since)
            for held in self.household.categories
        )


@dataclass(frozen=True)
class Wanted:
    """Which form to open: a household's next visit, or the correction of one (``amends``)."""

    household: str
    amends: str = ""


def open_visit(application: Application, wanted: Wanted) -> Opening:
    """Read what the form begins with; raises UserFacingError("record.unknown")."""
    household = people.household_page(application, wanted.household)
    return Opening(
        household=household,
        members=tuple(member for member in household.members if not member.membership.left),
        notice=visit_notice(application),
        draft=draft_of(application, wanted),
        amends=visits.visit_fact(application, wanted.amends) if wanted.amends else None,
        last=visits.last_visit(application, wanted.household),
        earlier=visits.earlier_today(application),
    )


def draft_of(application: Application, wanted: Wanted) -> drafts.Draft | None:
    """The draft of this form, if there is one; a correction's draft is not the next visit's."""
    kept = drafts.open_drafts(application, DRAFT_KIND, wanted.household)
    return next((draft for draft in kept if amended_by(draft.body) == wanted.amends), None)


def amended_by(body: dict[str, Any]) -> str:
    """The visit that a draft corrects; empty for a new visit."""
    return str(body.get("amends", ""))
