"""没有网络：用 U 盘开通, through its widgets, with the county's own command answering the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.application import Application
from desktop.services.sync import sync_state
from desktop.ui import usb_enrolment_form
from desktop.ui.messages import MESSAGES
from desktop.ui.pages.not_your_role_page import NotYourRolePage
from desktop.ui.pages.sync_page import SyncPage
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import WorkspaceWindow, workspace_window
from tests.county_process import CountyProcess, made_county
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import closed_vault, opened

SLOW = 60_000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyProcess:
    """A county that nobody can reach over a network."""
    return made_county(tmp_path_factory.mktemp("county") / "data")


def shown(qtbot: QtBot, tasks: Tasks, application: Application) -> tuple[WorkspaceWindow, SyncPage]:
    """The window as it opens on a vault that is not enrolled: 同步 in front."""
    window = workspace_window(tasks, application)
    window.idle.stop()
    qtbot.addWidget(window)
    window.resize(*FULL)
    window.show()
    qtbot.waitExposed(window)
    page = window.page()
    assert isinstance(page, SyncPage)
    return window, page


def test_request_and_answer_with_the_program_closed_between(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, county: CountyProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Save the request, close; the form stands where it stood; a wrong file is named; the answer enrols."""
    closed = closed_vault(tmp_path / "home")
    request, answer = tmp_path / "申请.json", tmp_path / "答复.json"
    code = county.code_for("林晓梅")
    monkeypatch.setattr(usb_enrolment_form, "choose_where_to_save", lambda *_: request)
    with opened(closed) as application:
        window, page = shown(qtbot, tasks, application)
        window.open_section("visit")
        assert isinstance(window.page(), NotYourRolePage), "nobody's data before the county has given a role"
        window.open_section("sync")
        page.enrolment.online.usb.click()
        assert window.header.primary.text() == "存出申请文件…"
        page.enrolment.usb.submit()
        assert page.enrolment.usb.problem.text() == "请填开通码。"
        page.enrolment.usb.code.setText("AAAAA-BBBBB")
        page.enrolment.usb.submit()
        qtbot.waitUntil(
            lambda: page.enrolment.usb.problem.text() == MESSAGES["sync.code-mistyped"].sentence(), timeout=SLOW
        )
        page.enrolment.usb.code.setText(code)
        window.header.primary.click()
        qtbot.waitUntil(request.exists, timeout=SLOW)
        qtbot.waitUntil(page.enrolment.usb.go.isEnabled, timeout=SLOW)
        assert page.enrolment.usb.code.text() == "", "the code does not stay on the screen"
        window.close()
    county.run("enrol", "--request", str(request), "--response", str(answer))
    with opened(closed) as application:
        window, page = shown(qtbot, tasks, application)
        qtbot.waitUntil(page.enrolment.usb.isVisible, timeout=SLOW)
        assert window.header.primary.text() == "选县里的答复…"
        for size in (FULL, AT_150_PERCENT):
            window.resize(*size)
            QApplication.processEvents()
            assert_legible(window)
            assert unnamed(window) == []
        monkeypatch.setattr(usb_enrolment_form, "choose_files", lambda *_: (str(request),))
        window.header.primary.click()
        own = MESSAGES["enrolment.own-request"].sentence()
        qtbot.waitUntil(lambda: page.enrolment.usb.problem.text() == own, timeout=SLOW)
        monkeypatch.setattr(usb_enrolment_form, "choose_files", lambda *_: (str(answer),))
        window.header.primary.click()
        qtbot.waitUntil(lambda: application.enrolment is not None, timeout=SLOW)
        qtbot.waitUntil(page.state.address.isVisible, timeout=SLOW)
        page.state.address.address.setText("不是地址")
        page.state.address.submit()
        qtbot.waitUntil(lambda: bool(page.state.address.problem.text()), timeout=SLOW)
        page.state.address.address.setText("https://county.example")
        page.state.address.submit()
        qtbot.waitUntil(lambda: sync_state(application).county_url == "https://county.example", timeout=SLOW)
        qtbot.waitUntil(lambda: not page.state.address.isVisible(), timeout=SLOW)
        window.open_section("visit")
        assert not isinstance(window.page(), NotYourRolePage), "the pages follow the role at once"
        window.close()
