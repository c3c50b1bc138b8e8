"""The second check in the checker's own workspace says truly what was compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.roles import Role
from desktop.services import consent, scan_intake, sheet_checks
from desktop.services.application import Application
from desktop.storage import attachments
from tests.casework import CLASSES, carry, recorded_household
from tests.county_issued import issue_everything, issue_roster
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
