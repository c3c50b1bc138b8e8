"""A printer of the village that there is everywhere: ``ippeveprinter``, CUPS's own model of an IPP printer."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ui.system_bus import private_bus

_SECONDS = 30


@dataclass(frozen=True)
class IppPrinter:
    """A printer that keeps every paper it was sent as a file."""

    uri: str
    folder: Path

    def received(self, size: int) -> bytes:
        """The one paper that came out, once it is here as a whole."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            papers = [one for one in self.folder.iterdir() if one.is_file()]
            if any(one.stat().st_size >= size for one in papers):
                break
            time.sleep(0.05)
        (paper,) = papers
        return paper.read_bytes()


@contextlib.contextmanager
def ipp_printer(folder: Path) -> Iterator[IppPrinter]:
    """The printer while this lasts; it takes PDF as it is. Skips where it is not installed.

    It wants to make itself known by Avahi and does not start without the system's bus: it gets one on which nobody is.
    """
    program = shutil.which("ippeveprinter", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("no ippeveprinter here (Debian package cups-ipp-utils): printing without a file is NOT TESTED")
    kept = folder / "printed"
    kept.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "-k", "-d", str(kept), "-f", "application/pdf", "-r", "off", "-n", "localhost", "-p", str(port)]
    with private_bus(folder) as bus:
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus, "HOME": str(folder)}
        with subprocess.Popen([*command, "Village"], env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_until_it_listens(port)
                yield IppPrinter(f"ipp://localhost:{port}/ipp/print", kept)
            finally:
                process.terminate()


def _wait_until_it_listens(port: int) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
