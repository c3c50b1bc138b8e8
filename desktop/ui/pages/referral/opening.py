"""What the referral page asks its services for, each in one go, and what its draft keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from desktop.domain.aid import CATEGORY_NAMES
from desktop.domain.consent import DataClass, Purpose
from desktop.domain.errors import UserFacingError
from desktop.domain.free_text import Known
from desktop.domain.households import categories_of_member
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.plain import from_stored
from desktop.domain.referrals import Trigger
from desktop.domain.visits import AidReceived, Conclusion, Visit
from desktop.domain.working_days import working_days_after
from desktop.services import (
    directory,
    drafts,
    matching,
    minors_gate,
    paper,
    people,
    recalls,
    referrals,
    summary_check,
    timeline,
    visits,
)
from desktop.services.application import Application
from desktop.services.drafts import Draft
from desktop.services.matching import Match, NeedView
from desktop.services.paper import Paper
from desktop.services.people import HouseholdPage, ResidentView
from desktop.services.recalls import Recall
from desktop.services.referrals import NewReferral, ReferralView
from desktop.services.timeline import TimelineEvent
from desktop.services.visits import VisitFact

DRAFT_KIND = "referral"
REPLY_WORKING_DAYS = 5
"""Default time for the recipient's answer (``reference.md`` §5(c)); a county may ask for another."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A referral as far as it is written; this is also what the draft keeps."""

    resident: str
    needs: tuple[NeedCode, ...] = ()
    recipient: str = ""
    purpose: Purpose | None = None
    project: str = ""
    trigger: Trigger | None = None
    aid_received: tuple[AidReceived, ...] = ()
    gap: str = ""
    classes: tuple[DataClass, ...] = ()
    summary: str = ""
    second_worker: str = ""
    urgency: Urgency = Urgency.ORDINARY
    reply_by: date | None = None
    near_relative: bool = False

    def referral(self, names: Mapping[str, str], default_day: date) -> NewReferral | None:
        """As the service takes it; None before a recipient and a trigger are chosen."""
        if not self.recipient or self.purpose is None or self.trigger is None:
            return None
        return NewReferral(
            resident=self.resident,
            recipient=self.recipient,
            purpose=self.purpose,
            trigger=self.trigger,
            classes=self.classes,
            needs=self.needs,
            summary=self.summary,
            reply_by=self.reply_by or default_day,
            second_worker=names.get(self.second_worker, self.second_worker),
            urgency=self.urgency,
            project=self.project,
            aid_received=self.aid_received if self.trigger is Trigger.T2 else (),
            gap=self.gap if self.trigger is Trigger.T2 else "",
            near_relative=self.near_relative,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything writing a referral needs."""

    person: ResidentView
    page: HouseholdPage
    needs: tuple[NeedView, ...]
    matches: tuple[Match, ...]
    last: VisitFact | None
    writing: Writing
    draft: Draft | None
    colleagues: Mapping[str, str]
    default_day: date
    known: Known = field(default_factory=dict)


def load_writing(application: Application, resident_id: str) -> Opening:
    """Where writing a referral for one person goes on: its draft, else prefilled from the last visit.

    Raises:
        UserFacingError: ``minors.closed`` for a minor whose data is closed to this worker and of whom nothing is begun.
    """
    is_open = minors_gate.access_to(application, resident_id).is_open
    if is_open or not drafts.open_drafts(application, DRAFT_KIND, resident_id):
        minors_gate.require_open(application, resident_id, "referral")
    person = people.resident_view(application, resident_id)
    page = people.household_page(application, person.membership.household)
    needs = matching.open_needs_of(application, page.household)
    last = visits.last_visit(application, page.household)
    found = drafts.open_drafts(application, DRAFT_KIND, person.resident)
    own = replace(page, categories=categories_of_member(page.categories, person.signing.band, application.today()))
    default_day = working_days_after(application.today(), REPLY_WORKING_DAYS)
    matches = matching.matches_for(application, person.resident) if is_open else ()
    writing = (
        from_stored(Writing, found[0].body)
        if found
        else _begin(person.resident, own, needs, matches, last.visit if last else None, default_day)
    )
    names = directory.worker_names(application)
    finding = next((one for one in last.visit.members if one.resident == person.resident), None) if last else None
    return Opening(
        person=person,
        page=page,
        needs=needs,
        matches=matches,
        last=last,
        writing=writing,
        draft=found[0] if found else None,
        colleagues={worker: name for worker, name in names.items() if worker != application.worker.id},
        default_day=default_day,
        known=summary_check.known_on_page(page, person, finding.illness if finding else ""),
    )


def _begin(
    resident: str,
    page: HouseholdPage,
    needs: tuple[NeedView, ...],
    matches: tuple[Match, ...],
    visit: Visit | None,
    default_day: date,
) -> Writing:
    """Prefilled from the last visit's assessment and the categories; a person checks all of it."""
    assessment = visit.assessment if visit else None
    aid = assessment.aid_received if assessment else ()
    if not aid:
        aid = tuple(AidReceived(CATEGORY_NAMES[one.category], one.monthly, one.since) for one in page.categories)
    conclusion = assessment.conclusion if assessment else None
    triggers = {Conclusion.T1: Trigger.T1, Conclusion.T2: Trigger.T2}
    best = next((one for one in matches if one.fits and one.standing in ("in-force", "awaiting-check")), None)
    codes = tuple(dict.fromkeys(one.code for one in needs))
    order = list(Urgency)
    urgencies = [Urgency(one.urgency) for one in needs if one.urgency in set(Urgency)]
    return Writing(
        resident=resident,
        needs=codes,
        recipient=best.organisation.id if best else "",
        purpose=best.purpose if best else None,
        project=best.project.id if best and best.project else "",
        trigger=triggers.get(conclusion) if conclusion else None,
        aid_received=aid,
        gap=assessment.remaining_gap if assessment else "",
        urgency=min(urgencies, key=order.index, default=Urgency.ORDINARY),
        reply_by=default_day,
        near_relative=page.near_relative,
    )


@dataclass(frozen=True, slots=True)
class ReferralOpening:
    """One referral: its state, its way, its file copy and slip, or the error that says why there is none."""

    view: ReferralView
    events: tuple[TimelineEvent, ...]
    copy: Paper | UserFacingError
    slip: Paper | UserFacingError
    recall: Recall | None = None
    """Somebody else recalled it; what the recipient may have had."""


def load_referral(application: Application, referral_id: str) -> ReferralOpening:
    """One referral with its papers."""
    view = referrals.referral(application, referral_id)
    events = tuple(one for one in timeline.timeline(application, view.household) if one.record == view.id)
    recall = recalls.see_recall(application, view.id)
    return ReferralOpening(view, events, *paper.referral_papers(application, view.id), recall)
