"""加密库: where it lies, how it opens, and whether it is sound."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import vault_check
from desktop.services.application import Application
from desktop.services.vault_check import LastCheck, VaultCheck
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.messages.check_words import advice, check_sentences
from desktop.ui.tasks import Lane, LongTask, Progress, Tasks, as_progress
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel

_STAGES = {"store": "正在逐页核对库文件", "files": "正在核对扫描件", "journal": "正在核对日志的每一条"}


def check_slices(application: Application) -> Generator[Progress, None, VaultCheck]:
    """The check as a lane takes it."""
    return as_progress(
        vault_check.check_in_slices(application),
        lambda step: Progress(step.done, step.total, _STAGES[step.stage.value]),
    )


class CheckCard(Card):
    """Checks on demand, and says when the last check was and what it found."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("加密库"))
        if parent is not None:
            self.setParent(parent)
        self._tasks = tasks
        self._application = application
        self._task: LongTask | None = None
        self.check = button(self.tr("检查加密库(&V)"), self.start, Icon.CHECKED, parent=self)
        self.heading.add(self.check)
        self.facts = Facts()
        self.add(self.facts)
        self.last = label(kind="soft", wrap=True)
        self.progress = ProgressPanel(self._stop)
        self.result = StateChip(Chip(""))
        self.words = label(wrap=True)
        for widget in (self.last, self.progress, self.result, self.words):
            widget.hide()
            self.add(widget)

    def show_last(self, last: LastCheck | None) -> None:
        """What the last check found; it is made once a day by itself."""
        if last is None:
            self.last.hide()
            return
        moment = datetime.fromisoformat(last.time)
        found = self.tr("完好") if not last.damages else self.tr("{count} 处有损坏").format(count=last.damages)
        day = self.tr("{month}月{day}日 {time}").format(month=moment.month, day=moment.day, time=f"{moment:%H:%M}")
        self.last.setText(self.tr("上次检查：{day}，{found}。每天打开后自动检查一次。").format(day=day, found=found))
        self.last.show()

    def start(self) -> None:
        """Look at everything."""
        self.result.hide()
        self.words.hide()
        self.check.setEnabled(False)
        self.progress.begin(self.tr("正在逐页核对库文件"))
        self._task = self._tasks.run_slices(
            self,
            lambda: check_slices(self._application),
            self._on_checked,
            self._on_failure,
            progress=self.progress.show_progress,
            cancelled=self._end,
            lane=Lane.OUTSIDE,
        )

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _end(self) -> None:
        self._task = None
        self.progress.end()
        self.check.setEnabled(True)
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_checked(self, found: VaultCheck) -> None:
        self._end()
        words = "".join(check_sentences(found))
        fault = found.journal.fault
        if found.journal.unreadable:
            words += self.tr("库文件损坏，读不到日志，没有核对。")
        elif fault is not None:
            words += self.tr("日志从 {reference} 起对不上（{code}）。").format(
                reference=fault.reference, code=fault.code
            )
        else:
            words += self.tr("日志 {count} 条首尾相连，没有被改动过。").format(count=f"{found.journal.entries:,}")
        for gap in found.journal.gaps:
            words += self.tr("日志里登记过的缺口：第 {first} 至 {last} 条。").format(first=gap.first, last=gap.last)
        if found.is_sound:
            self._show(Chip(self.tr("完好"), Tone.GOOD, Icon.CHECKED), words)
        else:
            self._show(Chip(self.tr("有损坏"), Tone.BAD), words + advice(found))

    def _on_failure(self, error: UserFacingError) -> None:
        self._end()
        self._show(Chip(self.tr("没有查完"), Tone.BAD), word(error).sentence())

    def _show(self, chip: Chip, words: str) -> None:
        self.result.show_chip(chip)
        self.result.show()
        self.words.setText(words)
        self.words.show()
        self.last.hide()
