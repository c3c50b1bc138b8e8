"""The voice process: says fixed sentences with the system's own voice (Qt TextToSpeech), and does nothing else.

In a process of its own because an engine cannot be trusted with the window: making Linux's takes two seconds in which
nothing else goes on (measured, speech-dispatcher 0.11.4), its libraries (libspeechd, libpulse) are not on every
computer, and a fault of theirs must not take the workspace with it. It has no vault and no key, and is handed no word
about a person (``desktop.services.reading_script.spoken_words`` says why).

``desktop.ui.voice`` starts it. On standard input one JSON object a line: ``{"say": [text, …], "turn": n}`` or
``{"stop": true}``. On standard output: first ``{"voice": true | false}``, then ``{"ended": n}`` when turn n was said to
its end, or ``{"failed": n}``. The end of its input ends it, and what it is saying.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtTextToSpeech import QTextToSpeech, QVoice

ENGINES: Final = ("winrt", "sapi", "speechd")
"""Engines that speak on this computer, the better first. Others are never asked: Qt's stand-in for tests would pretend
to speak, and a plugin that somebody added might send the text to a server."""
_MANDARIN: Final = QLocale(QLocale.Language.Chinese, QLocale.Country.China)
_SECONDS_TO_END: Final = 1.0


class Speaker(QObject):
    """Says one turn after the other; a newer turn ends the one before."""

    arrived = Signal(str)
    """A line of the standard input, from the thread that reads it."""
    over = Signal()
    """The standard input has ended."""

    def __init__(self, engine: QTextToSpeech) -> None:
        super().__init__()
        from PySide6.QtTextToSpeech import QTextToSpeech

        self._states = QTextToSpeech.State
        self._engine = engine
        self._left: list[str] = []
        self._turn = 0
        self._is_begun = False
        """The engine has begun with the sentence it was handed last: what it ends before that is an older one."""
        self._is_waiting = False
        """A sentence is to be handed over as soon as the engine has stopped."""
        engine.stateChanged.connect(self._on_state)
        self.arrived.connect(self._on_line)
        self.over.connect(self._on_over)

    def _on_line(self, line: str) -> None:
        asked: dict[str, Any] = json.loads(line)
        self._stop()
        if "say" in asked:
            self._turn, self._left = asked["turn"], list(asked["say"])
            self._go_on()

    def _on_over(self) -> None:
        self._stop()
        QCoreApplication.quit()

    def _stop(self) -> None:
        self._turn, self._left, self._is_begun, self._is_waiting = 0, [], False, False
        self._engine.stop()

    def _go_on(self) -> None:
        """Hand over the next sentence, once the engine has ended the one before."""
        if not self._left:
            answer({"ended": self._turn})
            self._turn = 0
            return
        if self._engine.state() is self._states.Error:
            self._fail()
        elif self._engine.state() is self._states.Ready:
            self._is_begun = self._is_waiting = False
            self._engine.say(self._left.pop(0))
        else:
            self._is_waiting = True

    def _on_state(self, state: QTextToSpeech.State) -> None:
        if not self._turn:
            return
        if state is self._states.Error:
            self._fail()
        elif state is not self._states.Ready:
            self._is_begun = True
        elif self._is_waiting or self._is_begun:
            self._is_begun = False
            self._go_on()

    def _fail(self) -> None:
        turn = self._turn
        self._turn, self._left = 0, []
        answer({"failed": turn})


def answer(said: dict[str, Any]) -> None:
    """One line to the starter."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def mandarin_engine() -> QTextToSpeech | None:
    """An engine of this computer with a voice of 普通话 chosen; None where there is none."""
    if os.environ.get("SPEECHD_ADDRESS", "").startswith("inet_socket"):
        return None  # speech-dispatcher of another computer
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech
    except ImportError:  # without the system's libpulse
        return None
    there = QTextToSpeech.availableEngines()
    for name in ENGINES:
        if name not in there:
            continue
        engine = QTextToSpeech(name)
        if engine.state() is not QTextToSpeech.State.Error and _choose_mandarin(engine):
            return engine
    return None


def _choose_mandarin(engine: QTextToSpeech) -> bool:
    there = engine.availableLocales()
    if any(one.language() is _MANDARIN.language() and one.territory() is _MANDARIN.territory() for one in there):
        engine.setLocale(_MANDARIN)
        return bool(engine.availableVoices())
    # eSpeak NG behind speech-dispatcher calls Mandarin "cmn", which Qt cannot read: it lists that voice under no
    # language, by its English name. A plus sign marks the same voice with another timbre.
    nameless = QLocale.c()
    if nameless not in there:
        return False
    engine.setLocale(nameless)
    voice = _named_mandarin(engine.availableVoices())
    if voice is not None:
        engine.setVoice(voice)
    return voice is not None


def _named_mandarin(voices: Iterable[QVoice]) -> QVoice | None:
    return next((one for one in voices if "Mandarin" in one.name() and "+" not in one.name()), None)


def main() -> int:
    """Say whether there is a voice, then speak until the input ends."""
    application = QCoreApplication(sys.argv[:1])
    engine = mandarin_engine()
    answer({"voice": engine is not None})
    if engine is None:
        return 0
    speaker = Speaker(engine)
    threading.Thread(target=_read, args=(speaker,), daemon=True).start()
    return application.exec()


def _read(speaker: Speaker) -> None:
    for line in sys.stdin:
        speaker.arrived.emit(line)
    speaker.over.emit()
    time.sleep(_SECONDS_TO_END)
    os._exit(0)  # the engine hangs


if __name__ == "__main__":
    sys.exit(main())
