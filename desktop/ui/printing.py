"""Printing a form: which printer, how many copies, which pages, and what really came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.prints import Came, PrintOutcome
from desktop.services.preferences import PrintHabit
from desktop.ui.icons import Icon
from desktop.ui.print_systems import Pages, Printers, PrinterState, PrintSystem, opened_pdf, print_system
from desktop.ui.tokens import GAP, MARGIN
from desktop.ui.widgets.buttons import button, primary_button
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label, set_kind

_MOST_COPIES = 4


class PrintResult(StrEnum):
    """What came of it. ``PRINTED`` means that the print system took all the pages, ``PARTLY`` some of them only."""

    PRINTED = "printed"
    PARTLY = "partly"
    CANCELLED = "cancelled"
    FAILED = "failed"
    NO_PRINTER = "no-printer"


@dataclass(frozen=True)
class Printing:
    """The result and, where it was printed, how many copies, on which printer, and which pages if not all."""

    result: PrintResult
    copies: int = 0
    job: str = ""
    """What the print system calls it, where it can be asked what became of it."""
    printer: str = ""
    pages: Pages | None = None
    failed_before: tuple[Came, ...] = ()
    """What was tried in the same dialog before this and did not come out."""

    @property
    def came(self) -> Came:
        """What is to be noted of it."""
        first, last = self.pages or (0, 0)
        return Came(_OUTCOMES[self.result], self.copies, self.printer, first, last, self.job)

    @property
    def all_came(self) -> tuple[Came, ...]:
        """Everything that is to be noted, in its order."""
        return (*self.failed_before, self.came)


_OUTCOMES: Final[Mapping[PrintResult, PrintOutcome]] = {
    PrintResult.PRINTED: PrintOutcome.PRINTED,
    PrintResult.PARTLY: PrintOutcome.PARTLY,
    PrintResult.CANCELLED: PrintOutcome.CANCELLED,
    PrintResult.FAILED: PrintOutcome.FAILED,
    PrintResult.NO_PRINTER: PrintOutcome.FAILED,
}
PrintPdf = Callable[[QWidget, bytes, str], Printing]
"""What pages print with: ``print_pdf``, or what a test gives them."""
AskHabit = Callable[[Callable[[PrintHabit], None]], None]
"""Asks how this worker prints, and hands the answer on, at once or later."""


def no_habit(receive: Callable[[PrintHabit], None]) -> None:
    """Where there is no vault to ask: the printer is asked for each time."""
    receive(PrintHabit())


def print_pdf(parent: QWidget, pdf: bytes, title: str, *, copies: int = 1, ask_habit: AskHabit = no_habit) -> Printing:
    """Ask for printer, copies and pages and print ``pdf`` from memory; nothing is asked where the habit says so.

    ``title`` is the form's name for the print queue (入户走访记录表 ZF-01): it stays in the system's records, so it
    must hold no personal data. ``copies`` is what is proposed, 1 to 4.
    """
    dialog = PrintDialog(pdf, title, print_system(), copies, ask_habit, parent)
    dialog.exec()
    printing = dialog.printing
    dialog.deleteLater()
    return printing


class PrintDialog(QDialog):
    """Printer, copies and pages. It closes itself when the print system has the paper, and says why when it has not."""

    def __init__(
        self,
        pdf: bytes,
        title: str,
        system: PrintSystem,
        copies: int = 1,
        ask_habit: AskHabit = no_habit,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.printing = Printing(PrintResult.CANCELLED)
        self._pdf, self._job_title = pdf, title
        self._system = system
        system.setParent(self)
        self._failed: tuple[Came, ...] = ()
        self._sending: Printing | None = None
        """What comes of it where the print system takes the paper that is under way."""
        self._printers: Printers | None = None
        self._habit: PrintHabit | None = None
        self.setWindowTitle(self.tr("打印"))
        self.setMinimumWidth(460)
        self._state = label(self.tr("正在找打印机……"), "soft", wrap=True)
        self._form = Form(1, self)
        self._printer: ChoiceField[str] | None = None
        self.copies: ChoiceField[int] = ChoiceField(
            [(number, self.tr("{number} 份").format(number=number)) for number in range(1, _MOST_COPIES + 1)]
        )
        self.copies.set_value(copies)
        with opened_pdf(pdf) as document:
            self._count = document.pageCount()
        numbers = [(page, self.tr("第 {page} 页").format(page=page)) for page in range(1, self._count + 1)]
        self.first: ChoiceField[int] = ChoiceField(numbers, few=0)
        self.last: ChoiceField[int] = ChoiceField(numbers, few=0)
        self.first.set_value(min(1, self._count) or None)
        self.last.set_value(self._count or None)
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
        system.found.connect(self._on_printers)
        system.ended.connect(self._on_ended)
        ask_habit(self._on_habit)
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
        if self._sending is None:
            super().reject()

    # --- the choice

    def _on_habit(self, habit: PrintHabit) -> None:
        self._habit = habit
        self._show_printers()

    def _on_printers(self, printers: Printers) -> None:
        if self._printers is None:
            self._printers = printers
            self._show_printers()

    def _show_printers(self) -> None:
        printers, habit = self._printers, self._habit
        if printers is None or habit is None:
            return
        if not printers.names:
            self.printing = Printing(PrintResult.NO_PRINTER)
            self._state.setText(self.tr("这台电脑上没有可用的打印机。接好打印机后再来打印；记录已保存在本机。"))
            self.no.setText(self.tr("关闭"))
            self.no.setFocus()
            return
        words = {PrinterState.BUSY: self.tr("正在打印别的"), PrinterState.STOPPED: self.tr("停着")}
        named = [
            (name, f"{name}（{words[state]}）" if (state := printers.states.get(name)) in words else name)
            for name in printers.names
        ]
        self._printer = ChoiceField(named, few=3)
        usual = next((name for name in (habit.printer, printers.default) if name in printers.names), printers.names[0])
        self._printer.set_value(usual)
        self._printer.changed.connect(self._show_state)
        self._form.add(self.tr("打印机"), self._printer)
        self._form.add(self.tr("份数"), self.copies)
        if self._count > 1:
            self._form.add(self.tr("从"), self.first)
            self._form.add(self.tr("到"), self.last)
            self.first.changed.connect(self._show_state)
            self.last.changed.connect(self._show_state)
        self._show_state()
        self.go.setFocus()
        if habit.is_direct and usual == habit.printer and not self._is_stopped():
            self._send()

    def _is_stopped(self) -> bool:
        name = self._printer.value() if self._printer is not None else None
        states = self._printers.states if self._printers is not None else {}
        return name is not None and states.get(name) is PrinterState.STOPPED

    def _show_state(self) -> None:
        pages = self._chosen_pages()
        first, last = pages or (1, self._count)
        is_backwards = pages is not None and first > last
        words = self.tr("直接从内存交给系统打印，程序不留文件；系统的打印队列会暂存一份。")
        if is_backwards:
            words = self.tr("页码反了：从第 {first} 页到第 {last} 页。请改一改。").format(first=first, last=last)
        elif self._is_stopped():
            words = self.tr("这台打印机停着（缺纸、卡纸，或者被人停用）。送过去要等它恢复才打得出来；请先看看打印机。")
        elif pages is not None:
            words = self.tr("只打一部分，用来补打坏了的页；不算打印了整份。") + words
        set_kind(self._state, "problem" if is_backwards or self._is_stopped() else "soft")
        self._state.setText(words)
        self.go.setEnabled(not is_backwards)

    # --- sending

    def _chosen_pages(self) -> Pages | None:
        """The chosen pages; None for all."""
        first, last = self.first.value(), self.last.value()
        return None if first is None or last is None or (first, last) == (1, self._count) else (first, last)

    def _send(self) -> None:
        name = self._printer.value() if self._printer is not None else None
        copies = self.copies.value()
        if name is None or copies is None:
            return
        pages = self._chosen_pages()
        result = PrintResult.PRINTED if pages is None else PrintResult.PARTLY
        self._sending = Printing(result, copies, printer=name, pages=pages)
        self.go.setEnabled(False)
        self.no.setEnabled(False)
        set_kind(self._state, "soft")
        self._state.setText(self.tr("正在送往打印机“{name}”……").format(name=name))
        self._system.send(self._pdf, name, copies, self._job_title, pages)

    def _on_ended(self, was_taken: bool) -> None:
        sent, self._sending = self._sending, None
        self.no.setEnabled(True)
        if was_taken and sent is not None:
            self.printing = replace(sent, job=self._system.job, failed_before=self._failed)
            self.accept()
            return
        tried = sent or Printing(PrintResult.FAILED)
        self.printing = replace(tried, result=PrintResult.FAILED, copies=0, failed_before=self._failed)
        self._failed = self.printing.all_came
        set_kind(self._state, "problem")
        self._state.setText(self.tr("没有打印出来。请看看打印机是否开着、有没有纸，再打印一次。"))
        self.go.setText(self.tr("再打印一次"))
        self.go.setEnabled(True)
        self.go.setFocus()
