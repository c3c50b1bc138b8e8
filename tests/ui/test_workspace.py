"""The login-and-workspace process, driven through its widgets on real vaults."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop import loading_ahead
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.services import door, drafts, households, revocation
from desktop.services.practice import create_practice_vault
from desktop.storage.standing import KeptStanding
from desktop.ui import system_watch
from desktop.ui.bugs import BugReporter
from desktop.ui.lease_form import LeaseForm
from desktop.ui.messages import MESSAGES
from desktop.ui.new_vault_form import NewVaultForm
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.page import Target
from desktop.ui.pages.today_page import TodayPage
from desktop.ui.system_watch import SystemWatch
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import SECTIONS, WorkspaceWindow, workspace_window
from desktop.workspace import Workspace
from tests.county_issued import OFFICE, issue
from tests.households import made_up_household
from tests.ui.test_idle_lock import Clock
from tests.vaults import PASSWORD, ClosedVault, closed_vault, enrolment, made_vault, opened

SLOW = 20_000
"""Milliseconds: unlocking works on its key for half a second by design."""


@dataclass
class Life:
    """One life of the process: its parts, and the exit codes it ended with."""

    workspace: Workspace
    codes: list[int]

    def window(self, qtbot: QtBot) -> WorkspaceWindow:
        """The window, once it is there and keys reach it: a shortcut counts in the active window alone."""
        qtbot.waitUntil(
            lambda: self.workspace.window is not None and self.workspace.window.isActiveWindow(), timeout=SLOW
        )
        assert self.workspace.window is not None
        return self.workspace.window


@pytest.fixture
def begin(qapp: QApplication) -> Iterator[Callable[[Path], Life]]:
    """Start a life on a folder of vaults; whatever is open at the end is closed."""
    lives: list[Life] = []

    def start(home: Path) -> Life:
        codes: list[int] = []
        life = Life(Workspace(home, BugReporter(), codes.append, after_crash=False), codes)
        life.workspace.tasks.bug.connect(lambda error: pytest.fail(repr(error)))
        life.workspace.show_login()
        lives.append(life)
        return life

    yield start
    for life in lives:
        if life.workspace.window is not None:
            life.workspace.window.close()
        if life.workspace.login is not None:
            life.workspace.login.close()
        assert life.codes, "a life did not end"


def practising(home: Path) -> ClosedVault:
    """A practice vault, made as at the door."""
    create_practice_vault(home, PASSWORD, worker_name="陈练习")
    (header,) = door.list_vaults(home)
    card = door.practice_card_of(home, header.vault)
    assert card is not None
    return ClosedVault(home, header.vault, PASSWORD, card)


def enrolled(home: Path) -> ClosedVault:
    """An enrolled vault with one household, closed."""
    closed = closed_vault(home)
    with opened(closed) as application:
        application.enrol(enrolment(closed.vault))
        households.add_household(application, made_up_household("林秀英"))
    return closed


def type_password(life: Life, password: str, card: str | None = None) -> None:
    """Type at the door and press Enter."""
    login = life.workspace.login
    assert login is not None
    login.form.password.setText(password)
    if card is not None:
        login.form.card.setText(card)
    login.form.submit()


def test_what_is_slow_to_load_is_loaded_at_the_door(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules and faces are loaded while somebody types the password, off the screen's thread."""
    loaded: list[str] = []
    monkeypatch.setattr(loading_ahead, "load_ahead", lambda: loaded.append(threading.current_thread().name))
    life = begin(tmp_path)
    qtbot.waitUntil(lambda: bool(loaded), timeout=SLOW)
    assert loaded == ["zoucun-warm-up"]
    life.workspace.end(ExitCode.OK)


def test_a_wrong_password_is_said_and_the_right_one_opens(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """The sentence stands beside the field; nothing is harmed; the same form opens a moment later."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, "不是这个密码", closed.card)
    login = life.workspace.login
    assert login is not None
    qtbot.waitUntil(lambda: bool(login.form.problem.text()), timeout=SLOW)
    assert login.form.problem.text() == MESSAGES["vault.wrong-password"].sentence()
    assert life.workspace.window is None
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    assert life.workspace.login is None
    assert isinstance(window.page(), TodayPage)
    assert "林" not in window.windowTitle(), "the task bar names nobody"


def test_practice_begins_without_a_county_and_every_page_opens(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """A stranger types a password twice and stands in a workspace with made-up people; all sections work."""
    life = begin(tmp_path)
    login = life.workspace.login
    assert login is not None
    login.first_run.findChildren(QPushButton)[1].click()
    (form,) = login.findChildren(NewVaultForm)
    form.password.setText("练习用的密码")
    form.again.setText("练习用的密吗")
    form.submit()
    assert form.problem.text() == "两遍密码不一样，请再输一遍。"
    form.again.setText("练习用的密码")
    form.submit()
    qtbot.waitUntil(lambda: bool(form.problem.text()), timeout=SLOW)
    assert form.problem.text().startswith("密码太短。")
    form.password.setText("练习用的好密码啊")
    form.again.setText("练习用的好密码啊")
    form.submit()
    window = life.window(qtbot)
    page = window.page()
    assert isinstance(page, TodayPage)
    qtbot.waitUntil(lambda: page.pane.model.rowCount() > 0, timeout=SLOW)
    for section in SECTIONS:
        window.open_section(section.key)
        shown = window.page()
        assert shown is window.pages()[section.key]
    qtbot.waitUntil(lambda: "练习数据" in window.foot.sentence(), timeout=SLOW)
    assert window.banner.notice is None
    window.lock()
    assert life.codes == [ExitCode.LOCKED]
    # The next life needs the password alone.
    (header,) = door.list_vaults(tmp_path)
    assert not door.card_needed(tmp_path, header)


def test_what_is_under_the_cursor_survives_the_lock(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """Ctrl+L in the middle of a word: the draft is in the vault when the process ends with LOCKED."""
    closed = practising(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD)
    window = life.window(qtbot)
    window.open(Target("new-household"))
    page = window.page()
    assert isinstance(page, NewHouseholdPage)
    QTest.keyClicks(page.head.name, "Lin")
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert life.codes == [ExitCode.LOCKED]
    with opened(closed) as application:
        (draft,) = drafts.open_drafts(application)
        assert draft.kind == "new-household"
        assert "Lin" in str(draft.body)


def test_the_paper_process_comes_with_the_window_and_is_gone_at_the_lock(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """One for each unlocked vault; the pages are made beside it."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    (vault,) = life.workspace._opened
    paper_process = vault.application.paper_process
    assert paper_process.process_id is None
    qtbot.waitUntil(lambda: paper_process.process_id is not None, timeout=3 * SLOW)
    qtbot.waitUntil(lambda: {section.key for section in SECTIONS} <= window.pages().keys(), timeout=3 * SLOW)
    started = Path(f"/proc/{paper_process.process_id}")
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: life.codes == [ExitCode.LOCKED], timeout=SLOW)
    assert not started.exists()
    assert paper_process.process_id is None


def test_a_vault_that_cannot_be_closed_well_is_locked_all_the_same(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """The disk is full just when the last checkpoint is made: the keys must go, and what was saved is in the log."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    (vault,) = life.workspace._opened

    def meet_a_full_disk() -> None:
        raise UserFacingError("disk.full")

    vault.closing.callback(meet_a_full_disk)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert life.codes == [ExitCode.LOCKED]


def cannot_leave() -> None:
    """What a page with a bug does."""
    raise LookupError("a bug of this page")


def lock_by_hand(life: Life, window: WorkspaceWindow) -> None:
    """As Ctrl+L and every watch do."""
    window.lock()


def close_the_window(life: Life, window: WorkspaceWindow) -> None:
    """As the window's frame does; an exception of an event handler would end the test elsewhere."""
    window.closeEvent(QCloseEvent())


def shut_down(life: Life, window: WorkspaceWindow) -> None:
    """As SIGTERM does."""
    life.workspace.save_and_end()


@pytest.mark.parametrize(
    ("leave", "code"),
    [(lock_by_hand, ExitCode.LOCKED), (close_the_window, ExitCode.OK), (shut_down, ExitCode.OK)],
)
def test_a_bug_of_one_page_neither_stops_the_lock_nor_the_drafts_of_the_others(
    qtbot: QtBot,
    tmp_path: Path,
    begin: Callable[[Path], Life],
    monkeypatch: pytest.MonkeyPatch,
    leave: Callable[[Life, WorkspaceWindow], None],
    code: ExitCode,
) -> None:
    """A page that cannot keep its draft is a bug to be told; the people on the screen are locked away all the same."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    first = window.page()
    assert first is not None
    window.open(Target("new-household"))
    page = window.page()
    assert isinstance(page, NewHouseholdPage)
    QTest.keyClicks(page.head.name, "Wang")
    monkeypatch.setattr(first, "leave", cannot_leave)
    with pytest.raises(LookupError):
        leave(life, window)
    assert life.codes == [code]
    with opened(closed) as application:
        (draft,) = drafts.open_drafts(application)
        assert "Wang" in str(draft.body)


def test_nothing_of_this_program_stays_on_the_screen_while_a_locked_vault_closes(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """A dialog over the window is a window of its own: it must be gone before a slow disk is waited for."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    dialog = QDialog(window)
    dialog.open()
    qtbot.waitExposed(dialog)
    (vault,) = life.workspace._opened
    seen: list[QWidget] = []
    vault.closing.callback(lambda: seen.extend(one for one in QApplication.topLevelWidgets() if one.isVisible()))
    window.lock()
    assert life.codes == [ExitCode.LOCKED]
    assert seen == []


def test_closing_the_window_ends_the_process_for_good(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]
) -> None:
    """Exit code OK: the supervisor starts nothing after it; and the vault can be opened again at once."""
    closed = enrolled(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    life.window(qtbot).close()
    assert life.codes == [ExitCode.OK]
    with opened(closed):
        pass


def test_a_shutdown_keeps_the_drafts(qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life]) -> None:
    """SIGTERM of a logout: pages keep what is typed, then the process ends as if it had been closed."""
    closed = practising(tmp_path)
    life = begin(tmp_path)
    type_password(life, PASSWORD)
    window = life.window(qtbot)
    window.open(Target("new-household"))
    page = window.page()
    assert isinstance(page, NewHouseholdPage)
    QTest.keyClicks(page.head.name, "Wang")
    life.workspace.save_and_end()
    assert life.codes == [ExitCode.OK]
    with opened(closed) as application:
        (draft,) = drafts.open_drafts(application)
        assert "Wang" in str(draft.body)


def at_the_supervisor_code(qtbot: QtBot, home: Path, life: Life, closed: ClosedVault) -> LeaseForm:
    """The form at which a vault is open and its window is not."""
    type_password(life, PASSWORD, closed.card)
    login = life.workspace.login
    assert login is not None
    qtbot.waitUntil(lambda: bool(login.findChildren(LeaseForm)), timeout=SLOW)
    (form,) = login.findChildren(LeaseForm)
    return form


@pytest.fixture
def long_away(tmp_path: Path) -> ClosedVault:
    """An enrolled vault that has not met its county for 100 days."""
    closed = enrolled(tmp_path)
    met = (datetime.now(UTC) - timedelta(days=100)).isoformat()
    with opened(closed) as application:
        word = KeptStanding(met, revoked=False, wipe=False, order=0, since="", reason="", ask="", signed="")
        revocation.keep_standing(application, word, bytes(32).hex())
    return closed


def test_the_door_locks_a_vault_that_waits_for_the_supervisor_code(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], long_away: ClosedVault
) -> None:
    """Untouched for long, a plain door stays as it is; one with an open vault behind it ends, with the key."""
    life = begin(tmp_path)
    life.workspace.idle.minutes = 0
    life.workspace.idle.look()
    assert life.codes == []
    at_the_supervisor_code(qtbot, tmp_path, life, long_away)
    life.workspace.idle.minutes = 0
    life.workspace.idle.look()
    assert life.codes == [ExitCode.LOCKED]


def test_pressing_twice_over_the_lease_opens_one_window(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], long_away: ClosedVault
) -> None:
    """A second window would be left out of the lock, with its drafts."""
    life = begin(tmp_path)
    form = at_the_supervisor_code(qtbot, tmp_path, life, long_away)
    form.without.click()
    form.without.click()
    window = life.window(qtbot)
    qtbot.wait(500)
    assert [one for one in QApplication.topLevelWidgets() if isinstance(one, WorkspaceWindow) and one.isVisible()] == [
        window
    ]
    assert life.workspace.window is window


def test_the_window_warns_in_its_banner_and_takes_the_warning_back(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """Nothing modal; the banner goes when somebody is there again; five minutes later the window asks for the lock."""
    clock = Clock()
    with made_vault(tmp_path) as application:
        window = workspace_window(tasks, application, clock)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(lambda: window.idle.minutes == 5)  # until the store has said so it is the shortest
        window.idle.stop()  # the test looks, not the timer
        window.idle.start()
        locked: list[bool] = []
        window.lock_asked.connect(lambda: locked.append(True))
        clock.passes(window.idle, 245)
        assert [each.text for each in (window.banner.notice,) if each] == ["60 秒后自动锁定"]
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
        assert not window.banner.isVisibleTo(window)
        clock.passes(window.idle, 301)
        assert locked == [True]
        window.close()
        tasks.close()


def test_a_stricter_limit_of_the_county_counts_at_once(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """It came with a sync, in the middle of the day: the window need not be opened anew for it."""
    with made_vault(tmp_path) as application:
        window = workspace_window(tasks, application)
        qtbot.addWidget(window)
        qtbot.waitUntil(lambda: window.idle.minutes == 5)
        issue(application, "office", "office-350703104", {**OFFICE, "version": 2, "idle_minutes_most": 3})
        window.show_changes(frozenset({"office"}))
        qtbot.waitUntil(lambda: window.idle.minutes == 3)
        window.close()
        tasks.close()


def test_a_sleeping_computer_locks_with_the_draft_kept(
    qtbot: QtBot, tmp_path: Path, begin: Callable[[Path], Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a name is typed and the lid falls: the process ends as locked, and the name is in the vault's drafts."""
    closed = enrolled(tmp_path)
    said: list[SystemWatch] = []

    def watch(window: QWidget) -> SystemWatch:
        said.append(SystemWatch(window))
        return said[-1]

    monkeypatch.setattr(system_watch, "system_watch", watch)
    life = begin(tmp_path)
    type_password(life, PASSWORD, closed.card)
    window = life.window(qtbot)
    window.open(Target("new-household"))
    page = window.page()
    assert isinstance(page, NewHouseholdPage)
    QTest.keyClicks(page.head.name, "Wang")
    said[0].lock_due.emit("lid")
    assert life.codes == [ExitCode.LOCKED]
    with opened(closed) as application:
        (draft,) = drafts.open_drafts(application)
        assert "Wang" in str(draft.body)
