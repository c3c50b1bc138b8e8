"""同意书: taking, refusing, checking and withdrawing consent in the window, on a real encrypted store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.domain.roles import Role
from desktop.services import consent, drafts, paper, people, referrals, scans
from desktop.services.application import Application
from desktop.services.consent import Signer
from desktop.storage import queries
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.consent.opening import DRAFT_KIND
from desktop.ui.pages.consent.taking import Step
from desktop.ui.printing import PrintResult
from desktop.ui.tasks import Tasks
from tests.county_issued import ABROAD, CHARITY, LAPSED, RED_CROSS, issue_everything
from tests.documents.pdf_reading import whole_text
from tests.ui.consent_people import (
    NOW,
    carry,
    county_checks,
    issue_roster,
    photo,
    prepare,
    signed_sheet,
    wheelchair_referral,
)
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, unnamed, unreadable
from tests.vaults import made_vault

NECESSARY = ["A1", "A2", "A3", "A5", "B3", "B5"]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


@pytest.fixture
def desk(qtbot: QtBot, tasks: Tasks, vault: Application) -> Desk:
    """林晓梅 at the window; 吉建国 needs a wheelchair."""
    tasks.bug.connect(_fail)
    return Desk(qtbot, tasks, vault, prepare(vault)[1])


def _fail(error: BaseException) -> None:
    raise error


def fill_reading(desk: Desk) -> None:
    """Step 2 by mouse: the colleague, no kinship, 闽南话, every item read."""
    reading = desk.page.taking.reading
    desk.click(next(one for one in reading.second.findChildren(QPushButton) if one.text() == "陈晓燕"))
    desk.click(reading.near.inputs()[0])
    desk.click(reading.dialect.inputs()[1])
    for box in reading.items():
        desk.click(box)


def to_printed(desk: Desk) -> None:
    """Steps 1 to 3 by mouse, as they come."""
    desk.open(desk.resident)
    desk.go_on()
    fill_reading(desk)
    desk.go_on()
    desk.go_on()
    assert desk.page.taking.taking.step == Step.SIGNING


def sign(desk: Desk, refused: tuple[DataClass, ...] = (), *, fingerprint: bool = False) -> None:
    """Step 4 by mouse."""
    signing = desk.page.taking.signing
    for (_, _, data_class), field in signing.answers.items():
        desk.click(field.inputs()[1 if data_class in refused else 0])
    desk.click(signing.signer.inputs()[1 if fingerprint else 0])
    if fingerprint:
        signing.witness.setFocus()
        QTest.keyClicks(signing.witness, "He Jinshui")
    desk.click(signing.copy)
    desk.go_on()


def states(application: Application, resident: str) -> dict[str, str]:
    """The state of each grant by data class."""
    return {one.data_class.value: one.state.value for one in consent.grants(application, resident)}


def the_sheet(application: Application, resident: str) -> consent.SheetView:
    (sheet,) = consent.sheets(application, resident=resident)
    return sheet


# --- taking consent -------------------------------------------------------------------------------


def test_consent_is_taken_from_recipient_to_picture_with_the_mouse(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole of taking consent: asked, read, printed, signed, pictured; each a fact of its own; then it waits."""
    to_printed(desk)
    sheet = the_sheet(desk.application, desk.resident)
    assert sheet.state is SheetState.PRINTED
    assert [one.value for one in sheet.asks[0].classes] == NECESSARY
    assert sheet.second_worker == "worker-chen"
    assert sheet.fields["dialect"] == "闽南话"
    assert desk.printer.printed is not None
    assert "陈晓燕" in whole_text(desk.printer.printed[0])
    sign(desk)
    assert set(states(desk.application, desk.resident).values()) == {"agreed"}
    pdf = desk.printer.printed[0]
    paths = []
    for page in range(2):
        path = tmp_path / f"page{page}.png"
        path.write_bytes(photo(pdf, page))
        paths.append(str(path))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (paths, ""))
    desk.click(desk.page.taking.scanning.choose)
    desk.wait()
    assert [one.page for one in scans.scans_of(desk.application, sheet.id)] == [1, 2]
    assert "第 2 页" in desk.page.taking.scanning.said()
    desk.go_on()
    assert desk.page.sheet.isVisible()
    assert not desk.page.sheet.can_check
    assert the_sheet(desk.application, desk.resident).state is SheetState.SCANNED


def test_consent_is_taken_by_keyboard_alone(desk: Desk) -> None:
    """Tab, Space and Ctrl+Enter are enough from the first recipient to the signed paper (design §10)."""
    page = desk.open(desk.resident)
    control = Qt.KeyboardModifier.ControlModifier
    focused = QApplication.focusWidget()
    assert isinstance(focused, QCheckBox)
    assert focused.isChecked()
    desk.key(Qt.Key.Key_Return, control)
    desk.wait()
    reading = page.taking.reading
    desk.tab_to(lambda one: isinstance(one, QPushButton) and one.text() == "陈晓燕")
    desk.key(Qt.Key.Key_Space)
    for group in (reading.near, reading.dialect):
        desk.tab_to(lambda one, group=group: one in group.inputs())  # type: ignore[misc]
        desk.key(Qt.Key.Key_Space)
    desk.tab_to(lambda one: one is reading.items()[0])
    for _ in reading.items():
        desk.key(Qt.Key.Key_Space)
    assert reading.problem() == ""
    desk.key(Qt.Key.Key_Return, control)
    desk.wait()
    desk.key(Qt.Key.Key_Return, control)
    desk.wait()
    signing = page.taking.signing
    fields = list(signing.answers.values())
    desk.tab_to(lambda one: one in fields[0].inputs())
    desk.key(Qt.Key.Key_Space)
    for field in fields[1:]:
        desk.key(Qt.Key.Key_Return)
        assert QApplication.focusWidget() in field.inputs()
        desk.key(Qt.Key.Key_Space)
    desk.tab_to(lambda one: one in signing.signer.inputs())
    desk.key(Qt.Key.Key_Space)
    desk.tab_to(lambda one: one is signing.copy)
    desk.key(Qt.Key.Key_Space)
    desk.key(Qt.Key.Key_Return, control)
    desk.wait()
    assert the_sheet(desk.application, desk.resident).state is SheetState.SIGNED
    assert set(states(desk.application, desk.resident).values()) == {"agreed"}


def test_what_the_project_does_not_need_is_off_and_says_why(desk: Desk) -> None:
    """Least data (PIPL art. 6): a wheelchair needs no bank account; there is no button that asks for everything."""
    page = desk.open(desk.resident)
    choice = next(one for one in page.taking.recipients.choices() if one.is_chosen)
    assert choice.grid is not None
    assert [one.value for one in choice.grid.value()] == NECESSARY
    account = choice.grid.box(DataClass.B4)
    assert account.text().endswith("不征求")
    assert "只有直接发慈善款才用得到" in words_on(page.taking.recipients)
    everything = [one.text() for one in page.findChildren(QAbstractButton) if "全部" in one.text() and one.isVisible()]
    assert everything == []


def test_a_recipient_that_may_not_receive_is_shown_with_its_reason_and_cannot_be_chosen(desk: Desk) -> None:
    """Abroad, or without a current agreement: to be seen, not to be pressed."""
    page = desk.open(desk.resident)
    more = next(one for one in page.taking.recipients.findChildren(QPushButton) if "其余" in one.text())
    desk.click(more)
    barred = {one.match.organisation.id: one for one in page.taking.recipients.choices() if not one.box.isEnabled()}
    assert {ABROAD, LAPSED} <= set(barred)
    assert "境外" in barred[ABROAD].box.accessibleDescription()
    assert "协议" in barred[LAPSED].box.accessibleDescription()
    QTest.mouseClick(barred[ABROAD].box, Qt.MouseButton.LeftButton)
    assert not barred[ABROAD].is_chosen
    assert page.taking.recipients.choices()[0].match.organisation.id in (CHARITY, RED_CROSS)


def test_a_box_without_an_answer_is_asked_for_and_a_fingerprint_needs_a_witness(desk: Desk) -> None:
    """Silence is no answer; nothing is recorded until every box and the witness are there."""
    to_printed(desk)
    signing = desk.page.taking.signing
    fields = list(signing.answers.values())
    for field in fields[:-1]:
        desk.click(field.inputs()[0])
    desk.go_on()
    assert desk.notice() == "还有 1 格没有记。"
    desk.click(fields[-1].inputs()[1])
    desk.click(signing.signer.inputs()[1])
    desk.go_on()
    assert "见证人" in desk.notice()
    signing.witness.setFocus()
    QTest.keyClicks(signing.witness, "He Jinshui")
    desk.go_on()
    assert "一份" in desk.notice()
    assert the_sheet(desk.application, desk.resident).state is SheetState.PRINTED
    desk.click(signing.copy)
    desk.go_on()
    sheet = the_sheet(desk.application, desk.resident)
    assert (sheet.state, sheet.fields["signer"]) == (SheetState.SIGNED, Signer.FINGERPRINT.value)


def test_a_partial_refusal_is_recorded_with_the_same_care(desk: Desk) -> None:
    """One class refused, the others agreed; both are grants."""
    to_printed(desk)
    sign(desk, refused=(DataClass.B3,))
    found = states(desk.application, desk.resident)
    assert found.pop("B3") == "refused"
    assert set(found.values()) == {"agreed"}


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_total_refusal_takes_two_presses_at_every_step(desk: Desk, steps: int) -> None:
    """他不同意: no question back, no signature, and the words say that aid is not touched."""
    if steps == 3:
        to_printed(desk)
    else:
        desk.open(desk.resident)
        for _ in range(steps):
            desk.go_on()
    desk.click(next(one for one in desk.page.findChildren(QPushButton) if one.text() == "他不同意……"))
    assert "一分不少" in words_on(desk.page.taking.refusal)
    desk.click(desk.page.taking.refusal.record)
    desk.wait()
    sheet = the_sheet(desk.application, desk.resident)
    assert (sheet.state, sheet.reason) == (SheetState.VOID, "refused")
    found = states(desk.application, desk.resident)
    assert sorted(found) == NECESSARY
    assert set(found.values()) == {"refused"}
    assert "政府救助不受影响" in desk.notice()
    assert drafts.open_drafts(desk.application, DRAFT_KIND) == ()


@pytest.mark.parametrize("result", [PrintResult.NO_PRINTER, PrintResult.CANCELLED, PrintResult.FAILED])
def test_printed_is_recorded_only_when_it_was_printed(desk: Desk, result: PrintResult) -> None:
    """No printer, no paper, no "printed"; the sheet stays ready to be printed."""
    desk.printer.result = result
    desk.open(desk.resident)
    desk.go_on()
    fill_reading(desk)
    desk.go_on()
    desk.go_on()
    assert the_sheet(desk.application, desk.resident).state is SheetState.DRAFTED
    printing = desk.page.taking.printing
    assert printing.elsewhere.isVisible() is (result is not PrintResult.CANCELLED)
    desk.printer.result = PrintResult.PRINTED
    desk.go_on()
    sheet = the_sheet(desk.application, desk.resident)
    assert sheet.state is SheetState.PRINTED


def test_paper_printed_elsewhere_is_recorded_as_such(desk: Desk) -> None:
    """Where this laptop did not print, the record does not say that it did."""
    desk.printer.result = PrintResult.NO_PRINTER
    desk.open(desk.resident)
    desk.go_on()
    fill_reading(desk)
    desk.go_on()
    desk.go_on()
    desk.click(desk.page.taking.printing.elsewhere)
    desk.wait()
    assert the_sheet(desk.application, desk.resident).state is SheetState.PRINTED
    (fact,) = desk.application.read(lambda connection: queries.of_kind(connection, "print"))
    assert fact.state["fact"]["elsewhere"] is True


def test_what_was_typed_comes_back_after_a_kill(desk: Desk) -> None:
    """The draft is in the vault a moment after the last change, and a new window goes on where the old one stopped."""
    page = desk.open(desk.resident)
    choice = next(one for one in page.taking.recipients.choices() if one.is_chosen)
    assert choice.grid is not None
    desk.click(choice.grid.box(DataClass.A2))
    desk.go_on()
    desk.click(page.taking.reading.items()[0])

    def is_kept() -> bool:
        return any(one.body.get("read") for one in drafts.open_drafts(desk.application, DRAFT_KIND))

    desk.qtbot.waitUntil(is_kept)
    again = Desk(desk.qtbot, desk.tasks, desk.application, desk.resident)
    taking = again.open(desk.resident).taking
    assert taking.taking.step == Step.READING
    assert DataClass.A2 not in taking.taking.asks[0].classes
    assert taking.reading.items()[0].isChecked()
    assert not taking.reading.items()[1].isChecked()


def test_a_printed_sheet_is_not_changed_but_replaced(desk: Desk) -> None:
    """Paper that is out cannot be edited: the old sheet is void with its reason, the new one starts from it."""
    to_printed(desk)
    first = the_sheet(desk.application, desk.resident)
    desk.click(desk.page.taking.bar.buttons()[0])
    assert "不能再改" in desk.notice()
    action = next(one for one in desk.window.banner.findChildren(QPushButton) if one.text() == "作废，重新拟")
    desk.click(action)
    desk.wait()
    assert consent.sheet(desk.application, first.id).state is SheetState.VOID
    assert desk.page.taking.taking.step == Step.RECIPIENTS
    assert [one.value for one in desk.page.taking.taking.asks[0].classes] == NECESSARY


def test_a_child_is_not_asked_to_sign(desk: Desk) -> None:
    """Under 18 the guardian signs, on another form; the page says so instead of starting."""
    child = next(
        one.resident
        for one in people.household_page(desk.application, the_household(desk)).members
        if one.age is not None and one.age < 18
    )
    page = desk.open(child)
    assert not page.taking.isVisible()
    assert "监护人" in words_on(page)
    assert desk.window.header.primary.isHidden()


def the_household(desk: Desk) -> str:

    return people.resident_view(desk.application, desk.resident).membership.household


# --- pictures -------------------------------------------------------------------------------------


def test_the_picture_of_another_sheet_is_refused_in_a_sentence(desk: Desk) -> None:
    """The code on the paper decides: another sheet's page is not filed here, and the words say what to do."""
    first = signed_sheet(desk.application, desk.resident)
    second = signed_sheet_of_another(desk)

    page = desk.open(f"sheet:{first}")
    page.taking.scanning.picture_given.emit(photo(paper.consent_paper_for(desk.application, second).pdf))
    desk.wait()
    assert "另一份同意书" in page.taking.scanning.said()
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


# --- the second check -----------------------------------------------------------------------------


def test_the_one_who_took_it_sees_why_they_cannot_check(desk: Desk) -> None:
    """Drafter ≠ checker: no button, and the reason in words."""
    sheet = signed_sheet(desk.application, desk.resident)

    scans.take_scan(desk.application, sheet, photo(paper.consent_paper_for(desk.application, sheet).pdf))
    page = desk.open(f"sheet:{sheet}")
    assert not page.sheet.can_check
    assert desk.window.header.primary.isHidden()
    assert "您参与了征求，不能自己核对" in words_on(page.sheet)
    assert page.sheet.picture.has_picture
    before = page.sheet.picture.zoom
    larger = next(one for one in page.sheet.picture.findChildren(QWidget) if one.accessibleName() == "放大")
    desk.click(larger)
    assert page.sheet.picture.zoom > before


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

    scans.take_scan(vault, sheet, photo(paper.consent_paper_for(vault, sheet).pdf))
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
        desk.go_on()
        assert "对照着什么" in desk.notice()
        desk.click(page.sheet.basis.inputs()[1])
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
    assert "已召回" in words_on(page.person)
    desk.click(next(one for one in page.person.findChildren(QPushButton) if "打印撤回书" in one.text()))
    desk.wait()
    assert desk.printer.printed is not None
    text = whole_text(desk.printer.printed[-1])
    assert withdrawn.withdrawal in text
    desk.click(page.person.withdraw)
    desk.click(page.person.panel.whole)
    desk.click(page.person.panel.record)
    desk.wait()
    assert set(states(desk.application, desk.resident).values()) == {"withdrawn"}


# --- the list, and how it looks -------------------------------------------------------------------


def test_every_sheet_is_listed_under_its_state_and_opens(desk: Desk) -> None:
    """States in words; Enter opens; going back leads to the list again."""
    sheet = signed_sheet(desk.application, desk.resident)
    desk.window.open_section("consent")
    desk.wait()
    page = desk.page
    assert page.overview.pane.choose(f"sheet:{sheet}")
    row = page.overview._listed.rows[f"sheet:{sheet}"]
    assert [chip.text for chip in row.chips] == ["差影像"]
    page.overview.pane.view.setFocus()
    desk.key(Qt.Key.Key_Return)
    desk.wait()
    assert page.taking.isVisible()
    desk.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    desk.wait()
    assert page.overview.isVisible()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_everything_can_be_read_and_named_at_every_step(desk: Desk, size: tuple[int, int]) -> None:
    """Nothing is cut off at 1366×768 and at 150 %, and a screen reader can name all that takes the focus."""
    desk.window.resize(*size)
    looks: list[tuple[str, MainWindow]] = []

    def look(where: str) -> None:
        QApplication.processEvents()
        assert unreadable(desk.window) == [], where
        assert unnamed(desk.window) == [], where
        looks.append((where, desk.window))

    desk.window.open_section("consent")
    desk.wait()
    look("list")
    desk.open(desk.resident)
    look("recipients")
    desk.go_on()
    look("reading")
    fill_reading(desk)
    desk.go_on()
    desk.printer.result = PrintResult.NO_PRINTER
    desk.go_on()
    look("no printer")
    desk.printer.result = PrintResult.PRINTED
    desk.go_on()
    look("signing")
    desk.page.taking._begin_refusal()
    look("refusal")
    desk.click(desk.page.taking.refusal.back)
    sign(desk, fingerprint=True)
    assert desk.printer.printed is not None
    desk.page.taking.scanning.picture_given.emit(photo(desk.printer.printed[0]))
    desk.wait()
    look("scanning")
    desk.go_on()
    look("waiting")
    desk.open(f"list:{desk.resident}")
    look("person")
    desk.click(desk.page.person.withdraw)
    desk.wait()
    look("withdrawal")
    assert len(looks) == 10


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
