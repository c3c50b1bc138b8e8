"""Printing a form: which printer, how many copies, and what really came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.icons import Icon
from desktop.ui.print_systems import Printers, PrintSystem, print_system
from desktop.ui.tokens import GAP, MARGIN
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label, set_kind

_MOST_COPIES = 4


class PrintResult(StrEnum):
    """What came of it. ``PRINTED`` means that the print system took the paper."""

    PRINTED = "printed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    NO_PRINTER = "no-printer"


@dataclass(frozen=True)
class Printing:
    """The result and, where it was printed, how many copies."""

    result: PrintResult
    copies: int = 0
    job: str = ""
    """What the print system calls it, where it can be asked what became of it."""


PrintPdf = Callable[[QWidget, bytes, str], Printing]
"""What pages print with: ``print_pdf``, or what a test gives them."""


def print_pdf(parent: QWidget, pdf: bytes, title: str, *, copies: int = 1) -> Printing:
    """Ask for printer and copies and print ``pdf`` from memory.

    ``title`` is the form's name for the print queue (入户走访记录表 ZF-01): it stays in the system's records, so it
    must hold no personal data. ``copies`` is what is proposed, 1 to 4.
    """
    dialog = PrintDialog(pdf, title, print_system(), copies, parent)
    dialog.exec()
    printing = dialog.printing
    dialog.deleteLater()
    return printing


class PrintDialog(QDialog):
    """Printer and copies. It closes itself when the print system has the paper, and says why when it has not."""

    def __init__(
        self, pdf: bytes, title: str, system: PrintSystem, copies: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.printing = Printing(PrintResult.CANCELLED)
        self._pdf, self._job_title = pdf, title
        self._system = system
        system.setParent(self)
        self._is_sending = False
        self.setWindowTitle(self.tr("打印"))
        self.setMinimumWidth(460)
        self._state = label(self.tr("正在找打印机……"), "soft", wrap=True)
        self._form = Form(1, self)
        self._printer: ChoiceField[str] | None = None
        self.copies: ChoiceField[int] = ChoiceField(
            [(number, self.tr("{number} 份").format(number=number)) for number in range(1, _MOST_COPIES + 1)]
        )
        self.copies.set_value(copies)
        self.go = primary_button(self.tr("打印"), self._send, Icon.PRINT, parent=self)
        self.go.setAutoDefault(True)
        self.go.setEnabled(False)
        self.no = button(self.tr("不打印"), self.reject, parent=self)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(label(title, "section", wrap=True))
        column.addWidget(self._form)
        column.addWidget(self._state)
        column.addLayout(buttons)
        system.found.connect(self._show_printers)
        system.ended.connect(self._on_ended)
        system.find()

    @property
    def printer(self) -> ChoiceField[str] | None:
        """The choice of a printer, once they are known."""
        return self._printer

    def state_words(self) -> str:
        """What the dialog says of its state."""
        return self._state.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a choice moves on; only the button prints.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        # Paper under way cannot be called back from here; closing now would say that nothing was printed.
        if not self._is_sending:
            super().reject()

    def _show_printers(self, printers: Printers) -> None:
        if self._printer is not None:
            return
        if not printers.names:
            self.printing = Printing(PrintResult.NO_PRINTER)
            self._state.setText(self.tr("这台电脑上没有可用的打印机。接好打印机后再来打印；记录已保存在本机。"))
            self.no.setText(self.tr("关闭"))
            self.no.setFocus()
            return
        self._printer = ChoiceField([(name, name) for name in printers.names], few=3)
        self._printer.set_value(printers.default if printers.default in printers.names else printers.names[0])
        self._form.add(self.tr("打印机"), self._printer)
        self._form.add(self.tr("份数"), self.copies)
        self._state.setText(self.tr("直接从内存交给系统打印，程序不留文件；系统的打印队列会暂存一份。"))
        self.go.setEnabled(True)
        self.go.setFocus()

    def _send(self) -> None:
        name = self._printer.value() if self._printer is not None else None
        copies = self.copies.value()
        if name is None or copies is None:
            return
        self._is_sending = True
        self.go.setEnabled(False)
        self.no.setEnabled(False)
        set_kind(self._state, "soft")
        self._state.setText(self.tr("正在送往打印机……"))
        self._system.send(self._pdf, name, copies, self._job_title)

    def _on_ended(self, was_taken: bool) -> None:
        self._is_sending = False
        self.no.setEnabled(True)
        if was_taken:
            self.printing = Printing(PrintResult.PRINTED, self.copies.value() or 1, self._system.job)
            self.accept()
            return
        self.printing = Printing(PrintResult.FAILED)
        set_kind(self._state, "problem")
        self._state.setText(self.tr("没有打印出来。请看看打印机是否开着、有没有纸，再打印一次。"))
        self.go.setText(self.tr("再打印一次"))
        self.go.setEnabled(True)
        self.go.setFocus()
