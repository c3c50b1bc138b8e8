"""The signed consent to publicity comes back: each page to exactly its print, and what is wrong with it in words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, Name, NewHousehold, NewResident
from desktop.domain.prints import Came
from desktop.domain.publicity import PublicityState
from desktop.domain.roles import Role
from desktop.domain.signing import Signer
from desktop.services import households, publicity, publicity_paper, scan_intake, scan_tray, scans
from desktop.services.application import Application
from desktop.services.scan_prints import Note, Why
from desktop.storage import attachments
from desktop.ui.pages.consent.overview import load_list
from tests import casework
from tests.county_issued import JUKOU, OFFICE, SHANGBU, issue, issue_everything, issue_roster
from tests.publicity import SIGNED, printed_publicity, signed_publicity, signed_with
from tests.unit.test_scan_services import drawn, picture, scanned
from tests.vaults import made_vault
from tests.wordings import issue_wording, reworded


@pytest.fixture
def resident(application: Application) -> str:
    issue_roster(application)
    return casework.recorded_household(application).residents[0]


def neighbour(application: Application) -> str:
    """Somebody else of the village."""
    woman = NewResident(Name("吴阿婆"), birth=Birth(date(1950, 1, 1)))
    new = NewHousehold(Address(SHANGBU, "12号"), (woman,))
    return households.add_household(application, new).value.residents[0]


def pdf_of(application: Application, made: str, *, large_type: bool = False) -> bytes:
    """The paper as it comes out of the printer."""
    return publicity_paper.publicity_paper_for(application, made, large_type=large_type).paper.pdf


def test_its_pages_wait_for_the_signing_and_are_filed_by_their_code(application: Application, resident: str) -> None:
    """Two people's papers in one scanner's file, shuffled; one was written down already, the other waits for that."""
    other = neighbour(application)
    made, waiting = signed_publicity(application, resident), printed_publicity(application, other)
    pages, others = drawn(pdf_of(application, made)), drawn(pdf_of(application, waiting))
    file = scanned(others[0], pages[-1], *others[1:], *pages[:-1])
    intake = scan_intake.take_in(application, file).value
    assert {(one.sheet, one.page) for one in intake.filed} == {(made, one + 1) for one in range(len(pages))}
    assert {(one.why, one.sheet) for one in intake.waiting} == {(Why.NOT_SIGNED, waiting)}
    found = publicity_paper.publicity_pages(application, made)
    assert (found.missing, found.to_sign, found.notes) == ((), (), ())
    (first, *_) = publicity_paper.publicity_scans(application, made)
    assert scans.scan_picture(application, first).startswith(b"\xff\xd8")
    publicity.record_publicity_signed(application, waiting, SIGNED)
    assert len(scan_tray.file_waiting(application, waiting)) == len(others)
    assert publicity_paper.publicity_pages(application, waiting).missing == ()
    assert not scan_tray.tray(application)
    assert publicity.publicity(application, made).state is PublicityState.SIGNED


def test_what_is_wrong_with_the_paper_is_said(application: Application, resident: str) -> None:
    """A page that is missing, a name that changed since, an earlier printing; and nothing goes to another's record."""
    made = signed_publicity(application, resident)
    before = drawn(pdf_of(application, made))
    scan_intake.take_in(application, picture(before[0]))
    found = publicity_paper.publicity_pages(application, made)
    assert found.missing == tuple(range(2, len(before) + 1))
    assert found.to_sign
    assert found.notes == ()
    households.change_resident(application, resident, {"name": Name("𠮷建军")})
    assert publicity_paper.publicity_pages(application, made).notes == (Note.PERSON_CHANGED,)
    again = publicity_paper.publicity_paper_for(application, made, large_type=True)
    publicity_paper.record_publicity_printed(application, again, Came(copies=2))
    assert publicity_paper.publicity_pages(application, made).notes == (Note.OLDER_PRINT,)
    issue_wording(application, reworded("publicity-consent"), application.today())
    assert publicity_paper.publicity_pages(application, made).notes == (Note.OLDER_PRINT, Note.OLDER_WORDING)
    other = signed_publicity(application, neighbour(application))
    put = scan_intake.take_in(application, picture(before[0]), sheet_id=other).value.waiting
    assert [(one.why, one.sheet) for one in put] == [(Why.PAGE_HERE, made)]
    with pytest.raises(UserFacingError, match=r"scan\.other-sheet"):
        scan_tray.file_from_tray(application, put[0].id, other, 1)
    never = publicity.draft_publicity(application, resident, publicity.publicity(application, made).ask, "陈晓燕").value
    unprinted = scan_intake.take_in(application, picture(drawn(pdf_of(application, never))[0])).value
    assert [one.why for one in unprinted.waiting] == [Why.CHANGED]


def test_a_fingerprint_is_not_kept_where_the_county_keeps_none(application: Application, resident: str) -> None:
    """The page is let go, whether it came before or after the signing was written down."""
    made = printed_publicity(application, resident)
    page = picture(drawn(pdf_of(application, made))[0])
    scan_intake.take_in(application, page)
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2, "keep_fingerprints": False})
    by_finger = signed_with(signer=Signer.FINGERPRINT, witness="郑阿妹、邻居")
    publicity.record_publicity_signed(application, made, by_finger)
    assert not scan_tray.tray(application)
    assert scan_intake.take_in(application, page).value.let_go == 1
    assert publicity_paper.publicity_scans(application, made) == ()


def test_the_checker_says_what_it_was_checked_against(application: Application, resident: str, tmp_path: Path) -> None:
    """The record says it, and that something was wrong is a reason of its own."""
    made, wrong = (signed_publicity(application, resident) for _ in range(2))
    scan_intake.take_in(application, scanned(*drawn(pdf_of(application, made))))
    with made_vault(tmp_path / "other", worker="worker-he", worker_name="何金水", role=Role.REVIEWER) as other:
        issue_everything(other)
        casework.carry(application, other)
        assert publicity.check_problem(other, made) == ""
        waiting = load_list(other).groups["等第二人核对"]
        assert set(waiting) == {f"publicity:{one}" for one in (made, wrong)}
        for against, code in (("scan", "publicity.no-scan"), ("hearsay", "action.refused")):
            with pytest.raises(UserFacingError) as refused:
                publicity.check_publicity(other, made, against)
            assert refused.value.code == code, "the pictures lie on a colleague's laptop alone"
        shutil.copytree(application.folder / attachments.FOLDER, other.folder / attachments.FOLDER, dirs_exist_ok=True)
        publicity.check_publicity(other, made, "scan")
        fields = publicity.publicity(other, made).fields
        assert (fields["checked_by"], fields["checked_against"]) == ("何金水", "scan")
        publicity.void_publicity(other, wrong, "漏签一页")
        assert publicity.publicity(other, wrong).state is PublicityState.VOID
        assert load_list(other).groups["等第二人核对"] == ()
