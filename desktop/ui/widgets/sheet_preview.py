"""The printed sheet on the screen, from memory only: a person's paper never becomes a file here."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.tokens import tokens
from desktop.ui.widgets.buttons import icon_button
from desktop.ui.widgets.labels import ShortenedLabel, label
from desktop.ui.widgets.paper_view import PaperView

_STEP = 1.25
_LEAST, _MOST = 0.4, 4.0


class SheetPreview(QWidget):
    """Shows a PDF held in memory: page x of y, as wide as there is room, larger and smaller by buttons."""

    def __init__(self, empty_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = QPdfDocument(self)
        # The document reads from the buffer while it is shown; both live as long as this widget.
        self._buffer = QBuffer(self)
        self.view = PaperView(self)
        self.view.setDocument(self._document)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setMinimumHeight(240)
        self.view.setFrameShape(QPdfView.Shape.NoFrame)
        desk = self.view.palette()
        desk.setColor(QPalette.ColorRole.Dark, QColor(tokens().sunken))
        self.view.setPalette(desk)
        self.view.setAccessibleName(self.tr("打印预览"))
        self._caption = ShortenedLabel(self.tr("打印预览"), "section")
        self._page = label(kind="soft")
        head = QHBoxLayout()
        head.addWidget(self._caption, 1)
        head.addWidget(self._page)
        for picture, name, pressed in (
            (Icon.PREVIOUS, self.tr("上一页"), lambda: self._turn(-1)),
            (Icon.NEXT, self.tr("下一页"), lambda: self._turn(1)),
            (Icon.LESS, self.tr("缩小"), lambda: self._zoom(1 / _STEP)),
            (Icon.ADD, self.tr("放大"), lambda: self._zoom(_STEP)),
        ):
            head.addWidget(icon_button(picture, name, pressed, parent=self))
        self._empty_text = empty_text or self.tr("内容填好以后，这里显示要打印的纸页。")
        self._nothing = label(self._empty_text, "soft", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(self._stack, 1)
        self.prints = ShortenedLabel("", "soft")
        """What came of printing it until now, newest first, in one line; hidden where it never was."""
        self.prints.hide()
        column.addWidget(self.prints)
        self.view.pageNavigator().currentPageChanged.connect(self._show_page)
        self.clear()

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return self._document.pageCount()

    def show_bytes(self, pdf: bytes, caption: str = "") -> None:
        """Show a PDF; the page one was reading stays if the new one has it (a sheet that follows the ticks)."""
        page = self.view.pageNavigator().currentPage()
        self._load(pdf)
        self._caption.setText(caption or self.tr("打印预览"))
        self._stack.setCurrentIndex(0)
        if 0 < page < self.pages:
            self.view.pageNavigator().jump(page, QPointF())
        self._show_page()

    def say_prints(self, words: str) -> None:
        """Say under the sheet what came of printing it until now; "" says nothing."""
        self.prints.setText(words)
        self.prints.setVisible(bool(words))

    def turn_to(self, page: int) -> None:
        """Show this page, from 1."""
        self._turn(page - 1 - self.view.pageNavigator().currentPage())

    def expect(self) -> None:
        """A sheet is being made: say so where none is shown yet; the one shown stays until then."""
        if not self.pages:
            self._nothing.setText(self.tr("正在排版……"))

    def clear(self) -> None:
        """Show no sheet, and let go of its bytes."""
        self._load(b"")
        self.say_prints("")
        self._nothing.setText(self._empty_text)
        self._stack.setCurrentIndex(1)
        self._show_page()

    def _load(self, pdf: bytes) -> None:
        self.view.forget()
        self._document.close()
        self._buffer.close()
        self._buffer.setData(QByteArray(pdf))
        if pdf:
            self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            self._document.load(self._buffer)

    def _show_page(self) -> None:
        page = self.view.pageNavigator().currentPage() + 1
        text = self.tr("第 {page} 页 / 共 {pages} 页").format(page=page, pages=self.pages) if self.pages else ""
        self._page.setText(text)

    def _turn(self, step: int) -> None:
        page = self.view.pageNavigator().currentPage() + step
        if 0 <= page < self.pages:
            self.view.pageNavigator().jump(page, QPointF())

    def _zoom(self, factor: float) -> None:
        if self.view.zoomMode() is QPdfView.ZoomMode.FitToWidth:
            width = self._document.pagePointSize(0).width() or 1
            logical = self.view.logicalDpiX() / 72
            self.view.setZoomFactor((self.view.viewport().width() - 12) / (width * logical))
            self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        zoom = self.view.zoomFactor() * factor
        self.view.setZoomFactor(min(max(zoom, _LEAST), _MOST))
