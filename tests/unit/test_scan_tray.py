"""The tray: what no code names for certain waits in the vault for a person, and goes with whoever it names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageFilter
from sqlalchemy import Connection, delete, select

from desktop.documents.withdrawal_form import withdrawal_form
from desktop.domain.prints import Came
from desktop.services import (
    consent,
    erasing,
    erasing_plan,
    identity_paper,
    paper,
    rounds,
    scan_intake,
    scan_tray,
    scans,
)
from desktop.services.application import Application
from desktop.services.erasing import Ground
from desktop.services.scan_prints import Why
from desktop.storage import erasing as storage_erasing
from desktop.storage.tables import draft
from tests.casework import end_aid, recorded_household
from tests.county_issued import SHANGBU
from tests.documents.form_samples import WITHDRAWAL
from tests.unit.test_scan_services import drawn, picture, printed_sheet, refused, scanned, side_by_side, signed


@pytest.fixture
def resident(application: Application) -> str:
    return recorded_household(application).residents[0]


def test_a_form_that_need_not_come_back_is_named(application: Application, resident: str) -> None:
    """The round sheet and the confirmation of identity: said what each is, filed nowhere."""
    household = consent.sheet(application, signed(application, resident)[0]).household
    round_paper = rounds.round_paper(application, (SHANGBU,))
    identity = identity_paper.identity_paper_for(application, resident)
    given = scanned(*(drawn(pdf)[0] for pdf in (round_paper.paper.pdf, identity.paper.pdf)))
    before = [one.why for one in scan_intake.take_in(application, given).value.waiting]
    assert before == [Why.UNKNOWN, Why.UNKNOWN], "never noted as printed"
    rounds.record_round_print(application, round_paper, came=Came(copies=1))
    paper.record_print(application, identity.paper, of=resident, household=household, came=Came(copies=1))
    done = scan_intake.take_in(application, given).value
    assert [one.why for one in done.waiting] == [Why.ROUND_SHEET, Why.IDENTITY]
    assert done.filed == ()
    sheet = signed(application, resident)[0]
    for waiting in done.waiting:
        assert refused(lambda: scan_tray.file_from_tray(application, waiting.id, sheet, 1)) == "scan.other-form"  # noqa: B023


def test_two_pages_of_unequal_sharpness_in_one_photograph_are_filed_nowhere(
    application: Application, resident: str
) -> None:
    """The clearer code must not take the other page along: both wait for a person, with words."""
    sheet, pdf = signed(application, resident)
    both = side_by_side(drawn(pdf)[0], drawn(pdf)[1].filter(ImageFilter.GaussianBlur(2)))
    done = scan_intake.take_in(application, picture(both)).value
    assert [one.why for one in done.waiting] == [Why.SEVERAL]
    assert done.filed == ()
    assert refused(lambda: scans.take_scan(application, sheet, picture(both))) == "scan.several"


def test_a_picture_from_the_camera_is_kept_before_it_is_looked_at(application: Application, resident: str) -> None:
    """Looked at, it is filed and the tray is as before; decided on by a person first, it is not filed twice."""
    sheet, pdf = signed(application, resident)
    other, _ = signed(application, resident)
    first, second, third = (picture(page) for page in drawn(pdf)[:3])
    unseen = scan_tray.put_unseen(application, first, sheet)
    assert [one.why for one in scan_tray.tray(application)] == [Why.NOT_LOOKED_AT]
    done = scan_intake.take_in(application, first, sheet_id=sheet, unseen=unseen).value
    assert [one.page for one in done.filed] == [1]
    assert scan_tray.tray(application) == ()
    gone = scan_tray.put_unseen(application, second, sheet)
    scan_tray.discard_from_tray(application, gone)
    refusal = refused(lambda: scan_intake.take_in(application, second, sheet_id=sheet, unseen=gone))
    assert refusal == "scan.not-in-tray"
    left = scan_tray.put_unseen(application, third, sheet)
    assert refused(lambda: scan_tray.file_from_tray(application, left, other, 3)) == "scan.other-sheet"
    scan_tray.file_from_tray(application, left, sheet, 3)
    assert [(scan.page, scan.recognised) for scan in scans.scans_of(application, sheet)] == [(1, True), (3, True)]
    assert refused(lambda: scan_tray.put_unseen(application, b"nothing")) == "scan.not-an-image"


def tray_rows(application: Application) -> set[str]:
    """The ids of all rows of the draft table, pictures too."""
    return set(application.read(lambda connection: connection.scalars(select(draft.c.id)).all()))


def put_into_the_tray(application: Application, pdf: bytes, other: bytes, sheet: str) -> dict[Why, scan_tray.Waiting]:
    """A page not signed yet, two people's sheets in one picture, the withdrawal form, and a page without a code."""
    page, theirs = drawn(pdf)[0], drawn(other)[0]
    form = drawn(withdrawal_form(replace(WITHDRAWAL, print_id=f"{sheet[:24]}-slip")))[0]
    blank = Image.new("RGB", page.size, "white")
    given = scanned(page, side_by_side(theirs, page), form, blank)
    waiting = {one.why: one for one in scan_intake.take_in(application, given, sheet_id=sheet).value.waiting}
    assert set(waiting) == {Why.NOT_SIGNED, Why.SEVERAL, Why.OTHER_FORM, Why.NO_CODE}
    return waiting


def test_erasing_a_person_takes_the_pictures_in_the_tray_whose_code_names_them(application: Application) -> None:
    """List entry and picture; what shows no code stays, although their sheet was open, and the outlook counts it."""
    made = recorded_household(application)
    end_aid(application, made.household)
    ours, theirs = made.residents[:2]
    sheet, pdf = printed_sheet(application, ours)
    _, other = printed_sheet(application, theirs)
    waiting = put_into_the_tray(application, pdf, other, sheet)
    foreseen = erasing_plan.outlook(application, ours).grounds[Ground.RIGHT]
    assert (foreseen.pictures, foreseen.drafts) == (3, 0)
    assert [one.count for one in foreseen.remains if one.kind == "tray"] == [1]
    done = erasing.erase_resident(application, ours, Ground.RIGHT, "本人要求删除").value
    assert (done.pictures, done.drafts) == (3, 0)
    left = waiting[Why.NO_CODE]
    assert [one.id for one in scan_tray.tray(application)] == [left.id]
    assert tray_rows(application) == {left.id, f"{left.id}-picture"}
    assert scan_tray.tray_picture(application, left.id)


def test_a_sheet_that_a_colleague_erased_takes_its_pictures_out_of_the_tray(application: Application) -> None:
    """What comes by the feed, or is known after a restore, reaches them as an erasure of one's own does."""
    made = recorded_household(application)
    end_aid(application, made.household)
    ours, theirs = made.residents[:2]
    sheet, pdf = printed_sheet(application, ours)
    _, other = printed_sheet(application, theirs)
    left = put_into_the_tray(application, pdf, other, sheet)[Why.NO_CODE]

    def erase(connection: Connection) -> None:
        for one in erasing_plan.references(connection, sheet)[0]:
            storage_erasing.erase_content(connection, one)

    application.store.write(erase)
    assert tray_rows(application) == {left.id, f"{left.id}-picture"}


def test_what_a_damaged_store_left_of_a_picture_in_the_tray_can_be_discarded(application: Application) -> None:
    """Either of the two rows may be gone."""
    blank = picture(Image.new("RGB", (600, 850), "white"))
    for ending in ("", "-picture"):
        (waiting,) = scan_intake.take_in(application, blank).value.waiting
        lost = delete(draft).where(draft.c.id == f"{waiting.id}{ending}")
        application.store.write(lambda connection: connection.execute(lost))  # noqa: B023
        assert [one.id for one in scan_tray.tray(application)] == [waiting.id]
        scan_tray.discard_from_tray(application, waiting.id)
        assert tray_rows(application) == set()
