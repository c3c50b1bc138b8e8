"""收回影像 in the window: several pages at once, the tray, a watched folder, a camera; what is said of the pages."""

from __future__ import annotations

import io
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.domain.consent import SheetState
from desktop.domain.households import Name
from desktop.domain.prints import Came
from desktop.services import (
    consent,
    households,
    need_paper,
    paper,
    people,
    scan_filing,
    scan_intake,
    scan_tray,
    scans,
)
from desktop.services.application import Application
from desktop.services.scan_prints import PagesToCome, Why
from desktop.ui.pages.consent import scan_sources, scanning, scanning_step
from tests.documents.pdf_reading import page_texts
from tests.ui.consent_people import NOW, photo, signed_sheet, take_every_page
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.test_further_papers import look
from tests.vaults import made_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def blank() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (600, 850), "white").save(output, "PNG")
    return output.getvalue()


def pages_of(desk: Desk, sheet: str) -> list[bytes]:
    pdf = paper.consent_paper_for(desk.application, sheet).pdf
    return [photo(pdf, page) for page in range(len(page_texts(pdf)))]


def pdf_of(pictures: list[bytes]) -> bytes:
    """A phone's PDF of photographs."""
    images = [Image.open(io.BytesIO(one)).convert("RGB") for one in pictures]
    output = io.BytesIO()
    images[0].save(output, "PDF", save_all=True, append_images=images[1:], resolution=144)
    return output.getvalue()


def press(desk: Desk, within: QWidget, words: str) -> None:
    desk.click(next(one for one in within.findChildren(QPushButton) if one.text() == words and one.isVisible()))
    desk.wait()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_a_pdf_is_taken_in_at_once_and_the_rest_is_decided_from_the_tray(desk: Desk, size: tuple[int, int]) -> None:
    """All pages but one, and a blank one: filed, said what is missing; the blank one is filed later from the tray."""
    sheet = signed_sheet(desk.application, desk.resident)
    desk.window.resize(*size)
    page = desk.open(f"sheet:{sheet}")
    step = page.taking.scanning
    pictures = pages_of(desk, sheet)
    step.picture_given.emit(pdf_of([pictures[1], blank(), pictures[0], *pictures[2:-1]]))
    desk.wait()
    last = len(pictures)
    assert f"还差第 {last} 页" in words_on(step)
    assert "有打勾或签字的地方" in words_on(step)
    assert "没有认出二维码" in step.said()
    assert consent.sheet(desk.application, sheet).state is SheetState.SIGNED
    assert_legible(desk.window, "asked")
    assert unnamed(desk.window) == []
    press(desk, step, "先放在待认盘")
    desk.window.open_section("consent")
    desk.wait()
    assert "有 1 张图" in page.overview.tray.text()
    desk.click(page.overview.tray)
    desk.wait()
    assert page.tray.isVisible()
    assert page.tray.picture.has_picture
    assert_legible(desk.window, "tray")
    assert unnamed(desk.window) == []
    desk.click(page.tray.file)
    assert "选是哪一份" in desk.notice()
    assert page.tray.page_number.options() == ()
    page.tray.sheet.set_value(sheet)
    page.tray.sheet.changed.emit()
    desk.wait()
    assert page.tray.page_number.options() == tuple(range(1, last + 1)), "as many as this paper has"
    page.tray.page_number.set_value(last)
    desk.click(page.tray.file)
    desk.wait()
    assert scan_tray.tray(desk.application) == ()
    assert page.overview.isVisible()
    assert page.overview.tray.text() == "", "nothing waits any more, and nothing says so"
    assert not page.overview.tray.isVisible()
    assert consent.sheet(desk.application, sheet).state is SheetState.SCANNED
    assert [(scan.page, scan.recognised) for scan in scans.scans_of(desk.application, sheet)][-1] == (last, False)


def test_one_bad_file_stops_none_of_the_others(desk: Desk, tmp_path: Path) -> None:
    """Three files, the first of them no picture: its words stand beside what became of the other two."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")
    paths = [tmp_path / name for name in ("a.jpg", "b.png", "c.png")]
    for path, content in zip(paths, [b"nothing", *pages_of(desk, sheet)[:2]], strict=True):
        path.write_bytes(content)
    page.taking.scanning.files_given.emit(tuple(map(str, paths)))
    desk.wait()
    said = page.taking.scanning.said()
    assert "不是照片" in said
    assert "第 1 页" in said
    assert "第 2 页" in said
    assert [scan.page for scan in scans.scans_of(desk.application, sheet)] == [1, 2]


def test_the_checkers_page_says_what_the_pictures_are_worth(desk: Desk) -> None:
    """All pages here, and the record changed after printing: both in words beside the picture."""
    sheet = signed_sheet(desk.application, desk.resident)
    pages = take_every_page(desk.application, sheet)
    page = desk.open(f"sheet:{sheet}")
    desk.wait()
    assert f"{pages} 页都收齐了" in words_on(page.sheet)
    assert "记录又改过" not in words_on(page.sheet)
    households.change_resident(desk.application, desk.resident, {"name": Name("吉建华")})
    desk.open(f"sheet:{sheet}")
    desk.wait()
    assert "打印以后，记录又改过" in words_on(page.sheet)


def test_a_watched_folder_is_read_only_while_the_step_is_open(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lay there before is not taken; what arrives is, when it is whole; it stays there, and the words say so."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")
    step = page.taking.scanning
    pictures = pages_of(desk, sheet)
    folder = tmp_path / "phone"
    folder.mkdir()
    (folder / "old.png").write_bytes(pictures[1])
    monkeypatch.setattr(scanning_step, "choose_folder", lambda *_: folder)
    desk.click(step.watch)
    desk.qtbot.waitUntil(lambda: "没有加密" in words_on(step), timeout=30_000)

    def look() -> None:
        desk.qtbot.waitUntil(lambda: not step.watched.is_looking, timeout=30_000)
        step.watched.look()
        desk.qtbot.waitUntil(lambda: not step.watched.is_looking, timeout=30_000)

    arriving = folder / "new.png"
    arriving.write_bytes(pictures[0][:1000])
    look()
    arriving.write_bytes(pictures[0])
    for _ in range(3):
        look()
    desk.wait()
    assert [scan.page for scan in scans.scans_of(desk.application, sheet)] == [1]
    assert sorted(one.name for one in folder.iterdir()) == ["new.png", "old.png"]
    assert arriving.read_bytes() == pictures[0]
    desk.window.open_section("today")
    QApplication.processEvents()
    assert step.watched.folder is None


def test_a_picture_comes_from_the_clipboard(desk: Desk) -> None:
    """Copied elsewhere, pasted here."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")
    QGuiApplication.clipboard().setImage(QImage.fromData(pages_of(desk, sheet)[0]))
    desk.click(page.taking.scanning.paste)
    desk.wait()
    assert [scan.page for scan in scans.scans_of(desk.application, sheet)] == [1]


class StandInCamera(QObject):
    """A camera at the edge of the system: shows nothing and takes the picture it was given."""

    taken = Signal(object)

    def __init__(self, picture: bytes, parent: QObject) -> None:
        super().__init__(parent)
        self.view = QWidget()
        self.is_on = False
        self._picture = picture

    def start(self) -> None:
        self.is_on = True

    def stop(self) -> None:
        self.is_on = False

    def take(self) -> None:
        self.taken.emit(QImage.fromData(self._picture))


@pytest.mark.parametrize("is_there", [True, False])
def test_the_camera_is_offered_only_where_there_is_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """One press shows what it sees, the next takes the page; leaving the step puts its light out."""
    sheet = signed_sheet(desk.application, desk.resident)
    made: list[StandInCamera] = []

    def open_camera(parent: QObject) -> StandInCamera:
        made.append(StandInCamera(pages_of(desk, sheet)[0], parent))
        return made[0]

    monkeypatch.setattr(scanning_step, "find_camera", lambda: open_camera if is_there else None)
    step = desk.open(f"sheet:{sheet}").taking.scanning
    assert step.camera.isVisible() == is_there
    if not is_there:
        return
    desk.click(step.camera)
    assert made[0].is_on
    desk.click(step.camera)
    desk.wait()
    assert [scan.page for scan in scans.scans_of(desk.application, sheet)] == [1]
    desk.window.open_section("today")
    QApplication.processEvents()
    assert not made[0].is_on


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
def test_a_page_without_a_code_goes_by_person_and_paper_to_any_kind(desk: Desk, size: tuple[int, int]) -> None:
    """Typed by pinyin, picked; then every paper of this person and household to choose from, with number and day."""
    application = desk.application
    household = people.resident_view(application, desk.resident).membership.household
    made = need_paper.need_paper_for(application, household)
    paper.record_print(application, made.paper, of=made.of, household=made.household, came=Came())
    sheet = signed_sheet(application, desk.resident)
    scan_intake.take_in(application, blank())
    desk.window.resize(*size)
    tray = desk.open("tray:waiting").tray
    assert made.paper.print_id not in tray.sheet.options(), "all papers of a township are too many to choose from"
    tray.person.setFocus()
    QTest.keyClicks(tray.person, "jijianguo")
    desk.qtbot.waitUntil(lambda: tray.person.is_open)
    QTest.keyClick(tray.person, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "2 份可以收" in tray.whose.text())
    assert set(tray.sheet.options()) == {sheet, made.paper.print_id}
    assert_legible(desk.window, "tray by person")
    tray.sheet.set_value(made.paper.print_id)
    tray.sheet.changed.emit()
    desk.wait()
    tray.page_number.set_value(1)
    look(desk.window, f"tray-person-{size[0]}")
    desk.click(tray.file)
    desk.wait()
    (scan,) = scan_filing.pages_filed(application, made.paper.print_id)
    assert (scan.page, scan.recognised) == (1, False)
    assert scan_tray.tray(application) == ()


def test_every_page_of_a_long_paper_can_be_chosen_in_the_tray(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fourteen pages by its print: the last one too."""
    sheet = signed_sheet(desk.application, desk.resident)
    scan_intake.take_in(desk.application, blank(), sheet_id=sheet)
    monkeypatch.setattr(scans, "wanted_pages", lambda *_: PagesToCome(14, ()))
    page = desk.open("tray:waiting")
    page.tray.sheet.set_value(sheet)
    page.tray.sheet.changed.emit()
    desk.wait()
    assert page.tray.page_number.options()[-1] == 14
    page.tray.page_number.set_value(14)
    assert page.tray.page_number.value() == 14


def test_a_picture_that_waits_its_turn_when_the_lock_comes_lies_in_the_tray(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pasted, and locked before its code was looked for: it is nowhere else, so it must be in the vault."""
    sheet = signed_sheet(desk.application, desk.resident)
    page = desk.open(f"sheet:{sheet}")
    is_looking, may_look, look = threading.Event(), threading.Event(), scan_intake.take_in

    def slow(*args: Any, **named: Any) -> Any:
        is_looking.set()
        may_look.wait(60)
        return look(*args, **named)

    monkeypatch.setattr(scan_intake, "take_in", slow)
    try:
        for picture in pages_of(desk, sheet)[:2]:
            page.taking.scanning.picture_given.emit(picture)
        desk.qtbot.waitUntil(is_looking.is_set, timeout=30_000)
        desk.window.lock()
        assert not desk.tasks.close(2), "the first is still being looked at"
        assert [one.why for one in scan_tray.tray(desk.application)] == [Why.NOT_LOOKED_AT] * 2
    finally:
        monkeypatch.undo()
        may_look.set()
    assert desk.tasks.close()


@pytest.mark.parametrize("answers", [True, False])
def test_a_folder_that_does_not_answer_stops_nothing_and_is_said(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    """A share that is gone: the window goes on, the words say so, and where it answers again it is watched."""
    sheet = signed_sheet(desk.application, desk.resident)
    step = desk.open(f"sheet:{sheet}").taking.scanning
    may_answer, read = threading.Event(), scan_sources._pictures

    def slow(folder: Path, known: Collection[str]) -> dict[str, int] | None:
        assert may_answer.wait(60)
        return read(folder, known)

    monkeypatch.setattr(scan_sources, "_pictures", slow)
    monkeypatch.setattr(scanning_step, "choose_folder", lambda *_: tmp_path)
    try:
        desk.click(step.watch)
        assert "正在打开" in words_on(step)
        step.watched._patience.timeout.emit()
        assert "没有回应" in words_on(step)
        QApplication.processEvents()
        assert_legible(desk.window, "silent")
        if not answers:
            desk.click(step.watch)
            assert "没有回应" not in words_on(step)
    finally:
        may_answer.set()
    if answers:
        desk.qtbot.waitUntil(lambda: "正在盯着" in words_on(step), timeout=30_000)
    else:
        desk.wait()
        assert step.watched.folder is None


def test_a_file_that_never_comes_stops_none_of_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies on a share that is gone: said after a while, and the next has its turn; a sync waits for neither."""
    sheet = signed_sheet(desk.application, desk.resident)
    step = desk.open(f"sheet:{sheet}").taking.scanning
    picture = pages_of(desk, sheet)[0]
    may_answer = threading.Event()

    def read(path: str) -> bytes:
        assert path != "gone.png" or may_answer.wait(60)
        return picture

    monkeypatch.setattr(scans, "read_picture", read)
    monkeypatch.setattr(scanning, "_PATIENCE", 50)
    try:
        step.files_given.emit(("gone.png",))
        desk.qtbot.waitUntil(lambda: "没有回应" in step.said(), timeout=30_000)
        monkeypatch.setattr(scanning, "_PATIENCE", 30_000)
        step.files_given.emit(("here.png",))
        desk.qtbot.waitUntil(lambda: "第 1 页" in step.said(), timeout=30_000)
    finally:
        may_answer.set()
    desk.wait()
    assert [scan.page for scan in scans.scans_of(desk.application, sheet)] == [1], "and what comes too late is let go"
