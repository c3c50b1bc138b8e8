"""The system's voice (朗读), where this computer has a Chinese one; ``desktop.voice_process`` speaks."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

COMMAND: Final = (sys.executable, *(f"-W{one}" for one in sys.warnoptions), "-m", "desktop.voice_process")
_ROOT: Final = Path(__file__).parents[2]
"""Where ``desktop`` lies, so that it is the same program whatever folder this one was started in."""
_PATIENCE: Final = 20_000
"""Milliseconds for an engine to begin; speech-dispatcher took two seconds."""
_WRITTEN_WITHIN: Final = 100
"""Milliseconds for a short line to go into a pipe that is empty."""


class Voice(QObject):
    """Speaks in the background. Nothing of an engine is loaded here, and nothing here waits for one."""

    changed = Signal()
    """It is known now whether there is a voice, or that there is none any more."""
    ended = Signal()
    """What was asked for has been said to its end; not after ``stop``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_there: bool | None = None
        """Whether this computer has a Chinese voice; None while nobody knows."""
        self._process: QProcess | None = None
        self._turn = 0
        self._waiting = ""
        """A line for the process, which has not said yet that it is ready."""

    def look(self) -> None:
        """Find out whether there is a voice; ``changed`` tells. Asked once in the life of the window."""
        if self.is_there is None and self._process is None:
            self._start()

    def say(self, sentences: Sequence[str]) -> None:
        """Say these sentences; ends what is being said."""
        self._turn += 1
        self._waiting = json.dumps({"say": list(sentences), "turn": self._turn})
        if self._process is None:
            self._start()
        elif self.is_there:
            self._send(self._waiting)

    def stop(self) -> None:
        """Be silent at once."""
        self._turn += 1
        self._waiting = ""
        if self._process is not None and self.is_there:
            self._send(json.dumps({"stop": True}))

    def close(self) -> None:
        """Be silent, and end the process; the next ``say`` starts another."""
        self.stop()
        process, self._process = self._process, None
        if process is not None:
            # It ends by itself when its input does; nothing waits for that, and a lock least of all.
            process.closeWriteChannel()

    def _start(self) -> None:
        # Of the application: whatever becomes of the page, it is never taken away while it runs.
        process = QProcess(QCoreApplication.instance())
        process.setWorkingDirectory(str(_ROOT))
        process.setStandardErrorFile(QProcess.nullDevice())
        self._process = process
        process.readyReadStandardOutput.connect(lambda: self._read(process))
        process.finished.connect(lambda: self._on_gone(process))
        process.finished.connect(process.deleteLater)
        process.errorOccurred.connect(lambda _: self._on_gone(process))
        process.start(COMMAND[0], list(COMMAND[1:]))
        QTimer.singleShot(_PATIENCE, process, lambda: self._lose_patience(process))

    def _read(self, process: QProcess) -> None:
        while process is self._process and process.canReadLine():
            self._hear(json.loads(bytes(process.readLine().data())))

    def _hear(self, said: dict[str, Any]) -> None:
        if "voice" in said:
            self._learn(is_there=said["voice"])
            if self.is_there and self._waiting:
                self._send(self._waiting)
        elif said.get("failed") == self._turn:
            self._learn(is_there=False)
        elif said.get("ended") == self._turn:
            self.ended.emit()

    def _learn(self, *, is_there: bool) -> None:
        if self.is_there is not is_there:
            self.is_there = is_there
            self.changed.emit()

    def _lose_patience(self, process: QProcess) -> None:
        if process is self._process and self.is_there is None:
            process.kill()

    def _on_gone(self, process: QProcess) -> None:
        if process is self._process:
            self._process = None
            self._learn(is_there=False)

    def _send(self, line: str) -> None:
        if self._process is not None:
            self._waiting = ""
            self._process.write(line.encode("ascii") + b"\n")
            self._process.waitForBytesWritten(_WRITTEN_WITHIN)  # not in the next turn: there may be none before a lock
