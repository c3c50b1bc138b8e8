"""Taking pictures in for one sheet: read, recognised, filed; and shown again from memory."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QImage

from desktop.domain.errors import UserFacingError
from desktop.services import scans
from desktop.services.application import Application, Done
from desktop.services.scans import ScanFound, ScanView
from desktop.ui.messages import word
from desktop.ui.pages.consent.scanning_step import ScanningStep
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Lane
from desktop.ui.widgets.picture_view import image_of


class Scanning:
    """Between the step on the screen and the service; one picture after the other."""

    def __init__(self, page: Page, application: Application, step: ScanningStep) -> None:
        self._page, self._application, self._step = page, application, step
        self._sheet = ""
        self._waiting: list[Callable[[], bytes]] = []
        self._unrecognised: bytes | None = None
        self._is_busy = False
        step.files_given.connect(self._on_files)
        step.picture_given.connect(self._on_picture)
        step.confirmed.connect(self._on_confirmed)
        step.given_up.connect(self._on_given_up)

    def begin(self, sheet_id: str, pages: int) -> None:
        """Begin with a sheet; ``pages`` is how many pages its paper has."""
        self._sheet = sheet_id
        self._waiting.clear()
        self._unrecognised, self._is_busy = None, False
        self._step.show_taking(None, pages)
        self._show_scans()

    def set_pages(self, pages: int) -> None:
        """The paper has been drawn and its pages are known."""
        self._step.set_pages(pages)

    def _on_files(self, paths: tuple[str, ...]) -> None:
        self._waiting += [lambda path=path: scans.read_picture(path) for path in paths]  # type: ignore[misc]
        self._next()

    def _on_picture(self, picture: bytes) -> None:
        self._waiting.append(lambda: picture)
        self._next()

    def _next(self) -> None:
        if self._is_busy or self._unrecognised is not None or not self._waiting:
            return
        self._is_busy = True
        read, sheet, application = self._waiting.pop(0), self._sheet, self._application
        self._step.say("正在认这张图……")

        def look() -> tuple[bytes, ScanFound | None]:
            picture = read()
            return picture, scans.recognise(application, picture)

        def looked(result: tuple[bytes, ScanFound | None]) -> None:
            if sheet != self._sheet:
                return
            picture, found = result
            if found is None:
                self._unrecognised, self._is_busy = picture, False
                self._step.ask_page(True)
                return
            self._take(
                picture, found.page, f"认出来了：这份同意书的第 {found.page} 页（共 {found.pages} 页），已收好。"
            )

        self._page.run(look, looked, self._refuse, lane=Lane.OUTSIDE)

    def _take(self, picture: bytes, page: int, words: str) -> None:
        application, sheet = self._application, self._sheet

        def taken(done: Done[str]) -> None:
            self._is_busy = False
            self._step.say(words)
            self._page.changed.emit(done.changed)
            self._show_scans()
            self._next()

        self._page.run(
            lambda: scans.take_scan(application, sheet, picture, page=page), taken, self._refuse, lane=Lane.WRITE
        )

    def _refuse(self, error: UserFacingError) -> None:
        self._is_busy = False
        self._step.say(word(error), is_problem=True)
        # Whoever gave several pictures must see why one was refused before the others push the words away.
        self._waiting.clear()

    def _on_confirmed(self, page: int) -> None:
        picture, self._unrecognised = self._unrecognised, None
        self._step.ask_page(False)
        if picture is not None:
            self._is_busy = True
            self._take(picture, page, f"按您说的第 {page} 页收好了，核对的人会看到“没认出，人工确认”。")

    def _on_given_up(self) -> None:
        self._unrecognised = None
        self._step.ask_page(False)
        self._step.say(None)
        self._next()

    def _show_scans(self) -> None:
        sheet, height = self._sheet, self._step.thumbnail_height

        def load() -> tuple[tuple[ScanView, ...], dict[str, QImage]]:
            found, pictures = load_pictures(self._application, sheet)
            return found, {scan: image_of(picture, height) for scan, picture in pictures.items()}

        def show(loaded: tuple[tuple[ScanView, ...], dict[str, QImage]]) -> None:
            if sheet == self._sheet:
                self._step.show_scans(*loaded)

        self._page.run(load, show, lane=Lane.OUTSIDE)


def load_pictures(application: Application, sheet_id: str) -> tuple[tuple[ScanView, ...], dict[str, bytes]]:
    """The scans of a sheet, and the pictures of those that lie on this laptop, by scan id."""
    found = scans.scans_of(application, sheet_id)
    pictures = {scan.id: scans.scan_picture(application, scan) for scan in found if scans.is_here(application, scan)}
    return found, pictures
