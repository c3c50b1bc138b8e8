"""停用的旧库 in the settings: with day and why, and a person decides where the program may not."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.services import backups, former_stores, vault_check
from desktop.services.former_stores import DropReason
from desktop.storage import queries
from desktop.ui.pages.page import built
from desktop.ui.pages.settings_page import SettingsPage
from desktop.ui.tasks import Tasks
from tests.casework import recorded_household, visit
from tests.county_issued import issue_everything
from tests.storage.restores import found_on, restored
from tests.storage.test_former_stores import all_sent
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import closed_vault, enrolment, opened

SLOW = 30_000


def test_a_store_with_unsent_work_waits_for_a_person_and_goes_by_their_word(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    """Listed with day and why before anything is proven; then what only it has, a reason, a second press."""
    from desktop.services import visits

    closed = closed_vault(tmp_path / "home")
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        issue_everything(application)
        new = recorded_household(application)
        backups.back_up(application)
        visits.record_visit(application, visit(new.household, application.today()))
    restored(closed.home, found_on(closed.home, closed.folder, closed), chosen=True)
    with opened(closed) as application:
        page = built(SettingsPage(tasks, application))
        qtbot.addWidget(page)
        page.resize(1160, 700)
        page.show()
        card = page.former_stores
        qtbot.waitUntil(card.isVisible, timeout=SLOW)
        shown = " ".join(" ".join(row) for row in card.facts._facts)
        assert "从备份恢复时停用" in shown
        assert "还要检查一次加密库、同步一次" in shown
        assert card.decide.isHidden()
        vault_check.check(application)
        all_sent(application)
        former_stores.keep_up(application)
        card.refresh()
        qtbot.waitUntil(card.decide.isVisible, timeout=SLOW)
        assert "没上报的" in " ".join(" ".join(row) for row in card.facts._facts)
        card.decide.click()
        assert not card.go.isEnabled()
        card.reason.set_value(DropReason.LOOKED_THROUGH)
        card.reason.changed.emit()
        qtbot.waitUntil(card.asking.isVisible, timeout=SLOW)
        qtbot.wait(500)
        page.grab().save(str(tmp_path / "card.png"))
        assert_legible(page)
        assert unnamed(page) == []
        card.go.click()
        qtbot.waitUntil(lambda: not closed.store.exists(), timeout=SLOW)
        qtbot.waitUntil(lambda: not card.facts._facts, timeout=SLOW)
        assert application.read(queries.counts)["household"] == 1
        tasks.close()
