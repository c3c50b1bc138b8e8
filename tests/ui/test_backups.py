"""Backups in 设置 and restoring at the locked door, through the widgets, on real vaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.services import backups, households, practice
from desktop.services.application import Application
from desktop.services.rekey import rekey
from desktop.storage import generations
from desktop.ui.login_form import Credentials
from desktop.ui.pages.settings.backup_card import BackupCard, DailyBackup
from desktop.ui.restore_form import RestoreForm
from desktop.ui.tasks import Tasks
from tests.county_issued import issue_everything
from tests.households import made_up_household
from tests.ui.readability import assert_legible, unnamed
from tests.vaults import ClosedVault, closed_vault, enrolment, opened

SLOW = 30_000


def words_on(root: QWidget) -> str:
    return "\n".join(one.text() for one in root.findChildren(QLabel) if one.isVisibleTo(root))


@pytest.fixture
def closed(tmp_path: Path) -> ClosedVault:
    made = closed_vault(tmp_path / "home")
    with opened(made) as application:
        application.enrol(enrolment(made.vault))
        issue_everything(application)
        households.add_household(application, made_up_household("林秀英"))
    return made


@pytest.fixture
def application(closed: ClosedVault) -> Iterator[Application]:
    with opened(closed) as made:
        yield made


@pytest.fixture
def card(qtbot: QtBot, tasks: Tasks, application: Application) -> Iterator[BackupCard]:
    made = BackupCard(tasks, application)
    qtbot.addWidget(made)
    made.resize(560, 320)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: "还没有备份过" in words_on(made), timeout=SLOW)
    yield made
    tasks.close()


def test_the_card_backs_up_and_says_what_it_did(
    qtbot: QtBot, card: BackupCard, application: Application, stick: Path
) -> None:
    """Here, then on a stick, then on both because the stick is still plugged in."""
    assert not card.drill.isVisible()
    card.now.click()
    qtbot.waitUntil(lambda: "1 户" in card.words.text() and card.now.isEnabled(), timeout=SLOW)
    assert "读回来核对无误" in card.words.text()
    qtbot.waitUntil(lambda: "共 1 份" in words_on(card), timeout=SLOW)
    card.back_up_to(stick)
    qtbot.waitUntil(lambda: "在同一块硬盘上" in card.words.text() and card.now.isEnabled(), timeout=SLOW)
    assert len(list((stick / "zoucun-backup").rglob("store.db"))) == 1
    qtbot.waitUntil(lambda: words_on(card).count("共 1 份") == 2, timeout=SLOW)
    card.now.click()
    qtbot.waitUntil(lambda: words_on(card).count("共 2 份") == 2, timeout=SLOW)
    assert unnamed(card) == []
    assert_legible(card)


def test_a_stick_that_is_gone_is_said_in_words(qtbot: QtBot, card: BackupCard, tmp_path: Path) -> None:
    """What happened, that nothing is lost, and what to do."""
    card.back_up_to(tmp_path / "pulled")
    qtbot.waitUntil(lambda: "不见了" in card.words.text(), timeout=SLOW)
    assert "以前的备份没有动" in card.words.text()
    assert card.now.isEnabled()


def test_the_drill_is_one_button_in_practice(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """It says in words and seconds what came of it."""
    closed = closed_vault(tmp_path / "practice", practice=True)
    with opened(closed) as application:
        practice.prepare(application, "练习的人")
        made = BackupCard(tasks, application)
        qtbot.addWidget(made)
        made.show()
        made.drill.click()
        qtbot.waitUntil(lambda: "演练成功" in made.words.text(), timeout=SLOW)
        assert "一条不少" in made.words.text()
        tasks.close()


def test_the_day_s_backup_is_made_by_itself(
    qtbot: QtBot, tasks: Tasks, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A while after unlocking; and where it cannot be made and is late, that is said."""
    parent = QWidget()
    qtbot.addWidget(parent)
    daily = DailyBackup(tasks, application, parent)
    daily.look()
    qtbot.waitUntil(lambda: len(generations.listed(application.folder / "backups")) == 1, timeout=SLOW)
    monkeypatch.setattr(backups, "due", lambda _application: [])
    state = backups.backup_state(application)
    late = backups.BackupState(state.laptop, None, None, stick_here=False, is_late=True)
    monkeypatch.setattr(backups, "backup_state", lambda _application: late)
    with qtbot.waitSignal(daily.late, timeout=SLOW):
        daily.look()
    tasks.close()


def test_the_whole_restore_at_the_locked_door(
    qtbot: QtBot, tasks: Tasks, closed: ClosedVault, stick: Path, tmp_path: Path
) -> None:
    """Choose, open, see what is in it, restore; what was typed opens the vault at the end."""
    with opened(closed) as application:
        backups.back_up(application, stick)
    new = tmp_path / "new laptop"
    form = RestoreForm(tasks, new)
    qtbot.addWidget(form)
    form.resize(460, 520)
    form.show()
    form.look_in(tmp_path / "nothing")
    qtbot.waitUntil(lambda: "不见了" in form.problem.text(), timeout=SLOW)
    form.look_in(stick)
    qtbot.waitUntil(lambda: "林晓梅" in words_on(form), timeout=SLOW)
    form.password.setText("不是这个密码")
    form.card.setText(closed.card)
    form.submit()
    qtbot.waitUntil(lambda: "没有打开" in form.problem.text() and form.go.isEnabled(), timeout=SLOW)
    form.password.setText(closed.password)
    form.submit()
    qtbot.waitUntil(lambda: form.go.text() == "恢复", timeout=SLOW)
    assert form.password.text() == ""
    assert "1 户" in form.which.inputs()[0].text()  # type: ignore[attr-defined]
    assert unnamed(form) == []
    assert_legible(form)
    form.submit()
    qtbot.waitUntil(lambda: form.go.text() == "打开工作台", timeout=SLOW)
    assert "已恢复：1 户" in form.words.text()
    with qtbot.waitSignal(form.restored, timeout=SLOW) as given:
        form.submit()
    assert given.args is not None
    (credentials,) = given.args
    assert isinstance(credentials, Credentials)
    assert closed.password not in repr(credentials)
    with opened(ClosedVault(new, credentials.worker, credentials.password, credentials.device_card or "")) as restored:
        assert restored.worker.name == "林晓梅"
    tasks.close()


def test_setting_a_vault_back_is_named_on_the_button(
    qtbot: QtBot, tasks: Tasks, closed: ClosedVault, stick: Path
) -> None:
    """Where this vault is on the laptop already, the words say what happens to it."""
    with opened(closed) as application:
        backups.back_up(application, stick)
    form = typed_form(qtbot, tasks, closed, stick)
    qtbot.waitUntil(lambda: form.go.text() == "恢复到这一份", timeout=SLOW)
    assert "原样留着" in form.words.text()
    form.submit()
    qtbot.waitUntil(lambda: form.go.text() == "打开工作台", timeout=SLOW)
    assert len(list(closed.folder.glob("store*.db"))) == 2
    tasks.close()


def typed_form(qtbot: QtBot, tasks: Tasks, closed: ClosedVault, place: Path) -> RestoreForm:
    """The form with the backups of a place found, and password and card typed."""
    form = RestoreForm(tasks, closed.home)
    qtbot.addWidget(form)
    form.resize(460, 620)
    form.show()
    form.look_in(place)
    qtbot.waitUntil(lambda: "林晓梅" in words_on(form), timeout=SLOW)
    form.password.setText(closed.password)
    form.card.setText(closed.card)
    form.submit()
    return form


def test_a_backup_from_before_a_new_key_is_told_apart_from_a_damaged_one(
    qtbot: QtBot, tasks: Tasks, closed: ClosedVault, stick: Path
) -> None:
    """It is whole, and counted beside the newer one; chosen alone it opens by the ways in that it carries."""
    with opened(closed) as application:
        backups.back_up(application, stick)
        rekey(application, closed.password)
        backups.back_up(application, stick)
    form = typed_form(qtbot, tasks, closed, stick)
    qtbot.waitUntil(lambda: "另有 1 份是换钥以前做的，没有坏" in words_on(form), timeout=SLOW)
    assert "读不出来" not in words_on(form)
    assert_legible(form)
    alone = typed_form(qtbot, tasks, closed, generations.listed(stick / "zoucun-backup" / closed.vault)[0].folder)
    qtbot.waitUntil(lambda: "请选恢复到哪一份" in words_on(alone), timeout=SLOW)
    assert "换钥以前做的" not in words_on(alone)
    assert_legible(alone)
    tasks.close()
