"""The county keeps no pictures of fingerprints: the sheet stays on paper, and the second check stands instead."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.services import consent, scan_intake, scan_tray, scans
from desktop.services.application import Application
from desktop.services.consent import Signer
from desktop.services.scan_prints import Why
from desktop.services.today import TodayKind, today
from desktop.storage import attachments
from desktop.storage.tables import draft
from tests.casework import recorded_household
from tests.county_issued import JUKOU, OFFICE, issue
from tests.unit.test_scan_services import drawn, picture, printed_sheet, scanned, sign


def forbid(application: Application, version: int = 2, *, keep: bool = False) -> None:
    """The county's word on pictures of fingerprints."""
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": version, "keep_fingerprints": keep})


def fingerprinted(application: Application, signer: Signer = Signer.FINGERPRINT) -> tuple[str, bytes]:
    """A sheet on paper, signed by a fingerprint before a witness; its id and its form."""
    sheet, pdf = printed_sheet(application, recorded_household(application).residents[0])
    sign(application, sheet, signer)
    return sheet, pdf


def step(application: Application) -> TodayKind:
    """What Today says is the sheet's next step."""
    return next(one.kind for one in today(application).items if one.kind.value.startswith("sheet-"))


def test_no_picture_of_a_fingerprint_is_kept_where_the_county_says_so(application: Application) -> None:
    """Neither filed nor in the tray nor on the disk; it is counted, so that it can be said."""
    forbid(application)
    sheet, pdf = fingerprinted(application)
    assert consent.sheet(application, sheet).stays_on_paper
    taken = scan_intake.take_in(application, scanned(*drawn(pdf))).value
    assert (taken.filed, taken.waiting) == ((), ())
    assert taken.let_go == len(drawn(pdf))
    assert scans.scans_of(application, sheet) == ()
    assert scan_tray.tray(application) == ()
    assert application.read(attachments.unsent) == ()
    with pytest.raises(UserFacingError) as refused:
        scans.take_scan(application, sheet, picture(drawn(pdf)[0]), page=1)
    assert refused.value.code == "scan.fingerprint"


def test_a_picture_without_a_readable_code_cannot_be_filed_to_it_by_hand(application: Application) -> None:
    """It waits in the tray as any other, and whoever sees what it is discards it."""
    forbid(application)
    sheet, pdf = fingerprinted(application)
    page = drawn(pdf)[0]
    page.paste("white", (page.width // 2, 0, page.width, page.height // 4))  # without its code
    (waiting,) = scan_intake.take_in(application, picture(page), sheet_id=sheet).value.waiting
    assert waiting.why is Why.NO_CODE
    with pytest.raises(UserFacingError) as refused:
        scan_tray.file_from_tray(application, waiting.id, sheet, 1)
    assert refused.value.code == "scan.fingerprint"
    scan_tray.discard_from_tray(application, waiting.id)
    assert scan_tray.tray(application) == ()


@pytest.mark.parametrize("is_told_later", [False, True])
def test_pages_that_waited_for_the_signing_do_not_stay_in_the_tray(
    application: Application, *, is_told_later: bool
) -> None:
    """They came before it was known that they show a fingerprint, or that none is kept."""
    sheet, pdf = printed_sheet(application, recorded_household(application).residents[0])
    waiting = scan_intake.take_in(application, scanned(*drawn(pdf))).value.waiting
    assert {one.why for one in waiting} == {Why.NOT_SIGNED}
    if not is_told_later:
        forbid(application)
    sign(application, sheet, Signer.FINGERPRINT)
    if is_told_later:
        forbid(application)
        assert scan_tray.tray(application) == ()
    rows = application.read(lambda connection: connection.scalars(select(draft.c.id)).all())
    assert [one for one in rows if one.removesuffix("-picture") in {each.id for each in waiting}] == []


def test_a_camera_picture_kept_before_it_was_looked_at_goes_too(application: Application) -> None:
    """It was put by in case of a lock; once it is known what it is, nothing of it stays."""
    forbid(application)
    _, pdf = fingerprinted(application)
    shot = picture(drawn(pdf)[0])
    unseen = scan_tray.put_unseen(application, shot)
    assert scan_intake.take_in(application, shot, unseen=unseen).value.let_go == 1
    assert scan_tray.tray(application) == ()


@pytest.mark.parametrize(
    ("keep", "signer", "kind"),
    [
        (False, Signer.FINGERPRINT, TodayKind.SHEET_CHECK),
        (True, Signer.FINGERPRINT, TodayKind.SHEET_SCAN),
        (False, Signer.SIGNATURE, TodayKind.SHEET_SCAN),
    ],
)
def test_only_a_fingerprint_under_that_rule_waits_for_no_picture(
    application: Application, keep: bool, signer: Signer, kind: TodayKind
) -> None:
    """A signature is no biometric, and without the rule all is taken in as before."""
    forbid(application, keep=keep)
    sheet, pdf = fingerprinted(application, signer)
    assert step(application) is kind
    taken = scan_intake.take_in(application, scanned(*drawn(pdf))).value
    assert bool(taken.filed) is (kind is TodayKind.SHEET_SCAN)
    wanted = SheetState.SCANNED if kind is TodayKind.SHEET_SCAN else SheetState.SIGNED
    assert consent.sheet(application, sheet).state is wanted
