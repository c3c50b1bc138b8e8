"""Where pictures come from besides files that are chosen: a folder that is watched, and the laptop's camera."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.tasks import Tasks

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".pdf"})
_LOOK_EVERY = 1000
"""Milliseconds between looks: a file that is still being written has grown by then."""
_PATIENCE = 5000
"""Milliseconds without an answer after which it is said that there is none."""


class WatchedFolder(QObject):
    """New pictures of one folder, each named once when it has stopped growing. Reads names and sizes only.

    It is looked at off the screen's thread: a share that is gone, or a card that is loose, may not answer for minutes.
    """

    arrived = Signal(object)
    """Paths of new pictures, as a tuple of text."""
    changed = Signal()
    """It is watched now, does not answer, or answers again."""
    refused = Signal()
    """It cannot be read, and is not watched."""

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._folder: Path | None = None
        self._asked = 0
        self.is_ready = self.is_looking = self.is_silent = False
        self._known: set[str] = set()
        self._growing: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._on_silence)

    @property
    def folder(self) -> Path | None:
        """The folder that is watched, if any."""
        return self._folder

    def start(self, folder: Path) -> None:
        """Watch a folder; what lies in it already is not ours to take. ``refused`` where that cannot be told: a card
        that is not ready yet would have all its old pictures taken in a second later."""
        self.stop()
        self._folder = folder
        self._ask(self._on_lying)

    def stop(self) -> None:
        """Watch nothing any more, and wait for no answer."""
        self._asked += 1
        self._timer.stop()
        self._patience.stop()
        self.is_ready = self.is_looking = self.is_silent = False
        self._folder = None
        self._known.clear()
        self._growing.clear()

    def look(self) -> None:
        """Look once; a picture counts when its size is what it was at the look before."""
        if self.is_ready and not self.is_looking:
            self._ask(self._on_sizes)

    def _ask(self, receive: Callable[[dict[str, int] | None], None]) -> None:
        folder, known = self._folder, frozenset(self._known)
        if folder is None:
            return
        self._asked += 1
        asked = self._asked
        self.is_looking = True
        self._patience.start()

        def answered(found: dict[str, int] | None) -> None:
            if asked != self._asked:
                return  # another folder is watched meanwhile, or none
            self._patience.stop()
            was_silent, self.is_looking, self.is_silent = self.is_silent, False, False
            receive(found)
            if was_silent:
                self.changed.emit()

        self._tasks.run_apart(self, lambda: _pictures(folder, known), answered)

    def _on_silence(self) -> None:
        self.is_silent = True
        self.changed.emit()

    def _on_lying(self, lying: dict[str, int] | None) -> None:
        if lying is None:
            self.stop()
            self.refused.emit()
            return
        self._known = set(lying)
        self.is_ready = True
        self._timer.start()
        self.changed.emit()

    def _on_sizes(self, found: dict[str, int] | None) -> None:
        sizes = found or {}
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
