"""Long work: how far, how long still, and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.ui.tasks import Progress
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.labels import ShortenedLabel, label

_SOON = 3.0
"""Seconds before a guess of the time left is worth showing."""


class ProgressPanel(QWidget):
    """Shows ``Progress``; ``cancel`` is called at most once per run. ``clock`` gives seconds."""

    def __init__(
        self, cancel: Callable[[], None], clock: Callable[[], float] = monotonic, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._cancel = cancel
        self._clock = clock
        self._began = 0.0
        self._what = ShortenedLabel()
        self._left = label(kind="soft")
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._stop = button(self.tr("停止"), self._on_stop, parent=self)
        words = QHBoxLayout()
        words.addWidget(self._what, 1)
        words.addWidget(self._left)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addLayout(words)
        left.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self._stop)
        self.hide()

    def begin(self, what: str) -> None:
        """Show the panel; ``what`` is being done, in words."""
        self._began = self._clock()
        self._what.setText(what)
        self._left.setText("")
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(what)
        self._stop.setEnabled(True)
        self._stop.setText(self.tr("停止"))
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """Move on; ``total`` 0 shows that something happens without saying how far it is."""
        if progress.what:
            self._what.setText(progress.what)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        if progress.total:
            count = self.tr("{done} / {total}").format(done=f"{progress.done:,}", total=f"{progress.total:,}")
            self._left.setText(" · ".join(part for part in (count, self._time_left(progress)) if part))

    def end(self) -> None:
        """Hide the panel."""
        self.hide()

    def _time_left(self, progress: Progress) -> str:
        passed = self._clock() - self._began
        if passed < _SOON or not progress.done:
            return ""
        seconds = passed / progress.done * (progress.total - progress.done)
        if seconds < 60:
            return self.tr("不到 1 分钟")
        return self.tr("大约还要 {minutes} 分钟").format(minutes=round(seconds / 60))

    def _on_stop(self) -> None:
        self._stop.setEnabled(False)
        self._stop.setText(self.tr("正在停…"))
        self._cancel()
