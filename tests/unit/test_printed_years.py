"""The years that paper promises are those by which the program erases, whatever the county issued."""

from __future__ import annotations

import re
from datetime import date

import pytest

from desktop.documents.wording import bundled_versions, bundled_wordings, load_wording
from desktop.domain.households import Document, Name, NewResident
from desktop.domain.identity import DocumentType
from desktop.domain.prints import Came
from desktop.domain.retention import SCHEDULE, schedule_from
from desktop.domain.rights import Asker, IdentityCheck, NewRequest, RequestWay, RightKind, RightsState
from desktop.services import (
    consent,
    households,
    notice_paper,
    paper,
    retention_review,
    rights,
    rights_paper,
    scan_intake,
    visit_notice,
    visit_paper,
    visits,
)
from desktop.services.application import Application
from desktop.services.rights import Answer
from tests import casework
from tests.county_issued import JUKOU, OFFICE, issue
from tests.documents.pdf_reading import whole_text
from tests.people import made_up_id
from tests.unit.test_scan_services import drawn, picture

PLACEHOLDERS = {"retention_years", "recipient_retention_years", "visit_years", "aid_years"}


def consent_text(application: Application, resident: str) -> str:
    sheet = consent.draft_sheet(application, casework.new_sheet(resident)).value
    return whole_text(paper.consent_paper_for(application, sheet).pdf)


def explanation(application: Application, resident: str) -> str:
    """The answer to somebody who asks how their data are handled (PIPL art. 48)."""
    asked = NewRequest(
        resident=resident,
        kind=RightKind.EXPLAIN,
        asker=Asker.PERSON,
        way=RequestWay.WINDOW,
        identity=IdentityCheck.DOCUMENT,
        words="留多久",
        received=application.today(),
    )
    request = rights.take_request(application, asked).value
    rights.answer_request(application, request, Answer(outcome=RightsState.ANSWERED, words="按规定保存"))
    return whole_text(rights_paper.answer_letter_for(application, request).pdf)


@pytest.mark.parametrize(
    ("office", "issued", "kept"),
    [(5, None, 5), (7, None, 7), (7, {"sheet": 6}, 6), (40, None, 10), (5, {"visit": 8, "aid": 4}, 5)],
)
def test_what_the_forms_say_is_what_the_schedule_does(
    application: Application, office: int, issued: dict[str, int] | None, kept: int
) -> None:
    """The office's own years, the county's schedule, both, and one beyond the bounds: never two different numbers."""
    made = casework.recorded_household(application)
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2, "retention_years": office})
    if issued is not None:
        issue(application, "retention", "retention", {"version": 1, "years": issued})
    schedule = application.read(retention_review.read_schedule)
    assert schedule["sheet"].years == kept
    assert f"保存到转介办结后{kept}年" in consent_text(application, made.residents[0])
    told = "".join(visit_notice.visit_notice(application).lines)
    assert f"至少保存{schedule['visit'].years}年" in told
    notice = whole_text(notice_paper.notice_paper_for(application, made.household).paper.pdf)
    assert f"走访材料至少保存{schedule['visit'].years}年" in notice
    assert f"停止救助后至少保存{schedule['aid'].years}年" in notice
    letter = explanation(application, made.residents[0])
    for expected in (
        f"走访记录至少保存{schedule['visit'].years}年",
        f"停止救助后至少保存{schedule['aid'].years}年",
        f"材料保存到办结后{kept}年",
    ):
        assert expected in letter


def test_no_form_tells_years_that_nobody_compares() -> None:
    """A number of years in a wording is one of the placeholders above."""
    for form in sorted({form for form, _ in bundled_wordings()}):
        words = load_wording(form, bundled_versions(form)[0])
        text = "".join(one for section in words.sections for one in section.paragraphs)
        for name in re.findall(r"\{(\w*years)\}", text):
            assert name in PLACEHOLDERS, form
        assert not re.search(r"(?:保存|至少|留|后)[一二三四五六七八九十\d]+年", text), form


def test_the_reason_for_keeping_names_the_years_that_are_kept() -> None:
    """It is printed in the answer to a deletion; a minimum that the law sets stays the law's."""
    rules = schedule_from({"sheet": 7, "visit": 8, "rights-request": 4})
    assert "办结后7年" in rules["sheet"].words
    assert "不少于五年" in rules["visit"].words
    assert "答复后4年" in rules["rights-request"].words
    assert "办结后5年" in SCHEDULE["sheet"].words


def test_a_childs_day_of_birth_in_the_number_counts_for_the_schedule(application: Application) -> None:
    """Evidence about a child stays until the limitation after majority has run, also where only the number says it."""
    document = Document(DocumentType.RESIDENT_ID, made_up_id("350703", date(2020, 5, 1), 12))
    child = NewResident(Name("林小海"), document, relation="20")
    made = households.add_member(application, casework.recorded_household(application).household, child)
    rows = application.read(
        lambda connection: retention_review.judged(connection, date(2040, 1, 1), resident=made.value)
    )
    assert [one.held.born for one in rows if one.held.id == made.value] == [date(2020, 5, 1)]


def test_a_signed_visit_record_stays_as_long_as_visits_do(application: Application) -> None:
    """However short the county's years for other pictures are: it is survey material."""
    home = casework.recorded_household(application).household
    visit = visits.record_visit(application, casework.visit(home, application.today())).value.visit
    made = visit_paper.visit_paper_for(application, home, visit)
    paper.record_print(application, made, of=visit, household=home, came=Came())
    scan_intake.take_in(application, picture(drawn(made.pdf)[0]))
    issue(application, "retention", "retention", {"version": 1, "years": {"visit": 8, "scan": 3}})
    found = application.read(
        lambda connection: retention_review.judged(connection, application.today(), household=home)
    )
    until = {one.held.kind: one.until for one in found}
    assert until["scan"] == until["visit"]
