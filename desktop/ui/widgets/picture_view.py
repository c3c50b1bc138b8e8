"""A picture from memory, as wide as there is room, larger and smaller by buttons: scans are compared with records."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.widgets.buttons import icon_button
from desktop.ui.widgets.labels import ShortenedLabel, label

_STEP = 1.25
_LEAST, _MOST = 0.5, 6.0
"""Zoom relative to the width of the view."""


def image_of(picture: bytes, height: int = 0) -> QImage:
    """A picture's bytes (JPEG, PNG) decoded, and made ``height`` pixels high if that is given; null if they cannot be.

    A photograph takes a tenth of a second: never on the screen's thread. ``QImage.loadFromData`` was seen to hold
    the interpreter meanwhile, and with it the screen; the reader lets go, and decodes what is to be small faster.
    """
    buffer = QBuffer()
    buffer.setData(picture)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if height and size.height() > 0:
        reader.setScaledSize(QSize(max(1, round(size.width() * height / size.height())), height))
    return reader.read()


class PictureView(QWidget):
    """Shows one picture; zoom 1 fits its width."""

    def __init__(self, empty_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self._zoom = 1.0
        self._caption = ShortenedLabel(self.tr("扫描件"), "section")
        self._image = QLabel(self)
        self._image.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea(self)
        # Held by a sheet of its own: a picture larger than the view is scrolled, not cut off.
        sheet = QWidget()
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._image)
        self.area.setWidget(sheet)
        self.area.setWidgetResizable(True)
        self.area.setMinimumHeight(200)
        # Were it to come and go, the picture fitted to the width would be too wide as soon as it came.
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setAccessibleName(self.tr("扫描件，方向键移动"))
        self.area.setProperty("kind", "desk")
        head = QHBoxLayout()
        head.addWidget(self._caption, 1)
        for picture, name, factor in (
            (Icon.LESS, self.tr("缩小"), 1 / _STEP),
            (Icon.ADD, self.tr("放大"), _STEP),
        ):
            head.addWidget(icon_button(picture, name, lambda factor=factor: self.zoom_by(factor), parent=self))  # type: ignore[misc]
        self._nothing = label(empty_text or self.tr("还没有扫描件。"), "soft", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.area)
        self._stack.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(self._stack, 1)
        self.clear()

    @property
    def zoom(self) -> float:
        """1 fits the width."""
        return self._zoom

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return not self._pixmap.isNull()

    def show_image(self, picture: QImage, caption: str) -> None:
        """Show a picture, fitted to the width."""
        self._pixmap = QPixmap.fromImage(picture)
        self._caption.setText(caption)
        self._zoom = 1.0
        self._stack.setCurrentIndex(0)
        self._draw()

    def say(self, words: str) -> None:
        """Say why there is no picture to show."""
        self.clear()
        self._nothing.setText(words)

    def clear(self) -> None:
        """Show nothing, and let go of the picture."""
        self._pixmap = QPixmap()
        self._image.setPixmap(self._pixmap)
        self._stack.setCurrentIndex(1)

    def zoom_by(self, factor: float) -> None:
        """Larger (above 1) or smaller."""
        self._zoom = min(max(self._zoom * factor, _LEAST), _MOST)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        if self._pixmap.isNull():
            return
        scale = self.devicePixelRatioF()
        width = round(max(self.area.viewport().width() - 4, 40) * self._zoom * scale)
        drawn = self._pixmap.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        drawn.setDevicePixelRatio(scale)
        self._image.setPixmap(drawn)
