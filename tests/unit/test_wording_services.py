"""Every form asks the one service which wording it is set in, and a print made again keeps its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, Document
from desktop.domain.identity import DocumentType, Sex
from desktop.domain.prints import Came
from desktop.domain.wordings import Fault, Trouble
from desktop.services import (
    consent,
    identity_paper,
    paper,
    people,
    rounds,
    sheet_wordings,
    visit_paper,
    visits,
    withdrawal_paper,
    wordings,
)
from desktop.services.application import Application
from desktop.services.paper_process import PaperProcess
from desktop.services.visit_notice import visit_notice
from desktop.ui.wording_words import newer_words
from tests import casework
from tests.casework import new_sheet, recorded_household
from tests.county_issued import SHANGBU
from tests.documents.pdf_reading import poppler_text, without_spaces
from tests.unit.test_paper_services import household
from tests.wordings import NEW_SENTENCE, issue_wording, reworded

SAID = without_spaces(NEW_SENTENCE)


def says(pdf: bytes) -> bool:
    """Whether the county's own sentence is on a paper, as another program reads it."""
    return SAID in without_spaces(poppler_text(pdf))


def issued(application: Application, *forms: str) -> None:
    for form in forms:
        issue_wording(application, reworded(form), application.today())


def test_every_form_is_set_in_what_the_county_issued(application: Application) -> None:
    """Large type and traditional characters too, the notice and the sample."""
    resident, referral = casework.submitted_referral(application)
    home = people.resident_view(application, resident).membership.household
    visit = visits.record_visit(application, casework.visit(home, application.today())).value.visit
    document = Document(DocumentType.TAIWAN_PASS, "01234567")
    other = household(application, "龔祥", SHANGBU, document=document, birth=Birth(date(1950, 1, 2), Sex.MALE))
    issued(
        application,
        "consent-self",
        "consent-compatriot-hant",
        "withdrawal",
        "visit-record",
        "visit-notice",
        "identity-confirmation",
        "round-sheet",
        "referral-out",
    )
    for large in (False, True):
        sheet = consent.draft_sheet(application, new_sheet(resident, large_type=large)).value
        made = paper.consent_paper_for(application, sheet)
        assert says(made.pdf)
        assert (made.form, made.version) == ("TY-01", "2026.2")
    traditional = consent.draft_sheet(application, new_sheet(other.residents[0], traditional=True)).value
    assert says(paper.consent_paper_for(application, traditional).pdf)
    assert says(visit_paper.visit_paper_for(application, home, visit).pdf)
    assert visit_notice(application).lines[0].endswith(NEW_SENTENCE)
    assert says(identity_paper.identity_paper_for(application, resident).paper.pdf)
    assert says(rounds.round_paper(application, [SHANGBU]).paper.pdf)
    assert says(paper.file_copy(application, referral).pdf)
    grants = tuple(one.id for one in consent.grants(application, resident))
    withdrawn = consent.withdraw(application, resident, grants).value.id
    assert says(withdrawal_paper.withdrawal_paper_for(application, withdrawn).pdf)


def test_a_print_that_is_made_again_is_in_the_text_of_its_first_printing(application: Application) -> None:
    """A numbered paper says the same however often it is printed; one never printed is set in the present text."""
    ids = recorded_household(application)
    day = application.today()
    saved = [visits.record_visit(application, casework.visit(ids.household, day)).value for _ in range(2)]
    printed, fresh = (one.visit for one in saved)
    first = visit_paper.visit_paper_for(application, ids.household, printed)
    paper.record_print(application, first, of=printed, household=ids.household, came=Came(copies=1))
    issued(application, "visit-record")
    assert visit_paper.visit_paper_for(application, ids.household, printed).pdf == first.pdf
    assert says(visit_paper.visit_paper_for(application, ids.household, fresh).pdf)


def test_a_wording_to_come_counts_from_its_day_on(application: Application) -> None:
    """By the laptop's own clock."""
    day = application.today()
    issue_wording(application, reworded(), day + timedelta(days=2))

    def version(on: date) -> str:
        choice = application.read(lambda connection: wordings.read_in_force(connection, "consent-self", on))
        return choice.wording.version

    assert [version(day + timedelta(days=one)) for one in range(4)] == ["2026.1", "2026.1", "2026.2", "2026.2"]


@pytest.mark.parametrize("spoiled", ["sha256", "glyph"])
def test_a_damaged_text_and_one_that_no_font_can_print_are_not_used(application: Application, spoiled: str) -> None:
    """What the county could not see, the laptop does."""
    raw = reworded()
    if spoiled == "glyph":
        raw["terms"]["footer"] = "一式两份\U0001f600"
        issue_wording(application, raw, application.today())
    else:
        issue_wording(application, raw, application.today(), sha256="0" * 64)
    choice = wordings.wording_for(application, "consent-self")
    assert choice.wording.version == "2026.1"
    assert choice.unfit is not None
    assert ("打印不出" in choice.unfit.why) is (spoiled == "glyph")


def test_an_issued_text_goes_over_the_pipe_of_the_paper_process(application: Application) -> None:
    """The process that sets forms is handed the very text, and knows of no other."""
    sheet = consent.draft_sheet(application, new_sheet(recorded_household(application).residents[0])).value
    issued(application, "withdrawal", "consent-self")
    here = paper.consent_paper_for(application, sheet)
    new = consent.draft_sheet(application, new_sheet(recorded_household_again(application))).value
    application.paper_process.start(lambda _: None)
    assert isinstance(application.paper_process, PaperProcess)
    assert application.paper_process.wait_until_ready(60)
    assert paper.consent_paper_for(application, sheet).pdf == here.pdf
    assert says(paper.consent_paper_for(application, new).pdf)


def recorded_household_again(application: Application) -> str:
    (resident,) = household(application, "陈阿土", SHANGBU).residents
    return resident


def test_the_newer_wording_is_taken_with_a_second_worker_whom_no_roster_knows(application: Application) -> None:
    """The name stands on the new sheet as on the old one."""
    resident = recorded_household(application).residents[0]
    old = consent.draft_sheet(application, new_sheet(resident, second_worker="郑阿妹")).value
    new = sheet_wordings.take_newer_wording(application, old).value
    assert consent.sheet(application, new).second_name == "郑阿妹"


def test_a_drafted_sheet_whose_text_a_newer_program_cannot_use_is_offered_the_one_in_force(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that the old one is of no use, and the sheet is drafted anew."""
    resident = recorded_household(application).residents[0]
    issued(application, "consent-self")
    old = consent.draft_sheet(application, new_sheet(resident)).value
    monkeypatch.setattr(wordings, "_faults", lambda *_: (Fault(Trouble.SECTION_MISSING, "rights"),))
    with pytest.raises(UserFacingError, match=r"form\.unknown-wording"):
        paper.consent_paper_for(application, old)
    newer = sheet_wordings.newer_wording(application, old)
    assert newer is not None
    assert (newer.version, newer.is_own_usable) == ("2026.1", False)
    assert "换用现行的一版" in newer_words(newer)
    new = sheet_wordings.take_newer_wording(application, old).value
    assert paper.consent_paper_for(application, new).version == "2026.1"
