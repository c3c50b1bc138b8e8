"""Pictures that somebody gives by clipboard or drop: files by their path, or an image that lies in memory alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QGuiApplication, QImage


@dataclass(frozen=True, slots=True)
class Given:
    """``paths`` of files, else ``picture`` as PNG; both empty where there is no picture."""

    paths: tuple[str, ...] = ()
    picture: bytes = b""


def pasted() -> Given:
    """What lies in the clipboard."""
    clipboard = QGuiApplication.clipboard()
    return _given(clipboard.mimeData(), clipboard.image())


def dropped(data: QMimeData) -> Given:
    """What was dropped."""
    return _given(data, QImage(data.imageData()) if data.hasImage() else QImage())


def paths_in(data: QMimeData) -> tuple[str, ...]:
    """The files that are named; no picture is read for it."""
    return tuple(path for path in (url.toLocalFile() for url in data.urls()) if path)


def _given(data: QMimeData, image: QImage) -> Given:
    paths = paths_in(data)
    return Given(paths) if paths else Given(picture=b"" if image.isNull() else png(image))


def png(image: QImage) -> bytes:
    """An image as PNG, in memory."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())
