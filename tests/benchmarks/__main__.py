"""One command, one table: what encryption, journal and fold cost beside the plain thing, in the same run.

``python -m tests.benchmarks [--residents 100000] [--quick]``
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from desktop.services import import_plan, imports, people, visits
from desktop.services.application import Application
from tests.benchmarks import backup, opening, paper, plain, screen
from tests.benchmarks.figures import middle_and_slow, percentile
from tests.benchmarks.people import fill
from tests.casework import recorded_household, visit
from tests.county_issued import issue_everything
from tests.ledgers import FAMILIES, ledger_bytes
from tests.vaults import made_vault


def timed(work: Callable[[], object]) -> float:
    """Seconds one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def searches(application: Application, folder: Path, rounds: int) -> list[tuple[str, str]]:
    """The same queries on SQLCipher and on a plain copy of the very same tables, see ``plain``."""
    copy = folder / "plain.db"
    application.store.write(lambda connection: _export(connection, copy))
    rows: list[tuple[str, str]] = []
    whole: list[float] = []
    with plain.other_process(copy) as plain_round:
        for cold, when in ((False, "warm"), (True, "cold")):
            encrypted: list[float] = []
            open_text: list[float] = []
            for _ in range(rounds):
                # Timed on the reading thread: the hop to it is in the whole call below, not in the cipher's price.
                encrypted += application.read(lambda c, e=cold: plain.one_round(c, cold=e))  # type: ignore[misc]
                open_text += plain_round(cold)
                whole += [timed(lambda t=term: people.find_people(application, t)) for term in plain.TERMS]  # type: ignore[misc]
            goal = " (goal ≤ 1.5)" if not cold else ""
            rows += [
                (f"search {when}, SQLCipher p50 / p95, processor time", middle_and_slow(encrypted, 2)),
                (f"search {when}, same build without a key p50 / p95", middle_and_slow(open_text, 2)),
                (
                    f"search {when}, SQLCipher : plain at p95{goal}",
                    f"{percentile(encrypted, 0.95) / percentile(open_text, 0.95):.2f}",
                ),
            ]
    copy.unlink()
    return [*rows, ("search, whole service call p95 (goal ≤ 16 ms)", f"{percentile(whole, 0.95):.1f} ms")]


def _export(connection: Connection, copy: Path) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("COMMIT")
    driver.execute("ATTACH DATABASE ? AS plain KEY ''", (str(copy),))
    driver.execute("SELECT sqlcipher_export('plain')")
    driver.execute("DETACH DATABASE plain")
    driver.execute("BEGIN")


def saving(application: Application, rounds: int) -> list[tuple[str, str]]:
    """Saving a visit, beside the disk's own fsync of as many bytes."""
    ids = recorded_household(application)
    saved = [
        timed(lambda: visits.record_visit(application, visit(ids.household, application.today())))
        for _ in range(rounds)
    ]
    path = application.folder / "fsync.probe"
    synced = [timed(lambda: _write_and_sync(path)) for _ in range(rounds)]
    path.unlink()
    ratio = statistics.median(saved) / statistics.median(synced)
    return [
        (
            "saving a visit p50 / p95 (goal p95 ≤ 20 ms)",
            middle_and_slow(saved, 1),
        ),
        ("one write and fsync of 8 KiB, median", f"{statistics.median(synced) * 1000:.2f} ms"),
        ("saving a visit : one fsync, medians", f"{ratio:.1f}"),
    ]


def _write_and_sync(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0" * 8192)
        file.flush()
        os.fsync(file.fileno())


def importing(application: Application) -> list[tuple[str, str]]:
    """A ledger of four households, planned and confirmed (the 20,000-row one is measured on the screen)."""
    data = ledger_bytes()
    plan = import_plan.plan_import(application, data)
    seconds = timed(lambda: imports.confirm_import(application, plan))
    return [("import, one household written (mean)", f"{seconds * 1000 / len(FAMILIES):.1f} ms")]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the ledger imported beside a live window")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--mebibytes", type=int, default=300, help="size of the vault that is backed up")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        closed = opening.ordinary_vault(Path(folder))
        rows = [*opening.unlocking(closed, options.rounds), *opening.locking(closed, options.rounds // 4)]
    with tempfile.TemporaryDirectory() as folder, made_vault(Path(folder)) as application:
        issue_everything(application)
        rows += [*saving(application, options.rounds * 5), *importing(application)]
        seconds = timed(lambda: fill(application, options.residents, seed=7))
        rows.append((f"filling {options.residents} residents", f"{seconds:.0f} s"))
        rows += searches(application, Path(folder), options.rounds)
    with tempfile.TemporaryDirectory() as folder, made_vault(Path(folder)) as application:
        issue_everything(application)
        household = recorded_household(application).household
        rows += backup.backing_up(application, household, options.mebibytes)
    rows += paper.making_forms(options.rounds)
    rows += screen.import_gaps(options.rows)
    width = max(len(name) for name, _ in rows)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


if __name__ == "__main__":
    main()
