"""Recording home visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.households import NearRelative
from desktop.domain.needs import NeedState
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.visits import Hint, Income, Spending, Visit, hints, visit_problems
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.households import describe, new_id
from desktop.services.minors_gate import closed_minors, is_own_of_today
from desktop.services.permission import Capability, require
from desktop.storage import drafts, queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class SavedVisit:
    """What saving a visit made: the visit and the needs it opened."""

    visit: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit as recorded, with who and when. ``amended`` if a later visit corrects it.

    ``closed`` are the minors of whom it says something that this worker may not see: their findings are left out, and
    the words of what the household needs, which may be about any of them.
    """

    id: str
    visit: Visit
    worker: str
    time: str
    amended: bool
    closed: tuple[str, ...] = ()


def record_visit(
    application: Application,
    visit: Visit,
    *,
    near_relative: NearRelative | None = None,
    draft_id: str | None = None,
) -> Done[SavedVisit]:
    """Save a visit with its findings and open the needs it found; the draft it came from goes with it.

    ``near_relative`` is what the household said of relatives among the workers (优亲厚友, ``reference.md`` §2.3);
    None leaves what is recorded of it as it is.

    Raises:
        UserFacingError: ``visit.incomplete`` with ``problems`` (codes of ``visit_problems``);
            ``record.unknown`` for a household that is not there. Nothing is saved then, the draft stays.
    """
    require(application, Capability.VISIT)
    problems = visit_problems(visit, application.today())
    if problems:
        raise UserFacingError("visit.incomplete", problems=problems)

    def write(action: Action) -> SavedVisit:
        if action.state(visit.household) is None:
            raise UserFacingError("record.unknown")
        visit_id = new_id()
        action.add("visit.recorded", visit_id, to_plain(_with_closed_findings(application, action, visit)))
        opened = _open_needs(action, visit, visit_id)
        if near_relative is not None:
            describe(action, "household", visit.household, {"near_relative": near_relative})
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return SavedVisit(visit_id, opened)

    return application.act(write)


def _with_closed_findings(application: Application, action: Action, visit: Visit) -> Visit:
    """A correction keeps what was not shown to whoever corrects: findings of a minor, and the words of needs."""
    old = action.state(visit.amends) if visit.amends else None
    if old is None or "fact" not in old:
        return visit
    said = {one.resident for one in visit.members}
    fact = VisitFact(visit.amends, from_stored(Visit, old["fact"]), old["worker"], old["time"], amended=False)
    closed = closed_minors(application, action.connection, visit.household)
    unseen = _closed_in(application, fact, closed)
    kept = tuple(one for one in fact.visit.members if one.resident in unseen and one.resident not in said)
    if not closed or _is_read_back(application, fact):
        return replace(visit, members=(*visit.members, *kept))
    words = {one.code: one.words for one in fact.visit.needs}
    needs = tuple(replace(one, words=one.words or words.get(one.code, "")) for one in visit.needs)
    return replace(
        visit,
        members=(*visit.members, *kept),
        needs=needs,
        event=visit.event or fact.visit.event,
        own_words=visit.own_words or fact.visit.own_words,
        note=visit.note or fact.visit.note,
    )


def _is_read_back(application: Application, fact: VisitFact) -> bool:
    """Whether this worker wrote all of it down today. A correction holds what its writer was not shown as well."""
    return not fact.visit.amends and is_own_of_today(application, fact.worker, fact.time)


def _closed_in(application: Application, fact: VisitFact, closed: frozenset[str]) -> tuple[str, ...]:
    """Whose findings in a visit are not shown: those of closed minors, but to whom wrote it down today."""
    if _is_read_back(application, fact):
        return ()
    return tuple(one.resident for one in fact.visit.members if one.resident in closed)


def _as_seen(application: Application, fact: VisitFact, closed: frozenset[str]) -> VisitFact:
    hidden = _closed_in(application, fact, closed)
    visit = replace(fact.visit, members=tuple(one for one in fact.visit.members if one.resident not in hidden))
    wordless = _without_words(visit)
    is_shut = bool(closed) and wordless != visit and not _is_read_back(application, fact)
    if not hidden and not is_shut:
        return fact
    # What was said of the household may speak of any child there.
    unseen = tuple(sorted(closed)) if is_shut else hidden
    return replace(fact, visit=wordless if is_shut else visit, closed=unseen)


def _without_words(visit: Visit) -> Visit:
    """A visit without what was written of the whole household in free words."""
    needs = tuple(replace(one, words="") for one in visit.needs)
    return replace(visit, needs=needs, event="", own_words="", note="")


def _open_needs(action: Action, visit: Visit, visit_id: str) -> tuple[str, ...]:
    """A need already open for the household is not opened twice."""
    rows = queries.of_kind(action.connection, "need", statuses=[NeedState.OPEN], household=visit.household)
    known = {row.state["fields"]["code"] for row in rows}
    opened = []
    for need in visit.needs:
        if need.code.value in known:
            continue
        need_id = new_id()
        fields = {"household": visit.household, "visit": visit_id, **to_plain(need)}
        action.add("need.moved", need_id, {"from": None, "to": NeedState.OPEN.value, "fields": fields})
        opened.append(need_id)
    return tuple(opened)


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """What lists need of a visit that stands, that is one which no later visit corrects."""

    id: str
    household: str
    day: date
    result: str
    review: date | None
    own_words: str


def visit_summaries(connection: Connection, households: Sequence[str] | None = None) -> list[VisitSummary]:
    """The visits that stand, of all households or of these, as they came; one whose day cannot be read is left out."""
    paths = ("day", "result", "assessment.review_date", "own_words", "amends")
    rows = queries.fact_values(connection, "visit", paths, households)
    amended = {values[4] for _, _, values in rows}
    found = []
    for visit_id, household, (day, result, review, words, _) in rows:
        when = _read_day(day)
        if when is not None and visit_id not in amended:
            found.append(VisitSummary(visit_id, household, when, str(result), _read_day(review), str(words or "")))
    return found


def _read_day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def visits_of(application: Application, household_id: str) -> tuple[VisitFact, ...]:
    """A household's visits, newest first, without what they found of a minor whose data is closed to this worker, nor
    the words in which such a child may be spoken of."""
    closed = application.read(lambda connection: closed_minors(application, connection, household_id))
    seen = [_as_seen(application, fact, closed) for fact in visits_as_recorded(application, household_id)]
    return tuple(seen)


def words_as_recorded(application: Application, fact: VisitFact) -> Visit:
    """What is seen of a visit, with the household's words as recorded: for what a person is told of themself, and what
    is handed on by their own consent, which no child's gate takes from them."""
    whole = next(one.visit for one in visits_as_recorded(application, fact.visit.household) if one.id == fact.id)
    return replace(fact.visit, event=whole.event, own_words=whole.own_words, note=whole.note)


def visits_as_recorded(application: Application, household_id: str) -> tuple[VisitFact, ...]:
    """A household's visits, newest first, with all that is recorded, which nobody is shown."""
    rows = application.read(lambda connection: queries.of_kind(connection, "visit", household=household_id))
    amended = {row.state["fact"].get("amends") for row in rows}
    facts = [
        VisitFact(
            row.id, from_stored(Visit, row.state["fact"]), row.state["worker"], row.state["time"], row.id in amended
        )
        for row in rows
    ]
    return tuple(sorted(facts, key=lambda fact: (fact.visit.day, fact.time), reverse=True))


def visit_fact(application: Application, visit_id: str) -> VisitFact:
    """One recorded visit; raises UserFacingError("record.unknown")."""
    row = application.read(lambda connection: queries.one(connection, visit_id))
    if row is None or row.kind != "visit":
        raise UserFacingError("record.unknown")
    household = row.state["fact"]["household"]
    return next(fact for fact in visits_of(application, household) if fact.id == row.id)


def is_visit(application: Application, record_id: str) -> bool:
    """Whether this record is a visit (a line of the timeline), not a household."""
    row = application.read(lambda connection: queries.one(connection, record_id))
    return row is not None and row.kind == "visit"


def earlier_today(application: Application) -> Visit | None:
    """This worker's latest visit of today, in whichever household: who came along then comes along now."""
    today, worker = application.today().isoformat(), application.worker.id
    rows = application.read(lambda connection: queries.of_kind(connection, "visit", limit=20))
    own = (row.state["fact"] for row in rows if row.state["worker"] == worker)
    return next((from_stored(Visit, fact) for fact in own if fact["day"] == today), None)


def recent_households(application: Application, limit: int = 12) -> tuple[str, ...]:
    """Ids of the households lately visited or recorded on this laptop, the latest first."""

    def read(connection: Connection) -> tuple[str, ...]:
        visited = queries.of_kind(connection, "visit", limit=limit * 2)
        recorded = queries.of_kind(connection, "household", limit=limit)
        newest = sorted([*visited, *recorded], key=lambda row: row.moment, reverse=True)
        found = dict.fromkeys(row.household or "" if row.kind == "visit" else row.id for row in newest)
        return tuple(one for one in found if one)[:limit]

    return application.read(read)


def last_visit(application: Application, household_id: str) -> VisitFact | None:
    """The latest visit that met somebody; its facts prefill the next one, marked as such."""
    return next(
        (fact for fact in visits_of(application, household_id) if not fact.amended and fact.visit.result == "met"),
        None,
    )


def visit_hints(
    application: Application,
    income: Income,
    spending: Spending,
    people: int,
    categories: frozenset[Category],
    on: date,
) -> tuple[Hint, ...]:
    """What the figures suggest by the county's standard of that day; a person decides."""
    return hints(income, spending, people, categories, directory.standard(application, on))
