"""Printing the device card at the door: what came of it is said, and its paper is stayed with until it is out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.ui.tasks import Lane, Tasks

if TYPE_CHECKING:  # loading them takes longer than showing the door
    from desktop.ui.device_card_form import DeviceCardForm
    from desktop.ui.print_jobs import PrintJob
    from desktop.ui.printing import Printing


class CardPrinting(QObject):
    """``tell`` says at the door what no card's form that is shown can say any more."""

    def __init__(self, tasks: Tasks, tell: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._tell = tell
        self._jobs: dict[str, PrintJob] = {}
        self._told: set[str] = set()

    def print(self, form: DeviceCardForm, make: Callable[[], bytes]) -> None:
        """Make the paper off the screen's thread, ask for the printer, and say on the form what came of it."""
        self._tasks.run(form, make, lambda pdf: self._print(form, pdf), form.show_error, lane=Lane.OUTSIDE)

    def hand_over(self) -> tuple[str, ...]:
        """The jobs not known to be out, for the window that comes after the door; nobody stays with them here."""
        jobs, self._jobs = self._jobs, {}
        for job in jobs.values():
            job.deleteLater()
        return tuple(jobs)

    def _print(self, form: DeviceCardForm, pdf: bytes) -> None:
        from desktop.ui.printing import print_pdf

        printing = print_pdf(form, pdf, self.tr("走村设备卡"))
        self._say(form, printing)
        if printing.job:
            self._watch(form, printing.job)

    def _say(self, form: DeviceCardForm, printing: Printing) -> None:
        from desktop.ui.printing import PrintResult

        match printing.result:
            case PrintResult.PRINTED:
                words = self.tr("已送打印机“{name}”。等纸出来、字都看得清，再往下走。").format(name=printing.printer)
            case PrintResult.FAILED:
                words = self.tr("没有打印出来。请看看打印机，再打印一次；也可以照着抄下来。")
            case PrintResult.NO_PRINTER:
                words = self.tr("这台电脑上没有可用的打印机。请照着抄下来。")
            case _:
                words = self.tr("没有打印。可以再打印，也可以照着抄下来。")
        form.show_printing(words, is_problem=printing.result in (PrintResult.FAILED, PrintResult.NO_PRINTER))

    def _watch(self, form: DeviceCardForm, name: str) -> None:
        from desktop.ui.print_jobs import PrintJob

        job = PrintJob(self._tasks, name, parent=self)
        job.stuck.connect(lambda: self._on_stuck(form, job))
        job.gone.connect(lambda: self._on_gone(form, job))
        self._jobs[name] = job

    def _on_stuck(self, form: DeviceCardForm, job: PrintJob) -> None:
        words = self.tr(
            "设备卡还没打出来（打印任务 {job}），它的内容还留在这台电脑的打印队列里。请看看打印机；不打了，就把它清掉。"
        ).format(job=job.name)
        if form.isVisible():
            form.show_printing(words, is_problem=True, end=job.end)
        else:
            self._told.add(job.name)
            self._tell(words)

    def _on_gone(self, form: DeviceCardForm, job: PrintJob) -> None:
        if self._jobs.pop(job.name, None) is None:
            return  # handed over meanwhile
        job.deleteLater()
        words = self.tr("打印队列里已经没有设备卡了。手里没有纸，就再打印一次或者抄下来。")
        form.show_printing(words)
        if job.name in self._told and not form.isVisible():
            self._tell(words)
