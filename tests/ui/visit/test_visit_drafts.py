"""What is typed at the door is never lost: drafts of the visit page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserFacingError
from desktop.services import drafts, visits
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import Tasks
from tests.county_issued import issue_everything
from tests.ui.visit.visit_round import (
    MARK,
    Household,
    choose,
    clock,
    ji_household,
    new_household,
    open_form,
    record_last_visit,
    shown_page,
    visit_window,
    write,
)
from tests.vaults import closed_vault, enrolment, opened


@contextmanager
def window_over(qtbot: QtBot, application: Application, tasks: Tasks) -> Iterator[MainWindow]:
    """A window that is closed at the end as by its cross."""
    made = visit_window(application, tasks)
    made.resize(1366, 768)
    made.open_section("visit")
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close()


def test_a_draft_comes_back_after_the_vault_was_closed_even_with_half_a_date(qtbot: QtBot, tmp_path: Path) -> None:
    """Texts are kept as typed: half a date, an amount nobody can read, chips, rows and marks of last time."""
    closed = closed_vault(tmp_path)
    with opened(closed, clock=clock) as application:
        application.enrol(enrolment(application.identity.vault))
        issue_everything(application)
        ji = ji_household(application)
        record_last_visit(application, ji)
        tasks = Tasks()
        with window_over(qtbot, application, tasks) as window:
            form = open_form(qtbot, window, ji)
            form.sections.visit.day.clear()
            QTest.keyClicks(form.sections.visit.day, "2026.11.")
            form.show_section("spending")
            write(form.sections.spending.other, "好几百")
            form.show_section("income")
            form.sections.income.last_time.same.click()
            form.show_section("needs")
            choose(form.sections.needs.codes, "教育助学")
            write(form.sections.needs.own_words, "想让㛃㛃读下去")
            form.show_section("aid")
            form.sections.aid.add_button.click()
            write(form.sections.aid.rows[1].scheme, "残疾人两项补贴")
        assert tasks.close()
    with opened(closed, clock=clock) as application:
        tasks = Tasks()
        with window_over(qtbot, application, tasks) as window:
            form = open_form(qtbot, window, ji)
            sections = form.sections
            assert sections.visit.day.text() == "2026.11."
            assert sections.visit.day.problem() == "还差“日”。如 2026.3.5。"
            assert sections.spending.other.text() == "好几百"
            assert not sections.income.is_unconfirmed()
            assert sections.income.business.text() == "6,000元"
            assert sections.spending.is_unconfirmed()
            assert MARK in sections.spending.last_time.words.text()
            assert set(sections.needs.codes.value()) == {"N2", "N3"}
            assert sections.needs.own_words.value() == "想让㛃㛃读下去"
            assert [row.scheme.text() for row in sections.aid.rows.values()] == ["低保", "残疾人两项补贴"]
            assert "接着上次没填完的填" in form.kept.text()
        assert tasks.close()


def test_what_is_typed_is_on_the_disk_a_moment_later(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household
) -> None:
    """Without leaving the page or pressing anything; and the page says when."""
    with window_over(qtbot, application, tasks) as window:
        form = open_form(qtbot, window, ji)
        assert drafts.open_drafts(application) == ()
        write(form.sections.visit.note, "狗很凶")
        qtbot.waitUntil(lambda: form.kept.text() == "已自动保存 09:40")
        (draft,) = drafts.open_drafts(application, "visit", ji.id)
        assert draft.body["sections"]["visit"]["fields"]["note"] == "狗很凶"


def test_looking_at_a_visit_makes_no_draft(qtbot: QtBot, tasks: Tasks, application: Application, ji: Household) -> None:
    """Opening the form and leaving it again leaves nothing behind."""
    with window_over(qtbot, application, tasks) as window:
        open_form(qtbot, window, ji)
        window.open_section("today")
    assert tasks.close()
    assert drafts.open_drafts(application) == ()


def test_drafts_of_two_households_do_not_mix(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household
) -> None:
    """Going from house to house in the middle of a word keeps each word with its house."""
    other = new_household(application)
    with window_over(qtbot, application, tasks) as window:
        write(open_form(qtbot, window, ji).sections.visit.note, "吉家的狗")
        write(open_form(qtbot, window, other).sections.visit.note, "何家的猫")
        assert open_form(qtbot, window, ji).sections.visit.note.value() == "吉家的狗"
        assert open_form(qtbot, window, other).sections.visit.note.value() == "何家的猫"
    assert len(drafts.open_drafts(application)) == 2


def test_a_corrections_draft_is_not_the_next_visits(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household
) -> None:
    """Half a correction waits beside half a visit of the same household."""
    recorded = visits.visits_of(application, ji.id)[0].id
    with window_over(qtbot, application, tasks) as window:
        page = shown_page(window)
        page.show_record(recorded)
        qtbot.waitUntil(lambda: page.saved is not None)
        assert page.saved is not None
        page.saved.correction_asked.emit()
        qtbot.waitUntil(lambda: page.form is not None)
        assert page.form is not None
        write(page.form.sections.visit.note, "更正")
        page.form.aside.click()
        form = open_form(qtbot, window, ji)
        assert form.opening.amends is None
        assert form.sections.visit.note.value() == ""


def test_giving_up_a_draft_can_be_undone(qtbot: QtBot, tasks: Tasks, application: Application, ji: Household) -> None:
    """不填了，删除草稿 asks nothing and can be taken back (design §10)."""
    with window_over(qtbot, application, tasks) as window:
        form = open_form(qtbot, window, ji)
        write(form.sections.visit.note, "先记一句")
        qtbot.waitUntil(lambda: "已自动保存" in form.kept.text())
        form.drop.click()
        qtbot.waitUntil(lambda: drafts.open_drafts(application) == ())
        next(each for each in window.banner.findChildren(QPushButton) if each.text() == "撤销").click()
        page = shown_page(window)
        qtbot.waitUntil(lambda: page.form is not None)
        assert page.form is not None
        assert page.form.sections.visit.note.value() == "先记一句"


def test_a_draft_that_could_not_be_kept_is_kept_at_the_next_chance(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full for a moment; nothing more is typed before the lock, and yet the last sentence is there."""
    with window_over(qtbot, application, tasks) as window, monkeypatch.context() as patched:
        form = open_form(qtbot, window, ji)

        def full(*_: object, **__: object) -> None:
            raise UserFacingError("disk.full")

        patched.setattr(drafts, "keep_draft", full)
        write(form.sections.visit.note, "最后一句")
        qtbot.waitUntil(lambda: window.banner.notice is not None)
        notice = window.banner.notice
        assert notice is not None
        assert notice.text == "硬盘满了。"
        assert drafts.open_drafts(application) == ()
        patched.undo()
        window.lock()
        qtbot.waitUntil(lambda: len(drafts.open_drafts(application)) == 1)
    (draft,) = drafts.open_drafts(application)
    assert "最后一句" in str(draft.body)


def test_a_visit_that_could_not_be_saved_stays_a_draft(
    qtbot: QtBot, tasks: Tasks, application: Application, ji: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: said in words, nothing lost, the form open again, and the next try saves."""
    other = new_household(application)
    with window_over(qtbot, application, tasks) as window, monkeypatch.context() as patched:
        form = open_form(qtbot, window, other)
        choose(form.sections.visit.result, "家中无人")
        write(form.sections.visit.second_worker, "陈晓燕")

        def full(*_: object, **__: object) -> None:
            raise UserFacingError("disk.full")

        patched.setattr(visits, "record_visit", full)
        window.header.primary.click()
        qtbot.waitUntil(lambda: window.banner.notice is not None)
        notice = window.banner.notice
        assert notice is not None
        assert notice.text == "硬盘满了。"
        assert form.isEnabled()
        assert form.sections.visit.second_worker.value() == "陈晓燕"
        patched.undo()
        window.header.primary.click()
        qtbot.waitUntil(lambda: shown_page(window).saved is not None)
    assert drafts.open_drafts(application) == ()
    assert len(visits.visits_of(application, other.id)) == 1
