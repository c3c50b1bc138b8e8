"""What happens to a bug: one dialog per cause, with a reference number and without personal data."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.bug_reference import reference, summary

log = logging.getLogger(__name__)


class BugReporter(QObject):
    """Logs a bug by its number and shows it once; may be called from any thread."""

    reported = Signal(str)
    """A bug's number, each time it is seen."""
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()
        self._shown: set[QMessageBox] = set()
        self._arrived.connect(self._show)

    def install(self) -> None:
        """Become the place where uncaught exceptions of slots, timers and threads arrive."""
        sys.excepthook = self._on_uncaught
        threading.excepthook = lambda args: self.report(args.exc_value or RuntimeError())

    @Slot(object)
    def report(self, error: BaseException) -> None:
        """Log ``error`` without its text, and show it unless the same cause was shown before."""
        number = reference(error)
        log.error("bug %s %s", number, summary(error))
        self._arrived.emit(number)

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error.with_traceback(trace))

    @Slot(object)
    def _show(self, number: str) -> None:
        self.reported.emit(number)
        if number in self._seen:
            return
        self._seen.add(number)
        box = QMessageBox(QApplication.activeWindow())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("程序出了一个问题"))
        box.setText(self.tr("刚才这一步没有做成。"))
        box.setInformativeText(
            self.tr(
                "此前提示“已保存”的内容都还在本机加密库里，没有丢失。可以接着做别的事，或重新打开程序再试一次。\n\n"
                "请把下面的参考号告诉县里，里面没有任何个人信息。\n参考号 {number}"
            ).format(number=number)
        )
        box.addButton(self.tr("知道了"), QMessageBox.ButtonRole.AcceptRole)
        # Without a parent (before the first window) only this reference keeps it on the screen.
        self._shown.add(box)
        box.finished.connect(lambda _: self._shown.discard(box))
        box.open()
