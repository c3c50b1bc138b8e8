"""同步 against a county that takes the connection and never answers: what the page says meanwhile, and at the end."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.services import sync
from desktop.sync.client import Timeouts
from desktop.sync.driving import Surroundings
from desktop.ui.tasks import Tasks
from tests.ui.readability import FULL, assert_legible
from tests.ui.test_sync_page import outcome, shown
from tests.vaults import closed_vault, enrolment, opened


def test_the_page_says_what_it_waits_for_and_how_long_and_that_nothing_is_lost(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of the command line; small limits stand in for the ten and thirty seconds in force."""
    limits = Timeouts(connect=2, silence=2)
    monkeypatch.setattr(sync, "Surroundings", lambda: Surroundings(timeouts=limits))
    closed = closed_vault(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent, opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        sync.set_county_url(application, f"http://127.0.0.1:{silent.getsockname()[1]}")
        window, page = shown(qtbot, tasks, application)
        qtbot.waitUntil(lambda: page.primary is not None and page.primary.isEnabled())
        page.start()
        waiting = "正在联系县里，没有答复最多等 40 秒"
        qtbot.waitUntil(lambda: waiting in {one.text() for one in page.state.progress.findChildren(QLabel)})
        window.resize(*FULL)
        assert_legible(page)
        qtbot.waitUntil(lambda: bool(outcome(page)), timeout=15_000)
        said = " ".join(one.text() for one in page.state.findChildren(QLabel) if one.isVisible())
        assert outcome(page) == "等了 2 秒，县里没有答复"
        assert "未上报的内容都已安全保存在本机" in said
