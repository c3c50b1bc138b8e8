"""Recording home visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.needs import NeedState
from desktop.domain.plain import from_stored, to_plain
from desktop.domain.visits import Hint, Income, Spending, Visit, hints, visit_problems
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.storage import drafts, queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class SavedVisit:
    """What saving a visit made: the visit and the needs it opened."""

    visit: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit as recorded, with who and when. ``amended`` if a later visit corrects it."""

    id: str
    visit: Visit
    worker: str
    time: str
    amended: bool


def record_visit(application: Application, visit: Visit, *, draft_id: str | None = None) -> Done[SavedVisit]:
    """Save a visit with its findings and open the needs it found; the draft it came from goes with it.

    Raises:
        UserFacingError: ``visit.incomplete`` with ``problems`` (codes of ``visit_problems``);
            ``record.unknown`` for a household that is not there. Nothing is saved then, the draft stays.
    """
    problems = visit_problems(visit, application.today())
    if problems:
        raise UserFacingError("visit.incomplete", problems=problems)

    def write(action: Action) -> SavedVisit:
        if action.state(visit.household) is None:
            raise UserFacingError("record.unknown")
        visit_id = new_id()
        action.add("visit.recorded", visit_id, to_plain(visit))
        opened = _open_needs(action, visit, visit_id)
        if draft_id is not None:
            drafts.drop(action.connection, draft_id)
        return SavedVisit(visit_id, opened)

    return application.act(write)


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


def visits_of(application: Application, household_id: str) -> tuple[VisitFact, ...]:
    """A household's visits, newest first."""
    rows = application.read(lambda connection: queries.of_kind(connection, "visit", household=household_id))
    amended = {row.state["fact"].get("amends") for row in rows}
    facts = [
        VisitFact(
            row.id, from_stored(Visit, row.state["fact"]), row.state["worker"], row.state["time"], row.id in amended
        )
        for row in rows
    ]
    return tuple(sorted(facts, key=lambda fact: (fact.visit.day, fact.time), reverse=True))


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
