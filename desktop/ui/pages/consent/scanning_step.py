"""Step 5, 收回影像: the signed paper comes back as a picture, by file, by drop or from the clipboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.services.scans import ScanView
from desktop.ui.file_choice import choose_files
from desktop.ui.icons import Icon
from desktop.ui.messages import Message
from desktop.ui.pages.consent.taking import Taking
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label, set_kind

_THUMBNAIL = 150
_PICTURES = "*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp"


class ScanningStep(QWidget):
    """Takes pictures in and says of each which page it is, and whether it is of this sheet."""

    files_given = Signal(object)
    """Paths of pictures, as a tuple of text."""
    picture_given = Signal(bytes)
    """A picture itself."""
    confirmed = Signal(int)
    """The worker says which page an unrecognised picture is."""
    given_up = Signal()
    """The unrecognised picture is not taken in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._pages = 0
        self._scans: tuple[ScanView, ...] = ()
        self._pictures: dict[str, QImage] = {}
        self.choose = button(self.tr("选照片或扫描件……"), self._choose, Icon.FROM_FILE)
        self.paste = button(self.tr("从剪贴板粘贴"), self.paste_picture, Icon.ADD)
        area = QFrame(self)
        area.setProperty("kind", "card")
        inside = QVBoxLayout(area)
        inside.addWidget(label(self.tr("把签好的纸拍下来或扫进来，拖到这里也行；一页一张，拍全四个角。"), wrap=True))
        inside.addWidget(Flow([self.choose, self.paste]))
        self._said = label(wrap=True)
        self._question = Flow()
        self._state = label(kind="section", wrap=True)
        self._thumbnails = Flow(gap=10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        # First, so that what became of a picture is in sight on a small screen too.
        column.addWidget(self._said)
        column.addWidget(self._question)
        column.addWidget(area)
        column.addWidget(self._state)
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
        column.addStretch(1)
        self.show_taking(None, 0)

    def show_taking(self, taking: Taking | None, pages: int) -> None:
        """Begin with a sheet of ``pages`` pages; nothing taken in yet."""
        self._pages = pages
        self.ask_page(False)
        self.say(None)
        self.show_scans((), {})

    @property
    def thumbnail_height(self) -> int:
        """How high the small pictures of ``show_scans`` are, in the screen's own pixels."""
        return round(_THUMBNAIL * self.devicePixelRatioF())

    def show_scans(self, scans: Sequence[ScanView], pictures: Mapping[str, QImage]) -> None:
        """Show what was taken in, small, and which pages are still missing."""
        self._scans = tuple(scans)
        self._pictures = dict(pictures)
        seen = sorted({scan.page for scan in scans})
        missing = [page for page in range(1, self._pages + 1) if page not in seen]
        if not scans:
            text = self.tr("还没有收进影像，一共 {pages} 页。").format(pages=self._pages) if self._pages else ""
        elif missing:
            pages = "、".join(map(str, missing))
            text = self.tr("收到 {seen} 页，还差第 {pages} 页。").format(seen=len(seen), pages=pages)
        else:
            text = self.tr("{pages} 页都收齐了。").format(pages=len(seen))
        self._state.setText(text)
        self._state.setVisible(bool(text))
        self._thumbnails.replace([self._thumbnail(scan) for scan in scans if scan.id in self._pictures])

    def set_pages(self, pages: int) -> None:
        """The paper has this many pages."""
        self._pages = pages
        self.show_scans(self._scans, self._pictures)

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

    def ask_page(self, is_asked: bool) -> None:
        """Ask which page an unrecognised picture is."""
        if not is_asked:
            self._question.replace(())
            return
        self.say(
            self.tr("图上没有认出二维码。看清楚是这份同意书、编号对得上，再说是第几页；看不清请重拍。"),
            is_problem=True,
        )
        pages = range(1, max(self._pages, 1) + 1)
        answers = [
            button(self.tr("是第 {page} 页").format(page=page), partial(self.confirmed.emit, page)) for page in pages
        ]
        self._question.replace([*answers, button(self.tr("不收，重拍"), self.given_up.emit, Icon.CLOSE)])

    def paste_picture(self) -> None:
        """Take the picture that is in the clipboard."""
        clipboard = QGuiApplication.clipboard()
        paths = _paths(clipboard.mimeData().urls())
        image = clipboard.image()
        if paths:
            self.files_given.emit(paths)
        elif not image.isNull():
            self.picture_given.emit(png(image))
        else:
            self.say(self.tr("剪贴板里没有图片。"), is_problem=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_picture()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event.mimeData().urls()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _paths(event.mimeData().urls())
        if paths:
            self.files_given.emit(paths)
        elif event.mimeData().hasImage():
            self.picture_given.emit(png(QImage(event.mimeData().imageData())))
        event.acceptProposedAction()

    def focus_first(self) -> None:
        """To the button that chooses a file."""
        self.choose.setFocus()

    def _choose(self) -> None:
        kinds = self.tr("图片 ({kinds})").format(kinds=_PICTURES)
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


def png(image: QImage) -> bytes:
    """An image from the clipboard or a drop as PNG, in memory."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


def _paths(urls: Sequence[object]) -> tuple[str, ...]:
    found = (getattr(url, "toLocalFile", lambda: "")() for url in urls)
    return tuple(path for path in found if path)
