"""The consent forms of a round (下村): those put together for its villages and not printed yet, in one go."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from desktop.documents.portable_pages import bundled
from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.wordings import CONSENT_FORMS
from desktop.services import consent, directory
from desktop.services.application import Application, Done
from desktop.services.consent_records import read_sheet
from desktop.services.paper import COPIES, Paper, consent_paper_for
from desktop.services.permission import Capability, require
from desktop.services.wordings import hashes_in_force
from desktop.storage import queries


@dataclass(frozen=True, slots=True)
class WaitingForm:
    """A consent sheet that was put together and is not printed: its number, whose it is, and where they live."""

    sheet: str
    number: str
    name: str
    household: str
    village: str
    """The village's code."""
    village_name: str
    is_older: bool = False
    """It was drafted in a wording that is no longer the one in force."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A form that could not be made, and why."""

    waiting: WaitingForm
    error: UserFacingError


@dataclass(frozen=True, slots=True)
class ConsentPapers:
    """One PDF with two copies of every form, the forms in it, and those that could not be made."""

    pdf: bytes
    papers: tuple[tuple[WaitingForm, Paper], ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class FormsNoted:
    """How many forms are now noted as printed, and those that could not be: their paper is to be destroyed."""

    noted: int
    refused: tuple[LeftOut, ...]


def waiting_forms(application: Application, villages: Collection[str]) -> tuple[WaitingForm, ...]:
    """The sheets of people in these villages that are drafted and not printed, by village and name."""

    def read(connection: Connection) -> tuple[WaitingForm, ...]:
        places = {place.code: directory.short_village(place.name) for place in directory.read_villages(connection)}
        found = []
        now = hashes_in_force(connection, CONSENT_FORMS, application.today())
        for row in queries.of_kind(connection, "sheet", statuses=[SheetState.DRAFTED]):
            home = queries.one(connection, row.household or "")
            if home is not None and home.division is not None and home.division in villages:
                sheet = read_sheet(connection, row.id)
                name = places.get(home.division, home.division)
                older = any(now[form] != sha256 for form, sha256 in sheet.fields.get("wordings", {}).items())
                found.append(WaitingForm(row.id, sheet.number, sheet.name, home.id, home.division, name, older))
        return tuple(sorted(found, key=lambda one: (one.village, one.name, one.number)))

    return application.read(read)


def iter_consent_papers(
    application: Application, waiting: Collection[WaitingForm]
) -> Generator[tuple[int, int], None, ConsentPapers]:
    """Make the forms, one after another; yields how many of how many are made. Nothing is noted yet.

    One that cannot be made is left out and named; the others are made all the same.

    Raises:
        UserFacingError: ``round.no-form`` where not one could be made.
    """
    require(application, Capability.PRINT)
    papers: list[tuple[WaitingForm, Paper]] = []
    left_out: list[LeftOut] = []
    for number, one in enumerate(waiting, start=1):
        try:
            papers.append((one, consent_paper_for(application, one.sheet)))
        except UserFacingError as error:
            left_out.append(LeftOut(one, error))
        yield number, len(waiting)
    if not papers:
        raise left_out[0].error if left_out else UserFacingError("round.no-form")
    return ConsentPapers(bundled([paper.to_print for _, paper in papers], COPIES), tuple(papers), tuple(left_out))


def record_forms_print(application: Application, made: ConsentPapers, came: Came) -> Done[FormsNoted]:
    """Note of each form what came of printing them all, a sheet at a time as if it had been printed alone.

    Of each there are two copies in what was printed. Which pages those of a part were says nothing of one form.

    A sheet that is gone or ended meanwhile (erased or voided at another laptop) is named; the others are noted.
    """
    require(application, Capability.TAKE_CONSENT)
    changed: frozenset[str] = frozenset()
    refused = []
    for waiting, paper in made.papers:
        try:
            changed |= consent.record_printed(
                application,
                waiting.sheet,
                print_id=paper.print_id,
                form=paper.form,
                version=paper.version,
                digest=paper.digest,
                parts=paper.parts,
                wording=paper.wording,
                came=replace(came, copies=COPIES * came.copies, first=0, last=0),
            ).changed
        except UserFacingError as error:
            refused.append(LeftOut(waiting, error))
    return Done(FormsNoted(len(made.papers) - len(refused), tuple(refused)), changed)
