"""Where pictures come from besides files that are chosen: a folder that is watched, and the laptop's camera."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".pdf"})
_LOOK_EVERY = 1000
"""Milliseconds between looks: a file that is still being written has grown by then."""


class WatchedFolder(QObject):
    """New pictures of one folder, each named once when it has stopped growing. Reads names and sizes only."""

    arrived = Signal(object)
    """Paths of new pictures, as a tuple of text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._known: set[str] = set()
        self._growing: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY)
        self._timer.timeout.connect(self.look)

    @property
    def folder(self) -> Path | None:
        """The folder that is watched, if any."""
        return self._folder

    def start(self, folder: Path) -> bool:
        """Watch a folder; what lies in it already is not ours to take. False where that cannot be told: a card that
        is not ready yet would have all its old pictures taken in a second later."""
        self.stop()
        lying = _pictures(folder, frozenset())
        if lying is None:
            return False
        self._folder = folder
        self._known = set(lying)
        self._timer.start()
        return True

    def stop(self) -> None:
        """Watch nothing any more."""
        self._timer.stop()
        self._folder = None
        self._known.clear()
        self._growing.clear()

    def look(self) -> None:
        """Look once; a picture counts when its size is what it was at the look before."""
        if self._folder is None:
            return
        sizes = _pictures(self._folder, self._known) or {}
        whole = sorted(path for path, size in sizes.items() if size and self._growing.get(path) == size)
        self._growing = sizes
        self._known.update(whole)
        if whole:
            self.arrived.emit(tuple(whole))


def _pictures(folder: Path, known: Collection[str]) -> dict[str, int] | None:
    """New pictures of a folder and their sizes in bytes; None where it cannot be read (a phone unplugged)."""
    found = {}
    try:
        for path in folder.iterdir():
            is_new = path.suffix.lower() in PICTURE_SUFFIXES and str(path) not in known
            if is_new and not path.name.startswith(".") and path.is_file():
                found[str(path)] = path.stat().st_size
    except OSError:
        return None
    return found


def find_camera() -> Callable[[QObject], Camera] | None:
    """What opens the laptop's camera; None where there is none, or no QtMultimedia (it needs the system's libpulse)."""
    try:
        from PySide6 import QtMultimedia, QtMultimediaWidgets
    except ImportError:
        return None
    if not QtMultimedia.QMediaDevices.videoInputs():
        return None
    return lambda parent: Camera(QtMultimedia, QtMultimediaWidgets, parent)


class Camera(QObject):
    """The laptop's camera, in memory only: ``QImageCapture.capture`` writes no file."""

    taken = Signal(object)
    """A ``QImage``."""

    def __init__(self, multimedia: Any, widgets: Any, parent: QObject) -> None:
        super().__init__(parent)
        self.view = widgets.QVideoWidget()
        self._camera = multimedia.QCamera(multimedia.QMediaDevices.defaultVideoInput(), self)
        self._capture = multimedia.QImageCapture(self)
        self._session = multimedia.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setImageCapture(self._capture)
        self._session.setVideoOutput(self.view)
        self._capture.imageCaptured.connect(lambda _, image: self.taken.emit(image))

    def start(self) -> None:
        """Show what the camera sees."""
        self._camera.start()

    def stop(self) -> None:
        """Its light goes out."""
        self._camera.stop()

    def take(self) -> None:
        """Take one picture."""
        self._capture.capture()
