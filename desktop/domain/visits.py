"""Home visits (入户走访): what is found at the door, in the groups of ``reference.md`` §5(b).

Money is in fen, a year's sums cover the twelve months before the visit. A visit is statutory duty
(PIPL art. 13(1)(3)): people are given notice, not asked for consent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from desktop.domain.aid import Category
from desktop.domain.needs import NeedCode, Urgency


class VisitKind(StrEnum):
    """走访类型."""

    SURVEY = "survey"
    APPLICATION = "application"
    REVIEW = "review"
    FOLLOW_UP = "follow-up"
    CHARITY_LEAD = "charity-lead"
    FESTIVAL = "festival"
    SPOT_CHECK = "spot-check"


VISIT_KIND_NAMES: Mapping[VisitKind, str] = {
    VisitKind.SURVEY: "摸排",
    VisitKind.APPLICATION: "申请调查",
    VisitKind.REVIEW: "定期核查",
    VisitKind.FOLLOW_UP: "回访",
    VisitKind.CHARITY_LEAD: "慈善线索核实",
    VisitKind.FESTIVAL: "节日慰问",
    VisitKind.SPOT_CHECK: "抽查",
}


class VisitResult(StrEnum):
    """How the visit went. "Nobody at home" is a visit too, and is recorded as such."""

    MET = "met"
    NOBODY_HOME = "nobody-home"
    DECLINED = "declined"


VISIT_RESULT_NAMES: Mapping[VisitResult, str] = {
    VisitResult.MET: "见到本人或家人",
    VisitResult.NOBODY_HOME: "家中无人",
    VisitResult.DECLINED: "对方不愿受访",
}


class ContactMode(StrEnum):
    """联系方式."""

    HOME = "home"
    PHONE = "phone"
    VIDEO = "video"


CONTACT_MODE_NAMES: Mapping[ContactMode, str] = {
    ContactMode.HOME: "入户",
    ContactMode.PHONE: "电话",
    ContactMode.VIDEO: "视频",
}


class Evidence(StrEnum):
    """依据."""

    DECLARED = "declared"
    DOCUMENT = "document"
    NEIGHBOURS = "neighbours"
    CHECKED = "checked"
    ESTIMATED = "estimated"


EVIDENCE_NAMES: Mapping[Evidence, str] = {
    Evidence.DECLARED: "申报",
    Evidence.DOCUMENT: "票据",
    Evidence.NEIGHBOURS: "邻访",
    Evidence.CHECKED: "核对",
    Evidence.ESTIMATED: "估算",
}


class HealthState(StrEnum):
    """健康."""

    HEALTHY = "healthy"
    CHRONIC = "chronic"
    SERIOUS = "serious"
    MAJOR = "major"


HEALTH_NAMES: Mapping[HealthState, str] = {
    HealthState.HEALTHY: "健康",
    HealthState.CHRONIC: "慢性病",
    HealthState.SERIOUS: "重病",
    HealthState.MAJOR: "大病",
}


class HousingSafety(StrEnum):
    """房屋安全."""

    SAFE = "safe"
    LEAKING = "leaking"
    GRADE_C = "grade-c"
    GRADE_D = "grade-d"


HOUSING_NAMES: Mapping[HousingSafety, str] = {
    HousingSafety.SAFE: "安全",
    HousingSafety.LEAKING: "渗漏、待修",
    HousingSafety.GRADE_C: "C级危房",
    HousingSafety.GRADE_D: "D级危房",
}


class SelfCare(StrEnum):
    """自理能力六项; what is listed is what a person can not do alone."""

    EATING = "eating"
    DRESSING = "dressing"
    BED = "bed"
    TOILET = "toilet"
    WALKING = "walking"
    BATHING = "bathing"


SELF_CARE_NAMES: Mapping[SelfCare, str] = {
    SelfCare.EATING: "自主吃饭",
    SelfCare.DRESSING: "穿衣",
    SelfCare.BED: "上下床",
    SelfCare.TOILET: "如厕",
    SelfCare.WALKING: "室内行走",
    SelfCare.BATHING: "洗澡",
}


class Conclusion(StrEnum):
    """研判结论."""

    ELIGIBLE = "eligible"
    T1 = "T1"
    T2 = "T2"
    NOTHING = "nothing"
    URGENT = "urgent"


CONCLUSION_NAMES: Mapping[Conclusion, str] = {
    Conclusion.ELIGIBLE: "可能符合政府救助，启动申请",
    Conclusion.T1: "T1 暂不符合政府救助但生活有困难",
    Conclusion.T2: "T2 政府救助后生活仍有困难",
    Conclusion.NOTHING: "暂无需要",
    Conclusion.URGENT: "急难先行",
}


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who answered the door."""

    name: str = ""
    relation: str = ""
    resident: str = ""


@dataclass(frozen=True, slots=True)
class MemberFinding:
    """What was found about one member."""

    resident: str
    health: HealthState | None = None
    illness: str = ""
    cannot: tuple[SelfCare, ...] = ()
    self_care_asked: bool = False
    labour: str = ""
    work_or_school: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Income:
    """收入(近12月), fen. ``deductions`` are necessary costs of working (就业成本)."""

    wages: int | None = None
    business: int | None = None
    assets: int | None = None
    transfers: int | None = None
    other: int | None = None
    deductions: int | None = None
    evidence: Evidence | None = None

    @property
    def total(self) -> int | None:
        """All five after deductions; None where nothing was asked."""
        parts = [self.wages, self.business, self.assets, self.transfers, self.other]
        if all(part is None for part in parts):
            return None
        return max(0, sum(part or 0 for part in parts) - (self.deductions or 0))


@dataclass(frozen=True, slots=True)
class Spending:
    """刚性支出(近12月), fen, what the household paid itself."""

    medical: int | None = None
    education: int | None = None
    rehabilitation: int | None = None
    living: int | None = None
    other: int | None = None
    receipts_seen: bool = False

    @property
    def total(self) -> int | None:
        """All of it; None where nothing was asked."""
        parts = [self.medical, self.education, self.rehabilitation, self.living, self.other]
        return None if all(part is None for part in parts) else sum(part or 0 for part in parts)


@dataclass(frozen=True, slots=True)
class Assets:
    """财产: savings as a band in words, houses, vehicles."""

    savings: str = ""
    houses: str = ""
    vehicles: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Housing:
    """住房生活."""

    safety: HousingSafety | None = None
    ownership: str = ""
    water_power_toilet: str = ""
    alone: bool = False
    carer: str = ""
    hazards: str = ""


@dataclass(frozen=True, slots=True)
class AidReceived:
    """政府救助 already received: scheme, fen a month, since when."""

    scheme: str
    monthly: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class NeedFound:
    """A need with its urgency and words."""

    code: NeedCode
    urgency: Urgency = Urgency.ORDINARY
    words: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """研判: a person's decision; hints only help."""

    conclusion: Conclusion | None = None
    scheme: Category | None = None
    aid_received: tuple[AidReceived, ...] = ()
    remaining_gap: str = ""
    channels: tuple[str, ...] = ()
    review_date: date | None = None
    case_by_case: bool = False


class NoticeWay(StrEnum):
    """How notice of processing was given where the visit began (PIPL art. 17)."""

    ALOUD = "aloud"
    PAPER = "paper"


NOTICE_WAY_NAMES: Final[Mapping[NoticeWay, str]] = {
    NoticeWay.ALOUD: "念给对方听，听明白了",
    NoticeWay.PAPER: "交了告知书",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as it is saved. ``amends`` names an older visit that this one corrects."""

    household: str
    kind: VisitKind
    day: date
    result: VisitResult
    started: str = ""
    """Clock time ``HH:MM`` as the worker says; empty if not noted."""
    ended: str = ""
    second_worker: str = ""
    one_worker_reason: str = ""
    contact: ContactMode = ContactMode.HOME
    respondent: Respondent = field(default_factory=Respondent)
    notice_given: bool = False
    notice_ways: tuple[NoticeWay, ...] = ()
    """How; empty where nobody noted it."""
    village_helper: str = ""
    members: tuple[MemberFinding, ...] = ()
    income: Income = field(default_factory=Income)
    spending: Spending = field(default_factory=Spending)
    assets: Assets = field(default_factory=Assets)
    housing: Housing = field(default_factory=Housing)
    event: str = ""
    charity_help: str = ""
    needs: tuple[NeedFound, ...] = ()
    own_words: str = ""
    assessment: Assessment = field(default_factory=Assessment)
    note: str = ""
    amends: str = ""


def visit_problems(visit: Visit, today: date) -> tuple[str, ...]:
    """What keeps a visit from being saved as complete; codes, worded by the screen.

    Fewer than two workers needs a reason (``reference.md`` §5(b)); T2 must name the aid received and
    the gap that remains (policy 一(二), C10). "Nobody at home" needs none of the findings.
    """
    problems: list[str] = []
    if visit.day > today:
        problems.append("visit.in-future")
    if not visit.second_worker.strip() and not visit.one_worker_reason.strip():
        problems.append("visit.second-worker")
    if visit.result is not VisitResult.MET:
        return tuple(problems)
    if not visit.notice_given:
        problems.append("visit.notice")
    assessment = visit.assessment
    if assessment.conclusion is None:
        problems.append("visit.conclusion")
    if assessment.conclusion is Conclusion.T2 and not assessment.aid_received:
        problems.append("visit.aid-received")
    if assessment.conclusion is Conclusion.T2 and not assessment.remaining_gap.strip():
        problems.append("visit.remaining-gap")
    if assessment.conclusion is Conclusion.ELIGIBLE and assessment.scheme is None:
        problems.append("visit.scheme")
    if assessment.conclusion is Conclusion.T1 and assessment.review_date is None:
        problems.append("visit.review-date")
    return tuple(problems)


VISIT_EVERY_DAYS: Mapping[Category, int] = {
    Category.DESTITUTE: 92,
    Category.SUBSISTENCE: 183,
    Category.UNATTENDED_CHILD: 92,
    Category.ORPHAN: 92,
}
"""How often a household is to be visited (低保办法: half-yearly; 特困: quarterly); others once a year."""

ORDINARY_VISIT_DAYS = 365


def visit_due(categories: Collection[Category], last: date) -> date:
    """The day by which a household is to be visited again: by the category that asks for it soonest."""
    every = min((VISIT_EVERY_DAYS.get(one, ORDINARY_VISIT_DAYS) for one in categories), default=ORDINARY_VISIT_DAYS)
    return last + timedelta(days=every)


def self_care_level(finding: MemberFinding) -> str:
    """``able`` (6 of 6), ``partly`` (1–3 fail), ``unable`` (4 or more fail), "" if not asked."""
    if not finding.self_care_asked:
        return ""
    failed = len(set(finding.cannot))
    return "able" if failed == 0 else "partly" if failed <= 3 else "unable"


@dataclass(frozen=True, slots=True)
class Standard:
    """The county's standard in force: subsistence line in fen per head and month, margin factor."""

    version: int
    start: date
    subsistence_monthly: int
    margin_percent: int = 150


@dataclass(frozen=True, slots=True)
class Hint:
    """Something the facts suggest, with the figures it rests on. A person decides (PIPL art. 24)."""

    conclusion: Conclusion
    scheme: Category | None
    reason: str
    figures: Mapping[str, int]


def monthly_per_head(income: Income, people: int) -> int | None:
    """人均月收入 in fen; None where income was not asked or nobody is counted."""
    total = income.total
    return None if total is None or people < 1 else total // 12 // people


def hints(
    income: Income, spending: Spending, people: int, categories: frozenset[Category], standard: Standard | None
) -> tuple[Hint, ...]:
    """Which scheme may fit, or which referral trigger applies, each with its reason and figures."""
    per_head = monthly_per_head(income, people)
    found: list[Hint] = []
    if per_head is not None and standard is not None:
        line = standard.subsistence_monthly
        margin = line * standard.margin_percent // 100
        figures = {"per_head": per_head, "line": line, "margin": margin}
        aided = categories & {Category.SUBSISTENCE, Category.DESTITUTE}
        if per_head < line and not aided:
            found.append(Hint(Conclusion.ELIGIBLE, Category.SUBSISTENCE, "below-line", figures))
        elif line <= per_head < margin and not aided and Category.MARGIN not in categories:
            found.append(Hint(Conclusion.ELIGIBLE, Category.MARGIN, "below-margin", figures))
        elif per_head >= margin and not categories and (spending.total or 0) > 0:
            found.append(
                Hint(Conclusion.T1, None, "above-lines-but-hardship", {**figures, "spent": spending.total or 0})
            )
    total, spent = income.total, spending.total
    if categories and total is not None and spent is not None and spent > total // 2:
        share = {"income": total, "spent": spent, "percent": spent * 100 // total if total else 100}
        found.append(Hint(Conclusion.T2, None, "aid-not-enough", share))
    return tuple(found)
