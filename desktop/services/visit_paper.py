"""The visit record on paper (入户走访记录表), filled from a saved visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from desktop.documents.visit_record import (
    AidRow,
    AmountRow,
    MemberRow,
    NeedRow,
    VisitRecordContent,
    visit_record,
)
from desktop.domain.aid import SHORT_CATEGORY_NAMES
from desktop.domain.errors import UserFacingError
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES
from desktop.domain.typed import format_money
from desktop.domain.visits import (
    CONCLUSION_NAMES,
    CONTACT_MODE_NAMES,
    EVIDENCE_NAMES,
    HEALTH_NAMES,
    HOUSING_NAMES,
    NOTICE_WAY_NAMES,
    SELF_CARE_NAMES,
    VISIT_KIND_NAMES,
    Assessment,
    MemberFinding,
    Visit,
)
from desktop.services import directory, people, visits
from desktop.services.application import Application
from desktop.services.finished_paper import Paper, finished
from desktop.services.prints import is_large
from desktop.services.shown_records import shown_parts
from desktop.services.visits import VisitFact
from desktop.services.wordings import wording_for

MINOR_CLOSED = "未成年人，未经批准不打印"


def visit_paper_for(
    application: Application, household_id: str, visit_id: str, *, large_type: bool | None = None
) -> Paper:
    """The record of one visit, to be signed by both workers and the person visited.

    ``large_type`` None is as large as it was printed last, ordinary before that.
    """
    fact = next((one for one in visits.visits_of(application, household_id) if one.id == visit_id), None)
    if fact is None:
        raise UserFacingError("record.unknown")
    page = people.household_page(application, household_id)
    worker = directory.worker_names(application).get(fact.worker, fact.worker)
    large = is_large(application, large_type, visit_id, page.household)
    content = replace(_content(page, fact, worker), large_type=large)
    choice = wording_for(application, "visit-record", print_id=content.print_id, household=household_id)
    parts = shown_parts(application, "visit-record", visit_id, visit_id, page.household)
    return finished(application, visit_record, content, choice, parts)


def _content(page: people.HouseholdPage, fact: VisitFact, worker: str) -> VisitRecordContent:
    visit_id, visit = fact.id, fact.visit
    stated = page.near_relative_stated
    return VisitRecordContent(
        print_id=visit_id,
        visit_number=f"ZF-{visit.day:%y%m%d}-{visit_id[:6].upper()}",
        visit_type=VISIT_KIND_NAMES[visit.kind],
        started_at=_moment(visit, visit.started) or datetime.combine(visit.day, time()),
        ended_at=_moment(visit, visit.ended),
        village_path=page.place,
        workers=tuple(one for one in (worker, visit.second_worker) if one),
        single_worker_reason=visit.one_worker_reason,
        respondent=visit.respondent.name,
        respondent_relation=visit.respondent.relation,
        notice_given=visit.notice_given,
        notice_ways=tuple(NOTICE_WAY_NAMES[one] for one in visit.notice_ways),
        contact=CONTACT_MODE_NAMES[visit.contact],
        village_helper=visit.village_helper,
        household_number=page.number,
        head=page.head_name,
        residence=page.address,
        categories=tuple(SHORT_CATEGORY_NAMES[one.category] for one in page.categories),
        near_relative=stated.declared if stated is not None else None,
        near_relative_detail=stated.who if stated is not None else "",
        members=_members(page, visit, fact.closed),
        economy=_economy(visit),
        housing=_housing(visit),
        aid=_aid(visit),
        needs=tuple(NeedRow(NEED_NAMES[one.code], URGENCY_NAMES[one.urgency], one.words) for one in visit.needs),
        wish=visit.own_words,
        conclusion=_conclusion(visit.assessment),
        channel="、".join(visit.assessment.channels),
        review_date=visit.assessment.review_date,
    )


def _aid(visit: Visit) -> tuple[AidRow, ...]:
    rows = [
        AidRow("政府救助", one.scheme, format_money(one.monthly) if one.monthly else "", f"{one.since or ''}")
        for one in visit.assessment.aid_received
    ]
    charity = [AidRow("慈善帮扶", visit.charity_help, "")] if visit.charity_help else []
    return (*rows, *charity)


def _conclusion(assessment: Assessment) -> str:
    if assessment.conclusion is None:
        return ""
    scheme = SHORT_CATEGORY_NAMES[assessment.scheme] if assessment.scheme else ""
    gap = f"还差：{assessment.remaining_gap}" if assessment.remaining_gap else ""
    by_case = "要一事一议" if assessment.case_by_case else ""
    return "；".join(one for one in (CONCLUSION_NAMES[assessment.conclusion], scheme, gap, by_case) if one)


def _moment(visit: Visit, clock: str) -> datetime | None:
    return datetime.combine(visit.day, time.fromisoformat(clock)) if clock else None


def _members(page: people.HouseholdPage, visit: Visit, closed: tuple[str, ...]) -> tuple[MemberRow, ...]:
    findings: dict[str, MemberFinding] = {one.resident: one for one in visit.members}
    rows = []
    for member in page.members:
        found = findings.get(member.resident, MemberFinding(member.resident))
        cannot = "、".join(SELF_CARE_NAMES[one] for one in found.cannot)
        state = HEALTH_NAMES[found.health] if found.health else ""
        self_care = f"不能自己{cannot}" if cannot else "能自理" if found.self_care_asked else ""
        health = " ".join(one for one in (state, found.illness, self_care) if one)
        if member.resident in closed:
            health = MINOR_CLOSED
        phones = " ".join(member.phones.numbers)  # a line ends between two numbers, never within one
        rows.append(
            MemberRow(member.name.name, member.relation_name, member.birth.day, health, found.work_or_school, phones)
        )
    return tuple(rows)


def _economy(visit: Visit) -> tuple[AmountRow, ...]:
    basis = EVIDENCE_NAMES[visit.income.evidence] if visit.income.evidence else ""
    seen = "票据" if visit.spending.receipts_seen else ""
    rows = [
        ("工资性收入", visit.income.wages, basis),
        ("经营净收入", visit.income.business, basis),
        ("财产净收入", visit.income.assets, basis),
        ("转移净收入", visit.income.transfers, basis),
        ("其他收入", visit.income.other, basis),
        ("就业成本扣减", visit.income.deductions, basis),
        ("医疗支出", visit.spending.medical, seen),
        ("教育支出", visit.spending.education, seen),
        ("残疾康复支出", visit.spending.rehabilitation, seen),
        ("生活支出", visit.spending.living, seen),
        ("其他支出", visit.spending.other, seen),
    ]
    money = [AmountRow(item, format_money(amount), why) for item, amount, why in rows if amount is not None]
    assets = visit.assets
    owned = (
        ("存款", assets.savings),
        ("房屋", assets.houses),
        ("车辆、农机", assets.vehicles),
        ("其他财产", assets.other),
    )
    return (*money, *(AmountRow(item, words) for item, words in owned if words))


def _housing(visit: Visit) -> tuple[tuple[str, str], ...]:
    housing = visit.housing
    lines = [
        ("房屋安全", HOUSING_NAMES[housing.safety] if housing.safety else ""),
        ("房屋来源", housing.ownership),
        ("水电厕", housing.water_power_toilet),
        ("独居", "是" if housing.alone else ""),
        ("照料人", housing.carer),
        ("安全隐患", housing.hazards),
        ("家里的变化", visit.event),
    ]
    return tuple((label, value) for label, value in lines if value)
