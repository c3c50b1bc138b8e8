"""What now (今日): what came back, what is overdue, what still lacks a step, by village."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from desktop.domain.consent import SheetState
from desktop.domain.needs import NeedState
from desktop.domain.referrals import AT_RECIPIENT, ReferralState
from desktop.domain.visits import visit_due
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.people import categories_held
from desktop.storage import queries

SHOWN_WITHOUT_VISIT = 40


class TodayKind(StrEnum):
    """Why a line stands on the page."""

    ANSWER = "answer"
    OVERDUE = "overdue"
    CONFIRM = "confirm"
    SHEET_PRINT = "sheet-print"
    SHEET_SIGN = "sheet-sign"
    SHEET_SCAN = "sheet-scan"
    SHEET_CHECK = "sheet-check"
    REVIEW = "review"
    VISIT_DUE = "visit-due"
    NEVER_VISITED = "never-visited"
    CONFLICT = "conflict"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One thing to do: what, for whom, where, until when (None: no date)."""

    kind: TodayKind
    household: str
    record: str
    head_name: str
    place: str
    words: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Month:
    """This month's figures."""

    visits: int
    nobody_home: int
    referred: int
    answered: int


@dataclass(frozen=True, slots=True)
class Today:
    """The page: items by urgency, and this month."""

    items: tuple[TodayItem, ...]
    month: Month
    households: int


def today(application: Application) -> Today:
    """Everything for the Today page, in one snapshot."""
    day = application.today()

    def read(connection: Connection) -> Today:
        places = {village.code: village.name for village in directory.read_villages(connection)}
        heads = _heads(connection, places)
        found = [
            *_referrals(connection, day),
            *_sheets(connection),
            *_conflicts(connection),
            *_visits_due(connection, day),
        ]
        items = [
            TodayItem(kind, household, record, *heads.get(household, ("", "")), words, due)
            for kind, household, record, words, due in found
        ]
        items.sort(key=lambda item: (item.due or day + timedelta(days=3650), list(TodayKind).index(item.kind)))
        return Today(tuple(items), _month(connection, day), len(heads))

    return application.read(read)


Found = tuple[TodayKind, str, str, str, date | None]


def _heads(connection: Connection, places: dict[str, str]) -> dict[str, tuple[str, str]]:
    names = {
        row.id: row.state["groups"].get("name", {}).get("value", {}).get("name", "")
        for row in queries.of_kind(connection, "resident")
    }
    return {
        row.id: (
            names.get(row.state["groups"].get("head", {}).get("value", {}).get("resident", ""), ""),
            directory.short_village(places.get(row.division or "", "")),
        )
        for row in queries.of_kind(connection, "household")
    }


def _referrals(connection: Connection, day: date) -> Iterator[Found]:
    names = {row.id: row.state["issued"]["name"] for row in queries.of_kind(connection, "organisation")}
    for row in queries.of_kind(connection, "referral"):
        fields, household = row.state["fields"], row.household or ""
        body = names.get(fields["recipient"], "")
        reason = row.state["history"][-1].get("reason", "")
        if row.status == ReferralState.DELIVERED:
            yield TodayKind.CONFIRM, household, row.id, f"{body}已送达,请回访确认", day
        elif row.status in (ReferralState.DECLINED, ReferralState.REFUSED):
            yield TodayKind.ANSWER, household, row.id, f"{body}退回转介:{reason}", day
        elif row.status in (*AT_RECIPIENT, ReferralState.SUBMITTED):
            due = date.fromisoformat(fields["reply_by"])
            if due < day and row.status != ReferralState.ACCEPTED:
                yield TodayKind.OVERDUE, household, row.id, f"{body}逾期未答复", due


_SHEET_STEPS = {
    SheetState.DRAFTED: (TodayKind.SHEET_PRINT, "同意书还没打印"),
    SheetState.PRINTED: (TodayKind.SHEET_SIGN, "同意书已打印,还没签"),
    SheetState.SIGNED: (TodayKind.SHEET_SCAN, "同意书已签,还差一张影像"),
    SheetState.SCANNED: (TodayKind.SHEET_CHECK, "同意书等第二人核对"),
}


def _sheets(connection: Connection) -> Iterator[Found]:
    for row in queries.of_kind(connection, "sheet", statuses=list(_SHEET_STEPS)):
        kind, words = _SHEET_STEPS[SheetState(row.status or "")]
        yield kind, row.household or "", row.id, words, None


def _conflicts(connection: Connection) -> Iterator[Found]:
    for row in queries.needing_a_person(connection):
        yield TodayKind.CONFLICT, row.household or "", row.id, "两地信息不一致,请选择", None


def _visits_due(connection: Connection, day: date) -> Iterator[Found]:
    latest: dict[str, date] = {}
    reviews: dict[str, tuple[str, date]] = {}
    for row in queries.of_kind(connection, "visit"):
        fact, household = row.state["fact"], row.household or ""
        when = date.fromisoformat(fact["day"])
        if fact["result"] == "met" and when >= latest.get(household, date.min):
            latest[household] = when
            review = fact.get("assessment", {}).get("review_date")
            if review:
                reviews[household] = (row.id, date.fromisoformat(review))
            else:
                reviews.pop(household, None)
    never = 0
    for row in queries.of_kind(connection, "household"):
        held = categories_held(row.state)
        last = latest.get(row.id)
        if row.id in reviews and reviews[row.id][1] <= day + timedelta(days=7):
            record, due = reviews[row.id]
            yield TodayKind.REVIEW, row.id, record, "到复查日期", due
        elif last is None:
            never += 1
            if never <= SHOWN_WITHOUT_VISIT:
                yield TodayKind.NEVER_VISITED, row.id, row.id, "还没有走访记录", None
        elif held:
            due = visit_due([one.category for one in held], last)
            if due <= day + timedelta(days=7):
                yield TodayKind.VISIT_DUE, row.id, row.id, "定期走访", due


def _month(connection: Connection, day: date) -> Month:
    start = day.replace(day=1).isoformat()
    visits = [row for row in queries.of_kind(connection, "visit") if row.state["fact"]["day"] >= start]
    referrals = queries.of_kind(connection, "referral")
    steps = [step for row in referrals for step in row.state["history"] if step["time"][:10] >= start]
    return Month(
        visits=len(visits),
        nobody_home=sum(row.state["fact"]["result"] == "nobody-home" for row in visits),
        referred=sum(step["to"] == ReferralState.SUBMITTED for step in steps),
        answered=sum(step["to"] in (ReferralState.ACCEPTED, ReferralState.DECLINED) for step in steps),
    )


def open_needs(application: Application, household_id: str) -> tuple[tuple[str, str, str], ...]:
    """Open needs of a household: (id, code, words)."""
    rows = application.read(
        lambda connection: queries.of_kind(connection, "need", statuses=[NeedState.OPEN], household=household_id)
    )
    return tuple((row.id, row.state["fields"]["code"], row.state["fields"].get("words", "")) for row in rows)
