"""What was read aloud is recorded by its wording's version and hash, and named to the person who asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.documents.wording import load_wording
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.readings import reading_words
from desktop.domain.rights import RightKind, RightsState
from desktop.services import consent, paper, rights, rights_paper
from desktop.services.application import Application
from desktop.services.reading_script import reading_script
from desktop.services.rights import Answer
from desktop.storage.journal import Action
from tests.casework import new_sheet, recorded_household
from tests.county_issued import issue_roster
from tests.documents.pdf_reading import poppler_text, without_spaces
from tests.publicity import script_read, signed_publicity
from tests.unit.test_rights_services import taken
from tests.unit.test_scan_services import sign


def test_the_letter_of_an_explanation_names_the_scripts(application: Application) -> None:
    """Of the referral consent and of publicity, each with number, version and short hash, read back from the PDF."""
    issue_roster(application)
    resident = recorded_household(application).residents[0]
    asked = replace(new_sheet(resident), dialect="闽北话")
    script = reading_script(application, asked, paper.form_resident(application, resident))
    heard = replace(script.text, items=tuple(one.id for one in script.items))
    sheet = consent.draft_sheet(application, replace(asked, script=heard)).value
    made = paper.consent_paper_for(application, sheet)
    consent.record_printed(
        application,
        sheet,
        print_id=made.print_id,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(copies=2),
    )
    sign(application, sheet)
    signed_publicity(application, resident)
    request = taken(application, resident, RightKind.EXPLAIN)
    rights.answer_request(application, request, Answer(outcome=RightsState.ANSWERED, words="照纸上写的用。"))
    text = without_spaces(poppler_text(rights_paper.answer_letter_for(application, request).pdf))
    spoken = load_wording("consent-self-script", "2026.1")
    assert f"用闽北话念，讲解词TY-01-J2026.1版（{spoken.sha256[:8]}），{len(spoken.sections)}条" in text
    assert without_spaces(script_read().words) in text


def test_what_was_read_is_not_said_otherwise_later(application: Application) -> None:
    """It is fixed with the sheet; and where nobody said which text it was, that is said."""
    resident = recorded_household(application).residents[0]
    sheet = consent.draft_sheet(application, replace(new_sheet(resident), script=script_read())).value

    def say(action: Action) -> None:
        action.add("sheet.moved", sheet, {"from": "drafted", "to": "printed", "fields": {"script": None}})

    with pytest.raises(UserFacingError) as caught:
        application.act(say)
    assert caught.value.values["reason"] == "not-as-before"
    assert "没有记下念的是哪一版" in reading_words({"read_aloud": True, "dialect": "闽北话"})
    assert reading_words({"read_aloud": False}) == "本人自己看"
