"""同意书: a colleague checks a sheet at this very laptop, with the own password, while the own vault stays locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from sqlalchemy import Connection

from desktop.domain.consent import DataClass, SheetState
from desktop.domain.journal import EntryReference
from desktop.domain.records import Outcome, Result
from desktop.domain.roles import Role
from desktop.services import beside_checks, consent, today
from desktop.services.application import Application
from desktop.services.beside_checks import Word
from desktop.services.consent import Signer
from desktop.storage import tries
from desktop.storage.judgements import Judgement, fold_slice, known_entries, note_pending, store
from desktop.storage.tables import entry
from desktop.ui.pages.consent.overview import load_list
from desktop.ui.pages.consent.taking import Step
from desktop.ui.widgets.chips import StateChip
from tests.county_issued import JUKOU, OFFICE, issue
from tests.ui.consent_people import NOW, county_checks, signed_sheet, take_every_page
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import ClosedVault, closed_vault, enrolment, made_vault, opened

THEIRS = "同事自己的密码-2026"


def colleague_here(
    vault: Application, worker: str = "worker-he", name: str = "何金水", role: Role = Role.REVIEWER
) -> ClosedVault:
    """A colleague's vault on this laptop, enrolled and locked."""
    made = closed_vault(vault.folder.parent.parent, worker_name=name, password=THEIRS)
    with opened(made) as application:
        application.enrol(enrolment(made.vault, worker=worker, worker_name=name, role=role))
    return made


def roster(vault: Application, *members: tuple[ClosedVault, str, str, str]) -> None:
    """The township's roster with these vaults and roles, beside 林晓梅's own."""
    vaults = [{"vault": vault.identity.vault, "worker": "worker-lin", "name": "林晓梅", "role": "caseworker"}]
    vaults += [
        {"vault": one.vault, "worker": worker, "name": name, "role": role, "office": "莒口镇民政办"}
        for one, worker, name, role in members
    ]
    workers = [{name: one[name] for name in ("worker", "name", "role")} for one in vaults]
    body = {"version": 2, "township": "350703104", "vaults": vaults, "workers": workers}
    issue(vault, "roster", "roster-350703104", body)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault; ``desk`` brings what the county issued."""
    with made_vault(tmp_path, clock=lambda: NOW) as application:
        yield application


@pytest.fixture
def he(desk: Desk) -> ClosedVault:
    """何金水, who took no part, has a vault here; so has 陈晓燕, who was the second worker."""
    made = colleague_here(desk.application)
    chen = colleague_here(desk.application, "worker-chen", "陈晓燕")
    roster(
        desk.application,
        (made, "worker-he", "何金水", "reviewer"),
        (chen, "worker-chen", "陈晓燕", "reviewer"),
    )
    return made


def open_panel(desk: Desk) -> str:
    """A signed sheet with its pictures, opened by 林晓梅, and the colleague asked to sit down; answers the sheet."""
    sheet = signed_sheet(desk.application, desk.resident, refused=(DataClass.B5,))
    take_every_page(desk.application, sheet)
    page = desk.open(f"sheet:{sheet}")
    assert "现在就在这台电脑上核对" in words_on(page.sheet)
    desk.click(page.sheet.beside)
    desk.wait()
    return sheet


def chips_on(root: QWidget) -> list[str]:
    """The states that are shown as chips."""
    return [one.chip.text for one in root.findChildren(StateChip) if one.isVisibleTo(root)]


def county_refuses(application: Application, reason: str) -> None:
    """The county's receipt: the newest check is not accepted."""

    def write(connection: Connection) -> None:
        kind = entry.c.kind == "check.recorded"
        row = connection.execute(entry.select().where(kind).order_by(entry.c.id.desc())).one()
        reference = EntryReference(row.vault, row.epoch, row.seq)
        judged = Judgement(reference, row.hash, Outcome(Result.REJECTED, reason), None)
        store(connection, [judged], known_entries(connection, [reference]))
        note_pending(connection, [row.record])

    application.store.write(write)
    while application.store.write(fold_slice):
        pass


def test_a_colleague_sits_down_and_signs_and_the_sheet_waits_for_the_county(desk: Desk, he: ClosedVault) -> None:
    """Who it is, the own password, the picture beside the answers; then what has still to happen, in words."""
    sheet = open_panel(desk)
    panel = desk.page.sheet.colleagues
    assert panel.colleague.value() == he.vault, "the only one who may is chosen"
    assert "陈晓燕：参与了征求" in words_on(panel)
    assert desk.page.sheet.returned.picture.has_picture
    assert desk.window.header.primary.text() == "核对无误，签名"
    assert "勾的和左边记的一样：5 项同意，1 项不同意" in words_on(panel)
    for mark in panel.boxes.marks:
        desk.go_on()
        assert "有对不上的" in words_on(panel)
        assert mark.hasFocus()
        desk.key(Qt.Key.Key_Space)
    assert panel.password.hasFocus()
    desk.go_on()
    assert "请同事输入自己的密码" in words_on(panel)
    panel.password.setText(THEIRS)
    desk.go_on()
    assert "设备卡" in words_on(panel)
    panel.card.setText(he.card)
    desk.go_on()
    assert "尚未上报县里" in words_on(desk.page.sheet)
    assert "何金水" in words_on(desk.page.sheet)
    assert "同事已核对，等上报县里" in chips_on(desk.page.sheet)
    assert consent.sheet(desk.application, sheet).state is SheetState.SCANNED
    assert load_list(desk.application).groups["同事已核对，等县里"] == (f"sheet:{sheet}",)
    (item,) = [one for one in today.today(desk.application).items if one.record == sheet]
    assert "县里核对生效" in item.words
    assert not desk.page.sheet.beside.isVisible()
    assert (panel.password.text(), panel.card.text()) == ("", "")
    assert "核对无误，签了名" in desk.notice()
    county_checks(desk.application, sheet, desk.resident)
    assert "核对无误" in words_on(desk.open(f"sheet:{sheet}").sheet)
    assert "尚未上报" not in words_on(desk.page.sheet)


def test_a_wrong_password_is_counted_in_words_and_nothing_is_signed(desk: Desk, he: ClosedVault) -> None:
    """How many, and how many are left; the field is empty again, and the panel stays."""
    sheet = open_panel(desk)
    panel = desk.page.sheet.colleagues
    desk.mark_boxes(panel.boxes)
    for number in (1, 2):
        panel.password.setText("不是这个密码")
        panel.card.setText(he.card)
        desk.go_on()
        assert f"已经输错 {number} 次" in words_on(panel)
        assert f"还可以错 {tries.FREE - number} 次" in words_on(panel)
        assert panel.password.text() == ""
    assert tries.read(he.home, desk.application.identity.vault).wrong == 0
    assert beside_checks.standing_of(desk.application, sheet) is None


def test_what_the_colleague_finds_wrong_is_signed_and_void(desk: Desk, he: ClosedVault) -> None:
    """有问题: what it is has to be said, and the page says who found it."""
    sheet = open_panel(desk)
    panel = desk.page.sheet.colleagues
    desk.click(panel.wrong)
    assert desk.window.header.primary.isHidden()
    assert panel.reason.value() == ""
    desk.click(panel.sign_wrong)
    assert "说明有什么问题" in words_on(panel)
    panel.reason.setText("第二页漏签")
    panel.password.setText(THEIRS)
    panel.card.setText(he.card)
    desk.click(panel.sign_wrong)
    desk.wait()
    assert consent.sheet(desk.application, sheet).state is SheetState.VOID
    assert "何金水 核对时发现有问题，这份已作废：第二页漏签" in words_on(desk.page.sheet)


def test_a_box_that_does_not_agree_asks_for_the_signature_under_its_reason(desk: Desk, he: ClosedVault) -> None:
    """不对 beside a box: its name stands in the reason, and the colleague signs that."""
    sheet = open_panel(desk)
    panel = desk.page.sheet.colleagues
    desk.click(panel.boxes.wrong[0])
    panel.password.setText(THEIRS)
    panel.card.setText(he.card)
    desk.click(panel.sign_wrong)
    desk.wait()
    assert consent.sheet(desk.application, sheet).reason == "【福建省慈善总会】勾的和记录对不上"


def test_giving_up_forgets_what_was_typed_and_leads_back(desk: Desk, he: ClosedVault) -> None:
    """A password is not left standing on a page."""
    open_panel(desk)
    view = desk.page.sheet
    view.colleagues.password.setText(THEIRS)
    desk.click(view.colleagues.give_up)
    assert view.colleagues.password.text() == ""
    assert view.beside.isVisible()
    desk.click(view.beside)
    desk.wait()
    view.colleagues.password.setText(THEIRS)
    desk.window.open_section("today")
    desk.wait()
    assert view.colleagues.password.text() == ""


def test_where_nobody_here_may_the_other_ways_are_named(desk: Desk) -> None:
    """The only other vault is the second worker's: why not, and who else."""
    chen = colleague_here(desk.application, "worker-chen", "陈晓燕")
    roster(desk.application, (chen, "worker-chen", "陈晓燕", "reviewer"))
    open_panel(desk)
    panel = desk.page.sheet.colleagues
    words = words_on(panel)
    assert "没有能核对这一份的同事" in words
    assert "陈晓燕：参与了征求" in words
    assert "县级值班员" in words
    assert desk.window.header.primary.isHidden()
    assert not panel.wrong.isVisible()


def test_a_check_that_the_county_did_not_accept_says_why_and_can_be_done_anew(desk: Desk, he: ClosedVault) -> None:
    """The sheet waits again; the reason is in words, and another colleague may be asked."""
    sheet = open_panel(desk)
    beside_checks.check_beside(desk.application, sheet, he.vault, THEIRS, beside_checks.Against.PAPER, card=he.card)
    county_refuses(desk.application, "check-key-revoked")
    found = beside_checks.standing_of(desk.application, sheet)
    assert found is not None
    assert found.word is Word.NOT_ACCEPTED
    page = desk.open(f"sheet:{sheet}")
    assert "县里没有接受：这位同事的加密库已被县里停用" in words_on(page.sheet)
    assert page.sheet.beside.isVisible()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_everything_is_legible_and_named(desk: Desk, he: ClosedVault, size: tuple[int, int]) -> None:
    """At 1366×768 and at 150 %, with the reason asked for too."""
    open_panel(desk)
    desk.window.resize(*size)
    panel = desk.page.sheet.colleagues
    desk.click(panel.wrong)
    panel.password.setText("不是这个密码")
    panel.reason.setText("漏签")
    panel.card.setText(he.card)
    desk.click(panel.sign_wrong)
    desk.wait()
    assert_legible(desk.window)
    assert unnamed(panel) == []


def sign_beside(desk: Desk, he: ClosedVault) -> None:
    """The colleague types the own password and signs."""
    panel = desk.page.sheet.colleagues
    desk.mark_boxes(panel.boxes)
    panel.password.setText(THEIRS)
    desk.go_on()
    panel.card.setText(he.card)
    desk.go_on()


def test_a_sheet_with_a_fingerprint_that_must_stay_on_paper_is_checked_by_it(desk: Desk, he: ClosedVault) -> None:
    """No picture is asked for; the colleague compares with the paper, and that is what is signed."""
    issue(desk.application, "office", f"office-{JUKOU}", {**OFFICE, "version": 2, "keep_fingerprints": False})
    sheet = signed_sheet(desk.application, desk.resident, signer=Signer.FINGERPRINT)
    page = desk.open(f"sheet:{sheet}")
    assert "县里规定不留影像" in words_on(page.sheet)
    desk.click(page.sheet.beside)
    desk.wait()
    against = page.sheet.colleagues.against
    assert against.value() is beside_checks.Against.PAPER
    assert [one.isVisible() for one in against.inputs()] == [False, True, False]
    assert "没有收过扫描件" in words_on(page.sheet)
    assert_legible(desk.window)
    sign_beside(desk, he)
    assert "同事已核对，等上报县里" in chips_on(desk.page.sheet)
    found = beside_checks.standing_of(desk.application, sheet)
    assert found is not None
    assert found.word is Word.UNREPORTED


def test_who_cannot_take_a_picture_asks_a_colleague_to_check_the_paper(desk: Desk, he: ClosedVault) -> None:
    """From the step of the pictures; afterwards the sheet waits for the county and asks for no picture any more."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")
    assert page.taking.taking.step == Step.SCANNING
    ask = next(one for one in page.taking.scanning.findChildren(QPushButton) if "对着纸核对" in one.text())
    desk.click(ask)
    desk.wait()
    assert desk.page.sheet.colleagues.isVisible()
    sign_beside(desk, he)
    desk.wait()
    assert "同事已核对，等上报县里" in chips_on(desk.page.sheet)
