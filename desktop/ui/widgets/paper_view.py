"""Pages on the screen as paper will show them: drawn finer than the screen, and made smaller.

Bold is drawn on paper with a line around each character (``documents/text_drawing``), and PDFium draws no line thinner
than a pixel: where a page is small, bold characters would close up. So a page is drawn as large as that line needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtPdf import QPdfDocument, QPdfPageRenderer
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QWidget

_FINE_ENOUGH = 2.5
"""Pixels to a point of paper at which the line around bold characters is about a pixel wide."""
_FINEST = 4


class PaperView(QPdfView):
    """``QPdfView`` of pages one under the other; ``forget`` when the document has another content."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.pageRendered.connect(self._keep)
        self._drawn: dict[int, QImage] = {}
        self._sizes: dict[int, QSize] = {}
        """Of each page on the screen or asked for: its size in pixels of the screen."""

    def setDocument(self, document: QPdfDocument) -> None:
        """Show the pages of this document."""
        super().setDocument(document)
        self._renderer.setDocument(document)

    def forget(self) -> None:
        """Let go of all that was drawn."""
        self._drawn.clear()
        self._sizes.clear()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pages that are in sight, white until they are ready."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().brush(QPalette.ColorRole.Dark))
        inside = self.viewport().rect()
        seen = {page: place for page, place in self._places() if place.intersects(inside)}
        for page, place in seen.items():
            painter.fillRect(place, Qt.GlobalColor.white)
            size = (QSizeF(place.size()) * self.devicePixelRatioF()).toSize()
            image = self._drawn.get(page)
            if image is not None:
                painter.drawImage(place, image)
            if image is None or image.size() != size:
                self._ask_for(page, size)
        self._drawn = {page: image for page, image in self._drawn.items() if page in seen}
        painter.end()

    def _places(self) -> Iterator[tuple[int, QRect]]:
        """Where the pages lie in the viewport: as ``QPdfView`` has laid them out, which tells it to nobody."""
        document, margins, width = self.document(), self.documentMargins(), self.viewport().width()
        sizes = [self._page_size(document, page) for page in range(document.pageCount())]
        widest = max((size.width() for size in sizes), default=0) + margins.left() + margins.right()
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        down = margins.top()
        for page, size in enumerate(sizes):
            yield page, QRect(QPoint((max(widest, width) - size.width()) // 2 - left, down - top), size)
            down += size.height() + self.pageSpacing()

    def _page_size(self, document: QPdfDocument, page: int) -> QSize:
        points = document.pagePointSize(page) * (QGuiApplication.primaryScreen().logicalDotsPerInch() / 72)
        if self.zoomMode() is QPdfView.ZoomMode.Custom:
            return (points * self.zoomFactor()).toSize()
        margins, whole = self.documentMargins(), points.toSize()
        room = self.viewport().width() - margins.left() - margins.right()
        return whole * (room / max(whole.width(), 1))

    def _ask_for(self, page: int, size: QSize) -> None:
        if self._sizes.get(page) != size or page not in self._drawn:
            self._sizes[page] = size
            self._renderer.requestPage(page, size * self._finer(page, size))

    def _finer(self, page: int, size: QSize) -> int:
        points = self.document().pagePointSize(page).width() or 1
        return min(math.ceil(_FINE_ENOUGH * points / max(size.width(), 1)), _FINEST)

    def _keep(self, page: int, _size: QSize, image: QImage, *_: object) -> None:
        size = self._sizes.get(page)
        if size is None:  # of a document that was let go of
            return
        smooth = Qt.TransformationMode.SmoothTransformation
        self._drawn[page] = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        self.viewport().update()
