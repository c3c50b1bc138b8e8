"""The real voice process with a stand-in for the system's engine: ``python -m tests.ui.voice_engine LOG HOW``.

What the engine is told is written to LOG, a line each. HOW: ``quick`` ends each sentence by itself, ``slow`` only when
it is stopped, ``none`` has no Chinese voice.
"""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import ClassVar

from PySide6.QtCore import QLocale, QObject, QTimer, Signal


class State(Enum):
    """As of ``QTextToSpeech.State``."""

    Ready = 0
    Speaking = 1
    Error = 3


class NamedVoice:
    """As much of a ``QVoice`` as is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name


class Engine(QObject):
    """Speaks on paper."""

    stateChanged = Signal(object)  # noqa: N815 - names of Qt, here and below
    log: Path | None = None
    is_slow = False
    engines: ClassVar[tuple[str, ...]] = ("mock", "speechd")
    voices: ClassVar[dict[str, tuple[str, ...]]] = {"zh_CN": ("婷婷",), "en_GB": ("Bob",)}

    def __init__(self, name: str) -> None:
        super().__init__()
        self._state, self._locale, self.chosen = State.Ready, "en_GB", ""
        self._end = QTimer(self, singleShot=True, interval=20)
        self._end.timeout.connect(lambda: self._become(State.Ready))
        self._note(f"engine {name}")

    @classmethod
    def availableEngines(cls) -> list[str]:  # noqa: N802
        return list(cls.engines)

    def availableLocales(self) -> list[QLocale]:  # noqa: N802
        return [QLocale(one) for one in self.voices]

    def availableVoices(self) -> list[NamedVoice]:  # noqa: N802
        return [NamedVoice(one) for one in self.voices.get(self._locale, ())]

    def setLocale(self, locale: QLocale) -> None:  # noqa: N802
        self._locale = locale.name()

    def setVoice(self, voice: NamedVoice) -> None:  # noqa: N802
        self.chosen = voice.name()

    def state(self) -> State:
        return self._state

    def say(self, text: str) -> None:
        self._note(text)
        self._become(State.Speaking)
        if not self.is_slow:
            self._end.start()

    def stop(self) -> None:
        if self._state is State.Speaking:
            self._note("stopped")
            self._end.stop()
            self._become(State.Ready)

    def _become(self, state: State) -> None:
        self._state = state
        self.stateChanged.emit(state)

    def _note(self, line: str) -> None:
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(line + "\n")


Engine.State = State  # type: ignore[attr-defined]


def stand_in() -> ModuleType:
    """A module as ``PySide6.QtTextToSpeech``."""
    module = ModuleType("PySide6.QtTextToSpeech")
    module.QTextToSpeech = Engine  # type: ignore[attr-defined]
    return module


if __name__ == "__main__":
    Engine.log, Engine.is_slow = Path(sys.argv[1]), sys.argv[2] == "slow"
    if sys.argv[2] == "none":
        Engine.voices = {"en_GB": ("Bob",)}
    sys.modules["PySide6.QtTextToSpeech"] = stand_in()
    from desktop import voice_process

    sys.exit(voice_process.main())
