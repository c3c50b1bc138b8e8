"""A newer wording, one that was withdrawn and one that cannot be used, said where somebody prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.consent import SheetState
from desktop.services import consent, round_forms
from desktop.services.application import Application
from desktop.ui.models.rows import ROW, ListRow
from desktop.ui.pages.consent.taking import Step
from desktop.ui.printing import PrintResult
from desktop.ui.tasks import Tasks
from tests.county_issued import SHANGBU, issue
from tests.documents.pdf_reading import whole_text, without_spaces
from tests.ui.consent_people import NOW
from tests.ui.desk import Desk
from tests.ui.readability import AT_150_PERCENT, assert_legible, unnamed
from tests.ui.test_consent_page import fill_reading
from tests.ui.test_sync_page import shown
from tests.vaults import made_vault
from tests.wordings import NEW_SENTENCE, body_of, issue_wording, reworded, without_section

TODAY = date(2026, 11, 20)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Application]:
    """林晓梅's own vault with what the county issued."""
    with made_vault(tmp_path / "lin", clock=lambda: NOW) as application:
        yield application


def drafted_and_not_printed(desk: Desk) -> str:
    """Up to the printer, which is not pressed; answers the sheet's id."""
    desk.printer.result = PrintResult.CANCELLED
    desk.open(desk.resident)
    desk.go_on()
    fill_reading(desk)
    desk.go_on()
    assert not desk.page.taking.wording.isVisible(), "there is nothing to say of the wording in force"
    desk.go_on()
    desk.printer.result = PrintResult.PRINTED
    (sheet,) = consent.sheets(desk.application, resident=desk.resident)
    assert sheet.state is SheetState.DRAFTED
    return sheet.id


def come_back(desk: Desk) -> None:
    """One step back and on again, as after a sync."""
    desk.page.taking._ask_step(Step.READING)
    desk.wait()
    desk.go_on()


def printed_text(desk: Desk) -> str:
    assert desk.printer.printed is not None
    return without_spaces(whole_text(desk.printer.printed[-1]))


def test_a_newer_wording_is_told_point_by_point_and_taken_with_one_click(desk: Desk) -> None:
    """The sheet stays in its own until then; the round's list says so too; the old number is void."""
    old = drafted_and_not_printed(desk)
    issue_wording(desk.application, reworded(), TODAY)
    come_back(desk)
    line = desk.page.taking.wording
    assert line.isVisible()
    assert line.words.text() == (
        "现行的告知书是 2026.2 版，这份是按 2026.1 版拟的。不同的地方：“开头的话”。"
        "不换就按 2026.1 版打印；换了，改过的几条要再念一遍。"
    )
    (waiting,) = round_forms.waiting_forms(desk.application, [SHANGBU])
    assert waiting.is_older
    for size in ((1366, 768), AT_150_PERCENT):
        desk.window.resize(*size)
        assert_legible(desk.window, str(size))
        assert unnamed(desk.window) == []
    desk.click(line.renew)
    desk.wait()
    assert "已按现行的文本重新拟好" in desk.notice()
    assert not line.isVisible()
    assert consent.sheet(desk.application, old).state is SheetState.VOID
    (waiting,) = round_forms.waiting_forms(desk.application, [SHANGBU])
    assert not waiting.is_older
    desk.go_on()
    assert without_spaces(NEW_SENTENCE) in printed_text(desk)
    assert consent.sheet(desk.application, waiting.sheet).state is SheetState.PRINTED


def test_without_taking_it_the_sheet_is_printed_as_it_was_drafted(desk: Desk) -> None:
    """Nobody is made to read a form anew at somebody's door."""
    old = drafted_and_not_printed(desk)
    issue_wording(desk.application, reworded(), TODAY)
    come_back(desk)
    desk.go_on()
    assert without_spaces(NEW_SENTENCE) not in printed_text(desk)
    sheet = consent.sheet(desk.application, old)
    assert (sheet.state, sheet.fields["form_version"]) == (SheetState.PRINTED, "2026.1")
    assert sheet.fields["wording"] == sheet.fields["wordings"]["consent-self"]


def test_a_withdrawn_wording_is_not_printed_and_the_way_on_is_beside_it(desk: Desk) -> None:
    """The county took it back with a reason: pressing print says so, the button beside it mends it."""
    record = issue_wording(desk.application, reworded(), TODAY)
    drafted_and_not_printed(desk)
    gone = {"version": 2, "withdrawn": "2026-11-23", "reason": "第七条写错了"}
    issue(desk.application, "wording", record, {**body_of(reworded(), TODAY), **gone})
    come_back(desk)
    assert "县里收回了 2026.2 版（第七条写错了）" in desk.page.taking.wording.words.text()
    desk.go_on()
    assert "县里收回了 2026.2 版告知书：第七条写错了" in desk.notice()
    assert desk.printer.printed is None
    desk.click(desk.page.taking.wording.renew)
    desk.wait()
    desk.go_on()
    assert without_spaces(NEW_SENTENCE) not in printed_text(desk)


def test_a_wording_that_cannot_be_used_is_said_at_the_printer(desk: Desk) -> None:
    """With which is used instead, and where the reason stands; printing goes on in that one."""
    issue_wording(desk.application, without_section(reworded(), "rights"), TODAY)
    desk.open(desk.resident)
    desk.go_on()
    fill_reading(desk)
    desk.go_on()
    words = desk.page.taking.wording.unfit
    assert words.isVisible()
    assert words.text() == "县里下发的 2026.2 版本机用不了，仍用 2026.1 版；原因在“同步”里。"
    assert not desk.page.taking.wording.renew.isVisible()
    desk.go_on()
    assert without_spaces(NEW_SENTENCE) not in printed_text(desk)


def test_the_sync_page_lists_it_and_no_sentence_settles_it(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """It is off the list when the county issues another; nobody here can deal with it."""
    with made_vault(tmp_path) as application:
        issue_wording(application, without_section(reworded(), "rights"), TODAY)
        window, page = shown(qtbot, tasks, application)
        model = page.attention.pane.model
        qtbot.waitUntil(lambda: isinstance(model.index(0).data(ROW), ListRow), timeout=30_000)
        row = model.index(0).data(ROW)
        assert row.title == "慈善帮扶转介个人信息处理告知书暨单独同意书 TY-01"
        assert row.chips[0].text == "新版用不了"
        assert row.subject.startswith("县里下发的 2026.2 版本机用不了（缺少“七、您的权利”这一条；")
        assert row.subject.endswith("仍用 2026.1 版。")
        page.attention.pane.choose(row.id)
        page.attention.how.setText("已知道")
        assert not page.attention.seen.isEnabled()
        assert_legible(window)
