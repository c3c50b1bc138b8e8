"""A new data key while nobody works in the vault: what is being done, what came of it, and back to the door."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import rekey
from desktop.services.application import Application, Done
from desktop.ui import backup_words
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.tasks import Lane, Progress, Tasks, as_progress
from desktop.ui.tokens import Tone
from desktop.ui.widgets.buttons import primary_button
from desktop.ui.widgets.chips import Chip, StateChip
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel


class RekeyingForm(QWidget):
    """``begin`` once nobody else works in the vault; whatever comes of it, the vault has to be opened anew."""

    ended = Signal()
    """The person has read what came of it."""
    settled = Signal()
    """Nothing is under way any more."""

    def __init__(self, tasks: Tasks, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._application = application
        self.progress = ProgressPanel(self._stop, parent=self)
        self.result = StateChip(Chip(""))
        self.words = label(wrap=True)
        self.back = primary_button(self.tr("回到登录窗口"), self.ended.emit, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.progress)
        column.addWidget(self.result)
        column.addWidget(self.words)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignRight)
        for widget in (self.result, self.words, self.back):
            widget.hide()

    def begin(self, password: str) -> None:
        """Back up, write anew, compare, bring into use."""
        application = self._application

        def work() -> Generator[Progress, None, Done[bool]]:
            return as_progress(rekey.rekeying(application, password), backup_words.shown)

        self.progress.begin(self.tr("正在备份"))
        self._task = self._tasks.run_slices(
            self,
            work,
            self._on_done,
            self._on_failure,
            progress=self.progress.show_progress,
            cancelled=lambda: self._say_unchanged(self.tr("已停下。")),
            lane=Lane.OUTSIDE,
        )

    def refuse(self) -> None:
        """Something else would not end, and nothing was begun."""
        self._say_unchanged(self.tr("还有别的事没有做完，这次没有换。"))

    def _stop(self) -> None:
        self._task.cancel()

    def _on_done(self, done: Done[bool]) -> None:
        words = self.tr("密码和设备卡不变。以前的备份仍用旧钥匙；下次打开后会马上自动再备份一次，U 盘请插上。")
        if done.value:
            words += self.tr("县级托管已按新钥匙重做。")
        self._say(Chip(self.tr("数据钥匙换好了"), Tone.GOOD, Icon.CHECKED), words)

    def _on_failure(self, error: UserFacingError) -> None:
        self._say_unchanged(word(error).sentence())

    def _say_unchanged(self, why: str) -> None:
        words = why + self.tr("资料都在，重新登录后接着用。")
        self._say(Chip(self.tr("没有换成"), Tone.BAD), words)

    def _say(self, chip: Chip, words: str) -> None:
        self.progress.end()
        self.result.show_chip(chip)
        self.words.setText(words)
        for widget in (self.result, self.words, self.back):
            widget.show()
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.settled.emit()
