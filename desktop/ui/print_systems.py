"""How paper comes out: handing a PDF from memory to the computer's print system.

On Linux the bytes go to CUPS through the standard input of its own ``lp``: Qt's CUPS plugin would write them to a
temporary file first, and a person's paper must not lie about in one. Windows gets pages painted onto a ``QPrinter``.
"""

from __future__ import annotations

import re
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QObject,
    QProcess,
    QProcessEnvironment,
    QRectF,
    QSize,
    QTimer,
    Signal,
)
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

_MEDIA = "iso_a4_210x297mm"
"""A4 as every IPP printer knows it (PWG 5101.1). CUPS finds the sheet of a driver by it too; by the driver's name "A4"
a queue without a driver had the job refused by the printer."""
_DPI = 300
"""Fine enough for the QR code and for 14-point characters; an A4 page takes 35 MB while it is painted."""
_DEFAULT = "system default destination:"
_STATE = re.compile(r"printer (?P<name>\S+) (?:is (?P<doing>idle|now printing)|(?P<stopped>disabled))")
_REQUEST = re.compile(r"request id is (\S+-\d+)")


class PrinterState(Enum):
    """What a print system says of a printer. One that is ``STOPPED`` keeps what it gets until somebody starts it."""

    IDLE = auto()
    BUSY = auto()
    STOPPED = auto()


Pages = tuple[int, int]
"""The first and the last page to print, from 1."""


@dataclass(frozen=True)
class Printers:
    """The names of the printers that are there, and which one the system would take (empty if it names none).

    ``states`` has what the system says of a printer, where it says anything.
    """

    names: tuple[str, ...]
    default: str = ""
    states: Mapping[str, PrinterState] = field(default_factory=dict)


class PrintSystem(QObject):
    """What a print system can do; answers come as signals, so that the window never waits for a printer."""

    found = Signal(object)
    """The ``Printers``, after ``find``."""
    ended = Signal(bool)
    """Whether the system took the paper, after ``send``."""
    job = ""
    """What the print system calls the paper it took, where it can be asked about it (``desktop.ui.print_jobs``)."""

    @abstractmethod
    def find(self) -> None:
        """Look for printers."""

    @abstractmethod
    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:
        """Hand over a PDF, or the named pages of it alone; ``title`` is shown in the system's print queue and must not
        name a person.
        """


class CupsPrinting(PrintSystem):
    """Linux: ``lpstat`` lists, ``lp`` takes the PDF on its standard input.

    Where the scheduler never answers they are ended: the dialog lets nobody out, nor lock by hand, while paper is sent.
    """

    patience = 30.0
    """Seconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    def find(self) -> None:
        process = self._start("lpstat", ["-d", "-e", "-p"])
        process.finished.connect(lambda: self.found.emit(_read_printers(bytes(process.readAllStandardOutput().data()))))
        process.errorOccurred.connect(lambda: self.found.emit(Printers(())))

    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:
        chosen = ["-P", f"{pages[0]}-{pages[1]}"] if pages is not None else []
        arguments = ["-d", printer, "-n", str(copies), "-t", title, "-o", f"media={_MEDIA}", *chosen, "-"]
        process = self._start("lp", arguments)

        def finished(code: int, status: QProcess.ExitStatus) -> None:
            named = _REQUEST.search(bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace"))
            self.job = named[1] if named else ""
            self.ended.emit(status is QProcess.ExitStatus.NormalExit and code == 0)

        process.finished.connect(finished)
        process.errorOccurred.connect(
            # A print system that crashes reports its end as well; one that never started reports nothing else.
            lambda error: self.ended.emit(False) if error is QProcess.ProcessError.FailedToStart else None
        )
        process.write(pdf)
        process.closeWriteChannel()

    def _start(self, program: str, arguments: list[str]) -> QProcess:
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("LC_ALL", "C.UTF-8")  # the names are read from words that would be translated
        process.setProcessEnvironment(environment)
        self._process = process
        process.start(program, arguments)
        QTimer.singleShot(round(self.patience * 1000), process, process.kill)
        return process


def _read_printers(output: bytes) -> Printers:
    default = ""
    names = []
    states = {}
    for line in output.decode("utf-8", "replace").splitlines():
        if line.startswith(_DEFAULT):
            default = line.removeprefix(_DEFAULT).strip()
        elif said := _STATE.match(line):
            working = PrinterState.IDLE if said["doing"] == "idle" else PrinterState.BUSY
            states[said["name"]] = PrinterState.STOPPED if said["stopped"] else working
        elif line.strip() and not line[0].isspace() and " " not in line.strip():  # under a printer its reason is set in
            names.append(line.strip())
    return Printers(tuple(names), default, states)


class QtPrinting(PrintSystem):
    """Windows: the spooler, through ``QPrinter``."""

    def find(self) -> None:
        names = tuple(QPrinterInfo.availablePrinterNames())
        states = {
            QPrinter.PrinterState.Idle: PrinterState.IDLE,
            QPrinter.PrinterState.Active: PrinterState.BUSY,
            QPrinter.PrinterState.Aborted: PrinterState.STOPPED,
            QPrinter.PrinterState.Error: PrinterState.STOPPED,
        }
        told = {name: states[QPrinterInfo.printerInfo(name).state()] for name in names}
        self.found.emit(Printers(names, QPrinterInfo.defaultPrinterName(), told))

    def send(self, pdf: bytes, printer: str, copies: int, title: str, pages: Pages | None = None) -> None:
        target = QPrinter(QPrinterInfo.printerInfo(printer), QPrinter.PrinterMode.HighResolution)
        target.setDocName(title)
        target.setCopyCount(copies)
        self.ended.emit(paint_pages(pdf, target, pages))


def paint_pages(pdf: bytes, printer: QPrinter, pages: Pages | None = None) -> bool:
    """Paint each of the pages of ``pdf`` at its own size; false if the printer or the PDF cannot be used."""
    with opened_pdf(pdf) as document:
        return document.pageCount() >= 1 and _paint(document, printer, pages or (1, document.pageCount()))


@contextmanager
def opened_pdf(pdf: bytes) -> Iterator[QPdfDocument]:
    """A PDF in memory, to be counted and drawn; one that cannot be read has no pages."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    try:
        yield document
    finally:
        document.close()


def _paint(document: QPdfDocument, printer: QPrinter, pages: Pages) -> bool:
    printer.setFullPage(True)
    printer.setResolution(_DPI)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    first, last = pages
    for page in range(first - 1, min(last, document.pageCount())):
        if page >= first and not printer.newPage():
            painter.end()
            return False
        points = document.pagePointSize(page)
        size = QSize(round(points.width() * _DPI / 72), round(points.height() * _DPI / 72))
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), document.render(page, size))
    return painter.end()


def print_system(parent: QObject | None = None) -> PrintSystem:
    """The print system of this computer, or the one put in its place by ``replaced``."""
    if _replacements:
        return _replacements[-1](parent)
    return QtPrinting(parent) if sys.platform == "win32" else CupsPrinting(parent)


@contextmanager
def replaced(make: Callable[[QObject | None], PrintSystem]) -> Iterator[None]:
    """While this lasts, paper goes to what ``make`` answers: the tour has no printer, and prints all the same."""
    _replacements.append(make)
    try:
        yield
    finally:
        _replacements.remove(make)


_replacements: list[Callable[[QObject | None], PrintSystem]] = []
