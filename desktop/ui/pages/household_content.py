"""What a household's page shows, gathered from the services in one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.consent import GrantState, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.kinship import Kin
from desktop.domain.needs import NEED_NAMES, NeedCode, Urgency
from desktop.domain.signing import Obstacle, SignedBy
from desktop.domain.typed import format_date, format_money
from desktop.domain.visits import HOUSING_NAMES, VISIT_KIND_NAMES, monthly_per_head
from desktop.services import consent, directory, drafts, joining, people, referrals, today, visits, withdrawals
from desktop.services.application import Application
from desktop.services.consent import GrantView, SheetView
from desktop.services.drafts import Draft
from desktop.services.joining import Alike
from desktop.services.people import Conflict, HouseholdPage, ResidentView
from desktop.services.timeline import EVENT_KIND_NAMES, EventKind, TimelineEvent, timeline
from desktop.services.visits import VisitFact
from desktop.ui.description_words import Known, day_words
from desktop.ui.hint_words import hint_words
from desktop.ui.icons import Icon
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip
from desktop.ui.widgets.timeline import TimelineEntry

CHANGE_DRAFT = "household-change"
SHOWN = frozenset(
    {
        "approval",
        "household",
        "resident",
        "visit",
        "need",
        "wish",
        "sheet",
        "grant",
        "publicity",
        "withdrawal",
        "referral",
        "help",
        "aid",
        "import",
    }
)
"""Record kinds that change what the page shows."""
_SIGNING_WORDS: Mapping[SignedBy | Obstacle | None, str] = {
    SignedBy.PERSON: "还没有征求同意",
    SignedBy.GUARDIAN: "未征求同意，监护人签",
    SignedBy.BOTH: "未征求同意，本人和监护人签",
    Obstacle.AGE_UNKNOWN: "未征求同意，先问清年龄",
    None: "未征求同意，先定监护人",
}
_URGENT = {Urgency.NOW: "立即", Urgency.WEEK: "一周内", Urgency.MONTH: "一个月内"}
_CHAIN = {
    EventKind.VISIT: (Tone.NEUTRAL, Icon.VISIT),
    EventKind.AID: (Tone.NEUTRAL, Icon.AID),
    EventKind.HELP: (Tone.GOOD, Icon.HELP_GIVEN),
    EventKind.CONSENT: (Tone.GOOD, Icon.CONSENT),
    EventKind.REFERRAL: (Tone.INFO, Icon.REFERRAL),
    EventKind.NEED: (Tone.WARN, Icon.FLAG),
    EventKind.UNREADABLE: (Tone.WARN, Icon.WARNING),
}
_SHEET_WORDS = {
    SheetState.DRAFTED: "同意书还没打印",
    SheetState.PRINTED: "同意书等签字",
    SheetState.SIGNED: "已签，等收扫描件",
    SheetState.SCANNED: "等第二人核对",
}


@dataclass(frozen=True)
class Member:
    """A member with the standing of their consent, in words."""

    view: ResidentView
    consent: Chip
    consent_detail: str
    kin: tuple[Kin, ...] = ()
    """Relatives whom the record knows: what is said of a guardian is held against them."""


@dataclass(frozen=True)
class Findings:
    """The figures of one visit: ``(name, value, remark)`` rows, and hints with their reasons."""

    visit: str
    note: str
    facts: tuple[tuple[str, str, str], ...]
    hints: tuple[str, ...]
    own_words: str


@dataclass(frozen=True)
class HouseholdContent:
    """All of a household's page."""

    page: HouseholdPage
    known: Known
    members: tuple[Member, ...]
    events: tuple[TimelineEntry, ...]
    conflicts: tuple[Conflict, ...]
    worker_names: dict[str, str]
    findings: Findings | None
    needs: tuple[Chip, ...]
    visited: str
    targets: dict[str, tuple[str, str]]
    """Where an entry of the chain leads: its record → page and record there."""
    is_visiting: bool
    change_draft: Draft | None
    alike: Alike
    """What may have been recorded twice."""

    def member(self, resident: str) -> Member | None:
        """The member of that id; None where nobody is."""
        return next((one for one in self.members if one.view.resident == resident), None)


def read_content(application: Application, household: str, *, opened: bool) -> HouseholdContent:
    """Read everything; ``opened`` notes that the page was opened (see ``people.household_page``).

    Raises:
        UserFacingError: ``record.unknown``.
    """
    page = people.household_page(application, household, opened=opened)
    day = application.today()
    names = {member.resident: member.name.name for member in page.members}
    known = Known.of(directory.villages(application), names)
    facts = [fact for fact in visits.visits_of(application, page.household) if not fact.amended]
    last = visits.last_visit(application, page.household)
    sheets = [sheet for member in page.members for sheet in consent.sheets(application, resident=member.resident)]
    targets = {sheet.id: ("consent", f"sheet:{sheet.id}") for sheet in sheets}
    for member in page.members:
        for said in withdrawals.withdrawals(application, resident=member.resident):
            targets[said.id] = ("consent", f"withdrawal:{said.id}")
    for one in referrals.referrals(application, household=page.household):
        targets[one.id] = ("referral", f"referral:{one.id}")
    worker_names = directory.worker_names(application)
    kin = consent.kin_of_members(application, page.household)
    changes = drafts.open_drafts(application, CHANGE_DRAFT, page.household)
    return HouseholdContent(
        page=page,
        known=known,
        members=tuple(
            replace(_member(application, one, sheets, day), kin=kin.get(one.resident, ()))
            for one in _left_last(page.members)
        ),
        events=tuple(_entry(event, day) for event in timeline(application, page.household)),
        conflicts=people.conflicts(application, {page.household, *names}),
        worker_names=worker_names,
        findings=None if last is None else findings(application, page, last),
        needs=_need_chips(application, page.household, last),
        visited=_visited_words(facts, worker_names),
        targets=targets,
        is_visiting=bool(drafts.open_drafts(application, "visit", page.household)),
        change_draft=changes[0] if changes else None,
        alike=joining.alike(application, page.household),
    )


def findings(application: Application, page: HouseholdPage, fact: VisitFact) -> Findings:
    """The figures of a visit, against the county's standard of that day."""
    visit = fact.visit
    people_counted = sum(one.membership.lives_together and not one.membership.left for one in page.members)
    standard = directory.standard(application, visit.day)
    rows: list[tuple[str, str, str]] = []
    per_head = monthly_per_head(visit.income, people_counted)
    if per_head is not None:
        line = f"低保标准 {format_money(standard.subsistence_monthly)}" if standard else "县里还没有下发低保标准"
        rows.append(("人均月收入", format_money(per_head), line))
    income, spent = visit.income.total, visit.spending.total
    if income is not None:
        rows.append(("一年收入", format_money(income), "扣除就业成本以后" if visit.income.deductions else ""))
    if spent is not None:
        share = f"占收入 {spent * 100 // income}%" if income else ""
        rows.append(("一年刚性支出", format_money(spent), share))
    if visit.housing.safety is not None:
        rows.append(("房屋", HOUSING_NAMES[visit.housing.safety], "独居" if visit.housing.alone else ""))
    if visit.assessment.remaining_gap:
        rows.append(("还差什么", visit.assessment.remaining_gap, ""))
    categories = frozenset(held.category for held in page.categories)
    found = visits.visit_hints(application, visit.income, visit.spending, people_counted, categories, visit.day)
    note = f"据 {format_date(visit.day)}{VISIT_KIND_NAMES[visit.kind]}"
    return Findings(fact.id, note, tuple(rows), tuple(hint_words(hint) for hint in found), visit.own_words)


def visit_findings(application: Application, page: HouseholdPage, visit_id: str) -> Findings:
    """The figures of an older visit; raises UserFacingError("record.unknown")."""
    for fact in visits.visits_of(application, page.household):
        if fact.id == visit_id:
            return findings(application, page, fact)
    raise UserFacingError("record.unknown")


def _left_last(members: Sequence[ResidentView]) -> list[ResidentView]:
    return sorted(members, key=lambda member: member.membership.left)


def _member(application: Application, view: ResidentView, sheets: Sequence[SheetView], day: date) -> Member:
    own = [sheet for sheet in sheets if sheet.resident == view.resident]
    grants = consent.grants(application, view.resident)
    chip, detail = consent_standing(own, grants, day)
    if chip is None:
        words = _SIGNING_WORDS[_signing_state(view)] if view.access.is_open else "还没有征求同意"
        chip = Chip(words, Tone.NEUTRAL, Icon.NOT_ASKED)
    return Member(view, chip, detail)


def _signing_state(view: ResidentView) -> SignedBy | Obstacle | None:
    required = view.signing.required()
    if required.obstacle in (None, Obstacle.AGE_UNKNOWN):
        return required.obstacle or required.signed_by
    return None


def consent_standing(sheets: Sequence[SheetView], grants: Sequence[GrantView], day: date) -> tuple[Chip | None, str]:
    """Where a person's consent stands: one state in words, and to whom; None where nobody has asked yet."""
    force = [
        one
        for one in grants
        if one.live and one.state is GrantState.IN_FORCE and (one.until is None or one.until >= day)
    ]
    if force:
        until = min((one.until for one in force if one.until), default=None)
        words = f"同意有效至 {until.year}年{until.month}月" if until else "同意有效"
        return Chip(words, Tone.GOOD, Icon.CHECKED), f"可以提供给{_recipients(force)}"
    if any(sheet.state in _SHEET_WORDS for sheet in sheets):
        sheet = next(sheet for sheet in sheets if sheet.state in _SHEET_WORDS)
        waits_for_check = sheet.stays_on_paper and sheet.state is SheetState.SIGNED
        words = _SHEET_WORDS[SheetState.SCANNED if waits_for_check else sheet.state]
        return Chip(words, Tone.WARN, Icon.PENDING), f"编号 {sheet.number}"
    for state, words, tone, picture in (
        (GrantState.AGREED, "已同意，等复核", Tone.WARN, Icon.PENDING),
        (GrantState.WITHDRAWN, "已撤回同意", Tone.NEUTRAL, Icon.REFUSED),
        (GrantState.REFUSED, "本人不同意", Tone.NEUTRAL, Icon.REFUSED),
        (GrantState.IN_FORCE, "同意已到期", Tone.NEUTRAL, Icon.WAITING),
        (GrantState.EXPIRED, "同意已到期", Tone.NEUTRAL, Icon.WAITING),
    ):
        such = [one for one in grants if one.state is state and not one.overruled]
        if such:
            return Chip(words, tone, picture), _recipients(such)
    return None, ""


def _recipients(grants: Sequence[GrantView]) -> str:
    return "、".join(dict.fromkeys(one.recipient_name for one in grants))


def _entry(event: TimelineEvent, day: date) -> TimelineEntry:
    tone, picture = _CHAIN[event.kind]
    chip = Chip(EVENT_KIND_NAMES[event.kind], tone, picture)
    when = day_words(date.fromisoformat(event.day), day)
    return TimelineEntry(event.record, when, event.kind.value, chip, event.title, event.detail)


def _need_chips(application: Application, household: str, last: VisitFact | None) -> tuple[Chip, ...]:
    urgency = {need.code: need.urgency for need in last.visit.needs} if last is not None else {}
    chips = []
    for _, code, words in today.open_needs(application, household):
        need = NeedCode(code)
        name = NEED_NAMES[need] if need is not NeedCode.N99 or not words else words
        soon = _URGENT.get(urgency.get(need, Urgency.ORDINARY))
        tone = Tone.BAD if urgency.get(need) in (Urgency.NOW, Urgency.WEEK) else Tone.NEUTRAL
        chips.append(Chip(f"{name} · {soon}" if soon else name, tone, Icon.FLAG if soon else None))
    return tuple(chips)


def _visited_words(facts: Sequence[VisitFact], worker_names: dict[str, str]) -> str:
    if not facts:
        return "还没有走访过"
    fact = facts[0]
    who = [worker_names.get(fact.worker, ""), fact.visit.second_worker]
    return f"最近走访 {format_date(fact.visit.day)} {'、'.join(one for one in who if one)}".strip()
