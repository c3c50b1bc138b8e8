"""One household, one timeline (一户一链): visits, aid, consents, referrals, help, needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.consent import SHEET_STATE_NAMES, WITHDRAWAL_MODE_NAMES, SheetState, WithdrawalMode
from desktop.domain.content import is_time
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES, NeedCode, Urgency
from desktop.domain.publicity import PUBLICITY_STATE_NAMES, PublicityState
from desktop.domain.referrals import REFERRAL_STATE_NAMES, ReferralState
from desktop.domain.typed import format_money
from desktop.domain.visits import (
    CONCLUSION_NAMES,
    VISIT_KIND_NAMES,
    VISIT_RESULT_NAMES,
    Conclusion,
    VisitKind,
    VisitResult,
)
from desktop.domain.wishes import WISH_STATE_NAMES, WishState
from desktop.services import directory
from desktop.services.application import Application, local_day
from desktop.services.minors_gate import closed_minors, hides_words, is_own_of_today
from desktop.storage import queries, unreadable
from desktop.storage.unreadable import Unreadable


class EventKind(StrEnum):
    """What a line of the timeline tells of; the page's filter."""

    VISIT = "visit"
    AID = "aid"
    HELP = "help"
    CONSENT = "consent"
    REFERRAL = "referral"
    NEED = "need"
    UNREADABLE = "unreadable"


EVENT_KIND_NAMES = {
    EventKind.VISIT: "走访",
    EventKind.AID: "救助",
    EventKind.HELP: "慈善",
    EventKind.CONSENT: "同意",
    EventKind.REFERRAL: "转介",
    EventKind.NEED: "需求",
    EventKind.UNREADABLE: "读不出",
}


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One line: when (ISO day), what kind, a title and a second line, and the record it opens."""

    day: str
    moment: str
    kind: EventKind
    title: str
    detail: str
    record: str
    worker: str


def timeline(application: Application, household_id: str) -> tuple[TimelineEvent, ...]:
    """Everything that happened for a household, newest first; its opening is noted with the page's."""
    rows = application.read(lambda connection: queries.of_household(connection, household_id))
    strange = application.read(lambda connection: unreadable.of_household(connection, household_id))
    bodies = {one.id: one.name for one in directory.organisations(application)}
    names = directory.worker_names(application)
    people = {row.id: row.group("name").get("name", "") for row in rows if row.kind == "resident"}
    closed = application.read(lambda connection: closed_minors(application, connection, household_id))
    amended = {row.state["fact"].get("amends") for row in rows if row.kind == "visit"}
    events: list[TimelineEvent] = [_unreadable(one, application) for one in strange]
    for row in rows:
        reader = _READERS.get(row.kind)
        if reader is not None and row.id not in amended:
            events.extend(reader(row, _Names(bodies, people, names, application, closed)))
    return tuple(sorted(events, key=lambda event: (event.day, event.moment), reverse=True))


@dataclass(frozen=True, slots=True)
class _Names:
    organisations: dict[str, str]
    people: dict[str, str]
    workers: dict[str, str]
    application: Application
    closed: frozenset[str]
    """The minors whose data this worker may not see."""

    def worker(self, worker: str, otherwise: str = "县里") -> str:
        """Officers of the county and contacts of charities are on no township's roster."""
        return self.workers.get(worker, otherwise)


def _unreadable(one: Unreadable, application: Application) -> TimelineEvent:
    """What a newer or a faulty program wrote: its bytes are kept, and nobody takes it for nothing."""
    day = (local_day(one.time) if is_time(one.time) else application.today()).isoformat()
    title = "有一条记录，这个版本读不出"
    detail = f"{_UNREADABLE_KINDS.get(one.kind, '内容')}已原样存在本机，没有丢；请更新本机的程序，更新后自动显示"
    return TimelineEvent(day, one.time, EventKind.UNREADABLE, title, detail, f"unreadable:{one.entry}", "")


_UNREADABLE_KINDS = {
    "household": "家庭资料",
    "resident": "成员资料",
    "visit": "走访",
    "aid": "政府救助",
    "help": "慈善帮扶",
    "need": "需求",
    "wish": "微心愿",
    "publicity": "宣传同意",
    "sheet": "同意书",
    "grant": "同意事项",
    "referral": "转介",
    "rights-request": "权利请求",
    "print": "打印记录",
    "scan": "扫描件",
    "signature": "屏幕签名",
    "check": "核对记录",
    "withdrawal": "撤回",
    "approval": "未成年人信息查阅批准",
}


def _visit(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fact = row.state["fact"]
    kind = VISIT_KIND_NAMES[VisitKind(fact["kind"])]
    result = VISIT_RESULT_NAMES[VisitResult(fact["result"])]
    conclusion = fact.get("assessment", {}).get("conclusion")
    own = is_own_of_today(names.application, row.state["worker"], row.state["time"])
    # A correction also says what its writer was not shown.
    is_shut = bool(names.closed) and (not own or bool(fact.get("amends")))
    said = "" if is_shut else fact.get("own_words") or fact.get("note") or ""
    title = f"{kind}：{CONCLUSION_NAMES[Conclusion(conclusion)]}" if conclusion else f"{kind}：{result}"
    workers = "、".join(one for one in (names.worker(row.state["worker"]), fact.get("second_worker", "")) if one)
    detail = " · ".join(one for one in (workers, said) if one)
    yield TimelineEvent(fact["day"], row.moment, EventKind.VISIT, title, detail, row.id, workers)


def _sheet(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fields = row.state["fields"]
    person = names.people.get(row.resident or "", "")
    asked = "、".join(
        f"{names.organisations.get(ask['recipient'], '')}({' '.join(ask['classes'])})" for ask in fields["asks"]
    )
    step = row.state["history"][-1]
    refused = step.get("reason") == "refused"
    state = "本人不同意" if refused else SHEET_STATE_NAMES[SheetState(row.status or "")]
    yield TimelineEvent(
        local_day(step["time"]).isoformat(),
        step["time"],
        EventKind.CONSENT,
        f"{person} 同意书：{state}",
        f"{asked} · {fields['number']}",
        row.id,
        names.worker(step["worker"]),
    )


def _withdrawal(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fact = row.state["fact"]
    person = names.people.get(row.resident or "", "")
    parts = (*fact.get("taken_back", ()), *fact.get("stops", ()))
    bodies = [names.organisations.get(one["recipient"], "") for one in parts if one.get("recipient")]
    mode = WITHDRAWAL_MODE_NAMES[WithdrawalMode(fact["mode"])]
    yield TimelineEvent(
        local_day(row.state["time"]).isoformat(),
        row.state["time"],
        EventKind.CONSENT,
        f"{person} 撤回同意（{mode}）",
        " · ".join(one for one in ("、".join(dict.fromkeys(one for one in bodies if one)), fact["number"]) if one),
        row.id,
        names.worker(row.state["worker"]),
    )


_OF_THE_CHARITY = (
    ReferralState.RECEIVED,
    ReferralState.ACCEPTED,
    ReferralState.WAITLISTED,
    ReferralState.DECLINED,
    ReferralState.IN_PROGRESS,
    ReferralState.DELIVERED,
)


def _referral(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fields = row.state["fields"]
    body = names.organisations.get(fields["recipient"], "")
    for step in row.state["history"]:
        if step["to"] == ReferralState.DRAFTED and len(row.state["history"]) > 1:
            continue
        state = REFERRAL_STATE_NAMES[ReferralState(step["to"])]
        detail = " · ".join(one for one in (fields["number"], step.get("reason", "")) if one)
        title = f"转介{body}：{state}"
        day = local_day(step["time"]).isoformat()
        yield TimelineEvent(
            day,
            step["time"],
            EventKind.REFERRAL,
            title,
            detail,
            row.id,
            names.worker(step["worker"], body if step["to"] in _OF_THE_CHARITY else "县里"),
        )


def _help(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fact = row.state["fact"]
    worth = f"(折价 {format_money(fact['amount'])})" if fact.get("amount") else ""
    body = names.organisations.get(fact.get("organisation", ""), "慈善组织")
    day = fact.get("date") or local_day(row.state["time"]).isoformat()
    yield TimelineEvent(
        day, row.moment, EventKind.HELP, f"{body}送达：{fact.get('what', '')}{worth}", "请回访确认", row.id, ""
    )


def _need(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fields = row.state["fields"]
    first = row.state["history"][0]
    is_shut = hides_words(names.application, names.closed, first["worker"], first["time"])
    words = "" if is_shut else fields.get("words", "")
    title = f"需求：{NEED_NAMES[NeedCode(fields['code'])]}"
    detail = " · ".join(one for one in (URGENCY_NAMES[Urgency(fields["urgency"])], words) if one)
    yield TimelineEvent(
        local_day(first["time"]).isoformat(),
        first["time"],
        EventKind.NEED,
        title,
        detail,
        row.id,
        names.worker(first["worker"]),
    )


def _wish(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    fields = row.state["fields"]
    words = "" if row.resident in names.closed else fields["words"]
    for step in row.state["history"]:
        yield TimelineEvent(
            local_day(step["time"]).isoformat(),
            step["time"],
            EventKind.NEED,
            f"微心愿：{WISH_STATE_NAMES[WishState(step['to'])]}",
            " · ".join(one for one in (words, fields["number"], step.get("reason", "")) if one),
            row.id,
            names.worker(step["worker"]),
        )


def _publicity(row: queries.RecordRow, names: _Names) -> Iterable[TimelineEvent]:
    name = names.people.get(row.resident or "", "")
    for step in row.state["history"]:
        title = f"{name}宣传同意：{PUBLICITY_STATE_NAMES[PublicityState(step['to'])]}"
        day = local_day(step["time"]).isoformat()
        number, worker = row.state["fields"]["number"], names.worker(step["worker"])
        yield TimelineEvent(day, step["time"], EventKind.CONSENT, title, number, row.id, worker)


_READERS: dict[str, Callable[[queries.RecordRow, _Names], Iterable[TimelineEvent]]] = {
    "visit": _visit,
    "sheet": _sheet,
    "withdrawal": _withdrawal,
    "referral": _referral,
    "help": _help,
    "need": _need,
    "wish": _wish,
    "publicity": _publicity,
}
