"""Step 5, 收回影像: the signed paper comes back as a picture: by file, drop, clipboard, watched folder or camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.services.scan_prints import Why
from desktop.services.scan_tray import Waiting
from desktop.services.scans import ScanView, SheetPages
from desktop.ui.file_choice import choose_files, choose_folder
from desktop.ui.icons import Icon
from desktop.ui.messages import Message
from desktop.ui.pages.consent.given_pictures import Given, dropped, pasted, paths_in, png
from desktop.ui.pages.consent.scan_sources import Camera, WatchedFolder, find_camera
from desktop.ui.pages.consent.scan_words import note_words, standing_words, why_words
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label, set_kind

_THUMBNAIL = 150
_PICTURES = "*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.pdf"
_BY_HAND = frozenset({Why.NO_CODE, Why.PAGE_HERE, Why.NOT_SIGNED})
"""What a person may file to the sheet that is open; the rest is decided in the tray, where other sheets are at hand."""


class ScanningStep(QWidget):
    """Takes pictures in and says of each which page it is, and whether it is of this sheet."""

    files_given = Signal(object)
    """Paths of pictures, as a tuple of text."""
    picture_given = Signal(bytes)
    """A picture itself."""
    confirmed = Signal(int)
    """The worker says which page an unrecognised picture is."""
    put_by = Signal()
    """The unrecognised picture waits in the tray."""
    given_up = Signal()
    """The unrecognised picture is thrown away."""
    paper_check_asked = Signal()
    """There is no picture: a colleague is to check the paper itself."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._pages = 0
        self._scans: tuple[ScanView, ...] = ()
        self._pictures: dict[str, QImage] = {}
        self._standing: SheetPages | None = None
        self._camera: Camera | None = None
        self._open_camera: Callable[[QObject], Camera] | None = None
        self._has_looked = False
        self.watched = self._make_watched(tasks)
        self.choose = button(self.tr("选照片或扫描件……"), self._choose, Icon.FROM_FILE)
        self.paste = button(self.tr("从剪贴板粘贴"), self.paste_picture, Icon.ADD)
        self.watch = button(self.tr("盯住一个文件夹……"), self._on_watch)
        self.camera = button(self.tr("用电脑的摄像头"), self._on_camera)
        self.camera.hide()
        self._watching = label(wrap=True)
        self._viewfinder = QVBoxLayout()
        area = QFrame(self)
        area.setProperty("kind", "card")
        inside = QVBoxLayout(area)
        inside.addWidget(
            label(
                self.tr(
                    "把签好的纸拍下来或扫进来，拖到这里也行；一页一张，拍全四个角。"
                    "几张照片、一个多页的 PDF 可以一起收，会自己认出是哪一页。"
                ),
                wrap=True,
            )
        )
        inside.addWidget(Flow([self.choose, self.paste, self.watch, self.camera]))
        inside.addWidget(self._watching)
        inside.addLayout(self._viewfinder)
        self._said = label(wrap=True)
        self._asked = label(wrap=True)
        self._shown = QLabel(self)
        self._shown.setAccessibleName(self.tr("没有归档的这张图"))
        self._question = Flow()
        self._state = label(kind="section", wrap=True)
        self._notes = label(kind="problem", wrap=True)
        self._thumbnails = Flow(gap=10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        # First, so that what became of a picture is in sight on a small screen too.
        column.addWidget(self._said)
        column.addWidget(self._asked)
        # Side by side, so that the answers are in sight on a small screen too.
        asked = QHBoxLayout()
        asked.addWidget(self._shown)
        asked.addWidget(self._question, 1)
        column.addLayout(asked)
        column.addWidget(area)
        column.addWidget(self._state)
        column.addWidget(self._notes)
        column.addWidget(self._thumbnails)
        column.addWidget(
            label(
                self.tr(
                    "收进来以后，同意书还要由没参与的另一个人核对（同事在自己的工作区，或县级值班员）。核对以前可以先拟转介，"
                    "县里不会放行。照片只存进加密库；手机和文件夹里的原图请自己删掉。"
                ),
                "soft",
                wrap=True,
            )
        )
        without = link_button(self.tr("拍不了？请同事当面对着纸核对……"), self.paper_check_asked.emit, Icon.CHECKED)
        column.addWidget(without, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.show_taking(None, 0)

    def show_taking(self, taking: Taking | None, pages: int) -> None:
        """Begin with a sheet of ``pages`` pages; nothing taken in yet."""
        self._pages = pages
        self._standing = None
        self.watched.stop()
        self._show_watching()
        self._close_camera()
        self.ask(None, QImage(), 0)
        self.say(None)
        self.show_scans((), {})

    @property
    def thumbnail_height(self) -> int:
        """How high the small pictures of ``show_scans`` are, in the screen's own pixels."""
        return round(_THUMBNAIL * self.devicePixelRatioF())

    def show_scans(
        self, scans: Sequence[ScanView], pictures: Mapping[str, QImage], standing: SheetPages | None = None
    ) -> None:
        """Show what was taken in, small, which pages are still missing, and what has to be said of them."""
        self._scans = tuple(scans)
        self._pictures = dict(pictures)
        self._standing = standing
        known = standing or SheetPages(self._pages, (), (), (), ())
        self._state.setText(standing_words(known))
        self._state.setVisible(bool(self._state.text()))
        self._notes.setText("\n".join(note_words(known)))
        self._notes.setVisible(bool(known.notes))
        self._thumbnails.replace([self._thumbnail(scan) for scan in scans if scan.id in self._pictures])

    def set_pages(self, pages: int) -> None:
        """The paper has this many pages."""
        self._pages = pages
        self.show_scans(self._scans, self._pictures, self._standing)

    @property
    def scans(self) -> tuple[ScanView, ...]:
        """What was taken in."""
        return self._scans

    def say(self, message: Message | str | None, *, is_problem: bool = False) -> None:
        """Say what came of the last picture."""
        text = message.sentence() if isinstance(message, Message) else message or ""
        set_kind(self._said, "problem" if is_problem else "")
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def said(self) -> str:
        """What was said of the last picture."""
        return self._said.text()

    def ask(self, waiting: Waiting | None, picture: QImage, left: int, sheet: str = "") -> None:
        """Show a picture that was not filed and ask what it is; ``left`` counts it and those after it."""
        self._shown.setVisible(waiting is not None)
        if waiting is None:
            self._asked.hide()
            self._question.replace(())
            return
        why = why_words(waiting, sheet)
        count = self.tr("（后面还有 {count} 张）").format(count=left - 1)
        # Said once is enough where there is one picture and its reason has just been given.
        self._asked.setText(why + count if left > 1 else why)
        self._asked.setVisible(left > 1 or why not in self.said())
        small = QPixmap.fromImage(picture)
        small.setDevicePixelRatio(self.devicePixelRatioF())
        self._shown.setPixmap(small)
        answers = []
        if waiting.why in _BY_HAND and waiting.sheet in ("", sheet):
            pages = (waiting.page,) if waiting.page else range(1, max(self._pages, 1) + 1)
            answers = [
                button(self.tr("是第 {page} 页").format(page=page), partial(self.confirmed.emit, page))
                for page in pages
            ]
        later = button(self.tr("先放在待认盘"), self.put_by.emit)
        self._question.replace([*answers, later, button(self.tr("不收，重拍"), self.given_up.emit, Icon.CLOSE)])

    def paste_picture(self) -> None:
        """Take the picture that is in the clipboard."""
        if not self._give(pasted()):
            self.say(self.tr("剪贴板里没有图片。"), is_problem=True)

    def _give(self, given: Given) -> bool:
        """Hand on what somebody gave; whether it was anything."""
        if given.paths:
            self.files_given.emit(given.paths)
        elif given.picture:
            self.picture_given.emit(given.picture)
        return given != Given()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_picture()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_in(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._give(dropped(event.mimeData()))
        event.acceptProposedAction()

    def focus_first(self) -> None:
        """To the button that chooses a file."""
        self.choose.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._has_looked:
            self._has_looked = True
            # Not in the turn in which the step comes to the front: Qt's plugin takes longer than most steps.
            QTimer.singleShot(0, self, self._look_for_camera)

    def _look_for_camera(self) -> None:
        self._open_camera = find_camera()
        self.camera.setVisible(self._open_camera is not None)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if event.spontaneous():
            return  # the window was put to the task bar: the step was not left
        self.watched.stop()
        self._show_watching()
        self._close_camera()

    # --- a folder that is watched

    def _on_watch(self) -> None:
        if self.watched.folder is not None:
            self.watched.stop()
        else:
            folder = choose_folder(self, self.tr("盯住哪个文件夹"))
            if folder is not None:
                self.watched.start(folder)
        self._show_watching()

    def _make_watched(self, tasks: Tasks) -> WatchedFolder:
        watched = WatchedFolder(tasks, self)
        watched.arrived.connect(self.files_given)
        watched.changed.connect(self._show_watching)
        watched.refused.connect(self._on_watch_refused)
        return watched

    def _on_watch_refused(self) -> None:
        self.say(self.tr("这个文件夹现在读不出来，没有盯。请看看手机或存储卡插好没有，再试一次。"), is_problem=True)
        self._show_watching()

    def _show_watching(self) -> None:
        folder = self.watched.folder
        self.watch.setText(self.tr("盯住一个文件夹……") if folder is None else self.tr("不再盯着"))
        self._watching.setVisible(folder is not None)
        if folder is None:
            return
        set_kind(self._watching, "problem" if self.watched.is_silent else "")
        if self.watched.is_silent:
            words = self.tr(
                "“{folder}”没有回应，可能是网络盘断了，或者手机、存储卡松了；现在没有在收。别的照常办，"
                "它有了回应会接着收；不想等就按“不再盯着”，照片改用别的办法收。"
            )
            self._watching.setText(words.format(folder=folder.name))
        elif not self.watched.is_ready:
            self._watching.setText(self.tr("正在打开“{folder}”……").format(folder=folder.name))
        else:
            self._watching.setText(
                self.tr(
                    "正在盯着“{folder}”：新来的照片和 PDF 会自动收，离开这一步就停。原来的文件不动，"
                    "还留在那个文件夹里，没有加密，谁都能打开；收完请自己删掉。"
                ).format(folder=folder.name)
            )

    # --- the laptop's camera, where there is one

    def _on_camera(self) -> None:
        if self._camera is not None:
            self._camera.take()
            return
        if self._open_camera is None:
            return
        self._camera = self._open_camera(self)
        self._camera.taken.connect(lambda image: self.picture_given.emit(png(image)))
        self._camera.view.setMinimumHeight(260)
        self._viewfinder.addWidget(self._camera.view)
        self._camera.start()
        self.camera.setText(self.tr("拍这一页"))

    def _close_camera(self) -> None:
        if self._camera is None:
            return
        camera, self._camera = self._camera, None
        camera.stop()
        self._viewfinder.removeWidget(camera.view)
        camera.view.deleteLater()
        camera.deleteLater()
        self.camera.setText(self.tr("用电脑的摄像头"))

    def _choose(self) -> None:
        kinds = self.tr("照片、扫描件、PDF ({kinds})").format(kinds=_PICTURES)
        paths = choose_files(self, self.tr("选照片或扫描件"), kinds, several=True)
        if paths:
            self.files_given.emit(paths)

    def _thumbnail(self, scan: ScanView) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        image = QLabel(box)
        small = QPixmap.fromImage(self._pictures[scan.id])
        small.setDevicePixelRatio(self.devicePixelRatioF())
        image.setPixmap(small)
        words = self.tr("第 {page} 页").format(page=scan.page)
        words += "" if scan.recognised else self.tr("（没认出，人工确认）")
        image.setAccessibleName(words)
        column.addWidget(image)
        column.addWidget(label(words, "soft"))
        return box
