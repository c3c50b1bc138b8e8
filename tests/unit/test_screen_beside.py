"""A colleague checks a sheet that was signed on the screen: beside the worker, and against that alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import consent, sheet_checks, signatures
from desktop.services.application import Application
from desktop.services.beside_checks import Against
from desktop.storage import attachments
from tests.casework import new_sheet
from tests.screen_signatures import allow, signed_on_screen
from tests.unit.test_beside_services import THEIRS, Clock, Desk, closed, made_desk, own  # noqa: F401 - fixtures
from tests.vaults import ClosedVault


@pytest.fixture
def desk(own: tuple[Application, Clock], closed: ClosedVault) -> Desk:  # noqa: F811
    """何金水 sits down before a sheet that was signed on the screen."""
    made = made_desk(own[0], closed, own[1])
    allow(made.application)
    made.sheet = consent.draft_sheet(
        made.application, new_sheet(made.resident, second_worker="worker-chen", person_asked=True)
    ).value
    signed_on_screen(made.application, made.sheet, refused={"B3"})
    return made


def test_the_signatures_are_what_is_checked(desk: Desk) -> None:
    """There is no paper and no scan; the statement names each sealed picture."""
    assert desk.refusal(against=Against.PAPER).code == "beside.changed"
    document = desk.statement(desk.check(THEIRS, Against.SCREEN))
    assert document["against"] == "screen"
    pictures = desk.application.read(attachments.unsent)[::2]
    assert sorted(document["scans"]) == sorted(pictures)
    assert len(pictures) == 3


def test_what_cannot_be_seen_is_not_signed_for(desk: Desk) -> None:
    """One picture is damaged: nobody says that they have seen it."""
    digest = desk.application.read(attachments.unsent)[0]
    Path(desk.application.folder, attachments.FOLDER, digest).write_bytes(b"spoiled")
    view = consent.sheet(desk.application, desk.sheet)
    assert signatures.check_problem(desk.application, view) == "screen-unseen"
    refusal = desk.refusal(against=Against.SCREEN)
    assert (refusal.code, refusal.values["reason"]) == ("action.refused", "screen-unseen")


def test_a_sheet_on_paper_is_not_checked_against_the_screen(desk: Desk) -> None:
    """And one on the screen not against paper, in the checker's own workspace either."""
    with pytest.raises(UserFacingError) as refused:
        sheet_checks.check_sheet(desk.application, desk.sheet, "paper")
    assert refused.value.values["reason"] == "screen-and-paper"
