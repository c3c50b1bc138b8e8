"""Printing: what the dialog says came of it is what really came of it, and the paper never lies in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.print_systems import CupsPrinting, paint_pages
from desktop.ui.printing import PrintDialog, PrintResult
from tests.documents.form_samples import VISIT
from tests.documents.pdf_reading import page_texts

TITLE = "入户走访记录表 ZF-01"


@pytest.fixture
def pdf() -> bytes:
    """A visit record of made-up people."""
    from desktop.documents.visit_record import visit_record

    return visit_record(VISIT)


def print_programs(folder: Path, monkeypatch: pytest.MonkeyPatch, *, printers: str, answer: int = 0) -> Path:
    """Stand-ins for ``lpstat`` and ``lp`` on PATH; what ``lp`` gets is left in the folder that is answered."""
    got = folder / "got"
    got.mkdir()
    scripts = {
        "lpstat": f"printf '{printers}'",
        "lp": f'printf "%s\\n" "$@" > {got}/arguments; cat > {got}/paper; exit {answer}',
    }
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return got


def dialog_for(qtbot: QtBot, pdf: bytes) -> PrintDialog:
    """The dialog, as ``print_pdf`` shows it."""
    dialog = PrintDialog(pdf, TITLE, CupsPrinting())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_the_print_system_gets_the_bytes_themselves(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """The chosen printer, the copies, a title without a person, and exactly the PDF that was shown."""
    got = print_programs(tmp_path, monkeypatch, printers="system default destination: Office\\nHall\\nOffice\\n")
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(dialog.go.isEnabled)
    assert dialog.printer is not None
    assert dialog.printer.value() == "Office"
    dialog.copies.set_value(2)
    dialog.go.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert (dialog.printing.result, dialog.printing.copies) == (PrintResult.PRINTED, 2)
    assert (got / "paper").read_bytes() == pdf
    arguments = (got / "arguments").read_text().splitlines()
    assert arguments[:6] == ["-d", "Office", "-n", "2", "-t", TITLE]
    assert VISIT.head not in " ".join(arguments)


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_a_refused_paper_is_not_called_printed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """The print system says no: the dialog says so, offers another try, and closing it is a failure, not a print."""
    print_programs(tmp_path, monkeypatch, printers="Hall\\n", answer=1)
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(dialog.go.isEnabled)
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.go.isEnabled() and "没有打印出来" in dialog.state_words())
    dialog.no.click()
    assert (dialog.printing.result, dialog.printing.copies) == (PrintResult.FAILED, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_a_print_system_that_never_answers_does_not_keep_the_dialog_shut(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """The scheduler hangs: after a while it is said that nothing came out, and the worker is let out again."""
    print_programs(tmp_path, monkeypatch, printers="Hall\\n")
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(dialog.go.isEnabled)
    (tmp_path / "lp").write_text("#!/bin/sh\nexec sleep 600\n")
    monkeypatch.setattr(CupsPrinting, "patience", 0.2)
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.no.isEnabled() and "没有打印出来" in dialog.state_words())
    dialog.no.click()
    assert dialog.printing.result is PrintResult.FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
@pytest.mark.parametrize("is_installed", [True, False])
def test_no_printer_is_said_in_words(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes, is_installed: bool
) -> None:
    """No printer, or no print system at all: the record is safe, and nothing was printed."""
    if is_installed:
        print_programs(tmp_path, monkeypatch, printers="no system default destination\\n")
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(lambda: "没有可用的打印机" in dialog.state_words())
    assert not dialog.go.isEnabled()
    dialog.no.click()
    assert dialog.printing.result is PrintResult.NO_PRINTER


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_closing_the_dialog_prints_nothing(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """不打印 is an answer, and is recorded as none."""
    got = print_programs(tmp_path, monkeypatch, printers="Hall\\n")
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(dialog.go.isEnabled)
    dialog.no.click()
    assert dialog.printing.result is PrintResult.CANCELLED
    assert list(got.iterdir()) == []


def test_every_page_is_painted_for_systems_without_cups(qapp: QApplication, tmp_path: Path, pdf: bytes) -> None:
    """The Windows road: as many pages come out as the form has; what is no PDF is refused."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "painted.pdf"))
    assert paint_pages(pdf, printer)
    painted = (tmp_path / "painted.pdf").read_bytes()
    assert len(page_texts(painted)) == len(page_texts(pdf)) >= 1
    assert not paint_pages(b"no paper", printer)


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_printer_and_copies_are_on_the_screen_once_printers_are_known(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """They are added to a dialog that is shown already; Qt hides what is added then."""
    print_programs(tmp_path, monkeypatch, printers="Office\\n")
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(dialog.go.isEnabled)
    assert dialog.printer is not None
    assert dialog.printer.isVisible()
    assert dialog.copies.isVisible()
    qtbot.waitUntil(lambda: dialog.copies.height() > 20)
