"""Finishes a recovery and kills itself just before the nth change of a file (open for writing, rename, unlink).

``python -m tests.reliability.killed_recovery``; the job is one JSON object on standard input. Answers how many
changes there were where it was not killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from desktop.bootstrap import finish_recovery
from desktop.storage.passwords import Argon2

CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})


def main() -> None:
    """Do the job."""
    job: dict[str, Any] = json.loads(sys.stdin.readline())
    home, last = Path(job["home"]), job["kill_at"]
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        is_change = event in CHANGES
        if event == "open" and isinstance(arguments[2], int):
            is_change = bool(arguments[2] & (os.O_WRONLY | os.O_RDWR)) and str(arguments[0]).startswith(str(home))
        if is_change:
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    files = [Path(file) for file in job["files"]]
    finish_recovery(
        home, job["vault"], job["password"], files, job["card"], is_new_card=job["is_new_card"], cost=Argon2()
    )
    sys.stdout.write(f"{seen}\n")


if __name__ == "__main__":
    main()
