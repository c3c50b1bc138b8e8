"""Paper on its way through a real CUPS: no file of ours, nothing left in the spool, and a stuck job is said."""

from __future__ import annotations

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

from desktop.domain.prints import Came, PrintOutcome
from desktop.services import paper, prints, visit_paper, visits
from desktop.services.application import Application
from desktop.ui.print_jobs import PrintJob
from desktop.ui.print_systems import CupsPrinting
from desktop.ui.printed_words import prints_words
from desktop.ui.tasks import Tasks
from desktop.ui.workspace_window import workspace_window
from tests import casework
from tests.ui.print_scheduler import Scheduler, scheduler

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="CUPS and strace")
ROOT = Path(__file__).parents[2]
PAPER = b"%PDF-1.4 made-up paper of nobody"
SLOW = 20_000


@pytest.fixture
def cups() -> Iterator[Scheduler]:
    """A scheduler below a short path: a socket's address has 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="cups-"))
    try:
        with scheduler(folder / "c") as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def printed(qtbot: QtBot) -> str:
    """Print; answers the job's name."""
    system = CupsPrinting()
    with qtbot.waitSignal(system.ended, timeout=SLOW) as ended:
        system.send(PAPER, "Office", 1, "走访记录表")
    assert ended.args == [True]
    assert re.fullmatch(r"Office-\d+", system.job)
    return system.job


def test_paper_that_came_out_is_out_of_the_queue_and_the_spool(qtbot: QtBot, tasks: Tasks, cups: Scheduler) -> None:
    """The watch ends by itself; this CUPS is set as the handbook asks, and keeps nothing."""
    job = PrintJob(tasks, printed(qtbot), every=0.2)
    with qtbot.waitSignal(job.gone, timeout=SLOW):
        pass
    assert cups.spooled() == []


def test_paper_that_does_not_come_out_is_said_and_can_be_ended(qtbot: QtBot, tasks: Tasks, cups: Scheduler) -> None:
    """The printer is stopped: the job stays in the spool, is called stuck once, and ending it removes the copy."""
    subprocess.run(["cupsdisable", "Office"], check=True)
    job = PrintJob(tasks, printed(qtbot), patience=0.5, every=0.2)
    with qtbot.waitSignal(job.stuck, timeout=SLOW):
        pass
    (copy,) = cups.spooled()
    assert PAPER in copy.read_bytes()
    with qtbot.waitSignal(job.gone, timeout=SLOW), qtbot.waitSignal(job.lost, timeout=SLOW) as lost:
        job.end()
    assert lost.args == [True]
    assert cups.spooled() == []


@pytest.mark.parametrize("was_ended", [True, False])
def test_what_does_not_come_out_after_all_is_noted_of_its_printing(
    qtbot: QtBot, tasks: Tasks, vault: Application, was_ended: bool
) -> None:
    """Whether the print system gave it up or somebody took it off the queue; the first note stays in the journal."""
    home = casework.recorded_household(vault).household
    visit = visits.record_visit(vault, casework.visit(home, vault.today())).value.visit
    made = visit_paper.visit_paper_for(vault, home, visit)
    paper.record_print(vault, made, of=visit, household=home, came=Came(copies=1, printer="Office", job="Office-12"))
    window = workspace_window(tasks, vault)
    qtbot.addWidget(window)
    job = PrintJob(tasks, "Office-12", every=10_000, parent=window)
    window.watch_job(job)
    job.lost.emit(was_ended)
    wanted = PrintOutcome.CANCELLED if was_ended else PrintOutcome.FAILED
    qtbot.waitUntil(lambda: [one.came.outcome for one in prints.prints_of(vault, visit, home)] == [wanted])
    (told,) = prints.prints_of(vault, visit, home)
    assert told.had_paper
    assert "送了打印机，后来没有打完" in prints_words((told,), vault.today())


PRINTING = """
from PySide6.QtCore import QCoreApplication
from desktop.ui.print_systems import CupsPrinting
application = QCoreApplication([])
system = CupsPrinting()
system.ended.connect(lambda ok: application.exit(0 if ok else 1))
system.send(%r, "Office", 1, "走访记录表")
raise SystemExit(application.exec())
"""
_WRITTEN = re.compile(r'open(?:at)?\([^"]*"(?P<path>[^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)')


def test_neither_we_nor_lp_write_the_paper_to_a_file(cups: Scheduler, tmp_path: Path) -> None:
    """Every file that our process or ``lp`` opened to write, seen by strace: none but /dev/null and the terminal."""
    if shutil.which("strace") is None:
        pytest.skip("no strace here (Debian package strace): printing without a temporary file is NOT TESTED")
    subprocess.run(["cupsdisable", "Office"], check=True)  # so that the paper stays in the spool
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-s", "200", "-e", "trace=open,openat,creat,memfd_create", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, "-c", PRINTING % PAPER],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    seen = trace.read_text(encoding="utf-8", errors="replace")
    assert "libcups" in seen, "strace followed lp"
    assert {path for path in _WRITTEN.findall(seen) if not path.startswith("/dev/")} == set()
    assert PAPER in cups.spooled()[0].read_bytes(), "the scheduler, and it alone, has the paper"
