"""The login-and-workspace process: shows the locked door, opens a vault, ends at lock.

Keys and people's data live in this process alone, and go with it (``design.md`` §5): ``desktop.supervisor`` starts the
next one. What is slow to import is imported after the login window is on the screen.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import itertools
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.hardening import forbid_memory_dumps
from desktop.home import default_home
from desktop.standard_error import say_codes_only
from desktop.supervisor import AFTER_CRASH

if TYPE_CHECKING:  # the services load SQLAlchemy, which the login window must not wait for
    from PySide6.QtWidgets import QApplication

    from desktop.services.application import Application
    from desktop.services.door import SlotsHeader
    from desktop.ui.bugs import BugReporter
    from desktop.ui.login_window import Credentials, LoginWindow
    from desktop.ui.recovery_steps import RecoveryAnswers, RecoverySteps
    from desktop.ui.workspace_window import WorkspaceWindow

_NO_SCREEN: Final = "没有可用的屏幕,窗口打不开。请在桌面环境里启动走村;命令行的用法见 zoucun --help。"
_AFTER_CRASH_WORDS: Final = "走村上次意外结束了。此前提示“已保存”的内容和草稿都在，打开后可以接着做。"
_ORDINARY_SIZE: Final = (1280, 720)
_SMALL_SCREEN: Final = 1440
"""On screens up to this wide (1366×768 in the field) the window takes all there is."""
_PAGES: Final = (
    *("today_page", "households_page", "visit_page", "consent_page", "referral_page", "household_page"),
    *("new_household_page", "import_page", "sync_page", "settings_page", "round_page", "identity_page"),
    *("minors_page", "rights_page", "further_papers", "wish_page"),
    *("publicity_page", "blanks_page", "not_your_role_page"),
)
"""All of them, in the order in which they are likely to be wanted."""
_DOOR_FORMS: Final = ("new_vault_form", "device_card_form", "enrolment_form", "restore_form", "recovery_steps")
"""What the door may show next."""
_FIRST_PAINT: Final = 150
"""Milliseconds a new window is left alone to be painted before what is wanted later is loaded and made."""
_SLOW_TO_IMPORT: Final = (
    "desktop.bootstrap",
    "desktop.services.sync",
    "desktop.ui.workspace_window",
    *(f"desktop.ui.pages.{page}" for page in _PAGES),
    *(f"desktop.ui.{form}" for form in _DOOR_FORMS),
)
_FOR_A_CAMERA: Final = ("PySide6.QtMultimedia", "PySide6.QtMultimediaWidgets")
_DOOR_MINUTES: Final = 5
"""Without a key or a touch, after which the door locks what was opened at it; what its worker chose is inside."""
_SAVING_SECONDS: Final = 10.0
"""What drafts on their way to the disk are given when the process ends; less than the supervisor waits."""
_ENDING_SECONDS: Final = 15.0
"""After which the process ends with whatever is not closed yet; a store left so opens by its log."""


@dataclass
class OpenVault:
    """An unlocked vault and what closes it again."""

    application: Application
    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)


def open_vault(home: Path, credentials: Credentials) -> OpenVault:
    """Unlock a vault; takes about a second, so never on the screen's thread.

    Raises:
        UserFacingError: as ``desktop.bootstrap.open_application``. Nothing is changed then.
    """
    from desktop.bootstrap import open_application
    from desktop.services import door, events, practice, sync, vaults

    card = credentials.device_card or door.practice_card_of(home, credentials.worker)
    with contextlib.ExitStack() as stack:
        application = stack.enter_context(
            open_application(
                home, credentials.worker, credentials.password, card, previous_slots=credentials.previous_slots
            )
        )
        sync.finish_interrupted(application)
        sync.stop_if_revoked(application)
        if application.practice:
            practice.prepare(application, vaults.owner(application).worker_name)
        with contextlib.suppress(UserFacingError):  # a full disk shows where something is saved
            events.note(application, events.Event.OPENED)
        return OpenVault(application, stack.pop_all())


def recover_vault(home: Path, answers: RecoveryAnswers, unlock: Callable[[Credentials], OpenVault]) -> OpenVault:
    """Finish a recovery and open the vault with its new password; takes seconds.

    Raises:
        UserFacingError: as ``desktop.bootstrap.finish_recovery``.
    """
    from desktop.bootstrap import finish_recovery
    from desktop.ui.login_form import Credentials

    done = finish_recovery(
        home, answers.vault, answers.password, answers.files, answers.card, is_new_card=answers.is_new_card
    )
    return unlock(Credentials(answers.vault, answers.password, None if done.in_keyring else answers.card))


class Workspace:
    """One life of the process: door, window, end. ``finished`` is told the exit code."""

    def __init__(self, home: Path, bugs: BugReporter, finished: Callable[[int], None], *, after_crash: bool) -> None:
        from desktop.ui.tasks import Tasks

        self._home = home
        self._finished = finished
        self._after_crash = after_crash
        self.tasks = Tasks()
        self.tasks.bug.connect(bugs.report)
        bugs.reported.connect(self._note_bug)
        self.login: LoginWindow | None = None
        self.window: WorkspaceWindow | None = None
        self._recovery: RecoverySteps | None = None
        self._opened: list[OpenVault] = []
        self._keyring_changed: dict[str, UserFacingError] = {}
        self._is_unlocked = self._is_ending = False

    def show_login(self) -> None:
        """Show the door."""
        from PySide6.QtCore import Qt, QTimer

        from desktop.services import door
        from desktop.ui.first_steps import FirstSteps
        from desktop.ui.idle_lock import IdleLock
        from desktop.ui.login_window import LoginWindow, WorkerChoice
        from desktop.ui.salvage_form import SalvageAtTheDoor
        from desktop.ui.wiped_form import show_notices

        listed = door.list_vaults(self._home)
        workers = [
            WorkerChoice(one.vault, one.worker_name, one.office, door.card_always_needed(self._home, one))
            for one in listed
        ]
        self._steps = FirstSteps(self.tasks, self._home, self._unlock)
        self.login = LoginWindow(
            self.tasks,
            workers,
            self._unlock,
            self._steps.choices(),
            lambda vault: door.seconds_to_wait(self._home, vault),
            is_damaged=lambda vault: door.salvage_offered(self._home, vault),
        )
        self._salvage = SalvageAtTheDoor(self.login, self.tasks, self._home)
        self._steps.attach(self.login)
        self.login.unlocked.connect(self._on_unlocked)
        self._steps.unlocked.connect(self._on_unlocked)
        self.login.forgot_asked.connect(self._begin_recovery, Qt.ConnectionType.SingleShotConnection)
        self.login.closed.connect(lambda: self.end(ExitCode.OK))
        # A vault is open, or its people are named, before the window is there: while a code is waited for.
        self.idle = IdleLock(_DOOR_MINUTES, parent=self.login)
        self.idle.expired.connect(self._on_door_idle)
        self.idle.start()
        wiped = door.finish_wipes(self._home)
        show_notices(
            self.login.show_form,
            self.login.show_start,
            lambda: door.note_wipes_read(self._home, wiped),
            [(one.worker_name, one.time[:10], one.reason, one.ask) for one in wiped],
        )
        self.login.show()
        self.login.activateWindow()
        if self._after_crash:
            self.login.tell(_AFTER_CRASH_WORDS)
        QTimer.singleShot(_FIRST_PAINT, self.login, lambda: self._look_at_keyring(listed))
        QTimer.singleShot(_FIRST_PAINT, self.tasks, self._warm_up)

    def _begin_recovery(self, vault: str) -> None:
        """The first time that a password was forgotten: its forms take longer to load than the door to show."""
        from desktop.ui.recovery_steps import RecoverySteps

        if self.login is None:
            return
        self._recovery = RecoverySteps(self.tasks, self._home, self._recover)
        self._recovery.unlocked.connect(self._on_unlocked)
        self._recovery.attach(self.login)
        self._recovery.begin(vault)

    def _look_at_keyring(self, listed: Sequence[SlotsHeader]) -> None:
        """Whose card is needed because this computer's keyring is another now.

        After the door is on the screen: asking for the system's keyring takes as long as showing it.
        """
        from desktop.services import door
        from desktop.ui.messages import word

        def look() -> dict[str, UserFacingError]:
            found = {one.vault: door.keyring_changed(self._home, one) for one in listed}
            return {vault: changed for vault, changed in found.items() if changed is not None}

        def say(found: dict[str, UserFacingError]) -> None:
            self._keyring_changed = found
            for vault, changed in found.items():
                if self.login is not None:
                    self.login.form.need_card(vault, word(changed).what)
            self._note_keyring()

        # A keyring's service may never answer, and the card opens without it.
        self.tasks.run_apart(self.tasks, look, say)

    def _note_keyring(self) -> None:
        """In the open vault's log of events, whichever comes last: the window or what the system says."""
        if self.window is None or self._is_ending:
            return
        from desktop.services.events import Event, keyrings_named

        for opened in self._opened:
            changed = self._keyring_changed.pop(opened.application.identity.vault, None)
            if changed is not None:
                self.window.note_event(Event.KEYRING_CHANGED, keyrings_named(changed))

    def _on_door_idle(self) -> None:
        salvage = self._salvage.form
        if self._opened or (salvage is not None and salvage.shows_list):
            self.end(ExitCode.LOCKED)
        else:
            self.idle.start()

    def end(self, code: int) -> None:
        """Finish what is on its way to the disk, close the vault, and end the process with ``code``."""
        from PySide6.QtWidgets import QApplication

        if self._is_ending:
            return
        self._is_ending = True
        # A disk that never answers must not keep the locked process, and its keys, alive.
        last_resort = threading.Timer(_ENDING_SECONDS, os._exit, (code,))
        last_resort.daemon = True
        last_resort.start()
        try:
            # A dialog or a list of names over the window is a window of its own and stays when that is hidden.
            for shown in QApplication.topLevelWidgets():
                shown.hide()
            if self.window is not None:
                self.window.clipboard.clear()
            for opened in self._opened:
                opened.application.paper_process.kill()  # or what it is doing would be waited for
            self.tasks.close(_SAVING_SECONDS)
            for opened in self._opened:
                # What was saved is safe in the write-ahead log, whatever the last checkpoint met.
                with contextlib.suppress(UserFacingError):
                    opened.closing.close()
        finally:
            last_resort.cancel()
            self._finished(code)

    def save_and_end(self) -> None:
        """The computer shuts down or the user logs out: keep the drafts, then end."""
        try:
            self.keep_drafts()
        finally:
            self.end(ExitCode.OK)

    def keep_drafts(self) -> None:
        """Let every page keep its draft, and stay."""
        if self.window is not None:
            self.window.leave_pages()

    def _warm_up(self) -> None:
        """Load what the window will need while somebody types a password."""
        from desktop.ui.qt_classes import load_qt_classes
        from desktop.ui.slices import in_slices

        loading = threading.Thread(target=load_ahead, name="zoucun-warm-up", daemon=True)
        # One after the other: two threads must not bring the same class of Qt's into Python at the same time.
        in_slices(self.tasks, load_qt_classes(), loading.start)

    def _note_bug(self, number: str) -> None:
        from desktop.services.events import Event

        if self.window is not None and not self._is_ending:
            self.window.note_event(Event.BUG, number)

    def _unlock(self, credentials: Credentials) -> OpenVault:
        opened = open_vault(self._home, credentials)
        # Noted at once: between here and the window the process may be asked to end.
        self._opened.append(opened)
        return opened

    def _recover(self, answers: RecoveryAnswers) -> OpenVault:
        return recover_vault(self._home, answers, self._unlock)

    def _on_unlocked(self, opened: OpenVault) -> None:
        """Open the window; over the lease the supervisor code is asked for first."""
        if self._is_unlocked:
            return  # pressed again while the window was being made
        self._is_unlocked = True
        from desktop.services import lease
        from desktop.ui.lease_form import LeaseForm

        application = opened.application
        held = lease.lease(application)
        if self.login is None or held is None or held.state is not lease.LeaseState.CODE_NEEDED:
            self._open_window(opened)
            return
        form = LeaseForm(self.tasks, held.days, lambda code: lease.enter_code(application, code))
        form.done.connect(lambda: self._open_window(opened))
        self.login.show_form(form, form.tr("要主管码"), form.tr("资料都在，没有丢。"))

    def _open_window(self, opened: OpenVault) -> None:
        from desktop.ui.slices import in_slices
        from desktop.ui.workspace_window import workspace_window_in_steps

        steps = workspace_window_in_steps(self.tasks, opened.application, self._show_window)
        # The door stays in front meanwhile: half a window is worse than a tenth of a second.
        in_slices(self.tasks, steps, slice_seconds=0)

    def _show_window(self, window: WorkspaceWindow) -> None:
        if self._is_ending:
            return
        from PySide6.QtCore import QTimer

        from desktop.ui.print_jobs import PrintJob
        from desktop.ui.system_watch import system_watch

        self.idle.stop()  # the window has its own
        self.window = window
        self.window.resize(*_ORDINARY_SIZE)
        self.window.lock_asked.connect(lambda: self.end(ExitCode.LOCKED))
        self.window.closed.connect(lambda: self.end(ExitCode.OK))
        room = self.window.screen().availableGeometry()
        if room.width() <= _SMALL_SCREEN:
            self.window.showMaximized()
        else:
            self.window.show()
        self.window.activateWindow()
        self.window.watch_system(system_watch(self.window))
        self._note_keyring()
        printed = [steps.cards.hand_over() for steps in (self._steps, self._recovery) if steps is not None]
        for name in itertools.chain(*printed):
            self.window.watch_job(PrintJob(self.tasks, name, parent=self.window))
        if self.login is not None:
            self.login.closed.disconnect()
            self.login.close()
            self.login.deleteLater()
            self.login = None
        QTimer.singleShot(_FIRST_PAINT, self.window, self.window.prepare_pages)


def load_ahead() -> None:
    """Load modules that are slow to import, icons, the readings of names, and the faces that paper is set in."""
    for name in _SLOW_TO_IMPORT:
        importlib.import_module(name)
    for name in _FOR_A_CAMERA:
        with contextlib.suppress(ImportError):  # without the system's libpulse there is no camera
            importlib.import_module(name)
    from desktop.documents.fonts import load_faces
    from desktop.storage.readings import load_readings
    from desktop.ui.icons import load_icons

    load_icons()
    load_readings()
    load_faces()


def _has_screen() -> bool:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _end_on_signals(application: QApplication, end: Callable[[], None]) -> None:
    """Ending signals save the drafts first. Python runs no handler while Qt waits for events, so a socket wakes it."""
    from PySide6.QtCore import QSocketNotifier

    if os.name != "posix":
        return
    asleep, awake = socket.socketpair()
    for one in (asleep, awake):
        one.setblocking(False)
    notifier = QSocketNotifier(asleep.fileno(), QSocketNotifier.Type.Read, application)

    def wake() -> None:
        asleep.recv(64)
        end()

    def note(_number: int, _frame: FrameType | None) -> None:
        """The number was written to the socket already; there it is read."""

    notifier.activated.connect(wake)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, note)
    signal.set_wakeup_fd(awake.fileno(), warn_on_full_buffer=False)
    # Both ends live as long as the process.
    application.setProperty("wakeup", (asleep, awake))


def _leave(code: int) -> NoReturn:
    """End the process here and now; everything was closed and is on the disk.

    Taking a window of a thousand widgets and the interpreter apart took half a second (measured), in which a locked
    process still held its keys and the next login was waited for.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the process to its end with an ``ExitCode``; only where it cannot start does it come back with one."""
    parser = argparse.ArgumentParser(prog="python -m desktop.workspace")
    parser.add_argument("--home", type=Path, metavar="DIR")
    parser.add_argument(AFTER_CRASH, action="store_true")
    options = parser.parse_args(arguments)
    forbid_memory_dumps()
    say_codes_only()
    if not _has_screen():
        sys.stderr.write(_NO_SCREEN + "\n")
        return ExitCode.CANNOT_START
    from desktop.ui.application import make_application

    application, bugs = make_application()
    # The window that is closed last must not end the process before the vault is closed.
    application.setQuitOnLastWindowClosed(False)
    workspace = Workspace(options.home or default_home(), bugs, application.exit, after_crash=options.after_crash)
    _end_on_signals(application, workspace.save_and_end)
    application.commitDataRequest.connect(lambda _: workspace.keep_drafts())
    workspace.show_login()
    _leave(application.exec())


if __name__ == "__main__":
    sys.exit(main())
