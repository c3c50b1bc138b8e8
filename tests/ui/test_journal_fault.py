"""同步 where the journal was changed behind the program's back: said in words, with what to do, and legible."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, select, update

from desktop.services import households
from desktop.services.application import Application
from desktop.services.vaults import verify_journal
from desktop.storage.tables import entry
from desktop.ui.models.rows import ROW, ListRow
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.banner import Banner
from tests.county_issued import issue_everything
from tests.county_process import CountyProcess, serving
from tests.households import made_up_household
from tests.sync.journals import address, describe, enrolled, synced
from tests.sync.test_half_action import cut_last_entry
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.test_sync_page import SLOW, outcome, shown
from tests.vaults import made_vault, opened


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    with serving(tmp_path / "county") as running:
        yield running


def swap(connection: Connection) -> None:
    """The first two confirmed entries of the household change places."""
    one, other = connection.scalars(select(entry.c.seq).where(entry.c.own).order_by(entry.c.seq.desc()).limit(2))
    for old, new in ((one, 9_999), (other, one), (9_999, other)):
        connection.execute(update(entry).where(entry.c.own, entry.c.seq == old).values(seq=new))


def confirmed(application: Application) -> None:
    for number in range(4):
        describe(application, f"household-{number}", address=address(f"{number}号"))
    assert synced(application).journal is None


def test_a_changed_journal_is_said_and_stays_listed(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, county: CountyProcess
) -> None:
    """What happened, that nothing is lost, what to do; the list's line says it again, and no sentence settles it."""
    with opened(enrolled(tmp_path / "home", county, "林晓梅")) as application:
        confirmed(application)
        application.store.write(swap)
        window, page = shown(qtbot, tasks, application)
        page.start()
        qtbot.waitUntil(lambda: bool(outcome(page)), timeout=SLOW)
        assert "被改动、删掉或调换过" in outcome(page)
        detail = page.state.outcome_detail.text()
        assert "没有丢" in detail
        assert "从备份恢复" in detail
        banner = window.findChild(Banner)
        assert banner is not None
        assert any("被改动" in one.text() for one in banner.findChildren(QLabel)), "said before anything was sent"
        qtbot.waitUntil(lambda: "2 项未上报" in window.foot.sentence(), timeout=SLOW)
        model = page.attention.pane.model
        qtbot.waitUntil(lambda: model.rowCount() == 1 and isinstance(model.index(0).data(ROW), ListRow), timeout=SLOW)
        row = model.index(0).data(ROW)
        assert row.chips[0].text == "日志对不上"
        page.attention.pane.choose(row.id)
        page.attention.how.setText("不管它")
        assert not page.attention.seen.isEnabled(), "the county has to see to it"
        QTest.keyClick(page.attention.pane.view, Qt.Key.Key_Return)
        for size in (FULL, AT_150_PERCENT):
            window.resize(*size)
            QApplication.processEvents()
            assert_legible(window)
            assert unnamed(window) == []
        window.close()
        tasks.close()


def test_half_an_action_is_named_with_the_way_out_and_set_aside_on_the_page(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """What, since when, what waits behind it; opened, it says what to do; a sentence and a press set it aside."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        households.add_household(application, made_up_household("林秀英"))
        application.store.write(cut_last_entry)
        window, page = shown(qtbot, tasks, application)
        model = page.attention.pane.model
        qtbot.waitUntil(lambda: model.rowCount() == 1 and isinstance(model.index(0).data(ROW), ListRow), timeout=SLOW)
        row = model.index(0).data(ROW)
        assert row.chips[0].text == "一步不完整"
        assert "只有" in row.subject
        page.attention.pane.choose(row.id)
        QTest.keyClick(page.attention.pane.view, Qt.Key.Key_Return)
        banner = window.findChild(Banner)
        assert banner is not None
        qtbot.waitUntil(lambda: any("半步不会报" in one.text() for one in banner.findChildren(QLabel)), timeout=SLOW)
        if folder := os.environ.get("ZOUCUN_PICTURES_OF_PAGES"):
            window.resize(1366, 768)
            qtbot.wait(300)
            window.grab().save(f"{folder}/half-action.png")
        page.attention.how.setText("已重新登记")
        page.attention.seen.click()
        qtbot.waitUntil(lambda: model.rowCount() == 1 and "已处理" in str(model.index(0).data(ROW)), timeout=SLOW)
        assert verify_journal(application).fault is None
        window.close()
        tasks.close()
