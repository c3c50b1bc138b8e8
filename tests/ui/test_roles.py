"""What a role may not do, the window does not offer; what it may not see, the services do not give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.consent import DataClass, Purpose
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Document
from desktop.domain.identity import DocumentType, masked
from desktop.domain.prints import Came
from desktop.domain.roles import Role
from desktop.services import consent, households, paper, people, referrals
from desktop.services.application import Application
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.not_your_role_page import NotYourRolePage
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import WorkspaceWindow, workspace_window
from tests.casework import NUMBER, new_referral, new_sheet, recorded_household, signed_sheet
from tests.county_issued import CHARITY, issue_everything
from tests.documents.pdf_reading import whole_text, without_spaces
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import made_vault

SLOW = 60_000


@contextmanager
def recorded(home: Path, role: Role) -> Iterator[tuple[Application, households.NewIds, str]]:
    """A vault with a household and a drafted referral that a colleague recorded."""
    with made_vault(home, role=Role.CASEWORKER) as application:
        issue_everything(application)
        made = recorded_household(application)
        signed_sheet(application, made.residents[0])
        sign_for_number(application, made.residents[0])
        referral = referrals.draft_referral(application, new_referral(application, made.residents[0])).value
        give_role(application, role)
        yield application, made, referral


def sign_for_number(application: Application, resident: str) -> None:
    """A second sheet, by which the document number may be told."""
    asked = replace(new_sheet(resident, (DataClass.B1,)), person_asked=True)
    sheet = consent.draft_sheet(application, asked).value
    consent.record_printed(
        application, sheet, print_id=sheet, form="TY-01", version="2026.1", digest="0" * 64, came=Came(copies=2)
    )
    answers = (consent.Answer(CHARITY, Purpose.DISABILITY, DataClass.B1, agreed=True),)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)


def give_role(application: Application, role: Role) -> None:
    """As the county's roster would, by the feed."""
    from tests.county_issued import issue

    worker = application.worker
    body = {"version": 1, "worker": worker.id, "name": worker.name, "role": role.value}
    issue(application, "worker", f"worker-{worker.id}", {**body, "townships": list(worker.townships)})
    before = application.follow_roster()
    assert (before is None) is (role is worker.role)


def open_window(qtbot: QtBot, tasks: Tasks, application: Application) -> WorkspaceWindow:
    """The real window."""
    window = workspace_window(tasks, application)
    window.idle.stop()
    qtbot.addWidget(window)
    window.resize(*FULL)
    window.show()
    qtbot.waitExposed(window)
    return window


def household_page(qtbot: QtBot, window: WorkspaceWindow, household: str) -> HouseholdPage:
    """The household's page with its members shown."""
    window.open(Target("household", household))
    page = window.page()
    assert isinstance(page, HouseholdPage)
    qtbot.waitUntil(page.members.isVisible, timeout=SLOW)
    return page


def links(page: HouseholdPage) -> set[str]:
    """The words of the quiet actions that a member's row offers."""
    row = page.members.rows[0]
    return {one.text() for one in row.findChildren(QPushButton) if one.isVisible() and one.isEnabled() and one.text()}


def test_a_social_worker_sees_of_a_number_what_a_visit_needs(tmp_path: Path) -> None:
    """On the page, among conflicts, on paper: the masked number; it can be recorded anew but not overwritten."""
    with recorded(tmp_path, Role.SOCIAL_WORKER) as (application, made, referral):
        page = people.household_page(application, made.household)
        assert page.members[0].document.number == masked(NUMBER)
        assert page.members[0].masked_number == masked(NUMBER)
        assert people.resident_view(application, made.residents[0]).is_number_hidden
        assert NUMBER not in repr((page, people.conflicts(application)))
        assert NUMBER not in file_copy(application, made.residents[0])
        changed = Document(DocumentType.RESIDENT_ID, masked(NUMBER))
        with pytest.raises(UserFacingError):
            households.change_resident(application, made.residents[0], {"document": changed})
        passport = Document(DocumentType.PASSPORT, "E12345678")
        with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
            households.change_resident(application, made.residents[0], {"document": passport})
        assert households.change_resident(application, made.residents[1], {"document": passport}).changed
        with pytest.raises(UserFacingError, match=r"action\.not-your-role"):
            paper.recipient_slip(application, referral)
        give = replace(application.worker, role=Role.CASEWORKER)
        application._worker = give
        assert people.resident_view(application, made.residents[0]).document.number == NUMBER
        assert NUMBER in file_copy(application, made.residents[0])


def file_copy(application: Application, resident: str) -> str:
    """The words of a file copy that tells the document number (B1)."""
    referral = replace(new_referral(application, resident), classes=(DataClass.A1, DataClass.B1))
    return without_spaces(whole_text(paper.file_copy_sample(application, referral)))


def test_a_social_worker_is_offered_visits_and_drafts_and_no_ledger(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """No eye beside the number, no import; what is disabled says why."""
    with recorded(tmp_path, Role.SOCIAL_WORKER) as (application, made, _):
        window = open_window(qtbot, tasks, application)
        page = household_page(qtbot, window, made.household)
        assert {"征求同意", "转介", "改信息"} <= links(page)
        assert not page.members.rows[0].show_number.isVisible()
        assert window.header.primary.isEnabled()
        page.members.rows[0].edit_asked.emit(made.residents[0])
        form = page.editor.form
        assert form is not None
        form.name.set_value("吉改名")  # type: ignore[union-attr]
        window.header.primary.click()
        state = f"resident {made.residents[0]}"
        qtbot.waitUntil(
            lambda: people.resident_view(application, made.residents[0]).name.name == "吉改名", timeout=SLOW
        )
        application._worker = replace(application.worker, role=Role.CASEWORKER)
        assert people.resident_view(application, made.residents[0]).document.number == NUMBER, state
        application._worker = replace(application.worker, role=Role.SOCIAL_WORKER)
        window.open_section("households")
        listed = window.page()
        assert isinstance(listed, HouseholdsPage)
        assert not listed.import_button.isEnabled()
        assert "由经办人来做" in listed.import_button.toolTip()
        window.open(Target("import"))
        assert isinstance(window.page(), NotYourRolePage)
        for size in (FULL, AT_150_PERCENT):
            window.resize(*size)
            QApplication.processEvents()
            assert_legible(window)
            assert unnamed(window) == []
        window.close()


def test_a_reviewer_is_offered_what_others_drafted_and_no_drafting(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """No visit, no new sheet, no editing; the referral can be submitted."""
    with recorded(tmp_path, Role.REVIEWER) as (application, made, referral):
        window = open_window(qtbot, tasks, application)
        page = household_page(qtbot, window, made.household)
        assert links(page) == {"同意书"}
        assert not window.header.primary.isEnabled()
        assert not page.edit_link.isEnabled()
        window.open_section("visit")
        assert isinstance(window.page(), NotYourRolePage)
        window.open(Target("referral", f"referral:{referral}"))
        qtbot.waitUntil(lambda: window.header.primary.text() == "提交给县里", timeout=SLOW)
        window.close()
