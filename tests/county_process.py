"""A real county in a process of its own, for tests of the laptop's side and for whoever needs one.

It is started the way the product starts it: ``python -m county serve``, SQLCipher, a free port.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSPHRASE = "县里试验用的口令"
CODE = "350703"
NAME = "建阳区"
JUKOU = "350703104"
"""建阳区莒口镇."""


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "county", *arguments]


@dataclass
class CountyProcess:
    """A county's folder and, while it runs, its server."""

    folder: Path
    url: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the server and wait until it listens; the port is kept over restarts."""
        port = self.url.rpartition(":")[2] or "0"
        process = subprocess.Popen(
            _command("serve", "--data", str(self.folder), "--port", port),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(PASSPHRASE + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.communicate()[1])
        self.url, self.process = json.loads(line)["url"], process

    def kill(self) -> None:
        """kill -9, whatever it is doing."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()
        self.process = None

    def stop(self) -> None:
        """Ask it to stop, and wait for it."""
        if self.process is not None:
            self.process.terminate()
            self.process.communicate()
            self.process = None

    def run(self, command: str, *arguments: str, lines: str = "") -> list[str]:
        """Run a county command to its end; answers what it printed, line by line."""
        done = subprocess.run(
            _command(command, "--data", str(self.folder), *arguments),
            input=f"{PASSPHRASE}\n{lines}",
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def code_for(self, name: str, role: str = "caseworker", townships: tuple[str, ...] = (JUKOU,)) -> str:
        """A one-time code (开通码) for a new worker."""
        worker = {"name": name, "role": role, "office": "莒口镇民政办", "townships": list(townships)}
        (line,) = self.run("enrol-code", lines=json.dumps(worker) + "\n")
        return str(json.loads(line)["code"])

    def officer(self, name: str = "陈值班", role: str = "duty-officer") -> str:
        """A duty officer's id."""
        (line,) = self.run("enrol-code", lines=json.dumps({"name": name, "role": role, "office": "区民政局"}) + "\n")
        return str(json.loads(line)["worker"])

    def answer(self, **fields: Any) -> dict[str, Any]:
        """Play an officer or a charity; answers what the county said."""
        (line,) = self.run("answer", lines=json.dumps(fields) + "\n")
        answered: dict[str, Any] = json.loads(line)
        return answered

    def status(self) -> dict[str, Any]:
        """The county's figures, from SQL on its own database."""
        status: dict[str, Any] = json.loads(self.run("status")[0])
        return status

    def entry_hashes(self) -> list[str]:
        """The hash of every entry the county has, as often as it has it."""
        return [line.strip('"') for line in self.run("status", "--hashes")[1:]]

    def states(self) -> dict[str, Any]:
        """The state of every record that is not an alias, read from the county's own database."""
        from sqlalchemy import select

        from county import tables
        from county.opening import open_county

        county = open_county(self.folder, PASSPHRASE)
        try:
            with county.store.read() as connection:
                rows = connection.execute(select(tables.record).where(tables.record.c.state.is_not(None))).all()
        finally:
            county.close()
        return {row.id: json.loads(row.state) for row in rows if row.canonical == row.id}


def made_county(folder: Path) -> CountyProcess:
    """A new county, not yet serving."""
    county = CountyProcess(folder)
    county.run("init", "--code", CODE, "--name", NAME)
    return county


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[CountyProcess]:
    """A new county that serves until the end."""
    county = made_county(folder)
    county.start()
    try:
        yield county
    finally:
        county.stop()
