"""Which voice is chosen: one of this computer, Mandarin, or none."""

from __future__ import annotations

import sys

import pytest

from desktop import voice_process
from tests.ui import voice_engine
from tests.ui.voice_engine import Engine


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the system's engine."""
    monkeypatch.setitem(sys.modules, "PySide6.QtTextToSpeech", voice_engine.stand_in())


def test_mandarin_is_found_by_language_and_where_qt_lost_it_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """eSpeak NG's "cmn" arrives in Qt without a language, among a thousand others; Cantonese is another language."""
    assert voice_process.mandarin_engine() is not None
    nameless = ("Greek", "Chinese (Mandarin, latin as English)+Adam", "Chinese (Mandarin, latin as English)")
    monkeypatch.setattr(Engine, "voices", {"en_GB": ("Bob",), "C": nameless, "yue_HK": ("Chinese (Cantonese)",)})
    found: object = voice_process.mandarin_engine()
    assert isinstance(found, Engine)
    assert found.chosen == "Chinese (Mandarin, latin as English)"
    monkeypatch.setattr(Engine, "voices", {"zh_HK": ("善怡",), "yue_HK": ("Chinese (Cantonese)",)})
    assert voice_process.mandarin_engine() is None


def test_no_engine_speaks_that_is_not_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine nobody named, Qt's stand-in, and a speech-dispatcher of another computer."""
    monkeypatch.setattr(Engine, "engines", ("mock", "cloud"))
    assert voice_process.mandarin_engine() is None
    monkeypatch.setattr(Engine, "engines", ("speechd",))
    monkeypatch.setenv("SPEECHD_ADDRESS", "inet_socket:198.51.100.7:6560")
    assert voice_process.mandarin_engine() is None


def test_a_computer_without_the_library_has_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """QtTextToSpeech needs the system's libpulse; its absence is no fault."""
    monkeypatch.setitem(sys.modules, "PySide6.QtTextToSpeech", None)
    assert voice_process.mandarin_engine() is None
