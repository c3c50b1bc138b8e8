"""A round of villages (下村): which households to go to and why, and the sheet to take along."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.documents.round_sheet import RoundSheetContent, RoundStop, RoundVillage, round_sheet
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.visits import VisitResult
from desktop.services import directory, people, today
from desktop.services.application import Application, Done
from desktop.services.finished_paper import Paper, finished
from desktop.services.paper import note_paper
from desktop.services.permission import Capability, require
from desktop.services.record_paper import drawn_number
from desktop.services.today import TodayKind
from desktop.services.visits import visit_summaries
from desktop.services.wordings import wording_for
from desktop.storage import queries
from desktop.storage.journal import Action

_FIRST = "首次走访"
_REASONS: Mapping[TodayKind, str] = {
    TodayKind.VISIT_DUE: "定期走访",
    TodayKind.REVIEW: "复查",
    TodayKind.CONFIRM: "回访",
    TodayKind.SHEET_PRINT: "办手续",
    TodayKind.SHEET_SIGN: "办手续",
}
"""What takes somebody to a home, in words that say nothing of it to a finder."""

_IN_ONE_ACTION = 50
"""Households noted in one action, which may have 64 KiB."""


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """A village and how many of its households there is a reason to go to."""

    code: str
    name: str
    township: str
    stops: int


@dataclass(frozen=True, slots=True)
class RoundPaper:
    """The sheet and the households on it: whoever finds it knows of these."""

    paper: Paper
    households: tuple[str, ...]


def round_choices(application: Application) -> tuple[RoundChoice, ...]:
    """The villages where somebody is to be visited, in the order of their codes."""
    found = []
    reasons = _reasons(application)
    for village in people.households_by_village(application):
        stops = sum(household in reasons for household in village.households)
        if stops:
            found.append(RoundChoice(village.code, village.name, village.township, stops))
    return tuple(found)


def round_households(application: Application, codes: Collection[str]) -> tuple[str, ...]:
    """The households that a round to these villages goes to, as they stand on its sheet."""
    reasons = _reasons(application)
    return tuple(
        one
        for village in people.households_by_village(application)
        if village.code in codes
        for one in village.households
        if one in reasons
    )


def round_paper(application: Application, codes: Collection[str], *, large_type: bool = False) -> RoundPaper:
    """The sheet for the chosen villages; each printing is a new one with its own number.

    Raises:
        UserFacingError: ``round.nobody`` where there is no reason to go anywhere; ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    office = directory.office(application)
    if office is None:
        raise UserFacingError("directory.no-office")
    reasons = _reasons(application)
    villages, households = [], []
    for village in people.households_by_village(application):
        ids = [one for one in village.households if village.code in codes and one in reasons]
        if ids:
            villages.append(RoundVillage(village.name, _stops(application, ids, reasons, village.name)))
            households += ids
    if not households:
        raise UserFacingError("round.nobody")
    print_id, number = drawn_number(application, "round-sheet", "XC", None)
    content = RoundSheetContent(
        print_id=print_id,
        sheet_number=number,
        office=office.name,
        office_phone=office.phone,
        worker=application.worker.name,
        day=application.today(),
        villages=tuple(villages),
        large_type=large_type,
    )
    made = finished(application, round_sheet, content, wording_for(application, "round-sheet"))
    return RoundPaper(made, tuple(households))


def record_round_print(application: Application, made: RoundPaper, came: Came) -> tuple[Done[None], ...]:
    """Note for every household on the sheet what came of printing it: a lost one can be told to whom it concerns."""
    require(application, Capability.PRINT)
    paper = made.paper

    def note(households: tuple[str, ...]) -> Done[None]:
        def write(action: Action) -> None:
            for household in households:
                note_paper(action, paper, of=household, household=household, came=came)

        return application.act(write)

    return tuple(
        note(made.households[start : start + _IN_ONE_ACTION])
        for start in range(0, len(made.households), _IN_ONE_ACTION)
    )


def _reasons(application: Application) -> dict[str, str]:
    """Why to go, by household."""
    found: dict[str, list[str]] = {}
    for item in today.today(application).items:
        if item.kind in _REASONS:
            found.setdefault(item.household, []).append(_REASONS[item.kind])
    for household in application.read(_never_met):
        found.setdefault(household, []).append(_FIRST)
    return {household: "、".join(dict.fromkeys(reasons)) for household, reasons in found.items()}


def _never_met(connection: Connection) -> list[str]:
    """Households where no visit met anybody; Today lists only the first of them."""
    met = {visit.household for visit in visit_summaries(connection) if visit.result == VisitResult.MET}
    return [household for household in queries.ids_of_kind(connection, "household") if household not in met]


def _stops(application: Application, ids: list[str], reasons: Mapping[str, str], village: str) -> tuple[RoundStop, ...]:
    rows = application.read(lambda connection: queries.many(connection, ids))
    stops = []
    for line in people.household_lines(application, tuple(ids)):
        number = rows[line.household].group("number").get("number", "")
        address = directory.within_place(village, line.address)
        stops.append(RoundStop(number, line.head_name, address, reasons[line.household]))
    return tuple(sorted(stops, key=lambda stop: (stop.address, stop.number)))
