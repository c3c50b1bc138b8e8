"""The longest gap of the screen's event loop while a large ledger is read, compared and written."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from pathlib import Path

from tests.county_issued import issue_everything
from tests.ledgers import FAMILIES, ledger_bytes
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
    families = [family for _ in range(rows // 10 + 1) for family in FAMILIES][: rows // 3]
    data = ledger_bytes(families, merged=False)
    ticks: list[float] = []
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    with tempfile.TemporaryDirectory() as folder, made_vault(Path(folder)) as application:
        issue_everything(application)
        tasks = Tasks()
        loop = QEventLoop()

        def work() -> object:
            plan = import_plan.plan_import(application, data)
            deadline = time.perf_counter() + 5
            return imports.confirm_import(application, plan, cancelled=lambda: time.perf_counter() > deadline)

        timer.start()
        QTimer.singleShot(QUIET_MS, loop.quit)
        loop.exec()
        quiet = _gaps(ticks)
        ticks.clear()
        started = time.perf_counter()
        tasks.run(qt, work, lambda _: loop.quit(), lambda _: loop.quit(), lane=Lane.WRITE)
        loop.exec()
        timer.stop()
        seconds = time.perf_counter() - started
        tasks.close()
    gaps = _gaps(ticks)
    return [
        (f"import of {rows} rows: seconds", f"{seconds:.1f} s"),
        ("event loop, nothing to do: longest gap", f"{quiet[-1]:.0f} ms"),
        (
            "event loop meanwhile: median / longest gap (goal ≤ 50 ms)",
            f"{gaps[len(gaps) // 2]:.1f} / {gaps[-1]:.0f} ms",
        ),
        ("event loop meanwhile: gaps above 50 ms", f"{sum(gap > 50 for gap in gaps)} of {len(gaps)}"),
    ]


def _gaps(ticks: list[float]) -> list[float]:
    return sorted((after - before) * 1000 for before, after in itertools.pairwise(ticks))
