"""The notice before a visit, spoken by the system's voice: the real process, with a stand-in for the engine alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.services.visit_notice import visit_notice
from desktop.ui import voice
from desktop.ui.widgets.spoken_words import SpokenWords
from tests.county_issued import issue_everything
from tests.ui.desk import words_on
from tests.vaults import made_vault


def shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str) -> tuple[SpokenWords, Path]:
    """The line under the notice, on a computer with such an engine, pressed."""
    log = tmp_path / "spoken.txt"
    monkeypatch.setattr(voice, "COMMAND", (sys.executable, "-m", "tests.ui.voice_engine", str(log), how))
    with made_vault(tmp_path / "lin") as application:
        issue_everything(application)
        notice = visit_notice(application)
    assert "林晓梅" in notice.lines[0]
    made = SpokenWords(notice.spoken)
    qtbot.addWidget(made)
    made.show()
    assert made.voice._process is None, "nothing is started before it is asked for"
    QTest.mouseClick(made.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.voice.is_there is not None)
    return made, log


def leave(qtbot: QtBot, made: SpokenWords) -> None:
    """Another page: the process ends by itself."""
    process = made.voice._process
    assert process is not None
    made.hide()
    assert made.voice._process is None
    qtbot.waitUntil(lambda: not isValid(process) or process.state() is QProcess.ProcessState.NotRunning)


def test_the_notice_is_spoken_to_its_end_and_names_nobody(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The office's own words and telephone; the worker's name is the worker's to say."""
    made, log = shown(qtbot, monkeypatch, tmp_path, "quick")
    qtbot.waitUntil(lambda: made.button.text() == "读给他听(&V)")
    said = log.read_text(encoding="utf-8")
    assert "我们是" in said
    assert "至少保存" in said
    for secret in ("林晓梅", "{", "（"):
        assert secret not in said
    leave(qtbot, made)


def test_it_is_silent_at_once_and_ends_where_it_is_left(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """停, and another page."""
    made, log = shown(qtbot, monkeypatch, tmp_path, "slow")
    qtbot.waitUntil(lambda: "我们是" in log.read_text(encoding="utf-8"))
    assert made.button.text() == "停(&V)"
    QTest.mouseClick(made.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: log.read_text(encoding="utf-8").rstrip().endswith("stopped"))
    assert made.button.text() == "读给他听(&V)"
    leave(qtbot, made)


def test_without_a_chinese_voice_it_says_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No button that does nothing stays."""
    made, _ = shown(qtbot, monkeypatch, tmp_path, "none")
    assert "没有中文语音" in words_on(made)
    assert made.button.isHidden()
    made.hide()
    assert made.voice._process is None
