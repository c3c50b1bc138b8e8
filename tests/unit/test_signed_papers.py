"""Signed papers beside consent come back: each page to exactly its print, shown at what it is about, and erasable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image

from desktop.domain.households import Address, Birth, Name, NewHousehold, NewResident, Phones
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.prints import Came, PrintOutcome
from desktop.domain.visits import NeedFound
from desktop.domain.wishes import NewWish, WishAge, WishDelivery, WishGroup, WishKind
from desktop.services import (
    erasing,
    erasing_plan,
    households,
    need_paper,
    paper,
    papers_back,
    people,
    referral_answer_papers,
    scan_filing,
    scan_intake,
    scan_tray,
    scans,
    signed_papers,
    visit_paper,
    visits,
    wishes,
)
from desktop.services.application import Application
from desktop.services.erasing_plan import Ground
from desktop.services.record_paper import RecordPaper
from desktop.services.scan_prints import Note, Why
from desktop.services.shown_records import shown_parts
from desktop.storage import attachments, queries
from tests import casework
from tests.county_issued import JUKOU, OFFICE, SHANGBU, issue
from tests.unit.test_scan_services import drawn, picture, refused, scanned
from tests.vaults import COUNTY_SIGNING_KEY

FORMS = (
    "visit-record",
    "need-registration",
    "wish-card",
    "help-feedback",
    "referral-receipt",
    "referral-in",
    "inward-receipt",
)
BY_PERSON = frozenset(FORMS[:4])


def visited(application: Application) -> tuple[str, str, str]:
    """A household, its head and a visit."""
    made = casework.recorded_household(application)
    visit = visits.record_visit(application, casework.visit(made.household, application.today())).value.visit
    return made.household, made.residents[0], visit


def registered(application: Application, resident: str, visit: str) -> str:
    wish = NewWish(
        resident=resident,
        public_name="林奶奶",
        group=WishGroup.OLD,
        age=WishAge.FROM_EIGHTY,
        kind=WishKind.GOODS,
        words="想要一台能听戏的收音机",
        budget=20000,
        by=date(2027, 2, 5),
        visit=visit,
        public_agreed=True,
        delivery=WishDelivery.STATION,
    )
    return wishes.register_wish(application, wish).value


def the_paper(application: Application, form: str) -> RecordPaper:
    """A paper of this form; nothing of it is printed yet."""
    if form in ("help-feedback", "referral-receipt"):
        resident, referral = casework.submitted_referral(application)
        casework.release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
        if form == "help-feedback":
            return referral_answer_papers.feedback_paper(application, referral)
        return referral_answer_papers.receipt_paper(application, referral)
    household, resident, visit = visited(application)
    match form:
        case "visit-record":
            return RecordPaper(visit_paper.visit_paper_for(application, household, visit), visit, household)
        case "need-registration":
            return need_paper.need_paper_for(application, household)
        case "wish-card":
            return wishes.wish_paper_for(application, registered(application, resident, visit))
        case "referral-in":
            return referral_answer_papers.inward_slip_paper(application)
        case _:
            return referral_answer_papers.inward_receipt_paper(application)


def note(application: Application, made: RecordPaper, came: Came | None = None) -> None:
    paper.record_print(application, made.paper, of=made.of, household=made.household, came=came or Came())


@pytest.mark.parametrize("form", FORMS)
def test_a_signed_page_is_filed_to_exactly_its_print_and_may_be_erased(application: Application, form: str) -> None:
    """By its code alone, sealed; a missing page is named; the picture goes, and the print's number stays."""
    made = the_paper(application, form)
    pages = drawn(made.paper.pdf)
    unknown = scan_intake.take_in(application, picture(pages[0])).value
    assert [one.why for one in unknown.waiting] == [Why.UNKNOWN], "a paper that nobody printed is filed nowhere"
    scan_tray.discard_from_tray(application, unknown.waiting[0].id)
    note(application, made)
    (known,) = signed_papers.papers_of(application, "" if made.of == made.paper.print_id else made.of)
    assert (known.form.form, known.number, known.print_id) == (form, made.paper.number, made.paper.print_id)
    assert known.number
    assert known.pages.pages == len(pages)
    assert known.pages.to_sign
    first = scan_intake.take_in(application, picture(pages[0])).value
    assert [(one.sheet, one.page, one.pages) for one in first.filed] == [(made.paper.print_id, 1, len(pages))]
    standing = scan_filing.standing(application, made.paper.print_id)
    assert (standing.pages, standing.here, standing.notes) == (len(pages), (1,), ())
    assert standing.missing == tuple(range(2, len(pages) + 1))
    (scan,) = scan_filing.pages_filed(application, made.paper.print_id)
    assert scans.scan_picture(application, scan).startswith(b"\xff\xd8")
    assert not attachments.read(application.folder, scan.digest).startswith(b"\xff\xd8"), "sealed on the disk"
    again = scan_intake.take_in(application, picture(pages[0])).value
    assert [one.why for one in again.waiting] == [Why.PAGE_HERE]
    assert erasing_plan.scan_outlook(application, scan.id).grounds[Ground.MISTAKE].pictures == len(
        [one for one in (scan.digest, scan.original) if one]
    )
    erasing.erase_scan(application, scan.id, "存错了")
    assert scan_filing.pages_filed(application, made.paper.print_id) == ()
    assert not scans.is_here(application, scan)
    assert [one.number for one in signed_papers.papers_of(application, known.of if made.household else "")] == [
        known.number
    ]


def test_two_papers_of_one_kind_are_told_apart_and_nothing_goes_to_the_other(application: Application) -> None:
    """Two registrations of one household, and a stranger's page in the same file."""
    made = the_paper(application, "need-registration")
    note(application, made)
    again = need_paper.need_paper_for(application, made.of)
    note(application, again)
    assert again.paper.print_id != made.paper.print_id
    slip = referral_answer_papers.inward_slip_paper(application)
    note(application, slip)
    pages = [drawn(one.paper.pdf)[0] for one in (slip, again, made)]
    filed = scan_intake.take_in(application, scanned(*pages)).value.filed
    assert [one.sheet for one in filed] == [one.paper.print_id for one in (slip, again, made)]
    (waiting,) = scan_intake.take_in(application, picture(pages[1])).value.waiting
    code = refused(lambda: scan_tray.file_from_tray(application, waiting.id, made.paper.print_id, 1))
    assert code == "scan.other-sheet"


def test_a_page_without_a_code_is_filed_by_a_persons_word_and_that_is_said(application: Application) -> None:
    made = the_paper(application, "visit-record")
    note(application, made)
    blank = Image.new("RGB", (600, 850), "white")
    (waiting,) = scan_intake.take_in(application, picture(blank), sheet_id=made.paper.print_id).value.waiting
    assert waiting.why is Why.NO_CODE
    scan_tray.file_from_tray(application, waiting.id, made.paper.print_id, 1)
    standing = scan_filing.standing(application, made.paper.print_id)
    assert (standing.here, standing.notes) == ((1,), (Note.BY_HAND,))


def test_only_paper_that_came_out_is_known_and_a_part_is_enough(application: Application) -> None:
    """A printing that was given up has no pages; one spoiled page that was printed again has."""
    made = the_paper(application, "visit-record")
    page = picture(drawn(made.paper.pdf)[0])
    note(application, made, Came(PrintOutcome.CANCELLED, 0))
    assert [one.why for one in scan_intake.take_in(application, page).value.waiting] == [Why.UNKNOWN]
    note(application, made, Came(PrintOutcome.PARTLY, 1, "Office", 1, 1))
    assert len(scan_tray.file_waiting(application, made.paper.print_id)) == 1, "it waited for the note"


@pytest.mark.parametrize("form", ["visit-record", "referral-receipt"])
def test_where_no_fingerprint_is_kept_what_a_person_signs_is_let_go(application: Application, form: str) -> None:
    """Nothing says whether it shows one; a charity's receipt shows none."""
    made = the_paper(application, form)
    note(application, made)
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2, "keep_fingerprints": False})
    done = scan_intake.take_in(application, picture(drawn(made.paper.pdf)[0])).value
    assert (done.let_go, len(done.filed)) == ((1, 0) if form in BY_PERSON else (0, 1))


def test_the_page_of_a_households_visit_is_as_closed_as_its_children(application: Application) -> None:
    """Whoever took it in sees it today; tomorrow, or a colleague, needs the approval."""
    child = NewResident(Name("林小海"), birth=Birth(date(2015, 3, 1)), relation="20")
    new = NewHousehold(Address(SHANGBU, "7号"), (NewResident(Name("林秀英"), birth=Birth(date(1950, 1, 1))), child))
    ids = households.add_household(application, new).value
    visit = visits.record_visit(application, casework.visit(ids.household, application.today())).value.visit
    made = RecordPaper(visit_paper.visit_paper_for(application, ids.household, visit), visit, ids.household)
    note(application, made)
    scan_intake.take_in(application, picture(drawn(made.paper.pdf)[0]))
    (scan,) = scan_filing.pages_filed(application, made.paper.print_id)
    assert scans.scan_picture(application, scan)
    row = application.read(lambda connection: queries.one(connection, scan.id))
    assert row is not None
    assert row.resident is None
    later = application.clock
    application.clock = lambda: later().replace(year=later().year + 1)
    assert refused(lambda: scans.scan_picture(application, scan)) == "minors.closed"
    assert refused(lambda: scans.original_picture(application, scan)) == "minors.closed"


def member_has_another_telephone(application: Application, household: str) -> None:
    member = people.household_page(application, household).members[0]
    households.change_resident(application, member.resident, {"phones": Phones(("13905990000",))})


def tomorrow(application: Application) -> None:
    now = application.clock()
    application.clock = lambda: now + timedelta(days=1)


def notes_on(application: Application, print_id: str) -> tuple[Note, ...]:
    return scan_filing.standing(application, print_id).notes


def came_back(application: Application, made: RecordPaper) -> str:
    """Printed, signed, its first page taken in; the print's id."""
    note(application, made)
    scan_intake.take_in(application, picture(drawn(made.paper.pdf)[0]))
    assert notes_on(application, made.paper.print_id) == ()
    return made.paper.print_id


@pytest.mark.parametrize("form", ["visit-record", "need-registration"])
def test_a_household_described_otherwise_after_printing_is_said(application: Application, form: str) -> None:
    """Another telephone number, another member: which part it is, as of a consent sheet."""
    made = the_paper(application, form)
    print_id = came_back(application, made)
    member_has_another_telephone(application, made.household)
    assert notes_on(application, print_id) == (Note.HOUSEHOLD_CHANGED,)


def test_a_visit_corrected_after_printing_is_said(application: Application) -> None:
    """A visit is a fact: what changes it is another that corrects it."""
    made = the_paper(application, "visit-record")
    print_id = came_back(application, made)
    later = replace(casework.visit(made.household, application.today()), amends=made.of)
    visits.record_visit(application, later)
    assert Note.SUBJECT_CHANGED in notes_on(application, print_id)


def test_needs_found_after_printing_and_a_newer_registration_are_said(application: Application) -> None:
    """The page of the older number is told apart from the one that was printed afterwards."""
    made = the_paper(application, "need-registration")
    print_id = came_back(application, made)
    tomorrow(application)
    again = need_paper.need_paper_for(application, made.of)
    note(application, again)
    assert notes_on(application, print_id) == (Note.NEWER_PAPER,)
    assert notes_on(application, again.paper.print_id) == ()
    needs = casework.visit(made.household, application.today())
    more = replace(needs, needs=(*needs.needs, NeedFound(NeedCode.N4, Urgency.WEEK, "屋顶漏")))
    visits.record_visit(application, more)
    assert notes_on(application, again.paper.print_id) == (Note.SUBJECT_CHANGED,)


@pytest.mark.parametrize("form", ["wish-card", "help-feedback", "referral-receipt", "inward-receipt"])
def test_an_office_described_otherwise_after_printing_is_said(application: Application, form: str) -> None:
    """The paper names us: whether it still finds us is to be looked at."""
    print_id = came_back(application, the_paper(application, form))
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2, "phone": "0599-1234567"})
    assert notes_on(application, print_id) == (Note.OFFICE_CHANGED,)


def test_an_older_printing_of_a_changed_record_is_said(application: Application) -> None:
    """Printed, described otherwise, printed again: the page that comes back is of the first printing."""
    made = the_paper(application, "visit-record")
    print_id = came_back(application, made)
    member_has_another_telephone(application, made.household)
    tomorrow(application)
    again = visit_paper.visit_paper_for(application, made.household, made.of)
    note(application, RecordPaper(again, made.of, made.household))
    assert notes_on(application, print_id) == (Note.OLDER_PRINT,)


def test_what_a_paper_shows_is_noted_as_hashes_alone(application: Application) -> None:
    """Made again of the same record they are the same; nothing of the person can be read in them."""
    made = the_paper(application, "visit-record")
    assert made.paper.parts == shown_parts(application, "visit-record", made.paper.print_id, made.of, made.household)
    assert set(made.paper.parts) == {"subject", "household"}
    assert all(len(one) == 64 for one in made.paper.parts.values())


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_a_readable_code_is_filed_by_person_and_paper(application: Application, form: str) -> None:
    """From the tray, for every kind; the slips that are about nobody stand by themselves."""
    made = the_paper(application, form)
    note(application, made)
    (waiting,) = scan_intake.take_in(application, picture(Image.new("L", (1240, 1754), 255))).value.waiting
    if made.household:
        member = people.household_page(application, made.household).members[0].resident
        found = papers_back.papers_of_person(application, member)
    else:
        found = papers_back.papers_of_nobody(application)
    (own,) = [one for one in found if one.id == made.paper.print_id]
    assert own.number == made.paper.number
    scan_tray.file_from_tray(application, waiting.id, own.id, 1)
    standing = scan_filing.standing(application, made.paper.print_id)
    assert (standing.here, standing.notes) == ((1,), (Note.BY_HAND,))
