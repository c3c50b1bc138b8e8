"""The workspace as a whole: every page, the search, what waits in each section, the state of sync, the lock by itself.

The login-and-workspace process and the tour both open this window on an unlocked vault.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.prints import PrintOutcome
from desktop.services import events, lease, preferences, prints, retention, sync, today, vault_check, vaults
from desktop.services.application import Application, Done
from desktop.services.events import Event
from desktop.services.lease import LeaseState
from desktop.services.sync_attention import needs_attention
from desktop.services.today import Today
from desktop.services.vault_check import VaultCheck
from desktop.ui.clipboard import ClipboardGuard
from desktop.ui.foot import SyncState
from desktop.ui.found_rows import find_anything, target_of_found
from desktop.ui.icons import Icon
from desktop.ui.idle_lock import IdleLock, elapsed_seconds
from desktop.ui.main_window import MainWindow, Worker
from desktop.ui.messages import word
from desktop.ui.messages.check_words import advice, check_sentences
from desktop.ui.page_entries import page_entries
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.settings.backup_card import DailyBackup, failed_notice, late_notice
from desktop.ui.pages.settings.check_card import check_slices
from desktop.ui.print_jobs import PrintJob
from desktop.ui.rail import Section
from desktop.ui.system_watch import SystemWatch
from desktop.ui.tasks import Lane, Progress, Tasks
from desktop.ui.today_words import waiting_counts
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice

SECTIONS = (
    Section("today", "今日", Icon.TODAY, "Ctrl+1"),
    Section("households", "家庭", Icon.HOUSEHOLD, "Ctrl+2"),
    Section("visit", "走访", Icon.VISIT, "Ctrl+3"),
    Section("consent", "同意书", Icon.CONSENT, "Ctrl+4"),
    Section("referral", "转介", Icon.REFERRAL, "Ctrl+5"),
    Section("sync", "同步", Icon.SYNC, "Ctrl+6"),
    Section("settings", "设置", Icon.SETTINGS, "Ctrl+7", is_low=True),
)
_AFTER_CHANGES = 150
"""Milliseconds to wait for more changes before the rail and the foot are asked for anew."""
_DAILY_CHECK = 20_000
"""Milliseconds after opening until the daily check begins: the first pages come first."""
_FIRST_UPKEEP, _UPKEEP = 60_000, 3_600_000
"""Milliseconds: upkeep begins a minute after unlocking and comes again every hour."""
_FLUSH_VIEWS = 2000
"""What was opened to be read is in the journal within this many milliseconds (``design.md`` §2)."""


@dataclass(frozen=True)
class _Standing:
    """What the rail and the foot show, and how long nobody may be there."""

    today: Today
    state: sync.SyncState
    attention: int
    idle_minutes: int


class WorkspaceWindow(MainWindow):
    """The main window on one unlocked vault."""

    rekey_asked = Signal(str)
    """A new data key is to be given, with the vault's password: nobody may work in the vault meanwhile."""

    def __init__(self, tasks: Tasks, application: Application, clock: Callable[[], float] = elapsed_seconds) -> None:
        super().__init__(
            tasks,
            _rail_worker(application),
            SECTIONS,
            page_entries(tasks, application, lambda job: self.watch_job(PrintJob(tasks, job, parent=self))),
            lambda text: find_anything(application, text),
            target_of_found,
        )
        # The task bar shows titles to whoever passes by: no name, of nobody.
        self.setWindowTitle(self.tr("走村"))
        self._application = application
        self._warning: Notice | None = None
        self._is_online = False
        self._busy = ""
        self._is_stale = False
        self._standing: _Standing | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AFTER_CHANGES)
        self._later.timeout.connect(self.ask_standing)
        self._views = QTimer(self)
        self._views.setInterval(_FLUSH_VIEWS)
        self._views.timeout.connect(self._flush_views)
        self._views.start()
        # The shortest of all until the store has said which was chosen (``ask_standing``).
        self.idle = IdleLock(min(preferences.IDLE_MINUTES), clock, self)
        self.idle.warned.connect(self._warn)
        self.idle.stirred.connect(self._take_warning_back)
        self.idle.expired.connect(lambda: self.lock("idle"))
        self.idle.start()
        self.system = SystemWatch(self)
        self.clipboard = ClipboardGuard(parent=self)
        self.clipboard.refused.connect(self._say_not_copied)
        self._upkeep = QTimer(self)
        self._upkeep.setInterval(_UPKEEP)
        self._upkeep.timeout.connect(self._keep_up)
        self._upkeep.start()
        QTimer.singleShot(_FIRST_UPKEEP, self, self._keep_up)
        self.daily_backup = DailyBackup(tasks, application, self)
        self.daily_backup.failed.connect(lambda error: self.show_notice(failed_notice(error)))
        self.daily_backup.late.connect(lambda: self.show_notice(late_notice(lambda: self.open_section("settings"))))
        self.ask_standing()
        self._show_notes()
        QTimer.singleShot(_DAILY_CHECK, self, self._check_if_due)

    def show_changes(self, changes: Changes) -> None:
        super().show_changes(changes)
        if ERASED in changes:
            self._is_stale = True
            self._forget_erased()
        self._later.start()

    def _forget_erased(self) -> None:
        """Make the other pages anew: what is not in front still holds what was shown on it. Not under a sync, whose
        page would never hear of its end."""
        if self._is_stale and not self._busy:
            self._is_stale = False
            self.rebuild_pages()

    def ask_standing(self) -> None:
        """Ask anew for what waits and how sync stands."""
        application = self._application

        def read() -> _Standing:
            return _Standing(
                today.today(application),
                sync.sync_state(application),
                len(needs_attention(application)),
                preferences.idle_minutes(application),
            )

        self.tasks.run(self, read, self._show_standing)

    def _show_notes(self) -> None:
        """What was noticed while opening: a log cut by a power cut, a network disk, a doubtful date."""
        for note in self._application.notes[:1]:
            message = word(note)
            self.show_notice(Notice(message.what, Tone.WARN, message.meaning + message.action, stays=True))

    def _check_if_due(self) -> None:
        """Once a day, while somebody works: the check has a connection of its own."""

        def check_today() -> Generator[Progress, None, VaultCheck | None]:
            if not vault_check.is_due(self._application):
                return None
            return (yield from check_slices(self._application))

        self.tasks.run_slices(self, check_today, self._on_checked, self._on_check_failed, lane=Lane.OUTSIDE)

    def _on_checked(self, found: VaultCheck | None) -> None:
        if found is not None and not found.is_sound:
            fault = self.tr("日志对不上。") if found.journal.fault is not None else ""
            words = "".join(check_sentences(found)) if found.damages else ""
            self.show_notice(Notice(self.tr("加密库有损坏"), Tone.BAD, words + fault + advice(found), stays=True))

    def _on_check_failed(self, error: UserFacingError) -> None:
        if error.code != "vault.busy":  # it is tried again at the next login
            self.tasks.user_error.emit(error)

    def show_sync_busy(self, words: str) -> None:
        """A sync is under way, in words; empty when it has ended."""
        self._busy = words
        self._show_foot()
        if not words and self._is_stale:
            QTimer.singleShot(0, self, self._forget_erased)  # not in the midst of what that page does at the end

    def show_contact(self, is_online: bool) -> None:
        """Whether the county answered just now."""
        self._is_online = is_online
        self._show_foot()

    def watch_system(self, watch: SystemWatch) -> None:
        """Lock when the system sleeps, closes its lid or locks its screen, as far as ``watch`` hears of it."""
        self.system = watch
        watch.lock_due.connect(self.lock)
        watch.start()

    def watch_job(self, job: PrintJob) -> None:
        """Stay with a paper until it has come out of the printer; say so where it does not."""
        job.stuck.connect(lambda: self._say_stuck(job))
        job.lost.connect(partial(self._note_lost, job.name))
        job.gone.connect(job.deleteLater)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop_watching()
        super().closeEvent(event)

    def lock(self, by: str = "hand") -> None:
        """Keep the drafts, note what locked (``events.LOCKED_BY``), and ask for the lock."""
        self._stop_watching()
        self.note_event(Event.LOCKED, by)
        super().lock()

    def step_aside(self) -> None:
        """Keep the drafts and do nothing more by itself, hidden; the system's word still locks."""
        self._stop_watching()
        self._stop_preparing()
        self.leave_pages()
        self.hide()

    def note_event(self, event: Event, detail: str = "") -> None:
        """Put a code into the vault's own log of events."""
        application = self._application
        self.tasks.run(self, lambda: events.note(application, event, detail), lambda _: None, lane=Lane.WRITE)

    def _prepare(self) -> Iterator[object]:
        # First: until it is ready forms are made in this process, whose interpreter the screen then waits for.
        self._application.paper_process.start(self._note_paper_process)
        yield from super()._prepare()

    def _note_paper_process(self, trouble: str) -> None:
        with suppress(UserFacingError):  # a full disk shows where something is saved
            events.note(self._application, Event.PAPER_PROCESS, trouble)

    def _page(self, name: str) -> Page:
        is_new = name not in self.pages()
        page = super()._page(name)
        if is_new and name == "sync":
            self._watch_sync(page)
        if is_new and name == "settings":
            self._watch_settings(page)
        return page

    def _watch_sync(self, page: Page) -> None:
        from desktop.ui.pages.sync_page import SyncPage

        if isinstance(page, SyncPage):
            page.busy_changed.connect(self.show_sync_busy)
            page.contact_changed.connect(self.show_contact)
            page.stopped.connect(lambda code: self.note_event(Event.SYNC_STOPPED, code))
            page.role_changed.connect(self.rebuild_pages)
            page.closed_by_county.connect(self.lock)

    def _watch_settings(self, page: Page) -> None:
        from desktop.ui.pages.settings_page import SettingsPage

        if isinstance(page, SettingsPage):
            page.idle_minutes_changed.connect(self._set_idle_minutes)
            page.rekey_asked.connect(self.rekey_asked)
            page.lock.show_watched(self.system.watched)
            self.system.watched_changed.connect(lambda: page.lock.show_watched(self.system.watched))

    def _set_idle_minutes(self, minutes: int) -> None:
        self.idle.minutes = minutes
        self._later.start()  # what was read before it was chosen must not stand

    def _stop_watching(self) -> None:
        self.idle.stop()
        self.clipboard.clear()
        self._views.stop()
        self._later.stop()
        self._upkeep.stop()

    def _flush_views(self) -> None:
        self.tasks.run(self, self._application.flush_views, lambda _: None, lane=Lane.WRITE)

    def _keep_up(self) -> None:
        """Look at the lease, and once a day erase what is due."""
        application = self._application

        def work() -> int:
            lease.look(application)
            return retention.run_daily(application)

        self.tasks.run(self, work, lambda _: self.ask_standing(), lambda _: None, lane=Lane.OUTSIDE)

    def _show_standing(self, standing: _Standing) -> None:
        self._standing = standing
        self.idle.minutes = standing.idle_minutes  # a stricter limit of the county came by the feed
        self.show_counts({**waiting_counts(standing.today), "sync": standing.attention})
        self._show_foot()

    def _show_foot(self) -> None:
        if self._standing is None:
            return
        state = self._standing.state
        self.show_sync_state(
            SyncState(
                unsent=0 if state.practice else state.waiting + state.waiting_attachments,
                last=_local(state.last_sync),
                is_online=self._is_online,
                is_practice=state.practice,
                is_enrolled=state.enrolled,
                needs_person=self._standing.attention,
                busy=self._busy,
                days_away=0 if state.lease is None or state.lease.state is LeaseState.GOOD else state.lease.days,
            )
        )

    def _warn(self, seconds: int) -> None:
        self.show_notice(
            Notice(
                self.tr("{seconds} 秒后自动锁定").format(seconds=seconds),
                Tone.WARN,
                self.tr("动一下鼠标或按任意键就接着用。没填完的会存成草稿。"),
                stays=True,
            )
        )
        self._warning = self.banner.notice

    def _say_stuck(self, job: PrintJob) -> None:
        self.show_notice(
            Notice(
                self.tr("有一份纸还没打出来（打印任务 {job}）").format(job=job.name),
                Tone.BAD,
                self.tr("它的内容还留在这台电脑的打印队列里。请看看打印机；不打了，就把它从队列里清掉。"),
                action=self.tr("不打了，清掉"),
                pressed=job.end,
                stays=True,
            )
        )
        self.note_event(Event.PRINT_FAILED, "stuck")

    def _note_lost(self, job: str, was_ended: bool) -> None:
        outcome = PrintOutcome.CANCELLED if was_ended else PrintOutcome.FAILED

        def noted(done: Done[int]) -> None:
            self.show_changes(done.changed)

        self.tasks.run(self, partial(prints.record_job_end, self._application, job, outcome), noted, lane=Lane.WRITE)

    def _say_not_copied(self) -> None:
        what = self.tr("没有复制：里面有证件号、电话或账号")
        why = self.tr("剪贴板里的内容别的程序都能读到。请照着屏幕抄写，或只复制其余的字。")
        self.show_notice(Notice(what, Tone.WARN, why))
        self.note_event(Event.COPY_REFUSED)

    def _take_warning_back(self) -> None:
        if self.banner.notice is not None and self.banner.notice is self._warning:
            self.banner.clear()
        self._warning = None


def workspace_window(
    tasks: Tasks, application: Application, clock: Callable[[], float] = elapsed_seconds
) -> WorkspaceWindow:
    """The main window with all pages, opened on 今日. The application must be enrolled, or be made so on 同步."""
    made: list[WorkspaceWindow] = []
    for _ in workspace_window_in_steps(tasks, application, made.append, clock):
        pass
    return made[0]


def workspace_window_in_steps(
    tasks: Tasks,
    application: Application,
    made: Callable[[WorkspaceWindow], None],
    clock: Callable[[], float] = elapsed_seconds,
) -> Iterator[None]:
    """``workspace_window`` in steps for ``ui.slices``; ``made`` takes the window at the end."""
    first = "today" if application.enrolment is not None else "sync"
    window = WorkspaceWindow(tasks, application, clock)
    yield
    for _ in window.make_page(first):
        yield
    window.open_section(first)
    yield
    made(window)


def _rail_worker(application: Application) -> Worker:
    if application.enrolment is None:
        owner = vaults.owner(application)
        return Worker(owner.worker_name, owner.office)
    return Worker(application.worker.name, application.worker.office)


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone()
