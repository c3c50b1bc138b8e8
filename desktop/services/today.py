"""What now (今日): what came back, what is overdue, what still lacks a step, by village."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from desktop.domain.aid import SHORT_CATEGORY_NAMES
from desktop.domain.consent import SheetState
from desktop.domain.minors import ApprovalState
from desktop.domain.needs import NeedState
from desktop.domain.referrals import AT_RECIPIENT, REFERRAL_STATE_NAMES, ReferralState
from desktop.domain.rights import RIGHT_NAMES
from desktop.domain.visits import VisitResult, visit_due
from desktop.services import beside_checks, directory, recalls, rights
from desktop.services.application import Application, local_day
from desktop.services.blank_numbers import LongOut, long_out
from desktop.services.fingerprints import stays_on_paper
from desktop.services.minors_gate import closed_minors, hides_words
from desktop.services.people import categories_held
from desktop.services.permission import Capability, may
from desktop.services.visits import VisitSummary, visit_summaries
from desktop.storage import drafts, queries
from desktop.storage.tray import PICTURE, TRAY

SHOWN_WITHOUT_VISIT = 40
ECHO_DAYS = 30
"""How long an answer of the county or a charity is shown as news."""
SHOWN_ECHOES = 8


class TodayKind(StrEnum):
    """Why a line stands on the page."""

    RECALLED = "recalled"
    """Somebody else recalled what was released; until this worker has seen it."""
    ANSWER = "answer"
    OVERDUE = "overdue"
    CONFIRM = "confirm"
    RIGHTS = "rights"
    SHEET_PRINT = "sheet-print"
    SHEET_SIGN = "sheet-sign"
    SHEET_SCAN = "sheet-scan"
    SHEET_CHECK = "sheet-check"
    REVIEW = "review"
    VISIT_DUE = "visit-due"
    NEVER_VISITED = "never-visited"
    CONFLICT = "conflict"
    MINORS = "minors"
    """Somebody asks to see a minor's data, or has opened it in an emergency, and waits for this reviewer."""


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One thing to do: what, for whom, where, until when (None: no date).

    ``resident`` is empty where it concerns the whole household.
    """

    kind: TodayKind
    household: str
    record: str
    head_name: str
    place: str
    words: str
    due: date | None
    resident: str = ""
    categories: tuple[str, ...] = ()
    division: str = ""


@dataclass(frozen=True, slots=True)
class Echo:
    """What the county or a charity last said about a referral or a sheet (县里的回音)."""

    record: str
    kind: str
    """``referral`` or ``sheet``."""
    resident: str
    state: str
    """The state word it was moved to, as in ``ReferralState`` and ``SheetState``."""
    words: str
    day: date


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft to go on with: ``kind`` and ``subject`` as in ``drafts``, and whom it is about (may be empty)."""

    draft: str
    kind: str
    subject: str
    name: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Month:
    """This month's figures."""

    visits: int
    nobody_home: int
    referred: int
    answered: int


@dataclass(frozen=True, slots=True)
class Today:
    """The page: items by urgency, what came back, this month, and what there is at all.

    ``never_visited`` counts all of them, of which ``items`` has at most ``SHOWN_WITHOUT_VISIT``.
    """

    items: tuple[TodayItem, ...]
    echoes: tuple[Echo, ...]
    month: Month
    households: int
    villages: int
    never_visited: int
    unfinished: tuple[Unfinished, ...]
    blanks: LongOut | None = None
    """Blank forms of this worker's that have been out too long."""


def today(application: Application) -> Today:
    """Everything for the Today page, in one snapshot."""
    day = application.today()

    def read(connection: Connection) -> Today:
        villages = directory.read_villages(connection)
        visited = visit_summaries(connection)
        due, never = _visits_due(application, connection, visited, day)
        found = [*_referrals(connection, day), *_rights(connection, day), *_sheets(connection)]
        found += [
            *_recalled(application, connection, day),
            *_conflicts(connection),
            *due,
            *_minors_waiting(application, connection, day),
        ]
        items = _with_heads(connection, found, {village.code: village.name for village in villages})
        items.sort(key=lambda item: (item.due or day + timedelta(days=3650), list(TodayKind).index(item.kind)))
        return Today(
            items=tuple(items),
            echoes=_echoes(application, connection, day),
            month=_month(connection, visited, day),
            households=len(queries.ids_of_kind(connection, "household")),
            villages=len(villages),
            never_visited=never,
            unfinished=_unfinished(connection),
            blanks=long_out(connection, application.worker.id, day),
        )

    return application.read(read)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: TodayKind
    household: str
    record: str
    words: str
    due: date | None
    resident: str = ""


def _with_heads(connection: Connection, found: Sequence[_Found], places: dict[str, str]) -> list[TodayItem]:
    """Only the households on the page are looked up: a township has thousands."""
    rows = queries.many(connection, sorted({one.household for one in found}))
    names = _head_names(connection, list(rows.values()))
    items = []
    for one in found:
        row = rows.get(one.household)
        division = (row.division if row else None) or ""
        held = categories_held(row.state) if row else ()
        items.append(
            TodayItem(
                kind=one.kind,
                household=one.household,
                record=one.record,
                head_name=names.get(one.household, "") or ("未成年人查阅" if one.kind is TodayKind.MINORS else ""),
                place=directory.short_village(places.get(division, division)),
                words=one.words,
                due=one.due,
                resident=one.resident,
                categories=tuple(SHORT_CATEGORY_NAMES[each.category] for each in held),
                division=division,
            )
        )
    return items


def _head_names(connection: Connection, households: Sequence[queries.RecordRow]) -> dict[str, str]:
    heads = {row.id: row.group("head").get("resident", "") for row in households}
    rows = queries.many(connection, sorted(set(heads.values())))
    return {household: _name(rows.get(head)) for household, head in heads.items()}


def _name(row: queries.RecordRow | None) -> str:
    return "" if row is None else str(row.group("name").get("name", ""))


def _referrals(connection: Connection, day: date) -> Iterator[_Found]:
    names = _organisation_names(connection)
    for row in queries.of_kind(connection, "referral"):
        fields, household, resident = row.state["fields"], row.household or "", row.resident or ""
        body = names.get(fields["recipient"], "")
        reason = row.state["history"][-1].get("reason", "")
        if row.status == ReferralState.DELIVERED:
            yield _Found(TodayKind.CONFIRM, household, row.id, f"请回访确认送达：{body}", day, resident)
        elif row.status in (ReferralState.DECLINED, ReferralState.REFUSED):
            said = f"：{reason}" if reason else ""
            who = "县里没有放行" if row.status == ReferralState.REFUSED else f"{body}退回转介"
            yield _Found(TodayKind.ANSWER, household, row.id, who + said, day, resident)
        elif row.status in (*AT_RECIPIENT, ReferralState.SUBMITTED):
            due = date.fromisoformat(fields["reply_by"])
            if due < day and row.status not in (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS):
                yield _Found(TodayKind.OVERDUE, household, row.id, f"还没有答复：{body}", due, resident)


def _recalled(application: Application, connection: Connection, day: date) -> Iterator[_Found]:
    """What was handed over stands on the list for the recall notice, if there is one: that is the next step."""
    for one in recalls.read_unseen(application, connection):
        step = "请核对召回清单" if one.withdrawal else "请打开看交出去了什么"
        words = f"{one.recipient}：本人不再同意，已召回；信息交出去过，{step}"
        yield _Found(TodayKind.RECALLED, one.household, one.referral, words, day, one.resident)


def _rights(connection: Connection, day: date) -> Iterator[_Found]:
    for one in rights.open_requests(connection, day):
        fields = one.fields
        words = f"{one.name}要求{RIGHT_NAMES[fields.kind]}个人信息，待答复"
        yield _Found(TodayKind.RIGHTS, fields.household, one.id, words, fields.due, fields.resident)


def _organisation_names(connection: Connection) -> dict[str, str]:
    return {row.id: row.state["issued"]["name"] for row in queries.of_kind(connection, "organisation")}


_SHEET_STEPS = {
    SheetState.DRAFTED: (TodayKind.SHEET_PRINT, "同意书还没打印"),
    SheetState.PRINTED: (TodayKind.SHEET_SIGN, "同意书已打印，还没签"),
    SheetState.SIGNED: (TodayKind.SHEET_SCAN, "同意书已签，还差一张影像"),
    SheetState.SCANNED: (TodayKind.SHEET_CHECK, "同意书等第二人核对"),
}


def _sheets(connection: Connection) -> Iterator[_Found]:
    checked_here = beside_checks.read_waiting(connection)
    for row in queries.of_kind(connection, "sheet", statuses=list(_SHEET_STEPS)):
        kind, words = _SHEET_STEPS[SheetState(row.status or "")]
        if kind is TodayKind.SHEET_SCAN and stays_on_paper(connection, row.state["fields"]):
            kind, words = TodayKind.SHEET_CHECK, "同意书等第二人对着纸核对"
        if row.id in checked_here:
            kind, words = TodayKind.SHEET_CHECK, "同意书同事已核对，同步后由县里核对生效"
        yield _Found(kind, row.household or "", row.id, words, None, row.resident or "")


def _conflicts(connection: Connection) -> Iterator[_Found]:
    for row in queries.needing_a_person(connection):
        household = row.id if row.kind == "household" else row.household or ""
        resident = row.id if row.kind == "resident" else row.resident or ""
        yield _Found(TodayKind.CONFLICT, household, row.id, "两地信息不一致，请选择", None, resident)


def _minors_waiting(application: Application, connection: Connection, day: date) -> Iterator[_Found]:
    """What waits for a reviewer, an emergency among it; nobody is asked about their own."""
    if not may(application, Capability.APPROVE_MINORS_DATA):
        return
    waiting = {
        ApprovalState.ASKED: "有人申请查阅未成年人信息",
        ApprovalState.EMERGENCY: "有人紧急打开了未成年人信息，请查",
    }
    for row in queries.of_kind(connection, "approval", statuses=list(waiting)):
        if application.worker.id not in row.state["fields"]["workers"]:
            words = waiting[ApprovalState(row.status or "")]
            yield _Found(TodayKind.MINORS, row.household or "", row.id, words, day, row.resident or "")


def _visits_due(
    application: Application, connection: Connection, visited: Sequence[VisitSummary], day: date
) -> tuple[list[_Found], int]:
    """Reviews and visits due within a week, and the first households nobody has visited; and how many of these."""
    latest: dict[str, date] = {}
    said: dict[str, str] = {}
    reviews: dict[str, tuple[str, date]] = {}
    for visit in visited:
        household = visit.household
        if visit.result == VisitResult.MET and visit.day >= latest.get(household, date.min):
            latest[household] = visit.day
            said[household] = visit.own_words
            if visit.review is not None:
                reviews[household] = (visit.id, visit.review)
            else:
                reviews.pop(household, None)
    never = 0
    found = []
    for row in queries.of_kind(connection, "household"):
        held = categories_held(row.state)
        last = latest.get(row.id)
        if row.id in reviews and reviews[row.id][1] <= day + timedelta(days=7):
            record, due = reviews[row.id]
            found.append(_Found(TodayKind.REVIEW, row.id, record, "到复查日期", due))
        elif last is None:
            never += 1
            if never <= SHOWN_WITHOUT_VISIT:
                found.append(_Found(TodayKind.NEVER_VISITED, row.id, row.id, _address(row), None))
        elif held:
            due = visit_due([one.category for one in held], last)
            if due <= day + timedelta(days=7):
                # Nobody knows whether they speak of a child who lives there.
                words = said.get(row.id, "")
                if words and closed_minors(application, connection, row.id):
                    words = ""
                words = " · ".join(part for part in ("定期走访", words) if part)
                found.append(_Found(TodayKind.VISIT_DUE, row.id, row.id, words, due))
    return found, never


def _address(row: queries.RecordRow) -> str:
    return str(row.group("address").get("text", ""))


_ANSWERED = (
    ReferralState.RELEASED,
    ReferralState.REFUSED,
    ReferralState.RECEIVED,
    ReferralState.ACCEPTED,
    ReferralState.WAITLISTED,
    ReferralState.DECLINED,
    ReferralState.IN_PROGRESS,
    ReferralState.DELIVERED,
)


def _echoes(application: Application, connection: Connection, day: date) -> tuple[Echo, ...]:
    since = (day - timedelta(days=ECHO_DAYS)).isoformat()
    names = _organisation_names(connection)
    found: list[tuple[str, Echo]] = []
    for row in queries.of_kind(connection, "referral", statuses=_ANSWERED):
        step = row.state["history"][-1]
        fields = row.state["fields"]
        parts = (fields["number"], names.get(fields["recipient"], ""), step.get("reason", ""))
        words = " · ".join(part for part in parts if part)
        echo = Echo(row.id, "referral", row.resident or "", row.status or "", words, local_day(step["time"]))
        found.append((step["time"], echo))
    for row in queries.of_kind(connection, "sheet", statuses=[SheetState.CHECKED]):
        step = row.state["history"][-1]
        words = " · ".join((row.state["fields"]["number"], "同意书已核对"))
        echo = Echo(row.id, "sheet", row.resident or "", row.status or "", words, local_day(step["time"]))
        found.append((step["time"], echo))
    for recall in recalls.read_recalls(application, connection):
        words = f"{recall.number} · {recall.recipient}"
        echo = Echo(recall.referral, "referral", recall.resident, ReferralState.RECALLED, words, recall.day)
        found.append((recall.day.isoformat(), echo))
    recent = sorted((one for one in found if one[0][:10] >= since), key=lambda one: one[0], reverse=True)
    return tuple(echo for _, echo in recent[:SHOWN_ECHOES])


def echo_state_name(echo: Echo) -> str:
    """The state in the words of the trade."""
    return REFERRAL_STATE_NAMES[ReferralState(echo.state)] if echo.kind == "referral" else "已核对"


def _unfinished(connection: Connection) -> tuple[Unfinished, ...]:
    rows = drafts.listed(connection, None, None, without=(TRAY, PICTURE))
    subjects = queries.many(connection, sorted({row.subject for row in rows if row.subject}))
    names = _head_names(connection, [one for one in subjects.values() if one.kind == "household"])
    names |= {one.id: _name(one) for one in subjects.values() if one.kind == "resident"}
    return tuple(
        Unfinished(
            row.id, row.kind, row.subject or "", names.get(row.subject or "", ""), datetime.fromisoformat(row.updated)
        )
        for row in rows
    )


def _month(connection: Connection, visited: Sequence[VisitSummary], day: date) -> Month:
    start = day.replace(day=1)
    visits = [visit for visit in visited if visit.day >= start]
    referrals = queries.of_kind(connection, "referral")
    steps = [step for row in referrals for step in row.state["history"] if local_day(step["time"]) >= start]
    return Month(
        visits=len(visits),
        nobody_home=sum(visit.result == VisitResult.NOBODY_HOME for visit in visits),
        referred=sum(step["to"] == ReferralState.SUBMITTED for step in steps),
        answered=sum(step["to"] in (ReferralState.ACCEPTED, ReferralState.DECLINED) for step in steps),
    )


def open_needs(application: Application, household_id: str) -> tuple[tuple[str, str, str], ...]:
    """Open needs of a household: (id, code, words); no words where ``minors_gate.hides_words``.

    That they were read is noted with the page of the household, on which they stand.
    """
    rows, closed = application.read(
        lambda connection: (
            queries.of_kind(connection, "need", statuses=[NeedState.OPEN], household=household_id),
            closed_minors(application, connection, household_id),
        )
    )
    found = []
    for row in rows:
        fields, first = row.state["fields"], row.state["history"][0]
        is_shut = hides_words(application, closed, first["worker"], first["time"])
        found.append((row.id, fields["code"], "" if is_shut else fields.get("words", "")))
    return tuple(found)
