"""The second check in the checker's own workspace says truly what was compared."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.roles import Role
from desktop.services import consent, paper, scan_intake, sheet_checks
from desktop.services.application import Application
from desktop.storage import attachments
from tests.casework import CLASSES, carry, recorded_household, signed_sheet
from tests.county_issued import issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.unit.test_scan_services import drawn, scanned, signed
from tests.vaults import made_vault


def reviewed(source: Application, checker: Application, sheet: str, basis: str) -> int:
    """How many grants come into force; the checker has heard of everything."""
    carry(source, checker)
    return len(sheet_checks.check_sheet(checker, sheet, basis).value)


def test_a_sheet_is_checked_against_a_scan_only_where_the_checker_has_it(tmp_path: Path) -> None:
    """Not while a page is missing, and not while the pictures lie on the colleague's laptop alone."""
    with (
        made_vault(tmp_path / "lin") as drafter,
        made_vault(tmp_path / "zheng", worker="worker-zheng", worker_name="郑红", role=Role.REVIEWER) as checker,
    ):
        for one in (drafter, checker):
            issue_everything(one)
        issue_roster(drafter)
        sheet, pdf = signed(drafter, recorded_household(drafter).residents[0], "陈晓燕")
        pages = drawn(pdf)
        scan_intake.take_in(drafter, scanned(*pages[:-1]))
        for coming in ((), pages[-1:]):
            if coming:
                scan_intake.take_in(drafter, scanned(*coming))
            with pytest.raises(UserFacingError) as refused:
                reviewed(drafter, checker, sheet, "scan")
            assert refused.value.code == "consent.no-scan"
        with pytest.raises(UserFacingError) as unknown:
            sheet_checks.check_sheet(checker, sheet, "hearsay")
        assert unknown.value.values["reason"] == "unknown-word"
        shutil.copytree(drafter.folder / attachments.FOLDER, checker.folder / attachments.FOLDER, dirs_exist_ok=True)
        assert reviewed(drafter, checker, sheet, "scan") == len(CLASSES)
        assert consent.sheet(checker, sheet).fields["checked_against"] == "scan"


def test_a_near_relatives_consent_is_checked_by_the_county_alone(tmp_path: Path) -> None:
    """Who declared the person a relative (近亲属备案) is not looked at by a colleague of the same office."""
    with (
        made_vault(tmp_path / "lin") as drafter,
        made_vault(tmp_path / "zheng", worker="worker-zheng", worker_name="郑红", role=Role.REVIEWER) as checker,
    ):
        for one in (drafter, checker):
            issue_everything(one)
        issue_roster(drafter)
        resident = recorded_household(drafter).residents[0]
        sheet = signed_sheet(
            drafter, resident, second_worker="陈晓燕", near_relative=True, near_relative_who="何金水，堂弟"
        )
        with pytest.raises(UserFacingError) as refused:
            reviewed(drafter, checker, sheet, "paper")
        assert refused.value.values["reason"] == "county-check"
        assert sheet_checks.check_problem(checker, sheet) == "county-check"


def test_who_is_a_near_relative_is_named_on_the_paper_and_stays(tmp_path: Path) -> None:
    """A declaration without a name declares nothing; what was declared is not taken back by a later step."""
    with made_vault(tmp_path / "lin") as drafter:
        issue_everything(drafter)
        resident = recorded_household(drafter).residents[0]
        asks = consent.sheet(drafter, signed_sheet(drafter, resident)).asks
        new = consent.NewSheet(resident, asks, "worker-chen", person_asked=True)
        for is_near, who in ((True, ""), (True, " "), (False, "何金水")):
            with pytest.raises(UserFacingError) as refused:
                consent.draft_sheet(drafter, replace(new, near_relative=is_near, near_relative_who=who))
            assert refused.value.code == "consent.near-relative-unnamed"
        who = "何金水，本人的堂弟"
        sheet = consent.draft_sheet(drafter, replace(new, near_relative=True, near_relative_who=who)).value
        assert f"□✓有{who}" in whole_text(paper.consent_paper_for(drafter, sheet).pdf)
        step = {"from": "drafted", "to": "void", "fields": {"reason": "x", "near_relative": False}}
        with pytest.raises(UserFacingError) as changed:
            drafter.act(lambda action: action.add("sheet.moved", sheet, step))
        assert changed.value.values["reason"] == "not-as-before"
