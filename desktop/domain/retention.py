"""The retention schedule (保存期限): how long each kind of record is kept, from when, and why.

The periods are those of 民政部办公厅、国家档案局办公室 on aid files (审批类 at least three years after aid ended,
日常管理类 with the survey material at least five) and, for consent and referral files, for which no rule was found,
five years after closing as this project's own default. The county may issue other numbers, within bounds.

``review`` is a pure function: what is due, what a duty to keep forbids to erase (PIPL art. 47 para. 2: where the
period a law sets has not run, processing other than storage and protection stops), and what is still in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.domain.referrals import ReferralState
from desktop.domain.rights import RIGHTS_REQUEST, RightsState


class Verdict(StrEnum):
    """What the schedule says of one record."""

    IN_USE = "in-use"
    """Open, in force, or about somebody who is still cared for: its time has not begun to run."""
    KEPT = "kept"
    """Its time runs and nothing forbids erasing it earlier, when the person asks."""
    LOCKED = "locked"
    """Its time runs, and a duty to keep forbids erasing it before."""
    DUE = "due"
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a kind is kept after its last entry or, where it has an end, after its end.

    ``bounds`` are the years the county may choose from; ``duty`` says whether a person's wish must wait for it.
    """

    years: int
    bounds: tuple[int, int]
    duty: bool
    template: str
    """The reason; ``{years}`` in it are those of this rule, others are the law's."""

    @property
    def words(self) -> str:
        """The reason as it is told and printed."""
        return self.template.format(years=self.years)


_AID: Final = "审批类档案：停止救助后不少于三年（民政部办公厅、国家档案局办公室）"
_DAILY: Final = "日常管理类档案，含入户调查材料：不少于五年（民政部办公厅、国家档案局办公室）"
_EVIDENCE: Final = "同意和转介材料：办结后{years}年（本系统默认五年，县里可定）；同意证据留存（GB/T 42574-2023）"
_REQUEST: Final = (
    "权利请求和答复：答复后{years}年，用来证明已经依法答复（个人信息保护法第五十条、民法典第一百八十八条）"
)
_CARED_FOR: Final = "这一户正在享受救助，办理救助必须用到（个人信息保护法第十三条第一款第三项）；救助停止后可以删"
_MINORS: Final = (
    "未成年人信息查阅批准：合规审计的依据，记录留{years}年（未成年人网络保护条例第三十七条、个人信息保护法第五十六条）"
)
_PERSON: Final = "最后一份材料到期、不再救助后清理（个人信息保护法第十九条、第四十七条）"

SCHEDULE: Final[Mapping[str, Rule]] = {
    "aid": Rule(3, (3, 10), True, _AID),
    "visit": Rule(5, (5, 10), True, _DAILY),
    "need": Rule(5, (3, 10), False, _DAILY),
    "wish": Rule(5, (3, 10), False, _DAILY),
    "help": Rule(5, (3, 10), False, _EVIDENCE),
    "referral": Rule(5, (3, 10), False, _EVIDENCE),
    "sheet": Rule(5, (3, 10), False, _EVIDENCE),
    "grant": Rule(5, (3, 10), False, _EVIDENCE),
    "publicity": Rule(5, (3, 10), False, _EVIDENCE),
    "scan": Rule(5, (3, 10), False, _EVIDENCE),
    "signature": Rule(5, (3, 10), False, _EVIDENCE),
    "check": Rule(5, (3, 10), False, _EVIDENCE),
    "withdrawal": Rule(5, (3, 10), False, _EVIDENCE),
    "print": Rule(5, (3, 10), False, _EVIDENCE),
    RIGHTS_REQUEST: Rule(3, (3, 10), True, _REQUEST),
    "approval": Rule(3, (3, 10), True, _MINORS),
    "import": Rule(1, (1, 5), False, "台账导入记录：核对用，{years}年"),
    "resident": Rule(5, (5, 10), False, _PERSON),
    "household": Rule(5, (5, 10), False, _PERSON),
}
EVIDENCE: Final = frozenset({"sheet", "grant", "scan", "signature", "check", "withdrawal", "print", "referral", "help"})
"""What proves that a release was lawful: locked once something was released."""
RELEASED: Final = frozenset(
    {
        ReferralState.RELEASED,
        ReferralState.RECEIVED,
        ReferralState.ACCEPTED,
        ReferralState.WAITLISTED,
        ReferralState.DECLINED,
        ReferralState.IN_PROGRESS,
        ReferralState.DELIVERED,
        ReferralState.CONFIRMED,
        ReferralState.CLOSED,
    }
)
"""States of a referral after which a recipient may have had the person's data."""
_OPEN: Final[Mapping[str, frozenset[str]]] = {
    "need": frozenset({"open"}),
    "wish": frozenset({"open"}),
    RIGHTS_REQUEST: frozenset({RightsState.RECEIVED.value}),
    "grant": frozenset({"agreed", "in-force"}),
    "sheet": frozenset({"drafted", "printed", "signed", "scanned"}),
    "publicity": frozenset({"drafted", "printed", "signed", "in-force"}),
    "approval": frozenset({"asked", "emergency"}),
    "referral": frozenset(
        {"drafted", "submitted", "released", "received", "accepted", "waitlisted", "in-progress", "delivered"}
    ),
}
_OPEN_REQUEST: Final = "这件权利请求还没有答复，答复以前不能删（个人信息保护法第五十条）"
_PEOPLE: Final = frozenset({"resident", "household"})
_MAJORITY: Final = 18
_AFTER_MAJORITY: Final = 3
"""Years: a minor's consent evidence stays until the limitation period after majority (民法典 188) has run."""


def was_released(status: str | None, fields: Mapping[str, Any]) -> bool:
    """Whether a referral was ever released, so that a recipient may have had the person's data.

    One that was recalled after its release (a withdrawal does that) still carries the release: what proves that the
    release was lawful must not go because consent was taken back.
    """
    return status in RELEASED or bool(fields.get("release"))


@dataclass(frozen=True, slots=True)
class Held:
    """One record as the schedule needs to know it. ``last`` is the day of its newest entry, or of its end.

    ``open``: aid that still runs, a category still held, of a resident that the household they live in holds one;
    ``sheet`` groups a sheet with its grants, scans and prints;
    ``released``: a recipient had this person's data; ``born`` of the person it is about. ``end`` is the last day of
    what holds until a day (publicity, a wish): after it nothing is open any more, whatever its state.
    """

    id: str
    kind: str
    last: date
    status: str = ""
    household: str = ""
    resident: str = ""
    sheet: str = ""
    open: bool = False
    released: bool = False
    born: date | None = None
    end: date | None = None
    like: str = ""
    """The kind by whose rule it is kept, where not its own: the signed page of a visit stays as long as visits do."""

    @property
    def ruled_by(self) -> str:
        """The kind whose rule counts."""
        return self.like or self.kind


@dataclass(frozen=True, slots=True)
class Retained:
    """The verdict on one record, the day from which it may go, and why."""

    held: Held
    verdict: Verdict
    until: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A duty to keep: its ground in words, and the day from which the record may go (None: while it is in use)."""

    words: str
    until: date | None


def lock_of(found: Retained, *, by_right: bool = True) -> Lock | None:
    """What forbids erasing a record now; None where nothing does.

    Evidence of what was released, and a request that nobody has answered, stay whoever asks. ``by_right``: the person
    asks, and the periods that a law or an archive rule sets run on, and what the aid that is being given needs stays
    (PIPL art. 47 para. 2, art. 13 para. 1 (3)); what should never have been recorded goes without regard to them.
    """
    one = found.held
    if found.verdict is Verdict.DUE:
        return None
    if one.kind == RIGHTS_REQUEST and one.status in _OPEN[RIGHTS_REQUEST]:
        return Lock(_OPEN_REQUEST, None)
    if one.kind in EVIDENCE and one.released:
        return Lock(found.words, found.until)
    if by_right and one.kind in _PEOPLE:
        return Lock(_CARED_FOR, None) if one.open else None
    if by_right and one.ruled_by in SCHEDULE and SCHEDULE[one.ruled_by].duty:
        return Lock(found.words, found.until)
    return None


def schedule_from(issued: Any) -> Mapping[str, Rule]:
    """The schedule with the county's years (``{"visit": 6, …}``) within the bounds; anything odd is left out."""
    if not isinstance(issued, Mapping):
        return SCHEDULE
    made = dict(SCHEDULE)
    for kind, rule in SCHEDULE.items():
        years = issued.get(kind)
        if isinstance(years, int) and not isinstance(years, bool):
            low, high = rule.bounds
            made[kind] = replace(rule, years=max(low, min(high, years)))
    return made


def review(records: Iterable[Held], today: date, schedule: Mapping[str, Rule] = SCHEDULE) -> tuple[Retained, ...]:
    """What the schedule says of each record; kinds it does not know are left alone."""
    known = [one for one in records if one.kind in schedule]
    open_sheets = {one.sheet for one in known if one.kind in ("grant", "sheet") and one.sheet and _is_open(one, today)}
    judged = {one.id: _judge(one, today, schedule, open_sheets) for one in known if one.kind not in _PEOPLE}
    staying: dict[str, set[str]] = {"resident": set(), "household": set()}
    for one in judged.values():
        if one.verdict is not Verdict.DUE:
            staying["resident"].add(one.held.resident)
            staying["household"].add(one.held.household)
    # Visits and categories are the household's: while it is cared for, so are its people; and it stays while they do.
    staying["household"] |= {one.id for one in known if one.kind == "household" and one.open}
    for kind in ("resident", "household"):
        for held in (one for one in known if one.kind == kind):
            at_home = {held.id} if kind == "resident" and held.household in staying["household"] else set()
            verdict = _judge_person(held, today, schedule, staying[kind] | at_home)
            judged[held.id] = verdict
            if kind == "resident" and verdict.verdict is not Verdict.DUE:
                staying["household"].add(held.household)
    return tuple(judged[one.id] for one in known)


def _is_open(one: Held, today: date) -> bool:
    return one.open or (one.status in _OPEN.get(one.kind, frozenset()) and not _is_over(one, today))


def _is_over(one: Held, today: date) -> bool:
    return one.end is not None and one.end < today


def _judge(one: Held, today: date, schedule: Mapping[str, Rule], open_sheets: set[str]) -> Retained:
    rule = schedule[one.ruled_by]
    if _is_open(one, today) or (one.sheet and one.sheet in open_sheets):
        return Retained(one, Verdict.IN_USE, None, rule.words)
    last = max(one.last, one.end) if one.end is not None and _is_over(one, today) else one.last
    until = _years_after(last, rule.years)
    words = rule.words
    if one.kind in EVIDENCE and one.released and one.born is not None:
        grown = _years_after(one.born, _MAJORITY + _AFTER_MAJORITY)
        if grown > until:
            until, words = grown, words + "；未成年人的同意证据保存到成年后三年（民法典第一百八十八条）"
    if today >= until:
        return Retained(one, Verdict.DUE, until, words)
    locked = rule.duty or (one.kind in EVIDENCE and one.released)
    return Retained(one, Verdict.LOCKED if locked else Verdict.KEPT, until, words)


def _judge_person(one: Held, today: date, schedule: Mapping[str, Rule], staying: set[str]) -> Retained:
    rule = schedule[one.kind]
    if one.open or one.id in staying:
        return Retained(one, Verdict.IN_USE, None, rule.words)
    until = _years_after(one.last, rule.years)
    return Retained(one, Verdict.DUE if today >= until else Verdict.KEPT, until, rule.words)


def _years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
