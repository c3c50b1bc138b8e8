"""What a day's backup of a large vault costs, and what saving costs while it is made."""

from __future__ import annotations

import secrets
import threading
import time

from sqlalchemy import Connection

from desktop.domain.households import Number
from desktop.services import backups
from desktop.services.application import Application
from desktop.services.households import change_household
from desktop.storage.tables import draft
from tests.benchmarks.figures import percentile

MEBIBYTE = 1024 * 1024
_CHUNK = 1800
"""Characters in a row of the filling: about as much as a visit's entry and state."""


def grow(application: Application, mebibytes: int) -> None:
    """Fill the store up to a size with rows that look like nothing to the cipher."""

    def fill(connection: Connection) -> None:
        rows = [
            {"id": secrets.token_hex(16), "kind": "filling", "body": secrets.token_hex(_CHUNK // 2), "updated": ""}
            for _ in range(5_000)
        ]
        connection.execute(draft.insert(), rows)

    while application.store.path.stat().st_size < mebibytes * MEBIBYTE:
        application.store.write(fill)
        application.store.checkpoint()


def backing_up(application: Application, household: str, mebibytes: int) -> list[tuple[str, str]]:
    """A backup with everything it does: copy, fsync, reading back, every page's HMAC, SQLite's check, counts."""
    grow(application, mebibytes)
    size = application.store.path.stat().st_size
    done = threading.Event()
    saved: list[float] = []

    def save() -> None:
        number = 0
        while not done.is_set():
            number += 1
            began = time.perf_counter()
            change_household(application, household, {"number": Number(str(number))})
            saved.append(time.perf_counter() - began)
            done.wait(0.05)

    worked = time.process_time()
    alone = backups.back_up(application).value.seconds
    worked = time.process_time() - worked
    began = time.perf_counter()
    steps = [(progress.step, time.perf_counter() - began) for progress in backups.backing_up(application)]
    whole = time.perf_counter() - began
    worker = threading.Thread(target=save)
    worker.start()
    backups.back_up(application)
    done.set()
    worker.join()
    median, slow, longest = (percentile(saved, share) for share in (0.5, 0.95, 1.0))
    check = next(at for step, at in steps if step == "check")
    return [
        (f"backup of a {size / MEBIBYTE:.0f} MiB vault (goal 300 MB ≤ 10 s)", f"{alone:.1f} / {whole:.1f} s"),
        ("  of which this process was at work (the rest: disk, and other programs)", f"{worked:.1f} s"),
        ("  of which copying · reading back and checking", f"{check:.1f} · {whole - check:.1f} s"),
        ("saving while a backup is made, p50 / p95 / longest", f"{median:.0f} / {slow:.0f} / {longest:.0f} ms"),
    ]
