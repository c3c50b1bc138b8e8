"""The script spoken by the system's voice: the real page and the real process, with a stand-in for the engine alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.services.application import Application
from desktop.services.reading_script import ScriptItem
from desktop.ui import voice
from desktop.ui.pages.consent.read_aloud import ReadAloud
from desktop.ui.pages.page import Target
from desktop.ui.widgets.script_item import ScriptItemView
from tests.ui.consent_people import NOW, NUMBER, PHONE
from tests.ui.desk import Desk, words_on
from tests.ui.readability import AT_150_PERCENT, assert_legible, unnamed
from tests.vaults import made_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the engine was told."""
    return tmp_path / "spoken.txt"


def to_script(desk: Desk, monkeypatch: pytest.MonkeyPatch, log: Path, how: str) -> ReadAloud:
    """The reading step, on a computer with such an engine."""
    monkeypatch.setattr(voice, "COMMAND", (sys.executable, "-m", "tests.ui.voice_engine", str(log), how))
    desk.open(desk.resident)
    desk.go_on()
    aloud = desk.page.taking.reading.aloud
    desk.qtbot.waitUntil(lambda: aloud.voice.is_there is not None)
    return aloud


def items(desk: Desk) -> list[ScriptItemView]:
    return [one for one in desk.page.taking.reading.findChildren(ScriptItemView) if one.isVisible()]


def lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines()


def test_the_voice_reads_on_to_where_the_worker_has_to_and_ticks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    """From the top, item by item; after one that says what this sheet asks, only when the worker goes on."""
    aloud = to_script(desk, monkeypatch, log, "quick")
    script = [view.item for view in items(desk)]
    desk.click(aloud.all)
    for item in (one for one in script if one.names):
        desk.qtbot.waitUntil(lambda: aloud.all.text() == "接着读")
        assert lines(log)[-1] == item.spoken[-1]
        assert "选定的内容请您自己念" in words_on(aloud)
        desk.click(aloud.all)
    desk.qtbot.waitUntil(lambda: aloud.all.text() == "一条条读给他听")
    assert lines(log)[1:] == [line for item in script for line in item.spoken]
    assert lines(log)[0] == "engine speechd"
    assert not any(box.isChecked() for box in desk.page.taking.reading.items())
    said = "".join(lines(log))
    for secret in ("吉建国", "林晓梅", PHONE, NUMBER, *(name for item in script for name in item.names), "（", "{"):
        assert secret not in said


def test_one_item_is_marked_while_it_is_spoken_and_silent_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    """The item says that it is being spoken; 停 ends it, and so does another; the screen stays legible."""
    aloud = to_script(desk, monkeypatch, log, "slow")
    first, second = items(desk)[:2]
    desk.click(first.voice)
    desk.qtbot.waitUntil(lambda: first.item.spoken[0] in lines(log))
    assert "正在读" in first.box.text()
    assert (first.voice.text(), aloud.all.text()) == ("停", "停")
    desk.window.resize(*AT_150_PERCENT)
    QApplication.processEvents()
    assert_legible(desk.window)
    assert unnamed(desk.page) == []
    desk.click(first.box)
    desk.click(second.voice)
    desk.qtbot.waitUntil(lambda: lines(log)[-2:] == ["stopped", second.item.spoken[0]])
    assert "念过了" in first.box.text()
    desk.click(second.voice)
    desk.qtbot.waitUntil(lambda: lines(log)[-1] == "stopped")
    assert "还没念" in second.box.text()
    assert not second.box.isChecked()


@pytest.mark.parametrize("how", ["step", "page", "lock"])
def test_the_voice_stops_when_the_script_is_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, log: Path, how: str
) -> None:
    """Another step, another page, the lock: silent at once, and the process ends."""
    aloud = to_script(desk, monkeypatch, log, "slow")
    desk.click(aloud.all)
    first: ScriptItem = items(desk)[0].item
    desk.qtbot.waitUntil(lambda: first.spoken[0] in lines(log))
    process = aloud.voice._process
    assert process is not None
    ended: list[int] = []
    process.finished.connect(lambda code, _: ended.append(code))
    if how == "lock":
        desk.window.lock()
    elif how == "page":
        desk.window.open(Target("today"))
    else:
        desk.click(desk.page.taking.bar.buttons()[0])
    desk.qtbot.waitUntil(lambda: lines(log)[-1] == "stopped")
    desk.qtbot.waitUntil(lambda: ended == [0])


def test_a_computer_without_a_chinese_voice_says_so_and_has_no_button(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    """English is no substitute; the script is there to be read by the worker as ever."""
    aloud = to_script(desk, monkeypatch, log, "none")
    assert "这台电脑没有中文语音" in words_on(aloud)
    assert not aloud.all.isVisible()
    assert not any(one.voice.isVisible() for one in items(desk))
