"""The county of the tour: the real server, in a process of its own, spoken to as its operators do.

Nothing of the county's program is imported here: commands and their lines of JSON are all that is known of it.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import desktop
from desktop.resources import resource_path
from desktop.tour.failure import TourFailure

CODE: Final = "350703"
NAME: Final = "南平市建阳区民政局"
_SECONDS_TO_STOP: Final = 30.0
_DIVISIONS: Final = "fujian-divisions-2023-06.csv"


class County:
    """A county's folder and, while it runs, its server's address."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.url = ""
        self._log = log
        self._passphrase = secrets.token_urlsafe(24)

    def found(self) -> None:
        """Make the county (``init``)."""
        self._run("init", "--code", CODE, "--name", NAME)

    def issue(self, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Issue all divisions of the county, and ``items``; answers what was written."""
        return self._answers("issue", items, "--divisions", str(resource_path("divisions", _DIVISIONS)))

    def add_workers(self, workers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Put people on the roster; answers their ids and, for caseworkers, their one-time codes (开通码)."""
        return self._answers("enrol-code", workers)

    def approve_minors(self, officer: str, township: str) -> None:
        """Approve for a year that a township's workers see the data of its minors, who is there now."""
        until = (datetime.now().astimezone().date() + timedelta(days=365)).isoformat()
        self._answers("minors", [{"do": "give", "officer": officer, "divisions": [township], "until": until}])

    def answer(self, *lines: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Play duty officer and charity; answers what the county said to each line, refusals included."""
        return [json.loads(line) for line in self._run("answer", lines=lines)]

    def status(self) -> dict[str, Any]:
        """The county's figures, from SQL on its own database."""
        status: dict[str, Any] = json.loads(self._run("status")[0])
        return status

    def entry_hashes(self) -> list[str]:
        """The hash of every entry that came from a vault, as often as the county has it."""
        return self._run("status", "--hashes")[1:]

    def record_digests(self) -> dict[str, str]:
        """The digest of every record's state, by id, from SQL on the county's own database."""
        return dict(line.split() for line in self._run("status", "--records")[1:])

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve while this lasts, on a free port of this computer."""
        with (
            self._log.open("ab") as log,
            subprocess.Popen(
                self._command("serve", "--host", "127.0.0.1", "--port", "0"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
            ) as server,
        ):
            try:
                assert server.stdin is not None and server.stdout is not None  # noqa: PT018, S101 - both are pipes
                server.stdin.write(f"{self._passphrase}\n".encode())
                server.stdin.flush()
                line = server.stdout.readline()
                if not line:
                    raise TourFailure("县级服务没有启动起来。")
                self.url = str(json.loads(line)["url"])
                yield
            finally:
                server.terminate()
                try:
                    server.wait(_SECONDS_TO_STOP)
                except subprocess.TimeoutExpired:
                    server.kill()

    def _answers(self, command: str, lines: Sequence[Mapping[str, Any]], *arguments: str) -> list[dict[str, Any]]:
        answered = [json.loads(line) for line in self._run(command, *arguments, lines=lines)]
        refused = [str(one.get("message")) for one in answered if not one["ok"]]
        if refused:
            raise TourFailure(f"县里没有办成 {command}:{refused[0]}")
        return answered

    def _run(self, command: str, *arguments: str, lines: Sequence[Mapping[str, Any]] = ()) -> list[str]:
        typed = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        done = subprocess.run(
            self._command(command, *arguments),
            input=f"{self._passphrase}\n{typed}",
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env=_environment(),
        )
        if done.returncode != 0:
            raise TourFailure(f"县里的 {command} 没有做成:{done.stderr.strip()}")
        return done.stdout.splitlines()

    def _command(self, command: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "county", command, "--data", str(self.folder), *arguments]


def _environment() -> dict[str, str]:
    """Ours, with the place both programs are imported from; they may not be installed."""
    place = str(Path(desktop.__file__).parents[1])
    before = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (place, before))), "PYTHONUTF8": "1"}
