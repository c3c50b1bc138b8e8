"""同步 where the journal was changed behind the program's back: said in words, with what to do, and legible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, select, update

from desktop.services.application import Application
from desktop.storage.tables import entry
from desktop.ui.models.rows import ROW, ListRow
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.banner import Banner
from tests.county_process import CountyProcess, serving
from tests.sync.journals import address, describe, enrolled, synced
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.ui.test_sync_page import SLOW, outcome, shown
from tests.vaults import opened


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
