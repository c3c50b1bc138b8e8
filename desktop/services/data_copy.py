"""What this vault holds of one person, for the person's own hand (个人信息副本, PIPL art. 45).

Own data only. It goes to the person, or to whoever may ask for them with proof (art. 49, a guardian, a written
authority): no consent is asked for one's own data, and no charity gets this paper. ``may_hand_over`` decides, and
what is somebody else's is never read into it: of a visit the household's sums, the person's own findings, and what was
said only where the person said it. Of a household that the person has left it has what was theirs until that day, and
never where the others live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from desktop.documents.data_copy import CopySection, CopyTable, DataCopyContent, data_copy
from desktop.domain.aid import CATEGORY_NAMES
from desktop.domain.consent import DATA_CLASS_NAMES, PURPOSE_NAMES, SHEET_STATE_NAMES, DataClass, Purpose, SheetState
from desktop.domain.content import is_time
from desktop.domain.errors import UserFacingError
from desktop.domain.households import DISABILITY_NAMES, LEVEL_NAMES
from desktop.domain.identity import DOCUMENT_TYPE_NAMES, SEX_NAMES
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES, NeedCode, Urgency
from desktop.domain.plain import from_stored
from desktop.domain.prints import PRINT_OUTCOME_NAMES
from desktop.domain.referrals import REFERRAL_STATE_NAMES, ReferralState
from desktop.domain.retention import was_released
from desktop.domain.retention_clocks import HELD_CLASS_NAMES, Clock, ClockState
from desktop.domain.rights import (
    RIGHT_NAMES,
    RIGHTS_REQUEST,
    RIGHTS_STATE_NAMES,
    RightKind,
    RightsRequestFields,
    RightsState,
    taking_problem,
)
from desktop.domain.signing import CAPACITY_NAMES
from desktop.domain.typed import format_date, format_money, format_phone
from desktop.domain.visits import (
    CONCLUSION_NAMES,
    HEALTH_NAMES,
    SELF_CARE_NAMES,
    VISIT_KIND_NAMES,
    VISIT_RESULT_NAMES,
    HealthState,
    Visit,
)
from desktop.services import consent, directory, leaving, people, readings, retention_clocks, rights, visits
from desktop.services.application import Application, local_day
from desktop.services.data_copy_papers import (
    approval_rows,
    check_rows,
    picture_rows,
    publicity_rows,
    wish_rows,
    withdrawal_rows,
)
from desktop.services.finished_paper import Paper, finished
from desktop.services.minors_gate import require_open
from desktop.services.paper import office_of
from desktop.services.people import HouseholdPage, ResidentView
from desktop.services.permission import Capability, require
from desktop.services.prints import is_large, noted
from desktop.services.rights import RequestView
from desktop.services.rights_paper import asker_words
from desktop.services.wordings import wording_for
from desktop.storage import queries

_WITH_PAPER: Final = ("wish", "sheet", "publicity", "withdrawal", "referral", RIGHTS_REQUEST)
"""Kinds with papers of their own, each about this person alone."""
_BY_KIND: Final = (*_WITH_PAPER, "need", "aid", "help", "scan", "signature", "check", "print", "approval")
COPIED: Final = frozenset({"resident", "household", "visit", "grant", *_BY_KIND})
"""Every kind of record that the copy tells of."""
_GRANT_NAMES: Mapping[str, str] = {
    "agreed": "已同意，等核对",
    "in-force": "同意，有效",
    "refused": "不同意",
    "withdrawn": "已撤回",
    "expired": "已到期",
}
_CLOCK_NAMES: Mapping[ClockState, str] = {
    ClockState.LOCKED: "法律要求保存，现在不能删",
    ClockState.IN_USE: "还在用",
    ClockState.RUNNING: "保存中，本人要求可以提前删",
    ClockState.DUE: "已到期，即将清除",
}


def data_copy_for(application: Application, request_id: str, *, large_type: bool | None = None) -> Paper:
    """The copy for an open or answered request of access or copy; ``large_type`` as for ``prints.is_large``.

    Raises:
        UserFacingError: ``record.unknown``, also where the person's record was erased; ``rights.no-copy`` where this
            request is about something else or was taken back; ``minors.closed`` for a child of whom this worker has no
            approval (``minors.Ground.RIGHT``); ``directory.no-office``.
    """
    require(application, Capability.ANSWER_REQUEST)
    found = rights.request_as_recorded(application, request_id)
    if not may_hand_over(found):
        raise UserFacingError("rights.no-copy", number=found.fields.number)
    require_open(application, found.fields.resident, "print")
    person = people.resident_view(application, found.fields.resident)
    page = people.household_page(application, person.membership.household)
    print_id = f"{found.id[:24]}-copy"
    content = DataCopyContent(
        print_id=print_id,
        number=found.fields.number,
        handler=office_of(application),
        given_to=f"{person.name.name}（{asker_words(found.fields)}）",
        day=application.today(),
        worker=application.worker.name,
        sections=tuple(_sections(application, person, page)),
        large_type=is_large(application, large_type, print_id, found.fields.household),
    )
    choice = wording_for(application, "data-copy")
    return finished(application, data_copy, content, choice)


def may_hand_over(found: RequestView) -> bool:
    """Whether the copy may be made for this request: it asks for one, stands, and whoever asks has shown their right.

    The person's own data for the person need no consent; anybody else must have what art. 49 or an authority asks.
    """
    asked = found.fields.kind in (RightKind.ACCESS, RightKind.COPY)
    stands = found.state in (RightsState.RECEIVED, RightsState.ANSWERED, RightsState.IN_PART)
    facts = {
        "asker": found.fields.asker,
        "asker_name": found.fields.asker_name,
        "proof": found.fields.proof,
        "died": found.fields.died,
    }
    return asked and stands and not taking_problem(facts)


def _sections(application: Application, person: ResidentView, page: HouseholdPage) -> Iterator[CopySection]:
    names = directory.worker_names(application)
    left = application.read(lambda connection: leaving.left_on(connection, person.resident))
    yield _own(application, person, names)
    yield _home(page, person, left)
    yield from _visits(application, person, page, names, left)
    rows = application.read(lambda connection: _rows(connection, person.resident, page.household, left))
    yield _table("需求", ("日期", "需求", "紧急", "说明"), (0.18, 0.27, 0.15, 0.40), _needs(rows["need"]))
    yield _table("微心愿", ("编号", "卡上写的", "预算", "状态"), (0.28, 0.40, 0.14, 0.18), wish_rows(rows["wish"]))
    yield _table("救助", ("项目", "从", "到", "每月"), (0.34, 0.22, 0.22, 0.22), _aid(rows["aid"]))
    bodies = {one.id: one.name for one in directory.organisations(application)}
    yield from _consent(application, person.resident)
    publicity = publicity_rows(rows["publicity"])
    yield _table("宣传同意", ("编号", "您的答复", "发布单位", "状态"), (0.28, 0.34, 0.18, 0.20), publicity)
    withdrawn = withdrawal_rows(rows["withdrawal"], bodies)
    yield _table("撤回同意", ("日期", "编号", "撤回了什么", "怎么提出的"), (0.18, 0.28, 0.38, 0.16), withdrawn)
    yield _table(
        "提供给了谁",
        ("日期", "给谁、为什么", "哪些信息", "依据、状态"),
        (0.17, 0.28, 0.30, 0.25),
        _given(rows["referral"], bodies),
        "依据您的单独同意，经县里放行后提供给慈善组织的；民政系统内部办理救助的不在此列。",
    )
    helped = _helped(rows["help"], bodies)
    yield _table("收到的慈善帮扶", ("日期", "组织", "内容", "折价"), (0.18, 0.30, 0.34, 0.18), helped)
    yield _table("扫描件和签名", ("收到日期", "哪份材料", "哪一页"), (0.26, 0.40, 0.34), picture_rows(rows))
    told = readings.readings_of(application, person.resident)
    heard = [(one.number, format_date(one.day), one.words) for one in told]
    yield _table("签字前怎样讲解的", ("哪份同意书", "签字日期", "怎样知道内容的"), (0.34, 0.20, 0.46), heard)
    yield _table("同意书的核对", ("日期", "哪份同意书", "谁"), (0.26, 0.40, 0.34), check_rows(rows))
    yield _table("打印过的材料", ("日期", "表单", "份数"), (0.30, 0.45, 0.25), _prints(rows["print"], rows))
    approved = approval_rows(rows["approval"])
    yield _table("未成年人信息查阅批准", ("期限", "事由", "谁批准", "状态"), (0.34, 0.32, 0.18, 0.16), approved)
    yield _table("权利请求", ("收到日期", "请求", "结果"), (0.26, 0.34, 0.40), _asked(rows[RIGHTS_REQUEST]))
    clocks = retention_clocks.clocks(application, person.resident)
    yield _table(
        "保存多久", ("信息种类", "现在", "到哪天", "依据"), (0.20, 0.22, 0.18, 0.40), [clock_row(one) for one in clocks]
    )


def clock_row(clock: Clock) -> tuple[str, str, str, str]:
    """A clock in words: class with count, state, day, ground."""
    until = format_date(clock.until) if clock.until else "用完再起算"
    if clock.state is ClockState.LOCKED and clock.until is None:
        until = "用完为止"
    name = f"{HELD_CLASS_NAMES[clock.held]} {clock.count} 份"
    return name, _CLOCK_NAMES[clock.state], until, clock.ground


def _table(
    heading: str, columns: tuple[str, ...], widths: tuple[float, ...], rows: Sequence[tuple[str, ...]], source: str = ""
) -> CopySection:
    return CopySection(heading, source if rows else "", table=CopyTable(columns, tuple(rows), widths))


def _own(application: Application, person: ResidentView, names: Mapping[str, str]) -> CopySection:
    document, birth, disability = person.document, person.birth, person.disability
    guardian, carer, capacity = person.guardian, person.carer, person.capacity
    state = application.read(lambda connection: queries.one(connection, person.resident))
    groups = {} if state is None else state.state["groups"]
    told = sorted({(local_day(one["time"]), one["worker"]) for one in groups.values() if is_time(one.get("time", ""))})
    came = [f"{format_date(day)}由{names.get(worker, '同事')}登记" for day, worker in told]
    kind = DOCUMENT_TYPE_NAMES[document.type]
    health = person.health
    is_state = health is not None and health.state in {one.value for one in HealthState}
    pairs = (
        ("姓名", person.name.name),
        ("证件原文姓名", person.name.original),
        ("曾用名", person.name.former),
        ("证件", f"{kind} {document.number}" if document.number else kind),
        ("出生日期", format_date(birth.day) if birth.day else ""),
        ("性别", SEX_NAMES[birth.sex]),
        ("电话", "、".join(map(format_phone, person.phones.numbers))),
        ("和户主的关系", person.relation_name),
        ("健康", HEALTH_NAMES[HealthState(health.state)] if health is not None and is_state else ""),
        ("疾病", health.illness if health is not None else ""),
        (
            "残疾",
            f"{DISABILITY_NAMES[disability.kind]}{LEVEL_NAMES[disability.level]} {disability.certificate}".strip()
            if disability is not None
            else "",
        ),
        ("行为能力", CAPACITY_NAMES[capacity.capacity] if capacity is not None and capacity.capacity else ""),
        ("监护人", f"{guardian.name} {guardian.relation}".strip() if guardian is not None else ""),
        ("实际抚养人", f"{carer.name} {carer.relation}".strip() if carer is not None else ""),
    )
    return CopySection("您的基本情况", f"来源：{'；'.join(came)}。" if came else "", pairs)


def _home(page: HouseholdPage, person: ResidentView, left: date | None) -> CopySection:
    """Of a household that was left, nothing of where it lives or what it gets now."""
    if left is not None:
        return CopySection("您原来的家", pairs=(("户号", page.number), ("已离开这一户", format_date(left))))
    held = [
        CATEGORY_NAMES[one.category] + (f"（{format_date(one.since)}起）" if one.since else "")
        for one in page.categories
    ]
    pairs = (
        ("住址", people.place_with_address(page)),
        ("户号", page.number),
        ("救助类别（全家）", "、".join(held)),
        ("共同生活", "是" if person.membership.lives_together else "否"),
    )
    return CopySection("您家的情况（全家共有）", pairs=pairs)


def _visits(
    application: Application, person: ResidentView, page: HouseholdPage, names: Mapping[str, str], left: date | None
) -> Iterator[CopySection]:
    rows: list[tuple[str, ...]] = []
    for fact in visits.visits_of(application, page.household):
        visit = visits.words_as_recorded(application, fact)
        if left is not None and visit.day > left:
            continue
        worker = "、".join(one for one in (names.get(fact.worker, ""), visit.second_worker) if one)
        about = "；".join(one for one in _of_visit(visit, person.resident) if one)
        rows.append((f"{format_date(visit.day)} {VISIT_KIND_NAMES[visit.kind]}", worker, about))
    source = "来源：工作人员上门、电话或者视频走访时，您和家里人说的、工作人员看到的。" if rows else ""
    yield _table("走访记录", ("日期", "走访人", "记了什么"), (0.22, 0.20, 0.58), rows, source)


def _of_visit(visit: Visit, resident: str) -> Iterator[str]:
    """What a visit says of this person, and the household's sums; nothing that is another member's."""
    yield VISIT_RESULT_NAMES[visit.result]
    own = next((one for one in visit.members if one.resident == resident), None)
    if own is not None:
        cannot = "、".join(SELF_CARE_NAMES[one] for one in own.cannot)
        yield f"健康：{HEALTH_NAMES[own.health]}" if own.health else ""
        yield f"疾病：{own.illness}" if own.illness else ""
        yield f"不能自己{cannot}" if cannot else "六项能自理" if own.self_care_asked else ""
        yield own.labour
        yield own.work_or_school
        yield own.note
    if visit.income.total is not None:
        yield f"全家一年收入{format_money(visit.income.total)}"
    if visit.spending.total is not None:
        yield f"全家一年刚性支出{format_money(visit.spending.total)}"
    if visit.assessment.conclusion is not None:
        yield f"研判：{CONCLUSION_NAMES[visit.assessment.conclusion]}"
    if visit.own_words and visit.respondent.resident == resident:
        yield f"您说：{visit.own_words}"


def _rows(
    connection: Connection, resident: str, household: str, left: date | None
) -> dict[str, list[queries.RecordRow]]:
    """The person's own records by kind, and the household's needs, aid and prints that are about no other member.

    Of what is the household's, only what nobody has touched since the person left.
    """
    found: dict[str, list[queries.RecordRow]] = {}
    for kind in _BY_KIND:
        rows = queries.of_kind(connection, kind, resident=resident)
        if kind in ("need", "aid", "print") and household:
            shared = [row for row in queries.of_kind(connection, kind, household=household) if not row.resident]
            rows += [row for row in shared if left is None or local_day(row.moment) <= left]
        found[kind] = rows
    return found


def _needs(rows: Sequence[queries.RecordRow]) -> Sequence[tuple[str, ...]]:
    made = []
    for row in rows:
        fields = row.state["fields"]
        day = format_date(local_day(row.state["history"][0]["time"]))
        made.append(
            (
                day,
                NEED_NAMES[NeedCode(fields["code"])],
                URGENCY_NAMES[Urgency(fields["urgency"])],
                fields.get("words", ""),
            )
        )
    return made


def _aid(rows: Sequence[queries.RecordRow]) -> Sequence[tuple[str, ...]]:
    made = []
    for row in rows:
        fact: Mapping[str, Any] = row.state["fact"]
        money = format_money(fact["monthly"]) if fact.get("monthly") else ""
        made.append((fact["scheme"], fact.get("since") or "", fact.get("until") or "", money))
    return made


def _consent(application: Application, resident: str) -> Iterator[CopySection]:
    sheets = {one.id: one for one in consent.sheets(application, resident=resident)}
    rows = [
        (one.number, SHEET_STATE_NAMES[SheetState(one.state)], format_date(local_day(one.moment)))
        for one in sheets.values()
    ]
    yield _table("同意书", ("编号", "状态", "最近一步"), (0.46, 0.30, 0.24), rows)
    by_subject: dict[tuple[str, ...], list[str]] = {}
    for grant in consent.grants(application, resident):
        until = f"，到{format_date(grant.until)}" if grant.until else ""
        state = _GRANT_NAMES.get(grant.state.value, grant.state.value) + until
        key = (grant.recipient_name, PURPOSE_NAMES[Purpose(grant.purpose)], state)
        by_subject.setdefault(key, []).append(DATA_CLASS_NAMES[grant.data_class])
    grants = [(body, why, "、".join(classes), state) for (body, why, state), classes in by_subject.items()]
    yield _table("您同意和不同意的", ("接收方", "用途", "哪些信息", "您的答复"), (0.24, 0.18, 0.34, 0.24), grants)


def _given(rows: Sequence[queries.RecordRow], bodies: Mapping[str, str]) -> Sequence[tuple[str, ...]]:
    """Every release to a recipient, by the county's own release where it can be read."""
    made = []
    for row in rows:
        fields = row.state["fields"]
        step = next((one for one in row.state["history"] if one["to"] == ReferralState.RELEASED), None)
        if not was_released(row.status, fields) and step is None:
            continue
        day = format_date(local_day(step["time"] if step is not None else row.moment))
        what = "、".join(DATA_CLASS_NAMES[DataClass(one)] for one in fields["classes"])
        to = f"{bodies.get(fields['recipient'], fields['recipient'])}，{PURPOSE_NAMES[Purpose(fields['purpose'])]}"
        state = REFERRAL_STATE_NAMES[ReferralState(row.status or "")]
        made.append((day, to, what, f"您的单独同意，转介单{fields['number']}，{state}"))
    return made


def _helped(rows: Sequence[queries.RecordRow], bodies: Mapping[str, str]) -> Sequence[tuple[str, ...]]:
    made = []
    for row in rows:
        fact = row.state["fact"]
        money = format_money(fact["amount"]) if fact.get("amount") else ""
        made.append(
            (str(fact.get("date") or ""), bodies.get(fact.get("organisation") or "", ""), fact.get("what", ""), money)
        )
    return made


def _prints(
    rows: Sequence[queries.RecordRow], known: Mapping[str, Sequence[queries.RecordRow]]
) -> Sequence[tuple[str, ...]]:
    """Prints of what is the person's own; what was printed of another member or the whole household is left out."""
    own = {row.id for kind in _WITH_PAPER for row in known[kind]}
    return [
        (
            format_date(local_day(one.moment)),
            str(one.fact.get("form", "")),
            f"{one.came.copies} 份" if one.is_whole else PRINT_OUTCOME_NAMES[one.came.outcome],
        )
        for one in noted(rows)
        if one.fact.get("of") in own
    ]


def _asked(rows: Sequence[queries.RecordRow]) -> Sequence[tuple[str, ...]]:
    made = []
    for row in rows:
        fields = row.state["fields"]
        received = from_stored(RightsRequestFields, fields).received
        state = RIGHTS_STATE_NAMES[RightsState(row.status or "")]
        made.append((format_date(received), RIGHT_NAMES[RightKind(fields["kind"])], state))
    return made
