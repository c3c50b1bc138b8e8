"""Printing recorded truthfully: what came of it is a fact of the paper, and one number is drawn once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.consent import SheetState
from desktop.domain.prints import Came, PrintOutcome
from desktop.domain.publicity import PublicityState
from desktop.domain.visits import NoticeWay
from desktop.services import (
    consent,
    identity_paper,
    need_paper,
    notice_paper,
    paper,
    prints,
    publicity,
    publicity_paper,
    referral_answer_papers,
    rounds,
    visit_paper,
    visits,
)
from desktop.services.application import Application
from desktop.services.finished_paper import Paper
from desktop.storage import queries
from tests import casework
from tests.county_issued import SHANGBU, issue, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.publicity import ASK, SECOND

CANCELLED = Came(PrintOutcome.CANCELLED, 0)
FAILED = Came(PrintOutcome.FAILED, 0, "Office")
PARTLY = Came(PrintOutcome.PARTLY, 1, "Office", 2, 2, "Office-7")
WHOLE = Came(PrintOutcome.PRINTED, 2, "Office", job="Office-8")


def print_sheet(application: Application, sheet: str, came: Came) -> int:
    made = paper.consent_paper_for(application, sheet)
    return consent.record_printed(
        application,
        sheet,
        print_id=made.print_id,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=came,
        parts=made.parts,
        wording=made.wording,
    ).value


def test_whatever_came_of_printing_a_sheet_is_a_fact_and_only_the_whole_makes_it_printed(
    application: Application,
) -> None:
    """Given up, failed and printed in part leave the sheet drafted; the next try prints the same number."""
    resident = casework.recorded_household(application).residents[0]
    sheet = consent.draft_sheet(application, casework.new_sheet(resident)).value
    number = consent.sheet(application, sheet).number
    for came in (CANCELLED, FAILED, PARTLY):
        assert print_sheet(application, sheet, came) == 0
        assert consent.sheet(application, sheet).state is SheetState.DRAFTED
    assert print_sheet(application, sheet, WHOLE) == 1
    shown = consent.sheet(application, sheet)
    assert (shown.state, shown.number) == (SheetState.PRINTED, number)
    found = prints.prints_of(application, sheet)
    assert [one.came for one in reversed(found)] == [CANCELLED, FAILED, PARTLY, WHOLE]
    assert [one.had_paper for one in reversed(found)] == [False, False, True, True]
    assert print_sheet(application, sheet, WHOLE) == 2


def test_a_publicity_form_that_was_given_up_stays_drafted(application: Application) -> None:
    """The same for the consent that is bound apart."""
    issue_roster(application)
    resident = casework.recorded_household(application).residents[0]
    made = publicity.draft_publicity(application, resident, ASK, SECOND).value
    form = publicity_paper.publicity_paper_for(application, made)
    assert publicity_paper.record_publicity_printed(application, form, CANCELLED).value == 0
    assert publicity.publicity(application, made).state is PublicityState.DRAFTED
    assert publicity_paper.record_publicity_printed(application, form, WHOLE).value == 1
    assert publicity.publicity(application, made).state is PublicityState.PRINTED


def numbered(application: Application, form: str) -> tuple[Paper, str, str]:
    """A form that has another number each time, and of what its printing is noted."""
    rows = application.read(lambda connection: queries.of_kind(connection, "resident"))
    resident = next(row for row in rows if row.state["groups"]["name"]["value"]["name"] == "𠮷建国")
    home = resident.household or ""
    match form:
        case "identity":
            made = identity_paper.identity_paper_for(application, resident.id)
            return made.paper, made.resident, made.household
        case "round":
            sheet = rounds.round_paper(application, {SHANGBU})
            return sheet.paper, sheet.households[0], sheet.households[0]
        case "need":
            own = need_paper.need_paper_for(application, home)
        case "inward":
            own = referral_answer_papers.inward_slip_paper(application)
        case _:
            own = referral_answer_papers.inward_receipt_paper(application)
    return own.paper, own.of, own.household


@pytest.mark.parametrize("form", ["identity", "round", "need", "inward", "inward-receipt"])
def test_a_number_that_did_not_come_out_is_taken_up_again(application: Application, form: str) -> None:
    """Each of these has a number of its own: given up it is on record, and the next try prints the same one."""
    home = casework.recorded_household(application).household
    visits.record_visit(application, casework.visit(home, application.today() - timedelta(days=400)))
    first, of, household = numbered(application, form)
    for came in (CANCELLED, FAILED):
        paper.record_print(application, first, of=of, household=household, came=came)
        assert numbered(application, form)[0].print_id == first.print_id
    assert [one.came.outcome for one in prints.prints_of(application, first.print_id)] == [
        PrintOutcome.FAILED,
        PrintOutcome.CANCELLED,
    ]
    paper.record_print(application, first, of=of, household=household, came=PARTLY)
    assert numbered(application, form)[0].print_id != first.print_id, "paper with this number is about"


def test_what_the_printer_gave_up_afterwards_is_said_of_that_printing(application: Application) -> None:
    """The journal keeps both: that the print system took it, and that it did not come out after all."""
    home = casework.recorded_household(application).household
    visit = visits.record_visit(application, casework.visit(home, application.today())).value.visit
    made = visit_paper.visit_paper_for(application, home, visit)
    assert paper.record_print(application, made, of=visit, household=home, came=WHOLE).value == 1
    assert prints.record_job_end(application, "Office-9", PrintOutcome.FAILED).value == 0
    assert prints.record_job_end(application, "Office-8", PrintOutcome.FAILED).value == 1
    (only,) = prints.prints_of(application, visit, home)
    assert (only.came.outcome, only.is_whole, only.had_paper) == (PrintOutcome.FAILED, False, True)
    assert prints.record_job_end(application, "Office-8", PrintOutcome.CANCELLED).value == 0, "said once"
    again = replace(WHOLE, job="Office-10")
    assert paper.record_print(application, made, of=visit, household=home, came=again).value == 1


def test_a_notice_has_a_number_of_its_own_names_nobody_and_tells_the_years_of_the_schedule(
    application: Application,
) -> None:
    """Given at a visit, and the visit says how; its years are those by which the record goes."""
    home = casework.recorded_household(application).household
    made = notice_paper.notice_paper_for(application, home)
    assert made.paper.number.startswith("GZ-")
    text = whole_text(made.paper.pdf)
    assert "至少保存5年" in text
    assert "𠮷建国" not in text
    paper.record_print(application, made.paper, of=home, household=home, came=WHOLE)
    assert notice_paper.notice_paper_for(application, home).paper.number != made.paper.number
    years = {"version": 1, "years": {"visit": 8, "aid": 4}}
    issue(application, "retention", "retention", years)
    longer = whole_text(notice_paper.notice_paper_for(application, home, large_type=True).paper.pdf)
    assert "至少保存8年" in longer
    assert "至少保存4年" in longer
    ways = (NoticeWay.ALOUD, NoticeWay.PAPER)
    visit = casework.visit(home, application.today(), notice_ways=ways)
    saved = visits.record_visit(application, visit).value.visit
    assert visits.visit_fact(application, saved).visit.notice_ways == ways
    record = whole_text(visit_paper.visit_paper_for(application, home, saved).pdf)
    assert "是（念给对方听，听明白了；交了告知书）" in record
