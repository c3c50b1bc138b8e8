"""The page that came back (收回来的纸): taking it in, seeing it, saying what is missing of it, erasing one filed by
mistake. One panel for every paper; the pages differ only in what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import scan_filing, scan_intake, scan_tray, scans
from desktop.services.application import Application, Done
from desktop.services.erasing import Erasure
from desktop.services.permission import Capability, may
from desktop.services.scan_intake import FilesTaken
from desktop.services.scan_prints import Why
from desktop.services.scan_tray import Waiting
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.file_choice import choose_files
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.consent.given_pictures import pasted
from desktop.ui.pages.consent.scan_erasing import ScanErasing
from desktop.ui.pages.consent.scan_words import intake_words, note_words, other_papers, standing_words
from desktop.ui.pages.page import Page
from desktop.ui.role_words import offer
from desktop.ui.slices import is_there
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import put_in, scroll_area
from desktop.ui.widgets.picture_view import PictureView, image_of

T = TypeVar("T")


class ReturnedPaper(QObject):
    """The parts of it, for whoever lays them out (``pictures_in``, ``erasing_beside``); ``begin`` shows a paper."""

    reopened = Signal(str)
    """A page was filed or erased: show the paper anew."""
    filed_elsewhere = Signal(str)
    """What was given is a page of this other paper, and filed there."""
    erasing_began = Signal()
    erasing_ended = Signal()
    """Nothing was erased, and what stood there before is back."""

    def __init__(self, page: Page, application: Application, name: str, parent: QWidget) -> None:
        """``name`` is what it is called where a page of it was taken in (``这份同意书``); ``parent`` lays it out."""
        super().__init__(parent)
        self._page, self._application, self._name = page, application, name
        self.choose: Callable[[], tuple[str, ...]] = self._ask_for_files
        self.paper = ""
        self._scan: ScanView | None = None
        self._scans: tuple[ScanView, ...] = ()
        self._missing: tuple[int, ...] = ()
        self._unrecognised: tuple[Waiting, ...] = ()
        self._turn = 0
        self._record: QWidget | None = None
        self._area: QScrollArea | None = None
        self.standing = label(wrap=True)
        self.notes = label(kind="problem", wrap=True)
        self.said = label(kind="problem", wrap=True)
        self.take = button(self.tr("收签好的纸（选照片或扫描件）……"), self._on_take, Icon.SCAN)
        self.paste = button(self.tr("从剪贴板粘贴"), self._on_paste, Icon.ADD)
        self.here = button(self.tr("这就是这一份的纸，收到这里"), self._on_here, Icon.CHECKED)
        self.erase = link_button(self.tr("误存，删除这张扫描件……"), self._begin_erasing, Icon.DELETE)
        self.original = link_button(self.tr("看拍来时的原样"), self._show_original, Icon.SCAN)
        self.pages = Flow()
        self.picture = PictureView()
        offer(self.erase, application, Capability.ERASE)
        for one in (self.take, self.paste):
            offer(one, application, Capability.TAKE_SCAN)
        for later in (self.standing, self.notes, self.said, self.here, self.take, self.paste):
            later.hide()

    # --- laying it out

    def words_in(self, column: QVBoxLayout) -> None:
        """Which pages are here, what is to be said of them, and what became of the file taken in last."""
        for part in (self.standing, self.notes, self.said, self.here):
            column.addWidget(part)

    def pictures_in(self, card: Card) -> None:
        """The picture and what leads to the others."""
        card.add(self.pages)
        card.add(self.picture, 1)
        for link in (self.original, self.erase):
            card.body.addWidget(link, 0, Qt.AlignmentFlag.AlignRight)

    def erasing_beside(self, card: Card, record: QWidget) -> None:
        """Erasing stands in the place of ``record`` for a while, and the picture stays in sight."""
        self._record, self._area = record, scroll_area(card)
        card.add(self._area, 1)
        self._area.hide()

    # --- showing

    @property
    def is_erasing(self) -> bool:
        """Whether it is being asked whether a page is to be erased."""
        return self._area is not None and not self._area.isHidden()

    def begin(self, paper: str, found: Sequence[ScanView], pages: SheetPages | None, *, takes: bool) -> None:
        """Show a paper with the pages that are here; ``pages`` may come later (``say_pages``).

        ``takes``: whether pages of it may be taken in now; then what waits in the tray for it is filed, too.
        """
        is_same, self.paper = paper == self.paper, paper
        self._scans, self._scan = tuple(found), None
        self._turn += 1
        self._show_record()
        self.say_pages(pages)
        if not is_same:
            self._say("", ())
        for one in (self.take, self.paste):
            one.setVisible(takes)
        self.erase.hide()
        self.original.hide()
        self.pages.setVisible(bool(found))
        self.picture.setVisible(bool(found))
        if found:
            shown = (button(self._page_words(one), partial(self.show_page, one), Icon.SCAN) for one in found)
            self.pages.replace(list(shown))
            here = (one for one in found if scans.is_here(self._application, one))
            self.show_page(next(here, found[0]))
        if takes and not is_same and may(self._application, Capability.TAKE_SCAN):
            self._file_waiting()

    def say_pages(self, pages: SheetPages | None) -> None:
        """Which pages are here and which are missing, and what else is to be said of them."""
        self._missing = pages.missing if pages is not None else ()
        self._tell(self.standing, standing_words(pages) if pages is not None else "")
        self._tell(self.notes, "\n".join(note_words(pages)) if pages is not None and self._scans else "")

    def show_page(self, scan: ScanView) -> None:
        """Show one page from memory; its opening is noted."""
        self._scan = scan
        self.erase.setVisible(not self.is_erasing)
        self.original.hide()
        application = self._application
        if not scans.is_here(application, scan):
            self._turn += 1
            self.picture.say(self.tr("这张扫描件在同事的电脑上，还没有传过来。可以请他拿纸质原件来，对着纸核对。"))
            return
        self.picture.say(self.tr("正在打开扫描件……"))
        self.original.setVisible(bool(scan.original))
        self._show(lambda: scans.scan_picture(application, scan), self._page_words(scan))

    def _show_original(self) -> None:
        """The picture as it came: what was cut off when the sheet was laid flat is seen there."""
        scan = self._scan
        if scan is not None:
            self.original.hide()
            words = self._page_words(scan) + self.tr("，拍来时的原样")
            self._show(lambda: scans.original_picture(self._application, scan), words)

    def _show(self, read: Callable[[], bytes], words: str) -> None:
        self._turn += 1
        turn = self._turn

        def show(image: QImage) -> None:
            if turn == self._turn:
                self.picture.show_image(image, words)

        def refused(error: UserFacingError) -> None:
            if turn == self._turn:
                self.picture.say(word(error).sentence())

        self._page.run(lambda: image_of(read()), show, refused, lane=Lane.OUTSIDE, part=self)

    def _page_words(self, scan: ScanView) -> str:
        words = self.tr("第 {page} 页").format(page=scan.page)
        return words if scan.recognised else words + self.tr("（人工确认）")

    # --- taking in

    def _file_waiting(self) -> None:
        """What came before it could be filed waits in the tray, and its code names this paper."""
        application, paper = self._application, self.paper

        def look() -> Done[int]:
            done = scan_tray.file_waiting(application, paper)
            return Done(len(done), frozenset[str]().union(*(one.changed for one in done)))

        def filed(done: Done[int]) -> None:
            if done.value:
                self._page.tell(Notice(self.tr("待认盘里有这一份的纸，已收好。"), Tone.GOOD))
                self.reopened.emit(paper)

        self._write(look, filed)

    def _write(self, op: Callable[[], Done[T]], then: Callable[[Done[T]], None], lane: Lane = Lane.OUTSIDE) -> None:
        """What was written, or refused, is told although this may be gone by then; the rest is shown here."""
        page = self._page

        def done(written: Done[T]) -> None:
            if written.changed:
                page.changed.emit(written.changed)
            if is_there(self):
                then(written)

        def refused(error: UserFacingError) -> None:
            if is_there(self):
                self._set_busy(is_busy=False)
            page.tell(notice_of(word(error)))

        page.run(op, done, refused, lane=lane)

    def _ask_for_files(self) -> tuple[str, ...]:
        kinds = self.tr("照片、扫描件 (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.pdf)")
        return choose_files(self.take, self.tr("选签好的纸"), kinds, several=True)

    def _on_take(self) -> None:
        self._take_files(self.choose())

    def _on_paste(self) -> None:
        given, application, paper = pasted(), self._application, self.paper
        if given.picture:
            self._take(lambda: scan_intake.take_in_picture(application, given.picture, sheet_id=paper))
        elif given.paths:
            self._take_files(given.paths)
        else:
            self._page.tell(Notice(self.tr("剪贴板里没有图片。"), Tone.WARN))

    def _take_files(self, paths: Sequence[str]) -> None:
        application, paper = self._application, self.paper
        if paths:
            self._take(lambda: scan_intake.take_in_files(application, paths, sheet_id=paper))

    def take_in(self, file: bytes) -> None:
        """A picture or PDF of signed paper: each page goes to where its code says, what has none is asked about."""
        application, paper = self._application, self.paper

        def service() -> Done[FilesTaken]:
            done = scan_intake.take_in(application, file, sheet_id=paper)
            return Done(FilesTaken(done.value), done.changed)

        self._take(service)

    def _take(self, service: Callable[[], Done[FilesTaken]]) -> None:
        application, paper = self._application, self.paper
        if not paper:
            return
        self._set_busy(is_busy=True)

        def look() -> Done[tuple[FilesTaken, dict[str, tuple[str, str]]]]:
            done = service()
            return Done((done.value, other_papers(application, done.value.intake, paper)), done.changed)

        def received(done: Done[tuple[FilesTaken, dict[str, tuple[str, str]]]]) -> None:
            taken, others = done.value
            self._set_busy(is_busy=False)
            if self.paper != paper:
                return
            intake = taken.intake
            unread = "".join(dict.fromkeys(word(one).sentence() for one in taken.refused))
            words = intake_words(intake, paper, others, name=self._name) + unread
            is_filed = not (intake.waiting or intake.let_go or unread)
            self._say("" if is_filed else words, intake.waiting)
            if is_filed:
                self._page.tell(Notice(words, Tone.WARN if others else Tone.GOOD))
            if any(one.sheet == paper for one in intake.filed):
                self.reopened.emit(paper)
            elif intake.filed:
                self.filed_elsewhere.emit(intake.filed[0].sheet)

        self._write(look, received)

    def _say(self, words: str, waiting: Sequence[Waiting]) -> None:
        self._unrecognised = tuple(one for one in waiting if one.why is Why.NO_CODE)
        self._tell(self.said, words)
        self.here.setVisible(bool(self._unrecognised))

    @staticmethod
    def _tell(shown: QLabel, words: str) -> None:
        shown.setText(words)
        shown.setVisible(bool(words))

    def _set_busy(self, *, is_busy: bool) -> None:
        for one in (self.take, self.paste):
            one.setEnabled(not is_busy)

    def _on_here(self) -> None:
        """A person says that what was not recognised is the next page of this paper."""
        if not self._unrecognised:
            return
        application, paper = self._application, self.paper
        waiting, left = self._unrecognised[0], self._unrecognised[1:]
        number = next(iter(self._missing), max((one.page for one in self._scans), default=0) + 1)

        def filed(_: Done[str]) -> None:
            self._say(self.said.text() if left else "", left)
            self._page.tell(Notice(self.tr("收好了，看的人会知道是人工确认的。"), Tone.GOOD))
            self.reopened.emit(paper)

        self._write(lambda: scan_tray.file_from_tray(application, waiting.id, paper, number), filed, Lane.WRITE)

    # --- a page that was filed by mistake

    @cached_property
    def erasing(self) -> ScanErasing:
        """Erasing the page that is shown; made when it is first asked for."""
        made = ScanErasing(self._page, self._application)
        made.erased.connect(self._on_erased)
        made.closed.connect(self._end_erasing)
        if self._area is not None:
            put_in(self._area, made)
        return made

    def _begin_erasing(self) -> None:
        if self._scan is None or self._area is None or self._record is None:
            return
        scan = self._scan
        self.erase.hide()
        self.original.hide()
        self._record.hide()
        self._area.show()
        self.erasing_began.emit()
        self.erasing.begin(scan)

    def _on_erased(self, done: Done[Erasure]) -> None:
        self.picture.say(self.tr("这张扫描件已删除。"))
        self._scan = None
        self.pages.hide()
        self._page.changed.emit(done.changed)

    def _end_erasing(self) -> None:
        if self._scan is None:  # it went: the paper is read anew
            self.reopened.emit(self.paper)
            return
        self._show_record()
        self.erase.show()
        self.erasing_ended.emit()

    def _show_record(self) -> None:
        if self._area is not None and self._record is not None and self.is_erasing:
            self._area.hide()
            self._record.show()


def load_returned(application: Application, paper: str) -> tuple[tuple[ScanView, ...], SheetPages]:
    """What ``begin`` shows of a paper."""
    return scan_filing.pages_filed(application, paper), scan_filing.standing(application, paper)
