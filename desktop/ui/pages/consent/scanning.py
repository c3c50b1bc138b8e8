"""Taking pictures in for one sheet: read, recognised, filed or put by; and shown again from memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from shiboken6 import isValid

from desktop.domain.errors import UserFacingError
from desktop.services import scan_intake, scan_tray, scans
from desktop.services.application import Application, Done
from desktop.services.scan_intake import Intake
from desktop.services.scan_tray import Waiting
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.messages import word
from desktop.ui.pages.consent.scan_words import intake_words, other_papers
from desktop.ui.pages.consent.scanning_step import ScanningStep
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.widgets.picture_view import image_of

_PATIENCE = 15_000
"""Milliseconds after which a file that was not read by then is given up; a phone gives its largest picture in five."""


class Scanning:
    """Between the step on the screen and the service; one file after the other, then what was not recognised."""

    def __init__(self, page: Page, application: Application, step: ScanningStep) -> None:
        self._page, self._application, self._step = page, application, step
        self._sheet = ""
        self._files: list[tuple[str, Callable[[], bytes], str]] = []
        """What waits to be looked at, each for the sheet it was given to: another one may be opened meanwhile. The last
        is its id in the tray, where it lies nowhere else."""
        self._undecided: list[Waiting] = []
        self._said: list[str] = []
        self._is_busy = False
        self._reading = 0
        """Counts the files asked for: one that comes after its time is let go."""
        step.files_given.connect(self._on_files)
        step.picture_given.connect(self._on_picture)
        step.confirmed.connect(self._on_confirmed)
        step.put_by.connect(self._on_put_by)
        step.given_up.connect(self._on_given_up)
        page.tasks.bug.connect(lambda _: self._on_bug())

    def begin(self, sheet_id: str, pages: int) -> None:
        """Begin with a sheet; ``pages`` is how many pages its paper has."""
        self._sheet = sheet_id
        self._undecided.clear()  # they lie in the tray
        self._said.clear()
        self._step.show_taking(None, pages)
        self._file_waiting()
        self._show_scans()

    def _file_waiting(self) -> None:
        """What came before the signing was recorded waits in the tray, and its code names this sheet."""
        application, sheet = self._application, self._sheet

        def filed(done: tuple[Done[str], ...]) -> None:
            if not done:
                return
            self._page.changed.emit(frozenset().union(*(one.changed for one in done)))
            self._note(sheet, f"先前收到、放在待认盘里的 {len(done)} 张是这一份的，已收好。")
            self._say()
            self._show_scans()

        self._page.run(
            lambda: scan_tray.file_waiting(application, sheet),
            filed,
            partial(self._on_refused, sheet),
            lane=Lane.OUTSIDE,
        )

    def set_pages(self, pages: int) -> None:
        """The paper has been drawn and its pages are known."""
        self._step.set_pages(pages)

    def _on_files(self, paths: tuple[str, ...]) -> None:
        self._give([partial(scans.read_picture, path) for path in paths])

    def _on_picture(self, picture: bytes) -> None:
        """It lies nowhere else: before anything else it is kept in the vault, where no lock can take it away."""
        application, sheet = self._application, self._sheet

        def give(unseen: str) -> None:
            self._give([lambda: picture], sheet, unseen)

        self._page.run(
            lambda: scan_tray.put_unseen(application, picture, sheet),
            give,
            lambda _: give(""),  # what is wrong with it is said where it is taken in
            lane=Lane.WRITE,
        )

    def _give(self, files: list[Callable[[], bytes]], sheet: str = "", unseen: str = "") -> None:
        if not self._is_busy and not self._files:
            self._said.clear()
        self._files += [(sheet or self._sheet, read, unseen) for read in files]
        self._next()

    def _next(self) -> None:
        if self._is_busy:
            return
        if not self._files:
            self._ask_next()
            return
        self._is_busy = True
        sheet, read, unseen = self._files.pop(0)
        left = len(self._files)
        self._step.say("正在认图……" if not left else f"正在认图……后面还有 {left} 个文件。")
        self._read(read, partial(self._look, sheet, unseen), partial(self._on_refused, sheet))

    def _read(
        self, read: Callable[[], bytes], show: Callable[[bytes], None], refuse: Callable[[UserFacingError], None]
    ) -> None:
        """Read a file where nothing waits for it: on a share that is gone it may never come. Then the next has its
        turn."""
        self._reading += 1
        reading = self._reading

        def is_waited_for() -> bool:
            was_waited_for = reading == self._reading
            self._reading += was_waited_for
            return was_waited_for

        def receive(file: bytes) -> None:
            if is_waited_for():
                show(file)

        def fail(error: UserFacingError) -> None:
            if is_waited_for():
                refuse(error)

        self._page.tasks.run_apart(self._page, read, receive, fail)
        QTimer.singleShot(_PATIENCE, self._page, lambda: fail(UserFacingError("scan.file-silent")))

    def _look(self, sheet: str, unseen: str, file: bytes) -> None:
        application = self._application

        def look() -> tuple[Done[Intake], dict[str, tuple[str, str]]]:
            done = scan_intake.take_in(application, file, sheet_id=sheet, unseen=unseen)
            return done, other_papers(application, done.value, sheet)

        self._page.run(look, partial(self._on_taken_in, sheet), partial(self._on_refused, sheet), lane=Lane.OUTSIDE)

    def _on_taken_in(self, sheet: str, result: tuple[Done[Intake], dict[str, tuple[str, str]]]) -> None:
        done, others = result
        if done.changed:
            self._page.changed.emit(done.changed)
        self._is_busy = False
        if sheet == self._sheet:
            self._undecided += done.value.waiting
        words = intake_words(done.value, sheet, others)
        self._note(sheet, words)
        self._say(is_problem=bool(done.value.waiting))
        if done.value.filed:
            self._show_scans()
        self._next()

    def _on_refused(self, sheet: str, error: UserFacingError) -> None:
        """One file that cannot be read stops none of the others, and its words stay beside theirs."""
        self._is_busy = False
        self._note(sheet, word(error).sentence())
        self._say(is_problem=True)
        self._next()

    def _note(self, sheet: str, words: str) -> None:
        self._said.append(words if sheet == self._sheet else f"给前一份同意书的文件：{words}")

    def _on_bug(self) -> None:
        """A bug, here or elsewhere, brings no answer: what waits goes on all the same."""
        if isValid(self._page) and self._is_busy:
            self._is_busy = False
            self._said.append("刚才那个文件没有收好，请再试一次，或者重新拍。")
            self._say(is_problem=True)
            self._next()

    def _say(self, *, is_problem: bool = False) -> None:
        self._step.say("\n".join(self._said), is_problem=is_problem)

    # --- what was not recognised

    def _ask_next(self) -> None:
        if not self._undecided:
            self._step.ask(None, QImage(), 0)
            return
        waiting, left = self._undecided[0], len(self._undecided)
        application, height = self._application, self._step.thumbnail_height

        def show(image: QImage) -> None:
            if self._undecided and self._undecided[0] is waiting:
                self._step.ask(waiting, image, left, self._sheet)

        self._page.run(
            lambda: image_of(scan_tray.tray_picture(application, waiting.id), height), show, lane=Lane.OUTSIDE
        )

    def _on_confirmed(self, page: int) -> None:
        if not self._undecided or self._is_busy:
            return
        waiting, application, sheet = self._undecided.pop(0), self._application, self._sheet
        self._step.ask(None, QImage(), 0)
        self._is_busy = True

        def filed(done: Done[str]) -> None:
            self._is_busy = False
            self._page.changed.emit(done.changed)
            self._said.append(f"按您说的第 {page} 页收好了，核对的人会看到“没认出，人工确认”。")
            self._say()
            self._show_scans()
            self._next()

        # The picture is small by now and only its sealing is left: the act, not the recognising.
        self._page.run(
            lambda: scan_tray.file_from_tray(application, waiting.id, sheet, page),
            filed,
            partial(self._on_refused, sheet),
            lane=Lane.WRITE,
        )

    def _on_put_by(self) -> None:
        if self._undecided:
            self._undecided.pop(0)
        self._ask_next()

    def _on_given_up(self) -> None:
        if not self._undecided:
            return
        waiting, application = self._undecided.pop(0), self._application
        self._step.ask(None, QImage(), 0)

        def gone(_: Done[None]) -> None:
            self._said = ["丢弃了，请重新拍这一页。"]
            self._say()
            self._ask_next()

        refused = partial(self._on_refused, self._sheet)
        self._page.run(lambda: scan_tray.discard_from_tray(application, waiting.id), gone, refused, lane=Lane.WRITE)

    # --- what is here

    def _show_scans(self) -> None:
        sheet, height = self._sheet, self._step.thumbnail_height
        application = self._application

        def load() -> tuple[tuple[ScanView, ...], dict[str, QImage], SheetPages]:
            found, pictures = load_pictures(application, sheet)
            small = {scan: image_of(picture, height) for scan, picture in pictures.items()}
            return found, small, scans.sheet_pages(application, sheet)

        def show(loaded: tuple[tuple[ScanView, ...], dict[str, QImage], SheetPages]) -> None:
            if sheet == self._sheet:
                self._step.show_scans(*loaded)

        self._page.run(load, show, lane=Lane.OUTSIDE)


def load_pictures(application: Application, sheet_id: str) -> tuple[tuple[ScanView, ...], dict[str, bytes]]:
    """The scans of a sheet, and the pictures of those that lie on this laptop, by scan id."""
    found = scans.scans_of(application, sheet_id)
    pictures = {scan.id: scans.scan_picture(application, scan) for scan in found if scans.is_here(application, scan)}
    return found, pictures
