"""The longest gap of the screen's event loop while a large ledger is read, compared and written."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.people import GIVEN
from tests.county_issued import issue_everything
from tests.ledgers import Family, ledger_bytes, person
from tests.vaults import made_vault

TICK_MS = 5
QUIET_MS = 3000


def import_gaps(rows: int) -> list[tuple[str, str]]:
    """Plan (and write for some seconds) a ledger of ``rows`` rows in a lane while a 5 ms timer ticks."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QTimer

    from desktop.services import import_plan, imports
    from desktop.ui.application import make_application
    from desktop.ui.tasks import Lane, Tasks

    qt, _bugs = make_application([])
    data = ledger_bytes([_couple(number) for number in range(rows // 2)], merged=False)
    ticks: list[float] = []
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    with tempfile.TemporaryDirectory() as folder, made_vault(Path(folder)) as application:
        issue_everything(application)
        tasks = Tasks()
        loop = QEventLoop()

        def work() -> int:
            plan = import_plan.plan_import(application, data)
            deadline = time.perf_counter() + 5
            done = imports.confirm_import(application, plan, cancelled=lambda: time.perf_counter() > deadline)
            return done.value.added

        timer.start()
        QTimer.singleShot(QUIET_MS, loop.quit)
        loop.exec()
        quiet = _gaps(ticks)
        ticks.clear()
        started = time.perf_counter()
        written: list[int] = []

        def end(added: int) -> None:
            written.append(added)
            loop.quit()

        tasks.run(qt, work, end, lambda _: loop.quit(), lane=Lane.WRITE)
        loop.exec()
        timer.stop()
        seconds = time.perf_counter() - started
        tasks.close()
    gaps = _gaps(ticks)
    return [
        (f"import of {rows} rows: seconds, households written in the last 5", f"{seconds:.1f} s, {written[0]}"),
        ("event loop, nothing to do: longest gap", f"{quiet[-1]:.0f} ms"),
        (
            "event loop meanwhile: median / longest gap (goal ≤ 50 ms)",
            f"{gaps[len(gaps) // 2]:.1f} / {gaps[-1]:.0f} ms",
        ),
        ("event loop meanwhile: gaps above 50 ms", f"{sum(gap > 50 for gap in gaps)} of {len(gaps)}"),
    ]


def _couple(number: int) -> Family:
    """A household like no other: what is known already is compared and not written."""
    born, pair = date(1930, 1, 1) + timedelta(days=number // 450), number % 450 * 2
    people = (
        person(f"林{GIVEN[number % len(GIVEN)]}", born, pair + 1),
        person(f"吴{GIVEN[number // 7 % len(GIVEN)]}", born, pair + 2, "妻"),
    )
    return Family(f"DB3507031042{number:05}", "上㘵村", f"上㘵村{number}号", "农村低保", date(2021, 7, 1), 600, people)


def _gaps(ticks: list[float]) -> list[float]:
    return sorted((after - before) * 1000 for before, after in itertools.pairwise(ticks))
