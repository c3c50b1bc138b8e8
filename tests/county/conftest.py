"""Counties and servers for tests: one SQLCipher county per test, PostgreSQL where there is one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from county.opening import County, create_county, open_county
from desktop.domain.errors import UserFacingError

PASSPHRASE = "一句试验用的口令"


@pytest.fixture(params=["sqlcipher", pytest.param("postgresql", marks=pytest.mark.postgres)])
def county(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[County]:
    """An open county without a server; the same tests run on both databases."""
    database = None
    if request.param == "postgresql":
        database = os.environ.get("ZOUCUN_TEST_POSTGRES")
        if not database:
            pytest.skip("PostgreSQL NOT TESTED: set ZOUCUN_TEST_POSTGRES to the address of a throw-away database")
    opened = _new_county(tmp_path, database)
    yield opened
    opened.close()


def _new_county(folder: Path, database: str | None) -> County:
    """A county under a code that is free; on PostgreSQL the tests of many runs share one database."""
    while True:
        code = str(random.SystemRandom().randrange(100_000, 1_000_000))
        try:
            return create_county(folder / code, code, "试验区", PASSPHRASE, database)
        except UserFacingError as error:
            if error.code != "county.exists":
                raise


@pytest.fixture
def township(county: County) -> str:
    """A township of the county."""
    return f"{county.code}101"


def command(*arguments: str) -> list[str]:
    """A county command as a process of its own."""
    return [sys.executable, "-W", "error", "-m", "county", *arguments]


class Server:
    """A running server process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            command("serve", "--data", str(folder), "--port", "0"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(PASSPHRASE + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.stop()
        self.url: str = json.loads(line)["url"]

    def kill(self) -> None:
        """kill -9, at whatever it is doing."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> str:
        """SIGTERM; answers what was written to standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.communicate()[1]


@contextmanager
def beside(folder: Path) -> Iterator[County]:
    """The same county, opened a second time beside its running server."""
    opened = open_county(folder, PASSPHRASE)
    yield opened
    opened.close()


def run(folder: Path, *arguments: str, lines: str = "") -> list[dict[str, object]]:
    """Run a county command to its end; answers the lines of JSON it printed."""
    done = subprocess.run(
        command(arguments[0], "--data", str(folder), *arguments[1:]),
        input=f"{PASSPHRASE}\n{lines}",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts servers over one SQLCipher county; stopped at the end of the test."""
    folder = tmp_path / "served"
    create_county(folder, "350703", "建阳区", PASSPHRASE).close()
    servers: list[Server] = []

    def start() -> Server:
        servers.append(Server(folder))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def server(serving: Callable[[], Server]) -> Server:
    """A running server."""
    return serving()
