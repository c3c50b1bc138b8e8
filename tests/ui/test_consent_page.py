"""同意书: taking and refusing consent in the window, on a real encrypted store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QPushButton,
)

from desktop.documents.wording import load_wording
from desktop.domain.consent import DataClass, SheetState
from desktop.domain.signing import Signer
from desktop.services import consent, drafts, people, scans
from desktop.services.application import Application
from desktop.storage import queries
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.consent import scanning_step
from desktop.ui.pages.consent.opening import DRAFT_KIND
from desktop.ui.pages.consent.taking import Step
from desktop.ui.printing import PrintResult
from tests.county_issued import ABROAD, CHARITY, LAPSED, RED_CROSS
from tests.documents.pdf_reading import page_texts, whole_text
from tests.ui.consent_people import (
    NOW,
    photo,
    signed_sheet,
)
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import made_vault
from tests.wordings import issue_wording, reworded

NECESSARY = ["A1", "A2", "A3", "A5", "B3", "B5"]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def fill_reading(desk: Desk) -> None:
    """Step 2 by mouse: the colleague, no kinship, 闽南话, every item read."""
    reading = desk.page.taking.reading
    desk.click(next(one for one in reading.second.findChildren(QPushButton) if one.text() == "陈晓燕"))
    desk.click(reading.near.inputs()[0])
    desk.click(reading.dialect.inputs()[1])
    for box in reading.items():
        desk.click(box)


def test_a_near_relative_is_named_before_anything_is_printed(desk: Desk) -> None:
    """有 alone does not go on; the name and the relation stand on the paper and beside the boxes of the check."""
    desk.open(desk.resident)
    desk.go_on()
    fill_reading(desk)
    reading = desk.page.taking.reading
    assert not reading.near_who.isVisible()
    desk.click(reading.near.inputs()[1])
    desk.go_on()
    assert "是谁" in desk.notice()
    desk.click(reading.near_who)
    QTest.keyClicks(reading.near_who, "He Jinshui, tangdi")
    desk.go_on()
    desk.go_on()
    assert desk.page.taking.taking.step == Step.SIGNING
    printed = desk.printer.printed
    assert printed is not None
    assert "□✓有HeJinshui,tangdi" in whole_text(printed[-1])
    (sheet,) = consent.sheets(desk.application, resident=desk.resident)
    assert sheet.fields["near_relative_who"] == "He Jinshui, tangdi"


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
    desk.click(signing.signatures.signer.inputs()[1 if fingerprint else 0])
    if fingerprint:
        signing.signatures.witness.setFocus()
        QTest.keyClicks(signing.signatures.witness, "He Jinshui")
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
    spoken = load_wording("consent-self-script", "2026.1")
    read = sheet.fields["script"]
    assert (read["number"], read["version"], read["wording"]) == (spoken.number, spoken.version, spoken.sha256)
    assert read["items"] == [one.id for one in spoken.sections]
    assert desk.printer.printed is not None
    assert "陈晓燕" in whole_text(desk.printer.printed[0])
    sign(desk)
    assert set(states(desk.application, desk.resident).values()) == {"agreed"}
    pdf = desk.printer.printed[0]
    paths = []
    for page in range(len(page_texts(pdf))):
        path = tmp_path / f"page{page}.png"
        path.write_bytes(photo(pdf, page))
        paths.append(str(path))
    monkeypatch.setattr(scanning_step, "choose_files", lambda *_, **__: tuple(paths))
    desk.click(desk.page.taking.scanning.choose)
    desk.qtbot.waitUntil(lambda: len(desk.page.taking.scanning.scans) == len(paths), timeout=60_000)
    assert [one.page for one in scans.scans_of(desk.application, sheet.id)] == list(range(1, len(paths) + 1))
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
    desk.tab_to(lambda one: one in signing.signatures.signer.inputs())
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
    desk.click(signing.signatures.signer.inputs()[1])
    desk.go_on()
    assert "见证人" in desk.notice()
    signing.signatures.witness.setFocus()
    QTest.keyClicks(signing.signatures.witness, "He Jinshui")
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
    desk.qtbot.waitUntil(lambda: "打印记录" in desk.page.taking.preview.prints.text())
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
    rows = desk.application.read(lambda connection: queries.of_kind(connection, "print"))
    facts = [row.state["fact"] for row in rows]
    assert {(one["outcome"], one.get("elsewhere", False)) for one in facts} == {("failed", False), ("printed", True)}


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

    desk.qtbot.waitUntil(is_kept, timeout=30_000)
    again = Desk(desk.qtbot, desk.tasks, desk.application, desk.resident)
    taking = again.open(desk.resident).taking
    assert taking.taking.step == Step.READING
    assert DataClass.A2 not in taking.taking.asks[0].classes
    assert taking.reading.items()[0].isChecked()
    assert not taking.reading.items()[1].isChecked()
    issue_wording(desk.application, reworded("consent-self-script"), date(2026, 11, 1))
    newer = Desk(desk.qtbot, desk.tasks, desk.application, desk.resident).open(desk.resident).taking
    assert not newer.reading.items()[0].isChecked()  # what was read is not the text that is there now


def test_the_last_tick_before_the_lock_is_kept(desk: Desk) -> None:
    """Ctrl+L comes before the autosave would have."""
    page = desk.open(desk.resident)
    desk.go_on()
    desk.click(page.taking.reading.items()[0])
    desk.window.lock()
    assert desk.tasks.close()
    (draft,) = drafts.open_drafts(desk.application, DRAFT_KIND)
    assert len(draft.body["read"]) == 1


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


def the_household(desk: Desk) -> str:

    return people.resident_view(desk.application, desk.resident).membership.household


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
        assert_legible(desk.window, where)
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
