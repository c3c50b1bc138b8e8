"""同意书: signed paper that comes back, the second check and the withdrawal, on a real encrypted store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.domain.roles import Role
from desktop.services import consent, paper, referrals, scans
from desktop.services.application import Application
from desktop.ui.tasks import Tasks
from tests.casework import carry
from tests.county_issued import CHARITY, RED_CROSS, issue_everything, issue_roster
from tests.documents.pdf_reading import whole_text
from tests.ui.consent_people import (
    NOW,
    county_checks,
    photo,
    prepare,
    signed_sheet,
    take_every_page,
    wheelchair_referral,
)
from tests.ui.desk import Desk, words_on
from tests.vaults import made_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def states(application: Application, resident: str) -> dict[str, str]:
    """The state of each grant by data class."""
    return {one.data_class.value: one.state.value for one in consent.grants(application, resident)}


# --- the second check -----------------------------------------------------------------------------


def test_the_one_who_took_it_sees_why_they_cannot_check(desk: Desk) -> None:
    """Drafter ≠ checker: no button, and the reason in words."""
    sheet = signed_sheet(desk.application, desk.resident)

    take_every_page(desk.application, sheet)
    page = desk.open(f"sheet:{sheet}")
    assert not page.sheet.can_check
    assert desk.window.header.primary.isHidden()
    assert "您参与了征求，不能自己核对" in words_on(page.sheet)
    assert page.sheet.returned.picture.has_picture
    before = page.sheet.returned.picture.zoom
    larger = next(one for one in page.sheet.returned.picture.findChildren(QWidget) if one.accessibleName() == "放大")
    desk.click(larger)
    assert page.sheet.returned.picture.zoom > before


def checker_desk(qtbot: QtBot, tasks: Tasks, taker: Application, checker: Application, resident: str) -> Desk:
    """何金水's own window, after what 林晓梅 did has come."""
    prepare_issued(checker)
    carry(taker, checker)
    return Desk(qtbot, tasks, checker, resident)


def prepare_issued(application: Application) -> None:
    issue_everything(application)
    issue_roster(application)


@pytest.mark.parametrize("worker", ["worker-he", "worker-chen"])
def test_a_second_person_checks_in_their_own_vault(
    qtbot: QtBot, tasks: Tasks, vault: Application, tmp_path: Path, worker: str
) -> None:
    """Another worker brings the consent into force, against the paper where the picture is on the colleague's laptop;
    the second worker who was there is refused like the first."""
    resident = prepare(vault)[1]
    sheet = signed_sheet(vault, resident)

    take_every_page(vault, sheet)
    with made_vault(
        tmp_path / "other", worker=worker, worker_name="何金水", role=Role.REVIEWER, clock=lambda: NOW
    ) as own:
        desk = checker_desk(qtbot, tasks, vault, own, resident)
        page = desk.open(f"sheet:{sheet}")
        if worker == "worker-chen":
            assert not page.sheet.can_check
            return
        assert page.sheet.can_check
        assert "在同事的电脑上" in words_on(page.sheet)
        assert [one.isVisible() for one in page.sheet.basis.inputs()] == [False, True], "nobody sees the scan here"
        assert "扫描件不全在这台电脑上" in words_on(page.sheet)
        desk.go_on()
        assert "对照着什么" in desk.notice()
        desk.click(page.sheet.basis.inputs()[1])
        for mark in page.sheet.boxes.marks:
            desk.go_on()
            assert "还有" in desk.notice()
            assert consent.sheet(own, sheet).state is SheetState.SCANNED, "a box is left"
            desk.click(mark)
        desk.go_on()
        checked = consent.sheet(own, sheet)
        assert (checked.state, checked.fields["checked_against"]) == (SheetState.CHECKED, "paper")
        assert set(states(own, resident).values()) == {"in-force"}


def test_a_check_that_finds_something_wrong_voids_the_sheet_with_its_reason(
    qtbot: QtBot, tasks: Tasks, vault: Application, tmp_path: Path
) -> None:
    """有问题: void with a reason; what was agreed on it permits nothing any more."""
    resident = prepare(vault)[1]
    sheet = signed_sheet(vault, resident)
    with made_vault(tmp_path / "other", worker="worker-he", role=Role.REVIEWER, clock=lambda: NOW) as own:
        desk = checker_desk(qtbot, tasks, vault, own, resident)
        page = desk.open(f"sheet:{sheet}")
        desk.click(page.sheet.wrong)
        desk.click(page.sheet.confirm_void)
        assert "说明有什么问题" in desk.notice()
        page.sheet.reason.setText("签名不是本人")
        desk.click(page.sheet.confirm_void)
        desk.wait()
        assert consent.sheet(own, sheet).state is SheetState.VOID
        answers = consent.disclosures(own, resident, CHARITY, Purpose.DISABILITY, [DataClass.A1])
        assert (answers[DataClass.A1].allowed, answers[DataClass.A1].after_check) == (False, False)


def test_a_box_that_does_not_agree_leads_to_the_rejection_with_its_reason(
    qtbot: QtBot, tasks: Tasks, vault: Application, tmp_path: Path
) -> None:
    """The reason begins with what it is; the checker may write more."""
    resident = prepare(vault)[1]
    sheet = signed_sheet(vault, resident)
    with made_vault(tmp_path / "other", worker="worker-he", role=Role.REVIEWER, clock=lambda: NOW) as own:
        desk = checker_desk(qtbot, tasks, vault, own, resident)
        page = desk.open(f"sheet:{sheet}")
        desk.click(page.sheet.boxes.wrong[1])
        assert page.sheet.reason.hasFocus()
        page.sheet.reason.insert("：漏签")
        desk.click(page.sheet.confirm_void)
        desk.wait()
        void = consent.sheet(own, sheet)
        assert (void.state, void.reason) == (SheetState.VOID, "【福建省慈善总会】签名或指印和记录对不上：漏签")


def test_a_check_by_keyboard_alone(qtbot: QtBot, tasks: Tasks, vault: Application, tmp_path: Path) -> None:
    """Space marks a box and goes on to the next; what was asked again within six months of a no is said before."""
    resident = prepare(vault)[1]
    first = signed_sheet(vault, resident)
    consent.withdraw(vault, resident, tuple(one.id for one in consent.grants(vault, resident)))
    sheet = signed_sheet(vault, resident, person_asked=True)
    with made_vault(tmp_path / "other", worker="worker-he", role=Role.REVIEWER, clock=lambda: NOW) as own:
        desk = checker_desk(qtbot, tasks, vault, own, resident)
        assert "半年内" not in words_on(desk.open(f"sheet:{first}").sheet)
        page = desk.open(f"sheet:{sheet}")
        assert "半年内对其中的接收方和用途说过不同意或者撤回过" in words_on(page.sheet)
        desk.key(Qt.Key.Key_Space)
        assert page.sheet.basis.value() == "paper"
        desk.tab_to(lambda one: one is page.sheet.boxes.marks[0])
        for mark in page.sheet.boxes.marks:
            assert mark.hasFocus()
            desk.key(Qt.Key.Key_Space)
        assert "每一格都对过了" in words_on(page.sheet)
        desk.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        desk.wait()
        assert consent.sheet(own, sheet).state is SheetState.CHECKED


# --- withdrawing ----------------------------------------------------------------------------------


def test_a_withdrawal_recalls_the_referral_and_prints_its_receipt(desk: Desk) -> None:
    """撤回: one class or all, as easily as given; open referrals that rest on it are recalled at once."""
    sheet = signed_sheet(desk.application, desk.resident)
    county_checks(desk.application, sheet, desk.resident)
    referral = referrals.draft_referral(desk.application, wheelchair_referral(desk.resident), submit=True).value
    page = desk.open(f"list:{desk.resident}")
    desk.click(page.person.withdraw)
    desk.wait()
    desk.click(page.person.panel.choices[0].inputs()[0])
    desk.click(page.person.panel.mode.inputs()[1])
    desk.click(page.person.panel.record)
    desk.wait()
    assert referrals.referral(desk.application, referral).state == "recalled"
    assert sorted(states(desk.application, desk.resident).values()) == ["in-force"] * 5 + ["withdrawn"]
    withdrawn = next(one for one in consent.grants(desk.application, desk.resident) if one.state == "withdrawn")
    assert withdrawn.withdrawal_mode == "phone"
    assert "已召回" in words_on(page.withdrawal)
    desk.click(page.withdrawal.print)
    desk.wait()
    assert desk.printer.printed is not None
    text = whole_text(desk.printer.printed[-1])
    assert withdrawn.withdrawal in text
    desk.click(page.withdrawal.person)
    desk.wait()
    desk.click(page.person.withdraw)
    desk.click(page.person.panel.whole)
    desk.click(page.person.panel.record)
    desk.wait()
    assert set(states(desk.application, desk.resident).values()) == {"withdrawn"}


# --- pictures -------------------------------------------------------------------------------------


def test_the_picture_of_another_sheet_is_refused_in_a_sentence(desk: Desk) -> None:
    """The code on the paper decides: another sheet's page is not filed here, and the words say what to do."""
    first = signed_sheet(desk.application, desk.resident)
    second = signed_sheet_of_another(desk)

    page = desk.open(f"sheet:{first}")
    page.taking.scanning.picture_given.emit(photo(paper.consent_paper_for(desk.application, second).pdf))
    desk.wait()
    assert "另一份纸" in page.taking.scanning.said()
    assert scans.scans_of(desk.application, first) == ()
    page.taking.scanning.picture_given.emit(b"not a picture")
    desk.wait()
    assert "不是照片" in page.taking.scanning.said()


def signed_sheet_of_another(desk: Desk) -> str:
    """A second sheet, of the same person for another recipient."""
    ask = consent.Ask(RED_CROSS, Purpose.MEDICAL, (DataClass.A1,))
    return consent.draft_sheet(desk.application, consent.NewSheet(desk.resident, (ask,), "陈晓燕")).value


def test_a_picture_that_is_not_recognised_is_taken_in_only_on_a_persons_word(desk: Desk) -> None:
    """No code to be read: the worker says which page it is, or takes another picture."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")
    blank = io.BytesIO()
    Image.new("RGB", (600, 850), "white").save(blank, "PNG")
    page.taking.scanning.picture_given.emit(blank.getvalue())
    desk.wait()
    assert scans.scans_of(desk.application, sheet) == ()
    assert "没有认出" in page.taking.scanning.said()
    desk.click(next(one for one in page.taking.scanning.findChildren(QPushButton) if one.text() == "是第 2 页"))
    desk.wait()
    (scan,) = scans.scans_of(desk.application, sheet)
    assert (scan.page, scan.recognised) == (2, False)


def test_no_picture_reaches_the_disk_as_it_is(desk: Desk, tmp_path: Path) -> None:
    """A scan lies in the vault as ciphertext only, and the preview leaves no file."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")

    page.taking.scanning.picture_given.emit(photo(paper.consent_paper_for(desk.application, sheet).pdf))
    desk.wait()
    assert len(scans.scans_of(desk.application, sheet)) == 1
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert files
    for file in files:
        start = file.read_bytes()[:8]
        assert not start.startswith((b"\xff\xd8\xff", b"\x89PNG", b"%PDF")), file
