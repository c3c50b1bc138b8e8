"""What of a person is told under each data class: the only place that fills a slip with personal data.

Every value passes ``may_disclose`` before it is read: a class not covered gives nothing, whatever the
caller asks for. File copies stay in the office (civil affairs, statutory duty) but show just the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.aid import CATEGORY_NAMES
from desktop.domain.consent import DataClass, SheetState
from desktop.domain.free_text import leaks
from desktop.domain.households import DISABILITY_NAMES, LEVEL_NAMES, categories_of_member
from desktop.domain.identity import DOCUMENT_TYPE_NAMES, SEX_NAMES
from desktop.domain.typed import format_date, format_money
from desktop.domain.visits import HOUSING_NAMES, SELF_CARE_NAMES, MemberFinding, Respondent, Visit, monthly_per_head
from desktop.services import consent, visits
from desktop.services.application import Application
from desktop.services.consent import SheetView
from desktop.services.directory import within_place
from desktop.services.people import HouseholdPage, ResidentView
from desktop.services.referrals import NewReferral
from desktop.services.summary_check import known_on_page


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a slip."""

    data_class: DataClass
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class _Known:
    page: HouseholdPage
    person: ResidentView
    visit: Visit | None
    referral: NewReferral
    today: date


def fields_of(
    application: Application, page: HouseholdPage, resident_id: str, referral: NewReferral, classes: Iterable[DataClass]
) -> tuple[Told, ...]:
    """The lines of a slip for these classes, in the form's order, without any that is not covered.

    What somebody typed (an event, the person's own words, an illness) is left out where it names what is not covered.
    """
    answers = consent.disclosures(application, resident_id, referral.recipient, referral.purpose, classes)
    covered = [one for one in DataClass if one in answers and (answers[one].allowed or answers[one].after_check)]
    last = visits.last_visit(application, page.household)
    person = next(member for member in page.members if member.resident == resident_id)
    visit = last.visit if last is not None else None
    if last is not None and person.access.is_open:
        visit = visits.words_as_recorded(application, last)
    known = _Known(page, person, visit, referral, application.today())
    lines = [Told(one, label, value) for one in covered for label, value in _READERS[one](known) if value]
    recorded = known_on_page(page, person, finding.illness if (finding := _finding(known)) else "")
    return tuple(
        replace(one, value=WITHHELD) if one.label in _TYPED and leaks(one.value, covered, recorded) else one
        for one in lines
    )


def near_relative_named(
    application: Application,
    page: HouseholdPage,
    resident_id: str,
    referral: NewReferral,
    classes: Iterable[DataClass],
    sheets: Iterable[SheetView],
) -> str:
    """Who is declared a near relative (近亲属或者利害关系申报), as the sheets name them; "" where nobody may say.

    It tells whose family the person is, so that A4 has to be among ``classes`` and covered; and only what stands on a
    sheet that the person signed and somebody has checked is told: that check is the county's (``needs_county_check``).
    """
    wanted = tuple(classes)
    answers = consent.disclosures(application, resident_id, referral.recipient, referral.purpose, wanted)
    covered = [one for one in wanted if answers[one].allowed]
    if DataClass.A4 not in covered:
        return ""
    checked = [one.fields for one in sheets if one.state is SheetState.CHECKED]
    who = [str(one.get("near_relative_who", "")).strip() for one in checked if one.get("near_relative") is True]
    named = "；".join(one for one in dict.fromkeys(who) if one)
    person = next(member for member in page.members if member.resident == resident_id)
    illness = person.health.illness if person.health else ""
    return "" if leaks(named, covered, known_on_page(page, person, illness)) else named


WITHHELD = "(里面有没有同意提供的内容，未写)"
_TYPED = ("突发情况", "本人意愿", "疾病")

Lines = Iterable[tuple[str, str]]


def _a1(known: _Known) -> Lines:
    yield "姓名", known.person.name.name
    yield "证件原文姓名", known.person.name.original
    yield "性别", SEX_NAMES[known.person.birth.sex]
    if known.person.birth.day is not None:
        yield "出生年月", f"{known.person.birth.day.year}年{known.person.birth.day.month}月"


def _a2(known: _Known) -> Lines:
    yield "联系电话", "、".join(known.person.phones.numbers)


def _a3(known: _Known) -> Lines:
    yield "村(社区)", known.page.place
    yield "住址", within_place(known.page.place, known.page.address)


def _a4(known: _Known) -> Lines:
    yield "家庭人口", f"{len(known.page.members)} 人"
    others = [one.relation_name for one in known.page.members if one.resident != known.person.resident]
    yield "同住家人(与户主关系)", "、".join(others)


def _a5(known: _Known) -> Lines:
    if known.visit is not None:
        yield "突发情况", known.visit.event
        yield "本人意愿", known.visit.own_words if _is_own(known, known.visit.respondent) else ""


def _is_own(known: _Known, said_by: Respondent) -> bool:
    """Whether it was this person who spoke: what another of the household said is that one's to tell."""
    if said_by.resident or said_by.name:
        return said_by.resident == known.person.resident
    return len(known.page.members) == 1


def _a6(known: _Known) -> Lines:
    if known.visit is None:
        return
    per_head = monthly_per_head(known.visit.income, len(known.page.members))
    yield "人均月收入", format_money(per_head) if per_head is not None else ""
    total = known.visit.spending.total
    yield "近12个月刚性支出", format_money(total) if total is not None else ""
    yield "住房", HOUSING_NAMES[known.visit.housing.safety] if known.visit.housing.safety else ""


def _b1(known: _Known) -> Lines:
    if known.person.document.number:
        yield DOCUMENT_TYPE_NAMES[known.person.document.type], known.person.document.number


def _b2(known: _Known) -> Lines:
    finding = _finding(known)
    yield (
        "疾病",
        (finding.illness if finding and finding.illness else "")
        or (known.person.health.illness if known.person.health else ""),
    )


def _b3(known: _Known) -> Lines:
    disability = known.person.disability
    if disability is not None:
        yield "残疾类别等级", f"{DISABILITY_NAMES[disability.kind]}{LEVEL_NAMES[disability.level]}"
    finding = _finding(known)
    if finding is not None and finding.self_care_asked:
        cannot = "、".join(SELF_CARE_NAMES[one] for one in finding.cannot)
        yield "自理能力", f"不能独立完成:{cannot}" if cannot else "六项都能自理"


def _b5(known: _Known) -> Lines:
    held = categories_of_member(known.page.categories, known.person.signing.band, known.today)
    yield (
        "救助身份",
        "、".join(
            CATEGORY_NAMES[one.category] + (f"(有效至{format_date(one.until)})" if one.until else "") for one in held
        ),
    )


def _nothing(_known: _Known) -> Lines:
    """Accounts, pictures and children's data are not on a slip: they go apart, or not at all."""
    return ()


def _finding(known: _Known) -> MemberFinding | None:
    if known.visit is None:
        return None
    return next((one for one in known.visit.members if one.resident == known.person.resident), None)


_READERS: Mapping[DataClass, Callable[[_Known], Lines]] = {
    DataClass.A1: _a1,
    DataClass.A2: _a2,
    DataClass.A3: _a3,
    DataClass.A4: _a4,
    DataClass.A5: _a5,
    DataClass.A6: _a6,
    DataClass.B1: _b1,
    DataClass.B2: _b2,
    DataClass.B3: _b3,
    DataClass.B4: _nothing,
    DataClass.B5: _b5,
    DataClass.B6: _nothing,
    DataClass.B7: _nothing,
}
