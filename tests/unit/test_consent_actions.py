"""``zoucun do`` for blanks, publicity, approvals to see a minor's data and the rights desk, a line at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop import actions
from desktop.domain.blanks import BlankState
from desktop.domain.errors import UserFacingError
from desktop.domain.minors import ApprovalState
from desktop.domain.plain import to_plain
from desktop.domain.publicity import PublicityState
from desktop.domain.rights import RightsState
from desktop.domain.roles import Role
from desktop.services import blank_numbers, consent, minors, publicity, rights
from desktop.services.application import Application
from tests.blanks import ASK
from tests.casework import new_sheet, recorded_household
from tests.county_issued import issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.households import SHANGHU
from tests.vaults import made_vault


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """林晓梅's vault with what the county issued."""
    with made_vault(tmp_path_factory.mktemp("home")) as made:
        issue_everything(made)
        issue_roster(made)
        yield made


@pytest.fixture(scope="module")
def household(application: Application) -> tuple[str, ...]:
    """The household, then its members."""
    made = recorded_household(application)
    return made.household, *made.residents


def do(application: Application, action: str, **fields: Any) -> Any:
    """One line, as it comes from the standard input; answers what it made."""
    line = json.loads(json.dumps({"do": action, **to_plain(fields)}))
    return to_plain(actions.perform(application, line).made)


def test_a_stock_of_blanks_is_made_bound_and_accounted_for(
    application: Application, household: tuple[str, ...], tmp_path: Path
) -> None:
    """Every number has its end; a file that is there is not written over, and no number is out by it."""
    file = tmp_path / "blanks.pdf"
    stock = {"form": "consent-self", "count": 5, "asks": [ASK]}
    made = do(application, "print-blanks", stock=stock, pdf_file=str(file))
    text = whole_text(file.read_bytes())
    bound, spoiled, missing, returned, handed = made["blanks"]
    assert do(application, "spoil-blanks", blanks=[spoiled], reason="miswritten") == 1
    assert do(application, "report-blanks-missing", blanks=[missing], told="所长", noticed="2026-11-20") == 1
    assert do(application, "give-back-blanks", blanks=[returned]) == 1
    assert do(application, "hand-on-blanks", blanks=[handed], to="worker-chen") == 1
    sheet = do(application, "bind-blank", blank_id=bound, sheet=new_sheet(household[1]))
    assert consent.sheet(application, sheet).resident == household[1]
    (account,) = blank_numbers.stock_accounts(application)
    assert account.id == made["stock"]
    assert all(one.text in text for one in account.blanks)
    assert {one.state for one in account.blanks} >= {BlankState.BOUND, BlankState.SPOILED, BlankState.MISSING}
    with pytest.raises(UserFacingError, match=r"blank\.file-unwritable"):
        do(application, "print-blanks", stock=stock, pdf_file=str(file))
    assert len(blank_numbers.stock_accounts(application)) == 1


def test_publicity_is_asked_printed_signed_and_withdrawn(application: Application, household: tuple[str, ...]) -> None:
    """Its own consent, from the drafting to the withdrawal."""
    person = household[1]
    ask = {
        "materials": ["story", "alias"],
        "channels": ["website"],
        "publisher": "建阳区民政局",
        "naming": "alias",
        "use": "典型案例征集",
    }
    made = do(application, "draft-publicity", resident_id=person, ask=ask, second_worker="陈晓燕")
    assert do(application, "record-publicity-printed", publicity_id=made, came={"copies": 2}) == 1
    answers = {"story": True, "alias": True, "website": True}
    signed = {"answers": answers, "signer": "signature", "copy_given": True, "read_aloud": False}
    do(application, "record-publicity-signed", publicity_id=made, signed=signed)
    (view,) = publicity.publicities_of(application, person)
    assert view.state is PublicityState.SIGNED
    do(application, "withdraw-publicity", publicity_id=made, said={"mode": "phone"})
    (view,) = publicity.publicities_of(application, person)
    assert view.state is PublicityState.WITHDRAWN


def test_a_minors_data_is_asked_for_opened_in_an_emergency_and_approved(
    application: Application, household: tuple[str, ...], tmp_path: Path
) -> None:
    """Who asks, who approves: the same rules as in the window; the fields are called as ``--actions`` says."""
    assert "from" in actions.usage("ask-minors-approval")["said"]
    day = application.today().isoformat()
    said = {"workers": ["worker-lin"], "ground": "duty", "from": day, "until": day, "divisions": ["350703104"]}
    asked = do(application, "ask-minors-approval", said=said)
    with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
        do(application, "give-minors-approval", approval_id=asked)
    do(application, "end-minors-approval", approval_id=asked, reason="不用了")
    assert {one.id: one.state for one in minors.approvals(application)}[asked] is ApprovalState.ENDED
    with made_vault(tmp_path / "he", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as reviewer:
        issue_everything(reviewer)
        given = do(reviewer, "give-standing-minors-approval", said=said)
        assert {one.id: one.state for one in minors.approvals(reviewer)} == {given: ApprovalState.GIVEN}


def test_a_request_at_the_rights_desk_is_taken_answered_and_done(
    application: Application, household: tuple[str, ...]
) -> None:
    """Taken back, answered, carried out; the erasure counts and names nobody."""
    day = application.today().isoformat()
    request = {
        "resident": household[1],
        "kind": "explain",
        "asker": "person",
        "way": "window",
        "identity": "document",
        "words": "你们记了我什么",
        "received": day,
    }
    first = do(application, "take-rights-request", request=request)
    do(application, "withdraw-rights-request", request_id=first, words="不看了")
    assert rights.request(application, first).state is RightsState.WITHDRAWN
    second = do(application, "take-rights-request", request=request)
    answer = {"outcome": "answered", "words": "已经当面讲清楚了。"}
    do(application, "answer-rights-request", request_id=second, answer=answer)
    assert rights.request(application, second).state is RightsState.ANSWERED
    stranger = {"address": {"division": SHANGHU, "text": "十八号"}, "members": [{"name": {"name": "练习小户"}}]}
    other = do(application, "add-household", household=stranger)
    deletion = {**request, "resident": other["residents"][0], "kind": "delete"}
    third = do(application, "take-rights-request", request=deletion)
    made = do(application, "erase-by-request", request_id=third, words="已经删除。")
    assert made["entries"] > 0
    assert "练习小户" not in json.dumps(made, ensure_ascii=False)
