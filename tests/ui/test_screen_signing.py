"""Signing on the screen, in the window: by mouse and pen, one after the other; refused, left, locked, checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.domain.households import Name
from desktop.domain.prints import Came
from desktop.domain.screen_signing import ScreenRole
from desktop.domain.strokes import Device
from desktop.services import consent, drafts, households, screen_signing
from desktop.services.application import Application
from desktop.services.consent import Ask, NewSheet
from desktop.ui.pages.consent.opening import DRAFT_KIND, load_sheet
from desktop.ui.pages.consent.screen_turns import ScreenTurns
from desktop.ui.pages.consent.sheet_words import signature_problem
from desktop.ui.pages.consent.signing_dialog import SigningDialog
from desktop.ui.pages.consent.taking import Step
from desktop.ui.widgets.signing_pad import SigningPad
from tests.county_issued import CHARITY, RED_CROSS
from tests.documents.pdf_reading import whole_text
from tests.screen_signatures import allow, signed_on_screen
from tests.ui.consent_people import NOW
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import made_vault

CLASSES = (DataClass.A1, DataClass.A3, DataClass.B3)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def drafted(desk: Desk) -> str:
    """A sheet for two recipients that was drafted and not printed."""
    asks = (Ask(CHARITY, Purpose.DISABILITY, CLASSES, "wheelchair"), Ask(RED_CROSS, Purpose.MEDICAL, (DataClass.A1,)))
    return consent.draft_sheet(desk.application, NewSheet(desk.resident, asks, "worker-chen", read_aloud=False)).value


def to_signing(desk: Desk) -> ScreenTurns:
    """At the step of printing, then on to the screen."""
    desk.open(desk.resident)
    assert desk.page.taking.taking.step == Step.PRINTING
    desk.click(desk.page.taking.printing.on_screen)
    desk.wait()
    assert desk.page.taking.taking.step == Step.SIGNING
    return desk.page.taking.signing.turns


def answer(desk: Desk, *, refused: tuple[DataClass, ...] = ()) -> None:
    """Every box, by mouse."""
    for (_, _, data_class), field in desk.page.taking.signing.answers.items():
        desk.click(field.inputs()[1 if data_class in refused else 0])


def write(pad: SigningPad) -> None:
    """Two strokes with the mouse."""
    width, height = pad.width(), pad.height()
    for start in (0.2, 0.5):
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(int(width * start), int(height * 0.6)))
        for step in range(1, 12):
            place = QPoint(int(width * (start + 0.02 * step)), int(height * (0.6 - 0.03 * (step % 5))))
            QTest.mouseMove(pad, place)
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(int(width * (start + 0.25)), int(height * 0.5)))


def open_pad(desk: Desk, turns: ScreenTurns, place: tuple[ScreenRole, str]) -> SigningDialog:
    """Press the button of a turn."""
    QApplication.processEvents()  # the rows follow the boxes
    desk.click(turns.buttons[place])
    QApplication.processEvents()
    assert turns.dialog is not None
    return turns.dialog


def is_open(turns: ScreenTurns) -> bool:
    """Whether somebody has the pad before them."""
    return turns.dialog is not None


def sign(desk: Desk, turns: ScreenTurns, place: tuple[ScreenRole, str]) -> None:
    """Write a name and press 签好了."""
    dialog = open_pad(desk, turns, place)
    write(dialog.pad)
    dialog.done_button.click()
    QApplication.processEvents()
    assert turns.dialog is None


def test_a_sheet_is_signed_by_one_after_the_other_and_the_copy_printed(desk: Desk) -> None:
    """Without paper: two recipients, two signatures of the person; then the two workers; then the copy."""
    allow(desk.application)
    sheet = drafted(desk)
    turns = to_signing(desk)
    assert turns.buttons == {}
    answer(desk, refused=(DataClass.B3,))
    places = [
        (ScreenRole.PERSON, CHARITY),
        (ScreenRole.PERSON, RED_CROSS),
        (ScreenRole.WORKER, ""),
        (ScreenRole.SECOND_WORKER, ""),
    ]
    assert list(turns.buttons) == places
    for number, place in enumerate(places):
        desk.go_on()
        assert f"还差 {len(places) - number} 个签名" in desk.notice()
        sign(desk, turns, place)
    assert consent.sheet(desk.application, sheet).state is SheetState.DRAFTED
    desk.go_on()
    view = consent.sheet(desk.application, sheet)
    assert view.state is SheetState.SCANNED
    shown = words_on(desk.page.sheet)
    assert "屏幕签名 4 个，4 个验过" in shown
    assert "还没有给签名人打印一份" in shown
    assert "屏幕签名　吉建国" in shown
    desk.click(desk.page.sheet.copy)
    desk.wait()
    assert desk.printer.printed is not None
    assert whole_text(desk.printer.printed[-1]).count("屏幕签名吉建国") == 2
    assert "给签名人的一份已打印" in words_on(desk.page.sheet)


def test_above_the_pad_stands_who_signs_to_whom_and_what(desk: Desk) -> None:
    """And that nothing else is agreed to; no dot and nothing at all is taken for a signature."""
    allow(desk.application)
    drafted(desk)
    turns = to_signing(desk)
    answer(desk, refused=(DataClass.B3,))
    dialog = open_pad(desk, turns, (ScreenRole.PERSON, CHARITY))
    shown = words_on(dialog)
    for words in (
        "吉建国",
        "福建省慈善总会",
        "村(社区)及住址",
        "不告诉他们：残疾类别等级",
        "除此以外，什么都没有同意",
        "不影响政府救助",
    ):
        assert words in shown
    assert "红十字" not in shown
    dialog.done_button.click()
    assert "还没有写" in dialog.problem.text()
    QTest.mouseClick(dialog.pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    dialog.done_button.click()
    assert "不算签名" in dialog.problem.text()
    write(dialog.pad)
    assert len(dialog.pad.strokes().strokes) == 3
    dialog.undo.click()
    assert len(dialog.pad.strokes().strokes) == 2
    dialog.clear.click()
    assert dialog.pad.is_empty
    assert dialog.no.size().height() >= 36
    QTest.keyClick(dialog.pad, Qt.Key.Key_Return)
    assert is_open(turns)
    QTest.keyClick(dialog.leave, Qt.Key.Key_Escape)
    assert not is_open(turns)
    assert turns.marks() == ()


def test_refusing_at_the_pad_takes_back_that_recipient_alone(desk: Desk) -> None:
    """Every box of it is a no, and no signature is asked for it any more."""
    allow(desk.application)
    drafted(desk)
    turns = to_signing(desk)
    answer(desk)
    open_pad(desk, turns, (ScreenRole.PERSON, RED_CROSS)).no.click()
    QApplication.processEvents()
    said = {box: field.value() for box, field in desk.page.taking.signing.answers.items()}
    assert {agreed for (recipient, _, _), agreed in said.items() if recipient == RED_CROSS} == {False}
    assert {agreed for (recipient, _, _), agreed in said.items() if recipient == CHARITY} == {True}
    assert (ScreenRole.PERSON, RED_CROSS) not in turns.buttons


def test_a_tick_changed_after_signing_takes_the_signatures_it_touches(desk: Desk) -> None:
    """The recipient's and those for the whole; said in words."""
    allow(desk.application)
    drafted(desk)
    turns = to_signing(desk)
    answer(desk)
    for place in list(turns.buttons):
        sign(desk, turns, place)
    assert len(turns.marks()) == 4
    field = next(
        one for (to, _, what), one in desk.page.taking.signing.answers.items() if (to, what) == (CHARITY, "B3")
    )
    desk.click(field.inputs()[1])
    assert [one.place for one in turns.marks()] == [(ScreenRole.PERSON, RED_CROSS)]
    assert "作废了 3 个" in words_on(turns)


def test_what_was_signed_comes_back_from_the_encrypted_draft(desk: Desk) -> None:
    """After a lock: the signatures that were done, and not the strokes that were not."""
    allow(desk.application)
    drafted(desk)
    turns = to_signing(desk)
    answer(desk)
    sign(desk, turns, (ScreenRole.PERSON, CHARITY))
    write(open_pad(desk, turns, (ScreenRole.PERSON, RED_CROSS)).pad)
    desk.page.leave()
    assert turns.dialog is not None
    turns.dialog.close()
    desk.wait()
    (kept,) = drafts.open_drafts(desk.application, DRAFT_KIND, desk.resident)
    assert len(kept.body["marks"]) == 1
    desk.open(f"list:{desk.resident}")
    desk.open(desk.resident)
    assert desk.page.taking.taking.step == Step.SIGNING
    assert [one.place for one in desk.page.taking.signing.turns.marks()] == [(ScreenRole.PERSON, CHARITY)]
    assert "没按的笔画不存" in words_on(desk.page.taking.signing.turns)


def test_without_the_countys_word_it_is_not_offered_and_the_page_says_why(desk: Desk) -> None:
    """Neither at the printing nor at the signing."""
    sheet = drafted(desk)
    desk.open(desk.resident)
    printing = desk.page.taking.printing
    assert not printing.on_screen.isVisible()
    assert "县里没有开通屏幕签名" in words_on(printing)
    consent.record_printed(
        desk.application, sheet, print_id=sheet, form="TY-01", version="1", digest="", came=Came(copies=2)
    )
    desk.open(f"list:{desk.resident}")
    desk.open(desk.resident)
    assert desk.page.taking.taking.step == Step.SIGNING
    assert not desk.page.taking.signing.signatures.way.isVisibleTo(desk.page.taking.signing)


def test_another_worker_sees_that_it_was_signed_on_the_screen(desk: Desk) -> None:
    """Whoever took it does not check it; what is wrong or not here is said, and then there is no 核对无误."""
    allow(desk.application)
    sheet = drafted(desk)
    signed_on_screen(desk.application, sheet)
    first = next(iter((desk.application.folder / "attachments").iterdir()))
    first.write_bytes(b"spoiled")
    desk.open(f"sheet:{sheet}")
    assert "不在这台电脑上" in words_on(desk.page.sheet)
    assert not desk.page.sheet.copy.isEnabled()


def test_a_record_changed_since_hides_no_signature_from_whoever_checks(desk: Desk) -> None:
    """It is said, and the copy is not printed any more; what was signed holds and can be checked."""
    allow(desk.application)
    sheet = drafted(desk)
    signed_on_screen(desk.application, sheet)
    households.change_resident(desk.application, desk.resident, {"name": Name("吉建军")})
    desk.open(f"sheet:{sheet}")
    shown = words_on(desk.page.sheet)
    assert "签名以后" in shown
    assert "4 个验过" in shown
    assert not desk.page.sheet.copy.isEnabled()
    assert desk.page.sheet.preview.pages > 0
    assert signature_problem(load_sheet(desk.application, sheet)) == ""


def test_a_pen_is_told_apart_with_its_pressure(qtbot: object) -> None:
    """Its points carry pressure and time; what its system tells again as a mouse writes nothing twice."""
    pad = SigningPad()
    pad.resize(600, 240)
    pen = QPointingDevice()

    def tell(kind: QTabletEvent.Type, x: float, y: float, pressure: float) -> None:
        button = Qt.MouseButton.NoButton if kind is QTabletEvent.Type.TabletRelease else Qt.MouseButton.LeftButton
        event = QTabletEvent(
            kind, pen, QPointF(x, y), QPointF(x, y), pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, button,
        )  # fmt: skip
        QApplication.sendEvent(pad, event)

    tell(QTabletEvent.Type.TabletPress, 10, 20, 0.25)
    tell(QTabletEvent.Type.TabletMove, 300, 120.5, 0.75)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 120))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 120))
    tell(QTabletEvent.Type.TabletRelease, 300, 120.5, 0.0)
    (stroke,) = pad.strokes().strokes
    assert stroke.device is Device.PEN
    assert [(one.x, one.y, one.pressure) for one in stroke.points] == [(100, 200, 250), (3000, 1205, 750)]
    assert all(one.ms >= 0 for one in stroke.points)


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_it_is_legible_and_named(desk: Desk, size: tuple[int, int]) -> None:
    """The turns and the pad, at 1366 × 768 and at 150 %."""
    allow(desk.application)
    drafted(desk)
    turns = to_signing(desk)
    desk.window.resize(*size)
    answer(desk)
    assert_legible(desk.window)
    dialog = open_pad(desk, turns, (ScreenRole.PERSON, CHARITY))
    assert unnamed(dialog) == []
    assert_legible(dialog)
    dialog.close()


def test_practice_may_always_sign(desk: Desk) -> None:
    """It is tried out before anybody's county has said anything."""
    desk.application.practice = True
    assert screen_signing.why_not(desk.application) == ""
