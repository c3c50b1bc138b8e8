"""A laptop that is killed at every step of a sync, one step later each time; run as a process of its own.

Reads one line of JSON on standard input: ``home``, ``folder``, ``vault``, ``key`` (hex) and ``url``. Each round is a
child: it saves a household, says so, syncs and kills itself at the n-th point. A point is just before or
just after a transaction or a request. When a round runs through, everything was cut once.
Prints ``saved ID`` for each household whose saving had returned, and ``rounds N``.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.services.application import Application
from desktop.services.sync import sync
from desktop.storage import vault
from desktop.storage.store import Store
from desktop.sync.client import CountyClient
from tests.sync.journals import HURRIED, address, describe

MOST_ROUNDS = 200


class Fuse:
    """Kills this process at the n-th point, once lit."""

    def __init__(self, points: int) -> None:
        self.left = points
        self.lit = False

    def point(self) -> None:
        """One point passed."""
        if self.lit:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """``work`` with a point before and after."""

        def watched(*arguments: Any, **named: Any) -> Any:
            self.point()
            answer = work(*arguments, **named)
            self.point()
            return answer

        return watched


def one_round(given: dict[str, str], points: int, tell: Callable[[str], None]) -> None:
    """Save a household, then sync with a fuse of ``points``."""
    fuse = Fuse(points)
    Store.write = fuse.around(Store.write)  # type: ignore[method-assign]
    CountyClient._send = fuse.around(CountyClient._send)  # type: ignore[method-assign]
    store = vault.open_store(Path(given["home"]), given["vault"], bytes.fromhex(given["key"]))
    keys = vault.Keys(bytes.fromhex(given["key"]), b"")
    application = Application(store, Path(given["folder"]), vault.identity(store), keys, practice=False)
    household = secrets.token_hex(16)
    describe(application, household, address=address("要紧的一户"))
    tell(f"saved {household}")
    fuse.lit = True
    report = sync(application, url=given["url"], surroundings=HURRIED)
    fuse.lit = False
    assert report.stopped is None
    assert report.not_done == ()
    application.close()


def main() -> None:
    given = json.loads(sys.stdin.readline())

    def tell(line: str) -> None:
        os.write(1, line.encode() + b"\n")

    for points in range(MOST_ROUNDS):
        child = os.fork()
        if child == 0:
            try:
                one_round(given, points, tell)
            except BaseException:  # noqa: BLE001 a child must never go on as its parent
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            tell(f"rounds {points}")
            sys.exit(os.WEXITSTATUS(status))
        assert os.WTERMSIG(status) == signal.SIGKILL
    sys.exit("a sync never ran through")


if __name__ == "__main__":
    main()
