"""A colleague checks a consent to publicity at the worker's own laptop: what the county believes, and what not."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.aid import Category
from desktop.domain.beside_check import CHECK_RECORDED, Against, Finding
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, CategoryHeld, Name, NewHousehold, NewResident
from desktop.domain.publicity import PublicityState
from desktop.domain.rights import RightKind
from desktop.services import beside_checks, data_copy, households, publicity
from desktop.services.beside_checks import BesideStanding, Word
from desktop.sync.envelope import Signed
from desktop.sync.protocol import decode_sheet_check
from desktop.tour.directory import issued
from tests.county_issued import SHANGBU
from tests.documents.pdf_reading import poppler_text
from tests.publicity import signed_publicity
from tests.sync.journals import states, synced
from tests.sync.test_beside_checks import Laptop, county, laptop, sign  # noqa: F401 - fixtures
from tests.unit.test_rights_services import taken
from tests.vaults import opened


@pytest.fixture
def desk(laptop: Laptop) -> Laptop:  # noqa: F811
    """林晓梅's laptop, which has the county's directory."""
    laptop.county.run("issue", lines="".join(json.dumps(one) + "\n" for one in issued()))
    synced(laptop.application)
    return laptop


@pytest.fixture
def made(desk: Laptop) -> str:
    """Signed by somebody grown up, with 陈晓燕 as the second worker; not checked yet."""
    person = NewResident(Name("吴㛃华"), birth=Birth(date(1956, 5, 1)))
    home = households.add_household(desk.application, NewHousehold(Address(SHANGBU, "6号"), (person,))).value
    return signed_publicity(desk.application, home.residents[0])


def checked(desk: Laptop, made: str, finding: Finding = Finding.RIGHT) -> str:
    """何金水 sits down and signs; the check's id."""
    he = desk.others["何金水"].closed
    how = (desk.application, made, he.vault, he.password, Against.PAPER)
    if finding is Finding.RIGHT:
        return beside_checks.check_beside(*how, card=he.card).value
    return beside_checks.reject_beside(*how, "没有见证人", card=he.card).value


def standing(desk: Laptop, made: str) -> BesideStanding:
    found = beside_checks.standing_of(desk.application, made)
    assert found is not None
    return found


def test_it_is_in_force_once_the_county_has_verified_the_colleagues_signature(desk: Laptop, made: str) -> None:
    """Until then it permits nothing; then it is in force in the colleague's name, on every laptop."""
    offered = {one.name: one.problem for one in beside_checks.colleagues(desk.application, made)}
    assert (offered["何金水"], offered["陈晓燕"], offered["孙社工"]) == ("", "same-person", "not-allowed")
    check = checked(desk, made)
    said = decode_sheet_check(desk.signed(check).document)
    view = publicity.publicity(desk.application, made)
    assert (said.kind, said.paper, said.print) == ("publicity", made, view.fields["form_hash"])
    assert len(said.print) == 64
    assert said.answers == {"story": "agreed", "alias": "agreed", "website": "agreed", "board": "refused"}
    assert view.state is PublicityState.SIGNED
    assert not publicity.may_be_shown(desk.application, view).allowed
    assert beside_checks.waiting_papers(desk.application) >= {made}
    with pytest.raises(UserFacingError, match=r"beside\.again"):
        checked(desk, made)

    assert set(synced(desk.application).results) == {"ok"}
    view = publicity.publicity(desk.application, made)
    assert publicity.may_be_shown(desk.application, view).allowed
    at_county = desk.county.states()[made]
    assert at_county["state"] == "in-force"
    assert at_county["history"][-1]["worker"] == desk.others["何金水"].worker
    named = at_county["fields"]
    assert (named["checked_by"], named["checked_against"], named["check"]) == ("何金水", "paper", check)
    assert at_county == states(desk.application)[made]
    assert standing(desk, made).word is Word.RECEIVED
    request = taken(desk.application, view.resident, RightKind.COPY)
    copied = poppler_text(data_copy.data_copy_for(desk.application, request).pdf)
    assert "同事核对并签名" in copied, "the person's own copy says that it was checked"
    with opened(desk.others["何金水"].closed) as other:
        synced(other)
        assert publicity.publicity(other, made).state is PublicityState.IN_FORCE


def test_a_withdrawal_of_the_same_day_is_not_undone_by_the_check(desk: Laptop, made: str) -> None:
    """Both go up in one batch."""
    checked(desk, made)
    publicity.withdraw_publicity(desk.application, made)
    assert set(synced(desk.application).results) == {"ok"}
    assert desk.county.states()[made]["state"] == "withdrawn"


def test_what_the_colleague_finds_wrong_is_void_at_once_with_the_reason(desk: Laptop, made: str) -> None:
    """And the county keeps who says so."""
    checked(desk, made, Finding.WRONG)
    view = publicity.publicity(desk.application, made)
    assert (view.state, view.reason) == (PublicityState.VOID, "没有见证人")
    assert set(synced(desk.application).results) == {"ok"}
    assert desk.county.states()[made]["state"] == "void"


def test_what_is_found_wrong_is_void_also_where_it_could_not_be_shown_any_more(desk: Laptop, made: str) -> None:
    """The household came to be one of a child whom nobody looks after: that is no reason to refuse a no."""
    household = publicity.publicity(desk.application, made).household
    held = CategoryHeld(Category.UNATTENDED_CHILD, since=date(2026, 1, 1))
    households.change_household(desk.application, household, {"category:unattended-child": held})
    with pytest.raises(UserFacingError, match=r"publicity\.not-shown"):
        checked(desk, made)
    checked(desk, made, Finding.WRONG)
    assert set(synced(desk.application).results) == {"ok"}
    assert desk.county.states()[made]["state"] == "void"


def test_the_county_refuses_a_check_that_speaks_of_something_else(desk: Laptop, made: str) -> None:
    """Another kind of paper, another paper, other answers, another printing, another signer."""
    application, he = desk.application, desk.others["何金水"]
    sheet = desk.sheet()
    right = decode_sheet_check(desk.signed(checked(desk, sheet)).document)
    view = publicity.publicity(application, made)
    right = replace(
        right,
        kind="publicity",
        paper=made,
        print=str(view.fields["form_hash"]),
        scans=(),
        answers={"story": "agreed", "alias": "agreed", "website": "agreed", "board": "refused"},
    )
    own, all_agreed = desk.own, dict.fromkeys(right.answers, "agreed")
    bad = {
        "said of a sheet of this id": (sign(replace(right, kind="sheet"), he.key), "check-other-sheet"),
        "said of another": (sign(replace(right, paper=sheet), he.key), "check-other-sheet"),
        "a refusal taken for a yes": (sign(replace(right, answers=all_agreed), he.key), "check-other-answers"),
        "another printing": (sign(replace(right, print="00" * 32), he.key), "check-other-paper"),
        "the worker in the colleague's name": (sign(right, own.key), "check-signature-wrong"),
        "the second worker": (
            sign(
                replace(right, vault=desk.others["陈晓燕"].closed.vault, checker=desk.others["陈晓燕"].worker),
                desk.others["陈晓燕"].key,
            ),
            "same-person",
        ),
    }
    written = {name: write(desk, view, one) for name, (one, _) in bad.items()}
    synced(application)
    refused = desk.refused()
    assert {name: refused.get(check) for name, check in written.items()} == {
        name: why for name, (_, why) in bad.items()
    }
    assert desk.county.states()[made]["state"] == "signed"
    assert standing(desk, made).word is Word.NOT_ACCEPTED
    write(desk, view, sign(right, he.key))
    synced(application)
    assert desk.county.states()[made]["state"] == "in-force", "it was for nothing else that they were refused"


def write(desk: Laptop, view: publicity.PublicityView, signed: Signed) -> str:
    """Another program puts a statement into the journal, without asking anything."""
    check = secrets.token_hex(16)
    statement = {"signed": signed.document.decode(), "signature": signed.signature.hex()}
    fact = {"publicity": view.id, "resident": view.resident, "statement": statement}
    desk.application.act(lambda action: action.add(CHECK_RECORDED, check, fact))
    return check
