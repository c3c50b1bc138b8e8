"""Printing: what the dialog says came of it is what really came of it, and the paper never lies in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from desktop.documents.consent_form import consent_form
from desktop.services.preferences import PrintHabit
from desktop.ui.print_systems import CupsPrinting, paint_pages
from desktop.ui.printed_words import not_printed_notice
from desktop.ui.printing import AskHabit, PrintDialog, PrintResult
from tests.documents.form_samples import CONSENT, VISIT
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


STATES = (
    "system default destination: Office\\nHall\\nOffice\\n"
    "printer Hall is idle.  enabled since Thu Nov 26 09:00:00 2026\\n"
    "printer Office disabled since Thu Nov 26 09:00:00 2026 -\\n\\tPaused\\n"
)


def habit(printer: str, *, is_direct: bool) -> AskHabit:
    """What the vault answers when it is asked how this worker prints."""
    return lambda receive: receive(PrintHabit(printer, is_direct))


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_a_printer_that_stands_still_is_said_before_paper_is_sent(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """By its name and under the choice; its reason is not taken for another printer."""
    print_programs(tmp_path, monkeypatch, printers=STATES)
    dialog = dialog_for(qtbot, pdf)
    qtbot.waitUntil(dialog.go.isEnabled)
    assert dialog.printer is not None
    assert dialog.printer.options() == ("Hall", "Office")
    assert "这台打印机停着" in dialog.state_words()
    shown = [one.text() for one in dialog.printer.inputs() if isinstance(one, QRadioButton)]
    assert shown == ["Hall", "Office（停着）"]
    QTest.mouseClick(dialog.printer.inputs()[0], Qt.MouseButton.LeftButton)
    assert "停着" not in dialog.state_words()


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_the_printer_of_last_time_is_proposed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """Not the system's, which another worker may have set; one that is gone is not."""
    print_programs(tmp_path, monkeypatch, printers="system default destination: Office\\nHall\\nOffice\\n")
    for last, proposed in (("Hall", "Hall"), ("Attic", "Office")):
        dialog = PrintDialog(pdf, TITLE, CupsPrinting(), 1, habit(last, is_direct=False))
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(dialog.go.isEnabled)
        assert dialog.printer is not None
        assert dialog.printer.value() == proposed


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_who_wants_no_question_gets_paper_from_the_same_printer_at_once(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes
) -> None:
    """One press on the page is enough."""
    got = print_programs(tmp_path, monkeypatch, printers="Hall\\nOffice\\n")
    dialog = PrintDialog(pdf, TITLE, CupsPrinting(), 2, habit("Office", is_direct=True))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.printing.result is PrintResult.PRINTED)
    assert (dialog.printing.printer, dialog.printing.copies) == ("Office", 2)
    assert (got / "paper").read_bytes() == pdf


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
@pytest.mark.parametrize("last", ["Office", "Attic", ""])
def test_a_printer_that_stands_still_or_is_gone_is_asked_about_all_the_same(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pdf: bytes, last: str
) -> None:
    """Paper that nobody sees come out would lie in the queue."""
    got = print_programs(tmp_path, monkeypatch, printers=STATES)
    dialog = PrintDialog(pdf, TITLE, CupsPrinting(), 1, habit(last, is_direct=True))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(dialog.go.isEnabled)
    assert list(got.iterdir()) == []
    assert dialog.printing.result is PrintResult.CANCELLED


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_a_spoiled_page_alone_is_not_the_whole_form(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The print system is told the pages; what came of it says which, and is no print of the form."""
    got = print_programs(tmp_path, monkeypatch, printers="Hall\\n")
    dialog = dialog_for(qtbot, consent_form(CONSENT))
    qtbot.waitUntil(dialog.go.isEnabled)
    dialog.first.set_value(2)
    dialog.last.set_value(2)
    dialog.go.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert (dialog.printing.result, dialog.printing.pages) == (PrintResult.PARTLY, (2, 2))
    arguments = (got / "arguments").read_text().splitlines()
    assert arguments[arguments.index("-P") + 1] == "2-2"
    notice = not_printed_notice(dialog.printing)
    assert notice is not None
    assert "没有记成打印了整份" in notice.detail


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_pages_the_wrong_way_round_are_not_sent(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and the button waits."""
    print_programs(tmp_path, monkeypatch, printers="Hall\\n")
    dialog = dialog_for(qtbot, consent_form(CONSENT))
    qtbot.waitUntil(dialog.go.isEnabled)
    QTest.keyClick(dialog.first.inputs()[0], Qt.Key.Key_End)
    dialog.first.changed.emit()
    QTest.keyClick(dialog.last.inputs()[0], Qt.Key.Key_Home)
    dialog.last.changed.emit()
    assert not dialog.go.isEnabled()
    assert "页码反了" in dialog.state_words()


def test_some_pages_are_painted_for_systems_without_cups(qapp: QApplication, tmp_path: Path) -> None:
    """The Windows road: only the named pages."""
    whole = consent_form(CONSENT)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "painted.pdf"))
    assert len(page_texts(whole)) > 1
    assert paint_pages(whole, printer, (2, 2))
    assert len(page_texts((tmp_path / "painted.pdf").read_bytes())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
def test_what_is_chosen_while_paper_is_under_way_is_not_what_was_printed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The print system already has it; what is noted is what was sent."""
    print_programs(tmp_path, monkeypatch, printers="Hall\\nOffice\\n")
    dialog = dialog_for(qtbot, consent_form(CONSENT))
    qtbot.waitUntil(dialog.go.isEnabled)
    dialog.copies.set_value(3)
    dialog.go.click()
    assert dialog.printer is not None
    dialog.copies.set_value(1)
    dialog.first.set_value(2)
    dialog.printer.set_value("Office")
    qtbot.waitUntil(lambda: not dialog.isVisible())
    printing = dialog.printing
    assert (printing.result, printing.copies, printing.printer) == (PrintResult.PRINTED, 3, "Hall")
