"""Paper on its whole way to a printer: from memory through a pipe, CUPS and IPP, with no file of ours on it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.print_jobs import PrintJob
from desktop.ui.tasks import Tasks
from tests.ui.ipp_printer import IppPrinter, ipp_printer
from tests.ui.print_scheduler import Scheduler, scheduler

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="CUPS and strace")
ROOT = Path(__file__).parents[2]
QUEUE = "Village"
PRINTING = """
import hashlib
from PySide6.QtCore import QCoreApplication
from desktop.documents.visit_record import visit_record
from desktop.ui.print_systems import CupsPrinting
from tests.documents.form_samples import VISIT
paper = visit_record(VISIT)
print(len(paper), hashlib.sha256(paper).hexdigest(), flush=True)
application = QCoreApplication([])
system = CupsPrinting()
system.ended.connect(lambda ok: application.exit(0 if ok else 1))
system.send(paper, "Village", 1, "走访记录表")
raise SystemExit(application.exec())
"""
CALLS = "open,openat,creat,memfd_create,write,writev,pwrite64,pwritev,sendto,sendmsg"
_OPENED_TO_WRITE = re.compile(
    r'(?:openat|creat|open)\([^"]*"(?P<path>[^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE)'
)
_CARRIED = re.compile(r"(?:p?writev?(?:64)?|send(?:to|msg))\(\d+<(?P<where>[^>]*)>.*%PDF-")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a socket's address has 108 bytes."""
    made = Path(tempfile.mkdtemp(prefix="ipp-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def printer(folder: Path) -> Iterator[IppPrinter]:
    with ipp_printer(folder) as made:
        yield made


@pytest.fixture
def cups(folder: Path, printer: IppPrinter) -> Iterator[Scheduler]:
    """A scheduler with a queue to that printer, which gets what was handed in as it is."""
    with scheduler(folder / "c") as made:
        queue = ["lpadmin", "-p", QUEUE, "-E", "-v", printer.uri, "-m", "raw"]
        subprocess.run(queue, check=True, stderr=subprocess.DEVNULL)
        yield made


def test_paper_that_the_printer_refuses_is_said(
    qtbot: QtBot, tasks: Tasks, cups: Scheduler, printer: IppPrinter
) -> None:
    """CUPS takes the job, cancels it and says nothing; it must not pass for printed."""
    refused = ["lp", "-d", QUEUE, "-o", "media=A4", "-"]
    done = subprocess.run(refused, input=b"%PDF-1.4 made-up paper of nobody", capture_output=True, check=True)
    named = re.search(rb"request id is (\S+)", done.stdout)
    assert named is not None
    job = PrintJob(tasks, named[1].decode(), every=0.2)
    with qtbot.waitSignal(job.stuck, timeout=20_000):
        pass
    assert list(printer.folder.iterdir()) == []


def test_a_form_reaches_the_printer_byte_for_byte_and_no_file_of_ours(
    cups: Scheduler, printer: IppPrinter, tmp_path: Path
) -> None:
    """strace sees every file that our processes open to write, and every place where a PDF is written to: pipes and
    sockets alone. What comes out of the printer is what was made in memory.
    """
    if shutil.which("strace") is None:
        pytest.skip("no strace here (Debian package strace): printing without a temporary file is NOT TESTED")
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, "-c", PRINTING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    size, digest = done.stdout.split()
    received = printer.received(int(size))
    assert (len(received), hashlib.sha256(received).hexdigest()) == (int(size), digest)
    seen = trace.read_text(encoding="utf-8", errors="replace")
    assert "libcups" in seen, "strace followed lp"
    assert "memfd_create" not in seen
    assert {path for path in _OPENED_TO_WRITE.findall(seen) if not path.startswith("/dev/")} == set()
    carried = {where.partition(":")[0] for where in _CARRIED.findall(seen)}
    assert carried
    assert carried <= {"pipe", "socket", "UNIX-STREAM", "UNIX"}
