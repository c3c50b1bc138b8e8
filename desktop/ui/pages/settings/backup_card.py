"""备份: when, where, how old; make one now, choose a stick, and in practice try a restore."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import backups
from desktop.services.application import Application, Done
from desktop.services.backups import BackupMade, BackupState, Drill
from desktop.ui import backup_words
from desktop.ui.file_choice import choose_folder
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, LongTask, Progress, Tasks, as_progress
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel

T = TypeVar("T")


class BackupCard(Card):
    """Reads and makes backups itself; ``changed`` after each one."""

    changed = Signal(object)
    """The kinds of records a backup wrote."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__()
        self.set_title(self.tr("备份"))
        self._tasks = tasks
        self._application = application
        self._task: LongTask | None = None
        self._state: BackupState | None = None
        self.facts = Facts()
        self.now = button(self.tr("立即备份(&B)"), self.back_up, Icon.SAVED_HERE, parent=self)
        self.choose = button(self.tr("选择 U 盘…(&U)"), self.choose_stick, Icon.DOWNLOAD, parent=self)
        self.drill = button(self.tr("恢复演练(&R)"), self.start_drill, Icon.PRACTICE, parent=self)
        self.drill.setVisible(application.practice)
        self.progress = ProgressPanel(self._stop)
        self.result = StateChip(Chip(""))
        self.words = label(wrap=True)
        self.add(self.facts)
        self.add(Flow([self.now, self.choose, self.drill]))
        for widget in (self.progress, self.result, self.words):
            widget.hide()
            self.add(widget)
        note = self.tr(
            "每天打开后自动备份一次；选过的 U 盘插着时也一样。备份和加密库一样是加密的，恢复时要密码和设备卡。"
        )
        self.add(label(note, "soft", wrap=True))

    def refresh(self) -> None:
        """Ask anew how the backups stand."""
        application = self._application
        self._tasks.run(self, lambda: backups.backup_state(application), self._show)

    def back_up(self) -> None:
        """Into the vault's own folder, and to the stick if it is plugged in."""
        state = self._state
        stick = state.stick_folder if state is not None and state.stick_here else None
        self._begin(lambda: self._backing_up([None, stick] if stick is not None else [None]), self._on_made)

    def choose_stick(self) -> None:
        """Ask for a folder and back up to it at once."""
        chosen = choose_folder(self, self.tr("选择 U 盘"))
        if chosen is not None:
            self.back_up_to(chosen)

    def back_up_to(self, stick: Path) -> None:
        """Back up to a stick that was chosen; it is remembered from then on."""
        self._begin(lambda: self._backing_up([stick]), self._on_made)

    def start_drill(self) -> None:
        """Back up, restore into a throw-away place, compare."""
        self._begin(self._drilling, self._on_drilled)

    # --- off the screen's thread

    def _backing_up(self, places: list[Path | None]) -> Generator[Progress, None, Done[BackupMade]]:
        done: Done[BackupMade] | None = None
        for place in places:
            done = yield from _shown(backups.backing_up(self._application, place, self._is_stopped))
        if done is None:
            raise ValueError("nowhere to back up to")
        return done

    def _drilling(self) -> Generator[Progress, None, Drill]:
        return (yield from _shown(backups.drilling(self._application, self._is_stopped)))

    # --- on it

    def _begin(self, work: Callable[[], Generator[Progress, None, Any]], done: Callable[[Any], None]) -> None:
        if self._task is not None:
            return
        self._set_busy(is_busy=True)
        self.result.hide()
        self.words.hide()
        self.progress.begin(self.tr("正在备份"))
        self._task = self._tasks.run_slices(
            self,
            work,
            done,
            self._on_failure,
            progress=self.progress.show_progress,
            cancelled=self._end,
            lane=Lane.OUTSIDE,
        )

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _is_stopped(self) -> bool:
        return self._task is not None and self._task.is_cancelled

    def _end(self) -> None:
        self._task = None
        self.progress.end()
        self._set_busy(is_busy=False)
        self.refresh()

    def _set_busy(self, *, is_busy: bool) -> None:
        for widget in (self.now, self.choose, self.drill):
            widget.setEnabled(not is_busy)

    def _on_made(self, done: Done[BackupMade]) -> None:
        self._end()
        self._say(Chip(self.tr("备份好了"), Tone.GOOD, Icon.CHECKED), backup_words.made_words(done.value))
        self.changed.emit(done.changed)

    def _on_drilled(self, drill: Drill) -> None:
        self._end()
        self._say(Chip(self.tr("演练成功"), Tone.GOOD, Icon.CHECKED), backup_words.drill_words(drill))

    def _on_failure(self, error: UserFacingError) -> None:
        self._end()
        self._say(Chip(self.tr("没有备份成"), Tone.BAD), word(error).sentence())

    def _say(self, chip: Chip, words: str) -> None:
        self.result.show_chip(chip)
        self.result.show()
        self.words.setText(words)
        self.words.show()

    def _show(self, state: BackupState) -> None:
        self._state = state
        now = self._application.clock()
        self.facts.show_facts(
            (
                (self.tr("本机"), backup_words.last_words(state.laptop, now), ""),
                (self.tr("U 盘"), backup_words.stick_words(state, now), ""),
            )
        )


class DailyBackup(QWidget):
    """Makes the day's backup in the background, a while after the window is there."""

    failed = Signal(object)
    """The UserFacingError that kept it from being made."""

    late = Signal()
    """Nothing was backed up for three days, and still is not."""

    _QUIET = 60_000
    """Milliseconds after unlocking in which the worker has the disk alone."""
    _AGAIN = 3_600_000
    """Milliseconds until it is looked again: a laptop may stay unlocked over midnight, a stick come later."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._tasks = tasks
        self._application = application
        self._task: LongTask | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(self._QUIET)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Make what is due."""
        self._timer.setInterval(self._AGAIN)
        self._task = self._tasks.run_slices(self, self._make, self._on_done, self.failed.emit, lane=Lane.OUTSIDE)

    def _make(self) -> Generator[Progress, None, bool]:
        backups.sweep_drills(self._application)
        for place in backups.due(self._application):
            yield from _shown(backups.backing_up(self._application, place, self._is_stopped))
        return backups.backup_state(self._application).is_late

    def _is_stopped(self) -> bool:
        return self._task is not None and self._task.is_cancelled

    def _on_done(self, is_late: bool) -> None:
        if is_late:
            self.late.emit()


def failed_notice(error: UserFacingError) -> Notice:
    """The day's backup could not be made."""
    words = word(error)
    return Notice(words.what, Tone.WARN, words.meaning + words.action, stays=True)


def late_notice(go: Callable[[], None]) -> Notice:
    """Nothing was backed up for three days; ``go`` opens the settings."""
    meaning = "请到“设置”里备份一次，最好备份到 U 盘；电脑坏了或丢了，只有备份能恢复。"
    return Notice("已经三天没有备份", Tone.WARN, meaning, "去备份", go, stays=True)


def _shown(steps: Generator[backups.BackupProgress, None, T]) -> Generator[Progress, None, T]:
    return as_progress(steps, backup_words.shown)
