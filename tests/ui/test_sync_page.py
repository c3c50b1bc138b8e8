"""同步, through its widgets: with a real county in a process of its own, and with one that is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from desktop.domain.journal import EntryReference
from desktop.domain.records import Change, Outcome, Result
from desktop.services import households, sync
from desktop.services.application import Application
from desktop.services.sync_attention import needs_attention
from desktop.storage import journal, judgements, records
from desktop.storage.judgements import Judgement
from desktop.ui.messages import MESSAGES
from desktop.ui.models.rows import ROW, ListRow
from desktop.ui.pages.page import Target
from desktop.ui.pages.sync_page import NOW, SyncPage
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.chips import Chip
from desktop.ui.workspace_window import WorkspaceWindow, workspace_window
from tests.county_process import CountyProcess, serving
from tests.households import made_up_household
from tests.ui.readability import AT_150_PERCENT, FULL, assert_legible, unnamed
from tests.vaults import closed_vault, made_vault, opened

SLOW = 30_000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A county that serves."""
    with serving(tmp_path_factory.mktemp("county") / "data") as running:
        yield running


@pytest.fixture
def unenrolled(tmp_path: Path) -> Iterator[Application]:
    """An open vault the county knows nothing of."""
    with opened(closed_vault(tmp_path)) as application:
        yield application


def shown(qtbot: QtBot, tasks: Tasks, application: Application) -> tuple[WorkspaceWindow, SyncPage]:
    """The window with 同步 in front."""
    window = workspace_window(tasks, application)
    window.idle.stop()
    qtbot.addWidget(window, before_close_func=lambda _: _close(tasks))
    window.resize(*FULL)
    window.open_section("sync")
    window.show()
    qtbot.waitExposed(window)
    page = window.page()
    assert isinstance(page, SyncPage)
    return window, page


def _close(tasks: Tasks) -> None:
    tasks.close()


def outcome(page: SyncPage) -> str:
    """What the page says came of it; empty while it is under way."""
    return "" if page.is_syncing or page.state.outcome.isHidden() else page.state.outcome_chip.chip.text


def enrol(qtbot: QtBot, page: SyncPage, county: CountyProcess) -> None:
    """Type address and code and press the primary button; a first sync follows by itself."""
    assert page.primary is not None
    page.enrolment.online.address.setText(county.url)
    page.enrolment.online.code.setText(county.code_for("林晓梅"))
    page.primary.trigger()
    qtbot.waitUntil(lambda: outcome(page) == "同步完成", timeout=SLOW)


def test_a_vault_without_the_code_is_enrolled_here_and_syncs_at_once(
    qtbot: QtBot, tasks: Tasks, unenrolled: Application, county: CountyProcess
) -> None:
    """A mistyped code is said under the field and costs nothing; the right one opens the page as it is afterwards."""
    window, page = shown(qtbot, tasks, unenrolled)
    assert page.primary is not None
    assert page.primary.text() == "开通"
    page.enrolment.online.address.setText(county.url)
    page.enrolment.online.code.setText("QQQQ-QQQQ")
    page.primary.trigger()
    qtbot.waitUntil(lambda: bool(page.enrolment.online.problem.text()), timeout=SLOW)
    assert page.enrolment.online.problem.text() == MESSAGES["sync.code-mistyped"].sentence()
    assert unenrolled.enrolment is None
    enrol(qtbot, page, county)
    assert unenrolled.worker.name == "林晓梅"
    assert page.primary.text() == "同步"
    assert page.enrolment.online.isHidden() or not page.enrolment.online.isVisible()
    qtbot.waitUntil(lambda: "已联网" in window.foot.sentence(), timeout=SLOW)


def test_what_was_written_here_is_reported_and_the_receipt_is_shown(
    qtbot: QtBot, tasks: Tasks, unenrolled: Application, county: CountyProcess
) -> None:
    """Unsent, then all reported: in the page's words, in the batch's state, at the foot, and at the county."""
    window, page = shown(qtbot, tasks, unenrolled)
    enrol(qtbot, page, county)
    before = county.status()
    households.add_household(unenrolled, made_up_household("林秀英"))
    page.changed.emit(frozenset({"household"}))
    page.refresh(frozenset())
    qtbot.waitUntil(lambda: "2 项未上报，已安全保存在本机" in page.state.words.text(), timeout=SLOW)
    qtbot.waitUntil(lambda: window.foot.sentence().startswith("2 项未上报"), timeout=SLOW)
    page.show_record(NOW)
    qtbot.waitUntil(lambda: outcome(page) == "同步完成", timeout=SLOW)
    qtbot.waitUntil(lambda: page.state.words.text() == "全部已上报县里", timeout=SLOW)
    qtbot.waitUntil(lambda: window.foot.sentence().startswith("全部已上报县里"), timeout=SLOW)
    model = page.results.batches.model

    def batch_words() -> str:
        shown = model.index(0, 2).data(ROW)
        return shown.text if isinstance(shown, Chip) else ""

    # The batches come a turn after the words above them.
    qtbot.waitUntil(lambda: batch_words() == "县里已入库", timeout=SLOW)
    assert county.status() != before


def test_a_county_that_is_away_is_said_in_words_and_nothing_is_lost(
    qtbot: QtBot, tasks: Tasks, unenrolled: Application, county: CountyProcess
) -> None:
    """What happened, that everything is still here, what to do; the next sync sends it all."""
    window, page = shown(qtbot, tasks, unenrolled)
    enrol(qtbot, page, county)
    households.add_household(unenrolled, made_up_household("吉建国"))
    county.stop()
    try:
        page.start()
        qtbot.waitUntil(lambda: bool(outcome(page)), timeout=SLOW)
        assert outcome(page) == "连不上县里"
        assert "已安全保存在本机" in page.state.outcome_detail.text()
        assert "离线" in window.foot.sentence()
        assert sync.sync_state(unenrolled).waiting >= 2
    finally:
        county.start()
    page.start()
    qtbot.waitUntil(lambda: outcome(page) == "同步完成", timeout=SLOW)
    assert sync.sync_state(unenrolled).waiting == 0


def test_a_sync_can_be_stopped(qtbot: QtBot, tasks: Tasks, unenrolled: Application, county: CountyProcess) -> None:
    """停止 while the county is waited for: the page says that all is still here and can sync again."""
    _, page = shown(qtbot, tasks, unenrolled)
    enrol(qtbot, page, county)
    county.stop()
    try:
        page.start()
        stop = next(each for each in page.state.progress.findChildren(QPushButton) if each.isVisible())
        stop.click()
        qtbot.waitUntil(lambda: bool(outcome(page)), timeout=SLOW)
        assert outcome(page) == "同步停下了"
    finally:
        county.start()
    assert page.primary is not None
    assert page.primary.isEnabled()


def test_a_practice_vault_says_that_it_is_not_reported(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """No button that could do nothing."""
    with made_vault(tmp_path, practice=True) as application:
        window, page = shown(qtbot, tasks, application)
        assert page.primary is not None
        assert not page.primary.isVisible()
        assert not window.header.primary.isVisible()
        window.close()
        tasks.close()


def conflicting(application: Application) -> str:
    """A household whose address another laptop changed as well; answers its id."""
    household = households.add_household(application, made_up_household("林秀英")).value.household
    body = {"groups": {"address": {"base": None, "value": {"division": "350703104210", "text": "1号"}}}}
    time = "2026-11-01T00:00:00+00:00"
    change = Change("other/e/1", "household.described", household, time, "w2", "caseworker", body)

    def write(connection: Connection) -> None:
        records.apply(connection, change)

    application.store.write(write)
    return household


def rejected(application: Application) -> None:
    """The last own entry, as if the county had not accepted it."""

    def write(connection: Connection) -> None:
        last = list(journal.own_entries(connection))[-1]
        reference: EntryReference = last.header.reference
        judged = Judgement(reference, last.hash, Outcome(Result.REJECTED, "not-allowed"), None)
        judgements.store(connection, [judged], judgements.known_entries(connection, [reference]))

    application.store.write(write)


def test_what_needs_a_person_is_listed_with_its_reason_and_leads_to_the_record(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """Rejected and contradicting; Enter opens the household; a rejected one stays as dealt with, with how."""
    with made_vault(tmp_path) as application:
        household = conflicting(application)
        rejected(application)
        window, page = shown(qtbot, tasks, application)
        model = page.attention.pane.model
        qtbot.waitUntil(lambda: model.rowCount() == 2, timeout=SLOW)
        qtbot.waitUntil(lambda: all(isinstance(model.index(n).data(ROW), ListRow) for n in range(2)), timeout=SLOW)
        rows = [model.index(number).data(ROW) for number in range(2)]
        assert [row.chips[0].text for row in rows] == ["县里没有接收", "需决定"]
        assert rows[0].subject == "这个身份不能做这一步"
        assert "林秀英" in rows[1].title
        asked: list[Target] = []
        page.target_asked.disconnect()
        page.target_asked.connect(asked.append)
        page.attention.pane.choose(rows[1].id)
        assert not page.attention.seen.isEnabled(), "a contradiction is settled by choosing, not by having seen it"
        QTest.keyClick(page.attention.pane.view, Qt.Key.Key_Return)
        assert asked == [Target("household", household)]
        page.attention.pane.choose(rows[0].id)
        assert not page.attention.seen.isEnabled(), "nobody has said yet how it was dealt with"
        page.attention.how.setText("已重新登记")
        assert page.attention.seen.isEnabled()
        page.attention.seen.click()
        qtbot.waitUntil(lambda: len(needs_attention(application)) == 1, timeout=SLOW)

        def chips() -> list[str]:
            shown_rows = [model.index(number).data(ROW) for number in range(model.rowCount())]
            return [row.chips[0].text for row in shown_rows if isinstance(row, ListRow)]

        qtbot.waitUntil(lambda: chips() == ["需决定", "已处理"], timeout=SLOW)
        assert "已重新登记" in model.index(1).data(ROW).subject
        window.close()
        tasks.close()


@pytest.mark.parametrize("size", [FULL, AT_150_PERCENT])
@pytest.mark.parametrize("is_enrolled", [True, False])
def test_the_page_can_be_read_and_named(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, size: tuple[int, int], *, is_enrolled: bool
) -> None:
    """Nothing is cut off, everything has a name: with things to see to, and with the form for the code."""
    opening = made_vault(tmp_path) if is_enrolled else opened(closed_vault(tmp_path))
    with opening as application:
        if is_enrolled:
            conflicting(application)
            rejected(application)
        window, page = shown(qtbot, tasks, application)
        window.resize(*size)
        if is_enrolled:
            qtbot.waitUntil(lambda: page.attention.pane.model.rowCount() == 2, timeout=SLOW)
        else:
            page.enrolment.submit()
        QApplication.processEvents()
        assert_legible(window)
        assert unnamed(window) == []
        window.close()
        tasks.close()
