"""What the consent page asks its services for when a person or a sheet is opened, each in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop.documents.form_content import FormResident
from desktop.domain.consent import SheetState
from desktop.domain.kinship import Kin
from desktop.domain.plain import from_stored
from desktop.domain.sheet_signing import completed, drafted_of, is_on_screen
from desktop.domain.signing import AgeBand, band_of
from desktop.services import (
    beside_checks,
    consent,
    directory,
    drafts,
    matching,
    minors_gate,
    paper,
    people,
    scans,
    screen_signing,
    sheet_checks,
    sheet_comparison,
    signatures,
    visits,
    withdrawals,
)
from desktop.services.application import Application
from desktop.services.beside_checks import BesideStanding
from desktop.services.consent import GrantView, NewSheet, SheetSigning, SheetView
from desktop.services.directory import Organisation
from desktop.services.drafts import Draft
from desktop.services.matching import Match
from desktop.services.scan_facts import ScanLack
from desktop.services.scans import ScanView
from desktop.services.sheet_comparison import Comparison
from desktop.services.signatures import SignatureView
from desktop.services.withdrawals import WithdrawalView
from desktop.ui.pages.consent.taking import Step, Taking, from_sheet

DRAFT_KIND = "consent"
UNFINISHED = (SheetState.DRAFTED, SheetState.PRINTED, SheetState.SIGNED)


@dataclass(frozen=True, slots=True)
class Person:
    """One person with what they agreed to."""

    resident: FormResident
    id: str
    age: int | None
    sheets: tuple[SheetView, ...]
    grants: tuple[GrantView, ...]
    bodies: Mapping[str, Organisation]
    draft: Draft | None
    signing: SheetSigning
    """What the record says of who has to sign for them."""
    kin: tuple[Kin, ...] = ()
    """Relatives whom the record knows: what is said of the guardian is held against them."""
    withdrawals: tuple[WithdrawalView, ...] = ()
    colleagues: Mapping[str, str] = field(default_factory=dict)
    """The township's other workers, id → name."""
    screen_problem: str = ""
    """Why nobody may sign on this screen, as a reason code; "" where they may (``screen_signing``)."""

    @property
    def born(self) -> AgeBand | None:
        """How old by the date of birth; None where that is not known."""
        return band_of(self.age) if self.age is not None else None


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything taking consent needs."""

    person: Person
    taking: Taking
    sheet: SheetView | None
    matches: tuple[Match, ...]
    colleagues: Mapping[str, str]
    companion: str = ""
    """The id of the colleague who came along on the visit of today, and is likely here now too; "" for nobody."""

    @property
    def drafted(self) -> NewSheet | None:
        """The sheet as it was drafted, until it is printed; where something changed since, another is made."""
        if self.sheet is None or self.sheet.state is not SheetState.DRAFTED:
            return None
        return replace(self.taking.new_sheet(), signing=drafted_of(self.sheet.fields))


@dataclass(frozen=True, slots=True)
class SheetOpening:
    """One sheet as it is looked at: its person, pictures and whether this worker may check it."""

    person: Person
    sheet: SheetView
    scans: tuple[ScanView, ...]
    scan_lack: ScanLack | None
    """Why the pictures cannot be what it is checked against here; None where they can."""
    problem: str
    """Why this worker may not check it, as a reason code; "" where they may."""
    names: Mapping[str, str]
    comparison: Comparison
    """What whoever checks it compares, box by box."""
    beside: BesideStanding | None = None
    """The newest check that a colleague made at this laptop."""
    signatures: tuple[SignatureView, ...] = ()
    """Of a sheet that was signed on the screen, each opened and verified."""
    is_text_changed: bool = False
    """Whether its paper would say something else today than what was signed on the screen."""
    is_copy_printed: bool = False
    """Whether the copy for whoever signed on the screen was printed."""
    may_ask: bool = False
    """Whether this worker may ask a colleague to check it (``beside_checks.can_ask``)."""

    @property
    def is_on_screen(self) -> bool:
        """Whether it was signed on the screen (屏幕签名)."""
        return is_on_screen(self.sheet.fields)

    @property
    def is_waiting(self) -> bool:
        """Whether the second check is still to come into force."""
        return self.sheet.state in (SheetState.SIGNED, SheetState.SCANNED)

    @property
    def is_for_colleague(self) -> bool:
        """Whether somebody else can check it here: nobody has yet, and it is not the county's alone."""
        return self.is_waiting and self.may_ask


def load_person(application: Application, resident_id: str) -> Person:
    """A person, their sheets and grants; the opening of their page is noted."""
    view = people.resident_view(application, resident_id)
    found = drafts.open_drafts(application, DRAFT_KIND, view.resident)
    return Person(
        resident=paper.form_resident(application, resident_id),
        id=view.resident,
        age=view.age,
        sheets=consent.sheets(application, resident=view.resident),
        grants=consent.grants(application, view.resident),
        bodies={one.id: one for one in directory.organisations(application)},
        draft=found[0] if found else None,
        signing=view.signing,
        kin=consent.kin_of(application, view.resident),
        withdrawals=withdrawals.withdrawals(application, resident=view.resident),
        colleagues=colleagues_of(application),
        screen_problem=screen_signing.why_not(application),
    )


def colleagues_of(application: Application) -> dict[str, str]:
    """The township's other workers, id → name."""
    names = directory.worker_names(application)
    return {worker: name for worker, name in names.items() if worker != application.worker.id}


def load_opening(application: Application, person: Person, sheet_id: str = "") -> Opening:
    """Where taking consent goes on: the sheet named, else the draft, else the newest unfinished sheet, else new.

    Raises:
        UserFacingError: ``minors.closed`` for a minor whose data is closed to this worker. What this worker has begun
            is gone on with all the same: with what is typed in it, and nothing more.
    """
    is_begun = person.draft is not None or any(
        one.state in UNFINISHED and one.fields.get("worker") == application.worker.id for one in person.sheets
    )
    is_open = minors_gate.access_to(application, person.id).is_open
    if not is_begun:
        minors_gate.require_open(application, person.id, "consent")
    matches = matching.matches_for(application, person.id) if is_open else ()
    companion = _companion(application)
    typed = from_stored(Taking, person.draft.body) if person.draft is not None else None
    wanted = sheet_id or (typed.sheet if typed else "")
    unfinished = [one for one in person.sheets if one.state in UNFINISHED or (one.id == sheet_id and _is_taken(one))]
    sheet = next((one for one in unfinished if one.id == wanted), None)
    if sheet is None and (typed is None or typed.sheet):
        # A draft whose sheet is signed or void by now has nothing more to keep.
        typed = None
        sheet = next((one for one in unfinished if one.state is not SheetState.SIGNED), None)
    elif sheet is None and typed is not None:
        # The power failed between the drafting and the next autosave: the sheet is there, the draft does not know.
        sheet = next((one for one in unfinished if _is_drafted_from(one, typed)), None)
    if sheet is not None and (sheet.state is SheetState.SIGNED or _is_taken(sheet)):
        taking = Taking(person.id, step=Step.SCANNING, sheet=sheet.id)
    elif sheet is not None:
        taking = from_sheet(sheet, typed)
    else:
        taking = typed or _begin(person, matches, companion)
    taking = replace(taking, signing=completed(taking.signing or SheetSigning(), person.signing))
    return Opening(person, taking, sheet, matches, person.colleagues, companion)


def _is_taken(sheet: SheetView) -> bool:
    """Signed, and its picture was taken in; gone on with only where that picture had to be erased."""
    return sheet.state in (SheetState.SCANNED, SheetState.CHECKED)


def _is_drafted_from(sheet: SheetView, typed: Taking) -> bool:
    return sheet.state is SheetState.DRAFTED and sheet.asks == typed.asks and typed.step >= Step.PRINTING


def _companion(application: Application) -> str:
    """Only one of the roster who may be the second worker: anybody else is for the worker to name."""
    earlier = visits.earlier_today(application)
    came = earlier.second_worker.strip() if earlier is not None else ""
    found = directory.worker_called(colleagues_of(application), came)
    return found if found != application.worker.id else ""


def _begin(person: Person, matches: tuple[Match, ...], companion: str) -> Taking:
    """Begin with the recipient that fits best, so that the paper is there to be looked at; it can be unticked.

    Who is likely here, and what was spoken with this person the last time, stand there to be seen and changed; what
    has to be asked anew each time is left open.
    """
    spoken = next((one.fields["dialect"] for one in person.sheets if one.fields.get("dialect")), "")
    begun = Taking(person.id, second_worker=companion, dialect=spoken)
    best = next((one for one in matches if one.fits and not one.said_no_lately and one.standing == "not-asked"), None)
    if best is None:
        return begun
    project = best.project.id if best.project else ""
    classes = tuple(sorted(best.necessary))
    return replace(begun, asks=(consent.Ask(best.organisation.id, best.purpose, classes, project),))


def load_sheet(application: Application, sheet_id: str) -> SheetOpening:
    """One sheet with its person."""
    sheet = consent.sheet(application, sheet_id)
    problem = sheet_checks.check_problem(application, sheet.id)
    beside = beside_checks.standing_of(application, sheet.id)
    on_screen = is_on_screen(sheet.fields)
    return SheetOpening(
        person=load_person(application, sheet.resident),
        sheet=sheet,
        scans=scans.scans_of(application, sheet.id),
        scan_lack=scans.lack_of(application, sheet.id),
        problem=problem,
        names=directory.worker_names(application),
        comparison=sheet_comparison.comparison(application, sheet.id),
        beside=beside,
        signatures=signatures.signatures_of(application, sheet.id),
        is_text_changed=on_screen and screen_signing.is_text_changed(application, sheet),
        is_copy_printed=on_screen and screen_signing.is_copy_printed(application, sheet.id),
        may_ask=beside_checks.can_ask(application, problem, beside),
    )
