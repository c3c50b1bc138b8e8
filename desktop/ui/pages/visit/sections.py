"""All groups of the form together: filled from what is known, kept in a draft, read out as one visit."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from PySide6.QtWidgets import QWidget

from desktop.domain.visits import Visit, VisitKind, visit_problems
from desktop.ui.messages import word_reason
from desktop.ui.pages.visit.aid_section import AidSection
from desktop.ui.pages.visit.assessment_section import AssessmentSection
from desktop.ui.pages.visit.household_section import HouseholdSection
from desktop.ui.pages.visit.living_sections import AssetsSection, HousingSection
from desktop.ui.pages.visit.members_section import MembersSection
from desktop.ui.pages.visit.money_sections import IncomeSection, SpendingSection
from desktop.ui.pages.visit.needs_section import NeedsSection
from desktop.ui.pages.visit.opening import Opening
from desktop.ui.pages.visit.section import Problem, Section
from desktop.ui.pages.visit.visit_section import VisitSection

_PLACES: Mapping[str, tuple[str, str]] = {
    "visit.in-future": ("visit", "day"),
    "visit.second-worker": ("visit", "second_worker"),
    "visit.notice": ("visit", "notice"),
    "visit.conclusion": ("assessment", "conclusion"),
    "visit.aid-received": ("aid", "0.scheme"),
    "visit.remaining-gap": ("assessment", "remaining_gap"),
    "visit.scheme": ("assessment", "scheme"),
    "visit.review-date": ("assessment", "review_date"),
}
"""Where each problem of ``visit_problems`` is put right."""
S = TypeVar("S", bound=Section)
_OF_RECORD = "登记"
"""The mark of what the ledger says, where no visit has said anything yet."""


@dataclass(frozen=True)
class VisitSections:
    """The ten groups. Made anew for every form, so that two visits never mix."""

    opening: Opening
    clock: Callable[[], datetime]
    visit: VisitSection
    household: HouseholdSection
    members: MembersSection
    income: IncomeSection
    spending: SpendingSection
    assets: AssetsSection
    housing: HousingSection
    aid: AidSection
    needs: NeedsSection
    assessment: AssessmentSection

    @property
    def all(self) -> tuple[Section, ...]:
        """In the order of the paper form."""
        return (
            self.visit,
            self.household,
            self.members,
            self.income,
            self.spending,
            self.assets,
            self.housing,
            self.aid,
            self.needs,
            self.assessment,
        )

    def today(self) -> date:
        """The laptop's date, asked each time."""
        return self.clock().date()

    def asked(self) -> list[Section]:
        """The groups that are asked: all, or the first alone where nobody was met."""
        return list(self.all) if self.visit.met() else [self.visit]

    def named(self, key: str) -> Section:
        """A group by its key."""
        return next(section for section in self.all if section.key == key)

    # --- filling

    def begin(self) -> Iterator[None]:
        """Fill in the draft, the visit to be corrected, or last time's facts, whichever there is; in slices."""
        opening = self.opening
        if opening.draft is not None:
            kept = opening.draft.body.get("sections", {})
            for section in self.all:
                section.restore(kept.get(section.key, {}))
                yield
        elif opening.amends is not None:
            yield from self._fill_from(opening.amends.visit)
        else:
            yield from self._fill_new()
        if opening.last is not None and opening.amends is None:
            self.needs.show_own_words_before(opening.last.visit.own_words, opening.mark)

    def _fill_new(self) -> Iterator[None]:
        opening, now = self.opening, self.clock()
        kind = VisitKind.REVIEW if opening.last is not None else VisitKind.SURVEY
        self.visit.fill_new(kind, now.date(), now.time().replace(second=0, microsecond=0), opening.earlier)
        if opening.last is not None:
            yield from self._fill_findings(opening.last.visit, opening.mark)
        else:
            self.members.fill_recorded(opening.members, _OF_RECORD)
        if opening.last is None or not opening.last.visit.assessment.aid_received:
            self.aid.fill_last(opening.aid_of_record, "", _OF_RECORD)

    def _fill_from(self, visit: Visit) -> Iterator[None]:
        # Its own facts, not last time's: nothing is marked.
        self.visit.fill_from(visit)
        yield from self._fill_findings(visit, "")
        self.household.fill({"event": visit.event})
        self.needs.fill({"own_words": visit.own_words})
        self.assessment.fill_from(visit.assessment)

    def _fill_findings(self, visit: Visit, mark: str) -> Iterator[None]:
        self.members.fill_last(visit.members, mark)
        yield
        self.income.fill_last(visit.income, mark)
        self.spending.fill_last(visit.spending, mark)
        yield
        self.assets.fill_last(visit.assets, mark)
        self.housing.fill_last(visit.housing, mark)
        yield
        self.aid.fill_last(visit.assessment.aid_received, visit.charity_help, mark)
        self.needs.fill_last(visit.needs, mark)

    # --- reading out

    def body(self) -> dict[str, Any]:
        """Everything as typed, for the draft."""
        return {"amends": self._amends(), "sections": {section.key: section.state() for section in self.all}}

    def problems(self) -> list[Problem]:
        """All that keeps the visit from being saved, in the order of the form, one for each field."""
        asked = self.asked()
        found = [problem for section in asked for problem in section.problems()]
        if not any(problem.section == self.visit.key for problem in found):
            for code in visit_problems(self.read(), self.today()):
                section, field = _PLACES[code]
                found.append(Problem(section, field, word_reason(code) + "。"))
        first = {(one.section, one.field): one for one in reversed(found)}
        order = [section.key for section in asked]
        in_form = [one for one in found if first[one.section, one.field] is one]
        return sorted(in_form, key=lambda one: order.index(one.section))

    def read(self) -> Visit:
        """The visit as it would be saved; asserts that the first group has no problem of its own."""
        head = self.visit.head()
        visit = Visit(
            household=self.opening.household.household,
            kind=head.kind,
            day=head.day,
            result=head.result,
            started=head.started,
            ended=head.ended,
            second_worker=head.second_worker,
            one_worker_reason=head.one_worker_reason,
            contact=head.contact,
            respondent=head.respondent,
            notice_given=bool(head.notice_ways),
            notice_ways=head.notice_ways,
            village_helper=head.village_helper,
            note=head.note,
            amends=self._amends(),
        )
        return self._with_findings(visit) if self.visit.met() else visit

    def _with_findings(self, visit: Visit) -> Visit:
        return replace(
            visit,
            members=self.members.findings(),
            income=self.income.income(),
            spending=self.spending.spending(),
            assets=self.assets.assets(),
            housing=self.housing.housing(),
            event=self.household.happened.value(),
            charity_help=self.aid.charity_help.value(),
            needs=self.needs.needs(),
            own_words=self.needs.own_words.value(),
            assessment=self.assessment.assessment(self.aid.aid()),
        )

    def _amends(self) -> str:
        return self.opening.amends.id if self.opening.amends is not None else ""


def build_sections(
    opening: Opening, clock: Callable[[], datetime], parent: QWidget
) -> Generator[None, None, VisitSections]:
    """Make the groups as hidden children of ``parent``, a slice at a time: hundreds of fields take a while to make."""

    def today() -> date:
        return clock().date()

    def hidden(section: S) -> S:
        section.hide()
        return section

    visit = hidden(VisitSection(opening.members, opening.notice, today, parent))
    yield
    yield from visit.build()
    yield
    household = hidden(HouseholdSection(opening.household, parent))
    yield
    yield from household.build()
    yield
    members = hidden(MembersSection(parent))
    for member in opening.members:
        yield from members.add_member(member)
        yield
    income = hidden(IncomeSection(len(opening.members), parent))
    yield
    spending = hidden(SpendingSection(parent))
    yield
    assets = hidden(AssetsSection(parent))
    yield
    housing = hidden(HousingSection(parent))
    yield
    aid = hidden(AidSection(today, parent))
    yield
    needs = hidden(NeedsSection(parent))
    yield
    assessment = hidden(AssessmentSection(today, parent))
    return VisitSections(
        opening, clock, visit, household, members, income, spending, assets, housing, aid, needs, assessment
    )
